// SPDX-License-Identifier: BSD-3-Clause
// Norms of entries whose squares leave the scalar's range.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/kernel/blocks.hpp>
#include <lssm/kernel/norm.hpp>

#include "../reference.hpp"

using namespace lssm;

TEST_CASE_TEMPLATE("a norm as a product is right at every size", T, float, double, long double) {
  reference::numbers draw(5);
  using limits = std::numeric_limits<T>;
  for (const T& size :
       {limits::min() * 64, std::sqrt(limits::min()), T(1), std::sqrt(limits::max()), limits::max() / 64}) {
    for (const std::size_t n : {1u, 3u, 17u}) {
      auto x = draw.draws<T>(n);
      reference::wide square = 0;
      for (const T& v : x) square += reference::wide(v) * reference::wide(v);
      for (T& v : x) v *= size;
      const auto [largest, ratio] = kernel::scaled_norm(view<T>(x));
      const reference::wide expected = sqrt_of(square);
      CHECK(reference::epsilons(T(largest / size * ratio), expected, 1) < 8.0 * static_cast<double>(n));
      CHECK(ratio >= T(1));
    }
  }
  const std::vector<T> zero(3, T(0));
  CHECK(kernel::scaled_norm(view<T>(zero)).largest == T(0));
  CHECK(kernel::scaled_norm(view<T>(zero)).ratio == T(0));
}

TEST_CASE_TEMPLATE("a sum of squares is sound only where nothing of it was lost", T, float, double,
                   long double, reference::wide) {
  CHECK(kernel::sound_square(T(1)));
  CHECK(kernel::sound_square(T(1e-20)));
  CHECK(!kernel::sound_square(T(0)));
  if constexpr (std::numeric_limits<T>::is_specialized) {
    using limits = std::numeric_limits<T>;
    CHECK(kernel::sound_square(limits::max()));
    CHECK(!kernel::sound_square(limits::min()));  // squares half as large have lost half their digits
    CHECK(!kernel::sound_square(limits::denorm_min()));
    CHECK(!kernel::sound_square(limits::infinity()));
    CHECK(!kernel::sound_square(limits::quiet_NaN()));
  }
}

TEST_CASE("in lanes, one by one") {
  using T = pack<double>;
  std::vector<T> x(2);
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    const double size = lane % 2 == 0 ? 1e-200 : 1e200;
    scalar_traits<T>::set(x[0], lane, 3 * size);
    scalar_traits<T>::set(x[1], lane, -4 * size);
  }
  const auto [largest, ratio] = kernel::scaled_norm(view<T>(x));
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    CHECK(scalar_traits<T>::get(largest, lane) == (lane % 2 == 0 ? 4e-200 : 4e200));
    CHECK(scalar_traits<T>::get(ratio, lane) == doctest::Approx(1.25));
  }
}
