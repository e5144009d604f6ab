// SPDX-License-Identifier: BSD-3-Clause
// Impulse response, recurrence, last output and single steps are one map: the convolution with h_k = C A^k B.
#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/ssm.hpp>
#include <lssm/ssm/execution.hpp>
#include <xtensor/xarray.hpp>

#include "systems.hpp"

using namespace lssm;

namespace {

/// All outputs, by single steps from and to a carried state.
template <class T, class Bound>
std::vector<T> step_by_step(const Bound& bound, const std::vector<T>& x, std::vector<T>& state) {
  const std::size_t m = Bound::inputs, p = Bound::outputs, kappa = x.size() / m;
  std::vector<T> y(kappa * p, T(0));
  for (std::size_t t = 0; t < kappa; ++t)
    bound.advance(std::span<const T>(x).subspan(t * m, m), std::span<T>(state),
                  std::span<T>(y).subspan(t * p, p));
  return y;
}

template <class T>
bool same_bits(const std::vector<T>& x, const std::vector<T>& y) {
  bool same = x.size() == y.size();
  for (std::size_t i = 0; same && i < x.size(); ++i)
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      same = same && reference::magnitude(reference::widen(x[i], lane) - reference::widen(y[i], lane)) == 0;
  return same;
}

template <class T, class Structure>
void agree(const Structure& structure, std::size_t kappa, reference::regime r) {
  reference::numbers draw(100 * kappa + static_cast<std::size_t>(integer(structure.states)));
  const std::size_t m = Structure::inputs, p = Structure::outputs;
  const bound_system<T, Structure> bound{systems::random_system<T>(structure, draw, r)};
  const std::size_t d = bound.system.a.size();
  const auto x = draw.draws<T>(kappa * m);

  std::vector<T> h(kappa * p * m, T(0)), y(kappa * p, T(0)), last(p, T(0)), state(d, T(0));
  bound.impulse_response(std::span<T>(h));
  bound.sequence(view<T>(x), std::span<T>(y));
  bound.last_output(view<T>(x), std::span<T>(last));
  CHECK(same_bits(step_by_step<T>(bound, x, state), y));
  if constexpr (Structure::inputs == 1 && Structure::outputs == 1)
    CHECK(same_bits({bound(view<T>(x))}, last));

  reference::largest in_h, in_y, in_last;
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    const auto wide_x = reference::widen_all(x, lane);
    const auto expected_h = systems::impulse_response(systems::widen<Structure>(bound.system, lane), kappa);
    const auto expected_y = systems::convolve(expected_h, wide_x, p, m);
    const auto size_h = systems::impulse_response(systems::sizes<Structure>(bound.system, lane), kappa);
    const auto size_y = systems::convolve(size_h, reference::sizes(x, lane), p, m);
    for (std::size_t i = 0; i < h.size(); ++i)
      in_h.see(reference::epsilons(h[i], expected_h[i], size_h[i], lane));
    for (std::size_t i = 0; i < y.size(); ++i)
      in_y.see(reference::epsilons(y[i], expected_y[i], size_y[i], lane));
    for (std::size_t i = 0; i < p; ++i) {
      const std::size_t end = (kappa - 1) * p + i;
      in_last.see(reference::epsilons(last[i], expected_y[end], size_y[end], lane));
    }
  }
  const double terms = static_cast<double>(kappa * (m + 1) + d);
  CHECK(in_h < terms);
  CHECK(in_y < terms);
  CHECK(in_last < terms);
}

}  // namespace

TEST_CASE_TEMPLATE("every execution mode is the convolution with the impulse response", T, float, double,
                   long double, reference::wide, dual<double>, pack<double>) {
  for (const auto r : reference::regimes)
    for (const integer d : {1, 2, 9})
      for (const std::size_t kappa : {1u, 7u, 20u}) {
        agree<T>(real_diagonal<>{d}, kappa, r);
        agree<T>(real_diagonal<dynamic, 2, 3>{d}, kappa, r);
      }
}

TEST_CASE("the same for sizes known at compile time and every shape of channels") {
  for (const auto r : reference::regimes) {
    agree<double>(real_diagonal<10>{}, 7, r);
    agree<double>(real_diagonal<4, 3, 1>{}, 7, r);
    agree<float>(real_diagonal<17, 2, 2>{}, 7, r);
  }
}

