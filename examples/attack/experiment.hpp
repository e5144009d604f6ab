// SPDX-License-Identifier: BSD-3-Clause
// The attacks of one energy: given directions, random ones, and what a search finds; each judged on victims held out.
#pragma once

#include <chrono>
#include <lssm/sweep/in_lanes.hpp>
#ifdef LSSM_HAS_NLOPT
#include <lssm/attack/nlopt.hpp>
#endif
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

#include "../standalone/experiment.hpp"
#include "../support/kept_sweep.hpp"
#include "ascent.hpp"
#include "options.hpp"

namespace attack_program {

using namespace lssm;

inline const std::vector<integer> multiples = {1, 3, 10, 30};

/// The goal that was asked for: one type, so that the trainings of all goals are compiled once.
struct chosen_goal {
  wish of;
  integer horizon;

  void prepare(auto& study) const {
    if (of == wish::persistent) persistent{.horizon = horizon}.prepare(study);
  }
  double score(const auto& outcome) const {
    return of == wish::denial ? denial{}.score(outcome) : stealthy{.horizon = horizon}.score(outcome);
  }
  /// The median of errors, the share of stalls.
  double over(const std::vector<double>& scores) const {
    if (of != wish::denial) return quantile_of(scores, 0.5);
    return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
  }
};

/// What an attack came to.
struct result {
  std::string attack;
  std::uint32_t search_seed = 0;
  double energy = 0;
  poison_inputs poison{};
  integer trainings = 0;        // of the search
  std::vector<double> curve{};  // its best score after each generation
  bool clean = false;           // labels recomputed
  double seconds = 0;
  attack_report report{};
};

/// Calls f with the executor that was asked for.
template <class F>
auto with_executor(const options& o, F f) {
#ifdef LSSM_HAS_TBB
  return o.lanes ? f(on_threads<>{.count = o.threads}) : f(on_threads<serial>{.count = o.threads});
#else
  return o.lanes ? f(in_lanes{}) : f(serial{});
#endif
}

/// Calls f with the study of a setting: of the paper's size while compiling, of any other while running.
template <class F>
void with_study(const discrete::setting& s, F f) {
  if (has_known_size(s))
    return f(standalone::make_study<10, 6, adaptive_rate<>, unconstrained>(s, false, {}));
  const auto place = std::find(standalone::optimizers.begin(), standalone::optimizers.end(), s.optimizer);
  auto study = standalone::make_study<dynamic, dynamic, standalone::chosen_rule, discrete::maybe_fixed>(
      s, false, {.choice = place - standalone::optimizers.begin()});
  study.training.constraint.fixed = s.reset_io;
  f(study);
}

/// Whether every label of every victim held out is, to the bit, what the teacher says of its inputs.
inline bool labels_are_clean(const auto& a, const poison_inputs& by) {
  const auto study = a.victim_of(by);
  for (const std::uint32_t seed : a.held_out.values) {
    const auto bound = bind<double>(study, seed);
    for (integer n = 0; n < bound.data.sequences(); ++n)
      if (bound.data.y[static_cast<std::size_t>(n)] != bound.teacher(bound.data.input(n))) return false;
  }
  return true;
}

/// All that was found, and the victims without poison to compare with.
struct results {
  std::vector<result> attacks{};
  victim_errors clean{};  // held out
};

/// The name of an attack of one energy, in files: with the seed of its search, where there were several.
inline std::string name_of(const options& o, const std::string& attack, double energy, std::uint32_t seed) {
  const bool searched = attack == "random" || attack == "found";
  return attack + "." + digits(energy) +
         (searched && o.search_seeds.size() > 1 ? "." + digits(seed) : std::string{});
}

/// All attacks of one energy on one study.
template <class Attack>
struct campaign {
  const options& o;
  const Attack& a;
  results& out;
  static constexpr bool has_slope = decltype(Attack::study.data)::known_length == 6;

