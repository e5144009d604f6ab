// SPDX-License-Identifier: BSD-3-Clause
// The entries of the impulse response that some sequence sees: the loss depends on no others, which may overflow.
#pragma once

#include <span>
#include <vector>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm::detail {

/// Indices into h (κm) in ascending order, and which lanes see each of them.
template <class T>
class excited_entries {
 public:
  /// `unseen(i)` is the mask of the lanes in which no sequence sees entry i.
  template <class Unseen>
  void find(std::size_t entries, Unseen unseen) {
    entries_.clear();
    for (std::size_t i = 0; i < entries; ++i)
      if (any_lane<T>(!unseen(i))) entries_.push_back(i);
    renew(unseen);
  }
  /// Keeps the entries, for data that see no others, and finds which lanes see them now. Allocates nothing then.
  template <class Unseen>
  void renew(Unseen unseen) {
    seen_.resize(entries_.size());
    uneven_ = false;
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const mask_of<T> never = unseen(entries_[i]);
      seen_[i] = where(never, T(0), T(1));
      uneven_ = uneven_ || any_lane<T>(never);
    }
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t operator[](std::size_t i) const { return entries_[i]; }
  std::span<const std::size_t> entries() const { return entries_; }

  /// Zeroes numbers, one per entry, in the lanes whose data have no input there: the response may overflow in them.
  void forget_unseen(std::span<T> numbers) const {
    for (std::size_t i = 0; uneven_ && i < seen_.size(); ++i)
      numbers[i] = where(seen_[i] > T(0), numbers[i], T(0));
  }

 private:
  std::vector<std::size_t> entries_;
  std::vector<T> seen_;  // 1 in the lanes that see the entry
  bool uneven_ = false;
};

}  // namespace lssm::detail
