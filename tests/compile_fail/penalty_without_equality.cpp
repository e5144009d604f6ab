// expect: lanes: a loss or penalty with numbers of its own needs operator==
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
using namespace lssm;

struct incomparable {
  double weight = 0.1;
  auto operator()(auto, const auto& s, auto& ds) const {
    ds.b[0] = ds.b[0] + s.b[0] + s.b[0];
    return s.b[0] * s.b[0];
  }
};
using study =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                    squared_error, descent<adam, unconstrained, first_of<step_limit>>, near_zero,
                    keyed_streams, known_forms, unfiltered, incomparable>;

int main() {
  const study one[1];
  const std::uint32_t seeds[] = {1};
  return run<pack<double>>(std::span<const study>(one), std::span<const std::uint32_t>(seeds))[0]
             .at_end.steps > 0;
}
