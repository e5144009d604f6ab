// SPDX-License-Identifier: BSD-3-Clause
// Derivatives of modes along a direction, in blocks, against dual numbers through the response and its pullback.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/core/dual.hpp>
#include <lssm/kernel/second_order_modes.hpp>
#include <lssm/ssm/real_diagonal.hpp>
#include <vector>

using namespace lssm;

namespace {

/// A number of [-1, 1) for each name.
double number(std::size_t i) { return std::fmod(static_cast<double>(i) * 0.61803398874989485, 1.0) * 2 - 1; }

template <class T>
void near(const std::vector<T>& x, const std::vector<T>& y, double scale) {
  REQUIRE(x.size() == y.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    CHECK(std::abs(static_cast<double>(x[i] - y[i])) <= scale * epsilon_of<T>);
}

/// K powers known while compiling, or `kappa` while running.
template <class T, integer D, integer K>
void check(integer d, integer kappa) {
  CAPTURE(d);
  CAPTURE(kappa);
  using numbers = dual<T>;
  const auto n = static_cast<std::size_t>(d), powers = static_cast<std::size_t>(kappa);
  const auto modes = [&](std::size_t first, double size) {
    std::vector<T> x;
    for (std::size_t j = 0; j < n; ++j) x.push_back(static_cast<T>(size * number(first + j)));
    return x;
  };
  const auto a = modes(1, 0.98), b = modes(7, 1), c = modes(31, 1), a_dot = modes(50, 1),
             b_dot = modes(77, 1), c_dot = modes(99, 1);
  std::vector<T> g, g_dot;
  for (std::size_t k = 0; k < powers; ++k) {
    g.push_back(static_cast<T>(number(200 + k)));
    g_dot.push_back(static_cast<T>(number(300 + k)));
  }

  const real_diagonal<> structure{.states = {d}};
  auto s = structure.make<numbers>(), by = s;
  std::vector<numbers> h(powers), cotangent;
  for (std::size_t j = 0; j < n; ++j) {
    s.a[j] = numbers(a[j], a_dot[j]);
    s.b[j] = numbers(b[j], b_dot[j]);
    s.c[j] = numbers(c[j], c_dot[j]);
  }
  for (std::size_t k = 0; k < powers; ++k) cotangent.push_back(numbers(g[k], g_dot[k]));
  real_diagonal<>::impulse_response(s, std::span<numbers>(h));
  real_diagonal<>::pullback(s, view<numbers>(cotangent), by);
  const auto changes = [](const std::vector<numbers>& x) {
    std::vector<T> e;
    for (const numbers& v : x) e.push_back(v.e);
    return e;
  };

  const auto of = [](const std::vector<T>& x) { return fixed_view<D>(x); };
  const kernel::modes_along<T, fixed_span<const T, D>::extent> along{of(a),     of(b),     of(c),
                                                                     of(a_dot), of(b_dot), of(c_dot)};
  std::vector<T> h_dot(static_cast<std::size_t>(kernel::padded<T>(kappa))), work(8 * powers), by_a(n),
      by_b(n), by_c(n);
  kernel::response_along(along, extent<K>(kappa), h_dot.data(), work.data());
  for (std::size_t k = powers; k < h_dot.size(); ++k) CHECK(h_dot[k] == T(0));
  h_dot.resize(powers);
  const double terms = static_cast<double>(d * kappa), all = static_cast<double>(kappa * kappa * kappa);
  near(h_dot, changes(h), 8 * terms);
  kernel::pull_back_along(along, extent<K>(kappa), g.data(), g_dot.data(), fixed_view<D>(by_a),
                          fixed_view<D>(by_b), fixed_view<D>(by_c));
  near(by_a, changes(by.a), 8 * all);
  near(by_b, changes(by.b), 8 * all);
  near(by_c, changes(by.c), 8 * all);
}

}  // namespace

TEST_CASE_TEMPLATE("along a direction modes change as dual numbers say", T, float, double) {
  check<T, 10, 6>(10, 6);
  check<T, 1, 1>(1, 1);
  check<T, 8, 8>(8, 8);
  check<T, 37, 20>(37, 20);
  for (const integer d : {1, 3, 8, 31, 32, 75})
    for (const integer kappa : {1, 2, 7, 17}) check<T, dynamic, dynamic>(d, kappa);
}

TEST_CASE_TEMPLATE("sums of products over steps are those of plain loops", T, float, double) {
  constexpr integer steps = 3, n = 11, apart = 16;
  std::vector<T> x(steps * apart), y(x), m(n * n, T(1)), plain(m);
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<T>(number(i)), y[i] = static_cast<T>(number(500 + i));
  for (std::size_t l = 0; l < n; ++l)
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t s = 0; s < steps; ++s)
        plain[l * n + k] = mul_add(x[s * apart + l], y[s * apart + k], plain[l * n + k]);
  std::vector<T> same = m;
  kernel::add_products(x.data(), y.data(), steps, apart, extent<n>(), m.data());
  kernel::add_products(x.data(), y.data(), steps, apart, extent<>(n), same.data());
  CHECK(m == plain);
  CHECK(same == plain);
}
