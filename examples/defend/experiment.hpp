// SPDX-License-Identifier: BSD-3-Clause
// Attacks and defences as numbers of one type of study for each rule, and their runs as sweeps.
#pragma once

#include <lssm/sweep/in_lanes.hpp>
#include <map>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

#include "../support/kept_sweep.hpp"
#include "options.hpp"
#include "study.hpp"

namespace defend_program {

/// What the certificate assumes: so many times the most mass of the teachers; and how far a student may be off.
inline constexpr std::array mass_factors = {1., 1.02, 1.05, 1.1, 1.2, 1.5, 2.};
inline constexpr std::array tolerances = {.1, .2, .5};
inline constexpr std::size_t shown_factor = 1, shown_tolerance = 1;  // in the table
inline constexpr integer horizon = 40;
inline constexpr double ratio_found = 10;  // excitation ratios above it are found by the detector
inline constexpr std::size_t no_defence = std::numeric_limits<std::uint32_t>::max();  // in place of one

/// A point: places in the options of rule, teachers, attack and defence, the place of the teacher among its group, the stage of
/// the defence, the number of steps of a control (0: no control), and the defence that a searched attack was sought against.
struct point {
  std::size_t optimizer, teacher, attack, defence, member = 0;
  integer stage = 0, steps = 0;
  std::size_t sought_against = no_defence;

  std::vector<double> values() const {
    return {double(optimizer), double(teacher), double(attack), double(defence),
            double(member),    double(stage),   double(steps),  double(sought_against)};
  }
  static point of(const std::vector<double>& v) {
    const auto at = [&](std::size_t i) { return static_cast<std::size_t>(v[i]); };
    return {at(0), at(1), at(2), at(3), at(4), static_cast<integer>(v[5]), static_cast<integer>(v[6]), at(7)};
  }
};
inline const std::vector<std::string> axes{"optimizer", "teacher", "attack",  "defence",
                                           "member",    "stage",   "control", "sought_against"};

/// A search: rule, teachers, attack, and the defence that it is against.
using search_key = std::array<std::size_t, 4>;
/// What a search came to: the poison, and the best value so far after each generation of each start.
struct found_poison_of {
  std::vector<double> poison;
  std::vector<std::vector<double>> curves;
  integer trainings = 0;
};
using found_poisons = std::map<search_key, found_poison_of>;

template <class Study>
Study study_at(const options& o, const found_poisons& found, const point& p) {
  auto s = undefended_as<Study>(o.teachers[p.teacher].members[p.member], o.optimizers[p.optimizer]);
  const std::string& by = o.attacks[p.attack];
  attack(s, by, o.energy);
  if (const auto poison = found.find({p.optimizer, p.teacher, p.attack, p.sought_against});
      is_searched(by) && poison != found.end())
    add_sequences(s, poison->second.poison);
  if constexpr (requires { s.training.after; })
    if (p.steps > 0) {  // for so many steps, whatever the loss
      s.training.after = 0;
      s.training.stop.template get<target_loss>().value = 0;
      s.training.stop.template get<step_limit>().steps = static_cast<double>(p.steps);
      return s;
    }
  if (p.defence != no_defence) defend(s, o.defences[p.defence], p.stage);
  return s;
}

/// The error of an SSM with a network: on 500 test sequences, |y' - y| over |y|, norms over the sequences.
double error_in_network(const auto& end) {
  const bound_network_teacher<double, real_diagonal<10>, layers> student{end.student, end.teacher.network,
                                                                         end.network};
  numpy_legacy draws(20);
  std::vector<double> x(horizon);
  double off = 0, all = 0;
  for (integer n = 0; n < 500; ++n) {
    for (double& z : x) z = draws.normal();
    const double y = end.teacher(view<double>(x)), e = student(view<double>(x)) - y;
    off += e * e, all += y * y;
  }
  return std::sqrt(off / all);
}

/// How many of the assumed masses are certified.
enum class certifies { nothing, shown, all };

struct runs_of {
  const options& o;
  const found_poisons& found;
  std::string label;
  point_list runs;
  certifies which = certifies::all;
  std::vector<std::string> results = {"steps",          "reached",          "error",
                                      "error_absolute", "excitation_ratio", "mass"};

