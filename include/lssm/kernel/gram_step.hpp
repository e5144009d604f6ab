// SPDX-License-Identifier: BSD-3-Clause
// Steps of gradient descent on the squared last-output loss in Gram form, without the loss.
//
//   h_k = Σ_j w_j a_j^k,  w = b c          e = h - h°          g = 2 rate G e          P(x) = Σ_k g_k x^k
//   a_j ← a_j - w_j P'(a_j),   b_j ← b_j - c_j P(a_j),   c_j ← c_j - b_j P(a_j)
//
//   a, b, c   modes and weights (d)                     h°, e   a response with the least loss, and the difference (kappa)
//   G         Gram matrix of the inputs (kappa, kappa)  g, P    rate times the cotangent of h, as a polynomial
//
//   gram_step_constants<T>                what does not change from step to step: 2 rate G and h°
//   gram_steps<D, K, Moved>(f, a, b, c, n)    n steps of the matrices named by Moved, all in registers; D, K known and small
//   gram_steps of other sizes                 kernel/gram_step_blocked.hpp
//
// A single small student waits for results, it does not wait for multipliers: powers in four chains, sums that end in every
// lane, even and odd coefficients of P apart. Sums over modes have sixteen partial sums, folded in halves, whatever
// the hardware, and all sizes round alike. Sequences longer than `short_kappa` have another order of operations.
#pragma once

#include <array>
#include <vector>

#include "registers.hpp"

namespace lssm::kernel {

inline constexpr integer short_kappa = 16;

/// Which of A, B and C a step changes.
struct moved {
  bool a = true, b = true, c = true;
};

/// Numbers from the start of a cache line on, zero at first.
template <class T>
class aligned_numbers {
 public:
  explicit aligned_numbers(integer count)
      : lines_(static_cast<std::size_t>((count + in_line - 1) / in_line)) {}
  T* data() { return lines_.data()->x; }
  const T* data() const { return lines_.data()->x; }

 private:
  static constexpr integer in_line = static_cast<integer>(64 / sizeof(T));
  struct alignas(64) line {
    T x[static_cast<std::size_t>(in_line)] = {};
  };
  std::vector<line> lines_;
};

template <class T>
class gram_step_constants {
 public:
  explicit gram_step_constants(integer kappa)
      : kappa_(kappa), numbers_((1 + (kappa <= short_kappa ? 2 : 1) * kappa) * stride(kappa)) {}

  /// From one column to the next: kappa in whole registers.
  static constexpr integer stride(integer kappa) {
    constexpr integer sums = static_cast<integer>(whole_sums);
    return (kappa + sums - 1) / sums * sums;
  }
  integer kappa() const { return kappa_; }
  T* target() { return numbers_.data(); }
  const T* target() const { return numbers_.data(); }
  /// Columns of 2 rate G, zeros beyond kappa.
  T* columns() { return target() + stride(kappa_); }
  const T* columns() const { return target() + stride(kappa_); }
  /// The same for the coefficients of P', of short sequences: entry i is (i + 1) times entry i + 1 of that column.
  const T* slope_columns() const { return columns() + kappa_ * stride(kappa_); }

  /// Precondition: the columns are written.
  void write_slopes() {
    if (kappa_ > short_kappa) return;
    T* slope = columns() + kappa_ * stride(kappa_);
    for (integer k = 0; k < kappa_; ++k, slope += stride(kappa_))
      for (integer i = 0; i + 1 < kappa_; ++i)
        slope[i] = T(static_cast<double>(i + 1)) * columns()[k * stride(kappa_) + i + 1];
  }