  sweep_options keep(const std::string& name, const std::string& what, support::progress_bar& bar) const {
    if (!o.out.empty()) writable_directory(o.out + "/" + name);
    return support::kept_sweep(o.out.empty() ? "" : o.out + "/" + name + "/" + what, bar, o.overwrite);
  }
  /// Adds what a search by a strategy finds.
  template <class Strategy>
  void search(const std::string& attack, std::uint32_t seed, const Strategy& by, integer generations) const {
    add({.attack = attack, .search_seed = seed}, [&](result& r) {
      const std::string name = name_of(o, attack, a.budget.energy, seed);
      support::progress_bar bar(name);
      const found_poison found = with_executor(o, [&](const auto& executor) {
        return lssm::search<double>(a, by, generations, executor, keep(name, "search", bar));
      });
      if (!found.complete()) throw support::interrupted(o.out);
      r.poison = a.of(found.best);
      r.trainings = found.trainings;
      r.curve = found.curve;
    });
  }
  attack_report judged(const std::string& name, const poison_inputs& poison,
                       const std::vector<integer>& times) const {
    support::progress_bar bar(name + ", judged");
    const auto report = with_executor(o, [&](const auto& executor) {
      return judge<double>(a, poison, times, executor, keep(name, "judged", bar));
    });
    if (!report) throw support::interrupted(o.out);
    return *report;
  }
  /// Adds an attack whose poison `find` sets.
  void add(result r, const std::function<void(result&)>& find) const {
    const auto begin = std::chrono::steady_clock::now();
    find(r);
    r.energy = a.budget.energy;
    r.report = judged(name_of(o, r.attack, r.energy, r.search_seed), r.poison, multiples);
    r.clean = labels_are_clean(a, r.poison);
    r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    out.attacks.push_back(std::move(r));
  }
  void run() const {
    const integer kappa = a.kappa();
    const auto given = [&](const char* name, const std::vector<double>& direction) {
      add({.attack = name, .search_seed = o.search_seeds[0]}, [&](result& r) { r.poison = a.of(direction); });
    };
    if (out.clean.each.empty()) out.clean = judged("clean", {}, {1}).held_out;
    given("paper", lag_direction(a.budget, kappa, 1, 1));
    given("ones", ones_direction(a.budget, kappa, 1));
    given("lag0", lag_direction(a.budget, kappa, 1, 0));
    for (const std::uint32_t seed : o.search_seeds) {
      search("random", seed, random_directions(a.entries(), o.candidates, seed), o.generations);
      find(seed);
    }
  }
  void find(std::uint32_t seed) const {
    if constexpr (has_slope)
      if (o.search == strategy::gradient)
        return search("found", seed, adjoint_ascent(a, start(seed), o.candidates), o.generations);
    const double step = 0.5 / std::sqrt(double(a.entries()));
#ifdef LSSM_HAS_NLOPT
    if (o.search == strategy::nlopt)
      return search("found", seed, nlopt_search(start(seed), step), o.generations * o.candidates);
#endif
    search("found", seed, evolution(start(seed), step, o.candidates, seed), o.generations);
  }
  /// All ones, and half as much of a direction that differs between search seeds.
  std::vector<double> start(std::uint32_t seed) const {
    const keyed_stream draws(seed, 2);
    std::vector<double> c = ones_direction(a.budget, a.kappa(), 1);
    const double ones = static_cast<double>(a.kappa()), all = static_cast<double>(c.size());
    for (std::size_t i = 0; i < c.size(); ++i)
      c[i] = c[i] / std::sqrt(ones) + 0.5 * draws.normal_at(i) / std::sqrt(all);
    return c;
  }
};

/// Everything that was asked for, energy by energy.
inline results run_all(const options& o) {
  results out;
  for (const double energy : o.energies)
    with_study(o.base(), [&]<class Study>(const Study& study) {
      using attack_type = lssm::attack<Study, chosen_goal>;
      const attack_type a{.study = study,
                          .budget = {.energy = energy, .sequences = o.sequences, .rank = o.rank},
                          .goal = {.of = o.goal, .horizon = o.of.horizon},
                          .seeds = {o.seeds},
                          .held_out = {o.held_out},
                          .known = o.known,
                          .known_seed = o.held_out[0],
                          .horizon = o.of.horizon,
                          .label = o.label()};
      campaign<attack_type>{o, a, out}.run();
    });
  return out;
}

}  // namespace attack_program
