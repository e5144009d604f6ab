// SPDX-License-Identifier: BSD-3-Clause
// A form of the objective of one's own (docs/objective.md): the squared loss plus a ridge, λ |θ|².
#include <iostream>
#include <lssm/lssm.hpp>
#include <numeric>
using namespace lssm;

template <class T, Model M, integer Kappa>
struct ridge : gram_objective<T, M, Kappa> {
  using gram = gram_objective<T, M, Kappa>;
  using gram::gram;
  static constexpr bool curved = false;  // the Hessian would lack 2 λ
  static constexpr double lambda = 0.01;

  using at_type = typename gram::evaluation_type;
  T value(std::span<const T> theta, at_type& at) const { return gram::value(theta, at) + penalty(theta); }
  T value_and_gradient(std::span<const T> theta, std::span<T> d, at_type& at) const {
    const T loss = gram::value_and_gradient(theta, d, at);
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = d[i] + T(2 * lambda) * theta[i];
    return loss + penalty(theta);
  }
  static T penalty(std::span<const T> theta) {
    return T(lambda) * std::inner_product(theta.begin(), theta.end(), theta.begin(), T(0));
  }
};
struct ridge_form {
  template <class M, class L>
  static constexpr bool fits = gram_form::fits<M, L>;
  template <class T, class M, integer Kappa, class L>
  using objective = ridge<T, M, Kappa>;
};

template <class Forms>
using study =
    teacher_student<ssm<real_diagonal<4>>, theorem1_teacher<4>, training_set<6, gaussian<everywhere>>,
                    squared_error, descent<adam, unconstrained, first_of<step_limit>>, near_zero,
                    numpy_stream, Forms>;

int main() {
  const study<known_forms> plain{.data = {.sequences = {.count = 12}},
                                 .training = {.rate = 0.01, .stop = {step_limit{5000}}}};
  const study<forms<ridge_form, gram_form>> penalized{.data = plain.data, .training = plain.training};
  std::cout << "generalization error " << run<double>(plain, 3).generalization(40) << ", with the ridge "
            << run<double>(penalized, 3).generalization(40) << '\n';
}
