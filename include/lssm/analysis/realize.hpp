// SPDX-License-Identifier: BSD-3-Clause
// A system from data without training: Ho-Kalman realization of the least-norm impulse response that explains labels best.
//
//   symbol  shape       meaning
//   X       (R, κ m)    inputs by lag: X_{n, k m + q} = x_{n, t-k, q} for a label of step t
//   y       (R, p)      labels, of last outputs or of every step
//   h       (κ, p, m)   X⁺ y, the shortest of all least-squares solutions
//
// An order of r needs 2 r lags that the data tell apart. Where the rank of X is below 2 r, the system is one of many, with the
// status `underdetermined`; `told` says which part of each lag the data tell.
#pragma once

#include "../data/label.hpp"
#include "reduction.hpp"

namespace lssm {

/// Whether data can tell a system of an order.
enum class identifiability { determined, underdetermined };

/// The name of an identifiability, as in the enumeration.
constexpr std::string_view to_string(identifiability s) {
  return s == identifiability::determined ? "determined" : "underdetermined";
}
inline std::ostream& operator<<(std::ostream& out, identifiability s) { return out << to_string(s); }

/// What data tell of the system behind them.
struct data_realization {
  identifiability status = identifiability::determined;
  reduced_system realized;     ///< its bound is the sum of ho_kalman, no bound
  tensor<double, 3> response;  ///< h (κ, p, m)
  std::size_t rank = 0;        ///< of X
  std::vector<double>
      told;             ///< (κ): 0 where no input reaches the lag, 1 where data fix h_k, between them else
  double residual = 0;  ///< ‖X h - y‖ / ‖y‖

  /// Lags that some input reaches; h is zero at the others.
  std::vector<std::size_t> seen_lags() const {
    std::vector<std::size_t> lags;
    for (std::size_t k = 0; k < told.size(); ++k)
      if (told[k] > 0) lags.push_back(k);
    return lags;
  }
};

namespace detail {

/// X and y of labelled data.
struct lag_equations {
  wide_matrix x, y;  // (R, κ m), (R, p)
};
template <class T>
lag_equations equations_of(const labelled<T>& data) {
  const auto size = [](integer n) { return static_cast<std::size_t>(n); };
  require(data.kappa >= 2 && data.channels >= 1, "realize", "the data", "sequences of length 2 or more",
          data.kappa);
  require(data.answers >= 1 && (data.steps == 1 || data.steps == data.kappa) &&
              data.answers % data.steps == 0 && data.sequences() >= 1,
          "realize", "the labels", "those of the last step or of each", data.answers);
  const std::size_t n = size(data.sequences()), kappa = size(data.kappa), m = size(data.channels),
                    p = size(data.outputs()), steps = size(data.steps);
  if (!(data.x.size() == n * kappa * m && data.y.size() == n * steps * p))
    refuse("realize", "the data", to_text(n * kappa * m) + " inputs for " + to_text(n) + " sequences",
           data.x.size());
  lag_equations out{{n * steps, kappa * m}, {n * steps, p}};
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t t = kappa - steps; t < kappa; ++t) {
      const std::size_t row = s * steps + t + steps - kappa;
      for (std::size_t k = 0; k <= t; ++k)
        for (std::size_t q = 0; q < m; ++q)
          out.x(row, k * m + q) = static_cast<extended>(data.x[(s * kappa + t - k) * m + q]);
      for (std::size_t i = 0; i < p; ++i) out.y(row, i) = static_cast<extended>(data.y[row * p + i]);
    }
  for (const auto* matrix : {&out.x, &out.y})
    for (const extended v : matrix->entries)
      require(std::isfinite(static_cast<double>(v)), "realize", "the data", "finite", static_cast<double>(v));
  return out;
}

}  // namespace detail

/// The system of r states that the data tell, or of as many as are above the rounding of labels in T. Noisy labels want an r.
/// Throws bad_argument where all labels are zero, where data are not finite or of sizes that disagree, and where the data tell
/// 2 r lags and their response has fewer states than r.
template <SingleScalar T>
data_realization realize(const labelled<T>& data, std::optional<integer> r = {}) {
  using namespace detail;
  const lag_equations of = equations_of(data);
  require(!r || *r >= 1, "realize", "the order", "at least 1", r.value_or(1));
  const std::size_t kappa = static_cast<std::size_t>(data.kappa), m = static_cast<std::size_t>(data.channels),
                    p = of.y.columns;
  const auto svd = jacobi_svd(of.x, kappa * m);
  data_realization out;
  out.rank = states_that_matter(svd.values, std::max(of.x.rows, of.x.columns));
  wide_matrix h(kappa * m, p), rest = of.y;
  out.told.assign(kappa, out.rank == 0 ? 0 : 1);
  for (std::size_t j = 0; j < out.rank; ++j) {
    wide_matrix v(kappa * m, 1);
    for (std::size_t l = 0; l < v.rows; ++l) v(l, 0) = svd.vectors(l, j);
    const wide_matrix u = times(of.x, v);  // σ u
    for (std::size_t i = 0; i < p; ++i) {
      const extended along =
          inner(u.column(0), std::span<const extended>(rest.column(i))) / (svd.values[j] * svd.values[j]);
      for (std::size_t l = 0; l < v.rows; ++l) h(l, i) += along * v(l, 0);
      for (std::size_t l = 0; l < u.rows; ++l) rest(l, i) -= along * u(l, 0);
    }
  }
  for (std::size_t l = 0; l < kappa * m && out.rank > 0; ++l) {
    extended share = 0;
    for (std::size_t j = 0; j < out.rank; ++j) share += svd.vectors(l, j) * svd.vectors(l, j);
    out.told[l / m] = std::min(out.told[l / m], static_cast<double>(share));
  }
  out.response = tensor<double, 3>::from_shape({kappa, p, m});
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t i = 0; i < p; ++i)
      for (std::size_t q = 0; q < m; ++q) out.response(k, i, q) = static_cast<double>(h(k * m + q, i));
  const extended labels = norm_of<extended>(of.y.entries);
  require(norm_of<extended>(h.entries) > 0, "realize", "the response behind the labels",
          "not zero at every lag", 0);
  out.residual = static_cast<double>(norm_of<extended>(rest.entries) / labels);
  // Labels are rounded sums of κ products; the shortest direction of X makes the most of their rounding.
  const extended rounding =
      extended(epsilon_of<T>) * static_cast<extended>(kappa * m) * labels / svd.values[out.rank - 1];
  const bool few = r && out.rank < 2 * static_cast<std::size_t>(*r);
  out.realized = realization_of(out.response, r, rounding, few, "realize");
  if (few || out.rank < 2 * out.realized.system.states) out.status = identifiability::underdetermined;
  return out;
}

}  // namespace lssm
