// SPDX-License-Identifier: BSD-3-Clause
// Structures in continuous time at steps of a learned length: responses as they are written, gradients by dual numbers and
// by differences in quad, lanes, and files.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/core/quad.hpp>
#include <lssm/io.hpp>
#include <lssm/ssm.hpp>
#include <lssm/ssm/system_file.hpp>

#include "../io/scratch.hpp"
#include "../reference.hpp"

using namespace lssm;
using reference::wide;

namespace {

template <integer D = dynamic, integer M = 1, integer P = 1>
using diagonal = real_diagonal<D, M, P>;

/// Decays and steps of many sizes; a mode that stays and a step of no length among them.
template <class S, class T>
auto drawn(const S& structure, std::uint64_t seed) {
  reference::numbers draw(seed);
  auto s = structure.template make<T>();
  each_number([&](T& v) { v = draw.draw<T>(); }, s);
  auto& a = [&]() -> auto& {
    if constexpr (requires { s.a_re; }) {
      return s.a_re;
    } else {
      return s.a;
    }
  }
  ();
  for (std::size_t j = 0; j < a.size(); ++j)
    a[j] = T(j == 0 ? 0.0 : -std::pow(4.0, double(j) - 2)) + T(0.1) * a[j] * T(j > 0);
  for (std::size_t j = 0; j < s.step.size(); ++j) s.step[j] = T(0.4) + T(0.3) * s.step[j];
  return s;
}
static_assert(LinearTimeInvariant<discretized<diagonal<3>>> && HasPoles<discretized<diagonal<3>>> &&
              !HasModes<discretized<diagonal<3>>> && Stepwise<discretized<diagonal<3, 2, 2>, tustin>> &&
              !ModalSlots<discretized<diagonal<3>>> && BatchedSequenceMap<discretized<diagonal<3>>> &&
              BatchedSequenceMap<discretized<complex_diagonal<dynamic, 2, 2>, tustin>> &&
              ModalSlots<discretized<diagonal<>, bilinear, step_per_mode>>);
static_assert(discretized<diagonal<3>>::name == "discretized/1 real_diagonal/1 zero_order_hold");
static_assert(discretized<diagonal<>, tustin, step_per_mode>::name ==
              "discretized/1 real_diagonal/1 generalized_tustin 1/2 per mode");

/// Σ_k <g_k, pullback> of every entry against the derivative that dual numbers carry through h.
template <class S>
void gradient_is_that_of_dual_numbers(const S& structure, std::size_t kappa) {
  CAPTURE(S::name);
  CAPTURE(kappa);
  const auto s = drawn<S, double>(structure, kappa);
  reference::numbers draw(31);
  const auto g = draw.draws<double>(kappa * S::inputs * S::outputs);
  auto ds = structure.template make<double>();
  S::pullback(s, std::span<const double>(g), ds);
  std::vector<double> slopes;
  each_number([&](const double& v) { slopes.push_back(v); }, ds);
  double largest = 0;
  for (const double v : slopes) largest = std::max(largest, std::abs(v));
  for (std::size_t at = 0; at < slopes.size(); ++at) {
    auto moving = structure.template make<dual<double>>();
    std::size_t i = 0;
    each_number([&](dual<double>& x, const double& y) { x = dual<double>(y, i++ == at ? 1.0 : 0.0); }, moving,
                s);
    std::vector<dual<double>> h(g.size());
    S::impulse_response(moving, std::span<dual<double>>(h));
    double expected = 0;
    for (std::size_t k = 0; k < g.size(); ++k) expected += g[k] * h[k].e;
    CHECK(std::abs(slopes[at] - expected) <= 1e-12 * largest);
  }
}

/// y of two sequences in a batch against the recurrence step by step, and Σ <dy, y> by every parameter and every input
/// against the derivative that dual numbers carry through the recurrence.
template <class S>
void batches_are_the_recurrence(const S& structure, std::size_t steps) {
  CAPTURE(S::name);
  CAPTURE(steps);
  using number = dual<double>;
  constexpr std::size_t m = S::inputs, p = S::outputs;
  const auto s = drawn<S, double>(structure, steps);
  reference::numbers draw(32);
  const auto x = draw.draws<double>(2 * steps * m), dy = draw.draws<double>(2 * steps * p);
  std::vector<double> y(dy.size()), expected(y), dx(x.size(), 3.0);
  typename S::template batch_work<double> work(s, 2 * steps);
  S::forward_batch(s, steps, std::span<const double>(x), std::span<double>(y), work);
  double largest = 0;
  const auto apart = [&]<class T>(const bound_system<T, S>& one, const std::vector<T>& in,
                                  std::vector<T>& out) {
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}})
      one.sequence(view<T>(in).subspan(n * steps * m, steps * m),
                   std::span<T>(out).subspan(n * steps * p, steps * p));
  };
  apart(bound_system<double, S>{s}, x, expected);
  for (const double v : expected) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(std::abs(y[i] - expected[i]) <= 1e-13 * largest);

  auto ds = structure.template make<double>(), without = ds;
  S::backward_batch(s, steps, std::span<const double>(x), std::span<const double>(dy), ds,
                    std::span<double>(dx), work);
  for (int again = 0; again < 2; ++again)  // is added, and the same where dx is not asked for
    S::backward_batch(s, steps, std::span<const double>(x), std::span<const double>(dy), without,
                      std::span<double>(), work);
  each_number([](double twice, double once) { CHECK(twice == 2 * once); }, without, ds);
  std::vector<double> slopes;
  each_number([&](const double& v) { slopes.push_back(v); }, ds);
  slopes.insert(slopes.end(), dx.begin(), dx.end());
  auto moving = bound_system<number, S>{structure.template make<number>()};
  std::vector<number*> entries;
  each_number([](number& to, double from) { to = number(from); }, moving.system, s);
  each_number([&](number& v) { entries.push_back(&v); }, moving.system);
  std::vector<number> in(x.begin(), x.end()), out(dy.size());
  for (number& v : in) entries.push_back(&v);
  REQUIRE(entries.size() == slopes.size());
  largest = 0;
  for (const double v : slopes) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i]->e = 1;
    apart(moving, in, out);
    entries[i]->e = 0;
    double along = 0;
    for (std::size_t k = 0; k < dy.size(); ++k) along += dy[k] * out[k].e;
    CHECK(std::abs(slopes[i] - along) <= 1e-12 * largest);
  }
}

