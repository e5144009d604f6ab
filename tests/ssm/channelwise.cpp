// SPDX-License-Identifier: BSD-3-Clause
// Channels apart from each other: they are the single systems, in responses, gradients, steps, modes and files.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <lssm/ssm/system_file.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T, class Structure>
auto drawn(const Structure& structure, reference::numbers& draw) {
  auto s = structure.template make<T>();
  each_number([&](T& x) { x = T(0.5) * draw.draw<T>(); }, s);
  return s;
}

template <class S>
void channels_are_single_systems(const S& one, std::size_t kappa) {
  constexpr std::size_t h = 3;
  using whole = channelwise<S, h>;
  const whole structure{one};
  structure.validate();
  reference::numbers draw(5);
  const auto s = drawn<double>(structure, draw);
  const auto g = draw.draws<double>(kappa * h * h);
  std::vector<double> response(kappa * h * h, 7.0);
  whole::impulse_response(s, std::span<double>(response));
  auto ds = structure.template make<double>();
  whole::pullback(s, view<double>(g), ds);
  for (std::size_t c = 0; c < h; ++c) {
    const auto system = whole::get(s, c);
    std::vector<double> expected(kappa), weight(kappa);
    S::impulse_response(system, std::span<double>(expected));
    for (std::size_t k = 0; k < kappa; ++k) {
      weight[k] = g[(k * h + c) * h + c];
      for (std::size_t q = 0; q < h; ++q)
        CHECK(response[(k * h + c) * h + q] == (q == c ? expected[k] : 0.0));
    }
    auto slope = one.template make<double>();
    S::pullback(system, view<double>(weight), slope);
    CHECK(equal_parts(whole::get(std::as_const(ds), c), slope));
    auto back = s;
    whole::set(back, c, system);
    CHECK(equal_parts(back, s));
  }
}

/// Along one of its numbers, by dual numbers through the response.
template <class S>
void gradient_is_derivative(const S& structure, std::size_t kappa) {
  using number = dual<double>;
  reference::numbers draw(6);
  auto s = drawn<double>(structure, draw);
  constexpr std::size_t h = static_cast<std::size_t>(S::inputs);
  const auto g = draw.draws<double>(kappa * h * h);
  auto ds = structure.template make<double>();
  S::pullback(s, view<double>(g), ds);
  auto moving = structure.template make<number>();
  each_number([](number& x, const double& y) { x = number(y); }, moving, std::as_const(s));
  std::vector<number> response(kappa * h * h);
  double largest = 0;
  each_number([&](const double& x) { largest = std::max(largest, std::abs(x)); }, std::as_const(ds));
  each_number(
      [&](number& x, const double& slope) {
        x.e = 1;
        S::impulse_response(std::as_const(moving), std::span<number>(response));
        x.e = 0;
        double along = 0;
        for (std::size_t k = 0; k < response.size(); ++k) along += g[k] * response[k].e;
        CHECK(std::abs(slope - along) < 1e-13 * largest);
      },
      moving, std::as_const(ds));
}

template <class Structure, class Method>
using flow_study =
    teacher_student<ssm<Structure>, given<Structure>, training_set<6, gaussian<everywhere>, 2>, squared_error,
                    gradient_flow<Method, plain, first_of<time_horizon, step_limit>>, gaussian_start>;
template <class State>
std::vector<double> numbers_of(const State& s) {
  std::vector<double> all;
  each_number([&](const double& x) { all.push_back(x); }, s);
  return all;
}
template <class Method, class Structure>
auto end_of_flow(const Structure& structure, double rtol) {
  reference::numbers draw(8);
  const gaussian_entries io{.mean = 0.3, .deviation = 0.3};
  const flow_study<Structure, Method> study{
      .student = {structure},
      .teacher = {.structure = structure, .values = drawn<double>(structure, draw)},
      .data = {.sequences = {.count = 20}},
      .training = {.rtol = rtol, .stop = {{{.time = 5}, {.steps = 1e6}}}},
      .start = {.state = {.deviation = 0.3},
                .input = io,
                .output = io,
                .time = gaussian_entries{.mean = 0.5, .deviation = 0.1}}};
  return numbers_of(run<double>(study, 2).student.system);
}

using stepped = discretized<complex_diagonal<2>, zero_order_hold>;

}  // namespace

TEST_CASE("channelwise: responses and gradients are those of each channel, bit for bit") {
  for (const std::size_t kappa : {std::size_t{1}, std::size_t{9}}) {
    channels_are_single_systems(real_diagonal<>{2}, kappa);
    channels_are_single_systems(real_diagonal<3>{}, kappa);
    channels_are_single_systems(complex_diagonal<>{2}, kappa);
    channels_are_single_systems(dense_state<2>{}, kappa);
    channels_are_single_systems(stepped{}, kappa);
  }
}

TEST_CASE("channelwise: gradients are derivatives") {
  gradient_is_derivative(channelwise<real_diagonal<>, 2>{{3}}, 7);
  gradient_is_derivative(channelwise<complex_diagonal<2>, 3>{}, 7);
  gradient_is_derivative(channelwise<dense_state<>, 2>{{3}}, 7);
  gradient_is_derivative(channelwise<stepped, 2>{}, 7);
}

