// SPDX-License-Identifier: BSD-3-Clause
// One gradient in four ways: as a study's objective gives it, as a descent uses it, as dual numbers through the definition
// of the loss give it, and through time, sequence by sequence. With base and special sequences, clean and noisy labels.
#include <lssm/data.hpp>
#include <lssm/init.hpp>
#include <lssm/poison.hpp>
#include <lssm/study/bind.hpp>

#include "problems.hpp"

using namespace lssm;

namespace {

using exp_a = through<state_matrix, exp_of_minus_exp>;
using exp_b = through<input_matrix, exponential>;
using exp_c = through<output_matrix, exponential>;

template <integer Kappa>
using clean = inject<training_set<Kappa, gaussian<leading<>>>, gaussian<trailing<2>>, unit<at<-2>>>;
template <integer Kappa>
using noisy = label_noise<clean<Kappa>>;

/// dL/dθ through time: the recurrence forward, its adjoint backward, one sequence after the other.
template <class Study, class T>
std::vector<T> through_time(const bound_study<T, Study>& bound, const auto& theta) {
  using model = decltype(Study::student);
  using structure = typename model::structure_type;
  auto s = bound.objective.start_system(), total = bound.study.student.structure.template make<T>(),
       one = total;
  model::learned::template to_system<T>(view<T>(theta), s);
  const auto kappa = static_cast<std::size_t>(bound.data.kappa);
  std::vector<T> y(kappa), dy(kappa, T(0)), dx(kappa), work((kappa + 1) * s.a.size()), gradient(theta.size());
  const bound_system<T, structure> student{s};
  const auto add = [](auto& to, const auto& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = to[i] + from[i];
  };
  for (integer n = 0; n < bound.data.sequences(); ++n) {
    student.sequence(bound.data.input(n), std::span<T>(y));
    dy.back() = bound.study.loss.derivative(y.back(), bound.data.y[static_cast<std::size_t>(n)]) /
                T(static_cast<double>(bound.data.sequences()));
    structure::template pullback_sequence<T>(s, bound.data.input(n), view<T>(dy), one, std::span<T>(dx),
                                             std::span<T>(work));
    add(total.a, one.a);
    add(total.b, one.b);
    add(total.c, one.c);
  }
  model::learned::template pullback<T>(view<T>(theta), total, std::span<T>(gradient));
  return gradient;
}

template <class T, class Learn, class Data, class Loss, integer D, integer Kappa>
void gradients_agree() {
  using training = descent<>;
  using study = teacher_student<ssm<real_diagonal<D>, Learn>, given<real_diagonal<2>>, Data, Loss, training,
                                given_start>;
  study s{.student = {.structure = {.states = 3}},
          .teacher = {.values = {{0.9, -0.4}, {1, 0.5}, {1, 1}}},
          .training = {.rate = 0.0625},
          .start = {.a = {0.7, 0.45, 0.6}, .b = {0.5, 0.9, 0.4}, .c = {0.8, 0.3, 0.6}}};
  if constexpr (requires { s.data.deviation; }) s.data.deviation = 0.1;
  auto* set = [&] {
    if constexpr (Data::clean_labels) {
      return &s.data;
    } else {
      return &s.data.set;
    }
  }();
  set->set.length = 6;
  set->set.sequences.count = 5;
  set->set.sequences.support.entries = 4;
  std::get<0>(set->special).count = 2;

  const auto bound = bind<T>(s, 8);
  CHECK(bound.data.sequences() == 8);
  const auto theta = bound.theta;
  auto gradient = theta;
  tests::standing f(bound.objective);
  f.value_and_gradient(view<T>(theta), std::span<T>(gradient));

  const auto start = bound.objective.start_system();
  const auto expected = problems::gradient_at(s.student, start, theta, bound.data, s.loss);
  const auto backward = through_time<study, T>(bound, theta);
  double size = 30;
  for (const auto& g : expected) size = std::max(size, 10 * reference::magnitude(g));
  for (std::size_t i = 0; i < theta.size(); ++i) {
    CHECK(reference::epsilons(gradient[i], expected[i], size) < 4);
    CHECK(reference::epsilons(backward[i], expected[i], size) < 4);
  }

  auto running = bound.training();
  const std::vector<T> before(running.theta().begin(), running.theta().end());
  if (before != std::vector<T>(theta.begin(), theta.end()))  // coordinates may lose a rounding on the way
    f.value_and_gradient(view<T>(before), std::span<T>(gradient));
  running.step_as_lanes();  // the general path, whose sums these are
  for (std::size_t i = 0; i < theta.size(); ++i)
    CHECK(running.theta()[i] == mul_add(T(-0.0625), gradient[i], before[i]));
}

}  // namespace

TEST_CASE("squared errors: subsets of what is learned, clean and noisy labels") {
  gradients_agree<double, learn<state_matrix>, clean<6>, squared_error, 3, 6>();
  gradients_agree<double, learn<output_matrix, state_matrix>, noisy<6>, squared_error, 3, 6>();
  gradients_agree<double, learn_all, clean<6>, squared_error, 3, 6>();
  gradients_agree<double, learn_all, noisy<6>, squared_error, 3, 6>();
}

TEST_CASE("squared errors: other coordinates, other scalars, sizes at run time") {
  gradients_agree<double, learn<exp_b, output_matrix, exp_a>, noisy<6>, squared_error, 3, 6>();
  gradients_agree<double, learn<exp_a, exp_c>, clean<dynamic>, squared_error, dynamic, dynamic>();
  gradients_agree<float, learn_all, noisy<dynamic>, squared_error, dynamic, dynamic>();
}

TEST_CASE("a loss of one's own: the same in raw form") {
  gradients_agree<double, learn_all, noisy<6>, problems::quartic, 3, 6>();
  gradients_agree<double, learn<exp_a, input_matrix>, clean<dynamic>, problems::quartic, dynamic, dynamic>();
  gradients_agree<float, learn<state_matrix>, clean<6>, problems::quartic, 3, 6>();
}
