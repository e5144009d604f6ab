// SPDX-License-Identifier: BSD-3-Clause
// Studies of layers in a row as a whole: labels of a teacher of layers, lanes against single runs, constraints and rates
// that tell matrices apart, rates that adapt to gradients, what is recorded, checkpoints, labels of every step.
#include <doctest/doctest.h>

#include <cstdio>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/nn.hpp>

using namespace lssm;

namespace {

using teacher_model = deep<ssm<real_diagonal<2, 1, 2>>, tanh_layer, ssm<real_diagonal<1, 2, 1>>, last_output>;
const std::vector<double> teacher_values{0.9, -0.3, 1, 0.5, 0.2, 1, -1, 0.4, 0.8, 1, -0.5, 1};

template <class Training>
using study =
    teacher_student<deep<ssm<real_diagonal<>>, gelu, dense<3>, ssm<real_diagonal<4, 3, 1>>, last_output>,
                    given_deep<teacher_model>, inject<training_set<5, gaussian<everywhere>>, unit<at<-2>>>,
                    squared_error, Training, network_start<near_zero, scaled_kernels>, keyed_streams>;

template <class Training>
study<Training> make(const Training& training) {
  study<Training> s{.student = {{{.structure = {.states = 3}}, {}, {}, {}, {}}},
                    .teacher = {.values = teacher_values},
                    .training = training,
                    .start = {.ssm = {.state_deviation = 0.4, .io_deviation = 0.6}}};
  s.data.set.sequences.count = 6;
  s.data.special.count = 2;
  return s;
}
constexpr first_of<target_loss, step_limit> thirty_steps{{{.value = 0}, {.steps = 30}}};

template <class Training>
std::vector<double> theta_after(const Training& training, std::uint32_t seed = 3) {
  auto bound = bind<double>(make(training), seed);
  auto state = bound.training();
  drive(state, silent{});
  return {state.theta().begin(), state.theta().end()};
}

/// The training of `to`, a study bound with seed 3, from a file that another one wrote after so many steps.
template <class Study>
auto saved_and_loaded(const Study& s, int steps, bound_study<double, Study>& to) {
  auto first = bind<double>(s, 3);
  auto before = first.training();
  for (int i = 0; i < steps; ++i) before.step();
  const std::string path = "deep_checkpoint.npz";
  save_checkpoint(path, "layers", first, before);
  auto after = to.training();
  load_checkpoint(path, "layers", to, after);
  std::remove(path.c_str());
  return after;
}

}  // namespace

TEST_CASE("labels are the teacher's recurrence, written out") {
  const auto bound = bind<double>(make(descent<adam>{.stop = thirty_steps}), 3);
  REQUIRE(bound.data.sequences() == 8);
  CHECK(bound.data.answers == 1);
  const auto& v = teacher_values;  // a, b (2 x 1), c (2 x 2); a, b (1 x 2), c
  for (integer n = 0; n < 8; ++n) {
    double s[2] = {0, 0}, outer = 0;
    for (double x : bound.data.input(n)) {
      for (std::size_t j = 0; j < 2; ++j) s[j] = v[j] * s[j] + v[2 + j] * x;
      const double up = std::tanh(v[4] * s[0] + v[5] * s[1]), down = std::tanh(v[6] * s[0] + v[7] * s[1]);
      outer = v[8] * outer + v[9] * up + v[10] * down;
    }
    CHECK(bound.data.y[static_cast<std::size_t>(n)] == doctest::Approx(v[11] * outer).epsilon(1e-14));
  }
}

TEST_CASE("a run learns, and what it leaves answers like the objective") {
  const descent<adam> training{.rate = 0.03, .stop = {{{.value = 1e-4}, {.steps = 5000}}}};
  const auto end = run<double>(make(training), 3);
  CHECK(end.status == status::target_reached);
  auto bound = bind<double>(make(training), 3);
  double loss = 0;
  for (integer n = 0; n < 8; ++n) {
    const double e = end.student(bound.data.input(n)) - bound.data.y[static_cast<std::size_t>(n)];
    loss += e * e / 8;
  }
  CHECK(loss == doctest::Approx(end.at_end.loss).epsilon(1e-10));
  CHECK(end.student.ssm<0>().system.a.size() == 3);
  CHECK(end.cotangent.size() == 5 * 1 * 1);
}

