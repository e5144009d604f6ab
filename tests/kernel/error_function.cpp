// SPDX-License-Identifier: BSD-3-Clause
// exp, erfc, GELU and the sigmoid in registers: ulp against libquadmath in every binade, special values, order across
// joins, the same bits in blocks, packs, dual and single numbers.
#include <lssm/core/pack.hpp>
#include <lssm/kernel/error_function.hpp>

#include <bit>
#include <cmath>
#include <string>

#include "../reference.hpp"

using namespace lssm;

namespace {

using reference::wide;

template <class T>
constexpr T infinity = std::numeric_limits<T>::infinity();

/// |got - expected| in units of the last place of `size`.
template <class T>
double ulps(T got, wide expected, wide size) {
  using limits = std::numeric_limits<T>;
  if (abs_of(expected) > wide(limits::max())) return std::abs(got) == infinity<T> ? 0 : 1e9;
  if (!std::isfinite(got)) return 1e9;
  const int leading = std::max(std::ilogb(static_cast<T>(abs_of(size))), limits::min_exponent - 1),
            place = leading - limits::digits + 1;
  const wide unit = wide(static_cast<double>(1)) * wide(std::ldexp(1.0L, place));
  return static_cast<double>(abs_of(wide(got) - expected) / unit);
}

struct exact {
  wide value, size;
};
wide upper_tail(wide x) { return erfc_of(x * detail::sqrt_half<wide>()) / 2; }
wide density(wide x) {
  return exp_of(-(x * x) / 2) * detail::inverse_sqrt_pi<wide>() * detail::sqrt_half<wide>();
}

// Each function, what it should be, what its error is measured in, and the largest ulp in floats and doubles.
struct exponential_value {
  static constexpr double largest[] = {1.1, 1.2};
  static auto of(const auto& x) { return kernel::exp(x); }
  static exact exactly(wide x) { return {exp_of(x), exp_of(x)}; }
};
struct complementary {
  static constexpr double largest[] = {lssm::detail::hardware_fma ? 4 : 5, 8};
  static auto of(const auto& x) { return kernel::erfc(x); }
  static exact exactly(wide x) { return {erfc_of(x), erfc_of(x)}; }
};
struct gelu_value {
  static constexpr double largest[] = {lssm::detail::hardware_fma ? 4 : 5, 8};
  static auto of(const auto& x) { return kernel::gelu(x); }
  static exact exactly(wide x) { return {x * upper_tail(-x), x * upper_tail(-x)}; }
};
struct gelu_first {
  static constexpr double largest[] = {lssm::detail::hardware_fma ? 4 : 5, 8};
  static auto of(const auto& x) { return kernel::gelu_slope(x); }
  static exact exactly(wide x) {
    const wide first = upper_tail(-x), second = x * density(x);
    return {first + second, max_of(first, abs_of(second))};
  }
};
struct gelu_second {
  static constexpr double largest[] = {3, 4};
  static auto of(const auto& x) { return kernel::gelu_curvature(x); }
  static exact exactly(wide x) { return {density(x) * (2 - x * x), density(x) * max_of(wide(2), x * x)}; }
};

struct sigmoid_value {
  static constexpr double largest[] = {3, 3};
  static auto of(const auto& x) { return kernel::sigmoid(x); }
  static exact exactly(wide x) {
    const wide e = exp_of(-abs_of(x)), y = (x < wide(0) ? e : wide(1)) / (wide(1) + e);
    return {y, y};
  }
};

template <class Of, class T>
struct worst {
  double of = 0;
  T at = 0, x[8] = {};
  int count = 0;
  void see(T next) {
    x[count++] = next;
    if (count < 8) return;
    count = 0;
    T y[8];
    kernel::block<T, 8> block;
    block.load(x);
    Of::of(block).store(y);
    for (int i = 0; i < 8; ++i) {
      const exact right = Of::exactly(wide(x[i]));
      const double error = ulps(y[i], right.value, right.size);
      if (!(error <= of)) of = error, at = x[i];
    }
  }
};

template <class Of>
void check_floats() {
  worst<Of, float> error;
  constexpr std::uint32_t stride = 65521;  // bit patterns: 127 in each binade of either sign
  for (std::uint64_t bits = 0; bits < (std::uint64_t(1) << 32); bits += stride) {
    const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::abs(x) < 120) error.see(x);
  }
  CAPTURE(error.at);
  CHECK(error.of <= Of::largest[0]);
}
template <class Of>
void check_doubles() {
  worst<Of, double> error;
  reference::numbers draw(7);
  for (int exponent = -1074; exponent < 10; exponent += exponent < -80 ? 31 : 1)
    for (int i = 0; i < (exponent < -5 ? 32 : 2000); ++i) {
      const double x = std::ldexp(1 + std::abs(draw.draw<double>()), exponent);
      if (x < 800) error.see(x), error.see(-x);
    }
  CAPTURE(error.at);
  CHECK(error.of <= Of::largest[1]);
}

template <class Of>
void check_bits(const auto& number, const std::string& name) {
  using T = std::remove_cvref_t<decltype(number)>;
  reference::numbers draw(11);
  for (int repeat = 0; repeat < 200; ++repeat) {
    T x[8], in_block[8];
    for (T& v : x) v = draw.draw<T>() * T(20);
    if (repeat == 0) x[3] = infinity<T>, x[4] = -infinity<T>, x[5] = T(0);
    kernel::block<T, 8> block;
    block.load(x);
    Of::of(block).store(in_block);
    pack<T> packed(T(0));
    for (std::size_t i = 0; i < lanes_of<pack<T>>; ++i) scalar_traits<pack<T>>::set(packed, i, x[i % 8]);
    packed = Of::of(packed);
    CAPTURE(name);
    for (std::size_t i = 0; i < 8; ++i) CHECK(Of::of(x[i]) == in_block[i]);
    for (std::size_t i = 0; i < lanes_of<pack<T>>; ++i)
      CHECK(scalar_traits<pack<T>>::get(packed, i) == in_block[i % 8]);
  }
}

}  // namespace

