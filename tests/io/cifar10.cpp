// SPDX-License-Identifier: BSD-3-Clause
// CIFAR-10's binary format: records made here and read; others are refused with the place.
#include <doctest/doctest.h>

#include <lssm/io/cifar10.hpp>

#include "scratch.hpp"

using namespace lssm;
using std::string;

namespace {

/// A record whose pixels depend on their place.
string one_record(int of_class, int from) {
  string r(1, static_cast<char>(of_class));
  for (int i = 0; i < 3072; ++i) r += static_cast<char>((from + 7 * i) % 256);
  return r;
}

}  // namespace

TEST_CASE("cifar10: classes and pixels are what was written") {
  const cifar10_pictures two = parse_cifar10(one_record(9, 3) + one_record(0, 200), "two");
  CHECK(two.classes == std::vector<std::uint8_t>{9, 0});
  REQUIRE(two.values.size() == 2 * 3072);
  for (std::size_t i = 0; i < 3072; ++i) {
    CHECK(two.values[i] == (3 + 7 * i) % 256);
    CHECK(two.values[3072 + i] == (200 + 7 * i) % 256);
  }
  const scratch dir;
  replace_file(dir / "batch.bin", one_record(9, 3) + one_record(0, 200));
  CHECK(load_cifar10(dir / "batch.bin") == two);
}

TEST_CASE("cifar10: part of a record, nothing, and a class above 9 are refused") {
  const auto refusal = [](const string& bytes) {
    try {
      parse_cifar10(bytes, "a.bin");
      return string("accepted");
    } catch (const bad_file& e) {
      return string(e.what());
    }
  };
  CHECK(refusal("") == "a.bin: whole records of 3073 bytes expected, 0 bytes found");
  CHECK(refusal(one_record(1, 1) + "x") == "a.bin: whole records of 3073 bytes expected, 3074 bytes found");
  CHECK(refusal(one_record(1, 1).substr(1)) ==
        "a.bin: whole records of 3073 bytes expected, 3072 bytes found");
  CHECK(refusal(one_record(1, 1) + one_record(10, 1)) ==
        "a.bin: a class from 0 to 9 expected at byte 3073, 10 found");
  CHECK(refusal(one_record(255, 1)) == "a.bin: a class from 0 to 9 expected at byte 0, 255 found");
}
