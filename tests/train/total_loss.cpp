// SPDX-License-Identifier: BSD-3-Clause
// A target for the sum of losses is N times one for their mean, whatever the form, the scalar, the lanes and the driver.
#include <cmath>
#include <lssm/core/pack.hpp>
#include <lssm/core/quad.hpp>

#include "../study/pooled.hpp"
#include "small_descent.hpp"

using namespace lssm;

namespace {

template <class Stop, class L = squared_error, class Rule = adam>
using study_of =
    teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>, L,
                    descent<Rule, unconstrained, Stop>, near_zero>;
template <class Stop, class L = squared_error>
study_of<Stop, L> make(integer count, const Stop& stop, integer after = 0) {
  return {.data = {.sequences = {.count = count}},
          .training = {.rate = 0.02, .stop = stop, .after = after},
          .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
}
using of_sum = first_of<total_loss, step_limit>;
using of_mean = first_of<target_loss, step_limit>;

}  // namespace

TEST_CASE_TEMPLATE("of 1 and of 8 sequences exactly the mean's target", T, float, double, quad) {
  const auto check = []<class L>(L) {
    for (const integer count : {1, 8}) {
      const double target = 0.25;
      const auto sum = run<T>(
          make<of_sum, L>(count, {total_loss{target * static_cast<double>(count)}, step_limit{2000}}, 5), 2);
      const auto mean = run<T>(make<of_mean, L>(count, {target_loss{target}, step_limit{2000}}, 5), 2);
      CHECK(sum.status == status::target_reached);
      CHECK(value_of(sum.at_end.target_steps) > 1);
      small_descent::check_same_bits(sum, mean);
    }
  };
  check(squared_error{});
  check(absolute_error{});
}

TEST_CASE("the first step at which N times the loss is at most the number, and neither sooner nor later") {
  for (const integer count : {3, 7, 12}) {
    const double most = 2;
    double before = HUGE_VAL, at = HUGE_VAL;
    const auto end =
        run<double>(make<of_sum>(count, {total_loss{most}, step_limit{5000}}), 2, [&](auto& run) {
          before = at;
          at = static_cast<double>(count) * run.now().loss;
        });
    CHECK(end.status == status::target_reached);
    CHECK(at <= most);
    CHECK(before > most);
  }
}

TEST_CASE("lanes and pools of other numbers of sequences have the bits of runs") {
  using study = study_of<of_sum>;
  pool::jobs<study> all;
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < 21; ++i) {
    const auto one = make<of_sum>(2 + i % 7, {total_loss{0.5 + 0.1 * i}, step_limit{3000}}, i % 3);
    all.push_back({i, one, i});
    if (i >= lanes_of<pack<double>>) continue;
    studies.push_back(one);
    seeds.push_back(i);
  }
  const auto together =
      run<pack<double>>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  const auto out = pool::pooled<pack<double>>(all);
  for (const auto& job : all) {
    const auto alone = small_descent::run_as_lanes<double>(job.study, job.seed);
    small_descent::check_same_bits(out.at(job.index), alone);
    if (job.index < together.size()) small_descent::check_same_bits(together[job.index], alone);
  }
}

TEST_CASE("networks and flows count their sequences, and so does what is resumed or has other data") {
  using network = sequential<dense<4>, relu, dense<1, without_bias>>;
  using behind =
      teacher_student<with_network<ssm<real_diagonal<3>>, network>, given<real_diagonal<1>>,
                      training_set<5, gaussian<everywhere>>, squared_error,
                      descent<adam, unconstrained, of_sum>, network_start<near_zero, scaled_kernels>>;
  const behind s{.teacher = {.values = {{0.5}, {1}, {1}}},
                 .data = {.sequences = {.count = 6}},
                 .training = {.stop = {total_loss{3}, step_limit{5000}}}};
  const auto end = run<double>(s, 3);
  CHECK(end.status == status::target_reached);
  CHECK(6 * end.at_end.loss <= 3);

  using flow = gradient_flow<dormand_prince, plain, of_sum>;
  using flowing = teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>,
                                  training_set<5, gaussian<everywhere>>, squared_error, flow, near_zero>;
  double before = HUGE_VAL, at = HUGE_VAL;
  const auto limit = run<double>(flowing{.data = {.sequences = {.count = 6}},
                                         .training = {.stop = {total_loss{2}, step_limit{100000}}},
                                         .start = {.state_deviation = 0.3, .io_deviation = 0.3}},
                                 3, [&](auto& run) {
                                   before = at;
                                   at = 6 * run.now().loss;
                                 });
  CHECK(limit.status == status::target_reached);
  CHECK(at <= 2);
  CHECK(before > 2);

  const auto study = make<of_sum>(5, {total_loss{1}, step_limit{5000}});
  auto whole = bind<double>(study, 2);
  auto training = whole.training();
  training.step();
  npz_writer out;
  const std::string saved = add_run(out, "run", whole, training).bytes();
  while (training.running()) training.step();
  auto again = bind<double>(study, 2);
  auto resumed = again.training();
  load_run(npz_file(saved, "saved"), "run", again, resumed);
  CHECK(resumed.now().sequences == 5);
  while (resumed.running()) resumed.step();
  CHECK(resumed.now().steps == training.now().steps);

  auto edited = bind<double>(study, 2);
  auto goes_on = edited.training();
  edited.data.keep({0, 2});
  edited.rebuild();
  goes_on.step();
  CHECK(goes_on.now().sequences == 2);
}

TEST_CASE("a number that was not given is refused by name") {
  const auto refused = [](const total_loss& rule) {
    try {
      run<double>(make<of_sum>(3, {rule, step_limit{1}}), 1);
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(refused({}) == "total_loss: value must be given, finite and at least 0, given -1");
  CHECK(refused({HUGE_VAL}).starts_with("total_loss: value"));
  CHECK(refused({0}).empty());
}
