// SPDX-License-Identifier: BSD-3-Clause
// Students through the lanes of T, for tests of train_in_lanes.
#pragma once

#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <map>
#include <optional>
#include <vector>

namespace pool {

template <class Study>
using jobs = std::vector<lssm::lane_job<Study>>;

/// Hands out the jobs in their order and keeps what comes back, which is each once.
template <class T, class Study>
auto pooled(const jobs<Study>& all) {
  std::map<std::size_t, lssm::outcome<lssm::lane_of<T>, Study>> out;
  std::size_t next = 0;
  lssm::train_in_lanes<T>(
      [&]() -> std::optional<lssm::lane_job<Study>> {
        if (next == all.size()) return std::nullopt;
        return all[next++];
      },
      [&](std::size_t index, lssm::outcome<lssm::lane_of<T>, Study> o) {
        CHECK(out.emplace(index, std::move(o)).second);
      });
  CHECK(out.size() == all.size());
  return out;
}

}  // namespace pool
