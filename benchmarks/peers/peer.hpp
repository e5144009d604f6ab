// SPDX-License-Identifier: BSD-3-Clause
// What the C++ programs of other people's libraries share: their names, a check of the result, a loop to be timed.
#pragma once

#include <type_traits>

#include "../checked.hpp"
#include "../step_problem.hpp"

namespace peer {

/// Registers peer/<name>/<scalar>/d:.../kappa:...; `Step` is made from a problem and a rate, steps when called, and shows
/// its parameters by first(): a, b, c of the first mode.
template <class Step, class T>
void add(const std::string& name, int d, int kappa, int sequences) {
  const std::string cell = (std::is_same_v<T, float> ? "float" : "double") + std::string("/d:") +
                           std::to_string(d) + "/kappa:" + std::to_string(kappa);
  const auto flops =
      static_cast<double>(d * 2 * kappa + d * (4 * kappa - 6) + 9 * d + 2 * kappa * kappa + kappa);
  benchmark::RegisterBenchmark(("peer/" + name + "/" + cell).c_str(), [=](benchmark::State& state) {
    const step_problem<T> problem(d, kappa, sequences);
    {
      Step step(problem, T(1e-2));
      for (int t = 0; t < 20; ++t) step();
      const auto plain = plain_descent(
          problem.start(), [&](const auto& theta) { return problem.gradient(theta); }, 1e-2, 20);
      const auto start = problem.start();
      const std::size_t m = static_cast<std::size_t>(d);
      const double epsilon = std::is_same_v<T, float> ? 1.2e-7 : 2.3e-16;
      const std::vector<double> from{start[0], start[m], start[2 * m]},
          right{plain[0], plain[m], plain[2 * m]};
      if (!checked::same_way(from, step.first(), right, epsilon)) {
        state.SkipWithError("another result than plain loops");
        return;
      }
    }
    Step step(problem, T(1e-5));
    for (auto _ : state) {
      step();
      benchmark::ClobberMemory();
    }
    state.counters["flops"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
  });
}

}  // namespace peer
