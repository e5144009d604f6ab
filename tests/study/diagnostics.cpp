// SPDX-License-Identifier: BSD-3-Clause
// Losses and answers sequence by sequence, the tangent kernel and its alignment, gradient norms, distances of trainings, and the
// expected loss on fresh inputs: against sums written out, differences, the mean of draws, and the exact flow of answers.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/core/random.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

namespace {

template <class Loss, class Training>
using study_of = teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>,
                                 training_set<5, gaussian<everywhere>>, Loss, Training, near_zero>;
template <class Loss = squared_error, class Training = descent<>>
study_of<Loss, Training> study_with(Training training = {}) {
  return {.teacher = {.values = {{0.9}, {1}, {1}}},
          .data = {.sequences = {.count = 4}},
          .training = training,
          .start = {.state_deviation = 0.4, .io_deviation = 0.6}};
}
constexpr std::size_t modes = 3, sequences = 4, parameters = 9;

/// What a student of three modes answers to a sequence: a, b and c one after the other in t.
double answer_to(std::span<const double> x, std::span<const double> t) {
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k)
    for (std::size_t j = 0; j < modes; ++j)
      sum += t[2 * modes + j] * std::pow(t[j], static_cast<double>(k)) * t[modes + j] * x[x.size() - 1 - k];
  return sum;
}

}  // namespace

TEST_CASE_TEMPLATE("losses and answers are those of each sequence, whatever the form", Loss, squared_error,
                   absolute_error) {
  const auto bound = bind<double>(study_with<Loss>(), 3);
  const sequences_apart apart(bound);
  const auto losses = apart.losses(bound.theta), answers = apart.answers(bound.theta);
  REQUIRE(losses.size() == sequences);
  REQUIRE(answers.size() == sequences);
  double mean = 0;
  for (std::size_t i = 0; i < sequences; ++i) {
    const double answer = answer_to(bound.data.input(static_cast<integer>(i)), bound.theta);
    CHECK(answers[i] == doctest::Approx(answer).epsilon(1e-13));
    CHECK(losses[i] == doctest::Approx(Loss::value(answer, bound.data.y[i])).epsilon(1e-12));
    mean += losses[i] / sequences;
  }
  auto at = bound.objective.workspace();
  CHECK(mean == doctest::Approx(bound.objective.value(bound.theta, at)).epsilon(1e-13));
  CHECK_THROWS_WITH_AS(apart.losses(std::vector<double>(2)),
                       "sequences_apart: theta must be of 9 numbers, given 2", bad_argument);
}

TEST_CASE(
    "the tangent kernel moves answers along gradient flow, and its alignment is the cosine with the labels") {
  const auto bound = bind<double>(study_with(), 2);
  const sequences_apart apart(bound);
  const auto rows = apart.jacobian(bound.theta), k = apart.kernel(bound.theta);
  double together = 0, size = 0, labels = 0;
  for (std::size_t i = 0; i < sequences; ++i) {
    for (std::size_t j = 0; j < parameters; ++j) {
      std::vector<double> t(bound.theta.begin(), bound.theta.end());
      t[j] += 1e-6;
      const double up = answer_to(bound.data.input(static_cast<integer>(i)), t);
      t[j] -= 2e-6;
      const double slope = (up - answer_to(bound.data.input(static_cast<integer>(i)), t)) / 2e-6;
      CHECK(std::abs(rows[i * parameters + j] - slope) < 1e-8);
    }
    labels += bound.data.y[i] * bound.data.y[i];
    for (std::size_t l = 0; l < sequences; ++l) {
      double dot = 0;
      for (std::size_t j = 0; j < parameters; ++j) dot += rows[i * parameters + j] * rows[l * parameters + j];
      CHECK(k[i * sequences + l] == doctest::Approx(dot).epsilon(1e-13));
      together += bound.data.y[i] * dot * bound.data.y[l];
      size += dot * dot;
    }
  }
  const double alignment = apart.alignment(bound.theta);
  CHECK(alignment == doctest::Approx(together / (std::sqrt(size) * labels)).epsilon(1e-12));
  CHECK(alignment > 0);
  CHECK(alignment < 1);

  // Along -dL/dθ answers move by -(2/N) K (ŷ - y).
  std::vector<double> gradient(parameters);
  auto at = bound.objective.workspace();
  bound.objective.value_and_gradient(bound.theta, std::span<double>(gradient), at);
  const auto answers = apart.answers(bound.theta);
  for (std::size_t i = 0; i < sequences; ++i) {
    double by_kernel = 0, by_chain = 0;
    for (std::size_t l = 0; l < sequences; ++l)
      by_kernel -= 2.0 / sequences * k[i * sequences + l] * (answers[l] - bound.data.y[l]);
    for (std::size_t j = 0; j < parameters; ++j) by_chain -= rows[i * parameters + j] * gradient[j];
    CHECK(by_kernel == doctest::Approx(by_chain).epsilon(1e-11));
  }
}