TEST_CASE("channelwise: the recurrence is the convolution with the response") {
  reference::numbers draw(7);
  const auto agree = [&](const auto& structure) {
    using S = std::remove_cvref_t<decltype(structure)>;
    const bound_system<double, S> system{drawn<double>(structure, draw)};
    const auto x = draw.draws<double>(8 * 2);
    std::vector<double> by_steps(16), by_response(16);
    system.sequence(view<double>(x), std::span<double>(by_steps));
    system.convolve(view<double>(x), std::span<double>(by_response));
    for (std::size_t i = 0; i < 16; ++i) CHECK(by_steps[i] == doctest::Approx(by_response[i]).epsilon(1e-12));
  };
  agree(channelwise<real_diagonal<>, 2>{{3}});
  agree(channelwise<complex_diagonal<2>, 2>{});
  agree(channelwise<dense_state<3>, 2>{});
  agree(channelwise<stepped, 2>{});
}

TEST_CASE("channelwise: modes stand channel by channel, and can be moved where those of a channel can") {
  using S = channelwise<complex_diagonal<2>, 2>;
  S::parameters<double> s{{{{0.1, 0.2, 0.3, 0.4}}, {{0.5, 0.6, 0.7, 0.8}}, {}, {}, {}, {}}};
  CHECK(modes_of<S>(s) == 4);
  CHECK(pole_of<S>(s, 2) == eigenvalue<double>{0.3, 0.7});
  set_pole_of<S>(s, 3, eigenvalue<double>{-1, 2});
  CHECK(pole_of<S>(s, 3) == eigenvalue<double>{-1, 2});
  CHECK(spectrum_of<S, double>(s).size() == 8);
  CHECK(spectrum_of<S, double>(s)[5] == eigenvalue<double>{0.3, -0.7});
  CHECK(state_size_of<S>(s) == 8);
  using rotation = channelwise<dense_state<2>, 2>;
  static_assert(!HasPoles<rotation> && HasSpectrum<rotation>);
  rotation::parameters<double> turned{{{{0, -1, 1, 0, 2, 0, 0, 3}}, {}, {}}};
  CHECK(spectrum_of<rotation, double>(turned)[0] == eigenvalue<double>{0, 1});
  CHECK(spectrum_of<rotation, double>(turned)[2] == eigenvalue<double>{3, 0});
  static_assert(!HasModes<channelwise<stepped, 2>>);  // their eigenvalues are told, not stored
}

TEST_CASE("channelwise: the parts have the names of a channel, and shapes of channels") {
  using S = channelwise<discretized<real_diagonal<2>, zero_order_hold>, 3>;
  const auto s = S{}.make<double>();
  std::vector<std::string> names;
  std::vector<array_shape> shapes;
  detail::each_matrix<double, S>(s, [&](const std::string& name, auto, const array_shape& shape) {
    names.push_back(name);
    shapes.push_back(shape);
  });
  CHECK(names == std::vector<std::string>{"a", "b", "c", "step"});
  CHECK(shapes == std::vector<array_shape>{{3, 2}, {3, 2}, {3, 2}, {3, 1}});
  CHECK(S::name == "channelwise/1 discretized/1 real_diagonal/1 zero_order_hold");
}

TEST_CASE("channelwise: learn takes slots of a channel and roles") {
  using S = channelwise<stepped, 3>;
  using by_slot = ssm<S, learn<state_imaginary, through<time_steps, exponential>>>;
  static_assert(by_slot::known_parameters == 3 * 2 + 3);
  static_assert(std::is_same_v<by_slot::learned, learn<of_channels<state_imaginary, 1>,
                                                       through<of_channels<time_steps, 6>, exponential>>>);
  static_assert(ssm<S, learn<state_role, through<time_role, exponential>>>::known_parameters == 15);
  auto s = S{}.make<double>();
  std::vector<double> theta(9, 0.0);
  theta[8] = std::log(0.25);
  by_slot::learned::to_system(view<double>(theta), s);
  CHECK(S::get(s, 2).step[0] == doctest::Approx(0.25));
}

TEST_CASE("channelwise: the stiff flow takes modes, and full matrices") {
  const auto agree = [](const auto& structure) {
    const auto stiff = end_of_flow<rosenbrock>(structure, 1e-9);
    const auto expected = end_of_flow<dormand_prince>(structure, 1e-11);
    for (std::size_t i = 0; i < stiff.size(); ++i)
      CHECK(stiff[i] == doctest::Approx(expected[i]).epsilon(1e-6));
  };
  static_assert(modal_model<ssm<channelwise<real_diagonal<>, 2>>> &&
                !dense_model<ssm<channelwise<real_diagonal<>, 2>>>);
  static_assert(curved_model<ssm<channelwise<dense_state<>, 2>>>);
  static_assert(dense_model<ssm<channelwise<stepped, 2>>>);  // a step for all modes of a channel
  agree(channelwise<real_diagonal<>, 2>{{2}});
  agree(channelwise<complex_diagonal<>, 2>{{1}});
  agree(channelwise<stepped, 2>{});
}
