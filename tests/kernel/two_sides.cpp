// SPDX-License-Identifier: BSD-3-Clause
// Functions that are linear on either side of zero: values and derivatives entry by entry, sums with the bits of dot().
#include <lssm/core/pack.hpp>
#include <lssm/kernel/two_sides.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// Numbers of both signs, zeros of both signs among them.
template <class T>
std::vector<T> of_both_signs(reference::numbers& draw, std::size_t n) {
  auto v = draw.draws<T>(n);
  for (std::size_t i = 0; i < n; i += 5) v[i] = i % 2 == 0 ? T(0) : T(0) - T(0);
  return v;
}

}  // namespace

TEST_CASE_TEMPLATE("what goes through two sides and comes back", T, float, double, reference::wide,
                   dual<double>, pack<float>, pack<double>) {
  reference::numbers draw(191);
  for (const std::size_t blocks : {1u, 2u, 5u, 9u}) {
    const std::size_t n = 8 * blocks;
    const auto v = of_both_signs<T>(draw, n), s = draw.draws<T>(n), sides = draw.draws<T>(2);
    const kernel::two_sided<T> f{sides[0], sides[1]};
    std::vector<T> p(n, T(7)), dv(n, T(7)), right(n, T(0)), left(n, T(0));
    kernel::apply(f, view<T>(v), std::span<T>(p));
    const auto [above, below] = kernel::pull_back(f, view<T>(s), view<T>(v), std::span<T>(dv));
    for (std::size_t i = 0; i < n; ++i) {
      right[i] = where(v[i] > T(0), s[i], T(0));
      left[i] = where(v[i] < T(0), s[i], T(0));
      CHECK_FALSE(any_lane<T>(!(p[i] == where(v[i] > T(0), v[i] * f.up, v[i] * f.down))));
      CHECK_FALSE(any_lane<T>(!(dv[i] == right[i] * f.up + left[i] * f.down)));  // one of them is zero
    }
    CHECK_FALSE(any_lane<T>(!(above == kernel::dot(view<T>(right), view<T>(v)))));
    CHECK_FALSE(any_lane<T>(!(below == kernel::dot(view<T>(left), view<T>(v)))));
  }
}

TEST_CASE_TEMPLATE("derivatives along a direction pass on the side of the value", T, float, double) {
  using D = dual<T>;
  std::vector<D> v(8, D(T(0), T(1))), s(8, D(T(2), T(3))), p(8), dv(8);
  v[1] = D(T(2), T(5));
  v[2] = D(T(-2), T(5));
  const kernel::two_sided<D> f{D(T(3), T(1)), D(T(4), T(-1))};
  kernel::apply(f, view<D>(v), std::span<D>(p));
  const auto [above, below] = kernel::pull_back(f, view<D>(s), view<D>(v), std::span<D>(dv));
  CHECK(p[1].e == T(17));   // 5 · 3 + 2 · 1
  CHECK(p[2].e == T(22));   // 5 · 4 + 2
  CHECK(dv[1].e == T(11));  // 3 · 3 + 2 · 1
  CHECK(dv[2].e == T(10));  // 3 · 4 - 2
  CHECK(dv[0].v == T(0));
  CHECK(dv[0].e == T(0));
  CHECK(above.e == T(16));  // 3 · 2 + 2 · 5
  CHECK(below.e == T(4));   // 3 · -2 + 2 · 5
}
