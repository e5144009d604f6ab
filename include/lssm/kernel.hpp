// SPDX-License-Identifier: BSD-3-Clause
// kernel: hot loops as free functions on contiguous memory. No allocation, no policies; preconditions are named.
#pragma once

#include "kernel/arithmetic.hpp"
#include "kernel/blocks.hpp"
#include "kernel/channel_convolution.hpp"
#include "kernel/complex_modes.hpp"
#include "kernel/convolution.hpp"
#include "kernel/dense.hpp"
#include "kernel/diagonal_sequences.hpp"
#include "kernel/error_function.hpp"
#include "kernel/full_gradient.hpp"
#include "kernel/gram.hpp"
#include "kernel/matrix.hpp"
#include "kernel/moving_means.hpp"
#include "kernel/newton_schulz.hpp"
#include "kernel/norm.hpp"
#include "kernel/polynomial.hpp"
#include "kernel/power_moments.hpp"
#include "kernel/second_order_modes.hpp"
#include "kernel/triangular_factor.hpp"
#include "kernel/two_sides.hpp"
