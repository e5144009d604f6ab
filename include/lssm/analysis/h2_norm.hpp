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

#include <array>
#include <span>
#include <vector>

#include "../kernel/whole_registers.hpp"
#include "modal_form.hpp"

namespace lssm {

namespace detail {

/// How many entries are taken at once; arrays of so many times a whole number, zeros behind, are padded.
inline constexpr std::size_t h2_width = 4;

/// u = Tᵀw without its factors √(1 - |a_k|²); `rest` holds w before, and w_i Π_{m<k} (a_i - a_m) / (1 - a_i ā_m) in turn,
/// which is 0 for i < k. Padded: doubles are taken four at a time from whole multiples of four on, so that a register is
/// loaded as it was stored; else u and `rest` may be one array. Both add up alike. Returns Σ_k |u_k|² (1 - |a_k|²).
template <bool Padded, class Z>
real_of<Z> transposed_factor_times(const Z* a, Z* rest, Z* u, std::size_t d) {
  using T = real_of<Z>;
  T squares(0);
  for (std::size_t k = 0; k < d; ++k) {
    const Z pole = a[k];
    Z parts[h2_width] = {Z(0), Z(0), Z(0), Z(0)};
    if constexpr (Padded && hardware_fma && std::same_as<Z, double>) {
      using V = kernel::whole<double, h2_width * sizeof(double)>::vector;
      const V one = 1 - V{}, minus_pole = -pole - V{};
      V sums{}, denominator;
      for (std::size_t i = k - k % h2_width; i < d; i += h2_width) {
        const V at = kernel::load_whole<double, sizeof(V)>(a + i),
                here = kernel::load_whole<double, sizeof(V)>(rest + i);
        kernel::fuse<double>(at, minus_pole, one, denominator);
        const V r = one / denominator;  // does not wait for `rest`
        sums = sums + r * here;
        kernel::store_whole<double>((at + minus_pole) * r * here, rest + i);
      }
      kernel::store_whole<double>(sums, parts);
    } else {
      for (std::size_t i = k; i < d; ++i) {
        const Z r = Z(T(1)) / one_minus_product(a[i], pole);
        parts[i % h2_width] = parts[i % h2_width] + r * rest[i];
        rest[i] = (a[i] - pole) * r * rest[i];
      }
    }
    u[k] = (parts[0] + parts[1]) + (parts[2] + parts[3]);
    squares = squares + squared_magnitude(u[k]) * real_part(one_minus_product(pole, pole));
  }
  return squares;
}

/// ‖Tᵀw‖ of |a_j| < 1; u (d) comes out, and `rest` holds w before.
template <bool Padded, class Z>
real_of<Z> factored_norm(const Z* a, Z* rest, Z* u, std::size_t d) {
  using T = real_of<Z>;
  constexpr double limit = epsilon_of < T >> 1e-10 ? 1e25 : 1e280;
  const T squares = transposed_factor_times<Padded>(a, rest, u, d);
  const auto in_range = squares < T(limit) && squares > T(1 / limit);
  if (!any_lane<T>(!in_range)) return sqrt_of(squares);
  T largest(0), sum(0);  // squares leave the range of T
  for (std::size_t k = 0; k < d; ++k) largest = max_of(largest, magnitude(u[k]));
  const T unit = max_of(largest, least_normal<T>()), scale = T(1) / unit;
  for (std::size_t k = 0; k < d; ++k)
    sum = sum + squared_magnitude(u[k] * Z(scale)) * real_part(one_minus_product(a[k], a[k]));
  return where(in_range, sqrt_of(where(in_range, squares, T(1))), unit * sqrt_of(sum));
}

}  // namespace detail

/// The H2 norm of the response Σ_j w_j a_j^k, with u (d) for scratch; in every lane by itself.
template <class Z>
detail::real_of<Z> response_norm(std::span<const Z> a, std::span<const Z> w, std::span<Z> u) {
  using T = detail::real_of<Z>;
  std::copy(w.begin(), w.end(), u.begin());
  T norm = detail::factored_norm<false>(a.data(), u.data(), u.data(), a.size());
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
  const std::size_t d = x.states(), length = (d + detail::h2_width - 1) / detail::h2_width * detail::h2_width;
  std::array<Z, 48> few;  // an allocation would be a tenth of the time of ten modes
  std::vector<Z> many(3 * length <= few.size() ? 0 : 3 * length);
  Z *const a = many.empty() ? few.data() : many.data(), *const rest = a + length, *const u = rest + length;
  std::fill_n(a, 3 * length, Z(0));
  std::copy(x.a.begin(), x.a.end(), a);
  T norm(0);
  for (std::size_t i = 0; i < x.outputs; ++i)
    for (std::size_t q = 0; q < x.inputs; ++q) {
      for (std::size_t j = 0; j < d; ++j) rest[j] = x.c[i * d + j] * x.b[j * x.inputs + q];
      const T both[2] = {norm, detail::factored_norm<true>(a, rest, u, d)};
      norm = x.inputs * x.outputs == 1 ? both[1] : detail::norm_of(std::span<const T>(both));
    }
  return {stability::stable, norm, norm, norm};
}

/// The root of Σ_{k<K} |h_k|², whatever the status.
template <class Z>
system_measure<detail::real_of<Z>> h2_norm(const modal_form<Z>& x, extent<> horizon) {
  using T = detail::real_of<Z>;
  x.validate("h2_norm");
  detail::require_horizon("h2_norm", horizon);
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
        if (!is_finite(size))
          return detail::measured_wide(x, [&](const auto& wide) { return h2_norm(wide, horizon); });
        if (ended) break;
      }
      norms.push_back(unit * sqrt_of(sum));
    }
  const T norm = detail::norm_of(std::span<const T>(norms));
  if (!is_finite(norm)) return system_measure<T>::none(stability_of(x));
  return {stability_of(x), norm, norm, norm};
}

}  // namespace lssm
