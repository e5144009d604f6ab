// SPDX-License-Identifier: BSD-3-Clause
// The zip container, as far as .npz needs it: named byte strings, stored without compression, each with a checksum.
//
//   for each entry: local header, name, bytes      then the directory: a header per entry      then its end record
//
// Writing is deterministic: the same entries give the same bytes (the time stamp is zip's first day). Reading checks
// every length against the file and every checksum; unsupported features (compression, encryption, several disks,
// 4 GiB or more) are refused by name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../core/error.hpp"
#include "../core/text.hpp"
#include "bytes.hpp"
#include "crc32.hpp"

namespace lssm::detail {

inline constexpr std::uint32_t zip_local_mark = 0x04034B50, zip_directory_mark = 0x02014B50,
                               zip_end_mark = 0x06054B50;
inline constexpr std::size_t zip_local_size = 30, zip_directory_size = 46, zip_end_size = 22;
inline constexpr std::size_t zip_limit = 0xFFFFFFFE;  // the next number means "see the 64-bit field"

class zip_writer {
 public:
  /// The size of the archive with one more entry.
  std::size_t size_with(std::size_t name_size, std::size_t size) const {
    return out_.size() + directory_.size() + zip_local_size + zip_directory_size + 2 * name_size + size +
           zip_end_size;
  }

  /// Adds an entry. Preconditions: the name is new and shorter than 64 KiB, the archive stays below zip_limit.
  void add(std::string_view name, std::string_view bytes) {
    const auto offset = static_cast<std::uint32_t>(out_.size());
    std::string common;                        // fields of both headers
    append_little(common, std::uint16_t(20));  // version needed
    append_little(common, std::uint16_t(0));   // flags
    append_little(common, std::uint16_t(0));   // method: stored
    append_little(common, std::uint16_t(0));   // time
    append_little(common, std::uint16_t(33));  // date: 1 January 1980
    append_little(common, crc32(bytes));
    append_little(common, static_cast<std::uint32_t>(bytes.size()));  // compressed
    append_little(common, static_cast<std::uint32_t>(bytes.size()));
    append_little(common, static_cast<std::uint16_t>(name.size()));
    append_little(common, std::uint16_t(0));  // extra field
    append_little(out_, zip_local_mark);
    out_.append(common).append(name).append(bytes);
    append_little(directory_, zip_directory_mark);
    append_little(directory_, std::uint16_t(20));  // version made by
    directory_.append(common);
    directory_.append(10, '\0');  // comment, disk, attributes
    append_little(directory_, offset);
    directory_.append(name);
    ++entries_;
  }

  std::size_t entries() const { return entries_; }

  std::string bytes() const {
    std::string out;
    out.reserve(out_.size() + directory_.size() + zip_end_size);
    out.append(out_).append(directory_);
    append_little(out, zip_end_mark);
    append_little(out, std::uint32_t(0));  // disks
    append_little(out, static_cast<std::uint16_t>(entries_));
    append_little(out, static_cast<std::uint16_t>(entries_));
    append_little(out, static_cast<std::uint32_t>(directory_.size()));
    append_little(out, static_cast<std::uint32_t>(out_.size()));
    append_little(out, std::uint16_t(0));  // comment
    return out;
  }

 private:
  std::string out_, directory_;
  std::size_t entries_ = 0;
};

struct zip_entry {
  std::string name;
  std::size_t offset = 0, size = 0;  ///< of the bytes in the archive
};

/// Reads the directory of an archive and checks every entry.
class zip_reader {
 public:
  zip_reader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::vector<zip_entry> entries() const {
    const std::size_t end = find_end();
    const std::size_t count = u16(end + 10), size = u32(end + 12), start = u32(end + 16);
    if (u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != count)
      fail(end, "is an archive of several parts");
    if (count == 0xFFFF || start == 0xFFFFFFFF || size == 0xFFFFFFFF)
      fail(end, "is a zip64 archive (4 GiB or more, or too many entries), which is not supported");
    if (start > end || size != end - start)
      fail(end + 12, "the directory does not lie just before its end record");
    std::vector<zip_entry> found;
    std::size_t at = start, unclaimed = bytes_.size();
    for (std::size_t i = 0; i < count; ++i) found.push_back(read_entry(at, end, unclaimed));
    if (at != end) fail(at, "the directory is longer than its entries");
    check_names(found);
    return found;
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& reason) const {
    throw bad_file(file_ + ": byte " + std::to_string(offset) + ": " + reason);
  }
  std::size_t u16(std::size_t at) const { return little<std::uint16_t>(bytes_, at); }
  std::size_t u32(std::size_t at) const { return little<std::uint32_t>(bytes_, at); }

