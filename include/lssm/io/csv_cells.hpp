// SPDX-License-Identifier: BSD-3-Clause
// The text form of CSV: cells, quotes and lines.
//
//   line = cell {"," cell} (LF | CRLF | end)      cell = text without comma, quote and line break
//                                                      | '"' text in which "" stands for a quote '"'
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "message.hpp"

namespace lssm::detail {

/// Spreadsheets put it in front of a text.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

inline void append_csv_cell(std::string& out, std::string_view cell, bool last) {
  // Unquoted, the mark would be taken for one in front of the text.
  if (cell.find_first_of(",\"") == std::string_view::npos && !cell.starts_with(byte_order_mark)) {
    out += cell;
  } else {
    out += '"';
    for (const char c : cell) out.append(c == '"' ? 2 : 1, c);
    out += '"';
  }
  out += last ? '\n' : ',';
}

/// Takes a text apart line by line.
class csv_scanner {
 public:
  csv_scanner(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  /// The cells of the next line; false at the end.
  bool next(std::vector<std::string>& cells) {
    cells.clear();
    if (at_ == text_.size()) return false;
    ++line_;
    end_ = std::min(text_.find('\n', at_), text_.size());
    const std::size_t after = end_ == text_.size() ? end_ : end_ + 1;
    if (end_ > at_ && text_[end_ - 1] == '\r') --end_;
    do cells.push_back(cell(cells.size() + 1));
    while (accept(','));
    if (at_ != end_) fail(cells.size(), "expected ',' after the closing quote");
    at_ = after;
    return true;
  }
  std::size_t line() const { return line_; }

 private:
  std::string cell(std::size_t column) {
    if (accept('"')) return quoted(column);
    const std::size_t start = at_;
    for (; at_ < end_ && text_[at_] != ','; ++at_) {
      if (text_[at_] == '"') fail(column, "found a quote inside a cell that does not begin with one");
      if (is_control(text_[at_]) && text_[at_] != '\t') fail(column, "found a control character");
    }
    return std::string(text_.substr(start, at_ - start));
  }
  std::string quoted(std::size_t column) {
    std::string out;
    while (at_ < end_) {
      const char c = text_[at_++];
      if (c == '"' && !accept('"')) return out;
      if (is_control(c) && c != '\t') fail(column, "found a control character");
      out += c;
    }
    fail(column, "expected a closing quote, found the end of the line");
  }
  bool accept(char c) {
    if (at_ == end_ || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[noreturn]] void fail(std::size_t column, const std::string& reason) const {
    throw bad_file(name_ + ": line " + std::to_string(line_) + ", cell " + std::to_string(column) + ": " +
                   reason);
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0, end_ = 0, line_ = 0;
};

}  // namespace lssm::detail
