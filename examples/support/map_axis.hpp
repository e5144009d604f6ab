// SPDX-License-Identifier: BSD-3-Clause
// An axis of a map over the numbers of a setting, and the flag that chooses one: AXIS:LOW:HIGH:N[:log].
#pragma once

#include <algorithm>
#include <cmath>
#include <lssm/sweep/axis.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "argument.hpp"

namespace support {

/// A number of a setting.
template <class Setting>
struct axis_kind {
  const char* name;
  bool whole;
  double least, most;
  void (*set)(Setting&, double);
  const char* about;

  /// Whether it is a number of the special sequences.
  bool special() const { return std::string_view(name).starts_with("special-"); }
};

template <class Setting>
struct map_axis {
  std::string text;  // the flag's
  const axis_kind<Setting>* kind = nullptr;
  bool logarithmic = false;
  std::vector<double> values;

  /// Distances along the axis are distances of these.
  double scaled(double x) const { return logarithmic ? std::log(x) : x; }
  double unscaled(double u) const { return logarithmic ? std::exp(u) : u; }
};

inline constexpr lssm::integer most_values = 10'000;

template <class Setting>
std::string axis_names(const std::vector<axis_kind<Setting>>& kinds) {
  std::string names;
  for (const auto& k : kinds) names += (names.empty() ? "" : ", ") + std::string(k.name);
  return names;
}

/// One of these axes; `kinds` must outlive it.
template <class Setting>
map_axis<Setting> axis_argument(const char* flag, const std::string& text,
                                const std::vector<axis_kind<Setting>>& kinds) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const bool has_scale = parts.size() == 5 && parts[4] == "log";
  if (parts.size() != 4 && !has_scale) refuse_argument(flag, "AXIS:LOW:HIGH:N or AXIS:LOW:HIGH:N:log", text);
  map_axis<Setting> axis{text, nullptr, has_scale, {}};
  for (const auto& k : kinds)
    if (parts[0] == k.name) axis.kind = &k;
  if (axis.kind == nullptr) refuse_argument(flag, "one of " + axis_names(kinds), parts[0]);

  const double low = real_argument(flag, parts[1]), high = real_argument(flag, parts[2]);
  const std::string range =
      lssm::digits(axis.kind->least) + " to " + lssm::digits(axis.kind->most) + " for " + axis.kind->name;
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    const double x = i == 1 ? low : high;
    if (!(x >= axis.kind->least && x <= axis.kind->most)) refuse_argument(flag, "from " + range, parts[i]);
    if (axis.kind->whole && x != std::floor(x))
      refuse_argument(flag, std::string("whole numbers for ") + axis.kind->name, parts[i]);
    if (has_scale && x <= 0) refuse_argument(flag, "positive with :log", parts[i]);
  }
  const lssm::integer count = integer_argument(flag, parts[3], 1, most_values);
  if (count > 1 ? low >= high : low != high) refuse_argument(flag, "from LOW to a larger HIGH", text);
  axis.values =
      has_scale ? lssm::logarithmic_values(low, high, count) : lssm::linear_values(low, high, count);
  if (axis.kind->whole)
    for (double& v : axis.values) v = std::round(v);
  for (std::size_t i = 1; i < axis.values.size(); ++i)
    if (axis.values[i] == axis.values[i - 1]) refuse_argument(flag, "of N different values", text);
  return axis;
}

}  // namespace support
