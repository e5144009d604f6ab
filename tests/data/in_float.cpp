// SPDX-License-Identifier: BSD-3-Clause
// Fills rounded to single precision: the draws of the fill inside, its members and its checks.
#include <doctest/doctest.h>

#include <lssm/data.hpp>

using namespace lssm;

namespace {

using normals = gaussian<leading<2>>;
static_assert(Fill<in_float<normals>>);
static_assert(TrainingSet<training_set<6, in_float<normals>>>);

template <class Set>
labelled<double> labelled_set(const Set& set) {
  const auto teacher = [](std::span<const double> x) { return x[0]; };
  numpy_legacy stream(7);
  return label<double>(set, teacher, stream);
}

}  // namespace

TEST_CASE("values are those of the fill inside, as floats") {
  const training_set<6, normals> plain{.sequences = {.count = 8, .deviation = 0.3}};
  const training_set<6, in_float<normals>> rounded{.sequences = {{.count = 8, .deviation = 0.3}}};
  rounded.validate();
  const auto x = labelled_set(plain).x, y = labelled_set(rounded).x;
  REQUIRE(x.size() == y.size());
  bool any = false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(y[i] == static_cast<double>(static_cast<float>(x[i])));
    any = any || y[i] != x[i];
  }
  CHECK(any);
}

TEST_CASE("given and constant values are rounded, too") {
  numpy_legacy stream(1);
  CHECK(in_float<listed<at<0>>>{{.values = {0.1}}}.draw(stream, 0) == static_cast<double>(0.1F));
  CHECK(in_float<unit<at<-1>>>{{.amplitude = 0.1}}.draw(stream, 0) == static_cast<double>(0.1F));
}

TEST_CASE("members and checks are those of the fill inside") {
  const in_float<gaussian<leading<>>> fill{{.support = {7}, .count = 3}};
  CHECK(fill.count == 3);
  CHECK(fill.support == leading<>{7});
  CHECK_THROWS_WITH(fill.validate(6, 1),
                    "gaussian: support must be inside a sequence of length 6, given entries outside it");
  CHECK(fill == in_float<gaussian<leading<>>>{{.support = {7}, .count = 3}});
  CHECK_FALSE(fill == in_float<gaussian<leading<>>>{{.support = {7}, .count = 4}});
}
