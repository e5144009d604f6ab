// SPDX-License-Identifier: BSD-3-Clause
// Skips around layers, layers in skips in layers, and means over time: against the recurrence written out step by step,
// gradients against dual numbers, and whole models of them in trainings.
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <lssm/nn.hpp>

#include "../tools/counted.hpp"
#include "../tools/standing.hpp"
#include "plain.hpp"

using namespace lssm;

namespace {

using reference::wide;
using small = ssm<real_diagonal<3, 4, 4>>;
/// The block of S4: an SSM with its D, GELU, a gated dense layer, all around which the input passes.
template <integer Wide>
using s4_block = residual<d_skip<small>, gelu, dense<Wide>, glu>;
template <integer Wide, class Answer>
using model = deep<channels<2>, dense<4>, s4_block<Wide>, layer_norm,
                   skip_connection<dense<3>, tanh_layer, dense<3>>, Answer>;

/// Parameters in their order, taken one after the other.
template <class R>
struct taken {
  const R* at;
  const R* operator()(std::size_t n) { return std::exchange(at, at + n); }
};

/// The model written out for one sequence.
template <class R>
std::vector<std::vector<R>> written_out(std::vector<std::vector<R>> x, const R* parameters, bool mean) {
  taken<R> theta{parameters};
  const auto map = [&](std::vector<std::vector<R>> rows, auto f) {
    for (auto& row : rows) row = f(row);
    return rows;
  };
  const auto dense = [&](std::size_t in, std::size_t out) {
    const R* k = theta((in + 1) * out);
    return [k, out](const std::vector<R>& row) { return plain_network::dense(row, k, out, true); };
  };
  x = map(x, dense(2, 4));
  const auto before = x;
  x = plain_network::through<R>({{"ssm", 4, 4, 3}}, theta(27), x);
  const R* d = theta(4);
  for (std::size_t t = 0; t < x.size(); ++t)
    for (std::size_t j = 0; j < 4; ++j)
      x[t][j] = plain_network::activate<R>("gelu", x[t][j] + d[j] * before[t][j]);
  x = map(x, dense(4, 8));
  for (std::size_t t = 0; t < x.size(); ++t) {
    for (std::size_t j = 0; j < 4; ++j)
      x[t][j] = before[t][j] + x[t][j] * plain_network::activate<R>("sigmoid", x[t][4 + j]);
    x[t].resize(4);
  }
  const R* gain = theta(8);
  for (auto& row : x) {
    R mean_of_row(0), square(0);
    for (const R& v : row) mean_of_row = mean_of_row + v / R(4);
    for (const R& v : row) square = square + (v - mean_of_row) * (v - mean_of_row) / R(4);
    for (std::size_t j = 0; j < 4; ++j)
      row[j] = gain[j] * (row[j] - mean_of_row) / sqrt_of(square + R(1e-5)) + gain[4 + j];
  }
  const auto inner = dense(4, 3), around = dense(4, 3);
  x = map(x, [&](const std::vector<R>& row) {
    auto through = row;
    for (R& v : through) v = plain_network::activate<R>("tanh", v);
    auto y = inner(through);
    const auto passing = around(row);
    for (std::size_t j = 0; j < 3; ++j) y[j] = y[j] + passing[j];
    return y;
  });
  if (!mean) return {x.back()};
  std::vector<R> y(3, R(0));
  for (const auto& row : x)
    for (std::size_t j = 0; j < 3; ++j) y[j] = y[j] + row[j] / R(static_cast<double>(x.size()));
  return {y};
}

template <class T>
struct passed {
  std::vector<T> y, dtheta, dx;
  friend bool operator==(const passed&, const passed&) = default;
};
/// There and back, with other numbers before: what a batch leaves must not reach the next.
template <class T, class M>
passed<T> passed_through(const M& m, batch_shape batch, const std::vector<T>& theta, const std::vector<T>& x,
                         const std::vector<T>& dy) {
  const auto net = m.bind();
  auto s = m.template make<T>();
  auto ds = s;
  REQUIRE(learn_layers::count(s) == length(theta));
  learn_layers::to_system(view<T>(theta), s);
  typename M::bound_network::template workspace<T> work(net, batch);
  const std::vector<T> before(x.size(), T(2)), slopes(dy.size(), T(-3));
  passed<T> out{{}, theta, x};
  net.template forward<T>(s, view<T>(before), work);
  net.template backward<T>(s, view<T>(before), view<T>(slopes), work, ds, std::span<T>(out.dx));
  each_number([](T& v) { v = T(0); }, ds);
  const auto y = net.template forward<T>(s, view<T>(x), work);
  out.y.assign(y.begin(), y.end());
  const std::size_t asked = counted::allocations();
  net.template backward<T>(s, view<T>(x), view<T>(dy), work, ds, std::span<T>(out.dx));
  CHECK(counted::allocations() == asked);
  learn_layers::pullback(view<T>(theta), ds, std::span<T>(out.dtheta));
  return out;
}

template <class T, class M>
void check_against_recurrence(const M& m, bool mean) {
  using moving = dual<reference::wide_of<T>>;
  reference::numbers draw(311);
  const std::size_t kappa = 5, sequences = 3;
  const auto theta = draw.draws<T>(static_cast<std::size_t>(learn_layers::count(m.template make<T>())));
  const auto x = draw.draws<T>(sequences * kappa * 2), dy = draw.draws<T>(sequences * 3);
  const auto got = passed_through(m, {3, 5}, theta, x, dy);
  auto th = reference::widen_all<moving>(theta, 0), in = reference::widen_all<moving>(x, 0);
  const auto answer = [&](std::size_t n) {
    std::vector<std::vector<moving>> sequence;
    for (std::size_t t = 0; t < kappa; ++t)
      sequence.push_back({in[(n * kappa + t) * 2], in[(n * kappa + t) * 2 + 1]});
    return written_out<moving>(sequence, th.data(), mean)[0];
  };
  const auto slope = [&](moving& of) {
    of.e = 1;
    auto sum = of.e - of.e;
    for (std::size_t n = 0; n < sequences; ++n) {
      const auto y = answer(n);
      for (std::size_t j = 0; j < 3; ++j) sum = sum + reference::widen(dy[n * 3 + j], 0) * y[j].e;
    }
    of.e = 0;
    return sum;
  };
  reference::largest forward, gradient;
  const auto error = [](const T& value, const auto& expected) {
    return reference::epsilons(value, expected, std::max(1.0, reference::magnitude(expected)));
  };
  for (std::size_t n = 0; n < sequences; ++n) {
    const auto y = answer(n);
    for (std::size_t j = 0; j < 3; ++j) forward.see(error(got.y[n * 3 + j], y[j].v));
  }
  for (std::size_t i = 0; i < in.size(); ++i) gradient.see(error(got.dx[i], slope(in[i])));
  for (std::size_t i = 0; i < th.size(); ++i) gradient.see(error(got.dtheta[i], slope(th[i])));
  CHECK(forward < 450);    // 1e-13 in doubles
  CHECK(gradient < 4500);  // 1e-12
}

}  // namespace

