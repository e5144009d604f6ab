// SPDX-License-Identifier: BSD-3-Clause
// Layers and networks of them against plain loops in wide numbers, gradients against dual ones; sizes in types and as
// values, lanes and single numbers have the same bits.
#include <lssm/core/pack.hpp>
#include <lssm/nn.hpp>

#include "plain.hpp"

using namespace lssm;

namespace {

using reference::wide;

/// A network of these sizes, θ, a batch, and what comes back through it.
template <class T>
struct problem {
  std::vector<std::size_t> sizes;
  bool bias;
  std::size_t rows;
  std::vector<T> theta, x, dy;

  problem(reference::numbers& draw, std::vector<std::size_t> widths, bool has_bias, std::size_t r)
      : sizes(std::move(widths)), bias(has_bias), rows(r) {
    std::size_t count = 0;
    for (std::size_t l = 1; l < sizes.size(); ++l) count += (sizes[l - 1] + (bias ? 1 : 0)) * sizes[l];
    theta = draw.draws<T>(count);
    x = draw.draws<T>(rows * sizes.front());
    dy = draw.draws<T>(rows * sizes.back());
  }
};

template <class T>
struct passed {
  std::vector<T> y, dtheta, dx;
  friend bool operator==(const passed&, const passed&) = default;
};

/// Through the network and back, twice: what a batch leaves behind must not reach the next one.
template <class T, class Net>
passed<T> passed_through(const Net& net, const problem<T>& p) {
  CHECK(net.parameters() == length(p.theta));
  CHECK(net.inputs() == static_cast<integer>(p.sizes.front()));
  CHECK(net.outputs() == static_cast<integer>(p.sizes.back()));
  typename Net::template workspace<T> work(net, static_cast<integer>(p.rows));
  const std::vector<T> before(p.x.size(), T(2)), slopes(p.dy.size(), T(-3));
  passed<T> out{{}, std::vector<T>(p.theta.size(), T(0)), std::vector<T>(p.x.size(), T(9))};
  net.template forward<T>(view<T>(p.theta), view<T>(before), work);
  net.template backward<T>(view<T>(p.theta), view<T>(before), view<T>(slopes), work, std::span<T>(out.dtheta),
                           std::span<T>(out.dx));
  for (T& d : out.dtheta) d = T(0);
  const auto y = net.template forward<T>(view<T>(p.theta), view<T>(p.x), work);
  out.y.assign(y.begin(), y.end());
  net.template backward<T>(view<T>(p.theta), view<T>(p.x), view<T>(p.dy), work, std::span<T>(out.dtheta),
                           std::span<T>(out.dx));
  return out;
}

/// y and the derivatives of Σ dy y, of dual numbers through plain loops; in epsilons of what terms may sum to.
template <class T, class Net>
double error_of(const Net& net, const problem<T>& p, double size) {
  using moving = dual<reference::wide_of<T>>;
  const auto got = passed_through(net, p);
  const std::size_t in = p.sizes.front(), out = p.sizes.back();
  const auto lift = [](const std::vector<T>& v) {
    std::vector<moving> r;
    for (const T& x : v) r.push_back(moving(reference::widen(x, 0)));
    return r;
  };
  auto theta = lift(p.theta), x = lift(p.x);
  const auto dy = lift(p.dy);
  const auto output = [&](std::size_t r) {
    const auto first = x.begin() + static_cast<std::ptrdiff_t>(r * in);
    return plain_network::perceptron<moving>({first, first + static_cast<std::ptrdiff_t>(in)}, theta.data(),
                                             p.sizes, p.bias);
  };
  const auto slope = [&](moving& of) {
    of.e = 1;
    moving sum(0);
    for (std::size_t r = 0; r < p.rows; ++r) {
      const auto y = output(r);
      for (std::size_t j = 0; j < out; ++j) sum = sum + dy[r * out + j] * y[j];
    }
    of.e = 0;
    return sum.e;
  };
  reference::largest worst;
  for (std::size_t r = 0; r < p.rows; ++r) {
    const auto y = output(r);
    for (std::size_t j = 0; j < out; ++j) worst.see(reference::epsilons(got.y[r * out + j], y[j].v, size));
  }
  const auto stride = [](const auto& v) { return (v.size() / 12 + 1) | 1; };  // of large layers some entries
  for (std::size_t i = 0; i < x.size(); i += stride(x))
    worst.see(reference::epsilons(got.dx[i], slope(x[i]), size));
  const double batch = size * static_cast<double>(p.rows);
  for (std::size_t i = 0; i < theta.size(); i += stride(theta))
    worst.see(reference::epsilons(got.dtheta[i], slope(theta[i]), batch));
  return worst;
}

template <class Bias>
auto one_layer(std::size_t out) {
  return sequential<dense<dynamic, Bias>>{{{.outputs = static_cast<integer>(out)}}};
}
template <class Bias, integer M = dynamic>
using two_hidden = sequential<dense<M, Bias>, relu, dense<M, Bias>, relu, dense<1, Bias>>;

constexpr std::size_t widths[] = {1, 7, 8, 9, 15, 25};
constexpr std::size_t batch_sizes[] = {1, 2, 5};

}  // namespace

