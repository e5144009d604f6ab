// SPDX-License-Identifier: BSD-3-Clause
// Sizes, storage, and the words of errors and statuses.
#include <doctest/doctest.h>

#include <lssm/core.hpp>
#include <lssm/core/tensor.hpp>
#include <string>

using namespace lssm;

// A static size costs nothing, converts to itself and works while compiling.
static_assert(std::is_empty_v<extent<7>> && extent<7>{} == 7 && extent<>{7} == 7 && extent<>{} == 0);
static_assert(extent<7>{7} == extent<7>{} && extent<>{3} == extent<>{3} && !(extent<>{3} == extent<>{4}));
static_assert(sum_of<2, 3> == 5 && sum_of<2, dynamic> == dynamic && sum_of<> == 0);
static_assert(product_of<2, 3> == 6 && product_of<dynamic, 0> == dynamic && product_of<> == 1);
static_assert(std::same_as<vec<double, 3>, std::array<double, 3>> &&
              std::same_as<vec<double>, std::vector<double>>);
static_assert(known_size<vec<float, 4>> == 4 && known_size<vec<float>> == dynamic);
static_assert(is_storage<vec<float, 4>> && is_storage<vec<float>> && !is_storage<float> &&
              !is_storage<std::span<float>>);
static_assert(zeros<double>(extent<3>{})[2] == 0);

// Large arrays do not stand within objects, but keep their size.
static_assert(std::same_as<vec<double, 512>, std::array<double, 512>> &&
              std::same_as<vec<double, 513>, known_vector<double, 513>>);
static_assert(known_size<vec<double, 30000>> == 30000 && is_storage<vec<double, 30000>> &&
              sizeof(vec<double, 30000>) <= sizeof(std::vector<double>) &&
              vec<double, 30000>::size() == 30000);

namespace {

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "nothing thrown";
}

}  // namespace

TEST_CASE("a static size refuses another value, naming both") {
  CHECK(message_of([] { return extent<7>{8}; }) == "extent: a compile-time size must be 7, given 8");
  CHECK(message_of([] { return extent<7>{-7}; }) == "extent: a compile-time size must be 7, given -7");
  CHECK(extent<7>{7} == 7);
}

// A fraction, a bool or a character is no size.
static_assert(!std::is_convertible_v<double, extent<>> && !std::is_convertible_v<float, extent<7>> &&
              !std::is_convertible_v<bool, extent<>> && !std::is_convertible_v<char, extent<>> &&
              std::is_convertible_v<unsigned char, extent<>> &&
              std::is_convertible_v<std::size_t, extent<>> && std::is_convertible_v<extent<7>, extent<>>);
static_assert(!std::is_constructible_v<extent<>, double> && !std::is_constructible_v<extent<>, long double>);
static_assert(AnyInteger<int> && AnyInteger<std::uint64_t> && AnyInteger<signed char> && !AnyInteger<bool> &&
              !AnyInteger<char> && !AnyInteger<char32_t> && !AnyInteger<double> && !AnyInteger<extent<>>);
static_assert(extent<>{extent<7>{}} == 7 && extent<>{7U} == 7 &&
              checked_integer<std::uint32_t>("f", "n", 7L) == 7);

TEST_CASE("an integer that does not fit is refused, not cut") {
  const std::uint64_t large = 0xFFFF'FFFF'FFFF'FFFE;
  CHECK(
      message_of([&] { return extent<>{large}; }) ==
      "extent: a size must be from -9223372036854775808 to 9223372036854775807, given 18446744073709551614");
  CHECK_THROWS_AS(extent<7>{large}, bad_argument);
  CHECK(message_of([] { return checked_integer<std::uint32_t>("f", "n", -1); }) ==
        "f: n must be from 0 to 4294967295, given -1");
  CHECK_THROWS_AS(checked_integer<std::uint32_t>("f", "n", std::int64_t{1} << 32), bad_argument);
  CHECK_THROWS_AS(checked_integer<std::uint32_t>("f", "n", std::numeric_limits<std::int64_t>::min()),
                  bad_argument);
  CHECK(checked_integer<std::uint32_t>("f", "n", (std::int64_t{1} << 32) - 1) == 0xFFFF'FFFF);
}

TEST_CASE("sizes whose array would be larger than any are refused, also where their product overflows") {
  const integer half = integer{1} << 30;
  CHECK_NOTHROW(require_entries("f", "n x m", {half, 2}));
  CHECK_NOTHROW(require_entries("f", "n x m", {half, 0, half}));
  CHECK(message_of([&] {
          require_entries("f", "n x m", {half, 3});
        }) == "f: n x m must be at most 2147483648, given 1073741824 x 3");
  for (const integer huge : {integer{1} << 33, integer{1} << 62, std::numeric_limits<integer>::max()}) {
    CHECK_THROWS_AS(require_entries("f", "n", {huge}), bad_argument);
    CHECK_THROWS_AS(require_entries("f", "n", {2, huge, huge, 4}), bad_argument);
  }
}

TEST_CASE("storage of both kinds") {
  CHECK(zeros<float>(extent<>{5}) == std::vector<float>(5, 0.0F));
  CHECK(zeros<float>(extent<>{0}).empty());
  const std::vector<double> v{1, 2, 3};
  CHECK(length(v) == 3);
  CHECK(view<double>(v).data() == v.data());
  const auto t = to_tensor<2>(std::vector<double>{1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(t(1, 0) == 4);
}

TEST_CASE("large storage of known size is as an array") {
  auto x = zeros<double>(extent<1000>{});
  CHECK(x == known_vector<double, 1000>{});
  CHECK(length(x) == 1000);
  x[999] = 2;
  auto y = x;
  y.fill(1);
  CHECK(x[999] == 2);
  CHECK(x != y);
  y = {4, 5};
  CHECK(y[1] == 5);
  CHECK(y[2] == 0);
  CHECK(view<double>(y).size() == 1000);
  CHECK(fixed_view<1000>(y).data() == y.data());
  using small = known_vector<double, 2>;
  CHECK(message_of([] { return small{1, 2, 3}; }) == "known_vector: the numbers must be at most 2, given 3");
}

TEST_CASE("messages name function, argument, expected and given") {
  CHECK_NOTHROW(require(true, "f", "x", "positive", 1));
  CHECK(message_of([] { require(false, "f", "x", "positive", -0.1); }) ==
        "f: x must be positive, given -0.10000000000000001");
  CHECK(message_of([] { refuse("run", "rtol", "in (0, 1)", std::string("two")); }) ==
        "run: rtol must be in (0, 1), given two");
  CHECK_THROWS_AS(refuse("f", "x", "y", 1), failure);
  CHECK_THROWS_AS(throw bad_file("a: b"), failure);
  CHECK_THROWS_AS(throw bad_file("a: b"), std::runtime_error);
  // Neighbouring doubles can be told apart.
  CHECK(to_text(1.0) != to_text(1.0 + 0x1p-52));
}

TEST_CASE("each status has a word of its own") {
  std::vector<std::string> words;
  for (int i = 0; i <= static_cast<int>(status::stationary); ++i)
    words.emplace_back(to_string(static_cast<status>(i)));
  CHECK(words.front() == "running");
  CHECK(words.back() == "stationary");
  std::sort(words.begin(), words.end());
  CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
  CHECK(std::find(words.begin(), words.end(), "unknown") == words.end());
  CHECK(is_known(status::stationary));
  CHECK_FALSE(is_known(static_cast<status>(words.size())));
  CHECK_FALSE(is_known(static_cast<status>(-1)));
  CHECK(to_text(status::not_finite) == "not_finite");
}
