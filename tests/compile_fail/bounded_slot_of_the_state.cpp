// expect: bounded_state_matrix: a slot of your own counts with A, and how it bounds the eigenvalues is not known (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

struct marked : own::with_gain {  // says that its `a` holds eigenvalues
  static constexpr bool diagonal = true;
  using slots = slot_list<state_matrix, input_matrix, output_matrix, own::gain_of_the_state>;
};
using study = teacher_student<ssm<marked, learn<state_matrix, own::gain_of_the_state>>, theorem1_teacher<10>,
                              training_set<7, unit<at<0>>>, squared_error,
                              descent<gradient_descent, bounded_state_matrix>, own::gain_start>;
auto end = run<double>(study{}, 1);
