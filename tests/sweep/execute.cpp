// SPDX-License-Identifier: BSD-3-Clause
// Sweeps executed in every way: the same bytes, however they are executed and however often they were interrupted.
#include <doctest/doctest.h>

#include <lssm/sweep/in_lanes.hpp>
#include <mutex>
#include <thread>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

#include "../io/scratch.hpp"
#include "../train/small_descent.hpp"
#include "small_sweep.hpp"

using namespace lssm;

namespace {

/// Calls f with every executor of one process.
template <class F>
void with_executors(F f) {
  f(serial{});
  f(in_lanes{});
#ifdef LSSM_HAS_TBB
  f(on_threads<>{.count = 1});
  f(on_threads<>{.count = 2});
  f(on_threads<>{.count = 5});
  f(on_threads<>{});
  f(on_threads<serial>{.count = 3});
#endif
}

/// One's own: two plain threads, one in lanes and one that takes single runs.
struct a_mixed_pair {
  template <class Job>
  void operator()(Job& job) const {
    std::thread one([&] { in_lanes{}(job); });
    serial{}(job);
    one.join();
  }
};

template <class T>
std::string text_of(const auto& sweep, const auto& executor, const std::string& directory = {}) {
  return execute<T>(sweep, executor, {.directory = directory}).text();
}

struct fails_later : small_sweep::of_many_sizes {
  void read(const auto& outcome, sweep_row& row) const {
    if (outcome.student.system.a.size() == 7) throw std::runtime_error("seven");
    small_sweep::of_many_sizes::read(outcome, row);
  }
};

/// Stops after so many runs, as Ctrl-C does.
struct stops_after {
  std::atomic<bool> flag = false;
  sweep_options options(const std::string& directory, std::size_t runs) {
    return {directory, [this, runs](const sweep_progress& p) { flag = flag || p.done - p.found >= runs; },
            &flag};
  }
};

}  // namespace

TEST_CASE("each run of a sweep has the bits of its single run, in the order of indices") {
  const auto sweep = small_sweep::make();
  const sweep_result all = execute<double>(sweep);
  REQUIRE(all.complete());
  const csv_table table = all.table();
  REQUIRE(table.rows() == 6 * 2 * 3);
  CHECK(table.columns() ==
        std::vector<std::string>{"amplitude", "position", "seed", "status", "steps", "loss", "error"});
  const auto error = table.column<double>("error"), loss = table.column<double>("loss"),
             amplitude = table.column<double>("amplitude"), position = table.column<double>("position");
  const auto seed = table.column<std::uint32_t>("seed");
  std::size_t row = 0;
  for (const double a : logarithmic_values(0.1, 10, 6))
    for (const double p : {-2.0, -4.0})
      for (const std::uint32_t s : {3U, 4U, 9U}) {
        CAPTURE(row);
        CHECK(amplitude[row] == a);
        CHECK(position[row] == p);
        CHECK(seed[row] == s);
        const auto single = small_descent::run_as_lanes<double>(small_sweep::study_with<5>(a, p), s);
        CHECK(loss[row] == single.at_end.loss);
        CHECK(error[row] == single.generalization(20));
        CHECK(table.cell(row, "status") == to_string(single.status));
        ++row;
      }
}

TEST_CASE_TEMPLATE("every executor gives the same bytes", T, float, double) {
  const auto sweep = small_sweep::make();
  const std::string text = execute<T>(sweep).text();
  const auto sizes = small_sweep::make_of_many_sizes();
  const std::string text_of_sizes = execute<T>(sizes).text();
  const auto plain = small_sweep::make_of_plain_descent();
  const std::string text_of_plain = execute<T>(plain).text();
  with_executors([&](const auto& executor) {
    const scratch dir;
    const std::string here = text_of<T>(sweep, executor), there = text_of<T>(sweep, executor, dir / "out"),
                      sizes_here = text_of<T>(sizes, executor), plain_here = text_of<T>(plain, executor);
    CHECK(plain_here == text_of_plain);
    CHECK(here == text);
    CHECK(sizes_here == text_of_sizes);
    CHECK(there == text);
    CHECK(read_file(dir / "out/runs.csv") == text);
  });
  const std::string mixed = text_of<T>(sweep, a_mixed_pair{});
  CHECK(mixed == text);
}

