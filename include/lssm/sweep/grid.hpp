// SPDX-License-Identifier: BSD-3-Clause
// The runs of a sweep: every point with every seed, each with an index that never changes.
//
//   grid{.axes = {{"amplitude", {0.1, 1, 10}}, {"position", {-2, -3}}}, .seeds = {200, 201}}     every combination
//   point_list{.axes = {"amplitude", "position"}, .at = {{0.3, -2}, {0.4, -2}}, .seeds = {200}}    given ones
//   one's own: names(), points(), values(i) and seeds                                      (sweep/concepts.hpp)
//
//   run index = point · number of seeds + place of the seed;  the last axis of a grid moves fastest
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "axis.hpp"

namespace lssm {

/// One point of a sweep: a number for each axis, accessed by name.
struct sweep_point {
  std::span<const std::string> names;
  std::vector<double> values;
  std::uint32_t seed = 0;  ///< of the run, where `edit` and `read` are asked about one

  double operator[](std::string_view name) const {
    const auto at = std::find(names.begin(), names.end(), name);
    require(at != names.end(), "sweep_point", "name", "one of the sweep's axes", name);
    return values[static_cast<std::size_t>(at - names.begin())];
  }
};

/// The seeds first, first + 1, ...
inline std::vector<std::uint32_t> consecutive_seeds(AnyInteger auto first, extent<> count) {
  const auto from = checked_integer<std::uint32_t>("consecutive_seeds", "first", first);
  require(count >= 1 && static_cast<std::uint64_t>(count) - 1 <= 0xFFFF'FFFFU - from, "consecutive_seeds",
          "count", "at least 1, and the last seed below 2^32", integer(count));
  require_entries("consecutive_seeds", "count", {count});
  std::vector<std::uint32_t> seeds(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i] = from + static_cast<std::uint32_t>(i);
  return seeds;
}

namespace detail {
inline void validate_seeds(const char* of, const std::vector<std::uint32_t>& seeds) {
  require(!seeds.empty(), of, "seeds", "at least one", "none");
}
}  // namespace detail

/// Every combination of the values of all axes, with every seed.
struct grid {
  std::vector<sweep_axis> axes;
  std::vector<std::uint32_t> seeds = {0};

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    all.reserve(axes.size());
    for (const sweep_axis& a : axes) all.push_back(a.name);
    return all;
  }
  std::size_t points() const {
    std::size_t product = 1;
    for (const sweep_axis& a : axes) product *= a.values.size();
    return product;
  }
  std::vector<double> values(std::size_t point) const {
    std::vector<double> place(axes.size());
    for (std::size_t j = axes.size(); j-- > 0; point /= axes[j].values.size())
      place[j] = axes[j].values[point % axes[j].values.size()];
    return place;
  }
  void validate() const {
    detail::validate_seeds("grid", seeds);
    std::size_t left = std::numeric_limits<std::uint32_t>::max();  // more runs count as a mistyped number
    for (const sweep_axis& a : axes) {
      a.validate();
      left /= a.values.size();
    }
    require(left >= seeds.size(), "grid", "runs", "fewer than 2^32", "more");
  }
  friend bool operator==(const grid&, const grid&) = default;
};

/// Given points, with every seed.
struct point_list {
  std::vector<std::string> axes;
  std::vector<std::vector<double>> at;  ///< (points, axes)
  std::vector<std::uint32_t> seeds = {0};

  const std::vector<std::string>& names() const { return axes; }
  std::size_t points() const { return at.size(); }
  const std::vector<double>& values(std::size_t point) const { return at[point]; }
  void validate() const {
    detail::validate_seeds("point_list", seeds);
    for (const auto& p : at) {
      require(p.size() == axes.size(), "point_list", "points", std::to_string(axes.size()) + " numbers each",
              p.size());
      for (double v : p) require(std::isfinite(v), "point_list", "points", "finite", v);
    }
  }
  friend bool operator==(const point_list&, const point_list&) = default;
};

}  // namespace lssm
