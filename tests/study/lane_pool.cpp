// SPDX-License-Identifier: BSD-3-Clause
// Many students through few lanes: each leaves with the bits of its single run, whatever the lanes, the order and the
// neighbours, for every update rule, stop rule, loss and training policy.
#include <lssm/core/pack.hpp>

#include "../train/small_descent.hpp"
#include "pooled.hpp"

using namespace lssm;
using pool::jobs, pool::pooled;

namespace {

/// Packs against single runs and a pool of one lane.
template <class T, class Study>
void check_pool(const jobs<Study>& all) {
  const auto out = pooled<T>(all);
  [[maybe_unused]] const auto one = pooled<lane_of<T>>(all);
  for (const auto& job : all) {
    CAPTURE(job.index);
    const auto alone = run<lane_of<T>>(job.study, job.seed);
    using training = std::remove_cvref_t<decltype(Study::training)>;
    if constexpr (small_descent::has_own_sums<training>) {
      small_descent::check_same_bits(out.at(job.index), one.at(job.index));
      // Adam amplifies rounding where gradients are as small as that: what it does is told by the general path.
      if constexpr (std::is_same_v<typename training::rule_type, gradient_descent>) {
        small_descent::check_near(out.at(job.index), alone);
      } else {
        small_descent::check_same_bits(out.at(job.index),
                                       small_descent::run_as_lanes<lane_of<T>>(job.study, job.seed));
      }
    } else {
      small_descent::check_same_bits(out.at(job.index), alone);
    }
    CHECK(out.at(job.index).network == alone.network);
    CHECK(equal_parts(out.at(job.index).data, alone.data));
  }
}

/// Students of very uneven length, more than two packs of them and no multiple of one; `vary(study, i)` sets numbers.
template <class Study, class Vary>
jobs<Study> uneven(const Study& like, Vary vary) {
  jobs<Study> all;
  for (int i = 0; i < 37; ++i) {
    Study s = like;
    vary(s, i);
    all.push_back({static_cast<std::size_t>(100 + i), s, static_cast<std::uint32_t>(i)});
  }
  return all;
}

/// A student of its own: data, start, noise, rate, and an end after 1 to 60 steps or at a loss.
template <class Study>
void vary_all(Study& s, int i) {
  s.data.deviation = 0.01 * (i % 3);
  s.data.set.sequences.count = 3 + i % 5;
  s.start.a[0] = 0.2 + 0.01 * i;
  s.training.rate = 0.01 * (1 + i % 4);
  auto& stop = s.training.stop;
  if constexpr (requires { stop.template get<target_loss>(); })
    stop.template get<target_loss>().value = i % 2 == 0 ? 0 : 0.5;
  if constexpr (requires { stop.template get<step_limit>(); })
    stop.template get<step_limit>().steps = 1.0 + (i * 7) % 60;
}

template <class Training, class Learn = learn_all, integer D = 3, integer Kappa = 5>
auto like() {
  return small_descent::make<Learn, D, Kappa>(Training{});
}

/// Students by a rule whose numbers differ.
template <class Rule>
auto students_of() {
  return uneven(like<descent<Rule>>(), [](auto& s, int i) {
    vary_all(s, i);
    small_descent::vary(s.training.rule, i, 0.01);
    s.training.after = i % 4;
  });
}

/// A rule of a user's, with a number that is the same in every lane and none that is asked in all lanes at once.
struct every_third_step {
  static constexpr status reason = status::horizon;
  template <class T>
  bool fires(const progress<T>& p) const {
    return p.loss < T(1) && std::fmod(value_of(p.steps), 3) == 2;
  }
};

/// ½ (ŷ - y)² + (ŷ - y)⁴: not quadratic, so that the objective is in raw form.
struct quartic {
  template <class T>
  T value(const T& p, const T& y) const {
    const T e = p - y;
    return e * e * (T(0.5) + e * e);
  }
  template <class T>
  T derivative(const T& p, const T& y) const {
    const T e = p - y;
    return e * (T(1) + T(4) * e * e);
  }
};

}  // namespace

TEST_CASE_TEMPLATE("every update rule", Rule, gradient_descent, heavy_ball, nesterov, lion, muon,
                   normalized_descent, rmsprop, adam, keras_adam, adamw, adaptive_rate<full_matrix_norm>,
                   adaptive_rate<diagonal_norm>, group_rmsprop<full_matrix_norm>,
                   group_rmsprop<diagonal_norm>) {
  check_pool<pack<double>>(students_of<Rule>());
}

