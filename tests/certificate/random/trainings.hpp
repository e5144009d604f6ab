// SPDX-License-Identifier: BSD-3-Clause
// Verdicts on trained students: the paper's setting poison6 under several attacks, with and without a constraint.
#pragma once

#include <iostream>
#include <lssm/all.hpp>
#include <map>
#include <string>

namespace random_certificates {

using namespace lssm;

template <class Constraint>
using poison6 = teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<1>>,
                                training_set<6, in_float<gaussian<leading<2>>>>, squared_error,
                                descent<adaptive_rate<>, Constraint>, rearranged_start, framework_streams>;

template <class Constraint>
poison6<Constraint> make_poison6() {
  poison6<Constraint> s;
  s.teacher.values = {{1}, {1}, {1}};
  s.data.sequences.count = 8;
  s.training.rate = 0.0025;
  s.training.after = 5604;
  s.training.stop.template get<target_loss>().value = 0.01;
  s.training.stop.template get<step_limit>().steps = 160'000;
  s.start = {
      .state_deviation = 0.001, .io_deviation = 0.001, .gap_factor = 5, .warm = 0.1, .teacher_states = 1};
  return s;
}

inline const std::vector<std::string> attacks = {"clean", "special", "lag 0", "dense", "hidden", "denial"};

/// Edits the inputs of a clean set; labels are the teacher's afterwards.
template <class Stream>
void poison(const std::string& attack, labelled<double>& d, Stream& draws) {
  const auto add = [&](std::vector<double> x) { d.x.insert(d.x.end(), x.begin(), x.end()); };
  if (attack == "special")
    for (int i = 0; i < 10; ++i) add({0, 0, 0, 0, draws.normal(), 0});
  if (attack == "lag 0") add({0, 0, 0, 0, 0, 1});
  if (attack == "dense")
    for (int i = 0; i < 10; ++i)
      add({draws.normal(), draws.normal(), draws.normal(), draws.normal(), draws.normal(), draws.normal()});
  if (attack == "hidden")
    for (std::size_t n = 0; n < 8; ++n) d.x[n * 6 + 4] += 0.3;
  if (attack == "denial") add({0.1, 0, 0, 0, 0, -0.05});
}

struct counts {
  int certified = 0, open = 0, wrong = 0;
};

/// Trains a student and counts its verdicts; returns how many of them are false.
template <class Constraint>
int judge(const std::string& attack, std::uint32_t seed, std::map<std::string, counts>& told) {
  const auto study = make_poison6<Constraint>();
  auto bound = bind<double>(study, seed);
  numpy_legacy draws(seed + 10'000);
  poison(attack, bound.data, draws);
  bound.relabel();
  auto training = bound.training();
  while (training.running()) training.step();
  const auto end = read_lane(training, bound, 0);
  std::vector<double> h(40, 0.0);
  end.student.impulse_response(std::span<double>(h));
  double error = 0;
  for (double x : h) error = std::max(error, std::abs(x - 1));
  int violations = 0;
  for (const double mass : {1.0, 1.02, 1.1}) {
    const certificate c = certify(teacher_band(bound, {.mass = mass}, 40), end.student, 0.2);
    counts& n = told[attack + ", R = " + digits(mass)];
    n.certified += c.verdict == student_verdict::certified;
    n.wrong += c.verdict == student_verdict::wrong;
    n.open += c.verdict == student_verdict::open;
    const bool right = c.verdict != student_verdict::refuted && c.at_least <= error && error <= c.at_most &&
                       (c.verdict != student_verdict::certified || error <= 0.2) &&
                       (c.verdict != student_verdict::wrong || error > 0.2);
    if (right) continue;
    ++violations;
    std::cout << attack << ", seed " << seed << ", mass " << mass << ": error " << error << ", proved from "
              << c.at_least << " to " << c.at_most << ", " << to_string(c.verdict) << std::endl;
  }
  return violations;
}

/// At least so many trainings; false verdicts among them.
inline int judge_trainings(std::uint64_t trainings) {
  std::map<std::string, counts> told;
  int violations = 0;
  std::uint64_t done = 0;
  for (std::uint32_t seed = 1000; done < trainings; ++seed)
    for (const std::string& attack : attacks) {
      violations += judge<unconstrained>(attack, seed, told);
      violations += judge<bounded_state_matrix>(attack, seed, told);
      done += 2;
    }
  for (const auto& [what, n] : told)
    std::cout << what << ": " << n.certified << " certified, " << n.open << " open, " << n.wrong
              << " wrong\n";
  std::cout << done << " trainings, " << violations << " false verdicts\n";
  return violations;
}

}  // namespace random_certificates
