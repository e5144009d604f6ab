// SPDX-License-Identifier: BSD-3-Clause
// Momentum, schedules, factors of the rate, a bound on A; two inputs.
#include "kinds.hpp"

namespace random_studies {

void add_momentum(std::vector<kind>& all) {
  using bounded = descent<heavy_ball, bounded_state_matrix>;
  using decaying = descent<nesterov, unconstrained, until, step_decay, unclipped, rate_per_matrix>;
  all.push_back({"double <3, 6, two inputs>, heavy ball, |a| bounded, noisy",
                 check<double, diagonal<bounded, learn_all, squared_error, 2>::noisy, 3, 6>});
  all.push_back({"double, nesterov, step decay, rates per matrix, leading and single",
                 check<double, diagonal<decaying, learn<output_matrix, state_matrix>>::single>});
  all.push_back({"long double, heavy ball, clean", check<long double, diagonal<descent<heavy_ball>>::clean>});
  all.push_back({"float <5, 4>, nesterov, trailing in float",
                 check<float, diagonal<descent<nesterov>>::in_float, 5, 4>});
}

}  // namespace random_studies
