// SPDX-License-Identifier: BSD-3-Clause
// measure: functions of systems, of impulse responses and of the cotangent g; nothing of studies.
//
// Not included here, because it asks for a BLAS: measure/hankel.hpp (memory of an impulse response).
#pragma once

#include "measure/accuracy.hpp"
#include "measure/expected_risk.hpp"
#include "measure/gamma.hpp"
#include "measure/generalization_error.hpp"
#include "measure/quantile.hpp"
#include "measure/sequence_test_set.hpp"
#include "measure/spectrum.hpp"
#include "measure/test_set.hpp"
