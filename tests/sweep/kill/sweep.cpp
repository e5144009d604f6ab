// SPDX-License-Identifier: BSD-3-Clause
// Sweeps that are killed: at a run or within a write, whatever executes them. The same call resumes and ends with the
// bytes of the sweep that nothing interrupted. No clocks: kills are counted.
//
// write, fsync and rename below stand before the system's, as in tests/study/kill: at the chosen count the process kills
// itself, a write when half of its bytes are written.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <lssm/io/file_lock.hpp>
#include <lssm/sweep/in_lanes.hpp>
#include <random>
#include <string>
#include <system_error>
#include <vector>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

#include "../../io/scratch.hpp"
#include "../small_sweep.hpp"

using namespace lssm;

namespace {

/// Of a process that is to be killed; the test's own calls are not counted.
std::atomic<long> calls_left = -1;

void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}
/// Where not null: every file and directory that is brought to disk, in order.
std::vector<std::string>* traced = nullptr;
/// Where not 0: what every lock ends with.
int lock_error = 0;

bool is_last() { return calls_left > 0 && --calls_left == 0; }

}  // namespace

extern "C" ssize_t write(int file, const void* bytes, std::size_t size) {
  const bool last = is_last();
  const ssize_t written = ::syscall(SYS_write, file, bytes, last ? size / 2 : size);
  if (last) die();
  return written;
}
extern "C" int fsync(int file) {
  if (is_last()) die();
  if (traced != nullptr) {
    char name[4096];
    const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), name, sizeof name);
    if (size > 0) traced->emplace_back(name, static_cast<std::size_t>(size));
  }
  return 0;
}
extern "C" int flock(int file, int how) noexcept {
  if (lock_error == 0) return static_cast<int>(::syscall(SYS_flock, file, how));
  errno = lock_error;
  return -1;
}
extern "C" int rename(const char* from, const char* to) noexcept {
  if (is_last()) die();
  return ::renameat(AT_FDCWD, from, AT_FDCWD, to);
}

namespace {

constexpr std::size_t all_runs = 36;

/// Whole lines of the log, its first one not counted: runs that must not be lost. In lanes and threads several runs are
/// under way at a time; those may be.
std::size_t kept(const scratch& dir) {
  if (!std::filesystem::exists(dir / "runs.0.log")) return 0;
  std::size_t lines = 0;
  const std::string text = read_file(dir / "runs.0.log");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) ++lines;
  return lines == 0 ? 0 : lines - 1;
}

/// True if the process came to its end, false if it was killed. Anything else fails.
template <class Executor>
bool process(const scratch& dir, const Executor& executor, long calls, std::size_t last_run,
             std::size_t found_before) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      calls_left = calls;
      const auto all = execute<float>(small_sweep::make(), executor,
                                      {.directory = dir.path(), .progress = [&](const sweep_progress& p) {
                                         if (p.done >= last_run) die();
                                       }});
      ::_exit(all.complete() && all.found >= found_before ? 0 : 3);
    } catch (...) {
      ::_exit(2);
    }
  }
  int how = 0;
  REQUIRE(::waitpid(child, &how, 0) == child);
  if (WIFSIGNALED(how)) {
    REQUIRE(WTERMSIG(how) == SIGKILL);
    return false;
  }
  REQUIRE(WEXITSTATUS(how) == 0);
  return true;
}

template <class Executor>
void kill_and_resume(const Executor& executor, unsigned seed) {
  const std::string text = execute<float>(small_sweep::make()).text();
  constexpr std::size_t no_run = 1'000'000;
  std::mt19937 engine(seed);
  const auto one_to = [&](unsigned most) { return static_cast<long>(engine() % most) + 1; };
  int killed = 0, in_a_write = 0, again = 0;
  for (int trial = 0; trial < 30; ++trial) {
    CAPTURE(trial);
    const scratch dir;
    bool ended = false;
    std::size_t safe = 0;
    for (int kills = 0; !ended && (kills == 0 || engine() % 2 == 0); ++kills) {
      const bool at_run = (trial + kills) % 2 == 0;
      // A write and an fsync for each run, and some more for the log's beginning and the table.
      ended = at_run ? process(dir, executor, -1, safe + static_cast<std::size_t>(one_to(30)), safe)
                     : process(dir, executor, one_to(2 * static_cast<unsigned>(all_runs - safe) + 4), no_run,
                               safe);
      if (ended) break;
      ++killed;
      in_a_write += at_run ? 0 : 1;
      again += kills > 0 ? 1 : 0;
      const std::size_t now = kept(dir);
      CHECK(now >= safe);
      safe = std::min(now, all_runs);
      CHECK((!std::filesystem::exists(dir / "runs.csv") || read_file(dir / "runs.csv") == text));
    }
    CHECK(process(dir, executor, -1, no_run, 0));
    CHECK(read_file(dir / "runs.csv") == text);
    const std::string log = read_file(dir / "runs.0.log");
    CHECK(process(dir, executor, -1, no_run, all_runs));  // does nothing
    CHECK(read_file(dir / "runs.0.log") == log);
  }
  CHECK(killed >= 30);
  CHECK(in_a_write >= 10);
  CHECK(again >= 5);
}

}  // namespace

TEST_CASE("newly made directories, logs and tables are brought to disk, and the names that lead to them") {
  const scratch dir;
  std::vector<std::string> trace;
  traced = &trace;
  writable_directory(dir / "a/b//c");
  CHECK(trace == std::vector<std::string>{dir.path(), dir / "a", dir / "a/b"});
  trace.clear();
  writable_directory(dir / "a/b");
  CHECK(trace.empty());
  execute<float>(small_sweep::make(), serial{}, {.directory = dir / "d/e"});
  traced = nullptr;
  REQUIRE(trace.size() > 5);
  CHECK(trace[0] == dir.path());
  CHECK(trace[1] == dir / "d");
  CHECK(trace[2] == dir / "d/e/runs.0.log");
  CHECK(trace[3] == dir / "d/e");
  CHECK(trace.back() == dir / "d/e");  // the table's name
}

TEST_CASE("a system that cannot lock says so, whatever the reason") {
  for (const int code : {ENOLCK, EOPNOTSUPP, EIO}) {
    CAPTURE(code);
    const scratch dir;
    const std::string reason = ": cannot lock: " + std::generic_category().message(code);
    lock_error = code;
    const std::string of_log =
        bad_file_of([&] { execute<float>(small_sweep::make(), serial{}, {.directory = dir.path()}); });
    const std::string of_lock = bad_file_of([&] { const file_lock lock(dir / "a"); });
    const std::string of_record = bad_file_of([&] { append_file(dir / "b", "x"); });
    CHECK_NOTHROW(replace_file(dir / "c", "x"));  // its temporary file is locked for others' sake alone
    lock_error = 0;
    CHECK(of_log == (dir / "runs.0.log") + reason);
    CHECK(of_lock == (dir / "a") + reason);
    CHECK(of_record == (dir / "b") + reason);
    CHECK(read_file(dir / "c") == "x");
  }
}

TEST_CASE("a sweep killed at any moment goes on and ends with the same bytes: one by one") {
  kill_and_resume(serial{}, 1);
}
TEST_CASE("a sweep killed at any moment goes on and ends with the same bytes: lanes") {
  kill_and_resume(in_lanes{}, 2);
}
#ifdef LSSM_HAS_TBB
TEST_CASE("a sweep killed at any moment goes on and ends with the same bytes: threads") {
  kill_and_resume(on_threads<>{.count = 2}, 3);
}
#endif
