// SPDX-License-Identifier: BSD-3-Clause
// The runs of some cells of an atlas: without poison, and then by halving an interval of energies, seed by seed.
#pragma once

#include <lssm/attack/budget.hpp>
#include <lssm/attack/evolution.hpp>
#include <lssm/attack/statistics.hpp>

#include "../support/kept_sweep.hpp"
#include "../support/tile_map.hpp"
#include "options.hpp"
#include "studies.hpp"

namespace atlas {

/// Direction i of what is added (kappa): the paper's, all ones, and then random ones.
inline std::vector<double> direction(integer kappa, std::size_t i) {
  const poison_budget budget{};
  if (i == 0) return lag_direction(budget, kappa, 1, 1);
  if (i == 1) return ones_direction(budget, kappa, 1);
  return random_directions(kappa, 1, static_cast<std::uint32_t>(i)).ask()[0];
}
inline std::string direction_name(const options& o, std::size_t i) {
  if (o.generations > 0 && i == 2) return "evolved";  // it is beside no random ones
  return i == 0 ? "paper" : i == 1 ? "ones" : "random" + std::to_string(i - 1);
}

/// What the runs of a cell gave, seed by seed. A seed that stalls without poison has no error and no energy: NaN.
struct cell {
  std::vector<double> error;
  std::vector<std::vector<double>> energy;  // (directions, seeds) least that harms; infinite where none does
  std::vector<double> value;                // what the map shows: the error, or the least energy
  std::vector<double> effect;               // the middle energy's by the paper's direction: times the error
  double stalled = 0, denied = 0;           // shares of seeds that stall without poison, or under some

  std::vector<double> reached() const {
    std::vector<double> all;
    for (const double v : value)
      if (v == v) all.push_back(v);
    return all;
  }
  /// The median effect, NaN where most seeds stall, or there is no poison.
  double effect_median() const {
    std::vector<double> all;
    for (const double v : effect)
      if (v == v) all.push_back(v);
    return 2 * all.size() < error.size() || all.empty() ? std::numeric_limits<double>::quiet_NaN()
                                                        : quantile_of(all, 0.5);
  }
  /// Of seeds that do not stall; NaN where most do.
  double median() const {
    return stalled > 0.5 ? std::numeric_limits<double>::quiet_NaN() : quantile_of(reached(), 0.5);
  }
  /// Holds the median with 95 %: order statistics, whose law is binomial.
  std::array<double, 2> interval() const {
    if (stalled > 0.5) return {median(), median()};
    return median_interval(reached());
  }
};

/// Runs at points, poisoned or not.
template <class Studies>
struct cells_sweep {
  const options& o;
  bool of_base;  // of the setting that the axes start from; points do not matter
  std::string label;
  point_list runs;
  const std::vector<double>* energy = nullptr;              // (points, seeds), where something is added
  const std::vector<std::vector<double>>* along = nullptr;  // (points, kappa) its directions
  std::vector<std::string> results = {"status",     "steps_to_target",      "steps",
                                      "train_loss", "generalization_error", "effective_rank"};

  setting at(const sweep_point& p) const { return of_base ? o.base() : o.at(p.values[0], p.values[1]); }