TEST_CASE("stopped again and again, a sweep goes on and ends with the same bytes") {
  const auto sweep = small_sweep::make();
  const std::string text = execute<float>(sweep).text();
  with_executors([&](const auto& executor) {
    const scratch dir;
    std::size_t known = 0;
    for (int rounds = 0; known < 36; ++rounds) {
      REQUIRE(rounds < 100);
      CHECK(!std::filesystem::exists(dir / "runs.csv"));
      stops_after stop;
      const sweep_result all = execute<float>(sweep, executor, stop.options(dir.path(), 5));
      CHECK(all.found == known);
      CHECK(all.done >= std::min<std::size_t>(known + 5, 36));
      known = all.done;
      CHECK(all.complete() == (known == 36));
      if (all.complete()) CHECK(all.text() == text);
    }
    CHECK(read_file(dir / "runs.csv") == text);
  });
}

TEST_CASE("a finished sweep is found and left as it is, also by another executor") {
  const auto sweep = small_sweep::make();
  const scratch dir;
  const auto first = execute<float>(sweep, in_lanes{}, {.directory = dir.path()});
  const auto log = read_file(dir / "runs.0.log");
  const auto written = std::filesystem::last_write_time(dir / "runs.csv");
  with_executors([&](const auto& executor) {
    const auto again = execute<float>(sweep, executor, {.directory = dir.path()});
    CHECK(again.found == 36);
    CHECK(again.text() == first.text());
  });
  CHECK(read_file(dir / "runs.0.log") == log);
  CHECK(std::filesystem::last_write_time(dir / "runs.csv") == written);
  CHECK(dir.files() == 2);
}

TEST_CASE("a directory that holds something else is refused and left alone") {
  const scratch dir;
  const auto refused = [&](const auto& sweep) {
    return bad_file_of([&] { execute<float>(sweep, serial{}, {.directory = dir.path()}); });
  };
  execute<float>(small_sweep::make(), serial{}, {.directory = dir.path()});
  const std::string log = read_file(dir / "runs.0.log"), table = read_file(dir / "runs.csv");
  CHECK(has(refused(small_sweep::make(7)), "is of another sweep"));
  CHECK(has(refused(small_sweep::make(6, {3, 4})), "is of another sweep"));
  auto other = small_sweep::make();
  other.label += ", of another kind";
  CHECK(has(refused(other), "is of another sweep"));
  other = small_sweep::make();
  other.results.back() = "distance";
  CHECK(has(refused(other), "is of another sweep"));
  CHECK(has(bad_file_of([&] { execute<double>(small_sweep::make(), serial{}, {.directory = dir.path()}); }),
            "is of another sweep"));
  CHECK(read_file(dir / "runs.0.log") == log);
  CHECK(read_file(dir / "runs.csv") == table);

  CHECK(has(
      bad_file_of([&] { execute<long double>(small_sweep::make(), serial{}, {.directory = dir.path()}); }),
      "scalar: 'float' there, 'long double' here"));
  other = small_sweep::make();
  other.results = {"status", "steps,loss", "error"};
  CHECK(has(refused(other), "columns: "));
  CHECK(read_file(dir / "runs.0.log") == log);

  replace_file(dir / "runs.csv", "something else\n");
  CHECK(has(refused(small_sweep::make()), "is not the table of the sweep"));
  std::filesystem::remove(dir / "runs.0.log");
  CHECK(has(refused(small_sweep::make()), "without the log of a sweep"));
  CHECK(read_file(dir / "runs.csv") == "something else\n");
}

