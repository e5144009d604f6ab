// SPDX-License-Identifier: BSD-3-Clause
// What `optimizer_map` is asked to draw.
#pragma once

#include <optional>

#include "../discrete/saved_runs.hpp"
#include "../support/executor.hpp"
#include "../support/map_axis.hpp"
#include "../support/output_flags.hpp"
#include "rules.hpp"

namespace optimizer_map {

using discrete::setting;
using axis_kind = support::axis_kind<setting>;

inline const std::vector<axis_kind>& axis_kinds() {
  static const std::vector<axis_kind> kinds = {
      {"rate", false, 1e-30, 1e15, [](setting& s, double x) { s.rate = s.rate_special = x; }, "rate"},
      {"init-scale", false, 1e-30, 1e15,
       [](setting& s, double x) {
         for (double* number : {&s.warm, &s.init_sd_state, &s.init_sd_io}) *number *= x;
       },
       "factor on all of the start"}};
  return kinds;
}

struct options {
  discrete::options of;  // one setting
  support::map_axis<setting> rate, scale;
  std::vector<std::size_t> rules;  // places in rule_names
  std::vector<std::uint32_t> seeds;
  double learned = 0.5;  // students whose median error is at most this have learned
  double effect = 2;     // poison that multiplies or divides the error by this harms or helps
  support::chosen_executor executor;
  std::string out;
  bool overwrite = false, json = false;

  setting at(double rate_value, double scale_value) const {
    setting s = of.settings[0];
    rate.kind->set(s, rate_value);
    scale.kind->set(s, scale_value);
    return s;
  }
  /// Every number that the runs of a rule depend on, those of axes and seeds apart.
  std::string label(std::size_t rule) const {
    discrete::options shared = of;
    shared.settings[0].seeds.clear();
    shared.settings[0].optimizer = rule_names[rule].flag;
    return discrete::label_of(shared, "optimizer_map") + " --rate " + rate.text + " --init-scale " +
           scale.text;
  }
};

inline constexpr integer most_seeds = 10'000, most_runs = 20'000'000;

/// The flags as they were typed.
struct typed {
  discrete::typed setting;
  std::optional<std::string> rules, rates, scales, seeds, first_seed, learned, effect, out;
  support::typed_executor executor;
  bool resume = false, overwrite = false, json = false;
};

/// A list of names, each once.
inline std::vector<std::size_t> rules_argument(const std::string& text) {
  std::vector<std::string> names;
  for (const rule_name& r : rule_names) names.emplace_back(r.flag);
  std::vector<std::size_t> rules;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::size_t rule = support::choice_argument("--rules", text.substr(begin, end - begin), names);
    if (std::count(rules.begin(), rules.end(), rule) > 0)
      support::refuse_argument("--rules", "each rule once", text);
    rules.push_back(rule);
    begin = end + 1;
  }
  return rules;
}

/// LOW:HIGH:N, at equal ratios.
inline support::map_axis<setting> range_argument(const char* flag, const std::string& text,
                                                 const std::string& name) {
  if (std::count(text.begin(), text.end(), ':') != 2) support::refuse_argument(flag, "LOW:HIGH:N", text);
  const std::size_t first = text.find(':'), second = text.find(':', first + 1);
  const double low = support::real_argument(flag, text.substr(0, first)),
               high = support::real_argument(flag, text.substr(first + 1, second - first - 1));
  const bool one = lssm::number_from<integer>(text.substr(second + 1)) == 1;
  if (one ? low != high : low >= high)
    support::refuse_argument(flag, one ? "LOW:LOW:1 where N is 1" : "LOW:HIGH:N with LOW below HIGH", text);
  return support::axis_argument(flag, name + ":" + text + ":log", axis_kinds());
}

