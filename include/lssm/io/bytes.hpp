// SPDX-License-Identifier: BSD-3-Clause
// Numbers as little-endian bytes, whatever the machine's own order.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace lssm::detail {

/// Reverses the bytes of each element where the machine is big-endian; both directions are the same.
inline void swap_to_little(char* bytes, std::size_t count, std::size_t size) {
  if constexpr (std::endian::native == std::endian::big)
    for (std::size_t i = 0; i < count; ++i) std::reverse(bytes + i * size, bytes + (i + 1) * size);
}

template <class T>
void append_little(std::string& out, std::span<const T> values) {
  if (values.empty()) return;
  const std::size_t begin = out.size();
  out.resize(begin + values.size_bytes());
  std::memcpy(out.data() + begin, values.data(), values.size_bytes());
  swap_to_little(out.data() + begin, values.size(), sizeof(T));
}

template <std::unsigned_integral U>
void append_little(std::string& out, U value) {
  append_little<U>(out, std::span<const U>(&value, 1));
}

/// Fills `out` from the first bytes. Precondition: there are out.size_bytes() of them.
template <class T>
void copy_little(std::string_view bytes, std::span<T> out) {
  if (out.empty()) return;
  std::memcpy(out.data(), bytes.data(), out.size_bytes());
  swap_to_little(reinterpret_cast<char*>(out.data()), out.size(), sizeof(T));
}

/// The number at the offset. Precondition: it lies inside.
template <std::unsigned_integral U>
U little(std::string_view bytes, std::size_t offset) {
  U value = 0;
  copy_little<U>(bytes.substr(offset, sizeof(U)), std::span<U>(&value, 1));
  return value;
}

}  // namespace lssm::detail
