// SPDX-License-Identifier: BSD-3-Clause
// The change of coordinates between two observable realizations of one response: s' = T s, so that T A = A' T, T B = B', C = C' T.
//
//   O (d p, d)   C, C A, ..., C A^{d-1}       T = O'⁺ O
#pragma once

#include "transmission_zeros.hpp"

namespace lssm {

/// T and how far it is from a similarity.
struct similarity_map {
  std::vector<double> t;  ///< (d, d), row major
  double error = 0;  ///< the largest of ‖T A - A' T‖, ‖T B - B'‖, ‖C - C' T‖, each over the size of its terms
};

namespace detail {

inline wide_matrix observability_matrix(const dense_system& x) {
  wide_matrix out(x.states * x.outputs, x.states), row = matrix_of(x.c, x.outputs, x.states);
  const wide_matrix a = matrix_of(x.a, x.states, x.states);
  for (std::size_t k = 0; k < x.states; ++k, row = times(row, a))
    for (std::size_t i = 0; i < x.outputs; ++i)
      for (std::size_t j = 0; j < x.states; ++j) out(k * x.outputs + i, j) = row(i, j);
  return out;
}
/// ‖x - y‖ / (‖x‖ + ‖y‖)
inline double relative_distance(wide_matrix x, const wide_matrix& y) {
  const extended size = norm_of<extended>(x.entries) + norm_of<extended>(y.entries);
  for (std::size_t i = 0; i < x.entries.size(); ++i) x.entries[i] -= y.entries[i];
  return size > 0 ? static_cast<double>(norm_of<extended>(x.entries) / size) : 0;
}

}  // namespace detail

/// The map from the states of x to those of y; its error says whether the two are one system. Throws bad_argument where
/// they differ in size or a state does not reach the output.
inline similarity_map similarity(const dense_system& x, const dense_system& y) {
  using namespace detail;
  x.validate("similarity");
  y.validate("similarity");
  require(x.states == y.states && x.inputs == y.inputs && x.outputs == y.outputs, "similarity",
          "the second system", "of as many states, inputs and outputs as the first", y.states);
  const std::size_t d = x.states;
  const wide_matrix from = observability_matrix(x), to = observability_matrix(y);
  for (const auto* matrix : {&from, &to}) {
    const std::size_t rank = states_that_matter(jacobi_svd(*matrix, d).values, matrix->rows);
    if (rank != d)
      refuse("similarity", "the systems", "observable: balanced_form makes them so",
             to_text(rank) + " of " + to_text(d) + " states");
  }
  const wide_matrix t = least_squares(to, from);
  const double errors[3] = {
      relative_distance(times(t, matrix_of(x.a, d, d)), times(matrix_of(y.a, d, d), t)),
      relative_distance(times(t, matrix_of(x.b, d, x.inputs)), matrix_of(y.b, d, y.inputs)),
      relative_distance(matrix_of(x.c, x.outputs, d), times(matrix_of(y.c, y.outputs, d), t))};
  return {row_major(t), std::max({errors[0], errors[1], errors[2]})};
}

}  // namespace lssm
