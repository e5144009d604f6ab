// SPDX-License-Identifier: BSD-3-Clause
// Medians over seeds, some of which have no finite error.
#include <doctest/doctest.h>

#include <lssm/attack/report.hpp>
#include <lssm/attack/statistics.hpp>

using namespace lssm;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
std::vector<double> up_to(int n) {
  std::vector<double> x;
  for (int i = n; i > 0; --i) x.push_back(i);
  return x;
}
}  // namespace

TEST_CASE("quantiles lie between order statistics; a stalled victim is infinite") {
  CHECK(quantile_of(up_to(5), 0.5) == 3);
  CHECK(quantile_of(up_to(4), 0.5) == 2.5);
  CHECK(quantile_of(up_to(5), 0) == 1);
  CHECK(quantile_of(up_to(5), 1) == 5);
  CHECK(quantile_of(up_to(4), 0.25) == 1.75);
  CHECK(quantile_of(std::vector<double>{1, infinity, 2.}, 0.5) == 2);
  CHECK(quantile_of(std::vector<double>{1, infinity, infinity}, 0.5) == infinity);
  CHECK(quantile_of(std::vector<double>{1, infinity}, 0.5) == infinity);
  CHECK(quantile_of(std::vector<double>{infinity, infinity}, 0.5) == infinity);
  CHECK_THROWS_WITH_AS(quantile_of(std::vector<double>{}, 0.5), doctest::Contains("values"), bad_argument);
  CHECK_THROWS_WITH_AS(quantile_of(up_to(2), 1.5), doctest::Contains("p"), bad_argument);
  CHECK_THROWS_WITH_AS(quantile_of(std::vector<double>{1, NAN}, 0.5), doctest::Contains("values"),
                       bad_argument);
}

TEST_CASE("intervals of the median are the order statistics of the binomial law") {
  // Of tables of the sign test: n, k of x_(k) and x_(n+1-k).
  for (const auto& of : {std::pair{6, 1}, {8, 1}, {9, 2}, {12, 3}, {20, 6}, {24, 7}, {40, 14}, {48, 17}}) {
    const int n = of.first, k = of.second;
    CAPTURE(n);
    const auto [low, high] = median_interval(up_to(n));
    CHECK(low == k);
    CHECK(high == n + 1 - k);
  }
  CHECK(median_interval(up_to(5)) == std::array<double, 2>{1, 5});
  CHECK(median_interval(up_to(1)) == std::array<double, 2>{1, 1});
  std::vector<double> some = up_to(40);
  std::fill_n(some.begin(), 14, infinity);
  CHECK(median_interval(some)[1] == infinity);
  // Of many values the law of their number is nearly normal: k = n/2 - 1.96 sqrt(n) / 2.
  const auto many = median_interval(up_to(200'000));
  CHECK(many[0] == doctest::Approx(100'000 - 1.959964 * std::sqrt(200'000.) / 2).epsilon(2e-5));
  CHECK(many[0] + many[1] == 200'001);
  CHECK_THROWS_AS(median_interval(std::vector<double>{}), bad_argument);
  CHECK_THROWS_WITH_AS(median_interval(std::vector<double>{1, 2, NAN, 3, 4, 5, 6}),
                       doctest::Contains("median_interval: values"), bad_argument);
}

TEST_CASE("ratios are of pairs, and two that stall are a tie") {
  CHECK(paired_ratios(std::vector<double>{4., 1, infinity, infinity, 0},
                      std::vector<double>{2., 4, infinity, 1, 0}) ==
        std::vector<double>{2, 0.25, 1, infinity, 1});
  CHECK(paired_ratios(std::vector<double>{1.}, std::vector<double>{infinity}) == std::vector<double>{0.});
  CHECK_THROWS_WITH_AS(paired_ratios(std::vector<double>{1.}, std::vector<double>{}), doctest::Contains("a"),
                       bad_argument);
}

TEST_CASE("errors of victims: median, quartiles, interval") {
  const auto e = victim_errors::of({3, 1, infinity, 2, 5, 4, 6}, 1 / 7.);
  CHECK(e.median == 4);
  CHECK(e.quartiles == std::array<double, 2>{2.5, 5.5});
  CHECK(e.interval == std::array<double, 2>{1, infinity});
  CHECK(e.each[2] == infinity);
}
