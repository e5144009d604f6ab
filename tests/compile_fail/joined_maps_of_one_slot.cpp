// expect: joined_maps: a slot is moved by two of the maps (docs/coordinates.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using coordinates = joined_maps<polar_modes<>, learn<output_role, state_role>>;
auto model = ssm<complex_diagonal<2>, coordinates>{}.make<double>();
