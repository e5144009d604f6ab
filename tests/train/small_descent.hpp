// SPDX-License-Identifier: BSD-3-Clause
// A small study for tests of discrete training: noisy or clean labels of h = (1, 0.5, 0.25, ...), a given start.
#pragma once

#include <doctest/doctest.h>

#include <lssm/lssm.hpp>

#include "../reference.hpp"

namespace small_descent {

using namespace lssm;

template <class Training, class Learn = learn_all, integer D = 3, integer Kappa = 5>
using study = teacher_student<ssm<real_diagonal<D>, Learn>, given<real_diagonal<1>>,
                              label_noise<training_set<Kappa, gaussian<everywhere>>>, squared_error, Training,
                              given_start>;

template <class Learn = learn_all, integer D = 3, integer Kappa = 5, class Training>
study<Training, Learn, D, Kappa> make(const Training& training, double noise = 0) {
  return {.student = {.structure = {.states = 3}},
          .teacher = {.values = {{0.5}, {1}, {1}}},
          .data = {.set = {.length = 5, .sequences = {.count = 12}}, .deviation = noise},
          .training = training,
          .start = {.a = {0.2, 0.1, 0.4}, .b = {0.3, 0.2, 0.5}, .c = {0.25, 0.4, 0.5}}};
}

/// The same training by hand: losses of all steps, θ of all steps.
template <class T>
struct history {
  std::vector<T> losses;
  std::vector<std::vector<T>> thetas;
  void operator()(auto& run) {
    losses.push_back(run.now().loss);
    thetas.emplace_back(run.theta().begin(), run.theta().end());
  }
  std::size_t steps() const { return losses.size() - 1; }
};

/// Other numbers for student i, smaller `by` i of themselves, for whatever numbers a rule has.
template <class Rule>
void vary(Rule& r, int i, double by) {
  const double less = 1 - by * i;
  if constexpr (requires { r.momentum; }) r.momentum *= less;
  if constexpr (requires { r.smoothing; }) r.smoothing *= less;
  if constexpr (requires { r.beta1; }) r.beta1 *= less, r.beta2 *= less;
  if constexpr (requires { r.decay; }) r.decay *= less;
  if constexpr (requires { r.epsilon; }) r.epsilon *= 1 + i;
  if constexpr (requires { r.weight_decay; }) r.weight_decay *= i;
}

/// Everything an outcome tells, to the last bit.
template <class One, class Other>
void check_same_bits(const One& x, const Other& y) {
  const auto same = [](const auto& u, const auto& v) {
    return std::equal(u.begin(), u.end(), v.begin(), v.end());
  };
  CHECK(same(x.student.system.a, y.student.system.a));
  CHECK(same(x.student.system.b, y.student.system.b));
  CHECK(same(x.student.system.c, y.student.system.c));
  CHECK(same(x.cotangent, y.cotangent));
  CHECK(x.status == y.status);
  CHECK(equal_parts(x.at_end, y.at_end));
}

/// Trainings that have sums of their own where a student is alone: of the lists of this folder and of tests/study.
template <class Training>
inline constexpr bool has_own_sums = false;
template <class Rule, class Stop>
inline constexpr bool has_own_sums<descent<Rule, unconstrained, Stop>> =
    std::is_same_v<Rule, gradient_descent> || std::is_same_v<Rule, heavy_ball> ||
    std::is_same_v<Rule, nesterov> || std::is_same_v<Rule, adam> || std::is_same_v<Rule, adamw>;

/// A run of one student by the general path, which has the bits of lanes; `see` is called at the start and after every step.
template <class T, class Study, class See = silent>
auto run_as_lanes(const Study& s, std::uint32_t seed, See&& see = {}) {
  auto bound = bind<T>(s, seed);
  auto training = bound.training();
  const auto look = [&] {
    if constexpr (requires { static_cast<bool>(see(training)); }) {
      if (!see(training)) training.cancel();
    } else {
      see(training);
    }
  };
  for (look(); training.running(); look()) training.step_as_lanes();
  return read_lane(training, std::move(bound), 0);
}

/// The same student, status and number of steps, to rounding.
template <class One, class Other>
void check_near(const One& x, const Other& y) {
  using T = std::remove_cvref_t<decltype(x.at_end.loss)>;
  const auto near = [](const auto& u, const auto& v) {
    T size(1), apart(0);
    for (std::size_t i = 0; i < u.size(); ++i) {
      size = std::max(size, std::abs(v[i]));
      if (!(std::abs(u[i] - v[i]) <= apart)) apart = std::abs(u[i] - v[i]);
    }
    return u.size() == v.size() && apart <= T(1e4) * T(epsilon_of<T>) * size;
  };
  CHECK(near(x.student.system.a, y.student.system.a));
  CHECK(near(x.student.system.b, y.student.system.b));
  CHECK(near(x.student.system.c, y.student.system.c));
  CHECK(x.status == y.status);
  CHECK(x.at_end.steps == y.at_end.steps);
  CHECK(near(std::array{x.at_end.loss}, std::array{y.at_end.loss}));
}

template <class V>
bool all_finite(const V& x) {
  return std::all_of(x.begin(), x.end(), [](const auto& v) { return is_finite(v); });
}

}  // namespace small_descent
