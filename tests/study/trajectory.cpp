// SPDX-License-Identifier: BSD-3-Clause
// Watching never changes a result, and what is written down is what was there.
#include <lssm/io.hpp>

#include "published.hpp"

using namespace published;

namespace {

/// A quantity of one's own: Σ a_j.
struct trace {
  static constexpr std::string_view name = "trace";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) {
    for (const auto& a : p.system.a) out[0] = out[0] + a;
  }
};

template <class T>
auto everything(const truth& t, const sample_times& when) {
  return trajectory_of<T>(when, record::time{}, record::loss{},
                          record::generalization{make(t).teacher.bind<T>(), 20}, record::effective_rank{},
                          record::eigenvalues{}, record::gamma{}, trace{});
}

}  // namespace

TEST_CASE_TEMPLATE("a watched run ends with the bits of the unwatched one", T, double, long double) {
  for (const truth& t : {runs()[0], runs()[1], runs()[8], runs()[9], others()[5]}) {
    CAPTURE(name(t));
    auto seen = everything<T>(t, {.per_decade = 40, .every = 3});
    const auto alone = run<T>(make(t), t.seed), watched = run<T>(make(t), t.seed, seen);
    CHECK(equal_parts(alone.student.system, watched.student.system));
    CHECK(alone.cotangent == watched.cotangent);
    CHECK(alone.at_end.loss == watched.at_end.loss);
    CHECK(alone.at_end.time == watched.at_end.time);
    CHECK(alone.at_end.steps == watched.at_end.steps);
    CHECK(alone.at_end.rejected == watched.at_end.rejected);
  }
}

TEST_CASE("samples: the start, equal ratios of time, every so many steps, and the end") {
  const truth& t = runs()[1];
  auto seen = trajectory_of<double>({.first = 0.01, .per_decade = 4, .every = 100}, record::time{}, trace{});
  const auto end = run<double>(make(t), t.seed, seen);
  const auto time = seen.values("time");
  CHECK(time(0, 0) == 0);
  CHECK(time(seen.samples() - 1, 0) == end.at_end.time);
  integer ratios = 0;
  for (std::size_t i = 1; i < seen.samples(); ++i) {
    CHECK(time(i, 0) > time(i - 1, 0));
    if (time(i, 0) == 0.01 * std::pow(10.0, static_cast<double>(ratios) / 4)) ++ratios;
  }
  CHECK(ratios == static_cast<integer>(std::floor(4 * std::log10(end.at_end.time / 0.01))) + 1);
  const auto steps = static_cast<std::size_t>(end.at_end.steps);
  CHECK(seen.samples() == static_cast<std::size_t>(ratios) + steps / 100 + (steps % 100 == 0 ? 1 : 2));

  auto ends = trajectory_of<double>({.per_decade = 0}, record::time{});
  run<double>(make(t), t.seed, ends);
  CHECK(ends.samples() == 2);
}

TEST_CASE("the last sample is the outcome, the first the start") {
  for (const truth& t : {runs()[0], runs()[1]}) {
    auto seen = everything<double>(t, {});
    const auto end = run<double>(make(t), t.seed, seen);
    const std::size_t last = seen.samples() - 1;
    CHECK(seen.values("loss")(last, 0) == end.at_end.loss);
    CHECK(seen.values("generalization_error")(last, 0) == end.generalization(20));
    CHECK(seen.values("effective_rank")(last, 0) == end.effective_rank());
    const auto modes = seen.values("eigenvalue"), gamma = seen.values("gamma");
    CHECK(modes.shape(1) == 10);
    CHECK(gamma.shape(1) == 6);
    const auto start = bind<double>(make(t), t.seed);
    for (std::size_t j = 0; j < 10; ++j) {
      CHECK(modes(last, j) == std::abs(end.student.system.a[j]));
      CHECK(modes(0, j) == doctest::Approx(start.theta[j]).epsilon(1e-14));  // the flow's chart holds gaps
    }
    for (std::size_t l = 0; l < 6; ++l) CHECK(gamma(last, l) == end.gamma()[l]);
  }
}

TEST_CASE(
    "between the steps the flow's own law holds: a_i^-4 - a_j^-4 is constant without the special sequence") {
  // One residual: all modes see the same change of time (κ - 3 = 4).
  const truth& t = runs()[0];
  auto seen = everything<double>(t, {.per_decade = 50});
  run<double>(make(t), t.seed, seen);
  const auto a = seen.values("eigenvalue");
  double worst = 0;
  const auto law = [&](std::size_t i) { return std::pow(a(i, 2), -4) - std::pow(a(i, 5), -4); };
  for (std::size_t i = 1; i < seen.samples(); ++i) worst = std::max(worst, std::abs(law(i) / law(0) - 1));
  CHECK(worst < 1e-8);
}

