// SPDX-License-Identifier: BSD-3-Clause
// Policies of one's own: coordinates of the state matrix, a loss and a stop rule. Each is a plain struct of templates
// over the scalar; there is nothing to derive from or to register, and what one lacks, the compiler's first line names.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct squash {  // a = θ / √(1 + θ²) is stable whatever θ is
  static auto value(auto t) { return t / sqrt_of(1.0 + t * t); }
  static auto derivative(auto t) { return 1.0 / power(sqrt_of(1.0 + t * t), 3); }
  static auto second_derivative(auto t) {
    return -3.0 * t / power(sqrt_of(1.0 + t * t), 5);
  }                                                                 // stiff flows only
  static auto inverse(auto a) { return a / sqrt_of(1.0 - a * a); }  // for the start
};

struct
    pseudo_huber {  // ℓ = √(1 + r²) - 1, r = p - y: large errors count linearly; written without cancellation
  static auto root(auto r) { return sqrt_of(1.0 + r * r); }
  static auto value(auto p, auto y) { return (p - y) * (p - y) / (root(p - y) + 1.0); }
  static auto derivative(auto p, auto y) { return (p - y) / root(p - y); }
  static auto second_derivative(auto p, auto y) { return 1.0 / power(root(p - y), 3); }  // stiff flows only
};

struct settled {  // a low loss, but not one passed by on the way: the flow must have gone on for some time
  double loss = 1e-28, time = 100;
  static constexpr status reason = status::target_reached;
  auto fires(const auto& now) const { return now.loss <= loss && now.time >= time; }
};

template <class Coordinates, class Loss>
void train(const char* name) {
  using student = ssm<real_diagonal<6>, learn<Coordinates, output_matrix>>;
  using data = inject<training_set<8, gaussian<leading<3>>>, gaussian<at<-2>>>;
  using flow = gradient_flow<rosenbrock, automatic, first_of<settled, step_limit>>;
  using study = teacher_student<student, given<real_diagonal<1>>, data, Loss, flow, near_zero>;

  const study ours{.teacher = {.values = {{0.9}, {1}, {1}}},  // h = (1, 0.9, 0.81, ...)
                   .data = {.set = {.sequences = {.count = 12}}, .special = {.count = 4}},
                   .training = {.rtol = 1e-11},
                   .start = {.state_deviation = 0.2, .io_deviation = 0.3}};
  const auto end = run<double>(ours, 7);
  std::cout << name << ": " << end.status << ", generalization error " << end.generalization(40)
            << ", effective rank " << end.effective_rank() << '\n';
}

int main() {
  std::cout.precision(12);
  train<state_matrix, squared_error>("the paper's");
  train<through<state_matrix, squash>, squared_error>("other coordinates");
  train<state_matrix, pseudo_huber>("another loss");
  train<through<state_matrix, squash>, pseudo_huber>("both");
}
