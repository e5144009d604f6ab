// SPDX-License-Identifier: BSD-3-Clause
// Searches for poison: generations of candidates, each trained with every seed of the search, as sweeps.
//
//   auto found = search<double>(attack, evolution{start, .5, 16, 1}, 16, in_lanes{}, {.directory = "out"});
//   found.complete()      whether every generation has been evaluated
//   found.best            the free numbers of the best candidate; attack.of(found.best) is its poison
//   found.curve           the best score so far, after every generation
//
//   scores<double>(attack, candidates, executor)    the goal's value of each candidate over the seeds of the search
//
// A generation is a sweep with the candidates' free numbers as axes: its table has them in all digits, with the score of
// every victim. In a directory each has one of its own, generation.<i>; a search that was killed goes on from there, to the
// same bytes, with any executor.
#pragma once

#include <cstdio>

#include "../sweep/description.hpp"
#include "../sweep/execute.hpp"
#include "evolution.hpp"
#include "statistics.hpp"
#include "threat.hpp"

namespace lssm {

/// A search strategy: asks for the scores of a generation of candidates, and is told them.
template <class S>
concept SearchStrategy = requires(S s, std::span<const double> scores) {
  { s.ask() } -> std::convertible_to<std::vector<std::vector<double>>>;
  s.tell(scores);
};

/// What a search came to.
struct found_poison {
  std::vector<double> best{};   ///< free numbers of the best candidate; empty before the first generation
  double score = -HUGE_VAL;     ///< its goal's value, over the seeds of the search
  std::vector<double> curve{};  ///< the best score after each generation
  integer trainings = 0;
  integer generations = 0;  ///< asked for

  bool complete() const { return generations > 0 && static_cast<integer>(curve.size()) == generations; }
};

namespace detail {

/// The goal's value of scores over seeds.
template <class Wanted>
double value_of_goal(const Wanted& goal, std::vector<double> scores) {
  for (double& s : scores)
    if (!(s == s)) s = -HUGE_VAL;
  if constexpr (requires { goal.over(scores); }) {
    return goal.over(std::move(scores));
  } else if constexpr (requires { goal.quantile; }) {
    return quantile_of(scores, goal.quantile);
  } else {
    double sum = 0;
    for (const double s : scores) sum += s;
    return sum / static_cast<double>(scores.size());
  }
}

/// The goal's score of a victim.
template <class Wanted, class Outcome>
double score_by(const Wanted& goal, const Outcome& outcome) {
  static_assert(Goal<Wanted, Outcome>, "attack: the goal lacks score(outcome), a number (docs/attack.md)");
  if constexpr (Goal<Wanted, Outcome>) return static_cast<double>(goal.score(outcome));
  return 0;
}

/// One generation of an attack as a sweep.
template <class Attack>
auto generation_sweep(const Attack& a, const std::vector<std::vector<double>>& candidates) {
  const auto study_of = [&a](const sweep_point& p) {
    auto study = a.victim_of(a.of(p.values));
    if constexpr (requires { a.goal.prepare(study); }) a.goal.prepare(study);
    return study;
  };
  const auto read = [&a](const auto& outcome, sweep_row& row) { row.add(score_by(a.goal, outcome)); };
  point_list runs{.axes = {}, .at = candidates, .seeds = a.seeds.values};
  for (integer i = 0; i < a.entries(); ++i) runs.axes.push_back("c" + std::to_string(i));
  return sweep_of(a.label, std::move(runs), study_of, {"score"}, read);
}

/// Scores of the goal (candidates); nothing where the sweep was cancelled.
template <SingleScalar T, class Attack, class Executor>
std::optional<std::vector<double>> generation_scores(const Attack& a,
                                                     const std::vector<std::vector<double>>& candidates,
                                                     const Executor& executor, const sweep_options& options) {
  const auto done = execute<T>(generation_sweep(a, candidates), executor, options);
  if (!done.complete()) return std::nullopt;
  const auto all = done.table().template column<double>("score");
  const std::size_t seeds = a.seeds.values.size();
  std::vector<double> values;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    values.push_back(value_of_goal(a.goal, {all.begin() + static_cast<integer>(i * seeds),
                                            all.begin() + static_cast<integer>((i + 1) * seeds)}));
  return values;
}

}  // namespace detail

/// The goal's value of each candidate (candidates, entries), over the seeds of the search.
template <SingleScalar T, class Study, class Wanted, class Executor = serial>
std::vector<double> scores(const attack<Study, Wanted>& a, const std::vector<std::vector<double>>& candidates,
                           const Executor& executor = {}, const sweep_options& options = {}) {
  a.template validate<T>();
  return detail::generation_scores<T>(a, candidates, executor, options).value_or(std::vector<double>{});
}

/// Searches for so many generations; options as of a sweep, progress counts the trainings of all generations.
template <SingleScalar T, class Study, class Wanted, SearchStrategy Strategy, class Executor = serial>
found_poison search(const attack<Study, Wanted>& a, Strategy strategy, extent<> generations,
                    const Executor& executor = {}, const sweep_options& options = {}) {
  a.template validate<T>();
  require(generations >= 1, "search", "generations", "at least 1", integer(generations));
  found_poison found{.generations = generations};
  if (!options.directory.empty()) writable_directory(options.directory);
  for (integer i = 0; i < generations; ++i) {
    const std::vector<std::vector<double>> candidates = strategy.ask();
    require(!candidates.empty(), "search", "the candidates of the strategy", "at least one", "none");
    const std::size_t runs = candidates.size() * a.seeds.values.size(),
                      before = static_cast<std::size_t>(found.trainings);
    sweep_options mine = options;
    if (!options.directory.empty()) mine.directory += "/generation." + std::to_string(i);
    if (options.progress)
      mine.progress = [&](const sweep_progress& p) {
        options.progress({runs * static_cast<std::size_t>(generations), before + p.found, before + p.done});
      };
    const auto values = detail::generation_scores<T>(a, candidates, executor, mine);
    if (!values) break;
    found.trainings += static_cast<integer>(runs);
    for (std::size_t k = 0; k < candidates.size(); ++k)
      if ((*values)[k] > found.score || found.best.empty()) {
        found.score = (*values)[k];
        found.best = candidates[k];
      }
    found.curve.push_back(found.score);
    strategy.tell(*values);
  }
  return found;
}

}  // namespace lssm
