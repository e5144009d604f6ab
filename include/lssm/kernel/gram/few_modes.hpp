// SPDX-License-Identifier: BSD-3-Clause
// The steps of kernel/gram/step.hpp for modes that fit one register of sixteen floats, and short sequences.
//
//   G_m(x) = 2 rate Σ_k G_km x^k          P(a_j) = Σ_m e_m G_m(a_j)          P'(a_j) = Σ_m e_m G_m'(a_j)
//
//   gram_steps<T, D, K, Moved>   where few_modes<T>(D, K)
//
// The polynomials G_m at the modes need no e: they are evaluated while sums over modes are folded, and P and P' wait
// for e only as long as a sum of kappa products takes, instead of for the coefficients of P and then for its values. That
// is more work, 2 kappa polynomials instead of two, and faster only in registers this wide and up to kappa = 7: in two
// registers of 32 bytes it is slower than the other order. So these steps agree with those of other hardware up to
// rounding, not bit for bit.
#pragma once

#include <span>

#include "../whole_registers.hpp"
#include "in_registers.hpp"
#include "last_modes.hpp"
#include "rule_registers.hpp"

namespace lssm::kernel {

template <class T, integer D, integer K, moved_matrices M>
  requires(in_registers<D, K>&& few_modes<T>(D, K))
class gram_steps<T, D, K, M> {
 public:
  /// Precondition: f is of length K, and f.finish() has been called.
  explicit gram_steps(const gram_step_constants<T>& f) {
    constexpr std::size_t stride = gram_step_constants<T>::stride(K);
    for (std::size_t m = 0; m < kappa; ++m) {
      start_[m] = load_whole(f.starts() + m * whole<T>::lanes);
      for (std::size_t k = 0; k < kappa; ++k) columns_[m][k] = spread(f.columns()[m * stride + k]);
      for (std::size_t k = 0; k + 1 < kappa; ++k)
        columns_[m][kappa + k] = spread(f.slope_columns()[m * stride + k]);
      rows_[m] = load_whole(f.rows() + m * stride);
    }
    least_loss_ = f.least_loss;
  }

  /// Takes n steps of at most D modes a and their weights b and c, by a rule.
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
  using vector = typename whole<T>::vector;
  static constexpr std::size_t kappa = K, pairs = (kappa + 1) / 2, quads = (kappa + 3) / 4;

