// SPDX-License-Identifier: BSD-3-Clause
// What `defend` is asked to do.
#pragma once

#include <CLI/CLI.hpp>
#include <lssm/all.hpp>
#include <optional>

#include "../support/argument.hpp"
#include "../support/program.hpp"

namespace defend_program {

using namespace lssm;

inline const std::vector<std::string> attack_names{"none",      "special",     "lag0",   "dense",
                                                   "hidden",    "denial",      "evade",  "single",
                                                   "optimized", "reoptimized", "unseen", "unflagged"};
/// Parts of defences; + between them applies several.
inline const std::vector<std::string> defence_parts{"none",   "clip",   "floor",    "leading",   "drop",
                                                    "cap",    "whiten", "order1",   "order2",    "decay",
                                                    "longer", "growth", "truncate", "certified", "leastmass"};
/// Those that train several students, or the same one for longer and longer: one of them at most in a defence.
inline const std::vector<std::string> staged_parts{"growth", "truncate", "certified", "leastmass"};
inline const std::vector<std::string> optimizer_names{"adaptive", "paper", "gd", "adam", "flow", "network"};

/// Teachers whose runs make one row: one, or several that were drawn. Modes have weight 1.
struct teacher_group {
  std::string name;
  std::vector<std::vector<double>> members;
  double most_mass;  // what a defender may assume of all of them
};
inline teacher_group one_teacher(const std::vector<double>& modes) {
  std::string name;
  for (const double a : modes) name += (name.empty() ? "" : " ") + digits(a);
  return {name, {modes}, static_cast<double>(modes.size())};
}
/// Teachers of one or two modes, which are uniform from -1 to 1.
inline teacher_group drawn_teachers(integer count) {
  teacher_group group{"drawn " + digits(count), {}, 2};
  numpy_legacy draws(20);
  for (integer i = 0; i < count; ++i) {
    std::vector<double> modes(draws.uniform() < 0.5 ? 1 : 2);
    for (double& a : modes) a = 2 * draws.uniform() - 1;
    group.members.push_back(modes);
  }
  return group;
}

struct options {
  std::vector<teacher_group> teachers = {one_teacher({1})};
  std::vector<std::string> optimizers = {"adaptive"};
  std::vector<std::string> attacks = {"none",   "special", "lag0",  "dense",
                                      "hidden", "denial",  "evade", "single"};
  std::vector<std::string> defences = {
      "none",   "drop",        "cap",        "whiten",         "longer",
      "clip",   "clip+longer", "clip+decay", "clip+certified", "order1",
      "growth", "truncate",    "leastmass",  "leading",        "leading+clip+floor"};
  std::vector<std::uint32_t> seeds = consecutive_seeds(500, 24);
  std::vector<std::uint32_t> search_seeds = consecutive_seeds(900, 16);
  bool full = false;
  std::optional<integer> generations = {};
  std::optional<double> energy = {};  // nothing: each attack has its own
  integer sets = 0;                   // for detection, of each family
  bool leave_out = false, settings = false, evasion = false;
  integer threads = 0;  // as many as there are cores
  std::string out = {};
  bool overwrite = false, json = false;

  /// Every number that the runs depend on, as flags.
  std::string label() const {
    std::string text =
        "defend --held-out " + digits(integer(seeds.size())) + " --held-out-first " + digits(seeds[0]);
    for (const auto& t : teachers) text += " --teacher " + t.name;
    text += " --optimizer " + joined(optimizers);
    text += " --attacks " + joined(attacks) + " --defences " + joined(defences);
    text += " --seeds " + digits(integer(search_seeds.size())) + " --first-seed " + digits(search_seeds[0]);
    if (full) text += " --full";
    if (generations) text += " --generations " + digits(*generations);
    if (sets > 0) text += " --detect " + digits(sets);
    if (leave_out) text += " --leave-out";
    if (evasion) text += " --evasion";
    return energy ? text + " --energy " + digits(*energy) : text;
  }
  static std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& n : names) text += (text.empty() ? "" : ",") + n;
    return text;
  }
};

inline std::vector<std::string> parts_of(const std::string& defence) {
  return CLI::detail::split(defence, '+');
}
inline bool has_part(const std::string& defence, std::string_view part) {
  const auto parts = parts_of(defence);
  return std::find(parts.begin(), parts.end(), part) != parts.end();
}

