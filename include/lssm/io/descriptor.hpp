// SPDX-License-Identifier: BSD-3-Clause
// Open files that close themselves and temporary files that remove themselves, for file.hpp. POSIX.
//
// A temporary file is locked (flock) as long as its process lives, so that a process that gets the lock knows that nobody
// will finish it: remove_leftovers removes the temporary files of killed processes, and nothing else.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "message.hpp"

namespace lssm::detail {

/// An open file; closes itself. Functions that return an int return 0 or the error's number.
class descriptor {
 public:
  descriptor() = default;
  descriptor(const std::string& path, int flags, mode_t mode = 0) {
    do fd_ = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    while (fd_ < 0 && errno == EINTR);
    error_ = fd_ < 0 ? errno : 0;
  }
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)), error_(other.error_) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    error_ = other.error_;
    return *this;
  }
  ~descriptor() { close(); }

  bool is_open() const { return fd_ >= 0; }
  int error() const { return error_; }
  int get() const { return fd_; }
  struct stat status() const {
    struct stat s {};
    ::fstat(fd_, &s);
    return s;
  }

  /// Writes all bytes; those written before an error stay in the file.
  int write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return errno;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
  }
  int sync() { return ::fsync(fd_) == 0 ? 0 : errno; }
  /// Locks the file; waits for its turn unless `flags` has LOCK_NB.
  int lock(int flags) {
    while (::flock(fd_, flags) != 0)
      if (errno != EINTR) return errno;
    return 0;
  }
  /// Another descriptor of the same open file: a lock lasts until the last of them is closed.
  descriptor again() const {
    descriptor other;
    other.fd_ = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
    return other;
  }
  /// Closes the file; some file systems report a full disk only here.
  int close() {
    if (fd_ < 0) return 0;
    return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR ? 0 : errno;
  }

 private:
  int fd_ = -1;
  int error_ = 0;
};

inline std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// Makes a new or renamed name durable. Errors are not reported: the data themselves are on disk already, and some
/// file systems cannot synchronize a directory.
inline void sync_directory(const std::string& directory) {
  descriptor d(directory, O_RDONLY | O_DIRECTORY);
  if (d.is_open()) d.sync();
}

/// A new file under a temporary name, removed again unless it is moved to its place.
class temporary_file {
 public:
  explicit temporary_file(const std::string& directory) {
    static std::atomic<std::uint64_t> count{0};
    const std::string stem = directory + "/.lssm-" + std::to_string(::getpid()) + "-";
    // The name may be that of a killed process's leftover, or of another machine's process with the same number.
    do {
      path_ = stem + std::to_string(count++) + ".tmp";
      file_ = descriptor(path_, O_WRONLY | O_CREAT | O_EXCL, 0666);
    } while (file_.is_open() ? taken_away() : file_.error() == EEXIST);
    to_remove_ = file_.is_open();
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() {
    if (to_remove_) ::unlink(path_.c_str());
  }

  bool is_open() const { return file_.is_open(); }
  int error() const { return file_.error(); }

  /// Copies the permissions of the file that will be replaced, as far as the system permits.
  void copy_mode(mode_t mode) { static_cast<void>(::fchmod(file_.get(), mode & 07777)); }

  /// Writes the bytes and flushes them to disk. Returns 0 or the error's number.
  int write(std::string_view bytes) {
    const int code = file_.write(bytes);
    return code != 0 ? code : file_.sync();
  }
  /// Closes and renames the file. Returns 0 or the error's number.
  int move_to(const std::string& target) {
    const descriptor locked = file_.again();
    if (const int code = file_.close(); code != 0) return code;
    if (::rename(path_.c_str(), target.c_str()) != 0) return errno;
    to_remove_ = false;
    return 0;
  }

 private:
  /// Whether another process took this file for a leftover before it was locked. On a file system without locks no process
  /// removes leftovers.
  bool taken_away() { return file_.lock(LOCK_EX | LOCK_NB) == EWOULDBLOCK || file_.status().st_nlink == 0; }

  std::string path_;
  descriptor file_;
  bool to_remove_ = false;
};

/// Removes temporary files that killed processes have left in a directory.
inline void remove_leftovers(const std::string& directory) {
  std::vector<std::string> found;
  if (DIR* entries = ::opendir(directory.c_str()); entries != nullptr) {
    while (const dirent* entry = ::readdir(entries)) {
      const std::string_view name = entry->d_name;
      if (name.starts_with(".lssm-") && name.ends_with(".tmp"))
        found.push_back(directory + "/" + std::string(name));
    }
    ::closedir(entries);
  }
  for (const std::string& path : found) {
    descriptor file(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
    if (file.is_open() && S_ISREG(file.status().st_mode) && file.lock(LOCK_EX | LOCK_NB) == 0)
      ::unlink(path.c_str());
  }
}

/// The target of a path that is a symbolic link, so that replacing replaces the file and not the link.
inline std::string through_links(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string target(resolved);
  std::free(resolved);
  return target;
}

}  // namespace lssm::detail
