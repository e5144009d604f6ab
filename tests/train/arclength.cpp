// SPDX-License-Identifier: BSD-3-Clause
// Steps along the arc are steps of the same flow: same order, same ends, exact times, fewer of them on a plateau.
#include <doctest/doctest.h>

#include <lssm/lssm.hpp>
#include <vector>

#include "../study/published.hpp"
#include "toy_fields.hpp"

using namespace lssm;

namespace {

using in_time = rosenbrock_along<flow_time>;

using toy::most_digits;

/// Two unknowns x_i' = r_i x_i³, which end at t = 1 / (2 r_i x_i(0)²), seen as y_1 = x_1, y_2 = x_2 + k x_1: the Jacobian is
/// not symmetric.
class blow_up : public toy::two_unknowns<most_digits> {
 public:
  using T = most_digits;
  state_type start() const { return exact(T(0)); }
  T rate(std::span<const T> y, std::span<T> f) {
    const T x = y[1] - k_ * y[0];
    f[0] = r_[0] * y[0] * y[0] * y[0];
    f[1] = r_[1] * x * x * x + k_ * f[0];
    return T(0);
  }
  void sizes(std::span<const T> y, std::span<T> w) const {
    for (std::size_t i = 0; i < 2; ++i) w[i] = abs_of(y[i]);
  }
  bool factor(std::span<const T> y, const T& sigma) {
    const T x = y[1] - k_ * y[0];
    inverse_ = {T(1) / (sigma - T(3) * r_[0] * y[0] * y[0]), T(1) / (sigma - T(3) * r_[1] * x * x)};
    return true;
  }
  void solve(std::span<T> v) const {  // K diag(inverse) K⁻¹ with K = ((1, 0), (k, 1))
    const T x = inverse_[1] * (v[1] - k_ * v[0]);
    v[0] = inverse_[0] * v[0];
    v[1] = x + k_ * v[0];
  }
  void solve_transposed(std::span<T> v) const {
    const T x = inverse_[0] * (v[0] + k_ * v[1]);
    v[1] = inverse_[1] * v[1];
    v[0] = x - k_ * v[1];
  }
  state_type exact(const T& t) const {
    const auto x = [&](std::size_t i) { return x0_[i] / sqrt_of(T(1) - T(2) * r_[i] * x0_[i] * x0_[i] * t); };
    return {x(0), x(1) + k_ * x(0)};
  }

 private:
  T k_ = T(0.5);
  state_type r_{T(1), T(2)}, x0_{T(0.5), T(0.25)}, inverse_{};
};

/// The end of `count` steps along the arc, of about one length together, against the exact one at the time that they took.
struct march {
  double error = 0;
  most_digits time = 0;
  bool all_bend = true;

  march(blow_up field, int count) {
    using T = most_digits;
    rosenbrock::stepper<blow_up> stepper(field);
    auto y = field.start(), f = y, next = y;
    T tau = T(1.9) / T(count);
    field.rate(std::span<const T>(y), std::span<T>(f));
    for (int i = 0; i < count; ++i) {
      REQUIRE(stepper.attempt(field, y, f, tau, next, true));
      const T elapsed = stepper.elapsed(tau);
      all_bend = all_bend && elapsed < tau;
      time += elapsed;
      y = next;
      field.rate(std::span<const T>(y), std::span<T>(f));
      tau *= stepper.pace(f);
    }
    error = toy::distance(y, field.exact(time));
  }
};

template <class Method>
auto study_of(const published::truth& t, double rtol) {
  using training = gradient_flow<Method>;
  return published::study<dynamic, dynamic, training>{
      .student = {.structure = {.states = t.dim}},
      .teacher = {.states = t.dim},
      .data = {.set = {.length = t.length}, .special = {.count = t.special}},
      .training = {.rtol = rtol},
      .start = {.scale = t.scale, .gap_factor = t.gap_factor}};
}

/// The largest difference of θ of one study at asked times, in units of the largest entry.
template <class One, class Other>
double difference_at(const std::vector<double>& times, One one, Other other) {
  double worst = 0;
  for (const double time : times) {
    one.training.stop.template get<time_horizon>().time = time;
    other.training.stop.template get<time_horizon>().time = time;
    const auto x = run<double>(one, 1);
    const auto y = run<double>(other, 1);
    CHECK(x.status == status::horizon);
    CHECK(x.at_end.time == time);
    double largest = 0, most = 0;
    for (const auto part :
         {&decltype(x.student.system)::a, &decltype(x.student.system)::b, &decltype(x.student.system)::c})
      for (std::size_t j = 0; j < (x.student.system.*part).size(); ++j) {
        most = std::max(most, std::abs((x.student.system.*part)[j] - (y.student.system.*part)[j]));
        largest = std::max(largest, std::abs((y.student.system.*part)[j]));
      }
    worst = std::max(worst, most / largest);
  }
  return worst;
}

template <class Method, class Chart>
auto all_learned() {
  using training = gradient_flow<Method, Chart>;
  using study = teacher_student<ssm<real_diagonal<>, learn_all>, given<real_diagonal<1>>,
                                training_set<6, gaussian<leading<2>>>, squared_error, training, near_zero>;
  return study{.student = {.structure = {10}},
               .teacher = {.values = {{0.8}, {1}, {1}}},
               .data = {.sequences = {.count = 10}},
               .training = {.rtol = 1e-11},
               .start = {.state_deviation = 0.01, .io_deviation = 0.01}};
}

}  // namespace

