// SPDX-License-Identifier: BSD-3-Clause
// A figure as a script of gnuplot that holds its data: lines over an axis, medians of the rows that share a place, or a
// map of such medians, in the style of examples/figures/style.gpi.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <lssm/attack/statistics.hpp>
#include <map>
#include <ostream>
#include <string_view>

#include "../support/argument.hpp"
#include "columns.hpp"

namespace plot {

using numbers = std::vector<double>;

/// What an axis says of a column.
inline std::string words_of(const std::string& column) {
  static const std::map<std::string, std::string> known = {
      {"time", "flow time (steps × rate)"},
      {"steps", "training steps"},
      {"loss", "training loss"},
      {"train_loss", "training loss"},
      {"generalization_error", "generalization error (relative)"},
      {"effective_rank", "effective rank (modes)"},
      {"eigenvalue", "eigenvalues |a_j|"},
      {"gamma", "γ^{(l)}"},
      {"rate", "rate"}};
  std::string name = column.substr(0, column.find('*'));
  if (column.ends_with("_*")) name.pop_back();
  const auto at = known.find(name);
  if (at != known.end()) return at->second;
  std::string words;
  for (const char c : name) {
    if (std::string_view("^{}@&~\\").find(c) != std::string_view::npos) words += '\\';  // no markup
    words += c == '_' ? ' ' : c;
  }
  return words;
}

inline std::string number(double x) { return std::isfinite(x) ? lssm::digits(x) : "NaN"; }
/// A text of gnuplot, in single quotes: between double ones it gives what stands in backquotes to a shell.
inline std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

/// Whether numbers ask for a logarithmic axis: all positive, over two decades and more.
inline bool spans_decades(const numbers& values) {
  double least = HUGE_VAL, most = 0;
  for (const double v : values)
    if (std::isfinite(v)) {
      if (v <= 0) return false;
      least = std::min(least, v);
      most = std::max(most, v);
    }
  return most >= 100 * least;
}

/// Which axes are logarithmic: as asked for, or where numbers span decades.
struct scales {
  bool automatic = true;
  std::string logarithmic;  // letters of axes

  bool is_log(char axis, const numbers& values) const {
    return automatic ? spans_decades(values) : logarithmic.find(axis) != std::string::npos;
  }
};

/// Whether a number has a place on an axis.
inline bool has_place(double v, bool logarithmic) { return std::isfinite(v) && (!logarithmic || v > 0); }
[[noreturn]] inline void refuse_nothing(const char* flag, const std::string& name) {
  support::refuse_argument(
      flag, "a column with numbers to draw: finite ones, on a logarithmic axis positive ones", name);
}

inline void set_scale(std::ostream& out, const char* axis, bool logarithmic) {
  out << (logarithmic ? "set logscale " : "unset logscale ") << axis << "; set format " << axis
      << (logarithmic ? " '10^{%T}'\n" : " '%g'\n");
}

inline constexpr const char* colours[] = {"#0072B2", "#D55E00", "#009E73", "#E69F00",
                                          "#56B4E9", "#CC79A7", "#222222"};

/// A datablock with a name for each column.
inline void write_data(std::ostream& out, const std::string& block, const std::vector<std::string>& names,
                       const std::vector<numbers>& rows) {
  out << "$" << block << " << EOD\n";
  for (std::size_t j = 0; j < names.size(); ++j) out << (j ? "," : "") << names[j];
  for (const numbers& row : rows) {
    out << '\n';
    for (std::size_t j = 0; j < row.size(); ++j) out << (j ? "," : "") << number(row[j]);
  }
  out << "\nEOD\n";
}

/// A panel of lines: columns over x.
struct line_panel {
  std::string title;  // empty where the names of the lines say it all
  std::vector<std::string> names;
  std::vector<numbers> columns;

