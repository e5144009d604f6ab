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

using every_step = given_deep<deep<ssm<real_diagonal<2>>>>;
using with_a_network = given_network<real_diagonal<1>, sequential<dense<3>, relu, dense<1>>>;

static_assert(LabelsLastOutput<theorem1_teacher<10>> && MeasurableTeacher<theorem1_teacher<10>>);
static_assert(LabelsLastOutput<with_a_network> && !MeasurableTeacher<with_a_network>);
static_assert(
    std::is_same_v<decltype(with_a_network{}.bind<double>()),
                   bound_network_teacher<double, real_diagonal<1>, sequential<dense<3>, relu, dense<1>>>>);
static_assert(LabelsSequences<every_step> && !LabelsSequences<theorem1_teacher<10>>);
static_assert(AnswersSequences<decltype(every_step{}.bind<double>()), double>);
static_assert(!AnswersSequences<decltype(theorem1_teacher<10>{}.bind<double>()), double>);
static_assert(!TeacherRole<real_diagonal<2>> && !TeacherRole<int>);

}  // namespace

TEST_CASE("the concepts of data") {
  CHECK_THROWS_AS((unit<at<>>{.support = {7}}.validate(7, 1)), bad_argument);
  CHECK_NOTHROW((unit<at<>>{.support = {6}}.validate(7, 1)));
}
