// SPDX-License-Identifier: BSD-3-Clause
// One rate for all parameters from the norm of the gradient.
#include "kinds.hpp"

namespace random_studies {

void add_adaptive(std::vector<kind>& all) {
  using warm = descent<group_rmsprop<diagonal_norm>, unconstrained, until, warm_up<cosine>>;
  all.push_back({"double <4, 5>, adaptive rate of A, leading and single",
                 check<double, diagonal<descent<adaptive_rate<>>, learn<state_matrix>>::single, 4, 5>});
  all.push_back({"float, adaptive rate, B = C fixed, clean",
                 check<float, diagonal<descent<adaptive_rate<>, fixed_input_output>>::clean>});
  all.push_back({"double <3, 4, two inputs>, group rmsprop, warm up and cosine, clean",
                 check<double, diagonal<warm, learn_all, squared_error, 2>::clean, 3, 4>});
  all.push_back({"double, group rmsprop of the full norm, stored in float, noisy",
                 check<double, diagonal<descent<group_rmsprop<full_matrix_norm>, stored_in_float>>::noisy>});
}

}  // namespace random_studies
