// SPDX-License-Identifier: BSD-3-Clause
// What `atlas` is asked to draw.
#pragma once

#include <optional>

#include "../discrete/saved_runs.hpp"
#include "../support/executor.hpp"
#include "../support/output_flags.hpp"
#include "axis.hpp"

namespace atlas {

enum class map_kind { bias, energy };

struct options {
  discrete::options of;  // one setting: what the axes start from
  support::map_axis<setting> x, y;
  map_kind map = map_kind::bias;
  std::vector<std::uint32_t> seeds;
  integer refine = 0;  // further runs
  double border = 1;   // of the bias: an error; of the energy: an energy
  double harm = 10;    // times the clean error
  double least_energy = 1e-3, most_energy = 10;
  integer halvings = 5;                     // of the interval of energies
  integer added = 10, search = 0;           // sequences; random directions beside the given ones
  integer generations = 0, candidates = 8;  // of the evolution of one more direction; 0: none
  integer structure = 0, learned = 0;       // where they are no axes
  support::chosen_executor executor;
  std::string out;
  bool overwrite = false, json = false;

  setting base() const {
    setting s{of.settings[0]};
    s.rank = s.baseline_support.number;
    s.structure = structure;
    s.learned = learned;
    return s;
  }
  setting at(double x_value, double y_value) const {
    setting s = base();
    x.kind->set(s, x_value);
    y.kind->set(s, y_value);
    return s;
  }
  const char* value_name() const { return map == map_kind::bias ? "generalization_error" : "energy"; }
  /// The paper's, all ones, random ones, and the one that has evolved.
  std::size_t directions() const {
    return map == map_kind::bias ? 0 : 2 + static_cast<std::size_t>(search) + (generations > 0 ? 1 : 0);
  }
  /// Trainings of one seed of a cell.
  std::size_t trainings() const {
    return 1 + directions() * static_cast<std::size_t>(halvings) +
           static_cast<std::size_t>(generations * candidates);
  }
  /// Whether a student is not of a real diagonal.
  bool other_structures() const { return at(x.values.back(), y.values.back()).structure != 0; }
  /// Every number that the runs depend on, those of axes and seeds apart.
  std::string label() const {
    discrete::options shared = of;
    shared.settings[0].seeds.clear();
    std::string text = discrete::label_of(shared, "atlas") + " --map " +
                       (map == map_kind::bias ? "bias" : "energy") + " --x " + x.text + " --y " + y.text +
                       " --refine " + lssm::digits(refine);
    if (map == map_kind::energy)
      text += " --harm " + lssm::digits(harm) + " --energies " + lssm::digits(least_energy) + ":" +
              lssm::digits(most_energy) + ":" + lssm::digits(halvings) + " --added " + lssm::digits(added) +
              " --search " + lssm::digits(search);
    if (generations > 0)
      text += " --search evolution:" + lssm::digits(generations) + ":" + lssm::digits(candidates);
    if (structure != 0) text += " --structure " + structure_names[static_cast<std::size_t>(structure)];
    if (learned != 0 && !of.settings[0].reset_io)
      text += " --learn " + learned_names[static_cast<std::size_t>(learned)];
    return text;
  }
};

inline constexpr integer most_seeds = 10'000, most_runs = 20'000'000, most_halvings = 20, most_search = 1000,
                         most_generations = 100;

/// The flags as they were typed.
struct typed {
  discrete::typed setting;
  std::optional<std::string> x, y, map, seeds, first_seed, refine, border, harm, energies, added, search,
      generations, candidates, structure, learned, out;
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

inline double positive_argument(const char* flag, const std::string& text) {
  const double x = support::real_argument(flag, text);
  if (!(x > 0)) support::refuse_argument(flag, "positive", text);
  return x;
}

/// LOW:HIGH:N
inline void read_energies(const std::string& text, options& o) {
  using namespace support;
  const std::size_t first = text.find(':'), second = text.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos)
    refuse_argument("--energies", "LOW:HIGH:N", text);
  o.least_energy = positive_argument("--energies", text.substr(0, first));
  o.most_energy = positive_argument("--energies", text.substr(first + 1, second - first - 1));
  if (!(o.least_energy < o.most_energy && o.most_energy <= 1e6))
    refuse_argument("--energies", "from LOW to a larger HIGH of at most 1e6", text);
  o.halvings = integer_argument("--energies", text.substr(second + 1), 2, most_halvings);
}

/// What only one of the maps has.
inline void read_map(const typed& t, options& o) {
  using namespace support;
  if (!t.map) throw lssm::bad_argument("--map bias or --map energy is missing");
  o.map = choice_argument("--map", *t.map, {"bias", "energy"}) == 0 ? map_kind::bias : map_kind::energy;
  if (t.border) o.border = positive_argument("--border", *t.border);
  const auto only_energy = [&](const char* flag, const auto& given) {
    if (given && o.map == map_kind::bias)
      throw lssm::bad_argument(std::string(flag) + " is for --map energy");
    return given.has_value();
  };
  if (only_energy("--harm", t.harm)) {
    o.harm = positive_argument("--harm", *t.harm);
    if (o.harm <= 1) refuse_argument("--harm", "above 1", *t.harm);
  }
  if (only_energy("--energies", t.energies)) read_energies(*t.energies, o);
  if (only_energy("--added", t.added))
    o.added = integer_argument("--added", *t.added, 1, discrete::most_sequences);
  if (only_energy("--search", t.search)) {
    if (*t.search == "evolution")
      o.generations = 5;
    else
      o.search = integer_argument("--search", *t.search, 0, most_search);
  }
  const auto only_evolution = [&](const char* flag, const auto& given, integer& into, integer least,
                                  integer most) {
    if (!given) return;
    if (o.generations == 0) throw lssm::bad_argument(std::string(flag) + " is for --search evolution");
    into = integer_argument(flag, *given, least, most);
  };
  only_evolution("--generations", t.generations, o.generations, 1, most_generations);
  only_evolution("--candidates", t.candidates, o.candidates, 4, most_search);
}

/// What is learned and the structure, as flags or axes; rules and arithmetic are not free with all structures.
inline void read_student(const typed& t, options& o) {
  using namespace support;
  const auto is_axis = [&](const std::string& name) {
    return o.x.kind->name == name || o.y.kind->name == name;
  };
  const auto chosen = [&](const char* flag, const auto& given, const auto& names, integer& into) {
    if (!given) return;
    if (is_axis(flag + 2)) throw lssm::bad_argument(std::string(flag) + " is an axis here, and no flag");
    into = static_cast<integer>(choice_argument(flag, *given, names));
  };
  chosen("--structure", t.structure, structure_names, o.structure);
  chosen("--learn", t.learned, learned_names, o.learned);
  if (o.of.settings[0].reset_io) {
    if (t.learned || is_axis("learn")) throw lssm::bad_argument("--reset-io is --learn A: not both");
    o.learned = 3;
  }
  if (!o.other_structures()) return;
  if (o.of.scalar != discrete::scalar_kind::single)
    refuse_argument("--scalar", "float with other structures than real", o.of.scalar_name());
  if (o.of.settings[0].optimizer != "adaptive" || is_axis("rule") || is_axis("batch"))
    throw lssm::bad_argument(
        "--optimizer adaptive and full batches are all that other structures than real have");
}

/// Sizes that exclude each other are refused before any work.
inline void sizes_fit(const options& o, const typed& t) {
  using namespace support;
  const double x_low = o.x.values.front(), x_high = o.x.values.back(), y_low = o.y.values.front(),
               y_high = o.y.values.back();
  setting largest = o.base();
  integer shortest = discrete::most_length, smallest = discrete::most_dim;
  double pole = 0;
  for (const double x : {x_low, x_high})
    for (const double y : {y_low, y_high}) {
      const setting s = o.at(x, y);
      largest.dim = std::max(largest.dim, s.dim);
      largest.length = std::max(largest.length, s.length);
      largest.baseline = std::max(largest.baseline, s.baseline);
      largest.rank = std::max(largest.rank, s.rank);
      if (s.teacher.size() > largest.teacher.size()) largest.teacher = s.teacher;
      pole = std::max(pole, std::abs(s.teacher[0]));
      shortest = std::min(shortest, s.length);
      smallest = std::min(smallest, s.dim);
    }
  integer odd = 0;
  bool pairs = false;
  const auto look = [&](const setting& s) {
    if (s.dim % 2 != 0) odd = s.dim;
    pairs = pairs || s.structure == 1;
  };
  for (const double x : o.x.values) look(o.at(x, y_low));
  for (const double y : o.y.values) look(o.at(x_low, y));
  if (odd != 0 && pairs) refuse_argument("the states", "even where they are pairs", std::to_string(odd));
  if (largest.rank > shortest)
    refuse_argument("the rank", "at most the length, " + std::to_string(shortest),
                    std::to_string(largest.rank));
  if (smallest < std::min<integer>(4, static_cast<integer>(largest.teacher.size())))
    refuse_argument("the states", "as many as the teacher's, up to 4", std::to_string(smallest));
  if (largest.dim * largest.length > discrete::most_product ||
      (largest.baseline + o.added) * largest.length > discrete::most_entries)
    refuse_argument("--x and --y", "of sizes that fit the memory together", *t.x + " " + *t.y);
  largest.teacher[0] = std::max(std::abs(largest.teacher[0]), pole);
  discrete::teacher_is_small_enough(largest, o.of);
}

inline options checked(const typed& t, const discrete::program& of) {
  using namespace support;
  options o;
  if (!t.x) throw lssm::bad_argument("--x AXIS:LOW:HIGH:N is missing");
  if (!t.y) throw lssm::bad_argument("--y AXIS:LOW:HIGH:N is missing");
  read_map(t, o);
  o.x = axis_argument("--x", *t.x, axis_kinds());
  o.y = axis_argument("--y", *t.y, axis_kinds());
  if (o.x.kind == o.y.kind) refuse_argument("--y", "another axis than --x", *t.y);
  if (t.setting.paper && *t.setting.paper == "all")
    refuse_argument("--paper", "one setting", *t.setting.paper);
  if (t.setting.special || t.setting.special_support)
    throw lssm::bad_argument("--special and --special-support are not for atlas, which poisons by energy");
  o.of = discrete::checked(t.setting, of);
  if (o.of.settings[0].baseline_support.kind != support_kind::leading)
    refuse_argument("--baseline-support", "leading:N", o.of.settings[0].baseline_support.text());
  o.seeds = chosen_seeds(t);
  const auto runs =
      static_cast<integer>(o.x.values.size() * o.y.values.size() * o.seeds.size() * o.trainings());
  if (runs > most_runs)
    refuse_argument("the cells times the trainings", "at most " + std::to_string(most_runs),
                    std::to_string(runs));
  if (t.refine) {
    o.refine = integer_argument("--refine", *t.refine, 0, most_runs);
    if (o.refine > 0 && o.x.kind->whole && o.y.kind->whole)
      throw lssm::bad_argument("--refine needs an axis that is not of whole numbers");
  }
  o.executor = t.executor.checked();
  read_student(t, o);
  sizes_fit(o, t);
  support::read_output_flags(t, o);
  o.json = t.json;
  return o;
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  const discrete::program of{
      .name = "atlas",
      .published = standalone::published(),
      .preset = 8,
      .by_the_authors = {},
      .optimizers = standalone::optimizers,
      .network = false,
      .about =
          "Over two numbers of an experiment: the generalization error without poison (--map bias), or "
          "the smallest\nenergy of poison that harms (--map energy); medians over seeds, cell by cell. "};
  CLI::App app{of.about + "Without --paper: " + of.published[of.preset].name + ".\n", of.name};
  typed t;
  const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--map", t.map, "bias|energy", "which map");
  add("--x", t.x, "AXIS:LOW:HIGH:N[:log]", "N values across: " + support::axis_names(axis_kinds()));
  add("--y", t.y, "AXIS:LOW:HIGH:N[:log]", "N values upwards, of another axis");
  add("--seeds", t.seeds, "N", "runs of every cell (8)");
  add("--first-seed", t.first_seed, "S", "their seeds are S, S+1, ... (1000)");
  add("--refine", t.refine, "RUNS", "so many further runs, where the map changes fastest (0)");
  add("--border", t.border, "V", "the error or energy at which a border is drawn (1)");
  add("--harm", t.harm, "R", "harm is an error above so many times that without poison (10)");
  add("--energies", t.energies, "LOW:HIGH:N", "energies that are looked at, halved N times (1e-3:10:5)");
  add("--added", t.added, "N", "sequences that share the energy (10)");
  add("--search", t.search, "N|evolution",
      "random directions besides the paper's and all ones (0), or one that evolves in each cell");
  add("--generations", t.generations, "N", "of the evolution (5)");
  add("--candidates", t.candidates, "N", "directions that each generation tries (8)");
  add("--structure", t.structure, "S", "of the student: real, complex (pairs), dense or discretized (real)");
  add("--learn", t.learned, "ABC|AC|AB|A",
      "what is learned; of B and C the other is one after every step (ABC)");
  t.executor.add_flags(app);
  add("--out", t.out, "DIR", "write tables and every run; the same command goes on where it stopped");
  app.add_flag("--resume", t.resume, "go on with what --out has, as the same command does anyway");
  app.add_flag("--overwrite", t.overwrite, "replace a map of other flags, which is refused else");
  app.add_flag("--json", t.json, "one JSON object per cell and line instead of the table");
  discrete::add_flags(app, t.setting, of);
  if (!support::parse(app, argc, argv)) return std::nullopt;
  return checked(t, of);
}

}  // namespace atlas
