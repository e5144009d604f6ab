// SPDX-License-Identifier: BSD-3-Clause
// Hankel singular values of an impulse response: how many directions of memory it has, whatever system produced it.
//
//   symbol  shape          meaning
//   h       (kappa, p, m)  impulse response, h_k = C A^k B        (or (kappa) for one input and output)
//   H       (R p, S m)     block Hankel matrix, H_ij = h_{first+i+j},  R = ceil(n/2), S = n + 1 - R, n = kappa - first
//   σ       (min(Rp, Sm))  its singular values, descending
//
//   first = 0   H = (C; CA; ...)(B, AB, ...): the number of nonzero σ is the smallest dimension of a system of this
//               library, s_t = A s_{t-1} + B x_t, y_t = C s_t, that has this response (B. L. Ho, R. E. Kalman, 1966).
//               The default of every function here.
//   first = 1   from past inputs to future outputs: the Hankel singular values of control theory. The number of
//               nonzero σ is the memory beside the direct term h_0.
//
// Values up to the size of rounding errors count as zero: 4 ε times the longer side of H, ε of the scalar of h, relative
// to σ_1. In measurements of random systems rounding stays below a sixth of that.
//
// A mode a_j = 0 counts for first = 0 alone: Theorem 1's teacher has dimension 2, and memory 1. n entries of a
// single-channel response distinguish dimensions up to ceil(n/2). Needs BLAS (core/linalg.hpp): not in lssm/lssm.hpp.
#pragma once

#include <optional>

#include "../core/extent.hpp"
#include "../core/linalg.hpp"
#include "../core/scalar.hpp"

namespace lssm {

namespace detail {

/// h (kappa, p, m) of an expression with one or three axes.
template <BlasExpression E>
tensor<entry_of<E>, 3> response_tensor(const E& h, std::string_view function) {
  using T = entry_of<E>;
  if (!(h.dimension() == 1 || h.dimension() == 3))
    refuse(function, "the impulse response", "of shape (kappa) or (kappa, p, m)",
           to_text(h.dimension()) + " axes");
  const bool channels = h.dimension() == 3;
  auto out = tensor<T, 3>::from_shape(
      {h.shape()[0], channels ? std::size_t(h.shape()[1]) : 1, channels ? std::size_t(h.shape()[2]) : 1});
  std::copy(h.template begin<xt::layout_type::row_major>(), h.template end<xt::layout_type::row_major>(),
            out.data());
  return out;
}

}  // namespace detail

/// The block Hankel matrix of h_first, h_{first+1}, ...: the most nearly square one that uses every entry.
template <BlasExpression E>
tensor<detail::entry_of<E>, 2> hankel_matrix(const E& h, extent<> first = 0) {
  const auto response = detail::response_tensor(h, "hankel_matrix");  // (kappa, p, m)
  const std::size_t kappa = response.shape(0), p = response.shape(1), m = response.shape(2);
  if (!(first >= 0 && static_cast<std::size_t>(first) < kappa))
    refuse("hankel_matrix", "first", "at least 0 and below the length of the response, " + to_text(kappa),
           integer(first));
  const std::size_t from = static_cast<std::size_t>(first), n = kappa - from, rows = (n + 1) / 2,
                    columns = n + 1 - rows;
  auto out = tensor<detail::entry_of<E>, 2>::from_shape({rows * p, columns * m});
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t r = 0; r < p; ++r)
        for (std::size_t q = 0; q < m; ++q) out(i * p + r, j * m + q) = response(from + i + j, r, q);
  return out;
}

/// The Hankel singular values σ in descending order.
template <BlasExpression E>
tensor<detail::entry_of<E>, 1> hankel_singular_values(const E& h, extent<> first = 0) {
  return singular_values(hankel_matrix(h, first));
}

/// The number of Hankel singular values above `threshold` (in [0, 1); by default rounding errors) times the largest: with
/// first = 0 the smallest state dimension that explains the response, with first = 1 the memory beside the direct term. Zero
/// for a zero response.
template <BlasExpression E>
integer hankel_rank(const E& h, std::optional<double> threshold = {}, extent<> first = 0) {
  const auto H = hankel_matrix(h, first);
  const double rounding =
      4 * epsilon_of<detail::entry_of<E>> * static_cast<double>(std::max(H.shape(0), H.shape(1)));
  const double least = threshold.value_or(rounding);
  require(least >= 0 && least < 1, "hankel_rank", "threshold", "at least 0 and below 1", least);
  const auto sigma = singular_values(H);
  // Both sides are divided by σ_1, because a product of the smallest numbers would underflow.
  return std::count_if(sigma.begin(), sigma.end(), [&](auto s) {
    return s > 0 && static_cast<double>(s) / static_cast<double>(sigma(0)) > least;
  });
}

}  // namespace lssm
