// SPDX-License-Identifier: BSD-3-Clause
// Sweeps: many students in SIMD lanes, one sweep an iteration.
//
//   sweep/gd/float/d:10/kappa:6/threads:1         4096 students, 1000 steps of gradient descent each
//   sweep/adaptive/float/d:10/kappa:6/threads:1   the same by the paper's rule, the loss tested at every step
//   sweep/gd_and_bind/...                         gradient descent, each student bound as a lane becomes free
//   sweep/bind/float/d:10/kappa:6/threads:1       one binding: data, labels, Gram factor, start
//
// Every student has data and start of its own: 18 sequences of normals, so that the Gram matrix has full rank. In the first
// two rows students are bound before the clock runs, and what is left of them goes while it stands still. The counter
// student_steps_per_second is a rate. Outcomes are compared with the program with one lane and with single runs first.
#include <benchmark/benchmark.h>

#include <cmath>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace lssm;

constexpr std::size_t students = 4096;
constexpr double steps = 1000;

using plain_descent = descent<gradient_descent, unconstrained, first_of<step_limit>>;
using adaptive_descent = descent<adaptive_rate<full_matrix_norm>>;

template <class Training, integer D, integer K>
using study_of =
    teacher_student<ssm<real_diagonal<D>>, given<real_diagonal<1>>, training_set<K, gaussian<everywhere>>,
                    squared_error, Training, gaussian_start, keyed_streams>;

template <class Training, integer D, integer K>
study_of<Training, D, K> study_for() {
  const gaussian_entries io{.deviation = 1 / std::sqrt(static_cast<double>(D))};
  study_of<Training, D, K> s{.teacher = {.values = {{1}, {1}, {1}}},
                             .data = {.sequences = {.count = 18}},
                             .start = {.state = {.mean = 0.35, .deviation = 0.1}, .input = io, .output = io}};
  s.training.rate = 0.001;
  s.training.stop.template get<step_limit>().steps = steps;
  if constexpr (std::is_same_v<Training, adaptive_descent>)
    s.training.stop.template get<target_loss>().value = 0;
  return s;
}

/// Trains those of the jobs that come first, and takes their data; done(index, outcome).
template <class T, class Job, class Done>
void sweep(std::vector<Job>& jobs, std::size_t count, Done done) {
  std::size_t next = 0;
  train_in_lanes<T>(
      [&]() -> std::optional<Job> {
        if (next == count) return std::nullopt;
        return std::move(jobs[next++]);
      },
      done);
}

/// Some students, more than one pack and no whole number of packs, have the bits of the program with one lane, which
/// agree with single runs up to rounding.
template <class L, class Study, class Job>
bool same_as_alone(const std::vector<Job>& jobs, const Study& study) {
  constexpr std::size_t some = 41;
  std::vector<std::optional<outcome<L, Study>>> alone(some);
  std::vector<Job> first = jobs, second = jobs;
  sweep<L>(first, some, [&](std::size_t index, const auto& o) { alone[index].emplace(o); });
  bool same = true;
  sweep<pack<L>>(second, some, [&](std::size_t index, const auto& o) {
    const auto& one = *alone[index];
    same = same && o.status == status::step_limit && one.status == o.status &&
           equal_parts(o.at_end, one.at_end) && equal_parts(o.student.system, one.student.system);
    const auto single = run<L>(study, static_cast<std::uint32_t>(index));
    for (std::size_t j = 0; j < single.student.system.a.size(); ++j)
      same = same && std::abs(o.student.system.a[j] - single.student.system.a[j]) <= 1e4 * epsilon_of<L>;
  });
  return same;
}

/// Sweeps of jobs that are bound before the clock runs, or as lanes become free.
template <class L, class Training, integer D, integer K, bool BoundBefore = true>
void add_sweep(const std::string& rule, const std::string& scalar) {
  const std::string cell = scalar + "/d:" + std::to_string(D) + "/kappa:" + std::to_string(K) + "/threads:1";
  benchmark::RegisterBenchmark(("sweep/" + rule + "/" + cell).c_str(), [](benchmark::State& state) {
    using study_type = study_of<Training, D, K>;
    const auto study = study_for<Training, D, K>();
    std::vector<std::conditional_t<BoundBefore, bound_job<L, study_type>, lane_job<study_type>>> jobs;
    for (std::size_t i = 0; i < students; ++i) {
      const auto seed = static_cast<std::uint32_t>(i);
      if constexpr (BoundBefore) {
        jobs.push_back({i, bind<L>(study, seed)});
      } else {
        jobs.push_back({i, study, seed});
      }
    }
    if (!same_as_alone<L>(jobs, study)) state.SkipWithError("another outcome than that of a single run");
    double losses = 0;
    for (auto _ : state) {
      state.PauseTiming();  // what is left of the jobs is not the sweep's
      {
        auto mine = jobs;
        state.ResumeTiming();
        sweep<pack<L>>(mine, students,
                       [&](std::size_t, const auto& o) { losses += value_of(o.at_end.loss); });
        state.PauseTiming();
      }
      state.ResumeTiming();
    }
    benchmark::DoNotOptimize(losses);
    state.counters["student_steps_per_second"] = benchmark::Counter(
        static_cast<double>(students) * steps, benchmark::Counter::kIsIterationInvariantRate);
  })->Unit(benchmark::kMillisecond);
}

template <class L, class Training, integer D, integer K>
void add_bind(const std::string& scalar) {
  const std::string cell = scalar + "/d:" + std::to_string(D) + "/kappa:" + std::to_string(K) + "/threads:1";
  benchmark::RegisterBenchmark(("sweep/bind/" + cell).c_str(), [](benchmark::State& state) {
    const auto study = study_for<Training, D, K>();
    std::uint32_t seed = 0;
    for (auto _ : state) benchmark::DoNotOptimize(bind<L>(study, seed++).theta.data());
  })->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  add_sweep<float, plain_descent, 10, 6>("gd", "float");
  add_sweep<double, plain_descent, 10, 6>("gd", "double");
  add_sweep<float, plain_descent, 20, 10>("gd", "float");
  add_sweep<double, plain_descent, 20, 10>("gd", "double");
  add_sweep<float, adaptive_descent, 10, 6>("adaptive", "float");
  add_sweep<float, plain_descent, 10, 6, false>("gd_and_bind", "float");
  add_bind<float, plain_descent, 10, 6>("float");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
