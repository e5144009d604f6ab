// SPDX-License-Identifier: BSD-3-Clause
// Complex pairs in half storage against the real system of blocks (α -β; β α), as a full matrix in wide numbers, and against
// outputs and gradients that were computed elsewhere in 28 digits.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/analysis.hpp>
#include <lssm/analysis/dense_measures.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/measure.hpp>
#include <lssm/ssm.hpp>
#include <lssm/ssm/system_file.hpp>

#include "../io/scratch.hpp"
#include "../reference.hpp"

using namespace lssm;

namespace {

using pairs = complex_diagonal<>;
static_assert(ModalSlots<pairs> && HasModes<pairs> && HasSpectrum<pairs, float> && HasStateSize<pairs> &&
              Stepwise<pairs> && BatchedSequenceMap<pairs> && !DiagonalStructure<pairs> &&
              !ModalCurvature<pairs>);
static_assert(std::is_same_v<ssm<pairs, learn<output_role, state_imaginary>>::learned,
                             learn<output_real, output_imaginary, state_imaginary>>);
static_assert(std::is_same_v<slots_of<pairs>, slot_list<state_real, state_imaginary, input_real,
                                                        input_imaginary, output_real, output_imaginary>>);
static_assert([] {  // h = 2 Re (1 + i) i^k is a constant expression
  const complex_diagonal<1>::parameters<double> s{{0}, {1}, {1}, {1}, {1}, {0}};
  double h[4] = {};
  complex_diagonal<1>::impulse_response(s, std::span<double>(h));
  return h[0] == 2 && h[1] == -2 && h[2] == -2 && h[3] == 2;
}());

/// Entries in (-1, 1) but for eigenvalues, which are below 1.1.
template <class T, class Structure>
auto drawn(const Structure& structure, reference::numbers& draw, reference::regime r) {
  auto s = structure.template make<T>();
  each_number([&](T& x) { x = draw.draw<T>(); }, s);
  const auto re = reference::modes<T>(draw, length(s.a_re), r),
             im = reference::modes<T>(draw, length(s.a_re), r);
  for (std::size_t j = 0; j < re.size(); ++j)
    s.a_re[j] = re[j] * T(static_cast<lane_of<T>>(0.7)), s.a_im[j] = im[j] * T(static_cast<lane_of<T>>(0.7));
  return s;
}

/// (A, B, C) of the real system of 2 d states; R may be a magnitude, for which every sign is +.
template <class R>
struct real_form {
  std::vector<R> a, b, c;  // (n, n), (n, m), (p, n)
  std::size_t n, m, p;
};
template <class Structure, class R, class System, class Read>
real_form<R> real_form_of(const System& s, Read read, R minus) {
  const std::size_t d = s.a_re.size(), n = 2 * d, m = Structure::inputs, p = Structure::outputs;
  real_form<R> f{std::vector<R>(n * n, R(0)), std::vector<R>(n * m), std::vector<R>(p * n), n, m, p};
  for (std::size_t j = 0; j < d; ++j) {
    f.a[2 * j * n + 2 * j] = f.a[(2 * j + 1) * n + 2 * j + 1] = read(s.a_re[j]);
    f.a[2 * j * n + 2 * j + 1] = minus * read(s.a_im[j]);
    f.a[(2 * j + 1) * n + 2 * j] = read(s.a_im[j]);
    for (std::size_t q = 0; q < m; ++q) {
      f.b[2 * j * m + q] = read(s.b_re[j * m + q]);
      f.b[(2 * j + 1) * m + q] = read(s.b_im[j * m + q]);
    }
    for (std::size_t i = 0; i < p; ++i) {
      f.c[i * n + 2 * j] = R(2) * read(s.c_re[i * d + j]);
      f.c[i * n + 2 * j + 1] = R(2) * minus * read(s.c_im[i * d + j]);
    }
  }
  return f;
}

/// y (kappa, p) of x (kappa, m) by the recurrence of the full matrix.
template <class R>
std::vector<R> outputs(const real_form<R>& f, const std::vector<R>& x) {
  std::vector<R> y, state(f.n, R(0));
  for (std::size_t t = 0; t < x.size() / f.m; ++t) {
    std::vector<R> next(f.n, R(0));
    for (std::size_t j = 0; j < f.n; ++j) {
      for (std::size_t l = 0; l < f.n; ++l) next[j] = next[j] + f.a[j * f.n + l] * state[l];
      for (std::size_t q = 0; q < f.m; ++q) next[j] = next[j] + f.b[j * f.m + q] * x[t * f.m + q];
    }
    state = next;
    for (std::size_t i = 0; i < f.p; ++i) {
      R sum(0);
      for (std::size_t j = 0; j < f.n; ++j) sum = sum + f.c[i * f.n + j] * state[j];
      y.push_back(sum);
    }
  }
  return y;
}
/// h (kappa, p, m): the answers to a one at the first step of each input.
template <class R>
std::vector<R> response(const real_form<R>& f, std::size_t kappa) {
  std::vector<R> h(kappa * f.p * f.m);
  for (std::size_t q = 0; q < f.m; ++q) {
    std::vector<R> x(kappa * f.m, R(0));
    x[q] = R(1);
    const auto y = outputs(f, x);
    for (std::size_t i = 0; i < y.size(); ++i) h[i * f.m + q] = y[i];
  }
  return h;
}
/// x as wide numbers that move along v, x + ε v.
template <class Structure, class System>
auto moving_form(const System& s, const System& v) {
  using R = dual<reference::wide>;
  auto along =
      complex_diagonal<dynamic, Structure::inputs, Structure::outputs>{length(s.a_re)}.template make<R>();
  for_each_leaf(along, [&](const std::string& name, auto leaf) {
    for_each_leaf(s, [&](const std::string& other, auto value) {
      if (name == other)
        for (std::size_t i = 0; i < leaf.size(); ++i) leaf[i].v = reference::wide(value[i]);
    });
    for_each_leaf(v, [&](const std::string& other, auto slope) {
      if (name == other)
        for (std::size_t i = 0; i < leaf.size(); ++i) leaf[i].e = reference::wide(slope[i]);
    });
  });
  return real_form_of<Structure, R>(
      along, [](const R& x) { return x; }, R(-1));
}
template <class T>
std::vector<T> numbers_of(const auto& system) {
  std::vector<T> all;
  each_number([&](const T& x) { all.push_back(x); }, system);
  return all;
}
double dot(const auto& x, const auto& y) {
  reference::wide sum(0);
  for (std::size_t i = 0; i < x.size(); ++i) sum = sum + reference::wide(x[i]) * reference::wide(y[i]);
  return static_cast<double>(sum);
}

/// Responses, sequences, steps and batches against the full matrix, in units of epsilon of the sums of magnitudes.
template <class T, class Structure>
void agree(const Structure& structure, std::size_t kappa, reference::regime r) {
  constexpr std::size_t m = Structure::inputs, p = Structure::outputs;
  reference::numbers draw(100 * kappa + static_cast<std::size_t>(integer(structure.pairs)));
  const bound_system<T, Structure> bound{drawn<T>(structure, draw, r)};
  const auto x = draw.draws<T>(2 * kappa * m);  // two sequences
  std::vector<T> h(kappa * p * m), batch(2 * kappa * p), last(p);
  bound.impulse_response(std::span<T>(h));
  typename Structure::template batch_work<T> work(bound.system, 2 * kappa);
  Structure::template forward_batch<T>(bound.system, kappa, view<T>(x), std::span<T>(batch), work);
  reference::largest in_h, in_y, in_batch, in_last;
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}}) {
    const std::vector<T> own(x.begin() + static_cast<std::ptrdiff_t>(n * kappa * m),
                             x.begin() + static_cast<std::ptrdiff_t>((n + 1) * kappa * m));
    std::vector<T> y(kappa * p);
    bound.sequence(view<T>(own), std::span<T>(y));
    bound.last_output(view<T>(own), std::span<T>(last));
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      using R = reference::wide_of<T>;
      const auto form = real_form_of<Structure, R>(
          bound.system, [&](const T& v) { return reference::widen(v, lane); }, R(-1));
      const auto size = real_form_of<Structure, double>(
          bound.system, [&](const T& v) { return reference::magnitude(reference::widen(v, lane)); }, 1.0);
      const auto expected_h = response(form, kappa);
      const auto size_h = response(size, kappa);
      const auto expected_y = outputs(form, reference::widen_all(own, lane));
      const auto size_y = outputs(size, reference::sizes(own, lane));
      for (std::size_t i = 0; i < h.size(); ++i)
        in_h.see(reference::epsilons(h[i], expected_h[i], size_h[i], lane));
      for (std::size_t i = 0; i < y.size(); ++i) {
        in_y.see(reference::epsilons(y[i], expected_y[i], size_y[i], lane));
        in_batch.see(reference::epsilons(batch[n * y.size() + i], expected_y[i], size_y[i], lane));
      }
      for (std::size_t i = 0; i < p; ++i)
        in_last.see(
            reference::epsilons(last[i], expected_y[(kappa - 1) * p + i], size_y[(kappa - 1) * p + i], lane));
    }
  }
  const double terms =
      static_cast<double>(kappa * (m + 2)) + 2 * static_cast<double>(integer(structure.pairs));
  CHECK(in_h < terms);
  CHECK(in_y < terms);
  CHECK(in_batch < terms);
  CHECK(in_last < terms);
}

