// SPDX-License-Identifier: BSD-3-Clause
// Measures of a system of d real modes, poles evenly spread; one iteration is one system.
//
//   analysis/h2/d:10         h2_norm                                   analysis/h2_slicot/d:10       AB13BD
//   analysis/h2_lanes/d:10   response_norm, a system in every lane; one iteration is one of them
//   analysis/hankel/d:10     all Hankel singular values                analysis/hankel_slicot/d:10   AB13AD
//
// SLICOT's rows are there where it was found (LSSM_SLICOT). Both are checked against each other by tests/analysis.
#include <benchmark/benchmark.h>

#include <cmath>
#include <lssm/analysis.hpp>
#include <lssm/core/pack.hpp>
#include <string>

#include "analysis_problem.hpp"

namespace {

using namespace lssm;

modal_form<double> problem(std::size_t d) {
  const analysis_problem of(d);
  return {of.a, of.b, of.c};
}

/// Σ_k h_k² by its terms.
bool right(const modal_form<double>& x, double norm) {
  long double squares = 0;
  for (int k = 0; k < 4000; ++k) {
    long double h = 0;
    for (std::size_t j = 0; j < x.a.size(); ++j)
      h += static_cast<long double>(x.c[j] * x.b[j]) * std::pow(static_cast<long double>(x.a[j]), k);
    squares += h * h;
  }
  return std::abs(norm / static_cast<double>(std::sqrt(squares)) - 1) < 1e-12;
}

void h2(benchmark::State& state, std::size_t d) {
  const auto x = problem(d);
  if (!right(x, h2_norm(x).value)) state.SkipWithError("another norm than by the terms of its sum");
  for (auto _ : state) benchmark::DoNotOptimize(h2_norm(x).value);
}

void h2_lanes(benchmark::State& state, std::size_t d) {
  using lanes = pack<double>;
  constexpr integer width = static_cast<integer>(lanes_of<lanes>);
  const auto x = problem(d);
  const std::vector<double> weights = x.weights(0, 0);
  const std::vector<lanes> a(x.a.begin(), x.a.end()), w(weights.begin(), weights.end());
  std::vector<lanes> u(d);
  lanes norm = response_norm<lanes>(a, w, u);
  if (!right(x, scalar_traits<lanes>::get(norm, 0)))
    state.SkipWithError("another norm than by the terms of its sum");
  while (state.KeepRunningBatch(width)) {
    norm = response_norm<lanes>(a, w, u);
    benchmark::DoNotOptimize(&norm);
    benchmark::ClobberMemory();
  }
}

void hankel(benchmark::State& state, std::size_t d) {
  const auto x = problem(d);
  double squares = 0;  // Σ σ² = ‖H‖² = Σ_k (k + 1) h_k²
  for (const double s : hankel_singular_values(x).values) squares += s * s;
  double expected = 0;
  for (int k = 0; k < 4000; ++k) {
    double h = 0;
    for (std::size_t j = 0; j < d; ++j) h += x.c[j] * x.b[j] * std::pow(x.a[j], k);
    expected += (k + 1) * h * h;
  }
  if (!(std::abs(squares / expected - 1) < 1e-10))
    state.SkipWithError("another sum of squares than that of the matrix");
  for (auto _ : state) benchmark::DoNotOptimize(hankel_singular_values(x).values.data());
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::size_t d : {10U, 20U, 100U}) {
    const std::string size = "d:" + std::to_string(d);
    benchmark::RegisterBenchmark(("analysis/h2/" + size).c_str(), h2, d);
    benchmark::RegisterBenchmark(("analysis/h2_lanes/" + size).c_str(), h2_lanes, d);
    benchmark::RegisterBenchmark(("analysis/hankel/" + size).c_str(), hankel, d);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
