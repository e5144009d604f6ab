// SPDX-License-Identifier: BSD-3-Clause
// Full state matrices against numbers of mpmath, against sums over modes, by dual numbers and by LAPACK.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <lssm/core/linalg.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/core/quad.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/io.hpp>
#include <lssm/ssm.hpp>
#include <lssm/ssm/system_file.hpp>

#include "../io/scratch.hpp"
#include "../reference.hpp"
#include "execution_numbers.hpp"

using namespace lssm;
using namespace execution_numbers;

namespace {

template <integer M, integer P>
using system_of = bound_system<double, dense_state<dynamic, M, P>>;

/// The modes as a full matrix, conjugates as blocks (α -β; β α), b and c of 2 Re in their real form.
system_of<1, 1> full(const execution& x, bool half) {
  const std::size_t d = x.a.size();
  system_of<1, 1> out{dense_state<>{d}.make<double>()};
  for (std::size_t j = 0; j < d; ++j) {
    out.system.a[j * d + j] = x.a[half ? j / 2 * 2 : j];
    out.system.b[j] = x.b[j];
    out.system.c[j] = half ? (j % 2 ? -2 : 2) * x.c[j] : x.c[j];
    if (half && j % 2) out.system.a[j * d + j - 1] = x.a[j], out.system.a[(j - 1) * d + j] = -x.a[j];
  }
  return out;
}
double largest(const numbers_list& x) {
  double out = 0;
  for (const double v : x) out = std::max(out, std::abs(v));
  return out;
}
void near(const auto& got, const numbers_list& expected, double tolerance) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(std::abs(static_cast<double>(got[i]) - expected[i]) <= tolerance * largest(expected));
}

/// Response, outputs of the recurrence and of the batch, and their adjoints.
template <class S>
auto executes(const bound_system<double, S>& s, const execution& x) {
  numbers_list h(16), y(16), in_batch(16), du(16), g(16);
  s.impulse_response(std::span<double>(h));
  near(h, x.h, 1e-14);
  s.sequence(x.u, y);
  near(y, x.y, 1e-14);
  typename S::template batch_work<double> work(s.system, 16);
  S::forward_batch(s.system, 16, std::span<const double>(x.u), std::span<double>(in_batch), work);
  near(in_batch, x.y, 1e-14);
  auto ds = s.system, by_h = ds;
  each_number([](double& v) { v = 0; }, ds);
  S::backward_batch(s.system, 16, std::span<const double>(x.u), std::span<const double>(x.cot), ds,
                    std::span<double>(du), work);
  near(du, x.du, 1e-13);
  near(
      ds.c,
      [&] {
        auto dc = x.dc;
        if (x.a.size() == 6)  // C of the real form is (2 Re c, -2 Im c)
          for (std::size_t j = 0; j < 6; ++j) dc[j] *= j % 2 ? -0.5 : 0.5;
        return dc;
      }(),
      1e-13);
  for (std::size_t k = 0; k < 16; ++k)
    for (std::size_t t = k; t < 16; ++t) g[k] += x.cot[t] * x.u[t - k];
  S::pullback(s.system, std::span<const double>(g), by_h);
  numbers_list one, two;
  each_number([&](const double& v) { one.push_back(v); }, by_h);
  each_number([&](const double& v) { two.push_back(v); }, ds);
  near(one, two, 1e-13);
  return ds;
}

const bound_system<double, dense_state<>> stiff4{
    {{-1.0, 2.0, 0.0, 0.5, -2.0, -1.0, 0.25, 0.0, 0.0, 1.0, -100.0, 3.0, 0.5, 0.0, 7.0, -2000.0},
     {1.0, 0.0, 2.0, -1.0},
     {1.0, -1.0, 0.5, 0.25}}};
const bound_system<double, dense_state<>> double_integrator{{{0.0, 1.0, 0.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}}};
const bound_system<double, dense_state<>> integrator_lag{{{0.0, 0.0, 1.0, -1.0}, {1.0, 0.0}, {0.0, 1.0}}};

