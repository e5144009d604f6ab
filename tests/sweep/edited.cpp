// SPDX-License-Identifier: BSD-3-Clause
// A sweep of edited studies: data of one's own per point and run, the same bytes in any way, and those of single runs.
#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <lssm/sweep.hpp>
#include <lssm/sweep/in_lanes.hpp>

using namespace lssm;

namespace {

template <class L>
using study_of =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>, L,
                    descent<adam, unconstrained, first_of<step_limit>>, near_zero>;
template <class L>
study_of<L> study() {
  return {.data = {.sequences = {.count = 6}},
          .training = {.rate = 0.02, .stop = {step_limit{30}}},
          .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
}
/// Without the sequence of the point, and without the first where its label is positive.
struct edit {
  void operator()(const sweep_point& p, auto& bound) const {
    std::vector<integer> places;
    for (integer n = 0; n < bound.data.sequences(); ++n)
      if (n != static_cast<integer>(p["without"]) && !(n == 0 && bound.data.y[0] > 0)) places.push_back(n);
    bound.data.keep(places);
    bound.rebuild();
  }
};

}  // namespace

TEST_CASE_TEMPLATE("each run is edited as by hand", L, squared_error, absolute_error) {
  const auto make = [](auto change) {
    return sweep_of(
        "edited", grid{.axes = {{"without", {1, 2, 5}}}, .seeds = {1, 2, 3, 4, 5}},
        [](const sweep_point&) { return study<L>(); }, {"loss"},
        [](const auto& outcome, sweep_row& row) { row.add(outcome.at_end.loss); }, change);
  };
  const auto sweep = make(edit{});
  const auto serially = execute<double>(sweep, serial{});
  REQUIRE(serially.complete());
  CHECK(execute<double>(sweep, in_lanes{}).text() == serially.text());
  CHECK(execute<double>(make(unedited{}), serial{}).text() != serially.text());

  const auto losses = serially.table().template column<double>("loss");
  const std::vector<std::string> names{"without"};
  for (std::size_t run = 0; run < losses.size(); ++run) {
    auto bound = bind<double>(study<L>(), static_cast<std::uint32_t>(1 + run % 5));
    edit{}({names, sweep.runs.values(run / 5)}, bound);
    auto training = bound.training();
    while (training.running()) training.step_as_lanes();
    CHECK(training.now().loss == losses[run]);
  }
}
