// SPDX-License-Identifier: BSD-3-Clause
// Theorem 1's experiment for the tests of this room, and what is true of it.
//
// True generalization errors over 20 entries, from the start that the library draws (rounded in double). Without the
// special sequence they come from the closed form: with one residual the flow is da_j/ds = a_j^(κ-2) after a common
// change of time, so a_j^-(κ-3) = a_j(0)^-(κ-3) - s with one number s, fixed by Σ a_j^(κ-1) = 1 (60 digits). With it
// they come from Radau IIA collocation of 7 and 9 stages in quad precision, in gaps to the leading mode, finished by
// Gauss-Newton steps in 60 digits; the two agree to 25 digits.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <lssm/all.hpp>
#include <vector>

namespace published {

using namespace lssm;

struct truth {
  integer dim, length;
  double scale, gap_factor;
  std::uint32_t seed;
  integer special;
  double error;
};

/// The paper's 16 runs.
inline const std::vector<truth>& runs() {
  static const std::vector<truth> all = {{10, 7, 1e-3, 5, 242, 0, 0.0011842367161637606346},
                                         {10, 7, 1e-3, 5, 242, 1, 0.049185990528351113580},
                                         {10, 7, 1e-3, 5, 243, 0, 0.0012260913374479496418},
                                         {10, 7, 1e-3, 5, 243, 1, 0.045842089653167333316},
                                         {10, 7, 1e-3, 5, 244, 0, 0.0013682360933281344557},
                                         {10, 7, 1e-3, 5, 244, 1, 0.054312395501391911096},
                                         {10, 7, 1e-3, 5, 246, 0, 0.0013064223999593560942},
                                         {10, 7, 1e-3, 5, 246, 1, 0.051078952549449315402},
                                         {20, 9, 5e-3, 10, 342, 0, 0.0072835149837026517938},
                                         {20, 9, 5e-3, 10, 342, 1, 0.035012231885767410271},
                                         {20, 9, 5e-3, 10, 344, 0, 0.0077220949973454291158},
                                         {20, 9, 5e-3, 10, 344, 1, 0.035275353755652671949},
                                         {20, 9, 5e-3, 10, 345, 0, 0.0070809650745480656863},
                                         {20, 9, 5e-3, 10, 345, 1, 0.034945410326500225292},
                                         {20, 9, 5e-3, 10, 346, 0, 0.0072820931568060655379},
                                         {20, 9, 5e-3, 10, 346, 1, 0.035259953471833351985}};
  return all;
}

/// Other sizes and seeds. Where the truth is zero, the student becomes the teacher.
inline const std::vector<truth>& others() {
  static const std::vector<truth> all = {
      {2, 4, 1e-3, 5, 1, 0, 0.48734039748699681575},      {2, 4, 1e-3, 5, 1, 1, 0},
      {2, 7, 1e-3, 5, 2, 0, 0.0020028990209748504132},    {2, 7, 1e-3, 5, 2, 1, 0},
      {3, 4, 1e-3, 5, 1, 0, 0.32489359832466454383},      {3, 4, 1e-3, 5, 1, 1, 0.58384818488118100383},
      {5, 6, 1e-3, 5, 2, 0, 0.0027324015032608707899},    {5, 6, 1e-3, 5, 2, 1, 0.16836378560182756089},
      {10, 5, 1e-3, 5, 1, 0, 0.011197763759825236743},    {10, 5, 1e-3, 5, 1, 1, 0.092583108298068672779},
      {10, 8, 1e-3, 5, 2, 0, 0.00062172741095996805909},  {10, 8, 1e-3, 5, 2, 1, 0.019033863761364905081},
      {10, 13, 1e-3, 5, 1, 0, 0.00035655691428412746127}, {10, 13, 1e-3, 5, 1, 1, 0.0022445848511960539217},
      {10, 20, 1e-3, 5, 2, 0, 0.00033976380862129362764}, {10, 20, 1e-3, 5, 2, 1, 0.00048552736407361244830},
      {20, 20, 1e-3, 5, 1, 0, 0.00035821765160684000021}, {20, 20, 1e-3, 5, 1, 1, 0.000082997292931412612507},
      {50, 7, 1e-3, 5, 1, 0, 0.00070924492524758158418},  {50, 7, 1e-3, 5, 1, 1, 0.0010757437023235716722}};
  return all;
}

/// D and K as compile-time sizes, or dynamic.
template <integer D = dynamic, integer K = dynamic, class Training = gradient_flow<>>
using study = teacher_student<ssm<real_diagonal<D>, learn<state_matrix>>, theorem1_teacher<D>,
                              inject<training_set<K, unit<at<0>>>, unit<at<-2>>>, squared_error, Training,
                              theorem1_start>;

template <integer D = dynamic, integer K = dynamic>
study<D, K> make(const truth& t, double rtol = gradient_flow<>{}.rtol) {
  return {.student = {.structure = {.states = t.dim}},
          .teacher = {.states = t.dim},
          .data = {.set = {.length = t.length}, .special = {.count = t.special}},
          .training = {.rtol = rtol},
          .start = {.scale = t.scale, .gap_factor = t.gap_factor}};
}

/// Relative, or absolute where the truth is zero.
template <class T>
double distance(const T& error, const truth& t) {
  const double e = value_of(abs_of(error - T(t.error)));
  return t.error == 0 ? e : e / t.error;
}

inline std::string name(const truth& t) {
  return "d = " + std::to_string(t.dim) + ", length " + std::to_string(t.length) + ", seed " +
         std::to_string(t.seed) + ", special " + std::to_string(t.special);
}

}  // namespace published
