// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of data accept and what they refuse: member by member, so that messages can name the one that lacks.
#include <doctest/doctest.h>

#include <lssm/data.hpp>
#include <lssm/lssm.hpp>

using namespace lssm;

namespace {

struct no_support {
  integer count = 1;
  static double draw(auto&, integer) { return 0; }
  static void validate(integer, integer) {}
};
struct no_count {
  at<0> support{};
  static double draw(auto&, integer) { return 0; }
  static void validate(integer, integer) {}
};
struct no_draw {
  at<0> support{};
  integer count = 1;
  static void validate(integer, integer) {}
};
struct no_validate {
  at<0> support{};
  integer count = 1;
  static double draw(auto&, integer) { return 0; }
};

static_assert(Fill<unit<at<0>>> && Fill<gaussian<leading<2>>> && Fill<in_float<gaussian<everywhere>>>);
static_assert(!HasSupport<no_support> && HasCount<no_support> && HasDraw<no_support> &&
              HasValidate<no_support>);
static_assert(HasSupport<no_count> && !HasCount<no_count> && HasDraw<no_count> && HasValidate<no_count>);
static_assert(HasSupport<no_draw> && HasCount<no_draw> && !HasDraw<no_draw> && HasValidate<no_draw>);
static_assert(HasSupport<no_validate> && HasCount<no_validate> && HasDraw<no_validate> &&
              !HasValidate<no_validate>);
static_assert(!Fill<no_support> && !Fill<no_count> && !Fill<no_draw> && !Fill<no_validate>);

using answering_every_step = given_deep<deep<ssm<real_diagonal<2>>>>;
using with_a_network = given_network<real_diagonal<1>, sequential<dense<3>, relu, dense<1>>>;

static_assert(LabelsLastOutput<theorem1_teacher<10>> && MeasurableTeacher<theorem1_teacher<10>>);
static_assert(LabelsLastOutput<with_a_network> && !MeasurableTeacher<with_a_network>);
static_assert(
    std::is_same_v<decltype(with_a_network{}.bind<double>()),
                   bound_network_teacher<double, real_diagonal<1>, sequential<dense<3>, relu, dense<1>>>>);
static_assert(LabelsSequences<answering_every_step> && !LabelsSequences<theorem1_teacher<10>>);
static_assert(AnswersSequences<decltype(answering_every_step{}.bind<double>()), double>);
static_assert(!AnswersSequences<decltype(theorem1_teacher<10>{}.bind<double>()), double>);
static_assert(!TeacherRole<real_diagonal<2>> && !TeacherRole<int>);

}  // namespace

TEST_CASE("the concepts of data") {
  CHECK_THROWS_AS((unit<at<>>{.support = {7}}.validate(7, 1)), bad_argument);
  CHECK_NOTHROW((unit<at<>>{.support = {6}}.validate(7, 1)));
}

TEST_CASE("a number that was left out is refused, by name, where it matters") {
  const auto said = [](auto f) {
    try {
      f();
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string("nothing was refused");
  };
  const std::string support = " support must be one with a position, as at<>{-2}, given none";
  CHECK(said([] { unit<at<>>{}.validate(7, 1); }) == "unit:" + support);
  CHECK(said([] { gaussian<at<>>{}.validate(7, 1); }) == "gaussian:" + support);
  CHECK(said([] { listed<at<>>{.values = {1}}.validate(7, 1); }) == "listed:" + support);
  CHECK(said([] { in_float<unit<at<>>>{}.validate(7, 1); }) == "unit:" + support);
  const std::string outside = " support must be inside a sequence of length 7, given entries outside it";
  CHECK(said([] { unit<leading<>>{}.validate(7, 1); }) == "unit:" + outside);
  CHECK(said([] { gaussian<trailing<>>{}.validate(7, 1); }) == "gaussian:" + outside);
  CHECK(said([] { training_set<7, unit<at<>>>{}.validate(); }) == "unit:" + support);
  CHECK(said([] { inject<training_set<7, unit<at<0>>>, unit<at<>>>{}.validate(); }) == "unit:" + support);
  CHECK(said([] { inject<training_set<7, unit<at<0>>>, unit<at<>>>{.special = {.count = 0}}.validate(); }) ==
        "nothing was refused");
  CHECK(said([] { unit<at<>>{.support = {0}}.validate(7, 1); }) == "nothing was refused");
  for (integer k = -3; k < 3; ++k) CHECK_FALSE(at<>{}.contains(k, 3));
  CHECK(at<>{} == at<>{});
  CHECK_FALSE(at<>{} == at<>{0});

  CHECK(said([] { given<real_diagonal<2>>{}.validate(); }) ==
        "given: a must be given: its numbers stand in `values`, given none");
  CHECK(said([] { given<real_diagonal<>>{.structure = {3}}.validate(); }) ==
        "given: a must be given: its numbers stand in `values`, given none");
  CHECK(said([] {
          given<real_diagonal<2>> t;
          t.values.a = {0.5, 0.25};
          t.values.c = {1, 1};
          t.validate();
        }) == "given: b must be given: its numbers stand in `values`, given none");
  CHECK(said([] {
          given<real_diagonal<2>>{.values = {{0, 0}, {0, 0}, {0, 0}}}.validate();
        }) == "nothing was refused");
  CHECK(said([] {
          with_a_network t;
          t.weights.assign(10, 1.0);
          t.validate();
        }) == "given: a must be given: its numbers stand in `values`, given none");
  CHECK(said([] { answering_every_step{}.validate(); }) == "given_deep: values must be 6 numbers, given 0");
  // Teachers that are bound by hand are asked the same before a number is read.
  CHECK(said([] { (void)answering_every_step{}.bind<double>(); }) ==
        "given_deep: values must be 6 numbers, given 0");
  CHECK(said([] {
          (void)given<real_diagonal<>>{.structure = {3}, .values = {{1}, {1}, {1}}}.bind<double>();
        }) == "given: a must be 3 numbers, given 1");
  CHECK(said([] {
          (void)with_a_network{.ssm = {.values = {{1}, {1}, {1}}}, .weights = {}}.bind<double>();
        }) == "given_network: weights must be 10 numbers, given 0");
  CHECK(said([] { theorem1_teacher<>{}.validate(); }) ==
        "theorem1_teacher: states must be at least 2, given 0");
  CHECK(said([] {
          listed<at<0>>{}.validate(7, 1);
        }).starts_with("listed: values must be 1 numbers (support entries x channels x count), given 0"));
}
