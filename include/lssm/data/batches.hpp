// SPDX-License-Identifier: BSD-3-Clause
// Which sequences a step sees: a pure function of a key, the seed of the run and the number of steps taken, so that lanes,
// resumed runs and portions of steps see the same.
//
//   all_at_once                         every sequence in every step
//   batches{.size = 5}                  5 of them: an epoch is one pass through a new order of all, without those that a last,
//                                       smaller batch would have
//   batches{.size = 5, .replace = true}      each drawn from all; an epoch is N / 5 steps
//   batches{.size = 20, .label_noise = 0.1}  noise of this deviation on the labels, anew in each step
//
// In batches as large as the data, without replacement and noise, steps are those of all_at_once, bit for bit.
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "../core/error.hpp"
#include "../core/philox.hpp"

namespace lssm {

/// Every sequence in every step.
struct all_at_once {
  friend constexpr bool operator==(all_at_once, all_at_once) { return true; }
};

/// Some sequences a step, in an order of the key.
struct batches {
  integer size = 0;        ///< sequences in a step, >= 1; more than there are stand for all of them
  bool replace = false;    ///< whether a sequence may be in a batch several times
  double label_noise = 0;  ///< deviation of normal noise on the labels, anew in each step, >= 0
  integer key = 0;         ///< another order for the same seed, >= 0

  void validate() const {
    require(size >= 1, "batches", "size", "given, and at least 1", size);
    if (replace) require_entries("batches", "size", {size});
    detail::require_not_negative("batches", "label_noise", label_noise);
    require(key >= 0, "batches", "key", "at least 0", key);
  }
  friend bool operator==(const batches&, const batches&) = default;
};

namespace detail {

/// The batches of one student: which of N sequences step t sees.
class batch_order {
 public:
  batch_order(const batches& b, std::uint32_t seed, integer sequences)
      : batches_(b),
        sequences_(static_cast<std::size_t>(sequences)),
        size_(static_cast<std::size_t>(b.replace ? b.size : std::min(b.size, sequences))),
        seed_(seed),
        order_(sequences_),
        members_(size_) {}

  std::size_t size() const { return size_; }
  /// Whether every step sees every sequence once, as it is.
  bool whole() const { return !batches_.replace && size_ == sequences_ && !(batches_.label_noise > 0); }
  integer steps_per_epoch() const { return std::max<integer>(1, static_cast<integer>(sequences_ / size_)); }

  /// The sequences that step `step` sees, in the order of the data.
  const std::vector<std::size_t>& members(std::uint64_t step) {
    if (step == at_) return members_;
    at_ = step;
    if (batches_.replace) {
      const keyed_stream draws = stream(0);
      for (std::size_t i = 0; i < size_; ++i) members_[i] = below(draws, step * size_ + i, sequences_);
    } else {
      const auto per_epoch = static_cast<std::uint64_t>(steps_per_epoch());
      shuffle(step / per_epoch);
      std::copy_n(order_.begin() + static_cast<std::ptrdiff_t>(step % per_epoch * size_), size_,
                  members_.begin());
    }
    std::sort(members_.begin(), members_.end());
    return members_;
  }
  bool noisy() const { return batches_.label_noise > 0; }
  /// Noise on label i of those that step `step` sees.
  double noise(std::uint64_t step, std::size_t i, std::size_t labels) const {
    return batches_.label_noise * stream(1).normal_at(step * labels + i);
  }

 private:
  keyed_stream stream(std::uint32_t of) const {
    return keyed_stream(static_cast<std::uint64_t>(batches_.key), seed_,
                        17U + of);  // beside those of data and rules
  }
  static std::size_t below(const keyed_stream& draws, std::uint64_t i, std::size_t n) {
    return std::min(n - 1, static_cast<std::size_t>(draws.uniform_at(i) * static_cast<double>(n)));
  }
  /// The order of an epoch, by Fisher and Yates.
  void shuffle(std::uint64_t epoch) {
    if (epoch == epoch_) return;
    epoch_ = epoch;
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    const keyed_stream draws = stream(0);
    for (std::size_t i = sequences_; i-- > 1;)
      std::swap(order_[i], order_[below(draws, epoch * sequences_ + i, i + 1)]);
  }

  static constexpr std::uint64_t never = ~std::uint64_t{0};
  batches batches_;
  std::size_t sequences_, size_;
  std::uint32_t seed_;
  std::uint64_t at_ = never, epoch_ = never;
  std::vector<std::size_t> order_, members_;  // (N), (size)
};

}  // namespace detail

}  // namespace lssm
