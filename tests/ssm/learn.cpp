// SPDX-License-Identifier: BSD-3-Clause
// Parameter maps: what moves, in which coordinates, and that the pullback is the transposed derivative of the map.
#include <lssm/core/pack.hpp>
#include <lssm/ssm.hpp>

#include "systems.hpp"
#include "tied.hpp"

using namespace lssm;
using systems::tied;

namespace {

using three = learn<state_matrix, input_matrix, output_matrix>;
using exp_a = through<state_matrix, exp_of_minus_exp>;
using exp_b = through<input_matrix, exponential>;

/// A start that every coordinate can hold: 0 < a < 1, b and c positive.
template <class T, class Structure>
auto positive_system(const Structure& structure, reference::numbers& draw) {
  auto s = systems::random_system<T>(structure, draw, reference::regime::generic);
  const auto squeeze = [](auto& entries) {
    for (T& x : entries) x = (T(3) + x) / T(5);
  };
  squeeze(s.a);
  squeeze(s.b);
  squeeze(s.c);
  return s;
}

/// The pullback of a random gradient along a random direction of θ, against dual numbers through to_system.
template <class T, class Map, class Structure>
void is_pullback(const Structure& structure, double units) {
  reference::numbers draw(11);
  const auto s = positive_system<T>(structure, draw);
  const auto ds = systems::random_system<T>(structure, draw, reference::regime::generic);
  const std::size_t n = static_cast<std::size_t>(Map::count(s));
  std::vector<T> theta(n), dtheta(n);
  Map::from_system(s, std::span<T>(theta));
  Map::template pullback<T>(view<T>(theta), ds, std::span<T>(dtheta));

  const auto v = draw.draws<T>(n);
  std::vector<dual<T>> moving;
  for (std::size_t i = 0; i < n; ++i) moving.emplace_back(theta[i], v[i]);
  auto image = structure.template make<dual<T>>();
  Map::template to_system<dual<T>>(view<dual<T>>(moving), image);
  T got(0), expected(0);
  for (std::size_t i = 0; i < n; ++i) got = got + dtheta[i] * v[i];
  const auto pair = [&](const auto& cotangent, const auto& tangent) {
    for (std::size_t i = 0; i < cotangent.size(); ++i) expected = expected + cotangent[i] * tangent[i].e;
  };
  pair(ds.a, image.a);
  pair(ds.b, image.b);
  pair(ds.c, image.c);
  CHECK(reference::epsilons(got, reference::widen(expected, 0), static_cast<double>(n)) < units);
}

/// θ ↦ (A, B, C) ↦ θ, and what is not learned stays.
template <class T, class Map, class Structure>
void is_inverse(const Structure& structure, double units) {
  reference::numbers draw(12);
  const auto s = positive_system<T>(structure, draw);
  std::vector<T> theta(static_cast<std::size_t>(Map::count(s)));
  Map::from_system(s, std::span<T>(theta));
  auto back = s;
  for (T& x : back.a) x = T(9);  // learned in every map below
  Map::template to_system<T>(view<T>(theta), back);
  reference::largest worst;
  const auto compare = [&](const auto& one, const auto& other) {
    for (std::size_t i = 0; i < one.size(); ++i)
      worst.see(reference::epsilons(one[i], reference::widen(other[i], 0), 1));
  };
  compare(back.a, s.a);
  compare(back.b, s.b);
  compare(back.c, s.c);
  CHECK(worst <= units);
}

template <class T, class Map, class Structure>
void is_map(const Structure& structure, double units) {
  is_inverse<T, Map>(structure, units);
  is_pullback<T, Map>(structure, 4 + units);
}

template <class Map, class Structure>
constexpr integer known_length = Map::template known_count<typename Structure::template parameters<double>>;

}  // namespace

TEST_CASE_TEMPLATE("subsets and parametrizations: inverse and pullback", T, float, double, reference::wide) {
  const real_diagonal<> loose{5};
  is_map<T, learn<state_matrix>>(loose, 0);
  is_map<T, learn<state_matrix, output_matrix>>(loose, 0);
  is_map<T, learn<exp_a>>(loose, 8);
  is_map<T, learn<exp_b, exp_a, output_matrix>>(real_diagonal<4>{}, 8);
  is_map<T, learn<output_matrix, exp_a, input_matrix>>(real_diagonal<4, 2, 3>{}, 8);
}

