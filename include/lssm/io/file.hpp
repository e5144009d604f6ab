// SPDX-License-Identifier: BSD-3-Clause
// Whole files: read, replaced and appended to such that no crash, kill or full disk loses what was there before.
//
//   read_file(path, limit)          the bytes of a file (or pipe)
//   replace_file(path, bytes)       the old content or the new one, never a mixture
//   append_file(path, record)       one record at the end, on disk when the call returns
//   writable_directory(path)        made if missing; whether one can write there is found out now, not after the work
//
// All throw bad_file with the file's name and the system's reason.
#pragma once

#include <sys/file.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "descriptor.hpp"

namespace lssm {

/// What fits into memory sensibly; a larger file is refused before anything is read.
inline constexpr std::size_t largest_file = 0xFFFFFFFF;

/// All bytes of a file. Throws bad_file where it cannot be read, or is longer than the limit.
inline std::string read_file(const std::string& path, std::size_t limit = largest_file) {
  const detail::descriptor file(path, O_RDONLY);
  if (!file.is_open()) detail::refuse_errno(path, "open", file.error());
  const struct stat s = file.status();
  if (S_ISDIR(s.st_mode)) detail::refuse_file(path, "cannot read: Is a directory");
  if (!S_ISREG(s.st_mode) && !S_ISFIFO(s.st_mode))
    detail::refuse_file(path, "cannot read: neither a file nor a pipe");
  const std::size_t expected = S_ISREG(s.st_mode) ? static_cast<std::size_t>(s.st_size) : 0;
  const auto too_big = [&] {
    detail::refuse_file(path, "is too big: more than " + std::to_string(limit) + " bytes");
  };
  if (expected > limit) too_big();
  std::string bytes;
  std::size_t size = 0;
  for (;;) {
    // One byte more than expected, so that the end is seen without growing the buffer.
    if (size == bytes.size()) bytes.resize(size == 0 ? expected + 1 : size + size / 2 + 4096);
    const ssize_t n = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) detail::refuse_errno(path, "read", errno);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
    if (size > limit) too_big();
  }
  if (size < expected)
    detail::refuse_file(path, "shrank while it was read: " + std::to_string(expected) + " bytes expected, " +
                                  std::to_string(size) + " found");
  bytes.resize(size);
  return bytes;
}

/// Writes a temporary beside the file, brings it to disk and renames it onto the file, which is atomic.
inline void replace_file(const std::string& path, std::string_view bytes) {
  const std::string target = detail::through_links(path);
  struct stat old {};
  const bool exists = ::stat(target.c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) detail::refuse_file(path, "cannot write: Is a directory");
  if (exists && !S_ISREG(old.st_mode)) detail::refuse_file(path, "cannot replace: not a regular file");
  const std::string directory = detail::directory_of(target);
  detail::temporary_file fresh(directory);
  if (!fresh.is_open()) detail::refuse_errno(path, "create a file in its directory", fresh.error());
  if (exists) fresh.copy_mode(old.st_mode);
  if (const int code = fresh.write(bytes); code != 0) detail::refuse_errno(path, "write", code);
  if (const int code = fresh.move_to(target); code != 0) detail::refuse_errno(path, "write", code);
  detail::sync_directory(directory);
}

/// Appends one record in one write and brings it to disk. If that fails the file is cut back to what it was. A kill in
/// the middle can leave part of the record, so a reader must be able to tell a whole one (by its final newline, say).
inline void append_file(const std::string& path, std::string_view record) {
  detail::descriptor file(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
  if (!file.is_open()) detail::refuse_errno(path, "open for appending", file.error());
  // Appending processes take turns, so that cutting back never takes another's record away.
  ::flock(file.get(), LOCK_EX);
  const struct stat before = file.status();
  const bool regular = S_ISREG(before.st_mode);
  int code = file.write(record);
  if (code == 0 && regular) code = file.sync();
  if (code != 0) {
    if (regular && ::ftruncate(file.get(), before.st_size) != 0)
      detail::refuse_errno(path, "append (and part of the record could not be taken back)", code);
    detail::refuse_errno(path, "append", code);
  }
  if (regular && before.st_size == 0) detail::sync_directory(detail::directory_of(path));
}

/// Makes the directory and its parents where they are missing and tries to write there. Returns the path.
inline std::string writable_directory(const std::string& path) {
  if (path.empty()) detail::refuse_file(path, "cannot make a directory");
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string parent = path.substr(0, end);
    struct stat s {};
    if (::mkdir(parent.c_str(), 0777) == 0) continue;
    const int code = errno;
    if (::stat(parent.c_str(), &s) != 0) detail::refuse_errno(path, "make the directory", code);
    if (!S_ISDIR(s.st_mode)) detail::refuse_errno(path, "make the directory", ENOTDIR);
  }
  const detail::temporary_file probe(path);
  if (!probe.is_open()) detail::refuse_errno(path, "write into the directory", probe.error());
  return path;
}

}  // namespace lssm
