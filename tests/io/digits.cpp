// SPDX-License-Identifier: BSD-3-Clause
// Numbers to text and back: the same bits, in every locale, for every scalar.
#include <lssm/io/csv.hpp>
#include <lssm/io/digits.hpp>
#include <lssm/io/json.hpp>
#include <lssm/io/json_document.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../german.hpp"
#include "scratch.hpp"

using namespace lssm;

static_assert(TextNumber<float> && TextNumber<long double> && TextNumber<std::uint8_t>);
static_assert(TextNumber<signed char> && TextNumber<unsigned char> && TextNumber<long long>);
static_assert(!TextNumber<bool> && !TextNumber<std::string> && !TextNumber<double&>);
// Letters are no numbers.
static_assert(!TextNumber<char> && !TextNumber<wchar_t> && !TextNumber<char8_t> && !TextNumber<char32_t>);

namespace {

/// Random bits: significands and exponents over the whole range of T.
template <class T>
T anything(std::mt19937_64& engine) {
  T x = 0;
  for (int i = 0; i < 3; ++i) x = (x + static_cast<T>(engine() >> 11)) * static_cast<T>(0x1p-53);
  constexpr int range = sizeof(T) == 4 ? 140 : sizeof(T) == 8 ? 1040 : 16400;
  const int n = static_cast<int>(engine() % (2 * range)) - range;
  for (int i = 0; i < n; ++i) x = x * 2;
  for (int i = 0; i > n; --i) x = x / 2;
  return engine() % 2 == 0 ? x : -x;
}

template <class T>
bool comes_back(T x) {
  const auto y = number_from<T>(digits(x));
  return y && *y == x && std::signbit(static_cast<double>(*y)) == std::signbit(static_cast<double>(x));
}

}  // namespace

TEST_CASE_TEMPLATE("every number comes back", T, float, double, long double
#if defined(__SIZEOF_FLOAT128__)
                   ,
                   quad
#endif
) {
  std::mt19937_64 engine(1);
  std::size_t lost = 0;
  for (int i = 0; i < (sizeof(T) > 8 ? 400 : 5000); ++i) lost += comes_back(anything<T>(engine)) ? 0 : 1;
  CHECK(lost == 0);
  T least = 1;
  while (least / 2 > 0) least = least / 2;
  T large = 1;
  while (large * 2 - large * 2 == 0) large = large * 2;
  for (const T x :
       {T(0), -T(0), T(1), T(0.1), T(1e22), T(123456789), least, 3 * least, large, large + (large - least)})
    CHECK(comes_back(x));
  CHECK((*number_from<T>("inf") > large));
  CHECK(digits(T(std::numeric_limits<double>::infinity())) == "inf");
  CHECK(digits(T(-std::numeric_limits<double>::infinity())) == "-inf");
  CHECK(digits(T(-std::numeric_limits<double>::quiet_NaN())) == "nan");
  const T nan = *number_from<T>("nan");
  CHECK((nan != nan));
}