TEST_CASE("learn_all is the identity on the entries") {
  is_map<double, ssm<real_diagonal<4, 2, 3>, learn_all>::learned>(real_diagonal<4, 2, 3>{}, 0);
  is_map<double, three>(real_diagonal<dynamic, 2, 3>{4}, 0);
}

TEST_CASE("a map of one's own that ties C to B") {
  reference::numbers draw(13);
  is_pullback<double, tied>(real_diagonal<>{6}, 4);
  is_pullback<double, tied>(real_diagonal<6>{}, 4);
  auto s = positive_system<double>(real_diagonal<6>{}, draw);
  s.c = s.b;
  std::vector<double> theta(12);
  tied::from_system(s, std::span<double>(theta));
  auto back = real_diagonal<6>{}.make<double>();
  tied::to_system<double>(theta, back);
  CHECK(equal_parts(s, back));
}

TEST_CASE("theta holds the slots in the order of the list") {
  real_diagonal<2>::parameters<double> s{{0.5, 0.25}, {3, 4}, {5, 6}};
  std::vector<double> theta(4);
  learn<output_matrix, state_matrix>::from_system(s, std::span<double>(theta));
  CHECK(theta == std::vector<double>{5, 6, 0.5, 0.25});
  learn<output_matrix, state_matrix>::to_system<double>(std::vector<double>{7, 8, 9, 10}, s);
  CHECK(s.c == std::array{7.0, 8.0});
  CHECK(s.a == std::array{9.0, 10.0});
  CHECK(s.b == std::array{3.0, 4.0});
}

TEST_CASE_TEMPLATE("parametrizations: value, inverse and two derivatives", Map, as_is, exp_of_minus_exp,
                   exponential) {
  for (const double t : {-3.0, -0.7, 0.0, 0.4, 1.5}) {
    const dual<double> x = Map::value(dual<double>(t, 1)), slope = Map::derivative(dual<double>(t, 1));
    CHECK(Map::value(t) == x.v);
    CHECK(reference::epsilons(Map::derivative(t), reference::widen(x, 0).e, 1 + std::abs(x.e)) < 4);
    CHECK(reference::epsilons(Map::second_derivative(t), reference::widen(slope, 0).e,
                              1 + std::abs(slope.e)) < 8);
    CHECK(Map::inverse(Map::value(t)) == doctest::Approx(t).epsilon(1e-13));
  }
}

TEST_CASE_TEMPLATE("exp(-exp θ) and its derivatives go to their limits, whatever overflows", T, float, double,
                   long double, dual<double>, pack<double>, pack<float>) {
  using map = exp_of_minus_exp;
  const auto same = [](const T& got, double expected) {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      CHECK(value_of(scalar_traits<T>::get(got, lane)) == expected);
  };
  for (const double t : {10.0, 89.0, 710.0, 12000.0, 1e6, 1e30}) {
    CAPTURE(t);
    const T theta(static_cast<lane_of<T>>(t));
    same(map::value(theta), 0);
    same(map::derivative(theta), 0);
    same(map::second_derivative(theta), 0);
    if (t < 89) continue;
    same(map::value(T(0) - theta), 1);
    CHECK(!any_lane<T>(abs_of(map::derivative(T(0) - theta)) > T(epsilon_of<float>)));
  }
  for (const double t : {10.0, 1e4, -1e4}) {
    CHECK(map::value(dual<double>(t, 1)).e == 0);
    CHECK(map::derivative(dual<double>(t, 1)).e == 0);
  }
  CHECK(!any_lane<T>(is_finite(map::derivative(T(static_cast<lane_of<T>>(std::nan("")))))));
}

TEST_CASE("coordinates that cannot hold a number say so by not being finite") {
  for (const double x : {-0.5, 0.0, 1.0, 1.5}) CHECK(!std::isfinite(exp_of_minus_exp::inverse(x)));
  for (const double x : {-0.5, 0.0}) CHECK(!std::isfinite(exponential::inverse(x)));
}

TEST_CASE("lengths of theta are known where the sizes are") {
  static_assert(known_length<learn<state_matrix>, real_diagonal<7>> == 7);
  static_assert(known_length<three, real_diagonal<7, 2, 3>> == 7 + 14 + 21);
  static_assert(known_length<three, real_diagonal<>> == dynamic);
  static_assert(known_length<tied, real_diagonal<7>> == 14);
  static_assert(ssm<real_diagonal<7>, learn<exp_a, output_matrix>>::known_parameters == 14);
  CHECK(three::count(real_diagonal<dynamic, 2, 3>{7}.make<float>()) == 42);
}
