// SPDX-License-Identifier: BSD-3-Clause
// How far a long computation is, on stderr: a bar on a terminal, a line now and then in a file, nothing in a pipe. And Ctrl-C as
// a flag.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <iostream>
#include <optional>
#include <string>

#include "text_table.hpp"

namespace support {

class progress_bar {
 public:
  explicit progress_bar(std::string what) : what_(std::move(what)) {}
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar() {
    if (drawn_) std::cerr << '\n';
  }

  /// `before`: done when the computation began, which says nothing about its rate. A search is computed part by part: there
  /// the first part's counts.
  void operator()(std::size_t done, std::size_t all, std::size_t before) {
    if (in_pipe_) return;
    const auto now = clock::now();
    if (!before_) before_ = before;
    const bool last = done == all;
    if (!last && now - told_ < (terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10)))
      return;
    if (last && !terminal_ && !said_) return;  // short work needs no lines
    told_ = now;
    said_ = true;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    const double rate = static_cast<double>(done - *before_) / seconds;
    std::string line = what_ + ": " + std::to_string(done) + " of " + std::to_string(all) + " runs, " +
                       rounded(rate, 3) + " per second, ";
    line += last ? "took " + duration(seconds) : duration(static_cast<double>(all - done) / rate) + " left";
    if (!terminal_) {
      std::cerr << line << std::endl;
      return;
    }
    constexpr std::size_t width = 30;
    const std::size_t full = all == 0 ? width : width * done / all;
    std::cerr << "\r[" << std::string(full, '=') << std::string(width - full, ' ') << "] " << line << "  "
              << std::flush;
    drawn_ = true;
  }

 private:
  using clock = std::chrono::steady_clock;

  static std::string duration(double seconds) {
    if (!(seconds < 1e9)) return "a long time";
    const auto s = std::lround(seconds);
    if (s < 120) return std::to_string(s) + " s";
    if (s < 7200) return std::to_string(s / 60) + " min";
    return std::to_string(s / 3600) + " h";
  }

  static bool is_pipe() {
    struct stat about {};
    return ::fstat(STDERR_FILENO, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode));
  }

  std::string what_;
  bool terminal_ = ::isatty(STDERR_FILENO) != 0, in_pipe_ = is_pipe();
  clock::time_point begin_ = clock::now(), told_ = begin_;
  std::optional<std::size_t> before_;
  bool said_ = false, drawn_ = false;
};

/// While it exists, the first Ctrl-C (or a SIGTERM) only sets `asked`; a second one ends the program as always.
class interruption {
 public:
  interruption() {
    asked = false;
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, note);
  }
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption() {
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  }

  static inline std::atomic<bool> asked = false;
  static_assert(std::atomic<bool>::is_always_lock_free);

 private:
  static void note(int signal) {
    asked = true;
    std::signal(signal, SIG_DFL);
  }
};

}  // namespace support
