// SPDX-License-Identifier: BSD-3-Clause
// What `phase_diagram` is asked to draw.
#pragma once

#include <optional>

#include "../discrete/saved_runs.hpp"
#include "../standalone/settings.hpp"
#include "../support/executor.hpp"
#include "../support/output_flags.hpp"
#include "axis.hpp"

namespace phase_diagram {

struct options {
  discrete::options of;  // one setting: what the axes start from
  support::map_axis<setting> x, y;
  std::vector<std::uint32_t> seeds;
  integer refine = 0;       // further runs
  double teacher_mass = 0;  // of certificates; 0: none
  support::chosen_executor executor;
  std::string out;
  bool overwrite = false, json = false;

  const setting& base() const { return of.settings[0]; }
  setting at(double x_value, double y_value) const {
    setting s = base();
    x.kind->set(s, x_value);
    y.kind->set(s, y_value);
    return s;
  }
  /// Every number that the runs depend on, those of axes and seeds apart.
  std::string label() const {
    discrete::options shared = of;
    shared.settings[0].seeds.clear();
    return discrete::label_of(shared, "phase_diagram") + " --x " + x.text + " --y " + y.text + " --refine " +
           lssm::digits(refine) +
           (teacher_mass > 0 ? " --teacher-mass " + lssm::digits(teacher_mass) : std::string());
  }
};

inline constexpr integer most_seeds = 10'000, most_runs = 20'000'000;

/// The flags as they were typed.
struct typed {
  discrete::typed setting;
  std::optional<std::string> x, y, seeds, first_seed, refine, teacher_mass, out;
  support::typed_executor executor;
  bool resume = false, overwrite = false, json = false;
};

/// The seeds first, first + 1, ... or those listed.
inline std::vector<std::uint32_t> chosen_seeds(const typed& t) {
  using namespace support;
  if (t.setting.seed) {
    if (t.seeds || t.first_seed)
      throw lssm::bad_argument("--seed lists the seeds; --seeds and --first-seed count them: not both");
    return seed_list("--seed", *t.setting.seed);
  }
  const integer count = t.seeds ? integer_argument("--seeds", *t.seeds, 1, most_seeds) : 8;
  const integer first =
      t.first_seed ? integer_argument("--first-seed", *t.first_seed, 0, 0xFFFF'FFFF - count + 1) : 1000;
  return lssm::consecutive_seeds(static_cast<std::uint32_t>(first), count);
}

inline options checked(const typed& t, const discrete::program& of) {
  using namespace support;
  options o;
  if (!t.x) throw lssm::bad_argument("--x AXIS:LOW:HIGH:N is missing");
  if (!t.y) throw lssm::bad_argument("--y AXIS:LOW:HIGH:N is missing");
  o.x = axis_argument("--x", *t.x, axis_kinds());
  o.y = axis_argument("--y", *t.y, axis_kinds());
  if (o.x.kind == o.y.kind) refuse_argument("--y", "another axis than --x", *t.y);
  if (t.setting.paper && *t.setting.paper == "all")
    refuse_argument("--paper", "one setting", *t.setting.paper);
  o.of = discrete::checked(t.setting, of);
  o.seeds = chosen_seeds(t);
  const auto runs = static_cast<integer>(o.x.values.size() * o.y.values.size() * o.seeds.size());
  if (runs > most_runs)
    refuse_argument("the cells times the seeds", "at most " + std::to_string(most_runs),
                    std::to_string(runs));
  if (t.refine) {
    o.refine = integer_argument("--refine", *t.refine, 0, most_runs);
    if (o.refine > 0 && o.x.kind->whole && o.y.kind->whole)
      throw lssm::bad_argument("--refine needs an axis that is not of whole numbers");
  }
  if (t.teacher_mass) {
    o.teacher_mass = real_argument("--teacher-mass", *t.teacher_mass);
    if (o.teacher_mass <= 0) refuse_argument("--teacher-mass", "positive", *t.teacher_mass);
  }
  o.executor = t.executor.checked();
  // Extremes of the sizes together, before the study of every cell is looked at.
  const setting largest = o.at(o.x.values.back(), o.y.values.back());
  if (largest.dim * largest.length > discrete::most_product ||
      (largest.baseline + largest.special) * largest.length > discrete::most_entries)
    refuse_argument("--x and --y", "of sizes that fit the memory together", *t.x + " " + *t.y);
  discrete::options at_largest = o.of;
  discrete::teacher_is_small_enough(largest, at_largest);
  support::read_output_flags(t, o);
  o.json = t.json;
  return o;
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  const discrete::program of{
      .name = "phase_diagram",
      .published = standalone::published(),
      .preset = 8,
      .by_the_authors = {},
      .optimizers = standalone::optimizers,
      .network = false,
      .about =
          "The generalization error of poisoned students over two numbers of an experiment: the median "
          "over seeds\n"
          "and quantiles, cell by cell; and their median error without special sequences. "};
  CLI::App app{of.about + "Without --paper: " + of.published[of.preset].name + ".\n", of.name};
  typed t;
  const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--x", t.x, "AXIS:LOW:HIGH:N[:log]", "N values across: " + support::axis_names(axis_kinds()));
  add("--y", t.y, "AXIS:LOW:HIGH:N[:log]", "N values upwards, of another axis");
  add("--seeds", t.seeds, "N", "runs of every cell (8)");
  add("--first-seed", t.first_seed, "S", "their seeds are S, S+1, ... (1000)");
  add("--refine", t.refine, "RUNS", "so many further runs, where the map changes fastest (0)");
  add("--teacher-mass", t.teacher_mass, "R",
      "certify every student within 0.2, for teachers of a mass of at most R (no certificates)");
  t.executor.add_flags(app);
  add("--out", t.out, "DIR",
      "write map.csv, map.npz and every run; the same command goes on where it stopped");
  app.add_flag("--resume", t.resume, "go on with what --out has, as the same command does anyway");
  app.add_flag("--overwrite", t.overwrite, "replace a diagram of other flags, which is refused else");
  app.add_flag("--json", t.json, "one JSON object per cell and line instead of the table");
  discrete::add_flags(app, t.setting, of);
  if (!support::parse(app, argc, argv)) return std::nullopt;
  return checked(t, of);
}

}  // namespace phase_diagram
