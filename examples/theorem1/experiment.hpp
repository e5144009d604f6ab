// SPDX-License-Identifier: BSD-3-Clause
// The runs of the experiment: the study in words of the library, trained, timed and read off.
//
//   student    A = diag(a_0, ..., a_{d-1}) learned, B = C = 1
//   teacher    A = diag(1, 0), B = Cᵀ = (1, √(d-1))
//   data       an impulse at the first of kappa entries, and `special` times one at the second to last
//   loss       squared, of the last output
//   training   gradient flow to its limit
#pragma once

#include <chrono>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "../support/output_directory.hpp"
#include "options.hpp"

namespace theorem1 {

using namespace lssm;

/// D and K are known sizes, or `dynamic`: then they are values.
template <integer D, integer K>
using study = teacher_student<ssm<real_diagonal<D>, learn<state_matrix>>, theorem1_teacher<D>,
                              inject<training_set<K, unit<at<0>>>, unit<at<-2>>>, squared_error,
                              gradient_flow<>, theorem1_start>;

template <integer D, integer K>
study<D, K> make_study(const setting& s, integer special, double rtol) {
  return {.student = {.structure = {.states = s.dim}},
          .teacher = {.states = s.dim},
          .data = {.set = {.length = s.length}, .special = {.count = special}},
          .training = {.rtol = rtol},
          .start = {.scale = s.init_scale, .gap_factor = s.gap_factor}};
}

/// Calls f with the study of these sizes: as compile-time sizes where they are published and the scalar is double, which
/// is faster, bit for bit the same, and too long to compile for every scalar.
template <class T, class F>
auto with_study(const setting& s, integer special, double rtol, F f) {
  if constexpr (std::is_same_v<lane_of<T>, double>) {
    if (s.dim == 10 && s.length == 7) return f(make_study<10, 7>(s, special, rtol));
    if (s.dim == 20 && s.length == 9) return f(make_study<20, 9>(s, special, rtol));
  }
  return f(make_study<dynamic, dynamic>(s, special, rtol));
}

/// Calls f with std::type_identity of the scalar.
template <class F>
void with_scalar(scalar_kind kind, F f) {
  if (kind == scalar_kind::as_double) f(std::type_identity<double>{});
  if (kind == scalar_kind::as_long_double) f(std::type_identity<long double>{});
  if (kind == scalar_kind::as_quad) f(std::type_identity<quad>{});
}

/// One row of the table.
template <class T>
struct result {
  lssm::status status = status::running;
  T train_loss{}, generalization_error{}, effective_rank{}, flow_time{};
  std::vector<T> eigenvalues;  // (d), absolute, descending
  integer steps = 0;
  double seconds = 0;  // of the integration
};

/// One run of a setting.
struct run_of {
  std::uint32_t seed = 0;
  integer special = 0;
};

/// All runs of a setting: seeds first, then numbers of special sequences.
inline std::vector<run_of> runs_of(const setting& s, const std::vector<integer>& specials) {
  std::vector<run_of> runs;
  for (std::uint32_t seed : s.seeds)
    for (integer special : specials) runs.push_back({seed, special});
  return runs;
}

/// Throws bad_argument if the run is impossible, before any of its work.
template <class T>
void validate(const setting& s, const run_of& run, double rtol) {
  with_study<T>(s, run.special, rtol, [&](const auto& study) {
    study.template validate<T>();
    try {
      bind<T>(study, run.seed);
    } catch (const bad_argument& e) {
      throw bad_argument("seed " + std::to_string(run.seed) + ": " + e.what());
    }
  });
}

/// Up to lanes_of<T> runs side by side; each is given its share of the time.
template <class T>
std::vector<result<lane_of<T>>> train_together(const setting& s, std::span<const run_of> runs,
                                               integer horizon, double rtol) {
  using L = lane_of<T>;
  return with_study<T>(s, 0, rtol, [&](const auto& first) {
    std::vector<std::remove_cvref_t<decltype(first)>> studies(runs.size(), first);
    std::vector<std::uint32_t> seeds;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      studies[i].data.special.count = runs[i].special;
      seeds.push_back(runs[i].seed);
    }
    auto bound = bind_lanes<T>(std::span<const typename decltype(studies)::value_type>(studies),
                               std::span<const std::uint32_t>(seeds));
    const auto begin = std::chrono::steady_clock::now();
    auto training = bound.training();
    drive(training, silent{});
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    std::vector<result<L>> results;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto end = read_lane(training, bound.single(i), i);
      results.push_back({.status = end.status,
                         .train_loss = end.at_end.loss,
                         .generalization_error = end.generalization(horizon),
                         .effective_rank = end.effective_rank(),
                         .flow_time = end.at_end.time,
                         .eigenvalues = end.eigenvalues(),
                         .steps = static_cast<integer>(value_of(end.at_end.steps)),
                         .seconds = elapsed.count() / static_cast<double>(runs.size())});
    }
    return results;
  });
}

/// Above this dimension the states of a whole pack leave the second-level cache, and one run at a time is as fast.
inline constexpr integer most_dim_in_lanes = 500;

/// Every run of a setting, in the order of `runs`: in lanes where the scalar has them, with the same digits.
template <class T>
std::vector<result<T>> train(const setting& s, std::span<const run_of> runs, integer horizon, double rtol) {
  std::vector<result<T>> results;
  while (!runs.empty()) {
    std::vector<result<T>> some;
    if constexpr (std::is_same_v<T, double>) {
      const std::size_t together = std::min(runs.size(), lanes_of<pack<T>>);
      if (together > 1 && s.dim <= most_dim_in_lanes)
        some = train_together<pack<T>>(s, runs.first(together), horizon, rtol);
    }
    if (some.empty()) some = train_together<T>(s, runs.first(1), horizon, rtol);
    results.insert(results.end(), some.begin(), some.end());
    runs = runs.subspan(some.size());
  }
  return results;
}

/// The same run, watched: `name`.csv and `name`.npz hold it over time.
template <class T>
void record_run(const setting& s, const run_of& one, const options& o, const std::string& name,
                const support::output_directory& out) {
  with_study<T>(s, one.special, o.rtol, [&](const auto& study) {
    auto seen = trajectory_of<T>({.per_decade = 25, .every = 10}, record::time{}, record::loss{},
                                 record::generalization{study.teacher.template bind<T>(), o.horizon},
                                 record::effective_rank{}, record::eigenvalues{}, record::gamma{});
    run<T>(study, one.seed, seen);
    out.save(name + ".csv", to_csv(seen));
    out.save(name + ".npz", to_npz(seen));
  });
}

}  // namespace theorem1