TEST_CASE("arclength: the error falls with the fifth power of the steps, the time that they take included") {
  const blow_up field;
  march coarse(field, 16);
  for (const int count : {32, 64, 128, 256}) {
    CAPTURE(count);
    const march fine(field, count);
    CHECK(fine.all_bend);
    CHECK(value_of(fine.time) < 1.9);
    CHECK(toy::slope(coarse.error, fine.error) == doctest::Approx(5.0).epsilon(count < 64 ? 0.15 : 0.05));
    coarse = fine;
  }
}

TEST_CASE("arclength: dense output at a fraction of the time has order 4") {
  using T = most_digits;
  const auto worst = [](double length) {
    blow_up field;
    rosenbrock::stepper<blow_up> stepper(field);
    auto y = field.start(), f = y, next = y, between = y;
    field.rate(std::span<const T>(y), std::span<T>(f));
    stepper.attempt(field, y, f, T(length), next, true);
    const T elapsed = stepper.elapsed(T(length));
    double error = 0;
    for (const double part : {0.125, 0.25, 0.5, 0.75, 0.875}) {
      stepper.interpolate(T(part), y, next, elapsed, std::span<T>(between));
      error = std::max(error, toy::distance(between, field.exact(T(part) * elapsed)));
    }
    stepper.interpolate(T(0), y, next, elapsed, std::span<T>(between));
    CHECK(toy::distance(between, y) < 10 * epsilon_of<T>);
    stepper.interpolate(T(1), y, next, elapsed, std::span<T>(between));
    CHECK(between == next);
    return error;
  };
  for (const double length : {0x1p-4, 0x1p-5, 0x1p-6})
    CHECK(toy::slope(worst(length), worst(length / 2)) == doctest::Approx(5.0).epsilon(0.05));
}

TEST_CASE("arclength: a step that may not bend has the bits of a step in time") {
  using T = most_digits;
  blow_up field;
  auto y = field.start(), f = y, one = y, other = y;
  field.rate(std::span<const T>(y), std::span<T>(f));
  rosenbrock::stepper<blow_up> may(field);
  in_time::stepper<blow_up> timed(field);
  may.attempt(field, y, f, T(0.25), one, false);
  timed.attempt(field, y, f, T(0.25), other);
  CHECK(one == other);
  CHECK(may.elapsed(T(0.25)) == T(0.25));
  CHECK(may.pace(f) == T(1));
  static_assert(ArcField<blow_up> && !ArcField<toy::rotated_logistic<double>>);
}

TEST_CASE("arclength: at given times the flow is that of steps in time") {
  const published::truth t{10, 7, 1e-3, 5, 1, 0, 0};
  CHECK(difference_at({1e9, 1.5e10, 7e10}, study_of<rosenbrock>(t, 1e-11), study_of<in_time>(t, 1e-11)) <
        1e-9);
  const published::truth poisoned{6, 6, 1e-2, 5, 1, 1, 0};
  CHECK(difference_at({0.1, 10, 30}, study_of<rosenbrock>(poisoned, 1e-11),
                      study_of<in_time>(poisoned, 1e-11)) < 1e-9);
}

TEST_CASE("arclength: A, B and C together") {
  const std::vector<double> times{1, 30, 100, 1000};
  CHECK(difference_at(times, all_learned<rosenbrock, plain>(), all_learned<in_time, plain>()) < 1e-8);
  const auto bent = run<double>(all_learned<rosenbrock, plain>(), 1);
  const auto timed = run<double>(all_learned<in_time, plain>(), 1);
  CHECK(bent.status == status::converged);
  CHECK(bent.at_end.steps < 0.85 * timed.at_end.steps);
}

TEST_CASE("arclength: the published flows take less than half the steps") {
  double bent = 0, timed = 0;
  for (const auto& t : published::runs()) {
    const auto one = run<double>(study_of<rosenbrock>(t, 1e-10), t.seed).at_end,
               other = run<double>(study_of<in_time>(t, 1e-10), t.seed).at_end;
    CHECK(one.steps + one.rejected < 0.75 * (other.steps + other.rejected));
    bent += one.steps + one.rejected;
    timed += other.steps + other.rejected;
  }
  CHECK(bent < 0.45 * timed);
}

TEST_CASE("arclength: the published flows err by less than 1.5e-10 at the default tolerance") {
  for (const auto& t : published::runs()) {
    INFO(published::name(t));
    CHECK(published::distance(run<double>(published::make(t), t.seed).generalization(20), t) < 1.5e-10);
  }
}
