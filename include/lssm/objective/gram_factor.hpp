// SPDX-License-Identifier: BSD-3-Clause
// Training inputs enter a squared last-output loss only through their Gram matrix, and that through rows.
//
//   prediction   ŷ_n = Σ_k h_k x_n[κ-1-k] = x̃_n · h           x̃_n: the inputs of sequence n, last first
//   loss         L = (1/N) Σ_n (x̃_n·h - y_n)² = ½ Σ_q ρ_q² + L_0,   ρ_q = f_q · (h - c) - t_q
//
//   f_q   rows with Σ_q f_q f_qᵀ = 2G, G = X̃ᵀX̃/N: L is never negative and does not cancel
//   c     the response from which errors are taken: the teacher's h* when labels are exactly its convolution (then t = 0
//         and L_0 = 0), else a least-squares solution (t = 0), or what is known of one
//   t     what the rows have to fit beside c
//   h°    a response with the least loss, L_0
//
// The rows come from G by a pivoted Cholesky factorization where that keeps the digits of every direction of the data,
// else from the sequences themselves by reflections (triangular_rows.hpp): G squares what sequences differ by.
//
// Shapes: f_q, c, h° (κm); t (r); channels run fastest.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "../core/dual.hpp"
#include "../data/gram_matrix.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/dense.hpp"
#include "triangular_rows.hpp"

namespace lssm {

namespace detail {

/// One sweep of h += G⁺ X̃ᵀ(y - X̃ h)/N within the range of F; called twice, the second removes rounding of the first.
template <SingleScalar T>
void refine_least_squares(const labelled<T>& data, std::span<const T> F, integer rank, std::span<T> h) {
  const std::size_t n = h.size(), r = static_cast<std::size_t>(rank);
  const T w = T(2) / T(static_cast<double>(data.sequences()));
  std::vector<T> row(n, T(0)), right(n, T(0));
  for (integer s = 0; s < data.sequences(); ++s) {
    reverse_time(data.input(s), data.channels, std::span<T>(row));
    const T residual =
        data.y[static_cast<std::size_t>(s)] - kernel::dot<T>(view<T>(row), std::span<const T>(h));
    for (std::size_t i = 0; i < n; ++i) right[i] = mul_add(w * residual, row[i], right[i]);
  }
  // With h = Fᵀu: F Fᵀ u is Gram of the rows; solve (F Fᵀ)² u = F right, in two steps.
  std::vector<T> u(r, T(0));
  for (std::size_t q = 0; q < r; ++q) u[q] = kernel::dot<T>(F.subspan(q * n, n), view<T>(right));
  for (int twice = 0; twice < 2; ++twice) {
    std::vector<T> M(r * r, T(0));
    for (std::size_t p = 0; p < r; ++p)
      for (std::size_t q = 0; q < r; ++q)
        M[p * r + q] = kernel::dot<T>(F.subspan(p * n, n), F.subspan(q * n, n));
    kernel::solve(std::span<T>(M), std::span<T>(u), rank, 1);
  }
  for (std::size_t q = 0; q < r; ++q)
    for (std::size_t i = 0; i < n; ++i) h[i] = mul_add(u[q], F[q * n + i], h[i]);
}

/// |x|; of a dual number both parts count.
template <SingleScalar T>
constexpr T magnitude(const T& x) {
  return abs_of(x);
}
template <class T>
constexpr auto magnitude(const dual<T>& x) {
  return magnitude(x.v) + magnitude(x.e);
}

/// Whether the labels are the convolution of the inputs with h* up to rounding, each to that of its own terms: they may
/// have been edited by hand.
template <SingleScalar T>
bool exactly_labelled(const labelled<T>& data) {
  using number = decltype(magnitude(T(0)));
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  if (data.h_star.size() != n) return false;
  const number roundings(static_cast<number>(4 * static_cast<double>(n) * epsilon_of<T>));
  std::vector<T> row(n, T(0));
  for (integer s = 0; s < data.sequences(); ++s) {
    reverse_time(data.input(s), data.channels, std::span<T>(row));
    number size(0);
    for (std::size_t i = 0; i < n; ++i) size = size + magnitude(row[i]) * magnitude(data.h_star[i]);
    const T error = kernel::dot<T>(view<T>(row), view<T>(data.h_star)) - data.y[static_cast<std::size_t>(s)];
    if (!(magnitude(error) <= roundings * size)) return false;
  }
  return true;
}

/// Inputs (N, entries), last first, without the entries that no sequence excites.
template <SingleScalar T>
struct excited_inputs {
  std::vector<std::size_t> entries;
  std::vector<T> x;
  std::size_t not_zero = 0;  ///< sequences with some input

