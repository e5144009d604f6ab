// SPDX-License-Identifier: BSD-3-Clause
// Structures that a user writes, in numbers: what they tell of themselves is believed, what they do not is not guessed.
#include <doctest/doctest.h>

#include <lssm/measure.hpp>

#include "own.hpp"

using namespace lssm;
using own::complex_pairs, own::dense_matrix;

namespace {

static_assert(DiagonalStructure<real_diagonal<3>> && !DiagonalStructure<dense_matrix<>> &&
              !DiagonalStructure<complex_pairs> && !DiagonalStructure<own::with_gain>);
static_assert(HasSpectrum<real_diagonal<>> && HasSpectrum<complex_pairs> && !HasSpectrum<dense_matrix<>>);
static_assert(HasStateSize<real_diagonal<>> && HasStateSize<dense_matrix<true>> &&
              !HasStateSize<dense_matrix<false>> && !HasStateSize<own::with_gain>);
static_assert(SequenceMap<dense_matrix<false>> && !SequenceMap<own::with_gain>);
static_assert(HasRole<state_matrix> && HasRole<network_weights> && HasRole<own::gain_slot> &&
              !HasRole<own::gain_without_role>);
static_assert(std::is_same_v<role_of<own::gain_slot>, input_matrix>);
// A slot beside A, B and C has no place in the curvature of modes.
static_assert(learn_all::curved && !learn<state_matrix, own::gain_slot>::curved);

/// A rotation by a quarter, shortened: h is far from what entries of `a` by themselves would give.
template <bool TellsSize>
bound_system<double, dense_matrix<TellsSize>> turning() {
  return {{{0, -0.5, 0.5, 0.25}, {1, 0.5}, {1, 0.25}}};
}

template <class Structure>
void outputs_agree_with_h(const bound_system<double, Structure>& s) {
  const std::vector<double> x{1, -2, 0.5, 3, 0, 0.25, -1};
  const std::size_t kappa = x.size();
  std::vector<double> h(kappa), y(kappa), expected(kappa, 0.0), last(1);
  s.impulse_response(std::span<double>(h));
  for (std::size_t t = 0; t < kappa; ++t)
    for (std::size_t k = 0; k <= t; ++k) expected[t] += h[k] * x[t - k];
  s.sequence(x, y);
  for (std::size_t t = 0; t < kappa; ++t) CHECK(y[t] == doctest::Approx(expected[t]).epsilon(1e-14));
  s.last_output(x, last);
  CHECK(last[0] == doctest::Approx(expected.back()).epsilon(1e-14));
  const auto all = s.outputs_of(to_tensor<1>(x, {kappa}));
  for (std::size_t t = 0; t < kappa; ++t) CHECK(all(t, 0) == y[t]);
}

}  // namespace

TEST_CASE("outputs agree with h, whatever the structure tells of its recurrence") {
  outputs_agree_with_h(turning<true>());
  outputs_agree_with_h(turning<false>());
  outputs_agree_with_h(
      bound_system<double, complex_pairs>{{{0.5, 0.7, -0.2, 0.4}, {1, 0, 2, 1}, {1, 1, 0, 3}}});
  outputs_agree_with_h(bound_system<double, own::with_gain>{{{0.5, -0.2}, {1, 2}, {1, -1}, {3}}});
  outputs_agree_with_h(bound_system<double, real_diagonal<2>>{{{0.5, -0.2}, {1, 2}, {1, -1}}});
}

TEST_CASE("a carried state of another size is refused") {
  const auto s = turning<true>();
  CHECK(s.state_size() == 2);
  CHECK(state_size_of<dense_matrix<>>(s.system) == 2);
  const std::vector<double> x{1};
  std::vector<double> y(1), state(1);
  std::string said;
  try {
    s.advance(x, state, y);
  } catch (const bad_argument& e) {
    said = e.what();
  }
  CHECK(said == "advance: the state must be of 2 numbers, given 1");
  CHECK(bound_system<double, real_diagonal<>>{{{1, 2, 3}, {1, 1, 1}, {1, 1, 1}}}.state_size() == 3);
}

TEST_CASE("magnitudes of eigenvalues are those that the structure tells") {
  const complex_pairs::parameters<double> s{{0.6, 0.8, -0.3, 0.4}, {1, 1, 1, 1}, {1, 1, 1, 1}};
  const auto m = mode_magnitudes<double, complex_pairs>(s);
  REQUIRE(m.size() == 4);
  for (std::size_t j = 0; j < 4; ++j) CHECK(m[j] == doctest::Approx(j < 2 ? 1 : 0.5).epsilon(1e-15));
  const real_diagonal<>::parameters<double> modes{{0.5, -0.75}, {1, 1}, {1, 1}};
  CHECK(mode_magnitudes<double, real_diagonal<>>(modes) == std::vector<double>{0.5, 0.75});
}

TEST_CASE("the pullbacks of these structures are derivatives") {
  const auto check = []<class Structure>(const Structure& structure) {
    auto s = structure.template make<double>();
    double x = 0.3;
    each_number([&](double& v) { v = x = 0.9 - 1.7 * x * x; }, s);
    auto ds = s;
    const std::vector<double> g{0.5, -1, 2, 0.25, 1};
    Structure::pullback(s, std::span<const double>(g), ds);
    const auto weighed = [&](const auto& system) {
      std::vector<double> h(g.size());
      Structure::impulse_response(system, std::span<double>(h));
      double sum = 0;
      for (std::size_t k = 0; k < h.size(); ++k) sum += g[k] * h[k];
      return sum;
    };
    std::vector<double> slopes;
    each_number([&](double& v) { slopes.push_back(v); }, ds);
    std::size_t i = 0;
    each_number(
        [&](double& v) {
          const double before = v;
          v = before + 1e-6;
          const double up = weighed(s);
          v = before - 1e-6;
          const double down = weighed(s);
          v = before;
          CHECK(slopes[i++] == doctest::Approx((up - down) / 2e-6).epsilon(1e-6));
        },
        s);
  };
  check(dense_matrix<>{3});
  check(complex_pairs{2});
  check(own::with_gain{3});
}
