// SPDX-License-Identifier: BSD-3-Clause
// Training inputs enter a squared loss only through their Gram matrix, and that through rows.
//
//   prediction   ŷ_ri = x̃_r · h_i      x̃_r: the inputs of a sequence up to a labelled step, last first (data/gram_matrix.hpp)
//   loss         L = (1/R) Σ_r Σ_i (x̃_r·h_i - y_ri)² = ½ Σ_q Σ_i ρ_qi² + L_0,   ρ_qi = f_q · (h_i - c_i) - t_qi
//
// This is the mean over sequences, and over steps where every step is labelled, of the sum over outputs i.
//
//   f_q   rows with Σ_q f_q f_qᵀ = 2G, G = X̃ᵀX̃/R: L is never negative and does not cancel
//   c     the response from which errors are taken: the teacher's h* when labels are exactly its convolution, else zero
//   t     what the rows have to fit beside c: zero in the first case, in which L_0 is zero, too
//   h°    a response with the least loss, L_0
//
// How the rows are made: objective/data_rows.hpp.
//
// Shapes: f_q (κm); c, h° (κ, p, m); t (r, p); channels run fastest.
#pragma once

#include <vector>

#include "../core/dual.hpp"
#include "../data/gram_matrix.hpp"
#include "../kernel/blocks.hpp"
#include "data_rows.hpp"

namespace lssm {

namespace detail {

/// |x|; of a dual number both parts count.
template <SingleScalar T>
constexpr T size_of_error(const T& x) {
  return abs_of(x);
}
template <class T>
constexpr auto size_of_error(const dual<T>& x) {
  return size_of_error(x.v) + size_of_error(x.e);
}

/// Whether the labels are the convolution of the inputs with h* up to rounding, each to that of its own terms: they may
/// have been edited by hand.
template <SingleScalar T>
bool exactly_labelled(const labelled<T>& data, const excited_inputs<T>& inputs) {
  using number = decltype(size_of_error(T(0)));
  const integer terms = data.kappa * data.channels;
  if (length(data.h_star) != terms * data.outputs()) return false;
  const number roundings(static_cast<number>(4 * static_cast<double>(terms) * epsilon_of<T>));
  const std::size_t n = inputs.entries.size(), p = static_cast<std::size_t>(data.outputs());
  std::vector<T> h(n, T(0));
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      h[j] = data.h_star[detail::response_entry(inputs.entries[j], i, p,
                                                static_cast<std::size_t>(data.channels))];
    for (std::size_t r = 0; r < inputs.rows; ++r) {
      const std::span<const T> row = view<T>(inputs.x).subspan(r * n, n);
      const T y = data.y[r * p + i], error = kernel::dot<T>(row, view<T>(h)) - y;
      if (size_of_error(error) <= roundings * size_of_error(y))
        continue;  // no more than what its terms may add up to
      number size(0);
      for (std::size_t j = 0; j < n; ++j) size = size + size_of_error(row[j]) * size_of_error(h[j]);
      if (!(size_of_error(error) <= roundings * size)) return false;
    }
  }
  return true;
}

}  // namespace detail

/// What is left of a labelled set when the loss is squared.
template <SingleScalar T>
struct gram_factor {
  std::vector<T> rows;    ///< f_q: (rank, κm)
  std::vector<T> center;  ///< c (κ, p, m)
  std::vector<T> fitted;  ///< t (rank, p)
  std::vector<T> target;  ///< h° (κ, p, m)
  T offset{};             ///< L_0
  T label_power{};        ///< (1/R) Σ y², the loss of a student that outputs nothing
  integer rank = 0;
  /// Whether a kernel may hold G itself, whose rounding a gradient sees by ε/r², r the smallest row beside the largest:
  /// r >= ε^¼, so that at most half of its digits are lost, or three quarters (r >= ε^⅜) across sequences alike in size.
  /// Kernels take errors from h°, too: the terms of f_q·h° are at most 16 |t|, or the loss would lose what they cancel by.
  bool gram_suffices = true;

