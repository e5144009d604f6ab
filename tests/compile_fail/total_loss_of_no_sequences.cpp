// expect: total_loss: the objective lacks sequences(), of how many losses its own is the mean (docs/train.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct bowl {
  using scalar = double;
  using model = void;
  struct evaluation {};
  integer parameters() const { return 1; }
  std::vector<double> theta() const { return {1}; }
  evaluation workspace() const { return {}; }
  double value_and_gradient(std::span<const double> theta, std::span<double> d, evaluation&) const {
    d[0] = theta[0];
    return theta[0] * theta[0] / 2;
  }
};
using rule = descent<gradient_descent, unconstrained, first_of<total_loss>>;
const rule description;
const bowl problem;
const std::vector<double> start{1};
auto training = rule::start(std::span(&description, 1), problem, std::span<const double>(start));
