// SPDX-License-Identifier: BSD-3-Clause
// How descents end: every stop rule, the steps after the target, what goes wrong, and each lane on its own.
#include <lssm/core/pack.hpp>
#include <set>

#include "small_descent.hpp"

using namespace lssm;
using small_descent::history;
using small_descent::make;

namespace {

struct small_state {  // a user's rule
  double loss = 0.05;
  static constexpr status reason = status::converged;
  template <class T>
  mask_of<T> fires(const progress<T>& p) const {
    return p.loss < T(loss) && p.steps >= T(2);
  }
};

using rules = first_of<target_loss, step_limit, patience, divergence, small_state>;
using training = descent<gradient_descent, unconstrained, rules>;

/// No rule but the limit of steps fires, until a test says so.
training quiet(double rate = 0.05) {
  return {.rate = rate,
          .stop = {{{.value = 0}, {.steps = 1000}, {.steps = 1e9}, {.loss = 1e300}, {.loss = 0}}}};
}

template <class T = double>
std::pair<outcome<T, small_descent::study<training>>, history<T>> watched(const training& t,
                                                                          double noise = 0) {
  history<T> seen;
  auto end = run<T>(make(t, noise), 5, seen);
  CHECK(seen.steps() == static_cast<std::size_t>(value_of(end.at_end.steps)));
  CHECK(end.at_end.rejected == 0);
  return {std::move(end), std::move(seen)};
}

}  // namespace

TEST_CASE("target_loss, then exactly so many steps more, whatever the other rules say") {
  auto t = quiet();
  t.stop.get<target_loss>().value = 0.1;
  const auto [first, seen] = watched(t);
  const std::size_t steps = seen.steps();
  CHECK(steps > 5);
  CHECK(first.status == status::target_reached);
  CHECK(seen.losses[steps] <= 0.1);
  CHECK(seen.losses[steps - 1] > 0.1);
  CHECK(first.at_end.target_steps == static_cast<double>(steps));
  CHECK(first.at_end.phase_steps() == 0);
  for (const integer after : {1, 2, 7, 300}) {
    auto longer = t;
    longer.after = after;
    longer.stop.get<step_limit>().steps = static_cast<double>(steps) + 1;  // asleep after the target
    longer.stop.get<small_state>().loss = 0.09;
    const auto [end, all] = watched(longer);
    CHECK(end.status == status::target_reached);
    CHECK(all.steps() == steps + static_cast<std::size_t>(after));
    CHECK(end.at_end.target_steps == static_cast<double>(steps));
    CHECK(end.at_end.phase_steps() == static_cast<double>(after));
    CHECK(std::equal(seen.losses.begin(), seen.losses.end(), all.losses.begin()));
    CHECK(all.losses.back() < seen.losses.back());
  }
}

TEST_CASE("a target reached at the start: no step, or those after it") {
  auto t = quiet();
  t.stop.get<target_loss>().value = 1e9;
  const auto [end, seen] = watched(t);
  CHECK(end.status == status::target_reached);
  CHECK(end.at_end.steps == 0);
  CHECK(end.at_end.target_steps == 0);
  CHECK(end.at_end.rate == 0);
  t.after = 4;
  const auto [later, all] = watched(t);
  CHECK(later.status == status::target_reached);
  CHECK(later.at_end.steps == 4);
  CHECK(later.at_end.phase_steps() == 4);
}

TEST_CASE("step_limit: exactly so many") {
  for (const double steps : {0.0, 1.0, 17.0, 2.5}) {
    auto t = quiet();
    t.stop.get<step_limit>().steps = steps;
    const auto [end, seen] = watched(t);
    CHECK(end.status == status::step_limit);
    CHECK(end.at_end.steps == std::ceil(steps));
    CHECK(end.at_end.target_steps == -1);
    CHECK(end.at_end.phase_steps() == end.at_end.steps);
  }
}

TEST_CASE("time is the sum of the rates, and the last rate is seen") {
  auto t = quiet(0.0625);
  t.stop.get<step_limit>().steps = 10;
  const auto [end, seen] = watched(t);
  CHECK(end.at_end.time == 0.625);
  CHECK(end.at_end.rate == 0.0625);
}

TEST_CASE("patience counts from the first lowest loss; divergence stops where the loss is too high") {
  auto t = quiet(0.9);  // too large a rate: the loss falls, then rises
  t.stop.get<patience>().steps = 6;
  const auto [end, seen] = watched(t);
  CHECK(end.status == status::no_improvement);
  const auto lowest = std::min_element(seen.losses.begin(), seen.losses.end());
  CHECK(end.at_end.best_loss == *lowest);
  CHECK(end.at_end.best_steps == static_cast<double>(lowest - seen.losses.begin()));
  CHECK(end.at_end.steps == end.at_end.best_steps + 6);

  t = quiet(2);
  t.stop.get<divergence>().loss = 1e3;
  const auto [over, all] = watched(t);
  CHECK(over.status == status::diverged);
  CHECK(all.losses.back() >= 1e3);
  CHECK(all.losses[all.steps() - 1] < 1e3);
}