  bool is_log(const scales& how) const {
    numbers all;
    for (const numbers& column : columns) all.insert(all.end(), column.begin(), column.end());
    return how.is_log('y', all);
  }
  /// Whether column k has a number with none beside it, which a line does not show.
  bool stands_alone(std::size_t k, const numbers& x, const scales& how) const {
    const bool log_x = how.is_log('x', x), log_y = is_log(how);
    const auto drawn = [&](std::size_t r) {
      return r < x.size() && has_place(x[r], log_x) && has_place(columns[k][r], log_y);
    };
    for (std::size_t r = 0; r < x.size(); ++r)
      if (drawn(r) && !drawn(r + 1) && (r == 0 || !drawn(r - 1))) return true;
    return false;
  }
  /// Whether there is something to see.
  bool has_points(const numbers& x, const scales& how) const {
    const bool log_x = how.is_log('x', x), log_y = is_log(how);
    for (const numbers& column : columns)
      for (std::size_t r = 0; r < x.size(); ++r)
        if (has_place(x[r], log_x) && has_place(column[r], log_y)) return true;
    return false;
  }
};

inline void draw_lines(std::ostream& out, const std::string& x_title, const numbers& x,
                       const std::vector<line_panel>& panels, const scales& how) {
  const auto n = static_cast<double>(panels.size());
  for (std::size_t i = 0; i < panels.size(); ++i) {
    std::vector<std::string> names = {"x"};
    names.insert(names.end(), panels[i].names.begin(), panels[i].names.end());
    std::vector<numbers> rows;
    for (std::size_t r = 0; r < x.size(); ++r) {
      rows.push_back({x[r]});
      for (const numbers& column : panels[i].columns) rows.back().push_back(column[r]);
    }
    write_data(out, "panel" + std::to_string(i), names, rows);
  }
  out << "do for [format in 'svg png'] {\n  eval start(format, name, 720, " << 70 + 190 * panels.size()
      << ")\n  set multiplot\n  set border 3 linecolor rgb ink linewidth 0.8\n";
  const double page = 70 + 190 * n;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const line_panel& p = panels[i];
    const double top = 1 - (25 + 190 * static_cast<double>(i)) / page;
    out << "  eval panel(0.14, 0.96, " << number(top - 150 / page) << ", " << number(top) << ")\n  ";
    set_scale(out, "x", how.is_log('x', x));
    out << "  ";
    set_scale(out, "y", p.is_log(how));
    const bool last = i + 1 == panels.size();
    out << "  set ylabel " << quoted(p.title) << " offset 0.5,0 font ',9'\n  "
        << (last ? "set xlabel " + quoted(x_title) : std::string("unset xlabel; set format x ''")) << '\n';
    // A few lines have a colour and a name each; of many the first two stand out.
    const bool few = p.columns.size() <= std::size(colours);
    out << (few && p.columns.size() > 1
                ? "  set key at graph 1, 1.17 right top horizontal noenhanced samplen 2 font ',9'\n"
                : "  set key off\n")
        << "  plot ";
    for (std::size_t k = p.columns.size(); k-- > 0;) {
      const char* colour = few ? colours[k] : k < 2 ? colours[0] : "#9A9A9A";
      out << "$panel" << i << " using 1:" << k + 2
          << (p.stands_alone(k, x, how) ? " with linespoints pointtype 7 pointsize 0.4" : " with lines")
          << " linewidth " << (k < 2 || few ? 1.8 : 0.8) << " dashtype "
          << (few      ? k + 1
              : k == 1 ? 2
                       : 1)
          << " linecolor rgb '" << colour << "' title " << quoted(p.names[k])
          << (k > 0 ? ", \\\n       " : "\n");
    }
  }
  out << "  unset multiplot\n  unset output\n}\n";
}

/// What rows that share a place come to: their median, an interval that holds it with 95 %, and how many there are.
struct summary {
  double median, low, high;
};
inline summary summary_of(const numbers& values) {
  numbers finite;
  for (const double v : values)
    if (v == v) finite.push_back(v);
  if (finite.empty()) return {std::nan(""), std::nan(""), std::nan("")};
  const auto [low, high] = lssm::median_interval(finite);
  return {lssm::quantile_of(finite, 0.5), low, high};
}

/// Medians of y over x, a line for each group.
inline void draw_medians(std::ostream& out, const std::string& x_name, const std::string& y_name,
                         const std::map<std::string, std::map<double, numbers>>& groups, const scales& how) {
  numbers xs, ys;
  for (const auto& [group, places] : groups)
    for (const auto& [x, values] : places) {
      xs.push_back(x);
      ys.insert(ys.end(), values.begin(), values.end());
    }
  const bool log_x = how.is_log('x', xs), log_y = how.is_log('y', ys);
  if (std::none_of(xs.begin(), xs.end(), [&](double x) { return has_place(x, log_x); }))
    refuse_nothing("--x", x_name);
  if (std::none_of(ys.begin(), ys.end(), [&](double y) { return has_place(y, log_y); }))
    refuse_nothing("--y", y_name);
  std::size_t i = 0;
  for (const auto& [group, places] : groups) {
    std::vector<numbers> medians, rows;
    for (const auto& [x, values] : places) {
      const summary s = summary_of(values);
      medians.push_back({x, s.median, s.low, s.high});
      for (const double v : values) rows.push_back({x, v});
    }
    write_data(out, "medians" + std::to_string(i), {"x", "median", "low", "high"}, medians);
    write_data(out, "rows" + std::to_string(i++), {"x", "y"}, rows);
  }
  out << "do for [format in 'svg png'] {\n  eval start(format, name, 720, 440)\n"
      << "  eval panel(0.13, 0.96, 0.19, 0.9)\n  set border 3 linecolor rgb ink linewidth 0.8\n"
      << "  set label 1 'points: rows; line and bars: their median and its 95 % interval' at screen 0.02, "
         "0.03 left "
         "textcolor rgb ink font ',9'\n  ";
  set_scale(out, "x", log_x);
  out << "  ";
  set_scale(out, "y", log_y);
  out << "  set xlabel " << quoted(words_of(x_name)) << "\n  set ylabel " << quoted(words_of(y_name))
      << " offset 0.5,0\n"
      << (groups.size() > 1 ? "  set key outside top right horizontal noenhanced samplen 2\n"
                            : "  set key off\n")
      << "  plot ";
  i = 0;
  for (const auto& [group, places] : groups) {
    const char* colour = colours[i % std::size(colours)];
    out << "$rows" << i << " using 1:2 with points pointtype 7 pointsize 0.3 linecolor rgb '" << colour
        << "' notitle, \\\n       $medians" << i << " using 1:2:3:4 with yerrorbars pointtype " << 4 + i
        << " linewidth 1.2 linecolor rgb '" << colour << "' notitle, \\\n       $medians" << i
        << " using 1:2 with lines linewidth 1.8 dashtype " << i + 1 << " linecolor rgb '" << colour
        << "' title " << quoted(group) << (i + 1 < groups.size() ? ", \\\n       " : "\n");
    ++i;
  }
  out << "  unset output\n}\n";
}

