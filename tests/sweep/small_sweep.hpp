// SPDX-License-Identifier: BSD-3-Clause
// A sweep of short runs, of different lengths, that tests execute in every way.
#pragma once

#include <lssm/all.hpp>
#include <lssm/sweep.hpp>

namespace small_sweep {

using namespace lssm;

template <integer D = 5>
using poisoned_study =
    teacher_student<ssm<real_diagonal<D>>, given<real_diagonal<1>>,
                    inject<training_set<6, gaussian<leading<3>>>, gaussian<at<>>>, squared_error,
                    descent<adam, unconstrained, first_of<target_loss, step_limit>>, near_zero>;

template <integer D>
poisoned_study<D> study_with(double amplitude, double position, integer states = 5) {
  poisoned_study<D> s;
  s.student.structure.states = states;
  s.teacher.values = {{0.9}, {1}, {1}};
  s.data.set.sequences.count = 8;
  s.data.special = {.support = {{static_cast<integer>(position)}}, .count = 4, .deviation = amplitude};
  s.training.rate = 0.02;
  s.training.stop.template get<target_loss>().value = 0.1;
  s.training.stop.template get<step_limit>().steps = 400;
  s.training.after = 20;
  s.start = {.state_deviation = 0.4, .io_deviation = 0.4};
  return s;
}

inline const std::vector<std::string> results = {"status", "steps", "loss", "error"};
struct read_off {
  void operator()(const auto& outcome, sweep_row& row) const {
    row.add(outcome.status, outcome.at_end.steps, outcome.at_end.loss, outcome.generalization(20));
  }
};
struct study_at {
  poisoned_study<> operator()(const sweep_point& p) const {
    return study_with<5>(p["amplitude"], p["position"]);
  }
};

/// 2 amplitudes for every further one, positions -2 and -4.
inline auto make(integer amplitudes = 6, std::vector<std::uint32_t> seeds = {3, 4, 9}) {
  return sweep_of(
      "a small sweep",
      grid{.axes = {{"amplitude", logarithmic_values(0.1, 10, amplitudes)}, {"position", {-2, -4}}},
           .seeds = std::move(seeds)},
      study_at{}, results, read_off{});
}

/// Runs whose steps may be taken many at a time (train/descent_leap.hpp), of lengths that are no multiples of each other.
inline auto make_of_plain_descent() {
  using study = teacher_student<ssm<real_diagonal<5>>, given<real_diagonal<1>>,
                                inject<training_set<6, gaussian<leading<3>>>, gaussian<at<>>>, squared_error,
                                descent<gradient_descent, unconstrained, first_of<step_limit>>, near_zero>;
  return sweep_of(
      "plain descent",
      grid{.axes = {{"rate", {0.01, 0.02, 0.05, 1}}, {"limit", {0, 1, 17, 100, 301}}}, .seeds = {1, 2, 3}},
      [](const sweep_point& p) {
        study s;
        s.teacher.values = {{0.9}, {1}, {1}};
        s.data.set.sequences.count = 8;
        s.data.special = {.support = {{-2}}, .count = 4};
        s.training.rate = p["rate"];
        s.training.stop.get<step_limit>().steps = p["limit"];
        s.start = {.state_deviation = 0.4, .io_deviation = 0.4};
        return s;
      },
      results, read_off{});
}

/// Studies of two types and, within one of them, two sizes.
struct of_many_sizes {
  std::string label = "many sizes";
  grid runs{.axes = {{"states", {5, 3, 7, 4}}, {"amplitude", {1, 3}}}, .seeds = {1, 2, 3}};
  std::vector<std::string> results = small_sweep::results;

  template <class F>
  void with_study(const sweep_point& p, F f) const {
    const auto states = static_cast<integer>(p["states"]);
    if (states == 5) return f(study_with<5>(p["amplitude"], -2));
    f(study_with<dynamic>(p["amplitude"], -2, states));
  }
  std::size_t group(const sweep_point& p) const { return static_cast<std::size_t>(p["states"]); }
  void read(const auto& outcome, sweep_row& row) const { read_off{}(outcome, row); }
};

/// For templates, where g++ 12 cannot make one.
inline of_many_sizes make_of_many_sizes() { return {}; }

}  // namespace small_sweep
