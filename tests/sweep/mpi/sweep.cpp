// SPDX-License-Identifier: BSD-3-Clause
// A process of `mpirun`: runs a small sweep, and kills itself if it is told to.
//
//   mpi_sweep DIR                        runs it, or what is left of it
//   mpi_sweep DIR RANK after|within N    the same, but this rank dies after or within its N-th line of a log or table
//   mpi_sweep DIR expect                 the same, and compares the table with that of a serial sweep
//
// Ends with 0 if the sweep is complete and the same in every process.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <lssm/sweep/mpi.hpp>
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

int main(int argc, char** argv) {
  const lssm::mpi_session session;
  const lssm::on_ranks<> ranks;
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
