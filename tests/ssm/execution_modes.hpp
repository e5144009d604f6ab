// SPDX-License-Identifier: BSD-3-Clause
// What every execution mode must do, on every structure, against convolutions in more digits.
#pragma once

#include <doctest/doctest.h>
#include <lssm/ssm.hpp>
#include <lssm/ssm/dense_discretization.hpp>
#include <lssm/ssm/execution.hpp>

#include <cmath>
#include <numbers>

#include "execution_numbers.hpp"
#include "own.hpp"

namespace execution_modes {

using namespace lssm;

/// Numbers from -1 to 1.
class draws {
 public:
  explicit draws(std::uint64_t seed) : state_(seed * 2862933555777941757u + 3037000493u) {}
  double next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 11) * 0x1p-52 - 1;
  }
  template <class T>
  std::vector<T> list(std::size_t n) {
    std::vector<T> out(n);
    for (T& v : out) v = T(next());
    return out;
  }

 private:
  std::uint64_t state_;
};

/// A stable system of a structure (its entries up to `size`, of a full matrix of order 3 below 1/3), and the same numbers in long double.
template <class T, class S>
auto drawn(const S& structure, std::uint64_t seed, double size = 0.6) {
  draws draw(seed);
  bound_system<T, S> x{structure.template make<T>()};
  bound_system<long double, S> wide{structure.template make<long double>()};
  each_number(
      [&](T& narrow, long double& same) {
        narrow = T(size * draw.next());
        same = static_cast<long double>(narrow);
      },
      x.system, wide.system);
  return std::pair(x, wide);
}
/// Continuous time: what decays within some steps.
template <class T, class S>
auto drawn_in_time(const S& structure, std::uint64_t seed) {
  auto [x, wide] = drawn<T>(structure, seed);
  const auto place = [](auto& s) {
    for (auto& v : s.step) v = 1;
    if constexpr (requires { s.a_re; })
      for (auto& v : s.a_re) v = -0.5F - std::abs(v);
    else
      for (auto& v : s.a) v = -0.5F - std::abs(v);
  };
  place(x.system);
  place(wide.system);
  return std::pair(x, wide);
}

/// y by the sum over h in long double.
template <class S, class T>
std::vector<long double> convolution(const bound_system<long double, S>& wide, const std::vector<T>& x) {
  const std::size_t m = S::inputs, p = S::outputs, steps = x.size() / m;
  std::vector<long double> h(steps * p * m), y(steps * p, 0);
  wide.impulse_response(std::span(h));
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t i = 0; i < p; ++i)
      for (std::size_t k = 0; k <= t; ++k)
        for (std::size_t q = 0; q < m; ++q)
          y[t * p + i] += h[(k * p + i) * m + q] * static_cast<long double>(x[(t - k) * m + q]);
  return y;
}
/// The largest error over the largest output.
template <class T>
double distance(const std::vector<T>& y, const std::vector<long double>& exact) {
  long double error = 0, largest = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    error = std::max(error, std::abs(static_cast<long double>(y[i]) - exact[i]));
    largest = std::max(largest, std::abs(exact[i]));
  }
  return static_cast<double>(error / largest);
}

template <class T>
double tolerance() {
  return sizeof(T) == 4 ? 1e-6 : 1e-14;
}

template <class T, class S>
void agrees(const auto& mode, const std::pair<bound_system<T, S>, bound_system<long double, S>>& systems,
            std::uint64_t seed) {
  INFO(mode.name << ", system " << seed);
  for (const std::size_t steps : {1u, 2u, 63u, 64u, 65u, 200u}) {
    INFO(steps << " steps");
    const auto x = draws(seed + steps).list<T>(steps * S::inputs);
    std::vector<T> y(steps * S::outputs, T(99));
    outputs_by(mode, systems.first, x, y);
    CHECK(distance(y, convolution(systems.second, x)) < tolerance<T>());
  }
}

/// Every structure.
template <class T>
void agrees_on_all(const auto& mode) {
  agrees(mode, drawn<T>(real_diagonal<4>{}, 1), 10);
  agrees(mode, drawn<T>(real_diagonal<dynamic, 2, 3>{5}, 2), 20);
  agrees(mode, drawn<T>(complex_diagonal<3>{}, 3), 30);
  agrees(mode, drawn<T>(complex_diagonal<2, 2, 2>{}, 4), 40);
  agrees(mode, drawn<T>(dense_state<3, 2, 2>{}, 5, 0.3), 50);
  agrees(mode, drawn<T>(own::dense_matrix<>{.states = 3}, 6, 0.3), 60);
  agrees(mode, drawn_in_time<T>(discretized<real_diagonal<3>, zero_order_hold>{}, 7), 70);
  agrees(mode, drawn_in_time<T>(discretized<complex_diagonal<2, 2, 1>, bilinear, step_per_mode>{}, 8), 80);
}

