// SPDX-License-Identifier: BSD-3-Clause
// Pictures as sequences: rows, groups of rows or pixels, in time order from top to bottom.
//
//   x_k = mean over rows k r .. (k+1) r - 1 and all columns of the window, in units of full brightness (255 counts as 1)
//
// symbol   shape                meaning
// values   (N, rows, columns)   brightness, 0 to 255
// r        -                    rows in a bin; 1 gives a number for each row
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// A picture (rows, columns) of bytes that somebody else keeps.
struct picture_view {
  std::span<const std::uint8_t> values;
  integer rows = 0, columns = 0;

  /// The rows from the first to the last that are not black, as [first, end); empty for a black picture.
  std::pair<integer, integer> ink() const {
    integer first = rows, end = 0;
    for (integer i = 0; i < rows; ++i) {
      bool black = true;
      for (integer j = 0; j < columns; ++j) black = black && at(i, j) == 0;
      if (black) continue;
      first = std::min(first, i);
      end = i + 1;
    }
    return {std::min(first, end), end};
  }
  std::uint8_t at(integer row, integer column) const {
    return values[static_cast<std::size_t>(row * columns + column)];
  }
};

/// Pictures (N, rows, columns) of bytes, and their classes (N) where they have any.
struct picture_set {
  integer rows = 0, columns = 0;
  std::vector<std::uint8_t> values{}, classes{};

  integer count() const {
    return rows >= 1 && columns >= 1 ? static_cast<integer>(values.size()) / (rows * columns) : 0;
  }
  picture_view operator[](integer n) const {
    if (!(n >= 0 && n < count()))
      refuse("picture_set", "the place of a picture", "below " + to_text(count()), n);
    const auto size = static_cast<std::size_t>(rows * columns);
    return {std::span(values).subspan(static_cast<std::size_t>(n) * size, size), rows, columns};
  }
  void validate() const {
    require(rows >= 1 && columns >= 1, "picture_set", "rows and columns", "at least 1 each",
            rows < 1 ? rows : columns);
    require_entries("picture_set", "rows x columns", {rows, columns});
    if (static_cast<integer>(values.size()) % (rows * columns) != 0)
      refuse("picture_set", "values", "whole pictures of " + to_text(rows * columns) + " pixels",
             values.size());
    if (!(classes.empty() || static_cast<integer>(classes.size()) == count()))
      refuse("picture_set", "classes", "one for each of " + to_text(count()) + " pictures, or none",
             classes.size());
  }
};

/// How a picture becomes a sequence: its rows from `from` on are put into a dark window of `bins` times `rows_per_bin`
/// rows, the first of them in row `place`. What does not fit is cut off, on either side.
struct row_bins {
  integer bins = -1, rows_per_bin = 4;  ///< both at least 1
  integer place = 0;                    ///< row of the window, may be negative
  integer from = 0;                     ///< first row of the picture that is taken

  integer window() const { return bins * rows_per_bin; }
  void validate() const {
    require(bins >= 1, "row_bins", "bins", "given, at least 1", bins);
    require(rows_per_bin >= 1, "row_bins", "rows_per_bin", "at least 1", rows_per_bin);
    require_entries("row_bins", "bins x rows_per_bin", {bins, rows_per_bin});
    constexpr integer most = 1'000'000'000;
    require(from >= 0 && from <= most, "row_bins", "from", "from 0 to 1e9", from);
    require(place >= -most && place <= most, "row_bins", "place", "from -1e9 to 1e9", place);
  }
  /// Mean brightness of each bin, from 0 to 1: (bins).
  std::vector<double> operator()(const picture_view& picture) const {
    validate();
    require(
        picture.rows >= 1 && picture.columns >= 1 && length(picture.values) == picture.rows * picture.columns,
        "row_bins", "the picture", "rows x columns bytes, at least one of each", picture.values.size());
    std::vector<double> x;
    for (integer k = 0; k < bins; ++k) {
      integer sum = 0;
      for (integer w = k * rows_per_bin; w < (k + 1) * rows_per_bin; ++w) {
        const integer row = w - place + from;
        if (w < place || row >= picture.rows) continue;
        for (integer j = 0; j < picture.columns; ++j) sum += picture.at(row, j);
      }
      x.push_back(static_cast<double>(sum) / static_cast<double>(255 * rows_per_bin * picture.columns));
    }
    return x;
  }
  friend bool operator==(const row_bins&, const row_bins&) = default;
};

/// A picture as a sequence of its pixels, row by row, from 0 to 1: (rows x columns).
inline std::vector<double> pixel_sequence(const picture_view& picture) {
  std::vector<double> x;
  x.reserve(picture.values.size());
  for (const std::uint8_t v : picture.values) x.push_back(v / 255.0);
  return x;
}

}  // namespace lssm
