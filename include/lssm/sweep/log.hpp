// SPDX-License-Identifier: BSD-3-Clause
// The log of a sweep: one line for each finished run, appended in one write as soon as the run ends.
//
//   line 1      lssm sweep log 2,<facts about sweep and build, as JSON>,<checksum of the line>        (sweep/header.hpp)
//   line 2...   <run>,<cells>,<checksum of the line>                        checksum: CRC-32, eight hexadecimal digits
//
// A kill loses no line that was written, and tears the last one at most; a power failure loses lines that are not on
// disk yet, at most one in 64. Lines that do not fit their checksum are ignored. No run is ever removed from a log, so the
// log of a killed process is simply continued.
#pragma once

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "../io/crc32.hpp"
#include "../io/digits.hpp"
#include "../io/facts.hpp"
#include "../io/file.hpp"

namespace lssm {

namespace detail {

/// The beginning of every log's first line, in every layout.
inline constexpr const char* sweep_log_mark = "lssm sweep log ";

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
/// The line without its checksum, or nothing if the checksum is wrong.
inline std::optional<std::string_view> checked_line(std::string_view line) {
  constexpr std::size_t tail = 9;  // a comma and eight digits
  if (line.size() < tail || line[line.size() - tail] != ',') return std::nullopt;
  const std::string_view content = line.substr(0, line.size() - tail);
  if (line.substr(line.size() - tail + 1) != hexadecimal(crc32(content))) return std::nullopt;
  return content;
}

/// Opens and locks a log. Throws bad_file where another process writes it.
inline descriptor locked_log(const std::string& path, int flags) {
  struct stat s {};
  if (look_at(path, "open for appending", s) && !S_ISREG(s.st_mode)) refuse_file(path, "is no regular file");
  descriptor file;
  do {
    file = descriptor(path, flags | O_NONBLOCK, 0666);
    if (!file.is_open()) refuse_errno(path, "open for appending", file.error());
    const int code = file.lock(LOCK_EX | LOCK_NB);
    if (code == EWOULDBLOCK) refuse_file(path, "is being written by another process");
    if (code != 0) refuse_errno(path, "lock", code);
  } while (file.status().st_nlink == 0);  // another process has removed it meanwhile
  return file;
}

}  // namespace detail

/// The first line of a log, which distinguishes sweeps, and builds of other arithmetic.
inline std::string sweep_log_header(const facts& of) { return detail::sweep_log_mark + ("2," + of.text()); }

namespace detail {

/// Throws bad_file unless a first line, without its checksum, is that of a log of this sweep.
inline void expect_sweep_log(std::optional<std::string_view> line, const std::string& name,
                             const facts& mine) {
  if (!line || !line->starts_with(sweep_log_mark)) refuse_file(name, "is no log of a sweep");
  line->remove_prefix(std::string_view(sweep_log_mark).size());
  const std::size_t comma = std::min(line->find(','), line->size());
  if (line->substr(0, comma) != "2")
    refuse_file(name, "is the log of a sweep in layout " + shown(line->substr(0, comma)) +
                          ", this version reads '2'");
  const facts found = facts::parse(line->substr(std::min(comma + 1, line->size())), name);
  if (const std::string other = mine.difference(found); !other.empty())
    refuse_file(name, "is of another sweep or build: " + other + " (version " + found["version"] + " there)");
}

}  // namespace detail

/// Calls f(run, cells) for every whole line of a log of this sweep. Throws bad_file for a log of another sweep; `name` is for
/// messages.
template <class F>
void parse_sweep_log(std::string_view text, const std::string& name, const facts& mine, F f) {
  std::string_view left = text;
  const auto next_line = [&]() -> std::optional<std::string_view> {
    const std::size_t end = left.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = left.substr(0, end);
    left.remove_prefix(end + 1);
    return line;
  };
  const auto first = next_line();
  if (!first) return;  // killed within the first line
  detail::expect_sweep_log(detail::checked_line(*first), name, mine);
  while (const auto line = next_line()) {
    const auto content = detail::checked_line(*line);
    if (!content) continue;
    const std::size_t comma = std::min(content->find(','), content->size());
    const auto run = number_from<std::uint64_t>(content->substr(0, comma));
    if (run && comma < content->size()) f(static_cast<std::size_t>(*run), content->substr(comma + 1));
  }
}
template <class F>
void read_sweep_log(const std::string& path, const facts& mine, F f) {
  const std::string text = read_file(path);
  parse_sweep_log(text, path, mine, f);
}

/// Appends a line for each finished run; a line that a kill has torn is never read.
class sweep_log {
 public:
  /// Opens the log, or makes it. One process at a time writes it.
  sweep_log(std::string path, const facts& mine) : path_(std::move(path)) {
    file_ = detail::locked_log(path_, O_RDWR | O_APPEND | O_CREAT);
    const std::string start = first_line();
    if (start.ends_with('\n')) {
      detail::expect_sweep_log(detail::checked_line(std::string_view(start).substr(0, start.size() - 1)),
                               path_, mine);
      char last = '\n';
      if (::pread(file_.get(), &last, 1, file_.status().st_size - 1) == 1 && last != '\n')
        write("\n");  // ends a torn line
      return;
    }
    const std::string_view mark = detail::sweep_log_mark;
    if (!start.starts_with(mark) && !mark.starts_with(start))
      detail::refuse_file(path_, "is no log of a sweep");
    // New, or killed within its first line.
    if (::ftruncate(file_.get(), 0) != 0) detail::refuse_errno(path_, "append", errno);
    write(detail::with_checksum(sweep_log_header(mine)));
    sync();
    detail::sync_directory(detail::directory_of(path_));
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

  /// The first line, with its line break if it has one.
  std::string first_line() const {
    std::string text;
    for (char part[4096];;) {
      const ssize_t n = ::pread(file_.get(), part, sizeof part, static_cast<off_t>(text.size()));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) detail::refuse_errno(path_, "read", errno);
      text.append(part, static_cast<std::size_t>(n));
      const std::size_t end = text.find('\n');
      if (end != std::string::npos) return text.substr(0, end + 1);
      if (n == 0) return text;
    }
  }

  std::string path_;
  detail::descriptor file_;
  std::size_t added_ = 0, unsynchronized_ = 0;
};

}  // namespace lssm
