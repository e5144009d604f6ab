// SPDX-License-Identifier: BSD-3-Clause
// What `attack` is asked to do: a setting as of `standalone`, and what an attacker may spend, wants and knows.
#pragma once

#include <optional>

#include "../discrete/saved_runs.hpp"
#include "../standalone/settings.hpp"
#include "../support/output_flags.hpp"

namespace attack_program {

using lssm::integer;

inline const std::vector<std::string> goal_names = {"stealthy", "persistent", "denial"},
                                      strategy_names = {"evolution", "gradient", "nlopt"},
                                      knowledge_names = {"distribution", "data", "all"};
enum class wish { stealthy, persistent, denial };
enum class strategy { evolution, gradient, nlopt };

inline constexpr bool has_nlopt =
#ifdef LSSM_HAS_NLOPT
    true;
#else
    false;
#endif

/// Whether the sizes and the rule are those that are compiled, which all others are not.
inline bool has_known_size(const discrete::setting& s) {
  return s.optimizer == "adaptive" && s.dim == 10 && s.length == 6 && !s.reset_io;
}

struct options {
  discrete::options of;  // one setting
  std::vector<double> energies = {0.1};
  integer rank = 3, sequences = 10;
  wish goal = wish::stealthy;
  strategy search = strategy::evolution;
  lssm::knowledge known = lssm::knowledge::distribution;
  integer generations = 16, candidates = 16;
  std::vector<std::uint32_t> search_seeds = {1}, seeds, held_out;
  integer threads = 1;
  bool lanes = true, overwrite = false, json = false;
  std::string out;

