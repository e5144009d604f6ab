// SPDX-License-Identifier: BSD-3-Clause
// β^t after many factors, against the same product in wide numbers.
#include <lssm/core/pack.hpp>
#include <lssm/train/decaying_power.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// The largest error over a million powers in epsilons of the power itself, down to epsilon²; after that 1 - β^t must be 1
/// and no power a denormal number.
template <class L>
double worst_error(L beta) {
  decaying_power<L> power;
  power = decaying_power<L>(beta);
  reference::wide truth = 1;
  const reference::wide smallest = reference::wide(1.001) * epsilon_of<L> * epsilon_of<L>;
  reference::largest worst;
  for (int t = 1; t <= 1000000; ++t) {
    truth = truth * reference::wide(beta);
    const L p = power.next();
    if (truth > smallest) {
      worst.see(reference::epsilons(p, truth, reference::magnitude(truth)));
    } else {
      worst.see(L(1) - p == L(1) && (p == 0 || p >= std::numeric_limits<L>::min()) ? 0 : HUGE_VAL);
    }
  }
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("a million factors cost no digits", L, float, double) {
  for (const double beta : {0.8, 0.9, 0.999, 0.999999}) {
    CAPTURE(beta);
    // Without hardware for fused operations errors add up, until the power is too small to be seen in 1 - β^t.
    CHECK(worst_error(static_cast<L>(beta)) < (detail::hardware_fma ? 2 : 1e6));
  }
}

TEST_CASE("no factors, and a factor of zero") {
  decaying_power<double> none(0.0);
  CHECK(none.next() == 0);
  CHECK(none.next() == 0);
  decaying_power<double> first(0.999);
  CHECK(first.next() == 0.999);
}

TEST_CASE_TEMPLATE("each lane has its own factor and the bits of the single one", L, float, double) {
  using T = pack<L>;
  const auto beta = reference::numbers(5).draw<T>() * T(L(0.1)) + T(L(0.85));
  decaying_power<T> together(beta);
  std::vector<decaying_power<L>> alone;
  for (std::size_t i = 0; i < lanes_of<T>; ++i) alone.emplace_back(scalar_traits<T>::get(beta, i));
  for (int t = 0; t < 2000; ++t) {
    const T powers = together.next();
    for (std::size_t i = 0; i < lanes_of<T>; ++i)
      REQUIRE(scalar_traits<T>::get(powers, i) == alone[i].next());
  }
}

TEST_CASE("saved in the middle and restored, it goes on with the same bits") {
  decaying_power<double> power(0.99), other(0.99);
  for (int t = 0; t < 1000; ++t) power.next();
  decaying_power<double> saved = power;
  set_lane(other, 0, saved);
  CHECK(equal_parts(other, power));
  for (int t = 0; t < 1000; ++t) CHECK(power.next() == other.next());
}

TEST_CASE_TEMPLATE("its own numbers are sound after any number of factors", T, float, double) {
  for (const double beta : {0.0, 0.3, 0.9, 0.99255, 0.999, 0.9999, 1 - 4 * epsilon_of<T>, 1.0}) {
    decaying_power<T> power{T(beta)};
    bool sound = power.is_sound();
    for (int t = 0; t < 300000; ++t) {
      power.next();
      sound = sound && power.is_sound();
    }
    CAPTURE(beta);
    CHECK(sound);
  }
}
