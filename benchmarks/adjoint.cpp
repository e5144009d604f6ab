// SPDX-License-Identifier: BSD-3-Clause
// A sweep backwards through a training, in trainings: one iteration trains by the general path, by step(), by walk() and
// forwards and backwards, one after the other, binding apart.
//
//   adjoint/gd/double/d:10/kappa:6             3000 steps of gradient descent
//   adjoint/adam/..., adjoint/adaptive/...     other rules
//   adjoint/gd/double/d:1000/kappa:100         300 steps
//
// Counters: minima of processor time, in nanoseconds a step; over_general is adjoint / general, the general path being that of
// sizes at run time, with the loss of each step; over_step and over_walk are by step() and walk() of the sizes known to the
// compiler. The derivative by one parameter of the start is compared with differences first.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <lssm/attack/adjoint.hpp>
#include <lssm/lssm.hpp>
#include <string>

namespace {

using lssm::integer;

template <class Structure, integer K, class Rule>
using study_of =
    lssm::teacher_student<lssm::ssm<Structure, lssm::learn_all>, lssm::given<lssm::real_diagonal<1>>,
                          lssm::training_set<K, lssm::gaussian<lssm::everywhere>>, lssm::squared_error,
                          lssm::descent<Rule, lssm::unconstrained, lssm::step_limit>, lssm::gaussian_start,
                          lssm::keyed_streams>;

template <integer D, integer K, class Rule, class Structure>
auto bound_for(const Structure& structure, double rate, integer steps) {
  const lssm::gaussian_entries io{.deviation = 1 / std::sqrt(static_cast<double>(D))};
  study_of<Structure, K, Rule> s{
      .student = {.structure = structure},
      .teacher = {.values = {{0.9}, {1}, {1}}},
      .data = {.sequences = {.count = 3 * K}},
      .start = {.state = {.mean = 0.35, .deviation = 0.1}, .input = io, .output = io}};
  s.training.rate = rate;
  s.training.stop.steps = static_cast<double>(steps);
  return lssm::bind<double>(s, 3);
}

/// The measure after training from θ with `by` added to its first entry.
template <class Bound>
double moved(Bound bound, const lssm::largest_error& measure, double by) {
  bound.theta[0] += by;
  auto training = bound.training();
  while (training.running()) training.step();
  return lssm::detail::measured_value<Bound, double>(bound, measure, training.here().system);
}

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <integer D, integer K, class Rule>
void add(const std::string& rule, double rate, integer steps) {
  const std::string name =
      "adjoint/" + rule + "/double/d:" + std::to_string(D) + "/kappa:" + std::to_string(K);
  benchmark::RegisterBenchmark(
      name.c_str(),
      [=](benchmark::State& state) {
        const lssm::largest_error measure{.horizon = 40};
        const auto bound = bound_for<D, K, Rule>(lssm::real_diagonal<D>{}, rate, steps);
        const auto general = bound_for<D, K, Rule>(lssm::real_diagonal<>{.states = {D}}, rate, steps);
        const auto few = bound_for<D, K, Rule>(lssm::real_diagonal<D>{}, rate, 30);
        const double h = 1e-5, slope = (moved(few, measure, h) - moved(few, measure, -h)) / (2 * h),
                     told = adjoint_of_training(few, measure).theta[0];
        if (!(std::abs(told - slope) <= 1e-5 * std::abs(slope) + 1e-9))
          state.SkipWithError("another derivative than differences have");
        const auto by_step = [](auto training) {
          while (training.running()) training.step();
          benchmark::DoNotOptimize(training.theta().data());
        };
        double least[4] = {HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL};
        const auto timed = [&](int i, const auto& f) {
          const double begin = seconds();
          f();
          const double took = seconds() - begin;
          least[i] = std::min(least[i], took);
          return took;
        };
        for (auto _ : state) {
          timed(0, [&] { by_step(general.training()); });
          timed(1, [&] { by_step(bound.training()); });
          timed(2, [&] {
            auto training = bound.training();
            training.walk(steps);
            benchmark::DoNotOptimize(training.theta().data());
          });
          state.SetIterationTime(
              timed(3, [&] { benchmark::DoNotOptimize(adjoint_of_training(bound, measure).rate); }));
        }
        const double unit = 1e9 / static_cast<double>(steps);
        state.counters["general"] = least[0] * unit;
        state.counters["step"] = least[1] * unit;
        state.counters["walk"] = least[2] * unit;
        state.counters["adjoint"] = least[3] * unit;
        state.counters["over_general"] = least[3] / least[0];
        state.counters["over_step"] = least[3] / least[1];
        state.counters["over_walk"] = least[3] / least[2];
      })
      ->Unit(benchmark::kMillisecond)
      ->UseManualTime();
}

}  // namespace

int main(int argc, char** argv) {
  add<10, 6, lssm::gradient_descent>("gd", 0.01, 3000);
  add<10, 6, lssm::heavy_ball>("momentum", 0.001, 3000);
  add<10, 6, lssm::adam>("adam", 0.001, 3000);
  add<10, 6, lssm::adaptive_rate<lssm::diagonal_norm>>("adaptive_diagonal", 0.0025, 3000);
  add<10, 6, lssm::adaptive_rate<>>("adaptive", 0.0025, 3000);
  add<1000, 100, lssm::gradient_descent>("gd", 0.001, 300);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
