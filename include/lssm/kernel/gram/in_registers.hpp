// SPDX-License-Identifier: BSD-3-Clause
// The steps of step.hpp where all numbers stay in registers.
//
// One small student is latency-bound, not throughput-bound: powers go in four chains; sums begin at -h°; two sums are folded
// at once, each into one half of a register, so that even and odd entries of e meet their columns of G side by side; and no
// number leaves the registers, since a shuffle takes less time than a store and its load. Sums over modes have sixteen
// partial sums, folded in halves, on every hardware, so that all sizes round alike.
#pragma once

#include <algorithm>
#include <span>

#include "../whole_registers.hpp"
#include "constants.hpp"
#include "last_modes.hpp"
#include "moved_matrices.hpp"
#include "rule_registers.hpp"
#include "step.hpp"
#include "watched_steps.hpp"

namespace lssm::kernel {

/// Whether a step of these sizes stays in registers, or in the nearest cache.
template <integer D, integer K>
inline constexpr bool in_registers = D != dynamic&& K != dynamic&& D <= 64 && K >= 2 && K <= short_kappa;

/// Whether narrow registers are better: where rows of G are short, up to three 32-byte registers have lower latency than
/// one or two 64-byte ones, whose folds take longer.
template <class T, integer D, integer K>
inline constexpr bool suits_narrow = D* static_cast<integer>(sizeof(T)) <= 3 * 32 && K <= 8;

template <class T, integer D, integer K, moved_matrices M>
  requires(in_registers<D, K> && !few_modes<T>(D, K))
class gram_steps<T, D, K, M> {
 public:
  /// Precondition: f is of length K, and f.finish() has been called.
  explicit gram_steps(const gram_step_constants<T>& f) {
    constexpr integer stride = gram_step_constants<T>::stride(K);
    for (std::size_t k = 0; k < kappa; ++k) start_[k] = load<lanes>(f.starts() + k * whole<T>::lanes);
    for (std::size_t q = 0; q < pairs; ++q)
      for (std::size_t r = 0; r < rows; ++r) {
        T both[lanes] = {};
        for (std::size_t l = 0; l < lanes; ++l) {
          const std::size_t k = 2 * q + l / half, i = r * half + l % half;
          if (k >= kappa || i >= coefficients) continue;
          const integer column = static_cast<integer>(k) * stride;
          both[l] = i < kappa ? f.columns()[column + static_cast<integer>(i)]
                              : f.slope_columns()[column + static_cast<integer>(i - kappa)];
        }
        columns_[q][r] = load<lanes>(both);
      }
    for (std::size_t q = 0; q < pairs; ++q)
      for (std::size_t r = 0; r < loss_rows; ++r) {
        T both[lanes] = {};
        for (std::size_t l = 0; l < lanes; ++l) {
          const std::size_t k = 2 * q + l / half, i = r * half + l % half;
          if (k < kappa && i < kappa)
            both[l] = f.rows()[static_cast<integer>(k) * stride + static_cast<integer>(i)];
        }
        rows_[q][r] = load<lanes>(both);
      }
    least_loss_ = f.least_loss;
  }

  /// Takes n steps of the D modes a and their weights b and c, by a rule.
  template <class Move>
  void take(std::span<T> a, std::span<T> b, std::span<T> c, integer n, kept_numbers<T, Move>& rule) {
    go<false>(a, b, c, n, nullptr, rule);
  }
  /// Takes the same steps, with the loss of each, until `watch` ends them.
  template <class Move>
  void take(std::span<T> a, std::span<T> b, std::span<T> c, watched_steps<T>& watch,
            kept_numbers<T, Move>& rule) {
    watched_steps<T> w = watch;
    go<true>(a, b, c, 0, &w, rule);
    watch = w;
  }

