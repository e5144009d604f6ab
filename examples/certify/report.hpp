// SPDX-License-Identifier: BSD-3-Clause
// What `certify` says: a table for people, a JSON line per row for programs, CSV files for figures.
#pragma once

#include <ostream>

#include "../support/output_directory.hpp"
#include "../support/text_table.hpp"
#include "experiment.hpp"

namespace certify_program {

inline std::optional<std::string_view> words(const std::optional<student_verdict>& v) {
  return v ? std::optional(to_string(*v)) : std::nullopt;
}

/// What is not known, not proved or not finite is null.
inline std::string json_line(const row& r) {
  json_object line;
  line.add("experiment", r.name)
      .add("seed", r.seed)
      .add("special", r.special)
      .add("teacher_mass", r.teacher_mass);
  line.add("verdict", words(r.said)).add("least_mass", r.band.least_mass).add("breakdown_mass", r.breakdown);
  line.add("low", r.band.low).add("high", r.band.high).add("at_least", r.at_least).add("at_most", r.at_most);
  line.add("error_absolute", r.error_absolute).add("generalization_error", r.generalization);
  return line.add("mass", r.mass).add("loss", r.loss).add("seconds", r.seconds).text();
}

inline void print_table(std::ostream& out, const options& o, const std::vector<row>& rows) {
  using support::rounded;
  const auto number = [](double x) { return x == x ? rounded(x, 4) : std::string("-"); };
  out << "Teachers with modes in [" << digits(o.prior.low) << ", " << digits(o.prior.high)
      << "] and a mass of at most R: lags 0 to " << o.horizon - 1 << ", tolerance " << digits(o.tolerance);
  if (o.prior.noise > 0) out << ", errors of labels up to " << digits(o.prior.noise) << " (root mean square)";
  if (o.data.empty()) out << "; runs in " << (o.single ? "float" : "double") << (o.clip ? ", |a| <= 1" : "");
  out << ".\nErrors are absolute. At most and at least are proved; R(tau) is the largest R at which the "
         "student is certified.\n\n";
  support::text_table table({"data", "seed", "special", "R", "least mass", "R(tau)", "verdict", "at least",
                             "at most", "error", "half width", "mass", "loss"});
  for (const row& r : rows) {
    double half = r.band.refuted ? not_known : 0;
    for (std::size_t i = 0; i < r.band.low.size(); ++i)
      half = std::max(half, (r.band.high[i] - r.band.low[i]) / 2);
    table.add({r.name, r.seed ? std::to_string(*r.seed) : "-", r.special ? std::to_string(*r.special) : "-",
               number(r.teacher_mass), number(r.band.least_mass), number(r.breakdown),
               std::string(words(r.said).value_or("-")), number(r.at_least), number(r.at_most),
               number(r.error_absolute), number(half), number(r.mass), number(r.loss)});
  }
  out << table;
}

/// A row per data set or run and mass: all but the time.
inline csv_table table_csv(const std::vector<row>& rows) {
  csv_table csv({"experiment", "seed", "special", "teacher_mass", "verdict", "least_mass", "breakdown_mass",
                 "at_least", "at_most", "error_absolute", "generalization_error", "mass", "loss"});
  const auto optional_text = [](const auto& x) { return x ? std::to_string(*x) : std::string(); };
  for (const row& r : rows)
    csv.add(r.name, optional_text(r.seed), optional_text(r.special), r.teacher_mass,
            words(r.said).value_or(""), r.band.least_mass, r.breakdown, r.at_least, r.at_most,
            r.error_absolute, r.generalization, r.mass, r.loss);
  return csv;
}

/// A row per lag and input: the band, what explicit teachers attain, the student and the teacher.
inline csv_table bands_csv(const std::vector<row>& rows) {
  csv_table csv({"experiment", "seed", "special", "teacher_mass", "lag", "input", "low", "inner_low",
                 "inner_high", "high", "student", "teacher"});
  const auto optional_text = [](const auto& x) { return x ? std::to_string(*x) : std::string(); };
  for (const row& r : rows)
    for (std::size_t i = 0; i < r.band.low.size(); ++i) {
      const auto at = [&](const std::vector<double>& of) { return i < of.size() ? of[i] : not_known; };
      const auto m = static_cast<std::size_t>(r.band.channels);
      csv.add(r.name, optional_text(r.seed), optional_text(r.special), r.teacher_mass, i / m, i % m,
              r.band.low[i], r.band.inner_low[i], r.band.inner_high[i], r.band.high[i], at(r.student),
              at(r.teacher));
    }
  return csv;
}

}  // namespace certify_program
