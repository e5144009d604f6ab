// SPDX-License-Identifier: BSD-3-Clause
// The paper's discrete-time experiments with standalone SSMs: all their numbers, and what the authors' notebooks print.
#pragma once

#include "../discrete/setting.hpp"

namespace standalone {

using discrete::printed;
using discrete::setting;
using support::support_kind;

namespace detail {

inline setting dynamics(setting s, double io_deviation, double target) {
  s.special_support = {support_kind::trailing, 2};
  s.init_sd_io = io_deviation;
  s.gap_factor = 20;
  s.warm = 0;
  s.target = target;
  s.after = s.after_special = 5000;
  return s;
}
inline setting longer(setting s) {
  s.dim = 20;
  s.length = 10;
  s.baseline_support.number = 7;
  return s;
}
/// More states of the teacher, B = C = 1.
inline setting fixed(setting s, std::vector<double> teacher, std::vector<std::uint32_t> seeds) {
  s.name = "dim" + std::to_string(teacher.size()) + "-" + std::to_string(s.length);
  s.teacher = std::move(teacher);
  s.seeds = std::move(seeds);
  s.warm = 0;
  s.reset_io = true;
  return s;
}

}  // namespace detail

/// The ten settings of the paper; the last but one is what the flags start from.
inline std::vector<setting> published() {
  const setting poison6{.name = "poison6"};
  setting poison10 = detail::longer(poison6);
  poison10.name = "poison10";
  poison10.init_sd_state = 0.01;
  poison10.gap_factor = 3;
  poison10.rate = poison10.rate_special = 0.001;
  poison10.seeds = {1200, 1201, 1203, 1204};

  setting dynamics6 = detail::dynamics(poison6, 0.01, 0.01);
  dynamics6.name = "dynamics6";
  dynamics6.init_sd_state = 0.01;
  dynamics6.seeds = {105, 100};
  setting dynamics10 = detail::dynamics(detail::longer(poison6), 0.05, 0.05);
  dynamics10.name = "dynamics10";
  dynamics10.seeds = {4000, 4001};

  setting few = poison6, many = poison10;
  few.init_sd_state = few.init_sd_io = 0.01;
  few.gap_factor = 2;
  few.rate_special = 0.001;
  const std::vector<double> two = {0.99, 0.8}, three = {0.99, 0.8, 0.5}, four = {0.99, 0.8, 0.5, 0.3};
  return {dynamics6,
          dynamics10,
          detail::fixed(few, two, {302}),
          detail::fixed(many, two, {1202}),
          detail::fixed(few, three, {401}),
          detail::fixed(many, three, {1201}),
          detail::fixed(few, four, {403}),
          detail::fixed(many, four, {1201}),
          poison6,
          poison10};
}

inline const std::vector<printed> printed_by_the_authors = {
    {"dynamics6", 105, false, 0.0004100345, 0.9983445, 0.03854054, 0.01121102},
    {"dynamics6", 105, true, 7.5599251e-05, 1.012118, 0.796752, 0.5916751},
    {"dynamics10", 4000, false, 0.059531726, 0.985819, 0.005508896, 0.003298273},
    {"dynamics10", 4000, true, 0.005236316, 0.9970104, 0.4933624, 0.2422076},
    {"dim2-6", 302, false, 1.7944229e-05, 0.9906625, 0.8003907, 0.01732823},
    {"dim2-6", 302, true, 0.0063190837, 1.050404, 0.4737992, 0.09593445},
    {"dim3-6", 401, false, 3.8322396e-05, 0.9872043, 0.8110617, 0.4830802},
    {"dim3-6", 401, true, 0.0065313154, 1.058793, 0.4618105, 0.4587079},
};

}  // namespace standalone
