// SPDX-License-Identifier: BSD-3-Clause
// The area under a ROC is a count of pairs; intervals and thresholds keep what they promise, by sums of plain binomials.
#include <lssm/defence/roc.hpp>

#include <doctest/doctest.h>

#include <lssm/core/random.hpp>

using namespace lssm;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

double pairs(const std::vector<double>& clean, const std::vector<double>& bad) {
  double sum = 0;
  for (const double c : clean)
    for (const double b : bad) sum += b > c ? 1 : b == c ? 0.5 : 0;
  return sum / static_cast<double>(clean.size() * bad.size());
}
/// By Pascal's triangle, in long double.
long double at_most(integer most, integer trials, long double p) {
  std::vector<long double> chance{1};
  for (integer t = 0; t < trials; ++t) {
    chance.push_back(0);
    for (std::size_t i = chance.size() - 1; i > 0; --i) chance[i] = chance[i] * (1 - p) + chance[i - 1] * p;
    chance[0] *= 1 - p;
  }
  long double sum = 0;
  for (integer i = 0; i <= std::min(most, trials); ++i) sum += chance[static_cast<std::size_t>(i)];
  return sum;
}

}  // namespace

TEST_CASE("the area under a ROC is the share of pairs in order, ties by half") {
  numpy_legacy draws(3);
  for (const std::size_t n : {1U, 2U, 17U, 80U})
    for (const double step : {0.0, 1.0, 0.25}) {  // 0: no rounding, others: many ties
      std::vector<double> clean, bad;
      const auto rounded = [&](double x) { return step > 0 ? step * std::round(x / step) : x; };
      for (std::size_t i = 0; i < n; ++i) clean.push_back(rounded(draws.normal()));
      for (std::size_t i = 0; i < n + 3; ++i) bad.push_back(rounded(draws.normal() + 0.7));
      CHECK(area_under_roc(clean, bad) == doctest::Approx(pairs(clean, bad)).epsilon(1e-12));
      CHECK(area_under_roc(bad, clean) == doctest::Approx(1 - pairs(clean, bad)).epsilon(1e-12));
      clean.push_back(-inf);
      bad.push_back(inf);
      bad.push_back(-inf);
      CHECK(area_under_roc(clean, bad) == doctest::Approx(pairs(clean, bad)).epsilon(1e-12));
      double share = 0;
      for (const roc_point& p : roc(clean, bad)) {
        CHECK(p.false_share >= share);
        share = p.false_share;
      }
      CHECK(share == 1);
    }
}

TEST_CASE("binomial sums agree with Pascal's triangle") {
  for (const integer n : {1, 2, 10, 300})
    for (const double p : {1e-3, 0.1, 0.5, 0.97})
      for (const integer k : {integer{0}, n / 3, n - 1, n})
        CHECK(binomial_cdf(k, n, p) == doctest::Approx(static_cast<double>(at_most(k, n, p))).epsilon(1e-9));
  CHECK(binomial_cdf(-1, 5, 0.5) == 0);
  CHECK(binomial_cdf(3, 5, 1) == 0);
  CHECK(binomial_cdf(3, 5, 0) == 1);
}

TEST_CASE("an exact interval has the tails it promises") {
  for (const integer n : {1, 7, 40, 300})
    for (const integer k : {integer{0}, integer{1}, n / 2, n}) {
      const share_interval share = exact_interval(k, n, 0.9);
      const auto [low, high] = share;
      CHECK(low <= high);
      if (k > 0)
        CHECK(static_cast<double>(1 - at_most(k - 1, n, low)) == doctest::Approx(0.05).epsilon(1e-8));
      if (k < n) CHECK(static_cast<double>(at_most(k, n, high)) == doctest::Approx(0.05).epsilon(1e-8));
    }
  CHECK(exact_interval(0, 10).low == 0);
  CHECK(exact_interval(10, 10).high == 1);
  CHECK(exact_interval(0, 10).high == doctest::Approx(1 - std::pow(0.025, 0.1)));
}

TEST_CASE("a calibrated threshold is the least rank with its confidence") {
  for (const integer n : {29, 59, 200}) {
    std::vector<double> clean;
    for (integer i = n; i > 0; --i) clean.push_back(static_cast<double>(i));  // scores are ranks
    for (const double rate : {0.1, 0.3}) {
      const auto k = static_cast<integer>(calibrated_threshold(clean, rate, 0.95));
      CHECK(at_most(k - 1, n, 1 - rate) >= 0.95L - 1e-12L);
      CHECK(at_most(k - 2, n, 1 - rate) < 0.95L);
    }
  }
}

TEST_CASE("scores that promise nothing are refused") {
  const std::vector<double> few(28, 1.0), none, wrong{0, std::nan("")};
  CHECK_THROWS_WITH_AS(
      calibrated_threshold(few, 0.1),
      "calibrated_threshold: the clean scores must be enough for this rate and confidence: 29, given 28",
      bad_argument);
  CHECK_THROWS_WITH_AS(calibrated_threshold(few, 1e-20), doctest::Contains("confidence: 2.9957322735539"),
                       bad_argument);
  CHECK_THROWS_AS(area_under_roc(none, few), bad_argument);
  CHECK_THROWS_AS(roc(few, wrong), bad_argument);
  CHECK_THROWS_AS(exact_interval(3, 2), bad_argument);
}
