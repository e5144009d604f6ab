// SPDX-License-Identifier: BSD-3-Clause
// Gradient flows, with their methods and charts.
#include "kinds.hpp"

namespace random_studies {

void add_flows(std::vector<kind>& all) {
  using explicit_flow = gradient_flow<dormand_prince>;
  using timed = gradient_flow<rosenbrock, plain, first_of<time_horizon, step_limit>>;
  all.push_back({"double <3, 5>, flow of A, leading and single",
                 check<double, diagonal<gradient_flow<>, learn<state_matrix>>::single, 3, 5>});
  all.push_back({"double, explicit flow, clean", check<double, diagonal<explicit_flow>::clean>});
  all.push_back({"double, plain flow of a quartic loss, noisy",
                 check<double, diagonal<timed, learn_all, quartic>::noisy>});
  all.push_back({"long double, flow, clean", check<long double, diagonal<gradient_flow<>>::clean>});
}

}  // namespace random_studies