  template <class F>
  void with_study(const sweep_point& p, F f) const {
    Studies::with_study(at(p), f);
  }
  std::size_t group(const sweep_point& p) const { return Studies::group(at(p)); }
  /// Adds the poison of a run, whose energy is its seed's, and asks the teacher for all labels.
  template <class Bound>
  void edit(const sweep_point& p, Bound& bound) const {
    if (energy == nullptr) return;
    using T = typename Bound::objective_type::scalar;
    const auto seed = std::find(o.seeds.begin(), o.seeds.end(), p.seed) - o.seeds.begin();
    const auto place = static_cast<std::size_t>(p.values[2]);
    const poison_budget budget{.energy = (*energy)[place * o.seeds.size() + static_cast<std::size_t>(seed)],
                               .sequences = o.added};
    for (const double x : budget.of((*along)[place], bound.data.kappa, 1).added)
      bound.data.x.push_back(T(rounded_to_float(x)));
    bound.data.relabel(bound.teacher);
    bound.rebuild();
  }
  void read(const auto& outcome, sweep_row& row) const {
    row.add(outcome.status, outcome.at_end.target_steps, outcome.at_end.steps, outcome.at_end.loss,
            outcome.generalization(o.of.horizon), outcome.effective_rank());
  }
};

/// Error and whether the target was reached, run by run.
struct finished_runs {
  std::vector<double> error;
  std::vector<bool> reached;
};

template <class T, class Studies>
finished_runs run_sweep(const cells_sweep<Studies>& sweep, const std::string& name) {
  const options& o = sweep.o;
  const csv_table table = support::run_kept<T>(o, name, sweep);
  finished_runs runs;
  runs.error = table.column<double>("generalization_error");
  for (double& e : runs.error)
    if (std::isnan(e)) e = std::numeric_limits<double>::infinity();
  for (const double steps : table.column<double>("steps_to_target")) runs.reached.push_back(steps >= 0);
  return runs;
}

/// Finds the least energy that harms each seed of each cell: halves the interval of a list of energies, as if harm grew
/// with the energy. A poisoned run that stalls does no harm. Where a direction evolves, it does so in each cell, at the
/// middle energy of the list, for the median over the map's own seeds.
template <class T, class Studies>
class energy_search {
 public:
  energy_search(const options& o, const std::string& name, bool of_base,
                const std::vector<std::vector<double>>& points, std::vector<cell>& cells)
      : o_(o), name_(name), of_base_(of_base), cells_(cells), seeds_(o.seeds.size()) {
    list_ = logarithmic_values(o.least_energy, o.most_energy, (integer{1} << o.halvings) - 1);
    denied_.assign(cells.size() * seeds_, false);
    std::vector<std::vector<double>> evolved(cells.size());
    if (o.generations > 0) evolve(points, evolved);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      cells[c].energy.assign(o.directions(), std::vector<double>(seeds_));
      if (cells[c].stalled > 0.5) continue;
      for (std::size_t d = 0; d < o.directions(); ++d) {
        at_.push_back({points[c][0], points[c][1], static_cast<double>(at_.size()), static_cast<double>(d)});
        of_.push_back({c, d});
        along_.push_back(o.generations > 0 && d == 2 ? evolved[c] : direction(length_at(points[c]), d));
      }
    }
    low_.assign(at_.size() * seeds_, 0);
    high_.assign(at_.size() * seeds_, list_.size());
  }

  void run() {
    for (integer round = 1; round <= o_.halvings && !at_.empty(); ++round) halve(round);
    for (std::size_t i = 0; i < low_.size(); ++i) {
      cell& c = cells_[of_[i / seeds_].cell];
      c.energy[of_[i / seeds_].direction][i % seeds_] =
          low_[i] == list_.size() ? std::numeric_limits<double>::infinity() : list_[low_[i]];
    }
    for (std::size_t c = 0; c < cells_.size(); ++c) summarize(c);
  }

 private:
  struct place {
    std::size_t cell, direction;
  };

  integer length_at(const std::vector<double>& point) const {
    return (of_base_ ? o_.base() : o_.at(point[0], point[1])).length;
  }
  finished_runs poisoned(const std::string& name, const char* last_axis,
                         const std::vector<std::vector<double>>& at, const std::vector<double>& energy,
                         const std::vector<std::vector<double>>& along) const {
    const cells_sweep<Studies> sweep{o_,
                                     of_base_,
                                     o_.label() + " " + name,
                                     {{o_.x.kind->name, o_.y.kind->name, "place", last_axis}, at, o_.seeds},
                                     &energy,
                                     &along};
    return run_sweep<T>(sweep, name);
  }

  /// Lets a direction evolve in each cell that does not stall, from the paper's; keeps the best one that was tried.
  void evolve(const std::vector<std::vector<double>>& points, std::vector<std::vector<double>>& best) {
    std::vector<std::size_t> of;
    std::vector<evolution> search;
    std::vector<double> best_score(cells_.size(), -HUGE_VAL);
    for (std::size_t c = 0; c < cells_.size(); ++c) {
      if (cells_[c].stalled > 0.5) continue;
      of.push_back(c);
      search.emplace_back(direction(length_at(points[c]), 0), 0.5, o_.candidates,
                          static_cast<std::uint32_t>(c));
    }
    const auto candidates = static_cast<std::size_t>(o_.candidates);
    for (integer generation = 1; generation <= o_.generations && !of.empty(); ++generation) {
      std::vector<std::vector<double>> at, along;
      for (std::size_t i = 0; i < of.size(); ++i) {
        const std::vector<double>& p = points[of[i]];
        for (std::size_t k = 0; k < candidates; ++k)
          at.push_back({p[0], p[1], static_cast<double>(at.size()), static_cast<double>(k)});
        const auto& asked = search[i].ask();
        along.insert(along.end(), asked.begin(), asked.end());
      }
      const std::vector<double> energy(at.size() * seeds_, list_[list_.size() / 2]);
      const finished_runs runs =
          poisoned(name_ + ".generation" + std::to_string(generation), "candidate", at, energy, along);
      for (std::size_t i = 0; i < of.size(); ++i) {
        std::vector<double> scores;
        for (std::size_t k = 0; k < candidates; ++k) {
          scores.push_back(score(of[i], runs, (i * candidates + k) * seeds_));
          if (!(scores[k] > best_score[of[i]])) continue;
          best_score[of[i]] = scores[k];
          best[of[i]] = along[i * candidates + k];
        }
        search[i].tell(scores);
      }
    }
  }
  /// The median over seeds of the error with poison over the error without; a poisoned run that stalls counts as none.
  double score(std::size_t c, const finished_runs& runs, std::size_t first) const {
    std::vector<double> ratios;
    for (std::size_t s = 0; s < seeds_; ++s)
      if (const double clean = cells_[c].error[s]; clean == clean)
        ratios.push_back(!runs.reached[first + s] ? 0
                         : std::isinf(clean)      ? 1
                                                  : runs.error[first + s] / clean);
    return quantile_of(ratios, 0.5);
  }