TEST_CASE_TEMPLATE("a dense layer is its matrix product", T, float, double) {
  reference::numbers draw(191);
  for (const std::size_t rows : batch_sizes)
    for (const std::size_t in : widths)
      for (const std::size_t out : widths) {
        CAPTURE(rows);
        CAPTURE(in);
        CAPTURE(out);
        const double terms = static_cast<double>(std::max(in, out) + 1);
        const extent<> inputs(static_cast<integer>(in));
        CHECK(error_of<T>(one_layer<with_bias>(out).bind(inputs), {draw, {in, out}, true, rows}, terms) < 2);
        CHECK(error_of<T>(one_layer<without_bias>(out).bind(inputs), {draw, {in, out}, false, rows}, terms) <
              2);
      }
}

TEST_CASE_TEMPLATE("layers in a row", T, float, double, wide) {
  reference::numbers draw(192);
  for (const std::size_t rows : batch_sizes)
    for (const std::size_t m : {1u, 7u, 15u}) {
      const two_hidden<with_bias> biased{
          {{.outputs = static_cast<integer>(m)}, {}, {.outputs = static_cast<integer>(m)}, {}, {}}};
      const two_hidden<without_bias> plain{
          {{.outputs = static_cast<integer>(m)}, {}, {.outputs = static_cast<integer>(m)}, {}, {}}};
      const double terms = 4.0 * static_cast<double>((m + 1) * (m + 1));
      for (const std::size_t in : {std::size_t{1}, std::size_t{3}}) {
        const extent<> inputs(static_cast<integer>(in));
        CHECK(error_of<T>(biased.bind(inputs), {draw, {in, m, m, 1}, true, rows}, terms) < 2);
        CHECK(error_of<T>(plain.bind(inputs), {draw, {in, m, m, 1}, false, rows}, terms) < 2);
      }
    }
}

TEST_CASE_TEMPLATE("sizes known at compile time have the bits of those at run time", T, float, double) {
  reference::numbers draw(193);
  const auto check = [&]<integer M>(extent<M>) {
    for (const std::size_t rows : batch_sizes) {
      const std::size_t m{M};
      const problem<T> p(draw, {1, m, m, 1}, false, rows);
      const two_hidden<without_bias> late{{{.outputs = M}, {}, {.outputs = M}, {}, {}}};
      CHECK(passed_through(two_hidden<without_bias, M>{}.bind(extent<1>()), p) ==
            passed_through(late.bind(extent<>(1)), p));
    }
  };
  check(extent<9>());
  check(extent<15>());
}

TEST_CASE("lanes have the bits of single numbers") {
  using P = pack<double>;
  reference::numbers draw(194);
  const auto net = two_hidden<with_bias, 9>{}.bind(extent<1>());
  const problem<P> packed(draw, {1, 9, 9, 1}, true, 5);
  const auto all = passed_through(net, packed);
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
    const auto get = [lane](const std::vector<P>& v) {
      std::vector<double> one;
      for (const P& x : v) one.push_back(scalar_traits<P>::get(x, lane));
      return one;
    };
    problem<double> single(draw, {1, 9, 9, 1}, true, 5);
    single.theta = get(packed.theta), single.x = get(packed.x), single.dy = get(packed.dy);
    CHECK(passed_through(net, single) == passed<double>{get(all.y), get(all.dtheta), get(all.dx)});
  }
}

