// SPDX-License-Identifier: BSD-3-Clause
// Runs of a sweep in the lanes of SIMD packs, in the calling thread. Needs xsimd.
#pragma once

#include "../core/pack.hpp"

namespace lssm {

struct in_lanes {
  template <class Job>
  void operator()(Job& job) const {
    job.template work_as<pack<typename Job::scalar>>();
  }
  friend bool operator==(const in_lanes&, const in_lanes&) = default;
};

}  // namespace lssm
