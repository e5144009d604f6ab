// SPDX-License-Identifier: BSD-3-Clause
// The sweep backwards through descents against dual numbers through the same steps, direction by direction.
#include <doctest/doctest.h>

#include <lssm/attack/adjoint.hpp>
#include <lssm/lssm.hpp>
#include <lssm/train/normalized_descent.hpp>
#include <lssm/train/schedule.hpp>

using namespace lssm;

/// A rule of one's own: twice the gradient.
struct doubled {
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    state(std::span<const doubled>, const Objective&) {}
    static constexpr auto parts(auto&) { return std::tuple<>(); }
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      for (T& x : u) x = x + x;
      return rate;
    }
  };
  friend constexpr bool operator==(doubled, doubled) { return true; }
};
template <>
struct lssm::rule_adjoint<doubled> {
  template <class Objective>
  struct of {
    explicit of(const Objective&) {}
    void replay(const auto&, adjoint_step<Objective>& step) {
      for (std::size_t i = 0; i < step.u.size(); ++i) step.u[i] = step.gradient[i] + step.gradient[i];
    }
    void pull_back(const auto&, adjoint_step<Objective>& step) {
      for (auto& x : step.u) x = x + x;
      step.rate_bar = step.taken_bar;
    }
  };
};

static_assert(FinalMeasure<largest_error, double> && FinalMeasure<validation_loss, dual<double>>);
static_assert(!FinalMeasure<int, double>);

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

TEST_CASE("rate, weights and G: their own duals, differences, and what they say of the inputs") {
  const auto study = study_with(steps_of<adam>{.rate = 0.01, .stop = {.steps = 50}});
  const largest_error measure{.horizon = 12};
  const auto bound = bind<double>(study, 7);
  const auto d = adjoint_of_training(bound, measure);
  for (std::size_t n = 0; n < d.weights.size(); ++n) {
    const auto scaled = moved(study, measure, [n](auto& b) {
      for (std::size_t i = 5 * n; i < 5 * n + 5; ++i) b.data.x[i] = b.data.x[i] * dual<double>(1, 0.5);
      b.relabel();
    });
    CHECK(std::abs(d.weights[n] - scaled.e) <= 1e-10 * (size_of(d.weights) + d.value));
    for (std::size_t k = 0; k < 5; ++k) {
      double sum = 0;
      for (std::size_t l = 0; l < 5; ++l) sum += d.gram[k * 5 + l] * bound.data.x[n * 5 + 4 - l];
      CHECK(d.inputs[n * 5 + 4 - k] == doctest::Approx(2 * sum / 7).epsilon(1e-10));
    }
  }
  const auto at_rate = [&](double rate) {
    auto other = study;
    other.training.rate = rate;
    return moved(other, measure, [](auto&) {}).v;
  };
  const double h = 1e-5, slope = (8 * (at_rate(0.01 + h) - at_rate(0.01 - h)) -
                                  (at_rate(0.01 + 2 * h) - at_rate(0.01 - 2 * h))) /
                                 (12 * h);
  CHECK(d.rate == doctest::Approx(slope).epsilon(1e-7));
}

TEST_CASE_TEMPLATE("steps stored in parts give the same bits", Rule, gradient_descent, adaptive_rate<>) {
  const auto bound = bind<double>(study_with(steps_of<Rule>{.rate = 0.01, .stop = {.steps = 40}}), 7);
  const largest_error measure{.horizon = 12};
  const auto whole = adjoint_of_training(bound, measure);
  for (const integer stored : {1, 7, 39, 40, 41}) {
    const auto parts = adjoint_of_training(bound, measure, {.stored = stored});
    CHECK(parts.value == whole.value);
    CHECK(parts.inputs == whole.inputs);
    CHECK(parts.theta == whole.theta);
    CHECK(parts.rate == whole.rate);
    CHECK(parts.steps == 40);
  }
  CHECK_THROWS_AS(adjoint_of_training(bound, measure, {.stored = 0}), bad_argument);
  CHECK_THROWS_AS(adjoint_of_training(bound, largest_error{.horizon = 0}), bad_argument);
}

TEST_CASE("labels that no response fits, a measure on sequences, and no steps at all") {
  using training = steps_of<nesterov>;
  using noisy =
      teacher_student<ssm<real_diagonal<4>, learn_all>, theorem1_teacher<4>,
                      label_noise<training_set<5, gaussian<leading<5>>>>, squared_error, training, near_zero>;
  noisy study;
  study.data.set.sequences.count = 9;
  study.data.deviation = 0.1;
  study.training = {.rate = 0.01, .stop = {.steps = 50}};
  study.start = {.state_deviation = 0.4, .io_deviation = 0.5};
  const validation_loss measure{.x = {1, 0, 2, -1, 0.5, 0.25, 1, 1}, .kappa = 4};
  const auto bound = bind<double>(study, 7);
  const auto d = adjoint_of_training(bound, measure);
  CHECK(d.inputs.empty());  // nobody labels anew
  for (std::size_t i = 0; i < d.inputs_alone.size(); i += 4) {
    const auto alone = moved(study, measure, [i](auto& b) {
      b.data.x[i].e = 1;
      b.rebuild();
    });
    CHECK(std::abs(d.inputs_alone[i] - alone.e) <= 1e-10 * (size_of(d.inputs_alone) + d.value));
  }
  for (std::size_t n = 0; n < d.weights.size(); ++n) {
    const auto scaled = moved(study, measure, [n](auto& b) {
      const dual<double> root(1, 0.5);
      for (std::size_t i = 5 * n; i < 5 * n + 5; ++i) b.data.x[i] = b.data.x[i] * root;
      b.data.y[n] = b.data.y[n] * root;
      b.rebuild();
    });
    CHECK(std::abs(d.weights[n] - scaled.e) <= 1e-10 * (size_of(d.weights) + d.value));
  }
  study.training.stop.steps = 0;
  const auto none = adjoint_of_training(bind<double>(study, 7), measure);
  CHECK(none.steps == 0);
  CHECK(size_of(none.inputs_alone) == 0);
  CHECK(size_of(none.theta) > 0);
}

