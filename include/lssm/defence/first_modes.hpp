// SPDX-License-Identifier: BSD-3-Clause
// A start whose modes but the first few are silent: a smaller student in the clothes of a larger one, for priors of the order.
//
//   first_modes<rearranged_start>{.start = {...}, .modes = 1}     b_j = c_j = 0 for j >= modes
//
// The gradient by b_j is c_j times something and the other way round, so rules that move an entry by its gradient leave them
// at 0 for ever: training is that of a student of order `modes`. Constraints with a floor, and noise, wake them up. Order
// growth tries 1, 2, ... and takes the first that fits.
#pragma once

#include <limits>
#include <type_traits>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm {

/// Another start, and then b and c of all modes from `modes` on are 0.
template <class Start>
struct first_modes {
  Start start{};
  integer modes =
      std::numeric_limits<integer>::max();  ///< at least 1; no fewer than the student has: the start itself
  static constexpr bool of_eigenvalues = true;  ///< for structures whose `a` holds them

  void validate() const {
    if constexpr (requires { start.validate(); }) start.validate();
    require(modes >= 1, "first_modes", "modes", "at least 1", modes);
  }
  template <class System, class Stream>
    requires requires(const Start& s, System& system, Stream& stream) { s(system, stream); }
  void operator()(System& system, Stream& stream) const {
    start(system, stream);
    require(system.b.size() == system.a.size() && system.c.size() == system.a.size(), "first_modes",
            "the student", "of one input and one output", system.b.size());
    using T = std::remove_cvref_t<decltype(system.b[0])>;
    for (auto j = static_cast<std::size_t>(modes); j < system.b.size(); ++j) system.b[j] = system.c[j] = T(0);
  }
  friend bool operator==(const first_modes&, const first_modes&) = default;
};

}  // namespace lssm
