// SPDX-License-Identifier: BSD-3-Clause
// What `real_sequences` is asked to do.
#pragma once

#include <lssm/core.hpp>
#include <lssm/sweep.hpp>
#include <optional>
#include <sstream>

#include "../support/argument.hpp"
#include "../support/program.hpp"

namespace real_sequences {

using lssm::integer;

inline const std::vector<std::string> rule_names = {"adaptive", "gd", "adam", "flow"};
inline const std::vector<std::string> picture_kinds = {"train", "t10k"};

/// When a training ends: once the loss is at most `target`, and some steps after that.
struct protocol {
  const char* name;
  double rate, target;
  integer after;
};
/// That of the page, and the two of the library's poison6: P' and P.
inline constexpr std::array protocols = {protocol{"page", 0.0025, 1e-4, 5600},
                                         protocol{"P'", 0.0025, 0.01, 5604}, protocol{"P", 0.01, 0.01, 1401}};

struct options {
  integer of_class = 7;
  integer seeds = 48, first_seed = 1;
  std::vector<std::string> rules = {"adaptive"};
  std::vector<integer> after = {5600};
  std::string data = "/usr/share/datasets/fashion-mnist", pictures = "train";
  bool filter = true;  // only pictures of little ink
  integer length = 6;
  double energy = 0.9;
  protocol how = protocols[0];
  bool curve = false;
  integer threads = 1;
  bool lanes = true;
  std::string out;
  bool overwrite = false, json = false;

  /// Every number that the runs depend on, as flags.
  std::string label() const {
    using lssm::digits;
    std::string text = "real_sequences --class " + digits(of_class) + " --seeds " + digits(seeds) +
                       " --first-seed " + digits(first_seed) + " --pictures " + pictures + " --length " +
                       digits(length) + " --energy " + digits(energy) + " --filter " +
                       (filter ? "on" : "off");
    if (curve) return text + " --curve";
    text += " --rules ";
    for (const std::string& rule : rules) text += (&rule == &rules[0] ? "" : ",") + rule;
    text += " --after ";
    for (const integer& k : after) text += (&k == &after[0] ? "" : ",") + digits(k);
    return text;
  }
};

inline constexpr integer most_seeds = 10'000, most_after = 10'000'000, most_length = 64, most_threads = 4096;

namespace detail {
inline std::vector<std::string> between_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream all(text);
  for (std::string part; std::getline(all, part, ',');) parts.push_back(part);
  if (parts.empty() || text.back() == ',') parts.emplace_back();
  return parts;
}
}  // namespace detail

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  using namespace support;
  CLI::App app{
      "A teacher that labels real pictures as sequences, a student that learns from eight of them, and ten "
      "more\n"
      "that harm it or do not: Fashion-MNIST, or any idx files of its names.\n",
      "real_sequences"};
  std::optional<std::string> of_class, seeds, first, rules, after, data, pictures, filter, length, energy,
      threads, lanes, out;
  options o;
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--class", of_class, "N", "class of the baseline: 7 sneakers, 5 sandals (7)");
  add("--seeds", seeds, "N", "number of seeds; each is a start and a draw of pictures (48)");
  add("--first-seed", first, "S", "the seeds are S, S+1, ... (1)");
  add("--rules", rules, "R[,R...]", "adaptive, gd, adam, flow (adaptive)");
  add("--after", after, "K[,K...]", "steps after the loss has reached 1e-4 (5600)");
  add("--data", data, "FOLDER", "folder of the idx files (/usr/share/datasets/fashion-mnist)");
  add("--pictures", pictures, "train|t10k", "which of its two sets (train)");
  add("--filter", filter, "on|off", "take only pictures whose ink spans at most 12 rows (on)");
  add("--length", length, "L", "entries of a sequence, four rows each (6)");
  add("--energy", energy, "E", "mean sum of squares of a baseline sequence (0.9)");
  app.add_flag("--curve", o.curve,
               "instead: all combinations of length, energy, protocol, class and filter that were looked at");
  add("--threads", threads, "N", "threads, where oneTBB is there (1)");
  add("--lanes", lanes, "on|off", "students side by side in SIMD lanes (on)");
  add("--out", out, "DIR", "write table, sequences and errors of every seed, as CSV and npz (no files)");
  app.add_flag("--overwrite", o.overwrite, "replace files of other flags, which are refused else");
  app.add_flag("--json", o.json, "one JSON object per rule, arm and K instead of the table");
  if (!parse(app, argc, argv)) return std::nullopt;

  if (of_class) o.of_class = integer_argument("--class", *of_class, 0, 9);
  if (seeds) o.seeds = integer_argument("--seeds", *seeds, 1, most_seeds);
  if (first) o.first_seed = integer_argument("--first-seed", *first, 0, 0xFFFF'FFFF - o.seeds + 1);
  const auto distinct = [](const char* flag, const auto& list, const std::string& text) {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (std::find(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), list[i]) !=
          list.begin() + static_cast<std::ptrdiff_t>(i))
        refuse_argument(flag, "a list without repetition", text);
  };
  if (rules) {
    o.rules.clear();
    for (const std::string& rule : detail::between_commas(*rules))
      o.rules.push_back(rule_names[choice_argument("--rules", rule, rule_names)]);
    distinct("--rules", o.rules, *rules);
  }
  if (after) {
    o.after.clear();
    for (const std::string& k : detail::between_commas(*after))
      o.after.push_back(integer_argument("--after", k, 0, most_after));
    distinct("--after", o.after, *after);
  }
  if (data) o.data = *data;
  if (pictures) o.pictures = picture_kinds[choice_argument("--pictures", *pictures, picture_kinds)];
  if (filter) o.filter = choice_argument("--filter", *filter, {"on", "off"}) == 0;
  if (length) o.length = integer_argument("--length", *length, 4, most_length);
  if (energy) {
    o.energy = real_argument("--energy", *energy);
    if (o.energy <= 0 || o.energy > 1e6) refuse_argument("--energy", "positive and at most 1e6", *energy);
  }
  if (threads) o.threads = integer_argument("--threads", *threads, 1, most_threads);
  if (lanes) o.lanes = choice_argument("--lanes", *lanes, {"on", "off"}) == 0;
#ifndef LSSM_HAS_TBB
  if (o.threads > 1)
    throw lssm::bad_argument("--threads needs oneTBB, which was not there when this was built");
#endif
  if (o.curve && (of_class || rules || after || filter || length || energy))
    throw lssm::bad_argument(
        "--curve goes over classes, rules, lengths, energies and filters itself: leave them out");
  if (out) {
    if (out->empty()) refuse_argument("--out", "a directory", "");
    o.out = *out;
  }
  if (o.overwrite && o.out.empty()) throw lssm::bad_argument("--overwrite needs --out DIR");
  return o;
}

}  // namespace real_sequences
