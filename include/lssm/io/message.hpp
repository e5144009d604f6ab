// SPDX-License-Identifier: BSD-3-Clause
// What messages about files are made of.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include "../core/error.hpp"
#include "../core/text.hpp"

namespace lssm::detail {

/// Spreadsheets and some editors put it in front of a text; readers of text leave out one.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Control characters end a cell or a line of a table and break a message.
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < ' '; }

/// Text of a file where something else was expected: short, quoted and printable.
inline std::string shown(std::string_view text) {
  if (text.empty()) return "the end";
  std::string out = "'";
  for (const char c : text.substr(0, 24)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > 24 ? "...'" : "'");
}

template <class Refusal = bad_file>
[[noreturn]] void refuse_file(const std::string& path, std::string_view reason) {
  throw Refusal((path.empty() ? std::string("(empty file name)") : path) + ": " + std::string(reason));
}

/// The system's words for an error's number, which do not follow the locale.
inline std::string system_words(int code) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
  const char* words = ::strerrordesc_np(code);
  return words != nullptr ? words : "unknown error " + std::to_string(code);
#else
  return std::generic_category().message(code);
#endif
}

/// "path: cannot <action>: <the system's words for code>".
[[noreturn]] inline void refuse_errno(const std::string& path, std::string_view action, int code) {
  const std::string reason = "cannot " + std::string(action) + ": " + system_words(code);
  if (code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO)
    refuse_file<disk_failure>(path, reason);
  refuse_file(path, reason);
}

}  // namespace lssm::detail