TEST_CASE("scalars of one size, and columns with commas in their names, are different sweeps") {
  const auto header_of = [](const auto& sweep, auto scalar) {
    using T = decltype(scalar);
    facts about;
    detail::described<T>(sweep, about);
    return about;
  };
  auto one = small_sweep::make();
  auto two = one;
  one.results = {"p,q"};
  two.results = {"p", "q"};
  CHECK(has(header_of(one, 1.0).difference(header_of(two, 1.0)), R"("p","q"]' there, )"));
  CHECK(has(header_of(one, 1.0).difference(header_of(two, 1.0)), R"("p,q"]' here)"));
  one = two = small_sweep::make();
  one.label = "\xfe";
  two.label = "\xff";
  // JSON has no such bytes: what stands in a file is the same, but for the checksum of the texts.
  const facts stored = facts::parse(header_of(two, 1.0).text(), "f");
  CHECK(has(header_of(one, 1.0).difference(stored), "texts: "));
  CHECK(header_of(two, 1.0).difference(stored).empty());
  const auto same = small_sweep::make();
  CHECK(header_of(same, 1.0L).difference(header_of(same, quad(1))) ==
        "scalar: 'quad' there, 'long double' here");
  CHECK(header_of(same, 1.0).difference(header_of(same, dual<double>(1))) ==
        "scalar: 'dual<double>' there, 'double' here");
  CHECK(header_of(same, 1.0).difference(header_of(same, 1.0)).empty());
}

TEST_CASE("another kind of study under the same label is another sweep") {
  const scratch dir;
  const auto of = [](auto study_of) {
    return sweep_of("one label", grid{.axes = {{"x", {1, 2}}}, .seeds = {1}}, study_of, small_sweep::results,
                    small_sweep::read_off{});
  };
  const auto first = of([](const sweep_point&) { return small_sweep::study_with<5>(1, -2); });
  execute<float>(first, serial{}, {.directory = dir.path()});
  const auto refused = [&](const auto& sweep) {
    return bad_file_of([&] { execute<float>(sweep, serial{}, {.directory = dir.path()}); });
  };
  CHECK(has(refused(of([](const sweep_point&) { return small_sweep::study_with<4>(1, -2, 4); })), "sizes: "));
  CHECK(has(refused(of([](const sweep_point& p) {
              return small_sweep::study_with<dynamic>(1, -2, p["x"] == 2 ? 4 : 5);
            })),
            "studies: "));
  const auto with = [](auto change) {
    return [change](const sweep_point&) {
      auto s = small_sweep::study_with<5>(1, -2);
      return change(s);
    };
  };
  using small = small_sweep::poisoned_study<5>;
  CHECK(has(refused(of(with([](const small& s) {
              return teacher_student<decltype(s.student), decltype(s.teacher), decltype(s.data),
                                     absolute_error, decltype(s.training), near_zero>{
                  s.student, s.teacher, s.data, {}, s.training, s.start};
            }))),
            "loss: 'squared_error' there, 'absolute_error' here"));
  CHECK(has(refused(of(with([](const small& s) {
              using steps = descent<heavy_ball, unconstrained, first_of<target_loss, step_limit>>;
              return teacher_student<decltype(s.student), decltype(s.teacher), decltype(s.data),
                                     squared_error, steps, near_zero>{
                  s.student, s.teacher, s.data, {}, {.stop = s.training.stop}, s.start};
            }))),
            "training: "));
  // Known to the compiler or not, sizes give the same bits.
  const auto again =
      execute<float>(of([](const sweep_point&) { return small_sweep::study_with<dynamic>(1, -2, 5); }),
                     serial{}, {.directory = dir.path()});
  CHECK(again.found == 2);
}

