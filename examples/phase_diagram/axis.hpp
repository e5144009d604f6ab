// SPDX-License-Identifier: BSD-3-Clause
// The axes that a diagram can have, and the flag that chooses one: AXIS:LOW:HIGH:N[:log].
#pragma once

#include <cmath>
#include <lssm/sweep/axis.hpp>
#include <string>
#include <vector>

#include "../discrete/options.hpp"

namespace phase_diagram {

using discrete::setting;
using lssm::integer;

/// A number of a setting.
struct axis_kind {
  const char* name;
  bool whole;
  double least, most;
  void (*set)(setting&, double);
  const char* about;
};

inline const std::vector<axis_kind>& axis_kinds() {
  static const std::vector<axis_kind> kinds = {
      {"special-amplitude", false, 0, 1e15, [](setting& s, double x) { s.special_deviation = x; },
       "standard deviation of the special entries"},
      {"special-count", true, 0, discrete::most_sequences,
       [](setting& s, double x) { s.special = static_cast<integer>(x); }, "special sequences"},
      {"special-position", true, -discrete::most_length, discrete::most_length - 1,
       [](setting& s, double x) {
         s.special_support = {discrete::support_kind::at, static_cast<integer>(x)};
       },
       "position of the special entry (-1: last)"},
      {"init-scale", false, 1e-30, 1e15, [](setting& s, double x) { s.init_sd_state = x; },
       "standard deviation of A at the start"},
      {"rate", false, 1e-30, 1e15, [](setting& s, double x) { s.rate = s.rate_special = x; }, "rate"},
      {"baseline-count", true, 1, discrete::most_sequences,
       [](setting& s, double x) { s.baseline = static_cast<integer>(x); }, "baseline sequences"},
      {"dim", true, 2, discrete::most_dim, [](setting& s, double x) { s.dim = static_cast<integer>(x); },
       "states d of the student"},
      {"length", true, 2, discrete::most_length,
       [](setting& s, double x) { s.length = static_cast<integer>(x); }, "length κ of the sequences"},
      {"after", true, 0, discrete::most_steps,
       [](setting& s, double x) { s.after = s.after_special = static_cast<integer>(x); },
       "further steps after the target"},
  };
  return kinds;
}

struct chosen_axis {
  std::string text;  // the flag's
  const axis_kind* kind = nullptr;
  bool logarithmic = false;
  std::vector<double> values;

  /// Distances along the axis are distances of these.
  double scaled(double x) const { return logarithmic ? std::log(x) : x; }
  double unscaled(double u) const { return logarithmic ? std::exp(u) : u; }
};

inline constexpr integer most_values = 10'000;

inline std::string axis_names() {
  std::string names;
  for (const axis_kind& k : axis_kinds()) names += (names.empty() ? "" : ", ") + std::string(k.name);
  return names;
}

inline chosen_axis axis_argument(const char* flag, const std::string& text) {
  using namespace support;
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const bool has_scale = parts.size() == 5 && parts[4] == "log";
  if (parts.size() != 4 && !has_scale) refuse_argument(flag, "AXIS:LOW:HIGH:N or AXIS:LOW:HIGH:N:log", text);
  chosen_axis axis{text, nullptr, has_scale, {}};
  for (const axis_kind& k : axis_kinds())
    if (parts[0] == k.name) axis.kind = &k;
  if (axis.kind == nullptr) refuse_argument(flag, "one of " + axis_names(), parts[0]);

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
  const integer count = integer_argument(flag, parts[3], 1, most_values);
  if (count > 1 ? low >= high : low != high) refuse_argument(flag, "from LOW to a larger HIGH", text);
  axis.values =
      has_scale ? lssm::logarithmic_values(low, high, count) : lssm::linear_values(low, high, count);
  if (axis.kind->whole)
    for (double& v : axis.values) v = std::round(v);
  for (std::size_t i = 1; i < axis.values.size(); ++i)
    if (axis.values[i] == axis.values[i - 1]) refuse_argument(flag, "of N different values", text);
  return axis;
}

}  // namespace phase_diagram
