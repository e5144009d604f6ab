// expect: tensor: results as xtensor containers need #include <lssm/core/tensor.hpp>
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>
using namespace lssm;

int main() {
  const bound_system<double, real_diagonal<1>> system{{{0.5}, {1}, {1}}};
  return system.impulse_response(3)(2, 0, 0) > 0;
}
