// SPDX-License-Identifier: BSD-3-Clause
// AB13BD and AB13AD of SLICOT on the system of analysis.cpp. A copy of it is part of an iteration, since they work in place.
#include <benchmark/benchmark.h>

#include <string>

#include "../tests/slicot.hpp"
#include "analysis_problem.hpp"

namespace {

slicot_system problem(std::size_t d) {
  const analysis_problem of(d);
  return {of.a, of.b, of.c};
}

template <class F>
void measure(benchmark::State& state, std::size_t d, F of) {
  slicot_system x = problem(d);
  for (auto _ : state) benchmark::DoNotOptimize(of(x));
  if (x.info != 0) state.SkipWithError("SLICOT failed");
}

const bool registered = [] {
  for (const std::size_t d : {10U, 20U, 100U}) {
    const std::string size = "d:" + std::to_string(d);
    benchmark::RegisterBenchmark(("analysis/h2_slicot/" + size).c_str(), [d](benchmark::State& state) {
      measure(state, d, [](slicot_system& x) { return x.h2(); });
    });
    benchmark::RegisterBenchmark(("analysis/hankel_slicot/" + size).c_str(), [d](benchmark::State& state) {
      measure(state, d, [](slicot_system& x) { return x.hankel().front(); });
    });
  }
  return true;
}();

}  // namespace
