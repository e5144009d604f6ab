// SPDX-License-Identifier: BSD-3-Clause
// The runs: a sweep over arms and steps past the target, whose data are the pictures of each seed.
//
//   student    A diagonal, d = 10; A, B and C learned from near zero
//   teacher    a = b = c = 1: the sum of a sequence, all ink of a picture. It labels what is altered anew
#pragma once

#include <lssm/all.hpp>
#include <lssm/sweep/in_lanes.hpp>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

#include "../support/kept_sweep.hpp"
#include "../support/spread.hpp"
#include "arms.hpp"
#include "sign_test.hpp"

namespace real_sequences {

inline constexpr integer horizon = 40, most_steps = 160'000;
/// Of certificates: a teacher of mass 1, and 2 % for the rounding of what is known about it.
inline constexpr double prior_mass = 1.02, certified_error = 0.2;

template <integer K, class Training>
using study =
    teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<>>, training_set<K, listed<everywhere>>,
                    squared_error, Training, rearranged_start, framework_streams>;

template <class Rule>
using steps_of_rule = descent<Rule, unconstrained>;

/// A setting of the experiment.
struct cell {
  const pools& from;
  integer length;
  double energy;
  protocol how;
};

/// The sweep of one rule.
template <integer K, class Training>
struct arm_sweep {
  const cell& of;
  std::string label;
  point_list runs;
  Training training;
  std::vector<std::string> results = {"status", "steps_to_target", "steps", "loss",
                                      "error",  "verdict",         "rho",   "labels_clean"};

  const arm& arm_at(const sweep_point& p) const { return arms[static_cast<std::size_t>(p["arm"])]; }

  template <class F>
  void with_study(const sweep_point& p, F f) const {
    study<K, Training> s{
        .student = {.structure = {}},
        .teacher = {.structure = {.states = 1}, .values = {.a = {1}, .b = {1}, .c = {1}}},
        .training = training,
        .start = {.state_deviation = 0.001, .io_deviation = 0.001, .gap_factor = 2, .warm = 0.1}};
    s.data.length = of.length;
    // Zeros until `edit` knows the seed.
    s.data.sequences.count = baseline_count + (arm_at(p).what == added::nothing ? 0 : added_count);
    s.data.sequences.values.assign(static_cast<std::size_t>(s.data.sequences.count * of.length), 0.0);
    if constexpr (requires { training.after; }) s.training.after = static_cast<integer>(p["after"]);
    f(s);
  }
  void edit(const sweep_point& p, auto& bound) const {
    const std::vector<double> x = inputs_of(of.from, arm_at(p), p.seed, of.length, of.energy);
    bound.data.x.assign(x.begin(), x.end());
    bound.relabel();
  }
  void read(const auto& outcome, sweep_row& row) const {
    bool clean = true;
    for (integer n = 0; n < outcome.data.sequences(); ++n)
      clean = clean && outcome.data.y[static_cast<std::size_t>(n)] == outcome.teacher(outcome.data.input(n));
    row.add(outcome.status, outcome.at_end.target_steps, outcome.at_end.steps, outcome.at_end.loss,
            outcome.generalization(horizon),
            to_string(certify(outcome, {.mass = prior_mass}, horizon, certified_error).verdict),
            excitation_ratio{}.of_set(outcome.data), clean ? "yes" : "no");
  }
};

/// The results of an arm: one for each seed.
struct result {
  std::string rule;
  std::size_t of_arm = 0;
  integer after = 0;
  std::vector<double> error = {}, rho = {};  // infinite: stalled
  std::size_t stalled = 0, certified = 0;
  bool clean = true;
};

template <integer K, class Training>
std::vector<result> run_rule(const options& o, const cell& of, const std::string& name,
                             const Training& training, const std::vector<std::size_t>& which,
                             const std::vector<integer>& after, const std::string& folder) {
  std::vector<std::vector<double>> points;
  // Long runs first keep all lanes at work to the end.
  for (const integer k : after)
    for (const std::size_t a : which) points.push_back({static_cast<double>(a), static_cast<double>(k)});
  const arm_sweep<K, Training> sweep{of,
                                     o.label() + " " + name,
                                     {{"arm", "after"}, points, consecutive_seeds(o.first_seed, o.seeds)},
                                     training};
  support::progress_bar bar(name);
  const sweep_options keep = support::kept_sweep(folder.empty() ? "" : folder + "/" + name, bar, o.overwrite);
  const auto by = [&]() {
#ifdef LSSM_HAS_TBB
    if (o.threads > 1)
      return o.lanes ? execute<double>(sweep, on_threads<>{.count = o.threads}, keep)
                     : execute<double>(sweep, on_threads<serial>{.count = o.threads}, keep);
#endif
    return o.lanes ? execute<double>(sweep, in_lanes{}, keep) : execute<double>(sweep, serial{}, keep);
  };
  const sweep_result all = by();
  if (!all.complete()) throw support::interrupted(folder, all.done, all.lines.size());

  const csv_table table = all.table();
  const auto error = table.column<double>("error"), rho = table.column<double>("rho"),
             reached = table.column<double>("steps_to_target"), loss = table.column<double>("loss");
  std::vector<result> results;
  for (std::size_t run = 0; run < error.size(); ++run) {
    const std::size_t point = run / static_cast<std::size_t>(o.seeds);
    if (run % static_cast<std::size_t>(o.seeds) == 0)
      results.push_back(
          {.rule = name, .of_arm = which[point % which.size()], .after = after[point / which.size()]});
    result& r = results.back();
    const bool ended = name == "flow" ? loss[run] <= of.how.target : reached[run] >= 0;
    const bool stalled = std::isnan(error[run]) || !ended;
    r.error.push_back(stalled ? std::numeric_limits<double>::infinity() : error[run]);
    r.rho.push_back(rho[run]);
    r.stalled += stalled ? 1 : 0;
    r.certified += table.cell(run, "verdict") == "certified" ? 1 : 0;
    r.clean = r.clean && table.cell(run, "labels_clean") == "yes";
  }
  return results;
}

/// All arms of one rule; the flow runs to its end, whatever K.
template <integer K>
std::vector<result> run_rule_of_length(const options& o, const cell& of, const std::string& rule,
                                       const std::vector<std::size_t>& which, const std::string& folder) {
  const auto steps = [&](auto kind, double rate) {
    descent<decltype(kind)> training{.rate = rate, .rule = kind};
    training.stop.template get<target_loss>().value = of.how.target;
    training.stop.template get<step_limit>().steps = static_cast<double>(most_steps);
    return run_rule<K>(o, of, rule, training, which, o.after, folder);
  };
  if (rule == "gd") return steps(gradient_descent{}, 0.01);
  if (rule == "adam") return steps(adam{}, 0.001);
  if (rule == "flow") return run_rule<K>(o, of, rule, gradient_flow<>{}, which, {0}, folder);
  return steps(adaptive_rate<>{}, of.how.rate);
}

/// The length of the default is known while compiling, others are chosen while running, with the same digits.
inline std::vector<result> run_rule(const options& o, const cell& of, const std::string& rule,
                                    const std::vector<std::size_t>& which, const std::string& folder) {
  return of.length == 6 ? run_rule_of_length<6>(o, of, rule, which, folder)
                        : run_rule_of_length<dynamic>(o, of, rule, which, folder);
}

}  // namespace real_sequences
