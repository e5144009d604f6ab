// SPDX-License-Identifier: BSD-3-Clause
// A file for one process at a time: a process that keeps replacing it holds its lock meanwhile.
//
//   const file_lock mine("run.npz");      refused where another process holds it
//   save_checkpoint("run.npz", ...);      any number of times
//
// The lock is a file of its own beside it, run.npz.lock, because replacing makes a new file. It disappears when the
// holder ends; one that a killed process left blocks nobody. Taking the lock also removes the temporary files that
// killed processes have left in the directory.
#pragma once

#include "file.hpp"

namespace lssm {

/// Holds the lock of a file, whether the file is there or not. Throws bad_file where another process holds it.
class file_lock {
 public:
  explicit file_lock(const std::string& path) {
    const std::string target = detail::through_links(path);
    path_ = target + ".lock";
    do {
      file_ = detail::descriptor(path_, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0666);
      if (!file_.is_open()) detail::refuse_errno(path, "lock", file_.error());
      if (!S_ISREG(file_.status().st_mode)) detail::refuse_file(path_, "cannot lock: not a regular file");
      const int code = file_.lock(LOCK_EX | LOCK_NB);
      if (code == EWOULDBLOCK) detail::refuse_file(path, "is being written by another process");
      if (code != 0) detail::refuse_errno(path, "lock", code);
    } while (!has_its_name());
    detail::remove_leftovers(detail::directory_of(target));
  }
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  ~file_lock() {
    if (file_.is_open()) ::unlink(path_.c_str());
  }

 private:
  /// Whether the file is still there: the last holder may have removed it between our opening and our locking it.
  bool has_its_name() const {
    struct stat named {};
    const struct stat mine = file_.status();
    return ::lstat(path_.c_str(), &named) == 0 && named.st_ino == mine.st_ino && named.st_dev == mine.st_dev;
  }

  std::string path_;
  detail::descriptor file_;
};

}  // namespace lssm
