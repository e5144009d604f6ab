// SPDX-License-Identifier: BSD-3-Clause
// What `aftermath` is asked to do.
#pragma once

#include <cmath>
#include <lssm/all.hpp>
#include <optional>

#include "../support/program.hpp"

namespace aftermath {

using lssm::integer;

struct options {
  integer seeds = 32, first_seed = 1000;
  integer times = 100;  // training goes on to so many published lengths
  // The paper's own; half of the largest at which all runs stay stable; Keras' and PyTorch's default.
  double rate_adaptive = 0.01, rate_gd = 0.01, rate_adam = 0.001;
  integer horizon = 40;
  bool single = true;  // float
  std::string out;
  bool overwrite = false, json = false;

  /// Every number that the runs depend on, as flags.
  std::string label() const {
    using lssm::digits;
    return "aftermath --seeds " + digits(seeds) + " --first-seed " + digits(first_seed) + " --times " +
           digits(times) + " --rate-adaptive " + digits(rate_adaptive) + " --rate-gd " + digits(rate_gd) +
           " --rate-adam " + digits(rate_adam) + " --horizon " + digits(horizon) + " --scalar " +
           scalar_name();
  }
  const char* scalar_name() const { return single ? "float" : "double"; }
  std::vector<std::uint32_t> seed_list() const {
    std::vector<std::uint32_t> list;
    for (integer i = 0; i < seeds; ++i) list.push_back(static_cast<std::uint32_t>(first_seed + i));
    return list;
  }
  /// The multiples of the published length at which the table is taken.
  std::vector<integer> marks() const {
    std::vector<integer> at;
    for (integer m = 1; m < times; m *= 10) at.push_back(m);
    at.push_back(times);
    return at;
  }
};

inline constexpr integer most_seeds = 10'000, most_times = 100, most_horizon = 1'000'000;

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  using namespace support;
  CLI::App app{
      "The paper's setting poison6 (d = 10, length 6), trained on long after its published end: by the "
      "paper's\n"
      "adaptive rule, by gradient descent and by Adam, without and with clean-label special sequences.\n",
      "aftermath"};
  std::optional<std::string> seeds, first_seed, times, adaptive, gd, adam, horizon, scalar, out;
  options o;
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--seeds", seeds, "N", "number of seeds (32)");
  add("--first-seed", first_seed, "S", "the seeds are S, S+1, ... (1000)");
  add("--times", times, "F", "train to F published lengths, up to 100 (100)");
  add("--rate-adaptive", adaptive, "R", "rate of the paper's adaptive rule (0.01)");
  add("--rate-gd", gd, "R", "rate of gradient descent (0.01)");
  add("--rate-adam", adam, "R", "rate of Adam (0.001)");
  add("--horizon", horizon, "H", "entries 0..H-1 of the impulse response that are compared (40)");
  add("--scalar", scalar, "float|double", "arithmetic (float)");
  add("--out", out, "DIR", "write quantiles and every seed over the steps, as CSV and npz (no files)");
  app.add_flag("--overwrite", o.overwrite, "replace files of other flags, which are refused else");
  app.add_flag("--json", o.json, "one JSON object per rule and kind of training set instead of the table");
  if (!parse(app, argc, argv)) return std::nullopt;

  if (seeds) o.seeds = integer_argument("--seeds", *seeds, 1, most_seeds);
  if (first_seed) o.first_seed = integer_argument("--first-seed", *first_seed, 0, 0xFFFF'FFFF - o.seeds + 1);
  if (times) o.times = integer_argument("--times", *times, 1, most_times);
  const auto rate = [](const auto& text, const char* flag, double& into) {
    if (!text) return;
    into = real_argument(flag, *text);
    if (into <= 0) refuse_argument(flag, "positive", *text);
  };
  rate(adaptive, "--rate-adaptive", o.rate_adaptive);
  rate(gd, "--rate-gd", o.rate_gd);
  rate(adam, "--rate-adam", o.rate_adam);
  if (horizon) o.horizon = integer_argument("--horizon", *horizon, 1, most_horizon);
  if (scalar) o.single = choice_argument("--scalar", *scalar, {"float", "double"}) == 0;
  if (out) {
    if (out->empty()) refuse_argument("--out", "a directory", "");
    o.out = *out;
  }
  if (o.overwrite && o.out.empty()) throw lssm::bad_argument("--overwrite needs --out DIR");
  return o;
}

}  // namespace aftermath
