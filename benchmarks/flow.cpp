// SPDX-License-Identifier: BSD-3-Clause
// Whole gradient flows of Theorem 1's experiment, from the start to the limit; one iteration is one flow, or all sixteen.
//
//   flow/theorem1/double/d:10/kappa:7            one flow; d:20/kappa:9 is the other published setting
//   flow/theorem1/double/d:10/kappa:7/special    with the special sequence in the training set
//   flow/theorem1/double/published               the sixteen published flows, one after the other
//   flow/theorem1/lanes/published                the same, one flow per SIMD lane
//   flow/theorem1/{long_double,quad}/...         the same source in more digits
//   flow/theorem1/double/d:1000/kappa:7          sizes known at run time only
//   flow/theorem1/boost/...                      Boost's rosenbrock4 on the same flows, where it is installed: in the modes
//                                                themselves at SciPy's default tolerances
//   flow/theorem1/boost_gaps/...                 and in leader and gaps, at a tolerance that gives about our digits
//
// Counters: error, the largest relative error of a generalization error against its true value; steps, accepted and
// rejected, of all flows of an iteration; time_per_step in seconds. Ours must err by less than 1e-9, or the benchmark fails.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <string>
#include <vector>

#include "flow_boost.hpp"
#include "published.hpp"

namespace {

using lssm::dynamic, lssm::integer;

template <integer D, integer K>
using study = lssm::teacher_student<
    lssm::ssm<lssm::real_diagonal<D>, lssm::learn<lssm::state_matrix>>, lssm::theorem1_teacher<D>,
    lssm::inject<lssm::training_set<K, lssm::unit<lssm::at<0>>>, lssm::unit<lssm::at<-2>>>,
    lssm::squared_error, lssm::gradient_flow<>, lssm::theorem1_start>;

template <integer D, integer K>
study<D, K> make_study(integer dim, integer length, double scale, double gap_factor, integer special) {
  return {.student = {.structure = {.states = dim}},
          .teacher = {.states = dim},
          .data = {.set = {.length = length}, .special = {.count = special}},
          .start = {.scale = scale, .gap_factor = gap_factor}};
}

template <integer D, integer K>
study<D, K> make_study(const published::setting& s, integer special) {
  return make_study<D, K>(s.dim, s.length, s.scale, s.gap_factor, special);
}

/// What an iteration has done: its steps, and its largest error.
struct tally {
  double steps = 0, error = 0;

