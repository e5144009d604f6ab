// SPDX-License-Identifier: BSD-3-Clause
// The Hessian of an objective over modes: H = blockdiag_j(H_j) + Σ_q w_q w_qᵀ.
//
//   symbol  shape      meaning
//   n       S d        unknowns: S learned entries for each of d modes, slot after slot; with several inputs or outputs
//                      they stand in θ where resize() is told
//   H_j     (S, S)     Σ_k g_k ∂²h_k of mode j, plus the parametrization's own second derivative
//   w_q     (n)        pullback of the q-th row of the factor of d²L/dh²
//
// A system (σ + H) x = r costs O(n (S² + r)) and r³ by the Woodbury identity, instead of n³.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "../core/tensor_of.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/dense.hpp"

namespace lssm {

/// Rank r correction of a solved system: x ← x - Z (1 + W Zᵀ)⁻¹ W x, with rows of W and Z (r, n).
template <class T>
class low_rank_correction {
 public:
  void resize(integer unknowns, integer most) {
    w_.assign(static_cast<std::size_t>(unknowns * most), T(0));
    z_ = w_;
    inner_.assign(static_cast<std::size_t>(most * most), T(0));
    inverse_ = inner_;
    s_.assign(static_cast<std::size_t>(most), T(0));
    t_ = s_;
    unknowns_ = static_cast<std::size_t>(unknowns);
  }
  void set_rank(integer rank) { rank_ = static_cast<std::size_t>(rank); }
  integer rank() const { return static_cast<integer>(rank_); }
  std::span<T> w(integer q) { return row(w_, q); }
  std::span<T> z(integer q) { return row(z_, q); }
  std::span<const T> w(integer q) const {
    return view<T>(w_).subspan(static_cast<std::size_t>(q) * unknowns_, unknowns_);
  }

  /// Call when W and Z are filled.
  void prepare() {
    for (std::size_t p = 0; p < rank_; ++p)
      for (std::size_t q = 0; q < rank_; ++q) {
        inner_[p * rank_ + q] = kernel::dot<T>(row(w_, p), row(z_, q)) + T(p == q ? 1 : 0);
        inverse_[p * rank_ + q] = T(p == q ? 1 : 0);
      }
    kernel::solve(std::span<T>(inner_), std::span<T>(inverse_), rank(), rank());
  }
  void apply(std::span<T> x) {
    for (std::size_t q = 0; q < rank_; ++q) t_[q] = kernel::dot<T>(row(w_, q), std::span<const T>(x));
    for (std::size_t p = 0; p < rank_; ++p) {
      s_[p] = T(0);
      for (std::size_t q = 0; q < rank_; ++q) s_[p] = mul_add(inverse_[p * rank_ + q], t_[q], s_[p]);
    }
    for (std::size_t q = 0; q < rank_; ++q) {
      const std::span<const T> z = row(z_, q);
      const T minus = T(0) - s_[q];
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = mul_add(minus, z[i], x[i]);
    }
  }

 private:
  template <class I>
  std::span<T> row(std::vector<T>& m, I q) {
    return std::span<T>(m).subspan(static_cast<std::size_t>(q) * unknowns_, unknowns_);
  }
  std::vector<T> w_, z_, inner_, inverse_, s_, t_;
  std::size_t unknowns_ = 0, rank_ = 0;
};

/// H = blockdiag_j(H_j) + Σ_q w_q w_qᵀ (n, n), and (σ + H) x = r in O(n (S² + r)).
template <class T, integer S>
class modal_hessian {
  static_assert(S >= 1, "modal_hessian: at least one learned entry per mode");

 public:
  static constexpr std::size_t slots = S;
  /// Entry u of mode j is unknown places[u].first + j places[u].step.
  struct place {
    std::size_t first, step;
  };
  using places_type = std::array<place, slots>;

  void resize(integer modes, integer most_rank) {
    for (std::size_t u = 0; u < slots; ++u) places_[u] = {u * static_cast<std::size_t>(modes), 1};
    resize(modes, most_rank, places_);
    slot_after_slot_ = true;
  }
  void resize(integer modes, integer most_rank, const places_type& places) {
    for (auto& b : blocks_) b.assign(static_cast<std::size_t>(modes), T(0));
    inverse_ = blocks_;
    low_rank_.resize(S * modes, most_rank);
    modes_ = static_cast<std::size_t>(modes);
    places_ = places;
    slot_after_slot_ = false;
  }
  /// blocks()[u * slots + v] (d) for u <= v; the rows w_q through low_rank().
  std::array<std::vector<T>, slots * slots>& blocks() { return blocks_; }
  const std::array<std::vector<T>, slots * slots>& blocks() const { return blocks_; }
  low_rank_correction<T>& low_rank() { return low_rank_; }
  const low_rank_correction<T>& low_rank() const { return low_rank_; }

  /// Prepares (σ + H)⁻¹. The mask tells where it is trustworthy: Woodbury's identity divides by σ + H_j, which loses
  /// digits where a growth rate -H_j comes near σ.
  mask_of<T> factor(const T& sigma) {
    mask_of<T> sound = sigma > T(0);
    for (std::size_t j = 0; j < modes_; ++j) sound = invert_block(j, sigma) && sound;
    for (integer q = 0; q < low_rank_.rank(); ++q) {
      const auto w = low_rank_.w(q);
      std::copy(w.begin(), w.end(), low_rank_.z(q).begin());
      solve_blocks(low_rank_.z(q));
    }
    low_rank_.prepare();
    return sound;
  }
  /// x ← (σ + H)⁻¹ x
  void solve(std::span<T> x) {
    solve_blocks(x);
    low_rank_.apply(x);
  }