/// Pullbacks along a direction v: <pullback(g), v> = d/dε <g, h(s + ε v)>, and the same of a batch of two sequences.
template <class Structure>
void derivatives_agree(const Structure& structure, std::size_t kappa, reference::regime r) {
  using R = dual<reference::wide>;
  constexpr std::size_t m = Structure::inputs, p = Structure::outputs;
  reference::numbers draw(7 * kappa + static_cast<std::size_t>(integer(structure.pairs)));
  const auto s = drawn<double>(structure, draw, r),
             v = drawn<double>(structure, draw, reference::regime::generic);
  const auto form = moving_form<Structure>(s, v);
  const auto g = draw.draws(kappa * p * m), x = draw.draws(2 * kappa * m), v_x = draw.draws(x.size()),
             dy = draw.draws(2 * kappa * p);
  auto ds = s;
  Structure::template pullback<double>(s, view<double>(g), ds);
  double expected = 0, size = 0;
  const auto h = response(form, kappa);
  for (std::size_t i = 0; i < h.size(); ++i) {
    expected += g[i] * value_of(h[i].e);
    size += std::abs(g[i]) * reference::magnitude(h[i]);
  }
  CHECK(std::abs(dot(numbers_of<double>(ds), numbers_of<double>(v)) - expected) < 1e-13 * size);

  typename Structure::template batch_work<double> work(s, 2 * kappa);
  std::vector<double> y(dy.size()), dx(x.size(), 3.0);
  Structure::template forward_batch<double>(s, kappa, view<double>(x), std::span<double>(y), work);
  auto sum = structure.template make<double>(), without = sum;
  Structure::template backward_batch<double>(s, kappa, view<double>(x), view<double>(dy), sum,
                                             std::span<double>(dx), work);
  Structure::template backward_batch<double>(s, kappa, view<double>(x), view<double>(dy), without,
                                             std::span<double>(), work);
  CHECK(equal_parts(without, sum));
  Structure::template backward_batch<double>(s, kappa, view<double>(x), view<double>(dy), without,
                                             std::span<double>(), work);  // is added
  each_number([](double twice, double once) { CHECK(twice == doctest::Approx(2 * once).epsilon(1e-12)); },
              without, sum);
  expected = size = 0;
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}}) {
    std::vector<R> moving;
    for (std::size_t i = n * kappa * m; i < (n + 1) * kappa * m; ++i) moving.emplace_back(x[i], v_x[i]);
    const auto out = outputs(form, moving);
    for (std::size_t i = 0; i < out.size(); ++i) {
      expected += dy[n * out.size() + i] * value_of(out[i].e);
      size += std::abs(dy[n * out.size() + i]) * reference::magnitude(out[i]);
    }
  }
  const double along = dot(numbers_of<double>(sum), numbers_of<double>(v)) + dot(dx, v_x);
  CHECK(std::abs(along - expected) < 1e-13 * size);
}

