// SPDX-License-Identifier: BSD-3-Clause
// Charts: the coordinates an integrator steps in. They change digits and speed, never the flow.
//
//   automatic       gap_to_leader where it applies, else plain
//   gap_to_leader   leading mode and gaps to it: A alone learned, diagonal, one input and output (train/gap_field.hpp)
//   plain           θ itself (train/plain_field.hpp)
//
// Deliberately absent: log a. It cannot represent poisoned runs, in which entries turn negative.
#pragma once

#include "gap_field.hpp"
#include "plain_field.hpp"

namespace lssm {

/// θ itself.
struct plain {
  template <class Objective>
  using field = plain_field<Objective>;
  friend constexpr bool operator==(plain, plain) { return true; }
};

/// The leading mode and the gaps to it. Does not compile where it does not apply.
struct gap_to_leader {
  template <class Objective>
  using field = gap_field<Objective>;
  friend constexpr bool operator==(gap_to_leader, gap_to_leader) { return true; }
};

namespace detail {
template <class Objective>
struct automatic_field {
  using type = plain_field<Objective>;
};
template <GapCharted Objective>
struct automatic_field<Objective> {
  using type = gap_field<Objective>;
};
}  // namespace detail

/// gap_to_leader where it applies, else plain.
struct automatic {
  template <class Objective>
  using field = typename detail::automatic_field<Objective>::type;
  friend constexpr bool operator==(automatic, automatic) { return true; }
};

}  // namespace lssm
