// SPDX-License-Identifier: BSD-3-Clause
// Truncations and realizations against reference numbers and their laws.
#include <doctest/doctest.h>

#include "systems.hpp"

using namespace lssm;
using namespace analysis_reference;

namespace {

dense_system named(const std::string& name) {
  for (const auto& s : real_systems)
    if (s.name == name) return dense_of(modal_form<double>{s.a, s.b, s.c});
  for (const auto& s : dense_systems)
    if (s.name == name) return {s.a, s.b, s.c, 4, name == "M23" ? 3u : 1u, name == "M23" ? 2u : 1u};
  for (const auto& s : complex_systems)
    if (s.name == name) {
      const auto cast = [](const std::vector<double>& v) {
        std::vector<std::complex<double>> out;
        for (std::size_t i = 0; i < v.size(); i += 2) out.emplace_back(v[i], v[i + 1]);
        return out;
      };
      return dense_of(modal_form<std::complex<double>>{cast(s.a), cast(s.b), cast(s.c)});
    }
  throw std::runtime_error(name);
}
double number(const std::string& text) { return static_cast<double>(parsed(text)); }
/// The largest difference of the first `kappa` entries.
double apart(const dense_system& x, const dense_system& y, integer kappa) {
  const auto h = impulse_response(x, kappa), g = impulse_response(y, kappa);
  double most = 0;
  for (std::size_t i = 0; i < h.size(); ++i) most = std::max(most, std::abs(h.data()[i] - g.data()[i]));
  return most;
}

}  // namespace

TEST_CASE("what an impulse response or its order cannot be is told by name") {
  const dense_system x{{0.5}, {1}, std::vector<double>(8, 1.0), 1, 1, 8};
  for (const int digits : {40, 61}) CHECK_THROWS_AS(impulse_response(x, integer(1) << digits), bad_argument);
  const xt::xtensor<double, 1> h{1, 0.5, 0.25, 0.125};
  for (const integer r : {-3, 0, 2}) {
    std::string message;
    try {
      ho_kalman(h, r);
    } catch (const bad_argument& e) {
      message = e.what();
    }
    CHECK(message.ends_with("given " + std::to_string(r)));
  }
}

TEST_CASE("balanced truncation") {
  for (const auto& t : truncations) {
    INFO(t.name);
    const dense_system x = named(t.name);
    const reduced_system y = balanced_truncation(x, t.r);
    const auto h = impulse_response(y.system, static_cast<integer>(t.h.size() / (x.inputs * x.outputs)));
    for (std::size_t i = 0; i < t.h.size(); ++i)
      CHECK(std::abs(h.data()[i] - number(t.h[i])) < 1e-10 * y.hankel[0]);
    CHECK(y.bound == doctest::Approx(number(t.bound)).epsilon(1e-12));
    const dense_system error = difference(x, y.system);
    const auto gain = hinf_norm(error);
    CHECK(gain.value == doctest::Approx(number(t.hinf_error)).epsilon(1e-9));
    CHECK(gain.upper <= y.bound);
    const double hankel = hankel_singular_values(error).values[0];
    CHECK(hankel == doctest::Approx(number(t.hankel_error)).epsilon(1e-9));
    CHECK(hankel >= y.hankel[static_cast<std::size_t>(t.r)] * (1 - 1e-12));
  }
}

TEST_CASE("a balanced form has equal diagonal Gramians, the same response and no state too many") {
  for (const auto& of : {std::pair("R2", 2u), std::pair("NM", 2u), std::pair("M23", 4u)}) {
    const std::string name = of.first;
    const std::size_t states = of.second;
    INFO(name);
    const dense_system x = named(name);
    const reduced_system y = balanced_form(x);
    CHECK(y.system.states == states);
    CHECK(apart(x, y.system, 30) < 1e-13 * y.hankel[0]);
    const auto p = controllability_gramian(y.system), q = observability_gramian(y.system);
    for (std::size_t i = 0; i < states; ++i)
      for (std::size_t j = 0; j < states; ++j) {
        const double expected = i == j ? y.hankel[i] : 0;
        CHECK(std::abs(p[i * states + j] - expected) < 1e-12 * y.hankel[0]);
        CHECK(std::abs(q[i * states + j] - expected) < 1e-12 * y.hankel[0]);
      }
  }
}

TEST_CASE("Ho-Kalman finds order and modes from the response") {
  const dense_system x = named("NM");
  const reduced_system y = ho_kalman(impulse_response(x, 20));
  CHECK(y.system.states == 2);
  const auto lambda = eigenvalues(y.system);
  CHECK(std::abs(lambda[0] - 0.75) < 1e-9);
  CHECK(std::abs(lambda[1] - 0.5) < 1e-9);
  CHECK(apart(x, y.system, 60) < 1e-12);
  for (const char* name : {"R2", "CP", "M23"}) {
    INFO(name);
    const dense_system z = named(name);
    const reduced_system w = ho_kalman(impulse_response(z, 24));
    CHECK(w.system.states == z.states);
    CHECK(apart(z, w.system, 40) < 1e-11 * w.hankel[0]);
  }
  const dense_system cp = named("CP");
  CHECK(ho_kalman(impulse_response(cp, 24), 1).system.states == 1);
  CHECK_THROWS_AS(ho_kalman(impulse_response(cp, 24), 3), bad_argument);
  CHECK_THROWS_AS(ho_kalman(impulse_response(cp, 24), 0), bad_argument);
  CHECK_THROWS_AS(ho_kalman(impulse_response(cp, 1)), bad_argument);
  CHECK_THROWS_AS(ho_kalman(tensor<double, 1>{1, std::nan(""), 2}), bad_argument);
  CHECK_THROWS_AS(balanced_truncation(named("NM"), 3), bad_argument);
  CHECK_THROWS_AS(balanced_truncation(named("R2"), 0), bad_argument);
  CHECK_THROWS_AS(balanced_form({{1}, {1}, {1}, 1, 1, 1}), bad_argument);
}