/// Halfway between values, and as far beyond the outer ones.
inline numbers edges_of(const numbers& values, bool logarithmic) {
  numbers u, edges;
  for (const double v : values) u.push_back(logarithmic ? std::log(v) : v);
  const std::size_t n = u.size();
  edges.push_back(n == 1 ? u[0] - 0.5 : u[0] - (u[1] - u[0]) / 2);
  for (std::size_t i = 1; i < n; ++i) edges.push_back((u[i - 1] + u[i]) / 2);
  edges.push_back(n == 1 ? u[0] + 0.5 : u[n - 1] + (u[n - 1] - u[n - 2]) / 2);
  if (logarithmic)
    for (double& e : edges) e = std::exp(e);
  return edges;
}

/// Medians of z over x and y as colours; places without rows, or without a number, stay grey.
inline void draw_map(std::ostream& out, const std::string& x_name, const std::string& y_name,
                     const std::string& z_name, const std::map<std::pair<double, double>, numbers>& places,
                     const scales& how) {
  std::map<double, std::size_t> x_at, y_at;
  numbers xs, ys, zs;
  for (const auto& [place, values] : places) {
    xs.push_back(place.first);
    ys.push_back(place.second);
    zs.push_back(summary_of(values).median);
  }
  const bool log_x = how.is_log('x', xs), log_y = how.is_log('y', ys), log_z = how.is_log('z', zs);
  for (const auto& [place, values] : places)
    if (has_place(place.first, log_x) && has_place(place.second, log_y))
      x_at[place.first], y_at[place.second];
  if (x_at.empty()) refuse_nothing("--x", x_name);
  xs.clear();
  ys.clear();
  for (auto& [x, at] : x_at) at = xs.size(), xs.push_back(x);
  for (auto& [y, at] : y_at) at = ys.size(), ys.push_back(y);
  const numbers x_edges = edges_of(xs, log_x), y_edges = edges_of(ys, log_y);
  std::vector<numbers> rows;
  for (const auto& [place, values] : places) {
    const double z = summary_of(values).median;
    if (!x_at.contains(place.first) || !y_at.contains(place.second) || !has_place(z, log_z)) continue;
    const std::size_t i = x_at[place.first], j = y_at[place.second];
    rows.push_back({xs[i], ys[j], x_edges[i], x_edges[i + 1], y_edges[j], y_edges[j + 1], z});
  }
  if (rows.empty()) refuse_nothing("--z", z_name);
  write_data(out, "cells", {"x", "y", "left", "right", "bottom", "top", "z"}, rows);
  out << "do for [format in 'svg png'] {\n  eval start(format, name, 720, 440)\n"
      << "  eval panel(0.13, 0.78, 0.19, 0.9)\n  set border 3 linecolor rgb ink linewidth 0.8\n"
      << "  set label 1 'colour: median of the rows of a cell; grey: no number' at screen 0.02, 0.03 left "
         "textcolor rgb "
         "ink font ',9'\n"
      << "  unset grid\n  set tics out\n  set style fill solid 1 border\n"
      << "  set palette defined (0 '#440154', 1 '#46307e', 2 '#365c8d', 3 '#277f8e', 4 '#1fa187', 5 "
         "'#4ac16d', "
         "6 '#a0da39', 7 '#fde725')\n"
      << "  set colorbox user origin screen 0.81, 0.19 size screen 0.03, 0.71 noborder\n  ";
  set_scale(out, "x", log_x);
  out << "  ";
  set_scale(out, "y", log_y);
  out << "  ";
  set_scale(out, "cb", log_z);
  out << "  set xrange [" << number(x_edges.front()) << ":" << number(x_edges.back()) << "]; set yrange ["
      << number(y_edges.front()) << ":" << number(y_edges.back()) << "]\n  set xlabel "
      << quoted(words_of(x_name)) << "\n  set ylabel " << quoted(words_of(y_name)) << "\n  set cblabel "
      << quoted(words_of(z_name)) << " offset 1,0\n"
      << "  set object 1 rectangle from graph 0, 0 to graph 1, 1 fillcolor rgb grey fillstyle solid 1 "
         "noborder behind\n"
      << "  plot $cells using 1:2:3:4:5:6:7 with boxxyerror linewidth 0.3 linecolor palette\n"
      << "  unset output\n}\n";
}

}  // namespace plot
