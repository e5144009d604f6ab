// SPDX-License-Identifier: BSD-3-Clause
// A start with one mode ahead of the others: what training grows first is then one mode, whatever the data push.
//
//   leading_mode<rearranged_start>{.start = {...}}     a_0 · state_factor, b_0 · io_factor, c_0 · io_factor
//   factors of 1                                       the start itself, bit for bit
#pragma once

#include <cmath>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm {

/// Another start, and then its first mode enlarged; for structures whose `a` holds eigenvalues.
template <class Start>
struct leading_mode {
  Start start{};
  double state_factor = 5;                      ///< of a_0, finite
  double io_factor = 3;                         ///< of b_0 and c_0, finite
  static constexpr bool of_eigenvalues = true;  ///< for structures whose `a` holds them

  void validate() const {
    if constexpr (requires { start.validate(); }) start.validate();
    require(std::isfinite(state_factor), "leading_mode", "state_factor", "finite", state_factor);
    require(std::isfinite(io_factor), "leading_mode", "io_factor", "finite", io_factor);
  }
  template <class System, class Stream>
    requires requires(const Start& s, System& system, Stream& stream) { s(system, stream); }
  void operator()(System& system, Stream& stream) const {
    start(system, stream);
    require(system.a.size() >= 1 && system.b.size() == system.a.size() && system.c.size() == system.a.size(),
            "leading_mode", "the student", "of one input and one output, with a mode", system.b.size());
    using T = std::remove_cvref_t<decltype(system.a[0])>;
    system.a[0] = system.a[0] * T(state_factor);
    system.b[0] = system.b[0] * T(io_factor);
    system.c[0] = system.c[0] * T(io_factor);
  }
  friend bool operator==(const leading_mode&, const leading_mode&) = default;
};

}  // namespace lssm
