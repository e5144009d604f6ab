// SPDX-License-Identifier: BSD-3-Clause
// The squared loss in Gram form of few modes and short sequences, with its gradient, and steps of gradient descent on it:
// all numbers stay in registers.
//
//   h_k = Σ_j c_j b_j a_j^k     e = h - center     ρ = F e - t     L = ½ |ρ|² + L_0     g = Fᵀ ρ     P(x) = Σ_k g_k x^k
//   ∂a_j = c_j b_j P'(a_j)      ∂b_j = c_j P(a_j)      ∂c_j = b_j P(a_j)
//
//   a, b, c   modes and their weights (d)        F       rows f_q (rank, kappa), zeros up to (kappa, kappa)
//   h, e, g   (kappa)                            t, ρ    what the rows have to fit, residual (kappa), zeros after the rank
//
//   fits_registers<T, D, K>  whether there is such a kernel for these sizes
//   gram_rows<T, D, K>       evaluate(at)                 loss and gradient
//                            descend<Moved>(at, watch)    steps, with the loss of each
//
// Every sum has the order of the general path: moments that of kernel/power_moments.hpp, rows and columns that of
// weigh_rows() of kernel/blocks.hpp, P and P' that of kernel/polynomial.hpp. So a student has the same bits with static and
// run-time sizes, alone and in a lane, however its steps are taken. Only what is not on the way from one step to the next is
// free: the loss is one sum, in the order of the rows.
#pragma once

#include <span>

#include "../block.hpp"
#include "moved_matrices.hpp"
#include "watched_steps.hpp"

namespace lssm::kernel {

/// Whether loss and gradient of a student of these sizes stay in registers, or in the nearest cache.
template <class T, integer D, integer K>
inline constexpr bool fits_registers =
    is_native<T>&& D != dynamic&& K != dynamic&& D >= 1 && D <= 64 && K >= 1 && K <= 16;

/// Where a student stands, in memory: read and written are a, b, c (d) and their gradient, written h, g (kappa) and ρ (whole
/// blocks).
template <class T>
struct gram_point {
  T *a, *b, *c, *da, *db, *dc, *h, *g, *residual;
};

template <class T, integer D, integer K>
class gram_rows {
 public:
  gram_rows() = default;
  /// `center` is of length K, `rows` holds as many rows of length K as `fitted` has numbers, at most K.
  gram_rows(const T* center, std::span<const T> fitted, const T* rows, const T& least_loss)
      : least_loss_(least_loss) {
    T padded[4][entries] = {};
    for (std::size_t k = 0; k < kappa; ++k) padded[0][k] = center[k];
    for (std::size_t q = 0; q < fitted.size(); ++q) padded[1][q] = fitted[q];
    load(center_, padded[0], entries), load(fitted_, padded[1], entries);
    for (std::size_t i = 0; i < kappa; ++i) {
      for (std::size_t k = 0; k < kappa; ++k) {
        padded[2][k] = k < fitted.size() ? rows[k * kappa + i] : T(0);
        padded[3][k] = i < fitted.size() ? rows[i * kappa + k] : T(0);
      }
      load(columns_[i], padded[2], entries), load(rows_[i], padded[3], entries);
    }
  }

  /// The loss at a, b, c; writes all else, or nothing where the loss is not finite.
  T evaluate(const gram_point<T>& at) const {
    modes s, ds;
    values v;
    read(s, at.a, at.b, at.c);
    const T loss = evaluate(s, ds, v);
    if (is_finite(loss)) {
      write<moved_matrices{}>(ds, at.da, at.db, at.dc);
      write(v, at);
    }
    return loss;
  }
  /// At least one step of the matrices in Moved, from a, b, c with their gradient. Nothing is written where the last loss is
  /// not finite: entries of g that no row sees would become NaN.
  template <moved_matrices Moved>
  void descend(const gram_point<T>& at, watched_steps<T>& watch) const {
    modes s, ds;
    values v;
    read(s, at.a, at.b, at.c);
    read(ds, at.da, at.db, at.dc);
    const block factor = block::fill(T(0) - watch.rate);
    watched_steps<T> w = watch;
    do {
      unrolled<registers>([&](auto i) __attribute__((always_inline)) {
        if constexpr (Moved.a) s.a[i] = fused(factor, ds.a[i], s.a[i]);
        if constexpr (Moved.b) s.b[i] = fused(factor, ds.b[i], s.b[i]);
        if constexpr (Moved.c) s.c[i] = fused(factor, ds.c[i], s.c[i]);
      });
    } while (w.count(evaluate(s, ds, v)));
    watch = w;
    if (!is_finite(w.loss)) return;
    write<Moved>(s, at.a, at.b, at.c);
    write<moved_matrices{}>(ds, at.da, at.db, at.dc);
    write(v, at);
  }

 private:
  using block = kernel::block<T, 8>;
  static constexpr std::size_t kappa = K, pieces = (kappa + 7) / 8, entries = 8 * pieces,
                               registers = (D + 7) / 8;
  struct modes {
    block a[registers], b[registers], c[registers];
  };
  struct values {
    block h[pieces], rho[pieces], g[pieces];
  };

