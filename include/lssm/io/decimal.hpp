// SPDX-License-Identifier: BSD-3-Clause
// long double and quad to decimal digits and back, each rounded once: exact integers in between, no locale, no
// libquadmath. The standard library reads long doubles in the user's locale and refuses the smallest of them.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wide_float.hpp"

namespace lssm::detail {

/// A natural number of any size, in limbs of 32 bits, the least significant first and none of the last ones zero.
class natural {
 public:
  natural() = default;
  explicit natural(std::uint32_t n) {
    if (n != 0) limbs_.push_back(n);
  }
  /// Takes an integer-valued x >= 0 below 2^128.
  template <WideFloat T>
  explicit natural(T x) {
    const T limb = T(4294967296.0);
    for (T unit = limb * limb * limb; unit >= T(1); unit = unit / limb) {
      const auto digit = static_cast<std::uint32_t>(x / unit);
      x = x - T(digit) * unit;
      limbs_.insert(limbs_.begin(), digit);
    }
    trim();
  }

  bool is_zero() const { return limbs_.empty(); }
  int bits() const {
    if (is_zero()) return 0;
    return static_cast<int>(32 * limbs_.size()) - std::countl_zero(limbs_.back());
  }

  natural& multiply_add(std::uint32_t factor, std::uint32_t summand) {
    std::uint64_t carry = summand;
    for (std::uint32_t& limb : limbs_) {
      carry += std::uint64_t(limb) * factor;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs_.push_back(static_cast<std::uint32_t>(carry));
    return *this;
  }
  natural& times_power_of_ten(int n) {
    for (; n >= 9; n -= 9) multiply_add(1000000000, 0);
    for (; n > 0; --n) multiply_add(10, 0);
    return *this;
  }
  natural& shift_left(int n) {
    if (is_zero()) return *this;
    multiply_add(std::uint32_t(1) << (n % 32), 0);
    limbs_.insert(limbs_.begin(), static_cast<std::size_t>(n / 32), 0);
    return *this;
  }
  /// Subtracts y. Precondition: y <= *this.
  natural& subtract(const natural& y) {
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      borrow += std::int64_t(limbs_[i]) - (i < y.limbs_.size() ? std::int64_t(y.limbs_[i]) : 0);
      limbs_[i] = static_cast<std::uint32_t>(borrow & 0xFFFFFFFF);
      borrow >>= 32;
    }
    trim();
    return *this;
  }
  friend std::strong_ordering operator<=>(const natural& x, const natural& y) {
    if (x.limbs_.size() != y.limbs_.size()) return x.limbs_.size() <=> y.limbs_.size();
    for (std::size_t i = x.limbs_.size(); i-- > 0;)
      if (x.limbs_[i] != y.limbs_[i]) return x.limbs_[i] <=> y.limbs_[i];
    return std::strong_ordering::equal;
  }
  friend bool operator==(const natural&, const natural&) = default;

