// SPDX-License-Identifier: BSD-3-Clause
// One step of training a standalone SSM, all three matrices, through the library's training state; one iteration is one
// step.
//
//   run/gd/float/d:10/kappa:6                 what run and drive do where nobody looks: losses, best loss, target and limit
//   run/adam/..., run/adaptive/...            other rules; the second is the paper's, with the norm of the full matrix
//   step/gd/float/d:10/kappa:6                gradient descent by advance(n): no loss in between
//   step/gd_with_loss/float/d:10/kappa:6      the same by step(): loss, stop rules and best loss at every step
//   step/adam_with_loss/float/d:10/kappa:6    another rule
//
// kappa 6 and 10 with 18 sequences, 100 with 100 sequences; float and double; sizes known to the compiler. The counter
// flops is a rate: multiplications and additions of the Gram form, whatever a program does. Checked against back-propagation
// through time in plain loops.
#include <lssm/lssm.hpp>
#include <memory>
#include <optional>

#include "checked.hpp"
#include "step_problem.hpp"

namespace {

using lssm::integer, lssm::view;

/// Neither ends a measurement: the target is zero, and the limit is where float stops counting.
using target_and_limit = lssm::first_of<lssm::target_loss, lssm::step_limit>;

/// A training of Rule on the problem; it can be started anew.
template <class T, integer D, integer K, class Rule, class Stop>
struct trainer {
  using training = lssm::descent<Rule, lssm::unconstrained, Stop>;
  using student = lssm::ssm<lssm::real_diagonal<D>, lssm::learn_all>;
  using objective = lssm::objective<T, student, K, lssm::squared_error>;

  step_problem<T> problem;
  training how{};
  objective f;
  std::optional<lssm::descent_state<training, objective>> state;

  explicit trainer(int sequences)
      : problem(D, K, sequences),
        f(lssm::make_objective<T, K>(student{}, system(),
                                     lssm::labelled<T>{problem.x, problem.y, K, 1, problem.h},
                                     lssm::squared_error{})) {}

  typename student::template system<T> system() const {
    auto s = student{}.template make<T>();
    std::copy(problem.a.begin(), problem.a.end(), s.a.begin());
    std::copy(problem.b.begin(), problem.b.end(), s.b.begin());
    std::copy(problem.c.begin(), problem.c.end(), s.c.begin());
    return s;
  }
  void start(double rate) {
    how.rate = rate;
    if constexpr (std::is_same_v<Stop, target_and_limit>) how.stop = {{.value = 0}, {.steps = 1.6e7}};
    state.emplace(std::span<const training>(&how, 1), f, view<T>(f.theta()));
  }
};

/// Multiplications and additions of a step in Gram form.
constexpr double flops_of(double d, double kappa) {
  return d * 2 * kappa + d * (4 * kappa - 6) + 9 * d + 2 * kappa * kappa + kappa;
}

/// `steps(state, n)` takes n steps.
template <class T, integer D, integer K, class Rule, class Stop = lssm::first_of<>, class Steps>
void add(const std::string& name, int sequences, double flops, long batch, double rate, Steps steps) {
  using kind = trainer<T, D, K, Rule, Stop>;
  auto* t = new std::shared_ptr<kind>;  // lives as long as the program, its problem from when it is asked for
  const auto correct = [=] {
    if (!*t) *t = std::make_shared<kind>(sequences);
    const auto& problem = (*t)->problem;
    const auto gradient = [&](const auto& theta) { return problem.gradient(theta); };
    (*t)->start(rate);
    steps(*(*t)->state, 20);
    const auto plain = std::is_same_v<Rule, lssm::adam> ? plain_adam(problem.start(), gradient, rate, 20)
                       : std::is_same_v<Rule, lssm::adaptive_rate<>>
                           ? plain_adaptive(problem.start(), problem, rate, 20)
                           : plain_descent(problem.start(), gradient, rate, 20);
    return checked::same_way(problem.start(), (*t)->state->theta(), plain, lssm::epsilon_of<T>);
  };
  checked::add(name + "/d:" + std::to_string(D) + "/kappa:" + std::to_string(K), flops, batch,
               {[=] { (*t)->start(1e-5); }, correct,
                [=](long n) {
                  if (!(*t)->state->running()) (*t)->start(1e-5);  // some come to a loss of exactly zero
                  steps(*(*t)->state, n);
                }});
}

template <class T, integer D, integer K>
void add_steps(const std::string& scalar, int sequences) {
  const auto one_by_one = [](auto& state, long n) {
    for (; n > 0; --n) state.step();
  };
  const auto run = [](auto& state, long n) { state.walk(n); };
  add<T, D, K, lssm::gradient_descent, target_and_limit>("run/gd/" + scalar, sequences,
                                                         flops_of(D, K) + 3 * K, 1000, 1e-2, run);
  add<T, D, K, lssm::adam, target_and_limit>("run/adam/" + scalar, sequences,
                                             flops_of(D, K) + 3 * K + 12 * 3 * D, 100, 1e-2, run);
  add<T, D, K, lssm::adaptive_rate<>, target_and_limit>("run/adaptive/" + scalar, sequences,
                                                        flops_of(D, K) + 3 * K, 100, 1e-2, run);
  add<T, D, K, lssm::gradient_descent>("step/gd/" + scalar, sequences, flops_of(D, K), 1000, 1e-2,
                                       [](auto& state, long n) { state.advance(n); });
  add<T, D, K, lssm::gradient_descent>("step/gd_with_loss/" + scalar, sequences, flops_of(D, K) + 3 * K, 10,
                                       1e-2, one_by_one);
  add<T, D, K, lssm::adam>("step/adam_with_loss/" + scalar, sequences, flops_of(D, K) + 3 * K + 12 * 3 * D,
                           10, 1e-2, one_by_one);
}

}  // namespace

int main(int argc, char** argv) {
  add_steps<float, 10, 6>("float", 18);
  add_steps<float, 20, 10>("float", 18);
  add_steps<float, 1000, 100>("float", 100);
  add_steps<double, 10, 6>("double", 18);
  add_steps<double, 20, 10>("double", 18);
  add_steps<double, 1000, 100>("double", 100);
  return checked::run(argc, argv);
}