TEST_CASE("lanes have the bits of single runs") {
  using P = pack<double>;
  const auto check = [](const auto& training) {
    const auto s = make(training);
    std::vector<std::uint32_t> seeds;
    for (std::uint32_t i = 0; i < lanes_of<P>; ++i) seeds.push_back(i + 1);
    using study_type = std::remove_cvref_t<decltype(s)>;
    const auto all = run<P>(std::span<const study_type>(&s, 1), std::span<const std::uint32_t>(seeds));
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      const auto one = run<double>(s, seeds[i]);
      CHECK(one.at_end.loss == all[i].at_end.loss);
      CHECK(equal_parts(one.student, all[i].student));
      CHECK(one.cotangent == all[i].cotangent);
    }
  };
  check(descent<adam>{.stop = thirty_steps});
  check(descent<adaptive_rate<diagonal_norm>>{.stop = thirty_steps});
}

TEST_CASE("constraints and rates tell the matrices of every SSM and the weights apart") {
  // θ: a (3), b (3), c (3); K (1 x 3), β (3); a (4), b (4 x 3), c (1 x 4)
  const auto at = [](std::size_t i) { return i < 3 || (i >= 15 && i < 19) ? 0 : i >= 9 && i < 15 ? 3 : 1; };
  const auto start = theta_after(descent<adam>{.stop = {{{.value = 0}, {.steps = 0}}}});
  REQUIRE(start.size() == 9 + 6 + 20);
  const auto rated =
      theta_after(descent<adam, unconstrained, first_of<target_loss, step_limit>, constant_rate, unclipped,
                          rate_per_matrix>{.stop = thirty_steps, .rates = {.state = 0, .network = 0}});
  for (std::size_t i = 0; i < start.size(); ++i) {
    CAPTURE(i);
    CHECK((rated[i] == start[i]) == (at(i) != 1));
  }
  const auto bounded = theta_after(
      descent<adam, bounded_state_matrix>{.rate = 0.1, .constraint = {.bound = 0.25}, .stop = thirty_steps});
  double largest[4] = {};
  for (std::size_t i = 0; i < start.size(); ++i)
    largest[at(i)] = std::max(largest[at(i)], std::abs(bounded[i]));
  CHECK(largest[0] == 0.25);
  CHECK(largest[1] > 0.25);
  const auto stored = theta_after(descent<adam, stored_in_float>{.stop = thirty_steps});
  for (double x : stored) CHECK(x == static_cast<double>(static_cast<float>(x)));
}

TEST_CASE("generalization errors on sequences longer than those of training") {
  const auto s = make(descent<adam>{.stop = thirty_steps});
  auto bound = bind<double>(s, 3);
  sequence_test_set<double> test(bound.teacher, 7, 11, bound.streams->test());
  CHECK(test.error(bound.teacher) == 0);
  auto seen = trajectory_of<double>(sample_steps{.period = 10}, record::steps{}, record::loss{},
                                    record::test_error{&test});
  auto training = bound.training();
  drive(training, seen);
  CHECK(seen.samples() == 4);
  // The last of them by hand, from the same draws.
  auto again = bind<double>(s, 3);
  auto& stream = again.streams->test();
  double wrong = 0, all = 0;
  const auto student = read_lane(training, bound, 0).student;
  for (int n = 0; n < 7; ++n) {
    std::vector<double> x(11);
    for (double& v : x) v = stream.normal();
    const double y = bound.teacher(x), e = student(x) - y;
    wrong += e * e, all += y * y;
  }
  CHECK(seen.values("test_error")(3, 0) == doctest::Approx(std::sqrt(wrong / all)).epsilon(1e-12));
}

TEST_CASE("a run that is saved goes on with the same bits") {
  const auto s = make(descent<adam>{.stop = thirty_steps});
  auto whole = bind<double>(s, 3);
  auto uninterrupted = whole.training();
  auto second = bind<double>(s, 3);
  auto after = saved_and_loaded(s, 12, second);
  drive(uninterrupted, silent{});
  drive(after, silent{});
  CHECK(after.now().steps == 30);
  CHECK(std::equal(after.theta().begin(), after.theta().end(), uninterrupted.theta().begin()));
}

