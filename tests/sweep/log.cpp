// SPDX-License-Identifier: BSD-3-Clause
// Logs of sweeps: cut off anywhere, damaged anywhere, of another sweep, written by two.
#include <doctest/doctest.h>

#include <lssm/sweep/log.hpp>
#include <map>

#include "../io/scratch.hpp"

using namespace lssm;

namespace {

using found = std::map<std::size_t, std::string>;

const std::string header = sweep_log_header(0xABCDEF01, "a label, with a comma");

found read(const std::string& path, const std::string& of = header) {
  found all;
  read_sweep_log(path, of, [&](std::size_t run, std::string_view cells) { all[run] = std::string(cells); });
  return all;
}
void write(const std::string& path, std::size_t from, std::size_t to) {
  sweep_log log(path, header);
  for (std::size_t run = from; run < to; ++run) log.add(run, "converged," + std::to_string(run * run));
}
const found first_three = {{0, "converged,0"}, {1, "converged,1"}, {2, "converged,4"}};

}  // namespace

TEST_CASE("what was appended is read back, over several openings") {
  const scratch dir;
  const std::string path = dir / "runs.0.log";
  write(path, 0, 2);
  write(path, 2, 2);
  write(path, 2, 3);
  CHECK(read(path) == first_three);
}

TEST_CASE("cut off anywhere, whole lines stay, and the log can be gone on with") {
  const scratch dir;
  const std::string whole = dir / "whole", path = dir / "cut";
  write(whole, 0, 3);
  const std::string text = read_file(whole);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    CAPTURE(size);
    replace_file(path, text.substr(0, size));
    const found before = read(path);
    const auto newlines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), '\n');
    CHECK(before.size() == static_cast<std::size_t>(std::max<std::ptrdiff_t>(newlines - 1, 0)));
    for (const auto& [run, cells] : before) CHECK(first_three.at(run) == cells);
    write(path, before.size(), 3);
    CHECK(read(path) == first_three);
  }
}

TEST_CASE("a changed byte takes its own line away and no other") {
  const scratch dir;
  const std::string path = dir / "log";
  write(path, 0, 3);
  const std::string text = read_file(path);
  const std::size_t first = text.find('\n') + 1;
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const char c : {'0', 'x', '\0', ','}) {
      if (text[at] == c || text[at] == '\n') continue;
      CAPTURE(at);
      std::string changed = text;
      changed[at] = c;
      replace_file(path, changed);
      if (at < first) {
        CHECK(has(bad_file_of([&] { read(path); }), "is no log of a sweep"));
        continue;
      }
      const found left = read(path);
      CHECK(left.size() == 2);
      for (const auto& [run, cells] : left) CHECK(first_three.at(run) == cells);
    }
}

TEST_CASE("other sweeps and other files are refused and left alone") {
  const scratch dir;
  const std::string path = dir / "log";
  write(path, 0, 3);
  const std::string text = read_file(path);
  const std::string other = sweep_log_header(0xABCDEF01, "a label, with another comma");
  const std::string message = bad_file_of([&] { read(path, other); });
  CHECK(has(message, "is of another sweep"));
  CHECK(has(message, "'a comma' there, 'another comma' here"));
  CHECK(has(bad_file_of([&] { sweep_log(path, other); }), "is no log of this sweep"));
  CHECK(read_file(path) == text);
  for (const std::string foreign : {"hello\n", "hello", "\n", "lssm sweep log 1,00000000,,12345678\n"}) {
    replace_file(path, foreign);
    const bool refused = has(bad_file_of([&] {
                               read(path);
                               sweep_log(path, header);
                             }),
                             "is no log of");
    CHECK(refused);
    CHECK(read_file(path) == foreign);
  }
}

TEST_CASE("one process at a time writes a log") {
  const scratch dir;
  const sweep_log log(dir / "log", header);
  CHECK(has(bad_file_of([&] { sweep_log(dir / "log", header); }), "is being written by another process"));
}
