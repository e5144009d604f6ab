// SPDX-License-Identifier: BSD-3-Clause
// The runs: students of poison6 side by side in SIMD lanes, stepped far beyond the published end and looked at on the way.
#pragma once

#include <lssm/core/pack.hpp>
#include <map>

#include "../standalone/experiment.hpp"
#include "options.hpp"

namespace aftermath {

using namespace lssm;

/// Steps to the target with the paper's rule, at most so many, and the steps that the paper adds.
inline constexpr integer most_steps_to_target = 60'000, published_after = 1500;

/// poison6 with another rule, trained without end: the loop below ends it.
template <class Rule>
auto study_of(const Rule& rule, double rate, bool special) {
  standalone::setting s = standalone::published()[8];
  s.rate = s.rate_special = rate;
  s.max_steps = s.after = s.after_special = (most_steps_to_target + published_after) * most_times;
  return standalone::make_study<10, 6, Rule, unconstrained>(s, special, rule);
}

/// Trains one study with many seeds, as many at a time as there are lanes. `visits` says for the seeds from `first` on
/// after which steps, in ascending order, what is to be called with (lane's outcome, its place among all seeds).
template <class L, class Study, class Visits>
void train(const Study& study, std::span<const std::uint32_t> seeds, Visits visits) {
  using T = pack<L>;
  for (std::size_t first = 0; first < seeds.size(); first += lanes_of<T>) {
    const auto batch = seeds.subspan(first, std::min(lanes_of<T>, seeds.size() - first));
    auto lanes = bind_lanes<T, Study>(std::span<const Study>(&study, 1), batch);
    auto training = lanes.training();
    integer steps = 0;
    visits(first, batch.size(), [&](integer at) {
      for (; steps < at && training.running(); ++steps) training.step();
      return [&](std::size_t lane) { return read_lane(training, lanes.single(lane), lane); };
    });
  }
}

/// How long the paper would train each seed.
template <class L>
std::vector<integer> published_lengths(const options& o, bool special) {
  auto study = study_of(adaptive_rate<>{}, 0.01, special);
  study.training.after = 0;
  study.training.stop.template get<step_limit>().steps = static_cast<double>(most_steps_to_target);
  std::vector<integer> lengths;
  train<L>(study, o.seed_list(), [&](std::size_t, std::size_t lanes, auto after) {
    const auto outcome = after(most_steps_to_target);
    for (std::size_t i = 0; i < lanes; ++i)
      lengths.push_back(static_cast<integer>(value_of(outcome(i).at_end.steps)) + published_after);
  });
  return lengths;
}

/// Numbers of all seeds at several moments: (moments, seeds).
struct samples {
  std::size_t seeds = 0;
  std::vector<double> loss, error, rank;

  std::span<const double> at(const std::vector<double>& of, std::size_t moment) const {
    return std::span(of).subspan(moment * seeds, seeds);
  }
  void resize(std::size_t moments, std::size_t of_seeds) {
    seeds = of_seeds;
    for (auto* v : {&loss, &error, &rank}) v->assign(moments * seeds, 0.0);
  }
  void set(std::size_t moment, std::size_t seed, const auto& outcome, integer horizon) {
    const std::size_t i = moment * seeds + seed;
    const double e = value_of(outcome.generalization(horizon));
    loss[i] = value_of(outcome.at_end.loss);
    error[i] = std::isnan(e) ? std::numeric_limits<double>::infinity() : e;
    rank[i] = value_of(outcome.effective_rank());
  }
};

inline constexpr std::array rule_names = {"adaptive", "gd", "adam"};

/// A rule, without or with special sequences, and what came of it.
struct group {
  std::string rule;
  double rate = 0;
  bool special = false;
  std::vector<integer> lengths = {};         // published, of each seed
  std::vector<integer> steps = {};           // sampled for all seeds
  samples over_steps = {};                   // at those
  samples at_marks = {};                     // at multiples of each seed's own published length
  std::vector<double> steps_to_target = {};  // -1: not reached
  std::vector<bool> finite = {};
};

/// Twenty per factor of ten from 10 on, and the last.
inline std::vector<integer> spaced_steps(integer last) {
  std::vector<integer> steps;
  for (int k = 20;; ++k) {
    const auto next = static_cast<integer>(std::llround(std::pow(10, k / 20.0)));
    if (next >= last) break;
    if (steps.empty() || next > steps.back()) steps.push_back(next);
  }
  steps.push_back(last);
  return steps;
}

template <class L, class Rule>
void fill(group& g, const options& o, const Rule& rule, integer last) {
  const std::vector<std::uint32_t> seeds = o.seed_list();
  const std::vector<integer> marks = o.marks();
  g.steps = spaced_steps(last);
  g.over_steps.resize(g.steps.size(), seeds.size());
  g.at_marks.resize(marks.size(), seeds.size());
  g.steps_to_target.resize(seeds.size());
  g.finite.resize(seeds.size());

  train<L>(study_of(rule, g.rate, g.special), seeds, [&](std::size_t first, std::size_t lanes, auto after) {
    // What is due after which steps: moments of all lanes, marks of single ones.
    std::map<integer, std::vector<std::pair<std::size_t, std::size_t>>> own;  // (mark, lane)
    for (std::size_t m = 0; m < marks.size(); ++m)
      for (std::size_t i = 0; i < lanes; ++i) own[marks[m] * g.lengths[first + i]].emplace_back(m, i);
    std::map<integer, std::size_t> common;
    for (std::size_t k = 0; k < g.steps.size(); ++k) {
      common[g.steps[k]] = k;
      own[g.steps[k]];
    }
    for (const auto& [steps, due] : own) {
      const auto outcome = after(steps);
      for (const auto& [mark, i] : due) g.at_marks.set(mark, first + i, outcome(i), o.horizon);
      if (const auto moment = common.find(steps); moment != common.end())
        for (std::size_t i = 0; i < lanes; ++i)
          g.over_steps.set(moment->second, first + i, outcome(i), o.horizon);
      if (steps != last) continue;
      for (std::size_t i = 0; i < lanes; ++i) {
        const auto end = outcome(i);
        g.steps_to_target[first + i] = value_of(end.at_end.target_steps);
        g.finite[first + i] = end.status != status::not_finite;
      }
    }
  });
}

/// All rules without and with special sequences, for equally many steps.
template <class L, class Done>
void run_all(const options& o, Done done) {
  const std::array lengths = {published_lengths<L>(o, false), published_lengths<L>(o, true)};
  integer last = 0;
  for (const auto& of : lengths) last = std::max(last, o.times * *std::max_element(of.begin(), of.end()));
  const auto both = [&](const char* name, double rate, const auto& rule) {
    for (bool special : {false, true}) {
      group g{.rule = name, .rate = rate, .special = special, .lengths = lengths[special ? 1 : 0]};
      fill<L>(g, o, rule, last);
      done(g);
    }
  };
  both(rule_names[0], o.rate_adaptive, adaptive_rate<>{});
  both(rule_names[1], o.rate_gd, gradient_descent{});
  both(rule_names[2], o.rate_adam, adam{});
}

}  // namespace aftermath
