// SPDX-License-Identifier: BSD-3-Clause
// `parts`: lanes, leaves and equality follow from one list of names.
#include <doctest/doctest.h>

#include <lssm/core.hpp>
#include <lssm/core/pack.hpp>
#include <string>
#include <vector>

using namespace lssm;

namespace {

template <class T>
struct inner {
  T time{};
  vec<T, 2> pair{};
  static constexpr auto parts(auto& s) { return std::tuple(part("time", s.time), part("pair", s.pair)); }
};

template <class T>
struct state {
  vec<T> a;
  inner<T> in;
  std::vector<inner<T>> many;
  static constexpr auto parts(auto& s) {
    return std::tuple(part("a", s.a), part("in", s.in), part("many", s.many));
  }
};

struct no_parts {
  double a;
};
static_assert(HasParts<state<double>> && HasParts<inner<pack<float>>> && HasParts<const inner<double>>);
static_assert(!HasParts<no_parts> && !HasParts<double> && !HasParts<std::vector<double>>);

template <class T>
state<T> filled(T offset) {
  const auto n = [&](int k) { return offset + T(static_cast<lane_of<T>>(k)); };
  return {{n(1), n(2), n(3)}, {n(4), {n(5), n(6)}}, {{n(7), {n(8), n(9)}}, {n(10), {n(11), n(12)}}}};
}

}  // namespace

TEST_CASE("leaves come in the order of their names, joined by dots") {
  auto s = filled(0.0);
  std::vector<std::string> paths;
  std::vector<double> values;
  for_each_leaf(s, [&](const std::string& path, std::span<double> leaf) {
    paths.push_back(path);
    values.insert(values.end(), leaf.begin(), leaf.end());
    for (double& x : leaf) x = -x;
  });
  CHECK(paths == std::vector<std::string>{"a", "in.time", "in.pair", "many.0.time", "many.0.pair",
                                          "many.1.time", "many.1.pair"});
  CHECK(values == std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  CHECK(s.many[1].pair[1] == -12);

  const auto& constant = s;
  std::size_t leaves = 0;
  for_each_leaf(constant, [&](const std::string&, std::span<const double>) { ++leaves; });
  CHECK(leaves == 7);
}

TEST_CASE_TEMPLATE("lanes are scattered and gathered", L, float, double) {
  using P = pack<L>;
  state<P> packed = filled(P(L(0)));
  for (std::size_t i = 0; i < lanes_of<P>; ++i) set_lane(packed, i, filled(static_cast<L>(100 * i)));
  for (std::size_t i = 0; i < lanes_of<P>; ++i) {
    state<L> single = filled(L(-1));
    get_lane(packed, i, single);
    CHECK(equal_parts(single, filled(static_cast<L>(100 * i))));
  }
  set_lane(packed, 0, filled(L(5)));  // refilling one lane leaves the others alone
  for (std::size_t i = 1; i < lanes_of<P>; ++i)
    CHECK(scalar_traits<P>::get(packed.many[1].time, i) == static_cast<L>(100 * i + 10));
  CHECK(scalar_traits<P>::get(packed.many[1].time, 0) == 15);
}

TEST_CASE("a single number is its own lane") {
  state<double> target = filled(0.0);
  set_lane(target, 0, filled(3.0));
  CHECK(equal_parts(target, filled(3.0)));
}

TEST_CASE("equality sees every leaf and every size") {
  const auto s = filled(0.0);
  CHECK(equal_parts(s, s));
  auto t = s;
  t.many[1].pair[1] += 1;
  CHECK_FALSE(equal_parts(s, t));
  t = s;
  t.a.pop_back();
  CHECK_FALSE(equal_parts(s, t));
  t = s;
  t.in.time = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(equal_parts(t, t));
}