/// From 28 digits: two entries per mode, h_k = 2 Re Σ c_j a_j^k b_j.
namespace published {
const std::vector<double> a_re{0.875, -0.5, 0.75};
const std::vector<double> a_im{0.375, 0.75, 0.0078125};
const std::vector<double> b_re{-0.28125, -0.078125, 0.09375};
const std::vector<double> b_im{0.65625, 0.359375, -1.0};
const std::vector<double> c_re{0.5625, 1.859375, 0.671875};
const std::vector<double> c_im{-0.796875, -0.5, 0.0};
const std::vector<double> u{0.9375,   -0.59375, 0.984375, -0.109375, 1.25,     0.609375, 0.140625, -0.765625,
                            0.765625, 0.453125, 1.640625, -0.375,    0.546875, 0.5,      0.28125,  0.203125};
const std::vector<double> cot{0.171875, -0.59375, -1.0,     -0.390625, 0.578125, 1.5,     0.96875, 1.046875,
                              0.765625, 0.6875,   0.171875, 0.765625,  1.765625, -0.3125, -0.6875, 1.953125};
const std::vector<double> y{
    0.866546630859375,      -1.29599761962890625,   2.13616222515702247619, -2.1300152298063039779,
    0.98177876134627695137, -0.5599071625510987360, -1.8727337519553499539, -1.7357647792362965524,
    -1.3934748419253741217, -3.5994247834467386073, 1.14577270011342786195, -2.2629780172249213654,
    0.03358480205995832902, -0.6786554356471956941, -1.4311830988314361801, 0.10326565528391261926};
const std::vector<double> h{
    0.92431640625,          -0.7969970703125,       0.80327600240707397460, -0.8185909390449523925,
    -1.6400549183563271071, -0.2208426390479871770, -1.2025283205410064457, -1.1288055275228252583,
    0.22819969182815563921, -0.3064911947970163799, 0.09280672016935576976, 1.01857638183594706058,
    0.44851363297968489635, 0.64790169775166355920, 0.96168386459058271992, 0.22661743770173448434};
const std::vector<double> du{
    -2.3468248106238901633, -2.0696215688093828235, -4.2860181530927540889, -3.5363911045545702299,
    -0.7940406384859461397, -2.9299850970222414605, -2.8636301968669198311, 0.72095388184868116390,
    -4.5335950781887335431, -2.0161744292962238030, 1.91896433754712347763, -3.5909929463088587908,
    -0.2700049402192234992, 1.82798505108803510665, -2.1921024322509765625, 1.80530548095703125};
const std::vector<double> da_re{-52.645931820650367832, -8.8997973117708131240, 7.40321283433839544940};
const std::vector<double> da_im{10.3621343109904271162, -19.305958394595156946, 55.1777954562912054631};
const std::vector<double> db_re{19.5417382411494841010, 0.99290026056951319333, 16.3448536507065279961};
const std::vector<double> db_im{-8.6543604694335761751, 3.83539100688332723620, -0.4329969154455299042};
const std::vector<double> dc_re{-15.309761306556480597, 0.56386252077183485198, 2.92513777890123446153};
const std::vector<double> dc_im{3.21731413766407081666, -0.5046828713631441587, 24.2668058640126654029};
}  // namespace published

