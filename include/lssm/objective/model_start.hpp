// SPDX-License-Identifier: BSD-3-Clause
// The system that a training starts from: θ where it begins, and what θ does not move.
#pragma once

#include <cstdint>

#include "../core/error.hpp"
#include "../ssm/ssm.hpp"
#include "change_count.hpp"

namespace lssm {

/// What every objective of a model has: its start, and a number of changes.
template <class T, class M>
class model_start {
 public:
  using scalar = T;
  using model = M;
  using system_type = typename M::template system<T>;
  using theta_type = typename M::template theta<T>;

  model_start() = default;
  explicit model_start(const system_type& start) : start_(start) {}

  const system_type& start_system() const { return start_; }
  integer parameters() const { return M::learned::count(start_); }
  /// θ at the start (n).
  theta_type theta() const {
    auto t = zeros<T>(extent<M::known_parameters>(parameters()));
    M::learned::from_system(start_, std::span<T>(t));
    return t;
  }
  /// The start with its learned entries at θ.
  system_type system_at(std::span<const T> theta) const {
    require_length("theta", theta.size());
    system_type s = start_;
    M::learned::to_system(theta, s);
    return s;
  }
  /// A number that every change of the objective raises; evaluations do not change it.
  std::uint64_t changes() const { return changes_.number(); }

 protected:
  /// Refuses θ or dθ of another length than the model's.
  void require_length(const char* what, std::size_t given) const {
    if (static_cast<integer>(given) != parameters()) [[unlikely]]
      refuse("objective", what, "of " + to_text(parameters()) + " numbers", given);
  }
  system_type& start() { return start_; }
  const system_type& start() const { return start_; }
  void count_change() { changes_.next(); }

 private:
  system_type start_{};
  detail::change_count changes_;
};

}  // namespace lssm
