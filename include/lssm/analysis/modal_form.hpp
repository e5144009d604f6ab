// SPDX-License-Identifier: BSD-3-Clause
// A system as a sum of modes, real or complex: h_k = Σ_j c_j a_j^k b_j.
//
//   symbol  shape    meaning                        symbol  shape    meaning
//   a       (d)      poles, complex ones in full    b       (d, m)   input matrix
//                    (each beside its conjugate)    c       (p, d)   output matrix
//
//   modal_form_of(system)     of a bound_system whose structure is diagonal, real or complex
//   from_half(half)           of complex modes of which each stands for itself and its conjugate (half storage)
//   to_half(full)             the way back; a real mode, or one without its conjugate, is refused
//   difference(x, y)          h_k of x minus h_k of y
//   discounted(x, ρ)          ρ^k h_k; ρ a_j is rounded, which two poles that differ in their last digits feel: widen first
//   widened<Z>(x)             the same numbers in a wider scalar
//   delayed(x, n)             h_{n+k}
//
// What these return is again a sum of modes: no norm of a difference is made of three numbers that cancel.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../ssm/bound_system.hpp"
#include "../ssm/complex_diagonal.hpp"
#include "field.hpp"
#include "stability.hpp"

namespace lssm {

/// Modes of a system; Z is a scalar or std::complex of one.
template <class Z>
struct modal_form {
  std::vector<Z> a;  // (d)
  std::vector<Z> b;  // (d, m)
  std::vector<Z> c;  // (p, d)
  std::size_t inputs = 1, outputs = 1;

  std::size_t states() const { return a.size(); }

  /// c_j b_j of one channel, mode by mode.
  std::vector<Z> weights(std::size_t output, std::size_t input) const {
    std::vector<Z> w(a.size());
    for (std::size_t j = 0; j < w.size(); ++j) w[j] = c[output * a.size() + j] * b[j * inputs + input];
    return w;
  }

