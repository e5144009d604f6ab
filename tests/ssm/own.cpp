// SPDX-License-Identifier: BSD-3-Clause
// Structures that a user writes, in numbers: what they tell of themselves is believed, what they do not is not guessed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <lssm/core/linalg.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/io.hpp>
#include <lssm/measure.hpp>
#include <lssm/ssm/system_file.hpp>

#include "../io/scratch.hpp"
#include "own.hpp"

using namespace lssm;
using own::complex_pairs, own::dense_matrix;

namespace {

using own::complex_modes, own::sampled;

static_assert(DiagonalStructure<real_diagonal<3>> && !DiagonalStructure<dense_matrix<>> &&
              !DiagonalStructure<complex_pairs> && !DiagonalStructure<own::with_gain>);
static_assert(HasModes<real_diagonal<>> && HasModes<complex_pairs> && HasModes<complex_modes<2>> &&
              HasPoles<sampled> && !HasModes<sampled> && !HasPoles<dense_matrix<>>);
static_assert(HasSpectrum<real_diagonal<>> && HasSpectrum<complex_pairs> && HasSpectrum<sampled, float> &&
              !HasSpectrum<dense_matrix<>>);
static_assert(HasStateSize<real_diagonal<>> && HasStateSize<dense_matrix<true>> && HasStateSize<sampled> &&
              !HasStateSize<dense_matrix<false>> && !HasStateSize<own::with_gain>);
static_assert(Stepwise<dense_matrix<false>> && !SequenceMap<dense_matrix<>> && !Stepwise<own::with_gain>);
static_assert(HasSlots<real_diagonal<>> && HasSlots<dense_matrix<>> && HasSlots<complex_modes<>>);
static_assert(std::is_same_v<slots_of<dense_matrix<>>, three_matrices>);
static_assert(Role<time_role> && !Role<state_matrix> && HasRole<state_matrix> && HasRole<network_weights> &&
              !HasRole<own::gain_without_role> && !HasRole<state_role>);
static_assert(std::is_same_v<role_of<own::gain_slot>, input_role>);
static_assert(std::is_same_v<role_of<network_weights>, network_role>);

// What `learn` names becomes slots of the structure, in the order of its list.
template <class Structure, class Learn>
using learned = typename ssm<Structure, Learn>::learned;
static_assert(
    std::is_same_v<learned<real_diagonal<3>, learn_all>, learn<state_matrix, input_matrix, output_matrix>>);
static_assert(std::is_same_v<ssm<real_diagonal<3>>,
                             ssm<real_diagonal<3>, learn<state_matrix, input_matrix, output_matrix>>>);
static_assert(std::is_same_v<learned<complex_modes<>, learn<output_role, state_imaginary>>,
                             learn<output_real, output_imaginary, state_imaginary>>);
static_assert(std::is_same_v<learned<sampled, learn<every_slot>>,
                             learn<state_matrix, input_matrix, output_matrix, own::log_step>>);
struct own_map {  // of entries that are no eigenvalues
  static auto value(auto t) { return t * t; }
  static auto derivative(auto t) { return t + t; }
  static auto inverse(auto x) { return sqrt_of(x); }
};
static_assert(std::is_same_v<learned<complex_modes<>, learn<through<output_role, own_map>>>,
                             learn<through<output_real, own_map>, through<output_imaginary, own_map>>>);
// A slot beside A, B and C has no place in the curvature of modes.
static_assert(learned<real_diagonal<>, learn_all>::curved && !learned<own::with_gain, learn_all>::curved);

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
  outputs_agree_with_h(
      bound_system<double, complex_modes<>>{{{0.5, -0.2}, {0.7, 0.4}, {1, 2}, {0, 1}, {1, -1}, {0.5, 3}}});
  outputs_agree_with_h(bound_system<double, sampled>{{{0.5, 2}, {1, 2}, {1, -1}, {-1}}});
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

TEST_CASE("the spectrum is that of the full matrix, conjugates side by side") {
  const complex_pairs::parameters<double> s{{0.6, 0.8, -0.3, 0.4}, {1, 1, 1, 1}, {1, 1, 1, 1}};
  const auto all = spectrum_of<complex_pairs, double>(s);
  REQUIRE(all.size() == 4);
  CHECK(state_size_of<complex_pairs>(s) == 4);
  CHECK(all[0] == eigenvalue<double>{0.6, 0.8});
  CHECK(all[1] == eigenvalue<double>{0.6, -0.8});
  CHECK(all[3] == eigenvalue<double>{-0.3, -0.4});
  auto found = mode_magnitudes<double, complex_pairs>(s);
  std::sort(found.begin(), found.end(), std::greater<>{});
  const auto by_lapack = eigenvalue_magnitudes(to_tensor<2>(complex_pairs::as_matrix(s).a, {4, 4}));
  for (std::size_t j = 0; j < 4; ++j) CHECK(found[j] == doctest::Approx(by_lapack(j)).epsilon(1e-14));
  const real_diagonal<>::parameters<double> modes{{0.5, -0.75}, {1, 1}, {1, 1}};
  CHECK(mode_magnitudes<double, real_diagonal<>>(modes) == std::vector<double>{0.5, 0.75});
  CHECK(spectrum_of<real_diagonal<>, double>(modes)[1] == eigenvalue<double>{-0.75, 0});
}

TEST_CASE_TEMPLATE("a pole that is put in its place is told again, and the others stay", S, real_diagonal<>,
                   complex_pairs, complex_modes<2>) {
  auto s = S{3}.template make<double>();
  double x = 0.3;
  each_number([&](double& v) { v = x = 0.9 - 1.7 * x * x; }, s);
  REQUIRE(modes_of<S>(s) == 3);
  const auto all = spectrum_of<S, double>(s);
  const auto first = pole_of<S>(s, 0), last = pole_of<S>(s, 2);
  set_pole_of<S>(s, 1, last);
  CHECK(pole_of<S>(s, 0) == first);
  CHECK(pole_of<S>(s, 1) == last);
  CHECK(pole_of<S>(s, 2) == last);
  CHECK(spectrum_of<S, double>(s).size() == all.size());
  CHECK(state_size_of<S>(s) == static_cast<integer>(all.size()));
}

TEST_CASE_TEMPLATE("magnitudes do not overflow, and what is not finite stays so", T, float, double) {
  const T large = std::numeric_limits<T>::max() / 2, small = std::numeric_limits<T>::min();
  CHECK(eigenvalue<T>{large, large}.magnitude() ==
        doctest::Approx(static_cast<double>(large) * std::sqrt(2.0)).epsilon(1e-6));
  CHECK(eigenvalue<T>{3 * small, -4 * small}.magnitude() / small == doctest::Approx(5).epsilon(1e-6));
  CHECK(eigenvalue<T>{0, 0}.magnitude() == 0);
  CHECK(eigenvalue<T>{T(-0.7), 0}.magnitude() == T(0.7));
  const T infinite = std::numeric_limits<T>::infinity(), none = std::numeric_limits<T>::quiet_NaN();
  CHECK(eigenvalue<T>{infinite, 1}.magnitude() == infinite);
  CHECK(std::isnan(eigenvalue<T>{1, none}.magnitude()));
  CHECK(std::isnan(eigenvalue<T>{none, 1}.magnitude()));
}

TEST_CASE("two writings of complex pairs have one response, and as a full matrix the same") {
  const complex_pairs::parameters<double> packed{{0.6, 0.7, -0.3, 0.4}, {1, 0.5, -2, 1}, {1, -1, 0.25, 3}};
  // cᵀ A^k b = Re(conj(c) b λ^k) of u + iv; half of that for each of the two conjugates.
  const complex_modes<>::parameters<double> split{{0.6, -0.3}, {0.7, 0.4},   {1, -2},
                                                  {0.5, 1},    {0.5, 0.125}, {0.5, -1.5}};
  std::vector<double> one(12), two(12), full(12);
  complex_pairs::impulse_response(packed, std::span<double>(one));
  complex_modes<>::impulse_response(split, std::span<double>(two));
  dense_matrix<>::impulse_response(complex_pairs::as_matrix(packed), std::span<double>(full));
  for (std::size_t k = 0; k < one.size(); ++k) {
    CHECK(one[k] == doctest::Approx(full[k]).epsilon(1e-13));
    CHECK(two[k] == doctest::Approx(full[k]).epsilon(1e-13));
  }
}

TEST_CASE("the pullbacks of these structures are derivatives") {
  const auto check = []<class Structure>(const Structure& structure) {
    auto s = structure.template make<double>();
    double x = 0.3;
    each_number([&](double& v) { v = x = 0.9 - 1.7 * x * x; }, s);
    auto ds = s;
    const std::vector<double> g{0.5, -1, 2, 0.25, 1, -0.75};
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
  check(complex_modes<1>{2});
  check(complex_modes<3>{2});
  check(sampled{3});
  check(own::with_gain{3});
}

TEST_CASE_TEMPLATE("systems of any structure come back from files, as that structure alone", S,
                   dense_matrix<>, complex_pairs, complex_modes<2>, sampled, own::with_gain) {
  const S structure{2};
  bound_system<double, S> system{structure.template make<double>()};
  double x = 0.3;
  each_number([&](double& v) { v = x = 0.9 - 1.7 * x * x; }, system.system);
  const scratch dir;
  save_npz(dir / "x.npz", system);
  save_json(dir / "x.json", system);
  using bound = bound_system<double, S>;
  CHECK(equal_parts(load_npz<bound>(dir / "x.npz", structure).system, system.system));
  CHECK(equal_parts(load_json<bound>(dir / "x.json", structure).system, system.system));
  CHECK_THROWS_AS(static_cast<void>(load_npz<bound>(dir / "x.npz", S{3})), bad_file);
  using other = bound_system<double, real_diagonal<>>;
  CHECK_THROWS_AS(static_cast<void>(load_npz<other>(dir / "x.npz")), bad_file);
}
