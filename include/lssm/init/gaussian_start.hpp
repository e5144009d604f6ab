// SPDX-License-Identifier: BSD-3-Clause
// A start of independent normals, A first, then B, then C, each matrix with its own mean and standard deviation.
#pragma once

#include <cmath>
#include <string>

#include "../core/error.hpp"
#include "../core/random.hpp"

namespace lssm {

/// The law of the entries of one matrix.
struct gaussian_entries {
  double mean = 0;          ///< finite
  double deviation = 0.01;  ///< standard deviation, finite and >= 0
  friend bool operator==(const gaussian_entries&, const gaussian_entries&) = default;
};

/// Independent normals: A, then B, then C.
struct gaussian_start {
  gaussian_entries state{};   ///< of A, as the structure stores it
  gaussian_entries input{};   ///< of B
  gaussian_entries output{};  ///< of C

  void validate() const {
    const auto check = [](const gaussian_entries& law, const std::string& name) {
      require(std::isfinite(law.mean), "gaussian_start", name + ".mean", "finite", law.mean);
      require(std::isfinite(law.deviation) && law.deviation >= 0, "gaussian_start", name + ".deviation",
              "finite and at least 0", law.deviation);
    };
    check(state, "state");
    check(input, "input");
    check(output, "output");
  }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    const auto fill = [&](auto& entries, const gaussian_entries& law) {
      using T = std::remove_cvref_t<decltype(entries[0])>;
      for (auto& x : entries) x = T(law.mean + law.deviation * stream.normal());
    };
    fill(system.a, state);
    fill(system.b, input);
    fill(system.c, output);
  }
  friend bool operator==(const gaussian_start&, const gaussian_start&) = default;
};

}  // namespace lssm
