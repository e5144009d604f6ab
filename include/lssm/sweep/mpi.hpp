// SPDX-License-Identifier: BSD-3-Clause
// A sweep on many machines: every process of `mpirun` takes runs until none is left.
//
//   const mpi_session session;                                        in main, before anything else
//   execute<float>(sweep, on_ranks{}, {.directory = "out"})           lanes in every process
//   execute<float>(sweep, on_ranks<on_threads<>>{}, ...)              lanes on all cores that a process may use
//
// All processes make the same call and get the same result. The directory must be one that all of them see. Runs are
// handed out by rank 0 on request, and kept by each rank in a log of its own. Link lssm::mpi. If one rank
// fails, all of them end with its message. All must be of one build, or of builds of the same arithmetic.
//
//   tag     from    to      message
//   asks    rank    0       {runs finished, what: nothing, more runs, or that it ends}
//   gives   0       rank    {from, to}, places in the order of work; empty at the end
//   stops   0       rank    once, when everything ends
#pragma once

#include <mpi.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "../core/error.hpp"
#include "in_lanes.hpp"

namespace lssm {

/// Initializes MPI, and finalizes it at the end of the scope. Only the thread that made it calls MPI.
class mpi_session {
 public:
  mpi_session() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    require(provided >= MPI_THREAD_FUNNELED, "mpi_session", "MPI", "one that allows threads", provided);
  }
  mpi_session(const mpi_session&) = delete;
  mpi_session& operator=(const mpi_session&) = delete;
  ~mpi_session() { MPI_Finalize(); }
};

namespace detail {

inline constexpr int asks_tag = 1, gives_tag = 2, stops_tag = 3;
enum class asking : std::uint64_t { nothing, more, end, end_of_all };

/// Pauses between two looks for messages, much shorter than the time that handed-out runs take.
inline void wait_a_moment() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

using two_numbers = std::array<std::uint64_t, 2>;

inline void send_numbers(const two_numbers& numbers, int to, int tag, MPI_Comm world) {
  MPI_Send(numbers.data(), 2, MPI_UINT64_T, to, tag, world);
}
/// Takes a message if there is one. Returns the rank of its sender, or -1.
inline int receive_numbers(two_numbers& numbers, int from, int tag, MPI_Comm world) {
  int there = 0;
  MPI_Status about;
  MPI_Iprobe(from, tag, world, &there, &about);
  if (there == 0) return -1;
  MPI_Recv(numbers.data(), 2, MPI_UINT64_T, about.MPI_SOURCE, tag, world, MPI_STATUS_IGNORE);
  return about.MPI_SOURCE;
}

/// A process asks for further runs when fewer than this wait in its queue.
inline constexpr std::size_t low_water = 16;

/// Aborts all ranks, when messages between them fail, so that none waits for one that has ended.
[[noreturn]] inline void end_all_ranks(int rank, const char* why, MPI_Comm world) {
  std::fprintf(stderr, "on_ranks: rank %d: %s\n", rank, why);
  MPI_Abort(world, 1);
  std::abort();
}

/// The part of rank 0: hands out runs, also to itself, and collects everyone's progress.
template <class Job>
class runs_handed_out {
 public:
  runs_handed_out(Job& job, MPI_Comm world, int ranks)
      : job_(job), world_(world), finished_(static_cast<std::size_t>(ranks), 0) {}

  void until(const std::atomic<bool>& own_end) {
    const std::size_t others = finished_.size() - 1;
    for (std::size_t told = 0; ended_ < others || !own_end.load();) {
      if (job_.stopped()) stop_all();
      while (hear()) {}
      feed_own();
      if (const std::size_t sum = all_finished(); sum != told) tell(told = sum);
      wait_a_moment();
    }
    while (hear()) {}
    stop_all();
    tell(all_finished());
  }

 private:
  /// Reports progress; an exception of the caller's function ends the sweep, like that of a worker.
  void tell(std::size_t finished) {
    try {
      job_.tell(finished);
    } catch (...) {
      job_.fail(std::current_exception());
    }
  }
  two_numbers next_range() {
    const std::size_t left = job_.left() - next_, ranks = finished_.size();
    const std::size_t least = std::min(low_water, (left + ranks - 1) / ranks);
    const std::size_t count = std::clamp(left / (4 * ranks), least, std::max<std::size_t>(least, 4096));
    const two_numbers range = {next_, next_ + count};
    next_ += count;
    return range;
  }
  bool hear() {
    two_numbers message{};
    const int from = receive_numbers(message, MPI_ANY_SOURCE, asks_tag, world_);
    if (from < 0) return false;
    finished_[static_cast<std::size_t>(from)] = message[0];
    const auto what = static_cast<asking>(message[1]);
    if (what == asking::end_of_all) stop_all();
    if (what == asking::more) send_numbers(next_range(), from, gives_tag, world_);
    if (what == asking::end || what == asking::end_of_all) ++ended_;
    return true;
  }
  void feed_own() {
    if (closed_ || job_.waiting() >= low_water) return;
    const auto [from, to] = next_range();
    if (from < to) {
      job_.give(from, to);
    } else {
      job_.close();
      closed_ = true;
    }
  }
  void stop_all() {
    if (stopped_) return;
    stopped_ = true;
    next_ = job_.left();
    for (int rank = 1; rank < static_cast<int>(finished_.size()); ++rank)
      send_numbers({}, rank, stops_tag, world_);
    job_.stop();
  }
  std::size_t all_finished() {
    finished_[0] = job_.finished();
    return std::accumulate(finished_.begin(), finished_.end(), std::size_t{0});
  }

