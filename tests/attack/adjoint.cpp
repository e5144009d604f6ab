// SPDX-License-Identifier: BSD-3-Clause
// The sweep backwards through descents against dual numbers through the same steps, direction by direction.
#include <doctest/doctest.h>

#include <lssm/attack/adjoint.hpp>
#include <lssm/lssm.hpp>
#include <lssm/train/normalized_descent.hpp>
#include <lssm/train/schedule.hpp>

using namespace lssm;

namespace {

template <class Rule, class Constraint = unconstrained, class Clipping = unclipped, class Rates = same_rate,
          class Schedule = constant_rate>
using steps_of = descent<Rule, Constraint, step_limit, Schedule, Clipping, Rates>;

template <class Training, class Structure = real_diagonal<4>>
using study_of = teacher_student<ssm<Structure, learn_all>, theorem1_teacher<4>,
                                 inject<training_set<5, gaussian<leading<4>>>, unit<at<4>>>, squared_error,
                                 Training, near_zero>;

template <class Training>
study_of<Training> study_with(Training training) {
  study_of<Training> study;
  study.data.set.sequences.count = 6;
  study.training = training;
  study.start = {.state_deviation = 0.4, .io_deviation = 0.5};
  return study;
}

/// The measure after training where `edit` has moved the bound study along a direction.
template <class Study, class Measure, class Edit>
dual<double> moved(const Study& study, const Measure& measure, const Edit& edit) {
  using D = dual<double>;
  auto bound = bind<D>(study, 7);
  edit(bound);
  auto training = bound.training();
  while (training.running()) training.step();
  using structure = typename decltype(Study::student)::structure_type;
  std::vector<D> h(static_cast<std::size_t>(measure.steps())), h_star(h), g(h);
  structure::impulse_response(training.here().system, std::span<D>(h));
  bound.teacher.impulse_response(std::span<D>(h_star));
  return measure.value_and_cotangent(view<D>(h), view<D>(h_star), std::span<D>(g));
}

double size_of(const std::vector<double>& x) {
  double most = 0;
  for (const double v : x) most = std::max(most, std::abs(v));
  return most;
}

template <class Study, class Measure>
void check_against_duals(const Study& study, const Measure& measure, adjoint_options options = {}) {
  const auto bound = bind<double>(study, 7);
  const auto d = adjoint_of_training(bound, measure, options);
  CHECK(d.status == status::step_limit);
  const auto near = [&](double x, double y, const std::vector<double>& all) {
    CHECK(std::abs(x - y) <= 1e-10 * (size_of(all) + std::abs(d.value)));
  };
  for (std::size_t i = 0; i < d.inputs.size(); i += 3) {
    const auto by_teacher = moved(study, measure, [i](auto& b) {
      b.data.x[i].e = 1;
      b.relabel();
    });
    CHECK(d.value == doctest::Approx(by_teacher.v).epsilon(1e-11));
    near(d.inputs[i], by_teacher.e, d.inputs);
    const auto alone = moved(study, measure, [i](auto& b) {
      b.data.x[i].e = 1;
      b.rebuild();
    });
    near(d.inputs_alone[i], alone.e, d.inputs_alone);
  }
  for (std::size_t n = 0; n < d.labels.size(); n += 2)
    near(d.labels[n],
         moved(study, measure,
               [n](auto& b) {
                 b.data.y[n].e = 1;
                 b.rebuild();
               })
             .e,
         d.labels);
  for (std::size_t j = 0; j < d.theta.size(); j += 2)
    near(d.theta[j], moved(study, measure, [j](auto& b) { b.theta[j].e = 1; }).e, d.theta);
}

}  // namespace

TEST_CASE("gradient descent: every derivative is that of dual numbers") {
  check_against_duals(study_with(steps_of<gradient_descent>{.rate = 0.02, .stop = {.steps = 150}}),
                      largest_error{.horizon = 12});
}

namespace {
template <class Rule, class Constraint, class Clipping, class Rates>
struct composed {
  static auto make(double rate) {
    steps_of<Rule, Constraint, Clipping, Rates, cosine> training;
    training.rate = rate;
    training.stop.steps = 60;
    training.schedule.steps = 90;
    if constexpr (requires { training.rule.weight_decay; }) training.rule.weight_decay = 0.02;
    if constexpr (requires { training.constraint.bound; }) training.constraint.bound = 0.45;
    if constexpr (requires { training.constraint.value; }) training.constraint.value = 0.7;
    if constexpr (requires { training.clipping.most; }) training.clipping.most = 0.8;
    if constexpr (requires { training.rates.input; }) training.rates.input = 0.5;
    return training;
  }
};
}  // namespace

TEST_CASE_TEMPLATE("every rule, with constraints, clipping, rates and a schedule", C,
                   composed<heavy_ball, bounded_state_matrix, clip_entries, same_rate>,
                   composed<nesterov, unconstrained, clip_norm, rate_per_matrix>,
                   composed<rmsprop, bounded_state_matrix, unclipped, same_rate>,
                   composed<adam, bounded_state_matrix, clip_norm, rate_per_matrix>,
                   composed<adamw, unconstrained, unclipped, same_rate>,
                   composed<keras_adam, fixed_input_output, unclipped, same_rate>,
                   composed<normalized_descent, bounded_state_matrix, unclipped, same_rate>,
                   composed<decayed<state_role, heavy_ball>, unconstrained, clip_norm, same_rate>,
                   composed<adaptive_rate<>, bounded_state_matrix, unclipped, same_rate>,
                   composed<adaptive_rate<>, fixed_input_output, clip_norm, rate_per_matrix>,
                   composed<adaptive_rate<diagonal_norm>, unconstrained, unclipped, same_rate>,
                   composed<group_rmsprop<full_matrix_norm>, unconstrained, unclipped, same_rate>) {
  check_against_duals(study_with(C::make(0.02)), response_distance{.horizon = 9});
}