TEST_CASE_TEMPLATE("rules of each kind in float", Rule, gradient_descent, nesterov, muon, adam,
                   adaptive_rate<full_matrix_norm>, group_rmsprop<diagonal_norm>) {
  const auto all = students_of<Rule>();
  check_pool<pack<float>>(all);
  check_pool<float>(all);
}

TEST_CASE_TEMPLATE("students whose adapted rate leads beyond the numbers end as alone", T, pack<float>,
                   pack<double>) {
  const auto all = uneven(like<descent<adaptive_rate<>>>(), [](auto& s, int i) {
    vary_all(s, i);
    if (i % 3 == 1) s.training.rate = i % 2 == 0 ? 1e6 : 1e30;
  });
  check_pool<T>(all);
  std::size_t beyond = 0;
  for (const auto& [index, o] : pooled<T>(all)) beyond += o.status == status::not_finite ? 1 : 0;
  CHECK(beyond >= 6);
}

TEST_CASE_TEMPLATE("every stop rule, alone and with others", Stop, first_of<target_loss, step_limit>,
                   first_of<step_limit, patience>, first_of<divergence, step_limit>,
                   first_of<time_horizon, target_loss>, first_of<convergence, step_limit>,
                   first_of<every_third_step, step_limit>,
                   first_of<patience, divergence, target_loss, time_horizon, convergence, step_limit>) {
  check_pool<pack<double>>(uneven(like<descent<heavy_ball, unconstrained, Stop>>(), [](auto& s, int i) {
    vary_all(s, i);
    auto& stop = s.training.stop;
    if constexpr (requires { stop.template get<patience>(); })
      stop.template get<patience>().steps = 1.0 + i % 7;
    if constexpr (requires { stop.template get<divergence>(); })
      stop.template get<divergence>().loss = 1.0 + i;
    if constexpr (requires { stop.template get<time_horizon>(); })
      stop.template get<time_horizon>().time = 0.1 * (1 + i % 9);
  }));
}

TEST_CASE_TEMPLATE(
    "every constraint, schedule, clipping and factor of rates", Training,
    descent<adaptive_rate<>, bounded_state_matrix>, descent<adam, fixed_input_output>,
    descent<gradient_descent, stored_in_float>,
    descent<adam, unconstrained, first_of<target_loss, step_limit>, cosine>,
    descent<nesterov, unconstrained, first_of<target_loss, step_limit>, step_decay>,
    descent<gradient_descent, unconstrained, first_of<step_limit>, warm_up<>>,
    descent<adam, unconstrained, first_of<step_limit>, constant_rate, clip_norm>,
    descent<gradient_descent, unconstrained, first_of<step_limit>, constant_rate, clip_entries>,
    descent<gradient_descent, unconstrained, first_of<step_limit>, constant_rate, unclipped,
            rate_per_matrix>) {
  check_pool<pack<double>>(uneven(like<Training>(), [](auto& s, int i) {
    vary_all(s, i);
    auto& t = s.training;
    if constexpr (requires { t.constraint.bound; }) t.constraint.bound = 0.3 + 0.02 * i;
    if constexpr (requires { t.constraint.value; }) t.constraint.value = 0.5 + 0.02 * i;
    if constexpr (requires { t.schedule.floor; }) t.schedule.floor = 0.02 * i;
    if constexpr (requires { t.schedule.steps; }) t.schedule.steps = 5.0 + i;
    if constexpr (requires { t.schedule.every; }) t.schedule.every = 5.0 + i;
    if constexpr (requires { t.clipping.most; }) t.clipping.most = 0.1 + 0.02 * i;
    if constexpr (requires { t.rates.input; }) t.rates.input = 0.5 + 0.1 * i;
  }));
}

TEST_CASE_TEMPLATE(
    "what is learned, in which coordinates, and sizes at run time", Study,
    decltype(like<descent<adaptive_rate<>>, learn<state_matrix>>()),
    decltype(like<descent<adam>, learn<through<state_matrix, exp_of_minus_exp>, output_matrix>>()),
    decltype(like<descent<adaptive_rate<>>, learn_all, dynamic, dynamic>())) {
  auto s = small_descent::make<typename decltype(Study::student)::learned,
                               decltype(Study::student)::structure_type::known_states,
                               decltype(Study::data)::known_length>(decltype(Study::training){});
  check_pool<pack<double>>(uneven(s, [](auto& one, int i) { vary_all(one, i); }));
}

