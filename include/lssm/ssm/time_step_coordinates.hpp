// SPDX-License-Identifier: BSD-3-Clause
// Coordinates of systems in continuous time with a learned step, as S4D and S5 have them.
//
//   s4d_coordinates    log(-Re a), Im a, C, log step     B stays as the start sets it (ones); of channelwise systems too
//   s5_coordinates     Re a, Im a, B, C, log step
#pragma once

#include "discretized.hpp"
#include "learn.hpp"

namespace lssm {

/// S4D's: real parts of eigenvalues stay below 0, steps above.
using s4d_coordinates = learn<through<state_real, minus_exponential>, state_imaginary, output_role,
                              through<time_role, exponential>>;
/// S5's: eigenvalues as they are, steps above 0.
using s5_coordinates = learn<state_role, input_role, output_role, through<time_role, exponential>>;

}  // namespace lssm