  explicit excited_inputs(const labelled<T>& data) {
    const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
    const integer count = data.sequences();
    std::vector<T> row(n, T(0));
    std::vector<bool> seen(n, false);
    for (integer s = 0; s < count; ++s) {
      reverse_time(data.input(s), data.channels, std::span<T>(row));
      bool some = false;
      for (std::size_t i = 0; i < n; ++i)
        if (!is_zero(row[i])) seen[i] = some = true;
      not_zero += some ? 1 : 0;
    }
    for (std::size_t i = 0; i < n; ++i)
      if (seen[i]) entries.push_back(i);
    x.reserve(static_cast<std::size_t>(count) * entries.size());
    for (integer s = 0; s < count; ++s) {
      reverse_time(data.input(s), data.channels, std::span<T>(row));
      for (const std::size_t i : entries) x.push_back(row[i]);
    }
  }
  integer count() const { return length(entries); }
  std::size_t sequences() const { return entries.empty() ? 0 : x.size() / entries.size(); }
  std::size_t most_rank() const { return std::min(not_zero, entries.size()); }
};

/// Rows with Σ_q f_q f_qᵀ = 2G over excited entries.
template <SingleScalar T>
struct data_rows {
  std::vector<T> f;                 // (rank, entries)
  std::vector<std::size_t> pivots;  // (rank), the largest entry of each row
  std::vector<T> right;             // (N): what the rows have to fit, then what no response fits; or empty

  std::size_t rank() const { return pivots.size(); }
  std::size_t entries() const { return pivots.empty() ? 0 : f.size() / pivots.size(); }
  T pivot(std::size_t q) const { return abs_of(f[q * entries() + pivots[q]]); }

  /// What a row lost to rows before it, at most, in units of its own size: the factor by which it may be less exact than
  /// the sequences.
  T cancellation() const {
    T worst(0);
    for (std::size_t q = 0; q < rank(); ++q) {
      const T own = pivot(q);
      T lost(0);
      for (std::size_t p = 0; p < q; ++p)
        lost = lost + abs_of(f[p * entries() + pivots[q]]) / own * (pivot(p) / own);
      worst = max_of(worst, lost);
    }
    return worst;
  }
  /// The smallest row beside the largest: the amplitude ratio of the data.
  T ratio() const {
    T least(0), most(0);
    for (std::size_t q = 0; q < rank(); ++q) {
      least = q == 0 ? pivot(q) : min_of(least, pivot(q));
      most = max_of(most, pivot(q));
    }
    return most > T(0) ? least / most : T(1);
  }
};

/// The same through G. Empty where a direction of the data may have lost more digits in it than `allowed`, a cancellation.
template <SingleScalar T>
std::optional<data_rows<T>> rows_through_gram(const labelled<T>& data, const excited_inputs<T>& inputs,
                                              double allowed) {
  // A matrix of this size takes no more memory than some hundred sequences; beyond, rows alone do.
  constexpr std::size_t moderate = 512;
  const std::size_t n = inputs.entries.size(), count = inputs.sequences();
  if (n > moderate && count < n) return {};
  const T w = T(1) / T(static_cast<double>(count)), doubled = w + w;
  std::vector<T> gram(n * n, T(0)), f(n * n, T(0));
  for (std::size_t s = 0; s < count; ++s) {
    const std::span<const T> row = view<T>(inputs.x).subspan(s * n, n);
    for (std::size_t i = 0; i < n; ++i) {
      const T wi = doubled * row[i];
      for (std::size_t j = 0; j < n; ++j) gram[i * n + j] = mul_add(wi, row[j], gram[i * n + j]);
    }
  }
  // Products of more factors follow, which have to stay within the range of T.
  T largest(0);
  for (std::size_t i = 0; i < n; ++i) largest = max_of(largest, gram[i * n + i]);
  if (n > 0 && !(largest >= T(epsilon_of<T>) && largest <= T(1) / T(epsilon_of<T>))) return {};

  data_rows<T> rows;
  const std::size_t rank = static_cast<std::size_t>(
      kernel::pivoted_cholesky(std::span<T>(gram), std::span<T>(f), static_cast<integer>(n),
                               T(epsilon_of<T> * static_cast<double>(data.kappa * data.channels))));
  f.resize(rank * n);
  rows.f = std::move(f);
  for (std::size_t q = 0; q < rank; ++q) {
    std::size_t best = 0;
    for (std::size_t j = 1; j < n; ++j)
      if (abs_of(rows.f[q * n + j]) > abs_of(rows.f[q * n + best])) best = j;
    rows.pivots.push_back(best);
  }
  if (!(rows.cancellation() <= T(static_cast<lane_of<T>>(allowed))) || rank > inputs.most_rank()) return {};
  return rows;
}

/// The same from the sequences themselves, with what is left of the labels.
template <SingleScalar T>
data_rows<T> rows_of_sequences(const excited_inputs<T>& inputs, std::vector<T> left) {
  data_rows<T> rows;
  rows.f = inputs.x;
  rows.right = std::move(left);
  rows.pivots = triangular_rows(std::span<T>(rows.f), std::span<T>(rows.right), inputs.count());
  rows.f.resize(rows.rank() * inputs.entries.size());
  const T root = sqrt_of(T(2) / T(static_cast<double>(inputs.sequences())));
  for (T& v : rows.f) v = root * v;
  for (T& v : rows.right) v = root * v;
  return rows;
}

}  // namespace detail

/// What is left of a labelled set when the loss is squared.
template <SingleScalar T>
struct gram_factor {
  std::vector<T> rows;    ///< f_q: (rank, κm)
  std::vector<T> center;  ///< c (κm)
  std::vector<T> fitted;  ///< t (rank)
  std::vector<T> target;  ///< h° (κm)
  T offset{};             ///< L_0
  T label_power{};        ///< (1/N) Σ y², the loss of a student that outputs nothing
  integer rank = 0;
  /// Whether a kernel may hold G itself: rows differ by less than ε^¼, so that a gradient loses at most half its digits.
  bool gram_suffices = true;

