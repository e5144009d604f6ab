// SPDX-License-Identifier: BSD-3-Clause
// The text form of CSV: cells, quotes and lines.
//
//   line = cell {"," cell} (LF | CRLF | end)      cell = text without comma, quote and line break
//                                                      | '"' text in which "" stands for a quote '"'
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "message.hpp"

namespace lssm::detail {

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

/// Texts one after the other in one piece of memory, with four further bytes for each.
class packed_texts {
 public:
  static constexpr std::size_t most = 0xFFFFFFFF;  ///< bytes of all texts together

  void reserve(std::size_t bytes, std::size_t count) {
    text_.reserve(bytes);
    ends_.reserve(count);
  }
  void add(std::string_view text) {
    text_ += text;
    ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
  void resize(std::size_t count) {  // to a smaller count
    ends_.resize(count);
    text_.resize(count == 0 ? 0 : ends_.back());
  }
  std::size_t size() const { return ends_.size(); }
  std::size_t bytes() const { return text_.size(); }
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }

 private:
  std::string text_;
  std::vector<std::uint32_t> ends_;  // where each text ends in text_
};

/// Splits a text line by line; each character is read a few times.
class csv_scanner {
 public:
  csv_scanner(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  /// Calls f(cell) for each cell of the next line and returns how many there are; 0 at the end.
  template <class F>
  std::size_t next(F f) {
    if (at_ == text_.size()) return 0;
    ++line_;
    end_ = std::min(text_.find('\n', at_), text_.size());
    const std::size_t after = end_ == text_.size() ? end_ : end_ + 1;
    if (end_ > at_ && text_[end_ - 1] == '\r') --end_;
    std::size_t cells = 0;
    do f(cell(++cells));
    while (accept(','));
    if (at_ != end_) fail(cells, "expected ',' after the closing quote");
    at_ = after;
    return cells;
  }
  std::size_t line() const { return line_; }
  /// Upper bounds of the number of cells in the next line, and in the rest of the text.
  std::size_t most_cells_in_line() const {
    const std::string_view left = text_.substr(at_);
    return commas(left.substr(0, left.find('\n'))) + 1;
  }
  std::size_t most_cells() const {
    const std::string_view left = text_.substr(at_);
    return commas(left) + static_cast<std::size_t>(std::count(left.begin(), left.end(), '\n')) + 1;
  }
  std::size_t bytes_left() const { return text_.size() - at_; }

 private:
  static std::size_t commas(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), ','));
  }
  std::string_view cell(std::size_t column) {
    if (accept('"')) return quoted_cell(column);
    const std::size_t start = at_;
    for (; at_ < end_ && text_[at_] != ','; ++at_) {
      if (text_[at_] == '"') fail(column, "found a quote inside a cell that does not begin with one");
      if (is_control(text_[at_]) && text_[at_] != '\t') fail(column, "found a control character");
    }
    return text_.substr(start, at_ - start);
  }
  std::string_view quoted_cell(std::size_t column) {
    unquoted_.clear();
    while (at_ < end_) {
      const char c = text_[at_++];
      if (c == '"' && !accept('"')) return unquoted_;
      if (is_control(c) && c != '\t') fail(column, "found a control character");
      unquoted_ += c;
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
  std::string unquoted_;
  std::size_t at_ = 0, end_ = 0, line_ = 0;
};

}  // namespace lssm::detail
