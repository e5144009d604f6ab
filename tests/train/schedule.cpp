// SPDX-License-Identifier: BSD-3-Clause
// Schedules as functions of the steps taken.
#include <doctest/doctest.h>

#include <lssm/train/schedule.hpp>
#include <string>

using namespace lssm;

static_assert(CountsEpochs<each_epoch<cosine>> && CountsEpochs<each_epoch<warm_up<step_decay>>>);
static_assert(!CountsEpochs<warm_up<cosine>> && !CountsEpochs<constant_rate>);

namespace {

/// A user's: 1/√(1 + t)
struct inverse_root {
  double factor(double steps) const { return 1 / std::sqrt(1 + steps); }
};
static_assert(Schedule<inverse_root> && Schedule<constant_rate> && Schedule<warm_up<inverse_root>>);
/// A user's around another one, of steps or of epochs as that is.
template <class Of>
struct halved {
  Of of{};
  double factor(double steps) const requires(!CountsEpochs<Of>) { return of.factor(steps) / 2; }
  double factor_of_epochs(double epochs) const requires CountsEpochs<Of> {
    return of.factor_of_epochs(epochs) / 2;
  }
};
static_assert(Schedule<halved<cosine>> && !CountsEpochs<halved<cosine>>);
static_assert(Schedule<halved<each_epoch<cosine>>> && CountsEpochs<halved<each_epoch<cosine>>>);
struct without_factor {};
static_assert(!Schedule<without_factor>);

template <class S>
std::string refused(const S& schedule) {
  try {
    schedule.validate();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("constant_rate is 1") {
  for (const double t : {0.0, 1.0, 1e9}) CHECK(constant_rate::factor(t) == 1);
}

TEST_CASE("step_decay falls at multiples of `every`, not before") {
  const step_decay s{.every = 100, .decay = 0.5};
  CHECK(s.factor(0) == 1);
  CHECK(s.factor(99) == 1);
  CHECK(s.factor(100) == 0.5);
  CHECK(s.factor(199) == 0.5);
  CHECK(s.factor(1000) == 0x1p-10);
  CHECK(step_decay{.every = 1000}.factor(2000) == doctest::Approx(0.01).epsilon(1e-15));
}

TEST_CASE("cosine goes from 1 to its floor and stays there") {
  const cosine s{.steps = 1000, .floor = 0.1};
  CHECK(s.factor(0) == 1);
  CHECK(s.factor(500) == doctest::Approx(0.55).epsilon(1e-15));
  CHECK(s.factor(1000) == 0.1);
  CHECK(s.factor(1e9) == 0.1);
  for (double t = 0; t < 1100; t += 1) {
    CHECK(s.factor(t + 1) <= s.factor(t));
    // half an angle instead of half a cosine
    const double half = std::cos(std::acos(-1.0) * std::min(t, 1000.0) / 2000);
    CHECK(s.factor(t) == doctest::Approx(0.1 + 0.9 * half * half).epsilon(1e-14));
  }
  CHECK(cosine{.steps = 1e4}.factor(1e4) == 0);
}

TEST_CASE("warm_up rises to 1 with its last step and hands over what follows, counted from there") {
  const warm_up<step_decay> s{.steps = 10, .then = {.every = 5, .decay = 0.5}};
  for (int t = 0; t < 10; ++t) CHECK(s.factor(t) == (t + 1) / 10.0);
  CHECK(s.factor(9) == 1);
  CHECK(s.factor(10) == 1);
  CHECK(s.factor(14) == 1);
  CHECK(s.factor(15) == 0.5);
  CHECK(warm_up<>{.steps = 100}.factor(1000) == 1);
  CHECK(warm_up<inverse_root>{.steps = 4}.factor(7) == 0.5);
  for (int t = 0; t < 5; ++t) CHECK(warm_up<>{.steps = 2.5}.factor(t) <= 1);
}

TEST_CASE("numbers without a meaning are refused by name") {
  CHECK(refused(step_decay{.every = 0}) == "step_decay: every must be given, finite and positive, given 0");
  CHECK(refused(step_decay{.every = 1, .decay = 0}) ==
        "step_decay: decay must be finite and positive, given 0");
  CHECK(refused(cosine{.steps = -1}) == "cosine: steps must be given, finite and positive, given -1");
  CHECK(refused(cosine{.steps = 1, .floor = 1.5}) == "cosine: floor must be from 0 to 1, given 1.5");
  CHECK(refused(cosine{.steps = 1, .floor = std::nan("")}).starts_with("cosine: floor"));
  CHECK(refused(warm_up<>{.steps = 0}) == "warm_up: steps must be given, finite and positive, given 0");
  CHECK(refused(warm_up<cosine>{.steps = 1, .then = {.steps = 0}}) ==
        "cosine: steps must be given, finite and positive, given 0");
  CHECK(refused(warm_up<inverse_root>{.steps = 1}).empty());
  // infinite sizes would train at rates of 0 or inf without a word
  CHECK(refused(warm_up<>{.steps = HUGE_VAL}) ==
        "warm_up: steps must be given, finite and positive, given inf");
  CHECK(refused(cosine{.steps = HUGE_VAL}).starts_with("cosine: steps"));
  CHECK(refused(step_decay{.every = HUGE_VAL}).starts_with("step_decay: every"));
  CHECK(refused(step_decay{.every = 1, .decay = HUGE_VAL}).starts_with("step_decay: decay"));
  // what nobody gave
  CHECK(refused(step_decay{}) == "step_decay: every must be given, finite and positive, given -1");
  CHECK(refused(cosine{}) == "cosine: steps must be given, finite and positive, given -1");
  CHECK(refused(warm_up<>{}) == "warm_up: steps must be given, finite and positive, given -1");
}