TEST_CASE("answers of several outputs at every step, and of layers in a row") {
  using two = real_diagonal<2, 1, 2>;
  const given<two> teacher{.values = {{0.8, -0.5}, {1, 0.5}, {-0.25, 1, 0.5, 1}}};
  const auto check = [](const auto& bound, auto outputs_of) {
    const sequences_apart apart(bound);
    const auto found = apart.answers(bound.theta);
    REQUIRE(found.size() == bound.data.y.size());
    const auto expected = outputs_of(bound);
    for (std::size_t i = 0; i < found.size(); ++i)
      CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-12));
    const auto losses = apart.losses(bound.theta);
    double mean = 0;
    for (const double l : losses) mean += l / static_cast<double>(losses.size());
    auto at = bound.objective.workspace();
    std::vector<double> gradient(bound.theta.size());
    CHECK(mean ==
          doctest::Approx(bound.objective.value_and_gradient(bound.theta, std::span<double>(gradient), at))
              .epsilon(1e-12));
  };
  const teacher_student<ssm<two>, every_step<given<two>>, training_set<4, gaussian<everywhere>>,
                        squared_error, descent<>, near_zero>
      all{.teacher = {teacher},
          .data = {.sequences = {.count = 3}},
          .start = {.state_deviation = 0.5, .io_deviation = 0.5}};
  check(bind<double>(all, 4), [](const auto& bound) {  // ŷ_ti = Σ_k h_ki x_{t-k}
    std::vector<double> h(8), y;
    bound.student().impulse_response(std::span<double>(h));
    for (integer n = 0; n < 3; ++n)
      for (std::size_t t = 0; t < 4; ++t)
        for (std::size_t i = 0; i < 2; ++i) {
          double sum = 0;
          for (std::size_t k = 0; k <= t; ++k) sum += h[k * 2 + i] * bound.data.input(n)[t - k];
          y.push_back(sum);
        }
    return y;
  });
  using layered = deep<ssm<two>, last_output>;
  const teacher_student<layered, given<two>, training_set<4, gaussian<everywhere>>, squared_error, descent<>,
                        network_start<gaussian_start, scaled_kernels>>
      last{.teacher = teacher,
           .data = {.sequences = {.count = 3}},
           .start = {.ssm = {.state = {0.4, 0.3}, .input = {0.5, 0.5}, .output = {0.2, 0.5}}}};
  check(bind<double>(last, 5), [](const auto& bound) {
    std::vector<double> y(6);
    const auto student = bound.student();
    for (integer n = 0; n < 3; ++n)
      student.answer(bound.data.input(n), std::span<double>(y).subspan(static_cast<std::size_t>(2 * n), 2));
    return y;
  });
}