TEST_CASE("rates and decay of layers by their places") {
  // θ: layer 0 (9), layer 2 (6), layer 3 (20)
  const auto layer_at = [](std::size_t i) { return i < 9 ? 0 : i < 15 ? 2 : 3; };
  using grouped = descent<decayed_per_layer<every_slot, adam>, unconstrained, first_of<step_limit>,
                          constant_rate, unclipped, rate_per_layer>;
  using plain = descent<adam, unconstrained, first_of<step_limit>, constant_rate, unclipped, rate_per_matrix>;
  const auto start = theta_after(plain{.rate = 0.01, .stop = step_limit{0}});
  const auto one = theta_after(plain{.rate = 0.01, .stop = step_limit{1}, .rates = {.state = 0.5}});
  const auto grouped_one = theta_after(grouped{.rate = 0.01,
                                               .rule = {.weight_decay = {0.5, 9, 0, 0.25, 9}},
                                               .stop = step_limit{1},
                                               .rates = {{1, 7, 0, 0.125, 7}, {.state = 0.5}}});
  const double factor[] = {1, 7, 0, 0.125}, decay[] = {0.5, 9, 0, 0.25};
  for (std::size_t i = 0; i < start.size(); ++i) {
    CAPTURE(i);
    const int l = layer_at(i);
    const double role = i < 3 || (i >= 15 && i < 19) ? 0.5 : 1;
    const double expected = start[i] + factor[l] * ((one[i] - start[i]) - 0.01 * role * decay[l] * start[i]);
    CHECK(grouped_one[i] == doctest::Approx(expected).epsilon(1e-12));
  }
  const auto refused = [](const grouped& training) {
    try {
      theta_after(training);
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string("none");
  };
  const grouped right{
      .rule = {.weight_decay = {0, 0, 0, 0, 0}}, .stop = step_limit{1}, .rates = {{1, 1, 1, 1, 1}}};
  CHECK(refused(right) == "none");
  auto wrong = right;
  wrong.rates.factors.pop_back();
  CHECK(refused(wrong) == "rate_per_layer: factors must be 5 numbers, one for each layer, given 4");
  wrong = right;
  wrong.rule.weight_decay.push_back(0);
  CHECK(refused(wrong) == "decayed_per_layer: weight_decay must be 5 numbers, one for each layer, given 6");
}

TEST_CASE("dropout in a training is a function of key, seed, step and layer") {
  using model = deep<channels<1>, dense<3>, dropout, residual<ssm<real_diagonal<2, 3, 3>>, dropout>,
                     last_output, dense<1>>;
  using training_type =
      descent<adam, unconstrained, first_of<step_limit>, constant_rate, unclipped, same_rate, batches>;
  using dropped = teacher_student<model, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                                  squared_error, training_type, network_start<near_zero, scaled_kernels>>;
  const auto study_of = [](integer size, integer key = 0) {
    dropped s{.student = {{{}, {}, {.rate = 0.5, .key = key}, {{{}, {.rate = 0.25}}}, {}, {}}},
              .training = {.rate = 0.01, .stop = step_limit{12}, .batches = {.size = size}},
              .start = {.ssm = {.state_deviation = 0.4, .io_deviation = 0.6}}};
    s.data.sequences.count = 6;
    return s;
  };
  const auto end_of = [](const dropped& s, std::uint32_t seed) {
    auto bound = bind<double>(s, seed);
    auto training = bound.training();
    drive(training, silent{});
    return std::vector<double>(training.theta().begin(), training.theta().end());
  };
  for (const integer size : {6, 4}) {  // all sequences, and batches
    CAPTURE(size);
    const dropped s = study_of(size);
    const auto whole = end_of(s, 3);
    CHECK(end_of(s, 3) == whole);
    CHECK(end_of(study_of(size, 1), 3) != whole);
    // saved and gone on with
    auto second = bind<double>(s, 3);
    auto after = saved_and_loaded(s, 5, second);
    after.advance(7);
    CHECK(std::equal(whole.begin(), whole.end(), after.theta().begin(), after.theta().end()));
    // the first step by hand
    auto bound = bind<double>(s, 3);
    auto training = bound.training();
    auto at = bound.objective.workspace();
    std::vector<double> slope(bound.theta.size());
    const double without = bound.objective.value(view<double>(bound.theta), at);
    bound.objective.move_to(at, 0.0);
    const double loss =
        bound.objective.value_and_gradient(view<double>(bound.theta), std::span<double>(slope), at);
    CHECK(training.now().loss == loss);
    CHECK(loss != without);
    // lanes
    using P = pack<double>;
    std::vector<std::uint32_t> seeds;
    for (std::uint32_t i = 0; i < lanes_of<P>; ++i) seeds.push_back(i + 1);
    const auto all = run<P>(std::span<const dropped>(&s, 1), std::span<const std::uint32_t>(seeds));
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      const auto one = run<double>(s, seeds[i]);
      CHECK(one.at_end.loss == all[i].at_end.loss);
      CHECK(equal_parts(one.student, all[i].student));
    }
  }
}

