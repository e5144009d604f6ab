// expect: ssm among layers: the structure lacks advance or pullback_sequence
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>
using namespace lssm;

struct only_response : real_diagonal<2> {
  template <class T>
  static void pullback_sequence(const parameters<T>&) = delete;
};
auto net = sequential<ssm<only_response>>{}.bind(extent<1>{});
