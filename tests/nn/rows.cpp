// SPDX-License-Identifier: BSD-3-Clause
// Normalization, gated units and channel gains: rows against formulas in wide numbers, gradients against dual ones, for sizes
// on both sides of a register and rows that are equal, nearly equal and generic; lanes have the bits of single numbers.
#include <lssm/core/pack.hpp>
#include <lssm/nn.hpp>
#include <string>

#include "../reference.hpp"

using namespace lssm;

namespace {

using reference::wide;

/// One row of a layer, written out.
template <class R>
std::vector<R> row_of(const std::string& layer, const std::vector<R>& x, const R* theta) {
  const std::size_t n = x.size();
  std::vector<R> y;
  if (layer == "channel_gains") {
    for (std::size_t j = 0; j < n; ++j) y.push_back(theta[j] * x[j]);
  } else if (layer == "glu" || layer == "geglu") {
    for (std::size_t j = 0; j < n / 2; ++j) {
      const R gate = x[n / 2 + j];
      y.push_back(layer == "glu" ? x[j] / (R(1) + exp_of(R(0) - gate))
                                 : x[j] * gate * erfc_of(R(0) - gate / sqrt_of(R(2))) / R(2));
    }
  } else {
    const R count(static_cast<double>(n));
    R mean(0), square(0);
    if (layer == "layer_norm")
      for (const R& v : x) mean = mean + v / count;
    for (const R& v : x) square = square + (v - mean) * (v - mean) / count;
    for (std::size_t j = 0; j < n; ++j) {
      const R unit = (x[j] - mean) / sqrt_of(square + R(1e-5));
      y.push_back(layer == "layer_norm" ? theta[j] * unit + theta[n + j] : theta[j] * unit);
    }
  }
  return y;
}

/// Rows of a regime: generic ones, nearly equal entries, all the same.
template <class T>
std::vector<T> rows_in(reference::regime r, reference::numbers& draw, std::size_t rows, std::size_t n) {
  std::vector<T> x;
  for (std::size_t i = 0; i < rows; ++i) {
    const T centre = draw.draw<T>();
    for (std::size_t j = 0; j < n; ++j) {
      const T away = draw.draw<T>();
      x.push_back(r == reference::regime::equal          ? centre
                  : r == reference::regime::nearly_equal ? centre + away * T(1e-5F)
                                                         : away * T(2));
    }
  }
  return x;
}

template <class T>
struct passed {
  std::vector<T> y, dtheta, dx;
  friend bool operator==(const passed&, const passed&) = default;
};
/// There and back; the gradient of the parameters is added to 1.
template <class Bound, class T>
passed<T> passed_through(const Bound& layer, const std::vector<T>& theta, const std::vector<T>& x,
                         const std::vector<T>& dy) {
  passed<T> out{std::vector<T>(dy.size(), T(7)), std::vector<T>(theta.size(), T(1)), x};
  layer.template forward<T>(view<T>(theta), view<T>(x), std::span<T>(out.y));
  layer.template backward<T>(view<T>(theta), view<T>(x), view<T>(out.y), view<T>(dy),
                             std::span<T>(out.dtheta), std::span<T>(out.dx));
  // A gradient that nobody asks for changes nothing else.
  auto alone = std::vector<T>(theta.size(), T(1));
  layer.template backward<T>(view<T>(theta), view<T>(x), view<T>(out.y), view<T>(dy), std::span<T>(alone),
                             std::span<T>());
  for (std::size_t i = 0; i < alone.size(); ++i)
    for (std::size_t l = 0; l < lanes_of<T>; ++l)
      CHECK(scalar_traits<T>::get(alone[i], l) == scalar_traits<T>::get(out.dtheta[i], l));
  return out;
}

/// Forward and gradient errors in epsilons, of 1 or of the number itself if that is larger.
struct errors {
  reference::largest forward, gradient;
};
template <class T, class L>
void see_errors(const std::string& name, const L& layer, std::size_t n, reference::regime r,
                reference::numbers& draw, errors& worst) {
  using moving = dual<reference::wide_of<T>>;
  const auto bound = layer.bind(extent<>(static_cast<integer>(n)));
  const std::size_t rows = 3, out = static_cast<std::size_t>(integer(bound.outputs()));
  const auto x = rows_in<T>(r, draw, rows, n);
  const auto theta = draw.draws<T>(static_cast<std::size_t>(bound.parameters()), 2);
  const auto dy = draw.draws<T>(rows * out);
  const auto got = passed_through(bound, theta, x, dy);
  const auto error = [](const T& value, const auto& expected) {
    return reference::epsilons(value, expected, std::max(1.0, reference::magnitude(expected)));
  };
  auto th = reference::widen_all<moving>(theta, 0), in = reference::widen_all<moving>(x, 0);
  const auto output = [&](std::size_t row) {
    const auto first = in.begin() + static_cast<std::ptrdiff_t>(row * n);
    return row_of<moving>(name, {first, first + static_cast<std::ptrdiff_t>(n)}, th.data());
  };
  const auto slope = [&](moving& of) {
    of.e = 1;
    auto sum = moving(0).e;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto y = output(row);
      for (std::size_t j = 0; j < out; ++j) sum = sum + reference::widen(dy[row * out + j], 0) * y[j].e;
    }
    of.e = 0;
    return sum;
  };
  for (std::size_t row = 0; row < rows; ++row) {
    const auto y = output(row);
    REQUIRE(y.size() == out);
    for (std::size_t j = 0; j < out; ++j) worst.forward.see(error(got.y[row * out + j], y[j].v));
  }
  for (std::size_t i = 0; i < in.size(); ++i) worst.gradient.see(error(got.dx[i], slope(in[i])));
  for (std::size_t i = 0; i < th.size(); ++i) worst.gradient.see(error(got.dtheta[i], 1 + slope(th[i])));
}

