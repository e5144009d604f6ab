// SPDX-License-Identifier: BSD-3-Clause
// core: scalars and their customization points, sizes, `parts`, errors and statuses, random streams, doorways.
//
// Not included here, because they ask for other libraries: core/tensor.hpp (xtensor), core/pack.hpp (xsimd),
// core/linalg.hpp (xtensor-blas).
#pragma once

#include "core/compiler.hpp"
#include "core/denormals.hpp"
#include "core/dual.hpp"
#include "core/error.hpp"
#include "core/extent.hpp"
#include "core/inverse_root.hpp"
#include "core/parts.hpp"
#include "core/philox.hpp"
#include "core/quad.hpp"
#include "core/random.hpp"
#include "core/scalar.hpp"
#include "core/status.hpp"
#include "core/storage.hpp"
#include "core/streams.hpp"
#include "core/tensor_of.hpp"
#include "core/text.hpp"
#include "core/type_name.hpp"
#include "core/version.hpp"
