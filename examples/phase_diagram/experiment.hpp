// SPDX-License-Identifier: BSD-3-Clause
// The runs of some cells of a diagram, as a sweep of the library, and what executes it.
#pragma once

#include <map>

#include "../standalone/experiment.hpp"
#include "../support/kept_sweep.hpp"
#include "../support/spread.hpp"
#include "../support/tile_map.hpp"
#include "options.hpp"

namespace phase_diagram {

using namespace lssm;

/// A sweep with studies of several types: one for each size that is known while compiling, one for all others.
struct cells_sweep {
  const options& o;
  bool special;  // with special sequences
  std::string label;
  point_list runs;
  std::vector<std::string> results = {"status",     "steps_to_target",      "steps",
                                      "train_loss", "generalization_error", "effective_rank"};

  setting at(const sweep_point& p) const { return o.at(p.values[0], p.values[1]); }

  template <class F>
  void with_study(const sweep_point& p, F f) const {
    standalone::with_study(at(p), special, f);
  }
  std::size_t group(const sweep_point& p) const {
    const setting s = at(p);
    return static_cast<std::size_t>(s.dim * (discrete::most_length + 1) + s.length);
  }
  void read(const auto& outcome, sweep_row& row) const {
    row.add(outcome.status, outcome.at_end.target_steps, outcome.at_end.steps, outcome.at_end.loss,
            outcome.generalization(o.of.horizon), outcome.effective_rank());
    if (special && o.teacher_mass > 0)
      row.add(to_string(certify(outcome, {.mass = o.teacher_mass}, o.of.horizon, 0.2).verdict));
  }
};

/// What the runs of a cell gave, seed by seed.
struct cell {
  std::vector<double> error, steps, steps_to_target;  // -1: not reached
  std::vector<std::string> verdict;                   // of certificates, where they were asked for
  double unpoisoned = 0;                              // median error of these seeds without special sequences

  double median() const { return support::quantile(error, 0.5); }
};

/// Runs cells at these points, with special sequences or without, or finds them done in `directory` (empty: nowhere).
template <class T>
std::vector<cell> run_cells(const options& o, const std::string& name, bool special,
                            std::vector<std::vector<double>> points) {
  cells_sweep sweep{
      o, special, o.label() + " " + name, {{o.x.kind->name, o.y.kind->name}, std::move(points), o.seeds}};
  const bool certified = special && o.teacher_mass > 0;
  if (certified) sweep.results.push_back("verdict");
  const csv_table table = support::run_kept<T>(o, name, sweep);
  const auto error = table.column<double>("generalization_error"), steps = table.column<double>("steps"),
             to_target = table.column<double>("steps_to_target");
  std::vector<cell> cells(sweep.runs.points());
  for (std::size_t run = 0; run < error.size(); ++run) {
    cell& c = cells[run / o.seeds.size()];
    c.error.push_back(std::isnan(error[run]) ? std::numeric_limits<double>::infinity() : error[run]);
    c.steps.push_back(steps[run]);
    c.steps_to_target.push_back(to_target[run]);
    if (certified) c.verdict.emplace_back(table.cell(run, "verdict"));
  }
  return cells;
}

using tile = support::tile<cell>;

/// The map that was asked for, all of its runs done.
class map : public support::tile_map<setting, cell> {
 public:
  explicit map(const options& o) : tile_map(o.x, o.y), o_(&o) {}

  /// Runs all tiles, and without special sequences each setting that differs in more than these.
  template <class T>
  void run() {
    tile_map::run(o_->refine, o_->seeds.size(), [&](const std::string& name, auto points) {
      return run_cells<T>(*o_, name, true, std::move(points));
    });
    std::map<std::vector<double>, std::size_t> place;
    std::vector<std::vector<double>> points;
    for (const tile& t : tiles())
      if (place.emplace(unpoisoned(t), points.size()).second) points.push_back(unpoisoned(t));
    const std::vector<cell> cells = run_cells<T>(*o_, "unpoisoned", false, std::move(points));
    for (tile& t : changeable_tiles()) t.runs.unpoisoned = cells[place.at(unpoisoned(t))].median();
  }
  const options& asked() const { return *o_; }

 private:
  /// The point of a tile, at the first value of axes of special sequences.
  std::vector<double> unpoisoned(const tile& t) const {
    return {o_->x.kind->special() ? o_->x.values[0] : t.x, o_->y.kind->special() ? o_->y.values[0] : t.y};
  }

  const options* o_;
};

}  // namespace phase_diagram
