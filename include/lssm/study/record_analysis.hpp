// SPDX-License-Identifier: BSD-3-Clause
// Quantities of a trajectory that the analysis of systems gives (docs/analysis.md), of students whose structure is a sum of modes.
//
//   record::h2_distance, hinf_distance, l1_distance, hankel_distance
//                             {modes of the teacher}: norm of the student minus the teacher            1 column
//   record::hankel_order      how many Hankel singular values are above a part of the largest          1
//
// What an infinite horizon forbids is +inf, never a number: most students of a marginal teacher need a discount or a horizon.
// Students in float are measured in double.
#pragma once

#include <algorithm>
#include <optional>

#include "../analysis.hpp"
#include "record.hpp"

namespace lssm {

namespace detail {

/// The modes of the student at a point of a training, in double or in a wider scalar.
template <class Point>
auto modes_at(const Point& p) {
  using T = typename Point::T;
  using wider = std::conditional_t<(epsilon_of<T> < epsilon_of<double>), T, double>;
  using structure = typename structure_at<Point>::type;
  static_assert(
      DiagonalStructure<structure>,
      "record: distances from a teacher and orders are recorded of students whose structure is a sum of "
      "modes (docs/analysis.md)");
  if constexpr (DiagonalStructure<structure>)
    return widened<wider>(modal_form_of(bound_system<T, structure>{p.system}));
  else
    return modal_form<wider>{};
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
  template <class Z>
  static real_of<Z> norm(const modal_form<Z>& x) {
    return real_of<Z>(hinf_norm(widened<double>(x)).value);
  }
  template <class Z>
  static real_of<Z> norm(const modal_form<Z>&, const extent<>& horizon) {
    refuse("hinf_distance", "the horizon", "none: a gain at a frequency takes every step", integer(horizon));
  }
};
struct hankel_of {
  static constexpr std::string_view name = "hankel_distance";
  template <class Z>
  static real_of<Z> norm(const modal_form<Z>& x, const auto&... horizon) {
    const auto sigma = hankel_singular_values(x, 0, horizon...).values;
    return sigma.empty() ? real_of<Z>(std::numeric_limits<double>::infinity()) : sigma.front();
  }
};

}  // namespace detail

namespace record {

/// A norm of the student minus a teacher: of ρ^k (h_k - h*_k), over all k or over a horizon.
template <class Norm>
struct distance {
  modal_form<double> teacher;           ///< for example modal_form_of(bound.teacher)
  double discount = 1;                  ///< ρ, finite and above 0
  std::optional<integer> horizon = {};  ///< of h2, l1 and hankel: entries 0 .. horizon-1, or rows and columns

  static constexpr std::string_view name = Norm::name;
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    const auto student = detail::modes_at(p);
    using Z = typename std::remove_cvref_t<decltype(student.a)>::value_type;
    const auto x = discounted(difference(student, widened<Z>(teacher)), discount);
    out[0] = T(horizon ? Norm::norm(x, extent<>(*horizon)) : Norm::norm(x));
  }
};
using h2_distance = distance<detail::h2_of>;
using hinf_distance = distance<detail::hinf_of>;
using l1_distance = distance<detail::l1_of>;
using hankel_distance = distance<detail::hankel_of>;

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
    const auto x = discounted(detail::modes_at(p), discount);
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
