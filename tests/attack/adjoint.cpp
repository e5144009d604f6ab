// SPDX-License-Identifier: BSD-3-Clause
// The sweep backwards through descents against dual numbers through the same steps, direction by direction.
#include <doctest/doctest.h>

#include <lssm/attack/adjoint.hpp>
#include <lssm/lssm.hpp>
#include <lssm/train/normalized_descent.hpp>

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
