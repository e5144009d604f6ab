// SPDX-License-Identifier: BSD-3-Clause
// A teacher is a role: anything whose bind<T>() labels a sequence. With an impulse response it can be measured against.
//
//   theorem1_teacher<D>   A = diag(1, 0), B = Cᵀ = (1, √(D-1)): h = (D, 1, 1, ...)        (paper, Theorem 1)
//   given<Structure>      a system of that structure from given numbers
//   given_deep<Model>     layers with given parameters                                            (data/deep_teacher.hpp)
//   every_step<Teacher>   a teacher that labels every step of a sequence                             (data/every_step.hpp)
//   no_teacher            for data with labels of their own                                        (data/given_labels.hpp)
//   one's own             a struct with bind<T>(), returning a callable on std::span<const T> (kappa) → T; or, where several
//                         numbers are answered to a sequence, an object with answers(kappa) and answer(x, y), see below;
//                         where these are answers of every step, also with steps(kappa) = kappa
//
// Its labels must be computed in the study's scalar: √(D-1) is not the same number in double and in quad.
#pragma once

#include <concepts>
#include <limits>
#include <span>

#include "../core/error.hpp"
#include "../ssm/bound_system.hpp"
#include "../ssm/real_diagonal.hpp"

namespace lssm {

/// A bound teacher that writes answers(kappa) labels y for a sequence x: of several outputs, or of every step.
template <class Bound, class T>
concept AnswersSequences = requires(const Bound b, std::span<const T> x, std::span<T> y) {
  { b.answers(integer{}) } -> std::convertible_to<integer>;
  b.answer(x, y);
};

/// A bound teacher, which labels sequences in numbers T.
template <class Bound, class T>
concept TeacherOf = AnswersSequences<Bound, T> || requires(const Bound b, std::span<const T> x) {
  { b(x) } -> std::convertible_to<T>;
};

/// bind<T>() gives a callable that labels one sequence (kappa, m), row major, with one number.
template <class Teacher>
concept LabelsLastOutput = requires(const Teacher t, std::span<const double> x) {
  { t.template bind<double>()(x) } -> std::convertible_to<double>;
};
/// bind<T>() gives what writes several labels for a sequence.
template <class Teacher>
concept LabelsSequences = requires(const Teacher t) {
  { t.template bind<double>() } -> AnswersSequences<double>;
};
/// Who can label.
template <class Teacher>
concept TeacherRole = LabelsLastOutput<Teacher> || LabelsSequences<Teacher>;

/// A teacher whose labels are the convolution with an impulse response it can tell for any horizon: systems can be
/// compared with it. A teacher that is not linear must not offer one.
template <class Teacher>
concept MeasurableTeacher = TeacherRole<Teacher> && requires(const Teacher t, std::span<double> h) {
  t.template bind<double>().impulse_response(h);
};

/// A = diag(1, 0), B = Cᵀ = (1, √(D-1)), so h = (D, 1, 1, ...) (paper, Theorem 1).
template <integer D = dynamic>
struct theorem1_teacher {
  extent<D> states{};  ///< dimension of the student it teaches, >= 2

  void validate() const { require(states >= 2, "theorem1_teacher", "states", "at least 2", integer(states)); }

  template <Scalar T>
  bound_system<T, real_diagonal<2>> bind() const {
    const T r = sqrt_of(T(static_cast<double>(static_cast<integer>(states) - 1)));
    return {{{T(1), T(0)}, {T(1), r}, {T(1), r}}};
  }
  friend constexpr bool operator==(const theorem1_teacher& x, const theorem1_teacher& y) {
    return x.states == y.states;
  }
};

namespace detail {
/// Parameters of which no number has been given.
template <class Structure>
typename Structure::template parameters<double> without_numbers(Structure structure) {
  auto values = structure.template make<double>();
  each_number([](double& x) { x = std::numeric_limits<double>::quiet_NaN(); }, values);
  return values;
}
}  // namespace detail

/// A system of that structure from given numbers: (A, B, C) as the structure stores them. validate() and bind() throw bad_argument
/// where numbers are missing or too many.
template <LinearTimeInvariant Structure>
struct given {
  Structure structure{};
  typename Structure::template parameters<double> values = detail::without_numbers(structure);

  void validate() const {
    structure.validate();
    const auto shape = structure.template make<double>();
    std::vector<std::size_t> sizes;
    for_each_leaf(shape, [&](const std::string&, auto leaf) { sizes.push_back(leaf.size()); });
    std::size_t i = 0;
    for_each_leaf(values, [&](const std::string& name, auto leaf) {
      if (leaf.size() != sizes[i]) refuse("given", name, to_text(sizes[i]) + " numbers", leaf.size());
      ++i;
      for (double v : leaf) {
        require(v == v, "given", name, "given: its numbers stand in `values`", "none");
        require(v - v == 0, "given", name, "finite", v);
      }
    });
  }

  template <Scalar T>
  bound_system<T, Structure> bind() const {
    validate();
    bound_system<T, Structure> out{structure.template make<T>()};
    std::vector<double> numbers;
    for_each_leaf(values, [&](const std::string&, auto leaf) {
      numbers.insert(numbers.end(), leaf.begin(), leaf.end());
    });
    std::size_t i = 0;
    for_each_leaf(out.system, [&](const std::string&, auto leaf) {
      for (auto& v : leaf) v = T(numbers[i++]);
    });
    return out;
  }
  friend bool operator==(const given& x, const given& y) {
    return x.structure == y.structure && equal_parts(x.values, y.values);
  }
};

}  // namespace lssm
