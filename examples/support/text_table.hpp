// SPDX-License-Identifier: BSD-3-Clause
// A table for people: columns as wide as their widest cell, aligned to the right.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// A number with so many significant digits, trailing zeros left out; in every locale alike.
inline std::string rounded(double value, int digits) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr};
}

class text_table {
 public:
  explicit text_table(std::vector<std::string> head) : rows_{std::move(head)} {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  friend std::ostream& operator<<(std::ostream& out, const text_table& table) {
    std::vector<std::size_t> width(table.rows_[0].size(), 0);
    for (const auto& row : table.rows_)
      for (std::size_t j = 0; j < row.size(); ++j) width[j] = std::max(width[j], row[j].size());
    for (const auto& row : table.rows_) {
      for (std::size_t j = 0; j < row.size(); ++j)
        out << std::string(width[j] - row[j].size() + 2, ' ') << row[j];
      out << '\n';
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;  // the first is the head
};

}  // namespace support
