// SPDX-License-Identifier: BSD-3-Clause
// The loss of layers in a row: its gradient against dual numbers through the recurrence written out, for labels of last
// outputs and of every step, losses of numbers and of rows, learned coordinates; γ by two routes; the same loss where an
// objective of its own exists.
#include <lssm/core/pack.hpp>
#include <lssm/loss.hpp>
#include <lssm/measure.hpp>
#include <lssm/objective.hpp>

#include "../nn/plain.hpp"
#include "../tools/standing.hpp"

using namespace lssm;

namespace {

using reference::wide;
using moving = dual<wide>;
using plain_network::description;

template <class T>
labelled<T> drawn_data(reference::numbers& draw, integer sequences, integer kappa, integer channels,
                       integer answers) {
  labelled<T> data;
  data.kappa = kappa, data.channels = channels, data.answers = answers;
  data.x = draw.draws<T>(static_cast<std::size_t>(sequences * kappa * channels));
  data.y = draw.draws<T>(static_cast<std::size_t>(sequences * answers));
  return data;
}
/// Labels that are probabilities: of each number, or of rows.
template <class T>
void make_probabilities(labelled<T>& data, std::size_t row) {
  for (T& y : data.y) y = abs_of(y);
  if (row == 1) return;
  for (std::size_t i = 0; i < data.y.size(); i += row) {
    T sum(0);
    for (std::size_t j = 0; j < row; ++j) sum = sum + data.y[i + j];
    for (std::size_t j = 0; j < row; ++j) data.y[i + j] = data.y[i + j] / sum;
  }
}

/// The mean loss of rows of numbers R by the definition of each loss.
template <class R>
R one_loss(squared_error, const std::vector<R>& p, const R* y) {
  R sum(0);
  for (std::size_t j = 0; j < p.size(); ++j) sum = sum + (p[j] - y[j]) * (p[j] - y[j]);
  return sum / R(static_cast<double>(p.size()));
}
template <class R>
R one_loss(absolute_error, const std::vector<R>& p, const R* y) {
  R sum(0);
  for (std::size_t j = 0; j < p.size(); ++j) sum = sum + where(p[j] < y[j], y[j] - p[j], p[j] - y[j]);
  return sum / R(static_cast<double>(p.size()));
}
template <class R>
R one_loss(binary_cross_entropy, const std::vector<R>& p, const R* y) {
  R sum(0);
  for (std::size_t j = 0; j < p.size(); ++j) {
    const R s = R(1) / (R(1) + exp_of(R(0) - p[j]));
    sum = sum - (y[j] * log_of(s) + (R(1) - y[j]) * log_of(R(1) - s));
  }
  return sum / R(static_cast<double>(p.size()));
}
template <class R>
R one_loss(softmax_cross_entropy, const std::vector<R>& p, const R* y) {
  R all(0), sum(0);
  for (const R& v : p) all = all + exp_of(v);
  for (std::size_t j = 0; j < p.size(); ++j) sum = sum - y[j] * log_of(exp_of(p[j]) / all);
  return sum;
}

/// The loss of data as a function of every parameter, one after the other.
template <class R, class T, class L>
R loss_at(const std::vector<description>& layers, const std::vector<R>& theta, const labelled<T>& data,
          L loss) {
  const auto kappa = static_cast<std::size_t>(data.kappa), m = static_cast<std::size_t>(data.channels);
  R total(0);
  std::size_t rows = 0, at = 0;
  for (std::size_t n = 0; n < static_cast<std::size_t>(data.sequences()); ++n) {
    std::vector<std::vector<R>> x(kappa);
    for (std::size_t t = 0; t < kappa; ++t)
      for (std::size_t q = 0; q < m; ++q)
        x[t].push_back(R(reference::widen(data.x[(n * kappa + t) * m + q], 0)));
    for (const auto& p : plain_network::through(layers, theta.data(), x)) {
      std::vector<R> y;
      for (std::size_t j = 0; j < p.size(); ++j) y.push_back(R(reference::widen(data.y[at++], 0)));
      total = total + one_loss(loss, p, y.data());
      ++rows;
    }
  }
  return total / R(static_cast<double>(rows));
}

/// Value and gradient of the objective in epsilons of dual numbers', every parameter learned as it is.
template <class T, class M, class L>
double error_of(const M& model, const std::vector<description>& layers, const labelled<T>& data, L loss,
                reference::numbers& draw) {
  auto start = model.template make<T>();
  std::vector<moving> theta;
  each_number(
      [&](T& v) {
        v = draw.draw<T>();
        theta.push_back(moving(reference::widen(v, 0)));
      },
      start);
  tests::standing f(deep_objective<T, M, dynamic, L>(model, start, data, loss));
  const auto at = f.theta();
  std::vector<T> d(at.size(), T(0));
  const T value = f.value_and_gradient(view<T>(at), std::span<T>(d));
  CHECK(value == f.value(view<T>(at)));
  CHECK(d.size() == theta.size());
  constexpr double terms = 40;
  reference::largest worst;
  worst.see(reference::epsilons(value, loss_at(layers, theta, data, loss).v, terms));
  for (std::size_t i = 0; i < theta.size(); ++i) {
    theta[i].e = 1;
    worst.see(reference::epsilons(d[i], loss_at(layers, theta, data, loss).e, terms));
    theta[i].e = 0;
  }
  return worst;
}

using last_of_one = deep<ssm<real_diagonal<3, 2, 2>>, gelu, ssm<real_diagonal<2, 2, 1>>, last_output>;
using all_of_three = deep<channels<2>, dense<3>, tanh_layer, ssm<real_diagonal<2, 3, 2>>, sigmoid, dense<3>>;
const std::vector<description> plain_last{{"ssm", 2, 2, 3}, {"gelu", 2, 2}, {"ssm", 2, 1, 2}, {"last", 1, 1}};
const std::vector<description> plain_all{{"identity", 2, 2}, {"dense", 2, 3},   {"tanh", 3, 3},
                                         {"ssm", 3, 2, 2},   {"sigmoid", 2, 2}, {"dense", 2, 3}};

}  // namespace

