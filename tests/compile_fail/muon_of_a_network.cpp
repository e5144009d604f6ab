// expect: muon: a network's weights are several matrices in one slot (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

using network = sequential<dense<4>, relu, dense<1>>;
using study = teacher_student<with_network<ssm<real_diagonal<3>>, network>, given<real_diagonal<1>>,
                              training_set<5, gaussian<everywhere>>, squared_error, descent<muon>, near_zero>;
auto end = run<double>(study{}, 242);
