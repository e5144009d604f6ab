// SPDX-License-Identifier: BSD-3-Clause
// Files and their faults: full disks, directories in the way, kills in the middle. What was there before stays.
#include <lssm/io/file.hpp>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "scratch.hpp"

using namespace lssm;

namespace {

/// No file of this process may grow beyond the limit: a disk that is full after so many bytes.
class full_disk {
 public:
  explicit full_disk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  full_disk(const full_disk&) = delete;
  full_disk& operator=(const full_disk&) = delete;
  ~full_disk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_{};
};

}  // namespace

TEST_CASE("what is written is read") {
  const scratch dir;
  for (const std::string& bytes :
       {std::string(), std::string("text"), std::string("\0\n\xff", 3), std::string(100000, 'x')}) {
    replace_file(dir / "a", bytes);
    CHECK(read_file(dir / "a") == bytes);
  }
  CHECK(dir.files() == 1);
  CHECK(read_file(dir / "a", 100000).size() == 100000);
}

TEST_CASE("reading says what is wrong") {
  const scratch dir;
  CHECK(bad_file_of([&] { read_file(dir / "none"); }) ==
        (dir / "none") + ": cannot open: No such file or directory");
  CHECK(bad_file_of([&] { read_file(dir.path()); }) == dir.path() + ": cannot read: Is a directory");
  CHECK(bad_file_of([&] { read_file(""); }) == "(empty file name): cannot open: No such file or directory");
  CHECK(has(bad_file_of([&] { read_file("/dev/zero"); }), "neither a file nor a pipe"));
  replace_file(dir / "a", "12345");
  CHECK(bad_file_of([&] { read_file(dir / "a", 4); }) == (dir / "a") + ": is too big: more than 4 bytes");
  CHECK(has(bad_file_of([&] { read_file(dir / "a/b"); }), "Not a directory"));
}

TEST_CASE("a pipe is read to its end, up to the limit") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const std::string bytes(20000, 'p');
  REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == 20000);
  ::close(ends[1]);
  CHECK(read_file("/proc/self/fd/" + std::to_string(ends[0])) == bytes);
  ::close(ends[0]);
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == 20000);
  ::close(ends[1]);
  CHECK(has(bad_file_of([&] { read_file("/proc/self/fd/" + std::to_string(ends[0]), 100); }), "too big"));
  ::close(ends[0]);
}

TEST_CASE("replacing keeps permissions and follows links") {
  const scratch dir;
  replace_file(dir / "a", "old");
  REQUIRE(::chmod((dir / "a").c_str(), 0640) == 0);
  REQUIRE(::symlink("a", (dir / "link").c_str()) == 0);
  replace_file(dir / "link", "new");
  CHECK(read_file(dir / "a") == "new");
  struct stat s {};
  REQUIRE(::lstat((dir / "link").c_str(), &s) == 0);
  CHECK(S_ISLNK(s.st_mode));
  REQUIRE(::stat((dir / "a").c_str(), &s) == 0);
  CHECK((s.st_mode & 0777U) == 0640);
  CHECK(dir.files() == 2);
}

TEST_CASE("what cannot be replaced is refused and left alone") {
  const scratch dir;
  CHECK(has(bad_file_of([&] { replace_file(dir.path(), "x"); }), "Is a directory"));
  CHECK(has(bad_file_of([&] { replace_file("/dev/full", "x"); }), "not a regular file"));
  CHECK(has(bad_file_of([&] { replace_file(dir / "no/a", "x"); }), "No such file or directory"));
  CHECK(has(bad_file_of([&] { replace_file("", "x"); }), "(empty file name)"));
  CHECK(has(bad_file_of([&] { replace_file("/proc/lssm", "x"); }), "/proc/lssm: cannot create"));
  CHECK(has(bad_file_of([&] { replace_file(dir / std::string(300, 'n'), "x"); }), "File name too long"));
  CHECK(dir.files() == 0);
}

TEST_CASE("a full disk leaves the previous content and no temporary file") {
  const scratch dir;
  replace_file(dir / "a", "previous");
  std::string message;
  {
    const full_disk disk(1000);
    message = bad_file_of([&] { replace_file(dir / "a", std::string(5000, 'x')); });
  }
  CHECK(message == (dir / "a") + ": cannot write: File too large");
  CHECK(read_file(dir / "a") == "previous");
  CHECK(dir.files() == 1);
}

