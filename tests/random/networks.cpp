// SPDX-License-Identifier: BSD-3-Clause
// A network behind the SSM, and layers in a row.
#include "kinds.hpp"

namespace random_studies {
namespace {

template <class Network, class Training, template <integer, integer> class Data, class Learn = learn_all>
struct behind {
  template <integer D, integer K>
  using study = teacher_student<with_network<ssm<real_diagonal<D>, Learn>, Network>, teacher<>, Data<K, 1>,
                                squared_error, Training, network_start<given_start, scaled_kernels>>;
};
template <class Between, class Loss, template <integer, integer> class Data>
struct in_a_row {
  template <integer D, integer K>
  using study =
      teacher_student<deep<ssm<real_diagonal<D>>, Between, ssm<real_diagonal<D>>, last_output>, teacher<>,
                      Data<K, 1>, Loss, descent<adam>, network_start<given_start, scaled_kernels>>;
};
using rectified = sequential<dense<4, without_bias>, relu, dense<1, without_bias>>;
using bent = sequential<dense<3>, tanh_layer, dense<1>>;

}  // namespace

void add_networks(std::vector<kind>& all) {
  all.push_back({"double <3, 5>, rectified network, adam, clean",
                 check<double, behind<rectified, descent<adam>, listed_pair>::study, 3, 5>});
  all.push_back({"float, network of tanh, heavy ball, noisy",
                 check<float, behind<bent, descent<heavy_ball>, noisy_pair, learn<state_matrix>>::study>});
  all.push_back({"double <2, 4>, two SSMs and tanh, adam, clean",
                 check<double, in_a_row<tanh_layer, squared_error, listed_pair>::study, 2, 4>});
}

}  // namespace random_studies
