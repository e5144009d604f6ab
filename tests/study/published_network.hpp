// SPDX-License-Identifier: BSD-3-Clause
// What the published experiments of an SSM with a network on its last output come to: values of a plain program in float
// and in double, written from the authors' description, with the official ones beside them where their notebooks print
// some.
//
// Without special sequences the end of a run is decided by rounding; what all float runs have in common is a band, and
// one large eigenvalue. Runs on weights in double go elsewhere there.
#pragma once

#include <cstdint>
#include <vector>

namespace published_network {

struct setting {
  const char* name;
  int states, length, width;  // d, κ, and of the network's two hidden layers
  int baseline_entries;       // 20 sequences, normal in so many leading entries
  bool two_special_entries;   // 20 sequences, normal in the last two entries, or in the last but one
  double state_and_io_deviation, kernel_deviation, gap_factor, warm, rate, rate_special, target;
  int after, after_special;
  int test_offset;  // of the test inputs' seed; 0: they go on in the data stream
};

inline const setting dynamics6{"dynamics6", 10, 6,   15,   2,   true, .01,  .03,
                               .5,          0,  .01, .001, .05, 5000, 5000, 0};
inline const setting dynamics10{"dynamics10", 20,   10,  25,    7,    true, .001, .1, 2, 0,
                                .01,          5e-5, .05, 20000, 5000, 0};
inline const setting poison6{"poison6", 10,   6,   15,  2,   false, .01,  .03,
                             .5,        .001, .01, .01, .01, 5000,  5000, 12};
inline const setting poison10{"poison10", 20,   10,  25,   7,   false, .001, .1,
                              2,          .001, .01, 5e-5, .05, 5000,  5000, 12};

/// Of a run with special sequences: steps to the target and the last logged state. Zero: not listed.
struct special_end {
  const setting* of;
  std::uint32_t seed;
  int steps;
  double loss, error, effective_rank, eigenvalues[3];
};

inline const special_end special_ends[] = {
    {&dynamics6, 4541, 569, 4.21908e-06, .0923623, 9.99855, {1.02937, 1.01833, 1.00614}},
    {&dynamics10, 4603, 14746, .00331384, .10224, 19.9583, {1.01126, 1.00948, 1.00529}},
    {&poison6, 4540, 92, 0, .114673, 9.231, {}},
    {&poison6, 4541, 136, 0, .049958, 9.4038, {}},
    {&poison10, 4540, 15402, .0021874, .100717, 19.942, {1.01171, 1.0105, 0}},
};

/// Of a run without: steps to the target, least and largest error of 35 runs in float that differ in rounding only.
struct baseline_end {
  const setting* of;
  std::uint32_t seed;
  int steps;
  double error_from, error_to;
};

inline const baseline_end baseline_ends[] = {
    {&dynamics6, 4541, 18716, .005724, .00614},  {&dynamics10, 4603, 9175, 6.916e-6, .04373},
    {&poison6, 4540, 28590, .0040484, .0048837}, {&poison6, 4541, 15096, 5.568e-6, .070084},
    {&poison10, 4540, 994, .0026181, .22328},
};

/// The loss before and after the first step, and what is logged after it.
struct first_step {
  const setting* of;
  std::uint32_t seed;
  bool special;
  double before, after, eigenvalues[3];
  std::vector<double> gamma;
  double effective_rank;
};

inline const first_step anchors[] = {
    {&dynamics6,
     4541,
     false,
     48.914421,
     48.914421,
     {.01807914, .01438873, .009806354},
     {0, 0, 0, .0011118, -.0014278},
     7.10959},
    {&dynamics6,
     4541,
     true,
     56.038887,
     56.038887,
     {.01807853, .01438839, .009806325},
     {.0001776, 0, 0, .0015111, 3.717e-05},
     7.1096},
    {&dynamics10,
     4603,
     false,
     641.44775,
     641.44775,
     {.002261837, .00213792, .00133974},
     {0, 0, -.53333, -.35044, -.0033991, -1.25, .32126, -1.4087, -.66991},
     14.9445},
    {&dynamics10,
     4603,
     true,
     535.89764,
     535.89764,
     {.002255502, .002134802, .001338987},
     {-.11161, 0, -.26428, -.17342, -.0020392, -.61963, .15931, -.69857, -.33223},
     14.9366},
    {&poison6,
     4540,
     false,
     56.886711,
     56.886711,
     {.0182208, .01334296, .009145641},
     {0, 0, 0, .0029489, .0034317},
     6.98822},
    {&poison6,
     4541,
     false,
     48.914421,
     48.914421,
     {.01907914, .01538873, .01080636},
     {0, 0, 0, .0011118, -.0014278},
     7.69533},
    {&poison6,
     4540,
     true,
     38.500252,
     38.500252,
     {.01824732, .01338036, .009278056},
     {.00027717, 0, 0, .001535, .0017985},
     6.99825},
    {&poison6,
     4541,
     true,
     30.680573,
     30.680573,
     {.0190868, .01539318, .01080675},
     {3.1129e-05, 0, 0, .00071408, -.00058823},
     7.6952},
    {&poison10,
     4540,
     false,
     186.33711,
     186.33711,
     {.003398191, .003274256, .002329713},
     {0, 0, .59668, .24056, .43889, -.049278, -.22451, .83274, -1.2145},
     18.8888},
    {&poison10,
     4540,
     true,
     163.46342,
     163.46343,
     {.003406758, .003283728, .002336559},
     {.25306, 0, .29835, .12028, .21945, -.024637, -.11226, .41638, -.60728},
     18.8868},
};

/// Float runs before their target, after so many steps.
struct plateau {
  const setting* of;
  std::uint32_t seed;
  bool special;
  int steps;
  double loss, first, second;  // eigenvalues
};

inline const plateau plateaus[] = {
    {&dynamics6, 4541, false, 1, 48.914421, .018079139, .014388733},
    {&dynamics6, 4541, false, 10001, 48.914421, .020115253, .014885841},
    {&dynamics6, 4541, true, 1, 56.038887, .01807853, .014388392},
    {&dynamics10, 4603, false, 1, 641.44775, .0022618368, .0021379201},
    {&dynamics10, 4603, true, 1, 535.89764, .0022555024, .0021348023},
    {&dynamics10, 4603, true, 10001, 157.18703, .77539337, .77333492},
};

}  // namespace published_network
