// SPDX-License-Identifier: BSD-3-Clause
// How often an objective has been changed: by this number a training sees that it stands in a result of the old one
// (train/shared_objective.hpp).
#pragma once

#include <algorithm>
#include <cstdint>

namespace lssm::detail {

/// A count that no assignment sets back: an objective that becomes another one has changed, too.
class change_count {
 public:
  change_count() = default;
  change_count(const change_count&) = default;
  change_count& operator=(const change_count& other) {
    count_ = std::max(count_, other.count_) + 1;
    return *this;
  }
  void next() { ++count_; }
  std::uint64_t number() const { return count_; }

 private:
  std::uint64_t count_ = 0;
};

}  // namespace lssm::detail
