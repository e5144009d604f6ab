// SPDX-License-Identifier: BSD-3-Clause
// What the tests of files share: a directory of their own, and the words of what was thrown.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <lssm/core/error.hpp>
#include <lssm/io/file.hpp>
#include <string>

/// A new directory, removed with all that is in it.
class scratch {
 public:
  scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "lssm-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  /// How many files there are: temporary ones that were left behind count.
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator());
  }

 private:
  std::string path_;
};

/// The message of the bad_file that f throws.
template <class F>
std::string bad_file_of(F f) {
  try {
    f();
  } catch (const lssm::bad_file& e) {
    return e.what();
  }
  return "nothing thrown";
}

/// The message of the bad_argument that f throws.
template <class F>
std::string bad_argument_of(F f) {
  try {
    f();
  } catch (const lssm::bad_argument& e) {
    return e.what();
  }
  return "nothing thrown";
}

inline bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}
