// SPDX-License-Identifier: BSD-3-Clause
// A basis of the simplex method in standard form, B x = right with x >= 0, with an explicit inverse.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "../core/scalar.hpp"

namespace lssm::detail {

class basis {
 public:
  explicit basis(std::size_t size)
      : right(size, 0.0),
        x(size, 0.0),
        m_(size),
        columns_(size * size, 0.0),
        inverse_(size * size, 0.0),
        d_(size) {}

  std::size_t size() const { return m_; }
  std::span<double> column(std::size_t i) { return std::span(columns_).subspan(i * m_, m_); }

  /// The inverse and x anew, by Gauss-Jordan elimination with row pivots.
  void refresh() {
    std::vector<double> a(m_ * m_);
    std::fill(inverse_.begin(), inverse_.end(), 0.0);
    for (std::size_t i = 0; i < m_; ++i) {
      inverse_[i * m_ + i] = 1;
      for (std::size_t q = 0; q < m_; ++q) a[q * m_ + i] = columns_[i * m_ + q];
    }
    for (std::size_t c = 0; c < m_; ++c) {
      std::size_t pivot = c;
      for (std::size_t i = c; i < m_; ++i)
        if (std::abs(a[i * m_ + c]) > std::abs(a[pivot * m_ + c])) pivot = i;
      if (pivot != c) {
        std::swap_ranges(&a[c * m_], &a[c * m_] + m_, &a[pivot * m_]);
        std::swap_ranges(&inverse_[c * m_], &inverse_[c * m_] + m_, &inverse_[pivot * m_]);
      }
      scale_rows(a, c);
    }
    for (std::size_t i = 0; i < m_; ++i) {
      x[i] = 0;
      for (std::size_t k = 0; k < m_; ++k) x[i] += inverse_[i * m_ + k] * right[k];
    }
    age = 0;
  }

  /// The multipliers (m) of costs (m), and the value of the program.
  double multipliers(std::span<const double> costs, std::span<double> out) const {
    std::fill(out.begin(), out.end(), 0.0);
    double value = 0;
    for (std::size_t i = 0; i < m_; ++i) {
      if (costs[i] == 0) continue;
      value += costs[i] * x[i];
      for (std::size_t k = 0; k < m_; ++k) out[k] = mul_add(costs[i], inverse_[i * m_ + k], out[k]);
    }
    return value;
  }

  /// Lets a column enter for the one that reaches 0 first, and says which that is; nothing where none does.
  std::optional<std::size_t> replace(std::span<const double> entering) {
    std::optional<std::size_t> leaves;
    double step = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < m_; ++i) {
      d_[i] = 0;
      for (std::size_t k = 0; k < m_; ++k) d_[i] += inverse_[i * m_ + k] * entering[k];
      const double allowed = std::max(0.0, x[i]) / d_[i];
      if (d_[i] > 1e-9 && allowed < step) step = allowed, leaves = i;
    }
    if (!leaves) return leaves;
    const std::size_t out = *leaves;
    std::copy(entering.begin(), entering.end(), column(out).begin());
    double* row = &inverse_[out * m_];
    for (std::size_t k = 0; k < m_; ++k) row[k] /= d_[out];
    for (std::size_t i = 0; i < m_; ++i) {
      if (i == out) continue;
      x[i] -= step * d_[i];
      for (std::size_t k = 0; k < m_; ++k)
        inverse_[i * m_ + k] = mul_add(-d_[i], row[k], inverse_[i * m_ + k]);
    }
    x[out] = step;
    ++age;
    return leaves;
  }

  std::vector<double> right, x;
  int age = 0;  ///< columns replaced since the last refresh

 private:
  /// Clears column c of all rows but its own, which is divided by its pivot.
  void scale_rows(std::vector<double>& a, std::size_t c) {
    const double over = 1 / a[c * m_ + c];
    for (std::size_t k = 0; k < m_; ++k) a[c * m_ + k] *= over, inverse_[c * m_ + k] *= over;
    for (std::size_t i = 0; i < m_; ++i) {
      const double factor = a[i * m_ + c];
      if (i == c || factor == 0) continue;
      for (std::size_t k = 0; k < m_; ++k) {
        a[i * m_ + k] = mul_add(-factor, a[c * m_ + k], a[i * m_ + k]);
        inverse_[i * m_ + k] = mul_add(-factor, inverse_[c * m_ + k], inverse_[i * m_ + k]);
      }
    }
  }

  std::size_t m_;
  std::vector<double> columns_, inverse_, d_;
};

}  // namespace lssm::detail
