// SPDX-License-Identifier: BSD-3-Clause
#include "theorem1.hpp"

#include <lssm/lssm.hpp>

namespace theorem1 {

using namespace lssm;

template <class T>
result<T> train(const setting& s, double rtol) {
  using study = teacher_student<ssm<real_diagonal<>, learn<state_matrix>>, theorem1_teacher<>,
                                inject<training_set<dynamic, unit<at<0>>>, unit<at<-2>>>, squared_error,
                                gradient_flow<>, theorem1_start>;
  const study ours{
      .student = {.structure = {s.d}},
      .teacher = {s.d},
      .data = {.set = {.length = s.kappa, .sequences = {}}, .special = {.support = {}, .count = s.special}},
      .loss = {},
      .training = {.rtol = rtol},
      .start = {.scale = s.scale, .gap_factor = s.gap_factor}};
  auto bound = bind<T>(ours, s.seed);
  const auto end = run<T>(ours, s.seed);
  return {end.status,
          value_of(end.at_end.loss),
          value_of(end.at_end.time),
          value_of(end.at_end.steps),
          end.generalization(20),
          {bound.theta.begin(), bound.theta.end()},
          {end.student.system.a.begin(), end.student.system.a.end()}};
}

template result<double> train(const setting&, double);
template result<long double> train(const setting&, double);
#if defined(__SIZEOF_FLOAT128__)
template result<quad> train(const setting&, double);
#endif

}  // namespace theorem1
