// expect: chunk_mode, scan_mode: the structure has neither modes nor advance with state_size: recurrence_mode and fft_mode need the impulse response alone (docs/execution.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm/execution.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

void run(const bound_system<double, own::dense_matrix<false>>& system, std::span<const double> x,
         std::span<double> y) {
  outputs_by(chunk_mode{}, system, x, y);
}