TEST_CASE("another sweep in the directory is removed where that is asked for, and nothing else") {
  const scratch dir;
  const auto other = small_sweep::make(7);
  execute<float>(other, serial{}, {.directory = dir.path()});
  const auto sweep = small_sweep::make();
  const std::string text = execute<float>(sweep).text();
  {
    const detail::descriptor writer = detail::locked_log(dir / "runs.0.log", O_RDWR);
    CHECK(has(
        bad_file_of([&] { execute<float>(sweep, serial{}, {.directory = dir.path(), .overwrite = true}); }),
        "is being written by another process"));
  }
  CHECK(execute<float>(sweep, serial{}, {.directory = dir.path(), .overwrite = true}).text() == text);
  CHECK(read_file(dir / "runs.csv") == text);
  CHECK(execute<float>(sweep, serial{}, {.directory = dir.path(), .overwrite = true}).found == 36);
  replace_file(dir / "runs.csv", "something else\n");
  CHECK(execute<float>(sweep, serial{}, {.directory = dir.path(), .overwrite = true}).found == 36);
  CHECK(read_file(dir / "runs.csv") == text);
  std::filesystem::remove(dir / "runs.0.log");
  CHECK(execute<float>(sweep, serial{}, {.directory = dir.path(), .overwrite = true}).found == 0);
  replace_file(dir / "runs.7.log", "notes\n");  // no log at all
  CHECK(
      has(bad_file_of([&] { execute<float>(sweep, serial{}, {.directory = dir.path(), .overwrite = true}); }),
          "runs.7.log: is no log of a sweep"));
  CHECK(read_file(dir / "runs.7.log") == "notes\n");
}

TEST_CASE("temporary files of killed processes are gone once a sweep has its log") {
  const scratch dir;
  replace_file(dir / ".lssm-123-0.tmp", "half a table");
  execute<float>(small_sweep::make(), serial{}, {.directory = dir.path()});
  CHECK(dir.files() == 2);
}

TEST_CASE("progress counts every run once, from one thread at a time") {
  const auto sweep = small_sweep::make();
  with_executors([&](const auto& executor) {
    std::vector<std::size_t> seen;
    std::atomic<int> inside = 0;
    bool alone = true;
    const auto all =
        execute<float>(sweep, executor, {.directory = {}, .progress = [&](const sweep_progress& p) {
                                           alone = alone && inside++ == 0;
                                           seen.push_back(p.done);
                                           CHECK(p.runs == 36);
                                           CHECK(p.found == 0);
                                           --inside;
                                         }});
    CHECK(alone);
    REQUIRE(seen.size() == 36);
    for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == i + 1);
  });
}

TEST_CASE("what a worker throws arrives, and what was done before is kept") {
  const fails_later failing;
  const small_sweep::of_many_sizes sweep;
  const std::string text = execute<float>(sweep).text();
  with_executors([&](const auto& executor) {
    const scratch dir;
    CHECK_THROWS_WITH_AS(execute<float>(failing, executor, {.directory = dir.path()}), "seven",
                         std::runtime_error);
    const auto rest = execute<float>(sweep, serial{}, {.directory = dir.path()});
    CHECK(rest.found > 0);
    CHECK(rest.text() == text);
  });
}

TEST_CASE("what cannot run is refused before anything is written") {
  const scratch dir;
  const auto refused = [&](const auto& sweep, const auto& executor) {
    return bad_argument_of([&] { execute<float>(sweep, executor, {.directory = dir / "out"}); });
  };
  auto sweep = small_sweep::make();
  sweep.runs.axes[1].values = {-2, -9};
  CHECK(has(refused(sweep, serial{}), "gaussian: support"));
  sweep = small_sweep::make();
  sweep.runs.axes[1].name = "amplitude";
  CHECK(has(refused(sweep, serial{}), "csv_table: column names"));
  sweep = small_sweep::make();
  sweep.results.clear();
  CHECK(has(refused(sweep, serial{}), "execute: results"));
  sweep = small_sweep::make();
  sweep.label = "two\nlines";
  CHECK(has(refused(sweep, serial{}), "execute: label"));
#ifdef LSSM_HAS_TBB
  CHECK(has(refused(small_sweep::make(), on_threads<>{.count = -1}), "on_threads: count"));
#endif
  CHECK(dir.files() == 0);
  sweep = small_sweep::make();
  sweep.results.push_back("one more");
  CHECK(has(refused(sweep, serial{}), "sweep: cells that read(outcome, row) adds"));
}
