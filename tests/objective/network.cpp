// SPDX-License-Identifier: BSD-3-Clause
// The loss of an SSM with a network: its gradient in three ways (the objective's, dual numbers through the definition, and
// through time, sequence by sequence), two evaluations of a homogeneous network against one for every sequence, the
// paper's γ, lanes against single numbers.
#include <lssm/core/pack.hpp>
#include <lssm/measure.hpp>

#include "../nn/plain.hpp"
#include "problems.hpp"

using namespace lssm;

namespace {

using reference::wide;
using moving = dual<wide>;

template <integer M, class Bias>
using network = sequential<dense<M, Bias>, relu, dense<M, Bias>, relu, dense<1, Bias>>;
template <integer D, class Learn, integer M, class Bias>
using student = with_network<ssm<real_diagonal<D>, Learn>, network<M, Bias>>;

constexpr integer d = 3, kappa = 5, hidden = 7;
const std::vector<std::size_t> layer_sizes{1, 7, 7, 1};

template <class Model>
Model model_of() {
  Model m{.ssm = {.structure = {.states = d}}};
  std::get<0>(m.network.layers).outputs = hidden;
  std::get<2>(m.network.layers).outputs = hidden;
  return m;
}
template <class T, class Model>
auto random_start(const Model& m, reference::numbers& draw) {
  auto s = m.template make<T>();
  const auto positive = problems::positive_system<T>(m.ssm.structure, draw);
  s.a = positive.a, s.b = positive.b, s.c = positive.c;
  for (T& w : s.network) w = draw.draw<T>();
  return s;
}

/// v_n = x̃_n · h in numbers R.
template <class R>
R output_at_end(const systems::lists<R>& s, const std::vector<R>& x, std::size_t n, std::size_t length) {
  const auto h = systems::impulse_response(s, length);
  R v(0);
  for (std::size_t k = 0; k < length; ++k) v = v + h[k] * x[(n + 1) * length - 1 - k];
  return v;
}

/// The loss as its definition says it, as a function of θ in numbers R; what does not move stands in `start`.
template <class R, class Model, class System, class T, class Loss>
R loss_at(const Model& m, const System& start, const std::vector<R>& theta, const labelled<T>& data,
          const Loss& loss, bool bias) {
  auto s = m.template make<R>();
  const auto lift = [](const auto& from, auto& to) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = R(reference::widen(from[i], 0));
  };
  lift(start.a, s.a), lift(start.b, s.b), lift(start.c, s.c);
  Model::learned::template to_system<R>(std::span<const R>(theta), s);
  std::vector<R> x, w(s.network.begin(), s.network.end());
  for (const T& v : data.x) x.push_back(R(reference::widen(v, 0)));
  const auto lists = problems::to_lists(s, 1);
  R total(0);
  for (std::size_t n = 0; n < data.y.size(); ++n) {
    const R v = output_at_end(lists, x, n, static_cast<std::size_t>(data.kappa));
    const R p = plain_network::perceptron<R>({v}, w.data(), layer_sizes, bias)[0];
    total = total + loss.value(p, R(reference::widen(data.y[n], 0)));
  }
  return total / R(static_cast<double>(data.y.size()));
}
template <class Model, class System, class V, class T, class Loss>
std::vector<wide> gradient_at(const Model& m, const System& start, const V& theta, const labelled<T>& data,
                              const Loss& loss, bool bias) {
  std::vector<moving> at;
  for (const T& t : theta) at.push_back(moving(reference::widen(t, 0)));
  std::vector<wide> out;
  for (moving& t : at) {
    t.e = 1;
    out.push_back(loss_at<moving>(m, start, at, data, loss, bias).e);
    t.e = 0;
  }
  return out;
}

