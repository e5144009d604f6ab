// SPDX-License-Identifier: BSD-3-Clause
// Arrays in bytes, without files: headers as they are read, and the elements behind them.
#include <doctest/doctest.h>

#include <lssm/io.hpp>
#include <vector>

using namespace lssm;

TEST_CASE("an npy_view tells type and shape of the bytes that it was parsed from") {
  const std::vector<double> values{1, 2, 3, 4, 5, 6};
  const std::vector<std::size_t> shape{2, 3};
  const std::string bytes = to_npy<double>(values, shape);
  const npy_view view = parse_npy(bytes, "here");
  const npy_header& header = view.header;
  CHECK(header.type == npy_type{'f', 8});
  CHECK(to_string(header.type) == "float64");
  CHECK(!header.fortran_order);
  CHECK(header.shape == shape);
  CHECK(header.length % 64 == 0);
  CHECK(header.length + 6 * sizeof(double) == bytes.size());

  const auto matrix = npy_tensor<double, 2>(view);
  CHECK(matrix(0, 2) == 3);
  CHECK(matrix(1, 0) == 4);
  CHECK_THROWS_AS((npy_tensor<double, 1>(view)), bad_file);
  CHECK_THROWS_AS((npy_tensor<float, 2>(view)), bad_file);
  CHECK_THROWS_AS(parse_npy(std::string_view(bytes).substr(0, bytes.size() - 1), "here"), bad_file);
}

TEST_CASE("append_digits adds to a text, and digits is the same alone") {
  std::string text = "x = ";
  append_digits(text, 0.1);
  CHECK(text == "x = 0.1");
  append_digits(text, -7);
  CHECK(text == "x = 0.1-7");
  CHECK(digits(0.1) == "0.1");
}
