// SPDX-License-Identifier: BSD-3-Clause
// A locale that groups thousands by dots and writes a comma in numbers, as German does; none of the system is needed.
#pragma once

#include <clocale>
#include <locale>
#include <string>

struct german_numbers : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
  std::string do_truename() const override { return "wahr"; }
};

/// Makes it the global locale while it lives, and that of C's functions where the system has one like it.
class german {
 public:
  german() {
    for (const char* name : {"fr_FR.UTF-8", "de_DE", "de_DE.UTF-8"}) std::setlocale(LC_ALL, name);
  }
  german(const german&) = delete;
  german& operator=(const german&) = delete;
  ~german() {
    std::setlocale(LC_ALL, c_.c_str());
    std::locale::global(before_);
  }

 private:
  std::locale before_ = std::locale::global(std::locale(std::locale::classic(), new german_numbers));
  std::string c_ = std::setlocale(LC_ALL, nullptr);
};