TEST_CASE_TEMPLATE("value and gradient are those of dual numbers, for every loss", T, float, double, wide) {
  reference::numbers draw(241);
  const auto check = [&](auto loss, bool probabilities) {
    auto last = drawn_data<T>(draw, 4, 5, 2, 1);
    auto all = drawn_data<T>(draw, 3, 4, 2, 12);
    if (probabilities) make_probabilities(last, 1), make_probabilities(all, RowLoss<decltype(loss)> ? 3 : 1);
    if constexpr (Loss<decltype(loss)>) {
      const double error = error_of(last_of_one{}, plain_last, last, loss, draw);
      CHECK(error < 4);
    }
    CHECK(error_of(all_of_three{}, plain_all, all, loss, draw) < 4);
  };
  check(squared_error{}, false);
  check(absolute_error{}, false);
  check(binary_cross_entropy{}, true);
  check(softmax_cross_entropy{}, true);
}

TEST_CASE("gradients in learned coordinates are those of the chain rule, and what is not learned stays") {
  using map = learn<through<state_matrix, exponential>, output_matrix>;
  using model = deep<ssm<real_diagonal<3, 1, 2>, map>, tanh_layer, ssm<real_diagonal<2, 2, 1>>, last_output>;
  using same = deep<ssm<real_diagonal<3, 1, 2>>, tanh_layer, ssm<real_diagonal<2, 2, 1>>, last_output>;
  reference::numbers draw(242);
  const auto data = drawn_data<double>(draw, 4, 5, 1, 1);
  auto start = model{}.make<double>();
  auto same_start = same{}.make<double>();
  each_number([&](double& v, double& w) { v = w = 0.5 + 0.4 * draw.draw(); }, start, same_start);
  tests::standing f(deep_objective<double, model, dynamic, squared_error>(model{}, start, data));
  tests::standing g(deep_objective<double, same, dynamic, squared_error>(same{}, same_start, data));
  const auto theta = f.theta();
  const auto other = g.theta();
  auto df = theta;
  auto dg = other;
  CHECK(f.value_and_gradient(theta, df) == doctest::Approx(g.value_and_gradient(other, dg)).epsilon(1e-14));
  // θ: log a (3), c (6), layer 2; the other: a, b, c, layer 2
  REQUIRE(theta.size() == 9 + 8);
  for (std::size_t j = 0; j < 3; ++j) CHECK(df[j] == doctest::Approx(dg[j] * other[j]).epsilon(1e-13));
  for (std::size_t j = 3; j < theta.size(); ++j) CHECK(df[j] == doctest::Approx(dg[j + 3]).epsilon(1e-13));
  CHECK(f.system().of<0>().b == start.of<0>().b);
}

