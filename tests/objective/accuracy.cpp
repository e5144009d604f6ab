// SPDX-License-Identifier: BSD-3-Clause
// Near a minimum the loss keeps its digits: it is a sum of squares of small residuals, not a difference of large terms.
#include "../property.hpp"
#include "problems.hpp"

using namespace lssm;
using problems::labels;

namespace {

using model = ssm<real_diagonal<>, learn<state_matrix>>;
using objective_type = gram_objective<double, model, dynamic>;

/// Labels of a system, and that system moved by `distance`: its loss is about distance².
struct near_minimum {
  labelled<double> data;
  real_diagonal<>::parameters<double> system;

  near_minimum(reference::numbers& draw, double distance) {
    system = systems::random_system<double>(real_diagonal<>{5}, draw, reference::regime::generic);
    data = problems::random_data<double>(draw, 12, 7, 1, labels::exact);
    data.h_star.assign(7, 0.0);
    real_diagonal<>::impulse_response<double>(system, std::span<double>(data.h_star));
    // Labels as exact as double can say them, of the response as it was rounded.
    for (std::size_t n = 0; n < 12; ++n) {
      reference::wide y = 0;
      for (std::size_t k = 0; k < 7; ++k)
        y += reference::wide(data.h_star[k]) * reference::wide(data.x[n * 7 + 6 - k]);
      data.y[n] = static_cast<double>(y);
    }
    for (double& a : system.a) a += distance * draw.draw();
  }
  objective_type objective() const { return {model{{5}}, system, data}; }

  /// The loss against the response itself, not against labels that were rounded.
  reference::wide exact() const {
    const auto h = systems::impulse_response(systems::widen<real_diagonal<>>(system, 0), 7);
    reference::wide total = 0;
    for (std::size_t n = 0; n < 12; ++n) {
      reference::wide e = 0;
      for (std::size_t k = 0; k < 7; ++k)
        e += (h[k] - reference::wide(data.h_star[k])) * reference::wide(data.x[n * 7 + 6 - k]);
      total += e * e;
    }
    return total / 12;
  }

  /// yy - 2 q·h + h·G h, as one should not compute it.
  double naive() const {
    std::vector<double> h(7), gram(49), q(7);
    real_diagonal<>::impulse_response<double>(system, std::span<double>(h));
    double yy = 0, value = 0;
    for (std::size_t n = 0; n < 12; ++n) {
      yy += data.y[n] * data.y[n] / 12;
      for (std::size_t i = 0; i < 7; ++i) {
        q[i] += data.y[n] * data.x[n * 7 + 6 - i] / 12;
        for (std::size_t j = 0; j < 7; ++j)
          gram[i * 7 + j] += data.x[n * 7 + 6 - i] * data.x[n * 7 + 6 - j] / 12;
      }
    }
    for (std::size_t i = 0; i < 7; ++i) {
      value -= 2 * q[i] * h[i];
      for (std::size_t j = 0; j < 7; ++j) value += h[i] * gram[i * 7 + j] * h[j];
    }
    return yy + value;
  }
};

double relative(double x, reference::wide exact) {
  return reference::magnitude((reference::wide(x) - exact) / exact);
}

}  // namespace

TEST_CASE("the relative error of a loss of size δ² is of order ε/δ, not ε/δ²") {
  reference::numbers draw(41);
  for (const double distance : {1e-2, 1e-4, 1e-6, 1e-8, 1e-10}) {
    reference::largest ours, naive;
    for (int trial = 0; trial < 20; ++trial) {
      const near_minimum problem(draw, distance);
      ours.see(relative(tests::standing(problem.objective()).evaluate(), problem.exact()));
      naive.see(relative(problem.naive(), problem.exact()));
    }
    CAPTURE(distance);
    CHECK(ours < 100 * epsilon_of<double> / distance);
    if (distance <= 1e-8) CHECK(naive > 0.1);
  }
}

TEST_CASE("at the minimum itself the loss is zero to the last bit, and so is its gradient") {
  reference::numbers draw(42);
  const near_minimum problem(draw, 0);
  tests::standing objective(problem.objective());
  const auto theta = objective.theta();
  auto gradient = theta;
  CHECK(objective.value_and_gradient(theta, gradient) == 0);
  for (const double g : gradient) CHECK(g == 0);
}

TEST_CASE_TEMPLATE("a loss is never negative", T, float, double) {
  reference::numbers draw(43);
  for (int trial = 0; trial < 200; ++trial) {
    const auto n = static_cast<integer>(1 + draw.below(12));
    const auto data =
        problems::random_data<T>(draw, n, 5, 1, problems::all_labels[draw.below(3)], draw.below(2) == 1);
    const auto start = systems::random_system<T>(real_diagonal<>{3}, draw, reference::regime::generic);
    const gram_objective<T, ssm<real_diagonal<>>, dynamic> objective(ssm<real_diagonal<>>{{3}}, start, data);
    CHECK(tests::standing(objective).evaluate() >= T(0));
    CHECK(objective.least_loss() >= T(0));
    CHECK(objective.loss_scale() >= T(0));
  }
}

#ifdef LSSM_HAS_RAPIDCHECK
TEST_CASE("Gram and raw form agree for any data") {
  CHECK(property::holds([](std::uint64_t seed) {
    const auto n = *rc::gen::inRange<integer>(1, 15), kappa = *rc::gen::inRange<integer>(2, 9);
    reference::numbers draw(seed);
    const auto data = problems::random_data<double>(draw, n, kappa, 1, problems::all_labels[draw.below(3)],
                                                    draw.below(2) == 1);
    const ssm<real_diagonal<>> m{{4}};
    const auto start = systems::random_system<double>(real_diagonal<>{4}, draw, reference::regime::generic);
    tests::standing gram(gram_objective<double, ssm<real_diagonal<>>, dynamic>(m, start, data));
    tests::standing raw(
        raw_objective<double, ssm<real_diagonal<>>, dynamic, problems::unmarked>(m, start, data));
    const double size = 1 + static_cast<double>(kappa * kappa) * 20;
    RC_ASSERT(std::abs(gram.evaluate() - raw.evaluate()) <= 10 * size * epsilon_of<double>);
    for (std::size_t k = 0; k < gram.cotangent().size(); ++k)
      RC_ASSERT(std::abs(gram.cotangent()[k] - raw.cotangent()[k]) <= 10 * size * epsilon_of<double>);
  }));
}
#endif
