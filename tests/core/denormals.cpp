// SPDX-License-Identifier: BSD-3-Clause
// The scope in which denormals count as zero: set inside, as before outside.
#include <doctest/doctest.h>

#include <limits>
#include <lssm/core.hpp>
#include <stdexcept>

#if defined(__SSE__) || defined(__aarch64__)

using namespace lssm;

namespace {

/// Whether the machine makes denormals and reads them, unknown to the compiler.
bool has_denormals() {
  volatile double least = std::numeric_limits<double>::min();
  volatile double half = least / 2;
  volatile double denormal = std::numeric_limits<double>::denorm_min();
  volatile double doubled = denormal * 2;
  return half != 0 && doubled != 0;
}

}  // namespace

TEST_CASE("denormals are zero within the scope only") {
  REQUIRE(has_denormals());
  {
    const flush_denormals outer;
    CHECK_FALSE(has_denormals());
    {
      const flush_denormals inner;
      CHECK_FALSE(has_denormals());
    }
    CHECK_FALSE(has_denormals());
  }
  CHECK(has_denormals());
}

TEST_CASE("an exception restores them too") {
  try {
    const flush_denormals guard;
    throw std::runtime_error("out");
  } catch (const std::runtime_error&) {}
  CHECK(has_denormals());
}

#endif