const numbers_list stiff_pole{
    0.932090406177820295676162,    0.117129124277339759960351,    0.000264729846145107374056359,
    0.000233561992681439780012324, -0.117128170995148323177407,   0.932207260123867385198284,
    0.00235266389317285265308137,  -2.55326063662433984680354e-5, -0.000985896781109202973911923,
    0.00941828183022290487587451,  0.00195528421832377841340541,  2.84117371131787267180529e-6,
    0.000229748863915692648237818, 6.20439081018566596247914e-5,  7.26492678736622486329679e-6,
    6.89397596730250994211639e-8},
    stiff_held{0.0604324808130619346230028, -0.00348678718202890246634637, 0.0199234553666343692275317,
               -0.000415281890902379600084321},
    stiff_carried{0.058226438421615232938882, -0.00694967601614384713588448, 0.00312747258186669384823222,
                  2.20700071249416275630136e-5},
    stiff_ramp{0.0305672564404391762065304, -0.00114895566067137301022036, 0.0167878492309781597651936,
               -0.000430278458454247609969515};

/// h_0 = C Δ, h_k = C Ā^{k-1} Γ, and the same of the system of steps.
template <class Method>
void has_response(const bound_system<double, dense_state<>>& s, double t, const numbers_list& h) {
  CAPTURE(Method::name);
  const auto steps = in_steps<Method>(s, t);
  numbers_list got(h.size());
  steps.impulse_response(std::span<double>(got));
  near(got, h, 1e-13);
  CHECK(steps.state_size() == s.state_size() + (Method::feedthrough ? 1 : 0));
  const auto z = discretize<Method>(s, t);
  numbers_list x = z.carried, first = detail::matrix_product(s.system.c, z.direct, z.direct.size());
  near(first, {h[0]}, 1e-13);
  if (!Method::feedthrough) near(detail::matrix_product(z.pole, z.direct, x.size()), x, 1e-14);
}
double off(const numbers_list& x, const numbers_list& y) {
  double sum = 0, size = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - y[i]) * (x[i] - y[i]), size += y[i] * y[i];
  return std::sqrt(sum / size);
}

template <class S>
auto drawn(std::uint64_t seed, S structure = {}) {
  if constexpr (S::known_states == dynamic) structure.states = 3;
  reference::numbers draw(seed);
  auto s = structure.template make<double>();
  each_number([&](double& v) { v = 0.7 * draw.draw<double>(); }, s);
  return s;
}

static_assert(LinearTimeInvariant<dense_state<3>> && BatchedSequenceMap<dense_state<3, 2, 2>> &&
              HasSpectrum<dense_state<3>> && HasSpectrum<dense_state<>, float> &&
              HasStateSize<dense_state<>> && !HasPoles<dense_state<3>> &&
              !DiagonalStructure<dense_state<3>> && !ModalCurvature<dense_state<3>>);
static_assert(!HasSpectrum<dense_state<3>, dual<double>> && !MatrixNumber<dual<double>> &&
              MatrixNumber<quad>);

}  // namespace

TEST_CASE("modes as a full matrix have the outputs and the gradients of modes") {
  auto real = executes(full(real_modes, false), real_modes);
  numbers_list da;
  for (std::size_t j = 0; j < 4; ++j) da.push_back(real.a[j * 5]);
  near(da, real_modes.da, 1e-13);
  near(real.b, real_modes.db, 1e-13);
  const auto half = executes(full(half_modes, true), half_modes);
  numbers_list dpole;
  for (std::size_t j = 0; j < 6; j += 2) {
    dpole.push_back(half.a[j * 6 + j] + half.a[(j + 1) * 6 + j + 1]);
    dpole.push_back(half.a[(j + 1) * 6 + j] - half.a[j * 6 + j + 1]);
  }
  near(dpole, half_modes.da, 1e-13);
  near(half.b, half_modes.db, 1e-13);
}

