// SPDX-License-Identifier: BSD-3-Clause
// What `rows_attack` is asked to do.
#pragma once

#include <lssm/core.hpp>
#include <lssm/sweep.hpp>
#include <optional>

#include "../support/argument.hpp"
#include "../support/program.hpp"

namespace rows_attack {

using lssm::integer;

inline constexpr integer most_seeds = 20;  // an exact test goes through all signs of so many

struct options {
  integer seeds = 8, first_seed = 1, targets = 10;
  bool boundary = false;      // targets of the highest loss, not at random
  bool mean_readout = false;  // the mean over time before the classifier, not the last step
  integer training = 1500, test = 2000, bases = 150;
  integer epochs = 15, steps = 60;
  std::string data = "/usr/share/datasets/fashion-mnist";
  integer threads = 1;
  std::string out;
  bool resume = false, json = false;

  /// Every number that the runs depend on, as flags.
  std::string label() const {
    using lssm::digits;
    return "rows_attack --seeds " + digits(seeds) + " --first-seed " + digits(first_seed) + " --targets " +
           digits(targets) + " --choice " + (boundary ? "boundary" : "random") + " --readout " +
           (mean_readout ? "mean" : "last") + " --training " + digits(training) + " --test " + digits(test) +
           " --bases " + digits(bases) + " --epochs " + digits(epochs) + " --steps " + digits(steps);
  }
};

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  using namespace support;
  CLI::App app{
      "Gradient matching against a classifier of Fashion-MNIST that reads pictures row by row: which rows "
      "must\n"
      "be altered so that ten test pictures are mistaken, and how much of it any retraining does.\n",
      "rows_attack"};
  options o;
  std::optional<std::string> seeds, first, targets, choice, readout, training, test, bases, epochs, steps,
      data, threads, out;
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--seeds", seeds, "N", "number of seeds; each is a draw of pictures, weights and targets (8)");
  add("--first-seed", first, "S", "the seeds are S, S+1, ... (1)");
  add("--targets", targets, "N", "test pictures of each seed that one poison is made for (10)");
  add("--choice", choice, "random|boundary",
      "targets at random among those told right, or those of the highest loss (random)");
  add("--readout", readout, "last|mean",
      "what the classifier sees: the last step or the mean over time (last)");
  add("--training", training, "N", "training pictures (1500)");
  add("--test", test, "N", "test pictures (2000)");
  add("--bases", bases, "N", "training pictures of which altered copies are added (150)");
  add("--epochs", epochs, "N", "passes through the training pictures (15)");
  add("--steps", steps, "N", "steps of the search (60)");
  add("--data", data, "FOLDER", "folder of the idx files (/usr/share/datasets/fashion-mnist)");
  add("--threads", threads, "N", "threads, where oneTBB is there (1)");
  add("--out", out, "DIR", "write tables as CSV, and logs of the runs (no files)");
  app.add_flag("--resume", o.resume, "go on with what --out has, as the same command does anyway");
  app.add_flag("--json", o.json, "one JSON object per arm instead of the table");
  if (!parse(app, argc, argv)) return std::nullopt;

  const auto number = [](const char* flag, const auto& text, integer& value, integer least, integer most) {
    if (text) value = integer_argument(flag, *text, least, most);
  };
  number("--seeds", seeds, o.seeds, 1, most_seeds);
  number("--first-seed", first, o.first_seed, 0, 0xFFFF'FFFF - o.seeds + 1);
  number("--training", training, o.training, 1, 60'000);
  number("--test", test, o.test, 1, 60'000);
  number("--targets", targets, o.targets, 1, o.test);
  number("--bases", bases, o.bases, 1, o.training);
  number("--epochs", epochs, o.epochs, 1, 1000);
  number("--steps", steps, o.steps, 0, 10'000);
  number("--threads", threads, o.threads, 1, 4096);
  if (choice) o.boundary = choice_argument("--choice", *choice, {"random", "boundary"}) == 1;
  if (readout) o.mean_readout = choice_argument("--readout", *readout, {"last", "mean"}) == 1;
  if (data) o.data = *data;
#ifndef LSSM_HAS_TBB
  if (o.threads > 1)
    throw lssm::bad_argument("--threads needs oneTBB, which was not there when this was built");
#endif
  if (out) {
    if (out->empty()) refuse_argument("--out", "a directory", "");
    o.out = *out;
  }
  if (o.resume && o.out.empty()) throw lssm::bad_argument("--resume needs --out DIR");
  return o;
}

}  // namespace rows_attack
