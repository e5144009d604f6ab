// SPDX-License-Identifier: BSD-3-Clause
// Defences compose with a study, and their null members leave its bits; clip and floor hold after every step, in lanes as in
// single runs.
#include <lssm/defence.hpp>

#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>

using namespace lssm;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
using clip_and_floor = constraints<bounded_state_matrix, floored_input_output>;

template <class Constraint, class Start, class Filter>
using study_of =
    teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>,
                    inject<training_set<6, gaussian<leading<2>>>, gaussian<at<-2>>>, squared_error,
                    descent<adaptive_rate<>, Constraint, first_of<target_loss, step_limit>>, Start,
                    numpy_stream, known_forms, Filter>;

template <class Constraint = unconstrained, class Start = near_zero, class Filter = unfiltered>
auto make(const Constraint& constraint = {}, const Start& start = {}, const Filter& filter = {}) {
  study_of<Constraint, Start, Filter> s{};
  s.teacher = {.values = {{1}, {1}, {1}}};
  s.data.set.sequences.count = 8;
  s.data.special.count = 10;
  s.training.rate = 0.01;
  s.training.constraint = constraint;
  s.training.stop = {target_loss{1e-3}, step_limit{3000}};
  s.start = start;
  s.filter = filter;
  return s;
}
void check_same(const auto& x, const auto& y) {
  CHECK(x.at_end.steps == y.at_end.steps);
  CHECK(x.at_end.loss == y.at_end.loss);
  CHECK(x.student.system.a == y.student.system.a);
  CHECK(x.student.system.b == y.student.system.b);
  CHECK(x.student.system.c == y.student.system.c);
}

}  // namespace

TEST_CASE("null members of every defence leave the bits of a training") {
  const auto plain = run<double>(make(), 7);
  check_same(plain, run<double>(make(constraints<>{}), 7));
  check_same(plain, run<double>(make(constraints<unconstrained>{}), 7));
  check_same(plain, run<double>(make(clip_and_floor{{{.bound = 1e300}, {.floor = -inf}}}), 7));
  check_same(plain, run<double>(make(unconstrained{}, leading_mode<near_zero>{{}, 1, 1}), 7));
  check_same(plain, run<double>(make(unconstrained{}, near_zero{}, drop_above<lag_energy>{{}, inf}), 7));
  check_same(plain, run<double>(make(constraints<>{}, leading_mode<near_zero>{{}, 1, 1},
                                     drop_above<excitation_ratio>{{}, inf}),
                                7));
}

TEST_CASE_TEMPLATE("one constraint alone is that constraint, two hold at once", T, float, double,
                   long double) {
  check_same(run<T>(make(bounded_state_matrix{.bound = 0.6}), 3),
             run<T>(make(constraints<bounded_state_matrix>{{{.bound = 0.6}}}), 3));
  const auto end = run<T>(make(clip_and_floor{{{.bound = 0.6}, {.floor = 0.05}}}), 3);
  bool met = false;
  for (const T& a : end.student.system.a) {
    CHECK(abs_of(a) <= T(0.6));
    met = met || a == T(0.6);
  }
  CHECK(met);
  for (const auto* v : {&end.student.system.b, &end.student.system.c})
    CHECK(std::all_of(v->begin(), v->end(), [](const T& x) { return x >= T(0.05); }));
}

TEST_CASE("lanes with numbers of their own are single runs") {
  using P = pack<double>;
  using study = decltype(make(clip_and_floor{}));
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  for (std::size_t i = 0; i < lanes_of<P>; ++i) {
    const double by = 0.1 * static_cast<double>(i);
    studies.push_back(make(clip_and_floor{{{.bound = 0.5 + by}, {.floor = 0.01 * by}}}));
    seeds.push_back(static_cast<std::uint32_t>(i));
  }
  auto lanes = bind_lanes<P, study>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  auto training = lanes.training();
  while (training.running()) training.step();
  for (std::size_t i = 0; i < lanes_of<P>; ++i)
    check_same(read_lane(training, lanes.single(i), i), run<double>(studies[i], seeds[i]));
}

