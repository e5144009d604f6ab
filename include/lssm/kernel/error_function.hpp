// SPDX-License-Identifier: BSD-3-Clause
// exp, erfc, the exact GELU and the sigmoid in registers: no branch, no table, no call of the library of the machine.
//
//   exp(x)   erfc(x)   gelu(x) = x Φ(x)   gelu_slope(x) = Φ(x) + x φ(x)   gelu_curvature(x) = (2 - x²) φ(x)
//   sigmoid(x) = 1 / (1 + e^-x), from e^-|x|, which cannot overflow       sigmoid_slope(y) = y (1 - y), y = sigmoid(x)
//
//   x        a float or double, a block of eight (kernel/block.hpp), a register, a pack (core/pack.hpp), or a dual number
//            (gelu, sigmoid and their slopes)
//   Φ, φ     distribution function and density of the standard normal
//
// With y = |x|, or |x|/√2 for Φ, and e^r = 1 + r + r² E(r):
//
//   erfc(y) = e^(-y²) H(q) t,   t = s / (y + s),   q = 1 - 2 t          H, E: polynomials, fitted in 60 digits by
//   erfc(-y) = 2 - erfc(y),   gelu(x) = max(x, 0) - |x| erfc(y) / 2     tests/tools/fit_error_function.py
//
// The square of x is taken as two numbers that hold all its digits, and so is x²/2, and t is |x| and s √2 of it: x/√2, whose
// rounding would cost 20 ulp of gelu at x = -5, is never computed. Powers of two are multiplied in last, so that a subnormal
// result is rounded once. Each lane goes through the same operations: a result depends neither on its place nor on how wide registers
// are. With fused products (AVX2, AVX-512) the bits are one set, without them another (core/scalar.hpp, mul_add).
// Largest errors in ulp with fused products: erfc 3.1 in float, 5.6 in double; exp 1.1; GELU 3.4 and 5.6 (docs/nn.md).
#pragma once

#include <cstring>
#include <limits>
#include <type_traits>

#include "block.hpp"
#include "dual_block.hpp"
#include "error_function_coefficients.hpp"
#include "whole_registers.hpp"

namespace lssm::kernel {

namespace detail {

/// The formulas in registers V of numbers T.
template <class T, class V>
struct in_registers {
  using of = error_function<T>;
  using whole_numbers = decltype(V{} < V{});
  using bits = std::remove_reference_t<decltype(whole_numbers{}[0])>;
  typedef int small_numbers __attribute__((vector_size(sizeof(V) / sizeof(T) * sizeof(int))));

  [[gnu::always_inline]] static V spread(T x) { return x - V{}; }
  [[gnu::always_inline]] static V fused(const V& x, const V& y, const V& z) {
    V r{};
    fuse<T>(x, y, z, r);
    return r;
  }
  template <class To, class From>
  [[gnu::always_inline]] static To as(const From& x) {
    To y;
    std::memcpy(&y, &x, sizeof y);
    return y;
  }
  [[gnu::always_inline]] static V with_bits(const V& x, bits kept) {
    return as<V>(as<whole_numbers>(x) & (kept - whole_numbers{}));
  }
  /// The smaller of |x| and a limit; a NaN stays one.
  [[gnu::always_inline]] static V size_up_to(T limit, const V& x) {
    const V size = with_bits(x, std::numeric_limits<bits>::max());
    return size > limit ? spread(limit) : size;
  }

  /// c[0] + x (c[1] + c[2] x + ...), the even and the odd powers in the brackets apart; c[0], the largest, is added last.
  template <std::size_t N>
  [[gnu::always_inline]] static V polynomial(const T (&c)[N], const V& x) {
    const V square = x * x;
    V sums[] = {spread(c[N - 1]), spread(c[N - 2])};
    unrolled<N - 3>([&](auto i) __attribute__((always_inline)) {
      sums[i % 2] = fused(sums[i % 2], square, spread(c[N - 3 - i]));
    });
    return fused(fused(sums[(N + 1) % 2], x, sums[N % 2]), x, spread(c[0]));
  }

