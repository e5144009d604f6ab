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

/// Found by the detector: the excitation ratio is above its threshold.
inline double flagged(const row& r) {
  return r.runs.empty() ? 0 : share(r, [](const result& run) { return run.ratio > ratio_found; });
}
inline bool is_broken(const row& r) { return r.runs.empty() || stalled(r) > 0.5 || error_at(r, .5) > 0.1; }
inline std::string short_text(double x) { return std::isnan(x) ? "-" : support::rounded(x, 3); }
inline std::string label_of(const options& o, std::size_t optimizer, std::size_t teacher) {
  return o.optimizers[optimizer] + ", teacher " + o.teachers[teacher].name;
}

/// Why a search was too short: what another attack of the table reaches, or a longer search is known to reach.
inline std::string too_short(const options& o, const std::vector<row>& rows, const row& r) {
  const double energy = o.energy.value_or(*own_energy("optimized"));
  std::string text;
  if (stalled(r) > 0.5) return text;
  for (const row& other : rows) {
    const auto own = own_energy(o.attacks[other.attack]);
    if (other.optimizer == r.optimizer && other.teacher == r.teacher && other.defence == r.defence &&
        (o.energy || (own && *own <= energy)) && error_at(other, .5) > error_at(r, .5))
      text += "; too short, " + o.attacks[other.attack] + " reaches " + short_text(error_at(other, .5));
  }
  if (o.teachers[r.teacher].name == "1" && o.optimizers[r.optimizer] == "adaptive")
    for (const known_search& k : known_searches)
      if (k.defence == o.defences[r.defence] && k.energy <= energy && k.error > error_at(r, .5))
        text += "; too short, a longer search reaches " + short_text(k.error) + " with energy " +
                digits(k.energy);
  return text;
}

/// What searches came to: those against defences, and those that must not be seen.
inline void print_searches(std::ostream& out, const options& o, const std::vector<row>& rows) {
  for (const row& r : rows) {
    if (o.attacks[r.attack] == "reoptimized")
      out << label_of(o, r.optimizer, r.teacher) << ", " << o.defences[r.defence]
          << (is_broken(r) ? ": broken by " : ": error at most .1, not broken by ") << r.searched
          << " trainings" << too_short(o, rows, r) << '\n';
    if (o.attacks[r.attack] != "unseen") continue;
    const double slips = r.runs.empty() ? 0 : share(r, [](const result& run) {
      return run.reached && run.error > 0.1 && run.unseen();
    });
    out << label_of(o, r.optimizer, r.teacher) << ", " << o.defences[r.defence]
        << " with detector and certificate: " << (slips > 0.5 ? "broken by " : "not broken by ") << r.searched
        << " trainings; error above .1 and unseen in " << short_text(slips) << " of the runs\n";
  }
}

/// The errors that what was sought against one defence reaches under the others.
inline void print_transfers(std::ostream& out, const options& o, const std::vector<transfer>& all) {
  if (all.empty()) return;
  std::vector<std::string> head{"sought against"};
  for (const std::string& d : o.defences) head.push_back(d);
  for (std::size_t i = 0; i < all.size();) {
    support::text_table table(head);
    const std::size_t rule = all[i].optimizer, teacher = all[i].teacher;
    out << "\ntransfer, " << label_of(o, rule, teacher) << ": median errors\n";
    while (i < all.size() && all[i].optimizer == rule && all[i].teacher == teacher) {
      const std::size_t source = all[i].sought_against;
      std::vector<std::string> line(head.size(), "-");
      line[0] = o.defences[source];
      for (; i < all.size() && all[i].optimizer == rule && all[i].teacher == teacher &&
             all[i].sought_against == source;
           ++i)
        line[1 + all[i].defence] = short_text(error_at(row{rule, teacher, 0, 0, all[i].runs}, .5));
      table.add(std::move(line));
    }
    out << table;
  }
}

