// SPDX-License-Identifier: BSD-3-Clause
// Axes, grids and lists of points: every combination once, each at an index that never changes.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <lssm/sweep.hpp>
#include <set>

#include "../io/scratch.hpp"

using namespace lssm;

TEST_CASE("values of an axis go from end to end by equal distances or ratios") {
  for (const integer count : {1, 2, 3, 7, 100}) {
    CAPTURE(count);
    const auto linear = linear_values(-0.3, 0.7, count), ratios = logarithmic_values(0.001, 30, count);
    REQUIRE(linear.size() == static_cast<std::size_t>(count));
    REQUIRE(ratios.size() == static_cast<std::size_t>(count));
    CHECK(linear.front() == -0.3);
    CHECK(ratios.front() == 0.001);
    if (count == 1) continue;
    CHECK(linear.back() == 0.7);
    CHECK(ratios.back() == 30);
    const auto n = static_cast<double>(count - 1);
    for (std::size_t i = 1; i < linear.size(); ++i) {
      CHECK(linear[i] - linear[i - 1] == doctest::Approx(1 / n).epsilon(1e-12));
      CHECK(ratios[i] / ratios[i - 1] == doctest::Approx(std::pow(30000, 1 / n)).epsilon(1e-12));
    }
  }
  CHECK(linear_values(0, 20, 21)[7] == 7);
}

TEST_CASE("a grid is every combination once, seeds fastest, then the last axis") {
  const grid g{.axes = {{"a", {1, 2, 3}}, {"b", {10, 20}}, {"c", {0.5}}}, .seeds = {7, 8}};
  g.validate();
  REQUIRE(g.points() == 6);
  std::set<std::vector<double>> seen;
  for (std::size_t p = 0; p < g.points(); ++p) {
    const auto at = g.values(p);
    seen.insert(at);
    const std::size_t first = p / 2 + 1;
    CHECK(at == std::vector<double>{static_cast<double>(first), p % 2 == 0 ? 10.0 : 20.0, 0.5});
  }
  CHECK(seen.size() == 6);
  CHECK(g.names() == std::vector<std::string>{"a", "b", "c"});
  CHECK(grid{}.points() == 1);  // no axis: the one study, with every seed

  const auto names = g.names();
  const sweep_point point{names, g.values(3)};
  CHECK(point["a"] == 2);
  CHECK(point["b"] == 20);
  CHECK(has(bad_argument_of([&] { static_cast<void>(point["d"]); }), "sweep_point: name"));
}

TEST_CASE("what is no sweep is refused") {
  CHECK(has(bad_argument_of([] { linear_values(0, 1, 0); }), "linear_values: count"));
  CHECK(has(bad_argument_of([] { linear_values(0, INFINITY, 2); }), "linear_values: low and high"));
  CHECK(has(bad_argument_of([] { logarithmic_values(0, 1, 2); }), "logarithmic_values: low"));
  CHECK(has(bad_argument_of([] { logarithmic_values(1, NAN, 2); }), "logarithmic_values: high"));
  CHECK(has(bad_argument_of([] { grid{{{"", {1}}}}.validate(); }), "sweep_axis: name"));
  CHECK(has(bad_argument_of([] { grid{{{"a", {}}}}.validate(); }), "sweep_axis: values"));
  CHECK(has(bad_argument_of([] { grid{{{"a", {NAN}}}}.validate(); }), "sweep_axis: values"));
  CHECK(has(bad_argument_of([] { grid{{{"a", {1}}}, {}}.validate(); }), "grid: seeds"));
  const std::vector<double> many(70000, 1.0);
  CHECK(has(bad_argument_of([&] { grid{{{"a", many}, {"b", many}}}.validate(); }), "grid: runs"));
  CHECK(has(bad_argument_of([] { point_list{{"a"}, {{1, 2}}}.validate(); }), "point_list: points"));
  CHECK(has(bad_argument_of([] { point_list{{"a"}, {{INFINITY}}}.validate(); }), "point_list: points"));
  CHECK(has(bad_argument_of([] { consecutive_seeds(0xFFFF'FFFF, 2); }), "consecutive_seeds: count"));
  CHECK(consecutive_seeds(0xFFFF'FFFE, 2) == std::vector<std::uint32_t>{0xFFFF'FFFE, 0xFFFF'FFFF});
}

TEST_CASE("a row has its numbers with all digits, and text in quotes where it needs them") {
  sweep_row row;
  row.add(status::target_reached, 0.1, 0.1f, 3).add("a,b").add(std::string("q\"q"));
  CHECK(row.text() == "target_reached,0.1,0.1,3,\"a,b\",\"q\"\"q\"");
  CHECK(row.cells() == 6);
  CHECK(has(bad_argument_of([&] { row.add("two\nlines"); }), "sweep_row: text"));
  sweep_row others;
  others.add('c', std::filesystem::path("a,b"), std::uint8_t{65}, std::string_view("v"));
  CHECK(others.text() == "c,\"a,b\",65,v");
  const char* nothing = nullptr;
  CHECK(has(bad_argument_of([&] { others.add(nothing); }), "given a null pointer"));
}
