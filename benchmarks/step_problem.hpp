// SPDX-License-Identifier: BSD-3-Clause
// The problem of the step benchmarks, for ours and for other people's programs: N normal sequences, a teacher with
// h = (1, 1/d, 1/d, ...), and a student whose powers stay clear of denormal numbers.
#pragma once

#include <cmath>
#include <random>
#include <vector>

template <class T>
struct step_problem {
  int d, kappa, sequences;
  std::vector<T> x, y, h;  // (N, kappa), (N), (kappa)
  std::vector<T> a, b, c;  // (d) each
  std::vector<T> gram, q;  // (kappa, kappa), (kappa): X̃ᵀX̃/N and X̃ᵀy/N, rows of X̃ last entry first

  step_problem(int states, int length, int count) : d(states), kappa(length), sequences(count) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> mode(d > 500 ? 0.5 : 0.1, d > 500 ? 0.99 : 0.6);
    const std::size_t n = static_cast<std::size_t>(count), k = static_cast<std::size_t>(length);
    h.assign(k, T(1.0 / d));
    h[0] = T(1);
    for (std::size_t i = 0; i < n * k; ++i) x.push_back(T(normal(random)));
    for (std::size_t s = 0; s < n; ++s) {
      double label = 0;
      for (std::size_t t = 0; t < k; ++t)
        label += static_cast<double>(x[s * k + t]) * static_cast<double>(h[k - 1 - t]);
      y.push_back(T(label));
    }
    for (int j = 0; j < d; ++j) {
      a.push_back(T(mode(random)));
      b.push_back(T(normal(random) / std::sqrt(d)));
      c.push_back(T(normal(random) / std::sqrt(d)));
    }
    gram.assign(k * k, T(0));
    q.assign(k, T(0));
    for (std::size_t s = 0; s < n; ++s)
      for (std::size_t i = 0; i < k; ++i) {
        q[i] += x[s * k + k - 1 - i] * y[s] / T(count);
        for (std::size_t j = 0; j < k; ++j)
          gram[i * k + j] += x[s * k + k - 1 - i] * x[s * k + k - 1 - j] / T(count);
      }
  }

  std::vector<double> start() const {
    std::vector<double> theta(a.begin(), a.end());
    theta.insert(theta.end(), b.begin(), b.end());
    theta.insert(theta.end(), c.begin(), c.end());
    return theta;
  }

  /// dL/d(a, b, c) by back-propagation through time, in plain loops and double precision; of a full matrix A, which is
  /// diagonal here, to `full` (d, d).
  std::vector<double> gradient(const std::vector<double>& theta, std::vector<double>* full = nullptr) const {
    const std::size_t n = y.size(), k = h.size(), m = a.size();
    const double *u = theta.data(), *v = u + m, *w = v + m;
    std::vector<double> slope(3 * m, 0.0), state((k + 1) * m, 0.0), adjoint(m);
    for (std::size_t s = 0; s < n; ++s) {
      double error = -static_cast<double>(y[s]);
      for (std::size_t t = 0; t < k; ++t)
        for (std::size_t j = 0; j < m; ++j)
          state[(t + 1) * m + j] = u[j] * state[t * m + j] + v[j] * static_cast<double>(x[s * k + t]);
      for (std::size_t j = 0; j < m; ++j) error += w[j] * state[k * m + j];
      error *= 2.0 / static_cast<double>(n);
      for (std::size_t j = 0; j < m; ++j) {
        slope[2 * m + j] += error * state[k * m + j];
        adjoint[j] = error * w[j];
      }
      for (std::size_t t = k; t-- > 0;) {
        for (std::size_t i = 0; full != nullptr && i < m * m; ++i)
          (*full)[i] += adjoint[i / m] * state[t * m + i % m];
        for (std::size_t j = 0; j < m; ++j) {
          slope[j] += adjoint[j] * state[t * m + j];
          slope[m + j] += adjoint[j] * static_cast<double>(x[s * k + t]);
          adjoint[j] *= u[j];
        }
      }
    }
    return slope;
  }
};

/// θ after some steps of gradient descent; `gradient(θ)` in double precision.
template <class Gradient>
std::vector<double> plain_descent(std::vector<double> theta, Gradient gradient, double rate, int steps) {
  for (int step = 0; step < steps; ++step) {
    const auto slope = gradient(theta);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= rate * slope[i];
  }
  return theta;
}

/// The same by the paper's rate, adapted to the norms of the gradient by A (all d² entries), B and C.
template <class T>
std::vector<double> plain_adaptive(std::vector<double> theta, const step_problem<T>& problem, double rate,
                                   int steps) {
  const std::size_t d = problem.a.size();
  double mean = 0;
  for (int step = 1; step <= steps; ++step) {
    std::vector<double> full(d * d, 0.0);
    const auto slope = problem.gradient(theta, &full);
    const auto norm = [](const double* x, std::size_t n) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += x[i] * x[i];
      return std::sqrt(sum);
    };
    mean = 0.8 * mean +
           0.2 * (norm(full.data(), d * d) + norm(slope.data() + d, d) + norm(slope.data() + 2 * d, d));
    const double adapted = rate / (std::sqrt(mean / (1 - std::pow(0.8, step))) + 1e-6);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] -= adapted * slope[i];
  }
  return theta;
}

/// The same by Adam with its usual numbers.
template <class Gradient>
std::vector<double> plain_adam(std::vector<double> theta, Gradient gradient, double rate, int steps) {
  std::vector<double> m(theta.size(), 0.0), v(m);
  for (int step = 1; step <= steps; ++step) {
    const auto slope = gradient(theta);
    for (std::size_t i = 0; i < theta.size(); ++i) {
      m[i] = 0.9 * m[i] + 0.1 * slope[i];
      v[i] = 0.999 * v[i] + 0.001 * slope[i] * slope[i];
      theta[i] -=
          rate * m[i] / (1 - std::pow(0.9, step)) / (std::sqrt(v[i] / (1 - std::pow(0.999, step))) + 1e-8);
    }
  }
  return theta;
}
