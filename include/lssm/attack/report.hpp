// SPDX-License-Identifier: BSD-3-Clause
// What a poison does to victims held out: errors at multiples of the protocol's further steps, with intervals.
//
//   auto seen = judge<double>(attack, poison, {1, 3, 10, 30}, in_lanes{});
//   seen.of_search, seen.held_out     errors of both sides, under the protocol
//   seen.after                        medians held out, one for each multiple
//
// A victim that stalls counts as infinite in medians, quartiles and intervals.
#pragma once

#include "search.hpp"

namespace lssm {

/// Errors of victims under the protocol: each, their median and quartiles, the interval of the median, the share that stalls.
struct victim_errors {
  std::vector<double> each{};  ///< in the order of the seeds; infinite where a victim stalls
  double median = 0, stalled = 0;
  std::array<double, 2> quartiles{}, interval{};

  static victim_errors of(std::vector<double> errors, double share_stalled) {
    return {.each = errors,
            .median = quantile_of(errors, 0.5),
            .stalled = share_stalled,
            .quartiles = {quantile_of(errors, 0.25), quantile_of(errors, 0.75)},
            .interval = median_interval(errors)};
  }
};

/// What a poison comes to: by the seeds of the search and by those held out, which are never mixed.
struct attack_report {
  knowledge known = knowledge::distribution;
  victim_errors of_search{}, held_out{};
  std::vector<integer> times{};  ///< multiples of the protocol's further steps
  std::vector<double> after{};   ///< the median error held out at each
  integer trainings = 0;
};

namespace detail {

/// Errors of the victims (times, seeds); infinite where one stalls. Nothing where the sweep was cancelled.
template <SingleScalar T, class Attack, class Executor>
std::optional<std::vector<victim_errors>> errors_over_time(const Attack& a, const poison_inputs& by,
                                                           const std::vector<std::uint32_t>& seeds,
                                                           const std::vector<integer>& times,
                                                           const Executor& executor,
                                                           const sweep_options& options) {
  const auto study_of = [&](const sweep_point& p) {
    auto study = a.victim_of(by);
    study.training.after = further_steps("judge", study.training.after, static_cast<integer>(p["times"]));
    return study;
  };
  const auto read = [&](const auto& outcome, sweep_row& row) {
    const double error = value_of(outcome.generalization(a.horizon));
    row.add(stalled(outcome) || !(error == error) ? HUGE_VAL : error, stalled(outcome) ? 1 : 0);
  };
  point_list runs{.axes = {"times"}, .at = {}, .seeds = seeds};
  for (const integer t : times) runs.at.push_back({static_cast<double>(t)});
  const auto done =
      execute<T>(sweep_of(a.label, std::move(runs), study_of, {"error", "stalled"}, read), executor, options);
  if (!done.complete()) return std::nullopt;
  const auto error = done.table().template column<double>("error"),
             stall = done.table().template column<double>("stalled");
  std::vector<victim_errors> out;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto part = [&](const auto& of) {
      const auto from = of.begin() + static_cast<integer>(i * seeds.size());
      return std::vector<double>(from, from + static_cast<integer>(seeds.size()));
    };
    const auto ends = part(stall);
    out.push_back(victim_errors::of(
        part(error), std::accumulate(ends.begin(), ends.end(), 0.0) / static_cast<double>(ends.size())));
  }
  return out;
}

}  // namespace detail

/// Trains the victims of a poison: those of the search, and those held out at every multiple of the protocol's further steps,
/// the first of which is 1. Nothing where `options.cancel` ended it.
template <SingleScalar T, class Study, class Wanted, class Executor = serial>
std::optional<attack_report> judge(const attack<Study, Wanted>& a, const poison_inputs& by,
                                   std::vector<integer> times = {1, 3, 10, 30}, const Executor& executor = {},
                                   const sweep_options& options = {}) {
  a.template validate<T>();
  if (times.empty() || times[0] != 1)
    refuse("judge", "times", "1 and further multiples", times.empty() ? "none" : to_text(times[0]));
  for (const integer t : times) detail::further_steps("judge", a.study.training.after, t);
  const auto in = [&](const char* name) {
    sweep_options mine = options;
    if (!mine.directory.empty()) {
      writable_directory(mine.directory);
      mine.directory += std::string("/") + name;
    }
    return mine;
  };
  const auto search = detail::errors_over_time<T>(a, by, a.seeds.values, {1}, executor, in("search"));
  if (!search) return std::nullopt;
  const auto held_out =
      detail::errors_over_time<T>(a, by, a.held_out.values, times, executor, in("held_out"));
  if (!held_out) return std::nullopt;
  attack_report report{
      .known = a.known, .of_search = (*search)[0], .held_out = (*held_out)[0], .times = times};
  for (const victim_errors& e : *held_out) report.after.push_back(e.median);
  report.trainings = static_cast<integer>(a.seeds.values.size() + times.size() * a.held_out.values.size());
  return report;
}

}  // namespace lssm
