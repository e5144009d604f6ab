// SPDX-License-Identifier: BSD-3-Clause
// What flow.cpp asks of Boost: plain functions, since Boost's uBLAS is compiled as C++17.
#pragma once

#include <vector>

struct boost_flow_end {
  std::vector<double> a;  // (d)
  long steps = 0;         // accepted ones
};

#if defined(LSSM_HAS_BOOST)

constexpr bool has_boost_flow() { return true; }

/// The flow from the modes `a` (d, descending) to time `horizon`, by rosenbrock4 with step size control: in the modes
/// themselves, where `relative` and `absolute` are the tolerances, or in the leading mode and the gaps to it.
boost_flow_end boost_flow(const std::vector<double>& a, int length, bool special, double horizon,
                          double relative, double absolute, bool gaps);

#else

constexpr bool has_boost_flow() { return false; }

inline boost_flow_end boost_flow(const std::vector<double>& a, int, bool, double, double, double, bool) {
  return {a};
}

#endif
