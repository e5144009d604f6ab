// SPDX-License-Identifier: BSD-3-Clause
// Descents that only count their steps take many at once in lanes: the same bits in packs and with one lane, whatever the
// portions; to rounding those of the single run, which takes them one by one.
#include <cmath>
#include <lssm/core/pack.hpp>

#include "../train/small_descent.hpp"
#include "pooled.hpp"

using namespace lssm;
using pool::jobs, pool::pooled;

namespace {

using plain_descent = descent<gradient_descent, unconstrained, first_of<step_limit>>;

template <class Learn, class Vary>
auto students(Vary vary) {
  auto like = small_descent::make<Learn>(plain_descent{.rate = 0.02});
  jobs<decltype(like)> all;
  for (int i = 0; i < 37; ++i) {
    auto s = like;
    s.data.deviation = 0.01 * (i % 3);
    s.data.set.sequences.count = 2 + i % 6;  // of rank 2 to 5
    s.start.a[0] = 0.2 + 0.01 * i;
    s.training.stop.template get<step_limit>().steps =
        std::array{1.0, 700.5, 30.0, 299.0, 64.0}[static_cast<std::size_t>(i % 5)];
    vary(s, i);
    all.push_back({static_cast<std::size_t>(i), s, static_cast<std::uint32_t>(i)});
  }
  return all;
}

template <class T>
bool near(const T& x, const T& y) {
  return std::abs(x - y) <= T(2e3 * epsilon_of<T>) * (T(1) + std::abs(y));
}

template <class T, class Study>
void check_leaps(const jobs<Study>& all) {
  using L = lane_of<T>;
  const auto packed = pooled<T>(all), one = pooled<L>(all);
  REQUIRE(packed.size() == all.size());
  for (const auto& job : all) {
    CAPTURE(job.index);
    const auto &p = packed.at(job.index), &o = one.at(job.index);
    small_descent::check_same_bits(p, o);
    const auto alone = run<L>(job.study, job.seed);
    CHECK(p.status == alone.status);
    if (alone.status != status::step_limit) continue;
    CHECK(p.at_end.steps == alone.at_end.steps);
    CHECK(p.at_end.time == alone.at_end.time);
    CHECK(p.at_end.rate == alone.at_end.rate);
    CHECK(near(p.at_end.loss, alone.at_end.loss));
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(near(p.student.system.a[j], alone.student.system.a[j]));
      CHECK(near(p.student.system.b[j], alone.student.system.b[j]));
      CHECK(near(p.student.system.c[j], alone.student.system.c[j]));
    }
  }
}

}  // namespace

TEST_CASE_TEMPLATE("many steps at once", Learn, learn_all, learn<state_matrix>,
                   learn<output_matrix, input_matrix>) {
  const auto all = students<Learn>([](auto&, int) {});
  check_leaps<pack<double>>(all);
  check_leaps<pack<float>>(all);
}

TEST_CASE("students that overflow end where their loss was last finite, and disturb nobody") {
  const auto all = students<learn_all>([](auto& s, int i) {
    if (i % 3 == 1) s.training.rate = i % 2 == 0 ? 3 : 50;
  });
  check_leaps<pack<double>>(all);
  check_leaps<pack<float>>(all);
  std::size_t overflown = 0;
  for (const auto& [index, o] : pooled<pack<double>>(all)) {
    if (o.status != status::not_finite) continue;
    ++overflown;
    const auto alone = run<double>(all[index].study, all[index].seed);
    CHECK(alone.status == status::not_finite);
    CHECK(std::abs(o.at_end.steps - alone.at_end.steps) <= 1);  // chaos at the very end
    CHECK(is_finite(o.at_end.loss));
    CHECK(small_descent::all_finite(o.student.system.a));
  }
  CHECK(overflown >= 6);
}

TEST_CASE_TEMPLATE("entries of the response that a student does not see may overflow", Training,
                   plain_descent, descent<heavy_ball>) {
  // Every other student sees h_0 alone, and its h_4 = c b a⁴ is beyond the numbers; its neighbours see everything.
  using study = teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>,
                                inject<training_set<5, unit<at<-1>>>, gaussian<everywhere>>, squared_error,
                                Training, given_start>;
  study like{.teacher = {.values = {{0.5}, {1}, {1}}},
             .start = {.a = {0.2, 0.1, 0.4}, .b = {0.3, 0.2, 0.5}, .c = {0.25, 0.4, 0.5}}};
  like.training.stop.template get<step_limit>().steps = 50;
  jobs<study> all;
  for (std::size_t i = 0; i < 20; ++i) {
    all.push_back({i, like, static_cast<std::uint32_t>(i)});
    all.back().study.data.special.count = i % 2 == 0 ? 6 : 0;
    if (i % 2 == 1) all.back().study.start.a[1] = 1e100;
  }
  const auto out = pooled<pack<double>>(all);
  for (const auto& job : all) {
    CAPTURE(job.index);
    const auto alone = run<double>(job.study, job.seed);
    const auto& o = out.at(job.index);
    CHECK(o.status == alone.status);
    CHECK(is_finite(o.at_end.loss));
    CHECK(near(o.at_end.loss, alone.at_end.loss));
    CHECK(near(o.student.system.c[0], alone.student.system.c[0]));
  }
}

TEST_CASE("students whose data differ by more than a Gram matrix holds are stepped beside those that leap") {
  using study = teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>,
                                inject<training_set<5, gaussian<everywhere>>, unit<at<-2>>>, squared_error,
                                plain_descent, given_start>;
  study like{.teacher = {.values = {{0.5}, {1}, {1}}},
             .start = {.a = {0.2, 0.1, 0.4}, .b = {0.3, 0.2, 0.5}, .c = {0.25, 0.4, 0.5}}};
  like.data.set.sequences.count = 2;
  like.training.rate = 0.02;
  jobs<study> all;
  for (std::size_t i = 0; i < 41; ++i) {
    all.push_back({i, like, static_cast<std::uint32_t>(i)});
    all.back().study.data.special.amplitude = std::array{1.0, 1e-6, 0.3, 1e-9, 1e-3}[i % 5];
    all.back().study.training.stop.get<step_limit>().steps = std::array{300.0, 41.0, 700.0, 5.0}[i % 4];
    if (i % 7 == 3) all.back().study.training.rate = 50;  // ends where its loss was last finite
  }
  std::size_t stepped = 0;
  for (const auto& job : all) stepped += bind<double>(job.study, job.seed).objective.gram_suffices() ? 0 : 1;
  CHECK(stepped >= 16);
  CHECK(stepped < 41);
  check_leaps<pack<double>>(all);
  check_leaps<pack<float>>(all);

  // Steps and leaps in one training: the gradient is that of θ after either.
  const std::vector<study> eight = {all[0].study, all[1].study, all[2].study, all[3].study};
  const std::vector<std::uint32_t> seeds = {1, 2, 3, 4};
  auto bound = bind_lanes<pack<double>, study>(eight, seeds);
  auto training = bound.training();
  int more = 3;
  training.advance_to_an_end([&] { return --more <= 0; });
  training.step();
  for (std::size_t lane = 0; lane < lanes_of<pack<double>>; ++lane) {
    const auto& single = bound.single(lane);
    auto alone = single.training();
    const double steps = scalar_traits<pack<double>>::get(training.now().steps, lane);
    while (alone.running() && alone.now().steps < steps) alone.step();
    CHECK(alone.now().steps == steps);
    for (std::size_t j = 0; j < alone.theta().size(); ++j)
      CHECK(near(scalar_traits<pack<double>>::get(training.theta()[j], lane), alone.theta()[j]));
  }
}
