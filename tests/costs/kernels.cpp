// SPDX-License-Identifier: BSD-3-Clause
// Work for .ci/costs, which counts its instructions: `kernels NAME` does one piece, the same in every run.
#include <cstdio>
#include <string_view>

#include <lssm/lssm.hpp>
#include <lssm/nn.hpp>

using namespace lssm;

namespace {

using data = training_set<16, gaussian<everywhere>>;
const given<real_diagonal<1>> teacher{.values = {{0.9}, {1}, {1}}};

template <class Model, class Loss, class Training, class Start>
double train(Training training, Start start) {
  const teacher_student<Model, given<real_diagonal<1>>, data, Loss, Training, Start> study{
      .teacher = teacher, .data = {.sequences = {.count = 10}}, .training = training, .start = start};
  return value_of(run<double>(study, 1).at_end.loss);
}
template <class Rule>
auto steps(double n) {
  return descent<Rule, unconstrained, first_of<step_limit>>{.rate = 1e-3, .stop = {{{.steps = n}}}};
}
const near_zero small{.state_deviation = 0.1, .io_deviation = 0.1};

double work(std::string_view name) {
  if (name == "gram_descent")
    return train<ssm<real_diagonal<10>>, squared_error>(steps<gradient_descent>(20000), small);
  if (name == "gram_adam") return train<ssm<real_diagonal<10>>, squared_error>(steps<adam>(10000), small);
  if (name == "raw_descent")
    return train<ssm<real_diagonal<10>>, absolute_error>(steps<gradient_descent>(2000), small);
  if (name == "flow")
    return train<ssm<real_diagonal<10>>, squared_error>(
        gradient_flow<rosenbrock, automatic, first_of<time_horizon>>{.stop = {{{.time = 1e4}}}}, small);
  if (name == "layers")
    return train<deep<ssm<real_diagonal<4>>, ssm<real_diagonal<4>>, last_output>, squared_error>(
        steps<adam>(500), network_start<near_zero, scaled_kernels>{.ssm = small});
  return -1;
}

}  // namespace

int main(int argc, char** argv) {
  const double loss = argc == 2 ? work(argv[1]) : -1;
  if (!(loss >= 0)) return 2;
  std::printf("%.3g\n", loss);
}
