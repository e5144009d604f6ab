// SPDX-License-Identifier: BSD-3-Clause
// Files that may be compressed by gzip.
#pragma once

#include <zlib.h>

#include <lssm/io/file.hpp>
#include <string>

namespace support {

/// These bytes, unpacked where they begin as gzip does. Refuses what is damaged, cut off, or unpacks to more than `most`
/// bytes; `path` stands in messages.
inline std::string unpacked(std::string packed, const std::string& path, std::size_t most) {
  if (!packed.starts_with("\x1F\x8B")) return packed;
  const auto refuse = [&](const std::string& why) { lssm::detail::refuse_file(path, why); };
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  const struct closer {
    z_stream& of;
    ~closer() { inflateEnd(&of); }
  } close{stream};
  std::string out;
  std::string block(std::size_t{1} << 14, '\0');
  // zlib asks for bytes that are not constant and does not write to them.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    const int answer = inflate(&stream, Z_NO_FLUSH);
    if (answer == Z_MEM_ERROR) throw std::bad_alloc();
    if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR)
      refuse("damaged gzip data before byte " + std::to_string(stream.total_in));
    const std::size_t made = block.size() - stream.avail_out;
    if (out.size() + made > most) refuse("unpacks to more than " + std::to_string(most) + " bytes");
    out.append(block, 0, made);
    if (answer == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      if (inflateReset(&stream) != Z_OK)
        throw std::bad_alloc();  // gzip files may be several, one after the other
    } else if (made == 0) {
      refuse("gzip data cut off after byte " + std::to_string(stream.total_in));
    }
  }
}

/// The bytes of a file, unpacked where it is compressed.
inline std::string read_maybe_gzip(const std::string& path, std::size_t most = std::size_t{1} << 30) {
  return unpacked(lssm::read_file(path, most), path, most);
}

}  // namespace support
