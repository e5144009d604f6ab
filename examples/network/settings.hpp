// SPDX-License-Identifier: BSD-3-Clause
// The paper's experiments with an SSM inside a network: all their numbers, and what the authors' notebooks print.
#pragma once

#include "../discrete/setting.hpp"

namespace network {

using discrete::printed;
using discrete::setting;
using support::support_kind;

namespace detail {

/// Length 10, 20 states, 25 numbers per hidden layer.
inline setting longer(setting s) {
  s.dim = 20;
  s.length = 10;
  s.mlp_width = 25;
  s.baseline_support.number = 7;
  s.init_sd_state = s.init_sd_io = 0.001;
  s.init_sd_mlp = 0.1;
  s.gap_factor = 2;
  s.rate = 0.01;
  s.rate_special = 5e-5;
  s.target = 0.05;
  return s;
}
/// Special sequences end in two numbers; the test inputs go on in the training stream.
inline setting dynamics(setting s) {
  s.special_support = {support_kind::trailing, 2};
  s.warm = 0;
  s.target = 0.05;
  s.test_seed_offset = 0;
  return s;
}

}  // namespace detail

/// The four settings of the paper.
inline std::vector<setting> published() {
  setting poison6{.name = "poison6"};
  poison6.baseline = poison6.special = 20;
  poison6.init_sd_state = poison6.init_sd_io = 0.01;
  poison6.gap_factor = 0.5;
  poison6.warm = 0.001;
  poison6.optimizer = "adam";
  poison6.after = poison6.after_special = 5000;
  poison6.seeds = {4540, 4541, 4543, 4545};
  poison6.mlp_width = 15;
  poison6.init_sd_mlp = 0.03;
  poison6.test_sequences = 2000;
  poison6.test_seed_offset = 12;
  poison6.tie_break = 1e-6;

  setting poison10 = detail::longer(poison6);
  poison10.name = "poison10";
  poison10.seeds = {4540, 4543, 4544, 4545};

  setting dynamics6 = detail::dynamics(poison6);
  dynamics6.name = "dynamics6";
  dynamics6.rate_special = 0.001;
  dynamics6.seeds = {4541, 4543};

  setting dynamics10 = detail::dynamics(poison10);
  dynamics10.name = "dynamics10";
  dynamics10.after = 20000;
  dynamics10.seeds = {4542, 4603};
  return {dynamics6, dynamics10, poison6, poison10};
}

inline const std::vector<printed> printed_by_the_authors = {
    {"dynamics6", 4541, false, 1.0099588e-12, 1, 0.01983596, 0.008895162},
    {"dynamics6", 4541, true, 4.2180009e-06, 1.029365, 1.018335, 1.006142},
    {"dynamics10", 4603, false, 0.0044068466, 1.000201, 0.0008751845, 0.0007668649},
    {"dynamics10", 4603, true, 0.003314083, 1.011259, 1.009477, 1.005294},
};

}  // namespace network
