// Mini-batches: batches of everything are the full batch, order is a function of key, seed and step, in lanes, resumed, in
// epochs; labels may be noisy anew in each step.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <lssm/core/pack.hpp>
#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
#include <lssm/sweep.hpp>
#include <set>
#include <thread>

#include "../tools/counted.hpp"

using namespace lssm;

namespace {

template <class Rule>
using in_batches =
    descent<Rule, unconstrained, first_of<step_limit>, constant_rate, unclipped, same_rate, batches>;
template <class Rule>
using at_once = descent<Rule, unconstrained, first_of<step_limit>>;

using small_network = sequential<dense<3, with_bias>, tanh_layer, dense<1, with_bias>>;
using plain_ssm = ssm<real_diagonal<3>>;
using networked = with_network<ssm<real_diagonal<3>>, small_network>;
using layers = deep<ssm<real_diagonal<2, 1, 2>>, last_output, dense<1, with_bias>>;

template <class Training, class L = squared_error>
using study_of = teacher_student<plain_ssm, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>, L,
                                 Training, near_zero, keyed_streams>;

template <class Training, class L = squared_error>
auto make(integer sequences, Training training) {
  study_of<Training, L> s{.data = {.sequences = {.count = sequences}}, .training = training};
  s.start = {.state_deviation = 0.3, .io_deviation = 0.4};
  return s;
}

template <class T>
std::vector<T> after(auto& bound, integer steps) {
  auto training = bound.training();
  for (integer t = 0; t < steps; ++t) training.step();
  return {training.theta().begin(), training.theta().end()};
}

}  // namespace

TEST_CASE_TEMPLATE("one batch of everything is the full batch, bit for bit", T, float, double, long double) {
  const auto check = []<class L>(L, auto rule) {
    using rule_type = decltype(rule);
    const auto whole = make<at_once<rule_type>, L>(7, {.rate = 0.01, .stop = step_limit{50}});
    for (const integer size : {7, 8, 1000}) {
      const auto one = make<in_batches<rule_type>, L>(
          7, {.rate = 0.01, .stop = step_limit{50}, .batches = {.size = size}});
      auto a = bind<T>(whole, 4);
      auto b = bind<T>(one, 4);
      CHECK(after<T>(a, 50) == after<T>(b, 50));
    }
  };
  check(squared_error{}, gradient_descent{});
  check(squared_error{}, adam{});
  check(absolute_error{}, adaptive_rate<diagonal_norm>{});
}

TEST_CASE("an epoch sees every sequence once, whatever the order; the next epoch has another one") {
  detail::batch_order order({.size = 3}, 5, 10);
  CHECK(order.steps_per_epoch() == 3);
  std::vector<std::vector<std::size_t>> epochs;
  for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
    std::set<std::size_t> seen;
    std::vector<std::size_t> all;
    for (std::uint64_t t = 0; t < 3; ++t) {
      const auto& members = order.members(epoch * 3 + t);
      CHECK(members.size() == 3);
      CHECK(std::is_sorted(members.begin(), members.end()));
      seen.insert(members.begin(), members.end());
      all.insert(all.end(), members.begin(), members.end());
    }
    CHECK(seen.size() == 9);
    epochs.push_back(all);
  }
  CHECK(epochs[0] != epochs[1]);
  CHECK(epochs[1] != epochs[2]);
  // Steps asked for in any order are the same.
  detail::batch_order again({.size = 3}, 5, 10);
  CHECK(again.members(7) == std::vector<std::size_t>(epochs[2].begin() + 3, epochs[2].begin() + 6));
  CHECK(again.members(0) == std::vector<std::size_t>(epochs[0].begin(), epochs[0].begin() + 3));
  // Another key, another seed.
  detail::batch_order keyed({.size = 3, .key = 1}, 5, 10), seeded({.size = 3}, 6, 10);
  std::vector<std::size_t> by_key, by_seed;
  for (std::uint64_t t = 0; t < 3; ++t) {
    const auto k = keyed.members(t), s = seeded.members(t);
    by_key.insert(by_key.end(), k.begin(), k.end());
    by_seed.insert(by_seed.end(), s.begin(), s.end());
  }
  CHECK(by_key != epochs[0]);
  CHECK(by_seed != epochs[0]);
}