 private:
  integer kappa_;
  aligned_numbers<T> numbers_;
};

namespace detail {

template <class T, class V>
[[gnu::always_inline]] inline V fused(const V& x, const V& y, const V& z) {
  V r;
  fuse<T>(x, y, z, r);
  return r;
}

/// The partial sums first, first + step, ... folded.
template <class V, std::size_t Pieces, std::size_t Count, std::size_t First = 0, std::size_t Step = 1>
[[gnu::always_inline]] inline V folded_pieces(const V (&part)[Pieces]) {
  if constexpr (First + Step >= Count || Step >= Pieces) {
    return part[First];
  } else {
    return folded_pieces<V, Pieces, Count, First, 2 * Step>(part) +
           folded_pieces<V, Pieces, Count, First + Step, 2 * Step>(part);
  }
}

}  // namespace detail

/// Sizes for which a step stays in registers, or next to them.
template <integer D, integer K>
inline constexpr bool in_registers = D != dynamic&& K != dynamic&& D <= 64 && K >= 2 && K <= short_kappa;

/// n steps. Preconditions: a, b, c hold D numbers, f is of length K and its slopes are written.
template <integer D, integer K, moved M, class T>
  requires in_registers<D, K>
void gram_steps(const gram_step_constants<T>& f, T* to_a, T* to_b, T* to_c, integer n) {
  using vector = typename whole<T>::vector;
  using detail::fused;
  constexpr std::size_t lanes = whole<T>::lanes, pieces = whole<T>::pieces, kappa = K;
  constexpr std::size_t modes = (D + lanes - 1) / lanes, rows = (kappa + lanes - 1) / lanes;
  constexpr std::size_t stride = gram_step_constants<T>::stride(K);
  const auto left = [](std::size_t i) { return D - static_cast<integer>(i * lanes); };
  const T *const target = f.target(), *const columns = f.columns(), *const slope_columns = f.slope_columns();

  vector a[modes], b[modes], c[modes];
  unrolled<modes>([&](auto i) __attribute__((always_inline)) {
    a[i] = load_whole(to_a + i * lanes, left(i));
    b[i] = load_whole(to_b + i * lanes, left(i));
    c[i] = load_whole(to_c + i * lanes, left(i));
  });
  for (; n > 0; --n) {
    // h, then e in every lane
    vector w[modes], square[modes], fourth[modes], p[modes][4], e[kappa];
    unrolled<modes>([&](auto i) __attribute__((always_inline)) { in_registers_now(a[i], b[i], c[i]); });
    unrolled<modes>([&](auto i) __attribute__((always_inline)) {
      w[i] = b[i] * c[i];
      square[i] = a[i] * a[i];
      fourth[i] = square[i] * square[i];
      p[i][0] = w[i], p[i][1] = w[i] * a[i];
      p[i][2] = p[i][0] * square[i], p[i][3] = p[i][1] * square[i];
    });
    unrolled<kappa>([&](auto k) __attribute__((always_inline)) {
      vector sum[pieces];
      unrolled<modes>([&](auto i) __attribute__((always_inline)) {
        if constexpr (k >= 4) p[i][k % 4] = p[i][k % 4] * fourth[i];
        if constexpr (i < pieces) {
          sum[i] = p[i][k % 4];
        } else {
          sum[i % pieces] = sum[i % pieces] + p[i][k % 4];
        }
      });
      e[k] = spread_sum<T>(detail::folded_pieces<vector, pieces, modes>(sum)) - spread(target[k]);
    });

    // the coefficients of P and P'
    alignas(64) T g[rows * lanes], slope[rows * lanes];
    unrolled<rows>([&](auto r) __attribute__((always_inline)) {
      vector u[2], v[2];
      unrolled<kappa>([&](auto k) __attribute__((always_inline)) {
        const vector x = load_whole(columns + k * stride + r * lanes),
                     y = load_whole(slope_columns + k * stride + r * lanes);
        if constexpr (k < 2) {
          u[k] = e[k] * x, v[k] = e[k] * y;
        } else {
          u[k % 2] = fused<T>(e[k], x, u[k % 2]), v[k % 2] = fused<T>(e[k], y, v[k % 2]);
        }
      });
      store_whole<T>(u[0] + u[1], g + r * lanes);
      store_whole<T>(v[0] + v[1], slope + r * lanes);
    });
    in_memory_now(g), in_memory_now(slope);

    // P and P' at the modes, even and odd coefficients apart
    vector value[modes][2], bend[modes][2];
    unrolled<kappa>([&](auto step) __attribute__((always_inline)) {
      constexpr std::size_t k = kappa - 1 - step;
      const vector x = spread(g[k]);
      unrolled<modes>([&](auto i) __attribute__((always_inline)) {
        value[i][k % 2] = step < 2 ? x : fused<T>(value[i][k % 2], square[i], x);
      });
      if constexpr (k > 0) {
        const vector y = spread(slope[k - 1]);
        unrolled<modes>([&](auto i) __attribute__((always_inline)) {
          bend[i][(k - 1) % 2] = step < 2 ? y : fused<T>(bend[i][(k - 1) % 2], square[i], y);
        });
      }
    });
    unrolled<modes>([&](auto i) __attribute__((always_inline)) {
      const vector q = fused<T>(value[i][1], a[i], value[i][0]);
      vector dq = bend[i][0];
      if constexpr (kappa > 2) dq = fused<T>(bend[i][1], a[i], dq);
      const vector old_b = b[i];
      if constexpr (M.a) a[i] = fused<T>(-w[i], dq, a[i]);
      if constexpr (M.b) b[i] = fused<T>(-c[i], q, b[i]);
      if constexpr (M.c) c[i] = fused<T>(-old_b, q, c[i]);
    });
  }
  unrolled<modes>([&](auto i) __attribute__((always_inline)) {
    if constexpr (M.a) store_whole<T>(a[i], to_a + i * lanes, left(i));
    if constexpr (M.b) store_whole<T>(b[i], to_b + i * lanes, left(i));
    if constexpr (M.c) store_whole<T>(c[i], to_c + i * lanes, left(i));
  });
}

}  // namespace lssm::kernel