TEST_CASE("HiPPO-LegS by the bilinear method is executed") {
  system_of<1, 1> continuous{dense_state<>{8}.make<double>()};
  for (std::size_t n = 0; n < 8; ++n) {
    continuous.system.b[n] = std::sqrt(2.0 * double(n) + 1);
    for (std::size_t k = 0; k <= n; ++k)
      continuous.system.a[n * 8 + k] =
          n == k ? -double(n) - 1 : -std::sqrt((2.0 * double(n) + 1) * (2.0 * double(k) + 1));
  }
  continuous.system.c = legs.c;
  const auto steps = in_steps<bilinear>(continuous, 1.0 / 16);
  executes(steps, legs);
  double trace = 0;
  for (std::size_t n = 0; n < 8; ++n) trace += steps.system.a[n * 9];
  CHECK(trace == doctest::Approx(6.08306198399077656043600316).epsilon(1e-14));
  const auto found = spectrum_of<dense_state<>, double>(continuous.system);  // -8, ..., -1: A is triangular
  for (std::size_t j = 0; j < 8; ++j)  // the condition of the eigenvectors is 8.2e4, the norm of A 40
    CHECK(std::abs(found[j].re - (double(j) - 8)) <= 8.2e4 * 40 * 2.2e-16);
}

TEST_CASE("steps of a full matrix are those of every method, stiff and nilpotent ones too") {
  has_response<zero_order_hold>(stiff4, 0.0625,
                                {0.0737771752056824268030939, 0.0661838997931235574227816,
                                 0.0669855290415744393421905, 0.0664828533134287237462488});
  has_response<forward_euler>(stiff4, 0.0625,
                              {0.109375, 1.68017578125, -239.2740325927734375, 29884.4460616111755371094});
  has_response<generalized_bilinear<std::ratio<1, 4>>>(
      stiff4, 0.0625,
      {0.0871060386207246445678266, 0.0322412641224112989073274, 0.114442285418539528710788,
       0.00616531617125600980788134});
  has_response<bilinear>(stiff4, 0.0625,
                         {0.0787279209717394912825376, 0.0584471125250095715395397,
                          0.0707222976432536879591941, 0.0645752796387114391376057});
  has_response<backward_euler>(stiff4, 0.0625,
                               {0.073094321525970876746001, 0.0667095901723137975299906,
                                0.065408135038037169452484, 0.0639160709244744042121729});
  has_response<impulse_invariance>(
      stiff4, 0.0625,
      {0.109375, 0.0653940988853257281953355, 0.0668093339722328361458383, 0.0669411875767770800812494});
  has_response<exponential_trapezoidal<>>(
      stiff4, 0.0625,
      {0.0546875, 0.0653940988853257281953355, 0.0668093339722328361458383, 0.0669411875767770800812494});
  has_response<tustin>(stiff4, 0.0625,
                       {0.039363960485869745641269, 0.0685875167483745314110386, 0.0645847050841316297493668,
                        0.0676487886409825635483998});
  has_response<generalized_tustin<std::ratio<1, 4>>>(
      stiff4, 0.0625,
      {0.021776509655181161141957, 0.0733898449961463081527015, 0.0527915194464433563581922,
       0.0873730431067186489850607});
  has_response<first_order_hold>(stiff4, 0.0625,
                                 {0.040002567101986067196855, 0.0667453682304736624057733,
                                  0.0666951358045983636725337, 0.0668376806855787161861461});
  has_response<zero_order_hold>(double_integrator, 0.5, {0.125, 0.375, 0.625, 0.875});
  has_response<forward_euler>(double_integrator, 0.5, {0.0, 0.25, 0.5, 0.75});
  has_response<generalized_bilinear<std::ratio<1, 4>>>(double_integrator, 0.5,
                                                       {0.0625, 0.3125, 0.5625, 0.8125});
  has_response<bilinear>(double_integrator, 0.5, {0.125, 0.375, 0.625, 0.875});
  has_response<backward_euler>(double_integrator, 0.5, {0.25, 0.5, 0.75, 1.0});
  has_response<impulse_invariance>(double_integrator, 0.5, {0.0, 0.25, 0.5, 0.75});
  has_response<exponential_trapezoidal<>>(double_integrator, 0.5, {0.0, 0.25, 0.5, 0.75});
  has_response<tustin>(double_integrator, 0.5, {0.0625, 0.25, 0.5, 0.75});
  has_response<generalized_tustin<std::ratio<1, 4>>>(double_integrator, 0.5, {0.015625, 0.125, 0.375, 0.625});
  has_response<first_order_hold>(double_integrator, 0.5, {0.0416666666666666666666667, 0.25, 0.5, 0.75});
  has_response<zero_order_hold>(integrator_lag, 0.5,
                                {0.1065306597126334236038, 0.261348781458808897991724,
                                 0.355250718976987507337757, 0.412205123088182862960719});
  has_response<forward_euler>(integrator_lag, 0.5, {0.0, 0.25, 0.375, 0.4375});
  has_response<generalized_bilinear<std::ratio<1, 4>>>(
      integrator_lag, 0.5,
      {0.0555555555555555555555556, 0.253086419753086419753086, 0.362825788751714677640604,
       0.423792104862063709800335});
  has_response<bilinear>(integrator_lag, 0.5, {0.1, 0.26, 0.356, 0.4136});
  has_response<backward_euler>(integrator_lag, 0.5,
                               {0.166666666666666666666667, 0.277777777777777777777778,
                                0.351851851851851851851852, 0.401234567901234567901235});
  has_response<impulse_invariance>(
      integrator_lag, 0.5,
      {0.0, 0.1967346701436832881981, 0.316060279414278839202238, 0.38843491992578508553336});
  has_response<exponential_trapezoidal<>>(
      integrator_lag, 0.5,
      {0.0, 0.1967346701436832881981, 0.316060279414278839202238, 0.38843491992578508553336});
  has_response<tustin>(integrator_lag, 0.5, {0.05, 0.18, 0.308, 0.3848});
  has_response<generalized_tustin<std::ratio<1, 4>>>(
      integrator_lag, 0.5,
      {0.0138888888888888888888889, 0.104938271604938271604938, 0.280521262002743484224966,
       0.378067367779301935680536});
  has_response<first_order_hold>(integrator_lag, 0.5,
                                 {0.0369386805747331527924009, 0.190363756507649051224151,
                                  0.312196124963642781307935, 0.386091191777609288754075});
}

