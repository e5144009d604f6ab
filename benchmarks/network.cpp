// SPDX-License-Identifier: BSD-3-Clause
// One step of training an SSM with a network behind it by Adam; one iteration is one step, loss and stop rules included.
//
//   network/adam/float/d:10/kappa:6             two evaluations of the network for all sequences (homogeneous networks)
//   network/adam/float/d:10/kappa:6/general     one for every sequence, as networks with biases need it
//
// Width 15, depth 2 (1-15-15-1, ReLU, no biases), 40 normal sequences, 20 of them special: zero but in their last two
// entries. The counter flops is a rate: multiplications and additions of the formulas. Checked against plain loops.
#include <lssm/lssm.hpp>
#include <memory>
#include <optional>

#include "checked.hpp"
#include "network_problem.hpp"

namespace {

using lssm::integer;

constexpr integer modes = 10, length = 6, width = 15, sequences = 40;
using hidden = lssm::dense<width, lssm::without_bias>;
using network = lssm::sequential<hidden, lssm::relu, hidden, lssm::relu, lssm::dense<1, lssm::without_bias>>;
using student = lssm::with_network<lssm::ssm<lssm::real_diagonal<modes>>, network>;
using training = lssm::descent<lssm::adam, lssm::unconstrained, lssm::first_of<>>;

template <class T, class Way>
struct trainer {
  using objective = lssm::network_objective<T, student, length, lssm::squared_error, Way>;
  network_problem problem{modes, length, width, sequences};
  training how{.rate = 1e-3};
  objective f{student{}, student{}.template make<T>(),
              lssm::labelled<T>{
                  {problem.x.begin(), problem.x.end()}, {problem.y.begin(), problem.y.end()}, length, 1, {}}};
  std::optional<lssm::descent_state<training, objective>> state;

  void start() {
    auto theta = f.theta();
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = T(problem.start[i]);
    state.emplace(std::span<const training>(&how, 1), f, lssm::view<T>(theta));
  }
  void steps(long n) {
    const lssm::flush_denormals none;  // as the example has it: units die, and their means underflow
    for (; n > 0; --n) state->step();
  }
};

template <class T, class Way>
void add(const std::string& name, double flops) {
  auto* t = new std::shared_ptr<trainer<T, Way>>;  // lives as long as the program
  checked::add(name, flops, 10,
               {[=] { (*t)->start(); },
                [=] {
                  if (!*t) *t = std::make_shared<trainer<T, Way>>();
                  const network_problem& p = (*t)->problem;
                  (*t)->start();
                  (*t)->steps(20);
                  const auto gradient = [&](const auto& theta) { return p.gradient(theta); };
                  return checked::same_way(p.start, (*t)->state->theta(),
                                           plain_adam(p.start, gradient, 1e-3, 20), lssm::epsilon_of<T>);
                },
                [=](long n) { (*t)->steps(n); }});
}

/// `rows` evaluations of the network; forwards once, back twice.
constexpr double flops_of(double rows) {
  constexpr double d = modes, kappa = length, weights = width + width * width + width;
  return d * 2 * kappa + d * (4 * kappa - 6) + 3 * d + rows * 6 * weights + sequences * (4 * kappa + 6) +
         12 * (3 * d + weights);
}

}  // namespace

int main(int argc, char** argv) {
  add<float, lssm::two_values>("network/adam/float/d:10/kappa:6", flops_of(2));
  add<float, lssm::every_value>("network/adam/float/d:10/kappa:6/general", flops_of(sequences));
  add<double, lssm::two_values>("network/adam/double/d:10/kappa:6", flops_of(2));
  add<double, lssm::every_value>("network/adam/double/d:10/kappa:6/general", flops_of(sequences));
  return checked::run(argc, argv);
}
