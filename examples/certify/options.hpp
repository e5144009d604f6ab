// SPDX-License-Identifier: BSD-3-Clause
// What `certify` is asked to do.
#pragma once

#include <lssm/all.hpp>
#include <optional>

#include "../standalone/settings.hpp"
#include "../support/program.hpp"

namespace certify_program {

using discrete::setting;
using lssm::integer;

/// How runs are trained where no flag says otherwise: the paper's rule, slower and for longer, which ends quieter.
inline constexpr double usual_rate = 0.0025;
inline constexpr integer usual_after = 5604, usual_max_steps = 160'000;

struct options {
  std::string data, student;      // files; without data: runs of settings
  std::vector<setting> settings;  // with the seeds of their runs
  std::vector<bool> runs = {false, true};
  std::vector<double> masses;            // empty: a tenth more than the mass of each setting's teacher
  lssm::teacher_prior prior{.mass = 1};  // in whose place each of `masses` is put
  integer horizon = 40;
  double tolerance = 0.2;
  bool clip = false, single = false;
  std::string out;
  bool overwrite = false, json = false;

  /// Every number that the output depends on, as flags.
  std::string label() const {
    using lssm::digits;
    std::string text = "certify";
    if (!data.empty()) text += " --data " + data + (student.empty() ? "" : " --student " + student);
    for (const setting& s : settings) {
      text += " --paper " + s.name + " --rate " + digits(s.rate) + "," + digits(s.rate_special) +
              " --after " + digits(s.after) + " --max-steps " + digits(s.max_steps) + " --seed ";
      for (std::uint32_t seed : s.seeds) text += digits(seed) + ",";
    }
    text += " --runs " + std::string(runs.size() == 2 ? "both" : runs[0] ? "special" : "baseline");
    text +=
        " --constraint " + std::string(clip ? "clip" : "none") + " --scalar " + (single ? "float" : "double");
    text += " --teacher-mass ";
    for (double mass : masses) text += digits(mass) + ",";
    return text + " --interval " + digits(prior.low) + ":" + digits(prior.high) + " --label-noise " +
           digits(prior.noise) + " --horizon " + digits(horizon) + " --tolerance " + digits(tolerance);
  }
};

inline constexpr integer most_horizon = 1000;

/// The flags as they were typed.
struct typed {
  std::optional<std::string> data, student, mass, interval, noise, horizon, tolerance, paper, seed, runs,
      constraint, rate, after, max_steps, scalar, out;
  bool overwrite = false, json = false;

