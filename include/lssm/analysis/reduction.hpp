// SPDX-License-Identifier: BSD-3-Clause
// Smaller systems: balanced truncation with its bound, and Ho-Kalman realization of an impulse response.
//
//   balanced_truncation(x, r)     the r states of largest σ of balanced coordinates; ‖G - G_r‖_∞ <= 2 Σ_{i>r} σ_i
//   balanced_form(x)              all states that matter (a minimal realization), P = Q = diag(σ)
//   ho_kalman(h, r)               A = Σ^{-½} Uᵀ H↑ V Σ^{-½}, B, C of H = U Σ Vᵀ, H_ij = h_{i+j}, H↑_ij = h_{i+j+1}
//                                 (B. L. Ho, R. E. Kalman, 1966); 2 r entries of h are needed to find r modes
//
// The direct term stays h_0 = C B: the class of systems has no other, so Hankel matrices begin at h_0.
#pragma once

#include "../measure/hankel.hpp"
#include "dense_measures.hpp"

namespace lssm {

/// A smaller system, what is known of its error, and the Hankel singular values of what it was made of.
struct reduced_system {
  dense_system system;
  double bound =
      0;  ///< ‖G - G_r‖_∞ is at most this; of ho_kalman the same sum for the finite matrix, no bound
  std::vector<double> hankel;  ///< falling
};

namespace detail {

/// The number of σ above rounding: what a realization can have states for.
inline std::size_t states_that_matter(const std::vector<extended>& sigma, std::size_t size) {
  const extended least =
      sigma.empty() ? 0 : sigma[0] * extended(epsilon_of<double>) * static_cast<extended>(size);
  return static_cast<std::size_t>(
      std::count_if(sigma.begin(), sigma.end(), [&](extended s) { return s > least; }));
}

/// Columns u_i = G v_i / σ_i, scaled by σ_i^{-½}, and v_i scaled likewise, i < r.
struct balancing {
  wide_matrix left, right;
};
inline balancing balancing_of(const wide_matrix& g, const singular_decomposition<extended>& svd,
                              std::size_t r) {
  balancing out{wide_matrix(g.rows, r), wide_matrix(g.columns, r)};
  for (std::size_t i = 0; i < r; ++i) {
    const extended root = std::sqrt(svd.values[i]);
    for (std::size_t j = 0; j < g.columns; ++j) {
      out.right(j, i) = svd.vectors(j, i) / root;
      for (std::size_t l = 0; l < g.rows; ++l)
        out.left(l, i) += g(l, j) * svd.vectors(j, i) / (root * svd.values[i]);
    }
  }
  return out;
}

inline reduced_system reduced(const wide_matrix& a, const wide_matrix& b, const wide_matrix& c,
                              const std::vector<extended>& sigma) {
  const std::size_t r = a.rows;
  reduced_system out{
      {row_major(a), row_major(b), row_major(c), r, b.columns, c.rows}, 0, {sigma.begin(), sigma.end()}};
  extended sum = 0;
  for (std::size_t i = r; i < sigma.size(); ++i) sum += sigma[i];
  out.bound = static_cast<double>(2 * sum);
  return out;
}

inline reduced_system truncated(const dense_system& x, std::optional<std::size_t> order,
                                std::string_view function) {
  const stability status = stability_of(x);
  if (status != stability::stable) refuse(function, "the system", "stable", to_string(status));
  const wide_matrix l = controllability_factor(x), r = observability_factor(x), g = times(transposed(r), l);
  const auto svd = jacobi_svd(g, x.states);
  const std::size_t most = states_that_matter(svd.values, x.states), keep = order.value_or(most);
  if (!(keep >= 1 && keep <= most))
    refuse(function, "the order", "from 1 to the number of states that matter, " + to_text(most), keep);
  const balancing t = balancing_of(g, svd, keep);
  const wide_matrix into = transposed(times(r, t.left)), back = times(l, t.right);
  return reduced(times(into, times(matrix_of(x.a, x.states, x.states), back)),
                 times(into, matrix_of(x.b, x.states, x.inputs)),
                 times(matrix_of(x.c, x.outputs, x.states), back), svd.values);
}

}  // namespace detail

/// The balanced truncation to r states. Throws bad_argument unless x is stable and has as many states that matter.
inline reduced_system balanced_truncation(const dense_system& x, extent<> r) {
  require(r >= 1, "balanced_truncation", "the order", "at least 1", integer(r));
  return detail::truncated(x, static_cast<std::size_t>(integer(r)), "balanced_truncation");
}

/// A balanced minimal realization: the states whose σ are above rounding.
inline reduced_system balanced_form(const dense_system& x) {
  return detail::truncated(x, {}, "balanced_form");
}

namespace detail {

/// Ho-Kalman of h (kappa, p, m): r states, or as many as have σ above `level` and above rounding; `at_most`: no more than those.
template <class Response>
reduced_system realization_of(const Response& h, std::optional<integer> r, extended level, bool at_most,
                              std::string_view function) {
  const std::size_t kappa = h.shape(0), p = h.shape(1), m = h.shape(2);
  require(kappa >= 2, function, "the response", "of at least 2 entries", kappa);
  const std::size_t columns = kappa / 2, rows = kappa - columns;
  wide_matrix here(rows * p, columns * m), next = here;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t s = 0; s < p; ++s)
        for (std::size_t q = 0; q < m; ++q) {
          here(i * p + s, j * m + q) = static_cast<extended>(h(i + j, s, q));
          next(i * p + s, j * m + q) = static_cast<extended>(h(i + j + 1, s, q));
        }
  for (const extended v : next.entries) require(std::isfinite(v), function, "the response", "finite", v);
  for (const extended v : here.entries) require(std::isfinite(v), function, "the response", "finite", v);
  const auto svd = jacobi_svd(here, std::min(here.rows, here.columns));
  std::size_t most = states_that_matter(svd.values, here.rows);
  if (!r || at_most)
    while (most > 1 && !(svd.values[most - 1] > level)) --most;
  const std::size_t asked = r ? static_cast<std::size_t>(std::max<integer>(*r, 0)) : most;
  const std::size_t keep = at_most ? std::min(asked, most) : asked;
  if (!(keep >= 1 && keep <= most))
    refuse(function, "the order",
           "from 1 to the number of Hankel singular values above rounding, " + to_text(most),
           r ? *r : static_cast<integer>(keep));
  const balancing t = balancing_of(here, svd, keep);
  const wide_matrix left = transposed(t.left), b = times(left, here), c = times(here, t.right);
  wide_matrix first(keep, m), out(p, keep);
  for (std::size_t i = 0; i < keep; ++i) {
    for (std::size_t q = 0; q < m; ++q) first(i, q) = b(i, q);
    for (std::size_t s = 0; s < p; ++s) out(s, i) = c(s, i);
  }
  return reduced(times(left, times(next, t.right)), first, out, svd.values);
}

}  // namespace detail

