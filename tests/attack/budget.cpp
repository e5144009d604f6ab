// SPDX-License-Identifier: BSD-3-Clause
// What a budget allows: energy, rank, support and amplitude of every poison, and budgets that cannot be.
#include <doctest/doctest.h>

#include <lssm/attack/budget.hpp>
#include <lssm/core/philox.hpp>

using namespace lssm;

namespace {

using numbers = std::vector<double>;

numbers drawn(integer n, std::uint32_t seed) {
  const keyed_stream draws(seed);
  numbers c;
  for (integer i = 0; i < n; ++i) c.push_back(draws.normal_at(static_cast<std::uint64_t>(i)));
  return c;
}
double energy_of(const numbers& x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return sum;
}
/// The rank of rows (n, width), by elimination with full pivots.
integer rank_of(numbers x, std::size_t width) {
  integer rank = 0;
  for (;; ++rank) {
    const auto most =
        std::max_element(x.begin(), x.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    if (std::abs(*most) < 1e-10) return rank;
    const std::size_t at = static_cast<std::size_t>(most - x.begin()), row = at / width, column = at % width;
    const numbers pivot(x.begin() + static_cast<integer>(row * width),
                        x.begin() + static_cast<integer>((row + 1) * width));
    for (std::size_t i = 0; i < x.size() / width; ++i) {
      const double by = x[i * width + column] / pivot[column];
      for (std::size_t j = 0; j < width; ++j) x[i * width + j] -= by * pivot[j];
      x[i * width + column] = 0;
    }
  }
}
void refused(const poison_budget& b, const char* member) {
  CAPTURE(member);
  CHECK_THROWS_WITH_AS(b.validate(6, 2, 8),
                       doctest::Contains((std::string("poison_budget: ") + member).c_str()), bad_argument);
}

}  // namespace

TEST_CASE("a poison has the energy, the rank and the support of its budget") {
  for (const integer kappa : {1, 2, 6})
    for (const integer channels : {1, 2})
      for (const integer rank : {1, 2, 3})
        for (const double energy : {0.0, 1e-8, 0.1, 1e6})
          for (const bool hidden : {false, true})
            for (const bool tail : {false, true}) {
              if (rank > (tail ? 1 : kappa) * channels) continue;
              poison_budget b{.energy = energy, .sequences = rank + 3, .rank = rank, .hidden = hidden};
              if (tail) b.support = {-1};
              b.validate(kappa, channels, 8);
              const poison_inputs by = b.of(drawn(b.entries(kappa, channels), 3), kappa, channels);
              const numbers& x = hidden ? by.altered : by.added;
              CHECK((hidden ? by.added : by.altered).empty());
              CHECK(by.touched == (hidden ? rank + 3 : 0));
              const std::size_t row = static_cast<std::size_t>(kappa * channels);
              REQUIRE(x.size() == static_cast<std::size_t>(rank + 3) * row);
              CHECK(energy_of(x) == doctest::Approx(energy).epsilon(1e-14));
              if (energy >= 0.1) CHECK(rank_of(x, row) == rank);
              for (std::size_t i = 0; tail && i < x.size(); ++i)
                if (i % row < row - static_cast<std::size_t>(channels)) CHECK(x[i] == 0);
            }
}

TEST_CASE("the Gram matrix of what is added depends on directions, not on how many sequences share them") {
  const numbers c = drawn(12, 5);
  const auto gram = [&](integer sequences) {
    const poison_budget b{.energy = 2, .sequences = sequences, .rank = 2};
    const numbers x = b.of(c, 6, 1).added;
    numbers g(36, 0);
    for (std::size_t n = 0; n < x.size(); n += 6)
      for (std::size_t i = 0; i < 36; ++i) g[i] += x[n + i / 6] * x[n + i % 6];
    return g;
  };
  const numbers two = gram(2), nine = gram(9);
  for (std::size_t i = 0; i < 36; ++i) CHECK(nine[i] == doctest::Approx(two[i]).epsilon(1e-13));
}

TEST_CASE("the scale of free numbers does not matter, and no number is above the amplitude") {
  poison_budget b{.energy = 1, .sequences = 4, .rank = 2};
  numbers c = drawn(12, 8);
  const poison_inputs by = b.of(c, 6, 1);
  for (double& x : c) x *= 1024;
  CHECK(b.of(c, 6, 1) == by);
  for (double& x : c) x *= 1e200;
  const poison_inputs large = b.of(c, 6, 1);
  for (std::size_t i = 0; i < by.added.size(); ++i)
    CHECK(large.added[i] == doctest::Approx(by.added[i]).epsilon(1e-14));
  b.amplitude = 0.1;
  double most = 0;
  for (const double x : b.of(c, 6, 1).added) most = std::max(most, std::abs(x));
  CHECK(most == 0.1);
  for (const double x : b.of(numbers(12, 0), 6, 1).added) CHECK(x == 0);
  CHECK_THROWS_WITH_AS(b.of(numbers(11, 1), 6, 1), doctest::Contains("poison_budget: c"), bad_argument);
}

TEST_CASE("the scale of free numbers does not matter at either end of the range") {
  const poison_budget b{.energy = 1, .sequences = 4, .rank = 2};
  const numbers c = drawn(12, 8), plain = b.of(c, 6, 1).added;
  for (const int power : {-1070, -1030, -700, 700, 1020}) {
    numbers scaled = c;
    for (double& x : scaled) x = std::scalbn(x, power);
    const numbers x = b.of(scaled, 6, 1).added;
    const double digits = power < -1022 ? std::scalbn(1.0, -1074 - power) : 1e-14;  // subnormals have few
    CHECK(energy_of(x) == doctest::Approx(1).epsilon(1e-14));
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(x[i] - plain[i]) <= 4 * digits);
  }
  const poison_budget large{.energy = 1e300, .sequences = 1};
  CHECK(large.of(numbers{0, 0, 1e-200, 0, 0, 0}, 6, 1).added == numbers{0, 0, 1e150, 0, 0, 0});
}

