// SPDX-License-Identifier: BSD-3-Clause
// Foreign text in a form that a message can show: one line of bounded length without control sequences.
//
//   printable(text)        escapes control characters, bytes that are not UTF-8 and invisible marks: \n \x1b \u202e
//   in_quotes(text, most)  the same in quotes, cut after `most` bytes
//
// Names in an archive, keys, cells, labels and flags may hold any bytes. The exceptions of core/error.hpp pass every
// message through printable, so that no message is missed; code that quotes a name also shortens it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler.hpp"

namespace lssm {

namespace detail {

/// The length of the UTF-8 sequence at the front of a nonempty text, or 0 where there is none: stray or
/// missing continuation bytes, overlong forms, surrogates, numbers above 10FFFF.
constexpr std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

/// The code point of a UTF-8 sequence that has been checked.
constexpr std::uint32_t utf8_code(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(sequence[i])}; };
  if (sequence.size() == 1) return byte(0);
  std::uint32_t code = byte(0) & (0x7FU >> sequence.size());
  for (std::size_t i = 1; i < sequence.size(); ++i) code = code << 6 | (byte(i) & 0x3FU);
  return code;
}

/// Whether a character ends a line, controls a terminal, changes the direction of writing or has no width.
constexpr bool is_unseen(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0x61C ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

[[gnu::cold]] inline void append_escape(std::string& out, char mark, std::uint32_t code, int digits) {
  out.append("\\") += mark;
  for (int i = digits - 1; i >= 0; --i) out += "0123456789abcdef"[(code >> (4 * i)) & 15U];
}

/// The first bytes of a text, at most `most`; no UTF-8 sequence is cut.
constexpr std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && most - end < 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace detail

/// The text on one line, with escapes for characters that do not print. A printable text does not change.
[[gnu::cold]] inline std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = detail::utf8_length(text);
    const std::uint32_t code =
        length == 0 ? static_cast<unsigned char>(text.front()) : detail::utf8_code(text.substr(0, length));
    if (code == '\n' || code == '\t' || code == '\r') {
      out += code == '\n' ? "\\n" : code == '\t' ? "\\t" : "\\r";
    } else if (length == 0 || code < 0x80) {
      if (length == 0 || detail::is_unseen(code)) {
        detail::append_escape(out, 'x', code, 2);
      } else {
        out += text.front();
      }
    } else if (detail::is_unseen(code)) {
      detail::append_escape(out, 'u', code, 4);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

/// The text in single quotes, printable; a longer one is cut after `most` bytes and ends in three dots.
[[gnu::cold]] inline std::string in_quotes(std::string_view text, std::size_t most = 100) {
  const std::string_view front = detail::beginning(text, most);
  std::string out("'");
  return out.append(printable(front)).append(front.size() < text.size() ? "...'" : "'");
}

namespace detail {

/// The message of an exception: printable, and of at most some 2000 bytes, whatever it quotes.
[[gnu::cold]] inline std::string message_text(std::string_view message) {
  std::string text = printable(message);
  constexpr std::size_t most = 2000, last = 600;
  if (text.size() <= most) return text;
  std::size_t end = text.size() - last;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) ++end;
  std::string out(beginning(text, most - last - 5));
  return out.append(" ... ").append(text, end);
}

}  // namespace detail

}  // namespace lssm