  /// Finds the end record, which is followed only by its comment of at most 64 KiB.
  std::size_t find_end() const {
    if (bytes_.size() < zip_end_size)
      fail(0, "too short for a .npz file: " + std::to_string(bytes_.size()) + " bytes");
    const std::size_t last = bytes_.size() - zip_end_size;
    const std::size_t first = last > 0xFFFF ? last - 0xFFFF : 0;
    for (std::size_t at = last + 1; at-- > first;)
      if (u32(at) == zip_end_mark && at + zip_end_size + u16(at + 20) == bytes_.size()) return at;
    fail(bytes_.size(), "no end of a zip directory: not a .npz file, or cut off");
  }

  /// Reads the directory's header at `at` and moves on to the next one. With overlapping
  /// entries the checksums of a small file could take any time, so all entries together may not exceed the file.
  zip_entry read_entry(std::size_t& at, std::size_t end, std::size_t& unclaimed) const {
    if (end - at < zip_directory_size || u32(at) != zip_directory_mark)
      fail(at, "expected an entry of the directory");
    const std::size_t name_size = u16(at + 28), after = u16(at + 30) + u16(at + 32);
    if (end - at - zip_directory_size < name_size + after)
      fail(at + 28, "an entry is longer than the directory");
    zip_entry entry{std::string(bytes_.substr(at + zip_directory_size, name_size)), 0, u32(at + 24)};
    const std::string who = "entry " + in_quotes(entry.name) + " ";
    const std::size_t flags = u16(at + 8), method = u16(at + 10), crc = u32(at + 16), local = u32(at + 42);
    if ((flags & 1U) != 0) fail(at + 8, who + "is encrypted");
    if (method != 0)
      fail(at + 10, who + "is compressed (method " + std::to_string(method) +
                        "); save it uncompressed, as numpy.savez does");
    if (entry.size == 0xFFFFFFFF || u32(at + 20) == 0xFFFFFFFF || local == 0xFFFFFFFF)
      fail(at + 20, who + "has 4 GiB or more (zip64), which is not supported");
    if (u32(at + 20) != entry.size) fail(at + 20, who + "is stored, but its two sizes differ");
    entry.offset = find_bytes(entry, local, who);
    if (entry.size > unclaimed) fail(at + 20, who + "overlaps with others");
    unclaimed -= entry.size;
    if (crc32(bytes_.substr(entry.offset, entry.size)) != crc)
      fail(entry.offset, who + "is damaged: its checksum does not fit");
    at += zip_directory_size + name_size + after;
    return entry;
  }

  /// Offset of an entry's bytes, after its local header. The sizes in that header are not used, since writers may put
  /// them elsewhere.
  std::size_t find_bytes(const zip_entry& entry, std::size_t local, const std::string& who) const {
    const std::size_t total = bytes_.size();
    if (local > total || total - local < zip_local_size || u32(local) != zip_local_mark)
      fail(local, who + "is not where the directory says");
    const std::size_t name_size = u16(local + 26), skip = zip_local_size + name_size + u16(local + 28);
    if (total - local < skip || total - local - skip < entry.size) fail(local, who + "ends behind the file");
    if (bytes_.substr(local + zip_local_size, name_size) != entry.name)
      fail(local + zip_local_size, who + "has another name in front of its bytes");
    if (u16(local + 8) != 0) fail(local + 8, who + "is compressed according to its own header");
    return local + skip;
  }

  void check_names(const std::vector<zip_entry>& found) const {
    std::vector<std::string_view> names;
    names.reserve(found.size());
    for (const zip_entry& e : found) names.push_back(e.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) throw bad_file(file_ + ": entry " + in_quotes(*twice) + " is there twice");
  }

  std::string_view bytes_;
  const std::string& file_;
};

}  // namespace lssm::detail
