// SPDX-License-Identifier: BSD-3-Clause
// analysis: what a control engineer asks of a system, in discrete time: norms with brackets and statuses, Gramians, Hankel
// singular values (docs/analysis.md).
#pragma once

#include "analysis/dense_measures.hpp"
#include "analysis/dense_system.hpp"
#include "analysis/h2_norm.hpp"
#include "analysis/hankel_values.hpp"
#include "analysis/hinf_norm.hpp"
#include "analysis/l1_norm.hpp"
#include "analysis/modal_form.hpp"
#include "analysis/reduction.hpp"
#include "analysis/stability.hpp"
