// SPDX-License-Identifier: BSD-3-Clause
// NumPy's .npy format: one array of plain numbers.
//
//   "\x93NUMPY", version (2 bytes), header length (2 bytes; 4 from version 2 on), header, elements
//   header: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } padded with spaces, then '\n'
//
//   write_npy(path, values, shape)   write_npy(path, expression)
//   read_npy<T>(path)                npy_array<T>: shape and elements in C order
//   read_npy<T, Rank>(path)          tensor<T, Rank>
//
// Elements are float, double and the integers of 1 to 8 bytes; other types in a file are refused by name, and so is
// a type other than the requested one: float32 and float64 are different experiments. Version 1 is written; 1, 2 and
// 3 are read. The reader is our own, because errors must name file, byte offset, what was expected and what was found,
// and because no input may crash it or make it allocate more than the size of the file justifies.
#pragma once

#include <string>

#include "file.hpp"
#include "npy_format.hpp"

namespace lssm {

/// Replaces the file. Throws bad_argument where shape and values do not fit, bad_file where it cannot be written.
template <NpyElement T>
void write_npy(const std::string& path, std::span<const T> values, std::span<const std::size_t> shape) {
  replace_file(path, to_npy<T>(values, shape));
}

/// Writes an xtensor expression, evaluated in row-major order.
template <TensorExpression E>
void write_npy(const std::string& path, const E& expression) {
  replace_file(path, to_npy(expression));
}

/// Throws bad_file unless the file is one whole array of this type (and rank).
template <NpyElement T>
npy_array<T> read_npy(const std::string& path) {
  const std::string bytes = read_file(path);
  return npy_values<T>(parse_npy(bytes, path));
}

template <NpyElement T, std::size_t Rank>
tensor<T, Rank> read_npy(const std::string& path) {
  const std::string bytes = read_file(path);
  return npy_tensor<T, Rank>(parse_npy(bytes, path));
}

}  // namespace lssm