TEST_CASE("no poison is made of a budget that cannot be, nor of numbers that are none") {
  const auto throws = [](const poison_budget& b, integer kappa, integer channels, const char* what) {
    CAPTURE(what);
    const std::string message = std::string("poison_budget: ") + what;
    const auto same = doctest::Contains(message.c_str());
    CHECK_THROWS_WITH_AS(b.of(numbers(1, 1), kappa, channels), same, bad_argument);
    CHECK_THROWS_WITH_AS(b.entries(kappa, channels), same, bad_argument);
    CHECK_THROWS_WITH_AS(lag_direction(b, kappa, channels, 0), same, bad_argument);
    CHECK_THROWS_WITH_AS(ones_direction(b, kappa, channels), same, bad_argument);
  };
  throws({.support = {-7}}, 6, 1, "support");
  throws({.support = {8}}, 6, 1, "support");
  throws({.rank = 0}, 6, 1, "rank");
  throws({.rank = -1}, 6, 1, "rank");
  throws({.sequences = -1}, 6, 1, "sequences");
  throws({.amplitude = -1}, 6, 1, "amplitude");
  throws({.padding = -1}, 6, 1, "padding");
  throws({}, 0, 1, "length and channels");
  throws({}, -6, -1, "length and channels");
  for (const double x : {std::nan(""), HUGE_VAL})
    CHECK_THROWS_WITH_AS(poison_budget{}.of(numbers{0, 0, 1, x, 0, 0}, 6, 1),
                         doctest::Contains("c must be finite"), bad_argument);
}

TEST_CASE("padding adds sequences of zeros, beside what is hidden too") {
  const poison_budget added{.sequences = 2, .padding = 3},
      hidden{.sequences = 2, .hidden = true, .padding = 3};
  const numbers x = added.of(drawn(6, 2), 6, 1).added;
  CHECK(x.size() == 30);
  CHECK(energy_of({x.begin() + 12, x.end()}) == 0);
  CHECK(hidden.of(drawn(6, 2), 6, 1).added == numbers(18, 0));
}

TEST_CASE("directions by name") {
  poison_budget b{.energy = 4, .sequences = 3, .rank = 3};
  const numbers paper = b.of(lag_direction(b, 6, 1, 1), 6, 1).added;
  CHECK(paper == numbers{0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const numbers ones = b.of(ones_direction(b, 6, 1), 6, 1).added;
  for (std::size_t i = 0; i < 18; ++i) CHECK(ones[i] == doctest::Approx(i < 6 ? 2 / std::sqrt(6.0) : 0));
  b = {.energy = 1, .sequences = 1, .support = {-1, 2}};
  CHECK(b.of(lag_direction(b, 6, 1, 0), 6, 1).added == numbers{0, 0, 0, 0, 0, 1});
  CHECK(b.of(lag_direction(b, 6, 1, 3), 6, 1).added == numbers{0, 0, 1, 0, 0, 0});
  CHECK_THROWS_WITH_AS(lag_direction(b, 6, 1, 1), doctest::Contains("lag_direction: lag"), bad_argument);
  CHECK_THROWS_WITH_AS(lag_direction({}, 6, 1, 6), doctest::Contains("lag_direction: lag"), bad_argument);
  CHECK_THROWS_WITH_AS(lag_direction({}, 6, 1, -1), doctest::Contains("lag_direction: lag"), bad_argument);
}

TEST_CASE("budgets that cannot be are refused by name") {
  poison_budget{}.validate(6, 2, 0);
  refused({.energy = -0.1}, "energy");
  refused({.energy = NAN}, "energy");
  refused({.energy = HUGE_VAL}, "energy");
  refused({.sequences = 0}, "sequences");
  refused({.sequences = 2, .rank = 3}, "sequences");
  refused({.sequences = 9, .hidden = true}, "sequences");
  refused({.rank = 0}, "rank");
  refused({.sequences = 20, .rank = 13}, "rank");
  refused({.sequences = 20, .rank = 3, .support = {0}}, "rank");
  refused({.support = {6}}, "support");
  refused({.support = {-7}}, "support");
  refused({.support = {1, 1}}, "support");
  refused({.support = {-1, 5}}, "support");
  refused({.amplitude = 0}, "amplitude");
  refused({.amplitude = -1}, "amplitude");
  refused({.amplitude = NAN}, "amplitude");
  refused({.padding = -1}, "padding");
  refused({.sequences = std::numeric_limits<integer>::max() / 4}, "sequences");
}
