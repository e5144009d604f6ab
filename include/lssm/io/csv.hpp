// SPDX-License-Identifier: BSD-3-Clause
// Tables with named columns as CSV text, with all digits and independent of the locale.
//
//   csv_table table({"seed", "loss", "status"});          auto table = csv_table::read("runs.csv");
//   table.add(242, 1e-6, outcome.status);                 table.column<double>("loss")
//   table.save("runs.csv");                               table.cell(0, "status")
//
// A cell is a number, an integer or short text without line breaks, also a path or a status; text with commas or quotes is
// quoted. Row r is line r + 2 of the file. Reading refuses any other text, naming line and column.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../core/extent.hpp"
#include "csv_cells.hpp"
#include "digits.hpp"
#include "file.hpp"
#include "name_order.hpp"
#include "text_value.hpp"

namespace lssm {

/// Types of a table's cells: numbers, text, paths, letters, and enumerations with a to_string, such as status.
template <class V>
concept CsvCell = TextNumber<V> || detail::TextValue<V>;

/// A table of text with a name for each column.
class csv_table {
 public:
  explicit csv_table(std::vector<std::string> columns) : columns_(std::move(columns)) {
    require(!columns_.empty(), "csv_table", "columns", "at least one name", "none");
    for (const std::string& name : columns_) check_text(name);
    by_name_ = detail::order_by_name(columns_);
    const auto twice = detail::twofold_name(by_name_.begin(), by_name_.end(), detail::names_of(columns_));
    if (twice != by_name_.end()) refuse("csv_table", "column names", "different", columns_[*twice]);
  }

  /// Throws bad_file unless the text is a table: a line of names and lines of as many cells. Takes time in proportion to
  /// the text, and memory of a few times its size.
  static csv_table parse(std::string_view text, const std::string& name) {
    if (text.size() > detail::packed_texts::most) detail::refuse_file(name, "has 4 GiB or more");
    detail::csv_scanner scanner(text, name);
    csv_table table(columns_of(scanner, name));
    table.name_ = name;
    table.cells_.reserve(scanner.bytes_left(), scanner.most_cells());
    const std::size_t width = table.columns_.size();
    for (;;) {
      std::size_t taken = 0;
      const std::size_t cells = scanner.next([&](std::string_view cell) {
        if (taken++ < width) table.cells_.add(cell);
      });
      if (cells == 0) return table;
      if (cells != width)
        throw bad_file(name + ": line " + std::to_string(scanner.line()) + ": expected " +
                       std::to_string(width) + " cells, found " + std::to_string(cells));
    }
  }
  static csv_table read(const std::string& path) { return parse(read_file(path), path); }

  /// Adds one row, a cell per column.
  template <CsvCell... V>
  csv_table& add(const V&... cells) {
    if (sizeof...(V) != columns_.size())
      refuse("csv_table::add", "number of cells", to_text(columns_.size()), sizeof...(V));
    (check(cells), ...);
    return add_cells([&] { (append(cells), ...); });
  }
  /// Adds one row of numbers, as many as there are columns.
  template <TextNumber T>
  csv_table& add_row(std::span<const T> cells) {
    if (cells.size() != columns_.size())
      refuse("csv_table::add_row", "number of cells", to_text(columns_.size()), cells.size());
    return add_cells([&] {
      for (const T& c : cells) append(c);
    });
  }

  const std::vector<std::string>& columns() const& { return columns_; }
  const std::vector<std::string>& columns() const&& = delete;
  std::size_t rows() const { return cells_.size() / columns_.size(); }
  bool contains(std::string_view column) const { return find(column) != by_name_.end(); }

  /// The text of a cell, valid while the table lives.
  std::string_view cell(std::size_t row, std::string_view column) const& {
    if (!(row < rows())) refuse("csv_table::cell", "row", "below " + to_text(rows()), row);
    return cells_[row * columns_.size() + index_of(column)];
  }
  std::string_view cell(std::size_t row, std::string_view column) const&& = delete;

  /// A column as numbers; throws bad_file, naming line and column, where a cell is not a number.
  template <TextNumber T>
  std::vector<T> column(std::string_view name) const {
    const std::size_t j = index_of(name);
    std::vector<T> values;
    values.reserve(rows());
    for (std::size_t r = 0; r < rows(); ++r) {
      const std::string_view text = cells_[r * columns_.size() + j];
      const std::optional<T> value = number_from<T>(text);
      if (!value)
        throw bad_file(name_ + ": line " + std::to_string(r + 2) + ", column " + in_quotes(name) +
                       ": expected " + (std::integral<T> ? "an integer" : "a number") + " in range, found " +
                       (text.empty() ? "nothing" : detail::shown(text)));
      values.push_back(*value);
    }
    return values;
  }

  std::string text() const {
    std::string out;
    for (std::size_t j = 0; j < columns_.size(); ++j)
      detail::append_csv_cell(out, columns_[j], j + 1 == columns_.size());
    for (std::size_t i = 0; i < cells_.size(); ++i)
      detail::append_csv_cell(out, cells_[i], (i + 1) % columns_.size() == 0);
    return out;
  }
  void save(const std::string& path) const { replace_file(path, text()); }

 private:
  /// Checks and takes the names of the first line. A name that is there twice is refused before names are copied.
  static std::vector<std::string> columns_of(detail::csv_scanner& scanner, const std::string& name) {
    detail::packed_texts names;
    names.reserve(0, scanner.most_cells_in_line());
    if (scanner.next([&](std::string_view cell) { names.add(cell); }) == 0)
      throw bad_file(name + ": line 1: expected the names of the columns, found the end");
    {
      const std::vector<std::uint32_t> order = detail::order_by_name(names);
      const auto twice = detail::twofold_name(order.begin(), order.end(), detail::names_of(names));
      if (twice != order.end())
        throw bad_file(name + ": line 1: the column " + in_quotes(names[*twice]) + " is there twice");
    }
    std::vector<std::string> columns(names.size());
    for (std::size_t j = 0; j < columns.size(); ++j) columns[j] = names[j];
    return columns;
  }
  static void check_text(std::string_view text) {
    const bool one_line =
        std::none_of(text.begin(), text.end(), [](char c) { return detail::is_control(c) && c != '\t'; });
    require(one_line, "csv_table", "text", "without control characters", text);
  }
  template <class V>
  static void check(const V& cell) {
    if constexpr (!TextNumber<V>) check_text(detail::text_of(cell));
  }
  template <class V>
  void append(const V& cell) {
    if constexpr (TextNumber<V>) {
      cells_.add(digits(cell));
    } else {
      cells_.add(detail::text_of(cell));
    }
  }
  /// Adds a row as a whole or not at all.
  template <class F>
  csv_table& add_cells(F f) {
    const std::size_t before = cells_.size();
    f();
    if (const std::size_t bytes = cells_.bytes(); bytes > detail::packed_texts::most) {
      cells_.resize(before);
      refuse("csv_table::add", "the table", "of less than 4 GiB", bytes);
    }
    return *this;
  }
  std::vector<std::uint32_t>::const_iterator find(std::string_view column) const {
    return detail::find_name(by_name_.begin(), by_name_.end(), column, detail::names_of(columns_));
  }
  std::size_t index_of(std::string_view column) const {
    const auto at = find(column);
    if (at == by_name_.end()) throw bad_file(name_ + ": has no column " + in_quotes(column));
    return *at;
  }

  std::string name_ = "csv_table";
  std::vector<std::string> columns_;
  std::vector<std::uint32_t> by_name_;  // the columns in the order of their names
  detail::packed_texts cells_;          // row by row
};

}  // namespace lssm
