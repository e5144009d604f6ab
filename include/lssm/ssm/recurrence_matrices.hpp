// SPDX-License-Identifier: BSD-3-Clause
// The recurrence of a bound system as matrices, for execution modes that take powers of A.
//
//   symbol  shape              meaning
//   A       (n) or (n, n)      transition: an entry for each mode, real or complex, or a full matrix
//   B       (n, m)             s_t = A s_{t-1} + B x_t
//   E, F    (p, n), (p, m)     C A and C B: y_t = weight Re(E s_{t-1}) + F x_t
//
// A, B and E are in more digits than the scalar where there is one that costs little: a power of A then is as good as A.
#pragma once

#include <vector>

#include "bound_system.hpp"
#include "mode_access.hpp"

namespace lssm {

namespace detail {

/// A scalar with more digits for powers of A, where there is one that costs little.
template <class T>
struct digits_for_powers {
  using type = T;
};
template <>
struct digits_for_powers<float> {
  using type = double;
};
template <>
struct digits_for_powers<double> {
  using type = long double;
};
template <class To, Scalar T>
To mode_in(const T& z) {
  return static_cast<To>(z);
}
template <class To, class T>
To mode_in(const eigenvalue<T>& z) {
  using U = mode_scalar<To>;
  return {static_cast<U>(z.re), static_cast<U>(z.im)};
}
template <class T>
auto widened_mode(const T& z) {
  using W = typename digits_for_powers<T>::type;
  return static_cast<W>(z);
}
template <class T>
auto widened_mode(const eigenvalue<T>& z) {
  return eigenvalue<typename digits_for_powers<T>::type>{widened_mode(z.re), widened_mode(z.im)};
}
template <class Z>
using wide_mode = decltype(widened_mode(Z()));

/// A (n), one entry a mode, or (n, n).
template <class Z, bool Full>
struct transition {
  std::size_t n;
  std::vector<Z> entries;

  /// to (n) += A from (n).
  void add_to(const Z* from, Z* to) const {
    for (std::size_t i = 0; i < n; ++i)
      if constexpr (Full) {
        for (std::size_t j = 0; j < n; ++j) to[i] = fused_sum(entries[i * n + j], from[j], to[i]);
      } else {
        to[i] = fused_sum(entries[i], from[i], to[i]);
      }
  }
  /// A rows (r, n) ← rows A, or columns: (n, r) ← A columns.
  std::vector<Z> after(const std::vector<Z>& rows) const {
    std::vector<Z> out(rows.size(), real_mode<Z>(mode_scalar<Z>(0)));
    for (std::size_t r = 0; r < rows.size() / n; ++r)
      for (std::size_t j = 0; j < n; ++j)
        if constexpr (Full) {
          for (std::size_t i = 0; i < n; ++i)
            out[r * n + j] = fused_sum(rows[r * n + i], entries[i * n + j], out[r * n + j]);
        } else {
          out[r * n + j] = times(rows[r * n + j], entries[j]);
        }
    return out;
  }
  std::vector<Z> before(const std::vector<Z>& columns) const {
    std::vector<Z> out(columns.size(), real_mode<Z>(mode_scalar<Z>(0)));
    const std::size_t m = columns.size() / n;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t q = 0; q < m; ++q)
        if constexpr (Full) {
          for (std::size_t j = 0; j < n; ++j)
            out[i * m + q] = fused_sum(entries[i * n + j], columns[j * m + q], out[i * m + q]);
        } else {
          out[i * m + q] = times(entries[i], columns[i * m + q]);
        }
    return out;
  }
  transition squared() const { return {n, after(entries)}; }
  /// A^k, k >= 1.
  transition power(std::size_t k) const {
    if (k == 1) return *this;
    const transition half = power(k / 2).squared();
    return k % 2 ? transition{n, after(half.entries)} : half;
  }
};
/// Appends modes in another scalar.
template <class To, class Z>
void append_modes(const std::vector<Z>& from, std::vector<To>& to) {
  for (const Z& z : from) to.push_back(mode_in<To>(z));
}
template <class To, class Z, bool Full>
transition<To, Full> narrowed(const transition<Z, Full>& a) {
  transition<To, Full> out{a.n, {}};
  append_modes(a.entries, out.entries);
  return out;
}

/// A recurrence in numbers: s_t = A s_{t-1} + B x_t, y_t = weight Re(E s_{t-1}) + F x_t.
template <class T, class Z, bool Full>
struct stepping {
  using mode = Z;
  using wide = wide_mode<Z>;
  static constexpr bool full = Full;
  transition<wide, Full> a;
  std::vector<wide> b, e;  // (n, m), (p, n)
  std::vector<T> f;        // (p, m), h_0
  int weight;

