// SPDX-License-Identifier: BSD-3-Clause
// How well scores find harmful sets, on drawn sets of five families.
#pragma once

#include "../support/output_directory.hpp"
#include "../support/spread.hpp"
#include "detection_sets.hpp"
#include "search.hpp"

namespace defend_program {

/// What is said of a score with a threshold that was calibrated on harmless odd sets, or given.
struct detector {
  std::string name;
  double auc, auc_of_all, correlation, clean_threshold, threshold = 0;
  share_interval found{}, wrong{};  // of even sets
  double found_share = 0, wrong_share = 0;
  std::vector<bool> right{};  // of every harmful or harmless even set
  bool known = true;          // whether every set has such a score

  double precision(double prevalence) const {
    const double hits = prevalence * found_share;
    return hits / (hits + (1 - prevalence) * wrong_share);
  }
};
struct detection {
  std::vector<scored_set> sets;
  double clean = median_of_clean();  // their median error

  double median_of_clean() const {
    std::vector<double> errors;
    for (const scored_set& s : sets)
      if (s.family == 0) errors.push_back(s.error);
    return support::quantile(errors, 0.5);
  }
  integer count(auto of) const { return std::count_if(sets.begin(), sets.end(), of); }

  bool harmful(const scored_set& s) const { return s.error > 10 * clean; }
  bool harmless(const scored_set& s) const { return s.error < 3 * clean; }
  std::vector<double> scores(std::size_t which, auto of) const {
    std::vector<double> out;
    for (const scored_set& s : sets)
      if (of(s)) out.push_back(s.score[which]);
    return out;
  }
  detector judge(std::size_t which, std::optional<double> threshold = {}) const {
    if (std::isnan(sets[0].score[which])) {
      detector nothing{};
      nothing.known = false;
      return nothing;
    }
    const auto bad = scores(which, [&](const scored_set& s) { return harmful(s); });
    const auto good = scores(which, [&](const scored_set& s) { return harmless(s); });
    const auto rest = scores(which, [&](const scored_set& s) { return !harmful(s); });
    std::vector<double> errors;
    for (const scored_set& s : sets) errors.push_back(s.error);
    // At most 10 % of such sets are above, with 95 % confidence.
    const auto calibrated = [&](auto of) {
      return calibrated_threshold(scores(which, [&](const scored_set& s) { return s.odd && of(s); }), 0.1);
    };
    detector d{score_names[which], area_under_roc(good, bad), area_under_roc(rest, bad),
               rank_correlation(scores(which, [](const scored_set&) { return true; }), errors),
               calibrated([](const scored_set& s) { return s.family == 0; })};
    d.threshold = threshold ? *threshold : calibrated([&](const scored_set& s) { return harmless(s); });
    integer found = 0, of_bad = 0, wrong = 0, of_good = 0;
    for (const scored_set& s : sets) {
      if (s.odd || !(harmful(s) || harmless(s))) continue;
      const bool above = s.score[which] > d.threshold, is_bad = harmful(s);
      (is_bad ? of_bad : of_good) += 1;
      (is_bad ? found : wrong) += above ? 1 : 0;
      d.right.push_back(above == is_bad);
    }
    d.found = exact_interval(found, of_bad);
    d.wrong = exact_interval(wrong, of_good);
    d.found_share = double(found) / double(of_bad);
    d.wrong_share = double(wrong) / double(of_good);
    return d;
  }
  /// The exact two-sided level of a sign test on the sets that only one of two detectors judges rightly.
  static double paired_level(const detector& x, const detector& y) {
    integer only_x = 0, only_y = 0;
    for (std::size_t i = 0; i < x.right.size(); ++i) {
      only_x += x.right[i] && !y.right[i] ? 1 : 0;
      only_y += y.right[i] && !x.right[i] ? 1 : 0;
    }
    return std::min(1.0, 2 * binomial_cdf(std::min(only_x, only_y), only_x + only_y, 0.5));
  }
};

inline csv_table roc_csv(const detection& d) {
  csv_table csv({"score", "score_at", "false", "found"});
  for (std::size_t i = 0; i < score_names.size(); ++i) {
    if (std::isnan(d.sets[0].score[i])) continue;
    for (const roc_point& p : roc(d.scores(i, [&](const scored_set& s) { return d.harmless(s); }),
                                  d.scores(i, [&](const scored_set& s) { return d.harmful(s); })))
      csv.add(score_names[i], i, p.false_share, p.found_share);
  }
  return csv;
}

/// How the first score does in another setting, with the threshold 10: no calibration.
inline std::vector<std::string> in_setting(const setting& in, const detection& d, const options& o) {
  const auto of = [&](std::size_t which, bool bad) {
    return d.scores(which, [&](const scored_set& s) { return bad ? d.harmful(s) : d.harmless(s); });
  };
  const auto bad = of(0, true), good = of(0, false);
  const auto above = [](const auto& v) {
    const auto n = std::count_if(v.begin(), v.end(), [](double x) { return x > ratio_found; });
    return double(n) / double(v.size());
  };
  const auto number = [](double x) { return support::rounded(x, 3); };
  if (bad.empty() || good.empty())
    return {in.name, std::to_string(bad.size()), std::to_string(good.size()), "-", "-", "-", "-"};
  const double auc = area_under_roc(good, bad), of_energy = area_under_roc(of(1, false), of(1, true));
  if (o.json)
    std::cout << json_object()
                     .add("setting", in.name)
                     .add("harmful", bad.size())
                     .add("harmless", good.size())
                     .add("auc", auc)
                     .add("auc_of_energy", of_energy)
                     .add("found", above(bad))
                     .add("false", above(good))
                     .text()
              << '\n';
  return {in.name,           std::to_string(bad.size()), std::to_string(good.size()), number(auc),
          number(of_energy), number(above(bad)),         number(above(good))};
}
inline void print_settings(const options& o) {
  support::text_table table({"setting", "harmful", "harmless", "AUC", "of energy", "found", "false"});
  for (const setting& in : other_settings)
    table.add(in_setting(in, detection{scored_sets(in, std::max<integer>(20, o.sets / 4), o.seeds[0])}, o));
  if (!o.json)
    std::cout << "\nThe excitation ratio with the threshold 10, and the AUC of the energy at lags 0 and 1, "
                 "in other "
                 "settings\n"
              << table;
}

/// Sequences of the given energies that leave the excitation ratio as it is, and the worst that a search for one at or below
/// the threshold comes to.
inline void print_evasion(const options& asked) {
  const support::interruption ctrl_c;
  options o = asked;
  o.teachers = {one_teacher({1})};
  o.optimizers = {"adaptive"};
  o.attacks = {"none", "evade", "unflagged"};
  o.defences = {"none"};
  support::text_table table({"attack", "energy", "error", "quartiles", "stalled", "found", "trainings"});
  const auto add = [&](const std::string& attack, double energy, const found_poisons& found,
                       integer trainings) {
    o.energy = energy;
    const auto at =
        static_cast<std::size_t>(std::find(o.attacks.begin(), o.attacks.end(), attack) - o.attacks.begin());
    const work todo{"evasion/" + attack + "." + digits(energy), {{0, 0, at, 0}}, o.seeds};
    const std::vector<result> ended = run_all(o, found, todo)[0];
    std::vector<double> errors;
    integer seen = 0;
    for (const result& r : ended) {
      if (r.reached) errors.push_back(r.error);
      seen += r.ratio > ratio_found ? 1 : 0;
    }
    const double count = static_cast<double>(ended.size()), stalls = 1 - double(errors.size()) / count;
    const auto at_share = [&](double p) {
      return errors.empty() ? std::nan("") : support::quantile(errors, p);
    };
    if (o.json)
      std::cout << json_object()
                       .add("evasion", attack)
                       .add("energy", energy)
                       .add("error", at_share(.5))
                       .add("quartiles", std::vector{at_share(.25), at_share(.75)})
                       .add("stalled", stalls)
                       .add("found", double(seen) / count)
                       .add("trainings", trainings)
                       .text()
                << '\n';
    const auto text = [](double x) { return std::isnan(x) ? std::string("-") : support::rounded(x, 3); };
    table.add({attack, digits(energy), text(at_share(.5)), text(at_share(.25)) + " " + text(at_share(.75)),
               text(stalls), text(double(seen) / count), std::to_string(trainings)});
  };
  add("none", 1, {}, 0);
  for (const double energy : {1., 10., 100.}) add("evade", energy, {}, 0);
  for (const double energy : {1., 10., 100.}) {
    o.energy = energy;
    if (!asked.out.empty()) o.out = asked.out + "/energy." + digits(energy);
    found_poisons found;
    const search_key key{0, 0, 2, no_defence};
    double best = -inf;
    search_from(o, key, 0, found[key], best);
    add("unflagged", energy, found, found[key].trainings);
  }
  if (!o.json)
    std::cout << "\nEvasion: sequences whose label is 0, and the worst that a search finds at excitation "
                 "ratios of at most 10\n"
              << table;
}

inline void detect(const options& o, const support::output_directory& out) {
  const detection d{
      scored_sets<adaptive_descent, kappa>(setting{"poison6"}, o.sets, o.seeds[0], o.leave_out)};
  const std::string bad = std::to_string(d.count([&](const scored_set&s) { return d.harmful(s); })),
                    good = std::to_string(d.count([&](const scored_set&s) { return d.harmless(s); }));
  std::vector<detector> all{d.judge(0, ratio_found)};
  for (std::size_t i = 0; i < score_names.size(); ++i)
    if (const detector judged = d.judge(i); judged.known) all.push_back(judged);

  const auto text = [](double x) { return std::isnan(x) ? std::string("-") : support::rounded(x, 3); };
  support::text_table table({"score", "AUC", "with the band", "rank corr.", "of clean", "threshold", "found",
                             "95 %", "false", "95 %", "precision at 1 %", "paired level"});
  for (const detector& x : all) {
    const double level = detection::paired_level(all[1], x);
    if (o.json) {
      json_object line;
      line.add("score", x.name).add("auc", x.auc).add("auc_of_all", x.auc_of_all);
      line.add("rank_correlation", x.correlation)
          .add("threshold_of_clean", x.clean_threshold)
          .add("threshold", x.threshold);
      line.add("found", x.found_share).add("found_interval", std::vector{x.found.low, x.found.high});
      line.add("false", x.wrong_share).add("false_interval", std::vector{x.wrong.low, x.wrong.high});
      line.add("precision_at_1_percent", x.precision(0.01)).add("paired_level", level);
      std::cout << line.text() << '\n';
    }
    table.add({x.name, text(x.auc), text(x.auc_of_all), text(x.correlation), text(x.clean_threshold),
               text(x.threshold), text(x.found_share), text(x.found.low) + " " + text(x.found.high),
               text(x.wrong_share), text(x.wrong.low) + " " + text(x.wrong.high), text(x.precision(0.01)),
               text(level)});
  }
  if (!o.json)
    std::cout
        << d.sets.size() << " sets: " << bad << " harmful (error > 10 times the clean median, or stalled), "
        << good << " harmless (< 3 times)\n\n"
        << table
        << "\nThresholds: 10, and those that 10 % of harmless sets (of clean: of sets without attack) exceed "
           "at most, "
           "with 95 % confidence,\nfrom odd sets; found and false on even sets. Paired level: sign test "
           "against the first calibrated one.\n";
  out.save("roc.csv", roc_csv(d));
  if (o.settings) print_settings(o);
  if (o.evasion) print_evasion(o);
}

}  // namespace defend_program