/// Through time: the recurrence, the network at its last output, both ways back, one sequence after the other.
template <class Model, class System, class V, class T, class Loss>
std::vector<T> through_time(const Model& m, const System& start, const V& theta, const labelled<T>& data,
                            const Loss& loss) {
  using structure = typename Model::structure_type;
  auto s = start, total = m.template make<T>();
  Model::learned::template to_system<T>(view<T>(theta), s);
  const auto length = static_cast<std::size_t>(data.kappa);
  const auto net = m.network.bind(extent<1>());
  typename Model::bound_network::template workspace<T> work(net, 1);
  typename structure::template parameters<T> one = m.ssm.structure.template make<T>();
  std::vector<T> y(length), dy(length, T(0)), dx(length), states((length + 1) * s.a.size()),
      out(theta.size());
  const bound_system<T, structure> recurrence{s};
  for (std::size_t n = 0; n < data.y.size(); ++n) {
    const auto x = data.input(static_cast<integer>(n));
    recurrence.sequence(x, std::span<T>(y));
    const std::span<const T> v(&y.back(), 1);
    const T p = net.template forward<T>(view<T>(s.network), v, work)[0];
    const T slope = loss.derivative(p, data.y[n]) / T(static_cast<double>(data.y.size()));
    net.template backward<T>(view<T>(s.network), v, std::span<const T>(&slope, 1), work,
                             std::span<T>(total.network), std::span<T>(&dy.back(), 1));
    structure::template pullback_sequence<T>(s, x, view<T>(dy), one, std::span<T>(dx), std::span<T>(states));
    const auto add = [](auto& to, const auto& from) {
      for (std::size_t i = 0; i < to.size(); ++i) to[i] = to[i] + from[i];
    };
    add(total.a, one.a), add(total.b, one.b), add(total.c, one.c);
  }
  Model::learned::template pullback<T>(view<T>(theta), total, std::span<T>(out));
  return out;
}

template <class T, class Model, integer Kappa, class Loss>
void gradients_agree(bool bias, std::uint64_t seed) {
  reference::numbers draw(seed);
  const Model m = model_of<Model>();
  const auto start = random_start<T>(m, draw);
  for (const integer n : {1, 5, 8}) {
    const auto data = problems::random_data<T>(draw, n, kappa, 1, problems::labels::noisy, n == 5);
    tests::standing f(network_objective<T, Model, Kappa, Loss>(m, start, data));
    const auto theta = f.theta();
    CHECK(length(theta) == f.parameters());
    std::vector<T> gradient(theta.size(), T(5));
    const T value = f.value_and_gradient(view<T>(theta), std::span<T>(gradient));
    const auto expected = gradient_at(m, start, theta, data, Loss{}, bias);
    const auto in_time = through_time(m, start, theta, data, Loss{});
    double size = 100;
    for (const wide& g : expected) size = std::max(size, 30 * reference::magnitude(g));
    for (std::size_t i = 0; i < theta.size(); ++i) {
      CAPTURE(i);
      CHECK(reference::epsilons(gradient[i], expected[i], size) < 4);
      CHECK(reference::epsilons(in_time[i], expected[i], size) < 4);
    }
    const wide truth = loss_at<wide>(m, start, reference::widen_all<wide>(theta, 0), data, Loss{}, bias);
    CHECK(reference::epsilons(value, truth, 100 + reference::magnitude(truth)) < 4);
    CHECK(f.value(view<T>(theta)) == value);
    if (n == 5) CHECK(f.cotangent()[0] == T(0));  // the last entry of every input is zero
  }
}

using exp_a = lssm::through<state_matrix, exp_of_minus_exp>;
using exp_c = lssm::through<output_matrix, exponential>;

/// Sequences whose v is positive, negative and exactly zero, for a system with h > 0.
template <class T>
labelled<T> of_signs(std::initializer_list<int> signs, reference::numbers& draw) {
  labelled<T> data =
      problems::random_data<T>(draw, static_cast<integer>(signs.size()), kappa, 1, problems::labels::noisy);
  std::size_t i = 0;
  for (const int sign : signs)
    for (std::size_t k = 0; k < std::size_t{kappa}; ++k, ++i)
      data.x[i] = T(static_cast<double>(sign)) * abs_of(data.x[i]);
  return data;
}