template <class F>
void each_layer(F f) {
  f("layer_norm", layer_norm{});
  f("rms_norm", rms_norm{});
  f("glu", glu{});
  f("geglu", gated<activation::gelu>{});
  f("channel_gains", channel_gains{});
}
constexpr std::size_t widths[] = {2, 6, 8, 10, 16, 34};

}  // namespace

TEST_CASE_TEMPLATE("rows are their formula, gradients those of dual numbers", T, float, double) {
  reference::numbers draw(301);
  each_layer([&](const std::string& name, const auto& layer) {
    errors worst;
    for (const reference::regime r : reference::regimes)
      for (const std::size_t n : widths) see_errors<T>(name, layer, n, r, draw, worst);
    CAPTURE(name);
    CHECK(worst.forward < 450);    // 1e-13 in doubles
    CHECK(worst.gradient < 4500);  // 1e-12
  });
}

TEST_CASE("derivatives that dual numbers carry through a backward pass are its derivatives") {
  // Reverse over forward: the pass in dual numbers against differences of nothing, dual numbers of dual numbers.
  reference::numbers draw(302);
  each_layer([&](const std::string& name, const auto& layer) {
    errors worst;
    for (const std::size_t n : widths)
      see_errors<dual<double>>(name, layer, n, reference::regime::generic, draw, worst);
    CAPTURE(name);
    CHECK(worst.forward < 450);
    CHECK(worst.gradient < 4500);
  });
}

TEST_CASE_TEMPLATE("lanes have the bits of single numbers, sizes in types those of values", L, float,
                   double) {
  using P = pack<L>;
  reference::numbers draw(303);
  each_layer([&](const std::string& name, const auto& layer) {
    CAPTURE(name);
    for (const std::size_t n : widths) {
      const auto bound = layer.bind(extent<>(static_cast<integer>(n)));
      const auto theta = draw.draws<P>(static_cast<std::size_t>(bound.parameters()));
      const auto x = draw.draws<P>(2 * n),
                 dy = draw.draws<P>(2 * static_cast<std::size_t>(integer(bound.outputs())));
      const auto all = passed_through(bound, theta, x, dy);
      for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
        const auto get = [lane](const std::vector<P>& v) {
          std::vector<L> one;
          for (const P& u : v) one.push_back(scalar_traits<P>::get(u, lane));
          return one;
        };
        const passed<L> expected{get(all.y), get(all.dtheta), get(all.dx)};
        CHECK(passed_through(bound, get(theta), get(x), get(dy)) == expected);
        if (n == 10) CHECK(passed_through(layer.bind(extent<10>()), get(theta), get(x), get(dy)) == expected);
      }
    }
  });
}

