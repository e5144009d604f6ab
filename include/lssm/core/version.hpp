// SPDX-License-Identifier: BSD-3-Clause
// The version of these headers: major.minor.patch, by the rules of semantic versioning (CHANGELOG.md). A candidate for a
// release has the numbers of the release, and its text ends with -rc1, -rc2 and so on.
//
//   #if LSSM_VERSION >= 10000      for the preprocessor: 10000 major + 100 minor + patch
#pragma once

#include <string_view>

#define LSSM_VERSION_MAJOR 1
#define LSSM_VERSION_MINOR 0
#define LSSM_VERSION_PATCH 0
#define LSSM_VERSION (10000 * LSSM_VERSION_MAJOR + 100 * LSSM_VERSION_MINOR + LSSM_VERSION_PATCH)

namespace lssm {

inline constexpr int version_major = LSSM_VERSION_MAJOR;
inline constexpr int version_minor = LSSM_VERSION_MINOR;
inline constexpr int version_patch = LSSM_VERSION_PATCH;
/// "1.0.0-rc1", which CMake reads here.
inline constexpr std::string_view version = "1.0.0-rc1";

}  // namespace lssm