TEST_CASE("every sequence is as often in batches as every other") {
  for (const bool replace : {false, true}) {
    detail::batch_order order({.size = 4, .replace = replace}, 1, 11);
    std::array<double, 11> count{};
    const int steps = 20000;
    for (int t = 0; t < steps; ++t)
      for (const std::size_t n : order.members(static_cast<std::uint64_t>(t))) count[n] += 1;
    const double mean = steps * 4.0 / 11;
    for (const double c : count) CHECK(std::abs(c - mean) < 6 * std::sqrt(mean));
  }
}

TEST_CASE_TEMPLATE("a step of gradient descent follows the mean gradient of its members", T, float, double,
                   quad) {
  for (const bool replace : {false, true}) {
    const auto s = make<in_batches<gradient_descent>>(
        9, {.rate = 1e-3, .stop = step_limit{20}, .batches = {.size = 4, .replace = replace, .key = 2}});
    auto bound = bind<T>(s, 3);
    detail::batch_order order(s.training.batches, 3, 9);
    auto training = bound.training();
    std::vector<T> theta(bound.theta.begin(), bound.theta.end()), g(theta);
    for (std::uint64_t t = 0; t < 20; ++t) {
      // The members alone, as data of their own.
      labelled<T> some = bound.data;
      some.x.clear(), some.y.clear();
      for (const std::size_t n : order.members(t)) {
        const auto x = bound.data.input(static_cast<integer>(n));
        some.x.insert(some.x.end(), x.begin(), x.end());
        some.y.push_back(bound.data.y[n]);
      }
      const raw_objective<T, plain_ssm, 5, squared_error> members(s.student, bound.objective.start_system(),
                                                                  some);
      auto at = members.workspace();
      members.value_and_gradient(std::span<const T>(theta), std::span<T>(g), at);
      for (std::size_t i = 0; i < g.size(); ++i)
        CHECK(value_of(training.here().gradient[i]) == value_of(g[i]));
      for (std::size_t i = 0; i < g.size(); ++i) theta[i] = mul_add(T(0) - T(1e-3), g[i], theta[i]);
      training.step();
    }
  }
}

TEST_CASE("lanes have the bits of one lane, and a run ended early goes on in the same batches") {
  using L = float;
  using T = pack<L>;
  std::vector<study_of<in_batches<adam>>> studies;
  std::vector<std::uint32_t> seeds;
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    studies.push_back(make<in_batches<adam>>(
        10, {.rate = 0.01 + 0.001 * static_cast<double>(i),
             .stop = step_limit{40 + 3 * static_cast<double>(i)},
             .batches = {.size = 3, .label_noise = 0.1, .key = static_cast<integer>(i)}}));
    seeds.push_back(static_cast<std::uint32_t>(i));
  }
  const auto side_by_side =
      run<T>(std::span<const study_of<in_batches<adam>>>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    const auto alone = run<L>(studies[i], seeds[i]);
    CHECK(equal_parts(side_by_side[i].student.system, alone.student.system));
    CHECK(side_by_side[i].at_end.loss == alone.at_end.loss);
    CHECK(side_by_side[i].at_end.steps == alone.at_end.steps);
  }
}

TEST_CASE_TEMPLATE("every form comes in batches: raw, a network, layers", M, plain_ssm, networked, layers) {
  using T = double;
  using start = std::conditional_t<std::is_same_v<M, plain_ssm>, near_zero, network_start<near_zero>>;
  using rule = in_batches<adam>;
  using study = teacher_student<M, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>, squared_error,
                                rule, start, keyed_streams>;
  study s{.data = {.sequences = {.count = 12}},
          .training = {.rate = 0.02, .stop = step_limit{4000}, .batches = {.size = 4}}};
  const auto first = run<T>(s, 2), second = run<T>(s, 2);
  CHECK(first.at_end.loss == second.at_end.loss);
  CHECK(first.at_end.loss < 0.2);
  const auto bound = bind<T>(s, 2);
  using form = std::remove_cvref_t<decltype(bound.objective.all())>;
  if constexpr (!std::is_same_v<M, plain_ssm>)  // sequences are held once; a Gram form holds none
    CHECK(static_cast<const void*>(&bound.objective.all()) == static_cast<const form*>(&bound.objective));
  s.training.batches.key = 1;
  CHECK(run<T>(s, 2).at_end.loss != first.at_end.loss);
}

