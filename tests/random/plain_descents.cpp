// SPDX-License-Identifier: BSD-3-Clause
// Gradient descent with nothing else in a step, sizes in the type: the kernels that take many steps at once.
#include "kinds.hpp"

namespace random_studies {

void add_plain_descents(std::vector<kind>& all) {
  all.push_back({"float <3, 5>, plain steps, clean", check<float, diagonal<plain_steps>::clean, 3, 5>});
  all.push_back({"double <2, 7>, plain steps of A, leading and single",
                 check<double, diagonal<plain_steps, learn<state_matrix>>::single, 2, 7>});
  all.push_back({"double <4, 12>, plain steps, noisy", check<double, diagonal<plain_steps>::noisy, 4, 12>});
}

}  // namespace random_studies
