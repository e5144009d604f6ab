// SPDX-License-Identifier: BSD-3-Clause
// Tables with named columns as CSV text, with all digits and independent of the locale.
//
//   csv_table table({"seed", "loss", "status"});          auto table = csv_table::read("runs.csv");
//   table.add(242, 1e-6, "converged");                    table.column<double>("loss")
//   table.save("runs.csv");                               table.cell(0, "status")
//
// A cell is a number, an integer or short text without line breaks; text with commas or quotes is quoted. Row r stands
// on line r + 2 of the file. Reading refuses what is not such a table, naming line and column.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
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

namespace lssm {

/// What a cell of a table can be made of.
template <class V>
concept CsvCell = TextNumber<V> || std::convertible_to<const V&, std::string_view>;

/// A table of text with a name for each column.
class csv_table {
 public:
  explicit csv_table(std::vector<std::string> columns) : columns_(std::move(columns)) {
    require(!columns_.empty(), "csv_table", "columns", "at least one name", "none");
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      check_text(columns_[i]);
      require(std::find(columns_.begin(), columns_.begin() + static_cast<integer>(i), columns_[i]) ==
                  columns_.begin() + static_cast<integer>(i),
              "csv_table", "column names", "different", columns_[i]);
    }
  }

  /// Throws bad_file unless the text is a table: a line of names and lines of as many cells.
  static csv_table parse(std::string_view text, const std::string& name) {
    detail::csv_scanner scanner(text, name);
    std::vector<std::string> cells;
    if (!scanner.next(cells))
      throw bad_file(name + ": line 1: expected the names of the columns, found the end");
    std::vector<std::string> sorted = cells;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
      throw bad_file(name + ": line 1: the column '" + *twice + "' is there twice");
    csv_table table(std::move(cells));
    table.name_ = name;
    while (scanner.next(cells)) {
      if (cells.size() != table.columns_.size())
        throw bad_file(name + ": line " + std::to_string(scanner.line()) + ": expected " +
                       std::to_string(table.columns_.size()) + " cells, found " +
                       std::to_string(cells.size()));
      for (const std::string& c : cells) table.append(c);
    }
    return table;
  }
  static csv_table read(const std::string& path) { return parse(read_file(path), path); }

  /// Adds one row, a cell per column.
  template <CsvCell... V>
  csv_table& add(const V&... cells) {
    require(sizeof...(V) == columns_.size(), "csv_table::add", "number of cells",
            std::to_string(columns_.size()), sizeof...(V));
    (check(cells), ...);
    (append(cells), ...);
    return *this;
  }
  /// Adds one row of numbers, as many as there are columns.
  template <TextNumber T>
  csv_table& add_row(std::span<const T> cells) {
    require(cells.size() == columns_.size(), "csv_table::add_row", "number of cells",
            std::to_string(columns_.size()), cells.size());
    for (const T& c : cells) append(c);
    return *this;
  }

  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t rows() const { return ends_.size() / columns_.size(); }
  bool contains(std::string_view column) const {
    return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
  }

  /// The text of a cell.
  std::string_view cell(std::size_t row, std::string_view column) const {
    require(row < rows(), "csv_table::cell", "row", "below " + std::to_string(rows()), row);
    return cell_at(row * columns_.size() + index_of(column));
  }

  /// A column as numbers; throws bad_file, naming line and column, where a cell is none.
  template <TextNumber T>
  std::vector<T> column(std::string_view name) const {
    const std::size_t j = index_of(name);
    std::vector<T> values;
    values.reserve(rows());
    for (std::size_t r = 0; r < rows(); ++r) {
      const std::string_view text = cell_at(r * columns_.size() + j);
      const std::optional<T> value = number_from<T>(text);
      if (!value)
        throw bad_file(name_ + ": line " + std::to_string(r + 2) + ", column '" + std::string(name) +
                       "': expected " + (std::integral<T> ? "an integer" : "a number") + " in range, found " +
                       (text.empty() ? "nothing" : detail::shown(text)));
      values.push_back(*value);
    }
    return values;
  }

  std::string text() const {
    std::string out;
    for (std::size_t j = 0; j < columns_.size(); ++j)
      detail::append_csv_cell(out, columns_[j], j + 1 == columns_.size());
    for (std::size_t i = 0; i < ends_.size(); ++i)
      detail::append_csv_cell(out, cell_at(i), (i + 1) % columns_.size() == 0);
    return out;
  }
  void save(const std::string& path) const { replace_file(path, text()); }

 private:
  static void check_text(std::string_view text) {
    const bool one_line =
        std::none_of(text.begin(), text.end(), [](char c) { return detail::is_control(c) && c != '\t'; });
    require(one_line, "csv_table", "text", "without control characters", text);
  }
  template <class V>
  static void check(const V& cell) {
    if constexpr (!TextNumber<V>) check_text(cell);
  }
  template <class V>
  void append(const V& cell) {
    if constexpr (TextNumber<V>) {
      append_digits(cells_, cell);
    } else {
      cells_ += std::string_view(cell);
    }
    ends_.push_back(cells_.size());
  }
  std::string_view cell_at(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(cells_).substr(begin, ends_[i] - begin);
  }
  std::size_t index_of(std::string_view column) const {
    const auto at = std::find(columns_.begin(), columns_.end(), column);
    if (at == columns_.end()) throw bad_file(name_ + ": has no column '" + std::string(column) + "'");
    return static_cast<std::size_t>(at - columns_.begin());
  }

  std::string name_ = "csv_table";
  std::vector<std::string> columns_;
  std::string cells_;              // all cells, row by row, one after the other
  std::vector<std::size_t> ends_;  // where each cell ends in cells_
};

}  // namespace lssm
