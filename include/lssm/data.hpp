// SPDX-License-Identifier: BSD-3-Clause
// data: supports, fills, training sets, teachers, and labelling.
#pragma once

#include "data/batches.hpp"
#include "data/deep_teacher.hpp"
#include "data/every_step.hpp"
#include "data/fill.hpp"
#include "data/filter.hpp"
#include "data/given_labels.hpp"
#include "data/graded.hpp"
#include "data/gram_matrix.hpp"
#include "data/in_float.hpp"
#include "data/label.hpp"
#include "data/network_teacher.hpp"
#include "data/pictures.hpp"
#include "data/support.hpp"
#include "data/teacher.hpp"
#include "data/training_set.hpp"
#include "data/white_noise.hpp"
