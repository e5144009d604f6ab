// SPDX-License-Identifier: BSD-3-Clause
// Clipping: bounds that hold, bits that stay below them, and numbers that must not be lost.
#include <algorithm>
#include <lssm/core/pack.hpp>
#include <lssm/train/descent.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T, class Clip>
std::vector<T> clipped(const Clip& clip, std::vector<T> u) {
  bound_policy<T>(std::span<const Clip>(&clip, 1))(std::span<T>(u));
  return u;
}

template <class T>
reference::wide norm_of(const std::vector<T>& u) {
  reference::wide sum = 0;
  for (const T& x : u) sum += reference::wide(x) * reference::wide(x);
  return sqrt_of(sum);
}

}  // namespace

TEST_CASE_TEMPLATE("clip_norm scales to the bound, and leaves every bit below it", T, float, double,
                   long double) {
  reference::numbers draw(3);
  for (const std::size_t n : {1u, 3u, 8u, 17u}) {
    const auto u = draw.draws<T>(n);
    const reference::wide norm = norm_of(u);
    CHECK(clipped(clip_norm{.most = 1.01 * static_cast<double>(norm)}, u) == u);
    CHECK(clipped(clip_norm{.most = HUGE_VAL}, u) == u);
    const auto small = clipped(clip_norm{.most = 0.125}, u);
    CHECK(norm > 0.125);
    for (std::size_t i = 0; i < n; ++i)
      CHECK(reference::epsilons(small[i], reference::wide(u[i]) / norm / 8, 0.125) < 4);
  }
  CHECK(clipped(clip_norm{}, std::vector<T>(4, T(0))) == std::vector<T>(4, T(0)));
}

TEST_CASE_TEMPLATE("clip_entries bounds each entry alone", T, float, double, long double) {
  const std::vector<T> u = {T(0.5), T(-0.5), T(3), T(-3), T(1), T(-1), T(0)};
  CHECK(clipped(clip_entries{}, u) == std::vector<T>{T(0.5), T(-0.5), T(1), T(-1), T(1), T(-1), T(0)});
  CHECK(clipped(clip_entries{.most = HUGE_VAL}, u) == u);
  CHECK(clipped(unclipped{}, u) == u);
}

TEST_CASE_TEMPLATE("what is not finite is not hidden, what is huge is not lost", T, float, double) {
  const T nan = std::numeric_limits<T>::quiet_NaN(), infinite = std::numeric_limits<T>::infinity(),
          huge = std::numeric_limits<T>::max() / 4;
  const auto not_finite = [](const std::vector<T>& u) {
    return std::count_if(u.begin(), u.end(), [](T x) { return !is_finite(x); });
  };
  CHECK(not_finite(clipped<T>(clip_norm{}, {T(1), nan})) >= 1);
  CHECK(not_finite(clipped<T>(clip_norm{}, {T(1), infinite})) >= 1);
  CHECK(not_finite(clipped<T>(clip_entries{}, {T(1), nan})) == 1);
  CHECK(clipped<T>(clip_entries{}, {infinite, -infinite}) == std::vector<T>{T(1), T(-1)});
  // The squares overflow, the gradient does not.
  const auto scaled = clipped<T>(clip_norm{}, {3 * huge, -4 * huge, T(0)});
  CHECK(scaled[0] == doctest::Approx(0.6));
  CHECK(scaled[1] == doctest::Approx(-0.8));
  CHECK(scaled[2] == 0);
  const std::vector<T> below = {huge, -huge};
  CHECK(clipped<T>(clip_norm{.most = HUGE_VAL}, below) == below);
  CHECK(clipped<T>(clip_norm{.most = 2 * static_cast<double>(huge)}, below) == below);
}

TEST_CASE_TEMPLATE("clip_norm is exact where squares underflow, and where the factor does", T, float, double,
                   long double) {
  const auto check = [](T x, T y, double most) {
    CAPTURE(x);
    CAPTURE(y);
    CAPTURE(most);
    const auto u = clipped<T>(clip_norm{.most = most}, {x, y, T(0)});
    const reference::wide norm = norm_of(std::vector<T>{x, y});
    CHECK(reference::epsilons(T(u[0] / T(most)), reference::wide(x) / norm, 1) < 8);
    CHECK(reference::epsilons(T(u[1] / T(most)), reference::wide(y) / norm, 1) < 8);
    CHECK(u[2] == T(0));
  };
  // Squares that are denormal or vanish, in float and in double.
  check(T(3e-23), T(-4e-23), 1e-23);
  check(T(3e-30), T(-4e-30), 1e-30);
  if constexpr (!std::same_as<T, float>) {
    check(T(3e-170), T(4e-170), 1e-170);
    check(T(-3e-300), T(4e-300), 1e-302);
  }
  // One square that vanishes beside one that does not quite.
  const T edge = static_cast<T>(std::same_as<T, float> ? 0x1p-63 : 0x1p-511);
  check(edge, edge / T(1 << 10), static_cast<double>(edge) / 4);
  // The factor most / norm is denormal.
  check(T(1e18), T(-2e18), 1e-25);
  if constexpr (!std::same_as<T, float>) check(T(1e150), T(2e150), 1e-170);
  // Below the bound every bit stays.
  const std::vector<T> below = {T(3e-23), T(-4e-23)};
  CHECK(clipped<T>(clip_norm{.most = 6e-23}, below) == below);
  CHECK(clipped<T>(clip_norm{}, below) == below);
}