TEST_CASE("labels have fresh noise at each step, of the given deviation") {
  const auto s = make<in_batches<gradient_descent>>(
      6, {.rate = 1e-12, .stop = step_limit{4000}, .batches = {.size = 6, .label_noise = 0.5}});
  auto bound = bind<double>(s, 1);
  auto training = bound.training();
  auto at = bound.objective.workspace();
  double sum = 0, squares = 0;
  const double clean =
      make_objective<double, 5>(s.student, bound.objective.start_system(), bound.data, s.loss).loss_scale();
  for (int t = 0; t < 4000; ++t) {
    sum += training.now().loss;
    squares += training.now().loss * training.now().loss;
    training.step();
  }
  // E (ŷ - y - σξ)² = (ŷ - y)² + σ²
  const double mean = sum / 4000, deviation = std::sqrt((squares / 4000 - mean * mean) / 4000);
  raw_objective<double, plain_ssm, 5, squared_error> quiet(s.student, bound.objective.start_system(),
                                                           bound.data);
  auto there = quiet.workspace();
  const double expected = quiet.value(view<double>(bound.theta), there) + 0.25;
  CHECK(std::abs(mean - expected) < 5 * deviation);
  CHECK(clean > 0);
}

TEST_CASE("saved in the middle of an epoch, a run goes on with the same bytes") {
  const auto s = make<in_batches<adam>>(
      10, {.rate = 0.01, .stop = step_limit{60}, .batches = {.size = 3, .label_noise = 0.2}});
  auto whole = bind<float>(s, 8), saved = bind<float>(s, 8), loaded = bind<float>(s, 8);
  auto uninterrupted = whole.training(), first = saved.training();
  for (int t = 0; t < 60; ++t) uninterrupted.step();
  for (int t = 0; t < 32; ++t) first.step();  // ten epochs and two steps
  const std::string path = "batches_in_the_middle.npz";
  save_checkpoint(path, "batches", saved, first);
  auto second = loaded.training();
  load_checkpoint(path, "batches", loaded, second);
  std::remove(path.c_str());
  CHECK(second.now().loss == first.now().loss);
  for (int t = 32; t < 60; ++t) second.step();
  CHECK(std::ranges::equal(second.theta(), uninterrupted.theta()));
  CHECK(second.now().loss == uninterrupted.now().loss);
  CHECK(second.now().best_loss == uninterrupted.now().best_loss);
}

TEST_CASE(
    "trainings of one objective, interleaved and in threads, have the bits of each alone; observers change "
    "nothing") {
  const auto s = make<in_batches<adam>>(10, {.rate = 0.01, .stop = step_limit{300}, .batches = {.size = 3}});
  const auto plain = make<at_once<adam>>(10, {.rate = 0.01, .stop = step_limit{300}});
  const auto check = [](const auto& study) {
    const auto bound = bind<double>(study, 8);
    auto alone = bound.training();
    drive(alone, silent{});
    const auto same = [&](const auto& training) {
      return std::ranges::equal(training.theta(), alone.theta()) && training.now().loss == alone.now().loss;
    };
    auto one = bound.training(), two = bound.training();
    while (one.running()) {
      one.step();
      if (two.running()) two.step();
      if (two.running()) two.step();
      one.here();
    }
    CHECK(same(one));
    CHECK(same(two));
    std::array<bool, 4> right{};
    std::vector<std::thread> threads;
    for (bool& mine : right)
      threads.emplace_back([&] {
        auto training = bound.training();
        auto look = [](auto& run) { return run.here().gradient.size() > 0; };
        drive(training, look);
        mine = same(training);
      });
    for (std::thread& t : threads) t.join();
    CHECK(std::all_of(right.begin(), right.end(), [](bool r) { return r; }));
  };
  check(s);
  check(plain);
}

namespace {
/// A schedule of a user's around one of epochs.
struct doubled_decay {
  each_epoch<step_decay> of{};
  double factor_of_epochs(double epochs) const { return 2 * of.factor_of_epochs(epochs); }
  friend bool operator==(const doubled_decay&, const doubled_decay&) = default;
};
}  // namespace

