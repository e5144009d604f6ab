// expect: teacher_student: the filter lacks keep(data), the places of the sequences that stay (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct loud {
  double most = 1;
};
teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>, squared_error,
                gradient_flow<>, theorem1_start, numpy_stream, known_forms, loud>
    study;