 private:
  static constexpr std::size_t bytes =
      suits_narrow<T, D, K> ? std::min<std::size_t>(register_bytes, 32) : register_bytes;
  using registers = whole<T, bytes>;
  using vector = typename registers::vector;
  static constexpr std::size_t lanes = registers::lanes, pieces = registers::pieces, half = lanes / 2,
                               kappa = K, pairs = (kappa + 1) / 2, modes = (D + lanes - 1) / lanes,
                               coefficients = 2 * kappa - 1, rows = (coefficients + half - 1) / half,
                               loss_rows = (kappa + half - 1) / half;

  template <bool Watched, class Move>
  [[gnu::always_inline]] void go(std::span<T> to_a, std::span<T> to_b, std::span<T> to_c, integer n,
                                 [[maybe_unused]] watched_steps<T>* watch, kept_numbers<T, Move>& rule) {
    using rules = rule_registers<T, bytes, modes, M, Move>;
    vector a[modes], b[modes], c[modes];
    typename rules::kept_type kept;
    Move move = rule.move;
    unrolled<modes>([&](auto i) __attribute__((always_inline)) {
      a[i] = load<left(i)>(to_a.data() + i * lanes);
      b[i] = load<left(i)>(to_b.data() + i * lanes);
      c[i] = load<left(i)>(to_c.data() + i * lanes);
    });
    rules::load(
        kept, [&](auto m, auto i, auto r)
                  __attribute__((always_inline)) { return load<left(i)>(rule.row(m, r) + i * lanes); });
    evaluated_modes<T, vector, modes> here;
    for (bool begins = true, known = Watched && last_.are(a, b, c);; begins = known = false) {
      if constexpr (!Watched)
        if (n-- <= 0) break;
      if (known) {
        here = last_.found();
      } else {
        evaluate<Watched>(a, b, c, here);
      }
      if constexpr (Watched)
        if (!(begins ? watch->begin(here.loss) : watch->count(here.loss))) break;
      rules::move(
          move.template next<typename rules::number>(), a, b,
          c, [&](auto i) __attribute__((always_inline)) { return here.w[i]; }, here.p, here.slope, kept);
    }
    if constexpr (Watched) last_.note(a, b, c, here);
    rule.move = move;
    rules::store(
        kept, [&](auto m, auto i, auto r, const vector& v)
                  __attribute__((always_inline)) { store_known<left(i), T>(v, rule.row(m, r) + i * lanes); });
    unrolled<modes>([&](auto i) __attribute__((always_inline)) {
      if constexpr (M.a) store_known<left(i), T>(a[i], to_a.data() + i * lanes);
      if constexpr (M.b) store_known<left(i), T>(b[i], to_b.data() + i * lanes);
      if constexpr (M.c) store_known<left(i), T>(c[i], to_c.data() + i * lanes);
    });
  }