TEST_CASE_TEMPLATE("static and dynamic sizes, lanes and single numbers give identical bits", T, float,
                   double) {
  reference::numbers draw(5);
  using L = pack<T>;
  const auto fixed = systems::random_system<L>(real_diagonal<11, 2, 2>{}, draw, reference::regime::generic);
  std::vector<L> h(20 * 4, L(0));
  real_diagonal<11, 2, 2>::impulse_response<L>(fixed, std::span<L>(h));
  for (std::size_t lane = 0; lane < lanes_of<L>; ++lane) {
    auto single = real_diagonal<11, 2, 2>{}.make<T>();
    get_lane(fixed, lane, single);
    auto loose = real_diagonal<dynamic, 2, 2>{11}.make<T>();
    std::copy(single.a.begin(), single.a.end(), loose.a.begin());
    std::copy(single.b.begin(), single.b.end(), loose.b.begin());
    std::copy(single.c.begin(), single.c.end(), loose.c.begin());
    std::vector<T> h_single(h.size()), h_loose(h.size());
    real_diagonal<11, 2, 2>::impulse_response<T>(single, std::span<T>(h_single));
    real_diagonal<dynamic, 2, 2>::impulse_response<T>(loose, std::span<T>(h_loose));
    CHECK(h_single == h_loose);
    bool same = true;
    for (std::size_t i = 0; i < h.size(); ++i)
      same = same && scalar_traits<L>::get(h[i], lane) == h_single[i];
    CHECK(same);
  }
}

TEST_CASE("a carried state goes on where a sequence was cut, to the last bit") {
  reference::numbers draw(6);
  const real_diagonal<dynamic, 2, 3> structure{5};
  const bound_system<double, real_diagonal<dynamic, 2, 3>> bound{
      systems::random_system<double>(structure, draw, reference::regime::generic)};
  const auto x = draw.draws(12 * 2);
  std::vector<double> whole(12 * 3), state(5, 0.0);
  bound.sequence(x, whole);
  for (std::size_t cut = 0; cut <= 12; ++cut) {
    std::fill(state.begin(), state.end(), 0.0);
    auto y =
        step_by_step<double>(bound, {x.begin(), x.begin() + static_cast<std::ptrdiff_t>(2 * cut)}, state);
    const auto rest =
        step_by_step<double>(bound, {x.begin() + static_cast<std::ptrdiff_t>(2 * cut), x.end()}, state);
    y.insert(y.end(), rest.begin(), rest.end());
    CHECK(y == whole);
  }
}

TEST_CASE("tensor expressions go in, containers come out") {
  reference::numbers draw(7);
  const bound_system<double, real_diagonal<3>> siso{
      systems::random_system<double>(real_diagonal<3>{}, draw, reference::regime::generic)};
  const tensor<double, 1> x{1, -2, 3, 0.5};
  std::vector<double> y(4);
  siso.sequence(std::vector<double>{2, -4, 6, 1}, y);
  const auto out = siso.outputs_of(2 * x);
  CHECK(out.shape(0) == 4);
  CHECK(out.shape(1) == 1);
  for (std::size_t t = 0; t < 4; ++t) CHECK(out(t, 0) == y[t]);
  const xt::xarray<double> column = tensor<double, 2>{{2.0}, {-4.0}, {6.0}, {1.0}};
  CHECK(siso.outputs_of(column) == out);

  const auto h = siso.impulse_response(4);
  const auto unit = siso.outputs_of(tensor<double, 1>{1, 0, 0, 0});
  for (std::size_t k = 0; k < 4; ++k) CHECK(std::abs(h(k, 0, 0) - unit(k, 0)) <= 4 * epsilon_of<double>);

  CHECK_THROWS_WITH_AS(siso.outputs_of(tensor<double, 2>{{1, 2}, {3, 4}}),
                       "outputs_of: the input must be of shape (kappa, 1), given 2 axes, last of length 2",
                       bad_argument);
  CHECK_THROWS_AS(siso.outputs_of(tensor<double, 3>{{{1}}}), bad_argument);
  CHECK_THROWS_WITH_AS(siso.impulse_response(0), "impulse_response: length must be at least 1, given 0",
                       bad_argument);
}

