// SPDX-License-Identifier: BSD-3-Clause
// Searches for the sequence that hurts most: against no defence, and anew against each.
#pragma once

#include <lssm/attack/evolution.hpp>
#include <numeric>

#include "../support/spread.hpp"
#include "experiment.hpp"

namespace defend_program {

inline constexpr integer candidates = 16, generations = 16;
inline integer searches(const options& o) { return o.full ? 5 : 1; }
inline integer generations_of(const options& o) { return o.full ? 10 * generations : generations; }
inline integer trainings_of_a_search(const options& o) {
  return searches(o) * generations_of(o) * candidates * integer(o.search_seeds.size());
}

/// The number that a search raises: the log of the median error over its seeds; runs that stall are of no use.
inline double worth(const std::vector<result>& runs) {
  std::vector<double> errors;
  for (const result& r : runs) errors.push_back(r.reached ? std::log(r.error) : -100.);
  return support::quantile(errors, 0.5);
}

/// One sequence of the energy of the options, against a defence; `growth` is attacked at its first order.
inline std::vector<double> searched_poison(const options& o, std::size_t teacher, std::size_t attack_at,
                                           std::size_t defence) {
  const double size = std::sqrt(o.energy.value_or(*own_energy("optimized")));
  const std::string against = defence == no_defence ? "undefended" : o.defences[defence];
  std::vector<double> best;
  double best_worth = -inf;
  for (integer start = 0; start < searches(o); ++start) {
    evolution strategy(std::vector<double>(kappa, 0.), 1., candidates, static_cast<std::uint32_t>(1 + start));
    for (integer g = 0; g < generations_of(o); ++g) {
      std::vector<std::vector<double>> poisons = strategy.ask();
      for (auto& x : poisons) {
        const double length = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.));
        for (double& z : x) z *= size / length;
      }
      const point at{teacher, attack_at, defence, growth_orders[0], 0};
      const work w{"searches/" + digits(teacher) + "." + against + "." + digits(start) + "." + digits(g),
                   std::vector<point>(poisons.size(), at), o.search_seeds, false, poisons};
      std::vector<double> scores;
      for (const auto& runs : run_all(o, {}, w)) {
        scores.push_back(worth(runs));
        if (scores.back() <= best_worth) continue;
        best_worth = scores.back();
        best = poisons[scores.size() - 1];
      }
      strategy.tell(scores);
    }
  }
  return best;
}

/// The poisons of all searches that the table asks for.
inline found_poisons all_searches(const options& o) {
  found_poisons found;
  for (std::size_t a = 0; a < o.attacks.size(); ++a)
    for (std::size_t t = 0; t < o.teachers.size() && o.attacks[a].ends_with("optimized"); ++t)
      for (std::size_t d = 0; d < o.defences.size(); ++d) {
        const std::size_t against = o.attacks[a] == "reoptimized" ? d : no_defence;
        if (!found.contains({t, against})) found[{t, against}] = searched_poison(o, t, a, against);
      }
  return found;
}

}  // namespace defend_program