  Job& job_;
  MPI_Comm world_;
  std::vector<std::size_t> finished_;  // (ranks)
  std::size_t next_ = 0, ended_ = 0;
  bool closed_ = false, stopped_ = false;
};

/// The part of the other ranks: asks for runs before the queue is empty, and reports progress now and then.
template <class Job>
void take_runs(Job& job, MPI_Comm world, const std::atomic<bool>& own_end) {
  const auto say = [&](asking what) {
    send_numbers({job.finished(), static_cast<std::uint64_t>(what)}, 0, asks_tag, world);
  };
  two_numbers message{};
  bool asked = false, closed = false, released = false;
  for (int looks = 0; !own_end.load(); ++looks) {
    if (!released && receive_numbers(message, 0, stops_tag, world) == 0) {
      released = true;
      job.stop();
    }
    if (asked && receive_numbers(message, 0, gives_tag, world) == 0) {
      asked = false;
      closed = message[0] == message[1];
      if (closed) {
        job.close();
      } else {
        job.give(message[0], message[1]);
      }
    }
    if (!asked && !closed && job.waiting() < low_water) {
      say(asking::more);
      asked = true;
    } else if (looks % 100 == 99) {
      say(asking::nothing);
    }
    wait_a_moment();
  }
  while (asked && receive_numbers(message, 0, gives_tag, world) < 0) wait_a_moment();
  say(job.stopped() && !released ? asking::end_of_all : asking::end);
  while (!released && receive_numbers(message, 0, stops_tag, world) < 0) wait_a_moment();
}

}  // namespace detail

/// Workers in all processes of `mpirun`.
template <class Each = in_lanes>
struct on_ranks {
  Each each{};
  MPI_Comm world = MPI_COMM_WORLD;

  void validate() const {
    if constexpr (requires { each.validate(); }) each.validate();
  }
  int rank() const {
    int number = 0;
    MPI_Comm_rank(world, &number);
    return number;
  }
  int ranks() const {
    int number = 0;
    MPI_Comm_size(world, &number);
    return number;
  }

  /// Replaces the text by that of rank 0.
  void share(std::string& text) const { share_from(0, text); }
  /// Returns, in all ranks, the text of the first rank whose text is not empty.
  std::string agree(const std::string& error) const {
    const int mine = error.empty() ? ranks() : rank();
    int first = 0;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, world);
    std::string text = error;
    if (first == ranks()) return {};
    share_from(first, text);
    return text;
  }

  template <class Job>
  void operator()(Job& job) const {
    std::atomic<bool> own_end = false;
    std::thread worker;
    try {
      worker = std::thread([&] {
        try {
          each(job);
        } catch (...) {
          job.fail(std::current_exception());
        }
        own_end = true;
      });
    } catch (const std::system_error& e) {
      // The others wait for this rank, so they must be told.
      job.fail(std::make_exception_ptr(
          failure("on_ranks: rank " + std::to_string(rank()) + " cannot start a thread: " + e.what())));
      own_end = true;
    }
    try {
      if (rank() == 0) {
        detail::runs_handed_out<Job>(job, world, ranks()).until(own_end);
      } else {
        detail::take_runs(job, world, own_end);
      }
    } catch (const std::exception& e) {
      detail::end_all_ranks(rank(), e.what(), world);
    }
    if (worker.joinable()) worker.join();
  }

 private:
  void share_from(int root, std::string& text) const {
    std::uint64_t size = text.size();
    MPI_Bcast(&size, 1, MPI_UINT64_T, root, world);
    text.resize(size);
    constexpr std::size_t most = std::size_t{1} << 30;  // counts are ints
    for (std::size_t at = 0; at < text.size(); at += most)
      MPI_Bcast(text.data() + at, static_cast<int>(std::min(most, text.size() - at)), MPI_CHAR, root, world);
  }
};

}  // namespace lssm
