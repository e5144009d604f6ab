// SPDX-License-Identifier: BSD-3-Clause
// Executors of sweeps, and the plainest of them: one run after the other.
//
//   serial                 one run after the other                                                        (here)
//   in_lanes               as many at a time as a SIMD pack has lanes; needs xsimd            (sweep/in_lanes.hpp)
//   on_threads<Each>       Each, by default in_lanes, on every core; needs oneTBB              (sweep/threads.hpp)
//   on_ranks<Each>         Each in every process of `mpirun`, on many machines; needs MPI          (sweep/mpi.hpp)
//
// They compose: on_ranks<on_threads<in_lanes>>. Every run has the same bits with every executor (docs/sweep.md).
#pragma once

namespace lssm {

/// One worker, one student at a time.
struct serial {
  template <class Job>
  void operator()(Job& job) const {
    job.template work_as<typename Job::scalar>();
  }
  friend bool operator==(const serial&, const serial&) = default;
};

}  // namespace lssm
