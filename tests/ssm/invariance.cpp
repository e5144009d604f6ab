// SPDX-License-Identifier: BSD-3-Clause
// What must not depend on how a system is written: order of the modes, scale of the state; and what makes it linear and
// time-invariant.
#include <lssm/ssm.hpp>
#include <numeric>

#include "../property.hpp"
#include "systems.hpp"

using namespace lssm;

namespace {

using structure = real_diagonal<dynamic, 2, 3>;
constexpr std::size_t m = 2, p = 3;

template <class T>
std::vector<T> response(const structure::parameters<T>& s, std::size_t kappa) {
  std::vector<T> h(kappa * p * m);
  structure::impulse_response<T>(s, std::span<T>(h));
  return h;
}
template <class T>
std::vector<T> outputs(const structure::parameters<T>& s, const std::vector<T>& x) {
  std::vector<T> y(x.size() / m * p);
  bound_system<T, structure>{s}.sequence(view<T>(x), std::span<T>(y));
  return y;
}

/// Mode j of the result is mode order[j] of s.
template <class T>
structure::parameters<T> permuted(const structure::parameters<T>& s, const std::vector<std::size_t>& order) {
  auto out = s;
  const std::size_t d = order.size();
  for (std::size_t j = 0; j < d; ++j) {
    out.a[j] = s.a[order[j]];
    for (std::size_t q = 0; q < m; ++q) out.b[j * m + q] = s.b[order[j] * m + q];
    for (std::size_t i = 0; i < p; ++i) out.c[i * d + j] = s.c[i * d + order[j]];
  }
  return out;
}

/// Another basis of the state: B → S B, C → C S⁻¹ for S = diag(scale).
template <class T>
structure::parameters<T> rescaled(const structure::parameters<T>& s, const std::vector<T>& scale) {
  auto out = s;
  const std::size_t d = scale.size();
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t q = 0; q < m; ++q) out.b[j * m + q] = s.b[j * m + q] * scale[j];
    for (std::size_t i = 0; i < p; ++i) out.c[i * d + j] = s.c[i * d + j] / scale[j];
  }
  return out;
}

/// |x - y| in epsilons of the sum of the terms of each output of s.
template <class T>
double distance(const structure::parameters<T>& s, const std::vector<T>& x, const std::vector<T>& y) {
  const auto size = systems::impulse_response(systems::sizes<structure>(s, 0), x.size() / (p * m));
  reference::largest worst;
  for (std::size_t i = 0; i < x.size(); ++i)
    worst.see(reference::epsilons(x[i], reference::widen(y[i], 0), size[i]));
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("the response does not see the order of the modes", T, float, double, reference::wide) {
  reference::numbers draw(1);
  for (const auto r : reference::regimes)
    for (const integer d : {2, 8, 13}) {
      const auto s = systems::random_system<T>(structure{d}, draw, r);
      std::vector<std::size_t> order(static_cast<std::size_t>(d));
      std::iota(order.begin(), order.end(), 0u);
      for (std::size_t j = order.size(); j-- > 1;) std::swap(order[j], order[draw.below(j + 1)]);
      CHECK(distance<T>(s, response<T>(permuted<T>(s, order), 9), response<T>(s, 9)) <
            static_cast<double>(d));
    }
}

TEST_CASE_TEMPLATE("the response does not see the scale of the state", T, float, double, reference::wide) {
  reference::numbers draw(2);
  for (const auto r : reference::regimes) {
    const auto s = systems::random_system<T>(structure{5}, draw, r);
    const std::vector<T> powers = {T(2), T(0.25), T(-8), T(1), T(-0.5)};
    CHECK(response<T>(rescaled<T>(s, powers), 9) == response<T>(s, 9));
    auto scale = draw.draws<T>(5);
    for (T& x : scale) x = x + T(2);
    CHECK(distance<T>(s, response<T>(rescaled<T>(s, scale), 9), response<T>(s, 9)) < 8);
  }
}

TEST_CASE_TEMPLATE("the recurrence is linear and time-invariant", T, float, double, reference::wide) {
  reference::numbers draw(3);
  for (const auto r : reference::regimes) {
    const auto s = systems::random_system<T>(structure{6}, draw, r);
    const auto x = draw.draws<T>(10 * m), z = draw.draws<T>(10 * m);
    const T alpha = draw.draw<T>(), beta = draw.draw<T>();
    std::vector<T> mix(x.size()), late(x.size(), T(0)), doubled(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      mix[i] = alpha * x[i] + beta * z[i];
      doubled[i] = T(2) * x[i];
      if (i >= 3 * m) late[i] = x[i - 3 * m];
    }
    const auto yx = outputs<T>(s, x), yz = outputs<T>(s, z), y_mix = outputs<T>(s, mix),
               y_late = outputs<T>(s, late), y_doubled = outputs<T>(s, doubled);
    const auto size = systems::convolve(systems::impulse_response(systems::sizes<structure>(s, 0), 10),
                                        std::vector<double>(x.size(), 1.0), p, m);
    bool homogeneous = true, late_alike = true;
    for (std::size_t i = 0; i < yx.size(); ++i) {
      CHECK(reference::epsilons(y_mix[i], reference::widen(T(alpha * yx[i] + beta * yz[i]), 0), size[i]) <
            20);
      homogeneous = homogeneous && y_doubled[i] == T(2) * yx[i];
      late_alike = late_alike && y_late[i] == (i < 3 * p ? T(0) : yx[i - 3 * p]);
    }
    CHECK(homogeneous);
    CHECK(late_alike);
  }
}

#ifdef LSSM_HAS_RAPIDCHECK
TEST_CASE("any permutation of any system has its response") {
  CHECK(property::holds([](std::uint64_t seed) {
    const auto d = *rc::gen::inRange<integer>(1, 20);
    const auto order = *rc::gen::map(rc::gen::container<std::vector<unsigned>>(
                                         static_cast<std::size_t>(d), rc::gen::arbitrary<unsigned>()),
                                     [](const std::vector<unsigned>& keys) {
                                       std::vector<std::size_t> places(keys.size());
                                       std::iota(places.begin(), places.end(), 0u);
                                       std::sort(places.begin(), places.end(), [&](auto i, auto j) {
                                         return std::pair(keys[i], i) < std::pair(keys[j], j);
                                       });
                                       return places;
                                     });
    reference::numbers draw(seed);
    const auto s = systems::random_system<double>(structure{d}, draw, reference::regime::generic);
    RC_ASSERT(distance<double>(s, response<double>(permuted<double>(s, order), 12), response<double>(s, 12)) <
              static_cast<double>(d) + 1);
  }));
}
#endif