TEST_CASE_TEMPLATE("blocks of S4 are the recurrence, gradients those of dual numbers", T, float, double) {
  check_against_recurrence<T>(model<8, mean_output>{}, true);
  check_against_recurrence<T>(model<8, last_output>{}, false);
}

TEST_CASE("sizes in types have the bits of values, lanes those of single numbers") {
  using P = pack<double>;
  reference::numbers draw(312);
  const model<8, mean_output> m{};
  model<dynamic, mean_output> late{};
  std::get<2>(std::get<2>(late.layers).layers).outputs = extent<>(8);
  const auto theta = draw.draws<P>(static_cast<std::size_t>(learn_layers::count(m.make<double>())));
  const auto x = draw.draws<P>(2 * 5 * 2), dy = draw.draws<P>(2 * 3);
  const auto all = passed_through(m, {2, 5}, theta, x, dy);
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
    const auto get = [lane](const std::vector<P>& v) {
      std::vector<double> one;
      for (const P& u : v) one.push_back(scalar_traits<P>::get(u, lane));
      return one;
    };
    const passed<double> expected{get(all.y), get(all.dtheta), get(all.dx)};
    CHECK(passed_through(m, {2, 5}, get(theta), get(x), get(dy)) == expected);
    CHECK(passed_through(late, {2, 5}, get(theta), get(x), get(dy)) == expected);
  }
}

