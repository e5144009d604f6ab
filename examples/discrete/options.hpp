// SPDX-License-Identifier: BSD-3-Clause
// What a program is asked to do: settings, and the flags that choose and change them.
#pragma once

#include <cmath>
#include <limits>
#include <lssm/all.hpp>
#include <optional>

#include "../support/program.hpp"
#include "setting.hpp"

namespace discrete {

/// Arithmetic; `mixed` is double between weights that are stored as floats.
enum class scalar_kind { single, wide, mixed };

struct options {
  std::vector<setting> settings;
  std::vector<bool> runs = {false, true};  // without and with special sequences
  integer horizon = 40;
  scalar_kind scalar = scalar_kind::single;
  std::string out, checkpoint;
  bool resume = false, overwrite = false, json = false;
  bool as_published = true;  // no number of a setting was changed

  const char* scalar_name() const {
    return scalar == scalar_kind::single ? "float" : scalar == scalar_kind::wide ? "double" : "mixed";
  }
};

// Bounds that keep a mistyped size from filling the memory.
inline constexpr integer most_dim = 100'000, most_length = 1000, most_product = 2'000'000,
                         most_sequences = 1'000'000, most_entries = 50'000'000, most_horizon = 1'000'000,
                         most_steps = 1'000'000'000, most_width = 1000, most_depth = 3;

/// The flags as they were typed.
struct typed {
  std::optional<std::string> paper, dim, length, teacher, baseline, baseline_support, special,
      special_support, init_sd_state, init_sd_io, gap_factor, warm, optimizer, rate, target, after, max_steps,
      log_every, scalar, seed, runs, horizon, out, checkpoint, mlp_width, mlp_depth, init_sd_mlp,
      test_sequences, test_seed_offset, tie_break;
  bool reset_io = false, resume = false, overwrite = false, json = false;