TEST_CASE("normalized rows do not see the scale and the mean of a row, and start with gain 1") {
  reference::numbers draw(304);
  const auto layer = layer_norm{.epsilon = 1e-300}.bind(extent<12>());
  std::vector<double> theta(24), x = draw.draws<double>(12), y(12), moved(12);
  layer.write_start(std::span<double>(theta));
  CHECK(std::count(theta.begin(), theta.end(), 1.0) == 12);
  CHECK(std::count(theta.begin(), theta.end(), 0.0) == 12);
  layer.forward<double>(view<double>(theta), view<double>(x), std::span<double>(y));
  double mean = 0, square = 0;
  for (const double v : y) mean += v / 12, square += v * v / 12;
  CHECK(std::abs(mean) < 1e-15);
  CHECK(square == doctest::Approx(1).epsilon(1e-14));
  for (double& v : x) v = 3 + 8 * v;
  layer.forward<double>(view<double>(theta), view<double>(x), std::span<double>(moved));
  for (std::size_t i = 0; i < 12; ++i) CHECK(moved[i] == doctest::Approx(y[i]).epsilon(1e-13));
}

TEST_CASE_TEMPLATE("rows whose squares or sums overflow are normalized as smaller ones are, and pulled back",
                   T, float, double) {
  reference::numbers draw(305);
  constexpr int top = std::numeric_limits<T>::max_exponent;
  // The entries of each row are below 1, those of the last positive. Scaled by powers of two they keep their digits.
  const std::array<int, 3> exponents{top * 3 / 5, top - 9, top - 1};
  std::vector<T> x = draw.draws<T>(18, 0.5), large(18);
  for (std::size_t i = 0; i < 18; ++i) {
    x[i] = std::clamp(i < 12 ? x[i] : std::abs(x[i]), T(-0.9), T(0.9));
    large[i] = std::ldexp(x[i], exponents[i / 6]);
  }
  const auto dy = draw.draws<T>(18);
  const auto holds = [&](auto layer, std::size_t parameters) {
    const auto bound = layer.bind(extent<>(6));
    const auto theta = draw.draws<T>(parameters);
    const auto small = passed_through(bound, theta, x, dy), big = passed_through(bound, theta, large, dy);
    for (std::size_t i = 0; i < 18; ++i) {
      CHECK(std::abs(big.y[i] - small.y[i]) < T(100 * epsilon_of<T>));
      CHECK(std::abs(std::ldexp(big.dx[i], exponents[i / 6]) - small.dx[i]) < T(1e3 * epsilon_of<T>));
    }
    for (std::size_t i = 0; i < parameters; ++i)
      CHECK(std::abs(big.dtheta[i] - small.dtheta[i]) < T(1e3 * epsilon_of<T>));
  };
  holds(layer_norm{.epsilon = 1e-30}, 12);
  holds(rms_norm{.epsilon = 1e-30}, 6);
}

TEST_CASE("an epsilon is refused where it is none in the scalar of the run") {
  const std::vector<float> theta(4, 1), x{1, 1};
  std::vector<float> y(2);
  for (const double epsilon : {1e-50, 1e50})
    CHECK_THROWS_WITH_AS(layer_norm{.epsilon = epsilon}
                             .bind(extent<2>())
                             .forward<float>(view<float>(theta), view<float>(x), std::span<float>(y)),
                         doctest::Contains("epsilon must be finite and above 0 in the scalar of the run"),
                         bad_argument);
}

TEST_CASE("descriptions keep their numbers beside others in a tuple") {
  const auto epsilon = [](const auto& m, auto i) { return std::get<i>(m.layers).epsilon; };
  using second = std::integral_constant<std::size_t, 1>;
  CHECK(epsilon(sequential<channels<2>, layer_norm>{}, second()) == 1e-5);
  CHECK(epsilon(sequential<last_output, rms_norm>{}, second()) == 1e-5);
  CHECK(epsilon(sequential<mean_output, rms_norm, glu>{}, second()) == 1e-5);
  CHECK(epsilon(deep<channels<2>, layer_norm, relu, mean_output>{}, second()) == 1e-5);
}

TEST_CASE("row layers that cannot be are refused by name") {
  CHECK_THROWS_WITH_AS(glu::bind(extent<>(5)),
                       "gated: inputs must be even, channels and then their gates, given 5", bad_argument);
  CHECK_THROWS_WITH_AS(layer_norm{.epsilon = 0}.validate(),
                       "layer_norm: epsilon must be finite and above 0, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(rms_norm{.epsilon = -1}.validate(),
                       "rms_norm: epsilon must be finite and above 0, given -1", bad_argument);
  CHECK_THROWS_AS(rms_norm{.epsilon = std::numeric_limits<double>::infinity()}.validate(), bad_argument);
  static_assert(Layer<glu> && Layer<layer_norm> && Layer<rms_norm> && Layer<channel_gains>);
  static_assert(sequential<dense<64>, glu, layer_norm>::known_outputs<32> == 32);
  static_assert(sequential<dense<64>, glu, layer_norm>::known_parameters<32> == 33 * 64 + 64);
}
