// SPDX-License-Identifier: BSD-3-Clause
// Supports: which entries they hold, counted from the front or from the end, and whether they fit.
#include <doctest/doctest.h>

#include <lssm/data.hpp>

using namespace lssm;

namespace {

/// The entries of a sequence of length kappa that are in the support, as 0 and 1.
template <class S>
std::vector<int> entries(const S& support, integer kappa) {
  std::vector<int> out;
  for (integer k = 0; k < kappa; ++k) out.push_back(support.contains(k, kappa) ? 1 : 0);
  return out;
}

using list = std::vector<int>;

struct odd_entries {
  bool contains(integer k, integer) const { return k % 2 == 1; }
  bool fits(integer) const { return true; }
};
struct endless {
  bool contains(integer, integer) const { return true; }
};

// ---------------------------------------------------------------- Support
static_assert(Support<at<0>>);
static_assert(Support<at<>>);
static_assert(Support<leading<3>>);
static_assert(Support<trailing<>>);
static_assert(Support<everywhere>);
static_assert(Support<odd_entries>);
static_assert(!Support<endless>);
static_assert(!Support<unit<at<0>>>);
static_assert(!Support<int>);

static_assert(std::is_empty_v<at<-2>> && std::is_empty_v<leading<3>> && std::is_empty_v<everywhere>);
static_assert(at<-2>{}.contains(5, 7) && !at<-2>{}.contains(6, 7));

}  // namespace

TEST_CASE("one entry, from the front or from the end") {
  CHECK(entries(at<0>{}, 4) == list{1, 0, 0, 0});
  CHECK(entries(at<2>{}, 4) == list{0, 0, 1, 0});
  CHECK(entries(at<-1>{}, 4) == list{0, 0, 0, 1});
  CHECK(entries(at<-4>{}, 4) == list{1, 0, 0, 0});
  for (integer i = -5; i < 5; ++i) CHECK(entries(at<>{i}, 5) == entries(at<>{i < 0 ? i + 5 : i}, 5));
}

TEST_CASE("several entries") {
  CHECK(entries(leading<2>{}, 5) == list{1, 1, 0, 0, 0});
  CHECK(entries(trailing<2>{}, 5) == list{0, 0, 0, 1, 1});
  CHECK(entries(everywhere{}, 3) == list{1, 1, 1});
  for (integer k = 1; k <= 6; ++k) {
    auto front = entries(leading<>{k}, 6);
    const auto back = entries(trailing<>{k}, 6);
    std::reverse(front.begin(), front.end());
    CHECK(front == back);
  }
}

TEST_CASE("what fits a sequence") {
  for (integer kappa = 2; kappa < 6; ++kappa) {
    for (integer i = -8; i < 8; ++i) {
      const list hit = entries(at<>{i}, kappa);
      CHECK(at<>{i}.fits(kappa) == (std::count(hit.begin(), hit.end(), 1) == 1));
    }
    for (integer k = -1; k < 8; ++k) {
      CHECK(leading<>{k}.fits(kappa) == (k >= 1 && k <= kappa));
      CHECK(trailing<>{k}.fits(kappa) == (k >= 1 && k <= kappa));
    }
    CHECK(everywhere{}.fits(kappa));
  }
}

TEST_CASE("a static position or count refuses another value, and equality compares numbers") {
  CHECK_THROWS_AS((void)at<3>{static_cast<integer>(2)}, bad_argument);
  CHECK_THROWS_AS((void)leading<3>{static_cast<integer>(2)}, bad_argument);
  CHECK_NOTHROW((void)at<3>{static_cast<integer>(3)});
  CHECK(at<>{2} == at<>{2});
  CHECK_FALSE(at<>{2} == at<>{-2});
  CHECK_FALSE(trailing<>{2} == trailing<>{1});
}