/// Systems and outputs of mpmath.
inline void agrees_with_mpmath(const auto& mode) {
  using namespace execution_numbers;
  const auto check = [&](const auto& system, const execution& x) {
    std::vector<double> y(x.u.size());
    outputs_by(mode, system, x.u, y);
    CHECK(distance(y, {x.y.begin(), x.y.end()}) < 1e-14);
  };
  bound_system<double, real_diagonal<4>> real{real_diagonal<4>{}.make<double>()};
  std::copy(real_modes.a.begin(), real_modes.a.end(), real.system.a.begin());
  std::copy(real_modes.b.begin(), real_modes.b.end(), real.system.b.begin());
  std::copy(real_modes.c.begin(), real_modes.c.end(), real.system.c.begin());
  check(real, real_modes);
  bound_system<double, complex_diagonal<3>> half{complex_diagonal<3>{}.make<double>()};
  for (std::size_t j = 0; j < 3; ++j) {
    half.system.a_re[j] = half_modes.a[2 * j], half.system.a_im[j] = half_modes.a[2 * j + 1];
    half.system.b_re[j] = half_modes.b[2 * j], half.system.b_im[j] = half_modes.b[2 * j + 1];
    half.system.c_re[j] = half_modes.c[2 * j], half.system.c_im[j] = half_modes.c[2 * j + 1];
  }
  check(half, half_modes);
  bound_system<double, dense_state<8>> continuous{dense_state<8>{}.make<double>()};  // HiPPO-LegS
  for (std::size_t n = 0; n < 8; ++n) {
    const double row = 2.0 * static_cast<double>(n) + 1;
    continuous.system.b[n] = std::sqrt(row);
    for (std::size_t k = 0; k < n; ++k)
      continuous.system.a[n * 8 + k] = -std::sqrt(row * (2.0 * static_cast<double>(k) + 1));
    continuous.system.a[n * 9] = -static_cast<double>(n + 1);
  }
  std::copy(legs.c.begin(), legs.c.end(), continuous.system.c.begin());
  check(in_steps<bilinear>(continuous, 0x1p-4), legs);
}

/// 32 pairs over 16384 steps in float: on a ring of radius 0.9999, or S4D-Lin by steps of 1/100.
template <class T>
bound_system<T, complex_diagonal<32>> long_memory(bool ring) {
  bound_system<T, complex_diagonal<32>> x{complex_diagonal<32>{}.template make<T>()};
  draws draw(9);
  for (std::size_t n = 0; n < 32; ++n) {
    const double radius = ring ? 0.9999 : std::exp(-0.005),
                 angle = (ring ? 0.09 : 0.01) * std::numbers::pi * static_cast<double>(n);
    x.system.a_re[n] = static_cast<T>(static_cast<float>(radius * std::cos(angle)));
    x.system.a_im[n] = static_cast<T>(static_cast<float>(radius * std::sin(angle)));
    x.system.b_re[n] = T(1);
    x.system.c_re[n] = static_cast<T>(static_cast<float>(draw.next()));
    x.system.c_im[n] = static_cast<T>(static_cast<float>(draw.next()));
  }
  return x;
}
/// The largest error of float over the largest output, against a recurrence in double.
inline double error_over_long_sequences(const auto& mode, bool ring) {
  const auto x = draws(11).list<float>(16384);
  std::vector<float> y(x.size());
  outputs_by(mode, long_memory<float>(ring), x, y);
  std::vector<double> exact(x.size());
  long_memory<double>(ring).sequence(std::vector<double>(x.begin(), x.end()), exact);
  return distance(y, {exact.begin(), exact.end()});
}

/// The error of the last output, of itself, and the last output: a burst of 1e6, then numbers of size 1.
inline std::pair<double, double> error_after_a_burst(const auto& mode) {
  const auto systems = drawn<double>(real_diagonal<3>{}, 1);
  auto x = draws(12).list<double>(300);
  for (std::size_t t = 0; t < 64; ++t) x[t] *= 1e6;
  std::vector<double> y(300);
  outputs_by(mode, systems.first, x, y);
  const auto exact = convolution(systems.second, x);
  long double h2 = 0, x2 = 0;
  std::vector<long double> h(300);
  systems.second.impulse_response(std::span(h));
  for (std::size_t t = 0; t < 300; ++t) h2 += h[t] * h[t], x2 += static_cast<long double>(x[t]) * x[t];
  return {static_cast<double>(std::abs(y.back() - exact.back()) / std::abs(exact.back())),
          static_cast<double>(std::abs(y.back() - exact.back()) / std::sqrt(h2 * x2))};
}

}  // namespace execution_modes
