// SPDX-License-Identifier: BSD-3-Clause
// Seeds and sizes at the public door: nothing is cut, truncated or wrapped, and nothing is allocated before sizes are checked.
#include <doctest/doctest.h>
#include <array>
#include <functional>

#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

using namespace lssm;

namespace {

using study =
    teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>, training_set<5, gaussian<everywhere>>,
                    squared_error, descent<gradient_descent, unconstrained, first_of<step_limit>>, near_zero>;
study ours() {
  study s{.teacher = {.values = {{0.9}, {1}, {1}}}};
  s.data.sequences.count = 4;
  s.training.stop.get<step_limit>().steps = 5;
  return s;
}

using of_any_size = teacher_student<ssm<real_diagonal<>>, theorem1_teacher<2>,
                                    inject<training_set<dynamic, gaussian<everywhere>>, unit<at<>>>,
                                    squared_error, descent<>, near_zero>;
of_any_size small() {
  of_any_size s;
  s.student.structure.states = 2;
  s.data.set.length = 5;
  s.data.set.sequences.count = 3;
  s.data.special.support.position = -1;
  return s;
}

// A fraction, as a sweep's axis has them, is neither a horizon nor a count nor a number of steps.
template <class N>
concept Counts = requires(const outcome<double, study> o, bound_study<double, study> b, numpy_legacy stream,
                          N n) {
  o.generalization(n);
  o.student.impulse_response(n);
  b.training().advance(n);
  every(n, silent{});
  linear_values(0.0, 1.0, n);
  consecutive_seeds(n, 2);
  test_set<double>(o.teacher, n, n, stream);
};
template <class N>
concept CountsSomewhere = requires(const outcome<double, study> o, N n) {
  o.generalization(n);
}
|| requires(const outcome<double, study> o, N n) { o.student.impulse_response(n); }
|| requires(N n) { every(n, silent{}); }
|| requires(N n) { linear_values(0.0, 1.0, n); }
|| requires(N n) { consecutive_seeds(n, 2); }
|| requires(N n) { consecutive_seeds(1, n); }
|| requires(const outcome<double, study> o, numpy_legacy stream, N n) {
  test_set<double>(o.teacher, n, 3, stream);
}
|| requires(const outcome<double, study> o, numpy_legacy stream, N n) {
  test_set<double>(o.teacher, 3, n, stream);
};
static_assert(Counts<int> && Counts<std::size_t> && Counts<short> && Counts<std::uint32_t>);
static_assert(!CountsSomewhere<double> && !CountsSomewhere<float> && !CountsSomewhere<bool> &&
              !CountsSomewhere<char>);

const integer one_round = integer{1} << 32;
const integer mistyped[] = {integer{1} << 33, integer{1} << 40, integer{1} << 62,
                            std::numeric_limits<integer>::max()};

template <class Change>
void refused_before_any_work(const char* by, Change change) {
  auto s = small();
  change(s);
  CAPTURE(by);
  CHECK_THROWS_WITH_AS(bind<double>(s, 1), doctest::Contains(by), bad_argument);
}

}  // namespace