/// Verdicts of all runs over the assumed masses and tolerances; good runs: reached, and within the tolerance.
inline void print_certificates(std::ostream& out, const options& o, const std::vector<row>& rows) {
  std::size_t said = 0, falsely = 0;
  support::text_table table({"R", "tolerance", "runs", "certified", "open", "wrong", "refuted", "false",
                             "good", "of them certified"});
  for (const double tolerance : tolerances)
    for (std::size_t f = 0; f < mass_factors.size(); ++f) {
      std::array<std::size_t, 4> of{};
      std::size_t all = 0, bad = 0, good = 0, accepted = 0;
      for (const row& r : rows)
        for (const result& run : r.runs) {
          if (o.optimizers[r.optimizer] == "network") continue;
          const student_verdict v = run.verdict(f, tolerance);
          ++of[static_cast<std::size_t>(v)], ++all;
          bad += run.falsely_proved(f, tolerance);
          if (!run.reached || !(run.error_absolute <= tolerance)) continue;
          ++good;
          accepted += v == student_verdict::certified;
        }
      const auto part = [&](std::size_t n) {
        return all == 0 ? "-" : support::rounded(double(n) / double(all), 3);
      };
      table.add({digits(mass_factors[f]), digits(tolerance), std::to_string(all), part(of[0]), part(of[1]),
                 part(of[2]), part(of[3]), std::to_string(bad), std::to_string(good),
                 std::to_string(accepted)});
      said += all, falsely += bad;
    }
  if (said == 0) return;
  out << "\ncertificates, R times the most mass of the teachers\n"
      << table << said << " verdicts, " << falsely << " of them false\n";
}

inline void print_table(std::ostream& out, const options& o, const whole_table& all) {
  support::text_table table({"rule", "teacher", "attack", "defence", "error", "quartiles", "stalled",
                             "flagged", "certified", "open", "wrong", "control", "steps", "trainings"});
  for (const row& r : all.rows) {
    const auto says = [&](student_verdict v) {
      return r.runs.empty() || o.optimizers[r.optimizer] == "network"
                 ? "-"
                 : short_text(verdicts(r, v, shown_factor, tolerances[shown_tolerance]));
    };
    table.add({o.optimizers[r.optimizer], o.teachers[r.teacher].name, o.attacks[r.attack],
               o.defences[r.defence], short_text(error_at(r, .5)),
               short_text(error_at(r, .25)) + " " + short_text(error_at(r, .75)), short_text(stalled(r)),
               short_text(flagged(r)), says(student_verdict::certified), says(student_verdict::open),
               says(student_verdict::wrong), short_text(median_control(r)),
               short_text(median(r, &result::steps)), std::to_string(trainings(r))});
  }
  out << table << "\nerror: largest of " << horizon
      << " lags over the teacher's largest (network: on test sequences), median of the runs that reach the "
         "target; flagged: excitation "
         "ratio\n"
      << "above " << ratio_found << "; certified, open, wrong: verdicts with R "
      << short_text(mass_factors[shown_factor]) << " times the teacher's mass, within "
      << short_text(tolerances[shown_tolerance])
      << "; control: median error\nof undefended students after as many steps\n";
  print_certificates(out, o, all.rows);
  print_transfers(out, o, all.transfers);
  if (std::any_of(o.attacks.begin(), o.attacks.end(), is_searched)) out << '\n';
  print_searches(out, o, all.rows);
}

inline std::string json_line(const options& o, const row& r) {
  const auto says = [&](student_verdict v) {
    return verdicts(r, v, shown_factor, tolerances[shown_tolerance]);
  };
  const teacher_group& group = o.teachers[r.teacher];
  std::optional<double> energy = own_energy(o.attacks[r.attack]);
  if (o.energy && o.attacks[r.attack] != "none") energy = o.energy;
  json_object certified, line;
  certified.add("certified", says(student_verdict::certified));
  certified.add("open", says(student_verdict::open)).add("wrong", says(student_verdict::wrong));
  line.add("attack", o.attacks[r.attack]).add("defence", o.defences[r.defence]);
  const bool network = o.optimizers[r.optimizer] == "network";
  line.add("optimizer", network ? "adam" : o.optimizers[r.optimizer]);
  if (group.members.size() == 1) {
    line.add("teacher", group.members[0]).add("order", group.members[0].size());
  } else {
    line.add("teacher", group.name).add("order", std::nullopt);
  }
  line.add("model", network ? "network" : "ssm").add("energy", energy);
  line.add("first_seed", o.seeds[0]).add("seeds", o.seeds.size());
  if (network) {
    line.add("teacher_mass", std::nullopt);
  } else {
    line.add("teacher_mass", mass_factors[shown_factor] * group.most_mass);
  }
  line.add("error", error_at(r, .5)).add("quartiles", std::vector{error_at(r, .25), error_at(r, .75)});
  line.add("stalled", stalled(r)).add("certified", certified).add("control", median_control(r));
  line.add("excitation_ratio", median(r, &result::ratio)).add("flagged", flagged(r));
  line.add("steps", median(r, &result::steps));
  return line.add("trainings", trainings(r)).add("seconds", r.seconds).text();
}