  /// A number as a sum: what high leaves out of a product where products are fused, else nothing.
  struct sum {
    V high, low;
  };
  [[gnu::always_inline]] static sum product(const V& x, const V& y) {
    const V high = x * y;
    return {high, fused(x, y, -high)};
  }
  /// (1 + part) 2^power
  struct exponential {
    V part;
    whole_numbers power;
    /// The exponential times x, where x 2^(power / 2) is not subnormal.
    [[gnu::always_inline]] V times(const sum& x) const {
      const whole_numbers half = power >> 1;
      return (fused(part, x.high, x.low) + x.high) * power_of_two(half) * power_of_two(power - half);
    }
    [[gnu::always_inline]] static V power_of_two(const whole_numbers& n) {
      return as<V>((n + static_cast<bits>(of::bias)) << static_cast<bits>(of::digits));
    }
  };
  /// e^(high + low) for sums from exp_from to exp_to; low is less than 2^-10 of high.
  [[gnu::always_inline]] static exponential exp_of_sum(const V& high, const V& low) {
    constexpr int shift = 4096;  // conversions cut: of positive numbers, they round down
    const V steps = (high + low) * T(0x1.71547652b82fep+0) + (T(shift) + T(0.5));
    const V bounded = steps > T(0) ? steps : V{};  // no NaN is converted
    const small_numbers power = __builtin_convertvector(bounded, small_numbers) - shift;
    const V n = __builtin_convertvector(power, V);
    const V r = fused(n, spread(-of::log2_high), high) + fused(n, spread(-of::log2_low), low);
    return {fused(polynomial(of::e, r) * r, r, r), __builtin_convertvector(power, whole_numbers)};
  }
  /// e^(-scale x²), scale a power of two. The upper half of the digits of x has an exact square.
  [[gnu::always_inline]] static exponential exp_of_square(const V& x, T scale) {
    const V upper = with_bits(x, static_cast<bits>(of::upper_half));
    return exp_of_sum(upper * upper * -scale, (x - upper) * (x + upper) * -scale);
  }
  /// e^(y²) erfc(y), y >= 0, of y or any multiple of it, and s or the same multiple.
  [[gnu::always_inline]] static sum scaled_erfc(const V& y, T s) {
    const V below = y + s, t = s / below;
    sum r = product(polynomial(of::h, T(1) - (t + t)), t);
    // Floats lack the last tenth of an ulp without what the division leaves over, s - t (y + s).
    if constexpr (lssm::detail::hardware_fma && sizeof(T) == sizeof(float))
      r.low = fused(fused(-t, below, spread(s)), r.high * (T(1) / s), r.low);
    return r;
  }

  [[gnu::always_inline]] static V exp(const V& x) {
    const V low = x < of::exp_from ? spread(of::exp_from) : x,
            bounded = low > of::exp_to ? spread(of::exp_to) : low;
    return exp_of_sum(bounded, V{}).times({spread(1), V{}});
  }
  [[gnu::always_inline]] static V erfc(const V& x) {
    const V y = size_up_to(of::largest_y, x), r = exp_of_square(y, T(1)).times(scaled_erfc(y, of::s));
    return x < T(0) ? T(2) - r : r;
  }
  [[gnu::always_inline]] static V sigmoid(const V& x) {
    const V e = exp(-size_up_to(-of::exp_from, x));
    return (x < T(0) ? e : spread(1)) / (e + T(1));
  }
  [[gnu::always_inline]] static V sigmoid_slope(const V& y) { return y * (T(1) - y); }
  [[gnu::always_inline]] static V sigmoid_curvature(const V& y) { return T(1) - (y + y); }
  /// What the three below have in common: y = |x|, bounded, and e^(-y²/2).
  struct normal {
    V y = {};
    exponential e;
    [[gnu::always_inline]] explicit normal(const V& x)
        : y(size_up_to(of::largest_x, x)), e(exp_of_square(y, T(0.5))) {}
    /// 2 e^(y²/2) Φ(-y)
    [[gnu::always_inline]] sum tails() const { return scaled_erfc(y, of::s_root_2); }
  };
  static constexpr T density = T(0x1.9884533d43651p-2);  // 1/√(2π)

