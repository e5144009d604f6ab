// SPDX-License-Identifier: BSD-3-Clause
// Structures and parameter maps of a user.
#include "kinds.hpp"

namespace random_studies {
namespace {

template <class Structure, class Training, template <integer, integer> class Data>
struct own {
  template <integer, integer K>
  using study = teacher_student<ssm<Structure>, teacher<>, Data<K, 1>, squared_error, Training, given_start>;
};

}  // namespace

void add_own(std::vector<kind>& all) {
  all.push_back({"double, complex pairs, heavy ball, clean",
                 check<double, own<rotations, descent<heavy_ball>, listed_pair>::study>});
  all.push_back(
      {"double, full A, adam, noisy", check<double, own<full_matrix, descent<adam>, noisy_pair>::study>});
  all.push_back({"long double, complex pairs, plain steps, clean",
                 check<long double, own<rotations, plain_steps, listed_pair>::study>});
  all.push_back({"double <3, 5>, B tied to C, gradient descent, in float",
                 check<double, diagonal<descent<>, tied>::in_float, 3, 5>});
}

}  // namespace random_studies
