// SPDX-License-Identifier: BSD-3-Clause
// What the tests of scalars share: numbers of any scalar type, and comparisons that hold in every lane.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <lssm/core.hpp>

namespace laws {

/// The double in every lane.
template <class T>
T number(double x) {
  return T(static_cast<lssm::lane_of<T>>(x));
}

/// Lane i holds entry i of the values, repeated.
template <class T>
T lanes(std::initializer_list<double> values) {
  T x{};
  for (std::size_t i = 0; i < lssm::lanes_of<T>; ++i)
    lssm::scalar_traits<T>::set(x, i, static_cast<lssm::lane_of<T>>(values.begin()[i % values.size()]));
  return x;
}

/// Whether the mask holds in every lane.
template <class T>
bool every(const lssm::mask_of<T>& mask) {
  for (std::size_t i = 0; i < lssm::lanes_of<T>; ++i)
    if (!lssm::scalar_traits<T>::get_mask(mask, i)) return false;
  return true;
}

/// |x - y| <= units epsilon |y| in every lane.
template <class T>
bool close(const T& x, const T& y, double units) {
  return every<T>(lssm::abs_of(x - y) <= number<T>(units * lssm::epsilon_of<T>) * lssm::abs_of(y));
}

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace laws
