// SPDX-License-Identifier: BSD-3-Clause
// The objective of a training, which others may use as well: another training, the user between two steps, an observer.
//
//   remember()     the training has evaluated the objective where it needs it
//   disturbed()    whether somebody has evaluated or changed it since: then the training evaluates it anew at its own point
//
// An objective of one's own takes part if it has a member `changes()`, a number that every evaluation and every change
// raises, as those of this library; without it the objective belongs to one training.
#pragma once

#include <cstdint>
#include <string>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm::detail {

/// A pointer to an objective that tells whether it stands where its training left it.
template <class Objective>
class shared_objective {
 public:
  explicit shared_objective(Objective& objective)
      : objective_(&objective), parameters_(objective.parameters()), length_(length_of(objective)) {
    remember();
  }

  Objective& operator*() const { return *objective_; }
  Objective* operator->() const { return objective_; }

  void remember() { seen_ = changes(); }
  bool disturbed() const {
    if (seen_ == changes()) return false;
    check_size();
    return true;
  }
  /// Throws bad_argument where the objective is now one of another size, with which a training cannot go on.
  void check_size() const {
    require(objective_->parameters() == parameters_, "training", "the objective",
            "of " + std::to_string(parameters_) + " parameters, as at the start", objective_->parameters());
    require(length_of(*objective_) == length_, "training", "the objective",
            "of length " + std::to_string(length_) + ", as at the start", length_of(*objective_));
  }

 private:
  static integer length_of(const Objective& objective) {
    if constexpr (requires { objective.kappa(); }) {
      return objective.kappa();
    } else {
      return 0;
    }
  }
  std::uint64_t changes() const {
    if constexpr (requires { objective_->changes(); }) {
      return objective_->changes();
    } else {
      return 0;
    }
  }

  Objective* objective_;
  integer parameters_, length_;
  std::uint64_t seen_ = 0;
};

}  // namespace lssm::detail