template <class Method>
void every_form_has_its_gradient() {
  for (const std::size_t kappa : {1u, 2u, 9u}) {
    gradient_is_that_of_dual_numbers(discretized<diagonal<4>, Method>{}, kappa);
    gradient_is_that_of_dual_numbers(discretized<diagonal<dynamic, 2, 3>, Method>{{3}}, kappa);
    gradient_is_that_of_dual_numbers(discretized<diagonal<3, 2>, Method, step_per_mode>{}, kappa);
  }
}

/// Derivatives of a mode with respect to a and t against central differences in quad.
template <class Method>
void derivatives_are_differences() {
  CAPTURE(Method::name);
  for (const double a : {0.0, -1e-9, 1e-3, -0.3, -1.0, -1.7, 0.9, -40.0})
    for (const double t : {0.0, 1e-6, 0.4, 1.3}) {
      CAPTURE(a);
      CAPTURE(t);
      const wide h = 1e-9;
      const auto check = [&](const discrete_mode<wide>& up, const discrete_mode<wide>& down,
                             const discrete_mode<dual<double>>& by_dual) {
        const auto near = [&](double x, const wide& y, const wide& z) {
          const double expected = value_of((y - z) / (2 * h));
          CHECK(std::abs(x - expected) <= 1e-13 * std::abs(expected) + 1e-15);
        };
        near(by_dual.pole.e, up.pole, down.pole);
        near(by_dual.direct.e, up.direct, down.direct);
        near(by_dual.carried.e, up.carried, down.carried);
      };
      check(Method::at(wide(a) + h, wide(t)), Method::at(wide(a) - h, wide(t)),
            Method::at(dual<double>(a, 1.0), dual<double>(t)));
      check(Method::at(wide(a), wide(t) + h), Method::at(wide(a), wide(t) - h),
            Method::at(dual<double>(a), dual<double>(t, 1.0)));
    }
}

}  // namespace

