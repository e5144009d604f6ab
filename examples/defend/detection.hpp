// SPDX-License-Identifier: BSD-3-Clause
// How well scores of data find harmful sets before training, on drawn sets of five families.
#pragma once

#include <lssm/attack/influence.hpp>
#include <lssm/core/pack.hpp>

#include "../support/spread.hpp"
#include "study.hpp"

namespace defend_program {

/// Numbers of this energy in all.
inline std::vector<double> normals(numpy_legacy& draws, std::size_t count, double energy) {
  std::vector<double> x(count);
  double sum = 0;
  for (double& z : x) z = draws.normal(), sum += z * z;
  for (double& z : x) z *= std::sqrt(energy / sum);
  return x;
}
inline constexpr std::array families = {"clean", "impulses", "dense", "noisy tails", "hidden"};

/// A set of a family; energies from .001 to 20.
inline study drawn_set(std::size_t family, std::uint32_t seed) {
  study s = undefended({1});
  s.training.stop.get<step_limit>().steps = 100000;
  numpy_legacy draws(seed);
  const auto below = [&](double n) { return std::min(n - 1, std::floor(draws.uniform() * n)); };
  const double energy = 1e-3 * std::pow(20 / 1e-3, draws.uniform());
  const auto count = static_cast<std::size_t>(1 + below(family == 4 ? 8 : 10));
  auto& change = s.data.set.sequences.change;
  if (family == 1) {
    std::vector<double> x(count * kappa, 0.0);
    const auto z = normals(draws, count, energy);
    for (std::size_t n = 0; n < count; ++n) x[n * kappa + static_cast<std::size_t>(below(kappa))] = z[n];
    add_sequences(s, std::move(x));
  }
  if (family == 2) add_sequences(s, normals(draws, count * kappa, energy));
  if (family >= 3) {
    const auto clean = bind<double>(s, seed).data;
    change.assign(baseline * kappa, 0.0);
    const auto z = normals(draws, 4 * baseline, energy);
    const double kind = below(3), entry = 4 + below(2);
    for (std::size_t n = 0; family == 3 && n < baseline; ++n)
      for (std::size_t k = 0; k < 4; ++k) change[n * kappa + 2 + k] = z[4 * n + k];
    for (std::size_t n = 0; family == 4 && n < count; ++n) {
      const double sign = kind < 1 ? 1 : std::copysign(kind < 2 ? 1. : -1., clean.y[n]);
      change[n * kappa + static_cast<std::size_t>(entry)] =
          sign * std::sqrt(energy / static_cast<double>(count));
    }
  }
  return s;
}

/// Of all scores that are compared: larger means more suspect. The last three are of the student at the end.
inline constexpr std::array score_names = {
    "excitation ratio", "energy at lags 0 and 1", "energy at lag 1", "gamma^(0)",          "|gamma^(0)|",
    "leverage",         "final max |a|",          "final mass",      "steps to the target"};
using all_scores = std::array<double, score_names.size()>;
inline all_scores scores_of(const labelled<double>& data, const auto& end) {
  const double gamma = initial_gamma{}.of_set(data), to_target = end.at_end.target_steps;
  double radius = 0, mass = mass_of(end.student);
  for (const double a : end.student.system.a) radius = std::abs(a) <= radius ? radius : std::abs(a);
  const auto known = [](double x) { return std::isnan(x) ? inf : x; };
  return {excitation_ratio{}.of_set(data),
          lag_energy{0, 1}.of_set(data),
          lag_energy{1, 1}.of_set(data),
          gamma,
          std::abs(gamma),
          leverage{}.of_set(data),
          known(radius),
          known(mass),
          to_target >= 0 ? to_target : inf};
}

/// A set, what training on it came to (infinite: stalled), and its scores. Odd sets calibrate, even ones are reported on.
struct scored_set {
  std::size_t family;
  bool odd;
  double error;
  all_scores score;
};
inline std::vector<scored_set> scored_sets(integer of_each, std::uint32_t first) {
  using P = pack<double>;
  std::vector<scored_set> out;
  for (std::size_t family = 0; family < families.size(); ++family)
    for (integer i = 0; i < of_each;) {
      std::vector<study> studies;
      std::vector<std::uint32_t> seeds;
      for (; i < of_each && seeds.size() < lanes_of<P>; ++i) {
        seeds.push_back(first + static_cast<std::uint32_t>(integer(family) * of_each + i));
        studies.push_back(drawn_set(family, seeds.back()));
      }
      auto bound =
          bind_lanes<P, study>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
      auto training = bound.training();
      while (training.running()) training.step();
      for (std::size_t lane = 0; lane < seeds.size(); ++lane) {
        const auto end = read_lane(training, bound.single(lane), lane);
        const double error = end.generalization(40);
        out.push_back({family, seeds[lane] % 2 == 1,
                       end.at_end.target_steps >= 0 && error < inf ? error : inf,
                       scores_of(bound.single(lane).data, end)});
      }
    }
  return out;
}

/// What is said of a score with a threshold that was calibrated on harmless odd sets, or given.
struct detector {
  std::string name;
  double auc, auc_of_all, correlation, clean_threshold, threshold = 0;
  share_interval found{}, wrong{};  // of even sets
  double found_share = 0, wrong_share = 0;
  std::vector<bool> right{};  // of every harmful or harmless even set

  double precision(double prevalence) const {
    const double hits = prevalence * found_share;
    return hits / (hits + (1 - prevalence) * wrong_share);
  }
};
struct detection {
  double clean;  // median error of clean sets
  std::vector<scored_set> sets;

  bool harmful(const scored_set& s) const { return s.error > 10 * clean; }
  bool harmless(const scored_set& s) const { return s.error < 3 * clean; }
  std::vector<double> scores(std::size_t which, auto of) const {
    std::vector<double> out;
    for (const scored_set& s : sets)
      if (of(s)) out.push_back(s.score[which]);
    return out;
  }
  detector judge(std::size_t which, std::optional<double> threshold = {}) const {
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
  for (std::size_t i = 0; i < score_names.size(); ++i)
    for (const roc_point& p : roc(d.scores(i, [&](const scored_set& s) { return d.harmless(s); }),
                                  d.scores(i, [&](const scored_set& s) { return d.harmful(s); })))
      csv.add(score_names[i], i, p.false_share, p.found_share);
  return csv;
}

inline void detect(const options& o) {
  detection d{0, scored_sets(o.sets, o.seeds[0])};
  std::vector<double> clean;
  for (const scored_set& s : d.sets)
    if (s.family == 0) clean.push_back(s.error);
  d.clean = support::quantile(clean, 0.5);
  const auto count = [&](auto of) { return std::to_string(std::count_if(d.sets.begin(), d.sets.end(), of)); };
  const std::string bad = count([&](const scored_set&s) { return d.harmful(s); }),
                    good = count([&](const scored_set&s) { return d.harmless(s); });
  std::vector<detector> all{d.judge(0, 10)};
  for (std::size_t i = 0; i < score_names.size(); ++i) all.push_back(d.judge(i));

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
  if (!o.out.empty()) {
    writable_directory(o.out);
    replace_file(o.out + "/roc.csv", roc_csv(d).text());
  }
}

}  // namespace defend_program
