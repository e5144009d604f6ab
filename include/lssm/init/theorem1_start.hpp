// SPDX-License-Identifier: BSD-3-Clause
// The start of the paper's Theorem 1 experiments: A near zero with a nearly tied leading pair, B = C = 1.
//
//   a = scale · u, u uniform in [0, 1), sorted in descending order;  a_1 = a_0 - 0.05 / exp(F log10(1 / scale))
//
// Entries are drawn, sorted, subtracted and rounded in double whatever the study's scalar, so that every scalar begins at
// the same start: one unit in the last place of a_0 is up to 1e-7 of the gap.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "../core/error.hpp"
#include "../core/random.hpp"

namespace lssm {

/// A near zero with a nearly tied leading pair, B = C = 1 (paper, Theorem 1). Throws bad_argument where the gap is too wide.
struct theorem1_start {
  double scale = 1e-3;                          ///< finite and > 0
  double gap_factor = 5;                        ///< F, finite
  static constexpr bool of_eigenvalues = true;  ///< for structures whose `a` holds them

  double gap() const { return 0.05 / std::exp(gap_factor * std::log10(1 / scale)); }

  void validate() const {
    require(std::isfinite(scale) && scale > 0, "theorem1_start", "scale", "finite and positive", scale);
    require(std::isfinite(gap_factor), "theorem1_start", "gap_factor", "finite", gap_factor);
  }

  template <class System, RandomStream Stream>
  [[gnu::cold]] void operator()(System& system, Stream& stream) const {
    using T = std::remove_cvref_t<decltype(system.a[0])>;
    std::vector<double> a(system.a.size());
    require(a.size() >= 2, "theorem1_start", "states", "at least 2", a.size());
    for (double& x : a) x = scale * stream.uniform();
    std::sort(a.begin(), a.end(), std::greater<>{});
    a[1] = a[0] - gap();
    if (!(a[1] >= 0))
      refuse("theorem1_start", "the gap", "at most the largest entry, " + to_text(a[0]), gap());
    if (!(a.size() == 2 || a[1] >= a[2]))
      refuse("theorem1_start", "the gap",
             "at most the distance from the largest to the third entry, " +
                 to_text(a.size() > 2 ? a[0] - a[2] : a[0]),
             gap());
    for (std::size_t j = 0; j < a.size(); ++j) system.a[j] = T(a[j]);
    for (auto& v : system.b) v = T(1);
    for (auto& v : system.c) v = T(1);
  }
  friend bool operator==(const theorem1_start&, const theorem1_start&) = default;
};

}  // namespace lssm
