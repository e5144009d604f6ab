// SPDX-License-Identifier: BSD-3-Clause
// A process of `mpirun`: runs a small sweep, and kills itself if it is told to.
//
//   mpi_sweep DIR                        runs it, or what is left of it
//   mpi_sweep DIR RANK after|within N    the same, but this rank dies after or within its N-th line of a log or table
//   mpi_sweep DIR expect                 the same, and compares the table with that of a serial sweep
//   mpi_sweep DIR RANK WHAT fails        this rank comes upon something: it cannot start a `thread`, or its executor, the
//                                        `study` of a point, what is to be `read` of an outcome, or its `progress` throws
//
// Ends with 0 if the sweep is complete and the same in every process, with 5 and a line on stderr if execute throws.
#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <lssm/sweep/mpi.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "../small_sweep.hpp"

namespace {

std::atomic<long> lines_left = -1;
bool within = false;

void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

/// Only files of the sweep count, not what MPI writes to.
bool is_of_sweep(int file) {
  char name[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t size = ::readlink(link.c_str(), name, sizeof name);
  return size > 0 && std::string_view(name, static_cast<std::size_t>(size)).find("lssm-mpi-sweep") !=
                         std::string_view::npos;
}

}  // namespace

extern "C" ssize_t write(int file, const void* bytes, std::size_t size) {
  const bool last = lines_left > 0 && is_of_sweep(file) && --lines_left == 0;
  const ssize_t written = ::syscall(SYS_write, file, bytes, last && within ? size / 2 : size);
  if (last) die();
  return written;
}

/// A kill, unlike a power failure, loses nothing that the system has been given.
extern "C" int fsync(int) { return 0; }

namespace {

bool no_threads = false;

/// A sweep in which something fails in this rank.
struct failing_sweep : small_sweep::of_many_sizes {
  std::string what;
  template <class F>
  void with_study(const lssm::sweep_point& p, F f) const {
    if (what == "study") throw std::runtime_error("a study failed");
    small_sweep::of_many_sizes::with_study(p, f);
  }
  void read(const auto& outcome, lssm::sweep_row& row) const {
    if (what == "read") throw std::runtime_error("reading failed");
    small_sweep::of_many_sizes::read(outcome, row);
  }
};
struct failing_executor {
  bool fails = false;
  template <class Job>
  void operator()(Job& job) const {
    if (fails) throw std::runtime_error("an executor failed");
    lssm::serial{}(job);
  }
};

int run_failing(const std::string& directory, const std::string& what) {
  const lssm::on_ranks<failing_executor> ranks{.each = {what == "executor"}};
  failing_sweep sweep;
  sweep.what = what;
  no_threads = what == "thread";
  try {
    lssm::execute<float>(sweep, ranks, {directory, [&](const lssm::sweep_progress&) {
                                          if (what == "progress") throw std::runtime_error("progress failed");
                                        }});
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "rank " + std::to_string(ranks.rank()) + ": " + e.what() + "\n" << std::flush;
    return 5;
  }
}

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                              void* argument) {
  if (no_threads) return EAGAIN;
  using function = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto original = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "pthread_create"));
  return original(thread, attributes, start, argument);
}

int main(int argc, char** argv) {
  const lssm::mpi_session session;
  const lssm::on_ranks<> ranks;
  if (argc == 5 && std::string_view(argv[4]) == "fails")
    return run_failing(argv[1], ranks.rank() == std::atoi(argv[2]) ? argv[3] : "");
  if (argc == 5 && ranks.rank() == std::atoi(argv[2])) {
    within = std::string_view(argv[3]) == "within";
    lines_left = std::atol(argv[4]);
  }
  const auto sweep = small_sweep::make(12);
  const lssm::sweep_result all = lssm::execute<float>(sweep, ranks, {.directory = argv[1]});
  if (!all.complete()) return 3;
  const std::string mine = all.text();
  std::string first = mine;
  ranks.share(first);
  const bool same = mine == first && (argc != 3 || mine == lssm::execute<float>(sweep).text());
  if (!same) std::cerr << "rank " << ranks.rank() << " has another table\n";
  return same ? 0 : 4;
}
