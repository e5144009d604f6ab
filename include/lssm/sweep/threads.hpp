// SPDX-License-Identifier: BSD-3-Clause
// A sweep on all cores of one machine: several workers of another executor, each on a thread of oneTBB.
//
//   execute<float>(sweep, on_threads{}, options)                          lanes on every core
//   execute<double>(sweep, on_threads<serial>{.count = 2}, options)
//
// Link lssm::tbb.
#pragma once

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <atomic>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "in_lanes.hpp"

namespace lssm {

/// Workers on the threads of oneTBB.
template <class Each = in_lanes>
struct on_threads {
  Each each{};
  integer count = 0;  ///< threads, from 1 to 4096; 0: as many as the process has cores

  void validate() const {
    require(count >= 0 && count <= 4096, "on_threads", "count", "from 0 to 4096", count);
  }

  template <class Job>
  void operator()(Job& job) const {
    const int threads = count == 0 ? tbb::this_task_arena::max_concurrency() : static_cast<int>(count);
    const tbb::global_control also_beyond_cores(tbb::global_control::max_allowed_parallelism,
                                                static_cast<std::size_t>(threads));
    tbb::task_arena arena(threads);
    const auto worker = [&](int) {
      handed_over.fetch_add(1);
      each(job);
      handed_over.fetch_add(1);
    };
    handed_over.fetch_add(1);
    arena.execute([&] { tbb::parallel_for(0, threads, worker, tbb::static_partitioner()); });
    handed_over.fetch_add(1);
  }
  friend bool operator==(const on_threads&, const on_threads&) = default;

 private:
  /// TBB orders the code before a parallel loop, the bodies of the loop, and the code after it. These atomic operations
  /// make that order visible to tools that cannot look into TBB's library, such as the thread sanitizer.
  static inline std::atomic<unsigned> handed_over = 0;
};

}  // namespace lssm
