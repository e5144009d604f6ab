// expect: lanes: a policy with numbers of its own and without bind<T>(per_lane) needs operator== (docs/descent.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
using namespace lssm;

struct at_least {
  double least = 0;
  auto operator()(auto, const auto& a) const { return max_of(a, std::remove_cvref_t<decltype(a)>(least)); }
};
using study = teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, training_set<6, unit<at<0>>>,
                              squared_error, descent<gradient_descent, at_least>>;

int main() {
  const std::vector<study> studies(2);
  const std::vector<std::uint32_t> seeds = {0, 1};
  run<pack<double>>(std::span(studies), std::span(seeds));
}