  /// u (n) += columns (n, m) x.
  void drive(const Z* columns, const T* x, std::size_t m, Z* u) const {
    for (std::size_t j = 0; j < a.n; ++j)
      for (std::size_t q = 0; q < m; ++q) u[j] = fused_sum(columns[j * m + q], real_mode<Z>(x[q]), u[j]);
  }
  /// y (p) += weight Re(rows s).
  void read(const Z* rows, const Z* s, T* y, std::size_t p) const {
    for (std::size_t i = 0; i < p; ++i) {
      Z sum = real_mode<Z>(T(0));
      for (std::size_t j = 0; j < a.n; ++j) sum = fused_sum(rows[i * a.n + j], s[j], sum);
      y[i] = y[i] + T(weight) * real_component(sum);
    }
  }
};

template <class S>
concept DiscretizedModes = requires(const typename S::template parameters<double> p, S s) {
  typename S::method;
  S::at(p, std::size_t(0)).carried;
  s.structure;
};
/// Modes as they are: a, b and c, or real and imaginary parts of them.
template <class S>
concept StoresModes = DiagonalStructure<S> ||(StoresHalves<S>&& ModalSlots<S>);
/// Structures whose recurrence is known by its matrices.
template <class S>
concept HasRecurrence = StoresModes<S> || DiscretizedModes<S> ||(Stepwise<S>&& HasStateSize<S>);

/// A by advance from unit states, B from unit inputs.
template <class T, class S>
auto probed_recurrence(const bound_system<T, S>& x) {
  const std::size_t n = static_cast<std::size_t>(x.state_size()), m = S::inputs, p = S::outputs;
  using wide = wide_mode<T>;
  stepping<T, T, true> out{{n, std::vector<wide>(n * n)},
                           std::vector<wide>(n * m),
                           std::vector<wide>(p * n),
                           std::vector<T>(p * m),
                           1};
  std::vector<T> in(m, T(0)), state(n, T(0)), y(p, T(0));
  for (std::size_t j = 0; j < n + m; ++j) {
    for (T& v : state) v = T(0);
    for (T& v : in) v = T(0);
    (j < n ? state[j] : in[j - n]) = T(1);
    S::advance(x.system, view<T>(in), std::span<T>(state), std::span<T>(y));
    for (std::size_t i = 0; i < n; ++i)
      (j < n ? out.a.entries[i * n + j] : out.b[i * m + j - n]) = wide(state[i]);
    for (std::size_t i = 0; i < p; ++i)
      if (j < n)
        out.e[i * n + j] = wide(y[i]);
      else
        out.f[i * m + j - n] = y[i];
  }
  return out;
}

/// A from the poles of modes, E from c and what a mode carries into the next step.
template <class Inner, class T, class S>
auto modal_recurrence(const bound_system<T, S>& x, auto pole, auto carried) {
  using Z = mode_of<Inner, T>;
  const std::size_t n = modes_of<S>(x.system), m = S::inputs, p = S::outputs;
  stepping<T, Z, false> out{{n, {}}, {}, {}, std::vector<T>(p * m), mode_weight<Inner>};
  for (std::size_t j = 0; j < n; ++j) out.a.entries.push_back(widened_mode(pole(j)));
  for (std::size_t l = 0; l < n * m; ++l) out.b.push_back(widened_mode(input_entry<Inner>(x.system, l)));
  for (std::size_t l = 0; l < p * n; ++l)
    out.e.push_back(
        times(widened_mode(output_entry<Inner>(x.system, l)), wide_mode<Z>(widened_mode(carried(l % n)))));
  x.impulse_response(std::span<T>(out.f));
  return out;
}

/// The recurrence mode by mode where there are modes.
template <class T, class S>
auto recurrence_of(const bound_system<T, S>& x) {
  static_assert(HasRecurrence<S>,
                "chunk_mode, scan_mode: the structure has neither modes nor advance with state_size: "
                "recurrence_mode and fft_mode need the impulse response alone (docs/execution.md)");
  x.require_fitting("outputs_by");
  if constexpr (DiscretizedModes<S>) {
    return modal_recurrence<std::remove_cvref_t<decltype(S().structure)>>(
        x, [&](std::size_t j) { return S::at(x.system, j).pole; },
        [&](std::size_t j) { return S::at(x.system, j).carried; });
  } else if constexpr (StoresModes<S>) {
    const auto pole = [&](std::size_t j) { return state_entry<S>(x.system, j); };
    return modal_recurrence<S>(x, pole, pole);
  } else if constexpr (HasRecurrence<S>) {
    return probed_recurrence(x);
  } else {
    return stepping<T, T, true>{};
  }
}

}  // namespace detail

}  // namespace lssm
