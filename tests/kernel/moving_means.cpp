// SPDX-License-Identifier: BSD-3-Clause
// Moving means and Adam's direction, entry by entry: the formula in wide numbers, roots that are correctly rounded, and
// entries that do not know where they stand.
#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/kernel/moving_means.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T>
struct means {
  std::vector<T> m, v, u;

  means(reference::numbers& draw, std::size_t n)
      : m(draw.draws<T>(n)), v(draw.draws<T>(n)), u(draw.draws<T>(n)) {
    for (T& x : v) x = abs_of(x);
  }
  template <integer N = dynamic>
  void step(const kernel::mean_weights<T>& by) {
    kernel::scaled_mean<T>(by, fixed_view<N>(m), fixed_view<N>(v), fixed_view<N>(std::as_const(u)),
                           [&](const auto& b, integer j) { kernel::store_block(b, fixed_view<N>(u), j); });
  }
};

template <class T>
kernel::mean_weights<T> weights() {
  const auto number = [](double x) { return T(static_cast<lane_of<T>>(x)); };
  return {number(0.1), number(0.001), number(1.7), number(30), number(1e-7)};
}

constexpr std::size_t sizes[] = {1, 7, 8, 9, 15, 16, 25};

}  // namespace

TEST_CASE_TEMPLATE("means and directions are their formulas", T, float, double, reference::wide,
                   dual<double>) {
  reference::numbers draw(181);
  const auto by = weights<T>();
  const auto wide = [](const T& x) { return reference::widen(x, 0); };
  for (const std::size_t n : sizes) {
    means<T> now(draw, n);
    const auto before = now;
    now.step(by);
    reference::largest worst;
    for (std::size_t i = 0; i < n; ++i) {
      const auto g = wide(before.u[i]);
      const auto m = wide(before.m[i]) + wide(by.f1) * (g - wide(before.m[i]));
      const auto v = wide(before.v[i]) + wide(by.f2) * (g * g - wide(before.v[i]));
      const auto u = m * wide(by.s1) / (sqrt_of(v * wide(by.s2)) + wide(by.epsilon));
      // Where g and m cancel, the error of m is one of its terms.
      const double size =
          1 + reference::magnitude(u) * (1 + 1 / reference::magnitude(m)) * (1 + 1 / reference::magnitude(v));
      worst.see(reference::epsilons(now.m[i], m, 1));
      worst.see(reference::epsilons(now.v[i], v, 1));
      worst.see(reference::epsilons(now.u[i], u, size));
    }
    CHECK(worst < 4);
  }
}

TEST_CASE_TEMPLATE("an entry does not know where it stands", T, float, double) {
  reference::numbers draw(182);
  const auto by = weights<T>();
  for (const std::size_t n : sizes) {
    means<T> all(draw, n);
    const auto before = all;
    all.step(by);
    for (std::size_t i = 0; i < n; ++i) {
      means<T> one(draw, 1);
      one.m[0] = before.m[i], one.v[0] = before.v[i], one.u[0] = before.u[i];
      one.step(by);
      CHECK(one.m[0] == all.m[i]);
      CHECK(one.v[0] == all.v[i]);
      CHECK(one.u[0] == all.u[i]);
    }
  }
  means<T> known(draw, 25);
  auto late = known;
  known.template step<25>(by);
  late.step(by);
  CHECK(known.u == late.u);
  CHECK(known.v == late.v);
}

TEST_CASE_TEMPLATE("lanes have the bits of blocks", T, float, double) {
  reference::numbers draw(183);
  means<pack<T>> packed(draw, 9);
  const auto before = packed;
  packed.step(weights<pack<T>>());
  for (std::size_t lane = 0; lane < lanes_of<pack<T>>; ++lane) {
    const auto get = [lane](const pack<T>& x) { return scalar_traits<pack<T>>::get(x, lane); };
    means<T> single(draw, 9);
    for (std::size_t i = 0; i < 9; ++i)
      single.m[i] = get(before.m[i]), single.v[i] = get(before.v[i]), single.u[i] = get(before.u[i]);
    single.step(weights<T>());
    for (std::size_t i = 0; i < 9; ++i) {
      CHECK(single.m[i] == get(packed.m[i]));
      CHECK(single.v[i] == get(packed.v[i]));
      CHECK(single.u[i] == get(packed.u[i]));
    }
  }
}

TEST_CASE_TEMPLATE("a gradient that stays zero moves nothing", T, float, double) {
  reference::numbers draw(184);
  means<T> zero(draw, 9);
  for (auto* x : {&zero.m, &zero.v, &zero.u}) std::fill(x->begin(), x->end(), T(0));
  zero.step(weights<T>());
  CHECK(zero.u == std::vector<T>(9, T(0)));
  CHECK(zero.m == zero.u);
  CHECK(zero.v == zero.u);
}

TEST_CASE_TEMPLATE("roots of blocks are those of single numbers, to the last bit", T, float, double) {
  using limits = std::numeric_limits<T>;
  reference::numbers draw(185);
  const auto check = [](const std::vector<T>& x) {
    std::vector<T> roots(x.size());
    kernel::store_block(kernel::square_root(kernel::load_block<8>(view<T>(x), 0)), std::span<T>(roots), 0);
    for (std::size_t i = 0; i < x.size(); ++i) {
      CAPTURE(x[i]);
      CHECK(roots[i] == std::sqrt(x[i]));
      CHECK(std::signbit(roots[i]) == std::signbit(x[i]));
    }
  };
  check({T(0), -T(0), limits::denorm_min(), limits::min(), T(1), T(2), limits::max(), limits::infinity()});
  check({1 + limits::epsilon(), 1 - limits::epsilon() / 2, 3 * limits::denorm_min(), T(0.25), T(3)});
  for (int trial = 0; trial < 2000; ++trial) {
    auto x = draw.draws<T>(8);
    for (T& v : x) v = std::ldexp(std::abs(v), static_cast<int>(draw.below(200)) - 100);
    check(x);
  }
  std::vector<T> roots(1), negative{T(-1)};
  kernel::store_block(kernel::square_root(kernel::load_block<8>(view<T>(negative), 0)), std::span<T>(roots),
                      0);
  CHECK(std::isnan(roots[0]));
}
