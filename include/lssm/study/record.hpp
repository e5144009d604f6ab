// SPDX-License-Identifier: BSD-3-Clause
// Quantities that a trajectory records, from a point of a training (train/training_point.hpp).
//
//   record::time              flow time                                                                1 column
//   record::loss              training loss                                                            1
//   record::gradient_norm     |dL/dθ| (2-norm)                                                         1
//   record::eigenvalues       |λ_j|, mode by mode: not sorted, so that a column follows its mode       d
//   record::spectrum          λ_j, mode by mode, real and imaginary part side by side                  2 d
//   record::effective_rank    of the |λ_j| (measure/spectrum.hpp)                                      1
//   record::generalization    {teacher, horizon}: distance of the impulse responses                    1
//   record::expected_risk     {teacher, inputs}: loss on fresh inputs (measure/expected_risk.hpp)      1
//   record::test_error        {&test_set}: error on test sequences (measure/test_set.hpp)              1
//   record::gamma             γ^(0), ..., γ^(κ-2) of the paper's Proposition 1 (measure/gamma.hpp)     (κ-1) p m
//   record::steps             of a descent, taken so far                                               1
//   record::rate              of a descent, of the step that led here                                  1
//   record::named<"...">(q)   the quantity q under another name, where two would have the same         as q
//
// The names of a trajectory's quantities must differ, or it does not compile.
//
// A quantity of your own is a struct with `name`, `columns(point)` and `write(point, out)`:
//
//   struct trace {
//     static constexpr std::string_view name = "trace";
//     static std::size_t columns(const auto&) { return 1; }
//     static void write(const auto& p, auto out) { for (const auto& a : p.system.a) out[0] = out[0] + a; }
//   };
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "../kernel/norm.hpp"
#include "../measure.hpp"
#include "../nn/deep.hpp"
#include "../ssm/bound_system.hpp"
#include "../train/training_point.hpp"

namespace lssm {

/// A name, a number of columns that stays the same along a run, and their values at a point; `out` arrives as zeros.
template <class Q, class Point>
concept Quantity = requires(const Q q, const Point p, std::span<typename Point::T> out) {
  { q.name } -> std::convertible_to<std::string_view>;
  { q.columns(p) } -> std::convertible_to<std::size_t>;
  q.write(p, out);
};

namespace detail {
/// A text as a template argument.
template <std::size_t N>
struct text {
  char characters[N]{};
  constexpr text(const char (&from)[N]) { std::copy_n(from, N, characters); }
};

template <class Point>
struct structure_at {
  struct type {};
};
template <class Point>
  requires requires { typename Point::objective_type::model::structure_type; }
struct structure_at<Point> {
  using type = typename Point::objective_type::model::structure_type;
};
/// Inputs times outputs of the SSM whose response the cotangent of a model is of: itself, or the first of layers in a row; 0
/// where no layer is one.
template <class M, std::size_t Layer = 0>
consteval integer response_channels() {
  if constexpr (requires { typename M::structure_type; }) {
    return M::structure_type::inputs * M::structure_type::outputs;
  } else if constexpr (LayeredModel<M>) {
    using layers = typename M::template system<double>;
    if constexpr (Layer == layers::depth) {
      return 0;
    } else if constexpr (requires { typename layers::template layer_type<Layer>::structure_type; }) {
      using structure = typename layers::template layer_type<Layer>::structure_type;
      return structure::inputs * structure::outputs;
    } else {
      return response_channels<M, Layer + 1>();
    }
  } else {
    return 1;
  }
}
/// The student at a point of a training.
template <class Point>
auto student_at(const Point& p) {
  return bound_system<typename Point::T, typename Point::objective_type::model::structure_type>{p.system};
}
template <class S, class T>
inline constexpr bool tells_spectrum = StateMatrixStructure<S>&& HasSpectrum<S, T>;

/// λ_j of the student at a point of a training, mode by mode.
template <class Point>
std::vector<eigenvalue<typename Point::T>> spectrum_at(const Point& p) {
  using structure = typename structure_at<Point>::type;
  static_assert(
      tells_spectrum<structure, typename Point::T>,
      "record: the structure of the student does not tell its eigenvalues; they are no quantity of it "
      "(docs/ssm.md)");
  if constexpr (tells_spectrum<structure, typename Point::T>) {
    return spectrum_of<structure, typename Point::T>(p.system);
  } else {
    return {};
  }
}
/// |λ_j|
template <class Point>
std::vector<typename Point::T> magnitudes_at(const Point& p) {
  std::vector<typename Point::T> m;
  for (const auto& x : spectrum_at(p)) m.push_back(x.magnitude());
  return m;
}
}  // namespace detail

namespace record {

/// Flow time, or the sum of the rates of a descent.
struct time {
  static constexpr std::string_view name = "time";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) { out[0] = p.time; }
};

/// Steps of a descent taken so far.
struct steps {
  static constexpr std::string_view name = "steps";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) { out[0] = p.steps; }
};

