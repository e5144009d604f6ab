// SPDX-License-Identifier: BSD-3-Clause
// Polynomials s a^k - p(a) at Chebyshev points of an interval: the points of cosines at equal angles, both ends included.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "../core/scalar.hpp"

namespace lssm::detail {

/// Least and largest of several values.
struct extremes {
  double least = std::numeric_limits<double>::infinity(), most = -least;

  void include(const extremes& other) {
    least = std::min(least, other.least);
    most = std::max(most, other.most);
  }
  double largest_absolute() const { return std::max(most, -least); }
};

/// The points, their powers of one exponent, and values there. The last point is repeated until blocks are full.
class mode_grid {
  static constexpr std::size_t block = 32;

 public:
  mode_grid(double low, double high, std::size_t intervals) : intervals_(intervals) {
    const double n = static_cast<double>(intervals);
    for (std::size_t j = 0; j <= intervals; ++j) {
      const double angle = std::numbers::pi * (2 * static_cast<double>(j) - n) / (2 * n);
      points_.push_back(std::clamp((low + high) / 2 + (high - low) / 2 * std::sin(angle), low, high));
    }
    while (points_.size() % block != 0) points_.push_back(points_.back());
    values_.resize(points_.size());
    powers_.assign(points_.size(), 1.0);
  }

  std::size_t intervals() const { return intervals_; }
  std::size_t size() const { return points_.size(); }
  double point(std::size_t j) const { return points_[j]; }
  double power(std::size_t j) const { return powers_[j]; }

  /// Takes the powers to an exponent, step by step.
  void raise_to(std::size_t exponent) {
    if (exponent < exponent_) {
      std::fill(powers_.begin(), powers_.end(), 1.0);
      exponent_ = 0;
    }
    for (; exponent_ < exponent; ++exponent_)
      for (std::size_t j = 0; j < powers_.size(); ++j) powers_[j] *= points_[j];
  }

  /// Values sign a^k - p(a) at all points, p (lags) by Horner's rule; block by block, so that compilers vectorise.
  extremes evaluate(const double* p, std::size_t lags, double sign) {
    std::array<double, block> least, most;
    least.fill(std::numeric_limits<double>::infinity());
    most.fill(-std::numeric_limits<double>::infinity());
    for (std::size_t j = 0; j < points_.size(); j += block) {
      const double *a = &points_[j], *power = &powers_[j];
      std::array<double, block> v;
      v.fill(p[lags - 1]);
      for (std::size_t l = lags - 1; l-- > 0;) {
        const double coefficient = p[l];
        for (std::size_t b = 0; b < block; ++b) v[b] = mul_add(v[b], a[b], coefficient);
      }
      for (std::size_t b = 0; b < block; ++b) {
        v[b] = sign * power[b] - v[b];
        most[b] = v[b] > most[b] ? v[b] : most[b];
        least[b] = v[b] < least[b] ? v[b] : least[b];
      }
      std::copy(v.begin(), v.end(), &values_[j]);
    }
    return {*std::min_element(least.begin(), least.end()), *std::max_element(most.begin(), most.end())};
  }

  /// The first point that has a value of the last evaluation; the last point where none has.
  std::size_t where_it_is(double value) const {
    std::size_t j = 0;
    while (j + 1 < values_.size() && values_[j] != value) ++j;
    return j;
  }

 private:
  std::size_t intervals_, exponent_ = 0;
  std::vector<double> points_, powers_, values_;
};

}  // namespace lssm::detail
