// SPDX-License-Identifier: BSD-3-Clause
// Attacks against defences (docs/defence.md), and how well a score finds harmful sets before training (docs/detection.md).
// Setting: poison6 of the paper with smaller steps, rate .0025, to loss .01 and 5604 steps more, at most 160000 in all.
//
//   defend --attacks none,special --defences none,leading+clip+floor --held-out 24
//   defend --detect 200                                                 so many drawn sets of each family
//
// Every defence is one type with other numbers: what is not asked for is a null member.
#include <CLI/CLI.hpp>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

#include "support/argument.hpp"
#include "support/program.hpp"
#include "support/spread.hpp"
#include "support/text_table.hpp"

namespace {

using namespace lssm;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr integer kappa = 6, baseline = 8;

/// Eight sequences, normal in their first two entries, with what an attack adds to them.
struct altered_baseline {
  std::vector<double> change{};  // (8, kappa) or empty
  everywhere support{};
  integer count = baseline;
  double draw(RandomStream auto& stream, integer i) const {
    const double x = i % kappa < 2 ? rounded_to_float(stream.normal()) : 0;
    return change.empty() ? x : x + change[static_cast<std::size_t>(i)];
  }
  void validate(integer, integer) const {}
};
struct added_sequences {
  std::vector<double> values{};  // (count, kappa)
  everywhere support{};
  integer count = 0;
  double draw(RandomStream auto&, integer i) const { return values[static_cast<std::size_t>(i)]; }
  void validate(integer, integer) const {}
};
using data_set = inject<training_set<kappa, altered_baseline>, gaussian<at<-2>>, added_sequences>;
using study =
    teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<1>>, data_set, squared_error,
                    descent<adaptive_rate<>, constraints<bounded_state_matrix, floored_input_output>>,
                    leading_mode<rearranged_start>, framework_streams, known_forms, drop_above<lag_energy>>;

study undefended() {
  study s{};
  s.teacher = {.values = {{1}, {1}, {1}}};
  std::get<0>(s.data.special).count = 0;
  s.training.rate = 0.0025;
  s.training.after = 5604;
  s.training.stop.get<target_loss>().value = 0.01;
  s.training.stop.get<step_limit>().steps = 160000;
  s.training.constraint = {{{.bound = 1e300}, {.floor = -inf}}};
  s.start = {{.state_deviation = 0.001, .io_deviation = 0.001, .gap_factor = 5, .warm = 0.1}, 1, 1};
  s.filter = {{.first = 0, .last = 3}, inf};
  return s;
}

const std::vector<std::string> attack_names{"none", "special", "lag0", "dense", "hidden", "denial"};
const std::vector<std::string> parts_of_defences{"none", "clip", "floor", "leading", "drop", "longer"};

void add(study& s, std::vector<double> values) {
  auto& group = std::get<1>(s.data.special);
  group.count = static_cast<integer>(values.size()) / kappa;
  group.values = std::move(values);
}
/// Numbers of this energy in all.
std::vector<double> normals(numpy_legacy& draws, std::size_t count, double energy) {
  std::vector<double> x(count);
  double sum = 0;
  for (double& z : x) z = draws.normal(), sum += z * z;
  for (double& z : x) z *= std::sqrt(energy / sum);
  return x;
}
void attack(study& s, const std::string& name, std::uint32_t seed) {
  if (name == "special") std::get<0>(s.data.special).count = 10;
  if (name == "lag0") add(s, {0, 0, 0, 0, 0, 1});
  if (name == "denial")
    add(s, {std::sqrt(0.08), 0, 0, 0, 0, -std::sqrt(0.02)});  // label positive, last negative
  if (name == "dense") {
    numpy_legacy draws(seed);
    add(s, normals(draws, 10 * kappa, 1));
  }
  if (name == "hidden") {  // .3 at lag 1 of every sequence
    s.data.set.sequences.change.assign(baseline * kappa, 0.0);
    for (std::size_t n = 0; n < baseline; ++n) s.data.set.sequences.change[n * kappa + 4] = 0.3;
  }
}
bool defend(study& s, const std::string& name) {
  for (const std::string& part : CLI::detail::split(name, '+')) {
    if (part == "clip")
      std::get<0>(s.training.constraint.each).bound = 1;
    else if (part == "floor")
      std::get<1>(s.training.constraint.each).floor = 1e-4;
    else if (part == "leading")
      s.start.state_factor = 5, s.start.io_factor = 3;
    else if (part == "drop")
      s.filter.most = 0;
    else if (part == "longer")
      s.training.after *= 10;
    else if (part != "none")
      return false;
  }
  return true;
}

struct result {
  double error, steps, ratio;  // error infinite: stalled
};
std::vector<result> train(const std::vector<study>& studies, const std::vector<std::uint32_t>& seeds) {
  using P = pack<double>;
  std::vector<result> out;
  for (std::size_t first = 0; first < seeds.size(); first += lanes_of<P>) {
    const std::size_t lanes = std::min(lanes_of<P>, seeds.size() - first);
    auto bound = bind_lanes<P, study>(std::span(studies).subspan(first, lanes),
                                      std::span(seeds).subspan(first, lanes));
    auto training = bound.training();
    while (training.running()) training.step();
    for (std::size_t i = 0; i < lanes; ++i) {
      const auto end = read_lane(training, bound.single(i), i);
      const double error = end.generalization(40);
      const bool reached = end.at_end.target_steps >= 0 && error < inf;
      out.push_back(
          {reached ? error : inf, end.at_end.steps, excitation_ratio{}.of_set(bound.single(i).data)});
    }
  }
  return out;
}
/// A family of drawn sets: clean, impulses, dense, noisy tails, hidden; energies from .001 to 20.
study drawn_set(integer family, std::uint32_t seed) {
  study s = undefended();
  s.training.stop.get<step_limit>().steps = 100000;
  numpy_legacy draws(seed);
  const auto below = [&](double n) { return std::min(n - 1, std::floor(draws.uniform() * n)); };
  const double energy = 1e-3 * std::pow(20 / 1e-3, draws.uniform());
  const auto count = static_cast<std::size_t>(1 + below(family == 4 ? 8 : 10));
  auto& change = s.data.set.sequences.change;
  if (family == 1) {
    std::vector<double> x(count * kappa, 0.0);
    const auto z = normals(draws, count, energy);
    for (std::size_t n = 0; n < count; ++n) x[n * kappa + static_cast<std::size_t>(below(kappa))] = z[n];
    add(s, std::move(x));
  }
  if (family == 2) add(s, normals(draws, count * kappa, energy));
  if (family >= 3) {
    const auto clean = bind<double>(s, seed).data;
    change.assign(baseline * kappa, 0.0);
    const auto z = normals(draws, 4 * baseline, energy);
    const double kind = below(3), entry = 4 + below(2);
    for (std::size_t n = 0; family == 3 && n < baseline; ++n)
      for (std::size_t k = 0; k < 4; ++k) change[n * kappa + 2 + k] = z[4 * n + k];
    for (std::size_t n = 0; family == 4 && n < count; ++n) {
      const double sign = kind < 1 ? 1 : std::copysign(kind < 2 ? 1. : -1., clean.y[n]);
      change[n * kappa + static_cast<std::size_t>(entry)] =
          sign * std::sqrt(energy / static_cast<double>(count));
    }
  }
  return s;
}

/// What the filter of a study sees.
labelled<double> unfiltered_data(study s, std::uint32_t seed) {
  s.filter.most = inf;
  return bind<double>(s, seed).data;
}

std::string digits(double x) { return support::rounded(x, 3); }

void table(const std::vector<std::string>& attacks, const std::vector<std::string>& defences,
           const std::vector<std::uint32_t>& seeds, bool json) {
  support::text_table text({"attack", "defence", "error", "quartiles", "stalled", "steps", "rho"});
  for (const std::string& by : attacks)
    for (const std::string& with : defences) {
      std::vector<study> studies;
      for (const std::uint32_t seed : seeds) {
        studies.push_back(undefended());
        attack(studies.back(), by, seed);
        defend(studies.back(), with);
      }
      std::vector<double> error, steps, ratio;
      integer stalled = 0;
      const bool left = !studies[0].filter.keep(unfiltered_data(studies[0], seeds[0])).empty();
      for (const result& r : left ? train(studies, seeds) : std::vector<result>(seeds.size(), {inf, 0, 0})) {
        if (r.error < inf) error.push_back(r.error);
        stalled += r.error < inf ? 0 : 1;
        steps.push_back(r.steps);
        ratio.push_back(r.ratio);
      }
      const double share = static_cast<double>(stalled) / static_cast<double>(seeds.size());
      const auto at = [&](double p) { return error.empty() ? std::nan("") : support::quantile(error, p); };
      if (json) {
        json_object line;
        line.add("attack", by).add("defence", with).add("seeds", integer(seeds.size())).add("error", at(.5));
        line.add("quartiles", std::vector{at(.25), at(.75)}).add("stalled", share);
        line.add("steps", support::quantile(steps, .5)).add("excitation_ratio", support::quantile(ratio, .5));
        std::cout << line.text() << std::endl;
      }
      text.add({by, with, digits(at(.5)), digits(at(.25)) + " " + digits(at(.75)), digits(share),
                digits(support::quantile(steps, .5)), digits(support::quantile(ratio, .5))});
    }
  if (!json) std::cout << text;
}

void detect(integer of_each, std::uint32_t first, bool json) {
  std::vector<double> harmless, harmful, all_but_harmful, calibration;
  std::vector<double> clean_errors;
  for (integer family = 0; family < 5; ++family) {
    std::vector<study> studies;
    std::vector<std::uint32_t> seeds;
    for (integer i = 0; i < of_each; ++i) {
      seeds.push_back(first + static_cast<std::uint32_t>(family * of_each + i));
      studies.push_back(drawn_set(family, seeds.back()));
    }
    const std::vector<result> results = train(studies, seeds);
    if (family == 0)
      for (const result& r : results) clean_errors.push_back(r.error), calibration.push_back(r.ratio);
    const double clean = support::quantile(clean_errors, .5);
    for (const result& r : results) {
      if (r.error > 10 * clean)
        harmful.push_back(r.ratio);
      else
        all_but_harmful.push_back(r.ratio);
      if (r.error < 3 * clean) harmless.push_back(r.ratio);
    }
  }
  const auto above = [](const std::vector<double>& v) {
    return integer(std::count_if(v.begin(), v.end(), [](double r) { return r > 10; }));
  };
  const auto found = exact_interval(above(harmful), integer(harmful.size()));
  const auto wrong = exact_interval(above(harmless), integer(harmless.size()));
  const double auc = area_under_roc(harmless, harmful), all = area_under_roc(all_but_harmful, harmful);
  if (json) {
    json_object line;
    line.add("harmful", integer(harmful.size())).add("harmless", integer(harmless.size())).add("auc", auc);
    line.add("auc_of_all", all).add("found", std::vector{found.low, found.high});
    line.add("false", std::vector{wrong.low, wrong.high});
    std::cout << line.text() << '\n';
    return;
  }
  std::cout << harmful.size() << " harmful sets (error > 10 times the clean median, or stalled), "
            << harmless.size() << " harmless (< 3 times)\nAUC of the excitation ratio " << digits(auc)
            << ", with the band between " << digits(all) << "\nratio > 10, exact 95 % intervals: found "
            << digits(found.low) << " to " << digits(found.high) << ", false " << digits(wrong.low) << " to "
            << digits(wrong.high) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("defend", [&] {
    CLI::App app("Attacks against defences, in the paper's setting poison6 with smaller steps.");
    std::string attacks = "none,special,lag0,dense,hidden,denial",
                defences = "none,drop,clip,leading,leading+clip+floor", seeds = "24", first = "500",
                sets = "0";
    bool json = false;
    app.add_option("--attacks", attacks, "of none,special,lag0,dense,hidden,denial");
    app.add_option("--defences", defences, "each none or some of clip,floor,leading,drop,longer with +");
    app.add_option("--held-out", seeds, "number of seeds");
    app.add_option("--held-out-first", first, "the first of them");
    app.add_option("--detect", sets, "drawn sets of each family, instead of the table");
    app.add_flag("--json", json, "one object per row");
    app.parse(argc, argv);
    const auto count = support::integer_argument("--held-out", seeds, 1, 100000);
    const auto from =
        static_cast<std::uint32_t>(support::integer_argument("--held-out-first", first, 0, 1000000000));
    const auto drawn = support::integer_argument("--detect", sets, 0, 100000);
    const auto by = CLI::detail::split(attacks, ','), with = CLI::detail::split(defences, ',');
    for (const std::string& name : by) support::choice_argument("--attacks", name, attack_names);
    for (const std::string& name : with) {
      study s = undefended();
      if (!defend(s, name))
        support::refuse_argument("--defences", "of none, clip, floor, leading, drop, longer", name);
    }
    support::at_work = true;
    if (drawn > 0) return detect(drawn, from, json);
    std::vector<std::uint32_t> list;
    for (integer i = 0; i < count; ++i) list.push_back(from + static_cast<std::uint32_t>(i));
    table(by, with, list, json);
  });
}