TEST_CASE("quantities along a training, which change no bit of it") {
  const auto study = study_with(descent<>{.rate = 0.02, .stop = {{{.value = 1e-6}, {.steps = 300}}}});
  auto bound = bind<double>(study, 1);
  const sequences_apart apart(bound);
  auto seen = trajectory_of<double>(sample_steps{.period = 100}, record::loss{}, record::gradient_norm{},
                                    record::sequence_losses{&apart}, record::kernel_alignment{&apart});
  const auto watched = run<double>(study, 1, seen), plain = run<double>(study, 1);
  CHECK(equal_parts(watched.student, plain.student));
  const auto loss = seen.values("loss"), each = seen.values("sequence_loss"),
             norm = seen.values("gradient_norm"), alignment = seen.values("kernel_alignment");
  for (std::size_t s = 0; s < seen.samples(); ++s) {
    double mean = 0;
    for (std::size_t i = 0; i < sequences; ++i) mean += each(s, i) / sequences;
    CHECK(mean == doctest::Approx(loss(s, 0)).epsilon(1e-9));
    CHECK(alignment(s, 0) >= 0);
    CHECK(alignment(s, 0) <= 1 + 1e-12);
  }
  std::vector<double> gradient(parameters);
  auto at = bound.objective.workspace();
  bound.objective.value_and_gradient(bound.theta, std::span<double>(gradient), at);
  double square = 0;
  for (const double d : gradient) square += d * d;
  CHECK(norm(0, 0) == doctest::Approx(std::sqrt(square)).epsilon(1e-14));
}

TEST_CASE("a gradient whose squares leave the range has its norm") {
  struct tiny {
    using scalar = double;
    struct evaluation {};
    integer parameters() const { return 2; }
    std::vector<double> theta() const { return {3e-200, -4e-200}; }
    evaluation workspace() const { return {}; }
    double value_and_gradient(std::span<const double> t, std::span<double> d, evaluation&) const {
      std::copy(t.begin(), t.end(), d.begin());
      return 1;
    }
  };
  const tiny objective;
  const descent<gradient_descent, unconstrained, first_of<step_limit>> how{.stop = {{{.steps = 1}}}};
  auto training = decltype(how)::start(std::span(&how, 1), objective);
  auto seen = trajectory_of<double>(sample_steps{.period = 1}, record::gradient_norm{});
  drive(training, seen);
  CHECK(seen.values("gradient_norm")(0, 0) == doctest::Approx(5e-200).epsilon(1e-14));
}

TEST_CASE("descent leaves its flow in proportion to the rate; a training keeps no distance from itself") {
  const auto distance_at = [](double rate) {
    using timed = gradient_flow<rosenbrock, plain, first_of<time_horizon>>;
    using counted = descent<gradient_descent, unconstrained, first_of<step_limit>>;
    const auto flowing = bind<double>(study_with(timed{.rtol = 1e-11, .stop = {{{.time = 5}}}}), 6);
    const auto stepping = bind<double>(study_with(counted{.rate = rate, .stop = {{{.steps = 2 / rate}}}}), 6);
    auto flow = flowing.training();
    auto steps = stepping.training(), again = stepping.training();
    auto seen = trajectory_of<double>(sample_steps{.period = 8}, record::time{}, record::distance_from{&flow},
                                      record::named<"from_itself">(record::distance_from{&again}));
    drive(steps, seen);
    const auto distance = seen.values("distance");
    CHECK(distance(0, 0) == 0);
    for (std::size_t i = 0; i < seen.samples(); ++i) CHECK(seen.values("from_itself")(i, 0) == 0);
    // Dense output at the last sample, against a flow that ends there.
    const auto until = bind<double>(
        study_with(timed{.rtol = 1e-11, .stop = {{{.time = seen.values("time")(seen.samples() - 1, 0)}}}}),
        6);
    auto there = until.training();
    drive(there, silent{});
    double square = 0;
    for (std::size_t i = 0; i < parameters; ++i)
      square += power(there.here().theta[i] - steps.here().theta[i], 2);
    CHECK(distance(seen.samples() - 1, 0) == doctest::Approx(std::sqrt(square)).epsilon(1e-6));
    return distance(seen.samples() - 1, 0);
  };
  CHECK(distance_at(0.005) / distance_at(0.01) == doctest::Approx(0.5).epsilon(0.02));
  CHECK(distance_at(0.0025) / distance_at(0.005) == doctest::Approx(0.5).epsilon(0.01));
}

