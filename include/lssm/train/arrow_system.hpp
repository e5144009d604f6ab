// SPDX-License-Identifier: BSD-3-Clause
// The linear systems of the gap chart: an arrow plus low rank, solved in O(d r).
//
//   (σ + D_L) x_α + Σ_q w^q_L s_q                    = r_α
//   (σ + D_j) x_j + δ_j x_α + Σ_q (w^q_j - w^q_L) s_q = r_j,      j = 0 .. d-1
//   s_q = Σ_j w^q_j (x_α + x_j),                                   q = 0 .. r-1
//
// The gaps are eliminated, which leaves a dense system for (x_α, s_0, ..., s_{r-1}). The leader must not be eliminated as
// well: late in a stiff flow σ + D_L is 1e-50 beside Σ_j w_j of order d, and x_α would be the difference of two numbers
// of 1e30. With x_α and s found together by elimination with pivoting, nothing cancels.
//
// A factorization is used for eight right-hand sides. It prepares rows R_p with (x_α, s)_p = R_p · r, and the solution is
//
//   x = r / (σ + D) - Σ_p (x_α, s)_p v_p,    v_0 = δ / (σ + D),  v_q = (w^q - w^q_L) / (σ + D)
//
// Vectors are padded to whole blocks. The leader's entry stands at index d (train/gap_field.hpp), where 1 / (σ + D), v_0,
// v_q are taken as 0, -1, 0: the formula of the gaps then gives x_α there.
#pragma once

#include <span>
#include <vector>

#include "../kernel/blocks.hpp"
#include "../kernel/dense.hpp"
#include "minimum_norm.hpp"

namespace lssm {

/// One row of the factor of d²L/dh², pulled back: w_j (zero from d on) and w_j - w_L.
template <class State>
struct arrow_row {
  State w, gap;
  typename State::value_type w_lead;
};

/// The linear systems of a step in gap coordinates, for d modes and a rank up to `most_rank`.
template <class T, class State>
class arrow_system {
 public:
  [[gnu::cold]] arrow_system(integer modes, const State& zero, integer most_rank)
      : modes_(static_cast<std::size_t>(modes)),
        arrow_(zero),
        shifted_(zero),
        inverse_(zero),
        work_(zero),
        rows_(static_cast<std::size_t>(most_rank), arrow_row<State>{zero, zero, T(0)}),
        unknowns_(rows_.size() + 1, unknown{zero, zero, T(0)}),
        small_(unknowns_.size() * unknowns_.size(), T(0)),
        small_inverse_(small_),
        multipliers_(unknowns_.size()) {}

  State& arrow() { return arrow_; }      ///< δ_j
  State& shifted() { return shifted_; }  ///< σ + D_j
  std::vector<arrow_row<State>>& rows() { return rows_; }

