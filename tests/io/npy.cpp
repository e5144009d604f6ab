// SPDX-License-Identifier: BSD-3-Clause
// .npy: the bytes NumPy writes, round trips over types and shapes, and what is refused.
#include <lssm/io/npy.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace lssm;

static_assert(NpyElement<float> && NpyElement<double> && NpyElement<std::int64_t> &&
              NpyElement<std::uint8_t>);
static_assert(!NpyElement<long double> && !NpyElement<bool> && !NpyElement<std::string> &&
              !NpyElement<const double>);

namespace {

using shape_type = std::vector<std::size_t>;

/// A version 1 file from the text of its dictionary and its elements.
std::string file_of(const std::string& dictionary, const std::string& elements = {}) {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(dictionary.size() & 0xFFU);
  bytes += static_cast<char>(dictionary.size() >> 8U);
  return bytes + dictionary + elements;
}
std::string doubles(std::size_t count) { return std::string(8 * count, '\0'); }

template <class T = double>
npy_array<T> parse(const std::string& bytes) {
  return npy_values<T>(parse_npy(bytes, "f.npy"));
}
std::string refusal(const std::string& bytes) {
  return bad_file_of([&] { parse(bytes); });
}

}  // namespace

// Written by NumPy 1.24: numpy.save of [[1, 2, 3], [4, 5, 6]], of [1, -2] as int32, of float32(1.5).
TEST_CASE("the bytes are NumPy's") {
  const std::string dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
  std::string expected = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + dictionary +
                         std::string(117 - dictionary.size(), ' ') + "\n";
  for (const char* element : {"\xf0\x3f", "\x00\x40", "\x08\x40", "\x10\x40", "\x14\x40", "\x18\x40"})
    expected += std::string(6, '\0') + std::string(element, 2);
  const std::vector<double> values{1, 2, 3, 4, 5, 6};
  CHECK(to_npy<double>(values, shape_type{2, 3}) == expected);
  CHECK(parse(expected).shape == shape_type{2, 3});
  CHECK(parse(expected).data == values);

  const std::string integers = to_npy<std::int32_t>(std::vector<std::int32_t>{1, -2}, shape_type{2});
  CHECK(integers.size() == 136);
  CHECK(integers.substr(10, 58) == "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), } ");
  CHECK(integers.substr(128) == std::string("\x01\x00\x00\x00\xfe\xff\xff\xff", 8));

  const float number = 1.5F;
  const std::string scalar = to_npy<float>(std::span(&number, 1), shape_type{});
  CHECK(has(scalar, "'descr': '<f4'"));
  CHECK(has(scalar, "'shape': (), }"));
  CHECK(scalar.substr(128) == std::string("\x00\x00\xc0\x3f", 4));
  CHECK(has(to_npy<std::uint8_t>({}, shape_type{0}), "'|u1'"));
}

TEST_CASE_TEMPLATE("every type and shape comes back", T, float, double, std::int8_t, std::uint16_t,
                   std::int64_t, std::uint64_t) {
  const scratch dir;
  for (const shape_type& shape : {shape_type{}, {0}, {1}, {7}, {2, 3}, {3, 0, 2}, {2, 3, 4}, {1, 1, 1, 5}}) {
    std::vector<T> values(detail::elements_of(shape));
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = i % 3 == 0   ? std::numeric_limits<T>::lowest()
                  : i % 3 == 1 ? std::numeric_limits<T>::max()
                               : static_cast<T>(i);
    write_npy<T>(dir / "a.npy", values, shape);
    const npy_array<T> read = read_npy<T>(dir / "a.npy");
    CHECK(read.shape == shape);
    CHECK(read.data == values);
    CHECK(read_file(dir / "a.npy").size() % 64 == values.size() * sizeof(T) % 64);
  }
}

TEST_CASE("bits of numbers that are none come back") {
  const std::vector<double> values{-0.0, std::numeric_limits<double>::infinity(),
                                   std::numeric_limits<double>::denorm_min(),
                                   std::bit_cast<double>(0x7FF8000000001234U)};
  const auto read = parse(to_npy<double>(values, shape_type{4})).data;
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(std::bit_cast<std::uint64_t>(read[i]) == std::bit_cast<std::uint64_t>(values[i]));
}

TEST_CASE("tensors and expressions") {
  const scratch dir;
  const auto t = to_tensor<3>(std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {2, 3, 2});
  write_npy(dir / "t.npy", t);
  CHECK(read_npy<double, 3>(dir / "t.npy") == t);
  write_npy(dir / "e.npy", 2 * t + 1);
  CHECK(read_npy<double, 3>(dir / "e.npy")(1, 2, 1) == 25);
  xt::xtensor<double, 2, xt::layout_type::column_major> columns =
      xt::xtensor<double, 2, xt::layout_type::column_major>::from_shape({2, 3});
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j) columns(i, j) = static_cast<double>(3 * i + j);
  CHECK(parse(to_npy(columns)).data == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK(has(bad_file_of([&] { read_npy<double, 2>(dir / "t.npy"); }),
            "expected an array of rank 2, found the shape (2, 3, 2)"));
  CHECK(has(bad_file_of([&] { read_npy<float, 3>(dir / "t.npy"); }),
            "byte 20: expected elements of type float32, found float64"));
}

