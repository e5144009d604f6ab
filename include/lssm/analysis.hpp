// SPDX-License-Identifier: BSD-3-Clause
// analysis: what a control engineer asks of a system, in discrete time: norms with brackets and statuses, Gramians, Hankel
// singular values, gradients (docs/analysis.md).
//
// Not included here, because they ask for a BLAS: analysis/dense_measures.hpp (full state matrices) and
// analysis/reduction.hpp (smaller systems).
#pragma once

#include "analysis/gradients.hpp"
#include "analysis/h2_norm.hpp"
#include "analysis/hankel_values.hpp"
#include "analysis/hinf_norm.hpp"
#include "analysis/l1_gradient.hpp"
#include "analysis/l1_norm.hpp"
#include "analysis/modal_form.hpp"
#include "analysis/stability.hpp"