  std::size_t group(const sweep_point& p) const {  // rules of one type
    const std::string& rule = o.optimizers[point::of(p.values).optimizer];
    return rule == "adaptive" || rule == "paper" ? 0 : rule == "flow" ? 2 : rule == "network" ? 3 : 1;
  }
  template <class F>
  void with_study(const sweep_point& p, F f) const {
    with_type_of(o.optimizers[point::of(p.values).optimizer], [&]<class Study>(std::type_identity<Study>) {
      auto s = study_at<Study>(o, found, point::of(p.values));
      if (p.values.size() > axes.size())
        add_sequences(s, {p.values.begin() + integer(axes.size()), p.values.end()});
      f(s);
    });
  }
  /// The second stage of a truncation: what the first came to, cut down to its heaviest mode.
  template <class Study>
  void edit(const sweep_point& p, bound_study<double, Study>& bound) const {
    const point at = point::of(p.values);
    if constexpr (requires { bound.study.training.after; } && !inside_network<Study>) {
      if (at.steps > 0 || at.stage != 1 || at.defence == no_defence ||
          !has_part(o.defences[at.defence], "truncate"))
        return;
      auto training = bound.training();
      drive(training, silent{});
      auto system = training.here().system;
      keep_heaviest_modes(system, 1);
      decltype(Study::student)::learned::from_system(system, std::span<double>(bound.theta));
    }
  }
  void read(const auto& end, sweep_row& row) const {
    const double steps = end.at_end.steps;
    const bool reached = end.at_end.target_steps >= 0 || end.status == status::target_reached;
    if constexpr (requires { end.teacher.network; }) {  // no certificate sees through a network
      row.add(steps, integer{reached}, error_in_network(end), std::nan(""));
      row.add(excitation_ratio{.mode = 0.01}.of_set(end.data), mass_of(end.student));
      for (std::size_t i = 0; i < mass_factors.size(); ++i)
        if (certified(which, i)) row.add(0., inf);
    } else {
      read_ssm(end, steps, reached, row);
    }
  }
  void read_ssm(const auto& end, double steps, bool reached, sweep_row& row) const {
    row.add(steps, integer{reached}, end.generalization(horizon));
    std::vector<double> h(horizon), h_star(horizon);
    end.student.impulse_response(std::span<double>(h));
    end.teacher.impulse_response(std::span<double>(h_star));
    double worst = 0;
    for (std::size_t k = 0; k < h.size(); ++k) {
      const double e = std::abs(h[k] - h_star[k]);
      worst = e <= worst ? worst : e;  // not a number stays
    }
    row.add(worst, excitation_ratio{}.of_set(end.data), mass_of(end.student));
    for (std::size_t i = 0; i < mass_factors.size(); ++i) {
      if (!certified(which, i)) continue;
      // Drawn teachers are the only group of a table, and have one bound.
      const double most = o.teachers.size() == 1 ? o.teachers[0].most_mass : mass_of(end.teacher);
      const certificate c = certify(end, {.mass = mass_factors[i] * most}, horizon, tolerances[0]);
      row.add(c.at_least, c.at_most);
    }
  }
  static bool certified(certifies which, std::size_t factor) {
    return which == certifies::all || (which == certifies::shown && factor == shown_factor);
  }
};

/// One run as its row tells it. `error` is infinite where the student stalled.
struct result {
  double error = std::numeric_limits<double>::infinity(), steps = 0, error_absolute = 0, ratio = 0, mass = 0;
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
  student_verdict shown_verdict() const { return verdict(shown_factor, tolerances[shown_tolerance]); }
  /// Whether what is proved is not so.
  bool falsely_proved(std::size_t factor, double tolerance) const {
    const student_verdict v = verdict(factor, tolerance);
    return (v == student_verdict::certified && !(error_absolute <= tolerance)) ||
           (v == student_verdict::wrong && error_absolute <= tolerance) || v == student_verdict::refuted;
  }
  /// Whether neither the detector nor the certificate says that something is wrong.
  bool unseen() const {
    return ratio <= ratio_found && shown_verdict() != student_verdict::wrong &&
           shown_verdict() != student_verdict::refuted;
  }
};

/// What is run: points with seeds, each with a poison of its own where some are given.
struct work {
  std::string name;
  std::vector<point> points;
  const std::vector<std::uint32_t>& seeds;
  certifies certified = certifies::nothing;
  std::vector<std::vector<double>> poisons = {};  // (points, kappa)
};

/// The results of all points with all seeds, or of those in the directory of that name that are done already.
inline std::vector<std::vector<result>> run_all(const options& o, const found_poisons& found, const work& w) {
  runs_of sweep{o, found, o.label() + " " + w.name, {axes, {}, w.seeds}, w.certified};
  for (integer i = 0; !w.poisons.empty() && i < kappa; ++i) sweep.runs.axes.push_back("x" + digits(i));
  for (std::size_t i = 0; i < w.points.size(); ++i) {
    std::vector<double> at = w.points[i].values();
    if (!w.poisons.empty()) at.insert(at.end(), w.poisons[i].begin(), w.poisons[i].end());
    sweep.runs.at.push_back(std::move(at));
  }
  const std::size_t plain = sweep.results.size();
  for (std::size_t i = 0; i < mass_factors.size(); ++i)
    if (runs_of::certified(w.certified, i))
      for (const char* side : {"at_least_", "at_most_"})
        sweep.results.push_back(side + digits(mass_factors[i]));
  support::progress_bar bar(w.name);
  const sweep_options keep = support::kept_sweep(o.out.empty() ? "" : o.out + "/" + w.name, bar, o.overwrite);
#ifdef LSSM_HAS_TBB
  const sweep_result all = execute<double>(sweep, on_threads<>{.count = o.threads}, keep);
#else
  const sweep_result all = execute<double>(sweep, in_lanes{}, keep);
#endif
  if (!all.complete()) throw support::interrupted(o.out, all.done, all.lines.size());
  const csv_table table = all.table();
  std::vector<std::vector<double>> columns;
  for (const std::string& column : sweep.results) columns.push_back(table.column<double>(column));
  std::vector<std::vector<result>> out(w.points.size());
  for (std::size_t run = 0; run < all.lines.size(); ++run) {
    result r;
    r.steps = columns[0][run];
    r.reached = columns[1][run] > 0 && columns[2][run] < r.error;
    if (columns[2][run] < r.error) r.error = columns[2][run];
    r.error_absolute = columns[3][run];
    r.ratio = columns[4][run];
    r.mass = columns[5][run];
    r.trainings = 1;
    std::size_t column = plain;
    for (std::size_t i = 0; i < mass_factors.size(); ++i)
      if (runs_of::certified(w.certified, i)) {
        r.proved[i] = {student_verdict::open, columns[column][run], columns[column + 1][run]};
        column += 2;
      }
    out[run / w.seeds.size()].push_back(r);
  }
  return out;
}

}  // namespace defend_program
