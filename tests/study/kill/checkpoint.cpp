// SPDX-License-Identifier: BSD-3-Clause
// Trainings that are killed: at a step, or within the writing of a checkpoint. What is resumed from the file that is
// left ends with the bytes of the training that nothing interrupted. No clocks: kills are counted.
//
// write, fsync and rename below stand before the system's for the whole program. In a training process each of them
// counts twice, and at the chosen count the process kills itself: a write when half of its bytes are written and when
// all are, the others before they act and after. A kill, unlike a power failure, loses nothing that the system has been
// given: fsync waits for no disk here, but no file may be renamed before it was called.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <lssm/all.hpp>
#include <lssm/io/file_lock.hpp>
#include <lssm/study/checkpoint.hpp>
#include <random>
#include <string>

#include "../../io/scratch.hpp"

using namespace lssm;

namespace {

/// Of a training process; the test's own calls are not counted.
long calls_left = -1;
bool unsynchronized = false;

void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}
void count() {
  if (calls_left > 0 && --calls_left == 0) die();
}
ssize_t write_now(int file, const void* bytes, std::size_t size) {
  return static_cast<ssize_t>(::syscall(SYS_write, file, bytes, size));
}

}  // namespace

extern "C" ssize_t write(int file, const void* bytes, std::size_t size) {
  unsynchronized = unsynchronized || file > STDERR_FILENO;
  if (calls_left != 1) {
    count();
    const ssize_t written = write_now(file, bytes, size);
    count();
    return written;
  }
  write_now(file, bytes, size / 2);
  die();
  return -1;
}
extern "C" int fsync(int) {
  count();
  unsynchronized = false;
  count();
  return 0;
}
extern "C" int rename(const char* from, const char* to) noexcept {
  if (unsynchronized) {
    std::fputs("a file was to be renamed before it was on disk\n", stderr);
    ::_exit(3);
  }
  count();
  const int code = ::renameat(AT_FDCWD, from, AT_FDCWD, to);
  count();
  return code;
}

namespace {

constexpr int last_step = 60, period = 4;

using study = teacher_student<ssm<real_diagonal<>>, given<real_diagonal<1>>,
                              training_set<dynamic, gaussian<leading<3>>>, squared_error,
                              descent<adam, unconstrained, first_of<step_limit>>, near_zero>;

study make() {
  study s;
  s.student.structure.states = 5;
  s.teacher.values = {{0.9}, {1}, {1}};
  s.data.length = 6;
  s.data.sequences.count = 8;
  s.training.stop.get<step_limit>().steps = last_step;
  s.start = {.state_deviation = 0.4, .io_deviation = 0.4};
  return s;
}

struct training_process {
  bound_study<double, study> bound = bind<double>(make(), 11);
  decltype(bound.training()) training = bound.training();
  trajectory<double, sample_steps, record::steps, record::loss, record::eigenvalues> seen =
      trajectory_of<double>(sample_steps{.period = 3}, record::steps{}, record::loss{},
                            record::eigenvalues{});

  void load(const scratch& dir) { load_checkpoint(dir / "run.npz", "kills", bound, training, seen); }
  double steps() const { return training.now().steps; }

  /// Everything that is left, as files.
  void write_end(const scratch& dir) const {
    to_csv(seen).save(dir / "end.csv");
    npz_writer out = to_npz(seen);
    add_parts(out, "end", training).save(dir / "end.npz");
  }
  /// Resumes where there is something to resume, trains and writes, until the step or the call at which it is killed.
  void go_on(const scratch& dir, double last, long calls) {
    calls_left = calls;
    if (std::filesystem::exists(dir / "run.npz")) load(dir);
    auto save =
        every(period, [&](auto& run) { save_checkpoint(dir / "run.npz", "kills", bound, run, seen); });
    auto watch_for_end = [last](auto& run) {
      if (run.now().steps >= last && run.running()) die();
    };
    auto all = observers(seen, save, watch_for_end);
    drive(training, all);
    write_end(dir);
  }
};

/// What is read back is a checkpoint of some step, or there is none yet: its step, or 0.
double step_of_file(const scratch& dir) {
  if (!std::filesystem::exists(dir / "run.npz")) return 0;
  training_process found;
  REQUIRE_NOTHROW(found.load(dir));
  return found.steps();
}

/// True if the process came to its end, false if it was killed. Anything else fails.
bool process(const scratch& dir, double last, long calls) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      training_process().go_on(dir, last, calls);
    } catch (...) {
      ::_exit(2);
    }
    ::_exit(0);
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

}  // namespace

