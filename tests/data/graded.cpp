// SPDX-License-Identifier: BSD-3-Clause
// Fills whose deviations fall: both ends of the walk, what lies between, and what is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <lssm/data.hpp>
#include <string>

using namespace lssm;

namespace {

static_assert(Fill<graded<>> && Fill<in_float<graded<6, 2>>>);

template <class Set>
std::vector<double> inputs_of(const Set& set, std::uint32_t seed = 7) {
  set.validate();
  const auto teacher = [](std::span<const double> x) { return x[0]; };
  numpy_legacy stream(seed);
  return label<double>(set, teacher, stream).x;
}
template <class Set>
std::string refusal(const Set& set) {
  try {
    set.validate();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("ratio 0 has the numbers of normals on the first entries, ratio 1 those of normals everywhere") {
  for (const integer flat : {1, 2, 5, 6}) {
    training_set<6, graded<6>> walk{.sequences = {.count = 4, .flat = flat, .ratio = 0, .deviation = 0.7}};
    const training_set<6, gaussian<leading<>>> few{.sequences = {{flat}, 4, 0.7}};
    CHECK(inputs_of(walk) == inputs_of(few));
    walk.sequences.ratio = 1;
    const training_set<6, gaussian<everywhere>> all{.sequences = {.count = 4, .deviation = 0.7}};
    CHECK(inputs_of(walk) == inputs_of(all));
  }
}

TEST_CASE("between them each entry is a normal times its power of the ratio, in every channel and sequence") {
  const double ratio = 0.25;  // its powers are exact
  const training_set<5, graded<4, 2>, 2> walk{.sequences = {.count = 3, .flat = 2, .ratio = ratio}};
  const training_set<5, gaussian<leading<4>>, 2> full{.sequences = {.count = 3}};
  const auto x = inputs_of(walk), z = inputs_of(full);
  REQUIRE(x.size() == 30);
  const double falls[] = {1, 1, ratio, ratio * ratio, 0};
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i] == falls[i / 2 % 5] * z[i]);
}

TEST_CASE("the mean Gram matrix is diagonal and falls towards short lags") {
  const integer n = 20'000;
  const training_set<3, graded<3>> walk{.sequences = {.count = n, .ratio = 0.5, .deviation = 2}};
  const auto x = inputs_of(walk);
  const double expected[] = {4, 1, 0.25};  // of the entries in time order: the longest lag first
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double mean = 0;
      for (std::size_t s = 0; s < x.size(); s += 3) mean += x[s + i] * x[s + j] / static_cast<double>(n);
      // Five standard deviations of the mean of products of normals.
      const double spread = std::sqrt(expected[i] * expected[j] * (i == j ? 2 : 1) / static_cast<double>(n));
      CHECK(std::abs(mean - (i == j ? expected[i] : 0)) < 5 * spread);
    }
}

TEST_CASE("what does not fit is refused by name") {
  using set = training_set<6, graded<>>;
  CHECK(refusal(set{.sequences = {.support = {6}, .flat = 0}}).starts_with("graded: flat must be from 1 to"));
  CHECK(refusal(set{.sequences = {.support = {3}, .flat = 4}}).starts_with("graded: flat"));
  CHECK(refusal(set{.sequences = {.support = {7}}}).starts_with("graded: support"));
  CHECK(refusal(set{}).starts_with("graded: support"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double ratio : {-0.1, 1.1, nan})
    CHECK(refusal(set{.sequences = {.support = {6}, .ratio = ratio}}).starts_with("graded: ratio"));
  CHECK(refusal(set{.sequences = {.support = {6}, .deviation = -1}}).starts_with("graded: deviation"));
  CHECK(refusal(training_set<6, graded<6>, 2>{}).starts_with("graded: channels"));
}
