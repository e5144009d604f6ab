// SPDX-License-Identifier: BSD-3-Clause
// Several studies side by side, one per lane of T: the same program, the same bits as one after the other
// (to rounding, where steps of a single student go in one loop: docs/descent.md).
//
//   auto lanes = bind_lanes<pack<double>>(studies, seeds);      studies and seeds are repeated to fill the lanes
//   auto training = lanes.training();                            one training, own steps and own stop in each lane
//   lanes.single(i)                                              what bind gives for lane i
//
// Lanes may differ in every number, but not in size. T may also have a single lane.
#pragma once

#include "bind.hpp"

namespace lssm {

namespace detail {
/// To be called after adopt() of all lanes: some objectives then look at them together.
template <class Objective>
void all_adopted(Objective& objective) {
  if constexpr (requires { objective.adopted(); }) objective.adopted();
}
}  // namespace detail

/// Studies bound side by side, one per lane of T.
template <Scalar T, class Study>
class bound_lanes {
 public:
  using lane_type = bound_study<lane_of<T>, Study>;
  using training_type = decltype(Study::training);
  using objective_type = typename detail::problem<T, Study>::type;

  explicit bound_lanes(std::vector<lane_type> lanes)
      : lanes_(std::move(lanes)),
        objective_(lanes_[0].study.student, lanes_[0].objective),
        theta_(objective_.theta()) {
    for (std::size_t i = 0; i < lanes_of<T>; ++i) {
      if (lanes_[i].theta.size() != lanes_[0].theta.size())
        refuse("bind_lanes", "the studies of all lanes",
               "of " + to_text(lanes_[0].theta.size()) + " parameters", lanes_[i].theta.size());
      objective_.adopt(i, lanes_[i].objective);
      set_lane(theta_, i, lanes_[i].theta);
      trainings_.push_back(lanes_[i].study.training);
      seeds_.push_back(lanes_[i].seed);
    }
    detail::all_adopted(objective_);
  }

  /// The training of all lanes, from the start of each. It refers to this object, which must stay where it is meanwhile; any
  /// number of trainings may be under way.
  auto training() const& {
    return detail::start_training(std::span<const training_type>(trainings_), objective_, view<T>(theta_),
                                  seeds_);
  }
  auto training() && = delete;
  const lane_type& single(std::size_t lane) const& { return lanes_[lane]; }
  const lane_type& single(std::size_t lane) const&& = delete;

 private:
  std::vector<lane_type> lanes_;
  objective_type objective_;
  theta_of<objective_type> theta_;
  std::vector<training_type> trainings_;
  std::vector<std::uint32_t> seeds_;
};

/// Binds study and seed i to lane i, repeated as needed. Throws bad_argument where sizes differ.
template <Scalar T, class Study>
bound_lanes<T, Study> bind_lanes(std::span<const Study> studies, std::span<const std::uint32_t> seeds) {
  require(!studies.empty(), "bind_lanes", "the number of studies", "at least 1", studies.size());
  require(!seeds.empty(), "bind_lanes", "the number of seeds", "at least 1", seeds.size());
  std::vector<bound_study<lane_of<T>, Study>> lanes;
  for (std::size_t i = 0; i < lanes_of<T>; ++i)
    lanes.push_back(bind<lane_of<T>>(studies[i % studies.size()], seeds[i % seeds.size()]));
  return bound_lanes<T, Study>(std::move(lanes));
}

}  // namespace lssm