  void halve(integer round) {
    std::vector<double> energy;
    for (std::size_t i = 0; i < low_.size(); ++i) energy.push_back(list_[(low_[i] + high_[i]) / 2]);
    const finished_runs runs =
        poisoned(name_ + ".energy" + std::to_string(round), "direction", at_, energy, along_);
    for (std::size_t i = 0; i < low_.size(); ++i) {
      const std::size_t c = of_[i / seeds_].cell, middle = (low_[i] + high_[i]) / 2;
      if (!runs.reached[i]) denied_[c * seeds_ + i % seeds_] = true;
      const bool harms = runs.reached[i] && runs.error[i] > o_.harm * cells_[c].error[i % seeds_];
      (harms ? high_[i] : low_[i]) = harms ? middle : middle + 1;
      if (round == 1 && of_[i / seeds_].direction == 0)
        cells_[c].effect.push_back(runs.reached[i] ? runs.error[i] / cells_[c].error[i % seeds_]
                                                   : std::numeric_limits<double>::quiet_NaN());
    }
  }
  void summarize(std::size_t c) {
    cell& all = cells_[c];
    double denied = 0;
    for (std::size_t s = 0; s < seeds_; ++s) {
      const bool stalls = std::isnan(all.error[s]) || all.stalled > 0.5;
      for (auto& energy : all.energy)
        if (stalls) energy[s] = std::numeric_limits<double>::quiet_NaN();
      all.value[s] = all.energy[0][s];
      for (const auto& energy : all.energy) all.value[s] = std::min(all.value[s], energy[s]);
      denied += denied_[c * seeds_ + s] && !stalls ? 1 : 0;
    }
    all.denied = denied / static_cast<double>(seeds_);
  }

  const options& o_;
  std::string name_;
  bool of_base_;
  std::vector<cell>& cells_;
  std::size_t seeds_;
  std::vector<double> list_;                // of energies
  std::vector<std::vector<double>> at_;     // points
  std::vector<place> of_;                   // of each point
  std::vector<std::vector<double>> along_;  // directions of points
  std::vector<std::size_t> low_,
      high_;                  // (points, seeds): the least that harms is in this half-open part of the list
  std::vector<bool> denied_;  // (cells, seeds)
};

/// Runs cells at these points, or finds them done in `--out`.
template <class T, class Studies>
std::vector<cell> run_cells(const options& o, const std::string& name, bool of_base,
                            const std::vector<std::vector<double>>& points) {
  const cells_sweep<Studies> sweep{
      o, of_base, o.label() + " " + name, {{o.x.kind->name, o.y.kind->name}, points, o.seeds}};
  const finished_runs runs = run_sweep<T>(sweep, name);
  std::vector<cell> cells(points.size());
  const double seeds = static_cast<double>(o.seeds.size());
  for (std::size_t run = 0; run < runs.error.size(); ++run) {
    cell& c = cells[run / o.seeds.size()];
    c.error.push_back(runs.reached[run] ? runs.error[run] : std::numeric_limits<double>::quiet_NaN());
  }
  for (cell& c : cells) {
    c.value = c.error;
    c.stalled = static_cast<double>(std::ranges::count_if(c.error, [](double e) { return e != e; })) / seeds;
  }
  if (o.map == map_kind::energy) energy_search<T, Studies>(o, name, of_base, points, cells).run();
  return cells;
}

using tile = support::tile<cell>;

/// The map that was asked for, all of its runs done, and the cell of the setting that the axes start from.
class map : public support::tile_map<setting, cell> {
 public:
  explicit map(const options& o) : tile_map(o.x, o.y), o_(&o) {}

  template <class T, class Studies>
  void run() {
    base_ = run_cells<T, Studies>(*o_, "base", true, {{0, 0}})[0];
    tile_map::run(o_->refine, o_->seeds.size() * o_->trainings(),
                  [&](const std::string& name, const auto& points) {
                    return run_cells<T, Studies>(*o_, name, false, points);
                  });
  }
  const options& asked() const { return *o_; }
  const cell& base() const { return base_; }

 private:
  const options* o_;
  cell base_;
};

}  // namespace atlas