  template <class Outcome>
  void add(const Outcome& o, double truth) {
    add(static_cast<double>(o.at_end.steps + o.at_end.rejected), static_cast<double>(o.generalization(20)),
        truth);
  }
  void add(double more_steps, double value, double truth) {
    steps += more_steps;
    const double e = std::abs(value / truth - 1);
    error = e > error || std::isnan(e) ? e : error;
  }
};

template <class Iteration>
void measure(benchmark::State& state, double most_error, Iteration iteration) {
  tally last;
  for (auto _ : state) benchmark::DoNotOptimize(last = iteration());
  if (!(last.error <= most_error)) state.SkipWithError("the flow ends too far from its true limit");
  state.counters["error"] = last.error;
  state.counters["steps"] = last.steps;
  using counter = benchmark::Counter;
  state.counters["time_per_step"] =
      counter(last.steps, counter::kIsIterationInvariantRate | counter::kInvert);
}

template <class Iteration>
void add(const std::string& name, Iteration iteration, double most_error = 1e-9) {
  benchmark::RegisterBenchmark(("flow/theorem1/" + name).c_str(), [=](benchmark::State& state) {
    measure(state, most_error, iteration);
  })->Unit(benchmark::kMillisecond);
}

/// d:10/kappa:7 or d:10/kappa:7/special
std::string cell(int dim, int length, int special) {
  const std::string name = "d:" + std::to_string(dim) + "/kappa:" + std::to_string(length);
  return special > 0 ? name + "/special" : name;
}

template <class T, integer D, integer K>
tally one(const published::setting& s, int special, std::size_t seed) {
  tally t;
  t.add(lssm::run<T>(make_study<D, K>(s, special), s.seeds[seed]),
        s.truth[static_cast<std::size_t>(special)][seed]);
  return t;
}

/// The eight flows of a setting, one per lane, or in as many packs as it takes.
template <integer D, integer K>
void in_lanes(const published::setting& s, tally& t) {
  using lanes = lssm::pack<double>;
  constexpr std::size_t width = lssm::lanes_of<lanes>, flows = 8;
  for (std::size_t first = 0; first < flows; first += width) {
    std::vector<study<D, K>> studies;
    std::vector<std::uint32_t> seeds;
    std::vector<double> truth;
    for (std::size_t i = first; i < std::min(first + width, flows); ++i) {
      const std::size_t special = i / 4, seed = i % 4;
      studies.push_back(make_study<D, K>(s, static_cast<integer>(special)));
      seeds.push_back(s.seeds[seed]);
      truth.push_back(s.truth[special][seed]);
    }
    const auto outcomes =
        lssm::run<lanes>(std::span<const study<D, K>>(studies), std::span<const std::uint32_t>(seeds));
    for (std::size_t i = 0; i < truth.size(); ++i) t.add(outcomes[i], truth[i]);
  }
}

template <class T>
void add_single_flows(const std::string& scalar) {
  for (const int special : {0, 1}) {
    add(scalar + "/" + cell(10, 7, special),
        [=] { return one<T, 10, 7>(published::settings[0], special, 0); });
    add(scalar + "/" + cell(20, 9, special),
        [=] { return one<T, 20, 9>(published::settings[1], special, 0); });
  }
}

/// How Boost is asked: SciPy's default tolerances in the modes themselves, or digits like ours in leader and gaps.
struct boost_way {
  std::string name;
  double relative, absolute;
  bool gaps;
};

/// One flow by Boost from the same start; its steps are the accepted ones.
void add_boost(tally& t, const boost_way& way, const published::setting& s, std::size_t special,
               std::size_t seed) {
  const auto bound =
      lssm::bind<double>(make_study<dynamic, dynamic>(s, static_cast<integer>(special)), s.seeds[seed]);
  auto student = bound.student();
  const auto end = boost_flow({student.system.a.begin(), student.system.a.end()}, s.length, special > 0,
                              s.horizon[special], way.relative, way.absolute, way.gaps);
  std::copy(end.a.begin(), end.a.end(), student.system.a.begin());
  t.add(static_cast<double>(end.steps), lssm::generalization_error<double>(student, bound.teacher, 20),
        s.truth[special][seed]);
}

void add_boost_flows(const boost_way& way) {
  constexpr double any = HUGE_VAL;
  for (const auto& s : published::settings)
    for (const std::size_t special : {0U, 1U})
      add(
          way.name + "/" + cell(s.dim, s.length, static_cast<int>(special)),
          [=] {
            tally t;
            add_boost(t, way, s, special, 0);
            return t;
          },
          any);
  add(
      way.name + "/published",
      [=] {
        tally t;
        for (const auto& s : published::settings)
          for (std::size_t i = 0; i < 8; ++i) add_boost(t, way, s, i / 4, i % 4);
        return t;
      },
      any);
}

void add_all() {
  add_single_flows<double>("double");
  add("double/published", [] {
    tally t;
    const auto& [first, second] = published::settings;
    for (std::size_t i = 0; i < 8; ++i) {
      t.add(lssm::run<double>(make_study<10, 7>(first, static_cast<integer>(i / 4)), first.seeds[i % 4]),
            first.truth[i / 4][i % 4]);
      t.add(lssm::run<double>(make_study<20, 9>(second, static_cast<integer>(i / 4)), second.seeds[i % 4]),
            second.truth[i / 4][i % 4]);
    }
    return t;
  });
  add("lanes/published", [] {
    tally t;
    in_lanes<10, 7>(published::settings[0], t);
    in_lanes<20, 9>(published::settings[1], t);
    return t;
  });
  if (has_boost_flow()) {
    add_boost_flows({"boost", 1.49e-8, 1.49e-8, false});
    add_boost_flows({"boost_gaps", 1e-9, 0, true});
  }
  add("long_double/" + cell(10, 7, 0), [] { return one<long double, 10, 7>(published::settings[0], 0, 0); });
#if defined(__SIZEOF_FLOAT128__)
  add("quad/" + cell(10, 7, 0), [] { return one<lssm::quad, 10, 7>(published::settings[0], 0, 0); });
#endif
  for (const auto& flow : published::larger_flows)
    add("double/" + cell(flow.dim, 7, flow.special), [flow] {
      tally t;
      t.add(lssm::run<double>(make_study<dynamic, dynamic>(flow.dim, 7, 1e-3, 5, flow.special), 1),
            flow.truth);
      return t;
    });
}

}  // namespace

int main(int argc, char** argv) {
  add_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
