// SPDX-License-Identifier: BSD-3-Clause
// Statements of theory, checked on runs of your choice: each with the number that it predicts and the one that was measured
// (docs/theory.md). The checks are in theory/laws.hpp and take any bound study of a diagonal student.
#include <array>
#include <iostream>
#include <lssm/io.hpp>
#include <lssm/lssm.hpp>

#include "support/argument.hpp"
#include "support/program.hpp"
#include "support/text_table.hpp"
#include "theory/laws.hpp"

namespace {

using namespace lssm;
using support::rounded;

struct options {
  integer dim = 4, length = 6;
  double scale = 0.05, rate = 0.01;
  std::uint32_t seed = 1;
  bool json = false;
};

using teacher_type = given<real_diagonal<1>>;
const teacher_type teacher{.values = {{0.9}, {1}, {1}}};

// A alone, B = C = 1, one impulse at the first entry: the baseline of Theorem 1, from modes of your choice.
using baseline_study =
    teacher_student<ssm<real_diagonal<>, learn<state_matrix>>, teacher_type,
                    training_set<dynamic, unit<at<0>>>, squared_error, gradient_flow<>, given_start>;
baseline_study baseline(const options& o, double scale) {
  baseline_study study{.student = {.structure = {o.dim}},
                       .teacher = {.values = {{1}, {1}, {1}}},
                       .data = {.length = o.length},
                       .training = {.rtol = 1e-12}};
  for (integer j = 0; j < o.dim; ++j)
    study.start.a.push_back(scale * (1 - 0.5 * static_cast<double>(j) / static_cast<double>(o.dim)));
  return study;
}

// Theorem 1 with modes of your choice: A alone, B = C = 1, an impulse at the first entry, and with `special` one at the
// last but one. The teacher answers 1 at every lag but 0, where all such students answer d. The second mode is `gap`
// below the first, relatively.
using theorem_study = teacher_student<ssm<real_diagonal<>, learn<state_matrix>>, given<real_diagonal<2>>,
                                      inject<training_set<dynamic, unit<at<0>>>, unit<at<-2>>>, squared_error,
                                      gradient_flow<>, given_start>;
theorem_study theorem(const options& o, double scale, double gap, integer special) {
  const double rest = std::sqrt(static_cast<double>(o.dim - 1));
  theorem_study study{.student = {.structure = {o.dim}},
                      .teacher = {.values = {{1, 0}, {1, rest}, {1, rest}}},
                      .training = {.rtol = 1e-10},
                      .start = baseline(o, scale).start};
  study.data.set.length = o.length;
  study.data.special.count = special;
  study.start.a[1] = scale * (1 - gap);
  return study;
}

// All of A, B and C from normals around small positive numbers, on normal sequences, with special ones or without.
template <class Training>
using full_study = teacher_student<ssm<real_diagonal<>>, teacher_type,
                                   inject<training_set<dynamic, gaussian<leading<2>>>, unit<at<-2>>>,
                                   squared_error, Training, gaussian_start>;
template <class Training>
full_study<Training> full(const options& o, integer special, const Training& training) {
  full_study<Training> study{.student = {.structure = {o.dim}}, .teacher = teacher, .training = training};
  study.data.set.length = o.length;
  study.data.set.sequences.count = 8;
  study.data.special = {.count = special, .amplitude = 3};
  study.start = {.state = {0.3, 0.1}, .input = {0.4, 0.1}, .output = {0.3, 0.1}};
  return study;
}
using rules = one_of<gradient_descent, heavy_ball, rmsprop, adam, sign_descent, normalized_descent>;
constexpr std::array<const char*, 6> rule_names{"gradient descent", "heavy ball", "RMSProp", "Adam", "signs",
                                                "normalized"};
constexpr std::array<bool, 6> follows_flow{true, true, false, false, false, true};
using stepwise = descent<rules, unconstrained, first_of<target_loss, step_limit>>;

/// One line of the result. A law holds where the measured number is within `allowed` of the predicted one, relative to that
/// unless it is 0; NaN: nothing is promised, or nothing was measured.
struct finding {
  std::string statement, run;
  double predicted, measured, allowed = std::nan("");

