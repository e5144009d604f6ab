// expect: warm_up: it counts steps and the schedule behind it epochs; write each_epoch<warm_up<...>>
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

int main() {
  const warm_up<each_epoch<step_decay>> schedule{};
  return schedule.factor(3) > 0;
}
