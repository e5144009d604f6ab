// expect: certify: a band is of one output; take a student of one output
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/certificate.hpp>
using namespace lssm;

auto of(const response_band& band, const bound_system<double, real_diagonal<3, 1, 2>>& student) {
  return certify(band, student, 0.2);
}
