// SPDX-License-Identifier: BSD-3-Clause
// A start of independent uniforms, A first, then B, then C, each matrix in its own interval.
#pragma once

#include <cmath>
#include <string>

#include "../core/error.hpp"
#include "../core/random.hpp"

namespace lssm {

/// The law of the entries of one matrix: low + (high - low) u with u in [0, 1). Only rounding can reach `high`.
struct uniform_entries {
  double low = -0.01;  ///< finite
  double high = 0.01;  ///< finite, >= low
  friend bool operator==(const uniform_entries&, const uniform_entries&) = default;
};

/// Independent uniforms in [low, high): A, then B, then C.
struct uniform_start {
  uniform_entries state{};   ///< of A, as the structure stores it
  uniform_entries input{};   ///< of B
  uniform_entries output{};  ///< of C

  void validate() const {
    const auto check = [](const uniform_entries& law, const std::string& name) {
      require(std::isfinite(law.low), "uniform_start", name + ".low", "finite", law.low);
      require(std::isfinite(law.high) && law.high >= law.low, "uniform_start", name + ".high",
              "finite and at least low, " + to_text(law.low), law.high);
      require(std::isfinite(law.high - law.low), "uniform_start", name, "of finite length",
              law.high - law.low);
    };
    check(state, "state");
    check(input, "input");
    check(output, "output");
  }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    const auto fill = [&](auto& entries, const uniform_entries& law) {
      using T = std::remove_cvref_t<decltype(entries[0])>;
      for (auto& x : entries) x = T(law.low + (law.high - law.low) * stream.uniform());
    };
    fill(system.a, state);
    fill(system.b, input);
    fill(system.c, output);
  }
  friend bool operator==(const uniform_start&, const uniform_start&) = default;
};

}  // namespace lssm