TEST_CASE("stop rules and schedules by epoch") {
  using by_epoch = descent<gradient_descent, unconstrained, first_of<epoch_limit>, each_epoch<step_decay>,
                           unclipped, same_rate, batches>;
  auto s = make<by_epoch>(10, {.rate = 1e-3,
                               .stop = {epoch_limit{4}},
                               .schedule = {{.every = 2, .decay = 0.5}},
                               .batches = {.size = 3}});
  std::vector<double> rates;
  auto watch = [&](auto& run) { rates.push_back(run.now().rate); };
  const auto end = run<double>(s, 1, watch);
  CHECK(end.status == status::step_limit);
  CHECK(end.at_end.steps == 12);  // 3 steps an epoch: the tenth sequence waits for another order
  for (std::size_t t = 1; t <= 12; ++t) CHECK(rates[t] == (t <= 6 ? 1e-3 : 5e-4));
  s.training.batches.size = 10;
  CHECK(run<double>(s, 1).at_end.steps == 4);

  using doubled = descent<gradient_descent, unconstrained, first_of<epoch_limit>, doubled_decay, unclipped,
                          same_rate, batches>;
  const auto around = make<doubled>(10, {.rate = 1e-3,
                                         .stop = {epoch_limit{4}},
                                         .schedule = {{{.every = 2, .decay = 0.5}}},
                                         .batches = {.size = 3}});
  rates.clear();
  run<double>(around, 1, watch);
  for (std::size_t t = 1; t <= 12; ++t) CHECK(rates[t] == (t <= 6 ? 2e-3 : 1e-3));
}

TEST_CASE("a hundred thousand steps in batches allocate nothing") {
  auto bound = bind<double>(
      make<in_batches<adam>>(10, {.rate = 1e-4, .stop = step_limit{1e6}, .batches = {.size = 3}}), 8);
  auto training = bound.training();
  for (int t = 0; t < 100; ++t) training.step();
  const std::size_t before = counted::allocations();
  for (int t = 0; t < 100000; ++t) training.step();
  CHECK(counted::allocations() == before);
}

TEST_CASE("impossible batches are refused by name") {
  const auto message = [](batches b) -> std::string {
    try {
      run<double>(make<in_batches<adam>>(4, {.stop = step_limit{2}, .batches = b}), 1);
    } catch (const bad_argument& e) {
      return e.what();
    }
    return "nothing was refused";
  };
  CHECK(message({}) == "batches: size must be given, and at least 1, given 0");
  CHECK(message({.size = -3}) == "batches: size must be given, and at least 1, given -3");
  CHECK(message({.size = 2, .label_noise = -1})
            .starts_with("batches: label_noise must be finite and at least 0"));
  CHECK(message({.size = integer{1} << 61, .replace = true}) ==
        "batches: size must be at most 2147483648, given 2305843009213693952");
  CHECK(message({.size = integer{1} << 61}) == "nothing was refused");  // all there are
  CHECK(message({.size = 2, .key = -1}) == "batches: key must be at least 0, given -1");
}

namespace {

/// Sequences that excite different entries of the impulse response: each is zero before an entry of its own.
template <class M, class Rule>
auto uneven_study(bool short_first) {
  using study = teacher_student<M, theorem1_teacher<3>, training_set<4, listed<everywhere>>, squared_error,
                                in_batches<Rule>, network_start<near_zero>, keyed_streams>;
  study s{.data = {.sequences = {.count = 3}},
          .training = {.rate = 1e-2, .stop = step_limit{1e6}, .batches = {.size = 1}}};
  s.data.sequences.values = {1, 2, -1, 1, 0, 0, 1, -2, 0, 0, 0, 3};
  if (short_first) s.data.sequences.values = {0, 0, 0, 3, 0, 0, 1, -2, 1, 2, -1, 1};
  return s;
}
using rectified =
    with_network<ssm<real_diagonal<3>>, sequential<dense<3, without_bias>, relu, dense<1, without_bias>>>;

}  // namespace

