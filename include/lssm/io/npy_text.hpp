// SPDX-License-Identifier: BSD-3-Clause
// One text as an array of rank 0, like numpy.array("text"), for texts in .npz files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json_text.hpp"
#include "npy_format.hpp"

namespace lssm::detail {

/// The bytes of an .npy file with a text in UTF-8; bytes that are not UTF-8 become the replacement character.
inline std::string to_npy_text(std::string_view text) {
  std::vector<std::uint32_t> letters;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    letters.push_back(length == 0 ? 0xFFFD : utf8_code(text.substr(0, length)));
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (letters.empty()) letters.push_back(0);  // NumPy has no type of zero letters
  std::string out = npy_header_text({'U', 4 * letters.size()}, {});
  append_little<std::uint32_t>(out, std::span<const std::uint32_t>(letters));
  return out;
}

/// The text of an .npy file; throws bad_file unless it holds one text. Zeros at the end are padding.
inline std::string npy_text(std::string_view bytes, const std::string& name) {
  const npy_view view = parse_npy_array(bytes, name, true);
  const auto [kind, size] = view.header.type;
  if (kind != 'U' && kind != 'S')
    npy_fail(name, view.header.type_offset, "text", to_string(view.header.type));
  if (view.payload.size() != size)
    npy_fail(name, view.header.shape_offset, "one text", "the shape " + shape_text(view.header.shape));
  std::string out;
  if (kind == 'S') {
    out = view.payload;
  } else {
    for (std::size_t at = 0; at < view.payload.size(); at += 4) {
      const auto code = little<std::uint32_t>(view.payload, at);
      if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        npy_fail(name, view.header.length + at, "letters of Unicode", std::to_string(code));
      append_utf8(out, code);
    }
  }
  out.resize(out.find_last_not_of('\0') + 1);
  return out;
}

}  // namespace lssm::detail
