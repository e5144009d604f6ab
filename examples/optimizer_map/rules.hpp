// SPDX-License-Identifier: BSD-3-Clause
// The update rules of the map: those that scale the whole gradient by one number, and those that scale it entry by entry.
#pragma once

#include "../standalone/experiment.hpp"

namespace optimizer_map {

using namespace lssm;

/// In the order of `rule_names`.
using any_rule = one_of<gradient_descent, heavy_ball, normalized_descent, adaptive_rate<full_matrix_norm>,
                        group_rmsprop<diagonal_norm>, rmsprop, adam, sign_descent, lion>;

struct rule_name {
  const char* flag;   ///< of --rules, and of files
  const char* title;  ///< of figures
  const char* kind;   ///< what one step scales by one number: the whole gradient, or each entry
};
inline constexpr std::array<rule_name, 9> rule_names{{{"gd", "gradient descent", "whole"},
                                                      {"momentum", "momentum", "whole"},
                                                      {"normalized", "normalized", "whole"},
                                                      {"adaptive", "adaptive (paper)", "whole"},
                                                      {"group-rmsprop", "group RMSProp", "whole"},
                                                      {"rmsprop", "RMSProp", "entry"},
                                                      {"adam", "Adam", "entry"},
                                                      {"signs", "signs", "entry"},
                                                      {"lion", "Lion", "entry"}}};

}  // namespace optimizer_map