  /// Call when arrow, shifted and the first `rank` rows are filled. The mask tells where the result is trustworthy:
  /// dividing by σ + D_j loses digits where a growth rate -D_j comes near σ.
  mask_of<T> factor(const T& sigma, const T& shifted_lead, integer rank) {
    rank_ = static_cast<std::size_t>(rank);
    kernel::at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      for (integer j = 0; j < length(inverse_); j += W) {
        const auto inverse = kernel::fill_block<W>(T(1)) / kernel::load_block<W>(known(shifted_), j);
        kernel::store_block(inverse, out(inverse_), j);
        kernel::store_block(inverse * kernel::load_block<W>(known(arrow_), j), out(unknowns_[0].v), j);
        for (std::size_t q = 0; q < rank_; ++q)
          kernel::store_block(inverse * kernel::load_block<W>(known(rows_[q].gap), j),
                              out(unknowns_[q + 1].v), j);
      }
    });
    inverse_[modes_] = T(0);
    unknowns_[0].v[modes_] = T(-1);
    for (std::size_t q = 0; q < rank_; ++q) unknowns_[q + 1].v[modes_] = T(0);
    invert_small(shifted_lead);
    write_functionals();
    mask_of<T> sound = sigma > T(0);
    for (std::size_t j = 0; j < modes_; ++j)
      sound = abs_of(shifted_[j]) >= T(lane_of<T>(1e-3)) * sigma && sound;
    return sound;
  }

  /// x ← the solution for the right-hand side x.
  void solve(std::span<T> x) {
    apply(
        x, [](const unknown& one) { return known(one.functional); },
        [](const unknown& one) { return known(one.v); });
  }
  /// The same by the transpose of the inverse: functionals and vectors change places.
  void solve_transposed(std::span<T> x) {
    apply(
        x, [](const unknown& one) { return known(one.v); },
        [](const unknown& one) { return known(one.functional); });
  }

  /// s of the minimum-norm solution of Σ_j w^q_j a_j = ρ_q in the coordinates a: (W Wᵀ) s = ρ.
  [[gnu::cold]] std::span<const T> minimum_norm(std::span<const T> rho, integer rank) {
    const std::size_t r = static_cast<std::size_t>(rank);
    for (std::size_t p = 0; p < r; ++p) {
      multipliers_[p] = rho[p];
      for (std::size_t q = 0; q < r; ++q)
        small_[p * r + q] = kernel::dot<T>(known(rows_[p].w), known(rows_[q].w));
    }
    detail::solve_normal_equations(std::span<T>(small_).first(r * r), std::span<T>(multipliers_).first(r),
                                   rank);
    return view<T>(multipliers_).first(r);
  }

 private:
  static constexpr integer size = known_size<State>;
  static auto known(const State& v) { return fixed_view<size>(v); }
  static auto out(State& v) { return fixed_view<size>(v); }

  /// One of x_α, s_0, ..., s_{r-1}: what gives it, what it takes from x, and what it is, negative.
  struct unknown {
    State functional, v;  // R_p, v_p
    T minus_value;
  };

  /// x ← x / (σ + D) - Σ_p (from_p · x) to_p
  void apply(std::span<T> x_span, const auto& from, const auto& to) {
    const auto x = fixed_view<size>(x_span);
    const fixed_span<const T, size> right = x;
    for (std::size_t p = 0; p <= rank_; ++p)
      unknowns_[p].minus_value = T(0) - kernel::dot<T>(from(unknowns_[p]), right);
    kernel::at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      kernel::together<W, fixed_span<T, size>::extent>(length(x), [&](integer first, auto count) {
        const auto at = [first](auto i) { return first + W * static_cast<integer>(i); };
        kernel::block<T, W> sum[count];
        kernel::unrolled<count>([&](auto i) {
          sum[i] = kernel::load_block<W>(right, at(i)) * kernel::load_block<W>(known(inverse_), at(i));
        });
        for (std::size_t p = 0; p <= rank_; ++p) {
          const auto minus = kernel::fill_block<W>(unknowns_[p].minus_value);
          kernel::unrolled<count>(
              [&](auto i) { sum[i] = fused(minus, kernel::load_block<W>(to(unknowns_[p]), at(i)), sum[i]); });
        }
        kernel::unrolled<count>([&](auto i) { kernel::store_block(sum[i], x, at(i)); });
      });
    });
  }

  /// The system for (x_α, s), and its inverse.
  void invert_small(const T& shifted_lead) {
    const std::size_t n = rank_ + 1;
    for (std::size_t i = 0; i < n * n; ++i) small_inverse_[i] = T(i % (n + 1) == 0 ? 1 : 0);
    small_[0] = shifted_lead;
    for (std::size_t j = 0; j < modes_; ++j) work_[j] = unknowns_[0].v[j] - T(1);
    for (std::size_t q = 0; q < rank_; ++q) {
      small_[q + 1] = rows_[q].w_lead;
      small_[(q + 1) * n] = kernel::dot<T>(known(rows_[q].w), known(work_));
      for (std::size_t p = 0; p < rank_; ++p)
        small_[(q + 1) * n + p + 1] =
            kernel::dot<T>(known(rows_[q].w), known(unknowns_[p + 1].v)) + T(p == q ? 1 : 0);
    }
    kernel::solve(std::span<T>(small_), std::span<T>(small_inverse_), static_cast<integer>(n),
                  static_cast<integer>(n));
  }

  /// R_p = (Σ_q M_pq w^q) / (σ + D), and M_p0 at the leader's index, where M is the inverse of the small system.
  void write_functionals() {
    const std::size_t n = rank_ + 1;
    for (std::size_t p = 0; p < n; ++p) {
      State& functional = unknowns_[p].functional;
      kernel::at_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
        for (integer j = 0; j < length(functional); j += W) {
          auto sum = kernel::fill_block<W>(T(0));
          for (std::size_t q = 1; q < n; ++q)
            sum = fused(kernel::fill_block<W>(small_inverse_[p * n + q]),
                        kernel::load_block<W>(known(rows_[q - 1].w), j), sum);
          kernel::store_block(sum * kernel::load_block<W>(known(inverse_), j), out(functional), j);
        }
      });
      functional[modes_] = small_inverse_[p * n];
    }
  }

  std::size_t modes_, rank_ = 0;
  State arrow_, shifted_, inverse_, work_;  // δ, σ + D, its inverse, scratch
  std::vector<arrow_row<State>> rows_;      // (r)
  std::vector<unknown> unknowns_;           // (r+1)
  std::vector<T> small_, small_inverse_;    // (r+1, r+1)
  std::vector<T> multipliers_;              // (r+1)
};

}  // namespace lssm
