// expect: watched_signs: the student has no diagonal A with one input and one output
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/defence.hpp>
#include <lssm/lssm.hpp>

using namespace lssm;

teacher_student<ssm<real_diagonal<2, 2>>, given<real_diagonal<1, 2>>,
                training_set<3, gaussian<everywhere>, 2>, squared_error, descent<>>
    study;
watched_signs<> signs;
int main() { run<double>(study, 1, signs); }