inline csv_table table_csv(const options& o, const std::vector<row>& rows) {
  csv_table csv({"rule", "teacher", "attack", "defence", "rule_at", "teacher_at", "attack_at", "defence_at",
                 "error", "q1", "q3", "stalled", "flagged", "certified", "open", "wrong", "control", "steps",
                 "trainings"});
  const double t = tolerances[shown_tolerance];
  for (const row& r : rows)
    csv.add(o.optimizers[r.optimizer], o.teachers[r.teacher].name, o.attacks[r.attack], o.defences[r.defence],
            r.optimizer, r.teacher, r.attack, r.defence, error_at(r, .5), error_at(r, .25), error_at(r, .75),
            stalled(r), flagged(r), verdicts(r, student_verdict::certified, shown_factor, t),
            verdicts(r, student_verdict::open, shown_factor, t),
            verdicts(r, student_verdict::wrong, shown_factor, t), median_control(r),
            median(r, &result::steps), trainings(r));
  return csv;
}

/// The verdicts over all assumed masses and tolerances.
inline csv_table certificates_csv(const options& o, const std::vector<row>& rows) {
  csv_table csv({"rule", "teacher", "attack", "defence", "mass_factor", "tolerance", "certified", "open",
                 "wrong", "refuted", "false"});
  for (const row& r : rows)
    for (std::size_t f = 0;
         f < mass_factors.size() && !r.runs.empty() && o.optimizers[r.optimizer] != "network"; ++f)
      for (const double t : tolerances) {
        const auto says = [&](student_verdict v) { return verdicts(r, v, f, t); };
        csv.add(o.optimizers[r.optimizer], o.teachers[r.teacher].name, o.attacks[r.attack],
                o.defences[r.defence], mass_factors[f], t, says(student_verdict::certified),
                says(student_verdict::open), says(student_verdict::wrong), says(student_verdict::refuted),
                share(r, [&](const result& run) { return run.falsely_proved(f, t); }));
      }
  return csv;
}

/// The best median error so far, on the seeds of the search, after so many trainings of each start.
inline csv_table searches_csv(const options& o, const found_poisons& found) {
  csv_table csv({"rule", "teacher", "attack", "defence", "search_at", "start", "trainings", "error"});
  std::size_t at = 0;
  for (const auto& [key, search] : found) {
    const auto& [rule, teacher, attack, against] = key;
    integer each = candidates * integer(o.search_seeds.size() * o.teachers[teacher].members.size());
    for (std::size_t start = 0; start < search.curves.size(); ++start)
      for (std::size_t g = 0; g < search.curves[start].size(); ++g)
        csv.add(o.optimizers[rule], o.teachers[teacher].name, o.attacks[attack],
                against == no_defence ? "no defence" : o.defences[against], at, start, each * integer(g + 1),
                search.curves[start][g]);
    ++at;
  }
  return csv;
}

/// What searches found: the poisons, and what each reaches under every defence.
inline csv_table poisons_csv(const options& o, const found_poisons& found) {
  csv_table csv({"rule", "teacher", "attack", "defence", "x0", "x1", "x2", "x3", "x4", "x5"});
  for (const auto& [key, search] : found) {
    const auto& x = search.poison;
    csv.add(o.optimizers[key[0]], o.teachers[key[1]].name, o.attacks[key[2]],
            key[3] == no_defence ? "no defence" : o.defences[key[3]], x[0], x[1], x[2], x[3], x[4], x[5]);
  }
  return csv;
}
inline csv_table transfer_csv(const options& o, const std::vector<transfer>& all) {
  csv_table csv({"rule", "teacher", "sought_against", "defence", "error", "stalled"});
  for (const transfer& t : all) {
    const row r{t.optimizer, t.teacher, 0, 0, t.runs};
    csv.add(o.optimizers[t.optimizer], o.teachers[t.teacher].name, o.defences[t.sought_against],
            o.defences[t.defence], error_at(r, .5), stalled(r));
  }
  return csv;
}

}  // namespace defend_program
