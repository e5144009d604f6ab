// SPDX-License-Identifier: BSD-3-Clause
// What the tests of laws share: numbers that do not come from the code under test, and errors in its epsilons.
//
//   numbers(seed)           draws of any scalar in (-1, 1), with all the digits it can hold, different in every lane
//   wide_of<T>              what references are computed in: double for floats, or else 113 bits where the compiler has
//                           them; dual for duals
//   widen(x, lane)          a number, or a list of numbers, in one lane as wide ones
//   sizes(x, lane)          |value| + |derivative| of a list: the magnitude of a polynomial with positive coefficients
//                           is the same polynomial of the sizes
//   epsilons(x, y, size)    |x - y| in units of epsilon times size, NaN if one of them is
//   regime                  how far modes lie apart: equal, nearly equal, generic
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <lssm/core.hpp>
#include <ostream>
#include <vector>

namespace reference {

using lssm::integer;

#if defined(__SIZEOF_FLOAT128__)
using wide = lssm::quad;
#else
using wide = long double;
#endif

template <class T>
struct wide_type {
  using type = std::conditional_t<(lssm::epsilon_of<T> > 1e-10), double, wide>;
};
template <class T>
struct wide_type<lssm::dual<T>> {
  using type = lssm::dual<typename wide_type<T>::type>;
};
template <class T>
using wide_of = typename wide_type<T>::type;

template <class T>
inline constexpr bool is_dual = false;
template <class T>
inline constexpr bool is_dual<lssm::dual<T>> = true;

/// Steele, Lea and Flood's SplitMix64: small, and none of the library's own streams.
class numbers {
 public:
  explicit numbers(std::uint64_t seed) : state_(seed) {}

  template <class T = double>
  T draw() {
    T x{};
    if constexpr (is_dual<T>) {
      x.v = draw<decltype(x.v)>();
      x.e = draw<decltype(x.e)>();
    } else if constexpr (lssm::lanes_of<T> > 1) {
      for (std::size_t i = 0; i < lssm::lanes_of<T>; ++i)
        lssm::scalar_traits<T>::set(x, i, draw<lssm::lane_of<T>>());
    } else {
      x = static_cast<T>(wide(next()) + wide(next()) * wide(0x1p-54));
    }
    return x;
  }
  template <class T = double>
  std::vector<T> draws(std::size_t n, double scale = 1) {
    std::vector<T> out(n);
    for (T& x : out) x = draw<T>() * T(static_cast<lssm::lane_of<T>>(scale));
    return out;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(word() % n); }

 private:
  std::uint64_t word() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  double next() { return static_cast<double>(static_cast<std::int64_t>(word()) >> 11) * 0x1p-52; }
  std::uint64_t state_;
};

template <class T>
wide_of<T> widen(const T& x, std::size_t lane) {
  if constexpr (is_dual<T>) {
    return {widen(x.v, lane), widen(x.e, lane)};
  } else {
    return wide_of<T>(lssm::scalar_traits<T>::get(x, lane));
  }
}
template <class R, class V>
std::vector<R> widen_all(const V& x, std::size_t lane) {
  std::vector<R> out;
  out.reserve(x.size());
  for (const auto& v : x) out.push_back(R(widen(v, lane)));
  return out;
}
template <class V>
auto widen_all(const V& x, std::size_t lane) {
  return widen_all<wide_of<typename V::value_type>>(x, lane);
}

inline double magnitude(double x) { return x < 0 ? -x : x; }
inline double magnitude(wide x) { return static_cast<double>(x < 0 ? -x : x); }
template <class T>
double magnitude(const lssm::dual<T>& x) {
  return magnitude(x.v) + magnitude(x.e);
}

template <class V>
std::vector<double> sizes(const V& x, std::size_t lane) {
  std::vector<double> out;
  out.reserve(x.size());
  for (const auto& v : x) out.push_back(magnitude(widen(v, lane)));
  return out;
}

/// How far `got` is from `expected`, in units of T's epsilon times `size`; differences that T cannot represent as normal
/// numbers are forgiven.
template <class T, class R>
double epsilons(const T& got, const R& expected, double size, std::size_t lane = 0) {
  const double error = magnitude(widen(got, lane) - expected);
  const bool single = lssm::epsilon_of<T> > 1e-10;
  const double smallest =
      single ? double{std::numeric_limits<float>::min()} : std::numeric_limits<double>::min();
  if (error <= 4 * smallest) return 0;
  return error / (lssm::epsilon_of<T> * size);
}

/// The largest of a list; NaN counts as the largest of all.
class largest {
 public:
  void see(double x) {
    if (!(x <= value_)) value_ = x;
  }
  operator double() const { return value_; }
  friend std::ostream& operator<<(std::ostream& out, const largest& x) { return out << x.value_; }

 private:
  double value_ = 0;
};

enum class regime { equal, nearly_equal, generic };
inline constexpr regime regimes[] = {regime::equal, regime::nearly_equal, regime::generic};

/// d modes in (-1.1, 1.1), or all within 1e-7 of one value, or all the same.
template <class T>
std::vector<T> modes(numbers& draw, integer d, regime r) {
  auto a = draw.draws<T>(static_cast<std::size_t>(d), 1.1);
  const T first = a[0], spread = T(static_cast<lssm::lane_of<T>>(r == regime::equal ? 0.0 : 1e-7));
  if (r != regime::generic)
    for (T& x : a) x = first + spread * x;
  return a;
}

}  // namespace reference
