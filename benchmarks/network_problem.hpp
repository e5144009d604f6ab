// SPDX-License-Identifier: BSD-3-Clause
// The problem of the network benchmarks, and its gradient in plain loops: an SSM, two hidden layers of ReLU, one number out;
// labels |Σ_t x_t|.
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "step_problem.hpp"

struct network_problem {
  using numbers = std::vector<double>;
  std::size_t d, kappa, m, n;
  numbers x, y;   // (N, kappa), (N)
  numbers start;  // a, b, c, then the matrices (1, m), (m, m), (m, 1)

  network_problem(long states, long length, long width, long count)
      : d(static_cast<std::size_t>(states)),
        kappa(static_cast<std::size_t>(length)),
        m(static_cast<std::size_t>(width)),
        n(static_cast<std::size_t>(count)) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> mode(0.1, 0.6);
    const auto in_float = [](double v) { return static_cast<double>(static_cast<float>(v)); };
    for (std::size_t s = 0; s < n; ++s) {
      double sum = 0;
      for (std::size_t t = 0; t < kappa; ++t) {
        x.push_back(s < n / 2 || t + 2 >= kappa ? in_float(normal(random)) : 0);
        sum += x.back();
      }
      y.push_back(in_float(std::abs(sum)));
    }
    for (std::size_t j = 0; j < d; ++j) start.push_back(in_float(mode(random)));
    for (std::size_t j = 0; j < 2 * d; ++j) start.push_back(in_float(normal(random)));
    for (std::size_t i = 0; i < m; ++i) start.push_back(in_float(normal(random)));
    for (std::size_t i = 0; i < m * m + m; ++i)
      start.push_back(in_float(normal(random) / std::sqrt(static_cast<double>(m))));
  }

  numbers gradient(const numbers& theta) const {
    const double *a = theta.data(), *b = a + d, *c = b + d, *first = c + d, *second = first + m,
                 *third = second + m * m;
    numbers slope(theta.size(), 0.0), h(kappa, 0.0), g(kappa, 0.0);
    double *da = slope.data(), *db = da + d, *dc = db + d, *dfirst = dc + d, *dsecond = dfirst + m,
           *dthird = dsecond + m * m;
    for (std::size_t j = 0; j < d; ++j) {
      double p = b[j] * c[j];
      for (double& entry : h) entry += p, p *= a[j];
    }
    for (std::size_t s = 0; s < n; ++s) {
      double v = 0, out = 0, dv = 0;
      for (std::size_t k = 0; k < kappa; ++k) v += h[k] * x[s * kappa + kappa - 1 - k];
      numbers u(m, 0.0), w(m, 0.0), du(m, 0.0), dw(m, 0.0);
      for (std::size_t i = 0; i < m; ++i) u[i] = std::fmax(v * first[i], 0);
      for (std::size_t i = 0; i < m; ++i)
        for (std::size_t l = 0; l < m; ++l) w[l] += u[i] * second[i * m + l];
      for (std::size_t l = 0; l < m; ++l) out += std::fmax(w[l], 0) * third[l];
      const double error = 2 * (out - y[s]) / static_cast<double>(n);
      for (std::size_t l = 0; l < m; ++l) {
        dthird[l] += error * std::fmax(w[l], 0);
        dw[l] = w[l] > 0 ? error * third[l] : 0;
      }
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t l = 0; l < m; ++l) {
          dsecond[i * m + l] += u[i] * dw[l];
          du[i] += second[i * m + l] * dw[l];
        }
        if (u[i] > 0) dfirst[i] += v * du[i], dv += first[i] * du[i];
      }
      for (std::size_t k = 0; k < kappa; ++k) g[k] += dv * x[s * kappa + kappa - 1 - k];
    }
    for (std::size_t j = 0; j < d; ++j) {
      double value = 0, derivative = 0;
      for (std::size_t k = kappa; k-- > 0;) {
        derivative = derivative * a[j] + value;
        value = value * a[j] + g[k];
      }
      da[j] = b[j] * c[j] * derivative, db[j] = c[j] * value, dc[j] = b[j] * value;
    }
    return slope;
  }
};
