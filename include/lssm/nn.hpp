// SPDX-License-Identifier: BSD-3-Clause
// nn: layers that may stand before or after an SSM.
#pragma once

#include "nn/activation.hpp"
#include "nn/concepts.hpp"
#include "nn/dense.hpp"
#include "nn/sequential.hpp"
#include "nn/with_network.hpp"
