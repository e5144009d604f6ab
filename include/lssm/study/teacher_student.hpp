// SPDX-License-Identifier: BSD-3-Clause
// A study: one description of each axis. Kinds are types, numbers are values, the scalar comes later (study/run.hpp).
//
//   teacher_student<Model, Teacher, Data, Loss, Training, Start, Streams, Forms, Filter, Penalty>
//
//   member     what it is                     default
//   student    ssm<...>, with_network<...>,   {}
//              deep<...>
//   teacher    makes labels, or no_teacher    {}
//   data       training_set, inject, ...      {}
//   loss       pointwise loss                 squared_error
//   training   gradient_flow<...>, descent    gradient_flow<>
//   start      θ before training              theorem1_start; near_zero where A is not diagonal
//   streams    what is drawn from where       numpy_stream
//   form       the form of the objective      known_forms: the first that fits
//   filter     which labelled sequences stay  unfiltered
//   penalty    added to the loss              unpenalized
#pragma once

#include "../core/streams.hpp"
#include "../data.hpp"
#include "../init.hpp"
#include "../loss.hpp"
#include "../objective.hpp"
#include "../poison.hpp"
#include "../train.hpp"

namespace lssm {

/// A start: writes every entry of a system from a stream.
template <class S, class System, class Stream>
concept StartOf = requires(const S s, System& system, Stream& stream) {
  s(system, stream);
};

/// A training description starts a state for an objective at θ, one description per lane.
template <class P, class Objective>
concept TrainingOf = requires(std::span<const P> p, const Objective& f,
                              std::span<const typename Objective::scalar> theta) {
  P::start(p, f, theta);
};

/// A student: an SSM, an SSM with a network on its last output, or several layers.
template <class M>
concept TrainableModel = Model<M> || LayeredModel<M>;

namespace detail {
template <class M>
struct system_of_model {
  struct none {};
  using type = none;
};
template <TrainableModel M>
struct system_of_model<M> {
  using type = typename M::template system<double>;
};
template <class Start, class System, class Streams>
inline constexpr bool start_fits = false;
template <class Start, class System, NamedStreams Streams>
inline constexpr bool start_fits<Start, System, Streams> =
    StartOf<Start, System, std::remove_cvref_t<decltype(std::declval<streams_of<Streams>&>().weights())>>;

/// Whether a teacher and an SSM that is a student by itself are systems of as many outputs.
template <class M, class Teacher>
inline constexpr bool outputs_agree = true;
template <Model M, class Teacher>
  requires(!requires { typename M::network_type; })
&&requires(const Teacher t) { decltype(t.template bind<double>())::outputs; }
inline constexpr bool outputs_agree<M, Teacher> =
    M::outputs == decltype(std::declval<const Teacher&>().template bind<double>())::outputs;
/// Whether an update rule was given for a training: it has a state for an objective, and no start.
template <class Training>
inline constexpr bool is_update_rule = requires {
  typename Training::template state<void>;
};
}  // namespace detail

/// The start of a study that names none: that of Theorem 1 where `a` holds the eigenvalues, else near zero.
template <class M>
using default_start = std::conditional_t<detail::diagonal_model<M>, theorem1_start, near_zero>;

/// A study: one description for each axis, free of scalars. validate<T>() throws bad_argument where it cannot run.
template <class M, class Teacher, class Data, class L = squared_error, class Training = gradient_flow<>,
          class Start = default_start<M>, class Streams = numpy_stream, class Forms = known_forms,
          class Filter = unfiltered, class Penalty = unpenalized>
struct teacher_student {
  static_assert(TrainableModel<M>,
                "teacher_student: the student is no Model, for example ssm<real_diagonal<10>> (docs/ssm.md)");
  static_assert(detail::outputs_agree<M, Teacher>,
                "teacher_student: the teacher has another number of outputs than the student (docs/data.md)");
  static_assert(
      !std::is_same_v<Teacher, no_teacher> || GivesLabels<Data>,
      "teacher_student: without a teacher the data bring labels, as given_set<> does (docs/data.md)");
  static_assert(TeacherRole<Teacher> || std::is_same_v<Teacher, no_teacher>,
                "teacher_student: the teacher lacks bind<Scalar>() that labels a sequence (docs/data.md)");
  static_assert(TrainingSet<Data>, "teacher_student: the data are no TrainingSet (docs/data.md)");
  static_assert(HasValue<L> || HasRowValue<L>,
                "teacher_student: the loss lacks value(prediction, label) (docs/loss.md)");
  static_assert(HasDerivative<L> || HasRowDerivative<L>,
                "teacher_student: the loss lacks derivative(prediction, label) (docs/loss.md)");
  static_assert(
      NamedStreams<Streams>,
      "teacher_student: the streams lack derive(seed) with data(), weights() and test() (docs/core.md)");
  static_assert(detail::start_fits<Start, typename detail::system_of_model<M>::type, Streams>,
                "teacher_student: the start lacks operator()(system, stream) (docs/init.md)");
  static_assert(
      !detail::of_eigenvalues<Start> || detail::diagonal_model<M>,
      "teacher_student: the start writes eigenvalues, and the entries of A of this structure are none; take "
      "near_zero, for example (docs/init.md)");
  static_assert(
      !detail::is_update_rule<Training>,
      "teacher_student: an update rule was given for the training; write descent<adam>, for example "
      "(docs/descent.md)");
  static_assert(DataFilter<Filter>,
                "teacher_student: the filter lacks keep(data), the places of the sequences that stay "
                "(docs/data.md)");
  static_assert(!EditsInputs<Filter> || (CleanLabels<Data> && !std::is_same_v<Teacher, no_teacher>),
                "teacher_student: the filter edits inputs, and where labels are the data's own or noisy no "
                "teacher can label them anew (docs/data.md)");

  M student{};
  Teacher teacher{};
  Data data{};
  L loss{};
  Training training{};
  Start start{};
  Streams streams{};
  Forms form{};
  Filter filter{};
  Penalty penalty{};

  /// Throws bad_argument, which names the member, where the study cannot run.
  template <Scalar T = double>
  void validate() const {
    student.validate();
    data.validate();
    detail::validate_policy<T>(teacher);
    detail::validate_policy<T>(loss);
    detail::validate_policy<T>(training);
    detail::validate_policy<T>(start);
    detail::validate_policy<T>(streams);
    detail::validate_policy<T>(filter);
    detail::validate_policy<T>(penalty);
  }
  friend bool operator==(const teacher_student&, const teacher_student&) = default;
};

}  // namespace lssm
