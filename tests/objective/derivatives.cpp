// SPDX-License-Identifier: BSD-3-Clause
// Gradients and Hessians of both forms, for every choice of what is learned, against nested dual numbers through the
// definition of the loss.
#include "../ssm/tied.hpp"
#include "problems.hpp"

using namespace lssm;
using problems::labels;
using systems::tied;

namespace {

struct errors {
  reference::largest gradient, hessian;
};

/// Both derivatives of one objective at one point, entries of the problem being about 1.
template <class Objective, class Model, class System, class T, class Loss>
errors derivative_errors(const Objective& objective, const Model& model, const System& start,
                         const labelled<T>& data, const Loss& loss, double size) {
  errors worst;
  const auto theta = objective.theta();
  auto gradient = theta;
  tests::standing f(objective);
  f.value_and_gradient(view<T>(theta), std::span<T>(gradient));
  const auto expected = problems::gradient_at(model, start, theta, data, loss);
  for (std::size_t i = 0; i < theta.size(); ++i)
    worst.gradient.see(reference::epsilons(gradient[i], expected[i], size));
  if constexpr (CurvedObjective<Objective>) {
    auto hessian = objective.make_hessian();
    f.hessian(view<T>(theta), hessian);
    const auto dense = hessian.dense();
    const auto second = problems::hessian_at(model, start, theta, data, loss);
    const std::size_t n = theta.size();
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        worst.hessian.see(reference::epsilons(dense(i, j), second[i * n + j], 10 * size));
  }
  return worst;
}

template <class T, class Learn, class Structure = real_diagonal<3>>
void derivatives_hold(const Structure& structure = {}) {
  using model = ssm<Structure, Learn>;
  reference::numbers draw(31);
  for (const labels kind : problems::all_labels)
    for (const integer n : {3, 8}) {
      const auto data = problems::random_data<T>(draw, n, 6, Structure::inputs, kind, n == 3);
      const auto start = problems::positive_system<T>(structure, draw);
      const gram_objective<T, model, 6> gram(model{structure}, start, data);
      const auto worst = derivative_errors(gram, model{structure}, start, data, squared_error{}, 30);
      CHECK(worst.gradient < 4);
      CHECK(worst.hessian < 4);
    }
}

/// The same for a loss that only the raw form takes.
template <class T, class Learn>
void raw_derivatives_hold() {
  using model = ssm<real_diagonal<3>, Learn>;
  reference::numbers draw(32);
  for (const integer n : {3, 8}) {
    const auto data = problems::random_data<T>(draw, n, 6, 1, labels::noisy, n == 3);
    const auto start = problems::positive_system<T>(real_diagonal<3>{}, draw);
    const raw_objective<T, model, 6, problems::quartic> raw(model{}, start, data);
    const auto worst = derivative_errors(raw, model{}, start, data, problems::quartic{}, 300);
    CHECK(worst.gradient < 4);
    CHECK(worst.hessian < 4);
  }
}

using exp_a = through<state_matrix, exp_of_minus_exp>;
using exp_b = through<input_matrix, exponential>;
using exp_c = through<output_matrix, exponential>;

}  // namespace

TEST_CASE("subsets of what is learned") {
  derivatives_hold<double, learn<state_matrix>>();
  derivatives_hold<double, learn<input_matrix>>();
  derivatives_hold<double, learn<output_matrix>>();
  derivatives_hold<double, learn<state_matrix, input_matrix>>();
  derivatives_hold<double, learn<output_matrix, state_matrix>>();
  derivatives_hold<double, learn<input_matrix, output_matrix>>();
  derivatives_hold<double, learn_all>();
}

TEST_CASE("other coordinates") {
  derivatives_hold<double, learn<exp_a>>();
  derivatives_hold<double, learn<exp_b, output_matrix, exp_a>>();
  derivatives_hold<double, learn<exp_c, state_matrix>>();
}

TEST_CASE("a user's map that ties C to B has its gradient, and no curvature") {
  using model = ssm<real_diagonal<3>, tied>;
  static_assert(!CurvedObjective<gram_objective<double, model, 6>>);
  static_assert(DifferentiableObjective<gram_objective<double, model, 6>>);
  derivatives_hold<double, tied>();
  raw_derivatives_hold<double, tied>();
}

TEST_CASE("a loss of one's own, in raw form") {
  raw_derivatives_hold<double, learn_all>();
  raw_derivatives_hold<double, learn<exp_b, output_matrix, exp_a>>();
}

TEST_CASE("other scalars") {
  derivatives_hold<float, learn_all>();
  derivatives_hold<reference::wide, learn_all>();
}

TEST_CASE("sizes at run time, two inputs") {
  derivatives_hold<double, learn_all>(real_diagonal<>{3});
  derivatives_hold<double, learn_all>(real_diagonal<3, 2, 1>{});
}

TEST_CASE("derivatives with respect to inputs and labels, inputs that are zero among them") {
  using T = dual<double>;
  using model = ssm<real_diagonal<3>>;
  reference::numbers draw(34);
  const auto start = problems::positive_system<T>(real_diagonal<3>{}, draw);
  for (const labels kind : problems::all_labels) {
    auto data = problems::random_data<T>(draw, 4, 6, 1, kind);
    for (std::size_t i = 0; i < data.x.size(); i += 3) data.x[i].v = 0;  // never excited, but about to be
    if (kind != labels::noisy) {
      for (std::size_t n = 0; n < 4; ++n) {
        data.y[n] = T(0);
        for (std::size_t k = 0; k < 6; ++k) data.y[n] = data.y[n] + T(double(k) - 2) * data.x[n * 6 + 5 - k];
      }
      for (std::size_t k = 0; k < data.h_star.size(); ++k) data.h_star[k] = T(double(k) - 2);
    }
    tests::standing gram(gram_objective<T, model, 6>(model{}, start, data));
    tests::standing raw(raw_objective<T, model, 6, problems::unmarked>(model{}, start, data));
    const auto theta = gram.theta();
    const auto expected =
        problems::loss_at(model{}, start, reference::widen_all(theta, 0), data, squared_error{});
    CHECK(reference::epsilons(raw.value(theta), expected, 100) < 4);
    CHECK(reference::epsilons(gram.value(theta), expected, kind == labels::exact ? 100 : 1e4) < 4);
  }
}

TEST_CASE("an evaluation is a function of its point: nothing of the last one stays") {
  reference::numbers draw(32);
  using model = ssm<real_diagonal<3>>;
  const auto data = problems::random_data<double>(draw, 4, 6, 1, labels::noisy);
  const auto start = problems::positive_system<double>(real_diagonal<3>{}, draw);
  tests::standing objective(gram_objective<double, model, 6>(model{}, start, data));
  const auto theta = objective.theta();
  auto first = theta, again = theta, elsewhere = theta;
  const double value = objective.value_and_gradient(theta, first);
  for (double& x : elsewhere) x = draw.draw();
  objective.value_and_gradient(elsewhere, again);
  CHECK(objective.value_and_gradient(theta, again) == value);
  CHECK(first == again);
  CHECK(objective.value(theta) == value);
  CHECK(objective.evaluate() == value);
}
