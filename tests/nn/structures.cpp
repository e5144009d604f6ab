// SPDX-License-Identifier: BSD-3-Clause
// SSMs of every structure as layers among others: with a recurrence and its adjoint, with one of both, with h alone.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>

#include "../ssm/own.hpp"
#include "../tools/standing.hpp"

using namespace lssm;
using own::complex_modes, own::complex_pairs, own::dense_matrix, own::sampled;

namespace {

using stepped = discretized<real_diagonal<>, zero_order_hold>;

template <class S>
using study_of = teacher_student<deep<ssm<S>, tanh_layer, ssm<S>, last_output>, given<real_diagonal<1>>,
                                 training_set<7, gaussian<everywhere>>, squared_error,
                                 descent<adam, unconstrained, first_of<target_loss, step_limit>>,
                                 network_start<gaussian_start>>;

template <class S>
study_of<S> made() {
  const gaussian_entries io{.mean = 0.5, .deviation = 0.3};
  return {.student = {{ssm<S>{S{2}}, tanh_layer{}, ssm<S>{S{2}}, last_output{}}},
          .teacher = {.values = {{0.7}, {0.8}, {1.2}}},
          .data = {.sequences = {.count = 9}},
          .training = {.stop = {{{.value = 0}, {.steps = 40}}}},
          .start = {.ssm = {.state = {.mean = 0.2, .deviation = 0.4},
                            .input = io,
                            .output = io,
                            .time = gaussian_entries{.mean = -0.5, .deviation = 0.2}}}};
}

template <class S>
void answers_are_compositions() {
  auto bound = bind<double>(made<S>(), 4);
  const auto student = bound.student();
  const auto first = student.template ssm<0>(), second = student.template ssm<2>();
  for (std::size_t n = 0; n < 9; ++n) {
    const auto x = view<double>(bound.data.x).subspan(n * 7, 7);
    std::vector<double> y(7), z(7);
    first.sequence(x, std::span<double>(y));
    for (double& v : y) v = std::tanh(v);
    second.sequence(std::span<const double>(y), std::span<double>(z));
    CHECK(student(x) == doctest::Approx(z.back()).epsilon(1e-12));
  }
}

/// Against the derivative that dual numbers carry through the way there.
template <class S>
void gradient_is_derivative() {
  auto bound = bind<double>(made<S>(), 4);
  auto moving = bind<dual<double>>(made<S>(), 4);
  std::vector<double> gradient(bound.theta.size());
  tests::standing at(bound.objective);
  tests::standing elsewhere(moving.objective);
  const double loss = at.value_and_gradient(view<double>(bound.theta), std::span<double>(gradient));
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    moving.theta[i].e = 1;
    const auto value = elsewhere.value(view<dual<double>>(moving.theta));
    moving.theta[i].e = 0;
    CHECK(value.v == doctest::Approx(loss).epsilon(1e-13));
    CHECK(gradient[i] == doctest::Approx(value.e).epsilon(1e-11).scale(1e-2));
  }
  // Squares by role are all of the gradient.
  double whole = 0, apart = 0;
  each_number([&](const double& g) { whole += g * g; }, std::as_const(at).system_gradient());
  for (double square : at.at.role_squares()) apart += square;
  CHECK(apart == doctest::Approx(whole).epsilon(1e-13));
}

template <class S>
void lanes_are_single_runs() {
  const std::vector<study_of<S>> studies{made<S>()};
  const std::vector<std::uint32_t> seeds{1, 2, 3, 4};
  const auto packed =
      run<pack<double>>(std::span<const study_of<S>>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < packed.size(); ++i) {
    const auto alone = run<double>(studies[0], seeds[i % 4]);
    CHECK(packed[i].at_end.loss == alone.at_end.loss);
    CHECK(alone.at_end.loss > 0);
  }
}

}  // namespace

TEST_CASE_TEMPLATE("layers of any structure", S, real_diagonal<>, dense_matrix<true>, dense_matrix<false>,
                   complex_pairs, complex_modes<>, dense_state<>, sampled, stepped, own::with_gain) {
  if constexpr (std::is_same_v<S, own::with_gain>) static_assert(!HasStateSize<S>);
  answers_are_compositions<S>();
  gradient_is_derivative<S>();
  lanes_are_single_runs<S>();
}