inline options checked(const typed& t, const discrete::program& of) {
  using namespace support;
  options o;
  o.rate = range_argument("--rates", t.rates.value_or("1e-4:1:17"), "rate");
  o.scale = range_argument("--scales", t.scales.value_or("0.1:10:9"), "init-scale");
  if (t.setting.paper && *t.setting.paper == "all")
    refuse_argument("--paper", "one setting", *t.setting.paper);
  if (t.setting.optimizer) throw lssm::bad_argument("--optimizer is not for optimizer_map: see --rules");
  if (t.setting.rate) throw lssm::bad_argument("--rate is not for optimizer_map: see --rates");
  o.of = discrete::checked(t.setting, of);
  if (o.of.settings[0].reset_io)
    throw lssm::bad_argument("--reset-io, and settings with it, are not for optimizer_map");
  if (t.rules)
    o.rules = rules_argument(*t.rules);
  else
    for (std::size_t r = 0; r < rule_names.size(); ++r) o.rules.push_back(r);
  if (t.setting.seed) {
    if (t.seeds || t.first_seed)
      throw lssm::bad_argument("--seed lists the seeds; --seeds and --first-seed count them: not both");
    o.seeds = seed_list("--seed", *t.setting.seed);
  } else {
    const integer count = t.seeds ? integer_argument("--seeds", *t.seeds, 1, most_seeds) : 16;
    const integer first =
        t.first_seed ? integer_argument("--first-seed", *t.first_seed, 0, 0xFFFF'FFFF - count + 1) : 1000;
    o.seeds = lssm::consecutive_seeds(static_cast<std::uint32_t>(first), count);
  }
  const auto runs = static_cast<integer>(o.rate.values.size() * o.scale.values.size() * o.seeds.size() *
                                         o.rules.size() * 2);
  if (runs > most_runs)
    refuse_argument("the cells times twice the seeds", "at most " + std::to_string(most_runs),
                    std::to_string(runs));
  if (t.learned) o.learned = real_argument("--learned", *t.learned);
  if (!(o.learned > 0)) refuse_argument("--learned", "positive", *t.learned);
  if (t.effect) o.effect = real_argument("--effect", *t.effect);
  if (!(o.effect > 1)) refuse_argument("--effect", "above 1", *t.effect);
  o.executor = t.executor.checked();
  support::read_output_flags(t, o);
  o.json = t.json;
  return o;
}

/// Nothing if all that was asked for is the help.
inline std::optional<options> read_options(int argc, const char* const* argv) {
  discrete::program of{
      .name = "optimizer_map",
      .published = standalone::published(),
      .preset = 8,
      .by_the_authors = {},
      .optimizers = standalone::optimizers,
      .network = false,
      .about =
          "Which update rule keeps, breaks or reverses the implicit bias: students without and with special\n"
          "sequences, over rate and scale of the start. "};
  setting& preset = of.published[of.preset];
  preset.after = preset.after_special = 10'000;
  preset.max_steps = 100'000;
  CLI::App app{of.about + "Without --paper: " + of.published[of.preset].name + ".\n", of.name};
  typed t;
  const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
    app.add_option(name, value, text)->type_name(type);
  };
  std::string names;
  for (const rule_name& r : rule_names) names += (names.empty() ? "" : ",") + std::string(r.flag);
  add("--rules", t.rules, "RULE,...", "a map for each (" + names + ")");
  add("--rates", t.rates, "LOW:HIGH:N", "N rates across, at equal ratios (1e-4:1:17)");
  add("--scales", t.scales, "LOW:HIGH:N", "N factors on all of the start upwards (0.1:10:9)");
  add("--seeds", t.seeds, "N", "runs of every cell, and as many with special sequences (16)");
  add("--first-seed", t.first_seed, "S", "their seeds are S, S+1, ... (1000)");
  add("--learned", t.learned, "E", "a median error of at most E is a student that has learned (0.5)");
  add("--effect", t.effect, "R", "special sequences harm or help from R times the error on (2)");
  t.executor.add_flags(app);
  add("--out", t.out, "DIR", "write map.csv and every run; the same command goes on where it stopped");
  app.add_flag("--resume", t.resume, "go on with what --out has, as the same command does anyway");
  app.add_flag("--overwrite", t.overwrite, "replace a map of other flags, which is refused else");
  app.add_flag("--json", t.json, "one JSON object per cell and line instead of the table");
  discrete::add_flags(app, t.setting, of);
  if (!support::parse(app, argc, argv)) return std::nullopt;
  return checked(t, of);
}

}  // namespace optimizer_map