  std::string verdict() const {
    if (std::isnan(allowed) || std::isnan(measured)) return "-";
    const double scale = predicted == 0 ? 1 : std::abs(predicted);
    return std::abs(measured - predicted) <= allowed * scale ? "yes" : "no";
  }
};

class findings {
 public:
  explicit findings(bool json) : json_(json) {}
  /// With --json a line of its own at once.
  void add(const finding& f) {
    if (json_) {
      json_object line;
      line.add("statement", f.statement).add("run", f.run).add("predicted", f.predicted);
      std::cout << line.add("measured", f.measured).add("holds", f.verdict()).text() << std::endl;
    } else {
      const auto shown = [](double x) { return std::isnan(x) ? "-" : rounded(x, 4); };
      table_.add({f.statement, f.run, shown(f.predicted), shown(f.measured), f.verdict()});
    }
  }
  void show() const {
    if (!json_) std::cout << table_;
  }

 private:
  bool json_;
  support::text_table table_{{"statement", "run", "predicted", "measured", "holds"}};
};

void check(const options& o) {
  findings found(o.json);
  const gradient_flow<> exact{.rtol = 1e-10};
  // Laws of exact flow are missed by its integration, Proposition 1 by that of rates besides.
  for (const integer special : {0, 2}) {
    const auto bound = bind<double>(full(o, special, exact), o.seed);
    const std::string run = "A, B, C; " + std::to_string(special) + " special";
    found.add({"Proposition 1: error of da/dt", run, 0, theory::error_of_rates(bound), 1e-4});
    found.add({"b^2 - c^2 stays: change", run, 0, theory::drift_of_balance(bound), 1e-8});
  }
  theory::numbers changes;
  for (const double rate : {o.rate, o.rate / 2}) {
    const stepwise steps{.rate = rate, .rule = {.choice = 0}, .stop = {{{.value = 1e-6}, {.steps = 2e5}}}};
    changes.push_back(theory::drift_of_balance(bind<double>(full(o, 2, steps), o.seed)));
  }
  // Each step adds rate² ((dL/db)² - (dL/dc)²): half the rate, half the change.
  const std::string halved = "descent, rates " + rounded(o.rate, 3) + " and half of it";
  found.add({"b^2 - c^2 changes half as much", halved, changes[0] / 2, changes[1], 0.1});
  for (const double scale : {o.scale, o.scale / 2}) {
    const auto bound = bind<double>(baseline(o, scale), o.seed);
    const std::string run = "A alone from " + rounded(scale, 3);
    const auto k = static_cast<double>(o.length);
    found.add({"Proposition 1: error of da/dt", run, 0, theory::error_of_rates(bound), 1e-4});
    found.add({"a_i^-(k-3) - a_j^-(k-3) stays: change", run, 0, theory::drift_of_powers(bound), 1e-8});
    const auto escaped = theory::order_of(bound);
    found.add({"modes in another order than they began", run, 0, static_cast<double>(escaped.overtaken), 0});
    // On the plateau a' = 2 (k-1) a^(k-2): a passes 1/2 after this time, while its own answer is small.
    const double plateau = (std::pow(scale, 3 - k) - std::pow(0.5, 3 - k)) / (2 * (k - 1) * (k - 3));
    found.add({"time until the first mode passes 1/2", run, plateau, escaped.time, 0.02});
    // By the law of powers, with a_1 = 1/2: the second has a_2^-(k-3) = a_2(0)^-(k-3) - a_1(0)^-(k-3) + 2^(k-3).
    const double second = bound.study.start.a[1];
    const double then =
        std::pow(std::pow(second, 3 - k) - std::pow(scale, 3 - k) + std::pow(0.5, 3 - k), 1 / (3 - k));
    found.add({"growth of the second mode until then", run, then / second, escaped.others_then, 1e-6});
  }
  // How far the first two modes are apart at the start, against the effect of the special sequence. Without it the law of
  // powers gives the end. With it all modes come to one another first, and what decides are ratios of their distances:
  // not the scale.
  const double small = o.scale / 25;
  for (const double gap : {0.1, 1e-3, 1e-5, 1e-7}) {
    const auto error_of = [&](double scale, integer special) {
      return lssm::run<double>(theorem(o, scale, gap, special), o.seed).generalization(20);
    };
    double error = 0;  // over the teacher's largest answer, d
    const theory::numbers end = theory::end_by_powers(theorem(o, small, gap, 0).start.a, o.length);
    for (integer lag = 1; lag < 20; ++lag) {
      double answer = 0;
      for (const double a : end) answer += std::pow(a, static_cast<double>(lag));
      error = std::max(error, std::abs(answer - 1) / static_cast<double>(o.dim));
    }
    const double clean = error_of(small, 0), special = error_of(small, 1);
    const std::string run = "A alone from " + rounded(small, 3) + ", first two apart by " + rounded(gap, 3);
    found.add({"error without the special sequence", run, error, clean, 1e-4});
    found.add({"error with it, from half the start", run, special, error_of(small / 2, 1), 0.05});
    found.add({"error with it over that without", run, std::nan(""), special / clean});
  }
  const auto flow = bind<double>(full(o, 0, exact), o.seed);
  const auto path = theory::path_of(flow);
  const double flow_error = run<double>(full(o, 0, exact), o.seed).generalization(40);
  for (std::size_t i = 0; i < rule_names.size(); ++i) {
    const auto leave = [&](double rate) {
      const stepwise steps{.rate = rate,
                           .rule = {.choice = static_cast<integer>(i)},
                           .stop = {{{.value = 1e-4}, {.steps = 4e5}}}};
      return theory::distance_from_path(bind<double>(full(o, 0, steps), o.seed), path, 40);
    };
    const auto left = leave(o.rate / 10), half = leave(o.rate / 20);
    const std::string run = std::string(rule_names[i]) + ", " + std::string(to_string(left.how));
    found.add({"distance from the flow's path", run, 0, left.distance});
    // Descents of one rate for all follow the flow to first order in the rate; the others follow a path of their own.
    found.add({"distance at half the rate, over that", run, follows_flow[i] ? 0.5 : 1,
               half.distance / left.distance, 0.1});
    found.add({"generalization error, the flow's predicted", run, flow_error, left.error});
  }
  found.show();
}

std::optional<options> read_options(int argc, char** argv) {
  options o;
  std::optional<std::string> dim, length, scale, rate, seed;
  CLI::App app("Statements of theory, predicted and measured");
  app.add_option("--dim", dim, "modes of the student (4)");
  app.add_option("--length", length, "entries of a sequence (6)");
  app.add_option("--scale", scale, "the largest mode at first, where A alone is learned (0.05)");
  app.add_option("--rate", rate, "of gradient descent; rules are compared at a tenth of it (0.01)");
  app.add_option("--seed", seed, "of data and start (1)");
  app.add_flag("--json", o.json, "one line of JSON for each statement and run");
  if (!support::parse(app, argc, argv)) return {};
  if (dim) o.dim = support::integer_argument("--dim", *dim, 2, 64);
  if (length) o.length = support::integer_argument("--length", *length, 4, 64);
  if (scale) o.scale = support::real_argument("--scale", *scale);
  if (rate) o.rate = support::real_argument("--rate", *rate);
  if (!(o.scale >= 1e-3 && o.scale < 0.5))
    support::refuse_argument("--scale", "from 0.001 to below 0.5", *scale);
  if (!(o.rate > 0 && o.rate <= 0.1)) support::refuse_argument("--rate", "above 0 and at most 0.1", *rate);
  if (seed) {
    const auto seeds = support::seed_list("--seed", *seed);
    if (seeds.size() != 1) support::refuse_argument("--seed", "one integer", *seed);
    o.seed = seeds[0];
  }
  return o;
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("theory", [&] {
    const auto o = read_options(argc, argv);
    if (!o) return;
    support::at_work = true;
    check(*o);
  });
}