TEST_CASE("a leading mode is the start with its first mode enlarged") {
  const auto plain = bind<double>(make(), 5);
  const auto led = bind<double>(make(unconstrained{}, leading_mode<near_zero>{}), 5);
  REQUIRE(plain.theta.size() == 12);
  for (std::size_t i = 0; i < 12; ++i)
    CHECK(led.theta[i] == plain.theta[i] * (i == 0 ? 5 : i % 4 == 0 ? 3 : 1));
  CHECK(led.data.x == plain.data.x);
}

TEST_CASE("a start of few modes trains as a student of that order alone") {
  using few = first_modes<near_zero>;
  check_same(run<double>(make(), 7), run<double>(make(unconstrained{}, few{}), 7));
  check_same(run<double>(make(), 7), run<double>(make(unconstrained{}, few{{}, 4}), 7));
  for (integer modes = 1; modes <= 3; ++modes) {
    const auto end = run<double>(make(bounded_state_matrix{.bound = 0.9}, few{{}, modes}), 7);
    const auto& s = end.student.system;
    for (std::size_t j = 0; j < 4; ++j) {
      const bool kept = static_cast<integer>(j) < modes;
      CHECK((s.b[j] != 0) == kept);
      CHECK((s.c[j] != 0) == kept);
    }
  }
  CHECK_THROWS_AS(run<double>(make(unconstrained{}, few{{}, 0}), 1), bad_argument);
}

TEST_CASE_TEMPLATE("shrinking multiplies B and C once a step, and nothing else", T, float, double) {
  using shrunk = constraints<shrunk_input_output>;
  auto still = make(shrunk{{{.factor = 0.75}}});
  still.training.rate = 1e-30;  // nothing else moves
  still.training.stop = {target_loss{0}, step_limit{5}};
  auto start = still;
  start.training.stop.template get<step_limit>().steps = 0;
  const auto before = run<T>(start, 2), after = run<T>(still, 2);
  T factor = 1;
  for (int i = 0; i < 5; ++i) factor *= T(0.75);
  CHECK(after.student.system.a == before.student.system.a);
  for (std::size_t j = 0; j < 4; ++j) {
    CHECK(after.student.system.b[j] == doctest::Approx(before.student.system.b[j] * factor));
    CHECK(after.student.system.c[j] == doctest::Approx(before.student.system.c[j] * factor));
  }
  check_same(run<T>(make(), 7), run<T>(make(shrunk{}), 7));
  CHECK_THROWS_AS(run<T>(make(shrunk{{{.factor = 1.5}}}), 1), bad_argument);
}

TEST_CASE("a cap of energy drops the largest until every lag is below it") {
  numpy_legacy draws(3);
  labelled<double> data = bind<double>(make(), 4).data;
  for (double& x : data.x) x = draws.normal();
  const auto at_lag = [&](const std::vector<integer>& places, integer lag) {
    double sum = 0;
    for (const integer n : places) {
      const double x = data.x[static_cast<std::size_t>(n * 6 + 5 - lag)];
      sum += x * x;
    }
    return sum;
  };
  const std::size_t all = static_cast<std::size_t>(data.sequences());
  std::size_t before = 0;
  for (const double most : {0., 0.5, 2., 5., 1e9}) {
    const auto left = energy_cap{.first = 1, .last = 3, .most = most}.keep(data);
    for (integer lag = 1; lag <= 3; ++lag) CHECK(at_lag(left, lag) <= most);
    CHECK(left.size() >= before);
    before = left.size();
  }
  CHECK(before == all);
  CHECK(energy_cap{}.keep(data).size() == all);
  // One sequence less takes the largest of the lag: nobody who stays has more there.
  std::vector<integer> places(all);
  for (std::size_t n = 0; n < all; ++n) places[n] = static_cast<integer>(n);
  const auto left = energy_cap{.first = 2, .last = 2, .most = at_lag(places, 2) * (1 - 1e-9)}.keep(data);
  REQUIRE(left.size() == all - 1);
  double gone = at_lag(places, 2) - at_lag(left, 2);
  for (const integer n : left) CHECK(at_lag({n}, 2) <= gone * (1 + 1e-9));
  data.x[8] = std::nan("");  // not a number is above every cap
  CHECK(energy_cap{.first = 0, .last = 5, .most = 1e9}.keep(data).size() == all - 1);
}

