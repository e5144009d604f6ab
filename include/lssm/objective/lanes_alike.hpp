// SPDX-License-Identifier: BSD-3-Clause
// Numbers of a loss or a penalty of one's own that has no number for each lane.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

#include "../core/error.hpp"
#include "../core/scalar.hpp"

namespace lssm::detail {

/// Throws bad_argument unless a policy is the same in every lane.
template <class Policy>
void require_same_in_lanes(std::string_view what, const Policy& mine, const Policy& single) {
  if constexpr (!std::is_empty_v<Policy>) {
    static_assert(std::equality_comparable<Policy>,
                  "lanes: a loss or penalty with numbers of its own needs operator== (docs/objective.md)");
    if constexpr (std::equality_comparable<Policy>)
      require(mine == single, "lanes", what, "the same in every lane", "another one");
  }
}

/// Takes over the loss of a single objective, which all lanes share.
template <class T, class Loss>
void adopt_loss(Loss& mine, const Loss& single) {
  if constexpr (lanes_of<T> == 1) {
    mine = single;
  } else {
    require_same_in_lanes("the loss", mine, single);
  }
}

}  // namespace lssm::detail
