// SPDX-License-Identifier: BSD-3-Clause
// Benchmarks that check what they measure first: a wrong result is an error and not a time.
#pragma once

#include <benchmark/benchmark.h>

#include <cmath>
#include <functional>
#include <string>

namespace checked {

/// Registers a benchmark that calls `steps(n)` for batches of n iterations, one iteration being one step, where
/// `correct()` holds; `prepare()` makes a fresh start. `flops` are those of a step.
struct program {
  std::function<void()> prepare;
  std::function<bool()> correct;
  std::function<void(long)> steps;
};

inline void add(const std::string& name, double flops, long batch, const program& p) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    if (!p.correct()) {
      state.SkipWithError("another result than plain loops");
      return;
    }
    p.prepare();
    while (state.KeepRunningBatch(batch)) {
      p.steps(batch);
      benchmark::ClobberMemory();
    }
    state.counters["flops"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
  });
}

/// Whether both have moved from the same start to the same end: within a few units of rounding of the numbers, which is
/// less than a hundredth of the way.
template <class Start, class End, class Plain>
bool same_way(const Start& start, const End& end, const Plain& plain, double rounding) {
  double largest = 0, way = 0, apart = 0;
  for (std::size_t i = 0; i < end.size(); ++i) {
    const double x = static_cast<double>(end[i]), y = static_cast<double>(plain[i]),
                 from = static_cast<double>(start[i]);
    largest = std::fmax(largest, std::abs(y));
    way = std::fmax(way, std::abs(y - from));
    apart = std::abs(x - y) <= apart ? apart : std::abs(x - y);  // a NaN stays
  }
  const double tolerance = 100 * rounding * largest;
  return apart <= tolerance && way >= 100 * tolerance;
}

inline int run(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace checked
