// SPDX-License-Identifier: BSD-3-Clause
// What the authors' programs log of a training, for the tests of the published runs.
#pragma once

#include <algorithm>
#include <lssm/all.hpp>
#include <vector>

namespace published_runs {

using namespace lssm;

/// The last but one entry, or the last two.
struct last_entries {
  bool two = false;
  constexpr bool contains(integer k, integer kappa) const {
    return k == kappa - 2 || (two && k == kappa - 1);
  }
  static constexpr bool fits(integer kappa) { return kappa >= 2; }
};

struct logged {
  double steps = 0, loss = 0, error = 0, effective_rank = 0;
  std::vector<double> eigenvalues, gamma;
};
struct watched {
  double loss_before = 0, steps_to_target = -1;
  status ended = status::running;
  std::vector<logged> first_phase;  // after 1, 101, 201, ... steps
  logged last;

  const logged& after(double steps) const {
    return *std::find_if(first_phase.begin(), first_phase.end(),
                         [=](const logged& l) { return l.steps == steps; });
  }
};

/// Trains to the end, and logs every hundredth step of each phase, from its first on; error(point) is the generalization
/// error there.
template <class Training, class Error>
watched watch(Training& training, Error error) {
  using T = typename Training::T;
  watched out;
  drive(training, [&](auto& run) {
    const double steps = value_of(run.now().phase_steps());
    if (run.now().steps == T(0)) out.loss_before = value_of(run.here().loss);
    if (steps < 1 || static_cast<integer>(steps) % 100 != 1) return;
    const auto point = run.here();
    logged now{value_of(run.now().steps), value_of(point.loss), value_of(error(point)), 0, {}, {}};
    const auto magnitudes = eigenvalue_magnitudes<T>(view<T>(point.system.a));
    now.effective_rank = value_of(effective_rank<T>(view<T>(magnitudes)));
    for (const T& m : magnitudes) now.eigenvalues.push_back(value_of(m));
    for (const T& g : gamma_coefficients<T>(point.cotangent)) now.gamma.push_back(value_of(g));
    if (run.now().target_steps < T(0)) out.first_phase.push_back(now);
    out.last = now;
  });
  out.steps_to_target = value_of(training.now().target_steps);
  out.ended = training.lane_status(0);
  return out;
}

}  // namespace published_runs
