// SPDX-License-Identifier: BSD-3-Clause
// Running a study: the scalar is bound here, once.
//
//   run<double>(study, seed)                 one student
//   run<double>(study, seed, observer)       watched (train/observer.hpp)
//   run<pack<double>>(studies, seeds)        one student per lane; studies and seeds are repeated as needed
#pragma once

#include "../measure.hpp"
#include "bind.hpp"

namespace lssm {

/// What a run leaves: the student, the teacher, how and where it ended.
template <class T, class Study>
struct outcome {
  using structure = typename decltype(Study::student)::structure_type;
  bound_system<T, structure> student;
  typename bound_study<T, Study>::teacher_type teacher;
  lssm::status status = status::running;
  progress<T> at_end;
  std::vector<T> cotangent;  ///< g = dL/dh at the end (kappa, m)

  /// Distance of the impulse responses over entries 0 .. horizon-1.
  T generalization(integer horizon) const
    requires MeasurableTeacher<decltype(Study::teacher)>
  {
    return generalization_error<T>(student, teacher, horizon, structure::inputs * structure::outputs);
  }
  std::vector<T> eigenvalues() const { return eigenvalue_magnitudes<T>(view<T>(student.system.a)); }
  T effective_rank() const { return lssm::effective_rank<T>(view<T>(eigenvalues())); }
  std::vector<T> gamma() const { return gamma_coefficients<T>(view<T>(cotangent)); }
};

namespace detail {
/// Reads lane `lane` of a finished training.
template <class L, class Study, class State>
outcome<L, Study> read_lane(State& training, const bound_study<L, Study>& bound, std::size_t lane) {
  using T = typename State::T;
  const auto get = [lane](const T& x) { return scalar_traits<T>::get(x, lane); };
  const auto point = training.here();
  outcome<L, Study> out{bound.student(), bound.teacher, training.lane_status(lane), {}, {}};
  get_lane(point.system, lane, out.student.system);
  const auto& now = training.now();
  out.at_end = {get(now.loss), get(now.time), get(now.steps), get(now.rejected), get(now.resolution)};
  for (const T& g : point.cotangent) out.cotangent.push_back(get(g));
  return out;
}
}  // namespace detail

template <SingleScalar T, class Study, class Observer = silent>
outcome<T, Study> run(const Study& study, std::uint32_t seed, Observer&& see = {}) {
  auto bound = bind<T>(study, seed);
  auto training = bound.training();
  drive(training, see);
  return detail::read_lane<T, Study>(training, bound, 0);
}

template <Scalar T, class Study, class Observer = silent>
  requires(lanes_of<T> > 1)
std::vector<outcome<lane_of<T>, Study>> run(std::span<const Study> studies, std::span<const std::uint32_t> seeds,
                                            Observer&& see = {}) {
  using L = lane_of<T>;
  using single = bound_study<L, Study>;
  require(!studies.empty() && !seeds.empty(), "run", "studies and seeds", "at least one of each", 0);
  std::vector<single> lanes;
  std::vector<decltype(Study::training)> trainings;
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    lanes.push_back(bind<L>(studies[i % studies.size()], seeds[i % seeds.size()]));
    trainings.push_back(lanes.back().study.training);
    require(lanes[i].theta.size() == lanes[0].theta.size(), "run", "the studies of all lanes",
            "of " + std::to_string(lanes[0].theta.size()) + " parameters", lanes[i].theta.size());
  }
  objective<T, typename single::model, single::known_length, typename single::loss_type> packed(studies[0].student,
                                                                                              lanes[0].objective);
  for (std::size_t i = 0; i < lanes_of<T>; ++i) packed.adopt(i, lanes[i].objective);
  auto training =
      decltype(Study::training)::start(std::span<const decltype(Study::training)>(trainings), packed);
  drive(training, see);
  std::vector<outcome<L, Study>> out;
  for (std::size_t i = 0; i < lanes_of<T>; ++i) out.push_back(detail::read_lane<L, Study>(training, lanes[i], i));
  return out;
}

}  // namespace lssm
