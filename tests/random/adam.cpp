// SPDX-License-Identifier: BSD-3-Clause
// Rules that divide each entry by the size of its recent gradients.
#include "kinds.hpp"

namespace random_studies {

void add_adam(std::vector<kind>& all) {
  using patient = first_of<patience, divergence, target_loss, step_limit>;
  using everything = descent<adam, unconstrained, patient, cosine, clip_norm>;
  using clipped = descent<rmsprop, unconstrained, until, constant_rate, clip_entries, rate_per_entry>;
  all.push_back(
      {"double, adam, cosine, clipped norm, patience, clean", check<double, diagonal<everything>::clean>});
  all.push_back({"float <3, 7>, adam, noisy", check<float, diagonal<descent<adam>>::noisy, 3, 7>});
  all.push_back(
      {"double <2, 6>, adamw, A through exp(-exp), clean",
       check<double,
             diagonal<descent<adamw>, learn<through<state_matrix, exp_of_minus_exp>, output_matrix>>::clean,
             2, 6>});
  all.push_back({"float, keras adam, two inputs, leading and single",
                 check<float, diagonal<descent<keras_adam>, learn_all, squared_error, 2>::single>});
  all.push_back({"double <5, 3>, rmsprop, clipped entries, rates per entry, in float",
                 check<double, diagonal<clipped>::in_float, 5, 3>});
}

}  // namespace random_studies