  template <bool Watched, class Move>
  [[gnu::always_inline]] void go(std::span<T> to_a, std::span<T> to_b, std::span<T> to_c, integer n,
                                 [[maybe_unused]] watched_steps<T>* watch, kept_numbers<T, Move>& rule) {
    using rules = rule_registers<T, register_bytes, 1, M, Move>;
    const integer d = length(to_a);
    vector a[1] = {load(to_a.data(), d)}, b[1] = {load(to_b.data(), d)}, c[1] = {load(to_c.data(), d)};
    typename rules::kept_type kept;
    Move move = rule.move;
    rules::load(
        kept, [&](auto m, auto, auto r) __attribute__((always_inline)) { return load(rule.row(m, r), d); });
    evaluated_modes<T, vector, 1> here;
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
          c, [&](auto) __attribute__((always_inline)) { return here.w[0]; }, here.p, here.slope, kept);
    }
    if constexpr (Watched) last_.note(a, b, c, here);
    rule.move = move;
    rules::store(
        kept, [&](auto m, auto, auto r, const vector& v)
                  __attribute__((always_inline)) { store(v, rule.row(m, r), d); });
    if constexpr (M.a) store(a[0], to_a.data(), d);
    if constexpr (M.b) store(b[0], to_b.data(), d);
    if constexpr (M.c) store(c[0], to_c.data(), d);
  }

  template <bool Watched>
  [[gnu::always_inline]] void evaluate(const vector (&a)[1], const vector (&b)[1], const vector (&c)[1],
                                       evaluated_modes<T, vector, 1>& to) const {
    using detail::fused;
    const vector square = a[0] * a[0], fourth = square * square;
    vector power[kappa], part[kappa];  // w aᵏ, and partial sums
    unrolled<kappa>([&](auto k) __attribute__((always_inline)) {
      const auto [x, y] = detail::power_factors<k>(a[0], square, fourth, b[0], c[0], power);
      power[k] = x * y;
      part[k] = fused<T>(x, y, start_[k]);
    });

    vector e[kappa];
    unrolled<quads>([&](auto q) __attribute__((always_inline)) {
      constexpr std::size_t first = 4 * q, count = kappa - first < 4 ? kappa - first : 4;
      const auto at = [&](std::size_t i) -> const vector& {
        return part[first + (i < count ? i : count - 1)];
      };
      const vector low = fold_halves<T, 4>(at(0), at(1));
      vector sums;
      if constexpr (count > 2) {
        sums = fold_neighbours<T>(low, fold_halves<T, 4>(at(2), at(3)));
      } else {
        sums = spread_sum<T, 2>(low);
      }
      sums = add_fours<T>(sums);
      unrolled<count>([&](auto i) __attribute__((always_inline)) {
        e[first + i] = spread_entry<(count > 2 ? i : 2 * i), T, 4>(sums);
      });
    });

    // G_m or G_m' at the modes: Horner's rule in a², with pairs of coefficients.
    const auto polynomial = [&](const vector* coefficient, auto count) __attribute__((always_inline)) {
      vector value{};
      unrolled<(count + 1) / 2>([&](auto step) __attribute__((always_inline)) {
        constexpr std::size_t k = 2 * ((count - 1) / 2 - step);
        vector two = coefficient[k];
        if constexpr (k + 1 < count) two = fused<T>(coefficient[k + 1], a[0], two);
        value = step == 0 ? two : fused<T>(value, square, two);
      });
      return value;
    };
    // Σ_m e_m G_m: sums of pairs, which are then folded.
    const auto weighted = [&](std::size_t first, auto count) __attribute__((always_inline)) {
      vector sum[pairs];
      unrolled<kappa>([&](auto m) __attribute__((always_inline)) {
        const vector value = polynomial(columns_[m] + first, count);
        sum[m / 2] = m % 2 == 0 ? e[m] * value : fused<T>(e[m], value, sum[m / 2]);
      });
      return detail::folded_pieces<vector, pairs, pairs>(sum);
    };
    to.w[0] = power[0];
    to.p[0] = weighted(0, std::integral_constant<std::size_t, kappa>{});
    to.slope[0] = weighted(kappa, std::integral_constant<std::size_t, kappa - 1>{});
    // Last, so that no instruction of the loss goes before one that the next step waits for.
    if constexpr (Watched) {
      vector rho[2] = {e[0] * rows_[0], e[1] * rows_[1]};
      unrolled<kappa - 2>([&](auto m) __attribute__((always_inline)) {
        rho[m % 2] = fused<T>(e[m + 2], rows_[m + 2], rho[m % 2]);
      });
      rho[0] = rho[0] + rho[1];
      to.loss = mul_add(spread_sum<T, 8>(rho[0] * rho[0])[0], T(0.5), least_loss_);
    }
  }

  /// D numbers, or any d of them where D is all that fit.
  static vector load(const T* from, integer d) {
    if constexpr (D < 16) {
      return load_known<D, T>(from);
    } else {
      return load_whole(from, d);
    }
  }
  static void store(const vector& v, T* to, integer d) {
    if constexpr (D < 16) {
      store_known<D, T>(v, to);
    } else {
      store_whole<T>(v, to, d);
    }
  }

  vector start_[kappa];
  vector columns_[kappa][2 * kappa - 1];  // coefficients of G_m, then of G_m', each in all lanes
  vector rows_[kappa];                    // of F, one in each lane
  T least_loss_;
  last_modes<T, vector, 1> last_;
};

}  // namespace lssm::kernel
