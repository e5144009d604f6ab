// SPDX-License-Identifier: BSD-3-Clause
// A parameter map and losses as a user writes them; structures are those of tests/ssm/own.hpp.
//
//   tied           C = Bᵀ
//   quartic        a loss that is not quadratic;  unmarked: the squared error without its mark, which takes the raw form
#pragma once

#include "../ssm/own.hpp"
#include "../ssm/tied.hpp"

namespace random_studies {

using lssm::integer;
using systems::tied;
using rotations = own::complex_pairs;
using full_matrix = own::dense_matrix<>;

/// e² + e⁴ of the error e.
struct quartic {
  template <class T>
  static T value(const T& p, const T& y) {
    const T e = p - y;
    return e * e + e * e * e * e;
  }
  template <class T>
  static T derivative(const T& p, const T& y) {
    const T e = p - y;
    return T(2) * e + T(4) * e * e * e;
  }
  template <class T>
  static T second_derivative(const T& p, const T& y) {
    const T e = p - y;
    return T(2) + T(12) * e * e;
  }
};

/// e² without its mark.
struct unmarked {
  template <class T>
  static T value(const T& p, const T& y) {
    return (p - y) * (p - y);
  }
  template <class T>
  static T derivative(const T& p, const T& y) {
    return T(2) * (p - y);
  }
  template <class T>
  static T second_derivative(const T&, const T&) {
    return T(2);
  }
};

}  // namespace random_studies
