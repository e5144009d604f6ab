// SPDX-License-Identifier: BSD-3-Clause
// What a build says about its arithmetic is what it computes.
#include <lssm/kernel/arithmetic.hpp>

#include <doctest/doctest.h>

#include <lssm/core/type_name.hpp>

using namespace lssm;

TEST_CASE_TEMPLATE("mul_add rounds as it says, and nothing else fuses in our targets", T, float, double) {
  CHECK(fuses<T>() == detail::hardware_fma);
  CHECK_FALSE(contracts<T>());
  CHECK(detail::rounds_once<T>([](T x, T y, T z) {
    return static_cast<T>(static_cast<long double>(x) * static_cast<long double>(y) +
                          static_cast<long double>(z));
  }));
  CHECK(detail::rounds_once<T>([](T x, T y, T z) { return std::fma(x, y, z); }));
  CHECK_FALSE(detail::rounds_once<T>([](T x, T y, T z) {
    volatile T product = x * y;
    return product + z;
  }));
}

TEST_CASE("registers are told where bits depend on them") {
  CHECK(register_bytes_that_matter<double>() == 0);
  CHECK(register_bytes_that_matter<float>() == (kernel::register_bytes == 64 ? 64 : 0));
}

TEST_CASE("the library's functions have one checksum, and another number another") {
  CHECK(function_checksum() == function_checksum());
  std::uint64_t one = 7, two = 7;
  detail::mix_bits(one, 1.0);
  detail::mix_bits(two, std::nextafter(1.0, 2.0));
  CHECK(one != two);
}