TEST_CASE("held inputs give the integrals of the exponential") {
  using S = discretized<diagonal<4, 2, 2>>;
  const auto s = drawn<S, wide>(S{}, 5);
  constexpr std::size_t kappa = 12;
  std::vector<wide> h(kappa * 4);
  S::impulse_response(s, std::span<wide>(h));
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t q = 0; q < 2; ++q) {
        wide expected = 0;
        for (std::size_t j = 0; j < 4; ++j) {
          const wide a = s.a[j], t = s.step[0];
          const wide held =
              a == 0 ? t : wide((exp_of(a * t * wide(double(k + 1))) - exp_of(a * t * wide(double(k)))) / a);
          expected += s.c[i * 4 + j] * held * s.b[j * 2 + q];
        }
        CHECK(value_of(abs_of(wide(h[(k * 2 + i) * 2 + q] - expected))) <= 1e-30);
      }
}

TEST_CASE_TEMPLATE("the recurrence has the outputs of the convolution", S, discretized<diagonal<4>>,
                   discretized<diagonal<4, 2, 2>, tustin>,
                   discretized<diagonal<3>, first_order_hold, step_per_mode>,
                   discretized<complex_diagonal<2, 2, 2>, tustin>) {
  const bound_system<double, S> x{drawn<S, double>(S{}, 8)};
  reference::numbers draw(9);
  const auto in = draw.draws<double>(20 * S::inputs);
  std::vector<double> y(20 * S::outputs), z(y);
  x.sequence(in, y);
  x.convolve(in, z);
  for (std::size_t i = 0; i < y.size(); ++i) CHECK(std::abs(y[i] - z[i]) <= 1e-13);
}

TEST_CASE("batches of sequences are the recurrence, and their adjoint is that of dual numbers") {
  for (const std::size_t steps : {1u, 2u, 12u}) {
    batches_are_the_recurrence(discretized<diagonal<9>>{}, steps);
    batches_are_the_recurrence(discretized<diagonal<dynamic, 2, 3>, first_order_hold>{{3}}, steps);
    batches_are_the_recurrence(discretized<complex_diagonal<5>, bilinear>{}, steps);
    batches_are_the_recurrence(discretized<complex_diagonal<dynamic, 2, 2>, tustin, step_per_mode>{{3}},
                               steps);
  }
}

TEST_CASE("gradients of every method are those of dual numbers") {
  every_form_has_its_gradient<zero_order_hold>();
  every_form_has_its_gradient<first_order_hold>();
  every_form_has_its_gradient<tustin>();
  every_form_has_its_gradient<exponential_trapezoidal<std::ratio<2, 3>>>();
}

TEST_CASE("derivatives of every method are differences, at zero and near it too") {
  derivatives_are_differences<zero_order_hold>();
  derivatives_are_differences<first_order_hold>();
  derivatives_are_differences<impulse_invariance>();
  derivatives_are_differences<bilinear>();
  derivatives_are_differences<tustin>();
  derivatives_are_differences<generalized_bilinear<std::ratio<1, 4>>>();
  derivatives_are_differences<exponential_trapezoidal<>>();
}

TEST_CASE("gradients of complex modes are those of dual numbers") {
  for (const std::size_t kappa : {1u, 2u, 9u}) {
    gradient_is_that_of_dual_numbers(discretized<complex_diagonal<3>, first_order_hold>{}, kappa);
    gradient_is_that_of_dual_numbers(discretized<complex_diagonal<dynamic, 2, 2>, tustin, step_per_mode>{{2}},
                                     kappa);
  }
}

