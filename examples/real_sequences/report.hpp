// SPDX-License-Identifier: BSD-3-Clause
// What `real_sequences` says: tables for people, JSON lines for programs, CSV and npz files for figures.
#pragma once

#include <iostream>

#include "../support/output_directory.hpp"
#include "experiment.hpp"

namespace real_sequences {

using support::rounded;

/// An arm beside `more`, which has as many sequences: ratios of errors seed by seed, and the level at which they differ from 1.
struct comparison {
  double ratio = 1, low = 1, high = 1, level = 1, holm = 1;
};

/// Of the results of one rule and K, in the order of arms. Holm's correction is over all arms but the two controls.
inline std::vector<comparison> compare(std::span<const result> results, std::size_t more) {
  std::vector<comparison> out;
  std::vector<double> levels;
  for (const result& r : results) {
    const std::vector<double> ratios = paired_ratios(r.error, results[more].error);
    const auto [low, high] = median_interval(ratios);
    out.push_back({support::quantile(ratios, 0.5), low, high, sign_test(ratios)});
    if (r.of_arm != baseline_arm && r.of_arm != more_arm) levels.push_back(out.back().level);
  }
  const std::vector<double> corrected = holm(levels);
  for (std::size_t i = 0, j = 0; i < results.size(); ++i)
    out[i].holm =
        results[i].of_arm == baseline_arm || results[i].of_arm == more_arm ? out[i].level : corrected[j++];
  return out;
}

inline double share(std::size_t count, const result& r) {
  return static_cast<double>(count) / static_cast<double>(r.error.size());
}
inline std::string percent(double of) { return rounded(100 * of, 3) + " %"; }
inline std::string between(double low, double high) { return rounded(low, 3) + " to " + rounded(high, 3); }

inline const char* const caveat =
    "A semi-synthetic study: natural pictures, an artificial teacher. About thirty protocols were tried "
    "before this\n"
    "one was chosen; `real_sequences --curve` prints the settings around it, where some poisons do nothing "
    "or help.\n";

inline void print_table(std::ostream& out, const options& o, const std::vector<result>& all) {
  out << "Sequences of " << o.length << " entries from pictures of class " << o.of_class << " (" << o.pictures
      << "), " << o.seeds << " seeds from " << o.first_seed
      << ": 8 of them, and 10 more that each arm adds or changes.\n"
      << "Error over " << horizon
      << " lags; factor over `more` seed by seed, with 95 % intervals of medians; p of the "
      << "sign test, Holm's.\n\n";
  support::text_table table({"rule", "after", "arm", "error", "95 %", "quartiles", "factor", "95 %", "p",
                             "stalled", "certified", "rho"});
  for (std::size_t begin = 0; begin < all.size(); begin += arms.size()) {
    const std::span<const result> group = std::span(all).subspan(begin, arms.size());
    const std::vector<comparison> beside = compare(group, more_arm);
    for (std::size_t i = 0; i < group.size(); ++i) {
      const result& r = group[i];
      const auto [low, high] = median_interval(r.error);
      const comparison& c = beside[i];
      table.add({r.rule, r.rule == "flow" ? "-" : std::to_string(r.after), arms[r.of_arm].name,
                 rounded(support::quantile(r.error, 0.5), 3), between(low, high),
                 between(support::quantile(r.error, 0.25), support::quantile(r.error, 0.75)),
                 rounded(c.ratio, 3), between(c.low, c.high), rounded(c.holm, 2),
                 percent(share(r.stalled, r)), percent(share(r.certified, r)),
                 rounded(support::quantile(r.rho, 0.5), 3)});
    }
  }
  out << table << '\n' << caveat;
}

inline std::string json_line(const options& o, const result& r, const comparison& c) {
  const auto [low, high] = median_interval(r.error);
  json_object line;
  line.add("rule", r.rule).add("arm", arms[r.of_arm].name).add("after", r.after);
  line.add("class", o.of_class).add("pictures", o.pictures).add("length", o.length).add("energy", o.energy);
  line.add("filter", o.filter ? "on" : "off").add("seeds", o.seeds).add("first_seed", o.first_seed);
  line.add("error", support::quantile(r.error, 0.5)).add("interval", std::array{low, high});
  line.add("quartiles", std::array{support::quantile(r.error, 0.25), support::quantile(r.error, 0.75)});
  line.add("ratio", c.ratio).add("ratio_interval", std::array{c.low, c.high});
  line.add("p", c.level).add("p_holm", c.holm);
  line.add("stalled", share(r.stalled, r)).add("certified", share(r.certified, r));
  return line.add("rho", support::quantile(r.rho, 0.5)).add("labels_clean", r.clean).text();
}

/// The sequences of all arms of the first seed, and the errors of all seeds.
inline void save(const options& o, const pools& p, const std::vector<result>& all,
                 const support::output_directory& out) {
  csv_table table({"rule", "after", "place", "arm", "error", "low", "high", "q25", "q75", "ratio",
                   "ratio_low", "ratio_high", "p", "p_holm", "stalled", "certified", "rho"}),
      errors({"rule", "after", "place", "arm", "seed", "error", "rho"});
  for (std::size_t begin = 0; begin < all.size(); begin += arms.size()) {
    const std::vector<comparison> beside = compare(std::span(all).subspan(begin, arms.size()), more_arm);
    for (std::size_t i = 0; i < arms.size(); ++i) {
      const result& r = all[begin + i];
      const auto [low, high] = median_interval(r.error);
      const comparison& c = beside[i];
      table.add(r.rule, r.after, i, arms[i].name, support::quantile(r.error, 0.5), low, high,
                support::quantile(r.error, 0.25), support::quantile(r.error, 0.75), c.ratio, c.low, c.high,
                c.level, c.holm, share(r.stalled, r), share(r.certified, r), support::quantile(r.rho, 0.5));
      for (std::size_t s = 0; s < r.error.size(); ++s)
        errors.add(r.rule, r.after, i, arms[i].name, o.first_seed + static_cast<integer>(s), r.error[s],
                   r.rho[s]);
    }
  }
  csv_table sequences({"place", "arm", "sequence", "entry", "value"});
  npz_writer arrays;
  const auto seed = static_cast<std::uint32_t>(o.first_seed);
  for (std::size_t i = 0; i < arms.size(); ++i) {
    const std::vector<double> x = inputs_of(p, arms[i], seed, o.length, o.energy);
    const auto length = static_cast<std::size_t>(o.length);
    for (std::size_t j = 0; j < x.size(); ++j) sequences.add(i, arms[i].name, j / length, j % length, x[j]);
    std::string name = arms[i].name;
    std::replace(name.begin(), name.end(), ' ', '_');
    std::replace(name.begin(), name.end(), '+', 'p');
    arrays.add<double>(name, x, std::array{x.size() / length, length});
  }
  out.save("table.csv", table);
  out.save("errors.csv", errors);
  out.save("sequences.csv", sequences);
  out.save("sequences.npz", arrays);
}

inline support::output_directory make_output(const options& o, std::vector<std::string> names) {
  return {o.out, "real_sequences", o.label(), facts_of_build<double>(), std::move(names), o.overwrite};
}

/// All arms with all rules.
inline void draw_table(const options& o, const picture_set& pictures) {
  const pools p = make_pools(pictures, o.of_class, o.filter);
  const auto out = make_output(o, {"table.csv", "errors.csv", "sequences.csv", "sequences.npz"});
  std::vector<std::size_t> which(arms.size());
  std::iota(which.begin(), which.end(), std::size_t{0});
  std::vector<result> all;
  for (const std::string& rule : o.rules)
    for (result& r : run_rule(o, {p, o.length, o.energy, o.how}, rule, which, o.out))
      all.push_back(std::move(r));
  if (o.json) {
    for (std::size_t begin = 0; begin < all.size(); begin += arms.size()) {
      const auto beside = compare(std::span(all).subspan(begin, arms.size()), more_arm);
      for (std::size_t i = 0; i < arms.size(); ++i)
        std::cout << json_line(o, all[begin + i], beside[i]) << '\n';
    }
  } else {
    print_table(std::cout, o, all);
  }
  if (!o.out.empty()) save(o, p, all, out);
}

/// The settings around the chosen one: every combination of what was varied, with the adaptive rule.
inline void draw_curve(const options& o, const picture_set& pictures) {
  const auto out = make_output(o, {"curve.csv"});
  const std::vector<std::size_t> which = {baseline_arm, more_arm, last4_arm, late_arm, trousers_arm};
  csv_table csv({"length", "energy", "protocol", "class", "filter", "arm", "error", "ratio", "ratio_low",
                 "ratio_high", "stalled", "effect"});
  support::text_table table(
      {"length", "energy", "protocol", "class", "filter", "baseline", "last +4", "late", "trousers"});
  std::size_t cells = 0;
  for (const integer of_class : {7, 5})
    for (const bool filter : {true, false}) {
      const pools p = make_pools(pictures, of_class, filter);
      for (const integer length : {6, 7, 10})
        for (const double energy : {0.9, 2.0})
          for (const protocol& how : protocols) {
            options mine = o;
            mine.after = {how.after};
            const auto results = run_rule(mine, {p, length, energy, how}, "adaptive", which,
                                          o.out.empty() ? "" : o.out + "/cell" + std::to_string(cells++));
            const auto beside = compare(results, 1);
            std::vector<std::string> row = {std::to_string(length),
                                            rounded(energy, 2),
                                            how.name,
                                            of_class == 7 ? "sneakers" : "sandals",
                                            filter ? "on" : "off",
                                            rounded(support::quantile(results[0].error, 0.5), 3)};
            for (std::size_t i = 0; i < which.size(); ++i) {
              const comparison& c = beside[i];
              const char* effect = c.low > 1 ? "harms" : c.high < 1 ? "helps" : "open";
              if (i > 1) row.push_back(rounded(c.ratio, 3) + " " + effect);
              csv.add(length, energy, how.name, of_class, filter ? "on" : "off", arms[which[i]].name,
                      support::quantile(results[i].error, 0.5), c.ratio, c.low, c.high,
                      share(results[i].stalled, results[i]), effect);
              if (o.json)
                std::cout << json_object{}
                                 .add("length", length)
                                 .add("energy", energy)
                                 .add("protocol", how.name)
                                 .add("class", of_class)
                                 .add("filter", filter ? "on" : "off")
                                 .add("arm", arms[which[i]].name)
                                 .add("error", support::quantile(results[i].error, 0.5))
                                 .add("ratio", c.ratio)
                                 .add("ratio_interval", std::array{c.low, c.high})
                                 .add("stalled", share(results[i].stalled, results[i]))
                                 .add("effect", effect)
                                 .text()
                          << std::endl;
            }
            table.add(row);
          }
    }
  if (!o.json)
    std::cout << "Adaptive rule, " << o.seeds << " seeds from " << o.first_seed
              << ": error of the baseline, and factors over `more`; harms or helps where the 95 % interval "
                 "leaves 1.\n\n"
              << table;
  out.save("curve.csv", csv);
}

}  // namespace real_sequences
