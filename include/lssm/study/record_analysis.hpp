// SPDX-License-Identifier: BSD-3-Clause
// Quantities of a trajectory that the analysis of systems gives (docs/analysis.md).
//
//   record::h2_distance, hinf_distance, l1_distance, hankel_distance
//                             {teacher}: norm of the student minus the teacher                         1 column
//   record::hankel_order      how many Hankel singular values are above a part of the largest          1
//
// A student is measured by modal_form_of(student), or by dense_of(student) where it has no modes or the teacher is a dense_system; a
// structure of one's own is measured where one of them takes a bound_system of it. A teacher is a modal_form<double>, a
// modal_form<std::complex<double>> in full, or a dense_system. <lssm/analysis/dense_measures.hpp>, which asks for a BLAS, comes first
// where either is dense. What an infinite horizon forbids is +inf, never a number: most students of a marginal teacher need a discount or a horizon.
// Students in float are measured in double.
#pragma once

#include <algorithm>
#include <optional>

#include "../analysis.hpp"
#include "record.hpp"

namespace lssm {

namespace detail {

template <class System>
concept HasModalForm = requires(const System& x) {
  modal_form_of(x);
};
template <class System>
concept HasDenseForm = requires(const System& x) {
  dense_of(x);
};
template <class X>
inline constexpr bool is_modal = false;
template <class Z>
inline constexpr bool is_modal<modal_form<Z>> = true;

/// Modes in double or in a wider scalar of their own, complex ones where asked for.
template <bool Complex, class Z>
auto in_double(const modal_form<Z>& x) {
  using wider = std::conditional_t<(epsilon_of<real_of<Z>> < epsilon_of<double>), real_of<Z>, double>;
  return widened<std::conditional_t<Complex || is_complex<Z>, std::complex<wider>, wider>>(x);
}

template <class T, class S>
struct bound_of {
  using type = S;
};
template <class T, LinearTimeInvariant S>
struct bound_of<T, S> {
  using type = bound_system<T, S>;
};

/// The student at a point of a training, as its structure is measured; dense where asked for.
template <bool Dense = false, class Point>
auto measured_at(const Point& p) {
  using structure = typename structure_at<Point>::type;
  using system = typename bound_of<typename Point::T, structure>::type;
  static_assert(
      HasModalForm<system> || HasDenseForm<system>,
      "record: distances from a teacher and orders are recorded of students whose structure is a sum of "
      "modes or has a dense_of, in analysis/dense_measures.hpp or your own (docs/analysis.md)");
  static_assert(!Dense || HasDenseForm<system>,
                "record: a dense teacher asks for a student with a dense_of (docs/analysis.md)");
  if constexpr (HasDenseForm<system> && (Dense || !HasModalForm<system>)) {
    return dense_of(system{p.system});
  } else if constexpr (HasModalForm<system>) {
    return in_double<false>(modal_form_of(system{p.system}));
  } else {
    return modal_form<double>{};
  }
}

/// The student minus a teacher, in what both have: modes, complex ones if either has such, or full matrices.
template <class Point, class Teacher>
auto difference_at(const Point& p, const Teacher& teacher) {
  const auto student = measured_at<!is_modal<Teacher>>(p);
  if constexpr (!is_modal<std::remove_cv_t<decltype(student)>>) {
    if constexpr (std::is_same_v<Teacher, modal_form<std::complex<double>>>)
      return difference(student, dense_of(to_half(teacher)));
    else if constexpr (is_modal<Teacher>)
      return difference(student, dense_of(teacher));
    else
      return difference(student, teacher);
  } else if constexpr (is_modal<Teacher>) {
    using Z = typename decltype(student.a)::value_type;
    using V = typename decltype(teacher.a)::value_type;
    const auto x = in_double<is_complex<V>>(student);
    return difference(x, widened<typename decltype(x.a)::value_type>(in_double<is_complex<Z>>(teacher)));
  } else {
    return student;
  }
}

/// The largest value of a spectrum, +inf where there is none.
template <class T>
T largest_of(const hankel_spectrum<T>& s) {
  return s.values.empty() ? T(std::numeric_limits<double>::infinity()) : s.values.front();
}

struct h2_of {
  static constexpr std::string_view name = "h2_distance";
  static auto norm(const auto& x, const auto&... horizon) { return h2_norm(x, horizon...).value; }
};
struct l1_of {
  static constexpr std::string_view name = "l1_distance";
  static auto norm(const auto& x, const auto&... horizon) { return l1_norm(x, horizon...).value; }
};
struct hinf_of {
  static constexpr std::string_view name = "hinf_distance";
  static double norm(const auto& x) {
    if constexpr (is_modal<std::remove_cvref_t<decltype(x)>>) {
      using Z = typename std::remove_cvref_t<decltype(x.a)>::value_type;
      return hinf_norm(widened<std::conditional_t<is_complex<Z>, std::complex<double>, double>>(x)).value;
    } else {
      return hinf_norm(x).value;
    }
  }
  static double norm(const auto&, const extent<>& horizon) {
    refuse("hinf_distance", "the horizon", "none: a gain at a frequency takes every step", integer(horizon));
  }
};
struct hankel_of {
  static constexpr std::string_view name = "hankel_distance";
  static auto norm(const auto& x, const auto&... horizon) {
    return largest_of(hankel_singular_values(x, 0, horizon...));
  }
};

/// A norm of the student minus a teacher: of ρ^k (h_k - h*_k), over all k or over a horizon.
template <class Norm, class Teacher>
struct distance {
  Teacher teacher;
  double discount;
  std::optional<integer> horizon;