TEST_CASE("the fewest digits that do") {
  CHECK(digits(0.1) == "0.1");
  CHECK(digits(0.1F) == "0.1");
  CHECK(digits(1e22) == "1e+22");
  CHECK(digits(-0.0) == "-0");
  CHECK(digits(1.0 / 3) == "0.3333333333333333");
  CHECK(digits(5e-324) == "5e-324");
  CHECK(digits(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(digits(std::uint8_t{200}) == "200");
}

#if defined(__SIZEOF_FLOAT128__)
TEST_CASE("36 digits of a quad") {
  CHECK(digits(quad(1) / 3) == "0.333333333333333333333333333333333317");
  CHECK(digits(quad(2000) / 3) == "666.666666666666666666666666666666634");
  CHECK(digits(quad(0.5)) == "0.5");
  CHECK(digits(quad(-100)) == "-100");
  CHECK(digits(quad(1e-5) * quad(1e-5)).substr(0, 8) == "1.000000");
  CHECK(digits(quad(0x1p120)) == "1.32922799578491587290380706028034458e+36");
  CHECK(digits(quad(1e22)) == "10000000000000000000000");
  CHECK(digits(-quad(0)) == "-0");
  // 2^120 = 1329227995784915872903807060280344576 has 37 digits; half a unit and ties are decided exactly.
  CHECK((*number_from<quad>("1329227995784915872903807060280344576") == quad(0x1p120)));
  CHECK((*number_from<quad>("10384593717069655257060992658440193") == quad(0x1p113)));      // a tie, to even
  CHECK((*number_from<quad>("10384593717069655257060992658440193.01") > quad(0x1p113)));    // above it
  CHECK((*number_from<quad>("10384593717069655257060992658440195") == quad(0x1p113) + 4));  // a tie, to even
}
#endif

TEST_CASE("what long doubles round to is the compiler's own") {
  CHECK(*number_from<long double>("0.1") == 0.1L);
  CHECK(*number_from<long double>("3.14159265358979323846264338327950288") ==
        3.14159265358979323846264338327950288L);
  CHECK(*number_from<long double>("1e-30") == 1e-30L);
  CHECK(*number_from<long double>("123456789012345678901234567890e-50") ==
        123456789012345678901234567890e-50L);
  CHECK(*number_from<long double>("-1.5E+3") == -1500);
  // More digits than are kept: 0.1 and a thousand more zeros, then a one.
  CHECK(*number_from<long double>(std::string("0.1").append(1500, '0').append("1")) == 0.1L);
  CHECK(*number_from<long double>(std::string(1500, '1').append("e-1499")) == 1.11111111111111111111111111L);
  CHECK(*number_from<long double>(std::string("0.").append(3000, '0').append("1e3001")) == 1);
}

TEST_CASE_TEMPLATE("text that is no number is refused", T, double, long double
#if defined(__SIZEOF_FLOAT128__)
                   ,
                   quad
#endif
) {
  for (const char* text : {"", "-", ".", "+1", " 1", "1 ", "1,5", "1..2", "1e", "1e+", "e5", "0x10", "one",
                           "--1", "1e5000", "-1e99999999999999999999"})
    CHECK_FALSE(number_from<T>(text));
  CHECK((*number_from<T>("1.") == T(1)));
  CHECK((*number_from<T>("-.5") == T(-0.5)));
}

#if defined(__SIZEOF_FLOAT128__)
#define LSSM_TEST_QUAD , quad
#else
#define LSSM_TEST_QUAD
#endif

TEST_CASE_TEMPLATE("words and what looks like numbers are taken or refused by every scalar alike", T, float,
                   double, long double LSSM_TEST_QUAD) {
  for (const char* text : {"inf", "-inf", "Inf", "INF", "infinity", "Infinity", "-INFINITY"}) {
    const auto x = number_from<T>(text);
    REQUIRE(x);
    CHECK((*x == (text[0] == '-' ? -*number_from<T>("inf") : *number_from<T>("inf"))));
    CHECK((*x - *x != *x - *x));
  }
  for (const char* text : {"nan", "NaN", "NAN", "-nan"}) {
    const auto x = number_from<T>(text);
    REQUIRE(x);
    CHECK((*x != *x));
  }
  for (const char* text :
       {"+inf",  "+1",   "nan(1)", "nan()", "-nan(snan)", "infinit", "infinity1", "in", "i", "n",  "-",
        "--inf", " inf", "0x1p3",  "0x10",  "-0x1",       "1e",      "1e+",       "e1", ".", "-.", ".e1",
        "1_000", "1'0",  "1e1.5",  "1,5",   "1f",         "0b1",     "",          "1 ", " 1"})
    CHECK_FALSE(number_from<T>(text));
  for (const char* text : {"1.", ".5", "-.5", "01", "-00.50e+01", "1E5", "1e05"}) CHECK(number_from<T>(text));
}

TEST_CASE_TEMPLATE("the ends of the range are alike: no zero and no infinity of digits that are none", T,
                   float, double, long double LSSM_TEST_QUAD) {
  for (const char* text : {"1e-5000", "-1e-5000", "1e-99999999999999999999999", "0.0000001e-5000", "1e5000",
                           "-1e5000", "1e99999999999999999999999", "1e4933", "3e-4967"})
    CHECK_FALSE(number_from<T>(text));
  CHECK_FALSE(number_from<T>("0." + std::string(6000, '0') + "1"));
  CHECK_FALSE(number_from<T>("1" + std::string(6000, '0')));
  for (const char* text : {"0e-99999", "0e99999", "-0e99999", "0.000e-5000", "0", "-0", "-.0"}) {
    const auto zero = number_from<T>(text);
    REQUIRE(zero);
    CHECK((*zero == 0));
    CHECK(std::signbit(static_cast<double>(*zero)) == (text[0] == '-'));
  }
  CHECK((*number_from<T>("0." + std::string(6000, '0') + "1e6001") == T(1)));
  // What is nearer to the least number than to zero is that number, what is nearer to zero is refused.
  T least = 1;
  while (least / 2 > 0) least = least / 2;
  std::string text = digits(least);
  CHECK((*number_from<T>(text) == least));
  if constexpr (std::same_as<T, float>) text = "1.4e-45";
  CHECK((*number_from<T>(text) == least));
  const std::size_t e = text.find('e');
  const auto scaled = [&](const std::string& front) { return number_from<T>(front + text.substr(e)); };
  const double mantissa = *number_from<double>(text.substr(0, e));
  CHECK((*scaled(digits(0.6 * mantissa)) == least));
  CHECK_FALSE(scaled(digits(0.4 * mantissa)));
  CHECK_FALSE(scaled("-" + digits(0.4 * mantissa)));
}

TEST_CASE("integers are read whole and in range") {
  CHECK(*number_from<int>("-12") == -12);
  CHECK(*number_from<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", "1.0", "1e3", " 1", "99999999999", "x"}) CHECK_FALSE(number_from<int>(text));
  CHECK_FALSE(number_from<std::uint8_t>("256"));
  CHECK_FALSE(number_from<std::uint32_t>("-1"));
}

TEST_CASE("the locale does not matter, to numbers, tables, JSON and messages") {
  const german here;
  CHECK(digits(1234567.5) == "1234567.5");
  CHECK(digits(1234567.5L) == "1234567.5");
  CHECK(digits(1234567) == "1234567");
  CHECK(*number_from<double>("1.5") == 1.5);
  CHECK(*number_from<long double>("1.5") == 1.5L);
  CHECK_FALSE(number_from<double>("1.234.567,5"));
  CHECK_FALSE(number_from<long double>("1,5"));
  CHECK_FALSE(number_from<int>("1.234.567"));
#if defined(__SIZEOF_FLOAT128__)
  CHECK(digits(quad(1234567.5)) == "1234567.5");
#endif
  csv_table table({"a", "b"});
  table.add(1234567, 1234567.5);
  CHECK(table.text() == "a,b\n1234567,1234567.5\n");
  CHECK(csv_table::parse(table.text(), "t").column<double>("b")[0] == 1234567.5);
  CHECK(json_object().add("a", 1234567).add("b", 1234567.5F).text() == R"({"a":1234567,"b":1234567.5})");
  CHECK(to_json(std::vector<bool>{true}) == "[true]");
  std::string late(1233, '\n');
  late.append("[1.5,x]");
  CHECK(bad_file_of([&] { json_document(late, "f"); }) ==
        "f: line 1234, column 6: expected a value, found 'x]'");
  CHECK(has(bad_argument_of([&] { table.cell(1234567, "a"); }), "row must be below 1, given 1234567"));
  CHECK(bad_file_of([] { static_cast<void>(read_file("/none")); }) ==
        "/none: cannot open: No such file or directory");
}