double largest_of(const std::vector<double>& x) {
  double most = 0;
  for (double v : x) most = std::max(most, std::abs(v));
  return most;
}
void near(const auto& got, const std::vector<double>& expected, double tolerance) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::abs(got[i] - expected[i]) <= tolerance);
}

}  // namespace

TEST_CASE_TEMPLATE("complex_diagonal: every execution mode is that of the real system", T, double,
                   reference::wide, dual<double>, pack<float>) {
  for (const auto r : reference::regimes)
    for (const integer d : {1, 9})
      for (const std::size_t kappa : {1u, 20u}) {
        agree<T>(complex_diagonal<>{d}, kappa, r);
        agree<T>(complex_diagonal<dynamic, 2, 3>{d}, kappa, r);
      }
}

TEST_CASE("complex_diagonal: the same for sizes known at compile time") {
  for (const auto r : reference::regimes) {
    agree<double>(complex_diagonal<8>{}, 37, r);
    agree<float>(complex_diagonal<11, 2, 2>{}, 7, r);
  }
}

TEST_CASE("complex_diagonal: pullbacks are derivatives of the real system") {
  for (const auto r : reference::regimes)
    for (const integer d : {1, 3, 9})
      for (const std::size_t kappa : {1u, 12u}) {
        derivatives_agree(complex_diagonal<>{d}, kappa, r);
        derivatives_agree(complex_diagonal<dynamic, 2, 3>{d}, kappa, r);
        derivatives_agree(complex_diagonal<4, 3, 1>{}, kappa, r);
      }
}