TEST_CASE("a training killed at any moment goes on and ends with the same bytes") {
  const scratch whole;
  training_process uninterrupted;
  drive(uninterrupted.training, uninterrupted.seen);
  uninterrupted.write_end(whole);
  REQUIRE(uninterrupted.steps() == last_step);
  const std::string csv = read_file(whole / "end.csv"), npz = read_file(whole / "end.npz");

  std::mt19937 engine(20);
  const auto one_to = [&](unsigned most) { return static_cast<int>(engine() % most) + 1; };
  constexpr double no_step = 1e9;
  constexpr int calls_of_all =
      8 * (last_step / period + 2);  // write, fsync, rename, fsync; twice each; 17 files
  int killed = 0, killed_again = 0, begun_afresh = 0;
  for (int trial = 0; trial < 50; ++trial) {
    CAPTURE(trial);
    const scratch dir;
    const bool at_step = trial % 2 == 0;
    int kills = 0;
    double safe = 0;
    const auto attempt = [&](double last, long calls) {
      if (process(dir, last, calls)) return true;
      ++kills;
      const double found = step_of_file(dir);
      CHECK(found >= safe);  // nothing that was safe is lost
      if (last < no_step) CHECK(found == std::floor(last / period) * period);
      safe = found;
      return false;
    };
    // The first kill is somewhere in the whole run; then kills come soon after resuming, sometimes.
    bool ended = at_step ? attempt(one_to(last_step - 1), -1) : attempt(no_step, one_to(calls_of_all));
    if (!ended && safe == 0) ++begun_afresh;
    while (!ended && engine() % 2 == 0) {
      ended = engine() % 2 == 0 && safe + 20 < last_step ? attempt(safe + one_to(20), -1)
                                                         : attempt(no_step, one_to(20));
      if (!ended) ++killed_again;
    }
    killed += kills;
    const int kills_before_end = kills;
    if (!ended) CHECK(process(dir, no_step, -1));
    CHECK(read_file(dir / "end.csv") == csv);
    CHECK(read_file(dir / "end.npz") == npz);
    CHECK(step_of_file(dir) == last_step);
    CHECK(dir.files() <= 3 + kills_before_end);  // one temporary file for each kill, at most
    if (at_step && kills == 1) CHECK(dir.files() == 3);
  }
  CHECK(killed >= 50);
  CHECK(killed_again > 10);
  CHECK(begun_afresh > 0);
}

TEST_CASE("killed at every call of one writing, the file is the old one or the new") {
  const scratch dir;
  {
    training_process begun;
    begun.training.step();
    save_checkpoint(dir / "run.npz", "kills", begun.bound, begun.training, begun.seen);
  }
  CHECK(step_of_file(dir) == 1);
  const std::string old = read_file(dir / "run.npz");
  for (int call = 1; call <= 8; ++call) {
    CAPTURE(call);
    replace_file(dir / "run.npz", old);
    CHECK_FALSE(process(dir, 1e9, call));
    CHECK(step_of_file(dir) == (call <= 5 ? 1 : period));
    if (call <= 5) CHECK(read_file(dir / "run.npz") == old);
  }
  CHECK(dir.files() == 1 + 5);
  {
    const file_lock mine(dir / "run.npz");  // whoever holds it removes what the kills have left
    CHECK(dir.files() == 1 + 1);
    CHECK(step_of_file(dir) == period);
  }
  CHECK(dir.files() == 1);
}
