// SPDX-License-Identifier: BSD-3-Clause
// The composed types of studies, file by file.
#pragma once

#include <vector>

#include "study.hpp"

namespace random_studies {

void add_plain_descents(std::vector<kind>& all);
void add_unseen_steps(std::vector<kind>& all);
void add_momentum(std::vector<kind>& all);
void add_adaptive(std::vector<kind>& all);
void add_adam(std::vector<kind>& all);
void add_own(std::vector<kind>& all);
void add_raw(std::vector<kind>& all);
void add_networks(std::vector<kind>& all);
void add_flows(std::vector<kind>& all);

inline std::vector<kind> all_kinds() {
  std::vector<kind> all;
  add_plain_descents(all);
  add_unseen_steps(all);
  add_momentum(all);
  add_adaptive(all);
  add_adam(all);
  add_own(all);
  add_raw(all);
  add_networks(all);
  add_flows(all);
  return all;
}

}  // namespace random_studies
