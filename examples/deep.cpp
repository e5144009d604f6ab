// SPDX-License-Identifier: BSD-3-Clause
// Two SSMs in a row with an activation between them, trained with and without a clean-label special sequence.
// `deep --help` lists the flags, examples/support/program.hpp the exit codes.
#include <iostream>
#include <optional>

#include "deep/experiment.hpp"
#include "support/argument.hpp"
#include "support/program.hpp"
#include "support/spread.hpp"
#include "support/text_table.hpp"

namespace {

using namespace deep_example;
using support::rounded;

/// Nothing if all that was asked for is the help.
std::optional<std::pair<setting, bool>> read_options(int argc, const char* const* argv) {
  CLI::App app{
      "Two state space models in a row with an activation between them, trained with and without a "
      "clean-label\n"
      "special sequence: poison beyond the paper's settings. Both trainings reach a low loss; on longer "
      "test\n"
      "sequences the poisoned student is far off.\n",
      "deep"};
  std::optional<std::string> dim, length, between, seed, special, max_steps, horizon, test_sequences, target;
  bool json = false;
  const auto add = [&](const char* name, auto& value, const char* type, const char* text) {
    app.add_option(name, value, text)->type_name(type);
  };
  add("--dim", dim, "D", "states of both SSMs, 2 to 1000 (5)");
  add("--length", length, "K", "length of the training sequences, 3 to 1000 (7)");
  add("--between", between, "gelu|tanh|identity", "what stands between the SSMs (gelu)");
  add("--seed", seed, "S[,S...]", "seeds of start and test sequences (1,2,3,4,5)");
  add("--special", special, "0|1|both", "number of special sequences (both)");
  add("--target", target, "L", "the loss at which training ends (1e-6)");
  add("--max-steps", max_steps, "N", "steps at most, to 10000000 (40000)");
  add("--test-sequences", test_sequences, "N", "test sequences, to 100000 (500)");
  add("--horizon", horizon, "H", "length of the test sequences, to 10000 (40)");
  app.add_flag("--json", json, "one JSON object per run and line instead of the table");
  if (!support::parse(app, argc, argv)) return std::nullopt;

  setting s;
  const auto whole = [](const char* flag, const auto& text, integer& value, integer least, integer most) {
    if (text) value = support::integer_argument(flag, *text, least, most);
  };
  whole("--dim", dim, s.dim, 2, 1000);
  whole("--length", length, s.length, 3, 1000);
  whole("--max-steps", max_steps, s.max_steps, 0, 10'000'000);
  whole("--test-sequences", test_sequences, s.test_sequences, 1, 100'000);
  whole("--horizon", horizon, s.horizon, 1, 10'000);
  if (s.test_sequences * s.horizon > 10'000'000)
    support::refuse_argument("--test-sequences times --horizon", "at most 10000000",
                             std::to_string(s.test_sequences * s.horizon));
  const std::vector<std::string> activations{"gelu", "tanh", "identity"}, numbers{"0", "1", "both"};
  if (between) s.between = activations[support::choice_argument("--between", *between, activations)];
  if (seed) s.seeds = support::seed_list("--seed", *seed);
  if (target) s.target = support::real_argument("--target", *target);
  if (special) {
    const std::size_t choice = support::choice_argument("--special", *special, numbers);
    if (choice < 2) s.specials = {static_cast<integer>(choice)};
  }
  validate(s);
  return std::pair(s, json);
}

std::string json_line(const setting& s, std::uint32_t seed, integer special, const result& r) {
  json_object line;
  line.add("experiment", "deep").add("between", s.between).add("dim", s.dim).add("length", s.length);
  line.add("seed", seed).add("special", special).add("scalar", "double").add("status", r.status);
  line.add("steps", r.steps).add("train_loss", r.train_loss);
  line.add("generalization_error", r.generalization_error);
  line.add("eigenvalues_before", r.eigenvalues[0]).add("eigenvalues_behind", r.eigenvalues[1]);
  return line.add("seconds", r.seconds).text();
}

void run_all(const setting& s, bool json) {
  support::text_table rows({"seed", "special", "status", "steps", "loss", "|a|_1 before", "|a|_2 before",
                            "|a|_1 behind", "|a|_2 behind", "generalization error"});
  support::spread errors[2];
  for (std::uint32_t seed : s.seeds)
    for (integer special : s.specials) {
      const result r = train(s, seed, special);
      errors[special].add(r.generalization_error);
      if (json) std::cout << json_line(s, seed, special, r) << std::endl;
      rows.add({std::to_string(seed), std::to_string(special), std::string(to_string(r.status)),
                std::to_string(r.steps), rounded(r.train_loss, 2), rounded(r.eigenvalues[0][0], 4),
                rounded(r.eigenvalues[0][1], 4), rounded(r.eigenvalues[1][0], 4),
                rounded(r.eigenvalues[1][1], 4), rounded(r.generalization_error, 4)});
    }
  if (json) return;
  std::cout << "SSM, " << s.between << ", SSM: d = " << s.dim << ", length " << s.length
            << "; memory of the teacher before the " << s.between << " alone\n\n"
            << rows << "\nover seeds, on " << s.test_sequences << " test sequences of length " << s.horizon
            << "\n\n";
  support::text_table summary({"generalization error", "median", "mean (lowest to highest)"});
  for (integer special : s.specials)
    summary.add({special == 0 ? "without special sequence" : "with special sequence",
                 rounded(errors[special].median(), 4), errors[special].text()});
  std::cout << summary;
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("deep", [&] {
    if (const auto asked = read_options(argc, argv)) run_all(asked->first, asked->second);
  });
}
