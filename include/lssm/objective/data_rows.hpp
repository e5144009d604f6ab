// SPDX-License-Identifier: BSD-3-Clause
// Rows with Σ_q f_q f_qᵀ = 2G, G = X̃ᵀX̃/R: all that a squared loss sees of its inputs.
//
//   excited_inputs       X̃ (R, entries), last entry first, without the entries that no sequence excites: a row for each
//                        sequence, of labels of every step for each of its beginnings (data/gram_matrix.hpp)
//   rows_through_gram    from G by a pivoted Cholesky factorization: sums over sequences once, whatever their number
//   rows_of_sequences    from X̃ by reflections (triangular_rows.hpp)
//
// G squares what sequences differ by: rows that lose digits to others in it are made the second way, and so are those of
// few and long sequences, whose G would be far larger than they are.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "../data/gram_matrix.hpp"
#include "../kernel/dense.hpp"
#include "triangular_rows.hpp"

namespace lssm::detail {

/// Inputs (R, entries), last first, without the entries that no sequence excites.
template <SingleScalar T>
struct excited_inputs {
  std::vector<std::size_t> entries;
  std::vector<T> x;
  std::size_t rows = 0, not_zero = 0;  ///< R, and those with some input

  explicit excited_inputs(const labelled<T>& data)
      : rows(static_cast<std::size_t>(data.sequences() * data.steps)) {
    const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
    std::vector<char> seen(n, 0);
    x.assign(rows * n, T(0));
    T* to = x.data();
    each_row(data, [&](integer, std::span<const T> row) {
      bool some = false;
      for (std::size_t i = 0; i < n; ++i) {
        if (!is_zero(row[i])) seen[i] = some = true;
        to[i] = row[i];
      }
      not_zero += some ? 1 : 0;
      to += n;
    });
    entries.reserve(n);
    for (std::size_t i = 0; i < n; ++i)
      if (seen[i] != 0) entries.push_back(i);
    if (entries.size() < n) leave_out(n);
  }
  integer count() const { return length(entries); }
  std::size_t most_rank() const { return std::min(not_zero, entries.size()); }
  /// Whether the rows that excite an entry differ in size by a factor of four at most.
  bool alike(std::size_t entry) const {
    return alike_where([entry](std::span<const T> row) { return !(row[entry] == T(0)); });
  }
  /// Whether all rows that are not zero differ so little.
  bool alike() const {
    return alike_where([](std::span<const T>) { return true; });
  }

 private:
  template <class Counts>
  bool alike_where(Counts counts) const {
    T least(0), most(0);
    for (std::size_t s = 0; s < rows; ++s) {
      const std::span<const T> row = view<T>(x).subspan(s * entries.size(), entries.size());
      T size(0);
      for (const T& v : row) size = max_of(size, abs_of(v));
      if (!(size > T(0)) || !counts(row)) continue;
      least = most == T(0) ? size : min_of(least, size);
      most = max_of(most, size);
    }
    return most <= T(4) * least;
  }
  /// Moves what is excited to the front of x.
  void leave_out(std::size_t n) {
    std::size_t to = 0;
    for (std::size_t s = 0; s < rows; ++s)
      for (const std::size_t i : entries) x[to++] = x[s * n + i];
    x.resize(to);
  }
};

/// Rows with Σ_q f_q f_qᵀ = 2G over excited entries.
template <SingleScalar T>
struct data_rows {
  std::vector<T> f;                 // (rank, entries)
  std::vector<std::size_t> pivots;  // (rank), of each row an entry that is zero in all later ones
  std::vector<T> right;             // (R, p): what the rows have to fit, then what no response fits; or empty

  std::size_t rank() const { return pivots.size(); }
  std::size_t entries() const { return pivots.empty() ? 0 : f.size() / pivots.size(); }
  T pivot(std::size_t q) const { return abs_of(f[q * entries() + pivots[q]]); }

  /// What row q lost to rows before it, at most, in units of its own size: the factor by which it may be less exact than
  /// the sequences.
  T cancellation(std::size_t q) const {
    const T own = pivot(q);
    T lost(0);
    for (std::size_t p = 0; p < q; ++p)
      lost = lost + abs_of(f[p * entries() + pivots[q]]) / own * (pivot(p) / own);
    return lost;
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

/// Rows through G. Empty where a direction of the data may have lost digits in it that the sequences hold: rows may
/// cancel by a factor of 48, of 128 where all sequences that excite the pivot's entry are alike in size.
template <SingleScalar T>
std::optional<data_rows<T>> rows_through_gram(const labelled<T>& data, const excited_inputs<T>& inputs) {
  // A matrix of this size takes no more memory than some hundred sequences; beyond, rows alone do.
  constexpr std::size_t moderate = 512;
  const std::size_t n = inputs.entries.size(), count = inputs.rows;
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
  rows.pivots.resize(n);
  const std::size_t rank = static_cast<std::size_t>(
      kernel::pivoted_cholesky(std::span<T>(gram), std::span<T>(f), static_cast<integer>(n),
                               T(epsilon_of<T> * static_cast<double>(data.kappa * data.channels)),
                               std::span<std::size_t>(rows.pivots)));
  f.resize(rank * n);
  rows.f = std::move(f);
  rows.pivots.resize(rank);
  if (rank > inputs.most_rank()) return {};
  for (std::size_t q = 0; q < rank; ++q) {
    const T lost = rows.cancellation(q);
    if (!(lost <= T(48) || (lost <= T(128) && inputs.alike(rows.pivots[q])))) return {};
  }
  return rows;
}

/// Rows from the sequences themselves, with what is left of the labels.
template <SingleScalar T>
data_rows<T> rows_of_sequences(const excited_inputs<T>& inputs, std::vector<T> left) {
  data_rows<T> rows;
  rows.f = inputs.x;
  rows.right = std::move(left);
  rows.pivots = triangular_rows(std::span<T>(rows.f), std::span<T>(rows.right), inputs.count());
  rows.f.resize(rows.rank() * inputs.entries.size());
  const T root = sqrt_of(T(2) / T(static_cast<double>(inputs.rows)));
  for (T& v : rows.f) v = root * v;
  for (T& v : rows.right) v = root * v;
  return rows;
}

}  // namespace lssm::detail
