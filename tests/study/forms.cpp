// SPDX-License-Identifier: BSD-3-Clause
// The list of forms is open: one's own stands first, and is what runs, lanes and pools train.
#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

using namespace lssm;

namespace {

struct doubled_form {  // twice the squared loss, of models that no other form is asked about then
  template <class M, class L>
  static constexpr bool fits = gram_form::fits<M, L>;
  template <class T, Model M, integer Kappa>
  struct doubled : gram_objective<T, M, Kappa> {
    using gram_objective<T, M, Kappa>::gram_objective;
    T value_and_gradient(std::span<const T> theta, std::span<T> d, gram_evaluation<T, M, Kappa>& at) const {
      const T loss = gram_objective<T, M, Kappa>::value_and_gradient(theta, d, at);
      for (T& x : d) x = x + x;
      return loss + loss;
    }
  };
  template <class T, class M, integer Kappa, class L>
  using objective = doubled<T, M, Kappa>;
};
template <class Forms>
using by_form =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                    squared_error, descent<gradient_descent, unconstrained, first_of<step_limit>>, near_zero,
                    numpy_stream, Forms>;
}  // namespace

TEST_CASE("a form of one's own stands first, in runs and lanes; twice the loss is half the rate") {
  using mine = by_form<forms<doubled_form, gram_form, raw_form>>;
  by_form<known_forms> usual{.training = {.rate = 0.0625, .stop = {step_limit{40}}}};
  mine other{.training = usual.training};
  other.training.rate = usual.training.rate / 2;
  const auto expected = run<double>(usual, 3);
  const auto got = run<double>(other, 3);
  // To rounding: the known form takes the steps of kernel/gram/step.hpp.
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(std::abs(got.student.system.a[j] - expected.student.system.a[j]) < 1e3 * epsilon_of<double>);
    CHECK(std::abs(got.student.system.c[j] - expected.student.system.c[j]) < 1e3 * epsilon_of<double>);
  }
  CHECK(std::abs(got.at_end.loss - 2 * expected.at_end.loss) < 1e3 * epsilon_of<double>);
  auto bound = bind<double>(usual, 3);
  auto general = bound.training();
  while (general.running()) general.step_as_lanes();
  CHECK(
      std::equal(got.student.system.a.begin(), got.student.system.a.end(), general.here().system.a.begin()));
  CHECK(got.at_end.loss == 2 * general.now().loss);
  const std::vector<mine> studies(1, other);
  const std::vector<std::uint32_t> seeds(1, 3);
  const auto lanes = run<pack<double>>(std::span<const mine>(studies), std::span<const std::uint32_t>(seeds));
  CHECK(lanes[0].student.system.a == got.student.system.a);
  using layers = deep<ssm<real_diagonal<3>>, tanh_layer, ssm<real_diagonal<3>>, last_output>;
  using behind = with_network<ssm<real_diagonal<3>>, sequential<dense<1>, tanh_layer, dense<1>>>;
  static_assert(std::is_same_v<objective<double, layers, 7, squared_error, forms<network_form, layers_form>>,
                               deep_objective<double, layers, 7, squared_error>>);
  static_assert(std::is_same_v<objective<double, behind, 7, squared_error, forms<raw_form, network_form>>,
                               network_objective<double, behind, 7, squared_error>>);
  static_assert(
      std::is_same_v<objective<double, ssm<real_diagonal<>>, 7, squared_error, forms<raw_form, gram_form>>,
                     raw_objective<double, ssm<real_diagonal<>>, 7, squared_error>>);
}
