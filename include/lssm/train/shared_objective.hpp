// SPDX-License-Identifier: BSD-3-Clause
// The objective of a training: constant, shared with other trainings and threads, and never changed by them. Its owner may
// put another one of the same size in its place between two steps, as bound_study::rebuild() does.
//
//   remember()     the training has evaluated the objective as it is
//   changed()      whether it has become another one since: then the training evaluates that one at its own point
//
// An objective of one's own that may be replaced has a member `changes()`, a number that every change raises.
#pragma once

#include <cstdint>
#include <string>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm::detail {

/// A pointer to an objective that tells whether it has been replaced.
template <class Objective>
class shared_objective {
 public:
  explicit shared_objective(const Objective& objective)
      : objective_(&objective), parameters_(objective.parameters()), length_(length_of(objective)) {
    remember();
  }

  const Objective& operator*() const { return *objective_; }
  const Objective* operator->() const { return objective_; }

  void remember() { seen_ = changes(); }
  bool changed() const {
    if (seen_ == changes()) return false;
    check_size();
    return true;
  }
  /// Throws bad_argument where the objective is now one of another size, with which a training cannot go on.
  void check_size() const {
    if (objective_->parameters() != parameters_)
      refuse("training", "the objective", "of " + to_text(parameters_) + " parameters, as at the start",
             objective_->parameters());
    if (length_of(*objective_) != length_)
      refuse("training", "the objective", "of length " + to_text(length_) + ", as at the start",
             length_of(*objective_));
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

  const Objective* objective_;
  integer parameters_, length_;
  std::uint64_t seen_ = 0;
};

}  // namespace lssm::detail
