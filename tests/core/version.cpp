// SPDX-License-Identifier: BSD-3-Clause
// The version says the same to the preprocessor, to the program and, by its text, to CMake.
#include <doctest/doctest.h>

#include <lssm/core/version.hpp>
#include <string>

#if !defined(LSSM_VERSION) || LSSM_VERSION < 10000 * LSSM_VERSION_MAJOR || \
    LSSM_VERSION / 100 % 100 != LSSM_VERSION_MINOR
#error "LSSM_VERSION is no number for #if"
#endif

TEST_CASE("text, numbers and macros are one version") {
  using namespace lssm;
  const std::string numbers = std::to_string(version_major) + "." + std::to_string(version_minor) + "." +
                              std::to_string(version_patch);
  CHECK(version.substr(0, numbers.size()) == numbers);
  // A candidate for a release says which one it is.
  const std::string_view rest = version.substr(numbers.size());
  CHECK((rest.empty() || (rest.substr(0, 3) == "-rc" && rest.size() > 3 &&
                          rest.find_first_not_of("0123456789", 3) == std::string_view::npos)));
  CHECK(LSSM_VERSION == 10000 * version_major + 100 * version_minor + version_patch);
  CHECK(version_minor < 100);
  CHECK(version_patch < 100);
}