TEST_CASE("complex_diagonal: a pullback has each derivative that dual numbers carry through the response") {
  using S = complex_diagonal<dynamic, 2, 2>;
  reference::numbers draw(3);
  const auto s = drawn<double>(S{3}, draw, reference::regime::generic);
  const auto g = draw.draws(10 * 4);
  auto ds = s;
  S::pullback(s, view<double>(g), ds);
  const auto slopes = numbers_of<double>(ds);
  auto moving = S{3}.make<dual<double>>();
  each_number([](dual<double>& x, double v) { x = dual<double>(v); }, moving, s);
  std::vector<dual<double>*> entries;
  each_number([&](dual<double>& x) { entries.push_back(&x); }, moving);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i]->e = 1;
    std::vector<dual<double>> h(g.size());
    S::impulse_response(moving, std::span<dual<double>>(h));
    double expected = 0;
    for (std::size_t k = 0; k < g.size(); ++k) expected += g[k] * h[k].e;
    CHECK(slopes[i] == doctest::Approx(expected).epsilon(1e-12));
    entries[i]->e = 0;
  }
}

TEST_CASE("complex_diagonal: outputs and gradients of 28 digits") {
  using namespace published;
  const pairs::parameters<double> s{a_re, a_im, b_re, b_im, c_re, c_im};
  const bound_system<double, pairs> bound{s};
  const double in_y = 1e-14 * largest_of(y);
  std::vector<double> found(16), batch(16), convolved(16), dx(16);
  bound.impulse_response(std::span<double>(found));
  near(found, h, in_y);
  bound.sequence(u, found);
  near(found, y, in_y);
  bound.convolve(u, convolved);
  near(convolved, y, in_y);
  pairs::batch_work<double> work(s, 16);
  pairs::forward_batch(s, 16, view<double>(u), std::span<double>(batch), work);
  near(batch, y, in_y);
  auto through_time = pairs{3}.make<double>(), through_h = through_time;
  pairs::backward_batch(s, 16, view<double>(u), view<double>(cot), through_time, std::span<double>(dx), work);
  std::vector<double> g(16, 0.0);
  kernel::add_correlation<1, 1>(view<double>(cot), view<double>(u), std::span<double>(g));
  pairs::pullback(s, view<double>(g), through_h);
  for (const auto& ds : {through_time, through_h}) {
    const double in_a = 1e-13 * std::max(largest_of(da_re), largest_of(da_im)),
                 in_b = 1e-13 * std::max(largest_of(db_re), largest_of(db_im)),
                 in_c = 1e-13 * std::max(largest_of(dc_re), largest_of(dc_im));
    near(ds.a_re, da_re, in_a);
    near(ds.a_im, da_im, in_a);
    near(ds.b_re, db_re, in_b);
    near(ds.b_im, db_im, in_b);
    near(ds.c_re, dc_re, in_c);
    near(ds.c_im, dc_im, in_c);
  }
  near(dx, du, 1e-13 * largest_of(du));
}