/// The rate of the step that led here.
struct rate {
  static constexpr std::string_view name = "rate";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) { out[0] = p.rate; }
};

/// The training loss.
struct loss {
  static constexpr std::string_view name = "loss";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) { out[0] = p.loss; }
};

/// The 2-norm of dL/dθ, that of the penalty included.
struct gradient_norm {
  static constexpr std::string_view name = "gradient_norm";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    T sum(0);
    for (const T& d : p.gradient) sum = mul_add(d, d, sum);
    if (kernel::sound_square(sum)) {
      out[0] = sqrt_of(sum);
    } else {
      const auto norm = kernel::scaled_norm<T>(p.gradient);
      out[0] = norm.largest * norm.ratio;
    }
  }
};

/// |λ_j| mode by mode (d), of structures that tell them (ssm/modes.hpp).
struct eigenvalues {
  static constexpr std::string_view name = "eigenvalue";
  static std::size_t columns(const auto& p) { return detail::magnitudes_at(p).size(); }
  static void write(const auto& p, auto out) {
    const auto m = detail::magnitudes_at(p);
    std::copy(m.begin(), m.end(), out.begin());
  }
};

/// λ_j mode by mode, each as its real and its imaginary part (2 d): a row is an array of complex numbers.
struct spectrum {
  static constexpr std::string_view name = "spectrum";
  static std::size_t columns(const auto& p) { return 2 * detail::spectrum_at(p).size(); }
  static void write(const auto& p, auto out) {
    std::size_t i = 0;
    for (const auto& x : detail::spectrum_at(p)) out[i++] = x.re, out[i++] = x.im;
  }
};

/// The effective rank of the |λ_j| (measure/spectrum.hpp).
struct effective_rank {
  static constexpr std::string_view name = "effective_rank";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    out[0] = lssm::effective_rank<T>(view<T>(eigenvalue_magnitudes<T>(view<T>(detail::magnitudes_at(p)))));
  }
};

/// The generalization error; the teacher is anything with an impulse response, for example `bound.teacher`.
template <class Teacher>
struct generalization {
  Teacher teacher;
  integer horizon = 20;  ///< entries 0 .. horizon-1, >= 1

  static constexpr std::string_view name = "generalization_error";
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    const auto student = detail::student_at(p);
    out[0] = generalization_error<T>(student, teacher, horizon, student.inputs * student.outputs);
  }
};
template <class Teacher>
generalization(Teacher, integer) -> generalization<Teacher>;

/// The expected loss on fresh inputs; the teacher is anything with an impulse response, for example `bound.teacher`.
template <class Teacher>
struct expected_risk {
  Teacher teacher;
  fresh_inputs inputs;

  static constexpr std::string_view name = "expected_risk";
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    const auto student = detail::student_at(p);
    out[0] = lssm::expected_risk<T>(student, teacher, inputs, student.inputs * student.outputs);
  }
};
template <class Teacher>
expected_risk(Teacher, fresh_inputs) -> expected_risk<Teacher>;

/// The error on test sequences; `set` must outlive the quantity.
template <class Set>
struct test_error {
  Set* set;

  static constexpr std::string_view name = "test_error";
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const { out[0] = set->error(p.objective); }
};
template <class Set>
test_error(Set*) -> test_error<Set>;

/// γ (κ-1, p, m) of the SSM; of layers in a row that of the first SSM among them.
struct gamma {
  static constexpr std::string_view name = "gamma";
  static std::size_t columns(const auto& p) { return p.cotangent.size() - channels(p); }
  static void write(const auto& p, auto out) {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    const auto g = gamma_coefficients<T>(p.cotangent, channels(p));
    std::copy(g.begin(), g.end(), out.begin());
  }

 private:
  template <class Point>
  static constexpr std::size_t channels(const Point&) {
    constexpr integer channels = detail::response_channels<typename Point::objective_type::model>();
    static_assert(channels != 0,
                  "record: no layer of the student is an SSM, whose gamma there would be (docs/study.md)");
    return static_cast<std::size_t>(channels);
  }
};

/// Another quantity under a name of its own; `named` makes it.
template <detail::text Name, class Of>
struct renamed {
  Of of;

  static constexpr std::string_view name = Name.characters;
  std::size_t columns(const auto& p) const { return of.columns(p); }
  void write(const auto& p, auto out) const { of.write(p, out); }
};

/// The quantity under another name: named<"error_at_99">(generalization{teacher, 99}).
template <detail::text Name, class Of>
renamed<Name, Of> named(Of of) {
  return {std::move(of)};
}

}  // namespace record

}  // namespace lssm
