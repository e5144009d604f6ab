// SPDX-License-Identifier: BSD-3-Clause
// The idx format: written by hand and read; cut off, changed and lengthened files are refused.
#include <doctest/doctest.h>

#include <lssm/io/idx.hpp>

#include "scratch.hpp"

using namespace lssm;
using std::string;

namespace {

/// The file of an array, byte by byte as the format says.
string idx_file(const std::vector<std::uint32_t>& shape, const string& values) {
  string file{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::uint32_t n : shape)
    for (const int shift : {24, 16, 8, 0}) file += static_cast<char>(n >> shift & 0xFF);
  return file + values;
}
string refusal(const string& bytes) {
  try {
    parse_idx(bytes, "a.idx");
    return "accepted";
  } catch (const bad_file& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("idx: sizes and bytes are what was written, last dimension fastest") {
  const idx_array one = parse_idx(idx_file({3}, "\x01\x02\xFF"), "one");
  CHECK(one == idx_array{{3}, {1, 2, 255}});
  const idx_array three = parse_idx(idx_file({2, 1, 3}, "abcdef"), "three");
  CHECK(three.shape == std::vector<std::size_t>{2, 1, 3});
  CHECK(three.values == std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 'e', 'f'});
  CHECK(parse_idx(idx_file({0, 5}, ""), "none") == idx_array{{0, 5}, {}});
  CHECK(parse_idx(idx_file({1, 1, 1, 1, 1, 1, 1, 1}, "x"), "eight").shape.size() == 8);
  CHECK(parse_idx(idx_file({300}, string(300, 'x')), "more than a byte of size").values.size() == 300);
}

TEST_CASE("idx: every file that is cut off is refused, and so is one with bytes left over") {
  const string whole = idx_file({2, 3}, "abcdef");
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK_THROWS_AS(parse_idx(whole.substr(0, n), "cut"), bad_file);
  CHECK(refusal(whole + "g") == "a.idx: 6 bytes expected after byte 12, 7 found");
  CHECK(refusal("") == "a.idx: not an idx file: 0 bytes, at least 4 expected");
}

TEST_CASE("idx: what is no array of bytes is refused by name") {
  CHECK(refusal("\x1F\x8B\x08\x01 and so on") ==
        "a.idx: compressed by gzip: bytes that are unpacked expected");
  CHECK(refusal("PNG, no idx") == "a.idx: not an idx file: it does not begin with two zeros");
  string floats = idx_file({1}, "x");
  floats[2] = '\x0D';
  CHECK(refusal(floats) == "a.idx: idx type 8 (bytes) expected, type 13 found");
  CHECK(refusal(idx_file({}, "")) == "a.idx: 1 to 8 dimensions expected, 0 found");
  CHECK(refusal(idx_file(std::vector<std::uint32_t>(9, 1), "x")) ==
        "a.idx: 1 to 8 dimensions expected, 9 found");
}

TEST_CASE("idx: sizes whose product no file holds are refused, also where it would overflow") {
  const auto most = 0xFFFFFFFFU;
  CHECK(refusal(idx_file({most, 2}, "")) == "a.idx: sizes that no file holds, found at byte 8");
  CHECK(refusal(idx_file({most, most, most, most, most}, "")).ends_with("found at byte 8"));
  CHECK(refusal(idx_file({65536, 65536, 65536, 65536}, "")).ends_with("found at byte 8"));
  CHECK_THROWS_AS(parse_idx(idx_file({most}, "short"), "a"), bad_file);
  CHECK_NOTHROW(parse_idx(idx_file({0, most}, ""), "none"));
}

TEST_CASE("idx: files are read, and what is missing has its name in the message") {
  const scratch dir;
  const string path = dir / "pictures";
  replace_file(path, idx_file({2, 2}, "wxyz"));
  CHECK(load_idx(path) == idx_array{{2, 2}, {'w', 'x', 'y', 'z'}});
  CHECK_THROWS_WITH_AS(load_idx(dir / "none"), doctest::Contains("none"), bad_file);
}
