// SPDX-License-Identifier: BSD-3-Clause
// Gradient descent with nothing else in a step, sizes at run time: steps whose losses nobody computes.
#include "kinds.hpp"

namespace random_studies {

void add_unseen_steps(std::vector<kind>& all) {
  all.push_back({"double, plain steps, noisy", check<double, diagonal<plain_steps>::noisy>});
  all.push_back({"float, plain steps, clean", check<float, diagonal<plain_steps>::clean>});
}

}  // namespace random_studies