  explicit gram_factor(const labelled<T>& data) {
    const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
    const T w = T(1) / T(static_cast<double>(data.sequences()));
    for (const T& y : data.y) label_power = label_power + w * y * y;
    const bool exact = detail::exactly_labelled(data);
    const detail::excited_inputs<T> inputs(data);
    // Some bits are lost in the sums of products anyway; a least-squares solution loses what the rows have lost again.
    auto made = detail::rows_through_gram(data, inputs, exact ? 48 : 6);
    const bool through_gram =
        made && (made->rank() == inputs.most_rank() || made->rank() >= rank_of_sequences(inputs));
    center = exact || (!through_gram && data.h_star.size() == n) ? data.h_star : std::vector<T>(n, T(0));
    if (!through_gram) made = rows_of_sequences(inputs, exact ? std::vector<T>() : residuals(data, center));
    take(*made, inputs.entries, n);
    target = center;
    fitted.assign(static_cast<std::size_t>(rank), T(0));
    if (exact) return;
    if (through_gram) {
      for (int sweep = 0; sweep < 2; ++sweep)
        detail::refine_least_squares(data, view<T>(rows), rank, std::span<T>(target));
      center = target;
      for (const T& e : residuals(data, target)) offset = offset + w * e * e;
    } else {
      fit(*made, inputs.entries);
    }
  }

 private:
  static std::size_t rank_of_sequences(const detail::excited_inputs<T>& inputs) {
    return detail::rows_of_sequences(inputs, std::vector<T>()).rank();
  }
  /// y - X̃ h (N)
  static std::vector<T> residuals(const labelled<T>& data, const std::vector<T>& h) {
    std::vector<T> row(h.size(), T(0)), left;
    for (integer s = 0; s < data.sequences(); ++s) {
      reverse_time(data.input(s), data.channels, std::span<T>(row));
      left.push_back(data.y[static_cast<std::size_t>(s)] - kernel::dot<T>(view<T>(row), view<T>(h)));
    }
    return left;
  }
  void take(const detail::data_rows<T>& made, const std::vector<std::size_t>& entries, std::size_t n) {
    rank = static_cast<integer>(made.rank());
    rows.assign(made.rank() * n, T(0));
    for (std::size_t q = 0; q < made.rank(); ++q)
      for (std::size_t j = 0; j < entries.size(); ++j)
        rows[q * n + entries[j]] = made.f[q * entries.size() + j];
    const T r = made.ratio(), square = r * r;
    gram_suffices = square * square >= T(epsilon_of<T>);
  }
  /// t, L_0 and h° = c + z with f_q·z = t_q: z is zero but at the pivots.
  void fit(const detail::data_rows<T>& made, const std::vector<std::size_t>& entries) {
    const std::size_t r = made.rank(), count = entries.size();
    fitted.assign(made.right.begin(), made.right.begin() + static_cast<std::ptrdiff_t>(r));
    for (std::size_t q = r; q < made.right.size(); ++q)
      offset = mul_add(made.right[q] * T(0.5), made.right[q], offset);
    std::vector<T> z = fitted;
    for (std::size_t q = r; q-- > 0;) {
      for (std::size_t p = q + 1; p < r; ++p) z[q] = z[q] - made.f[q * count + made.pivots[p]] * z[p];
      z[q] = z[q] / made.f[q * count + made.pivots[q]];
      target[entries[made.pivots[q]]] = target[entries[made.pivots[q]]] + z[q];
    }
  }
};

}  // namespace lssm
