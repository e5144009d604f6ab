// SPDX-License-Identifier: BSD-3-Clause
// A map over two axes: rectangles with a cell in each, and where further cells are worth most.
//
// A map begins as a grid. Refining cuts a tile in three along each axis that is not of whole numbers: the middle part
// keeps the cell, the other parts get cells of their own. Cut first are the tiles whose median differs most from a
// neighbour's, as a ratio; in three rounds of a half, a quarter and a quarter of the further runs, so that later rounds
// look at what earlier ones have found.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "map_axis.hpp"

namespace support {

/// A rectangle, and the runs of the point in it. Cells have `median()`, NaN where there is none.
template <class Cell>
struct tile {
  double x = 0, y = 0;                              // of its cell
  double left = 0, right = 0, bottom = 0, top = 0;  // scaled (map_axis.hpp)
  int level = 0;                                    // how often it was cut
  Cell runs = {};

  double median() const { return runs.median(); }
};

/// Side that two tiles share.
struct shared_side {
  std::size_t first, second;
  bool across;          // one is left of the other; else one is below the other
  double at, from, to;  // scaled: where the side is, and its ends along the other axis
};

template <class Setting, class Cell>
class tile_map {
 public:
  using axis = map_axis<Setting>;
  tile_map(const axis& x, const axis& y) : x_(&x), y_(&y) {}

  /// Calls evaluate(name, points) for the grid and each refinement, with as many cells back as points; `refine` is how many
  /// further runs there may be, `seeds` how many a cell takes.
  template <class Evaluate>
  void run(lssm::integer refine, std::size_t seeds, Evaluate evaluate) {
    const std::vector<double> xs = edges(*x_), ys = edges(*y_);
    for (std::size_t j = 0; j + 1 < ys.size(); ++j)
      for (std::size_t i = 0; i + 1 < xs.size(); ++i)
        tiles_.push_back({x_->values[i], y_->values[j], xs[i], xs[i + 1], ys[j], ys[j + 1], 0, {}});
    run_from(0, "map", evaluate);
    if (refine == 0) return;
    const std::size_t cost = (parts(*x_) * parts(*y_) - 1) * seeds;
    std::size_t left = static_cast<std::size_t>(refine) / cost;  // cuts
    for (int round = 1; round <= 3; ++round) {
      const std::size_t cuts = round < 3 ? (left + 1) / 2 : left;
      left -= cuts;
      if (cuts == 0) continue;
      const std::size_t begin = tiles_.size();
      for (const std::size_t t : steepest(cuts)) cut(t);
      if (tiles_.size() > begin) run_from(begin, "refined" + std::to_string(round), evaluate);
    }
  }
  const std::vector<tile<Cell>>& tiles() const { return tiles_; }
  /// Whether the runs of this folder are its.
  bool made_of(const std::string& folder) const { return std::ranges::count(folders_, folder) > 0; }

  /// All sides that two tiles share, those from left to right first by the left edges of their tiles.
  std::vector<shared_side> sides() const {
    const double x_eps = 1e-9 * (tiles_[0].right - tiles_[0].left),
                 y_eps = 1e-9 * (tiles_[0].top - tiles_[0].bottom);
    std::vector<std::size_t> order(tiles_.size());
    for (std::size_t t = 0; t < order.size(); ++t) order[t] = t;
    std::sort(order.begin(), order.end(), [&](std::size_t s, std::size_t t) {
      return std::pair(tiles_[s].left, s) < std::pair(tiles_[t].left, t);
    });
    std::vector<shared_side> found;
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        const auto &s = tiles_[order[i]], &t = tiles_[order[j]];
        if (t.left > s.right + x_eps) break;
        const double x_low = std::max(s.left, t.left), x_high = std::min(s.right, t.right),
                     y_low = std::max(s.bottom, t.bottom), y_high = std::min(s.top, t.top);
        const double x_shared = x_high - x_low, y_shared = y_high - y_low;
        if (x_shared > -x_eps && x_shared <= x_eps && y_shared > y_eps)
          found.push_back({order[i], order[j], true, s.right, y_low, y_high});
        if (x_shared > x_eps && y_shared > -y_eps && y_shared <= y_eps)
          found.push_back({order[i], order[j], false, y_low, x_low, x_high});
      }
    return found;
  }

 protected:
  std::vector<tile<Cell>>& changeable_tiles() { return tiles_; }

 private:
  /// Halfway between the values, and as far beyond the outer ones, but not beyond the limits of the axis.
  static std::vector<double> edges(const axis& along) {
    std::vector<double> u;
    u.reserve(along.values.size());
    for (double x : along.values) u.push_back(along.scaled(x));
    if (u.size() == 1) return {u[0] - 0.5, u[0] + 0.5};
    std::vector<double> at = {u[0] - (u[1] - u[0]) / 2};
    for (std::size_t i = 1; i < u.size(); ++i) at.push_back((u[i - 1] + u[i]) / 2);
    at.push_back(u.back() + (u.back() - u[u.size() - 2]) / 2);
    // Parts of the outer tiles must be inside the limits, too.
    const auto& kind = *along.kind;
    if (kind.whole) return at;
    if (!along.logarithmic || kind.least > 0) at.front() = std::max(at.front(), along.scaled(kind.least));
    at.back() = std::min(at.back(), along.scaled(kind.most));
    return at;
  }
  static std::size_t parts(const axis& along) { return along.kind->whole ? 1 : 3; }

  template <class Evaluate>
  void run_from(std::size_t begin, const std::string& name, Evaluate& evaluate) {
    folders_.push_back(name);
    std::vector<std::vector<double>> points;
    for (std::size_t t = begin; t < tiles_.size(); ++t) points.push_back({tiles_[t].x, tiles_[t].y});
    std::vector<Cell> cells = evaluate(name, std::move(points));
    for (std::size_t t = begin; t < tiles_.size(); ++t) tiles_[t].runs = std::move(cells[t - begin]);
  }

  /// The tiles with the steepest sides, steepest first; none without a slope.
  std::vector<std::size_t> steepest(std::size_t count) const {
    std::vector<double> height, slope(tiles_.size(), 0.0);
    for (const auto& t : tiles_) height.push_back(std::log10(std::clamp(t.median(), 1e-12, 1e12)));
    for (const shared_side& side : sides()) {
      // A slope that cutting makes no gentler does not count.
      if (side.across ? x_->kind->whole : y_->kind->whole) continue;
      const double rise = std::abs(height[side.first] - height[side.second]);
      for (const std::size_t k : {side.first, side.second}) slope[k] = std::max(slope[k], rise);
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
    const tile<Cell> old = tiles_[which];
    const auto thirds = [](double low, double high, std::size_t n) {
      return n == 1 ? std::vector{low, high}
                    : std::vector{low, low + (high - low) / 3, high - (high - low) / 3, high};
    };
    const std::size_t nx = parts(*x_), ny = parts(*y_);
    const auto xs = thirds(old.left, old.right, nx), ys = thirds(old.bottom, old.top, ny);
    for (std::size_t j = 0; j < ny; ++j)
      for (std::size_t i = 0; i < nx; ++i) {
        const bool middle = i == nx / 2 && j == ny / 2;
        tile<Cell> part{i == nx / 2 ? old.x : x_->unscaled((xs[i] + xs[i + 1]) / 2),
                        j == ny / 2 ? old.y : y_->unscaled((ys[j] + ys[j + 1]) / 2),
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

  const axis *x_, *y_;
  std::vector<std::string> folders_;
  std::vector<tile<Cell>> tiles_;
};

}  // namespace support
