// SPDX-License-Identifier: BSD-3-Clause
// Many students through the lanes of one pack.
#pragma once

#include <optional>
#include <vector>

#include "../study/run.hpp"

namespace lssm::detail {

template <class Study>
struct lane_job {
  std::size_t place;
  Study study;
  std::uint32_t seed;
};

/// Takes jobs from next() until it has none, and gives done(place, outcome) for each that ended; stops early, without
/// giving the outcomes of runs under way, once stopped() holds.
template <Scalar T, class Study, class Next, class Done, class Stopped>
void train_in_lanes(Next next, Done done, Stopped stopped) {
  for (;;) {
    std::vector<Study> studies;
    std::vector<std::uint32_t> seeds;
    std::vector<std::size_t> places;
    while (places.size() < lanes_of<T>) {
      auto job = next();
      if (!job) break;
      studies.push_back(std::move(job->study));
      seeds.push_back(job->seed);
      places.push_back(job->place);
    }
    if (places.empty()) return;
    auto bound = bind_lanes<T, Study>(studies, seeds);
    auto training = bound.training();
    while (training.running()) {
      if (stopped()) return;
      for (int i = 0; i < 256 && training.running(); ++i) training.step();
    }
    for (std::size_t i = 0; i < places.size(); ++i) done(places[i], read_lane(training, bound.single(i), i));
  }
}

}  // namespace lssm::detail