  [[gnu::always_inline]] T evaluate(const modes& s, modes& ds, values& v) const {
    block w[registers];
    unrolled<registers>([&](auto i) __attribute__((always_inline)) { w[i] = s.c[i] * s.b[i]; });
    moments(s, w, v.h);
    block e[pieces], loss;
    unrolled<pieces>([&](auto r) __attribute__((always_inline)) { e[r] = v.h[r] - center_[r]; });
    weigh(e, columns_, v.rho, [](const block&) {});
    unrolled<pieces>([&](auto r) __attribute__((always_inline)) { v.rho[r] = v.rho[r] - fitted_[r]; });
    loss = block::fill(T(0));
    weigh(
        v.rho, rows_, v.g, [&](const block& x) __attribute__((always_inline)) { loss = fused(x, x, loss); });
    slopes(s, w, v.g, ds);
    return mul_add(loss.v[0][0], T(0.5), least_loss_);
  }

  /// Even and odd powers in two chains, eight partial sums.
  [[gnu::always_inline]] static void moments(const modes& s, const block (&w)[registers],
                                             block (&h)[pieces]) {
    block sum[entries];
    unrolled<entries>([&](auto k) __attribute__((always_inline)) { sum[k] = block::fill(T(0)); });
    unrolled<registers>([&](auto i) __attribute__((always_inline)) {
      const block square = s.a[i] * s.a[i];
      block power[2] = {w[i], w[i] * s.a[i]};
      unrolled<kappa>([&](auto k) __attribute__((always_inline)) {
        if constexpr (k >= 2) power[k % 2] = power[k % 2] * square;
        sum[k] = i == 0 ? power[k % 2] : sum[k] + power[k % 2];
      });
    });
    unrolled<pieces>([&](auto r) __attribute__((always_inline)) {
      block eight[8];
      unrolled<8>([&](auto k) __attribute__((always_inline)) { eight[k] = sum[8 * r + k]; });
      h[r] = block::sums(eight);
    });
  }
  /// y = Σ_k x_k v_k, one after the other; see(x_k) is shown each in all lanes.
  [[gnu::always_inline]] static void weigh(const block (&x)[pieces], const block (&v)[kappa][pieces],
                                           block (&y)[pieces], const auto& see) {
    unrolled<pieces>([&](auto r) __attribute__((always_inline)) { y[r] = block::fill(T(0)); });
    unrolled<kappa>([&](auto k) __attribute__((always_inline)) {
      const block one = x[k / 8].template spread<k % 8>();
      unrolled<pieces>([&](auto r) __attribute__((always_inline)) { y[r] = fused(one, v[k][r], y[r]); });
      see(one);
    });
  }
  /// P and P' at all modes by Horner's rule, then the gradient.
  [[gnu::always_inline]] static void slopes(const modes& s, const block (&w)[registers],
                                            const block (&g)[pieces], modes& ds) {
    block p[registers], slope[registers];
    unrolled<kappa>([&](auto step) __attribute__((always_inline)) {
      constexpr std::size_t k = kappa - 1 - step;
      const block one = g[k / 8].template spread<k % 8>();
      unrolled<registers>([&](auto i) __attribute__((always_inline)) {
        if constexpr (step == 0) {
          p[i] = one, slope[i] = block::fill(T(0));
        } else {
          slope[i] = fused(slope[i], s.a[i], p[i]);
          p[i] = fused(p[i], s.a[i], one);
        }
      });
    });
    unrolled<registers>([&](auto i) __attribute__((always_inline)) {
      ds.a[i] = w[i] * slope[i], ds.b[i] = s.c[i] * p[i], ds.c[i] = s.b[i] * p[i];
    });
  }

  template <std::size_t N>
  static void load(block (&x)[N], const T* from, integer n) {
    unrolled<N>([&](auto i) __attribute__((always_inline)) {
      constexpr integer first = static_cast<integer>(8 * i);
      if (n - first >= 8) {
        x[i].load(from + first);
      } else {
        x[i].load(from + first, n - first);
      }
    });
  }
  template <std::size_t N>
  static void store(const block (&x)[N], T* to, integer n) {
    unrolled<N>([&](auto i) __attribute__((always_inline)) {
      constexpr integer first = static_cast<integer>(8 * i);
      if (n - first >= 8) {
        x[i].store(to + first);
      } else {
        x[i].store(to + first, n - first);
      }
    });
  }
  static void read(modes& s, const T* a, const T* b, const T* c) {
    load(s.a, a, D), load(s.b, b, D), load(s.c, c, D);
  }
  template <moved_matrices Which>
  static void write(const modes& s, T* a, T* b, T* c) {
    if constexpr (Which.a) store(s.a, a, D);
    if constexpr (Which.b) store(s.b, b, D);
    if constexpr (Which.c) store(s.c, c, D);
  }
  static void write(const values& v, const gram_point<T>& at) {
    store(v.h, at.h, K), store(v.g, at.g, K), store(v.rho, at.residual, entries);
  }

  block center_[pieces]{}, fitted_[pieces]{}, columns_[kappa][pieces]{}, rows_[kappa][pieces]{};
  T least_loss_{};
};

}  // namespace lssm::kernel