TEST_CASE("dense output agrees with a run that ends there") {
  using flow = gradient_flow<rosenbrock, automatic, first_of<time_horizon, step_limit>>;
  const truth& t = runs()[1];
  auto seen = trajectory_of<double>({.first = 1, .per_decade = 1}, record::time{}, record::eigenvalues{});
  run<double>(make(t), t.seed, seen);
  study<dynamic, dynamic, flow> there;
  const auto usual = make(t);
  there.student = usual.student, there.teacher = usual.teacher, there.data = usual.data,
  there.start = usual.start;
  for (const double time : {1.0, 10.0, 100.0, 1000.0}) {
    there.training.stop.get<time_horizon>().time = time;
    const auto end = run<double>(there, t.seed);
    CHECK(end.status == status::horizon);
    CHECK(end.at_end.time == time);
    std::size_t i = 0;
    while (seen.values("time")(i, 0) != time) ++i;
    for (std::size_t j = 0; j < 10; ++j)
      CHECK(seen.values("eigenvalue")(i, j) ==
            doctest::Approx(std::abs(end.student.system.a[j])).epsilon(1e-8));
  }
}

TEST_CASE("one's own loop may watch, cancel, and start anew") {
  const truth& t = runs()[1];
  auto seen = trajectory_of<double>({}, record::time{}, record::loss{});
  const auto cancel = [](auto& run) { return run.now().time < 10; };
  auto both = observers(seen, cancel);
  const auto end = run<double>(make(t), t.seed, both);
  CHECK(end.status == status::cancelled);
  CHECK(end.at_end.time >= 10);
  const std::size_t samples = seen.samples();

  auto bound = bind<double>(make(t), t.seed);
  auto training = bound.training();
  seen(training);
  CHECK(seen.samples() == 1);
  while (training.running() && training.now().time < 10) {
    training.step();
    seen(training);
  }
  CHECK(seen.samples() == samples);
  CHECK(training.now().time == end.at_end.time);
}

TEST_CASE("columns, tables and files hold the same numbers") {
  const truth& t = runs()[1];
  auto seen = everything<double>(t, {.per_decade = 3});
  run<double>(make(t), t.seed, seen);
  const auto names = seen.columns();
  CHECK(names.size() == 4 + 10 + 6 + 1);
  CHECK(names[4] == "eigenvalue_0");
  CHECK(names[19] == "gamma_5");
  CHECK(names[20] == "trace");
  const auto table = seen.table();
  CHECK(table.shape(0) == seen.samples());
  CHECK(table.shape(1) == names.size());

  const auto csv = csv_table::parse(to_csv(seen).text(), "text");
  CHECK(csv.columns() == names);
  for (std::size_t j = 0; j < names.size(); ++j) {
    const auto column = csv.column<double>(names[j]);
    CHECK(column.size() == seen.samples());
    for (std::size_t i = 0; i < column.size(); ++i) CHECK(column[i] == table(i, j));
  }

  const npz_file npz(to_npz(seen).bytes(), "bytes");
  CHECK(npz.names() == seen.names());
  CHECK(npz.read<double, 2>("eigenvalue") == seen.values("eigenvalue"));
  CHECK(npz.read<double, 1>("trace").size() == seen.samples());
}

TEST_CASE("wide scalars keep all their digits in files") {
  const truth& t = others()[5];
  auto seen = trajectory_of<quad>({.per_decade = 0}, record::time{}, record::eigenvalues{});
  run<quad>(make(t, 1e-8), t.seed, seen);
  const auto csv = to_csv(seen);
  const auto read = csv_table::parse(csv.text(), "text").column<quad>("eigenvalue_1");
  CHECK(read[1] == seen.values("eigenvalue")(1, 1));
  const npz_file npz(to_npz(seen).bytes(), "bytes");
  CHECK(npz.shape("eigenvalue.hi") == std::vector<std::size_t>{2, 3});
  CHECK(npz.read<double, 2>("eigenvalue.hi")(1, 1) == static_cast<double>(read[1]));
}

TEST_CASE("times are found from the first one on, however many decades lie between") {
  for (const double first : {1e-320, 1e-300, 1e-3, 1e300})
    for (const double per_decade : {0.5, 25.0}) {
      const sample_times when{.first = first, .per_decade = per_decade};
      for (const double time : {1e-300, 1e-4, 1e9, 1e307}) {
        CAPTURE(first);
        CAPTURE(time);
        integer next = when.shortly_before(time);
        REQUIRE(next >= 0);
        CHECK((next == 0 || when.time(next) <= time));
        for (int k = 0; k < 8 && when.time(next) <= time; ++k) ++next;
        CHECK(when.time(next) > time);
      }
    }
  const sample_times far{.first = 1e-300, .per_decade = 1};
  CHECK(far.time(400) == doctest::Approx(1e100).epsilon(1e-12));
}

TEST_CASE("what cannot be sampled is refused by name") {
  const auto with = [](sample_times when) { trajectory_of<double>(when, record::time{}); };
  CHECK_THROWS_WITH_AS(with({.first = 0}), "sample_times: first must be finite and positive, given 0",
                       bad_argument);
  CHECK_THROWS_AS(with({.first = HUGE_VAL}), bad_argument);
  CHECK_THROWS_AS(with({.per_decade = -1}), bad_argument);
  CHECK_THROWS_WITH_AS(with({.every = -2}), "sample_times: every must be at least 0, given -2", bad_argument);
  auto seen = trajectory_of<double>({}, record::time{});
  CHECK(seen.samples() == 0);
  CHECK_THROWS_WITH_AS(seen.values("loss"),
                       "trajectory::values: name must be one of its quantities, given loss", bad_argument);
}