  /// H as a dense matrix (n, n), for inspection.
  auto dense() const {
    const std::size_t n = slots * modes_;
    auto h = make_tensor<T, 2>({n, n});
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        h(i, j) = T(0);
        for (integer q = 0; q < low_rank_.rank(); ++q)
          h(i, j) = h(i, j) + low_rank_.w(q)[i] * low_rank_.w(q)[j];
      }
    for (std::size_t m = 0; m < modes_; ++m)
      for (std::size_t u = 0; u < slots; ++u)
        for (std::size_t v = 0; v < slots; ++v) {
          T& entry = h(at(u, m), at(v, m));
          entry = entry + blocks_[std::min(u, v) * slots + std::max(u, v)][m];
        }
    return h;
  }

 private:
  std::size_t at(std::size_t u, std::size_t j) const { return places_[u].first + j * places_[u].step; }
  T entry(std::size_t u, std::size_t v, std::size_t j, const T& sigma) const {
    const T b = blocks_[u <= v ? u * slots + v : v * slots + u][j];
    return u == v ? b + sigma : b;
  }

  /// Cofactors over determinant; of larger blocks by elimination.
  mask_of<T> invert_block(std::size_t j, const T& sigma) {
    const auto a = [&](std::size_t u, std::size_t v) { return entry(u, v, j, sigma); };
    T det(0), scale(1);
    if constexpr (S == 1) {
      det = a(0, 0);
      inverse_[0][j] = T(1) / det;
      scale = sigma;
    } else if constexpr (S == 2) {
      det = a(0, 0) * a(1, 1) - a(0, 1) * a(0, 1);
      inverse_[0][j] = a(1, 1) / det;
      inverse_[1][j] = (T(0) - a(0, 1)) / det;
      inverse_[3][j] = a(0, 0) / det;
      scale = sigma * sigma;
    } else if constexpr (S > 3) {
      return eliminate_block(j, sigma);
    } else {
      const T c00 = a(1, 1) * a(2, 2) - a(1, 2) * a(1, 2), c01 = a(0, 2) * a(1, 2) - a(0, 1) * a(2, 2),
              c02 = a(0, 1) * a(1, 2) - a(0, 2) * a(1, 1);
      det = a(0, 0) * c00 + a(0, 1) * c01 + a(0, 2) * c02;
      inverse_[0][j] = c00 / det;
      inverse_[1][j] = c01 / det;
      inverse_[2][j] = c02 / det;
      inverse_[4][j] = (a(0, 0) * a(2, 2) - a(0, 2) * a(0, 2)) / det;
      inverse_[5][j] = (a(0, 1) * a(0, 2) - a(0, 0) * a(1, 2)) / det;
      inverse_[8][j] = (a(0, 0) * a(1, 1) - a(0, 1) * a(0, 1)) / det;
      scale = sigma * sigma * sigma;
    }
    return abs_of(det) >= T(lane_of<T>(1e-3)) * scale;
  }

  /// (1 + H_j/σ)⁻¹/σ, to be trusted where no entry of the inverse is large.
  mask_of<T> eliminate_block(std::size_t j, const T& sigma) {
    std::array<T, slots * slots> m, inverse;
    for (std::size_t u = 0; u < slots; ++u)
      for (std::size_t v = 0; v < slots; ++v) {
        m[u * slots + v] = entry(u, v, j, sigma) / sigma;
        inverse[u * slots + v] = T(u == v ? 1 : 0);
      }
    kernel::solve(std::span<T>(m), std::span<T>(inverse), S, S);
    mask_of<T> sound = T(0) == T(0);
    for (std::size_t i = 0; i < inverse.size(); ++i) {
      sound = sound && abs_of(inverse[i]) <= T(lane_of<T>(1e3));
      inverse_[i][j] = inverse[i] / sigma;
    }
    return sound;
  }

  void solve_blocks(std::span<T> x) const {
    if (slot_after_slot_) {
      solve_blocks_at(x, [modes = modes_](std::size_t u, std::size_t j) { return u * modes + j; });
    } else {
      solve_blocks_at(x, [this](std::size_t u, std::size_t j) { return at(u, j); });
    }
  }
  template <class Place>
  void solve_blocks_at(std::span<T> x, Place at) const {
    for (std::size_t j = 0; j < modes_; ++j) {
      std::array<T, slots> r{}, y{};
      for (std::size_t u = 0; u < slots; ++u) r[u] = x[at(u, j)];
      for (std::size_t u = 0; u < slots; ++u) {
        y[u] = T(0);
        for (std::size_t v = 0; v < slots; ++v)
          y[u] = mul_add(inverse_[u <= v ? u * slots + v : v * slots + u][j], r[v], y[u]);
      }
      for (std::size_t u = 0; u < slots; ++u) x[at(u, j)] = y[u];
    }
  }

  std::array<std::vector<T>, slots * slots> blocks_, inverse_;
  places_type places_{};
  bool slot_after_slot_ = true;  // the order of `places_` where each slot has one entry per mode: faster
  low_rank_correction<T> low_rank_;
  std::size_t modes_ = 0;
};

}  // namespace lssm
