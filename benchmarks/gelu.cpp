// SPDX-License-Identifier: BSD-3-Clause
// The exact GELU of 4096 numbers in (-5, 5); one iteration is one pass.
//
//   gelu/float           forward, x Φ(x)               gelu/float/slope           backward, (Φ(x) + x φ(x)) dy
//   gelu/float/library   by erfc of the C library      gelu/float/slope/library   by its erfc and exp
//
// items_per_second is a rate of numbers. Every pass is checked against the other first.
#include <benchmark/benchmark.h>

#include <cmath>
#include <lssm/lssm.hpp>
#include <string>
#include <vector>

namespace {

template <class T>
struct numbers {
  std::vector<T> x, y;
  numbers() : x(4096), y(4096) {
    lssm::numpy_legacy draw(1);
    for (T& v : x) v = T(10 * draw.uniform() - 5);
  }
};

const auto value = [](auto x) {
  using T = decltype(x);
  return x * (T(0.5) * std::erfc(-x * T(0.70710678118654752)));
};
const auto slope = [](auto x) {
  using T = decltype(x);
  return T(0.5) * std::erfc(-x * T(0.70710678118654752)) +
         x * (T(0.39894228040143268) * std::exp(T(-0.5) * x * x));
};

template <class T, class Pass, class Other>
void add(const std::string& name, Pass pass, Other other) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    numbers<T> n;
    pass(n);
    for (std::size_t i = 0; i < n.x.size(); ++i)
      if (!(std::abs(n.y[i] - other(n.x[i])) <= T(16) * T(lssm::epsilon_of<T>)))
        state.SkipWithError("another result than by the C library");
    for (auto _ : state) {
      pass(n);
      benchmark::DoNotOptimize(n.y.data());
      benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n.x.size()));
  });
}

template <class T>
void add_both(const std::string& scalar) {
  const auto each = [](auto f) {
    return [=](numbers<T>& n) {
      for (std::size_t i = 0; i < n.x.size(); ++i) n.y[i] = f(n.x[i]);
    };
  };
  const auto layer = lssm::gelu::bind(lssm::extent<>(4096));
  const std::vector<T> ones(4096, T(1));
  using lssm::view;
  add<T>(
      "gelu/" + scalar,
      [=](numbers<T>& n) { layer.template forward<T>({}, view<T>(n.x), std::span<T>(n.y)); }, value);
  add<T>("gelu/" + scalar + "/library", each(value), value);
  add<T>(
      "gelu/" + scalar + "/slope",
      [=](numbers<T>& n) {
        layer.template backward<T>({}, view<T>(n.x), view<T>(n.x), view<T>(ones), {}, std::span<T>(n.y));
      },
      slope);
  add<T>("gelu/" + scalar + "/slope/library", each(slope), slope);
}

}  // namespace

int main(int argc, char** argv) {
  add_both<float>("float");
  add_both<double>("double");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
