// SPDX-License-Identifier: BSD-3-Clause
// The map: rectangles with a cell in each, and where further cells are worth most.
//
// A map begins as a grid. Refining cuts a tile in three along each axis that is not of whole numbers: the middle part
// keeps the cell, the other parts get cells of their own. Cut first are the tiles whose median error differs most from a
// neighbour's, as a ratio; in three rounds of a half, a quarter and a quarter of the further runs, so that later rounds
// look at what earlier ones have found.
#pragma once

#include <algorithm>
#include <array>

#include "../support/spread.hpp"
#include "experiment.hpp"

namespace phase_diagram {

struct tile {
  double x = 0, y = 0;                              // of its cell
  double left = 0, right = 0, bottom = 0, top = 0;  // scaled (axis.hpp)
  int level = 0;                                    // how often it was cut
  cell runs = {};

  double median() const { return support::quantile(runs.error, 0.5); }
};

class map {
 public:
  explicit map(const options& o) : o_(&o) {}

  template <class T>
  void run() {
    const std::vector<double> xs = edges(o_->x), ys = edges(o_->y);
    for (std::size_t j = 0; j + 1 < ys.size(); ++j)
      for (std::size_t i = 0; i + 1 < xs.size(); ++i)
        tiles_.push_back({o_->x.values[i], o_->y.values[j], xs[i], xs[i + 1], ys[j], ys[j + 1], 0, {}});
    run_from<T>(0, "map");
    if (o_->refine == 0) return;
    const std::size_t cost = (parts(o_->x) * parts(o_->y) - 1) * o_->seeds.size();
    std::size_t left = static_cast<std::size_t>(o_->refine) / cost;  // cuts
    for (int round = 1; round <= 3; ++round) {
      const std::size_t cuts = round < 3 ? (left + 1) / 2 : left;
      left -= cuts;
      if (cuts == 0) continue;
      const std::size_t begin = tiles_.size();
      for (const std::size_t t : steepest(cuts)) cut(t);
      if (tiles_.size() > begin) run_from<T>(begin, "refined" + std::to_string(round));
    }
  }
  const std::vector<tile>& tiles() const { return tiles_; }
  const options& asked() const { return *o_; }
  /// Whether the runs of this folder are its.
  bool made_of(const std::string& folder) const { return std::ranges::count(folders_, folder) > 0; }

 private:
  /// Halfway between the values, and as far beyond the outer ones.
  static std::vector<double> edges(const chosen_axis& axis) {
    std::vector<double> u;
    u.reserve(axis.values.size());
    for (double x : axis.values) u.push_back(axis.scaled(x));
    if (u.size() == 1) return {u[0] - 0.5, u[0] + 0.5};
    std::vector<double> at = {u[0] - (u[1] - u[0]) / 2};
    for (std::size_t i = 1; i < u.size(); ++i) at.push_back((u[i - 1] + u[i]) / 2);
    at.push_back(u.back() + (u.back() - u[u.size() - 2]) / 2);
    return at;
  }
  static std::size_t parts(const chosen_axis& axis) { return axis.kind->whole ? 1 : 3; }

  template <class T>
  void run_from(std::size_t begin, const std::string& name) {
    folders_.push_back(name);
    std::vector<std::vector<double>> points;
    for (std::size_t t = begin; t < tiles_.size(); ++t) points.push_back({tiles_[t].x, tiles_[t].y});
    std::vector<cell> cells = run_cells<T>(*o_, name, std::move(points));
    for (std::size_t t = begin; t < tiles_.size(); ++t) tiles_[t].runs = std::move(cells[t - begin]);
  }

  /// The tiles with the steepest sides, steepest first; none without a slope.
  std::vector<std::size_t> steepest(std::size_t count) const {
    const double x_eps = 1e-9 * (tiles_[0].right - tiles_[0].left),
                 y_eps = 1e-9 * (tiles_[0].top - tiles_[0].bottom);
    std::vector<std::size_t> order(tiles_.size());
    for (std::size_t t = 0; t < order.size(); ++t) order[t] = t;
    std::sort(order.begin(), order.end(), [&](std::size_t s, std::size_t t) {
      return std::pair(tiles_[s].left, s) < std::pair(tiles_[t].left, t);
    });
    std::vector<double> log_error, slope(tiles_.size(), 0.0);
    for (const tile& t : tiles_) log_error.push_back(std::log10(std::clamp(t.median(), 1e-12, 1e12)));
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        const tile &s = tiles_[order[i]], &t = tiles_[order[j]];
        if (t.left > s.right + x_eps) break;
        const double x_shared = std::min(s.right, t.right) - std::max(s.left, t.left),
                     y_shared = std::min(s.top, t.top) - std::max(s.bottom, t.bottom);
        const bool across = x_shared > -x_eps && y_shared > y_eps,
                   upwards = x_shared > x_eps && y_shared > -y_eps;
        // A slope that cutting makes no gentler does not count.
        if (!(across && !o_->x.kind->whole) && !(upwards && !o_->y.kind->whole)) continue;
        const double rise = std::abs(log_error[order[i]] - log_error[order[j]]);
        for (const std::size_t k : {order[i], order[j]}) slope[k] = std::max(slope[k], rise);
      }
    std::vector<std::size_t> found;
    for (std::size_t t = 0; t < tiles_.size(); ++t)
      if (slope[t] > 0) found.push_back(t);
    std::stable_sort(found.begin(), found.end(),
                     [&](std::size_t s, std::size_t t) { return slope[s] > slope[t]; });
    if (found.size() > count) found.resize(count);
    return found;
  }

  void cut(std::size_t which) {
    const tile old = tiles_[which];
    const auto thirds = [](double low, double high, std::size_t n) {
      return n == 1 ? std::vector{low, high}
                    : std::vector{low, low + (high - low) / 3, high - (high - low) / 3, high};
    };
    const std::size_t nx = parts(o_->x), ny = parts(o_->y);
    const auto xs = thirds(old.left, old.right, nx), ys = thirds(old.bottom, old.top, ny);
    for (std::size_t j = 0; j < ny; ++j)
      for (std::size_t i = 0; i < nx; ++i) {
        const bool middle = i == nx / 2 && j == ny / 2;
        tile part{i == nx / 2 ? old.x : o_->x.unscaled((xs[i] + xs[i + 1]) / 2),
                  j == ny / 2 ? old.y : o_->y.unscaled((ys[j] + ys[j + 1]) / 2),
                  xs[i],
                  xs[i + 1],
                  ys[j],
                  ys[j + 1],
                  old.level + 1,
                  {}};
        if (middle) {
          part.runs = old.runs;
          tiles_[which] = std::move(part);
        } else {
          tiles_.push_back(std::move(part));
        }
      }
  }

  const options* o_;
  std::vector<std::string> folders_;
  std::vector<tile> tiles_;
};

}  // namespace phase_diagram
