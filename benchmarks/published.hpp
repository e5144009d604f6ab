// SPDX-License-Identifier: BSD-3-Clause
// The sixteen published flows of Theorem 1 and some larger ones, with the true values of what they lead to.
//
// Truth: the closed form (no special sequence), or Radau IIA of orders 13 to 17 in 113-bit arithmetic, two of which agree to
// the digits given (one special sequence); a flow runs from the start as rounded in double to its limit.
#pragma once

#include <array>
#include <cstdint>

namespace published {

/// d, kappa, scale of the start, factor of its gap, flow times at which the paper's notebooks end.
struct setting {
  int dim, length;
  double scale, gap_factor;
  std::array<double, 2> horizon;  // without and with the special sequence
  std::array<std::uint32_t, 4> seeds;
  std::array<std::array<double, 4>, 2> truth;  // generalization errors over 20 entries (special, seed)
};

inline constexpr std::array<setting, 2> settings = {{
    {10,
     7,
     1e-3,
     5,
     {1e11, 1e4},
     {242, 243, 244, 246},
     {{{0.0011842367161637606346, 0.0012260913374479496418, 0.0013682360933281344557,
        0.0013064223999593560942},
       {0.049185990528351113580, 0.045842089653167333316, 0.054312395501391911096,
        0.051078952549449315402}}}},
    {20,
     9,
     5e-3,
     10,
     {1e13, 1e7},
     {342, 344, 345, 346},
     {{{0.0072835149837026517938, 0.0077220949973454291158, 0.0070809650745480656863,
        0.0072820931568060655379},
       {0.035012231885767410271, 0.035275353755652671949, 0.034945410326500225292,
        0.035259953471833351985}}}},
}};

/// Larger d, seed 1, otherwise as the first setting.
struct larger {
  int dim, special;
  double truth;
};

inline constexpr std::array<larger, 6> larger_flows = {{{100, 0, 0.00064982588243763488432},
                                                        {100, 1, 0.00015255248977587628257},
                                                        {1000, 0, 0.00060430259286328256269},
                                                        {1000, 1, 0.00000060261891425459364181},
                                                        {10000, 0, 0.00059347622772104967233},
                                                        {10000, 1, 0.00000012790555925450860993}}};

}  // namespace published
