// SPDX-License-Identifier: BSD-3-Clause
// The conversion of a state's elements to plain numbers for files, without loss.
//
//   float, double, integers     themselves                                          "a"
//   bool, enumerations          uint8, the underlying integer                       "a"
//   long double, quad           x = (hi + mid + lo) 2^exponent, all float64          "a.hi" ["a.mid"] "a.lo" "a.exponent"
//   dual<T>                     planes of the value and of the derivative           "a.value" "a.derivative"
//   pack                        planes of each lane                                 "a.lane0" "a.lane1" ...
//
// The exponent is 0 where double's range suffices, so that for most numbers "a.hi" is the nearest double in NumPy.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "../core/dual.hpp"
#include "../core/scalar.hpp"
#include "npy_format.hpp"
#include "wide_float.hpp"

namespace lssm::detail {

/// element: the stored type; count: stored numbers per value; name(i): the suffix of the leaf's name; split and join
/// convert to the stored numbers and back. valid says whether join may be called.
template <class L>
struct planes {
  static constexpr std::size_t count = 0;  // for types that no file can hold
};

template <NpyElement L>
struct planes<L> {
  using element = L;
  static constexpr std::size_t count = 1;
  static std::string name(std::size_t) { return {}; }
  static void split(const L& x, element* out) { *out = x; }
  static bool valid(const element*) { return true; }
  static L join(const element* in) { return *in; }
};

template <class L>
  requires std::same_as<L, bool> || std::is_enum_v<L>
struct planes<L> {
  using element = typename std::conditional_t<std::is_enum_v<L>, std::underlying_type<L>,
                                              std::type_identity<std::uint8_t>>::type;
  static constexpr std::size_t count = 1;
  static std::string name(std::size_t) { return {}; }
  static void split(const L& x, element* out) { *out = static_cast<element>(x); }
  static bool valid(const element* in) {
    if constexpr (requires { is_known(L{}); }) return is_known(static_cast<L>(*in));
    return !std::same_as<L, bool> || *in <= 1;
  }
  static L join(const element* in) { return static_cast<L>(*in); }
};

template <WideFloat L>
struct planes<L> {
  using element = double;
  static constexpr std::size_t doubles = (digits_of<L> + 52) / 53;
  static constexpr std::size_t count = doubles + 1;
  static std::string name(std::size_t i) {
    if (i == doubles) return ".exponent";
    return i == 0 ? ".hi" : i + 1 == doubles ? ".lo" : ".mid";
  }
  static void split(const L& x, element* out) {
    if (fits(x, out)) return;
    int exponent = 0;
    const L scaled = normalized(x, exponent);
    fits(scaled, out);
    out[doubles] = exponent;
  }
  static bool valid(const element* in) {
    const double e = in[doubles];
    return std::abs(e) <= 40000 && e == std::trunc(e);
  }
  static L join(const element* in) {
    // Smallest first, so that every sum is exact; zeros are left out for the sake of -0.
    L x = 0;
    bool any = false;
    for (std::size_t i = doubles; i-- > 0;) {
      if (in[i] == 0 && (any || i > 0)) continue;
      x = any ? x + L(in[i]) : L(in[i]);
      any = true;
    }
    return scaled_by_power_of_two(x, static_cast<int>(in[doubles]));
  }

 private:
  /// Splits with exponent 0 and says whether that was exact.
  static bool fits(const L& x, element* out) {
    L rest = x;
    for (std::size_t i = 0; i < doubles; ++i) {
      out[i] = static_cast<double>(rest);
      if (!(out[i] - out[i] == 0)) {  // infinite (perhaps in double only) or NaN
        for (std::size_t j = i + 1; j <= doubles; ++j) out[j] = 0;
        return !(x - x == L(0));
      }
      rest = rest - L(out[i]);
    }
    out[doubles] = 0;
    return rest == L(0);
  }
};

template <class T>
struct planes<dual<T>> {
  using base = planes<T>;
  using element = typename base::element;
  static constexpr std::size_t count = 2 * base::count;
  static std::string name(std::size_t i) {
    return (i < base::count ? ".value" : ".derivative") + base::name(i % base::count);
  }
  static void split(const dual<T>& x, element* out) {
    base::split(x.v, out);
    base::split(x.e, out + base::count);
  }
  static bool valid(const element* in) { return base::valid(in) && base::valid(in + base::count); }
  static dual<T> join(const element* in) { return {base::join(in), base::join(in + base::count)}; }
};

template <Scalar P>
  requires(lanes_of<P> > 1)
struct planes<P> {
  using base = planes<lane_of<P>>;
  using element = typename base::element;
  static constexpr std::size_t count = lanes_of<P> * base::count;
  static std::string name(std::size_t i) {
    return ".lane" + std::to_string(i / base::count) + base::name(i % base::count);
  }
  static void split(const P& x, element* out) {
    for (std::size_t i = 0; i < lanes_of<P>; ++i)
      base::split(scalar_traits<P>::get(x, i), out + i * base::count);
  }
  static bool valid(const element* in) {
    bool all = true;
    for (std::size_t i = 0; i < lanes_of<P>; ++i) all = all && base::valid(in + i * base::count);
    return all;
  }
  static P join(const element* in) {
    P x{};
    for (std::size_t i = 0; i < lanes_of<P>; ++i)
      scalar_traits<P>::set(x, i, base::join(in + i * base::count));
    return x;
  }
};

}  // namespace lssm::detail