TEST_CASE("gradients add up, and that of the inputs may be left out") {
  reference::numbers draw(195);
  const auto net = two_hidden<with_bias, 7>{}.bind(extent<2>());
  const problem<double> p(draw, {2, 7, 7, 1}, true, 2);
  const auto once = passed_through(net, p);
  decltype(net)::workspace<double> work(net, 2);
  net.forward<double>(view<double>(p.theta), view<double>(p.x), work);
  std::vector<double> twice(p.theta.size(), 0.0);
  for (int i = 0; i < 2; ++i)
    net.backward<double>(view<double>(p.theta), view<double>(p.x), view<double>(p.dy), work,
                         std::span<double>(twice), std::span<double>());
  for (std::size_t i = 0; i < twice.size(); ++i) CHECK(twice[i] == doctest::Approx(2 * once.dtheta[i]));
}

TEST_CASE_TEMPLATE("ReLU: flat at zero and below, NaN stays", T, float, double, wide) {
  using f = activation::relu;
  CHECK(f::value(T(2)) == T(2));
  CHECK(f::value(T(-2)) == T(0));
  CHECK(f::derivative(T(2), T(2)) == T(1));
  for (const T& x : {T(0), -T(0), T(-2)}) CHECK(f::derivative(x, T(0)) == T(0));
  const T nan = T(0) / T(0);
  CHECK(f::value(nan) != f::value(nan));
  const dual<T> at_zero = f::value(dual<T>(T(0), T(1))), above = f::value(dual<T>(T(1), T(3)));
  CHECK(at_zero.e == T(0));
  CHECK(above.e == T(3));
}

TEST_CASE("where parameters stand, and what is known while compiling") {
  using net = sequential<dense<15>, relu, dense<4, without_bias>>;
  static_assert(net::known_outputs<3> == 4 && net::known_parameters<3> == 3 * 15 + 15 + 15 * 4);
  static_assert(net::known_parameters<dynamic> == dynamic && net::known_outputs<dynamic> == 4);
  static_assert(sequential<dense<>, relu>::known_outputs<3> == dynamic);
  std::vector<std::size_t> offsets;
  net{}.bind(extent<3>()).each_layer([&](const auto&, std::size_t at) { offsets.push_back(at); });
  CHECK(offsets == std::vector<std::size_t>{0, 60, 60});

  static_assert(two_hidden<without_bias>::positively_homogeneous);
  static_assert(!two_hidden<with_bias>::positively_homogeneous);
  static_assert(!sequential<dense<15, without_bias>, relu, dense<1>>::positively_homogeneous);
  static_assert(Layer<dense<>> && Layer<relu> && Layer<identity> && !Layer<int>);

  CHECK(one_layer<with_bias>(3) == one_layer<with_bias>(3));
  CHECK_FALSE(one_layer<with_bias>(3) == one_layer<with_bias>(4));
  CHECK_THROWS_WITH(one_layer<with_bias>(0).validate(), "dense: outputs must be at least 1, given 0");
}

TEST_CASE_TEMPLATE("GELU and its slope have the bits of single numbers in layers of any size", T, float,
                   double, dual<float>, dual<double>, pack<float>, pack<double>) {
  using single = activation::gelu;
  reference::numbers draw(195);
  for (std::size_t n = 0; n <= 40; ++n) {
    const auto x = draw.draws<T>(n, 6), dy = draw.draws<T>(n);
    std::vector<T> y(n), dx(n);
    const auto layer = gelu::bind(extent<>(static_cast<integer>(n)));
    layer.template forward<T>({}, view<T>(x), std::span<T>(y));
    layer.template backward<T>({}, view<T>(x), view<T>(y), view<T>(dy), {}, std::span<T>(dx));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        const auto of = [&](const T& v) { return scalar_traits<T>::get(v, lane); };
        const auto value = single::value(of(x[i])), slope = single::derivative(of(x[i]), value) * of(dy[i]);
        CHECK(reference::magnitude(reference::widen(y[i], lane) - reference::widen(value, 0)) == 0);
        CHECK(reference::magnitude(reference::widen(dx[i], lane) - reference::widen(slope, 0)) == 0);
      }
  }
}
