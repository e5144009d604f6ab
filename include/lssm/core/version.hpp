// SPDX-License-Identifier: BSD-3-Clause
// The version of these headers: major.minor.patch, by the rules of semantic versioning (CHANGELOG.md). Before 1.0 a new
// minor version may change names and numbers, a new patch version changes neither.
#pragma once

#include <string_view>

namespace lssm {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;
/// "0.1.0"
inline constexpr std::string_view version = "0.1.0";

}  // namespace lssm
