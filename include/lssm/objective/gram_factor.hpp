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
// How the rows are made: objective/data_rows.hpp.
//
// Shapes: f_q, c, h° (κm); t (r); channels run fastest.
#pragma once

#include <optional>
#include <vector>

#include "../core/dual.hpp"
#include "../data/gram_matrix.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/dense.hpp"
#include "data_rows.hpp"

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
    auto made = detail::rows_through_gram(data, inputs, exact);
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
