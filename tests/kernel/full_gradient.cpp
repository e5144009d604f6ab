// SPDX-License-Identifier: BSD-3-Clause
// The norm of the gradient of a full state matrix against the sum over all pairs of modes and all powers.
#include <array>
#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/kernel/full_gradient.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T>
struct problem {
  std::vector<T> a, b, c, g;  // (d), (d), (d), (kappa)
  problem(reference::numbers& draw, integer d, integer kappa, reference::regime r)
      : a(reference::modes<T>(draw, d, r)),
        b(draw.draws<T>(a.size())),
        c(draw.draws<T>(a.size())),
        g(draw.draws<T>(static_cast<std::size_t>(kappa))) {}
};

template <class T, integer D = dynamic, integer K = dynamic>
T norm2(const problem<T>& p, T before = T(7)) {
  std::vector<T> work(static_cast<std::size_t>(kernel::full_gradient_work<T>(length(p.a), length(p.g))),
                      before);
  return kernel::full_gradient_norm2(fixed_view<D>(p.a), fixed_view<D>(p.b), fixed_view<D>(p.c),
                                     fixed_view<K>(p.g), std::span<T>(work));
}

/// (1, a_i, …, a_i^(κ-1)) for each mode.
template <class R>
std::vector<std::vector<R>> powers_of(const std::vector<R>& a, std::size_t kappa) {
  std::vector<std::vector<R>> powers(a.size(), {R(1)});
  for (std::size_t i = 0; i < a.size(); ++i)
    while (powers[i].size() < kappa) powers[i].push_back(powers[i].back() * a[i]);
  return powers;
}

/// S_ij of the powers of modes i and j, term by term.
template <class R>
R entry(const std::vector<R>& i, const std::vector<R>& j, const std::vector<R>& g) {
  R sum(0);
  for (std::size_t k = 1; k < g.size(); ++k)
    for (std::size_t s = 0; s < k; ++s) sum = sum + g[k] * i[s] * j[k - 1 - s];
  return sum;
}

/// In epsilons of Σ_ij |dL/dA_ij| M_ij, with M_ij the sum of the magnitudes of the terms of an entry: where
/// terms cancel this is less than Σ_ij M_ij². An entry's own error, squared, is allowed for too.
template <class T>
double error_of(const problem<T>& p) {
  const T got = norm2<T>(p);
  reference::largest worst;
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    const auto wide = [lane](const auto& x) { return reference::widen_all(x, lane); };
    const auto size = [lane](const auto& x) { return reference::sizes(x, lane); };
    const auto a = wide(p.a), b = wide(p.b), c = wide(p.c), g = wide(p.g);
    const auto sa = size(p.a), sb = size(p.b), sc = size(p.c), sg = size(p.g);
    const auto powers = powers_of(a, g.size());
    const auto sizes = powers_of(sa, g.size());
    const double own = static_cast<double>(g.size()) * epsilon_of<T>;
    reference::wide_of<T> expected(0);
    double scale = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < a.size(); ++j) {
        const auto value = c[i] * b[j] * entry(powers[i], powers[j], g);
        const double terms = sc[i] * sb[j] * entry(sizes[i], sizes[j], sg);
        expected = expected + value * value;
        scale += (reference::magnitude(value) + own * terms) * terms;
      }
    worst.see(scale == 0 ? reference::magnitude(reference::widen(got, lane))
                         : reference::epsilons(got, expected, scale, lane));
  }
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("the norm of the full gradient is its sum over pairs of modes", T, float, double,
                   long double, reference::wide, dual<double>, pack<float>) {
  reference::numbers draw(31);
  const auto check = [&](problem<T> p) {
    const double d = static_cast<double>(p.a.size()), kappa = static_cast<double>(p.g.size());
    CAPTURE(d);
    CAPTURE(kappa);
    // A power costs a rounding for each factor, a sum one for each term; twice, as an entry is squared.
    const double bound = 4 * kappa + 8 + d;
    CHECK(error_of<T>(p) < bound);
    for (std::size_t j = 0; j < p.a.size(); j += 3) p.a[j] = T(0);
    CHECK(error_of<T>(p) < bound);
    for (std::size_t j = 1; j < p.a.size(); j += 4) p.b[j] = p.c[j] = T(0);
    for (std::size_t k = 1; k + 1 < p.g.size(); k += 2) p.g[k] = T(0);
    CHECK(error_of<T>(p) < bound);
  };
  for (const auto r : reference::regimes) {
    for (integer kappa = 1; kappa <= 12; ++kappa) check({draw, 10, kappa, r});
    for (const integer d : {1, 2, 7, 8, 9, 15, 16, 17, 20}) check({draw, d, 6, r});
  }
  check({draw, 40, 2, reference::regime::generic});
  check({draw, 33, 12, reference::regime::generic});
}

TEST_CASE_TEMPLATE("and with many more modes than powers", T, float, double, reference::wide, dual<double>,
                   pack<float>) {
  reference::numbers draw(37);
  const auto check = [&](const problem<T>& p) {
    const double d = static_cast<double>(p.a.size()), kappa = static_cast<double>(p.g.size());
    CAPTURE(d);
    CAPTURE(kappa);
    CHECK(error_of<T>(p) < 4 * kappa + 8 + d);
  };
  for (const auto r : reference::regimes)
    for (const integer kappa : {2, 3, 6}) check({draw, 8 * kappa + 1, kappa, r});
  problem<T> zeros(draw, 50, 6, reference::regime::generic);
  for (T& x : zeros.a) x = T(0);
  check(zeros);
  for (T& x : zeros.b) x = T(0);
  check(zeros);
  problem<T> tiny(draw, 50, 6, reference::regime::generic);
  for (T& x : tiny.a) x = x * T(lane_of<T>(1e-6));  // squares of the higher powers underflow in float
  check(tiny);
}