 private:
  void trim() {
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
  }
  std::vector<std::uint32_t> limbs_;
};

/// The first `count` significant decimal digits of x > 0, rounded to nearest, and the power of ten of the first one.
template <WideFloat T>
std::string decimal_digits(T x, int count, int& exponent10) {
  int exponent2 = 0;
  const T m = scaled_by_power_of_two(normalized(x, exponent2), digits_of<T> - 1);
  exponent2 -= digits_of<T> - 1;
  // x = top / bottom 10^exponent10 with 1 <= top / bottom < 10 once the estimate is corrected
  natural top(m), bottom(1);
  (exponent2 > 0 ? top : bottom).shift_left(exponent2 > 0 ? exponent2 : -exponent2);
  exponent10 = static_cast<int>(std::floor((exponent2 + digits_of<T> - 1) * 0.30102999566398120));
  (exponent10 > 0 ? bottom : top).times_power_of_ten(exponent10 > 0 ? exponent10 : -exponent10);
  if (natural next = bottom; top >= next.multiply_add(10, 0)) {
    bottom = next;
    ++exponent10;
  }
  std::string digits;
  for (int i = 0; i < count; ++i) {
    char digit = '0';
    for (; top >= bottom; ++digit) top.subtract(bottom);
    digits += digit;
    top.multiply_add(10, 0);
  }
  // Compares the rest, already ten times as large, with half a unit of the last digit.
  bottom.multiply_add(5, 0);
  if (top > bottom || (top == bottom && (digits.back() - '0') % 2 == 1)) {
    std::size_t i = digits.size();
    while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
    if (i > 0) {
      ++digits[i - 1];
    } else {
      digits.front() = '1';  // of zeros
      ++exponent10;
    }
  }
  return digits;
}

/// The number of T nearest to top / bottom, both above zero; ties to even; infinite if it is too large.
template <WideFloat T>
T nearest(natural top, natural bottom) {
  constexpr int digits = digits_of<T>;
  // quotient = top 2^shift / bottom, with `digits` bits before the point: fewer only for numbers near zero
  int shift = digits - (top.bits() - bottom.bits());
  (shift > 0 ? top : bottom).shift_left(shift > 0 ? shift : -shift);
  if (natural limit = bottom; top >= limit.shift_left(digits)) {
    bottom.shift_left(1);
    --shift;
  }
  if (const int below = lowest_exponent<T> + shift; below > 0) {
    bottom.shift_left(below);
    shift -= below;
  }
  // Bit by bit; T holds all of them.
  bottom.shift_left(digits);
  T quotient = 0;
  bool odd = false;
  for (int i = 0; i < digits; ++i) {
    top.shift_left(1);
    odd = top >= bottom;
    quotient = quotient + quotient + (odd ? T(1) : T(0));
    if (odd) top.subtract(bottom);
  }
  top.shift_left(1);
  if (top > bottom || (top == bottom && odd)) quotient = quotient + T(1);
  return scaled_by_power_of_two(quotient, -shift);
}

/// A number from text: (-1)^negative digits 10^exponent10.
struct written_number {
  bool negative = false;
  natural digits;
  int significant = 0;  ///< how many decimal digits `digits` has
  long exponent10 = 0;
};

/// Reads digits with at most one point and at most one exponent; nothing if the text is not exactly that.
class number_scanner {
 public:
  explicit number_scanner(std::string_view text) : text_(text) {}

  std::optional<written_number> scan() {
    number_.negative = accept('-');
    read_digits(0);
    if (accept('.')) read_digits(1);
    if (seen_ == 0) return std::nullopt;
    if ((accept('e') || accept('E')) && !read_exponent()) return std::nullopt;
    if (at_ != text_.size()) return std::nullopt;
    if (more_) {  // represents all digits left out: above the last digit kept, below the next one
      number_.digits.multiply_add(10, 1);
      --number_.exponent10;
      ++number_.significant;
    }
    return number_;
  }

 private:
  /// An exponent too large for digits before or after the point to balance, in a text of any length.
  static constexpr long most_exponent = 100000000000000000L;
  /// More digits than decide a rounding, except of numbers made for that purpose; the time is quadratic in them.
  static constexpr int kept = 1000;

  bool is_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
  bool accept(char c) {
    const bool there = at_ < text_.size() && text_[at_] == c;
    if (there) ++at_;
    return there;
  }
  void read_digits(int per_digit) {
    for (; is_digit(); ++at_, ++seen_) {
      const auto digit = static_cast<std::uint32_t>(text_[at_] - '0');
      if (number_.significant < kept) {
        number_.digits.multiply_add(10, digit);
        if (!number_.digits.is_zero()) ++number_.significant;
      } else {
        more_ = more_ || digit != 0;
        ++number_.exponent10;
      }
      number_.exponent10 -= per_digit;
    }
  }
  bool read_exponent() {
    const bool down = accept('-');
    if (!down) accept('+');
    if (!is_digit()) return false;
    long exponent = 0;
    for (; is_digit(); ++at_) exponent = std::min(10 * exponent + (text_[at_] - '0'), most_exponent);
    number_.exponent10 += down ? -exponent : exponent;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0, seen_ = 0;
  bool more_ = false;
  written_number number_;
};

/// The number of T nearest to the text; nothing if the text is no number, if the number is too large for T, or if it is
/// not zero but zero would be the nearest.
template <WideFloat T>
std::optional<T> decimal_number(std::string_view text) {
  std::optional<written_number> n = number_scanner(text).scan();
  if (!n) return std::nullopt;
  const long magnitude = n->exponent10 + n->significant;  // the number is below 10^magnitude
  if (n->digits.is_zero()) return n->negative ? -T(0) : T(0);
  if (magnitude < -5100 || magnitude > 5000) return std::nullopt;
  natural bottom(1);
  const auto exponent = static_cast<int>(n->exponent10);
  (exponent > 0 ? n->digits : bottom).times_power_of_ten(exponent > 0 ? exponent : -exponent);
  const T x = nearest<T>(std::move(n->digits), std::move(bottom));
  if (!(x - x == T(0)) || x == T(0)) return std::nullopt;
  return n->negative ? -x : x;
}

}  // namespace lssm::detail
