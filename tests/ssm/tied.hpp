// SPDX-License-Identifier: BSD-3-Clause
// A parameter map that a user writes.
#pragma once

#include <algorithm>
#include <lssm/ssm.hpp>
#include <span>

namespace systems {

using lssm::integer, lssm::known_size, lssm::length, lssm::sum_of;

/// B and C are one vector: θ = (a, b), C = Bᵀ.
struct tied {
  template <class System>
  static constexpr integer known_count =
      sum_of<known_size<decltype(System::a)>, known_size<decltype(System::b)>>;
  template <class System>
  static integer count(const System& s) {
    return length(s.a) + length(s.b);
  }
  template <class T, class System>
  static void to_system(std::span<const T> theta, System& s) {
    const std::size_t d = s.a.size();
    for (std::size_t j = 0; j < d; ++j) {
      s.a[j] = theta[j];
      s.b[j] = s.c[j] = theta[d + j];
    }
  }
  template <class T, class System>
  static void from_system(const System& s, std::span<T> theta) {
    std::copy(s.a.begin(), s.a.end(), theta.begin());
    std::copy(s.b.begin(), s.b.end(), theta.begin() + length(s.a));
  }
  template <class T, class System>
  static void pullback(std::span<const T>, const System& ds, std::span<T> dtheta) {
    const std::size_t d = ds.a.size();
    for (std::size_t j = 0; j < d; ++j) {
      dtheta[j] = ds.a[j];
      dtheta[d + j] = ds.b[j] + ds.c[j];
    }
  }
};

}  // namespace systems
