// SPDX-License-Identifier: BSD-3-Clause
// nn: layers that may stand before, behind and between SSMs, and models of them.
#pragma once

#include "nn/activation.hpp"
#include "nn/concepts.hpp"
#include "nn/deep.hpp"
#include "nn/dense.hpp"
#include "nn/draw_place.hpp"
#include "nn/dropout.hpp"
#include "nn/gated.hpp"
#include "nn/last_output.hpp"
#include "nn/layered_system.hpp"
#include "nn/normalization.hpp"
#include "nn/sequential.hpp"
#include "nn/skip_connection.hpp"
#include "nn/ssm_layer.hpp"
#include "nn/with_network.hpp"