  static constexpr std::string_view name = Norm::name;
  /// From a teacher, a discount ρ (finite and above 0) and, of h2, l1 and hankel, a horizon: entries 0 .. horizon-1, or rows
  /// and columns.
  distance(Teacher x = {}, double rho = 1, std::optional<integer> steps = {})
      : teacher(std::move(x)), discount(rho), horizon(steps) {}
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    const auto x = discounted(difference_at(p, teacher), discount);
    out[0] = T(horizon ? Norm::norm(x, extent<>(*horizon)) : Norm::norm(x));
  }
};

}  // namespace detail

namespace record {

/// The H2 norm of the student minus a teacher.
template <class Teacher = modal_form<double>>
struct h2_distance : detail::distance<detail::h2_of, Teacher> {
  using detail::distance<detail::h2_of, Teacher>::distance;
};
template <class Teacher = modal_form<double>>
h2_distance(Teacher, double = 1, std::optional<integer> = {}) -> h2_distance<Teacher>;
/// The H-infinity norm of the student minus a teacher.
template <class Teacher = modal_form<double>>
struct hinf_distance : detail::distance<detail::hinf_of, Teacher> {
  using detail::distance<detail::hinf_of, Teacher>::distance;
};
template <class Teacher = modal_form<double>>
hinf_distance(Teacher, double = 1, std::optional<integer> = {}) -> hinf_distance<Teacher>;
/// The l1 norm of the student minus a teacher.
template <class Teacher = modal_form<double>>
struct l1_distance : detail::distance<detail::l1_of, Teacher> {
  using detail::distance<detail::l1_of, Teacher>::distance;
};
template <class Teacher = modal_form<double>>
l1_distance(Teacher, double = 1, std::optional<integer> = {}) -> l1_distance<Teacher>;
/// The Hankel norm of the student minus a teacher.
template <class Teacher = modal_form<double>>
struct hankel_distance : detail::distance<detail::hankel_of, Teacher> {
  using detail::distance<detail::hankel_of, Teacher>::distance;
};
template <class Teacher = modal_form<double>>
hankel_distance(Teacher, double = 1, std::optional<integer> = {}) -> hankel_distance<Teacher>;

/// The number of Hankel singular values of ρ^k h_k above a part of the largest.
struct hankel_order {
  double part = 1e-6;                   ///< of σ_1, from 0 to below 1
  double discount = 1;                  ///< ρ, finite and above 0
  std::optional<integer> horizon = {};  ///< rows and columns of the Hankel matrix

  static constexpr std::string_view name = "hankel_order";
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    require(part >= 0 && part < 1, "hankel_order", "the part", "from 0 to below 1", part);
    const auto x = discounted(detail::measured_at(p), discount);
    const auto sigma =
        (horizon ? hankel_singular_values(x, 0, *horizon) : hankel_singular_values(x, 0)).values;
    const auto count = std::count_if(sigma.begin(), sigma.end(), [&](const auto& s) {
      return s > sigma.front() * std::remove_cvref_t<decltype(s)>(part);
    });
    out[0] = sigma.empty() ? T(std::numeric_limits<double>::infinity()) : T(static_cast<double>(count));
  }
};

}  // namespace record

}  // namespace lssm
