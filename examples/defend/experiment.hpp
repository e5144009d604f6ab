// SPDX-License-Identifier: BSD-3-Clause
// Attacks and defences as numbers of one type of study, and their runs as sweeps.
#pragma once

#include <lssm/sweep/in_lanes.hpp>
#include <map>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

#include "../support/progress_bar.hpp"
#include "options.hpp"
#include "study.hpp"

namespace defend_program {

/// What the certificate assumes: so many times the mass of the teacher; and how far a student may be off.
inline constexpr std::array mass_factors = {1., 1.02, 1.05, 1.1, 1.2, 1.5, 2.};
inline constexpr std::array tolerances = {.1, .2, .5};
inline constexpr std::size_t shown_factor = 1, shown_tolerance = 1;  // in the table
inline constexpr integer horizon = 40;
/// Students of so many modes are tried by `growth`, the last of them as large as all.
inline constexpr std::array<integer, 4> growth_orders = {1, 2, 3, 10};

/// A point: places of teacher, attack and defence in the options, the number of modes kept, and the number of steps of a
/// control (0: no control).
struct point {
  std::size_t teacher, attack, defence;
  integer modes, steps;
};
inline const std::vector<std::string> axes{"teacher", "attack", "defence", "modes", "control"};

/// Poisons that searches have found, by teacher and the defence that they were sought against.
using found_poisons = std::map<std::pair<std::size_t, std::size_t>, std::vector<double>>;
inline constexpr std::size_t no_defence = std::numeric_limits<std::uint32_t>::max();  // in place of one

inline study study_at(const options& o, const found_poisons& found, const point& p) {
  study s = undefended(o.teachers[p.teacher]);
  const std::string& by = o.attacks[p.attack];
  attack(s, by, o.energy);
  if (const auto poison = found.find({p.teacher, by == "optimized" ? no_defence : p.defence});
      by.ends_with("optimized") && poison != found.end())
    add_sequences(s, poison->second);
  if (p.steps > 0) {  // for so many steps, whatever the loss
    s.training.after = 0;
    s.training.stop.get<target_loss>().value = 0;
    s.training.stop.get<step_limit>().steps = static_cast<double>(p.steps);
    return s;
  }
  if (p.defence == no_defence) return s;
  defend(s, o.defences[p.defence]);
  if (has_part(o.defences[p.defence], "growth")) s.start.start.modes = p.modes;
  return s;
}

struct runs_of {
  const options& o;
  const found_poisons& found;
  std::string label;
  point_list runs;
  std::vector<std::string> results = {"steps", "steps_to_target", "error", "error_absolute",
                                      "excitation_ratio"};
  bool certify_all = true;

  template <class F>
  void with_study(const sweep_point& p, F f) const {
    const auto at = [&](std::size_t i) { return static_cast<std::size_t>(p.values[i]); };
    study s =
        study_at(o, found,
                 {at(0), at(1), at(2), static_cast<integer>(p.values[3]), static_cast<integer>(p.values[4])});
    if (p.values.size() > axes.size())
      add_sequences(s, {p.values.begin() + integer(axes.size()), p.values.end()});
    f(s);
  }
  void read(const auto& end, sweep_row& row) const {
    row.add(end.at_end.steps, end.at_end.target_steps, end.generalization(horizon));
    std::vector<double> h(horizon), h_star(horizon);
    end.student.impulse_response(std::span<double>(h));
    end.teacher.impulse_response(std::span<double>(h_star));
    double worst = 0;
    for (std::size_t k = 0; k < h.size(); ++k) {
      const double e = std::abs(h[k] - h_star[k]);
      worst = e <= worst ? worst : e;  // not a number stays
    }
    row.add(worst, excitation_ratio{}.of_set(end.data));
    if (!certify_all) return;
    for (const double factor : mass_factors) {
      const certificate c = certify(end, {.mass = factor * mass_of(end.teacher)}, horizon, tolerances[0]);
      row.add(c.at_least, c.at_most);
    }
  }
};

/// Thrown where Ctrl-C was pressed; what is done is kept.
struct interrupted {
  std::size_t done, runs;
};

/// One run as its row tells it. `error` is infinite where the student stalled.
struct result {
  double error = std::numeric_limits<double>::infinity(), steps = 0, error_absolute = 0, ratio = 0;
  bool reached = false;
  integer trainings = 0;
  std::array<certificate, mass_factors.size()> proved{};

