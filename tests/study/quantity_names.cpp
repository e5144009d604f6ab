// SPDX-License-Identifier: BSD-3-Clause
// Names of recorded quantities differ: where they are constants while compiling, else before the run's first step.
#include <doctest/doctest.h>

#include <lssm/all.hpp>

using namespace lssm;

namespace {

using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<4, unit<at<0>>>,
                              squared_error, descent<>>;

struct named_at_run_time {
  static inline const std::string name = "loss";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto&, auto) {}
};
struct of_two_columns {
  static constexpr std::string_view name = "x";
  static std::size_t columns(const auto&) { return 2; }
  static void write(const auto&, auto out) { out[1] = out[1] + 1; }
};
struct named_as_the_second {
  static constexpr std::string_view name = "x_1";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto&, auto) {}
};

template <class... Quantities>
concept TheyDiffer = detail::names_differ<Quantities...>();
using teacher = decltype(theorem1_teacher<2>{}.bind<double>());
static_assert(TheyDiffer<record::generalization<teacher>, record::test_error<test_set<double>>>);
static_assert(!TheyDiffer<record::generalization<teacher>, record::loss, record::generalization<teacher>>);
static_assert(!TheyDiffer<of_two_columns, of_two_columns> && TheyDiffer<of_two_columns, named_as_the_second>);
static_assert(!TheyDiffer<record::loss, record::renamed<"loss", record::time>>);

}  // namespace

TEST_CASE("quantities of one kind stand side by side under names of their own") {
  const study s;
  auto bound = bind<double>(s, 1);
  test_set<double> tests(bound.teacher, 5, 6, bound.streams->test());
  auto seen = trajectory_of<double>(sample_steps{.period = 10}, record::loss{},
                                    record::generalization{bound.teacher, 20}, record::test_error{&tests},
                                    record::named<"at_9">(record::generalization{bound.teacher, 9}),
                                    record::named<"y">(of_two_columns{}), of_two_columns{});
  const auto end = run<double>(s, 1, seen);
  const std::size_t last = seen.samples() - 1;
  CHECK(seen.values("generalization_error")(last, 0) == end.generalization(20));
  CHECK(seen.values("at_9")(last, 0) == end.generalization(9));
  CHECK(seen.values("test_error")(last, 0) > 0);
  const csv_table table = to_csv(seen);
  CHECK(table.columns() == std::vector<std::string>{"loss", "generalization_error", "test_error", "at_9",
                                                    "y_0", "y_1", "x_0", "x_1"});
}

TEST_CASE("names that only a run knows are refused before its first step") {
  CHECK_THROWS_WITH_AS(trajectory_of<double>(sample_steps{}, record::loss{}, named_at_run_time{}),
                       "trajectory: names must be different for all quantities and columns, given loss twice",
                       bad_argument);
  auto seen = trajectory_of<double>(sample_steps{}, of_two_columns{}, named_as_the_second{});
  CHECK_THROWS_WITH_AS(run<double>(study{}, 1, seen),
                       "trajectory: names must be different for all quantities and columns, given x_1 twice",
                       bad_argument);
}
