// SPDX-License-Identifier: BSD-3-Clause
// Channels apart from each other as a layer: it is their single systems, with a recurrence, in batches, and with h alone.
#include <doctest/doctest.h>

#include <array>
#include <lssm/kernel/channel_convolution.hpp>
#include <lssm/lssm.hpp>
#include <lssm/nn.hpp>

#include "../tools/standing.hpp"

using namespace lssm;

namespace {

using held = discretized<complex_diagonal<2>, zero_order_hold>;

template <class S>
using layers = deep<channels<1>, dense<3>, ssm<channelwise<S, 3>>, gelu, dense<2>, tanh_layer,
                    ssm<channelwise<S, 2>>, last_output, dense<1>>;
template <class S>
using study_of =
    teacher_student<layers<S>, given<real_diagonal<1>>, training_set<7, gaussian<everywhere>>, squared_error,
                    descent<adam, unconstrained, first_of<target_loss, step_limit>>,
                    network_start<gaussian_start, scaled_kernels>>;

template <class S>
study_of<S> made() {
  const gaussian_entries io{.mean = 0.5, .deviation = 0.3};
  return {.teacher = {.values = {{0.7}, {0.8}, {1.2}}},
          .data = {.sequences = {.count = 9}},
          .training = {.stop = {{{.value = 0}, {.steps = 40}}}},
          .start = {.ssm = {.state = {.mean = 0.2, .deviation = 0.4},
                            .input = io,
                            .output = io,
                            .time = gaussian_entries{.mean = 0.5, .deviation = 0.1}}}};
}

/// Against the derivative that dual numbers carry through the way there.
template <class S>
void gradient_is_derivative() {
  auto bound = bind<double>(made<S>(), 4);
  auto moving = bind<dual<double>>(made<S>(), 4);
  std::vector<double> gradient(bound.theta.size());
  tests::standing at(bound.objective);
  tests::standing elsewhere(moving.objective);
  const double loss = at.value_and_gradient(view<double>(bound.theta), std::span<double>(gradient));
  double largest = 0;
  for (const double g : gradient) largest = std::max(largest, std::abs(g));
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    moving.theta[i].e = 1;
    const auto value = elsewhere.value(view<dual<double>>(moving.theta));
    moving.theta[i].e = 0;
    CHECK(value.v == doctest::Approx(loss).epsilon(1e-13));
    CHECK(std::abs(gradient[i] - value.e) < 1e-12 * largest);
  }
}

/// A layer over a batch of several sequences against each channel's recurrence.
template <class S>
void forward_is_each_channel() {
  auto bound = bind<double>(made<S>(), 4);
  const auto layer = bound.student().template ssm<2>();  // (3 channels)
  using whole = channelwise<S, 3>;
  std::vector<double> x(5 * 3), y(5 * 3), one(5), out(5);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
  layer.sequence(view<double>(x), std::span<double>(y));
  detail::batch_of_sequences<whole, double> batch(layer.system, {2, 5});
  std::vector<double> twice(x), both(30);
  twice.insert(twice.end(), x.begin(), x.end());
  batch.forward(layer.system, view<double>(twice), std::span<double>(both));
  for (std::size_t c = 0; c < 3; ++c) {
    const bound_system<double, S> alone{whole::get(layer.system, c)};
    for (std::size_t t = 0; t < 5; ++t) one[t] = x[t * 3 + c];
    alone.convolve(view<double>(one), std::span<double>(out));
    for (std::size_t t = 0; t < 5; ++t) {
      CHECK(y[t * 3 + c] == doctest::Approx(out[t]).epsilon(1e-13));
      for (const std::size_t sequence : {0u, 15u})
        CHECK(both[sequence + t * 3 + c] == doctest::Approx(out[t]).epsilon(1e-13));
    }
  }
}

