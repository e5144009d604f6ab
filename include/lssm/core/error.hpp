// SPDX-License-Identifier: BSD-3-Clause
// Exceptions of the public edge: what was expected, what was given, and where.
//
//   failure            everything this library throws
//     bad_argument     a call was given something it cannot work with; nothing was done
//     bad_file         a file could not be read or written; whatever was there before is still there
//       disk_failure   because the disk is full or fails, not because of what was asked for
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lssm {

/// Everything that this library throws.
struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thrown before any work is done. The message reads "function: argument must be expected, given actual".
struct bad_argument : failure {
  using failure::failure;
};

/// The message reads "file: reason", with the offset or line in the reason where there is one.
struct bad_file : failure {
  using failure::failure;
};

/// A file could not be read or written because the disk is full or fails: the same call may succeed later.
struct disk_failure : bad_file {
  using bad_file::bad_file;
};

/// Text of a value for an error message, with enough digits to tell neighbouring doubles apart.
template <class V>
std::string to_text(const V& value) {
  std::ostringstream out;
  out.precision(17);
  out << value;
  return out.str();
}

/// Throws bad_argument: "function: argument must be expected, given ...".
template <class V>
[[noreturn]] void refuse(std::string_view function, std::string_view argument, std::string_view expected,
                         const V& given) {
  throw bad_argument(std::string(function) + ": " + std::string(argument) + " must be " +
                     std::string(expected) + ", given " + to_text(given));
}

/// One line per precondition: `require(d > 0, "real_diagonal", "states", "positive", d)`.
template <class V>
constexpr void require(bool holds, std::string_view function, std::string_view argument,
                       std::string_view expected, const V& given) {
  if (!holds) refuse(function, argument, expected, given);
}

}  // namespace lssm