  /// Throws bad_argument where sizes disagree or a number is not finite.
  void validate(std::string_view function) const {
    require(inputs >= 1 && outputs >= 1, function, "inputs and outputs", "at least 1",
            std::min(inputs, outputs));
    require(b.size() == a.size() * inputs, function, "b", "of (states, inputs) entries", b.size());
    require(c.size() == a.size() * outputs, function, "c", "of (outputs, states) entries", c.size());
    const double largest[3] = {largest_of(a), largest_of(b), largest_of(c)};
    for (const double size : largest) require(size < infinity, function, "every entry", "finite", size);
    // Sums of squares of channels and modes stay in range too.
    constexpr bool narrow = epsilon_of < detail::real_of < Z >>> 1e-10;
    const double product = largest[1] * largest[2];
    require(product < (narrow ? 1e15 : 1e150), function, "the largest entry of b times that of c",
            narrow ? "below 1e15" : "below 1e150", product);
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  /// The largest modulus, +inf where one is not finite; four at a time, since this is a good part of an H2 norm.
  static double largest_of(const std::vector<Z>& entries) {
    double most[4] = {0, 0, 0, 0}, check[4] = {0, 0, 0, 0};
    const auto take = [&](std::size_t i, std::size_t l) {
      const double size = value_of(detail::magnitude(entries[i]));
      check[l] += 0 * size;  // NaN where size is not finite
      most[l] = most[l] < size ? size : most[l];
    };
    std::size_t i = 0;
    for (; i + 4 <= entries.size(); i += 4)
      for (std::size_t l = 0; l < 4; ++l) take(i + l, l);
    for (std::size_t l = 0; i + l < entries.size(); ++l) take(i + l, l);
    if (!((check[0] + check[1]) + (check[2] + check[3]) == 0)) return infinity;
    return std::max(std::max(most[0], most[1]), std::max(most[2], most[3]));
  }
};

namespace detail {
/// Refuses a horizon without a step, or one that would take hours.
inline void require_horizon(std::string_view function, extent<> horizon) {
  require(horizon >= 1, function, "horizon", "at least 1", integer(horizon));
  require_entries(function, "horizon", {horizon});
}

/// A finite horizon's measure(x) again in long double, where x is of float or double: modes that overflow cancel there. +inf where
/// that is of no help.
template <class Z, class Measure>
system_measure<real_of<Z>> measured_wide(const modal_form<Z>& x, Measure measure) {
  using T = real_of<Z>;
  if constexpr (std::same_as<T, float> || std::same_as<T, double>) {
    using wide = std::conditional_t<is_complex<Z>, std::complex<long double>, long double>;
    const system_measure<long double> m = measure(widened<wide>(x));
    constexpr auto near = static_cast<long double>(epsilon_of<T>);  // the bracket holds what T rounds
    const system_measure<T> out{stability_of(x), static_cast<T>(m.value),
                                static_cast<T>(m.lower * (1 - near)), static_cast<T>(m.upper * (1 + near))};
    if (is_finite(out.upper)) return out;
  }
  return system_measure<T>::none(stability_of(x));
}
}  // namespace detail

/// The largest |a_j|; zero where there is no mode.
template <class Z>
detail::real_of<Z> spectral_radius(const modal_form<Z>& x) {
  detail::real_of<Z> radius(0);
  for (const Z& a : x.a) radius = max_of(radius, detail::magnitude(a));
  return radius;
}

/// Whether measures over an infinite horizon exist.
template <class Z>
stability stability_of(const modal_form<Z>& x) {
  return stability_of_radius(spectral_radius(x), x.states());
}

/// The modes of a bound system of a diagonal structure.
template <class System>
  requires DiagonalStructure<typename System::structure_type> modal_form<typename System::scalar>
  modal_form_of(const System& x) {
    using S = typename System::structure_type;
    const auto& s = x.system;
    return {{s.a.begin(), s.a.end()},
            {s.b.begin(), s.b.end()},
            {s.c.begin(), s.c.end()},
            static_cast<std::size_t>(S::inputs),
            static_cast<std::size_t>(S::outputs)};
  }

/// All modes of a system in half storage: every mode and, after all of them, its conjugate.
template <class T>
modal_form<std::complex<T>> from_half(const modal_form<std::complex<T>>& half) {
  half.validate("from_half");
  const std::size_t n = half.states();
  modal_form<std::complex<T>> out{{}, {}, {}, half.inputs, half.outputs};
  for (const bool mirrored : {false, true}) {
    const auto copy = [&](const std::complex<T>& z) { return mirrored ? detail::conjugate(z) : z; };
    for (const auto& z : half.a) out.a.push_back(copy(z));
    for (const auto& z : half.b) out.b.push_back(copy(z));
  }
  for (std::size_t i = 0; i < half.outputs; ++i)
    for (const bool mirrored : {false, true})
      for (std::size_t j = 0; j < n; ++j)
        out.c.push_back(mirrored ? detail::conjugate(half.c[i * n + j]) : half.c[i * n + j]);
  return out;
}

/// All modes of a bound system of complex pairs.
template <class T, integer D, integer M, integer P>
modal_form<std::complex<T>> modal_form_of(const bound_system<T, complex_diagonal<D, M, P>>& x) {
  const auto joined = [](const auto& re, const auto& im) {
    std::vector<std::complex<T>> out;
    for (std::size_t i = 0; i < re.size(); ++i) out.emplace_back(re[i], im[i]);
    return out;
  };
  const auto& s = x.system;
  return from_half(modal_form<std::complex<T>>{joined(s.a_re, s.a_im), joined(s.b_re, s.b_im),
                                               joined(s.c_re, s.c_im), M, P});
}

/// Of each pair of conjugate modes the one above the real axis, in their order.
template <class T>
modal_form<std::complex<T>> to_half(const modal_form<std::complex<T>>& full) {
  full.validate("to_half");
  modal_form<std::complex<T>> half{{}, {}, {}, full.inputs, full.outputs};
  const std::size_t n = full.states(), m = full.inputs;
  std::vector<std::size_t> kept;
  std::vector<bool> taken(n, false);
  const auto mirrored = [&](std::size_t i, std::size_t j) {
    bool same = !taken[j] && full.a[j] == detail::conjugate(full.a[i]);
    for (std::size_t q = 0; q < m; ++q)
      same = same && full.b[j * m + q] == detail::conjugate(full.b[i * m + q]);
    for (std::size_t o = 0; o < full.outputs; ++o)
      same = same && full.c[o * n + j] == detail::conjugate(full.c[o * n + i]);
    return same;
  };
  for (std::size_t i = 0; i < n; ++i) {
    if (full.a[i].imag() == T(0))
      refuse("to_half", "every mode", "complex: half storage has pairs of conjugates and no real mode",
             value_of(full.a[i].real()));
    if (full.a[i].imag() < T(0)) continue;
    std::size_t j = 0;
    while (j < n && !mirrored(i, j)) ++j;
    if (!(j < n))
      refuse("to_half", "every mode", "beside its conjugate, in a, b and c", "mode " + to_text(i));
    taken[j] = true;
    kept.push_back(i);
  }
  if (2 * kept.size() != n)
    refuse("to_half", "every mode", "beside its conjugate, in a, b and c",
           to_text(kept.size()) + " pairs in " + to_text(n) + " modes");
  for (const std::size_t i : kept) {
    half.a.push_back(full.a[i]);
    for (std::size_t q = 0; q < m; ++q) half.b.push_back(full.b[i * m + q]);
  }
  for (std::size_t o = 0; o < full.outputs; ++o)
    for (const std::size_t i : kept) half.c.push_back(full.c[o * n + i]);
  return half;
}

/// The system whose response is that of x minus that of y.
template <class Z>
modal_form<Z> difference(const modal_form<Z>& x, const modal_form<Z>& y) {
  if (!(x.inputs == y.inputs && x.outputs == y.outputs))
    refuse("difference", "the second system", "of as many inputs and outputs as the first",
           to_text(y.inputs) + " and " + to_text(y.outputs));
  modal_form<Z> out = x;
  out.a.insert(out.a.end(), y.a.begin(), y.a.end());
  out.b.insert(out.b.end(), y.b.begin(), y.b.end());
  out.c.clear();
  for (std::size_t i = 0; i < x.outputs; ++i) {
    for (std::size_t j = 0; j < x.states(); ++j) out.c.push_back(x.c[i * x.states() + j]);
    for (std::size_t j = 0; j < y.states(); ++j) out.c.push_back(-y.c[i * y.states() + j]);
  }
  return out;
}

/// The same numbers in another scalar.
template <class To, class Z>
modal_form<To> widened(const modal_form<Z>& x) {
  const auto cast = [](const std::vector<Z>& v) {
    std::vector<To> out;
    for (const Z& z : v) {
      if constexpr (detail::is_complex<To>) {
        using T = detail::real_of<To>;
        out.emplace_back(T(detail::real_part(z)), T(detail::imaginary_part(z)));
      } else {
        out.push_back(To(z));
      }
    }
    return out;
  };
  return {cast(x.a), cast(x.b), cast(x.c), x.inputs, x.outputs};
}

/// The system with the response ρ^k h_k, for ρ that is above 0 and finite in the scalar of x.
template <class Z>
modal_form<Z> discounted(modal_form<Z> x, double rho) {
  const auto factor = detail::real_of<Z>(rho);
  require(factor > detail::real_of<Z>(0) && is_finite(factor), "discounted", "the discount",
          "finite and above 0", value_of(factor));
  for (Z& a : x.a) a = a * Z(factor);
  return x;
}

/// The system with the response h_{n+k}.
template <class Z>
modal_form<Z> delayed(modal_form<Z> x, extent<> n) {
  require(n >= 0, "delayed", "the delay", "at least 0", integer(n));
  require_entries("delayed", "the delay", {n});
  for (std::size_t i = 0; i < x.outputs; ++i)
    for (std::size_t j = 0; j < x.states(); ++j)
      for (integer k = 0; k < n; ++k) x.c[i * x.states() + j] = x.c[i * x.states() + j] * x.a[j];
  return x;
}

}  // namespace lssm
