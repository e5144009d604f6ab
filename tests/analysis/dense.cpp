// SPDX-License-Identifier: BSD-3-Clause
// Measures of systems with a full state matrix against reference numbers, and against those of the same modes.
#include <doctest/doctest.h>

#include "systems.hpp"

using namespace lssm;
using namespace analysis_reference;

namespace {

double relative(double x, const std::string& y) {
  return static_cast<double>(abs_of((quad(x) - parsed(y)) / parsed(y)));
}
bool holds(const system_measure<double>& m, const std::string& exact) {
  return quad(m.lower) <= parsed(exact) && parsed(exact) <= quad(m.upper) && m.lower <= m.value &&
         m.value <= m.upper;
}
/// |x - y| over the largest |y|.
double worst(const std::vector<double>& x, const strings& y) {
  quad error = 0, largest = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    error = max_of(error, abs_of(quad(x[i]) - parsed(y[i])));
    largest = max_of(largest, abs_of(parsed(y[i])));
  }
  return static_cast<double>(error / largest);
}
void check(const dense_system& x, const system_numbers& s) {
  INFO(s.name);
  CHECK(relative(h2_norm(x).value, s.h2) < 1e-13);
  CHECK(relative(l1_norm(x).value, s.l1) < 1e-13);
  CHECK(holds(l1_norm(x), s.l1));
  const auto gain = hinf_norm(x);
  CHECK(relative(gain.value, s.hinf) < 1e-13);
  CHECK(std::abs(gain.angle - s.angle) < 1e-6);
  CHECK(holds(gain, s.hinf));
  CHECK(gain.upper <= gain.value * (1 + 1e-10));
  CHECK(worst(hankel_singular_values(x).values, s.hankel0) < 1e-13);
  CHECK(worst(hankel_singular_values(x, 1).values, s.hankel1) < 1e-13);
  if (!s.p.empty()) {
    CHECK(worst(controllability_gramian(x), s.p) < 1e-13);
    CHECK(worst(observability_gramian(x), s.q) < 1e-13);
  }
}

}  // namespace

TEST_CASE("full matrices") {
  for (const auto& s : dense_systems) {
    const bool several = s.name == "M23";
    check({s.a, s.b, s.c, 4, several ? 3u : 1u, several ? 2u : 1u}, s);
  }
}

TEST_CASE("modes as full matrices: real ones, and complex ones in their real form") {
  for (const auto& s : real_systems) check(dense_of(modal_form<double>{s.a, s.b, s.c}), s);
  for (const auto& s : complex_systems) {
    const auto cast = [](const std::vector<double>& v) {
      std::vector<std::complex<double>> out;
      for (std::size_t i = 0; i < v.size(); i += 2) out.emplace_back(v[i], v[i + 1]);
      return out;
    };
    check(dense_of(modal_form<std::complex<double>>{cast(s.a), cast(s.b), cast(s.c)}), s);
  }
}

TEST_CASE("horizons, discounts and differences agree with those of modes; what is not stable has no number") {
  const modal_form<double> x{{0.9, -0.5, 1}, {1, 2, 3}, {1, -1, 0.5}}, y{{0.8}, {1}, {2}};
  const dense_system full = difference(dense_of(x), dense_of(y));
  const auto modes = difference(x, y);
  CHECK(stability_of(full) == stability::marginal);
  CHECK(std::isinf(h2_norm(full).value));
  CHECK(std::isinf(l1_norm(full).value));
  CHECK(std::isinf(hinf_norm(full).value));
  CHECK(hankel_singular_values(full).values.empty());
  CHECK_THROWS_AS(controllability_gramian(full), bad_argument);
  CHECK_THROWS_AS(observability_gramian(full), bad_argument);
  for (const int k : {1, 2, 3, 7, 100}) {
    INFO(k);
    CHECK(h2_norm(full, k).value == doctest::Approx(h2_norm(modes, k).value).epsilon(1e-13));
    CHECK(l1_norm(full, k).value == doctest::Approx(l1_norm(modes, k).value).epsilon(1e-13));
    for (const int first : {0, 1}) {
      const auto sigma = hankel_singular_values(full, first, k).values,
                 expected = hankel_singular_values(modes, first, k).values;
      for (std::size_t i = 0; i < 4; ++i) CHECK(std::abs(sigma[i] - expected[i]) < 1e-14 * expected[0]);
    }
  }
  const auto short_full = discounted(full, 0.75);
  const auto short_modes = discounted(modes, 0.75);
  CHECK(h2_norm(short_full).value == doctest::Approx(h2_norm(short_modes).value).epsilon(1e-14));
  CHECK(l1_norm(short_full).value == doctest::Approx(l1_norm(short_modes).value).epsilon(1e-14));
  CHECK(hinf_norm(short_full).value == doctest::Approx(hinf_norm(short_modes).value).epsilon(1e-13));
  // A Jordan block has no modes: h_k = k a^{k-1}.
  const dense_system block{{0.5, 1, 0, 0.5}, {0, 1}, {1, 0}, 2, 1, 1};
  CHECK(l1_norm(block).value == doctest::Approx(4).epsilon(1e-15));
  CHECK(hinf_norm(block).value == doctest::Approx(4).epsilon(1e-14));
  CHECK(h2_norm(block).value == doctest::Approx(std::sqrt(1.25 / (0.75 * 0.75 * 0.75))).epsilon(1e-14));
  CHECK(std::isinf(h2_norm({{2}, {1}, {1}, 1, 1, 1}, 20000).value));
  // Also beside a state that does not grow, where powers of A are no numbers.
  const dense_system growing{{2, 0, 0, 0.5}, {1, 1}, {1, 1}, 2, 1, 1};
  for (const int k : {20000, 100000}) {
    for (const auto& m : {h2_norm(growing, k), l1_norm(growing, k)})
      for (const double v : {m.value, m.lower, m.upper}) CHECK(v == std::numeric_limits<double>::infinity());
    CHECK(hankel_singular_values(growing, 0, k).values.empty());
  }
  CHECK_THROWS_AS(l1_norm(growing, integer(1) << 62), bad_argument);
}

TEST_CASE("states that overflow a double and cancel: the bracket holds the sum") {
  const double a = 2, b = 2 * (1 + 0x1p-52);
  const int terms = 1030;
  quad sum = 0;
  for (int k = 0; k < terms; ++k) sum += power(quad(b), k) - power(quad(a), k);
  const auto l1 = l1_norm(dense_system{{a, 0, 0, b}, {1, 1}, {1, -1}, 2, 1, 1}, terms);
  CHECK((quad(l1.lower) <= sum && sum <= quad(l1.upper)));
  CHECK(l1.value == doctest::Approx(static_cast<double>(sum)).epsilon(1e-2));
}

TEST_CASE("delays of a full matrix are those of its modes") {
  const auto& s = real_systems[0];
  const modal_form<double> modes{s.a, s.b, s.c};
  for (const int n : {0, 1, 2, 5, 20}) {
    INFO(n);
    const double expected = hankel_norm(modes, n).value;
    CHECK(hankel_norm(delayed(dense_of(modes), n)).value == doctest::Approx(expected).epsilon(1e-13));
    CHECK(hankel_norm(dense_of(modes), n).value == doctest::Approx(expected).epsilon(1e-13));
  }
  CHECK(hankel_norm(dense_of(modes), integer(1) << 62).value == 0);
  CHECK(hankel_norm({{1}, {1}, {1}, 1, 1, 1}).status == stability::marginal);
  CHECK_THROWS_AS(delayed(dense_of(modes), -1), bad_argument);
}