  template <bool Watched>
  [[gnu::always_inline]] void evaluate(const vector (&a)[modes], const vector (&b)[modes],
                                       const vector (&c)[modes],
                                       evaluated_modes<T, vector, modes>& to) const {
    using detail::fused;
    vector square[modes], fourth[modes], power[modes][kappa];  // a², a⁴, w aᵏ
    unrolled<modes>([&](auto i) __attribute__((always_inline)) {
      square[i] = a[i] * a[i];
      fourth[i] = square[i] * square[i];
    });
    vector part[2 * pairs] = {}, e[pairs];  // partial sums; entries 2 q and 2 q + 1, in either half
    unrolled<kappa>([&](auto k) __attribute__((always_inline)) {
      vector sum[pieces];
      sum[0] = start_[k];
      unrolled<modes>([&](auto i) __attribute__((always_inline)) {
        const auto [x, y] = detail::power_factors<k>(a[i], square[i], fourth[i], b[i], c[i], power[i]);
        power[i][k] = x * y;
        if constexpr (i == 0 || i >= pieces) {
          sum[i % pieces] = fused<T>(x, y, sum[i % pieces]);
        } else {
          sum[i] = power[i][k];
        }
      });
      part[k] = detail::folded_pieces<vector, pieces, modes>(sum);
      if constexpr (k % 2 == 1 || k + 1 == kappa)
        e[k / 2] = spread_sum<T, half>(fold_halves<T>(part[k / 2 * 2], part[k / 2 * 2 + 1]));
    });

    if constexpr (Watched) to.loss = loss(e);

    vector g[rows];  // coefficients of P, then those of P', as many in either half
    unrolled<rows>([&](auto r) __attribute__((always_inline)) {
      g[r] = e[0] * columns_[0][r];
      unrolled<pairs - 1>([&](auto q) __attribute__((always_inline)) {
        g[r] = fused<T>(e[q + 1], columns_[q + 1][r], g[r]);
      });
      g[r] = add_other_half<T>(g[r]);
    });
    const auto coefficient = [&](auto i) __attribute__((always_inline)) {
      return spread_entry<i % half, T>(g[i / half]);
    };

    vector value[modes][2], bend[modes][2];  // P and P' at the modes, even and odd coefficients apart
    unrolled<kappa>([&](auto step) __attribute__((always_inline)) {
      constexpr std::size_t k = kappa - 1 - step;
      const vector x = coefficient(std::integral_constant<std::size_t, k>{});
      unrolled<modes>([&](auto i) __attribute__((always_inline)) {
        value[i][k % 2] = step < 2 ? x : fused<T>(value[i][k % 2], square[i], x);
      });
      if constexpr (k > 0) {
        const vector y = coefficient(std::integral_constant<std::size_t, kappa + k - 1>{});
        unrolled<modes>([&](auto i) __attribute__((always_inline)) {
          bend[i][(k - 1) % 2] = step < 2 ? y : fused<T>(bend[i][(k - 1) % 2], square[i], y);
        });
      }
    });
    unrolled<modes>([&](auto i) __attribute__((always_inline)) {
      to.w[i] = power[i][0];
      to.p[i] = fused<T>(value[i][1], a[i], value[i][0]);
      to.slope[i] = bend[i][0];
      if constexpr (kappa > 2) to.slope[i] = fused<T>(bend[i][1], a[i], to.slope[i]);
    });
  }

  static constexpr integer left(std::size_t i) { return D - static_cast<integer>(i * lanes); }
  template <integer N>
  static vector load(const T* from) {
    return load_known<N, T, bytes>(from);
  }

  /// ½ |F e|² + L_0, to the bits of loss_of().
  [[gnu::always_inline]] T loss(const vector (&e)[pairs]) const {
    using detail::fused;
    constexpr std::size_t parts = 8 / half;
    vector sum[parts] = {};
    unrolled<loss_rows>([&](auto r) __attribute__((always_inline)) {
      vector rho = e[0] * rows_[0][r];
      unrolled<pairs - 1>([&](auto q) __attribute__((always_inline)) {
        rho = fused<T>(e[q + 1], rows_[q + 1][r], rho);
      });
      rho = add_other_half<T>(rho);
      sum[r % parts] = r < parts ? rho * rho : fused<T>(rho, rho, sum[r % parts]);
    });
    // In halves: 8, 4 or 2 registers, or one.
    if constexpr (parts == 8)
      unrolled<4>([&](auto q) __attribute__((always_inline)) { sum[q] = sum[q] + sum[q + 4]; });
    if constexpr (parts >= 4) sum[0] = sum[0] + sum[2], sum[1] = sum[1] + sum[3];
    if constexpr (parts >= 2) sum[0] = sum[0] + sum[1];
    return mul_add(spread_sum<T, half>(sum[0])[0], T(0.5), least_loss_);
  }

  vector start_[kappa];            // -h° in the first lane
  vector columns_[pairs][rows];    // of 2 rate G and P', even k in the lower half, odd k in the upper
  vector rows_[pairs][loss_rows];  // of F, likewise
  T least_loss_;
  last_modes<T, vector, modes> last_;
};

}  // namespace lssm::kernel