TEST_CASE_TEMPLATE("batches of a network whose sequences excite different entries are those of their members",
                   M, networked, rectified) {
  using T = double;
  for (const bool short_first : {false, true}) {
    const auto s = uneven_study<M, gradient_descent>(short_first);
    const auto bound = bind<T>(s, 3);
    detail::batch_order order(s.training.batches, 3, 3);
    auto at = bound.objective.workspace();
    std::vector<T> got(bound.theta.size()), expected(got);
    for (int t = 0; t < 12; ++t) {
      bound.objective.move_to(at, T(t));
      labelled<T> one = bound.data;
      const auto member = static_cast<integer>(order.members(static_cast<std::uint64_t>(t))[0]);
      one.x.assign(bound.data.input(member).begin(), bound.data.input(member).end());
      one.y = {bound.data.y[static_cast<std::size_t>(member)]};
      const auto alone = make_objective<T, 4>(s.student, bound.objective.start_system(), one, s.loss);
      auto there = alone.workspace();
      const T loss = alone.value_and_gradient(view<T>(bound.theta), std::span<T>(expected), there);
      CHECK(bound.objective.value_and_gradient(view<T>(bound.theta), std::span<T>(got), at) ==
            doctest::Approx(loss).epsilon(1e-13));
      for (std::size_t i = 0; i < got.size(); ++i)
        CHECK(got[i] == doctest::Approx(expected[i]).epsilon(1e-12));
    }
  }
}

TEST_CASE_TEMPLATE("batches of a network allocate nothing, whatever entries they excite", M, networked,
                   rectified) {
  auto bound = bind<double>(uneven_study<M, adam>(true), 3);
  auto training = bound.training();
  for (int t = 0; t < 100; ++t) training.step();
  const std::size_t before = counted::allocations();
  for (int t = 0; t < 1000; ++t) training.step();
  CHECK(counted::allocations() == before);
}

TEST_CASE_TEMPLATE("a test set asks the network of a student that is trained in batches", M, networked,
                   rectified) {
  const auto s = uneven_study<M, adam>(false);
  auto bound = bind<double>(s, 3);
  auto training = bound.training();
  for (int t = 0; t < 50; ++t) training.step();
  numpy_legacy stream(7), again(7);
  test_set<double> set(bound.teacher, 20, 9, stream);
  const double seen = set.error(training.here().objective);

  // The same student where it is trained at once.
  const auto whole = make_objective<double, 4>(s.student, bound.objective.start_system(), bound.data, s.loss);
  auto at = whole.workspace();
  whole.value(training.theta(), at);
  CHECK(seen == test_set<double>(bound.teacher, 20, 9, again).error(evaluated(whole, at)));
}

TEST_CASE("layers trained in batches answer test sequences and tell the cotangent of each SSM") {
  using study = teacher_student<layers, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>,
                                squared_error, in_batches<adam>, network_start<near_zero>, keyed_streams>;
  for (const integer size : {2, 6}) {
    const study s{.data = {.sequences = {.count = 6}},
                  .training = {.rate = 1e-2, .stop = step_limit{1e6}, .batches = {.size = size}}};
    auto bound = bind<double>(s, 3);
    auto training = bound.training();
    for (int t = 0; t < 7; ++t) training.step();
    const auto whole =
        make_objective<double, 5>(s.student, bound.objective.start_system(), bound.data, s.loss);
    auto at = whole.workspace();
    std::vector<double> d(bound.theta.size());
    whole.value_and_gradient(training.theta(), std::span<double>(d), at);
    const std::vector<double> x{1, -1, 2, 0.5, 3, 1};
    std::vector<double> expected(2), got(2);
    const batch_shape batch{2, 3};
    whole.apply(view<double>(x), batch, std::span<double>(expected), at);
    const auto here = training.here().objective;
    here.objective().apply(view<double>(x), batch, std::span<double>(got), here.evaluation());
    CHECK(got == expected);
    const auto g = here.objective().template response_cotangent<0>(here.evaluation());
    CHECK(g.size() == whole.response_cotangent<0>(at).size());
    if (size == 6) CHECK(g == whole.response_cotangent<0>(at));
  }
}

