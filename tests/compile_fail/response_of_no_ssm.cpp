// expect: response_cotangent: this layer is no ssm
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/loss.hpp>
#include <lssm/objective.hpp>
using namespace lssm;

using model = deep<ssm<real_diagonal<2>>, relu, last_output>;
std::vector<double> g(const deep_objective<double, model, dynamic, squared_error>& f) {
  return f.response_cotangent<1>(f.workspace());
}
