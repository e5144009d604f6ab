// SPDX-License-Identifier: BSD-3-Clause
// Text inside JSON: escapes, and checked UTF-8 (core/text.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "message.hpp"

namespace lssm::detail {

constexpr void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The text quoted and escaped; bytes that are not UTF-8 (file names may have them) become the replacement character.
inline void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out.append("\\") += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (is_control(c)) {
      out.append("\\u00") += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 15U];
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

/// Four hexadecimal digits at the position, or -1.
constexpr std::int32_t hex4(std::string_view text, std::size_t at) {
  if (text.size() < at + 4) return -1;
  std::int32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = 16 * value + digit;
  }
  return value;
}

/// Reads the escape at the front, appends its meaning and returns its length; 0 if it is not an escape.
constexpr std::size_t read_json_escape(std::string_view text, std::string& out) {
  constexpr std::string_view names = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  if (text.size() < 2) return 0;
  if (const std::size_t i = names.find(text[1]); i != std::string_view::npos) {
    out += meanings[i];
    return 2;
  }
  const std::int32_t code = text[1] == 'u' ? hex4(text, 2) : -1;
  if (code < 0 || (code >= 0xDC00 && code < 0xE000)) return 0;
  if (code < 0xD800 || code >= 0xE000) {
    append_utf8(out, static_cast<std::uint32_t>(code));
    return 6;
  }
  // The first half of a pair needs its second half.
  const std::int32_t second = text.substr(6, 2) == "\\u" ? hex4(text, 8) : -1;
  if (second < 0xDC00 || second >= 0xE000) return 0;
  append_utf8(out, static_cast<std::uint32_t>(0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00)));
  return 12;
}

}  // namespace lssm::detail
