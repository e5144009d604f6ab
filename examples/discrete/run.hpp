// SPDX-License-Identifier: BSD-3-Clause
// A run of an experiment: trained, watched, timed and read off.
#pragma once

#include <chrono>
#include <lssm/all.hpp>

#include "options.hpp"

namespace discrete {

using namespace lssm;

/// One row of the table: how the run ended, and its last logged state.
struct result {
  lssm::status status = status::running;
  double steps_to_target = -1, steps = 0;  // -1: not reached
  double train_loss = 0, generalization_error = 0, effective_rank = 0;
  std::vector<double> eigenvalues;  // (d), absolute, descending
  std::vector<double> gamma;        // (kappa-1)
  double seconds = 0;               // of training with its observers
  csv_table over_time{{"steps"}};
  npz_writer arrays;
};

/// Test sequences where a network follows the SSM; else nothing: impulse responses are compared.
template <class Bound>
auto make_tests(Bound& bound, const setting& s, integer horizon) {
  using T = typename Bound::objective_type::scalar;
  if constexpr (requires(const Bound& b, std::span<T> h) { b.teacher.impulse_response(h); }) {
    return std::tuple<>();
  } else {
    return test_set<T>(bound.teacher, s.test_sequences, horizon, bound.streams->test());
  }
}

/// What of a run is logged; `tests` must outlive it.
template <class T, class Bound, class Tests>
auto watch(const Bound& bound, Tests& tests, const setting& s, integer horizon) {
  const auto error = [&] {
    if constexpr (std::is_same_v<Tests, std::tuple<>>) {
      return record::generalization{bound.teacher, horizon};
    } else {
      return record::named<"generalization_error">(record::test_error{&tests});  // one column for both kinds
    }
  }();
  return trajectory_of<T>(sample_steps{.period = s.log_every, .offset = 1}, record::steps{}, record::rate{},
                          record::loss{}, error, record::effective_rank{}, record::eigenvalues{},
                          record::gamma{});
}

template <class Training, class Seen>
result read_off(const Training& training, const Seen& seen, bool files) {
  result r;
  r.status = training.lane_status(0);
  r.steps_to_target = value_of(training.now().target_steps);
  r.steps = value_of(training.now().steps);
  const std::size_t last = seen.last_due();
  const auto logged = [&](std::string_view name) {
    const auto values = seen.values(name);
    std::vector<double> row;
    for (std::size_t j = 0; j < values.shape(1); ++j) row.push_back(value_of(values(last, j)));
    return row;
  };
  r.train_loss = logged("loss")[0];
  r.generalization_error = logged("generalization_error")[0];
  r.effective_rank = logged("effective_rank")[0];
  r.eigenvalues = logged("eigenvalue");
  std::sort(r.eigenvalues.begin(), r.eigenvalues.end(), std::greater<>{});
  r.gamma = logged("gamma");
  if (files) {
    r.over_time = to_csv(seen);
    r.arrays = to_npz(seen);
  }
  return r;
}

/// Trains one run. `keep` is told when it starts, at every logged state, and when it ends. With `check_only` it ends where
/// it starts, having thrown bad_argument or bad_file if the run is impossible, or its checkpoint of no use.
template <class T, class Study, class Keep>
result train(Study with_study, const setting& s, std::uint32_t seed, bool special, integer horizon,
             bool files, Keep keep, bool check_only = false) {
  const flush_denormals none;  // what underflows has no effect, but costs time
  return with_study(s, special, [&](const auto& study) {
    auto bound = [&] {
      try {
        return bind<T>(study, seed);
      } catch (const bad_argument& e) {
        throw bad_argument("seed " + std::to_string(seed) + ": " + e.what());
      }
    }();
    auto training = bound.training();
    auto tests = make_tests(bound, s, horizon);
    auto seen = watch<T>(bound, tests, s, horizon);
    keep.at_start(bound, training, seen);
    result r;
    if (check_only) return r;
    std::size_t logged = seen.last_due();
    const auto begin = std::chrono::steady_clock::now();
    drive(training, [&](auto& run) {
      seen(run);
      if (seen.last_due() == logged) return;
      logged = seen.last_due();
      keep.at_log(bound, training, seen);
    });
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    keep.at_end(bound, training, seen);
    r = read_off(training, seen, files);
    r.seconds = elapsed.count();
    return r;
  });
}

}  // namespace discrete