namespace {
/// The message of what a call refuses; empty where it refuses nothing.
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return {};
}
/// A system of structure S with one number more in a part than belongs there.
template <class S, class Lengthen>
std::string refusal_of_longer(const S& structure, Lengthen lengthen) {
  bound_system<double, S> bound{structure.template make<double>()};
  lengthen(bound.system);
  std::vector<double> h(2 * S::outputs * S::inputs), x(2 * S::inputs), y(2 * S::outputs);
  const auto calls = {
      refusal([&] { bound.impulse_response(std::span<double>(h)); }), refusal([&] { bound.sequence(x, y); }),
      refusal([&] { bound.convolve(x, y); }),
      refusal([&] { outputs_by(chunk_mode{}, bound, view<double>(x), std::span<double>(y)); })};
  for (const std::string& message : calls)
    CHECK(message.find("the parts of the system must be of sizes that belong together") != std::string::npos);
  return *calls.begin();
}
}  // namespace

TEST_CASE("systems whose parts do not belong together are refused, not read beyond their end") {
  CHECK(refusal_of_longer(real_diagonal<>{2}, [](auto& s) { s.b.pop_back(); }) ==
        "impulse_response: the parts of the system must be of sizes that belong together, given a of 2, b of "
        "1, "
        "c of 2");
  refusal_of_longer(real_diagonal<dynamic, 2, 3>{2}, [](auto& s) { s.c.pop_back(); });
  refusal_of_longer(dense_state<dynamic, 1, 2>{2}, [](auto& s) { s.a.pop_back(); });
  refusal_of_longer(complex_diagonal<>{2}, [](auto& s) { s.a_im.pop_back(); });
  refusal_of_longer(complex_diagonal<dynamic, 2>{2}, [](auto& s) { s.b_re.pop_back(); });
  using stepped = discretized<real_diagonal<>, zero_order_hold, step_per_mode>;
  refusal_of_longer(stepped{{2}}, [](auto& s) { s.step.pop_back(); });
  refusal_of_longer(channelwise<real_diagonal<>, 2>{{3}},
                    [](auto& s) { std::get<1>(s.channels).pop_back(); });
  refusal_of_longer(channelwise<real_diagonal<>, 2>{{3}}, [](auto& s) { std::get<1>(s.channels).resize(4); });
}

TEST_CASE("spans of other lengths than the system's are refused by its functions") {
  const bound_system<double, real_diagonal<dynamic, 2, 3>> bound{
      real_diagonal<dynamic, 2, 3>{4}.make<double>()};
  std::vector<double> x(8), y(12), h(18), state(4), two(2), three(3);
  const auto cut = [](std::vector<double>& v, std::size_t n) { return std::span<double>(v).first(n); };
  CHECK(refusal([&] { bound.impulse_response(cut(h, 17)); }) ==
        "impulse_response: h must be of whole lags, 6 numbers for each, given 17");
  CHECK(refusal([&] { bound.last_output(cut(x, 7), three); }) ==
        "last_output: x must be of whole steps, 2 numbers for each, given 7");
  CHECK(refusal([&] { bound.last_output(x, two); }) == "last_output: y must be of 3 numbers, given 2");
  CHECK(refusal([&] { bound.convolve(x, cut(y, 11)); }) ==
        "convolve: the outputs must be of as many steps as the inputs, 4, given 11");
  CHECK(refusal([&] { bound.sequence(cut(x, 6), y); }) ==
        "sequence: the outputs must be of as many steps as the inputs, 3, given 12");
  CHECK(refusal([&] { bound.advance(cut(x, 1), state, three); }) ==
        "advance: x must be of 2 numbers, given 1");
  CHECK(refusal([&] { bound.advance(two, state, two); }) ==
        "advance: the outputs must be of as many steps as the inputs, 1, given 2");
  // No lag at all has no h_0.
  const bound_system<double, discretized<real_diagonal<>>> held{
      discretized<real_diagonal<>>{{1}}.make<double>()};
  held.impulse_response(std::span<double>());
  CHECK(held(std::span<const double>()) == 0);
}
