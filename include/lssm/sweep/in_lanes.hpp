// SPDX-License-Identifier: BSD-3-Clause
// Runs of a sweep in the lanes of SIMD packs, in the calling thread. Needs xsimd.
#pragma once

#include "../core/pack.hpp"

namespace lssm {

/// One worker, which trains as many students at a time as a SIMD register has lanes.
struct in_lanes {
  template <class Job>
  void operator()(Job& job) const {
    job.template work_as<pack<typename Job::scalar>>();
  }
  friend bool operator==(const in_lanes&, const in_lanes&) = default;
};

}  // namespace lssm
