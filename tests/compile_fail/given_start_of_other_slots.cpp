// expect: given_start: it has numbers for A, B and C, and the structure has other slots; write a start of your own (docs/init.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

using study = teacher_student<ssm<own::complex_modes<>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                              squared_error, descent<>, given_start>;
auto end = run<double>(study{}, 1);
