// SPDX-License-Identifier: BSD-3-Clause
// Scores of sequences that ask a trained student, as defences of deep networks do: baselines beside the scores of data.
//
//   states_after(student, data)        the state after each sequence: rows (N, d), the student's inner representation
//   spectral_signatures(rows, d)       (r_n · v)² of centred rows, v their first right singular vector      (B. Tran et al., 2018)
//   two_clusters(rows, d)              the rows in two groups by 2-means, and how far these are apart       (B. Chen et al., 2019)
//   self_influences(student, data)     ‖∂ℓ_n/∂(a, b, c)‖² of each sequence: what training on it alone would change of its own
//                                      loss, to first order                                                 (G. Pruthi et al., 2020)
//
// To leave sequences out and train again, retrained_changes is there (attack/influence.hpp).
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "../analysis/jacobi.hpp"
#include "../data/label.hpp"
#include "score.hpp"

namespace lssm {

/// The states (N, state_size) of a student of the recurrence after each sequence.
template <class System, class T>
std::vector<double> states_after(const System& student, const labelled<T>& data) {
  if (data.channels != System::inputs)
    refuse("states_after", "the data", "of " + to_text(integer{System::inputs}) + " channels", data.channels);
  detail::require_fitting("states_after", data);
  const auto m = static_cast<std::size_t>(data.channels);
  std::vector<double> rows;
  std::vector<T> state, y(static_cast<std::size_t>(System::outputs));
  for (integer n = 0; n < data.sequences(); ++n) {
    state.assign(static_cast<std::size_t>(student.state_size()), T(0));
    const std::span<const T> x = data.input(n);
    for (std::size_t at = 0; at < x.size(); at += m)
      student.advance(x.subspan(at, m), std::span<T>(state), std::span<T>(y));
    for (const T& s : state) rows.push_back(value_of(s));
  }
  return rows;
}

namespace detail {
inline std::size_t rows_of(const char* function, const std::vector<double>& rows, integer dimension) {
  require(dimension >= 1 && !rows.empty() && rows.size() % static_cast<std::size_t>(dimension) == 0, function,
          "the rows", "numbers (N, d), at least one row", rows.size());
  for (const double x : rows) require(std::isfinite(x), function, "the rows", "finite", x);
  return rows.size() / static_cast<std::size_t>(dimension);
}
/// The power of two that keeps squares of the rows in range.
inline double unit_of(const std::vector<double>& rows) {
  double largest = 0;
  for (const double x : rows) largest = larger_of(largest, x);
  return unit_of(largest);
}
/// The rows without their mean, along their first right singular vector (N).
inline std::vector<double> first_component(const std::vector<double>& rows, std::size_t count) {
  const std::size_t d = rows.size() / count;
  columns_of<double> g(count, d);
  for (std::size_t i = 0; i < d; ++i) {
    double mean = 0;
    for (std::size_t n = 0; n < count; ++n) mean += rows[n * d + i] / static_cast<double>(count);
    for (std::size_t n = 0; n < count; ++n) g(n, i) = rows[n * d + i] - mean;
  }
  const auto svd = jacobi_svd(g, d);
  std::vector<double> along(count, 0.0);
  for (std::size_t n = 0; n < count && !svd.values.empty(); ++n)
    for (std::size_t i = 0; i < d; ++i) along[n] += g(n, i) * svd.vectors(i, 0);
  return along;
}
}  // namespace detail

/// The spectral signature of each row (N).
inline std::vector<double> spectral_signatures(const std::vector<double>& rows, extent<> dimension) {
  const std::size_t count = detail::rows_of("spectral_signatures", rows, dimension);
  const double unit = detail::unit_of(rows);
  std::vector<double> scaled = rows;
  for (double& x : scaled) x *= unit;
  std::vector<double> along = detail::first_component(scaled, count);
  for (double& x : along) x = x / unit * (x / unit);
  return along;
}

/// Rows in two groups.
struct row_clusters {
  std::vector<bool> smaller{};  ///< whether a row is in the smaller group (N)
  double silhouette = 0;        ///< mean over the rows, from -1 to 1; 0 where there is one group only
};

/// 2-means from a split by the sign of the first component, until no row changes its group: the same for the same rows.
inline row_clusters two_clusters(std::vector<double> rows, extent<> dimension) {
  const std::size_t count = detail::rows_of("two_clusters", rows, dimension), d = rows.size() / count;
  const double unit = detail::unit_of(rows);
  for (double& x : rows) x *= unit;
  const auto squared = [&](const double* x, const double* y) {
    double sum = 0;
    for (std::size_t i = 0; i < d; ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
  };
  std::vector<bool> second;
  for (const double x : detail::first_component(rows, count)) second.push_back(x > 0);
  double of_group[2] = {};
  for (int round = 0; round < 100; ++round) {
    std::vector<double> mean(2 * d, 0.0);
    of_group[0] = of_group[1] = 0;
    for (std::size_t n = 0; n < count; ++n) ++of_group[second[n]];
    if (of_group[0] == 0 || of_group[1] == 0) return {std::vector<bool>(count, false), 0};
    for (std::size_t n = 0; n < count; ++n)
      for (std::size_t i = 0; i < d; ++i) mean[second[n] * d + i] += rows[n * d + i] / of_group[second[n]];
    bool moved = false;
    for (std::size_t n = 0; n < count; ++n) {
      const bool nearer = squared(&rows[n * d], &mean[d]) < squared(&rows[n * d], &mean[0]);
      moved = moved || nearer != second[n];
      second[n] = nearer;
    }
    if (!moved) break;
  }
  row_clusters out;
  const bool small = of_group[1] < of_group[0];
  for (std::size_t n = 0; n < count; ++n) {
    double sum[2] = {};
    for (std::size_t k = 0; k < count; ++k) sum[second[k]] += std::sqrt(squared(&rows[n * d], &rows[k * d]));
    const double own = of_group[second[n]], a = own > 1 ? sum[second[n]] / (own - 1) : 0,
                 b = sum[!second[n]] / of_group[!second[n]];
    if (own > 1 && std::max(a, b) > 0)
      out.silhouette += (b - a) / std::max(a, b) / static_cast<double>(count);
    out.smaller.push_back(second[n] == small);
  }
  return out;
}

/// The squared gradient of each sequence's squared loss by a, b and c of an SSM of one output, with one label a sequence (N).
template <class System, class T>
std::vector<double> self_influences(const System& student, const labelled<T>& data) {
  using structure = typename System::structure_type;
  require(data.answers == 1 && data.steps == 1 && System::outputs == 1 && data.channels == System::inputs,
          "self_influences", "the data",
          "with one label for each sequence, of as many channels as the student has inputs", data.answers);
  detail::require_fitting("self_influences", data);
  const auto m = static_cast<std::size_t>(data.channels), kappa = static_cast<std::size_t>(data.kappa);
  std::vector<double> of;
  std::vector<T> g(m * kappa);
  auto slope = student.system;
  for (integer n = 0; n < data.sequences(); ++n) {
    const std::span<const T> x = data.input(n);
    T y;
    student.last_output(x, std::span<T>(&y, 1));
    const T twice = T(2) * (y - data.y[static_cast<std::size_t>(n)]);
    for (std::size_t k = 0; k < kappa; ++k)
      for (std::size_t q = 0; q < m; ++q) g[k * m + q] = twice * x[(kappa - 1 - k) * m + q];
    structure::pullback(student.system, std::span<const T>(g), slope);
    double sum = 0;
    each_number([&](const T& z) { sum += value_of(z) * value_of(z); }, std::as_const(slope));
    of.push_back(sum);
  }
  return of;
}

}  // namespace lssm
