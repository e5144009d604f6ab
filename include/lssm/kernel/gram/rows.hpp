// SPDX-License-Identifier: BSD-3-Clause
// The squared loss in Gram form of few modes and short sequences, with its gradient, and steps along it: all numbers stay in
// registers.
//
//   h_k = Σ_j c_j b_j a_j^k     e = h - center     ρ = F e - t     L = ½ |ρ|² + L_0     g = Fᵀ ρ     P(x) = Σ_k g_k x^k
//   ∂a_j = c_j b_j P'(a_j)      ∂b_j = c_j P(a_j)      ∂c_j = b_j P(a_j)
//
//   a, b, c   modes and their weights (d)        F       rows f_q (rank, kappa), zeros up to (kappa, kappa)
//   h, e, g   (kappa)                            t, ρ    what the rows have to fit, residual (kappa), zeros after the rank
//
//   fits_registers<T, D, K>  whether there is such a kernel for these sizes
//   gram_rows<T, D, K>       evaluate(at)                              loss and gradient
//                            descend<Moved>(at, watch)                 steps at watch.rate, with the loss of each
//                            descend<Moved, Norm>(at, watch, rate_of)  steps at the rate that rate_of makes of the squares of
//                                                                      the gradient by A, B and C, with the loss of each
//
// Every sum has the order of the general path: moments that of kernel/power_moments.hpp, rows and columns that of
// weigh_rows() of kernel/blocks.hpp, P and P' that of kernel/polynomial.hpp, squares those of dot() and
// kernel/full_gradient.hpp. So a student has the same bits with static and run-time sizes, alone and in a lane, however its
// steps are taken. Only what is not on the way from one step to the next is free: the loss is one sum, in the order of the
// rows.
#pragma once

#include <array>
#include <span>

#include "../blocks.hpp"
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

/// Which entries of the gradient by A count: those that are stored, or all of a full matrix.
enum class norm_of_state { diagonal, full };