TEST_CASE("names, numbers of parameters and starts reach into layers inside of layers") {
  using m = model<8, last_output>;
  static_assert(m::known_parameters == 12 + 27 + 4 + 40 + 8 + 15 + 15);
  static_assert(Layer<s4_block<8>> && Layer<mean_output> && LayeredModel<m>);
  auto s = m{}.make<double>();
  std::vector<std::string> names;
  for_each_leaf(s, [&](const std::string& name, auto leaf) {
    names.push_back(name + " " + std::to_string(leaf.size()));
  });
  CHECK(names == std::vector<std::string>{"layer1 12", "layer2.layer0.layer0.a 3",
                                          "layer2.layer0.layer0.b 12", "layer2.layer0.layer0.c 12",
                                          "layer2.layer0.layer1 4", "layer2.layer2 40", "layer3 8",
                                          "layer4.layer1 15", "layer4.layer2 15"});
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  each_number([&](double& v) { v = nan; }, s);
  keyed_stream stream(3);
  network_start<gaussian_start, scaled_kernels>{
      .ssm = {.state = {0.5, 0}, .input = {0.25, 0}, .output = {2, 0}}}(s, stream);
  each_number([](double& v) { CHECK(v == v); }, s);
  const auto& block = s.of<2>();
  CHECK(block.of<0>().of<0>().a == std::array<double, 3>{0.5, 0.5, 0.5});
  CHECK(block.of<0>().of<1>() == std::vector<double>(4, 1));
  CHECK(block.of<2>()[0] != 0);
  CHECK(block.of<2>()[39] == 0);
  CHECK(s.of<3>() == std::vector<double>{1, 1, 1, 1, 0, 0, 0, 0});
}

TEST_CASE("a block trains to a lower loss, and its gradient by role is all of it") {
  using student = deep<channels<2>, dense<4>, s4_block<8>, layer_norm, mean_output, dense<1>>;
  using study = teacher_student<student, given<real_diagonal<1, 2>>, training_set<6, gaussian<everywhere>, 2>,
                                squared_error, descent<adam>, network_start<gaussian_start, scaled_kernels>>;
  study s{.teacher = {.values = {{0.5}, {1, -1}, {1}}}};
  s.data.sequences.count = 12;
  s.training.stop = {{{.value = 0}, {.steps = 60}}};
  s.start.ssm = {.state = {.mean = 0.5, .deviation = 0.2},
                 .input = {.mean = 0, .deviation = 0.5},
                 .output = {.mean = 0, .deviation = 0.5}};
  const auto bound = bind<double>(s, 5);
  tests::standing at(bound.objective);
  std::vector<double> gradient(bound.theta.size());
  const double before = at.value_and_gradient(view<double>(bound.theta), std::span<double>(gradient));
  double whole = 0, apart = 0;
  for (const double g : gradient) whole += g * g;
  const auto squares = at.at.role_squares();
  for (const double square : squares) apart += square;
  CHECK(apart == doctest::Approx(whole).epsilon(1e-13));
  CHECK(squares[state_role::index] > 0);
  CHECK(run<double>(s, 5).at_end.loss < before);
}

TEST_CASE("skips that cannot be are refused by name") {
  const deep<channels<4>, residual<dense<>>> wide{{{}, {{{.outputs = 3}}}}};
  CHECK_THROWS_WITH_AS(wide.validate(),
                       "skip_connection: outputs of the layers must be 4, as many as the skip gives, given 3",
                       bad_argument);
  CHECK_THROWS_WITH_AS(
      (deep<channels<4>, residual<last_output>>{}.validate()),
      "skip_connection: the layers must be ones that answer at every step, given one that answers once",
      bad_argument);
  CHECK_THROWS_WITH_AS((deep<channels<4>, residual<dense<>>>{}.validate()),
                       "dense: outputs must be at least 1, given 0", bad_argument);
}
