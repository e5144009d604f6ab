// SPDX-License-Identifier: BSD-3-Clause
// The results of a finished run: cells of one row of the sweep's table, as text with all digits.
//
//   row.add(outcome.status, outcome.at_end.steps, outcome.generalization(40));
#pragma once

#include <string>
#include <string_view>

#include "../core/status.hpp"
#include "../io/csv.hpp"

namespace lssm {

/// The cells of one run, one after the other.
class sweep_row {
 public:
  template <class... V>
  sweep_row& add(const V&... cells) {
    (append(cells), ...);
    return *this;
  }
  std::size_t cells() const { return cells_; }
  /// The cells separated by commas, without a line break.
  const std::string& text() const& { return text_; }
  const std::string& text() const&& = delete;

 private:
  template <class V>
  void append(const V& cell) {
    if (cells_++ > 0) text_ += ',';
    if constexpr (TextNumber<V>) {
      append_digits(text_, cell);
    } else {
      static_assert(CsvCell<V>, "sweep_row: a cell must be a number, text or a status (docs/sweep.md)");
      append_text(detail::text_of(cell));
    }
  }
  void append_text(std::string_view cell) {
    for (const char c : cell)
      require(!detail::is_control(c), "sweep_row", "text", "without control characters", cell);
    detail::append_csv_cell(text_, cell, true);
    text_.pop_back();  // the line break
  }

  std::string text_;
  std::size_t cells_ = 0;
};

}  // namespace lssm
