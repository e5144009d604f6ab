// SPDX-License-Identifier: BSD-3-Clause
// The header of an .npy file: type, order and shape, as the Python dictionary that NumPy writes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../core/extent.hpp"
#include "bytes.hpp"
#include "message.hpp"

namespace lssm {

/// Kind 'f' (floating point), 'i', 'u' (integers) or 'b' (bool), and the size in bytes. For text also 'U' and
/// 'S': text of four bytes a letter, or of one.
struct npy_type {
  char kind = 'f';
  std::size_t size = 8;
  friend constexpr bool operator==(const npy_type&, const npy_type&) = default;
};

/// NumPy's name of the type.
inline std::string to_string(npy_type t) {
  if (t.kind == 'b') return "bool";
  if (t.kind == 'U' || t.kind == 'S') return "text";
  const char* name = t.kind == 'f' ? "float" : t.kind == 'i' ? "int" : "uint";
  return name + std::to_string(8 * t.size);
}

/// The header, which precedes the elements.
struct npy_header {
  npy_type type;
  bool fortran_order = false;
  std::vector<std::size_t> shape;
  std::size_t length = 0;                         ///< of everything before the elements
  std::size_t type_offset = 0, shape_offset = 0;  ///< positions of these, for messages
};

namespace detail {

[[noreturn]] inline void npy_fail(const std::string& name, std::size_t offset, const std::string& expected,
                                  const std::string& found) {
  throw bad_file(name + ": byte " + std::to_string(offset) + ": expected " + expected + ", found " + found);
}

inline std::string shape_text(std::span<const std::size_t> shape) {
  std::string text = "(";
  for (const std::size_t n : shape) text += std::to_string(n) + (shape.size() == 1 ? "," : ", ");
  if (shape.size() > 1) text.resize(text.size() - 2);
  return text + ")";
}

inline std::string npy_header_text(npy_type type, std::span<const std::size_t> shape) {
  const std::string order = type.size == 1 ? "|" : "<";
  const std::size_t unit = type.kind == 'U' ? 4 : 1;
  std::string dictionary = "{'descr': '" + order + type.kind + std::to_string(type.size / unit) +
                           "', 'fortran_order': False, 'shape': " + shape_text(shape) + ", }";
  // Magic, version and length take 10 bytes; elements start at a multiple of 64.
  const std::size_t length = (10 + dictionary.size() + 1 + 63) / 64 * 64 - 10;
  require(length <= 0xFFFF, "to_npy", "the shape", "of a rank that fits a header", shape.size());
  dictionary.resize(length - 1, ' ');
  std::string out = "\x93NUMPY";
  out += '\x01';
  out += '\x00';
  append_little(out, static_cast<std::uint16_t>(length));
  return out + dictionary + '\n';
}

/// Header of an array; checks that the element count matches the shape.
inline std::string npy_header_for(npy_type type, std::span<const std::size_t> shape, std::size_t count) {
  if (const std::size_t size = elements_of(shape); size != count)
    refuse("to_npy", "the number of values",
           "the product " + to_text(size) + " of the shape " + shape_text(shape), count);
  return npy_header_text(type, shape);
}

/// Reads the dictionary: three known keys in any order, each once.
class npy_header_parser {
 public:
  npy_header_parser(std::string_view bytes, const std::string& name, bool texts)
      : bytes_(bytes), name_(name), texts_(texts) {}

  npy_header parse() {
    read_preamble();
    bool has_type = false, has_order = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::size_t key_at = skip_spaces();
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !has_type) {
        has_type = true;
        read_type();
      } else if (key == "fortran_order" && !has_order) {
        has_order = true;
        read_order();
      } else if (key == "shape" && !has_shape) {
        has_shape = true;
        read_shape();
      } else {
        npy_fail(name_, key_at, "'descr', 'fortran_order' or 'shape', each once", shown(key));
      }
      if (accept('}')) break;
      expect(',');
    }
    if (!has_type || !has_order || !has_shape)
      npy_fail(name_, at_, "'descr', 'fortran_order' and 'shape' in the header", "one of them missing");
    if (skip_spaces() != end_) fail("nothing but spaces up to the end of the header");
    return header_;
  }

