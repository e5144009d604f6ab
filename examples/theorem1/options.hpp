// SPDX-License-Identifier: BSD-3-Clause
// What `theorem1` is asked to do: the settings, and the flags that choose among them.
#pragma once

#include <lssm/all.hpp>
#include <optional>
#include <string>
#include <vector>

#include "../support/argument.hpp"
#include "../support/program.hpp"

namespace theorem1 {

using lssm::integer;

/// The numbers of an experiment, but for the number of special sequences.
struct setting {
  std::string name;
  integer dim = 10, length = 7;  // d, kappa
  double init_scale = 1e-3;      // of the uniform draw
  double gap_factor = 5;         // F: a_1 = a_0 - 0.05 / exp(F log10(1 / init_scale))
  std::vector<std::uint32_t> seeds = {242, 243, 244, 246};
};

/// The two settings of the paper.
inline std::vector<setting> published() {
  return {{.name = "s1"},
          {.name = "s2",
           .dim = 20,
           .length = 9,
           .init_scale = 5e-3,
           .gap_factor = 10,
           .seeds = {342, 344, 345, 346}}};
}

enum class scalar_kind { as_double, as_long_double, as_quad };

struct options {
  std::vector<setting> settings = published();
  std::vector<integer> specials = {0, 1};
  integer horizon = 20;
  double rtol = lssm::gradient_flow<>{}.rtol;
  scalar_kind scalar = scalar_kind::as_double;
  std::string scalar_name = "double";
  std::string out;  // empty: no files
  bool overwrite = false, json = false;

  /// Every number that the runs depend on, as flags.
  std::string label() const {
    std::string text = "theorem1 --scalar " + scalar_name + " --horizon " + std::to_string(horizon);
    text += " --rtol " + lssm::digits(rtol) + " --special";
    for (const integer n : specials) text.append(" ").append(std::to_string(n));
    for (const setting& s : settings) {
      text += " --dim " + std::to_string(s.dim) + " --length " + std::to_string(s.length);
      text += " --init-scale " + lssm::digits(s.init_scale) + " --gap-factor " + lssm::digits(s.gap_factor);
      text += " --seed";
      for (const std::uint32_t seed : s.seeds) text.append(" ").append(std::to_string(seed));
    }
    return text;
  }
};

// Bounds that keep a mistyped size from filling the memory.
inline constexpr integer most_dim = 100'000, most_length = 1000, most_product = 2'000'000,
                         most_horizon = 1'000'000, most_dim_saved = 10'000;

/// The flags as they were typed.
struct typed {
  std::optional<std::string> dim, length, init_scale, gap_factor, seed, special, horizon, rtol, scalar, out;
  bool overwrite = false, json = false;
};

/// S1 but for what was given; a published setting keeps its name, so that its files keep theirs.
inline setting chosen(const typed& t) {
  setting s = published()[0];
  if (t.dim) s.dim = support::integer_argument("--dim", *t.dim, 2, most_dim);
  if (t.length) s.length = support::integer_argument("--length", *t.length, 2, most_length);
  if (t.init_scale) s.init_scale = support::real_argument("--init-scale", *t.init_scale);
  if (t.gap_factor) s.gap_factor = support::real_argument("--gap-factor", *t.gap_factor);
  if (t.seed) s.seeds = support::seed_list("--seed", *t.seed);
  if (!(s.init_scale > 0)) support::refuse_argument("--init-scale", "positive", *t.init_scale);
  if (s.dim * s.length > most_product)
    support::refuse_argument("--dim times --length", "at most " + std::to_string(most_product),
                             std::to_string(s.dim * s.length));
  s.name = "d" + std::to_string(s.dim) + "_k" + std::to_string(s.length);
  for (const setting& p : published())
    if (s.dim == p.dim && s.length == p.length && s.init_scale == p.init_scale &&
        s.gap_factor == p.gap_factor)
      s.name = p.name;
  return s;
}

inline options checked(const typed& t) {
  options o;
  if (t.dim || t.length || t.init_scale || t.gap_factor || t.seed) o.settings = {chosen(t)};
  if (t.special && *t.special != "both") {
    if (*t.special != "0" && *t.special != "1")
      support::refuse_argument("--special", "0, 1 or both", *t.special);
    o.specials = {*t.special == "0" ? 0 : 1};
  }
  if (t.horizon) o.horizon = support::integer_argument("--horizon", *t.horizon, 1, most_horizon);
  if (t.rtol) o.rtol = support::real_argument("--rtol", *t.rtol);
  if (t.scalar) {
    o.scalar = static_cast<scalar_kind>(
        support::choice_argument("--scalar", *t.scalar, {"double", "long-double", "quad"}));
    o.scalar_name = *t.scalar;
  }
  if (t.out) {
    if (t.out->empty()) support::refuse_argument("--out", "a directory", "");
    for (const setting& s : o.settings)
      if (s.dim > most_dim_saved)
        support::refuse_argument("--out", "left out above --dim " + std::to_string(most_dim_saved), *t.out);
    o.out = *t.out;
  }
  if (t.overwrite && o.out.empty()) throw lssm::bad_argument("--overwrite needs --out DIR");
  o.overwrite = t.overwrite;
  o.json = t.json;
  return o;
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  CLI::App app{
      "The standalone state space models of the paper's Table 1, trained by gradient flow with and without "
      "a\n"
      "clean-label special sequence. Without flags: both published settings, 16 runs. Any of --dim, "
      "--length,\n"
      "--init-scale, --gap-factor and --seed selects one setting, the rest of it from the first (S1).\n",
      "theorem1"};
  typed t;
  const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--dim", t.dim, "D", "state dimension d of the student, from 2 (S1: 10)");
  add("--length", t.length, "K",
      "length kappa of the training sequences, from 2 (S1: 7). From 4 on nothing is degenerate: 3 makes the "
      "flow "
      "linear, and in length 2 the special sequence is the training sequence itself");
  add("--init-scale", t.init_scale, "SD", "scale of the start (S1: 0.001)");
  add("--gap-factor", t.gap_factor, "F", "a[1] = a[0] - 0.05 / exp(F log10(1/SD)) at the start (S1: 5)");
  add("--seed", t.seed, "S[,S...]", "seeds of NumPy's legacy stream (S1: 242,243,244,246)");
  add("--special", t.special, "0|1|both", "number of special sequences (both)");
  add("--horizon", t.horizon, "H", "entries 0..H-1 of the impulse response that are compared (20)");
  add("--rtol", t.rtol, "R", "relative tolerance of the integrator (" + lssm::digits(options{}.rtol) + ")");
  add("--scalar", t.scalar, "double|long-double|quad", "arithmetic; the start is drawn in double (double)");
  add("--out", t.out, "DIR", "write the table, and every run over time, as CSV and npz (no files)");
  app.add_flag("--overwrite", t.overwrite, "replace files of other flags, which are refused else");
  app.add_flag("--json", t.json, "one JSON object per run and line instead of the table");
  if (!support::parse(app, argc, argv)) return std::nullopt;
  return checked(t);
}

}  // namespace theorem1
