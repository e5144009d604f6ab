// expect: langevin: a rule around it has to pass on the seeds, by make_rule_state (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/lssm.hpp>
using namespace lssm;

template <class Rule>
struct halved {
  Rule rule{};
  friend bool operator==(const halved&, const halved&) = default;
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    typename Rule::template state<Objective> rule;
    state(std::span<const halved> per_lane, const Objective& f) : rule(each_of(per_lane, &halved::rule), f) {}
    static constexpr auto parts(auto& s) { return std::tuple(part("rule", s.rule)); }
    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& rate) {
      return rule.direction(f, theta, u, rate) / T(2);
    }
  };
};
using study = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<6, unit<at<0>>>,
                              squared_error, descent<halved<langevin<>>>, near_zero>;
auto end = run<double>(study{}, 1);
