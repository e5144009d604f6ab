// SPDX-License-Identifier: BSD-3-Clause
// Locks of files: one holder at a time, none after a kill; and what kills left behind.
#include <lssm/io/file_lock.hpp>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "scratch.hpp"

using namespace lssm;

namespace {

/// A process that does f and then waits to be killed.
class waiting_process {
 public:
  template <class F>
  explicit waiting_process(F f) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
      f();
      static_cast<void>(::write(ends[1], "x", 1));
      for (;;) ::pause();
    }
    char ready = 0;
    ::close(ends[1]);
    REQUIRE(::read(ends[0], &ready, 1) == 1);
    ::close(ends[0]);
  }
  ~waiting_process() { end(); }
  void end() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
  }

 private:
  pid_t child_ = -1;
};

}  // namespace

TEST_CASE("one holder at a time, whether the file is there or not") {
  const scratch dir;
  const auto refusal = [&](const std::string& path) {
    return bad_file_of([&] { const file_lock lock(path); });
  };
  {
    const file_lock mine(dir / "a"), other(dir / "b");
    CHECK(refusal(dir / "a") == (dir / "a") + ": is being written by another process");
    replace_file(dir / "a", "new");  // under the same name another file
    CHECK(has(refusal(dir / "a"), "is being written by another process"));
    REQUIRE(::symlink("a", (dir / "link").c_str()) == 0);
    CHECK(has(refusal(dir / "link"), "is being written by another process"));
  }
  CHECK(dir.files() == 2);  // the file and the link
  CHECK(refusal(dir / "a") == "nothing thrown");
  CHECK(dir.files() == 2);
}

TEST_CASE("a process that was killed holds no lock") {
  const scratch dir;
  std::optional<file_lock> held;
  waiting_process other([&] { held.emplace(dir / "a"); });
  CHECK(has(bad_file_of([&] { const file_lock lock(dir / "a"); }), "is being written by another process"));
  other.end();
  CHECK(std::filesystem::exists(dir / "a.lock"));
  CHECK_NOTHROW(file_lock(dir / "a"));
  CHECK(dir.files() == 0);
}

TEST_CASE("what cannot be locked is refused by name") {
  const scratch dir;
  REQUIRE(::mkfifo((dir / "a.lock").c_str(), 0666) == 0);
  CHECK(
      has(bad_file_of([&] { const file_lock lock(dir / "a"); }), "a.lock: cannot lock: not a regular file"));
  CHECK(has(bad_file_of([&] { const file_lock lock(dir / "no/a"); }), "no/a: cannot lock: No such file"));
  REQUIRE(::symlink("elsewhere", (dir / "b.lock").c_str()) == 0);
  CHECK(has(bad_file_of([&] { const file_lock lock(dir / "b"); }), "b: cannot lock: Too many levels"));
  CHECK(dir.files() == 2);
}

TEST_CASE("who gets the lock removes what killed processes left, and nothing that is still written") {
  const scratch dir;
  std::optional<detail::temporary_file> fresh;
  const auto begin = [&] {
    fresh.emplace(dir.path());
    fresh->write("half");
  };
  waiting_process killed(begin), alive(begin);
  killed.end();
  replace_file(dir / ".lssm-notes", "");
  replace_file(dir / "mine.tmp", "");
  CHECK(dir.files() == 4);
  {
    const file_lock lock(dir / "a");
    CHECK(dir.files() == 4);  // one less, and the lock
  }
  CHECK(dir.files() == 3);
  alive.end();
  { const file_lock lock(dir / "a"); }
  CHECK(dir.files() == 2);
}