TEST_CASE("holds of a stiff matrix have their digits, and those of a nilpotent one are exact") {
  const auto held = discretize<zero_order_hold>(stiff4, 0.0625);
  CHECK(off(held.pole, stiff_pole) <= 1e-15);
  CHECK(off(held.direct, stiff_held) <= 1e-15);
  const auto joined = discretize<first_order_hold>(stiff4, 0.0625);
  CHECK(off(joined.direct, stiff_ramp) <= 1e-15);
  CHECK(off(joined.carried, stiff_carried) <= 1e-15);
  const discrete_matrices<double> chain = discretize<zero_order_hold>(double_integrator, 0.5);
  CHECK(chain.pole == numbers_list{1, 0.5, 0, 1});
  CHECK(chain.direct == numbers_list{0.125, 0.5});
  const auto ramp = discretize<first_order_hold>(double_integrator, 0.5);
  CHECK(ramp.direct == numbers_list{1.0 / 24, 0.25});
  CHECK(ramp.carried == numbers_list{0.25, 0.5});
  for (const auto& z : {discretize<zero_order_hold>(stiff4, 0.0), discretize<tustin>(stiff4, 0.0),
                        discretize<first_order_hold>(stiff4, 0.0)}) {
    CHECK(z.pole == numbers_list{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
    CHECK(z.direct == numbers_list{0, 0, 0, 0});
    CHECK(z.carried == numbers_list{0, 0, 0, 0});
  }
}

TEST_CASE_TEMPLATE("a step of a diagonal matrix is a step of its modes", T, float, double, quad) {
  bound_system<T, dense_state<3, 2>> s{dense_state<3, 2>{}.template make<T>()};
  reference::numbers draw(3);
  for (T& v : s.system.b) v = draw.draw<T>();
  const T t(0.375);
  for (std::size_t j = 0; j < 3; ++j) s.system.a[j * 4] = T(j == 0 ? 0.0 : -0.3 * double(j * j));
  const auto same = [&]<class Method>(Method) {
    const auto z = discretize<Method>(s, t);
    for (std::size_t j = 0; j < 3; ++j) {
      const auto mode = Method::at(s.system.a[j * 4], t);
      const double tolerance = 8 * epsilon_of<T>;
      CHECK(value_of(abs_of(T(z.pole[j * 4] - mode.pole))) <= tolerance);
      for (std::size_t q = 0; q < 2; ++q) {
        const T b = s.system.b[j * 2 + q];
        CHECK(value_of(abs_of(T(z.direct[j * 2 + q] - mode.direct * b))) <= tolerance);
        CHECK(value_of(abs_of(T(z.carried[j * 2 + q] - mode.carried * b))) <= tolerance);
      }
    }
  };
  same(zero_order_hold());
  same(first_order_hold());
  same(exponential_trapezoidal<std::ratio<1, 3>>());
  same(generalized_tustin<std::ratio<1, 3>>());
}

TEST_CASE("what is no number has no step") {
  CHECK_THROWS_WITH_AS(static_cast<void>(discretize<zero_order_hold>(stiff4, std::nan(""))),
                       "discretize: the time step must be finite, given nan", bad_argument);
  auto broken = stiff4;
  broken.system.a[3] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(static_cast<void>(discretize<bilinear>(broken, 0.5)),
                       "discretize: every entry must be finite, given inf", bad_argument);
  const bound_system<long double, dense_state<1>> far{{{-1e4000L}, {1}, {1}}};
  CHECK_THROWS_WITH_AS(
      static_cast<void>(discretize<zero_order_hold>(far, 1e4000L)),
      "discretize: the time step must be one whose products with the entries are finite, given "
      "inf",
      bad_argument);
  const bound_system<double, dense_state<>> short_c{{{-1, 0, 0, -2}, {1, 1}, {1}}};
  CHECK_THROWS_WITH_AS(
      static_cast<void>(in_steps<first_order_hold>(short_c, 0.5)),
      "in_steps: the parts of the system must be of sizes that belong together, given a of 4, b "
      "of 2, c of 1",
      bad_argument);
}

TEST_CASE_TEMPLATE("gradients are those of dual numbers", S, dense_state<1>, dense_state<4>,
                   dense_state<dynamic, 2, 3>) {
  const auto s = drawn<S>(5);
  for (const std::size_t kappa : {1u, 2u, 8u}) {
    reference::numbers draw(6);
    const auto g = draw.draws<double>(kappa * S::inputs * S::outputs);
    auto ds = s;
    S::pullback(s, std::span<const double>(g), ds);
    numbers_list slopes, expected;
    each_number([&](const double& v) { slopes.push_back(v); }, ds);
    for (std::size_t at = 0; at < slopes.size(); ++at) {
      typename S::template parameters<dual<double>> moving;
      if constexpr (S::known_states == dynamic) moving = S{3}.template make<dual<double>>();
      std::size_t i = 0;
      each_number([&](dual<double>& x, const double& y) { x = dual<double>(y, i++ == at ? 1.0 : 0.0); },
                  moving, s);
      std::vector<dual<double>> h(g.size());
      S::impulse_response(moving, std::span<dual<double>>(h));
      expected.push_back(0);
      for (std::size_t k = 0; k < g.size(); ++k) expected.back() += g[k] * h[k].e;
    }
    near(slopes, expected, 1e-13);
  }
}

TEST_CASE_TEMPLATE("lanes have the bits of single systems, alone and in batches", S, dense_state<4>,
                   dense_state<dynamic, 2, 2>) {
  using lanes = pack<double>;
  constexpr std::size_t rows = 10, m = S::inputs, p = S::outputs;
  S structure{};
  if constexpr (S::known_states == dynamic) structure.states = 3;
  auto packed = structure.template make<lanes>(), dpacked = packed, dbatch = packed;
  for (std::size_t i = 0; i < lanes_of<lanes>; ++i) set_lane(packed, i, drawn<S>(i));
  reference::numbers draw(4);
  std::vector<lanes> h(5 * p * m), g(h), x(rows * m), y(rows * p), dy(y), dx(x);
  for (auto* list : {&g, &x, &dy})
    for (lanes& v : *list) v = draw.draw<lanes>();
  const auto all = []<class T>(const auto& s, std::span<T> out, std::span<const T> cot, auto& ds,
                               std::span<const T> in, std::span<T> to, std::span<const T> back, auto& batch,
                               std::span<T> din) {
    S::impulse_response(s, out);
    S::pullback(s, cot, ds);
    typename S::template batch_work<T> work(s, rows);
    S::forward_batch(s, rows / 2, in, to, work);
    S::backward_batch(s, rows / 2, in, back, batch, din, work);
  };
  all(packed, std::span<lanes>(h), std::span<const lanes>(g), dpacked, std::span<const lanes>(x),
      std::span<lanes>(y), std::span<const lanes>(dy), dbatch, std::span<lanes>(dx));
  for (std::size_t i = 0; i < lanes_of<lanes>; ++i) {
    const auto lane_of_list = [&](const std::vector<lanes>& from) {
      numbers_list out;
      for (const lanes& v : from) out.push_back(scalar_traits<lanes>::get(v, i));
      return out;
    };
    const auto s = drawn<S>(i);
    auto ds = structure.template make<double>(), batch = ds, in_lane = ds;
    numbers_list one(h.size()), to(y.size()), din(x.size());
    const auto cot = lane_of_list(g), in = lane_of_list(x), back = lane_of_list(dy);
    all(s, std::span<double>(one), std::span<const double>(cot), ds, std::span<const double>(in),
        std::span<double>(to), std::span<const double>(back), batch, std::span<double>(din));
    CHECK(one == lane_of_list(h));
    CHECK(to == lane_of_list(y));
    CHECK(din == lane_of_list(dx));
    get_lane(dpacked, i, in_lane);
    CHECK(equal_parts(in_lane, ds));
    get_lane(dbatch, i, in_lane);
    CHECK(equal_parts(in_lane, batch));
  }
}

TEST_CASE("the spectrum is LAPACK's, and that of a polynomial with known roots") {
  reference::numbers draw(12);
  for (std::size_t n = 1; n <= 12; ++n) {
    bound_system<double, dense_state<>> s{dense_state<>{n}.make<double>()};
    for (double& v : s.system.a) v = draw.draw<double>();
    const auto found = spectrum_of<dense_state<>, double>(s.system);
    const auto sizes = eigenvalue_magnitudes(to_tensor<2>(s.system.a, {n, n}));
    REQUIRE(found.size() == n);
    double trace = 0, sum = 0, turned = 0;
    for (std::size_t j = 0; j < n; ++j) {
      CHECK(std::abs(found[j].magnitude() - sizes(j)) <= 1e-12);
      trace += s.system.a[j * (n + 1)], sum += found[j].re, turned += found[j].im;
      if (found[j].im > 0) CHECK(found[j + 1] == eigenvalue<double>{found[j].re, -found[j].im});
    }
    CHECK(std::abs(trace - sum) <= 1e-12);
    CHECK(turned == 0);
  }
  // (λ - 2)(λ² + 1): the companion matrix of λ³ - 2λ² + λ - 2
  const dense_state<3>::parameters<quad> companion{{2, -1, 2, 1, 0, 0, 0, 1, 0}, {}, {}};
  const auto roots = spectrum_of<dense_state<3>, quad>(companion);
  CHECK(value_of(abs_of(quad(roots[0].re - 2))) <= 1e-31);
  CHECK(value_of(abs_of(quad(roots[1].im - 1))) <= 1e-31);
  CHECK(value_of(abs_of(quad(roots[2].im + 1))) <= 1e-31);
  const dense_state<2>::parameters<float> turn{{0, -0.5f, 0.5f, 0}, {}, {}};
  CHECK(spectrum_of<dense_state<2>, float>(turn)[0] == eigenvalue<float>{0, 0.5f});
}

TEST_CASE("a spectrum of ties, of zeros and of cycles is found, and none of what is no number") {
  const auto of = [](numbers_list a, std::size_t n) { return detail::matrix_eigenvalues(std::move(a), n); };
  for (const auto& x : of(numbers_list(25, 0.0), 5)) CHECK(x == eigenvalue<double>{0, 0});
  for (const auto& x : of({2, 1, 0, 0, 2, 1, 0, 0, 2}, 3)) CHECK(x == eigenvalue<double>{2, 0});
  numbers_list cycle(64, 0.0);  // a permutation of eight: usual shifts do not move it
  for (std::size_t i = 0; i < 8; ++i) cycle[i * 8 + (i + 1) % 8] = 1;
  for (const auto& x : of(cycle, 8)) CHECK(x.magnitude() == doctest::Approx(1).epsilon(1e-14));
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    for (const auto& x : of({1, bad, 0, 1}, 2)) CHECK(std::isnan(x.re));
  for (const auto& x : of({1e300, 1e300, -1e300, 1e300}, 2)) CHECK(!(x.magnitude() < 1e300));
}

TEST_CASE_TEMPLATE("a spectrum scales as its matrix, beyond where squares leave the range", T, float, double,
                   long double) {
  const T large = T(1) / std::numeric_limits<T>::min() / T(64), small = std::numeric_limits<T>::min() * T(64);
  const std::vector<std::vector<T>> matrices{{0, 1, -1, 0},
                                             {3, 1, 1, 1},
                                             {0, 1, 0, 0, 0, 1, 1, 0, 0},
                                             {1, 2, 0, -1, -2, 1, 3, 0, 1, 1, 1, 1, 0, 2, 1, -1}};
  for (const auto& a : matrices)
    for (const T factor : {large, small}) {  // powers of two
      const std::size_t n = a.size() == 4 ? 2 : a.size() == 9 ? 3 : 4;
      std::vector<T> scaled(a);
      for (T& x : scaled) x *= factor;
      const auto plain = detail::matrix_eigenvalues(a, n), far = detail::matrix_eigenvalues(scaled, n);
      for (std::size_t j = 0; j < n; ++j)
        CHECK(far[j] == eigenvalue<T>{plain[j].re * factor, plain[j].im * factor});
    }
  // A block far smaller than the rest keeps its pair.
  const auto mixed =
      detail::matrix_eigenvalues(std::vector<T>{1, 0, 0, 0, small, small, 0, -small, small}, 3);
  CHECK(mixed[1] == eigenvalue<T>{small, small});
  CHECK(mixed[2] == eigenvalue<T>{small, -small});
}

TEST_CASE("systems come back from files") {
  using S = dense_state<dynamic, 2, 2>;
  const bound_system<double, S> x{drawn<S>(2)};
  const scratch dir;
  save_npz(dir / "x.npz", x);
  save_json(dir / "x.json", x);
  using bound = bound_system<double, S>;
  CHECK(equal_parts(load_npz<bound>(dir / "x.npz").system, x.system));  // the states from the file
  CHECK(equal_parts(load_json<bound>(dir / "x.json", S{3}).system, x.system));
  CHECK_THROWS_AS(static_cast<void>(load_npz<bound>(dir / "x.npz", S{2})), bad_file);
  using diagonal = bound_system<double, real_diagonal<dynamic, 2, 2>>;
  CHECK_THROWS_AS(static_cast<void>(load_npz<diagonal>(dir / "x.npz")), bad_file);
  save_npz(dir / "modes.npz", diagonal{{{0.5}, {1, 1}, {1, 1}}});
  CHECK_THROWS_AS(static_cast<void>(load_npz<bound>(dir / "modes.npz")), bad_file);
  const bound_system<double, dense_state<1>> small{drawn<dense_state<1>>(3)};
  save_npz(dir / "y.npz", small);
  CHECK(equal_parts(load_npz<bound_system<double, dense_state<1>>>(dir / "y.npz").system, small.system));
  auto torn = x;
  torn.system.a.pop_back();
  CHECK_THROWS_AS(save_npz(dir / "z.npz", torn), bad_argument);
}
