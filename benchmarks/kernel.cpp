// SPDX-License-Identifier: BSD-3-Clause
// The kernels a flow step is made of, and one gradient in Gram form; one iteration is one call.
//
//   kernel/power_moments/double/d:10/kappa:7     h_k = Σ_j w_j a_j^k
//   kernel/evaluate/double/d:10/kappa:7          Σ_k g_k a_j^k for all j
//   kernel/gradient/double/d:10/kappa:7          loss and dL/dA by the Gram form, from A
//   kernel/full_gradient/float/d:10/kappa:6      |dL/dA|² of a full A, from g; the next call waits for it
//
// Sizes known at run time where d is 1000. The counter flops is a rate, counted as multiplications and additions of the
// formulas above. Every kernel is checked against plain loops first.
#include <benchmark/benchmark.h>

#include <cmath>
#include <lssm/lssm.hpp>
#include <string>
#include <utility>
#include <vector>

namespace {

using lssm::dynamic, lssm::integer, lssm::extent, lssm::vec, lssm::view;

template <class T>
bool near(T x, T y) {
  return std::abs(x - y) <= T(1e3) * T(lssm::epsilon_of<T>) * (std::abs(x) + std::abs(y));
}

/// Calls `once` an iteration; `correct` tells whether what it left is right.
template <class Once, class Correct>
void add(const std::string& name, double flops, Once once, Correct correct) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) mutable {
    once();
    if (!correct()) state.SkipWithError("another result than plain loops");
    for (auto _ : state) {
      once();
      benchmark::ClobberMemory();
    }
    state.counters["flops"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
  });
}

template <class T, integer D, integer K>
struct numbers {
  vec<T, D> a, w, p;  // (d)
  vec<T, K> h;        // (kappa)
  numbers(integer d, integer kappa)
      : a(lssm::zeros<T>(extent<D>(d))), w(a), p(a), h(lssm::zeros<T>(extent<K>(kappa))) {
    lssm::numpy_legacy draw(1);
    for (T& x : a) x = T(draw.uniform());
    for (T& x : w) x = T(draw.uniform());
    for (T& x : h) x = T(draw.uniform());
  }
};

template <class T, integer D, integer K>
void add_kernels(const std::string& scalar, integer d, integer kappa) {
  const std::string cell = scalar + "/d:" + std::to_string(d) + "/kappa:" + std::to_string(kappa);
  const double modes = static_cast<double>(d), powers = static_cast<double>(kappa);

  auto* moments = new numbers<T, D, K>(d, kappa);  // lives as long as the program
  add(
      "kernel/power_moments/" + cell, modes * 2 * powers,
      [=] {
        auto& n = *moments;
        lssm::kernel::power_moments<T>(
            view<T>(n.a), [&](auto w, integer j) { return lssm::kernel::load_block<w>(view<T>(n.w), j); },
            std::span<T>(n.h), extent<K>(kappa));
        benchmark::DoNotOptimize(n.h.data());
      },
      [=] {
        for (integer k = 0; k < kappa; ++k) {
          T sum(0);
          for (std::size_t j = 0; j < moments->a.size(); ++j)
            sum += moments->w[j] * lssm::power(moments->a[j], static_cast<long>(k));
          if (!near(sum, moments->h[static_cast<std::size_t>(k)])) return false;
        }
        return true;
      });

  auto* polynomial = new numbers<T, D, K>(d, kappa);
  add(
      "kernel/evaluate/" + cell, modes * 2 * (powers - 1),
      [=] {
        auto& n = *polynomial;
        lssm::kernel::evaluate(
            lssm::fixed_span<const T, K>(n.h.data(), n.h.size()), view<T>(n.a),
            [&](integer j, const auto& p) { lssm::kernel::store_block(p, std::span<T>(n.p), j); });
        benchmark::DoNotOptimize(n.p.data());
      },
      [=] {
        const auto& n = *polynomial;
        for (std::size_t j = 0; j < n.a.size(); ++j) {
          T sum(0);
          for (std::size_t k = n.h.size(); k-- > 0;) sum = sum * n.a[j] + n.h[k];
          if (!near(sum, n.p[j])) return false;
        }
        return true;
      });

  // The two sequences of the poisoned training set: h enters at entries 1 and kappa - 1.
  const lssm::teacher_student<
      lssm::ssm<lssm::real_diagonal<D>, lssm::learn<lssm::state_matrix>>, lssm::theorem1_teacher<D>,
      lssm::inject<lssm::training_set<K, lssm::unit<lssm::at<0>>>, lssm::unit<lssm::at<-2>>>,
      lssm::squared_error, lssm::gradient_flow<>, lssm::theorem1_start>
      study{.student = {.structure = {.states = d}},
            .teacher = {.states = d},
            .data = {.set = {.length = kappa}, .special = {.count = 1}},
            .training = {.rtol = 1e-4}};
  auto* bound = new auto(lssm::bind<T>(study, 242));
  auto* at = new auto(bound->objective.workspace());
  auto* slope = new auto(bound->theta);
  const double sequences = 2;
  add(
      "kernel/gradient/" + cell, modes * (2 * powers + 2 * (powers - 1)) + sequences * 4 * powers,
      [=] {
        benchmark::DoNotOptimize(
            bound->objective.value_and_gradient(view<T>(bound->theta), std::span<T>(*slope), *at));
        benchmark::DoNotOptimize(slope->data());
      },
      [=] {
        T at_first(0), at_special(0);
        for (const T& a : bound->theta) {
          at_first += lssm::power(a, static_cast<long>(kappa - 1));
          at_special += a;
        }
        for (std::size_t j = 0; j < slope->size(); ++j) {
          const T powers_of_a = lssm::power(bound->theta[j], static_cast<long>(kappa - 2));
          const T right = (at_first - T(1)) * static_cast<T>(kappa - 1) * powers_of_a + (at_special - T(1));
          if (!near((*slope)[j], right)) return false;
        }
        return true;
      });
}