/// Recurrences and convolutions give the same outputs and adjoints.
template <class S>
void both_ways_agree() {
  using one = detail::batch_of_sequences<S, double>;
  auto bound = bind<double>(made<S>(), 4);
  const auto s = bound.student().template ssm<2>().system;  // (3 channels)
  const auto run = [&](auto batch) {
    auto ds = s;
    each_number([](double& v) { v = 0.25; }, ds);
    std::vector<double> x(2 * 5 * 3), dy(x), y(x), dx(x);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = std::sin(static_cast<double>(i)), dy[i] = std::cos(static_cast<double>(2 * i));
    batch.forward(s, view<double>(x), std::span<double>(y));
    batch.backward(s, view<double>(x), view<double>(dy), ds, std::span<double>(dx));
    std::vector<double> all(y);
    all.insert(all.end(), dx.begin(), dx.end());
    each_number([&](const double& v) { all.push_back(v); }, ds);
    return all;
  };
  const auto x = run(detail::channels_one_by_one<S, 3, double, one>(s, {2, 5})),
             y = run(detail::convolved_channels<S, 3, double>(s, {2, 5}));
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(x[i] - y[i]) < 1e-12 * (1 + std::abs(x[i])));
}

/// Values, and derivatives where there are any.
template <class T>
bool same(const std::vector<T>& x, const std::vector<T>& y) {
  bool all = x.size() == y.size();
  for (std::size_t i = 0; all && i < x.size(); ++i) {
    all = x[i] == y[i];
    if constexpr (requires { x[i].e; }) all = all && x[i].e == y[i].e;
  }
  return all;
}

}  // namespace

TEST_CASE_TEMPLATE("channelwise layers", S, real_diagonal<2>, complex_diagonal<2>, dense_state<2>, held) {
  gradient_is_derivative<S>();
  forward_is_each_channel<S>();
  both_ways_agree<S>();
  const auto end = run<double>(made<S>(), 4);
  CHECK(end.at_end.loss < 0.5 * bind<double>(made<S>(), 4).objective.loss_scale());
}

TEST_CASE_TEMPLATE("channels convolved side by side have the bits of each alone", T, float, double,
                   long double, dual<float>, dual<double>) {
  for (std::size_t length = 1; length <= 50; ++length) {
    const std::size_t steps = 1 + (length - 1) / 5, n = std::array{1u, 3u, 8u, 13u, 16u}[length % 5];
    CAPTURE(steps);
    CAPTURE(n);
    keyed_stream draws(29);
    const auto drawn = [&] {
      std::vector<T> all(steps * n, T(0));
      for (T& v : all) {
        if constexpr (requires { v.e; }) {
          v = T(decltype(v.v)(draws.normal()), decltype(v.v)(draws.normal()));
        } else {
          v = T(draws.normal());
        }
      }
      return all;
    };
    const auto h = drawn(), x = drawn(), dy = drawn();
    auto g = drawn();
    const auto before = g;
    std::vector<T> y(steps * n), dx(steps * n);
    kernel::convolve_channels(view<T>(h), view<T>(x), n, std::span<T>(y));
    kernel::add_channel_correlations(view<T>(dy), view<T>(x), n, std::span<T>(g));
    kernel::convolve_channels_transposed(view<T>(h), view<T>(dy), n, std::span<T>(dx));
    for (std::size_t c = 0; c < n; ++c) {
      const auto of = [&](const std::vector<T>& all) {
        std::vector<T> one;
        for (std::size_t t = 0; t < steps; ++t) one.push_back(all[t * n + c]);
        return one;
      };
      std::vector<T> out(steps), sum = of(before), back(steps);
      kernel::convolve<1, 1>(view<T>(of(h)), view<T>(of(x)), std::span<T>(out));
      kernel::add_correlation<1, 1>(view<T>(of(dy)), view<T>(of(x)), std::span<T>(sum));
      kernel::convolve_transposed<1, 1>(view<T>(of(h)), view<T>(of(dy)), std::span<T>(back));
      CHECK(same(of(y), out));
      CHECK(same(of(g), sum));
      CHECK(same(of(dx), back));
    }
  }
}