/// The relative error, squared: without a value where there is no label.
struct relative_error {
  template <class T>
  T value(const T& p, const T& y) const {
    return (p - y) * (p - y) / (y * y);
  }
  template <class T>
  T derivative(const T& p, const T& y) const {
    return T(2) * (p - y) / (y * y);
  }
};

}  // namespace

TEST_CASE("one gradient in three ways: homogeneous networks") {
  using known = student<d, learn_all, hidden, without_bias>;
  gradients_agree<double, known, kappa, squared_error>(false, 201);
  gradients_agree<float, student<dynamic, learn_all, dynamic, without_bias>, dynamic, squared_error>(false,
                                                                                                     202);
  gradients_agree<double, student<d, learn<exp_c, exp_a>, hidden, without_bias>, kappa, problems::quartic>(
      false, 203);
}

TEST_CASE("one gradient in three ways: networks with biases") {
  gradients_agree<double, student<d, learn<state_matrix>, hidden, with_bias>, kappa, squared_error>(true,
                                                                                                    204);
  gradients_agree<float, student<dynamic, learn<input_matrix, exp_a>, dynamic, with_bias>, dynamic,
                  problems::quartic>(true, 205);
}

TEST_CASE_TEMPLATE("two evaluations serve every sequence", T, float, double) {
  using model = student<d, learn_all, hidden, without_bias>;
  reference::numbers draw(206);
  const auto m = model_of<model>();
  for (const auto& signs :
       {std::initializer_list<int>{1, -1, 0, 1, -1, 1, 1, 0, -1}, {1, 1, 1}, {-1, -1}, {0, 0}, {0}}) {
    const auto start = random_start<T>(m, draw);
    const auto data = of_signs<T>(signs, draw);
    tests::standing two(network_objective<T, model, kappa, squared_error, two_values>(m, start, data));
    tests::standing every(network_objective<T, model, kappa, squared_error, every_value>(m, start, data));
    const auto theta = two.theta();
    auto of_two = theta, of_every = theta;
    const T x = two.value_and_gradient(view<T>(theta), std::span<T>(of_two));
    const T y = every.value_and_gradient(view<T>(theta), std::span<T>(of_every));
    const auto near = [](const T& u, const T& v) { return reference::epsilons(u, wide(v), 20) < 4; };
    CHECK(near(x, y));
    for (std::size_t i = 0; i < theta.size(); ++i) CHECK(near(of_two[i], of_every[i]));
    for (std::size_t k = 0; k < std::size_t{kappa}; ++k)
      CHECK(near(two.cotangent()[k], every.cotangent()[k]));
    bool all_zero = true;
    std::size_t n = 0;
    for (const int sign : signs) {
      all_zero = all_zero && sign == 0;
      if (sign == 0) CHECK(two.predictions()[n] == T(0));
      CHECK(near(two.predictions()[n], every.predictions()[n]));
      ++n;
    }
    // At zero a ReLU is flat: nothing moves.
    if (all_zero)
      for (std::size_t i = 0; i < theta.size(); ++i) CHECK((of_two[i] == T(0) && of_every[i] == T(0)));

    const std::vector<T> v{T(2), T(-3), T(0), T(0.5)};
    std::vector<T> f(4), g(4);
    two.f.apply_network(view<T>(v), std::span<T>(f), two.at);
    every.f.apply_network(view<T>(v), std::span<T>(g), every.at);
    for (std::size_t i = 0; i < 4; ++i) CHECK(near(f[i], g[i]));
  }
}

