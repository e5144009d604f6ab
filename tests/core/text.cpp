// SPDX-License-Identifier: BSD-3-Clause
// Messages: one printable line of bounded length, whatever they quote, and the same in every locale.
#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/core.hpp>
#include <string>

#include "../german.hpp"

using namespace lssm;

namespace {

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const failure& e) {
    return e.what();
  }
  return "nothing thrown";
}

bool is_one_printable_line(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);  // char has no sign on some processors
    return byte < 0x20 || byte == 0x7F;
  });
}

}  // namespace

TEST_CASE("printable text stays as it is, the rest becomes escapes") {
  for (const char* text : {"", "a 'b' \\n", "κ = 7, größer, 日本語, \xF0\x9F\x98\x80"})
    CHECK(printable(text) == text);
  CHECK(printable("a\nb\tc\r\x1b[31m\x7f") == "a\\nb\\tc\\r\\x1b[31m\\x7f");
  CHECK(printable(std::string_view("\0x", 2)) == "\\x00x");
  CHECK(printable("\xFF\xC3\xA4\xC3") == "\\xff\xC3\xA4\\xc3");
  CHECK(printable("\xC2\x9B"
                  "1m \xE2\x80\xAE \xE2\x80\xA8 \xEF\xBB\xBF") == "\\u009b1m \\u202e \\u2028 \\ufeff");
  CHECK(printable(printable("\n\xFF\xE2\x80\xAE")) == printable("\n\xFF\xE2\x80\xAE"));
  CHECK(in_quotes("a\n") == "'a\\n'");
  CHECK(in_quotes(std::string(101, 'x')) == "'" + std::string(100, 'x') + "...'");
  CHECK(in_quotes("\xC3\xA4\xC3\xA4", 3) == "'\xC3\xA4...'");  // no character is cut
  CHECK(in_quotes("\x80\x80\x80\x80\x80\x80", 5).size() < 30);
}

TEST_CASE("every exception is one printable line of bounded length") {
  const std::string bad = "x\n\x1b[2J\xFF" + std::string(100000, 'y');
  for (const std::string& message :
       {message_of([&] { throw failure(bad); }), message_of([&] { throw bad_file(bad + ": reason"); }),
        message_of([&] { refuse("f", bad, "short", 1); }),
        message_of([&] { refuse("f", "x", "short", bad); }),
        message_of([&] { require(false, "f", "x", bad, bad.c_str()); })}) {
    CHECK(is_one_printable_line(message));
    CHECK(message.size() <= 2000);
    CHECK(message.find("x\\n\\x1b[2J\\xff") != std::string::npos);
  }
  CHECK(message_of([&] { throw bad_file(bad + ": reason"); }).ends_with("y: reason"));  // both ends are kept
  std::string wide;
  for (int i = 0; i < 2000; ++i) wide += "κ";
  const std::string cut = message_of([&] { throw bad_file("x" + wide); });
  CHECK(printable(cut) == cut);  // no character is cut
}

TEST_CASE("numbers in messages do not follow the locale") {
  const german here;
  CHECK(to_text(1234567.5) == "1234567.5");
  CHECK(to_text(1234567) == "1234567");
  CHECK(to_text(true) == "1");
  CHECK(message_of([] { require(false, "f", "x", "small", 1234567.25L); }) ==
        "f: x must be small, given 1234567.25");
  CHECK(message_of([] { return extent<1234567>{7654321}; }) ==
        "extent: a compile-time size must be 1234567, given 7654321");
  CHECK(to_text(status::horizon) == "horizon");
}

TEST_CASE("a size that was left open is not set") {
  CHECK(to_text(dynamic) == "not set");
  CHECK(to_text(extent<>{dynamic}) == "not set");
  CHECK(to_text(extent<>{7654321}) == "7654321");
  CHECK(to_text(extent<7>{}) == "7");
  CHECK(to_text(dynamic + 1) == "-9223372036854775807");
  CHECK(message_of([] { return extent<7>{dynamic}; }) ==
        "extent: a compile-time size must be 7, given not set");
}