  const discrete::setting& base() const { return of.settings[0]; }
  /// Every number that the runs depend on.
  std::string label() const {
    using lssm::digits;
    std::string text = discrete::label_of(of, "attack") + " --energy ";
    for (const double& e : energies) text += (&e == &energies[0] ? "" : ",") + digits(e);
    text += " --rank " + digits(rank) + " --sequences " + digits(sequences);
    text += " --goal " + goal_names[static_cast<std::size_t>(goal)] + " --search " +
            strategy_names[static_cast<std::size_t>(search)] + " --knowledge " + lssm::name_of(known);
    text +=
        " --generations " + digits(generations) + " --candidates " + digits(candidates) + " --search-seed ";
    for (const std::uint32_t& s : search_seeds) text += (&s == &search_seeds[0] ? "" : ",") + digits(s);
    return text + " --seeds " + digits(seeds.size()) + " --first-seed " + digits(seeds[0]) + " --held-out " +
           digits(held_out.size()) + " --held-out-first " + digits(held_out[0]);
  }
};

inline constexpr integer most_seeds = 10'000, most_sequences = 10'000, most_generations = 10'000,
                         most_threads = 4096;

/// The flags as they were typed, those of the setting apart.
struct typed {
  discrete::typed setting;
  std::optional<std::string> energy, rank, sequences, goal, search, known, generations, candidates,
      search_seed, seeds, first_seed, held_out, held_out_first, threads, lanes, out;
  bool resume = false, overwrite = false, json = false;
};

/// The paper's settings, and poison6 with smaller steps: the protocol whose numbers rounding does not blur.
inline discrete::program program_of_settings() {
  discrete::program of{
      .name = "attack",
      .published = standalone::published(),
      .by_the_authors = {},
      .optimizers = standalone::optimizers,
      .network = false,
      .about =
          "How far clean-label poison reaches: sequences that the teacher labels, searched for, and judged "
          "on "
          "students\n"
          "that the search has not seen, beside the paper's direction, all ones and random ones. "};
  discrete::setting slow = of.published[8];
  slow.name = "poison6-small-steps";
  slow.rate = slow.rate_special = 0.0025;
  slow.after = slow.after_special = 5604;
  slow.max_steps = 160'000;
  slow.seeds = {1};
  of.preset = of.published.size();
  of.published.push_back(slow);
  return of;
}

inline void choose_search(const typed& t, options& o) {
  using namespace support;
  const auto number = [](const auto& text, const char* flag, integer& into, integer least, integer most) {
    if (text) into = integer_argument(flag, *text, least, most);
  };
  if (t.energy) {
    o.energies = real_list("--energy", *t.energy, 100);
    for (const double& e : o.energies) {
      if (!(e >= 0)) refuse_argument("--energy", "at least 0", *t.energy);
      if (std::count(o.energies.begin(), o.energies.end(), e) > 1)
        refuse_argument("--energy", "different numbers", *t.energy);
    }
  }
  number(t.rank, "--rank", o.rank, 1, o.base().length);
  number(t.sequences, "--sequences", o.sequences, o.rank, most_sequences);
  if (o.rank > o.base().length || o.rank > o.sequences)
    refuse_argument("--rank", "at most --length and --sequences", lssm::digits(o.rank));
  if (t.goal) o.goal = static_cast<wish>(choice_argument("--goal", *t.goal, goal_names));
  if (t.search) o.search = static_cast<strategy>(choice_argument("--search", *t.search, strategy_names));
  if (t.known)
    o.known = static_cast<lssm::knowledge>(choice_argument("--knowledge", *t.known, knowledge_names));
  number(t.generations, "--generations", o.generations, 1, most_generations);
  number(t.candidates, "--candidates", o.candidates, 4, most_sequences);
  if (t.search_seed) o.search_seeds = seed_list("--search-seed", *t.search_seed);
  for (const std::uint32_t s : o.search_seeds)
    if (std::count(o.search_seeds.begin(), o.search_seeds.end(), s) > 1)
      refuse_argument("--search-seed", "different seeds", *t.search_seed);
  if (o.search == strategy::nlopt && !has_nlopt)
    throw lssm::bad_argument("--search nlopt needs NLopt, which was not there when this was built");
  if (o.search != strategy::gradient) return;
  if (o.goal == wish::denial)
    throw lssm::bad_argument("--search gradient is for --goal stealthy or persistent: a stall has no slope");
  if (!has_known_size(o.base()))
    throw lssm::bad_argument(
        "--search gradient is for the adaptive rule at --dim 10 and --length 6, without --reset-io");
}

inline void choose_seeds(const typed& t, options& o) {
  using namespace support;
  integer count = 24, first = 1, held = 40, held_first = 10'001;
  const auto range = [](const auto& n, const char* of_n, integer& into, const auto& s, const char* of_s,
                        integer& from) {
    if (n) into = integer_argument(of_n, *n, 1, most_seeds);
    if (s) from = integer_argument(of_s, *s, 0, 0xFFFF'FFFF - into + 1);
  };
  range(t.seeds, "--seeds", count, t.first_seed, "--first-seed", first);
  range(t.held_out, "--held-out", held, t.held_out_first, "--held-out-first", held_first);
  o.held_out = lssm::consecutive_seeds(static_cast<std::uint32_t>(held_first), held);
  o.seeds = lssm::consecutive_seeds(static_cast<std::uint32_t>(first), count);
  if (o.known == lssm::knowledge::all) {
    if (t.seeds || t.first_seed)
      throw lssm::bad_argument("--knowledge all searches with the held-out seeds: leave --seeds out");
    o.seeds = o.held_out;
  } else if (first < held_first + held && held_first < first + count) {
    refuse_argument("--held-out-first", "of seeds that the search does not use", lssm::digits(held_first));
  }
}

inline options checked(typed t, const discrete::program& of) {
  using namespace support;
  options o;
  if (t.setting.paper && *t.setting.paper == "all")
    refuse_argument("--paper", "one setting", *t.setting.paper);
  t.setting.scalar = "double";
  o.of = discrete::checked(t.setting, of);
  choose_search(t, o);
  choose_seeds(t, o);
  const double steps = 30.0 * static_cast<double>(o.base().after);
  if (steps > static_cast<double>(discrete::most_steps))
    refuse_argument("--after", "so small that 30 times as many steps are at most 1000000000",
                    lssm::digits(o.base().after));
  if (t.threads) o.threads = integer_argument("--threads", *t.threads, 1, most_threads);
  if (t.lanes) o.lanes = choice_argument("--lanes", *t.lanes, {"on", "off"}) == 0;
#ifndef LSSM_HAS_TBB
  if (o.threads > 1)
    throw lssm::bad_argument("--threads needs oneTBB, which was not there when this was built");
#endif
  support::read_output_flags(t, o);
  o.json = t.json;
  return o;
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  const discrete::program of = program_of_settings();
  CLI::App app{of.about + "Without --paper: " + of.published[of.preset].name + ".\n", of.name};
  typed t;
  const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--energy", t.energy, "E[,E...]", "sums of squares of all that is added (0.1)");
  add("--rank", t.rank, "R", "directions of the added sequences (3)");
  add("--sequences", t.sequences, "N", "how many are added (10)");
  add("--goal", t.goal, "stealthy|persistent|denial",
      "a large error once the target is reached; after ten times longer; no target reached (stealthy)");
  add("--search", t.search, "evolution|gradient|nlopt",
      "an evolution strategy; the slope through training and steps along it; NLopt, one candidate at a time "
      "(evolution)");
  add("--knowledge", t.known, "distribution|data|all",
      "what the attacker knows: how starts and data are drawn; the data; the starts too (distribution)");
  add("--generations", t.generations, "N", "generations of a search (16)");
  add("--candidates", t.candidates, "N", "candidates of a generation, from 4 (16)");
  add("--search-seed", t.search_seed, "S[,S...]",
      "of the random numbers of the search; several searches are told apart (1)");
  add("--seeds", t.seeds, "N", "students that the search trains with every candidate (24)");
  add("--first-seed", t.first_seed, "S", "their seeds are S, S+1, ... (1)");
  add("--held-out", t.held_out, "N", "students on which poisons are judged (40)");
  add("--held-out-first", t.held_out_first, "S", "their seeds are S, S+1, ... (10001)");
  add("--threads", t.threads, "N", "threads, where oneTBB is there (1)");
  add("--lanes", t.lanes, "on|off", "students side by side in SIMD lanes (on)");
  add("--out", t.out, "DIR",
      "write tables, sequences and every run; the same command goes on where it stopped");
  app.add_flag("--resume", t.resume, "go on with what --out has, as the same command does anyway");
  app.add_flag("--overwrite", t.overwrite, "replace files of other flags, which are refused else");
  app.add_flag("--json", t.json, "one JSON object per attack and energy instead of the table");
  discrete::add_flags(app, t.setting, of);
  for (const char* other : {"--special", "--special-support", "--scalar", "--seed"})
    app.remove_option(app.get_option(other));
  if (!support::parse(app, argc, argv)) return std::nullopt;
  return checked(std::move(t), of);
}

}  // namespace attack_program
