// SPDX-License-Identifier: BSD-3-Clause
// Early stopping keeps the best of what it looks at, lane by lane, changes no bit, and ends what does not improve.
#include <lssm/core/pack.hpp>

#include "small_descent.hpp"

using namespace lssm;

namespace {

using study = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>,
                              label_noise<training_set<8, gaussian<everywhere>>>, squared_error,
                              descent<adam, unconstrained, first_of<step_limit>>, near_zero>;
study few_noisy(double steps) {
  study s;
  s.data.set.sequences.count = 5;
  s.data.deviation = 2;
  s.training.rate = 0.02;
  s.training.stop = {step_limit{steps}};
  s.start = {.state_deviation = 0.3, .io_deviation = 0.3};
  return s;
}
/// The distance of the response from the teacher's, entry 0 to 11.
template <class T>
struct distance {
  std::vector<T> h_star = std::vector<T>(12, T(0)), h = h_star;
  distance() {
    h_star[0] = T(4);
    for (std::size_t k = 1; k < h_star.size(); ++k) h_star[k] = T(1);
  }
  T operator()(auto& run) {
    real_diagonal<4>::impulse_response(run.here().system, std::span<T>(h));
    T sum(0);
    for (std::size_t k = 0; k < h.size(); ++k) sum = sum + (h[k] - h_star[k]) * (h[k] - h_star[k]);
    return sum;
  }
};

}  // namespace

TEST_CASE("the least value seen, where it was seen") {
  early_stopping best(distance<double>{}, {.period = 7});
  distance<double> measure;
  double least = HUGE_VAL, at = -1;
  std::vector<double> theta;
  const auto s = few_noisy(500);
  auto both = [&](auto& run) {
    best(run);
    const double steps = run.now().steps;
    if (std::fmod(steps, 7) != 0 && run.running()) return;
    if (const double value = measure(run); value < least) {
      least = value, at = steps;
      theta.assign(run.theta().begin(), run.theta().end());
    }
  };
  const auto end = run<double>(s, 2, both);
  CHECK(end.status == status::step_limit);
  CHECK(best.value() == least);
  CHECK(best.steps() == at);
  CHECK(std::equal(theta.begin(), theta.end(), best.theta().begin()));
  CHECK(at > 0);
  CHECK(at < 500);  // noise is learned after that
  const auto unseen = run<double>(s, 2);
  CHECK(equal_parts(end.student, unseen.student));
}

TEST_CASE("patience ends the training; the best stays") {
  early_stopping best(distance<double>{}, {.period = 5, .patience = 4});
  const auto end = run<double>(few_noisy(5000), 2, best);
  CHECK(end.status == status::cancelled);
  CHECK(end.at_end.steps == best.steps() + 20);
}

TEST_CASE("lanes have the best of runs alone by the general path") {
  using P = pack<double>;
  std::vector<study> studies(lanes_of<P>, few_noisy(400));
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < lanes_of<P>; ++i) seeds.push_back(20 + i);
  early_stopping<distance<P>, P> together(distance<P>{}, {.period = 3, .patience = 9});
  const auto ends = run<P>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds), together);
  for (std::size_t i = 0; i < lanes_of<P>; ++i) {
    early_stopping alone(distance<double>{}, {.period = 3, .patience = 9});
    const auto end = small_descent::run_as_lanes<double>(studies[i], seeds[i], alone);
    CHECK(end.status == ends[i].status);
    CHECK(end.at_end.steps == ends[i].at_end.steps);
    CHECK(scalar_traits<P>::get(together.value(), i) == alone.value());
    CHECK(scalar_traits<P>::get(together.steps(), i) == alone.steps());
    for (std::size_t j = 0; j < alone.theta().size(); ++j)
      CHECK(scalar_traits<P>::get(together.theta()[j], i) == alone.theta()[j]);
  }
}

TEST_CASE("what is no number is never the least, and periods below a step are refused") {
  early_stopping best([](auto&) { return std::nan(""); });
  run<double>(few_noisy(10), 1, best);
  CHECK(best.value() == HUGE_VAL);
  CHECK(best.theta().size() == 12);
  const auto measure = [](auto&) { return 0.0; };
  CHECK_THROWS_WITH_AS((early_stopping(measure, {.period = 0})),
                       "early_stopping: period must be at least 1, given 0", bad_argument);
  CHECK_THROWS_AS((early_stopping(measure, {.patience = std::nan("")})), bad_argument);
  CHECK_THROWS_WITH_AS((early_stopping(measure, {.period = 2.5})),
                       "early_stopping: period must be a whole number of steps, given 2.5", bad_argument);

  // The logarithm of an error of zero: -∞ is no least value either.
  early_stopping logarithm([](auto& run) { return run.now().steps == 3 ? -HUGE_VAL : 1 - run.now().steps; });
  run<double>(few_noisy(10), 1, logarithm);
  CHECK(logarithm.value() == -9);
  CHECK(logarithm.steps() == 10);
}

TEST_CASE("a second run starts anew, whatever the first has seen") {
  early_stopping both(distance<double>{}, {.period = 7, .patience = 20});
  run<double>(few_noisy(500), 2, both);
  auto other = few_noisy(60);
  other.start.io_deviation = 2;  // far away
  for (const std::uint32_t seed : {3U, 4U}) {
    early_stopping fresh(distance<double>{}, {.period = 7, .patience = 20});
    run<double>(other, seed, fresh);
    run<double>(other, seed, both);
    CHECK(both.value() == fresh.value());
    CHECK(both.steps() == fresh.steps());
    CHECK(std::equal(fresh.theta().begin(), fresh.theta().end(), both.theta().begin()));
  }
}