  student_verdict verdict(std::size_t factor, double tolerance) const {
    const certificate& c = proved[factor];
    if (std::isnan(c.at_most)) return student_verdict::refuted;
    return c.at_most <= tolerance   ? student_verdict::certified
           : c.at_least > tolerance ? student_verdict::wrong
                                    : student_verdict::open;
  }
  /// Whether what is proved is not so.
  bool falsely_proved(std::size_t factor, double tolerance) const {
    const student_verdict v = verdict(factor, tolerance);
    return (v == student_verdict::certified && !(error_absolute <= tolerance)) ||
           (v == student_verdict::wrong && error_absolute <= tolerance) || v == student_verdict::refuted;
  }
};

/// What is run: points with seeds, each with a poison of its own where some are given.
struct work {
  std::string name;
  std::vector<point> points;
  const std::vector<std::uint32_t>& seeds;
  bool certified = false;
  std::vector<std::vector<double>> poisons = {};  // (points, kappa)
};

/// The results of all points with all seeds, or of those in the directory of that name that are done already.
inline std::vector<std::vector<result>> run_all(const options& o, const found_poisons& found, const work& w) {
  const auto& [name, points, seeds, certified, poisons] = w;
  runs_of sweep{o, found, o.label() + " " + name, {axes, {}, seeds}};
  for (integer i = 0; !poisons.empty() && i < kappa; ++i) sweep.runs.axes.push_back("x" + digits(i));
  for (std::size_t i = 0; i < points.size(); ++i) {
    const point& p = points[i];
    std::vector<double> at{double(p.teacher), double(p.attack), double(p.defence), double(p.modes),
                           double(p.steps)};
    if (!poisons.empty()) at.insert(at.end(), poisons[i].begin(), poisons[i].end());
    sweep.runs.at.push_back(std::move(at));
  }
  sweep.certify_all = certified;
  if (certified)
    for (const double factor : mass_factors)
      for (const char* side : {"at_least_", "at_most_"}) sweep.results.push_back(side + digits(factor));
  support::progress_bar bar(name);
  const sweep_options keep{.directory = o.out.empty() ? "" : o.out + "/" + name,
                           .progress = [&](const sweep_progress& p) { bar(p.done, p.runs, p.found); },
                           .cancel = &support::interruption::asked};
#ifdef LSSM_HAS_TBB
  const sweep_result all = execute<double>(sweep, on_threads<>{}, keep);
#else
  const sweep_result all = execute<double>(sweep, in_lanes{}, keep);
#endif
  if (!all.complete()) throw interrupted{all.done, all.lines.size()};
  const csv_table table = all.table();
  std::vector<std::vector<double>> columns;
  for (const std::string& column : sweep.results) columns.push_back(table.column<double>(column));
  std::vector<std::vector<result>> out(points.size());
  for (std::size_t run = 0; run < all.lines.size(); ++run) {
    result r;
    r.steps = columns[0][run];
    r.reached = columns[1][run] >= 0 && columns[2][run] < std::numeric_limits<double>::infinity();
    if (columns[2][run] < r.error) r.error = columns[2][run];
    r.error_absolute = columns[3][run];
    r.ratio = columns[4][run];
    r.trainings = 1;
    for (std::size_t i = 0; w.certified && i < mass_factors.size(); ++i)
      r.proved[i] = {student_verdict::open, columns[5 + 2 * i][run], columns[6 + 2 * i][run]};
    out[run / seeds.size()].push_back(r);
  }
  return out;
}

}  // namespace defend_program