 private:
  void read_preamble() {
    const std::string_view magic = "\x93NUMPY";
    if (bytes_.substr(0, 6) != magic)
      npy_fail(name_, 0, "the mark of a .npy file", shown(bytes_.substr(0, 6)));
    if (bytes_.size() < 10)
      npy_fail(name_, bytes_.size(), "version and header length", "the end of the file");
    const int version = static_cast<unsigned char>(bytes_[6]);
    if (version < 1 || version > 3) npy_fail(name_, 6, "version 1, 2 or 3", std::to_string(version));
    const std::size_t start = version == 1 ? 10 : 12;
    if (bytes_.size() < start) npy_fail(name_, bytes_.size(), "the header length", "the end of the file");
    const std::size_t length =
        version == 1 ? little<std::uint16_t>(bytes_, 8) : little<std::uint32_t>(bytes_, 8);
    if (length > bytes_.size() - start)
      npy_fail(name_, 8, "a header length of at most " + std::to_string(bytes_.size() - start),
               std::to_string(length));
    at_ = start;
    end_ = header_.length = start + length;
  }

  void read_type() {
    header_.type_offset = skip_spaces();
    if (peek() == '[') npy_fail(name_, at_, "an array of plain numbers", "a structured type");
    const std::string_view text = quoted();
    const std::string expected = texts_ ? "text such as '<U8', or a number"
                                        : "a little-endian float, integer or bool type such as '<f8'";
    const auto fail_type = [&] { npy_fail(name_, header_.type_offset, expected, shown(text)); };
    if (text.size() < 3 || text.size() > 8) fail_type();
    const char order = text[0], kind = text[1];
    std::size_t size = 0;
    for (const char c : text.substr(2)) {
      if (c < '0' || c > '9' || (size == 0 && c == '0')) fail_type();
      size = 10 * size + static_cast<std::size_t>(c - '0');
    }
    const bool known = (kind == 'f' && (size == 4 || size == 8)) || (kind == 'b' && size == 1) ||
                       ((kind == 'i' || kind == 'u') && (size == 1 || size == 2 || size == 4 || size == 8)) ||
                       (texts_ && (kind == 'U' || kind == 'S'));
    if (!known || !(order == '<' || (order == '|' && (kind == 'S' || (size == 1 && kind != 'U')))))
      fail_type();
    header_.type = {kind, kind == 'U' ? 4 * size : size};
  }

  void read_order() {
    skip_spaces();
    const std::string_view rest = bytes_.substr(at_, end_ - at_);
    header_.fortran_order = rest.starts_with("True");
    if (!header_.fortran_order && !rest.starts_with("False")) fail("True or False");
    at_ += header_.fortran_order ? 4 : 5;
  }

  void read_shape() {
    header_.shape_offset = skip_spaces();
    expect('(');
    while (!accept(')')) {
      if (header_.shape.size() == 64) npy_fail(name_, header_.shape_offset, "at most 64 sizes", "more");
      header_.shape.push_back(number());
      const bool comma = accept(',');
      if (accept(')')) {
        if (!comma && header_.shape.size() == 1) npy_fail(name_, at_ - 1, "',' after the only size", "')'");
        break;
      }
      if (!comma) fail("',' or ')'");
    }
  }

  std::size_t number() {
    skip_spaces();
    if (peek() < '0' || peek() > '9') fail("a size");
    const std::size_t start = at_;
    std::size_t value = 0;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
      const auto digit = static_cast<std::size_t>(peek() - '0');
      if (value > (too_many - digit) / 10) npy_fail(name_, start, "a size of 64 bits", "more digits");
      value = 10 * value + digit;
    }
    if (peek() == 'L') ++at_;  // Python 2 wrote 3L
    return value;
  }

  std::string_view quoted() {
    skip_spaces();
    const char quote = peek();
    if (quote != '\'' && quote != '"') fail("a quoted text");
    const std::size_t start = ++at_;
    while (at_ < end_ && bytes_[at_] != quote) ++at_;
    if (at_ == end_) npy_fail(name_, start - 1, "a closing quote", "the end of the header");
    return bytes_.substr(start, at_++ - start);
  }

  char peek() const { return at_ < end_ ? bytes_[at_] : '\0'; }
  std::size_t skip_spaces() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n') ++at_;
    return at_;
  }
  bool accept(char c) {
    skip_spaces();
    if (peek() != c || at_ == end_) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(std::string("'") + c + "'");
  }
  [[noreturn]] void fail(const std::string& expected) const {
    npy_fail(name_, at_, expected, shown(bytes_.substr(at_, at_ < end_ ? 1 : 0)));
  }

  std::string_view bytes_;
  const std::string& name_;
  bool texts_;  // whether types of text are accepted
  std::size_t at_ = 0, end_ = 0;
  npy_header header_;
};

inline npy_header parse_npy_header(std::string_view bytes, const std::string& name, bool texts = false) {
  return npy_header_parser(bytes, name, texts).parse();
}

}  // namespace detail

}  // namespace lssm
