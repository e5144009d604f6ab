// SPDX-License-Identifier: BSD-3-Clause
// The files of a sweep: its logs, one for each process, and its table.
//
//   runs.<rank>.log   finished runs, one line each, written as they end (sweep/log.hpp)
//   runs.csv          the table, once every run has ended
#pragma once

#include <algorithm>
#include <filesystem>

#include "header.hpp"

namespace lssm {

/// Options of execute: a directory, a function that hears of progress, and a flag that ends the sweep.
struct sweep_options {
  std::string directory{};                                ///< empty: nothing is written
  std::function<void(const sweep_progress&)> progress{};  ///< after every run, from one thread at a time
  const std::atomic<bool>* cancel = nullptr;  ///< once true, runs under way are given up and execute returns
  bool overwrite = false;  ///< removes another sweep in the directory, or a table without its log
};

namespace detail {

/// The files of a sweep in its directory, checked against those of other sweeps.
class sweep_files {
 public:
  sweep_files(const sweep_options& options, facts about)
      : directory_(options.directory), overwrite_(options.overwrite), about_(std::move(about)) {}

  bool none() const { return directory_.empty(); }
  std::string table() const { return directory_ + "/runs.csv"; }
  std::string log(int rank) const { return directory_ + "/runs." + std::to_string(rank) + ".log"; }

  /// Opens this process's log; makes the directory, refuses one that holds something else.
  std::optional<sweep_log> open(int rank) const {
    if (none()) return std::nullopt;
    writable_directory(directory_);
    if (overwrite_ && rank == 0) remove_others();
    if (file_exists(table()) && logs().empty())
      refuse_file(table(), "is there already, without the log of a sweep; left as it is");
    for (const std::string& path : logs()) check(path);
    std::optional<sweep_log> mine(std::in_place, log(rank), about_);
    remove_leftovers(directory_);
    return mine;
  }
  /// Writes the table, unless it is there already.
  void save(const std::string& text) const {
    if (file_exists(table())) {
      if (read_file(table()) == text) return;
      if (!overwrite_)
        refuse_file(table(), "is not the table of the sweep whose log is beside it; left as it is");
    }
    replace_file(table(), text);
  }
  void read(sweep_rows& rows) const {
    if (none()) return;
    for (const std::string& path : logs())
      read_sweep_log(path, about_, [&](std::size_t run, std::string_view cells) {
        if (run < rows.size()) rows[run] = std::string(cells);
      });
  }

 private:
  void check(const std::string& path) const {
    read_sweep_log(path, about_, [](std::size_t, std::string_view) {});
  }
  /// Whether a file is a sweep's log, though not of this sweep or build.
  bool is_of_another(const std::string& path) const {
    const std::string text = read_file(path);
    const std::size_t end = text.find('\n');
    const auto line = checked_line(std::string_view(text).substr(0, std::min(end, text.size())));
    if (!line || !line->starts_with(sweep_log_mark)) return false;
    try {
      check(path);
      return false;
    } catch (const bad_file&) {
      return true;
    }
  }
  /// Removes logs of other sweeps, and a table beside them or without a log. Throws where one of them is being written.
  void remove_others() const {
    bool any = logs().empty();
    for (const std::string& path : logs()) {
      if (!is_of_another(path)) continue;
      const descriptor mine = locked_log(path, O_RDWR);
      if (::unlink(path.c_str()) != 0) refuse_errno(path, "remove", errno);
      any = true;
    }
    if (any && file_exists(table()) && ::unlink(table().c_str()) != 0) refuse_errno(table(), "remove", errno);
  }

  std::vector<std::string> logs() const {
    std::vector<std::string> found;
    std::error_code code;
    const std::filesystem::directory_iterator entries(directory_, code);
    if (code) refuse_errno(directory_, "look into the directory", code.value());
    for (const auto& entry : entries) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("runs.") && name.ends_with(".log")) found.push_back(entry.path().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  std::string directory_;
  bool overwrite_;
  facts about_;
};

}  // namespace detail

}  // namespace lssm