TEST_CASE("one's own rule, and the order of the list") {
  auto t = quiet();
  t.stop.get<small_state>().loss = 1e9;
  CHECK(watched(t).first.status == status::converged);
  CHECK(watched(t).first.at_end.steps == 2);
  t.stop.get<step_limit>().steps = 2;  // stands first
  CHECK(watched(t).first.status == status::step_limit);
  t.stop.get<target_loss>().value = 1e9;
  t.after = 2;
  CHECK(watched(t).first.status == status::target_reached);
}

TEST_CASE_TEMPLATE("not finite: the last finite state comes back", T, float, double, dual<double>) {
  auto t = quiet(30);
  const auto [end, seen] = watched<T>(t);
  CHECK(end.status == status::not_finite);
  CHECK(is_finite(end.at_end.loss));
  CHECK(small_descent::all_finite(end.student.system.a));
  CHECK(small_descent::all_finite(end.student.system.b));
  CHECK(small_descent::all_finite(end.student.system.c));
  CHECK(small_descent::all_finite(end.cotangent));
  const std::size_t last = seen.steps();
  CHECK(last >= 2);
  CHECK(seen.losses[last] == seen.losses[last - 1]);
  CHECK(seen.thetas[last] == seen.thetas[last - 1]);
}

TEST_CASE("not finite at the start, and after the target") {
  auto s = make(quiet());
  s.start.a = {1e200, 0, 0};
  const auto end = run<double>(s, 5);
  CHECK(end.status == status::not_finite);
  CHECK(end.at_end.steps == 0);
  CHECK(end.student.system.a[0] == 1e200);

  auto t = quiet(30);
  t.stop.get<target_loss>().value = 1e9;
  t.after = 1000;
  const auto [over, seen] = watched(t);
  CHECK(over.status == status::not_finite);
  CHECK(over.at_end.target_steps == 0);
  CHECK(is_finite(over.at_end.loss));
}

TEST_CASE("an observer cancels; an ended training keeps its state") {
  for (const int after : {0, 1, 5}) {
    int calls = 0;
    const auto watch = [&](auto&) { return calls++ < after; };
    const auto end = run<double>(make(quiet()), 5, watch);
    CHECK(end.status == status::cancelled);
    CHECK(end.at_end.steps == after);
  }
  auto t = quiet();
  t.stop.get<step_limit>().steps = 3;
  auto bound = bind<double>(make(t), 5);
  auto running = bound.training();
  drive(running, silent{});
  const std::vector<double> theta(running.theta().begin(), running.theta().end());
  const auto now = running.now();
  running.cancel();
  running.step();
  CHECK(running.lane_status(0) == status::step_limit);
  CHECK(equal_parts(running.now(), now));
  CHECK(std::equal(theta.begin(), theta.end(), running.theta().begin()));
  CHECK(running.here().loss == now.loss);
  CHECK(running.here().steps == 3);
}

namespace {

/// Eight studies that end in different ways.
std::vector<small_descent::study<training>> eight_ends() {
  std::vector<small_descent::study<training>> studies(8, make(quiet(), 0.1));
  const auto stop = [&](std::size_t lane) -> rules& { return studies[lane].training.stop; };
  stop(0).get<step_limit>().steps = 7;
  stop(1).get<target_loss>().value = 0.3;
  studies[1].training.after = 11;
  studies[2].training.rate = 30;  // not finite
  studies[3].training.rate = 0.6;
  stop(3).get<patience>().steps = 1;
  studies[4].training.rate = 2;
  stop(4).get<divergence>().loss = 1e3;
  stop(5).get<target_loss>().value = 1e9;  // at the start
  stop(6).get<small_state>().loss = 0.3;
  studies[7].training.after = 100;
  stop(7).get<target_loss>().value = 0.5;
  return studies;
}

}  // namespace

TEST_CASE_TEMPLATE("every lane ends on its own, and stays where it ended", L, float, double) {
  using study = small_descent::study<training>;
  const std::vector<study> studies = eight_ends();
  const std::vector<std::uint32_t> seeds = {5, 6, 7, 8, 9, 10, 11, 12};
  std::set<status> ways;
  for (const std::size_t first : {0u, 2u, 4u, 6u}) {  // packs may be narrower than eight
    const std::vector<study> mine(studies.begin() + static_cast<std::ptrdiff_t>(first), studies.end());
    const auto packed = run<pack<L>>(std::span<const study>(mine), std::span<const std::uint32_t>(seeds));
    for (std::size_t lane = 0; lane < packed.size(); ++lane) {
      CAPTURE(first + lane);
      const auto alone = run<L>(mine[lane % mine.size()], seeds[lane % seeds.size()]);
      small_descent::check_near(packed[lane], alone);
      ways.insert(alone.status);
    }
  }
  CHECK(ways == std::set{status::step_limit, status::target_reached, status::not_finite,
                         status::no_improvement, status::diverged, status::converged});
}
