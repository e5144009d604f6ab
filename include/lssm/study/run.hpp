// SPDX-License-Identifier: BSD-3-Clause
// Running a study: here it is bound to its scalar, once.
//
//   run<double>(study, seed)                 one student
//   run<double>(study, seed, observer)       watched (train/observer.hpp)
//   run<pack<double>>(studies, seeds)        one student per lane; studies and seeds are repeated as needed
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "../measure.hpp"
#include "lanes.hpp"

namespace lssm {

/// The outcome of a run: the student (its SSM), the teacher, how and where it ended.
template <class T, class Study>
struct outcome {
  using structure = typename decltype(Study::student)::structure_type;
  bound_system<T, structure> student;
  typename bound_study<T, Study>::teacher_type teacher;
  lssm::status status = status::running;
  progress<T> at_end;
  std::vector<T> cotangent;  ///< g = dL/dh at the end (kappa, p, m)
  std::vector<T> network{};  ///< the weights of a network behind the SSM, where there is one
  labelled<T> data{};        ///< what it was trained on

  /// The generalization error over entries 0 .. horizon-1 of the impulse responses.
  T generalization(extent<> horizon) const requires MeasurableTeacher<decltype(Study::teacher)> {
    return generalization_error<T>(student, teacher, horizon, structure::inputs * structure::outputs);
  }
  /// The eigenvalues of A, of structures that tell them (ssm/modes.hpp).
  std::vector<eigenvalue<T>> spectrum() const requires HasSpectrum<structure, T> {
    return spectrum_of<structure, T>(student.system);
  }
  /// |λ_j| in descending order.
  std::vector<T> eigenvalues() const requires HasSpectrum<structure, T> {
    return eigenvalue_magnitudes<T>(view<T>(mode_magnitudes<T, structure>(student.system)));
  }
  T effective_rank() const requires HasSpectrum<structure, T> {
    return lssm::effective_rank<T>(view<T>(eigenvalues()));
  }
  std::vector<T> gamma() const {
    return gamma_coefficients<T>(view<T>(cotangent), structure::inputs * structure::outputs);
  }
};

/// The outcome of a run of several layers: the student answers sequences, `student.ssm<I>()` is the SSM of layer I.
template <class T, class Study>
  requires LayeredModel<decltype(Study::student)>
struct outcome<T, Study> {
  typename detail::model_in_numbers<T, decltype(Study::student), decltype(Study::loss)>::type student;
  typename bound_study<T, Study>::teacher_type teacher;
  lssm::status status = status::running;
  progress<T> at_end;
  std::vector<T> cotangent;  ///< of the first SSM's response (objective/deep.hpp)
};

namespace detail {
/// Lane `lane` of a training's end, into what outcomes of all studies of this student have.
template <class State, class Student, class L>
void read_end(State& training, std::size_t lane, Student& student, progress<L>& at_end,
              std::vector<L>& cotangent, [[maybe_unused]] std::vector<std::type_identity_t<L>>* network) {
  using T = typename State::T;
  const auto read = [&](std::span<const T> from, std::vector<L>& to) {
    if constexpr (lanes_of<T> == 1) {
      to.assign(from.begin(), from.end());
    } else {
      to.reserve(from.size());
      for (const T& x : from) to.push_back(scalar_traits<T>::get(x, lane));
    }
  };
  const auto point = training.here();
  if constexpr (!requires { typename Student::structure_type; }) {
    get_lane(point.system, lane, student.system);
  } else {
    using ssm_part = typename Student::structure_type::template parameters<T>;
    if constexpr (lanes_of<T> == 1) {
      student.system = static_cast<const ssm_part&>(point.system);
    } else {
      get_lane(static_cast<const ssm_part&>(point.system), lane, student.system);
    }
  }
  at_end = progress_of_lane(training.now(), lane);
  read(point.cotangent, cotangent);
  if constexpr (requires { point.system.network; }) read(view<T>(point.system.network), *network);
}
}  // namespace detail

/// The outcome of lane `lane` of a training; `bound` is what that lane was bound to, whose data and teacher are moved
/// where it is not needed any more.
template <class State, class Bound>
auto read_lane(State& training, Bound&& bound, std::size_t lane) {
  outcome<lane_of<typename State::T>, decltype(bound.study)> out{
      bound.student(), std::forward<Bound>(bound).teacher, training.lane_status(lane), {}, {}};
  if constexpr (requires { out.network; }) {
    detail::read_end(training, lane, out.student, out.at_end, out.cotangent, &out.network);
  } else {
    detail::read_end(training, lane, out.student, out.at_end, out.cotangent, nullptr);
  }
  if constexpr (requires { out.data; }) out.data = std::forward<Bound>(bound).data;
  return out;
}

/// Binds, trains and reads the outcome. Throws bad_argument before any work where the study cannot run, or where the
/// seed is not from 0 to 2^32 - 1.
template <SingleScalar T, class Study, class Observer = silent, class Seed>
outcome<T, Study> run(const Study& study, Seed seed, Observer&& see = {}) {
  auto bound = lssm::bind<T>(study, detail::checked_seed("run", seed));
  auto training = bound.training();
  drive(training, see);
  return read_lane(training, std::move(bound), 0);
}

/// Refused while compiling: nothing else says in which scalar a study runs.
template <class Study, class... Rest>
  requires requires(const Study& s) { s.student, s.training; }
auto run(const Study&, const Rest&...) {
  static_assert(std::is_void_v<Study>,
                "run: the scalar is missing; write run<double>(study, seed) (docs/study.md)");
}

template <Scalar T, class Study, class Observer = silent>
  requires(lanes_of<T> > 1)
std::vector<outcome<lane_of<T>, Study>> run(std::span<const Study> studies,
                                            std::span<const std::uint32_t> seeds, Observer&& see = {}) {
  auto bound = bind_lanes<T, Study>(studies, seeds);
  auto training = bound.training();
  drive(training, see);
  std::vector<outcome<lane_of<T>, Study>> out;
  for (std::size_t i = 0; i < lanes_of<T>; ++i) out.push_back(read_lane(training, bound.single(i), i));
  return out;
}

}  // namespace lssm