TEST_CASE("a loss that is not quadratic") {
  using small = small_descent::study<descent<adaptive_rate<>>>;
  using study = teacher_student<decltype(small::student), decltype(small::teacher), decltype(small::data),
                                quartic, descent<adaptive_rate<>>, given_start>;
  const small from = like<descent<adaptive_rate<>>>();
  const study s{.student = from.student, .teacher = from.teacher, .data = from.data, .start = from.start};
  check_pool<pack<double>>(uneven(s, [](auto& one, int i) {
    vary_all(one, i);
    one.data.set.sequences.count = 12;  // in raw form the same for all
  }));
}

TEST_CASE("a network behind the SSM") {
  using network = sequential<dense<4>, relu, dense<1, without_bias>>;
  using study = teacher_student<with_network<ssm<real_diagonal<3>>, network>, given<real_diagonal<1>>,
                                training_set<5, gaussian<everywhere>>, squared_error, descent<adam>,
                                network_start<near_zero, scaled_kernels>>;
  const study s{.teacher = {.values = {{0.5}, {1}, {1}}}, .data = {.sequences = {.count = 6}}};
  check_pool<pack<double>>(uneven(s, [](auto& one, int i) {
    one.training.rate = 0.01 * (1 + i % 4);
    one.training.stop.template get<step_limit>().steps = 1.0 + (i * 7) % 60;
  }));
}

TEST_CASE_TEMPLATE("gradient flows, which take new students pack by pack", Training, gradient_flow<>,
                   gradient_flow<dormand_prince, plain>) {
  check_pool<pack<double>>(uneven(like<Training>(), [](auto& s, int i) {
    s.data.deviation = 0.01 * (i % 3);
    s.start.a[0] = 0.2 + 0.01 * i;
    s.training.rtol = 1e-8;
    s.training.stop.template get<time_horizon>().time = 1.0 + i;
    s.training.stop.template get<step_limit>().steps = 20.0 + i;
  }));
}

TEST_CASE("a student that ends as the pool is stopped is read out, one under way is not") {
  using training = descent<gradient_descent, unconstrained, first_of<step_limit>>;
  const auto of = [](std::size_t i, double steps) {
    auto study = like<training>();
    study.training.stop = {{{.steps = steps}}};
    return lane_job<decltype(study)>{i, study, 1};
  };
  std::vector<decltype(of(0, 1))> all{of(0, 3), of(1, 1e9)};
  std::size_t next = 0;
  std::vector<std::size_t> ended;
  bool stop = false;
  train_in_lanes<pack<double>>(
      [&]() -> std::optional<decltype(of(0, 1))> {
        if (next == all.size()) return std::nullopt;
        return all[next++];
      },
      [&](std::size_t i, const auto&) { ended.push_back(i); }, [&] { return stop; },
      [&](std::size_t i, auto& run) {
        if (i == 0 && run.now().steps == 3) stop = true;
      });
  CHECK(ended == std::vector<std::size_t>{0});
}

TEST_CASE_TEMPLATE("students bound before leave with their own data and teacher", T, double, pack<double>) {
  auto study = like<descent<gradient_descent, unconstrained, first_of<step_limit>>>();
  using job = bound_job<double, decltype(study)>;
  std::vector<job> all;
  for (std::size_t i = 0; i < 21; ++i) {
    study.training.stop.template get<step_limit>().steps = static_cast<double>(3 + i % 5);
    all.push_back({i, bind<double>(study, static_cast<std::uint32_t>(i))});
  }
  const auto before = all;
  std::size_t next = 0, ended = 0;
  train_in_lanes<T>(
      [&]() -> std::optional<job> {
        if (next == all.size()) return std::nullopt;
        return std::move(all[next++]);
      },
      [&](std::size_t i, const auto& o) {
        ++ended;
        CHECK(equal_parts(o.data, before[i].bound.data));
        CHECK(equal_parts(o.teacher.system, before[i].bound.teacher.system));
        CHECK(o.at_end.steps == 3 + static_cast<double>(i % 5));
      });
  CHECK(ended == before.size());
}