TEST_CASE("the cotangent of a layer's response, pulled back, is the layer's gradient; γ follows from it") {
  using model = deep<ssm<real_diagonal<3, 2, 2>>, gelu, dense<1>, ssm<real_diagonal<4>>, tanh_layer,
                     ssm<real_diagonal<2, 1, 3>>, dense<1>>;
  reference::numbers draw(243);
  const auto data = drawn_data<double>(draw, 5, 6, 2, 6);
  auto start = model{}.make<double>();
  each_number([&](double& v) { v = draw.draw(); }, start);
  tests::standing f(deep_objective<double, model, dynamic, squared_error>(model{}, start, data));
  const auto theta = f.theta();
  auto d = theta;
  f.value_and_gradient(theta, d);
  const auto check = [&]<std::size_t L>(std::integral_constant<std::size_t, L>) {
    using structure = typename model::system<double>::layer_type<L>::structure_type;
    const auto g = f.f.template response_cotangent<L>(f.at);
    REQUIRE(g.size() == 6 * structure::inputs * structure::outputs);
    auto pulled = f.system().of<L>();
    structure::template pullback<double>(f.system().of<L>(), view<double>(g), pulled);
    each_number([](double x, double y) { CHECK(x == doctest::Approx(y).epsilon(1e-12)); }, pulled,
                f.system_gradient().of<L>());
  };
  check(std::integral_constant<std::size_t, 0>());
  check(std::integral_constant<std::size_t, 3>());
  check(std::integral_constant<std::size_t, 5>());
  CHECK(f.cotangent() == f.f.response_cotangent<0>(f.at));
  // Who reads it, perhaps in another thread, changes nothing that others have read.
  const auto &one = f.f.cotangent(f.at), &other = f.f.cotangent(f.at);
  CHECK(&one != &other);
  CHECK(one == other);

  // Proposition 1 for the layer of one input and output: dL/da_j = -c_j b_j Σ_l γ^(l) a_j^l
  const auto gamma = gamma_coefficients<double>(view<double>(f.f.response_cotangent<3>(f.at)));
  const auto& s = f.system().of<3>();
  for (std::size_t j = 0; j < 4; ++j) {
    double sum = 0;
    for (std::size_t l = gamma.size(); l-- > 0;) sum = sum * s.a[j] + gamma[l];
    CHECK(-s.c[j] * s.b[j] * sum == doctest::Approx(f.system_gradient().of<3>().a[j]).epsilon(1e-12));
  }
}

