// SPDX-License-Identifier: BSD-3-Clause
// The file of a figure as a table: CSV as it is, and arrays of an npz archive as the columns that CSV has of them.
#pragma once

#include <lssm/io/csv.hpp>
#include <lssm/io/npz.hpp>
#include <string>
#include <vector>

#include "../support/program.hpp"

namespace plot {

/// Arrays of one length n, that of `time` or `steps` where one of them is there and of the first array else, as columns:
/// `a` (n) is the column a, `b` (n, m) are b_0, ..., b_(m-1), as in the CSV of a trajectory. Other arrays are passed
/// over. Numbers are doubles, floats or 64-bit integers.
inline lssm::csv_table table_of(const lssm::npz_file& file) {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;
  std::size_t rows = 0;
  for (const std::string& name : file.names())
    if ((name == "time" || name == "steps") && !file.header(name).shape.empty())
      rows = file.header(name).shape[0];
  for (const std::string& name : file.names()) {
    const lssm::npy_header header = file.header(name);
    const auto& shape = header.shape;
    if (shape.empty() || shape.size() > 2 || (rows != 0 && shape[0] != rows)) continue;
    std::vector<double> values;
    if (header.type == lssm::npy_type_of<double>) {
      const auto array = file.read<double>(name);
      values.assign(array.data.begin(), array.data.end());
    } else if (header.type == lssm::npy_type_of<float>) {
      const auto array = file.read<float>(name);
      values.assign(array.data.begin(), array.data.end());
    } else if (header.type == lssm::npy_type_of<std::int64_t>) {
      for (const auto v : file.read<std::int64_t>(name).data) values.push_back(static_cast<double>(v));
    } else {
      continue;
    }
    rows = shape[0];
    const std::size_t width = shape.size() == 2 ? shape[1] : 1;
    for (std::size_t j = 0; j < width; ++j) {
      names.push_back(shape.size() == 2 ? name + "_" + std::to_string(j) : name);
      columns.emplace_back();
      for (std::size_t r = 0; r < rows; ++r) columns.back().push_back(values[r * width + j]);
    }
  }
  if (names.empty())
    throw lssm::bad_file(file.name() + ": arrays of numbers, of one or two dimensions, were expected");
  lssm::csv_table table(names);
  std::vector<double> row(names.size());
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = columns[j][r];
    table.add_row<double>(row);
  }
  return lssm::csv_table::parse(table.text(), file.name());
}

inline lssm::csv_table read_table(const std::string& path) {
  lssm::csv_table table =
      path.ends_with(".npz") ? table_of(lssm::npz_file(path)) : lssm::csv_table::read(path);
  if (table.rows() == 0) throw lssm::bad_file(path + ": rows were expected below the names of the columns");
  return table;
}

/// The columns of a name; one that ends in * stands for all that begin as it does. Throws where there is none.
inline std::vector<std::string> columns_of(const lssm::csv_table& table, const std::string& path,
                                           const char* flag, const std::string& name) {
  std::vector<std::string> found;
  const bool many = name.ends_with("*");
  const std::string begin = name.substr(0, name.size() - (many ? 1 : 0));
  for (const std::string& column : table.columns())
    if (many ? column.starts_with(begin) : column == begin) found.push_back(column);
  if (!found.empty()) return found;
  std::string all;
  for (const std::string& column : table.columns()) all += (all.empty() ? "" : ", ") + column;
  throw lssm::bad_argument(std::string(flag) + " must be a column of " + path + ", which are " + all +
                           ", given " + lssm::in_quotes(name));
}

}  // namespace plot