TEST_CASE("what a killed process left behind is stepped over") {
  const scratch dir;
  const std::string stem = dir / (".lssm-" + std::to_string(::getpid()) + "-");
  for (int i = 0; i < 300; ++i)
    detail::descriptor(stem + std::to_string(i) + ".tmp", O_WRONLY | O_CREAT, 0600);
  REQUIRE(dir.files() == 300);
  replace_file(dir / "a", "new");
  CHECK(read_file(dir / "a") == "new");
  CHECK(dir.files() == 301);
}

TEST_CASE("a kill at any moment leaves the old content or the new one") {
  const scratch dir;
  const std::string contents[] = {std::string(200000, 'a'), std::string(150000, 'b')};
  replace_file(dir / "a", contents[0]);
  for (int i = 0; i < 12; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (std::size_t j = 0;; ++j) replace_file(dir / "a", contents[j % 2]);
    }
    ::usleep(static_cast<useconds_t>(1000 + 700 * i));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string found = read_file(dir / "a");
    CHECK((found == contents[0] || found == contents[1]));
  }
}

TEST_CASE("records are appended whole") {
  const scratch dir;
  append_file(dir / "a", "one\n");
  append_file(dir / "a", "two\n");
  append_file(dir / "a", "");
  CHECK(read_file(dir / "a") == "one\ntwo\n");
  CHECK(has(bad_file_of([&] { append_file(dir.path(), "x"); }), "cannot open for appending: Is a directory"));
  CHECK(has(bad_file_of([&] { append_file(dir / "no/a", "x"); }), "No such file or directory"));
  append_file("/dev/null", "x");
}

TEST_CASE("a record that does not fit is taken back") {
  const scratch dir;
  append_file(dir / "a", "one\n");
  std::string message;
  {
    const full_disk disk(1000);
    message = bad_file_of([&] { append_file(dir / "a", std::string(5000, 'x')); });
  }
  CHECK(message == (dir / "a") + ": cannot append: File too large");
  CHECK(read_file(dir / "a") == "one\n");
  append_file(dir / "a", "two\n");
  CHECK(read_file(dir / "a") == "one\ntwo\n");
  CHECK(bad_file_of([] { append_file("/dev/full", "x"); }) ==
        "/dev/full: cannot append: No space left on device");
}

TEST_CASE("processes that append take turns") {
  const scratch dir;
  pid_t children[3];
  for (int c = 0; c < 3; ++c) {
    children[c] = ::fork();
    REQUIRE(children[c] >= 0);
    if (children[c] == 0) {
      for (int i = 0; i < 20; ++i)
        append_file(dir / "a", std::string(99, static_cast<char>('0' + c)).append("\n"));
      ::_exit(0);
    }
  }
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  const std::string all = read_file(dir / "a");
  REQUIRE(all.size() == 6000);
  for (std::size_t i = 0; i < all.size(); i += 100)
    CHECK(all.substr(i, 100) == std::string(99, all[i]).append("\n"));
}

TEST_CASE("a directory is made where it is missing and tried before the work") {
  const scratch dir;
  CHECK(writable_directory(dir / "x/y//z/") == dir / "x/y//z/");
  CHECK(std::filesystem::is_directory(dir / "x/y/z"));
  CHECK_NOTHROW(writable_directory(dir / "x/y"));
  CHECK(std::filesystem::is_empty(dir / "x/y/z"));
  CHECK_NOTHROW(writable_directory("."));
  replace_file(dir / "file", "x");
  CHECK(has(bad_file_of([&] { writable_directory(dir / "file"); }), "Not a directory"));
  CHECK(has(bad_file_of([&] { writable_directory(dir / "file/y"); }), "Not a directory"));
  CHECK(has(bad_file_of([&] { writable_directory("/proc/lssm"); }), "cannot make the directory"));
  CHECK(has(bad_file_of([&] { writable_directory("/proc/self"); }), "cannot write into the directory"));
  CHECK(has(bad_file_of([&] { writable_directory(""); }), "cannot make"));
  if (::geteuid() != 0) {
    REQUIRE(::chmod((dir / "x").c_str(), 0555) == 0);
    CHECK(has(bad_file_of([&] { writable_directory(dir / "x"); }), "Permission denied"));
    CHECK(has(bad_file_of([&] { writable_directory(dir / "x/new"); }), "Permission denied"));
    CHECK(has(bad_file_of([&] { replace_file(dir / "x/new", ""); }), "Permission denied"));
    REQUIRE(::chmod((dir / "x").c_str(), 0755) == 0);
  }
}

