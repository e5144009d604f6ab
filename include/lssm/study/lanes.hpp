// SPDX-License-Identifier: BSD-3-Clause
// Several studies side by side, one per lane of T: the same program, the same bits as one after the other.
//
//   auto lanes = bind_lanes<pack<double>>(studies, seeds);      studies and seeds are repeated to fill the lanes
//   auto training = lanes.training();                            one training, own steps and own stop in each lane
//   lanes.single(i)                                              what bind gives for lane i
//
// Lanes may differ in every number, but not in size. T may also have a single lane.
#pragma once

#include "bind.hpp"

namespace lssm {

/// Studies bound side by side, one per lane of T.
template <Scalar T, class Study>
class bound_lanes {
 public:
  using lane_type = bound_study<lane_of<T>, Study>;
  using training_type = decltype(Study::training);
  using objective_type = lssm::objective<T, typename lane_type::model, lane_type::known_length,
                                         typename lane_type::loss_type, typename lane_type::forms_type>;

  explicit bound_lanes(std::vector<lane_type> lanes)
      : lanes_(std::move(lanes)), objective_(lanes_[0].study.student, lanes_[0].objective) {
    for (std::size_t i = 0; i < lanes_of<T>; ++i) {
      require(lanes_[i].theta.size() == lanes_[0].theta.size(), "bind_lanes", "the studies of all lanes",
              "of " + std::to_string(lanes_[0].theta.size()) + " parameters", lanes_[i].theta.size());
      // As bound_study::training() does: in coordinates the system of θ may differ from the drawn one by a rounding.
      lanes_[i].objective.value(view<lane_of<T>>(lanes_[i].theta));
      trainings_.push_back(lanes_[i].study.training);
    }
  }

  /// Starts the training of all lanes, from the start of each. It refers to this object, which must not move meanwhile;
  /// several trainings may be under way.
  auto training() & {
    for (std::size_t i = 0; i < lanes_of<T>; ++i) objective_.adopt(i, lanes_[i].objective);
    return training_type::start(std::span<const training_type>(trainings_), objective_);
  }
  auto training() && = delete;
  const lane_type& single(std::size_t lane) const& { return lanes_[lane]; }
  const lane_type& single(std::size_t lane) const&& = delete;

 private:
  std::vector<lane_type> lanes_;
  objective_type objective_;
  std::vector<training_type> trainings_;
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