TEST_CASE("Fortran's order is read as C's") {
  std::vector<double> stored(24), expected(24);
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k < 4; ++k) {
        const std::size_t c = (i * 3 + j) * 4 + k;
        expected[c] = static_cast<double>(c);
        stored[i + 2 * (j + 3 * k)] = static_cast<double>(c);
      }
  std::string elements;
  detail::append_little<double>(elements, stored);
  CHECK(parse(file_of("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3, 4)}", elements)).data ==
        expected);
  CHECK(parse(file_of("{'descr': '<f8', 'fortran_order': True, 'shape': ()}", doubles(1))).data.size() == 1);
  CHECK(parse(file_of("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 0)}")).data.empty());
}

TEST_CASE("other ways to write the same header") {
  CHECK(parse(file_of("{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f8\"}\n", doubles(2)))
            .data.size() == 2);
  CHECK(
      parse(file_of("{ 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 2L , 1L ) , }   ", doubles(2)))
          .shape == shape_type{2, 1});
  const std::string dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}";
  for (const char major : {'\x02', '\x03'}) {
    std::string bytes = "\x93NUMPY";
    bytes += major;
    bytes += std::string("\x00\x37\x00\x00\x00", 5);
    CHECK(parse(bytes + dictionary + doubles(1)).shape == shape_type{1});
  }
  CHECK(parse<std::uint8_t>(file_of("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", "\x01\x02"))
            .data[1] == 2);
}

TEST_CASE("what is refused, with file, byte, expected and found") {
  const auto header = [](const std::string& type, const std::string& order, const std::string& shape) {
    return "{'descr': " + type + ", 'fortran_order': " + order + ", 'shape': " + shape + "}";
  };
  CHECK(refusal("") == "f.npy: byte 0: expected the mark of a .npy file, found the end");
  CHECK(refusal("PK\x03\x04....") == "f.npy: byte 0: expected the mark of a .npy file, found 'PK??..'");
  CHECK(refusal("\x93NUMPY\x04...........") == "f.npy: byte 6: expected version 1, 2 or 3, found 4");
  CHECK(refusal(std::string("\x93NUMPY\x01\x00\xff\xff{", 11)) ==
        "f.npy: byte 8: expected a header length of at most 1, found 65535");
  CHECK(refusal(file_of(header("'>f8'", "False", "(1,)"), doubles(1))) ==
        "f.npy: byte 20: expected a little-endian float, integer or bool type such as '<f8', found '>f8'");
  for (const char* type :
       {"'<f2'", "'<c8'", "'<U4'", "'<f16'", "'|O8'", "'=f8'", "'|i8'", "''", "'<i3'", "'<b1x'"})
    CHECK(has(refusal(file_of(header(type, "False", "(1,)"), doubles(1))), "such as '<f8', found"));
  CHECK(has(refusal(file_of(header("[('a', '<f8')]", "False", "(1,)"), doubles(1))),
            "found a structured type"));
  CHECK(has(refusal(file_of(header("'<f8'", "Maybe", "(1,)"), doubles(1))),
            "byte 44: expected True or False, found 'M'"));
  CHECK(has(refusal(file_of(header("'<f8'", "False", "(1)"), doubles(1))),
            "expected ',' after the only size, found ')'"));
  CHECK(has(refusal(file_of(header("'<f8'", "False", "(-1,)"), doubles(1))), "expected a size, found '-'"));
  CHECK(
      has(refusal(file_of(header("'<f8'", "False", "(1 2)"), doubles(2))), "expected ',' or ')', found '2'"));
  CHECK(has(refusal(file_of(header("'<f8'", "False", "(99999999999999999999,)"))),
            "expected a size of 64 bits"));
  CHECK(has(refusal(file_of(header("'<f8'", "False", "(4294967296, 4294967296, 4294967296)"))),
            "more elements than a file holds"));
  CHECK(has(refusal(file_of(header("'<f8'", "False", "(3,)"), doubles(2))),
            "expected 3 elements of float64 for the shape (3,), found 16 bytes"));
  CHECK(has(refusal(file_of(header("'<f8'", "False", "(2,)"), doubles(2) + "x")), "found 17 bytes"));
  CHECK(has(refusal(file_of(header("'<f8'", "False", "(2,)") + " x", doubles(2))),
            "nothing but spaces up to the end of the header"));
  CHECK(has(refusal(file_of("{'descr': '<f8', 'shape': (2,)}", doubles(2))), "one of them missing"));
  CHECK(has(refusal(file_of("{'descr': '<f8', 'descr': '<f8'}")), "each once, found 'descr'"));
  CHECK(has(refusal(file_of("{'descr': '<f8', 'other': 1}")), "found 'other'"));
  CHECK(has(refusal(file_of("{'descr': '<f8")), "expected a closing quote"));
  CHECK(has(refusal(file_of("{'descr' '<f8'")), "expected ':', found '''"));
  CHECK(has(refusal(file_of("['descr']")), "expected '{'"));
  std::string shape = "(";
  for (int i = 0; i < 65; ++i) shape += "1, ";
  CHECK(has(refusal(file_of(header("'<f8'", "False", shape + ")"), doubles(1))), "at most 64 sizes"));
}

TEST_CASE("values that do not fill the shape are refused before anything is written") {
  const scratch dir;
  const std::vector<double> values{1, 2, 3};
  CHECK(bad_argument_of([&] {
          write_npy<double>(dir / "a.npy", values, shape_type{2, 2});
        }) == "to_npy: the number of values must be the product 4 of the shape (2, 2), given 3");
  CHECK(dir.files() == 0);
}
