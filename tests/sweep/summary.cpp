// SPDX-License-Identifier: BSD-3-Clause
// Tables summed up over seeds, and the bootstrap's interval of a median against its exact distribution.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/sweep/summary.hpp>
using namespace lssm;

TEST_CASE("points stand in the order of the table, with counts, medians and quartiles") {
  csv_table runs({"name", "rate", "seed", "error", "steps"});
  const double inf = HUGE_VAL;
  runs.add("a, b", 0.1, 1, 3.0, 10).add("a, b", 0.1, 2, 1.0, 20).add("plain", 0.1, 1, std::nan(""), 5);
  runs.add("a, b", 0.1, 3, 2.0, 30).add("a, b", 0.2, 1, 7.0, 40).add("a, b", 0.1, 4, 10.0, 40);
  runs.add("plain", 0.1, 2, inf, 7).add("plain", 0.1, 3, 4.0, 9);
  const auto rows = summary_of(runs, {"name", "rate"}, {"error", "steps"});
  REQUIRE(rows.rows() == 3);
  CHECK(rows.cell(0, "name") == "a, b");
  CHECK(rows.cell(1, "name") == "plain");
  CHECK(rows.cell(2, "rate") == "0.2");
  CHECK(rows.column<int>("runs") == std::vector<int>{4, 3, 1});
  CHECK(rows.column<int>("error_runs") == std::vector<int>{4, 2, 1});
  CHECK(rows.column<double>("error_median") == std::vector<double>{2.5, inf, 7});
  CHECK(rows.column<double>("error_lower") == std::vector<double>{1.75, inf, 7});
  CHECK(rows.column<double>("error_upper") == std::vector<double>{4.75, inf, 7});
  CHECK(rows.column<double>("steps_median") == std::vector<double>{25, 7, 40});
  CHECK(rows.column<double>("error_low")[2] == 7);
  CHECK(rows.column<double>("error_high")[2] == 7);
  for (std::size_t r = 0; r < 3; ++r)
    CHECK(rows.column<double>("steps_low")[r] <= rows.column<double>("steps_median")[r]);

  // Infinite numbers, and finite ones whose difference is none.
  CHECK(quantile_of(std::vector<double>{-inf, 0}, 0.5) == -inf);
  CHECK(quantile_of(std::vector<double>{0, inf}, 0.5) == inf);
  CHECK(quantile_of(std::vector<double>{-inf, inf}, 0.5) == -inf);
  CHECK(quantile_of(std::vector<double>{-1.5e308, 1.5e308}, 0.5) == 0);
  const auto ends = bootstrap_interval(std::vector<double>{-inf, 0, inf});
  CHECK(ends[0] == -inf);
  CHECK(ends[1] == inf);

  const auto whole = summary_of(runs, {}, {"steps"});
  REQUIRE(whole.rows() == 1);
  CHECK(whole.column<double>("steps_median")[0] == 15);
  csv_table lost({"error"});
  CHECK(summary_of(lost, {}, {"error"}).rows() == 0);
  lost.add(std::nan(""));
  CHECK(std::isnan(summary_of(lost, {}, {"error"}).column<double>("error_median")[0]));
  CHECK(std::isnan(summary_of(lost, {}, {"error"}).column<double>("error_high")[0]));
}

TEST_CASE("tables that cannot be summed up") {
  csv_table runs({"rate", "error"});
  runs.add(0.1, "none");
  CHECK_THROWS_WITH_AS(summary_of(runs, {"rat"}, {"error"}),
                       "summary_of: columns must be those of the table, given rat", bad_argument);
  CHECK_THROWS_WITH_AS(summary_of(runs, {"rate"}, {}),
                       "summary_of: the columns to sum up must be at least one, given none", bad_argument);
  CHECK_THROWS_AS(summary_of(runs, {"rate"}, {"error"}), bad_file);
  CHECK_THROWS_WITH_AS(summary_of(runs, {"rate"}, {"rate"}, {.confidence = 1}),
                       "bootstrap: confidence must be above 0 and below 1, given 1", bad_argument);
  const std::vector<double> values{1};
  CHECK_THROWS_WITH_AS(bootstrap_interval(values, 0.5, {.resamples = 0}),
                       "bootstrap: resamples must be from 1 to 1000000, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(bootstrap_interval({}), "bootstrap_interval: values must be at least one, given none",
                       bad_argument);
}

TEST_CASE("the bootstrap's interval of a median is that of its exact distribution") {
  // Of an odd n, the drawn median is at most x_(k) where at least (n+1)/2 draws are: a binomial with chance k/n.
  for (const int n : {9, 21, 41}) {
    const auto at_most = [&](int k) {
      const double p = static_cast<double>(k) / n;
      if (k >= n) return 1.0;
      double sum = 0;
      for (int i = (n + 1) / 2; i <= n; ++i)
        sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) +
                        i * std::log(p) + (n - i) * std::log1p(-p));
      return sum;
    };
    std::vector<double> values;  // their own places, in an order of their own
    for (int i = 0; i < n; ++i) values.push_back((i * 5) % n + 1);
    for (const double confidence : {0.5, 0.95}) {
      const auto [low, high] =
          bootstrap_interval(values, 0.5, {.confidence = confidence, .resamples = 40000});
      // Five standard deviations of a chance estimated from the resamples, on either side.
      for (const auto& [found, chance] :
           {std::pair{low, (1 - confidence) / 2}, {high, (1 + confidence) / 2}}) {
        const double margin = 5 * std::sqrt(chance * (1 - chance) / 40000) + 1e-4;
        const int k = static_cast<int>(std::lround(found));
        CHECK(found == k);
        CHECK(at_most(k) >= chance - margin);
        CHECK(at_most(k - 1) <= chance + margin);
      }
      const auto again = bootstrap_interval(values, 0.5, {.confidence = confidence, .resamples = 40000});
      CHECK(again == std::array<double, 2>{low, high});
    }
  }
}
