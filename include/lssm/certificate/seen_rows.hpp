// SPDX-License-Identifier: BSD-3-Clause
// What labelled sequences tell of a teacher: rows of few linear equations for its impulse response.
//
//   F = W X~,   y' = W y,   F h* = y' up to errors of labels and roundings
//
//   symbol   shape           meaning
//   X~       (N, m kappa)    inputs by lag, channel after channel: X~_{n, q kappa + l} = x_{n, kappa-1-l, q}
//   W        (rank, N)       weights of sequences; its rows are orthogonal, by one-sided Jacobi rotations of X~
//   F        (rank, m kappa) orthogonal rows, scaled alike so that the longest has length 1
//
// W may be anything: F and y' are computed from the W that is stored, with bounds of their roundings, so that neither the
// rank nor the rotations have to be trusted.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "../core/scalar.hpp"

namespace lssm::detail {

inline constexpr double unit_roundoff = 0x1p-53;

/// Labelled sequences by lag, in double.
struct lagged_data {
  std::size_t sequences = 0, lags = 0, channels = 1;
  std::vector<double> x, y;      // (N, m kappa), (N)
  std::vector<double> rounding;  // (N), bound of the rounding of each label for a teacher of mass 1
  bool coarse = false;           // whether labels are rounded so much that it matters which λ are chosen
};

struct seen_rows {
  std::size_t sequences = 0, lags = 0, channels = 1, rank = 0;
  std::vector<double> w, f, y;      // (rank, N), (rank, m kappa), (rank)
  std::vector<double> f_slack;      // (rank): bound of Σ_l of the roundings of F, and of sums of its rows
  std::vector<double> y_slack;      // (rank): bound of the rounding of y'
  std::vector<double> label_slack;  // (rank): what the labels' own rounding adds, for a teacher of mass 1
  std::vector<double> rounding;     // (N), where it is coarse: then it is none of the slack

  std::size_t width() const { return lags * channels; }
  std::span<const double> row(std::size_t q) const {
    return std::span<const double>(f).subspan(q * width(), width());
  }

  /// p = Fᵀ λ (m, kappa), the polynomials of a combination of rows.
  void combine(std::span<const double> lambda, std::span<double> p) const {
    std::fill(p.begin(), p.end(), 0.0);
    for (std::size_t q = 0; q < rank; ++q) {
      const double* from = &f[q * width()];
      for (std::size_t i = 0; i < p.size(); ++i) p[i] = mul_add(lambda[q], from[i], p[i]);
    }
  }

  /// Forgets the rows that are not marked.
  void keep(const std::vector<bool>& kept) {
    const auto compress = [&](std::vector<double>& v, std::size_t length) {
      std::size_t to = 0;
      for (std::size_t q = 0; q < rank; ++q)
        if (kept[q])
          std::copy_n(v.begin() + static_cast<std::ptrdiff_t>(q * length), length,
                      v.begin() + static_cast<std::ptrdiff_t>(to++ * length));
      v.resize(to * length);
    };
    compress(w, sequences);
    compress(f, width());
    for (auto* v : {&y, &f_slack, &y_slack, &label_slack}) compress(*v, 1);
    rank = y.size();
  }
};

/// Columns (width, N) of a matrix, rotated until they are orthogonal to working precision.
inline void rotate_columns(std::vector<double>& a, std::size_t width, std::size_t n) {
  for (int sweep = 0, moved = 1; sweep < 40 && moved; ++sweep) {
    moved = 0;
    for (std::size_t i = 0; i < width; ++i)
      for (std::size_t j = i + 1; j < width; ++j) {
        double *u = &a[i * n], *v = &a[j * n], uu = 0, vv = 0, uv = 0;
        for (std::size_t s = 0; s < n; ++s) uu += u[s] * u[s], vv += v[s] * v[s], uv += u[s] * v[s];
        if (!(std::abs(uv) > 1e-15 * std::sqrt(uu * vv)) || uu * vv == 0) continue;
        moved = 1;
        const double z = (vv - uu) / (2 * uv);
        const double t = (z >= 0 ? 1 : -1) / (std::abs(z) + std::sqrt(1 + z * z));
        const double c = 1 / std::sqrt(1 + t * t);
        for (std::size_t s = 0; s < n; ++s) {
          const double old = u[s];
          u[s] = c * (old - t * v[s]);
          v[s] = c * (v[s] + t * old);
        }
      }
  }
}

/// The rows of W (rank, N): directions of the sequences that are longer than 1e-10 of the longest, over its length.
inline std::vector<double> row_weights(const lagged_data& d) {
  const std::size_t n = d.sequences, width = d.lags * d.channels;
  double largest = 0, top = 0;
  for (double x : d.x) largest = std::max(largest, std::abs(x));
  if (largest == 0) return {};
  std::vector<double> a(width * n), length(width, 0.0);
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t i = 0; i < width; ++i) a[i * n + s] = d.x[s * width + i] / largest;
  rotate_columns(a, width, n);
  for (std::size_t i = 0; i < width; ++i) {
    for (std::size_t s = 0; s < n; ++s) length[i] += a[i * n + s] * a[i * n + s];
    top = std::max(top, length[i] = std::sqrt(length[i]));
  }
  std::vector<double> w;
  for (std::size_t i = 0; i < width; ++i)
    if (length[i] > 1e-10 * top)
      for (std::size_t s = 0; s < n; ++s) w.push_back(a[i * n + s] / length[i] / (top * largest));
  return w;
}

/// F, y' and the bounds of their roundings; `grown` is the largest power of a mode up to lag kappa-1, at least 1.
inline seen_rows see(const lagged_data& d, double grown) {
  seen_rows out{d.sequences, d.lags, d.channels, 0, row_weights(d), {}, {}, {}, {}, {}, {}};
  if (d.coarse) out.rounding = d.rounding;
  const std::size_t n = d.sequences, width = out.width();
  out.rank = out.w.size() / n;
  const double f_unit = static_cast<double>(n + width + 5) * unit_roundoff * grown,
               y_unit = static_cast<double>(n + 3) * unit_roundoff;
  for (std::size_t q = 0; q < out.rank; ++q) {
    const double* w = &out.w[q * n];
    double y = 0, y_size = 0, f_size = 0, label = 0;
    std::vector<double> row(width, 0.0);
    for (std::size_t s = 0; s < n; ++s) {
      y += w[s] * d.y[s];
      y_size += std::abs(w[s] * d.y[s]);
      label += d.coarse ? 0.0 : std::abs(w[s]) * d.rounding[s];
      for (std::size_t i = 0; i < width; ++i) {
        row[i] += w[s] * d.x[s * width + i];
        f_size += std::abs(w[s] * d.x[s * width + i]);
      }
    }
    out.f.insert(out.f.end(), row.begin(), row.end());
    out.y.push_back(y);
    out.f_slack.push_back(f_unit * f_size);
    out.y_slack.push_back(y_unit * y_size);
    out.label_slack.push_back(label);
  }
  return out;
}

}  // namespace lssm::detail