TEST_CASE_TEMPLATE("terms that cancel leave the digits of an entry", T, float, double, pack<double>) {
  reference::numbers draw(32);
  problem<T> p(draw, 10, 6, reference::regime::generic);
  for (T& x : p.a) x = T(lane_of<T>(0.9));
  for (T& x : p.g) x = T(0);
  // S = g_1 + 5 a^4 g_5 for equal modes; a sum of products of moments would be all rounding here.
  p.g[5] = T(1);
  p.g[1] = T(lane_of<T>(-5 * std::pow(0.9, 4) * (1 - 8 * std::sqrt(epsilon_of<T>))));
  CHECK(error_of<T>(p) < 8);
}

TEST_CASE_TEMPLATE("sizes known at compile time, at run time and lanes round alike", T, float, double) {
  reference::numbers draw(33);
  using lanes = pack<T>;
  const auto check = [&]<integer D, integer K>(extent<D>, extent<K>) {
    for (const auto r : reference::regimes) {
      const problem<lanes> all(draw, D, K, r);
      const lanes together = norm2<lanes>(all), fixed = norm2<lanes, D, K>(all);
      for (std::size_t lane = 0; lane < lanes_of<lanes>; ++lane) {
        problem<T> one(draw, D, K, r);
        const auto take = [lane](const std::vector<lanes>& from, std::vector<T>& to) {
          for (std::size_t i = 0; i < from.size(); ++i) to[i] = scalar_traits<lanes>::get(from[i], lane);
        };
        take(all.a, one.a);
        take(all.b, one.b);
        take(all.c, one.c);
        take(all.g, one.g);
        const T expected = norm2<T, D, K>(one);
        CHECK(norm2<T>(one) == expected);
        CHECK(scalar_traits<lanes>::get(together, lane) == expected);
        CHECK(scalar_traits<lanes>::get(fixed, lane) == expected);
      }
    }
  };
  check(extent<1>{}, extent<2>{});
  check(extent<8>{}, extent<5>{});
  check(extent<10>{}, extent<6>{});
  check(extent<20>{}, extent<10>{});
  check(extent<35>{}, extent<4>{});
}

TEST_CASE_TEMPLATE("the largest numbers round alike too", T, float, double) {
  reference::numbers draw(34);
  using lanes = pack<T>;
  // S is 0 for the only mode, but S of a mode at 0 would be too large to be squared.
  problem<T> one(draw, 1, 3, reference::regime::generic);
  problem<lanes> all(draw, 1, 3, reference::regime::generic);
  const T huge = std::sqrt(std::numeric_limits<T>::max()) * 4;
  one.a[0] = T(1), one.b[0] = T(1), one.c[0] = T(1), one.g = {T(0), -2 * huge, huge};
  all.a[0] = lanes(T(1)), all.b[0] = lanes(T(1)), all.c[0] = lanes(T(1));
  for (std::size_t k = 0; k < 3; ++k) all.g[k] = lanes(one.g[k]);
  CHECK(norm2<T>(one) == T(0));
  CHECK(norm2<T, 1, 3>(one) == T(0));
  CHECK(scalar_traits<lanes>::get(norm2<lanes>(all), 0) == T(0));
}

TEST_CASE_TEMPLATE("what is not finite stays so, what the work space held has no say", T, float, double,
                   long double, pack<double>) {
  reference::numbers draw(35);
  const lane_of<T> nan = std::numeric_limits<lane_of<T>>::quiet_NaN();
  const auto finite = [](const T& x) {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      if (scalar_traits<T>::get_mask(is_finite(x), lane)) return true;
    return false;
  };
  const problem<T> p(draw, 10, 6, reference::regime::generic);
  CHECK(finite(norm2<T>(p)));
  CHECK(finite(norm2<T>(p, T(nan))));
  for (const auto list : {&problem<T>::a, &problem<T>::b, &problem<T>::c, &problem<T>::g}) {
    auto q = p;
    (q.*list).back() = T(nan);
    CHECK_FALSE(finite(norm2<T>(q)));
  }
}

TEST_CASE("no power of A: no gradient, and no work space") {
  reference::numbers draw(36);
  CHECK(kernel::full_gradient_work<float>(10, 1) == 0);
  CHECK(kernel::full_gradient_work<float>(dynamic, 6) == dynamic);
  CHECK(norm2<double>(problem<double>(draw, 10, 1, reference::regime::generic)) == 0);
  CHECK(norm2<double, dynamic, 1>(problem<double>(draw, 10, 1, reference::regime::generic)) == 0);
}

TEST_CASE("the norm of a full gradient in a constant expression") {
  constexpr double norm = [] {
    const std::array<double, 2> a{1, 2}, b{1, 1}, c{1, 3};
    const std::array<double, 3> g{5, 1, 2};
    std::array<double, 32> work{};
    return kernel::full_gradient_norm2(fixed_view<2>(a), fixed_view<2>(b), fixed_view<2>(c), fixed_view<3>(g),
                                       std::span<double>(work));
  }();
  // S = g_1 + g_2 (a_i + a_j): 5, 7, 7, 9
  static_assert(norm == 25 + 49 + 9 * (49 + 81));
}
