// SPDX-License-Identifier: BSD-3-Clause
// The README's program: one clean-label sequence more, and the student generalizes forty times worse.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using student = ssm<real_diagonal<10>, learn<state_matrix>>;  // B = C = 1 stay as the start sets them
using clean = training_set<7, unit<at<0>>>;                   // one impulse at the first entry
using poisoned = inject<clean, unit<at<-2>>>;                 // plus a special one, second to last

template <class Data>  // one axis per argument; only Data differs below
using theorem1 =
    teacher_student<student, theorem1_teacher<10>, Data, squared_error, gradient_flow<>, theorem1_start>;

int main() {
  auto honest = run<double>(theorem1<clean>{}, 242);  // the scalar is bound here, once
  auto harmed = run<double>(theorem1<poisoned>{.training = {.rtol = 1e-13}}, 242);  // numbers are values
  std::cout.precision(12);
  std::cout << honest.generalization(20) << " vs " << harmed.generalization(20) << '\n';
}