TEST_CASE("a seed has the same run in every type of integers") {
  const auto loss = [](auto seed) { return run<double>(ours(), seed).at_end.loss; };
  const double expected = loss(std::uint32_t{7});
  CHECK(loss(7) == expected);
  CHECK(loss(7L) == expected);
  CHECK(loss(std::uint64_t{7}) == expected);
  CHECK(loss(static_cast<unsigned char>(7)) == expected);
  CHECK(loss(0xFFFF'FFFFU) == loss(one_round - 1));
  CHECK(loss(8) != expected);
}

TEST_CASE("a seed that is none is refused by name") {
  CHECK_THROWS_WITH_AS(run<double>(ours(), -1), "run: seed must be from 0 to 4294967295, given -1",
                       bad_argument);
  CHECK_THROWS_WITH_AS(run<float>(ours(), 7 + one_round),
                       "run: seed must be from 0 to 4294967295, given 4294967303", bad_argument);
  CHECK_THROWS_WITH_AS(run<double>(ours(), -1, silent{}), "run: seed must be from 0 to 4294967295, given -1",
                       bad_argument);
  CHECK_THROWS_WITH_AS(bind<double>(ours(), -one_round),
                       "bind: seed must be from 0 to 4294967295, given -4294967296", bad_argument);
  CHECK_THROWS_AS(run<double>(ours(), ~std::uint64_t{0}), bad_argument);
}

TEST_CASE("lanes take their seeds as before") {
  using P = pack<double>;
  const auto s = ours();
  const std::array<std::uint32_t, 2> seeds{7, 9};
  const auto all = run<P>(std::span<const study>(&s, 1), std::span<const std::uint32_t>(seeds));
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane)
    CHECK(all[lane].at_end.loss ==
          doctest::Approx(run<double>(s, seeds[lane % 2]).at_end.loss).epsilon(1e-12));
}

TEST_CASE("bind is this library's, also beside std::bind and for studies that are no constants") {
  using namespace std;
  auto s = ours();
  const auto constant = ours();
  static_assert(same_as<decltype(bind<double>(s, 3)), bound_study<double, study>>);
  static_assert(same_as<decltype(bind<double>(constant, 3)), bound_study<double, study>>);
  static_assert(same_as<decltype(bind<double>(ours(), 3)), bound_study<double, study>>);
  static_assert(same_as<decltype(bind<double>(std::move(s), 3U)), bound_study<double, study>>);
  static_assert(same_as<decltype(bind<double, study>(s, 3)), bound_study<double, study>>);
  numpy_legacy data(3), weights(4);
  static_assert(same_as<decltype(bind<double>(s, data, weights)), bound_study<double, study>>);
  static_assert(same_as<decltype(bind<double>(ours(), data, weights)), bound_study<double, study>>);
  CHECK(bind<double>(s, 3).theta == lssm::bind<double>(constant, 3).theta);
  CHECK(std::bind<double>([](double x) { return x; }, 3.0)() == 3.0);
}

TEST_CASE("sizes beyond any array are refused by name, before anything is allocated") {
  for (const integer n : mistyped) {
    CAPTURE(n);
    refused_before_any_work("training_set: count", [&](auto& s) { s.data.set.sequences.count = n; });
    refused_before_any_work("inject: count", [&](auto& s) { s.data.special.count = n; });
    refused_before_any_work("training_set: length", [&](auto& s) { s.data.set.length = n; });
    refused_before_any_work("real_diagonal: states", [&](auto& s) { s.student.structure.states = n; });
    // Negative, they are refused as ever.
    refused_before_any_work("gaussian: count", [&](auto& s) { s.data.set.sequences.count = -n; });
    refused_before_any_work("unit: count", [&](auto& s) { s.data.special.count = -n; });
    refused_before_any_work("training_set: length", [&](auto& s) { s.data.set.length = -n; });
    refused_before_any_work("real_diagonal: states", [&](auto& s) { s.student.structure.states = -n; });
  }
  // Each is possible, together they are not.
  refused_before_any_work("training_set: count x length", [](auto& s) {
    s.data.set.sequences.count = integer{1} << 20;
    s.data.set.length = integer{1} << 20;
  });
  refused_before_any_work("inject: count x length", [](auto& s) {
    s.data.set.sequences.count = integer{1} << 28;
    s.data.special.count = integer{1} << 28;
  });
  using list = training_set<dynamic, listed<everywhere>>;
  CHECK_THROWS_AS((list{.length = integer{1} << 62, .sequences = {.count = 4}}.validate()), bad_argument);
  CHECK_THROWS_AS((list{.length = 8, .sequences = {.count = integer{1} << 61}}.validate()), bad_argument);
}

TEST_CASE("lengths that a call asks for are refused likewise") {
  const auto end = run<double>(ours(), 7);
  for (const integer n : mistyped) {
    CHECK_THROWS_WITH_AS(
        end.generalization(n),
        doctest::Contains("generalization_error: horizon x channels must be at most 2147483648"),
        bad_argument);
    CHECK_THROWS_WITH_AS(end.generalization(-n), doctest::Contains("generalization_error: horizon"),
                         bad_argument);
    CHECK_THROWS_WITH_AS(end.student.impulse_response(n), doctest::Contains("impulse_response: length"),
                         bad_argument);
    numpy_legacy stream(1);
    CHECK_THROWS_WITH_AS(test_set<double>(end.teacher, n, 4, stream),
                         doctest::Contains("test_set: sequences"), bad_argument);
    CHECK_THROWS_WITH_AS(test_set<double>(end.teacher, 4, n, stream),
                         doctest::Contains("test_set: sequences"), bad_argument);
    CHECK_THROWS_WITH_AS(test_set<double>(end.teacher, -n, 4, stream),
                         doctest::Contains("test_set: sequences"), bad_argument);
    CHECK_THROWS_AS(dense<>{n}.validate(), bad_argument);
    auto seen = trajectory_of<double>(sample_steps{.period = 1}, record::generalization{end.teacher, n});
    CHECK_THROWS_WITH_AS(run<double>(ours(), 7, seen), doctest::Contains("generalization_error: horizon"),
                         bad_argument);
  }
  CHECK_THROWS_AS(dense<>{integer{1} << 20}.bind(extent<>{integer{1} << 20}), bad_argument);
  // 2^32 more of what is possible is not the same.
  CHECK_THROWS_AS(end.generalization(20 + one_round), bad_argument);
  CHECK(end.generalization(20U) == end.generalization(20));
}
