// expect: generalization_error: a system lacks impulse_response(std::span<T>); of a study's teacher take teacher.bind<T>() (docs/measure.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

const bound_system<double, real_diagonal<2>> student{real_diagonal<2>{}.make<double>()};
const double error = generalization_error<double>(student, given<real_diagonal<1>>{}, 20);
