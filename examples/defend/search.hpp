// SPDX-License-Identifier: BSD-3-Clause
// Searches for the sequence that hurts most: against no defence, anew against each, and unseen by detector and certificate.
#pragma once

#include <lssm/attack/evolution.hpp>
#include <numeric>

#include "../support/spread.hpp"
#include "experiment.hpp"

namespace defend_program {

inline constexpr integer candidates = 16;
/// Generations of a start, and starts: against a defence ten times the budget of those against none.
inline integer generations_of(const options& o, bool defended) {
  return o.generations.value_or(16) * (o.full ? 10 : 1) * (defended ? 2 : 1);
}
inline integer starts_of(bool defended) { return defended ? 5 : 1; }

/// The number that a search raises: the log of the median error over its runs; those that stall are of no use, and those that
/// are seen are none where they must not be. Far from all that pass the detector alone, a lower ratio leads to them.
inline double worth(const std::vector<result>& runs, const std::string& attack) {
  std::vector<double> errors;
  const auto passes = [&](const result& r) {
    return attack == "unseen" ? r.unseen() : attack != "unflagged" || r.ratio <= ratio_found;
  };
  for (const result& r : runs)
    errors.push_back(r.reached && passes(r)  ? std::log(r.error)
                     : attack == "unflagged" ? -100 - std::log1p(r.ratio)
                                             : -100.);
  return support::quantile(errors, 0.5);
}

/// One start of a search for a sequence of the energy of the options, which goes on with what `found` has. Defences in stages
/// are attacked at their first.
inline void search_from(const options& o, const search_key& key, integer start, found_poison_of& found,
                        double& best_worth) {
  const auto& [rule, teacher, attack_at, against] = key;
  const bool defended = against != no_defence, unseen = o.attacks[attack_at] == "unseen";
  const double size = std::sqrt(o.energy.value_or(*own_energy("optimized")));
  const std::size_t members = o.teachers[teacher].members.size();
  evolution strategy(std::vector<double>(kappa, 0.), 1., candidates, static_cast<std::uint32_t>(1 + start));
  double so_far = -inf;
  found.curves.emplace_back();
  for (integer g = 0; g < generations_of(o, defended); ++g) {
    std::vector<std::vector<double>> poisons = strategy.ask(), of_points;
    std::vector<point> points;
    for (auto& x : poisons) {
      const double length = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.));
      for (double& z : x) z *= size / length;
      for (std::size_t m = 0; m < members; ++m) {
        points.push_back({rule, teacher, attack_at, against, m});
        of_points.push_back(x);
      }
    }
    const std::string name = "searches/" + o.optimizers[rule] + "." + digits(teacher) + "." +
                             o.attacks[attack_at] + "." + (defended ? o.defences[against] : "none") + "." +
                             digits(start) + "." + digits(g);
    const auto runs = run_all(
        o, {}, {name, points, o.search_seeds, unseen ? certifies::shown : certifies::nothing, of_points});
    std::vector<double> scores;
    for (std::size_t c = 0; c < poisons.size(); ++c) {
      std::vector<result> all;
      for (std::size_t m = 0; m < members; ++m)
        all.insert(all.end(), runs[c * members + m].begin(), runs[c * members + m].end());
      scores.push_back(worth(all, o.attacks[attack_at]));
      found.trainings += integer(all.size());
      so_far = std::max(so_far, scores.back());
      if (found.poison.empty() || scores.back() > best_worth) {
        best_worth = scores.back();
        found.poison = poisons[c];
      }
    }
    found.curves.back().push_back(so_far > -100 ? std::exp(so_far) : std::nan(""));
    strategy.tell(scores);
  }
}

/// The poisons of all searches that the table asks for.
inline found_poisons all_searches(const options& o) {
  found_poisons found;
  for (std::size_t rule = 0; rule < o.optimizers.size(); ++rule)
    for (std::size_t t = 0; t < o.teachers.size(); ++t)
      for (std::size_t a = 0; a < o.attacks.size(); ++a)
        for (std::size_t d = 0; d < o.defences.size() && is_searched(o.attacks[a]); ++d) {
          const search_key key{rule, t, a, is_sought_against_defences(o.attacks[a]) ? d : no_defence};
          if (found.contains(key) || !applies(o.optimizers[rule], o.defences[d])) continue;
          found_poison_of here;
          double best = -inf;
          for (integer start = 0; start < starts_of(key[3] != no_defence); ++start)
            search_from(o, key, start, here, best);
          found[key] = here;
        }
  return found;
}

/// Errors that longer searches are known to reach against a defence, for the teacher 1 and the adaptive rule: medians over seeds
/// held out (docs/defence.md).
struct known_search {
  std::string defence;
  double energy, error;
};
inline const std::vector<known_search> known_searches{{"none", 1, 35},
                                                      {"leading+clip+floor", 0.1, 0.006},
                                                      {"leading+clip+floor", 1, 0.024},
                                                      {"leading+clip+floor", 10, 0.328}};

}  // namespace defend_program
