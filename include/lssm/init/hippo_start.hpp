// SPDX-License-Identifier: BSD-3-Clause
// A start of full matrices from HiPPO's systems, taken in steps: A and B are those of a method, C is normal.
//
//   hippo_start<hippo_legs>{.step = 1.0 / 16}                 S4's bilinear steps
//   hippo_start<hippo_legt, zero_order_hold>{.step = 0.01}
#pragma once

#include <cmath>

#include "../ssm/dense_discretization.hpp"
#include "../ssm/hippo.hpp"
#include "gaussian_start.hpp"

namespace lssm {

/// A and B of a measure at steps of a length, the same B for every input.
template <HippoMeasure Measure, class Method = bilinear>
struct hippo_start {
  static_assert(
      !Method::feedthrough,
      "hippo_start: the method has a feedthrough, which dense_state has no room for (docs/init.md)");
  double step = 0;  ///< to be given: finite and above 0
  gaussian_entries output{.deviation = 1};

  void validate() const {
    require(step > 0 && std::isfinite(step), "hippo_start", "step", "finite and above 0", step);
    gaussian_start{.output = output}.validate();
  }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    static_assert(
        requires { system.a, system.b, system.c; } && !requires { system.step; } &&
            !detail::parameters_of_modes<System>,
        "hippo_start: it is a start of dense_state, and this structure is another (docs/init.md)");
    using T = std::remove_cvref_t<decltype(system.a[0])>;
    const auto d = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(system.a.size()))));
    require(d * d == system.a.size(), "hippo_start", "entries of A", "a square number", system.a.size());
    const auto [a, b] = hippo_system<Measure>(static_cast<integer>(d));
    const auto steps =
        discretize<Method>(bound_system<double, dense_state<>>{{a, b, std::vector<double>(d, 0.0)}}, step);
    const std::size_t m = system.b.size() / d;
    for (std::size_t i = 0; i < d * d; ++i) system.a[i] = T(steps.pole[i]);
    for (std::size_t i = 0; i < d * m; ++i) system.b[i] = T(steps.direct[i / m]);
    for (auto& c : system.c) c = T(output.mean + output.deviation * stream.normal());
  }
  friend bool operator==(const hippo_start&, const hippo_start&) = default;
};

}  // namespace lssm
