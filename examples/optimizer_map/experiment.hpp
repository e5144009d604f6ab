// SPDX-License-Identifier: BSD-3-Clause
// The runs of a rule's map, without and with special sequences, and what a cell of it says of the bias.
#pragma once

#include <atomic>
#include <lssm/attack/statistics.hpp>

#include "../support/kept_sweep.hpp"
#include "../support/tile_map.hpp"
#include "options.hpp"

namespace optimizer_map {

/// What the special sequences do to students of a rule:
///   keeps     students learn without them and are harmed by them, as under gradient flow
///   unmoved   students learn without them, and they make no difference
///   breaks    students do not learn without them, and they do not help
///   reverses  they help
///   stalls    most seeds do not reach the target, without them or with them
enum class verdict { keeps, unmoved, breaks, reverses, stalls };
inline const char* to_string(verdict v) {
  constexpr const char* names[] = {"keeps", "unmoved", "breaks", "reverses", "stalls"};
  return names[static_cast<std::size_t>(v)];
}

/// Runs at points (rate, scale, 1 with special sequences and 0 without).
struct rule_sweep {
  const options& o;
  std::size_t rule;
  std::string label;
  point_list runs;
  std::vector<std::string> results = {"status",     "steps_to_target",      "steps",
                                      "train_loss", "generalization_error", "effective_rank"};

  template <class F>
  void with_study(const sweep_point& p, F f) const {
    const setting s = o.at(p.values[0], p.values[1]);
    const any_rule chosen{.choice = static_cast<integer>(rule)};
    const bool special = p.values[2] > 0;
    if (s.dim == 10 && s.length == 6)
      f(standalone::make_study<10, 6, any_rule, unconstrained>(s, special, chosen));
    else
      f(standalone::make_study<dynamic, dynamic, any_rule, unconstrained>(s, special, chosen));
  }
  std::size_t group(const sweep_point&) const { return 0; }
  void read(const auto& outcome, sweep_row& row) const {
    row.add(outcome.status, outcome.at_end.target_steps, outcome.at_end.steps, outcome.at_end.loss,
            outcome.generalization(o.of.horizon), outcome.effective_rank());
  }
};

/// What the runs of a cell gave, of the seeds that reach the target both without and with special sequences.
struct cell {
  std::size_t seeds = 0;
  std::vector<double> clean, special;  // errors, one for each of these seeds

  double stalled() const { return 1 - static_cast<double>(clean.size()) / static_cast<double>(seeds); }
  /// The median error without special sequences, NaN where most seeds stall.
  double median() const { return median_of(clean); }
  double median_special() const { return median_of(special); }
  /// The median of the error with them over the error without, and an interval that holds it with 95 %.
  double effect() const { return median_of(paired_ratios(special, clean)); }
  std::array<double, 2> effect_interval() const {
    if (stalled() > 0.5) return {none, none};
    return median_interval(paired_ratios(special, clean));
  }
  /// `learned` and `effect` as the flags of these names.
  verdict says(double learned, double least_effect) const {
    if (stalled() > 0.5) return verdict::stalls;
    const auto [low, high] = effect_interval();
    if (effect() <= 1 / least_effect && high < 1) return verdict::reverses;
    if (!(median() <= learned)) return verdict::breaks;
    return effect() >= least_effect && low > 1 ? verdict::keeps : verdict::unmoved;
  }

 private:
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  double median_of(std::span<const double> values) const {
    return stalled() > 0.5 ? none : quantile_of(values, 0.5);
  }
};

/// Two runs of each seed at each of these points (rate, scale).
inline rule_sweep sweep_of(const options& o, std::size_t rule, const std::vector<std::vector<double>>& at) {
  std::vector<std::vector<double>> points;
  for (const auto& p : at)
    for (const double special : {0.0, 1.0}) points.push_back({p[0], p[1], special});
  return {o, rule, o.label(rule), {{"rate", "init-scale", "special"}, points, o.seeds}};
}

/// Refuses the runs of a rule that are in `--out` already and not of this map: called before any other rule has run.
template <class T>
void refuse_foreign_runs(const options& o, std::size_t rule) {
  const std::string folder = o.out + "/" + rule_names[rule].flag;
  const bool any = file_exists(folder + "/runs.0.log") || file_exists(folder + "/runs.csv");
  if (o.out.empty() || o.overwrite || !any) return;
  std::vector<std::vector<double>> points;
  for (const double scale : o.scale.values)
    for (const double rate : o.rate.values) points.push_back({rate, scale});
  static constexpr std::atomic<bool> at_once = true;  // looks at the files and trains nothing
  support::with_executor(o.executor, [&](const auto& executor) {
    return execute<T>(sweep_of(o, rule, points), executor, {.directory = folder, .cancel = &at_once});
  });
}

/// Runs a rule's cells at these points, or finds them done in `--out`.
template <class T>
std::vector<cell> run_cells(const options& o, std::size_t rule, const std::vector<std::vector<double>>& at) {
  const std::string name = rule_names[rule].flag;
  const rule_sweep sweep = sweep_of(o, rule, at);
  const csv_table table = support::run_kept<T>(o, name, sweep);
  const auto error = table.column<double>("generalization_error"),
             to_target = table.column<double>("steps_to_target");
  const std::size_t seeds = o.seeds.size();
  const auto learned = [&](std::size_t run) { return to_target[run] >= 0 && std::isfinite(error[run]); };
  std::vector<cell> cells(at.size());
  for (std::size_t c = 0; c < at.size(); ++c) {
    cells[c].seeds = seeds;
    for (std::size_t s = 0; s < seeds; ++s) {
      const std::size_t clean = 2 * c * seeds + s, special = clean + seeds;
      if (!learned(clean) || !learned(special)) continue;
      cells[c].clean.push_back(error[clean]);
      cells[c].special.push_back(error[special]);
    }
  }
  return cells;
}

using tile = support::tile<cell>;

/// The map of a rule.
class map : public support::tile_map<setting, cell> {
 public:
  map(const options& o, std::size_t rule) : tile_map(o.rate, o.scale), o_(&o), rule_(rule) {}

  template <class T>
  void run() {
    tile_map::run(0, 2 * o_->seeds.size(),
                  [&](const std::string&, const auto& points) { return run_cells<T>(*o_, rule_, points); });
  }
  std::size_t rule() const { return rule_; }

 private:
  const options* o_;
  std::size_t rule_;
};

}  // namespace optimizer_map