  explicit gram_factor(const labelled<T>& data)
      : outputs_(static_cast<std::size_t>(data.outputs())),
        channels_(static_cast<std::size_t>(data.channels)) {
    const std::size_t n = static_cast<std::size_t>(data.kappa) * channels_;
    const T w = T(1) / T(static_cast<double>(data.sequences() * data.steps));
    for (const T& y : data.y) label_power = label_power + w * y * y;
    const detail::excited_inputs<T> inputs(data);
    const bool exact = detail::exactly_labelled(data, inputs);
    center = target = exact ? data.h_star : std::vector<T>(n * outputs_, T(0));
    if (exact) {
      take(rows_of_inputs(data, inputs), inputs, n);
      fitted.assign(static_cast<std::size_t>(rank) * outputs_, T(0));
    } else {
      const auto made = rows_of_sequences(inputs, data.y);
      take(made, inputs, n);
      fit(made, inputs.entries);
    }
  }

 private:
  /// Through G where that loses no direction that the sequences hold.
  static detail::data_rows<T> rows_of_inputs(const labelled<T>& data,
                                             const detail::excited_inputs<T>& inputs) {
    auto through_gram = detail::rows_through_gram(data, inputs);
    if (through_gram && through_gram->rank() == inputs.most_rank()) return *std::move(through_gram);
    auto made = detail::rows_of_sequences(inputs, std::vector<T>());
    return through_gram && through_gram->rank() >= made.rank() ? *std::move(through_gram) : made;
  }
  void take(const detail::data_rows<T>& made, const detail::excited_inputs<T>& inputs, std::size_t n) {
    const std::vector<std::size_t>& entries = inputs.entries;
    rank = static_cast<integer>(made.rank());
    rows.assign(made.rank() * n, T(0));
    for (std::size_t q = 0; q < made.rank(); ++q)
      for (std::size_t j = 0; j < entries.size(); ++j)
        rows[q * n + entries[j]] = made.f[q * entries.size() + j];
    const T r = made.ratio(), fourth = r * r * r * r, epsilon(epsilon_of<T>);
    gram_suffices = fourth >= epsilon || (fourth * fourth >= epsilon * epsilon * epsilon && inputs.alike());
  }
  /// t, L_0 and h° with f_q·h°_i = t_qi, zero but at the pivots.
  void fit(const detail::data_rows<T>& made, const std::vector<std::size_t>& entries) {
    const std::size_t r = made.rank(), count = entries.size(), given = r * outputs_;
    fitted.assign(made.right.begin(), made.right.begin() + static_cast<std::ptrdiff_t>(given));
    for (std::size_t q = given; q < made.right.size(); ++q)
      offset = mul_add(made.right[q] * T(0.5), made.right[q], offset);
    for (std::size_t i = 0; i < outputs_; ++i) {
      const auto at_pivot = [&](std::size_t q) -> T& {
        return target[detail::response_entry(entries[made.pivots[q]], i, outputs_, channels_)];
      };
      for (std::size_t q = r; q-- > 0;) {
        T z = fitted[q * outputs_ + i];
        for (std::size_t p = q + 1; p < r; ++p) z = z - made.f[q * count + made.pivots[p]] * at_pivot(p);
        at_pivot(q) = z / made.f[q * count + made.pivots[q]];
      }
      T most(0), square(0);  // of the sums Σ_k |f_qk h°_k|, and |t|²
      for (std::size_t q = 0; q < r; ++q) {
        T terms(0);
        for (std::size_t k = 0; k < count; ++k) {
          const T& h = target[detail::response_entry(entries[k], i, outputs_, channels_)];
          terms = mul_add(abs_of(made.f[q * count + k]), abs_of(h), terms);
        }
        most = max_of(most, terms);
        square = mul_add(fitted[q * outputs_ + i], fitted[q * outputs_ + i], square);
      }
      gram_suffices = gram_suffices && most <= T(16) * sqrt_of(square);
    }
  }

  std::size_t outputs_, channels_;
};

}  // namespace lssm
