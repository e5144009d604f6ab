// SPDX-License-Identifier: BSD-3-Clause
// An objective without a model (docs/objective.md): any function with its gradient trains, by descents and by flows.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct valley {  // Rosenbrock's function: L = (1 - x)² + 100 (y - x²)²
  using scalar = double;
  struct evaluation {};  // no scratch
  integer parameters() const { return 2; }
  std::vector<double> theta() const { return {-1.2, 1}; }
  evaluation workspace() const { return {}; }
  double value_and_gradient(std::span<const double> t, std::span<double> d, evaluation&) const {
    const double x = t[0], y = t[1], e = y - x * x;
    d[0] = -2 * (1 - x) - 400 * x * e;
    d[1] = 200 * e;
    return (1 - x) * (1 - x) + 100 * e * e;
  }
  double loss_scale() const { return 1; }  // flows: what a small loss is measured against
};

template <class Training>
void show(const char* name, const Training& how) {
  const valley objective;
  auto training = Training::start(std::span<const Training>(&how, 1), objective);
  drive(training, silent{});
  const auto end = training.here();
  std::cout << name << ": " << training.lane_status(0) << " at " << end.theta[0] << ", " << end.theta[1]
            << '\n';
}

int main() {
  std::cout.precision(4);
  show("Adam", descent<adam>{.rate = 0.02, .stop = {{.value = 1e-8}, {.steps = 1e5}}});
  show("gradient flow", gradient_flow<dormand_prince>{});
}