TEST_CASE("the last output of an SSM alone, and with a network behind it, as their own objectives have it") {
  reference::numbers draw(244);
  const auto data = drawn_data<double>(draw, 5, 6, 1, 1);
  using alone = ssm<real_diagonal<4>>;
  auto raw_start = alone{}.make<double>();
  each_number([&](double& v) { v = draw.draw(); }, raw_start);
  using layered = deep<alone, last_output>;
  auto start = layered{}.make<double>();
  start.of<0>() = raw_start;
  tests::standing raw(raw_objective<double, alone, dynamic, absolute_error>(alone{}, raw_start, data));
  tests::standing f(deep_objective<double, layered, dynamic, absolute_error>(layered{}, start, data));
  const auto theta = f.theta();
  auto df = theta, dr = theta;
  CHECK(f.value_and_gradient(theta, df) == doctest::Approx(raw.value_and_gradient(theta, dr)).epsilon(1e-13));
  for (std::size_t i = 0; i < theta.size(); ++i) CHECK(df[i] == doctest::Approx(dr[i]).epsilon(1e-12));
  CHECK(f.f.loss_scale() == doctest::Approx(raw.f.loss_scale()).epsilon(1e-14));
  const auto& g = f.cotangent();
  for (std::size_t k = 0; k < g.size(); ++k)
    CHECK(g[k] == doctest::Approx(raw.cotangent()[k]).epsilon(1e-12));

  using network = sequential<dense<5>, relu, dense<1>>;
  using behind = with_network<alone, network>;
  using same = deep<alone, last_output, dense<5>, relu, dense<1>>;
  auto network_start = behind{}.make<double>();
  each_number([&](double& v) { v = draw.draw(); }, network_start);
  tests::standing n(network_objective<double, behind, dynamic, squared_error>(behind{}, network_start, data));
  tests::standing q(
      deep_objective<double, same, dynamic, squared_error>(same{}, same{}.make<double>(), data));
  const auto at = n.theta();
  auto dn = at, dq = at;
  CHECK(q.value_and_gradient(at, dq) == doctest::Approx(n.value_and_gradient(at, dn)).epsilon(1e-13));
  for (std::size_t i = 0; i < at.size(); ++i) CHECK(dq[i] == doctest::Approx(dn[i]).epsilon(1e-12));
}

TEST_CASE("squares of gradients matrix by matrix, over all layers, of what is learned") {
  using model = deep<ssm<real_diagonal<2, 1, 2>, learn<state_matrix, output_matrix>>, gelu, dense<2>,
                     ssm<real_diagonal<3, 2, 1>>, last_output>;
  reference::numbers draw(245);
  const auto data = drawn_data<double>(draw, 3, 4, 1, 1);
  auto start = model{}.make<double>();
  each_number([&](double& v) { v = draw.draw(); }, start);
  tests::standing f(deep_objective<double, model, dynamic, squared_error>(model{}, start, data));
  const auto theta = f.theta();
  auto d = theta;
  f.value_and_gradient(theta, d);
  const auto& g = f.system_gradient();
  std::array<double, 4> sum{};
  const auto add = [&](std::size_t i, const auto& entries) {
    for (double x : entries) sum[i] += x * x;
  };
  add(0, g.of<0>().a), add(0, g.of<3>().a), add(1, g.of<3>().b), add(2, g.of<0>().c), add(2, g.of<3>().c);
  add(3, g.of<2>());
  for (std::size_t i = 0; i < 4; ++i) CHECK(f.at.role_squares()[i] == doctest::Approx(sum[i]).epsilon(1e-14));
}

TEST_CASE("labels that do not fit the answers are refused") {
  reference::numbers draw(246);
  const auto every_step = drawn_data<double>(draw, 3, 4, 1, 4);
  const auto last = drawn_data<double>(draw, 3, 4, 1, 1);
  using all = deep<ssm<real_diagonal<2>>>;
  using one = deep<ssm<real_diagonal<2>>, last_output>;
  const auto bind_to = [](auto model, const auto& data) {
    deep_objective<double, decltype(model), dynamic, squared_error>(model, model.template make<double>(),
                                                                    data);
  };
  bind_to(all{}, every_step);
  bind_to(one{}, last);
  CHECK_THROWS_WITH_AS(bind_to(one{}, every_step),
                       "objective: labels for each sequence must be 1, as many as the model answers, given 4",
                       bad_argument);
  CHECK_THROWS_WITH_AS(bind_to(all{}, last),
                       "objective: labels for each sequence must be 4, as many as the model answers, given 1",
                       bad_argument);
  using plain_ssm = ssm<real_diagonal<2>>;
  CHECK_THROWS_WITH_AS(
      (make_objective<double, dynamic>(plain_ssm{}, plain_ssm{}.make<double>(), every_step, squared_error{})),
      "objective: labels for each sequence must be 1, 1 at its last step, given 4", bad_argument);
}
