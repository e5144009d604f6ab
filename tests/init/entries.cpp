// SPDX-License-Identifier: BSD-3-Clause
// The laws of the entries of one matrix: without spread every entry is the law's number, and only that matrix's.
#include <doctest/doctest.h>

#include <lssm/init.hpp>
#include <lssm/ssm.hpp>

using namespace lssm;

namespace {

template <class Start>
real_diagonal<3>::parameters<double> drawn(const Start& start) {
  auto system = real_diagonal<3>{}.make<double>();
  numpy_legacy stream(7);
  start(system, stream);
  return system;
}

}  // namespace

TEST_CASE("gaussian_entries without deviation are their mean") {
  const gaussian_entries still{.mean = 0.5, .deviation = 0};
  const auto system = drawn(gaussian_start{.input = still});
  for (const double x : system.b) CHECK(x == 0.5);
  for (const double x : system.a) CHECK(x != 0.5);
  CHECK(still != gaussian_entries{});
}

TEST_CASE("uniform_entries stay in their range, and an empty range is its number") {
  const uniform_entries still{.low = 0.25, .high = 0.25}, wide{.low = 2, .high = 3};
  const auto system = drawn(uniform_start{.state = wide, .output = still});
  for (const double x : system.c) CHECK(x == 0.25);
  for (const double x : system.a) CHECK((x >= 2 && x <= 3));
  CHECK(system.a[0] != system.a[1]);
  CHECK(still != wide);
}