template <class T, integer D, integer K>
void add_full_gradient(const std::string& scalar, integer d, integer kappa) {
  const double modes = static_cast<double>(d), powers = static_cast<double>(kappa);
  struct problem : numbers<T, D, K> {
    T norm2{};
    std::vector<T> work;
    using numbers<T, D, K>::numbers;
  };
  auto* n = new problem(d, kappa);  // lives as long as the program
  n->work.resize(static_cast<std::size_t>(lssm::kernel::full_gradient_work<T>(d, kappa)));
  add(
      "kernel/full_gradient/" + scalar + "/d:" + std::to_string(d) + "/kappa:" + std::to_string(kappa),
      modes * 2 * (powers - 2) + modes * (modes + 1) / 2 * (2 * (powers - 2) + 4),
      [=] {
        n->norm2 = lssm::kernel::full_gradient_norm2(
            lssm::fixed_view<D>(std::as_const(n->a)), lssm::fixed_view<D>(std::as_const(n->w)),
            lssm::fixed_view<D>(std::as_const(n->p)), lssm::fixed_view<K>(std::as_const(n->h)),
            std::span<T>(n->work));
        n->h.back() += T(0) * n->norm2;
      },
      [=] {
        T sum(0);
        for (std::size_t i = 0; i < n->a.size(); ++i)
          for (std::size_t j = 0; j < n->a.size(); ++j) {
            T entry(0), inner(0), power_i(1);  // inner = Σ_{s+t=k-1} a_i^s a_j^t
            for (std::size_t k = 1; k < n->h.size(); ++k) {
              inner = inner * n->a[j] + power_i;
              power_i *= n->a[i];
              entry += n->h[k] * inner;
            }
            entry *= n->p[i] * n->w[j];
            sum += entry * entry;
          }
        return near(sum, n->norm2);
      });
}

}  // namespace

int main(int argc, char** argv) {
  add_kernels<float, 10, 7>("float", 10, 7);
  add_kernels<double, 10, 7>("double", 10, 7);
  add_kernels<double, 20, 9>("double", 20, 9);
  add_kernels<double, dynamic, dynamic>("double", 1000, 20);
  add_full_gradient<float, 10, 6>("float", 10, 6);
  add_full_gradient<float, 20, 10>("float", 20, 10);
  add_full_gradient<double, 10, 6>("double", 10, 6);
  add_full_gradient<double, dynamic, dynamic>("double", 1000, 20);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
