// SPDX-License-Identifier: BSD-3-Clause
// Injection: more sequences with the teacher's labels, nothing else changed.
#include <lssm/objective/gram_factor.hpp>
#include <lssm/poison.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

using clean = training_set<6, gaussian<leading<3>>>;
using noisy = label_noise<clean>;
using one = inject<clean, unit<at<-2>>>;
using two = inject<clean, gaussian<trailing<2>>, unit<at<-1>>>;

// ---------------------------------------------------------------- a poisoned set stays a clean-label set
static_assert(TrainingSet<one> && TrainingSet<two>);
static_assert(CleanLabels<one> && CleanLabels<two>);
static_assert(CleanLabels<inject<one, unit<at<0>>>>);
static_assert(!CleanLabels<inject<noisy, unit<at<-2>>>>);
static_assert(!CleanLabels<label_noise<one>>);
static_assert(TrainingSet<inject<clean>>);
static_assert(!TrainingSet<unit<at<-2>>>);
static_assert(one::known_length == 6 &&
              inject<training_set<dynamic, unit<at<0>>>, unit<at<>>>::known_length == dynamic);

template <class T, class Set>
labelled<T> draw(const Set& set) {
  numpy_legacy stream(17);
  return label<T>(set, theorem1_teacher<5>{}.bind<T>(), stream);
}

bool begins_with(const std::vector<double>& all, const std::vector<double>& start) {
  return all.size() >= start.size() && std::equal(start.begin(), start.end(), all.begin());
}

const clean baseline{.sequences = {.count = 4, .deviation = 0.5}};

}  // namespace

TEST_CASE("special sequences follow the baseline, whose draws they do not change") {
  const auto before = draw<double>(baseline);
  const auto after = draw<double>(one{.set = baseline, .special = {.count = 3, .amplitude = 2}});
  CHECK(after.sequences() == 7);
  CHECK(begins_with(after.x, before.x));
  CHECK(begins_with(after.y, before.y));
  CHECK(after.h_star == before.h_star);
  for (integer n = 4; n < 7; ++n) {
    const auto x = after.input(n);
    CHECK(std::vector<double>(x.begin(), x.end()) == std::vector<double>{0, 0, 0, 0, 2, 0});
    CHECK(after.y[static_cast<std::size_t>(n)] == 2);
  }
}

TEST_CASE("several groups, in the order of the list, drawn from where the baseline ended") {
  const auto data =
      draw<double>(two{.set = baseline, .special = {{.count = 2}, {.count = 1, .amplitude = -1}}});
  CHECK(data.sequences() == 7);
  CHECK(begins_with(data.x, draw<double>(baseline).x));
  numpy_legacy stream(17);
  for (int i = 0; i < 12; ++i) (void)stream.normal();
  for (integer n = 4; n < 6; ++n)
    for (std::size_t k = 0; k < 6; ++k) CHECK(data.input(n)[k] == (k < 4 ? 0.0 : stream.normal()));
  CHECK(data.input(6)[5] == -1);
  CHECK(data.y[6] == doctest::Approx(-5).epsilon(1e-15));
}

TEST_CASE("a count of zero and an empty list are no poison") {
  const auto before = draw<double>(baseline);
  const auto none = draw<double>(one{.set = baseline, .special = {.count = 0}});
  CHECK(none.x == before.x);
  CHECK(none.y == before.y);
  CHECK(draw<double>(inject<clean>{.set = baseline}).x == before.x);
}

TEST_CASE("injected labels are the teacher's, whatever is injected") {
  const auto teacher = theorem1_teacher<5>{}.bind<double>();
  const auto data = draw<double>(inject<two, gaussian<everywhere>>{
      .set = {.set = baseline, .special = {{.count = 2}, {}}}, .special = {.count = 5, .deviation = 10}});
  CHECK(data.sequences() == 12);
  for (integer n = 0; n < 12; ++n) CHECK(data.y[static_cast<std::size_t>(n)] == teacher(data.input(n)));
}

TEST_CASE("noise of the baseline's labels is drawn after the special inputs") {
  const inject<noisy, gaussian<at<-2>>> set{.set = {.set = baseline, .deviation = 0.25},
                                            .special = {.count = 2}};
  const auto data = draw<double>(set);
  CHECK(data.h_star.empty());
  numpy_legacy stream(17);
  for (int i = 0; i < 14; ++i) (void)stream.normal();
  const auto teacher = theorem1_teacher<5>{}.bind<double>();
  for (integer n = 0; n < 6; ++n)
    CHECK(data.y[static_cast<std::size_t>(n)] == teacher(data.input(n)) + 0.25 * stream.normal());
}

TEST_CASE_TEMPLATE("a poison adds a positive semidefinite matrix to N G", T, float, double, reference::wide) {
  const auto before = draw<T>(baseline);
  const auto after =
      draw<T>(two{.set = baseline, .special = {{.count = 3, .deviation = 2}, {.count = 2, .amplitude = 3}}});
  const auto scaled = [](const labelled<T>& data) {
    return weighted_gram(data, [](integer) { return T(1); });
  };
  const auto mine = scaled(before), poisoned = scaled(after);
  // The change is Σ x̃ x̃ᵀ over the special sequences: a sum of squares along every direction.
  const std::size_t n = 6;
  reference::numbers random(3);
  for (int direction = 0; direction < 20; ++direction) {
    const auto v = random.draws<T>(n);
    reference::wide form = 0, squares = 0;
    double size = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        form += reference::wide(v[i]) *
                (reference::wide(poisoned[i * n + j]) - reference::wide(mine[i * n + j])) *
                reference::wide(v[j]);
        size += reference::magnitude(reference::wide(v[i]) * reference::wide(poisoned[i * n + j]) *
                                     reference::wide(v[j]));
      }
    for (integer s = before.sequences(); s < after.sequences(); ++s) {
      reference::wide along = 0;
      for (std::size_t k = 0; k < n; ++k)
        along += reference::wide(v[k]) * reference::wide(after.input(s)[n - 1 - k]);
      squares += along * along;
    }
    CHECK(squares > 0);
    CHECK(reference::epsilons(T(form), squares, size) < 10);
  }
}

TEST_CASE("what is refused, and how it is said") {
  using loose = inject<clean, unit<at<>>>;
  CHECK_NOTHROW(loose{.set = baseline, .special = {.support = {-2}}}.validate());
  CHECK_THROWS_WITH_AS((loose{.set = baseline, .special = {.support = {6}}}.validate()),
                       "unit: support must be inside a sequence of length 6, given entries outside it",
                       bad_argument);
  CHECK_THROWS_WITH_AS((two{.set = baseline, .special = {{.deviation = -2}, {}}}.validate()),
                       "gaussian: deviation must be finite and at least 0, given -2", bad_argument);
  CHECK_THROWS_WITH_AS((one{.set = {.sequences = {.count = 0}}}.validate()),
                       "training_set: count must be at least 1, given 0", bad_argument);
  CHECK(loose{.set = baseline, .special = {.support = {-2}}} ==
        loose{.set = baseline, .special = {.support = {-2}}});
  CHECK_FALSE(loose{.set = baseline, .special = {.support = {-2}}} ==
              loose{.set = baseline, .special = {.support = {-1}}});
}
