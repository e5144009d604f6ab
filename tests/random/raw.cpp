// SPDX-License-Identifier: BSD-3-Clause
// Losses that visit every sequence.
#include "kinds.hpp"

namespace random_studies {

void add_raw(std::vector<kind>& all) {
  all.push_back({"double <3, 5>, absolute error, adam, clean",
                 check<double, diagonal<descent<adam>, learn_all, absolute_error>::clean, 3, 5>});
  all.push_back({"float, binary cross-entropy, heavy ball, noisy",
                 check<float, diagonal<descent<heavy_ball>, learn_all, binary_cross_entropy>::noisy>});
  all.push_back({"double <2, 4, two inputs>, quartic, plain steps, clean",
                 check<double, diagonal<plain_steps, learn_all, quartic, 2>::clean, 2, 4>});
  all.push_back({"double, squared in raw form, adaptive rate, leading and single",
                 check<double, diagonal<descent<adaptive_rate<>>, learn_all, unmarked>::single>});
}

}  // namespace random_studies