TEST_CASE("filters compose: places are those of the whole set, and null members take nothing") {
  const auto data = bind<double>(make(), 4).data;  // 8 sequences, then 10 special ones at lag 1
  using both = filters<drop_above<lag_energy>, energy_cap>;
  const energy_cap cap{.first = 4, .last = 5, .most = 2};
  const drop_above<lag_energy> drop{{.first = 0, .last = 3}, 0};
  CHECK(both{{{{}, inf}, {}}}.keep(data).size() == 18);
  CHECK(filters<>{}.keep(data).size() == 18);
  CHECK(both{{{{}, inf}, cap}}.keep(data) == cap.keep(data));
  CHECK(both{{drop, {}}}.keep(data) == drop.keep(data));
  const auto left = both{{drop, cap}}.keep(data);
  CHECK(left.size() < 8);
  CHECK(left == filters<energy_cap, drop_above<lag_energy>>{{cap, drop}}.keep(data));
  CHECK(both{{drop_above<lag_energy>{{}, -1}, cap}}.keep(data).empty());
  check_same(run<double>(make(), 7), run<double>(make(unconstrained{}, near_zero{}, filters<>{}), 7));
  CHECK_THROWS_AS(run<double>(make(unconstrained{}, near_zero{}, energy_cap{.most = -1}), 1), bad_argument);
  const labelled<double> nobody{.x = {}, .y = {}, .kappa = 6, .channels = 1, .h_star = {}};
  CHECK(energy_cap{.first = 0, .last = 5, .most = 0}.keep(nobody).empty());
  for (const labelled<double>& of : {data, nobody}) {
    CHECK_THROWS_WITH_AS((energy_cap{.first = 3, .last = 0, .most = 0}.keep(of)),
                         "energy_cap: last must be at least first, 3, given 0", bad_argument);
    CHECK_THROWS_WITH_AS((energy_cap{.first = -5, .last = 0}.keep(of)),
                         doctest::Contains("energy_cap: first"), bad_argument);
    CHECK_THROWS_WITH_AS((energy_cap{.first = 0, .last = 6}.keep(of)),
                         "energy_cap: the lag must be from 0 to 5, given 6", bad_argument);
  }
}

TEST_CASE("filters by score take the special sequences, and no others, of a study") {
  const auto s = make(unconstrained{}, near_zero{}, drop_above<lag_energy>{{.first = 0, .last = 3}, 0});
  auto clean = make();
  clean.data.special.count = 0;
  CHECK(bind<double>(s, 4).data.x == bind<double>(clean, 4).data.x);
  CHECK_THROWS_AS(run<double>(make(unconstrained{}, near_zero{}, drop_above<lag_energy>{{}, -1}), 4),
                  bad_argument);
}

TEST_CASE("numbers that defend nothing are refused") {
  CHECK_THROWS_WITH_AS(run<double>(make(clip_and_floor{{{}, {.floor = inf}}}), 1),
                       "floored_input_output: floor must be a number below infinity, given inf",
                       bad_argument);
  CHECK_THROWS_AS(run<double>(make(clip_and_floor{{{.bound = 0}, {}}}), 1), bad_argument);
  CHECK_THROWS_AS(run<double>(make(unconstrained{}, leading_mode<near_zero>{{}, inf, 1}), 1), bad_argument);
}
