// SPDX-License-Identifier: BSD-3-Clause
// init: how a study starts. A start is a callable on (system, stream) that writes every entry of A, B and C.
//
//   theorem1_start     near zero with a nearly tied leading pair, B = C = 1 (the published flows)
//   rearranged_start   Keras' weights, sorted, with a nearly tied leading pair (the published discrete-time runs)
//   annulus_start      complex modes in a ring, uniform or normal; LRU's
//   s4d_start, s5_start    complex modes in continuous time with a learned step
//   hippo_start        full matrices of HiPPO's systems, in steps
//   glorot_start       full matrices of uniforms by rows and columns
//   gaussian_start     independent normals, each matrix with its own mean and deviation
//   near_zero          the same with mean 0, and one deviation for B and C
//   uniform_start      independent uniforms, each matrix with its own interval
//   given_start        numbers
//   network_start      of SSMs with other layers: one of the above for each SSM, normals for kernels
#pragma once

#include "init/annulus_start.hpp"
#include "init/gaussian_start.hpp"
#include "init/given_start.hpp"
#include "init/glorot_start.hpp"
#include "init/hippo_start.hpp"
#include "init/near_zero.hpp"
#include "init/network_start.hpp"
#include "init/rearranged_start.hpp"
#include "init/theorem1_start.hpp"
#include "init/time_step_starts.hpp"
#include "init/uniform_start.hpp"
