// SPDX-License-Identifier: BSD-3-Clause
// Whole files: read, replaced and appended to such that no crash, kill or full disk loses the old content.
//
//   file_exists(path)               whether anything has this name
//   read_file(path, limit)          the bytes of a file, or of an open pipe by /dev/stdin, /dev/fd/3
//   replace_file(path, bytes)       the old content or the new one, never a mixture
//   append_file(path, record)       one record at the end, on disk when the call returns
//   writable_directory(path)        made if missing; tries to write there now, not after the work
//
// All throw bad_file with the file's name and the system's reason. Other pipes, devices and directories are refused before
// they are opened, so that no call waits for a writer that never comes. A symbolic link is followed to its file; one that
// leads nowhere is refused, not replaced.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "descriptor.hpp"

namespace lssm {

/// The largest size that is read; a larger file is refused before anything is read.
inline constexpr std::size_t largest_file = 0xFFFFFFFF;

namespace detail {

/// Whether a path is a pipe that this process has open already; others would be opened by name and may wait for ever.
inline bool is_handed_over(std::string_view path) {
  return path == "/dev/stdin" || path == "/dev/stdout" || path == "/dev/stderr" ||
         path.starts_with("/dev/fd/") || path.starts_with("/proc/");
}

/// Throws unless a file of this mode can be read to its end.
inline void expect_readable(const std::string& path, mode_t mode) {
  if (S_ISDIR(mode)) refuse_file(path, "cannot read: Is a directory");
  if (S_ISFIFO(mode) && !is_handed_over(path)) refuse_file(path, "cannot read: a pipe, not a file");
  if (!S_ISREG(mode) && !S_ISFIFO(mode)) refuse_file(path, "cannot read: neither a file nor a pipe");
}

/// Reads the status of a path; false where there is nothing. Throws where the system fails, and for broken links.
inline bool look_at(const std::string& path, std::string_view action, struct stat& s) {
  if (::stat(path.c_str(), &s) == 0) return true;
  const int code = errno;
  if (code != ENOENT) refuse_errno(path, action, code);
  if (::lstat(path.c_str(), &s) == 0 && S_ISLNK(s.st_mode))
    refuse_file(path, "cannot " + std::string(action) + ": a symbolic link that leads nowhere");
  return false;
}

}  // namespace detail

/// Whether anything has this name, also a link that leads nowhere. Throws bad_file where the system fails.
inline bool file_exists(const std::string& path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) detail::refuse_errno(path, "open", errno);
  return false;
}

/// All bytes of a file. Throws bad_file where it cannot be read, or is longer than the limit.
inline std::string read_file(const std::string& path, std::size_t limit = largest_file) {
  struct stat s {};
  if (::stat(path.c_str(), &s) == 0) detail::expect_readable(path, s.st_mode);
  const bool waits = S_ISFIFO(s.st_mode);
  const detail::descriptor file(path, O_RDONLY | (waits ? 0 : O_NONBLOCK));
  if (!file.is_open()) detail::refuse_errno(path, "open", file.error());
  s = file.status();
  detail::expect_readable(path, s.st_mode);
  const std::size_t expected = S_ISREG(s.st_mode) ? static_cast<std::size_t>(s.st_size) : 0;
  const auto too_big = [&] {
    detail::refuse_file(path, "is too big: more than " + std::to_string(limit) + " bytes");
  };
  if (expected > limit) too_big();
  std::string bytes;
  std::size_t size = 0;
  for (;;) {
    // One byte more than expected, so that the end is found without growing the buffer.
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

/// Writes a temporary file beside the file, flushes it to disk and renames it onto the file, which is atomic.
inline void replace_file(const std::string& path, std::string_view bytes) {
  struct stat old {};
  const bool exists = detail::look_at(path, "write", old);
  const std::string target = detail::through_links(path);
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

/// Appends one record in one write and flushes it to disk. If that fails the file is cut back to its old length. A kill
/// in between can leave part of the record, so a reader must recognize a whole one (by its final newline, say).
inline void append_file(const std::string& path, std::string_view record) {
  struct stat before {};
  const bool exists = detail::look_at(path, "open for appending", before);
  if (exists && S_ISFIFO(before.st_mode) && !detail::is_handed_over(path))
    detail::refuse_file(path, "cannot open for appending: a pipe, not a file");
  const int waits = exists && !S_ISREG(before.st_mode) ? 0 : O_NONBLOCK;
  detail::descriptor file(path, O_WRONLY | O_APPEND | O_CREAT | waits, 0666);
  if (!file.is_open()) detail::refuse_errno(path, "open for appending", file.error());
  const bool regular = S_ISREG(file.status().st_mode);
  // Appending processes take turns, so that cutting back never takes another's record away.
  if (const int code = regular ? file.lock(LOCK_EX) : 0; code != 0) detail::refuse_errno(path, "lock", code);
  before = file.status();
  int code = file.write(record);
  if (code == 0 && regular) code = file.sync();
  if (code != 0) {
    if (regular && ::ftruncate(file.get(), before.st_size) != 0)
      detail::refuse_errno(path, "append (and part of the record could not be taken back)", code);
    detail::refuse_errno(path, "append", code);
  }
  if (regular && before.st_size == 0) detail::sync_directory(detail::directory_of(path));
}

/// Makes the directory and its parents where they are missing, durably, and tries to write there. Returns the path.
inline std::string writable_directory(const std::string& path) {
  if (path.empty()) detail::refuse_file(path, "cannot make a directory");
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string parent = path.substr(0, end);
    struct stat s {};
    if (::mkdir(parent.c_str(), 0777) == 0) {
      detail::sync_directory(detail::directory_of(parent));
      continue;
    }
    const int code = errno;
    if (!detail::look_at(parent, "make the directory", s))
      detail::refuse_errno(path, "make the directory", code);
    if (!S_ISDIR(s.st_mode)) detail::refuse_errno(path, "make the directory", ENOTDIR);
  }
  const detail::temporary_file probe(path);
  if (!probe.is_open()) detail::refuse_errno(path, "write into the directory", probe.error());
  return path;
}

}  // namespace lssm
