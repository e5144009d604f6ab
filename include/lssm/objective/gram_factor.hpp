// SPDX-License-Identifier: BSD-3-Clause
// Training inputs enter a squared last-output loss only through their Gram matrix.
//
//   prediction   ŷ_n = Σ_k h_k x_n[κ-1-k] = x̃_n · h           x̃_n: the inputs of sequence n, last first
//   loss         L = (1/N) Σ_n (x̃_n·h - y_n)² = e·G e + L_0,   G = X̃ᵀX̃/N,  e = h - h°
//
//   h°    a response with the least loss: the teacher's h* when labels are exactly its convolution (then L_0 = 0),
//         else a least-squares solution
//   L_0   its loss
//   f_q   rows with Σ_q f_q f_qᵀ = 2G (pivoted Cholesky), so that L = ½ Σ_q (f_q·e)² + L_0 is never negative and does
//         not cancel
//
// Shapes: G (κm, κm), h°, f_q (κm); channels run fastest.
#pragma once

#include <cmath>
#include <vector>

#include "../core/dual.hpp"
#include "../core/tensor.hpp"
#include "../data/label.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/dense.hpp"

namespace lssm {

/// Data may have been edited by hand: parts that do not fit each other are refused.
template <class T>
integer checked_shape(const labelled<T>& data, integer inputs) {
  require(data.channels == inputs, "objective", "data.channels", std::to_string(inputs), data.channels);
  require(data.kappa >= 1, "objective", "data.kappa", "at least 1", data.kappa);
  require(data.answers >= 1 && !data.y.empty() && length(data.y) % data.answers == 0, "objective", "data.y",
          "one label at least", data.y.size());
  const integer entries = data.sequences() * data.kappa * data.channels;
  require(length(data.x) == entries, "objective", "data.x",
          std::to_string(entries) + " numbers (labels x kappa x channels)", data.x.size());
  return data.kappa;
}

/// The same for labels of last outputs. The length of sequences that a model with this number of inputs can take.
template <class T>
integer checked_length(const labelled<T>& data, integer inputs) {
  require(data.answers == 1, "objective", "labels for each sequence", "1, that of the last output",
          data.answers);
  return checked_shape(data, inputs);
}

/// The row x̃ of a sequence: entry k m + q is x[(κ-1-k) m + q].
template <class T>
constexpr void reverse_time(std::span<const T> x, integer channels, std::span<T> reversed) {
  const std::size_t m = static_cast<std::size_t>(channels), kappa = x.size() / m;
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t q = 0; q < m; ++q) reversed[k * m + q] = x[(kappa - 1 - k) * m + q];
}

/// Σ_n weight_n x̃_n x̃_nᵀ, row major (κm, κm).
template <SingleScalar T, class Weight>
std::vector<T> weighted_gram(const labelled<T>& data, Weight weight) {
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  std::vector<T> gram(n * n, T(0)), row(n, T(0));
  for (integer s = 0; s < data.sequences(); ++s) {
    reverse_time(data.input(s), data.channels, std::span<T>(row));
    const T w = weight(s);
    for (std::size_t i = 0; i < n; ++i) {
      const T wi = w * row[i];
      for (std::size_t j = 0; j < n; ++j) gram[i * n + j] = mul_add(wi, row[j], gram[i * n + j]);
    }
  }
  return gram;
}

/// G = X̃ᵀX̃/N as a tensor (κm, κm): what a poison changes.
template <SingleScalar T>
tensor<T, 2> gram_matrix(const labelled<T>& data) {
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  const T w = T(1) / T(static_cast<double>(data.sequences()));
  return to_tensor<2>(weighted_gram(data, [&](integer) { return w; }), {n, n});
}

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

}  // namespace detail

namespace detail {

/// |x| as a double; of a dual number both parts count.
template <SingleScalar T>
double magnitude(const T& x) {
  return std::abs(value_of(x));
}
template <class T>
double magnitude(const dual<T>& x) {
  return magnitude(x.v) + magnitude(x.e);
}

/// Whether the labels are the convolution of the inputs with h* up to rounding: they may have been edited by hand.
template <SingleScalar T>
bool exactly_labelled(const labelled<T>& data) {
  const std::size_t n = static_cast<std::size_t>(data.kappa * data.channels);
  if (data.h_star.size() != n) return false;
  std::vector<T> row(n, T(0));
  for (integer s = 0; s < data.sequences(); ++s) {
    reverse_time(data.input(s), data.channels, std::span<T>(row));
    double size = 0;
    for (std::size_t i = 0; i < n; ++i) size += magnitude(row[i]) * magnitude(data.h_star[i]);
    const T error = kernel::dot<T>(view<T>(row), view<T>(data.h_star)) - data.y[static_cast<std::size_t>(s)];
    if (!(magnitude(error) <= 4 * static_cast<double>(n) * epsilon_of<T> * size)) return false;
  }
  return true;
}

}  // namespace detail

/// What is left of a labelled set when the loss is squared.
template <SingleScalar T>
struct gram_factor {
  std::vector<T> rows;    ///< f_q, q < rank, then zeros: (κm, κm)
  std::vector<T> target;  ///< h° (κm)
  T offset{};             ///< L_0
  T label_power{};        ///< (1/N) Σ y², the loss of a student that outputs nothing
  integer rank = 0;

  explicit gram_factor(const labelled<T>& data) {
    const integer n = data.kappa * data.channels;
    const T w = T(1) / T(static_cast<double>(data.sequences()));
    std::vector<T> doubled = weighted_gram(data, [&](integer) { return w + w; });
    rows.assign(doubled.size(), T(0));
    rank = kernel::pivoted_cholesky(std::span<T>(doubled), std::span<T>(rows), n);
    for (const T& y : data.y) label_power = label_power + w * y * y;
    if (detail::exactly_labelled(data)) {
      target = data.h_star;
      return;
    }
    target.assign(static_cast<std::size_t>(n), T(0));
    for (int sweep = 0; sweep < 2; ++sweep)
      detail::refine_least_squares(data, view<T>(rows), rank, std::span<T>(target));
    std::vector<T> row(static_cast<std::size_t>(n), T(0));
    for (integer s = 0; s < data.sequences(); ++s) {
      reverse_time(data.input(s), data.channels, std::span<T>(row));
      const T e = kernel::dot<T>(view<T>(row), view<T>(target)) - data.y[static_cast<std::size_t>(s)];
      offset = offset + w * e * e;
    }
  }
};

}  // namespace lssm
