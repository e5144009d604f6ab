// SPDX-License-Identifier: BSD-3-Clause
// A study in numbers: every part is accessible; `run` = bind + train + read_lane.
//
//   auto bound = bind<double>(study, 242);
//   bound.data            inputs and labels, to read and edit; then bound.rebuild()
//   bound.relabel()       the teacher labels the edited inputs again
//   bound.objective       value_and_gradient(θ, dθ), hessian, cotangent, system()
//   bound.theta           the learned parameters, for a loop of your own
//   bound.training()      the study's training from the current θ: step(), running(), now(), here()
//   bound.streams         the seed's streams, after data and start were drawn
#pragma once

#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "teacher_student.hpp"

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
}  // namespace detail

/// A study bound to the scalar T: data, objective and θ, to inspect and to edit.
template <SingleScalar T, class Study>
struct bound_study {
  using model = decltype(Study::student);
  using loss_type = decltype(Study::loss);
  using training_type = decltype(Study::training);
  static constexpr integer known_length = decltype(Study::data)::known_length;
  using forms_type = decltype(Study::form);
  using objective_type = lssm::objective<T, model, known_length, loss_type, forms_type>;
  using teacher_type = decltype(std::declval<const Study&>().teacher.template bind<T>());
  using theta_type = typename model::template theta<T>;

  Study study;
  labelled<T> data;
  teacher_type teacher;
  objective_type objective;
  theta_type theta;                                             // (n)
  std::optional<streams_of<decltype(Study::streams)>> streams;  ///< empty where streams were given to `bind`

  /// Makes the objective again from `data`; θ and the matrices that are not learned stay.
  void rebuild() {
    const auto system = objective.system();
    objective = make_objective<T, known_length, forms_type>(study.student, system, data, study.loss);
  }
  /// Labels all sequences by the teacher, also those that had labels of their own.
  void relabel() requires TeacherOf<teacher_type, T> {
    data.relabel(teacher);
    rebuild();
  }
  /// Starts the study's training from the current θ. It refers to `objective`, which must not move meanwhile; several
  /// trainings may be under way, and the objective may be evaluated or changed between their steps.
  auto training() & {
    objective.value(view<T>(theta));
    return training_type::template start<objective_type>(std::span<const training_type>(&study.training, 1),
                                                         objective);
  }
  auto training() && = delete;
  /// The student's SSM, or all its layers if it has several.
  typename detail::model_in_numbers<T, model, loss_type>::type student() const {
    return {objective.system()};
  }
};

namespace detail {
/// The system that a study starts from. Throws bad_argument where the start has left an entry unset, since zeros there
/// would be arbitrary.
template <SingleScalar T, class Study, class Stream>
auto started_system(const Study& study, Stream& stream) {
  auto system = study.student.template make<T>();
  each_number([](T& x) { x = T(std::numeric_limits<double>::quiet_NaN()); }, system);
  study.start(system, stream);
  bool written = true;
  each_number([&](const T& x) { written = written && x == x; }, std::as_const(system));
  if (written) return system;
  for_each_leaf(std::as_const(system), [](const std::string& name, std::span<const T> entries) {
    for (const T& x : entries)
      if (!(x == x))
        refuse("bind", "the start", "one that writes a number to every entry", "none in " + name);
  });
  return system;
}
}  // namespace detail

/// Binds a study whose data and start draw from given streams, data first.
template <SingleScalar T, class Study, RandomStream DataStream, RandomStream WeightStream>
bound_study<T, Study> bind(const Study& study, DataStream& data_stream, WeightStream& weight_stream) {
  static_assert(decltype(Study::data)::channels == decltype(Study::student)::inputs,
                "bind: the data have another number of channels than the student has inputs (docs/data.md)");
  study.template validate<T>();
  const auto teacher = study.teacher.template bind<T>();
  auto data = label<T>(study.data, teacher, data_stream);
  const auto system = detail::started_system<T>(study, weight_stream);
  auto objective = make_objective<T, bound_study<T, Study>::known_length, decltype(Study::form)>(
      study.student, system, data, study.loss);
  auto theta = objective.theta();
  for (const T& v : theta)
    require(is_finite(v), "bind", "the start", "representable in the learned coordinates", value_of(v));
  return {study, std::move(data), teacher, std::move(objective), std::move(theta), {}};
}

/// Binds a study; data and start draw from its streams of this seed, data first. The seed is from 0 to 2^32 - 1.
template <SingleScalar T, class Study, class Seed>
bound_study<T, Study> bind(const Study& study, Seed seed) {
  auto streams = study.streams.derive(detail::checked_seed("bind", seed));
  auto bound = lssm::bind<T>(study, streams.data(), streams.weights());
  bound.streams = std::move(streams);
  return bound;
}

// Overloads for studies that are not constant. Without them std::bind, which takes anything, would be the better match for
// bind<double>(study, 3) after `using namespace std`.
template <SingleScalar T, class Study, RandomStream DataStream, RandomStream WeightStream>
bound_study<T, std::remove_cvref_t<Study>> bind(Study&& study, DataStream& data_stream,
                                                WeightStream& weight_stream) {
  return lssm::bind<T>(std::as_const(study), data_stream, weight_stream);
}
template <SingleScalar T, class Study, class Seed>
bound_study<T, std::remove_cvref_t<Study>> bind(Study&& study, Seed seed) {
  return lssm::bind<T>(std::as_const(study), seed);
}

}  // namespace lssm
