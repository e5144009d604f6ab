// SPDX-License-Identifier: BSD-3-Clause
// Parts of messages about files.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include "../core/error.hpp"
#include "../core/text.hpp"

namespace lssm::detail {

/// The mark that spreadsheets and some editors put in front of a text; readers skip one.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Whether c is a control character, which would end a cell or line of a table and break a message.
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < ' '; }

/// Text from a file, short, quoted and printable, for "expected ..., found ...".
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

/// The system's words for an error's number, in every locale the same.
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