/// The system of r states that explains h (kappa, p, m), or (kappa) for one channel, best by Hankel singular values; by
/// default of as many as are above rounding. Throws bad_argument where h is too short or too simple for r.
template <BlasExpression E>
reduced_system ho_kalman(const E& h, std::optional<integer> r = {}) {
  return detail::realization_of(detail::response_tensor(h, "ho_kalman"), r, 0, false, "ho_kalman");
}

/// h (kappa, p, m) of a full state matrix.
inline tensor<double, 3> impulse_response(const dense_system& x, extent<> kappa) {
  x.validate("impulse_response");
  require(kappa >= 1, "impulse_response", "length", "at least 1", integer(kappa));
  require_entries("impulse_response", "length x outputs x inputs",
                  {kappa, static_cast<integer>(x.outputs), static_cast<integer>(x.inputs)});
  auto h = tensor<double, 3>::from_shape({static_cast<std::size_t>(integer(kappa)), x.outputs, x.inputs});
  const auto a = detail::matrix_of(x.a, x.states, x.states), c = detail::matrix_of(x.c, x.outputs, x.states);
  auto s = detail::matrix_of(x.b, x.states, x.inputs);
  for (std::size_t k = 0; k < h.shape(0); ++k, s = detail::times(a, s)) {
    const auto y = detail::times(c, s);
    for (std::size_t i = 0; i < x.outputs; ++i)
      for (std::size_t q = 0; q < x.inputs; ++q) h(k, i, q) = static_cast<double>(y(i, q));
  }
  return h;
}

}  // namespace lssm
