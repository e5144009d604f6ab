// SPDX-License-Identifier: BSD-3-Clause
// The gradient flow of A, B and C as its definition says it, for integrators of other people: no lssm in here, and no
// C++20, which their headers cannot bear.
//
//   θ = (a, b, c) (3d),  h_k = Σ_j c_j b_j a_j^k,  L = (1/N) Σ_n (Σ_k h_k x_n[κ-1-k] - y_n)²,  θ' = -∇L
#pragma once

#include <cstddef>
#include <vector>

struct naive_flow {
  std::size_t d = 0, kappa = 0;
  std::vector<double> x, y;  // (N, κ), (N)

  static double power(double a, std::size_t n) {
    double r = 1;
    for (std::size_t i = 0; i < n; ++i) r *= a;
    return r;
  }
  double input(std::size_t n, std::size_t k) const { return x[n * kappa + kappa - 1 - k]; }

  /// ∂L/∂h (κ)
  std::vector<double> cotangent(const double* theta) const {
    std::vector<double> h(kappa, 0.0), g(kappa, 0.0);
    for (std::size_t k = 0; k < kappa; ++k)
      for (std::size_t j = 0; j < d; ++j) h[k] += theta[2 * d + j] * theta[d + j] * power(theta[j], k);
    for (std::size_t n = 0; n < y.size(); ++n) {
      double error = -y[n];
      for (std::size_t k = 0; k < kappa; ++k) error += h[k] * input(n, k);
      for (std::size_t k = 0; k < kappa; ++k) g[k] += 2 * error * input(n, k) / static_cast<double>(y.size());
    }
    return g;
  }
  /// ∂h_k/∂θ (3d)
  std::vector<double> slope(const double* theta, std::size_t k) const {
    std::vector<double> s(3 * d, 0.0);
    for (std::size_t j = 0; j < d; ++j) {
      const double a = theta[j], b = theta[d + j], c = theta[2 * d + j];
      if (k > 0) s[j] = static_cast<double>(k) * c * b * power(a, k - 1);
      s[d + j] = c * power(a, k);
      s[2 * d + j] = b * power(a, k);
    }
    return s;
  }
  /// f = -∇L (3d)
  void rate(const double* theta, double* f) const {
    for (std::size_t i = 0; i < 3 * d; ++i) f[i] = 0;
    const std::vector<double> g = cotangent(theta);
    for (std::size_t k = 0; k < kappa; ++k) {
      const std::vector<double> s = slope(theta, k);
      for (std::size_t i = 0; i < 3 * d; ++i) f[i] -= g[k] * s[i];
    }
  }
  /// ∂f/∂θ = -H, row major (3d, 3d)
  void jacobian(const double* theta, double* J) const {
    const std::size_t n = 3 * d;
    for (std::size_t i = 0; i < n * n; ++i) J[i] = 0;
    const std::vector<double> g = cotangent(theta);
    std::vector<std::vector<double>> s;
    for (std::size_t k = 0; k < kappa; ++k) s.push_back(slope(theta, k));
    for (std::size_t k = 0; k < kappa; ++k)
      for (std::size_t l = 0; l < kappa; ++l) {
        double gram = 0;
        for (std::size_t q = 0; q < y.size(); ++q)
          gram += 2 * input(q, k) * input(q, l) / static_cast<double>(y.size());
        for (std::size_t i = 0; i < n; ++i)
          for (std::size_t j = 0; j < n; ++j) J[i * n + j] -= gram * s[k][i] * s[l][j];
      }
    for (std::size_t k = 0; k < kappa; ++k)
      for (std::size_t j = 0; j < d; ++j) {
        const double a = theta[j], b = theta[d + j], c = theta[2 * d + j], order = static_cast<double>(k);
        const auto subtract = [&](std::size_t p, std::size_t q, double value) {
          J[p * n + q] -= g[k] * value;
          if (p != q) J[q * n + p] -= g[k] * value;
        };
        if (k > 1) subtract(j, j, order * (order - 1) * c * b * power(a, k - 2));
        if (k > 0) subtract(j, d + j, order * c * power(a, k - 1));
        if (k > 0) subtract(j, 2 * d + j, order * b * power(a, k - 1));
        subtract(d + j, 2 * d + j, power(a, k));
      }
  }
};

/// θ at a time, by Boost.Odeint's rosenbrock4 (learn_all_boost.cpp) and SUNDIALS' CVODE (learn_all_sundials.cpp).
std::vector<double> theta_by_boost(const naive_flow& flow, std::vector<double> theta, double time,
                                   double tolerance);
std::vector<double> theta_by_sundials(const naive_flow& flow, const std::vector<double>& theta, double time,
                                      double tolerance);
