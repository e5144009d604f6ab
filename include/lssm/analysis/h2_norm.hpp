// SPDX-License-Identifier: BSD-3-Clause
// The H2 norm of a sum of modes: the root of Σ_k |h_k|², all channels together.
//
//   Σ_k |Σ_j w_j a_j^k|² = ‖Tᵀw‖²,  1/(1 - a_i ā_j) = (T Tᴴ)_ij,
//   T_ik = √(1 - |a_k|²) / (1 - a_i ā_k) Π_{m<k} (a_i - a_m) / (1 - a_i ā_m)           (Takenaka, Malmquist, 1925)
//
// T is made of products and differences of data, so every entry is right to a few ε, and so is the norm of a difference of two
// nearly equal systems up to ε divided by their distance. One division for each pair of modes.
//
//   response_norm(a, w)     of spans, one channel, any scalar (packs, duals): +inf where some |a_j| >= 1
//   h2_norm(x)              of modes, with a status
//   h2_norm(x, K)           of h_0 .. h_{K-1}, which every system has; +inf where it overflows
#pragma once

#include <span>
#include <vector>

#include "modal_form.hpp"

namespace lssm {

namespace detail {

/// ‖u‖ without overflow or underflow of squares.
template <class Z>
real_of<Z> norm_of(std::span<const Z> u) {
  using T = real_of<Z>;
  T largest(0);
  for (const Z& z : u) largest = max_of(largest, magnitude(z));
  const T unit = where(largest > T(0), largest, T(1));
  T sum(0);
  for (const Z& z : u) sum = sum + squared_magnitude(z * Z(T(1) / unit));
  return unit * sqrt_of(sum);
}

/// u = Tᵀw without its factors √(1 - |a_k|²)
template <class Z>
void transposed_factor_times(std::span<const Z> a, std::span<const Z> w, std::span<Z> u) {
  using T = real_of<Z>;
  constexpr std::size_t width = 4;
  std::copy(w.begin(), w.end(), u.begin());  // w_i Π_{m<k} (a_i - a_m) / (1 - a_i ā_m), from k on
  const Z* const at = a.data();
  Z* const to = u.data();
  for (std::size_t k = 0; k < a.size(); ++k) {
    const Z pole = at[k];
    Z parts[width] = {u[k] / one_minus_product(pole, pole), Z(0), Z(0), Z(0)};
    // Reciprocals do not wait for u; loops of a known length become vectors.
    std::size_t i = k + 1;
    for (; i + width <= a.size(); i += width) {
      Z v[width];
      for (std::size_t l = 0; l < width; ++l) v[l] = Z(T(1)) / one_minus_product(at[i + l], pole);
      for (std::size_t l = 0; l < width; ++l) v[l] = v[l] * to[i + l];
      for (std::size_t l = 0; l < width; ++l) parts[l] = parts[l] + v[l];
      for (std::size_t l = 0; l < width; ++l) to[i + l] = v[l] * (at[i + l] - pole);
    }
    for (std::size_t l = 0; i < a.size(); ++i, ++l) {
      const Z v = Z(T(1)) / one_minus_product(at[i], pole) * to[i];
      parts[l] = parts[l] + v;
      to[i] = v * (at[i] - pole);
    }
    to[k] = (parts[0] + parts[1]) + (parts[2] + parts[3]);
  }
}

}  // namespace detail

/// The H2 norm of the response Σ_j w_j a_j^k, with u (d) for scratch; in every lane by itself.
template <class Z>
detail::real_of<Z> response_norm(std::span<const Z> a, std::span<const Z> w, std::span<Z> u) {
  using T = detail::real_of<Z>;
  detail::transposed_factor_times(a, w, u);
  T largest(0), sum(0);
  for (const Z& z : u) largest = max_of(largest, detail::magnitude(z));
  const T unit = where(largest > T(0), largest, T(1)), scale = T(1) / unit;
  for (std::size_t k = 0; k < a.size(); ++k)
    sum = sum + detail::squared_magnitude(u[k] * Z(scale)) *
                    detail::real_part(detail::one_minus_product(a[k], a[k]));
  T norm = unit * sqrt_of(sum);
  for (const Z& z : a)
    norm = where(detail::magnitude(z) < T(1), norm, T(std::numeric_limits<double>::infinity()));
  return norm;
}

/// The H2 norm over an infinite horizon.
template <class Z>
system_measure<detail::real_of<Z>> h2_norm(const modal_form<Z>& x) {
  using T = detail::real_of<Z>;
  x.validate("h2_norm");
  if (const stability s = stability_of(x); s != stability::stable) return system_measure<T>::none(s);
  std::vector<Z> u(x.states());
  T norm(0);
  for (std::size_t i = 0; i < x.outputs; ++i)
    for (std::size_t q = 0; q < x.inputs; ++q) {
      const std::vector<Z> w = x.weights(i, q);
      const T both[2] = {norm, response_norm<Z>(x.a, w, u)};
      norm = x.inputs * x.outputs == 1 ? both[1] : detail::norm_of(std::span<const T>(both));
    }
  return {stability::stable, norm, norm, norm};
}

/// The root of Σ_{k<K} |h_k|², whatever the status.
template <class Z>
system_measure<detail::real_of<Z>> h2_norm(const modal_form<Z>& x, extent<> horizon) {
  using T = detail::real_of<Z>;
  x.validate("h2_norm");
  require(horizon >= 1, "h2_norm", "horizon", "at least 1", integer(horizon));
  std::vector<T> norms;
  for (std::size_t i = 0; i < x.outputs; ++i)
    for (std::size_t q = 0; q < x.inputs; ++q) {
      std::vector<Z> w = x.weights(i, q);
      T unit(0), sum(0);  // the norm so far is unit √sum
      for (integer k = 0; k < horizon; ++k) {
        Z h(0);
        bool ended = true;
        for (std::size_t j = 0; j < w.size(); ++j) {
          h = h + w[j];
          w[j] = w[j] * x.a[j];
          ended = ended && w[j] == Z(0);
        }
        const T size = detail::magnitude(h);
        if (size > unit) {
          sum = sum * (unit / size) * (unit / size);
          unit = size;
        }
        if (size > T(0)) sum = sum + (size / unit) * (size / unit);
        if (ended || !is_finite(size)) break;
      }
      norms.push_back(is_finite(unit) ? unit * sqrt_of(sum) : T(std::numeric_limits<double>::infinity()));
    }
  const T norm = detail::norm_of(std::span<const T>(norms));
  return {stability_of(x), is_finite(norm) ? norm : T(std::numeric_limits<double>::infinity()), norm, norm};
}

}  // namespace lssm