TEST_CASE("who watches a pool sees the batch of each step, and progress with what is no part of it") {
  const auto s = make<in_batches<gradient_descent>>(
      9, {.rate = 1e-2, .stop = step_limit{7}, .batches = {.size = 3, .label_noise = 0.1}});
  using study = std::remove_const_t<decltype(s)>;
  std::vector<double> alone, in_lane;
  const auto look = [](auto& run, std::vector<double>& out) {
    const auto here = run.here();
    out.insert(out.end(), here.gradient.begin(), here.gradient.end());
    out.push_back(run.now().steps_per_epoch);
    out.push_back(run.now().sequences);
  };
  const auto end = run<double>(s, 3, [&](auto& run) { look(run, alone); });
  CHECK(end.at_end.steps_per_epoch == 3);
  bool given = false;
  train_in_lanes<pack<double>>(
      [&]() -> std::optional<lane_job<study>> {
        if (std::exchange(given, true)) return std::nullopt;
        return lane_job<study>{0, s, 3};
      },
      [&](std::size_t, const auto& lane) {
        CHECK(lane.at_end.steps_per_epoch == 3);
        CHECK(lane.at_end.sequences == end.at_end.sequences);
      },
      never_stopped{}, [&](std::size_t, auto& run) { look(run, in_lane); });
  CHECK(alone.size() == 8 * (bind<double>(s, 3).theta.size() + 2));
  CHECK(alone == in_lane);
}

TEST_CASE("who watches a pool sees a student whose loss is not finite where it went back to") {
  const auto s = make<in_batches<gradient_descent>>(
      9, {.rate = 50, .stop = step_limit{1e4}, .batches = {.size = 2, .key = 5}});
  using study = std::remove_const_t<decltype(s)>;
  std::vector<double> alone, in_lane;
  const auto look = [](auto& run, std::vector<double>& out) {
    const auto here = run.here();
    out.assign(here.gradient.begin(), here.gradient.end());
    out.push_back(here.loss);
    out.push_back(here.steps);
  };
  CHECK(run<double>(s, 3, [&](auto& run) { look(run, alone); }).status == status::not_finite);
  bool given = false;
  train_in_lanes<pack<double>>(
      [&]() -> std::optional<lane_job<study>> {
        if (std::exchange(given, true)) return std::nullopt;
        return lane_job<study>{0, s, 3};
      },
      [](std::size_t, const auto&) {}, never_stopped{}, [&](std::size_t, auto& run) { look(run, in_lane); });
  CHECK(alone == in_lane);
}

TEST_CASE("an epoch has the length of the data as they are now") {
  using rule = descent<gradient_descent, unconstrained, first_of<epoch_limit>, each_epoch<step_decay>,
                       unclipped, same_rate, batches>;
  const auto of = [](integer sequences) {
    return make<rule>(sequences, {.rate = 1e-3,
                                  .stop = {epoch_limit{4}},
                                  .schedule = {{.every = 1, .decay = 0.5}},
                                  .batches = {.size = 3}});
  };
  auto bound = bind<double>(of(6), 3);
  auto training = bound.training();
  CHECK(training.now().steps_per_epoch == 2);
  bound.data = bind<double>(of(30), 3).data;
  bound.rebuild();
  double last = 0;
  while (training.running()) {
    training.step();
    last = training.now().rate;
  }
  CHECK(training.now().steps_per_epoch == 10);
  CHECK(training.now().steps == 40);
  CHECK(last == doctest::Approx(1e-3 / 8));
}

TEST_CASE("a run that is not finite stands at the batch of its last finite step") {
  auto s = make<in_batches<gradient_descent>>(
      9, {.rate = 50, .stop = step_limit{1e4}, .batches = {.size = 2, .key = 5}});
  auto bound = bind<double>(s, 3);
  auto training = bound.training();
  double loss = training.now().loss;
  std::vector<double> gradient(bound.theta.size());
  while (training.running()) {
    const auto g = training.here().gradient;
    gradient.assign(g.begin(), g.end());
    loss = training.now().loss;
    training.step();
  }
  CHECK(training.lane_status(0) == status::not_finite);
  CHECK(training.now().loss == loss);
  const auto here = training.here();
  CHECK(std::vector<double>(here.gradient.begin(), here.gradient.end()) == gradient);
}