  /// Whether a number of the setting itself was given.
  bool changes() const {
    return reset_io || dim || length || teacher || baseline || baseline_support || special ||
           special_support || init_sd_state || init_sd_io || gap_factor || warm || optimizer || rate ||
           target || after || max_steps || log_every || mlp_width || mlp_depth || init_sd_mlp ||
           test_sequences || test_seed_offset || tie_break;
  }
};

/// The setting with what was given in place of its own numbers.
inline setting changed(setting s, const typed& t, const program& of) {
  using namespace support;
  const auto integer_flag = [](const auto& text, const char* flag, integer& into, integer least,
                               integer most) {
    if (text) into = integer_argument(flag, *text, least, most);
  };
  const auto real_flag = [](const auto& text, const char* flag, double& into, auto fits,
                            const char* expected) {
    if (!text) return;
    into = real_argument(flag, *text);
    if (!fits(into)) refuse_argument(flag, expected, *text);
  };
  const auto positive = [](double x) { return x > 0; };
  const auto not_negative = [](double x) { return x >= 0; };
  const auto any = [](double) { return true; };
  integer_flag(t.dim, "--dim", s.dim, 2, most_dim);
  integer_flag(t.length, "--length", s.length, 2, most_length);
  integer_flag(t.baseline, "--baseline", s.baseline, 1, most_sequences);
  integer_flag(t.special, "--special", s.special, 1, most_sequences);
  integer_flag(t.after, "--after", s.after, 0, most_steps);
  integer_flag(t.max_steps, "--max-steps", s.max_steps, 0, most_steps);
  integer_flag(t.log_every, "--log-every", s.log_every, 1, most_steps);
  real_flag(t.init_sd_state, "--init-sd-state", s.init_sd_state, positive, "positive");
  real_flag(t.init_sd_io, "--init-sd-io", s.init_sd_io, not_negative, "at least 0");
  real_flag(t.gap_factor, "--gap-factor", s.gap_factor, any, "");
  real_flag(t.warm, "--warm", s.warm, any, "");
  real_flag(t.rate, "--rate", s.rate, positive, "positive");
  if (t.rate) s.rate_special = s.rate;
  if (t.after) s.after_special = s.after;
  integer_flag(t.mlp_width, "--mlp-width", s.mlp_width, 1, most_width);
  integer_flag(t.mlp_depth, "--mlp-depth", s.mlp_depth, 1, most_depth);
  integer_flag(t.test_sequences, "--test-sequences", s.test_sequences, 1, most_sequences);
  integer_flag(t.test_seed_offset, "--test-seed-offset", s.test_seed_offset, 0, 1'000'000'000);
  real_flag(t.init_sd_mlp, "--init-sd-mlp", s.init_sd_mlp, not_negative, "at least 0");
  real_flag(t.tie_break, "--tie-break", s.tie_break, any, "");
  real_flag(t.target, "--target", s.target, not_negative, "at least 0");
  if (t.teacher) s.teacher = real_list("--teacher", *t.teacher, 1000);
  for (double a : s.teacher)
    if (std::abs(a) > std::numeric_limits<float>::max())
      refuse_argument("--teacher", "finite as floats", *t.teacher);
  if (t.baseline_support) s.baseline_support = support_argument("--baseline-support", *t.baseline_support);
  if (t.special_support) s.special_support = support_argument("--special-support", *t.special_support);
  if (t.optimizer) s.optimizer = of.optimizers[choice_argument("--optimizer", *t.optimizer, of.optimizers)];
  if (t.reset_io) s.reset_io = true;
  if (t.seed) s.seeds = seed_list("--seed", *t.seed);

  const std::string length = "inside a sequence of length " + std::to_string(s.length);
  if (!s.baseline_support.fits(s.length))
    refuse_argument("--baseline-support", length, s.baseline_support.text());
  if (!s.special_support.fits(s.length))
    refuse_argument("--special-support", length, s.special_support.text());
  const auto bounded = [](const char* name, integer product, integer most) {
    if (product > most) refuse_argument(name, "at most " + std::to_string(most), std::to_string(product));
  };
  bounded("--dim times --length", s.dim * s.length, most_product);
  bounded("the entries of all sequences", (s.baseline + s.special) * s.length, most_entries);
  if (s.mlp_width > 0)
    bounded("the sequences times --mlp-width", (s.baseline + s.special) * s.mlp_width, most_entries);
  const integer tied = std::min<integer>(4, static_cast<integer>(s.teacher.size()));
  if (s.dim < tied)
    refuse_argument("--dim", "at least " + std::to_string(tied) + " beside this teacher",
                    std::to_string(s.dim));
  return s;
}

/// Squares of what is learned and compared must stay finite.
inline void teacher_is_small_enough(const setting& s, const options& o) {
  double largest = 1;
  for (double a : s.teacher) largest = std::max(largest, std::abs(a));
  const integer entries = std::max(o.horizon, s.length);
  const double response =
      static_cast<double>(s.teacher.size()) * std::pow(largest, static_cast<double>(entries - 1));
  const bool single = o.scalar == scalar_kind::single;
  if (response <= (single ? 1e18 : 1e150)) return;
  support::refuse_argument("--teacher",
                           "so small that " + std::to_string(entries) +
                               " entries of its impulse response stay below " +
                               (single ? "1e18 in float" : "1e150 in double"),
                           lssm::digits(largest));
}

inline options checked(const typed& t, const program& of) {
  using namespace support;
  options o;
  const std::vector<setting>& all = of.published;
  if (t.paper && *t.paper == "all") {
    if (t.changes() || t.seed)
      throw lssm::bad_argument("--paper all takes the settings as they are, without other numbers or seeds");
    o.settings = all;
  } else {
    std::vector<std::string> names;
    names.reserve(all.size() + 1);
    for (const setting& s : all) names.push_back(s.name);
    names.push_back("all");
    setting base = all[of.preset];
    if (t.paper) base = all[choice_argument("--paper", *t.paper, names)];
    if (!t.paper && t.changes()) base.name = of.name;
    o.settings = {changed(base, t, of)};
    o.as_published = !t.changes();
  }
  if (t.runs) {
    const std::size_t which = choice_argument("--runs", *t.runs, {"both", "baseline", "special"});
    if (which == 1) o.runs = {false};
    if (which == 2) o.runs = {true};
  }
  if (t.horizon) o.horizon = integer_argument("--horizon", *t.horizon, 1, most_horizon);
  std::vector<std::string> scalars = {"float", "double"};
  if (of.network) scalars.push_back("mixed");
  if (t.scalar) o.scalar = static_cast<scalar_kind>(choice_argument("--scalar", *t.scalar, scalars));
  for (const setting& s : o.settings)
    if (o.scalar == scalar_kind::mixed && s.reset_io)
      throw lssm::bad_argument("--reset-io is for --scalar float or double");
  for (const setting& s : o.settings)
    if (of.network && o.horizon * s.test_sequences > most_entries)
      refuse_argument("--horizon times --test-sequences", "at most " + std::to_string(most_entries),
                      std::to_string(o.horizon * s.test_sequences));
  for (const setting& s : o.settings) teacher_is_small_enough(s, o);
  const auto path = [](const auto& text, const char* flag, const char* expected, std::string& into) {
    if (!text) return;
    if (text->empty()) refuse_argument(flag, expected, "");
    into = *text;
  };
  path(t.out, "--out", "a directory", o.out);
  path(t.checkpoint, "--checkpoint", "a file", o.checkpoint);
  if (t.resume && o.checkpoint.empty()) throw lssm::bad_argument("--resume needs --checkpoint FILE");
  o.resume = t.resume;
  if (t.overwrite && o.checkpoint.empty() && o.out.empty())
    throw lssm::bad_argument("--overwrite needs --checkpoint FILE or --out DIR");
  o.overwrite = t.overwrite;
  o.json = t.json;
  return o;
}

/// The flags of a setting, and of what every run is trained and measured in; not those of one program's output.
inline void add_flags(CLI::App& app, typed& t, const program& of) {
  const setting& preset = of.published[of.preset];
  const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
    app.add_option(name, value, text)->type_name(type);
  };
  const auto add_number = [&](const char* name, auto& value, const char* type, const std::string& text,
                              auto number) {
    add(name, value, type, text + " (" + lssm::digits(number) + ")");
  };
  std::string names, rules;
  for (const setting& s : of.published) names += s.name + ", ";
  for (const std::string& name : of.optimizers) rules += (rules.empty() ? "" : ", ") + name;
  add("--paper", t.paper, "NAME",
      "a published setting: " + names + "or all; other flags change single numbers of it");
  add_number("--dim", t.dim, "D", "state dimension d of the student, from 2", preset.dim);
  add_number("--length", t.length, "K", "length kappa of the training sequences, from 2", preset.length);
  add("--teacher", t.teacher, "A[,A...]", "diagonal of the teacher's A; its B and C are ones (1)");
  add_number("--baseline", t.baseline, "N", "number of baseline sequences", preset.baseline);
  add("--baseline-support", t.baseline_support, "SUPPORT",
      "where they are not zero: leading:N, trailing:N, at:I or everywhere (" +
          preset.baseline_support.text() + ")");
  add_number("--special", t.special, "N", "number of special sequences of the special run", preset.special);
  add("--special-support", t.special_support, "SUPPORT",
      "where they are not zero; at:-2 is the last but one (" + preset.special_support.text() + ")");
  add_number("--init-sd-state", t.init_sd_state, "SD", "standard deviation of the entries of A at the start",
             preset.init_sd_state);
  add_number("--init-sd-io", t.init_sd_io, "SD", "standard deviation of the entries of B and C at the start",
             preset.init_sd_io);
  add_number("--gap-factor", t.gap_factor, "F",
             "entry 1 = entry 0 - 0.05 / exp(F log10(1 / init-sd-state)) of A and B", preset.gap_factor);
  add_number("--warm", t.warm, "W", "added to the entries of A and B at the start", preset.warm);
  add("--optimizer", t.optimizer, "RULE", rules + " (" + preset.optimizer + ")");
  add_number("--rate", t.rate, "R", "rate of both runs", preset.rate);
  add_number("--target", t.target, "L", "training loss that counts as reached", preset.target);
  add_number("--after", t.after, "N", "further steps once it is reached", preset.after);
  add_number("--max-steps", t.max_steps, "N", "most steps before", preset.max_steps);
  app.add_flag("--reset-io", t.reset_io, "B = C = 1 after every step");
  add("--scalar", t.scalar, of.network ? "float|double|mixed" : "float|double",
      std::string("arithmetic (float); inputs, teacher and start are floats in all") +
          (of.network ? "; mixed: double, weights stored as floats" : ""));
  add("--seed", t.seed, "S[,S...]", "seeds of inputs (NumPy) and weights (TensorFlow)");
  if (of.network) {
    add_number("--mlp-width", t.mlp_width, "M", "numbers in each hidden layer of the network",
               preset.mlp_width);
    add_number("--mlp-depth", t.mlp_depth, "L", "hidden layers, from 1 to 3", preset.mlp_depth);
    add_number("--init-sd-mlp", t.init_sd_mlp, "SD",
               "standard deviation of the network's weights at the start", preset.init_sd_mlp);
    add_number("--test-sequences", t.test_sequences, "N", "number of test sequences", preset.test_sequences);
    add_number("--test-seed-offset", t.test_seed_offset, "N",
               "their seed is the run's plus this; 0: they go on in the training stream",
               preset.test_seed_offset);
    add_number("--tie-break", t.tie_break, "E",
               "B_j becomes (1 + E) B_j where it equals C_j at the start; 0 keeps the symmetry",
               preset.tie_break);
    add("--horizon", t.horizon, "H", "length of the test sequences (40)");
  } else {
    add("--horizon", t.horizon, "H", "entries 0..H-1 of the impulse response that are compared (40)");
  }
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv, const program& of) {
  const setting& preset = of.published[of.preset];
  CLI::App app{of.about + "Without --paper: " + preset.name + ".\n", of.name};
  typed t;
  add_flags(app, t, of);
  const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--log-every", t.log_every, "N",
      "steps between logged states; final figures are the last logged one's (" +
          lssm::digits(preset.log_every) + ")");
  add("--runs", t.runs, "both|baseline|special", "without special sequences, with them, or both (both)");
  add("--out", t.out, "DIR", "write the table, and every run over time, as CSV and npz (no files)");
  add("--checkpoint", t.checkpoint, "FILE", "save every run there at each logged state");
  app.add_flag("--resume", t.resume, "go on from the checkpoint if there is one");
  app.add_flag("--overwrite", t.overwrite,
               "replace a checkpoint or files of other flags, which are refused else");
  app.add_flag("--json", t.json, "one JSON object per run and line instead of the table");
  if (!support::parse(app, argc, argv)) return std::nullopt;
  return checked(t, of);
}

}  // namespace discrete