TEST_CASE_TEMPLATE("complex_diagonal: lanes and static sizes have the bits of single numbers", T, float,
                   double) {
  using L = pack<T>;
  using S = complex_diagonal<11, 2, 2>;
  using dynamic_states = complex_diagonal<dynamic, 2, 2>;
  reference::numbers draw(5);
  const auto s = drawn<L>(S{}, draw, reference::regime::generic);
  const auto x = draw.draws<L>(20 * 2), dy = draw.draws<L>(20 * 2), g = draw.draws<L>(20 * 4);
  const auto all_of = []<class N, class Structure>(const Structure& structure, const auto& system,
                                                   const std::vector<N>& in, const std::vector<N>& out,
                                                   const std::vector<N>& of_h) {
    std::vector<N> h(of_h.size(), N(0)), y(out.size(), N(0)), dx(in.size(), N(0)), steps(out.size(), N(0));
    auto ds = structure.template make<N>(), batch = ds;
    Structure::template impulse_response<N>(system, std::span<N>(h));
    Structure::template pullback<N>(system, view<N>(of_h), ds);
    typename Structure::template batch_work<N> work(system, 20);
    Structure::template forward_batch<N>(system, 10, view<N>(in), std::span<N>(y), work);
    Structure::template backward_batch<N>(system, 10, view<N>(in), view<N>(out), batch, std::span<N>(dx),
                                          work);
    bound_system<N, Structure>{system}.sequence(view<N>(in), std::span<N>(steps));
    std::vector<N> all = numbers_of<N>(ds);
    for (const auto& more : {h, y, dx, steps, numbers_of<N>(batch)})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const auto together = all_of(S{}, s, x, dy, g);
  for (std::size_t lane = 0; lane < lanes_of<L>; ++lane) {
    const auto alone_of = [&](const std::vector<L>& v) {
      std::vector<T> out;
      for (const L& z : v) out.push_back(scalar_traits<L>::get(z, lane));
      return out;
    };
    auto single = S{}.make<T>();
    get_lane(s, lane, single);
    auto loose = dynamic_states{11}.make<T>();
    const auto numbers = numbers_of<T>(single);
    std::size_t next = 0;
    each_number([&](T& z) { z = numbers[next++]; }, loose);
    const auto one = all_of(S{}, single, alone_of(x), alone_of(dy), alone_of(g));
    CHECK(alone_of(together) == one);
    CHECK(all_of(dynamic_states{11}, loose, alone_of(x), alone_of(dy), alone_of(g)) == one);
  }
}

TEST_CASE("complex_diagonal: spectrum and measures are those of the full system") {
  reference::numbers draw(8);
  bound_system<double, complex_diagonal<dynamic, 2, 3>> x{
      drawn<double>(complex_diagonal<dynamic, 2, 3>{4}, draw, reference::regime::generic)};
  for (double& v : x.system.a_im) v = std::abs(v);
  const auto full = modal_form_of(x);
  CHECK(full.states() == 8);
  CHECK(x.state_size() == 8);
  const auto all = spectrum_of<complex_diagonal<dynamic, 2, 3>, double>(x.system);
  REQUIRE(all.size() == 8);
  CHECK(all[2] == eigenvalue<double>{x.system.a_re[1], x.system.a_im[1]});
  CHECK(all[3] == eigenvalue<double>{x.system.a_re[1], -x.system.a_im[1]});
  const auto h = x.impulse_response(2000);
  double sum = 0;
  for (double v : h) sum += v * v;
  CHECK(h2_norm(full).value == doctest::Approx(std::sqrt(sum)).epsilon(1e-12));
  const auto half = to_half(full);
  CHECK(from_half(half).c == full.c);
  CHECK(half.b.size() == 8);
  CHECK(h2_norm(dense_of(half)).value == doctest::Approx(std::sqrt(sum)).epsilon(1e-11));
}

TEST_CASE("complex_diagonal: half storage has no real mode and no mode without its conjugate") {
  using number = std::complex<double>;
  CHECK_THROWS_WITH_AS(
      to_half(modal_form<number>{{{0.5, 0}}, {1}, {1}}),
      "to_half: every mode must be complex: half storage has pairs of conjugates and no real "
      "mode, given 0.5",
      bad_argument);
  const modal_form<number> alone{{{0.5, 0.25}}, {1}, {1}},
      unlike{{{0.5, 0.25}, {0.5, -0.25}}, {{1, 2}, {1, 2}}, {1, 1}}, below{{{0.5, -0.25}}, {1}, {1}};
  for (const auto* wrong : {&alone, &unlike})
    CHECK_THROWS_WITH_AS(to_half(*wrong),
                         "to_half: every mode must be beside its conjugate, in a, b and c, given mode 0",
                         bad_argument);
  CHECK_THROWS_WITH_AS(
      to_half(below),
      "to_half: every mode must be beside its conjugate, in a, b and c, given 0 pairs in 1 modes",
      bad_argument);
}

TEST_CASE("complex_diagonal: a pair on the real axis is two equal real modes") {
  const pairs::parameters<double> s{{0.75}, {0}, {2}, {0.5}, {1.5}, {-1}};
  const real_diagonal<>::parameters<double> same{{0.75, 0.75}, {1, 1}, {3.5, 3.5}};
  std::vector<double> h(20), expected(20);
  pairs::impulse_response(s, std::span<double>(h));
  real_diagonal<>::impulse_response(same, std::span<double>(expected));
  for (std::size_t k = 0; k < 20; ++k) CHECK(h[k] == doctest::Approx(expected[k]).epsilon(1e-14));
}

TEST_CASE("complex_diagonal: files hold the number of pairs, and no other structure reads them") {
  using S = complex_diagonal<dynamic, 2, 3>;
  reference::numbers draw(9);
  const bound_system<double, S> x{drawn<double>(S{4}, draw, reference::regime::generic)};
  const scratch dir;
  save_npz(dir / "x.npz", x);
  save_json(dir / "x.json", x);
  CHECK(equal_parts(load_npz<bound_system<double, S>>(dir / "x.npz").system, x.system));
  CHECK(equal_parts(load_json<bound_system<double, S>>(dir / "x.json").system, x.system));
  const auto fixed = load_npz<bound_system<double, complex_diagonal<4, 2, 3>>>(dir / "x.npz");
  CHECK(fixed.system.c_im[11] == x.system.c_im[11]);
  CHECK_THROWS_AS(static_cast<void>(load_npz<bound_system<double, complex_diagonal<5, 2, 3>>>(dir / "x.npz")),
                  bad_file);
  CHECK_THROWS_AS(static_cast<void>(load_npz<bound_system<double, complex_diagonal<4, 3, 2>>>(dir / "x.npz")),
                  bad_file);
  CHECK_THROWS_AS(
      static_cast<void>(load_npz<bound_system<double, real_diagonal<dynamic, 2, 3>>>(dir / "x.npz")),
      bad_file);
}

TEST_CASE("complex_diagonal: impossible sizes are refused") {
  CHECK_THROWS_WITH_AS(complex_diagonal<>{}.validate(), "complex_diagonal: pairs must be at least 1, given 0",
                       bad_argument);
  CHECK_NOTHROW(complex_diagonal<4>{}.validate());
}