TEST_CASE("where a training does not stay finite there is no derivative") {
  const auto bound =
      bind<double>(study_with(steps_of<gradient_descent>{.rate = 1e6, .stop = {.steps = 40}}), 7);
  const auto d = adjoint_of_training(bound, largest_error{.horizon = 12});
  CHECK(d.status == status::not_finite);
  CHECK(std::isnan(d.rate));
  for (const double x : d.inputs) CHECK(std::isnan(x));
}

TEST_CASE("two inputs and two outputs, labels of every step") {
  using structure = real_diagonal<3, 2, 2>;
  using training = steps_of<adaptive_rate<diagonal_norm>, bounded_state_matrix>;
  using study_type =
      teacher_student<ssm<structure, learn_all>, every_step<given<structure>>,
                      training_set<4, gaussian<leading<3>>, 2>, squared_error, training, near_zero>;
  study_type study;
  study.data.sequences.count = 5;
  auto& s = study.teacher.values;
  s.a = {0.9, 0.5, -0.3};
  s.b = {1, 0.2, -0.4, 1, 0.3, 0.7};
  s.c = {1, 0.5, 0.2, -0.3, 1, 0.6};
  study.training = {.rate = 0.02, .stop = {.steps = 60}};
  study.training.constraint.bound = 0.5;
  study.start = {.state_deviation = 0.4, .io_deviation = 0.5};
  const response_distance measure{.horizon = 9};
  const auto d = adjoint_of_training(bind<double>(study, 3), measure);
  const auto of = [&](const auto& edit) {
    using D = dual<double>;
    auto b = bind<D>(study, 3);
    edit(b);
    auto training_of_duals = b.training();
    while (training_of_duals.running()) training_of_duals.step();
    std::vector<D> h(36), h_star(36), g(36);
    structure::impulse_response(training_of_duals.here().system, std::span<D>(h));
    b.teacher.impulse_response(std::span<D>(h_star));
    return measure.value_and_cotangent(view<D>(h), view<D>(h_star), std::span<D>(g)).e;
  };
  const auto near = [](double x, double y, const std::vector<double>& all) {
    CHECK(std::abs(x - y) <= 1e-10 * (size_of(all) + 1));
  };
  for (std::size_t i = 0; i < d.inputs.size(); i += 3) {
    near(d.inputs[i], of([i](auto& b) {
           b.data.x[i].e = 1;
           b.relabel();
         }),
         d.inputs);
    near(d.inputs_alone[i], of([i](auto& b) {
           b.data.x[i].e = 1;
           b.rebuild();
         }),
         d.inputs_alone);
  }
  for (std::size_t n = 0; n < d.labels.size(); n += 5)
    near(d.labels[n], of([n](auto& b) {
           b.data.y[n].e = 1;
           b.rebuild();
         }),
         d.labels);
}

TEST_CASE("a rule of one's own is swept back by its rule_adjoint") {
  check_against_duals(study_with(steps_of<doubled>{.rate = 0.01, .stop = {.steps = 60}}),
                      largest_error{.horizon = 12});
}

TEST_CASE_TEMPLATE("a distance of responses and its slope know no scale", T, float, double) {
  const std::vector<T> h{T(1), T(0.5), T(-2)}, h_star{T(0.5), T(1), T(1)};
  const auto at = [&](int power) {
    std::vector<T> x, y, g(3);
    for (const T& v : h) x.push_back(std::scalbn(v, power));
    for (const T& v : h_star) y.push_back(std::scalbn(v, power));
    const T value =
        response_distance{.horizon = 3}.value_and_cotangent(view<T>(x), view<T>(y), std::span<T>(g));
    return std::pair(value, std::scalbn(g[2], power));
  };
  const auto [value, slope] = at(0);
  CHECK(value == doctest::Approx(std::sqrt(9.5 / 2.25)));
  const int last = std::numeric_limits<T>::max_exponent - 6;
  for (const int power : {-last, -last * 2 / 3, last * 2 / 3, last}) {
    CHECK(at(power).first == doctest::Approx(value).epsilon(1e-6));
    CHECK(at(power).second == doctest::Approx(slope).epsilon(1e-6));
  }
}

TEST_CASE("measures refuse what they cannot take") {
  CHECK_THROWS_AS(response_distance{.horizon = 0}.validate(), bad_argument);
  CHECK_THROWS_AS(validation_loss{}.validate(), bad_argument);
  CHECK_THROWS_AS((validation_loss{.x = {1, 2, 3}, .kappa = 2}.validate()), bad_argument);
}