  [[gnu::always_inline]] static V gelu(const V& x) {
    const normal n(x);
    const sum tails = n.tails(), whole = product(n.y * T(0.5), tails.high);
    const V below = n.e.times({whole.high, fused(n.y * T(0.5), tails.low, whole.low)});
    return x > T(0) ? x - below : -below;
  }
  [[gnu::always_inline]] static V gelu_slope(const V& x) {
    const normal n(x);
    const sum tails = n.tails();
    const V below = n.e.times({fused(n.y, spread(-density), tails.high * T(0.5)), tails.low * T(0.5)});
    return x < T(0) ? below : T(1) - below;
  }
  [[gnu::always_inline]] static V gelu_curvature(const V& x) {
    const normal n(x);
    return n.e.times({fused(n.y, -n.y, spread(2)) * density, V{}});
  }
};

/// Where X is held in registers, f(formulas, register) of each: of a pack, of a block's, of one for a single number.
template <class X>
struct held_in_registers : std::false_type {};
template <class X>
  requires(is_native<typename scalar_traits<X>::lane>)
struct held_in_registers<X> : std::true_type {
  using T = lane_of<X>;
  using vector = typename whole<T, (sizeof(X) < 16 ? 16 : sizeof(X))>::vector;
  template <class F>
  [[gnu::always_inline]] static X map(X x, const F& f) {
    vector v{};
    std::memcpy(&v, &x, sizeof x);
    v = f(in_registers<T, vector>{}, v);
    std::memcpy(static_cast<void*>(&x), &v, sizeof x);
    return x;
  }
};
template <class V>
  requires requires(const V v) {
    v[0] < v[0];
    sizeof(v) > sizeof(v[0]);
    __builtin_convertvector(v, V);
  }
struct held_in_registers<V> : std::true_type {
  using T = std::remove_cvref_t<decltype(V{}[0])>;
  template <class F>
  [[gnu::always_inline]] static V map(const V& x, const F& f) {
    return f(in_registers<T, V>{}, x);
  }
};
template <class T>
  requires is_native<T>
struct held_in_registers<block<T, 8>> : std::true_type {
  template <class F>
  [[gnu::always_inline]] static block<T, 8> map(block<T, 8> x, const F& f) {
    using formulas = in_registers<T, typename native<T>::vector>;
    each_piece<T>([&](auto i) __attribute__((always_inline)) { x.v[i] = f(formulas{}, x.v[i]); });
    return x;
  }
};

}  // namespace detail

/// Numbers, blocks, registers and packs of floats and doubles.
template <class X>
concept InRegisters = detail::held_in_registers<X>::value;

template <InRegisters X>
[[gnu::always_inline]] inline X exp(const X& x) {
  return detail::held_in_registers<X>::map(
      x, [](auto by, const auto& v) __attribute__((always_inline)) { return by.exp(v); });
}
template <InRegisters X>
[[gnu::always_inline]] inline X erfc(const X& x) {
  return detail::held_in_registers<X>::map(
      x, [](auto by, const auto& v) __attribute__((always_inline)) { return by.erfc(v); });
}
template <InRegisters X>
[[gnu::always_inline]] inline X gelu(const X& x) {
  return detail::held_in_registers<X>::map(
      x, [](auto by, const auto& v) __attribute__((always_inline)) { return by.gelu(v); });
}
template <InRegisters X>
[[gnu::always_inline]] inline X gelu_slope(const X& x) {
  return detail::held_in_registers<X>::map(
      x, [](auto by, const auto& v) __attribute__((always_inline)) { return by.gelu_slope(v); });
}
template <InRegisters X>
[[gnu::always_inline]] inline X gelu_curvature(const X& x) {
  return detail::held_in_registers<X>::map(
      x, [](auto by, const auto& v) __attribute__((always_inline)) { return by.gelu_curvature(v); });
}

template <InRegisters X>
[[gnu::always_inline]] inline X sigmoid(const X& x) {
  return detail::held_in_registers<X>::map(
      x, [](auto by, const auto& v) __attribute__((always_inline)) { return by.sigmoid(v); });
}
template <InRegisters X>
[[gnu::always_inline]] inline X sigmoid_slope(const X& y) {
  return detail::held_in_registers<X>::map(
      y, [](auto by, const auto& v) __attribute__((always_inline)) { return by.sigmoid_slope(v); });
}

/// Dual numbers of these, and blocks of dual numbers: values v and derivatives e.
template <class X>
concept DualInRegisters = requires(const X x) {
  requires InRegisters<std::remove_cvref_t<decltype(x.v)>>;
  x.e;
};

template <DualInRegisters X>
[[gnu::always_inline]] inline X gelu(const X& x) {
  return {gelu(x.v), gelu_slope(x.v) * x.e};
}
template <DualInRegisters X>
[[gnu::always_inline]] inline X gelu_slope(const X& x) {
  return {gelu_slope(x.v), gelu_curvature(x.v) * x.e};
}
template <DualInRegisters X>
[[gnu::always_inline]] inline X sigmoid(const X& x) {
  const auto y = sigmoid(x.v);
  return {y, sigmoid_slope(y) * x.e};
}
template <DualInRegisters X>
[[gnu::always_inline]] inline X sigmoid_slope(const X& y) {
  using part = std::remove_cvref_t<decltype(y.v)>;
  const auto slope = detail::held_in_registers<part>::map(
      y.v, [](auto by, const auto& v) __attribute__((always_inline)) { return by.sigmoid_curvature(v); });
  return {sigmoid_slope(y.v), slope * y.e};
}

}  // namespace lssm::kernel