TEST_CASE_TEMPLATE("each lane has its own bound and the bits of the single one", L, float, double) {
  using T = pack<L>;
  const auto u = reference::numbers(11).draws<T>(9);
  const auto lanes_are_singles = [&](const auto& bounds) {
    auto together = u;
    using clip = typename std::remove_cvref_t<decltype(bounds)>::value_type;
    bound_policy<T>(std::span<const clip>(bounds))(std::span<T>(together));
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      std::vector<L> alone(u.size()), mine(u.size());
      get_lane(u, lane, alone);
      get_lane(together, lane, mine);
      CHECK(mine == clipped(bounds[lane % bounds.size()], alone));
    }
  };
  lanes_are_singles(std::vector<clip_norm>{{.most = 0.5}, {.most = 100}, {.most = 1}});
  // One lane's squares vanish beside others whose squares do not.
  lanes_are_singles(std::vector<clip_norm>{{.most = 1e-30}, {.most = 100}, {.most = 1e-37}, {.most = 1}});
  auto tiny = u;
  for (std::size_t i = 0; i < u.size(); ++i)
    for (std::size_t lane = 0; lane < lanes_of<T>; lane += 2)
      scalar_traits<T>::set(tiny[i], lane,
                            scalar_traits<T>::get(u[i], lane) * std::numeric_limits<L>::min() * 64);
  auto together = tiny;
  const clip_norm bound{.most = 0.5 * static_cast<double>(std::numeric_limits<L>::min() * 64)};
  bound_policy<T>(std::span<const clip_norm>(&bound, 1))(std::span<T>(together));
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    std::vector<L> alone(u.size()), mine(u.size());
    get_lane(tiny, lane, alone);
    get_lane(together, lane, mine);
    CHECK(mine == clipped(bound, alone));
  }
  lanes_are_singles(std::vector<clip_entries>{{.most = 0.5}, {.most = 100}, {.most = 0.1}});
}

TEST_CASE("bounds that are none are refused by name") {
  CHECK_THROWS_WITH_AS(clip_norm{.most = 0}.validate(), "clip_norm: most must be positive, given 0",
                       bad_argument);
  CHECK_THROWS_WITH_AS(clip_entries{.most = -1}.validate(), "clip_entries: most must be positive, given -1",
                       bad_argument);
  CHECK_THROWS_AS(clip_norm{.most = std::nan("")}.validate(), bad_argument);
  // A bound that is zero in the scalar of the run would set every gradient to zero.
  const std::string zero = " must be a number that the scalar of the run can tell from zero, given ";
  CHECK_THROWS_WITH_AS(clip_norm{.most = 1e-50}.validate<float>(),
                       ("clip_norm: most" + zero + "1e-50").c_str(), bad_argument);
  CHECK_THROWS_AS(clip_norm{.most = 1e-42}.validate<float>(), bad_argument);  // flushed to zero in sweeps
  CHECK_THROWS_AS(clip_entries{.most = 1e-50}.validate<float>(), bad_argument);
  CHECK_THROWS_AS(clip_norm{.most = 5e-324}.validate<double>(), bad_argument);
  CHECK_THROWS_AS(clipped<float>(clip_norm{.most = 1e-50}, {3, 4}), bad_argument);
  CHECK_THROWS_AS(clipped<pack<float>>(clip_entries{.most = 1e-50}, {3, 4}), bad_argument);
  CHECK_NOTHROW(clip_norm{.most = 1e-50}.validate<double>());
  CHECK_NOTHROW(clip_norm{.most = 1e-37}.validate<float>());
  CHECK_NOTHROW(clip_norm{.most = HUGE_VAL}.validate<float>());
  using clipping = descent<adam, unconstrained, first_of<step_limit>, constant_rate, clip_norm>;
  CHECK_THROWS_WITH_AS((clipping{.clipping = {.most = 1e-50}}.validate<float>()),
                       doctest::Contains("clip_norm: most"), bad_argument);
  CHECK_NOTHROW((clipping{.clipping = {.most = 1e-50}}.validate<double>()));
  CHECK_THROWS_WITH_AS(
      (descent<adam, bounded_state_matrix>{.constraint = {.bound = 1e-50}}.validate<float>()),
      doctest::Contains("bounded_state_matrix: bound"), bad_argument);
  CHECK_THROWS_WITH_AS((descent<adam, fixed_input_output>{.constraint = {.value = 1e50}}.validate<float>()),
                       doctest::Contains("fixed_input_output: value"), bad_argument);
  CHECK_THROWS_WITH_AS(descent<>{.rate = 1e-50}.validate<float>(), doctest::Contains("descent: rate"),
                       bad_argument);
  CHECK_THROWS_WITH_AS(descent<>{.rate = 1e50}.validate<float>(), doctest::Contains("descent: rate"),
                       bad_argument);
}
