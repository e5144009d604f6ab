// SPDX-License-Identifier: BSD-3-Clause
// What `defend` says of its table: text for people, a JSON line per row, and CSV files for figures.
#pragma once

#include "../support/spread.hpp"
#include "table.hpp"

namespace defend_program {

/// Median and quartiles over the runs that reached the target; not a number where there is none.
inline double error_at(const row& r, double p) {
  std::vector<double> reached;
  for (const result& run : r.runs)
    if (run.reached) reached.push_back(run.error);
  return reached.empty() ? std::nan("") : support::quantile(reached, p);
}
inline double share(const row& r, auto holds) {
  const auto count = std::count_if(r.runs.begin(), r.runs.end(), holds);
  return static_cast<double>(count) / static_cast<double>(r.runs.size());
}
inline double stalled(const row& r) {
  return r.runs.empty() ? 1 : share(r, [](const result& run) { return !run.reached; });
}
inline double verdicts(const row& r, student_verdict v, std::size_t factor, double tolerance) {
  return r.runs.empty() ? 0
                        : share(r, [&](const result& run) { return run.verdict(factor, tolerance) == v; });
}
inline double median(const row& r, double result::*number) {
  std::vector<double> all;
  for (const result& run : r.runs) all.push_back(run.*number);
  return all.empty() ? std::nan("") : support::quantile(all, 0.5);
}
inline double median_control(const row& r) {
  return r.control.empty() ? std::nan("") : support::quantile(r.control, 0.5);
}
/// With those of its search.
inline integer trainings(const row& r) {
  integer sum = r.searched;
  for (const result& run : r.runs) sum += run.trainings;
  return sum;
}

/// What searches came to, and which of them another attack of the table shows to be too short.
inline void print_searches(std::ostream& out, const options& o, const std::vector<row>& rows) {
  const double energy = o.energy.value_or(*own_energy("optimized"));
  for (const row& r : rows) {
    if (o.attacks[r.attack] != "reoptimized") continue;
    const bool broken = r.runs.empty() || stalled(r) > 0.5 || error_at(r, .5) > 0.1;
    out << "teacher " << options::name(o.teachers[r.teacher]) << ", " << o.defences[r.defence]
        << (broken ? ": broken by " : ": error at most .1, not broken by ") << r.searched << " trainings";
    for (const row& other : rows) {
      const auto own = own_energy(o.attacks[other.attack]);
      if (other.teacher == r.teacher && other.defence == r.defence && (o.energy || (own && *own <= energy)) &&
          error_at(other, .5) > error_at(r, .5))
        out << "; too short, " << o.attacks[other.attack] << " reaches "
            << support::rounded(error_at(other, .5), 3);
    }
    out << '\n';
  }
}

inline void print_table(std::ostream& out, const options& o, const std::vector<row>& rows) {
  const auto text = [](double x) { return std::isnan(x) ? std::string("-") : support::rounded(x, 3); };
  support::text_table table({"teacher", "attack", "defence", "error", "quartiles", "stalled", "certified",
                             "open", "wrong", "control", "steps", "trainings"});
  std::size_t said = 0, falsely = 0;
  for (const row& r : rows) {
    const auto says = [&](student_verdict v) {
      return r.runs.empty() ? "-" : text(verdicts(r, v, shown_factor, tolerances[shown_tolerance]));
    };
    table.add({options::name(o.teachers[r.teacher]), o.attacks[r.attack], o.defences[r.defence],
               text(error_at(r, .5)), text(error_at(r, .25)) + " " + text(error_at(r, .75)), text(stalled(r)),
               says(student_verdict::certified), says(student_verdict::open), says(student_verdict::wrong),
               text(median_control(r)), text(median(r, &result::steps)), std::to_string(trainings(r))});
    for (const result& run : r.runs)
      for (std::size_t f = 0; f < mass_factors.size(); ++f)
        for (const double t : tolerances) ++said, falsely += run.falsely_proved(f, t);
  }
  out << table << "\nerror: largest of " << horizon
      << " lags over the teacher's largest, median of the runs that reach the target; certified, open, "
         "wrong:\n"
      << "verdicts with R " << text(mass_factors[shown_factor]) << " times the teacher's mass, within "
      << text(tolerances[shown_tolerance])
      << "; control: median error of undefended students after as many steps\n"
      << said << " verdicts over all R and tolerances, " << falsely << " of them false\n";
  print_searches(out, o, rows);
}

inline std::string json_line(const options& o, const row& r) {
  const auto says = [&](student_verdict v) {
    return verdicts(r, v, shown_factor, tolerances[shown_tolerance]);
  };
  const auto& teacher = o.teachers[r.teacher];
  std::optional<double> energy = own_energy(o.attacks[r.attack]);
  if (o.energy && o.attacks[r.attack] != "none") energy = o.energy;
  json_object certified, line;
  certified.add("certified", says(student_verdict::certified));
  certified.add("open", says(student_verdict::open)).add("wrong", says(student_verdict::wrong));
  line.add("attack", o.attacks[r.attack]).add("defence", o.defences[r.defence]).add("optimizer", "adaptive");
  line.add("teacher", teacher).add("order", teacher.size()).add("model", "ssm").add("energy", energy);
  line.add("first_seed", o.seeds[0]).add("seeds", o.seeds.size());
  line.add("teacher_mass", mass_factors[shown_factor] * static_cast<double>(teacher.size()));
  line.add("error", error_at(r, .5)).add("quartiles", std::vector{error_at(r, .25), error_at(r, .75)});
  line.add("stalled", stalled(r)).add("certified", certified).add("control", median_control(r));
  line.add("excitation_ratio", median(r, &result::ratio)).add("steps", median(r, &result::steps));
  return line.add("trainings", trainings(r)).add("seconds", r.seconds).text();
}

inline csv_table table_csv(const options& o, const std::vector<row>& rows) {
  csv_table csv({"teacher", "attack", "defence", "teacher_at", "attack_at", "defence_at", "error", "q1", "q3",
                 "stalled", "certified", "open", "wrong", "control", "steps", "trainings"});
  const double t = tolerances[shown_tolerance];
  for (const row& r : rows)
    csv.add(options::name(o.teachers[r.teacher]), o.attacks[r.attack], o.defences[r.defence], r.teacher,
            r.attack, r.defence, error_at(r, .5), error_at(r, .25), error_at(r, .75), stalled(r),
            verdicts(r, student_verdict::certified, shown_factor, t),
            verdicts(r, student_verdict::open, shown_factor, t),
            verdicts(r, student_verdict::wrong, shown_factor, t), median_control(r),
            median(r, &result::steps), trainings(r));
  return csv;
}

/// The verdicts over all assumed masses and tolerances.
inline csv_table certificates_csv(const options& o, const std::vector<row>& rows) {
  csv_table csv({"teacher", "attack", "defence", "mass_factor", "tolerance", "certified", "open", "wrong",
                 "refuted", "false"});
  for (const row& r : rows)
    for (std::size_t f = 0; f < mass_factors.size() && !r.runs.empty(); ++f)
      for (const double t : tolerances) {
        const auto says = [&](student_verdict v) { return verdicts(r, v, f, t); };
        csv.add(options::name(o.teachers[r.teacher]), o.attacks[r.attack], o.defences[r.defence],
                mass_factors[f], t, says(student_verdict::certified), says(student_verdict::open),
                says(student_verdict::wrong), says(student_verdict::refuted),
                share(r, [&](const result& run) { return run.falsely_proved(f, t); }));
      }
  return csv;
}

}  // namespace defend_program