/// The part of a defence that trains in stages; empty where none does.
inline std::string staged_part(const std::string& defence) {
  for (const std::string& part : staged_parts)
    if (has_part(defence, part)) return part;
  return {};
}
/// Whether a rule can have a defence: a flow takes no steps to constrain, and has no more of them; what needs certificates, or
/// modes alone, is not for networks.
inline bool applies(const std::string& optimizer, const std::string& defence) {
  for (const char* part : {"truncate", "certified", "leastmass"})
    if (optimizer == "network" && has_part(defence, part)) return false;
  for (const char* part : {"clip", "floor", "decay", "longer", "truncate", "certified"})
    if (optimizer == "flow" && has_part(defence, part)) return false;
  return true;
}
inline void check_defence(const std::string& defence) {
  integer staged = 0;
  for (const std::string& part : parts_of(defence)) {
    support::choice_argument("--defences", part, defence_parts);
    staged += std::find(staged_parts.begin(), staged_parts.end(), part) != staged_parts.end();
  }
  if (staged > 1)
    support::refuse_argument("--defences", "at most one of " + options::joined(staged_parts) + " together",
                             defence);
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  using namespace support;
  CLI::App app{
      "Attacks against defences, in the paper's setting poison6 with smaller steps: rate .0025, to loss .01\n"
      "and 5604 steps more, at most 160000 in all.\n",
      "defend"};
  options o;
  std::vector<std::string> teachers;
  std::optional<std::string> attacks, defences, optimizer, drawn, count, first, search, search_first, energy,
      sets, generations, threads, out;
  bool resume = false;
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    return app.add_option(name, value, text)->type_name(type);
  };
  add("--teacher", teachers, "A[,A...]",
      "modes of the teacher, each of weight 1; may be given several times (1)")
      ->allow_extra_args(false);
  add("--drawn-teachers", drawn, "N", "instead, N drawn teachers of one or two modes, together in each row");
  add("--attacks", attacks, "LIST",
      "of none,special,lag0,dense,hidden,denial,evade,single (all of them), "
      "optimized,reoptimized,unseen,unflagged");
  add("--defences", defences, "LIST",
      "each none or some of clip,floor,leading,drop,cap,whiten,order1,order2,decay,longer and one of "
      "growth,truncate,certified,leastmass with + (fifteen of them)");
  add("--optimizer", optimizer, "RULE[,RULE]",
      "of adaptive, paper (the same with steps as large as the paper's), gd,adam,flow, and network (the "
      "paper's third setting, by Adam) (adaptive; with --full all)");
  add("--seeds", search, "N", "number of seeds that a search for optimized attacks trains (16)");
  add("--first-seed", search_first, "S", "the first of them (900)");
  add("--held-out", count, "N", "number of seeds (24)");
  add("--held-out-first", first, "S", "the seeds are S, S+1, ... (500)");
  add("--generations", generations, "N",
      "of 16 candidates, of a search against no defence; against one five times twice as many (16)");
  add("--energy", energy, "E", "of every attack, a sum of squares (each attack has its own)");
  app.add_flag("--full", o.full, "all rules, the network, and searches of ten times the length");
  add("--detect", sets, "N", "detection on N drawn sets of each family, 60 at least, instead of the table");
  app.add_flag("--leave-out", o.leave_out, "of --detect: also train again without each sequence");
  app.add_flag("--settings", o.settings, "of --detect: also in other settings, with a fourth as many sets");
  app.add_flag("--evasion", o.evasion,
               "of --detect: also sequences that the excitation ratio does not see, made and sought");
  add("--threads", threads, "N", "threads, where oneTBB is there (as many as there are cores)");
  add("--out", out, "DIR", "write tables as CSV, and logs of the runs (no files)");
  app.add_flag("--resume", resume, "go on with what --out has, as the same command does anyway");
  app.add_flag("--overwrite", o.overwrite, "replace files of other flags, which are refused else");
  app.add_flag("--json", o.json, "one JSON object per row instead of the table");
  if (!parse(app, argc, argv)) return std::nullopt;

  if (!teachers.empty() || drawn) o.teachers.clear();
  for (const std::string& t : teachers) {
    o.teachers.push_back(one_teacher(real_list("--teacher", t, 8)));
    for (const double a : o.teachers.back().members[0])
      if (!(std::abs(a) <= 1)) refuse_argument("--teacher", "modes from -1 to 1, as certificates assume", t);
  }
  if (drawn && !teachers.empty())
    throw bad_argument("--drawn-teachers makes a table of its own: leave --teacher out");
  if (drawn) o.teachers.push_back(drawn_teachers(integer_argument("--drawn-teachers", *drawn, 1, 1000)));
  if (attacks) o.attacks = CLI::detail::split(*attacks, ',');
  for (const std::string& name : o.attacks) choice_argument("--attacks", name, attack_names);
  if (defences) o.defences = CLI::detail::split(*defences, ',');
  for (const std::string& name : o.defences) check_defence(name);
  if (o.full) o.optimizers = optimizer_names;
  if (optimizer) o.optimizers = CLI::detail::split(*optimizer, ',');
  for (const std::string& name : o.optimizers) choice_argument("--optimizer", name, optimizer_names);
  const integer n = count ? integer_argument("--held-out", *count, 1, 100'000) : 24;
  o.seeds =
      consecutive_seeds(first ? integer_argument("--held-out-first", *first, 0, 1'000'000'000) : 500, n);
  o.search_seeds = consecutive_seeds(
      search_first ? integer_argument("--first-seed", *search_first, 0, 1'000'000'000) : 900,
      search ? integer_argument("--seeds", *search, 1, 10'000) : 16);
  for (const std::uint32_t seed : o.search_seeds)
    if (std::find(o.seeds.begin(), o.seeds.end(), seed) != o.seeds.end())
      refuse_argument("--first-seed", "such that no seed of the search is held out",
                      digits(o.search_seeds[0]));
  if (generations) o.generations = integer_argument("--generations", *generations, 1, 10'000);
  if (threads) o.threads = integer_argument("--threads", *threads, 1, 4096);
#ifndef LSSM_HAS_TBB
  if (o.threads > 1) throw bad_argument("--threads needs oneTBB, which was not there when this was built");
#endif
  if (energy) {
    o.energy = real_argument("--energy", *energy);
    if (!(*o.energy > 0)) refuse_argument("--energy", "positive", *energy);
  }
  if (sets) o.sets = integer_argument("--detect", *sets, 60, 100'000);
  if (out) {
    if (out->empty()) refuse_argument("--out", "a directory", "");
    o.out = *out;
  }
  if (resume && o.out.empty()) throw bad_argument("--resume needs --out DIR");
  if (o.overwrite && o.out.empty()) throw bad_argument("--overwrite needs --out DIR");
  return o;
}

}  // namespace defend_program
