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

inline const std::vector<std::string> attack_names{"none",   "special", "lag0",   "dense",     "hidden",
                                                   "denial", "evade",   "single", "optimized", "reoptimized"};
/// Parts of defences; + between them applies several.
inline const std::vector<std::string> defence_parts{"none",   "clip",   "floor",  "leading", "drop",  "cap",
                                                    "order1", "order2", "growth", "decay",   "longer"};

struct options {
  std::vector<std::vector<double>> teachers = {{1}};  // modes, each of weight 1
  std::vector<std::string> attacks = {"none",   "special", "lag0",  "dense",
                                      "hidden", "denial",  "evade", "single"};
  std::vector<std::string> defences = {"none",       "drop",   "cap",    "clip",    "clip+longer",
                                       "clip+decay", "order1", "growth", "leading", "leading+clip+floor"};
  std::vector<std::uint32_t> seeds = consecutive_seeds(500, 24);
  std::vector<std::uint32_t> search_seeds = consecutive_seeds(900, 16);
  bool full = false;
  std::optional<double> energy = {};  // nothing: each attack has its own
  integer sets = 0;                   // for detection, of each family
  std::string out = {};
  bool resume = false, json = false;

  /// Every number that the runs depend on, as flags.
  std::string label() const {
    std::string text =
        "defend --held-out " + digits(integer(seeds.size())) + " --held-out-first " + digits(seeds[0]);
    for (const auto& t : teachers) text += " --teacher " + name(t);
    text += " --attacks " + joined(attacks) + " --defences " + joined(defences);
    text += " --seeds " + digits(integer(search_seeds.size())) + " --first-seed " + digits(search_seeds[0]);
    if (full) text += " --full";
    return energy ? text + " --energy " + digits(*energy) : text;
  }
  static std::string name(const std::vector<double>& teacher) {
    std::string text;
    for (const double a : teacher) text += (text.empty() ? "" : " ") + digits(a);
    return text;
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

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  using namespace support;
  CLI::App app{
      "Attacks against defences, in the paper's setting poison6 with smaller steps: rate .0025, to loss .01\n"
      "and 5604 steps more, at most 160000 in all.\n",
      "defend"};
  options o;
  std::vector<std::string> teachers;
  std::optional<std::string> attacks, defences, count, first, search, search_first, energy, sets, out;
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    return app.add_option(name, value, text)->type_name(type);
  };
  add("--teacher", teachers, "A[,A...]",
      "modes of the teacher, each of weight 1; may be given several times (1)")
      ->allow_extra_args(false);
  add("--attacks", attacks, "LIST",
      "of none,special,lag0,dense,hidden,denial,evade,single (all of them), optimized,reoptimized");
  add("--defences", defences, "LIST",
      "each none or some of clip,floor,leading,drop,cap,order1,order2,growth,decay,longer with + (ten of "
      "them)");
  add("--seeds", search, "N", "number of seeds that a search for optimized attacks trains (16)");
  add("--first-seed", search_first, "S", "the first of them (900)");
  add("--held-out", count, "N", "number of seeds (24)");
  add("--held-out-first", first, "S", "the seeds are S, S+1, ... (500)");
  add("--energy", energy, "E", "of every attack, a sum of squares (each attack has its own)");
  app.add_flag("--full", o.full, "searches of ten times the length, from five starts");
  add("--detect", sets, "N", "detection on N drawn sets of each family, 60 at least, instead of the table");
  add("--out", out, "DIR", "write tables as CSV, and logs of the runs (no files)");
  app.add_flag("--resume", o.resume, "go on with the runs of the same flags in DIR, which are refused else");
  app.add_flag("--json", o.json, "one JSON object per row instead of the table");
  if (!parse(app, argc, argv)) return std::nullopt;

  if (!teachers.empty()) o.teachers.clear();
  for (const std::string& t : teachers) {
    o.teachers.push_back(real_list("--teacher", t, 8));
    for (const double a : o.teachers.back())
      if (std::abs(a) > 1) refuse_argument("--teacher", "modes from -1 to 1, as certificates assume", t);
  }
  if (attacks) o.attacks = CLI::detail::split(*attacks, ',');
  for (const std::string& name : o.attacks) choice_argument("--attacks", name, attack_names);
  if (defences) o.defences = CLI::detail::split(*defences, ',');
  for (const std::string& name : o.defences)
    for (const std::string& part : parts_of(name)) choice_argument("--defences", part, defence_parts);
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
  if (energy) {
    o.energy = real_argument("--energy", *energy);
    if (!(*o.energy > 0)) refuse_argument("--energy", "positive", *energy);
  }
  if (sets) o.sets = integer_argument("--detect", *sets, 60, 100'000);
  if (out) {
    if (out->empty()) refuse_argument("--out", "a directory", "");
    o.out = *out;
  }
  if (o.resume && o.out.empty()) throw bad_argument("--resume needs --out DIR");
  return o;
}

}  // namespace defend_program