TEST_CASE("a linear network is not flat at zero, and takes every value") {
  using linear = sequential<dense<2, without_bias>, dense<1, without_bias>>;
  using model = with_network<ssm<real_diagonal<2>>, linear>;
  static_assert(std::is_same_v<shortest_way<network<7, without_bias>>, two_values>);
  static_assert(std::is_same_v<shortest_way<network<7, with_bias>>, every_value>);
  static_assert(std::is_same_v<shortest_way<linear>, every_value>);
  const model m;
  auto start = m.make<double>();
  start.c = {1, 1};
  start.network = {1, 2, 3, 4};  // f(v) = 11 v
  const labelled<double> data{{1, 0, 2}, {3}, 3, 1, {}};
  tests::standing f(network_objective<double, model, 3, squared_error>(m, start, data));
  auto gradient = f.theta();
  CHECK(f.value_and_gradient(f.theta(), std::span<double>(gradient)) == 9);
  // h = 0 where B = 0; ∂L/∂b_j = -2 · 3 · 11 · c_j x_2
  CHECK(gradient[2] == -132);
  CHECK(gradient[3] == -132);
}

TEST_CASE_TEMPLATE("gamma is the paper's", T, float, double) {
  using model = student<d, learn_all, hidden, without_bias>;
  reference::numbers draw(207);
  const auto m = model_of<model>();
  const auto start = random_start<T>(m, draw);
  const auto data = problems::random_data<T>(draw, 9, kappa, 1, problems::labels::noisy);
  tests::standing f(network_objective<T, model, kappa, squared_error>(m, start, data));
  auto gradient = f.theta();
  f.value_and_gradient(f.theta(), std::span<T>(gradient));
  const auto gamma = gamma_coefficients<T>(view<T>(f.cotangent()));
  REQUIRE(gamma.size() == std::size_t{kappa - 1});

  const auto lists = problems::to_lists(start, 1);
  const systems::lists<wide> s{reference::widen_all<wide>(lists.a, 0), reference::widen_all<wide>(lists.b, 0),
                               reference::widen_all<wide>(lists.c, 0), 1, 1};
  const auto x = reference::widen_all<wide>(data.x, 0);
  std::vector<moving> w;
  for (const T& t : start.network) w.push_back(moving(reference::widen(t, 0)));
  for (std::size_t l = 0; l < gamma.size(); ++l) {
    wide sum(0);
    for (std::size_t n = 0; n < 9; ++n) {
      const moving y =
          plain_network::perceptron<moving>({moving(output_at_end(s, x, n, kappa), 1)}, w.data(), layer_sizes,
                                            false)[0];  // and ξ_n
      sum = sum + (reference::widen(data.y[n], 0) - y.v) * y.e * x[n * kappa + kappa - 2 - l];
    }
    CHECK(reference::epsilons(gamma[l], sum * 2 * static_cast<double>(l + 1) / 9, 50) < 4);
  }
}

TEST_CASE("a loss without a value where there are no labels") {
  using model = student<d, learn_all, hidden, without_bias>;
  gradients_agree<double, model, kappa, relative_error>(false, 208);
  gradients_agree<double, student<d, learn_all, hidden, with_bias>, kappa, relative_error>(true, 209);
}