TEST_CASE_TEMPLATE("registers: exp, erfc, GELU and sigmoid to a few ulp, subnormal results included", Of,
                   exponential_value, complementary, gelu_value, gelu_first, gelu_second, sigmoid_value) {
  check_floats<Of>();
  check_doubles<Of>();
}

TEST_CASE_TEMPLATE("registers: the same bits in blocks, packs and single numbers", Of, exponential_value,
                   complementary, gelu_value, gelu_first, gelu_second, sigmoid_value) {
  check_bits<Of>(1.0F, "float");
  check_bits<Of>(1.0, "double");
}

TEST_CASE_TEMPLATE("registers: zeros, infinities and what is no number", T, float, double) {
  const T inf = infinity<T>, nan = std::numeric_limits<T>::quiet_NaN(), huge = std::numeric_limits<T>::max();
  CHECK(kernel::exp(T(0)) == 1);
  CHECK(kernel::exp(inf) == inf);
  CHECK(kernel::exp(huge) == inf);
  CHECK(kernel::exp(-inf) == 0);
  CHECK(kernel::exp(-huge) == 0);
  CHECK(kernel::erfc(T(0)) == 1);
  CHECK(kernel::erfc(T(-0.0)) == 1);
  CHECK(kernel::erfc(inf) == 0);
  CHECK(kernel::erfc(huge) == 0);
  CHECK(kernel::erfc(-inf) == 2);
  CHECK(kernel::erfc(-huge) == 2);
  CHECK(kernel::gelu(T(0)) == 0);
  CHECK(std::signbit(kernel::gelu(T(-0.0))));
  CHECK(kernel::gelu(inf) == inf);
  CHECK(kernel::gelu(huge) == huge);
  CHECK(kernel::gelu(-inf) == 0);
  CHECK(kernel::gelu_slope(T(0)) == T(0.5));
  CHECK(kernel::gelu_slope(inf) == 1);
  CHECK(kernel::gelu_slope(-huge) == 0);
  CHECK(kernel::gelu_curvature(inf) == 0);
  CHECK(kernel::gelu_curvature(-inf) == 0);
  CHECK(kernel::sigmoid(T(0)) == T(0.5));
  CHECK(kernel::sigmoid(inf) == 1);
  CHECK(kernel::sigmoid(huge) == 1);
  CHECK(kernel::sigmoid(-inf) == 0);
  CHECK(kernel::sigmoid(-huge) == 0);
  for (const T x : {nan, -nan}) {
    CHECK(std::isnan(kernel::exp(x)));
    CHECK(std::isnan(kernel::erfc(x)));
    CHECK(std::isnan(kernel::gelu(x)));
    CHECK(std::isnan(kernel::gelu_slope(x)));
    CHECK(std::isnan(kernel::gelu_curvature(x)));
    CHECK(std::isnan(kernel::sigmoid(x)));
  }
}

TEST_CASE_TEMPLATE("registers: erfc falls and exp grows wherever they change by several ulp", T, float,
                   double) {
  const T steps = T(16) * std::numeric_limits<T>::epsilon();
  for (const T join : {T(0), T(0.3466), T(1), T(2), T(3), T(9), T(-0.3466), T(-1), T(-2)}) {
    T x = join - T(500) * steps;
    for (int i = 0; i < 1000; ++i) {
      const T next = x + steps * (T(1) + std::abs(join));
      CHECK(kernel::exp(next) > kernel::exp(x));
      CHECK(kernel::erfc(next) <= kernel::erfc(x));
      x = next;
    }
  }
}

namespace {
// A function of its own: in one loop with the blocks g++ 12.2 ends with an internal error at -O3.
template <class T>
[[gnu::noinline]] void check_gelu(const dual<T>& x, const dual<T>& y, const dual<T>& slope) {
  CHECK(y.v == kernel::gelu(x.v));
  CHECK(y.e == kernel::gelu_slope(x.v) * x.e);
  CHECK(slope.v == kernel::gelu_slope(x.v));
  CHECK(slope.e == kernel::gelu_curvature(x.v) * x.e);
  CHECK(kernel::gelu(x).e == y.e);
  CHECK(kernel::gelu_slope(x).e == slope.e);
}
}  // namespace

TEST_CASE_TEMPLATE("registers: of dual numbers GELU, sigmoid and their slopes have their derivatives", T,
                   float, double) {
  reference::numbers draw(13);
  for (int i = 0; i < 200; ++i) {
    dual<T> x[8], y[8], slope[8];
    for (dual<T>& v : x) v = draw.draw<dual<T>>() * dual<T>(T(6));
    kernel::block<dual<T>, 8> block;
    block.load(x);
    kernel::gelu(block).store(y);
    kernel::gelu_slope(block).store(slope);
    for (int j = 0; j < 8; ++j) check_gelu(x[j], y[j], slope[j]);
    kernel::sigmoid(block).store(y);
    kernel::sigmoid_slope(kernel::sigmoid(block)).store(slope);
    for (int j = 0; j < 8; ++j) {
      const T value = kernel::sigmoid(x[j].v), by = value * (T(1) - value) * x[j].e;
      CHECK(y[j].v == value);
      CHECK(y[j].e == by);
      CHECK(slope[j].v == value * (T(1) - value));
      CHECK(slope[j].e == (T(1) - (value + value)) * by);
      CHECK(kernel::sigmoid(x[j]).e == y[j].e);
    }
  }
}
