// SPDX-License-Identifier: BSD-3-Clause
// Clipping: bounds that hold, bits that stay below them, and numbers that must not be lost.
#include <algorithm>
#include <lssm/core/pack.hpp>
#include <lssm/train/clipping.hpp>

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
  lanes_are_singles(std::vector<clip_entries>{{.most = 0.5}, {.most = 100}, {.most = 0.1}});
}

TEST_CASE("bounds that are none are refused by name") {
  CHECK_THROWS_WITH_AS(clip_norm{.most = 0}.validate(), "clip_norm: most must be positive, given 0",
                       bad_argument);
  CHECK_THROWS_WITH_AS(clip_entries{.most = -1}.validate(), "clip_entries: most must be positive, given -1",
                       bad_argument);
  CHECK_THROWS_AS(clip_norm{.most = std::nan("")}.validate(), bad_argument);
}
