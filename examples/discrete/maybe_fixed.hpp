// SPDX-License-Identifier: BSD-3-Clause
// Whether B = C = 1 after every step, chosen while the program runs.
#pragma once

#include <lssm/train.hpp>

namespace discrete {

/// Behind the stop rules, as fixed_input_output is; without `fixed` nothing.
struct maybe_fixed {
  static constexpr bool after_stop_test = true;
  bool fixed = false;

  auto operator()(lssm::state_matrix, const auto& x) const { return x; }
  template <class T>
  T operator()(lssm::input_matrix, const T& x) const {
    return fixed ? T(1) : x;
  }
  template <class T>
  T operator()(lssm::output_matrix, const T& x) const {
    return fixed ? T(1) : x;
  }
  auto operator()(auto, const auto& x) const { return x; }
  friend bool operator==(const maybe_fixed&, const maybe_fixed&) = default;
};

}  // namespace discrete