TEST_CASE("a pair and a step have the response of control software") {
  using S = discretized<complex_diagonal<1>, first_order_hold>;
  const S::parameters<double> s{{{-0.5}, {3}, {1}, {0.5}, {0.75}, {-0.25}}, {0.25}};
  std::vector<double> h(2);
  S::impulse_response(s, std::span<double>(h));
  CHECK(h[0] == doctest::Approx(2 * 0.0967144735457146393856577).epsilon(1e-14));
  // 2 Re of C B_d, C = 3/4 - i/4
  CHECK(h[1] == doctest::Approx(2 * (0.75 * 0.0858491831003112002239733 + 0.25 * 0.219437481697532171185311))
                    .epsilon(1e-14));
  CHECK(spectrum_of<S, double>(s).size() == 2);
}

TEST_CASE_TEMPLATE("lanes have the bits of single systems", S, discretized<diagonal<4>, first_order_hold>,
                   discretized<complex_diagonal<dynamic, 2, 2>, tustin, step_per_mode>) {
  using lanes = pack<double>;
  S structure{};
  if constexpr (S::known_steps == dynamic) structure.structure.pairs = 3;
  auto packed = structure.template make<lanes>(), dpacked = packed;
  std::vector<lanes> h(7 * S::inputs * S::outputs), g(h);
  reference::numbers draw(4);
  for (lanes& v : g) v = draw.draw<lanes>();
  for (std::size_t lane = 0; lane < lanes_of<lanes>; ++lane)
    set_lane(packed, lane, drawn<S, double>(structure, lane));
  S::impulse_response(packed, std::span<lanes>(h));
  S::pullback(packed, std::span<const lanes>(g), dpacked);
  // Two sequences of five steps in a batch: outputs, inputs' cotangents and those of the system.
  const auto batch = [&]<class T>(const auto& s, const std::vector<T>& in, const std::vector<T>& out) {
    std::vector<T> y(out.size(), T(0)), all(in.size(), T(0));
    auto ds = structure.template make<T>();
    typename S::template batch_work<T> work(s, 10);
    S::forward_batch(s, 5, view<T>(in), std::span<T>(y), work);
    S::backward_batch(s, 5, view<T>(in), view<T>(out), ds, std::span<T>(all), work);
    all.insert(all.end(), y.begin(), y.end());
    each_number([&](const T& v) { all.push_back(v); }, std::as_const(ds));
    return all;
  };
  const auto x = draw.draws<lanes>(10 * S::inputs), dy = draw.draws<lanes>(10 * S::outputs);
  const auto in_lane_of = [](const std::vector<lanes>& from, std::size_t lane) {
    std::vector<double> out;
    for (const lanes& v : from) out.push_back(scalar_traits<lanes>::get(v, lane));
    return out;
  };
  const auto together = batch(packed, x, dy);
  for (std::size_t lane = 0; lane < lanes_of<lanes>; ++lane) {
    const auto s = drawn<S, double>(structure, lane);
    auto ds = structure.template make<double>(), in_lane = ds;
    std::vector<double> one(h.size()), weights;
    for (const lanes& v : g) weights.push_back(scalar_traits<lanes>::get(v, lane));
    S::impulse_response(s, std::span<double>(one));
    S::pullback(s, std::span<const double>(weights), ds);
    get_lane(dpacked, lane, in_lane);
    CHECK(equal_parts(in_lane, ds));
    for (std::size_t k = 0; k < one.size(); ++k) CHECK(scalar_traits<lanes>::get(h[k], lane) == one[k]);
    CHECK(in_lane_of(together, lane) == batch(s, in_lane_of(x, lane), in_lane_of(dy, lane)));
  }
}

TEST_CASE("files tell the method") {
  using held = discretized<diagonal<3, 2>>;
  using other = discretized<diagonal<3, 2>, first_order_hold>;
  const bound_system<double, held> x{drawn<held, double>(held{}, 2)};
  const scratch dir;
  save_npz(dir / "x.npz", x);
  save_json(dir / "x.json", x);
  CHECK(equal_parts(load_npz<bound_system<double, held>>(dir / "x.npz").system, x.system));
  CHECK(equal_parts(load_json<bound_system<double, held>>(dir / "x.json").system, x.system));
  using wrong = bound_system<double, other>;
  CHECK_THROWS_AS(static_cast<void>(load_npz<wrong>(dir / "x.npz")), bad_file);
}
