// SPDX-License-Identifier: BSD-3-Clause
// Logs of sweeps: cut off anywhere, damaged anywhere, of another sweep, written by two.
#include <doctest/doctest.h>

#include <lssm/sweep/log.hpp>
#include <map>

#include "../io/scratch.hpp"

using namespace lssm;

namespace {

using found = std::map<std::size_t, std::string>;

facts facts_with(const std::string& label) {
  return facts().add("label", label).add("scalar", "double").add_told("version", "0.1.0");
}
const facts header = facts_with("a label, with a comma");

found read(const std::string& path, const facts& of = header) {
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
  const facts other = facts_with("a label, with another comma");
  const std::string message = bad_file_of([&] { read(path, other); });
  CHECK(has(message, "is of another sweep"));
  CHECK(has(message, "'a comma' there, 'another comma' here"));
  CHECK(bad_file_of([&] { sweep_log(path, other); }) == message);
  CHECK(read_file(path) == text);
  for (const std::string foreign :
       {"hello\n", "hello", "\n", "lssm sweep log 1,00000000,,12345678\n", "lssm sweep logs"}) {
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

TEST_CASE("logs of older versions are refused by their layout, and of later ones by what they say") {
  const scratch dir;
  const std::string path = dir / "log";
  const auto refusals = [&](const std::string& first_line) {
    const std::string bytes = detail::with_checksum(first_line) + detail::with_checksum("0,converged,1");
    replace_file(path, bytes);
    std::string message = bad_file_of([&] { read(path); });
    CHECK(bad_file_of([&] { sweep_log(path, header); }) == message);
    CHECK(read_file(path) == bytes);
    return message;
  };
  CHECK(refusals("lssm sweep log 1,0a1b2c3d,a label") ==
        path + ": is the log of a sweep in layout '1', this version reads '2'");
  CHECK(has(refusals("lssm sweep log "), path + ": is the log of a sweep in layout "));
  CHECK(has(refusals("lssm sweep log 2"), path + ": line 1"));
  CHECK(has(refusals("lssm sweep log 2,"), path + ": line 1"));
  CHECK(has(refusals("lssm sweep log 2,{"), path + ": line 1, column 2"));
  CHECK(has(refusals("lssm sweep log 2,{\"label\":3}"), path + ": line 1"));
  CHECK(has(refusals("lssm sweep log 2,{}"), "is of another sweep or build: label: '' there"));

  facts later;
  later.add("label", "a label, with a comma").add("scalar", "double").add("version", "9.0.0");
  replace_file(path, detail::with_checksum(sweep_log_header(later)) + detail::with_checksum("0,converged,0"));
  CHECK(read(path) == found{{0, "converged,0"}});  // the version is told, never refused
  write(path, 1, 3);
  CHECK(read(path) == first_three);
  later = {};
  later.add("label", "a label, with a comma").add("scalar", "quad").add("version", "9.0.0");
  CHECK(has(refusals(sweep_log_header(later)), "scalar: 'quad' there, 'double' here (version 9.0.0 there)"));
}

TEST_CASE("a first line that a kill tore is written anew, whatever version began it") {
  const scratch dir;
  for (const std::string torn :
       {"", "ls", "lssm sweep log ", "lssm sweep log 2,{\"label\":\"a la", "lssm sweep log 3,x"}) {
    replace_file(dir / "log", torn);
    write(dir / "log", 0, 3);
    CHECK(read(dir / "log") == first_three);
  }
}

TEST_CASE("only regular files are logs") {
  const scratch dir;
  REQUIRE(::mkfifo((dir / "pipe").c_str(), 0666) == 0);
  REQUIRE(::symlink("nothing", (dir / "dangling").c_str()) == 0);
  ::alarm(20);
  CHECK(has(bad_file_of([&] { read(dir / "pipe"); }), "pipe: cannot read: a pipe, not a file"));
  CHECK(has(bad_file_of([&] { sweep_log(dir / "pipe", header); }), "pipe: is no regular file"));
  ::alarm(0);
  CHECK(has(bad_file_of([&] { sweep_log("/dev/null", header); }), "/dev/null: is no regular file"));
  CHECK(has(bad_file_of([&] { sweep_log(dir.path(), header); }), "is no regular file"));
  CHECK(has(bad_file_of([&] { sweep_log(dir / "dangling", header); }), "a symbolic link that leads nowhere"));
  CHECK(dir.files() == 2);
}
