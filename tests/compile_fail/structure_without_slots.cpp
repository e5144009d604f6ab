// expect: ssm: the structure lacks slots, the slot_list of what its parameters hold (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/ssm.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

struct unlisted {
  static constexpr integer inputs = 1, outputs = 1;
  template <class T>
  using parameters = own::with_gain::parameters<T>;  // a, b, c and one more
  template <class T>
  parameters<T> make() const {
    return {};
  }
  static void impulse_response(const auto&, auto) {}
  static void pullback(const auto&, auto, auto&) {}
  void validate() const {}
};
ssm<unlisted> model;
