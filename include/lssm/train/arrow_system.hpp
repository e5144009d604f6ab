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
// Vectors are padded to whole blocks; the leader's entry stands at index d (train/gap_field.hpp).
#pragma once

#include <span>
#include <vector>

#include "../kernel/blocks.hpp"
#include "../kernel/dense.hpp"
#include "minimum_norm.hpp"

namespace lssm {

/// One row of the factor of d²L/dh², pulled back: w_j (zero beyond d), w_j - w_L, and the latter over σ + D_j.
template <class State>
struct arrow_row {
  State w, gap, scaled_gap;
  typename State::value_type w_lead;
};

template <class T, class State>
class arrow_system {
 public:
  arrow_system(integer modes, const State& zero, integer most_rank)
      : modes_(static_cast<std::size_t>(modes)),
        arrow_(zero),
        shifted_(zero),
        inverse_(zero),
        scaled_arrow_(zero),
        work_(zero),
        rows_(static_cast<std::size_t>(most_rank), arrow_row<State>{zero, zero, zero, T(0)}),
        small_((rows_.size() + 1) * (rows_.size() + 1), T(0)),
        small_inverse_(small_),
        right_(rows_.size() + 1, T(0)),
        unknowns_(right_) {}

  State& arrow() { return arrow_; }      ///< δ_j
  State& shifted() { return shifted_; }  ///< σ + D_j
  std::vector<arrow_row<State>>& rows() { return rows_; }

  /// Call when arrow, shifted and the first `rank` rows are filled. The mask tells where the result is trustworthy:
  /// dividing by σ + D_j loses digits where a growth rate -D_j comes near σ.
  mask_of<T> factor(const T& sigma, const T& shifted_lead, integer rank) {
    rank_ = static_cast<std::size_t>(rank);
    kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      for (integer j = 0; j < padded_modes(); j += W) {
        const auto inverse = kernel::fill_block<W>(T(1)) / kernel::load_block<W>(view<T>(shifted_), j);
        kernel::store_block(inverse, std::span<T>(inverse_), j);
        kernel::store_block(inverse * kernel::load_block<W>(view<T>(arrow_), j), std::span<T>(scaled_arrow_),
                            j);
        for (std::size_t q = 0; q < rank_; ++q)
          kernel::store_block(inverse * kernel::load_block<W>(view<T>(rows_[q].gap), j),
                              std::span<T>(rows_[q].scaled_gap), j);
      }
    });
    invert_small(shifted_lead);
    mask_of<T> sound = sigma > T(0);
    for (std::size_t j = 0; j < modes_; ++j) sound = abs_of(shifted_[j]) >= T(1e-3) * sigma && sound;
    return sound;
  }

  /// x ← the solution for the right-hand side x.
  void solve(std::span<T> x) {
    const std::size_t n = rank_ + 1;
    kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      for (integer j = 0; j < padded_modes(); j += W)
        kernel::store_block(kernel::load_block<W, T>(x, j) * kernel::load_block<W>(view<T>(inverse_), j),
                            std::span<T>(work_), j);
    });
    right_[0] = x[modes_];
    for (std::size_t q = 0; q < rank_; ++q)
      right_[q + 1] = kernel::dot<T>(modes_of(rows_[q].w), modes_of(work_));
    for (std::size_t p = 0; p < n; ++p) {
      unknowns_[p] = T(0);
      for (std::size_t q = 0; q < n; ++q)
        unknowns_[p] = mul_add(small_inverse_[p * n + q], right_[q], unknowns_[p]);
    }
    kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      const auto lead = kernel::fill_block<W>(T(0) - unknowns_[0]);
      for (integer j = 0; j < padded_modes(); j += W) {
        auto v = fused(lead, kernel::load_block<W>(view<T>(scaled_arrow_), j),
                       kernel::load_block<W>(view<T>(work_), j));
        for (std::size_t q = 0; q < rank_; ++q)
          v = fused(kernel::fill_block<W>(T(0) - unknowns_[q + 1]),
                    kernel::load_block<W>(view<T>(rows_[q].scaled_gap), j), v);
        kernel::store_block(v, x, j);
      }
    });
    x[modes_] = unknowns_[0];
  }

  /// s of the minimum-norm solution of Σ_j w^q_j a_j = ρ_q in the coordinates a: (W Wᵀ) s = ρ.
  std::span<const T> minimum_norm(std::span<const T> rho, integer rank) {
    const std::size_t r = static_cast<std::size_t>(rank);
    for (std::size_t p = 0; p < r; ++p) {
      unknowns_[p] = rho[p];
      for (std::size_t q = 0; q < r; ++q)
        small_[p * r + q] = kernel::dot<T>(modes_of(rows_[p].w), modes_of(rows_[q].w));
    }
    detail::solve_normal_equations(std::span<T>(small_).first(r * r), std::span<T>(unknowns_).first(r), rank);
    return view<T>(unknowns_).first(r);
  }

 private:
  integer padded_modes() const { return kernel::padded<T>(static_cast<integer>(modes_)); }
  std::span<const T> modes_of(const State& v) const {
    return view<T>(v).first(static_cast<std::size_t>(padded_modes()));
  }

  /// The system for (x_α, s), and its inverse.
  void invert_small(const T& shifted_lead) {
    const std::size_t n = rank_ + 1;
    for (std::size_t i = 0; i < n * n; ++i) small_inverse_[i] = T(i % (n + 1) == 0 ? 1 : 0);
    small_[0] = shifted_lead;
    for (std::size_t j = 0; j < modes_; ++j) work_[j] = scaled_arrow_[j] - T(1);
    for (std::size_t q = 0; q < rank_; ++q) {
      small_[q + 1] = rows_[q].w_lead;
      small_[(q + 1) * n] = kernel::dot<T>(modes_of(rows_[q].w), modes_of(work_));
      for (std::size_t p = 0; p < rank_; ++p)
        small_[(q + 1) * n + p + 1] =
            kernel::dot<T>(modes_of(rows_[q].w), modes_of(rows_[p].scaled_gap)) + T(p == q ? 1 : 0);
    }
    kernel::solve(std::span<T>(small_), std::span<T>(small_inverse_), static_cast<integer>(n),
                  static_cast<integer>(n));
  }

  std::size_t modes_, rank_ = 0;
  State arrow_, shifted_, inverse_, scaled_arrow_, work_;  // δ, σ + D, its inverse, δ / (σ + D), scratch
  std::vector<arrow_row<State>> rows_;                     // (r)
  std::vector<T> small_, small_inverse_;                   // (r+1, r+1)
  std::vector<T> right_, unknowns_;                        // (r+1)
};

}  // namespace lssm