TEST_CASE("lanes have the bits of single numbers, sizes in types those of sizes as values") {
  using P = pack<double>;
  const auto check = []<class Bias>(Bias) {
    using known = student<d, learn_all, hidden, Bias>;
    using late = student<dynamic, learn_all, dynamic, Bias>;
    reference::numbers draw(210);
    const auto m = model_of<known>();
    const auto l = model_of<late>();
    std::vector<network_objective<double, known, kappa, squared_error>> singles;
    std::vector<std::vector<double>> gradients, cotangents;
    std::vector<double> values;
    for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
      const auto start = random_start<double>(m, draw);
      const auto data =
          problems::random_data<double>(draw, 5, kappa, 1, problems::labels::noisy, lane % 2 == 0);
      singles.emplace_back(m, start, data);
      std::vector<double> gradient(singles.back().theta().size());
      tests::standing single(singles.back());
      values.push_back(single.value_and_gradient(single.theta(), std::span<double>(gradient)));
      gradients.push_back(gradient);
      cotangents.emplace_back(single.cotangent().begin(), single.cotangent().end());

      auto same = l.template make<double>();
      std::copy(start.a.begin(), start.a.end(), same.a.begin());
      std::copy(start.b.begin(), start.b.end(), same.b.begin());
      std::copy(start.c.begin(), start.c.end(), same.c.begin());
      std::copy(start.network.begin(), start.network.end(), same.network.begin());
      tests::standing at_run_time(network_objective<double, late, dynamic, squared_error>(l, same, data));
      CHECK(at_run_time.value_and_gradient(at_run_time.theta(), std::span<double>(gradient)) ==
            values.back());
      CHECK(gradient == gradients.back());
    }
    network_objective<P, known, kappa, squared_error> packed(m, singles[0]);
    for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) packed.adopt(lane, singles[lane]);
    CHECK_THROWS_WITH(
        (void)packed.workspace(),
        "network_objective: adopted() must be called after the last adopt(), given an earlier call");
    packed.adopted();
    tests::standing in_lanes(packed);
    const auto theta = packed.theta();
    auto gradient = theta;
    const P value = in_lanes.value_and_gradient(view<P>(theta), std::span<P>(gradient));
    for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
      const auto get = [lane](const P& x) { return scalar_traits<P>::get(x, lane); };
      CHECK(get(value) == values[lane]);
      CHECK(get(packed.loss_scale()) == singles[lane].loss_scale());
      for (std::size_t i = 0; i < gradient.size(); ++i) CHECK(get(gradient[i]) == gradients[lane][i]);
      for (std::size_t k = 0; k < std::size_t{kappa}; ++k)
        CHECK(get(in_lanes.cotangent()[k]) == cotangents[lane][k]);
    }
    const auto shorter = problems::random_data<double>(draw, 4, kappa, 1, problems::labels::noisy);
    const network_objective<double, known, kappa, squared_error> other(m, random_start<double>(m, draw),
                                                                       shorter);
    CHECK_THROWS_WITH(packed.adopt(0, other),
                      "network_objective: every lane must be of length 5 with 5 sequences, given 5 and 4");
  };
  check(without_bias{});
  check(with_bias{});
}

TEST_CASE("an entry of h that a lane does not see may overflow there") {
  using P = pack<double>;
  using model = student<d, learn_all, hidden, with_bias>;
  reference::numbers draw(212);
  const auto m = model_of<model>();
  std::vector<network_objective<double, model, kappa, squared_error>> singles;
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
    auto start = random_start<double>(m, draw);
    auto data = problems::random_data<double>(draw, 4, kappa, 1, problems::labels::noisy);
    if (lane % 2 == 1) {  // the last input alone, beside a mode whose powers overflow
      for (std::size_t i = 0; i < data.x.size(); ++i)
        if (i % kappa != kappa - 1) data.x[i] = 0;
      start.a[0] = 1e200;
    }
    singles.emplace_back(m, start, data);
  }
  network_objective<P, model, kappa, squared_error> packed(m, singles[0]);
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) packed.adopt(lane, singles[lane]);
  packed.adopted();
  const auto theta = packed.theta();
  auto gradient = theta;
  const P value = tests::standing(packed).value_and_gradient(view<P>(theta), std::span<P>(gradient));
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
    const auto own = singles[lane].theta();
    auto alone = own;
    const double expected =
        tests::standing(singles[lane]).value_and_gradient(view<double>(own), std::span<double>(alone));
    CHECK(std::isfinite(expected));
    CHECK(scalar_traits<P>::get(value, lane) == expected);
    for (std::size_t i = 0; i < alone.size(); ++i)
      CHECK(scalar_traits<P>::get(gradient[i], lane) == alone[i]);
  }
}

TEST_CASE("the power of labels is their mean square") {
  using model = student<d, learn_all, hidden, without_bias>;
  reference::numbers draw(211);
  const auto m = model_of<model>();
  const auto data = problems::random_data<double>(draw, 9, kappa, 1, problems::labels::noisy);
  const network_objective<double, model, kappa, squared_error> f(m, random_start<double>(m, draw), data);
  wide sum(0);
  for (double y : data.y) sum = sum + wide(y) * wide(y) / 9;
  CHECK(reference::epsilons(f.loss_scale(), sum, 1) < 9);
}