  bool of_runs() const { return paper || seed || runs || constraint || rate || after || max_steps || scalar; }
};

inline void read_prior(const typed& t, options& o) {
  using namespace support;
  if (t.mass) o.masses = real_list("--teacher-mass", *t.mass, 100);
  for (double mass : o.masses)
    if (!(mass > 0)) refuse_argument("--teacher-mass", "positive", *t.mass);
  if (t.interval) {
    const std::size_t colon = t.interval->find(':');
    const auto low = lssm::number_from<double>(t.interval->substr(0, colon));
    const auto high =
        lssm::number_from<double>(colon == std::string::npos ? "" : t.interval->substr(colon + 1));
    if (!low || !high || !(*high - *low > 0) || !std::isfinite(*high - *low))
      refuse_argument("--interval", "LOW:HIGH, two finite numbers, the lower first", *t.interval);
    o.prior.low = *low;
    o.prior.high = *high;
  }
  if (t.noise) o.prior.noise = real_argument("--label-noise", *t.noise);
  if (o.prior.noise < 0) refuse_argument("--label-noise", "at least 0", *t.noise);
  if (t.horizon) o.horizon = integer_argument("--horizon", *t.horizon, 1, most_horizon);
  if (t.tolerance) o.tolerance = real_argument("--tolerance", *t.tolerance);
  if (!(o.tolerance > 0)) refuse_argument("--tolerance", "positive", *t.tolerance);
}

inline void read_runs(const typed& t, options& o) {
  using namespace support;
  const std::vector<setting> all = standalone::published();
  std::vector<std::string> names;
  names.reserve(all.size() + 1);
  for (const setting& s : all) names.push_back(s.name);
  names.push_back("all");
  const std::size_t which = t.paper ? choice_argument("--paper", *t.paper, names) : 8;
  o.settings = which == all.size() ? all : std::vector<setting>{all[which]};
  if (o.settings.size() > 1 && t.seed)
    throw lssm::bad_argument("--paper all takes the seeds of the settings: no --seed");
  for (setting& s : o.settings) {
    s.rate = std::min(usual_rate, s.rate);
    s.rate_special = std::min(usual_rate, s.rate_special);
    if (t.rate) {
      s.rate = s.rate_special = real_argument("--rate", *t.rate);
      if (s.rate <= 0) refuse_argument("--rate", "positive", *t.rate);
    }
    s.after = t.after ? integer_argument("--after", *t.after, 0, 1'000'000'000) : usual_after;
    s.after_special = s.after;
    s.max_steps =
        t.max_steps ? integer_argument("--max-steps", *t.max_steps, 0, 1'000'000'000) : usual_max_steps;
    if (t.seed) s.seeds = seed_list("--seed", *t.seed);
  }
  if (t.runs) {
    const std::size_t kind = choice_argument("--runs", *t.runs, {"both", "baseline", "special"});
    if (kind > 0) o.runs = {kind == 2};
  }
  if (t.constraint) o.clip = choice_argument("--constraint", *t.constraint, {"none", "clip"}) == 1;
  if (t.scalar) o.single = choice_argument("--scalar", *t.scalar, {"float", "double"}) == 0;
}

inline options checked(const typed& t) {
  using namespace support;
  options o;
  read_prior(t, o);
  const auto path = [](const auto& text, const char* flag, std::string& into) {
    if (!text) return;
    if (text->empty()) refuse_argument(flag, "a path", "");
    into = *text;
  };
  path(t.data, "--data", o.data);
  path(t.student, "--student", o.student);
  path(t.out, "--out", o.out);
  if (!o.student.empty() && o.data.empty()) throw lssm::bad_argument("--student needs --data FILE");
  if (!o.data.empty() && t.of_runs())
    throw lssm::bad_argument("--data FILE brings its own sequences: no flags of runs (--paper, --seed, ...)");
  if (!o.data.empty() && o.masses.empty())
    throw lssm::bad_argument("--teacher-mass R is missing: what is assumed of the teacher");
  if (o.data.empty()) read_runs(t, o);
  o.overwrite = t.overwrite;
  o.json = t.json;
  if (o.overwrite && o.out.empty()) throw lssm::bad_argument("--overwrite needs --out DIR");
  return o;
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  CLI::App app{
      "Proven bounds of a teacher's impulse response from labelled sequences and a bound of its mass, and of "
      "a student's\n"
      "error: of files, or of runs of the paper's settings. Without --data and --paper: poison6.\n",
      "certify"};
  typed t;
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--data", t.data, "FILE", "labelled sequences, npz or .json: x (N, kappa, m), y (N), perhaps h_star");
  add("--student", t.student, "FILE", "a student, npz or .json: a (d), b (d, m), c (1, d)");
  add("--teacher-mass", t.mass, "R[,R...]",
      "the teacher's mass is at most R (of runs: a tenth more than it is)");
  add("--interval", t.interval, "LOW:HIGH", "its modes are real and in this interval (-1:1)");
  add("--label-noise", t.noise, "ETA", "largest root mean square of the errors of labels (0)");
  add("--horizon", t.horizon, "K", "lags 0..K-1 are bounded (40)");
  add("--tolerance", t.tolerance, "TAU", "largest error of a certified student, absolute (0.2)");
  add("--paper", t.paper, "NAME", "a setting of `standalone`, or all: the table of all, clean and poisoned");
  add("--seed", t.seed, "S[,S...]", "seeds of the runs (the setting's)");
  add("--runs", t.runs, "both|baseline|special", "without special sequences, with them, or both (both)");
  add("--constraint", t.constraint, "none|clip", "clip: entries of A stay in [-1, 1] (none)");
  add("--rate", t.rate, "R", "rate of the runs (0.0025, or the setting's where it is smaller)");
  add("--after", t.after, "N", "further steps once the target is reached (5604)");
  add("--max-steps", t.max_steps, "N", "most steps before (160000)");
  add("--scalar", t.scalar, "float|double", "arithmetic of the runs (double)");
  add("--out", t.out, "DIR", "write the table and all bands as CSV (no files)");
  app.add_flag("--overwrite", t.overwrite, "replace files of other flags, which are refused else");
  app.add_flag("--json", t.json, "one JSON object per data set or run and mass instead of the table");
  if (!support::parse(app, argc, argv)) return std::nullopt;
  return checked(t);
}

}  // namespace certify_program
