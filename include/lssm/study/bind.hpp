// SPDX-License-Identifier: BSD-3-Clause
// A study in numbers: every part is accessible; `run` = bind + train + read_lane.
//
//   auto bound = bind<double>(study, 242);
//   bound.data            inputs and labels, to read and edit; then bound.rebuild()
//   bound.relabel()       the teacher labels the edited inputs again
//   bound.objective       workspace(), value_and_gradient(θ, dθ, at), hessian, cotangent: constant, for any number of users
//   bound.theta           the learned parameters, for one's own loop
//   bound.training()      the study's training from bound.theta: step(), running(), now(), here()
//   bound.student()       the system at bound.theta
//   bound.streams         the seed's streams as they stand after data and start were drawn
#pragma once

#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "problem.hpp"

namespace lssm {

namespace detail {
template <class T, class M, class L>
struct model_in_numbers {
  using type = bound_system<T, typename M::structure_type>;
};
template <class T, LayeredModel M, class L>
struct model_in_numbers<T, M, L> {
  using type = bound_deep<T, M, std::conditional_t<LossOfLogits<L>, L, void>>;
};

/// A training from θ, with the seed of each lane where it takes them.
template <class Training, class Objective>
auto start_training(std::span<const Training> per_lane, const Objective& f,
                    std::span<const typename Objective::scalar> theta, std::span<const std::uint32_t> seeds) {
  if constexpr (requires { Training::template start<Objective>(per_lane, f, theta, seeds); }) {
    return Training::template start<Objective>(per_lane, f, theta, seeds);
  } else {
    static_assert(
        requires { Training::template start<Objective>(per_lane, f, theta); },
        "bind: the training lacks start<Objective>(per_lane, objective, theta); the axes of a study are "
        "student, "
        "teacher, data, loss, training, start (docs/study.md)");
    return Training::template start<Objective>(per_lane, f, theta);
  }
}
}  // namespace detail

/// A study bound to the scalar T: data, objective and θ, to inspect and to edit.
template <SingleScalar T, class Study>
struct bound_study {
  using model = decltype(Study::student);
  using loss_type = decltype(Study::loss);
  using training_type = decltype(Study::training);
  static constexpr integer known_length = decltype(Study::data)::known_length;
  using objective_type = typename detail::problem<T, Study>::type;
  using teacher_type = decltype(std::declval<const Study&>().teacher.template bind<T>());
  using theta_type = typename model::template theta<T>;

  Study study;
  labelled<T> data;
  teacher_type teacher;
  objective_type objective;
  theta_type theta;                                             // (n)
  std::optional<streams_of<decltype(Study::streams)>> streams;  ///< empty where streams were given to `bind`
  std::uint32_t seed =
      0;  ///< of batches and of noise in steps; 0 where streams were given to `bind` without one

  /// Makes the objective anew from `data`; θ and what does not move stay. Trainings under way go on with the new one.
  void rebuild() {
    const auto system = objective.start_system();
    objective = detail::problem<T, Study>::make(study, system, data, seed);
  }
  /// Labels all sequences by the teacher, also those that had labels of their own.
  void relabel() requires TeacherOf<teacher_type, T> {
    data.relabel(teacher);
    rebuild();
  }
  /// The study's training, which begins at `theta`. It refers to `objective`, which must stay where it is meanwhile; any number
  /// of trainings may be under way, in any number of threads.
  auto training() const& {
    return detail::start_training(std::span<const training_type>(&study.training, 1), objective,
                                  view<T>(theta), {&seed, 1});
  }
  auto training() && = delete;
  /// Its SSM, or all its layers where it has several, at `theta`; after a training, training.here().system is the student.
  typename detail::model_in_numbers<T, model, loss_type>::type student() const {
    return {objective.system_at(view<T>(theta))};
  }
};

namespace detail {
/// Refuses a start that has left an entry of the system unset.
template <class T, class System>
[[gnu::cold, gnu::noinline]] void refuse_unset(const System& system) {
  for_each_leaf(system, [](const std::string& name, std::span<const T> entries) {
    for (const T& x : entries)
      if (!(x == x))
        refuse("bind", "the start", "one that writes a number to every entry", "none in " + name);
  });
}
/// The system that a study starts from. Throws bad_argument where the start has left an entry unset, since zeros there
/// would be arbitrary.
template <SingleScalar T, class Model, class Start, class Stream>
auto started_system(const Model& student, const Start& start, Stream& stream) {
  auto system = student.template make<T>();
  each_number([](T& x) { x = T(std::numeric_limits<double>::quiet_NaN()); }, system);
  if constexpr (requires { typename Model::structure_type; }) {
    write_start<slots_of<typename Model::structure_type>>(start, system, stream);
  } else {
    start(system, stream);
  }
  bool written = true;
  each_number([&](const T& x) { written = written && x == x; }, std::as_const(system));
  if (!written) refuse_unset<T>(system);
  return system;
}
}  // namespace detail

/// Data and start draw from streams of one's own choice, data first; batches are those of the seed.
template <SingleScalar T, class Study, RandomStream DataStream, RandomStream WeightStream>
bound_study<T, Study> bind(const Study& study, DataStream& data_stream, WeightStream& weight_stream,
                           std::uint32_t seed = 0) {
  static_assert(decltype(Study::data)::channels == decltype(Study::student)::inputs,
                "bind: the data have another number of channels than the student has inputs (docs/data.md)");
  study.template validate<T>();
  const auto teacher = study.teacher.template bind<T>();
  auto data = filtered(study.filter, label<T>(study.data, teacher, data_stream), teacher);
  const auto system = detail::started_system<T>(study.student, study.start, weight_stream);
  // The objective is made where it stays.
  bound_study<T, Study> bound{study, {}, teacher, detail::problem<T, Study>::make(study, system, data, seed),
                              {},    {}, seed};
  bound.data = std::move(data);
  bound.theta = bound.objective.theta();
  for (const T& v : bound.theta)
    require(is_finite(v), "bind", "the start", "representable in the learned coordinates", value_of(v));
  return bound;
}

/// Binds a study; data and start draw from its streams of this seed, data first. The seed is from 0 to 2^32 - 1.
template <SingleScalar T, class Study, class Seed>
bound_study<T, Study> bind(const Study& study, Seed seed) {
  const std::uint32_t number = detail::checked_seed("bind", seed);
  auto streams = study.streams.derive(number);
  auto bound = lssm::bind<T>(study, streams.data(), streams.weights(), number);
  bound.streams = std::move(streams);
  return bound;
}

// Overloads for studies that are not constant. Without them std::bind, which takes anything, would be the better match for
// bind<double>(study, 3) after `using namespace std`.
template <SingleScalar T, class Study, RandomStream DataStream, RandomStream WeightStream>
bound_study<T, std::remove_cvref_t<Study>> bind(Study&& study, DataStream& data_stream,
                                                WeightStream& weight_stream, std::uint32_t seed = 0) {
  return lssm::bind<T>(std::as_const(study), data_stream, weight_stream, seed);
}
template <SingleScalar T, class Study, class Seed>
bound_study<T, std::remove_cvref_t<Study>> bind(Study&& study, Seed seed) {
  return lssm::bind<T>(std::as_const(study), seed);
}

}  // namespace lssm