TEST_CASE("a pipe by name is refused at once, in every direction") {
  const scratch dir;
  REQUIRE(::mkfifo((dir / "pipe").c_str(), 0666) == 0);
  REQUIRE(::symlink("pipe", (dir / "link").c_str()) == 0);
  ::alarm(20);  // a call that waits ends the test
  for (const char* name : {"pipe", "link"}) {
    CHECK(bad_file_of([&] { read_file(dir / name); }) == (dir / name) + ": cannot read: a pipe, not a file");
    CHECK(has(bad_file_of([&] { append_file(dir / name, "x"); }), "cannot open for appending: a pipe"));
    CHECK(has(bad_file_of([&] { replace_file(dir / name, "x"); }), "cannot replace: not a regular file"));
  }
  ::alarm(0);
  CHECK(dir.files() == 2);
}

TEST_CASE("links that lead nowhere and loops of links are refused and left alone") {
  const scratch dir;
  REQUIRE(::symlink("nothing", (dir / "dangling").c_str()) == 0);
  REQUIRE(::symlink("loop", (dir / "loop").c_str()) == 0);
  const auto refused = [&](const auto& write) {
    CHECK(has(bad_file_of([&] { write(dir / "dangling"); }),
              (dir / "dangling") + ": cannot write: a symbolic link that leads nowhere"));
    CHECK(has(bad_file_of([&] { write(dir / "loop"); }), (dir / "loop") + ": cannot write: Too many levels"));
    CHECK(has(bad_file_of([&] { write(dir / "loop/a"); }), "Too many levels"));
  };
  refused([](const std::string& path) { replace_file(path, "x"); });
  CHECK(has(bad_file_of([&] { append_file(dir / "dangling", "x"); }), "that leads nowhere"));
  CHECK(has(bad_file_of([&] { append_file(dir / "loop", "x"); }), "Too many levels"));
  CHECK(has(bad_file_of([&] { writable_directory(dir / "loop/a"); }), "Too many levels"));
  CHECK(std::filesystem::is_symlink(dir / "dangling"));
  CHECK(std::filesystem::is_symlink(dir / "loop"));
  CHECK(dir.files() == 2);
}

TEST_CASE("whether there is a file, and a message where nobody can say") {
  const scratch dir;
  replace_file(dir / "a", "");
  REQUIRE(::symlink("nothing", (dir / "dangling").c_str()) == 0);
  REQUIRE(::symlink("loop", (dir / "loop").c_str()) == 0);
  CHECK(file_exists(dir / "a"));
  CHECK(file_exists(dir.path()));
  CHECK(file_exists(dir / "dangling"));
  CHECK(file_exists(dir / "loop"));
  CHECK_FALSE(file_exists(dir / "b"));
  CHECK_FALSE(file_exists(dir / "a/b"));
  CHECK_FALSE(file_exists(""));
  const std::string endless = dir / std::string(300, 'n');
  CHECK(bad_file_of([&] { file_exists(endless); }) == endless + ": cannot open: File name too long");
  CHECK(has(bad_file_of([&] { file_exists(dir / "loop/a"); }), "loop/a: cannot open: Too many levels"));
}

TEST_CASE("a full disk is told from what was asked for") {
  const scratch dir;
  const full_disk disk(1000);
  CHECK_THROWS_AS(replace_file(dir / "a", std::string(5000, 'x')), disk_failure);
  CHECK_THROWS_AS(append_file(dir / "a", std::string(5000, 'x')), disk_failure);
  CHECK_THROWS_AS(append_file("/dev/full", "x"), disk_failure);
  try {
    replace_file(dir / "no/a", "x");
  } catch (const disk_failure&) {
    FAIL("a directory that is not there");
  } catch (const bad_file&) {}
}
