// SPDX-License-Identifier: BSD-3-Clause
// The log of a sweep under way: one line for each finished run, appended in one write as soon as it ends.
//
//   line 1      lssm sweep log 1,<checksum of points, seeds and columns>,<label>,<checksum of the line>
//   line 2...   <run>,<cells>,<checksum of the line>                        checksum: CRC-32, eight hexadecimal digits
//
// A kill loses no line that was written, and tears the last one at most; a power failure loses lines that are not on
// disk yet, which are at most one in 64. Lines that do not fit their checksum count as not there. Nothing is ever taken
// away from a log, so one that a killed process left is simply gone on with.
#pragma once

#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

#include "../io/crc32.hpp"
#include "../io/digits.hpp"
#include "../io/file.hpp"

namespace lssm {

namespace detail {

inline std::string hexadecimal(std::uint32_t x) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", x);
  return text;
}
inline std::string with_checksum(std::string line) {
  const std::string sum = hexadecimal(crc32(line));
  line += ',';
  line += sum;
  line += '\n';
  return line;
}
/// The line without its checksum, if that is right.
inline std::optional<std::string_view> checked_line(std::string_view line) {
  constexpr std::size_t tail = 9;  // a comma and eight digits
  if (line.size() < tail || line[line.size() - tail] != ',') return std::nullopt;
  const std::string_view content = line.substr(0, line.size() - tail);
  if (line.substr(line.size() - tail + 1) != hexadecimal(crc32(content))) return std::nullopt;
  return content;
}

}  // namespace detail

/// The first line of a log, which tells sweeps apart.
inline std::string sweep_log_header(std::uint32_t checksum, std::string_view label) {
  return "lssm sweep log 1," + detail::hexadecimal(checksum) + "," + std::string(label);
}

/// Calls f(run, cells) for every whole line of a log of this sweep. Throws bad_file if it is of another; the name is for
/// messages.
template <class F>
void parse_sweep_log(std::string_view text, const std::string& name, const std::string& header, F f) {
  std::string_view left = text;
  const auto next_line = [&]() -> std::optional<std::string_view> {
    const std::size_t end = left.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = left.substr(0, end);
    left.remove_prefix(end + 1);
    return line;
  };
  const auto first = next_line();
  if (!first) return;  // not even its first line was finished
  const auto found = detail::checked_line(*first);
  if (!found || !found->starts_with("lssm sweep log ")) detail::refuse_file(name, "is no log of a sweep");
  if (*found != header) {
    std::size_t same = 0;
    while (same < std::min(found->size(), header.size()) && (*found)[same] == header[same]) ++same;
    const auto from_word = [same](std::string_view line) {
      const std::size_t begin = same == 0 ? std::string_view::npos : line.find_last_of(" ,", same - 1);
      return std::string(line.substr(begin + 1, 60));
    };
    detail::refuse_file(
        name, "is of another sweep: '" + from_word(*found) + "' there, '" + from_word(header) + "' here");
  }
  while (const auto line = next_line()) {
    const auto content = detail::checked_line(*line);
    if (!content) continue;
    const std::size_t comma = std::min(content->find(','), content->size());
    const auto run = number_from<std::uint64_t>(content->substr(0, comma));
    if (run && comma < content->size()) f(static_cast<std::size_t>(*run), content->substr(comma + 1));
  }
}
template <class F>
void read_sweep_log(const std::string& path, const std::string& header, F f) {
  const std::string text = read_file(path);
  parse_sweep_log(text, path, header, f);
}

/// Appends a line for each run that has ended; what a kill leaves of the last one is not read.
class sweep_log {
 public:
  /// Opens the log, which is made if it is missing and otherwise must have been read. One process at a time writes it.
  sweep_log(std::string path, const std::string& header) : path_(std::move(path)) {
    file_ = detail::descriptor(path_, O_RDWR | O_APPEND | O_CREAT, 0666);
    if (!file_.is_open()) detail::refuse_errno(path_, "open for appending", file_.error());
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
      detail::refuse_file(path_, "is being written by another process");
    const std::string line = detail::with_checksum(header);
    const off_t size = file_.status().st_size;
    std::string start(std::min(static_cast<std::size_t>(size), line.size()), '\0');
    if (::pread(file_.get(), start.data(), start.size(), 0) != static_cast<ssize_t>(start.size()))
      detail::refuse_errno(path_, "read", errno);
    if (!line.starts_with(start)) detail::refuse_file(path_, "is no log of this sweep");
    if (start.size() < line.size()) {  // new, or killed within its first line
      write(std::string_view(line).substr(start.size()));
      sync();
      detail::sync_directory(detail::directory_of(path_));
    } else if (char last = '\n'; ::pread(file_.get(), &last, 1, size - 1) == 1 && last != '\n') {
      write("\n");  // ends a torn line
    }
  }

  void add(std::size_t run, std::string_view cells) {
    const std::uint64_t number = run;
    std::string line = digits(number);
    line += ',';
    line += cells;
    write(detail::with_checksum(std::move(line)));
    ++added_;
    if (64 * ++unsynchronized_ >= added_) sync();
  }
  void sync() {
    if (const int code = file_.sync(); code != 0) detail::refuse_errno(path_, "append", code);
    unsynchronized_ = 0;
  }

 private:
  void write(std::string_view bytes) {
    if (const int code = file_.write(bytes); code != 0) detail::refuse_errno(path_, "append", code);
  }

  std::string path_;
  detail::descriptor file_;
  std::size_t added_ = 0, unsynchronized_ = 0;
};

}  // namespace lssm