TEST_CASE("recorded gamma is that of the first SSM, of all its channels, behind layers that are none") {
  using student = deep<channels<1>, dense<2>, tanh_layer, ssm<real_diagonal<3, 2, 2>>, dense<1>, last_output>;
  using study = teacher_student<student, theorem1_teacher<4>, training_set<5, gaussian<everywhere>>,
                                squared_error, descent<>, network_start<near_zero>, keyed_streams>;
  study s{.data = {.sequences = {.count = 3}},
          .training = {.stop = {{{.value = 0}, {.steps = 2}}}},
          .start = {.ssm = {.state_deviation = 0.5, .io_deviation = 0.5}}};
  auto seen = trajectory_of<double>(sample_steps{.period = 1}, record::gamma{});
  const auto end = run<double>(s, 1, seen);
  REQUIRE(end.cotangent.size() == 20);  // (kappa, p, m)
  const auto gamma = seen.values("gamma");
  REQUIRE(gamma.shape(1) == 16);
  for (std::size_t l = 0; l < 4; ++l)
    for (std::size_t i = 0; i < 4; ++i)  // γ^(l) = -(l+1) g_{l+1}, input by output
      CHECK(gamma(2, 4 * l + i) == -static_cast<double>(l + 1) * end.cotangent[4 * (l + 1) + i]);
}

TEST_CASE("labels of every step, losses of numbers and of rows") {
  using teacher = given_deep<deep<ssm<real_diagonal<2, 1, 2>>>>;
  using student = deep<ssm<real_diagonal<4, 1, 3>>, tanh_layer, ssm<real_diagonal<3, 3, 2>>>;
  const auto check = [](auto loss, auto change) {
    using study = teacher_student<student, teacher, training_set<6, gaussian<everywhere>>, decltype(loss),
                                  descent<adam>, network_start<near_zero>, keyed_streams>;
    study s{.teacher = {.values = {0.5, 0.9, 1, 1, 1, 0, 0, 1}},
            .training = {.rate = 0.02, .stop = {{{.value = 0}, {.steps = 600}}}},
            .start = {.ssm = {.state_deviation = 0.5, .io_deviation = 0.5}}};
    s.data.sequences.count = 5;
    auto bound = bind<double>(s, 1);
    CHECK(bound.data.answers == 12);
    CHECK(bound.data.sequences() == 5);
    // The teacher's two outputs are (x filtered by 0.5, x filtered by 0.9) at every step.
    double slow = 0;
    for (std::size_t t = 0; t < 6; ++t) {
      slow = 0.9 * slow + bound.data.x[t];
      CHECK(bound.data.y[2 * t + 1] == doctest::Approx(slow).epsilon(1e-14));
    }
    change(bound.data.y);
    bound.rebuild();
    auto training = bound.training();
    const double at_start = training.now().loss;
    drive(training, silent{});
    CHECK(training.now().loss < 0.5 * at_start);
  };
  check(squared_error{}, [](auto&) {});
  check(absolute_error{}, [](auto&) {});
  check(softmax_cross_entropy{}, [](auto& y) {  // the larger of both, as a class
    for (std::size_t i = 0; i < y.size(); i += 2) {
      const bool first = y[i] > y[i + 1];
      y[i] = first, y[i + 1] = !first;
    }
  });
}

TEST_CASE("impossible teachers and models are refused before any work") {
  auto s = make(descent<adam>{.stop = thirty_steps});
  s.teacher.values.pop_back();
  CHECK_THROWS_WITH_AS(bind<double>(s, 1), "given_deep: values must be 12 numbers, given 11", bad_argument);
  s = make(descent<adam>{.stop = thirty_steps});
  std::get<0>(s.student.layers).structure.states = 0;
  CHECK_THROWS_WITH_AS(bind<double>(s, 1), "real_diagonal: states must be at least 1, given 0", bad_argument);
}