TEST_CASE("the expected loss is that of white noise, and the mean over fresh inputs") {
  const auto check = [](auto teacher, bool every) {
    using teacher_type = decltype(teacher);
    const teacher_student<ssm<real_diagonal<3>>, teacher_type, white_noise<6>, squared_error, descent<>,
                          near_zero>
        study{.teacher = teacher,
              .data = {.deviation = 0.7},
              .start = {.state_deviation = 0.4, .io_deviation = 0.6}};
    const auto bound = bind<double>(study, 8);
    auto at = bound.objective.workspace();
    const fresh_inputs inputs{.length = 6, .deviation = 0.7, .every_step = every};
    const double risk = expected_risk<double>(bound.student(), bound.teacher, inputs);
    CHECK(risk == doctest::Approx(bound.objective.value(bound.theta, at)).epsilon(1e-12));
    // The mean of 20000 uniform sequences, to five standard errors.
    numpy_legacy stream(9);
    std::vector<double> h(6), h_star(6), x(6);
    bound.student().impulse_response(std::span<double>(h));
    bound.teacher.impulse_response(std::span<double>(h_star));
    double mean = 0, square = 0;
    const int draws = 20000;
    for (int n = 0; n < draws; ++n) {
      for (double& v : x) v = 0.7 * std::sqrt(12.0) * (stream.uniform() - 0.5);
      double loss = 0;
      for (std::size_t t = every ? 0 : 5; t < 6; ++t) {
        double e = 0;
        for (std::size_t k = 0; k <= t; ++k) e += (h[k] - h_star[k]) * x[t - k];
        loss += e * e / (every ? 6 : 1);
      }
      mean += loss / draws, square += loss * loss / draws;
    }
    CHECK(std::abs(mean - risk) < 5 * std::sqrt((square - mean * mean) / draws));
    auto seen =
        trajectory_of<double>(sample_steps{.period = 1}, record::expected_risk{bound.teacher, inputs});
    auto training = bound.training();
    seen(training);
    CHECK(seen.values("expected_risk")(0, 0) == risk);
  };
  const given<real_diagonal<1>> teacher{.values = {{0.9}, {1}, {1}}};
  check(teacher, false);
  check(every_step<given<real_diagonal<1>>>{teacher}, true);
  const std::vector<double> h(4);
  CHECK_THROWS_WITH_AS(expected_risk<double>(view<double>(h), view<double>(h), {.length = 0}),
                       "expected_risk: length must be at least 1, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(expected_risk<double>(view<double>(h), view<double>(h), {.length = 4, .deviation = 0}),
                       "expected_risk: deviation must be finite and above 0, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(expected_risk<double>(view<double>(h), view<double>(h), {.length = 3}),
                       "expected_risk: h must be as long as h_star, in whole entries of 3 steps, given 4",
                       bad_argument);
  // The risk is within range where a square is not: of h and σ, and of lanes beside others.
  const auto risk = []<class T>(T e, double deviation) {
    const std::vector<T> one{e, e}, none(2, T(0));
    return expected_risk<T>(view<T>(one), view<T>(none), {.length = 2, .deviation = deviation});
  };
  CHECK(risk(1e160, 1e-160) == doctest::Approx(2));
  CHECK(risk(1e-170, 1e165) == doctest::Approx(2e-10));
  CHECK(risk(1e20f, 1e-5) == doctest::Approx(2e30f));
  CHECK(risk(1e-25f, 1e10) == doctest::Approx(2e-30f));
  CHECK(risk(0.0, 3) == 0);
  pack<float> mixed(1.5f);
  scalar_traits<pack<float>>::set(mixed, 1, 1e-25f);
  CHECK(scalar_traits<pack<float>>::get(risk(mixed, 1e10), 0) == risk(1.5f, 1e10));
  CHECK(scalar_traits<pack<float>>::get(risk(mixed, 1e10), 1) == risk(1e-25f, 1e10));
  using two_inputs = bound_system<double, real_diagonal<1, 2, 1>>;
  const two_inputs wide{real_diagonal<1, 2, 1>{}.make<double>()};
  CHECK(expected_risk<double>(wide, wide, {.length = 4}, 2) == 0);
  CHECK_THROWS_WITH_AS(
      expected_risk<double>(wide, wide, {.length = 4}),
      "expected_risk: channels must be the inputs times outputs of both systems, here 2, given 1",
      bad_argument);
}
