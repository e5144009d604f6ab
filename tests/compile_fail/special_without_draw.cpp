// expect: fill: a group of sequences lacks draw(stream, i) (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct ramp {
  trailing<2> support{};
  integer count = 1;
  void validate(integer, integer) const {}
};
inject<training_set<7, unit<at<0>>>, ramp> data;