template <class T, integer D, integer K>
class gram_rows {
 public:
  gram_rows() = default;
  /// `center` is of length K, `rows` holds as many rows of length K as `fitted` has numbers, at most K.
  gram_rows(const T* center, std::span<const T> fitted, const T* rows, const T& least_loss)
      : least_loss_(least_loss) {
    T padded[4][entries] = {};
    for (std::size_t k = 0; k < kappa; ++k) padded[0][k] = center[k];
    for (std::size_t q = 0; q < fitted.size(); ++q) {
      padded[1][q] = fitted[q];
      some_fitted_ = some_fitted_ || fitted[q] != T(0);
    }
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
    take<Moved>(at, watch, [rate = watch.rate](const modes&, const modes&, const values&) { return rate; });
  }
  /// The same from a, b, c with their gradient and g; rate_of({‖∂A‖², ‖∂B‖², ‖∂C‖²}) of the step to come, zeros for matrices
  /// that rest. watch.rate is that of the last step then. What rate_of keeps goes with the steps, in registers.
  template <moved_matrices Moved, norm_of_state Norm, class Rate>
  void descend(const gram_point<T>& at, watched_steps<T>& watch, Rate& rate_of) const {
    Rate mine = rate_of;
    take<Moved>(
        at, watch, [&](const modes& s, const modes& ds, const values& v) __attribute__((always_inline)) {
          return mine(squares<Moved, Norm>(s, ds, v));
        });
    rate_of = mine;
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

  template <moved_matrices Moved>
  [[gnu::always_inline]] void take(const gram_point<T>& at, watched_steps<T>& watch,
                                   const auto& rate_at) const {
    modes s, ds;
    values v;
    read(s, at.a, at.b, at.c);
    read(ds, at.da, at.db, at.dc);
    load(v.g, at.g, K);
    watched_steps<T> w = watch;
    do {
      w.rate = rate_at(s, ds, v);
      const block factor = block::fill(-w.rate);
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

  [[gnu::always_inline]] T evaluate(const modes& s, modes& ds, values& v) const {
    block w[registers];
    unrolled<registers>([&](auto i) __attribute__((always_inline)) { w[i] = s.c[i] * s.b[i]; });
    moments(s, w, v.h);
    block e[pieces], loss;
    unrolled<pieces>([&](auto r) __attribute__((always_inline)) { e[r] = v.h[r] - center_[r]; });
    weigh(e, columns_, v.rho, [](const block&) {});
    if (some_fitted_)
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

  /// ‖∂A‖², ‖∂B‖² and ‖∂C‖² of the matrices that move.
  template <moved_matrices Moved, norm_of_state Norm>
  [[gnu::always_inline]] static std::array<T, 3> squares(const modes& s, const modes& ds, const values& v) {
    const auto square = [](const block(&x)[registers]) __attribute__((always_inline)) {
      block parts = block::fill(T(0));
      unrolled<registers>([&](auto i) __attribute__((always_inline)) {
        const block y = modes_of<i>(x[i]);
        parts = fused(y, y, parts);
      });
      return block_sum(parts);
    };
    std::array<T, 3> sums{};
    if constexpr (Moved.a && Norm == norm_of_state::full) sums[0] = full_square(s, v);
    if constexpr (Moved.a && Norm == norm_of_state::diagonal) sums[0] = square(ds.a);
    if constexpr (Moved.b) sums[1] = square(ds.b);
    if constexpr (Moved.c) sums[2] = square(ds.c);
    return sums;
  }
  /// full_gradient_norm2() of kernel/full_gradient.hpp, pairs of modes.
  [[gnu::always_inline]] static T full_square(const modes& s, const values& v) {
    if constexpr (K < 2) {
      return T(0);
    } else {
      constexpr std::size_t top = kappa - 2, d = D;
      alignas(64) T q[kappa - 1][8 * registers], b_squares[8 * registers], c_squares[8 * registers];
      block y[registers], z[registers];
      unrolled<registers>([&](auto i) __attribute__((always_inline)) {
        y[i] = s.b[i] * s.b[i], z[i] = s.c[i] * s.c[i];
        y[i].store(b_squares + 8 * i), z[i].store(c_squares + 8 * i);
        block p;
        unrolled<kappa - 1>([&](auto step) __attribute__((always_inline)) {
          constexpr std::size_t k = kappa - 1 - step;
          const block one = v.g[k / 8].template spread<k % 8>();
          p = step == 0 ? one : fused(p, s.a[i], one);
          p.store(q[k - 1] + 8 * i);
        });
      });
      block part;
      unrolled<registers>([&](auto r) __attribute__((always_inline)) {
        constexpr std::size_t own = 8 * r, next = own + 8 < d ? own + 8 : d;
        block by_b = block::fill(T(0)), by_c = by_b;
        const auto square = [&](std::size_t i) __attribute__((always_inline)) {
          block p = block::fill(q[top][i]);
          unrolled<top>([&](auto step) __attribute__((always_inline)) {
            p = fused(p, s.a[r], block::fill(q[top - 1 - step][i]));
          });
          return p * p;
        };
#pragma GCC unroll 1
        for (std::size_t i = own; i < next; ++i) by_b = fused(block::fill(c_squares[i]), square(i), by_b);
#pragma GCC unroll 1
        for (std::size_t i = next; i < d; ++i) {
          const block p = square(i);
          by_b = fused(block::fill(c_squares[i]), p, by_b);
          by_c = fused(block::fill(b_squares[i]), p, by_c);
        }
        const block mine = modes_of<r>(fused(z[r], by_c, y[r] * by_b));
        part = r == 0 ? mine : part + mine;
      });
      return block_sum(part);
    }
  }
  /// Zeros after the last mode, in the last register.
  template <std::size_t Register>
  [[gnu::always_inline]] static block modes_of(block x) {
    if constexpr (D % 8 != 0 && Register == registers - 1) x.keep(D % 8);
    return x;
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
  bool some_fitted_ = false;
};

}  // namespace lssm::kernel
