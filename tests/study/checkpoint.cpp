// SPDX-License-Identifier: BSD-3-Clause
// Runs saved at any step and resumed: the bits of the run that was never interrupted. What is no checkpoint of the run
// is refused, and nothing has changed then.
#include <lssm/study/checkpoint.hpp>

#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

using namespace lssm;

namespace {

template <class Rule>
using study_of =
    teacher_student<ssm<real_diagonal<>>, given<real_diagonal<1>>,
                    inject<training_set<dynamic, gaussian<leading<2>>>, gaussian<at<-2>>>, squared_error,
                    descent<Rule, unconstrained, first_of<target_loss, step_limit>>, near_zero,
                    framework_streams>;

/// Reaches its target after some twenty steps and goes on for eleven.
template <class Rule>
study_of<Rule> make(double rate, double target = 0.3) {
  study_of<Rule> s;
  s.student.structure.states = 4;
  s.teacher.values = {{0.9}, {1}, {1}};
  s.data.set.length = 5;
  s.data.set.sequences.count = 6;
  s.data.special.count = 2;
  s.training.rate = rate;
  s.training.stop.template get<target_loss>().value = target;
  s.training.stop.template get<step_limit>().steps = 60;
  s.training.after = 11;
  s.start = {.state_deviation = 0.4, .io_deviation = 0.4};
  return s;
}

template <class T>
auto watch(integer period = 3) {
  return trajectory_of<T>(sample_steps{.period = period, .offset = 1}, record::steps{}, record::rate{},
                          record::loss{}, record::eigenvalues{});
}

/// A study bound, its training, and what is written down.
template <class T, class Study>
struct running {
  bound_study<T, Study> bound;
  decltype(bound.training()) training;
  decltype(watch<T>()) seen = watch<T>();

  explicit running(const Study& study, std::uint32_t seed = 3)
      : bound(bind<T>(study, seed)), training(bound.training()) {}

  void finish() { drive(training, seen); }
  std::string saved() const {
    npz_writer out;
    add_label(out, "tests");
    return add_run(out, "run", bound, training, seen).bytes();
  }
  void resume(const std::string& bytes) {
    const npz_file file(bytes, "f");
    load_run(file, "run", bound, training, seen);
  }
  /// Everything that a run leaves.
  std::string all() const { return saved() + to_csv(seen).text() + to_npz(seen).bytes(); }
};

/// Saves at every step and resumes each: in a new process everything would be bound anew, as here.
template <class T, class Rule>
void resumes_anywhere(double rate) {
  using run_type = running<T, study_of<Rule>>;
  const auto study = make<Rule>(rate);
  run_type whole(study);
  std::vector<std::string> files;
  auto save = [&](auto&) { files.push_back(whole.saved()); };
  auto both = observers(whole.seen, save);
  drive(whole.training, both);
  const std::string expected = whole.all();
  const auto reached = static_cast<std::size_t>(whole.training.now().target_steps);
  CHECK(whole.training.lane_status(0) == status::target_reached);
  CHECK(reached > 3);
  REQUIRE(files.size() == reached + 12);  // both phases
  for (const std::string& file : files) {
    run_type again(study);
    again.bound.streams->data().uniform();  // loading moves it back
    again.resume(file);
    CHECK(again.saved() == file);
    again.finish();
    CHECK(again.all() == expected);
  }
}

/// A state of one's own.
struct notes {
  double best = 0;
  static constexpr auto parts(auto& s) { return std::tuple(part("best", s.best)); }
};

/// What load_checkpoint says of a file, after which nothing may have changed.
template <class Run>
std::string refusal(Run& run, const std::string& path, const char* label = "tests") {
  const std::string before = run.saved();
  const std::string message =
      bad_file_of([&] { load_checkpoint(path, label, run.bound, run.training, run.seen); });
  CHECK(run.saved() == before);
  return message.starts_with(path) ? message.substr(path.size()) : message;
}

}  // namespace

TEST_CASE_TEMPLATE("a run resumed at any step ends with the bits of the whole one", T, float, double) {
  resumes_anywhere<T, adaptive_rate<>>(0.03);
  resumes_anywhere<T, adam>(0.05);
  resumes_anywhere<T, heavy_ball>(0.01);
}

TEST_CASE("a run may be interrupted at every step") {
  using run_type = running<double, study_of<adam>>;
  const auto study = make<adam>(0.05);
  run_type whole(study);
  whole.finish();
  std::string file;
  for (bool running = true; running;) {
    run_type now(study);
    if (!file.empty()) now.resume(file);
    now.seen(now.training);
    if (now.training.running()) now.training.step();
    file = now.saved();  // before the trajectory has seen this step
    running = now.training.running();
  }
  run_type end(study);
  end.resume(file);
  end.finish();
  CHECK(end.all() == whole.all());
}

TEST_CASE("lanes that stop at different times resume anywhere") {
  using lanes = pack<float>;
  using study = study_of<adaptive_rate<>>;
  std::vector<study> studies;
  for (std::size_t i = 0; i < lanes_of<lanes>; ++i) {
    studies.push_back(make<adaptive_rate<>>(0.03, i % 3 == 0 ? 0.3 : 1e-9));
    studies[i].training.stop.get<step_limit>().steps = static_cast<double>(5 + 3 * i);
  }
  const std::vector<std::uint32_t> seeds{3, 4, 5};
  const auto bound_anew = [&] {
    return bind_lanes<lanes>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  };
  const auto saved = [](const auto& bound, const auto& training) {
    npz_writer out;
    return add_run(out, "run", bound, training).bytes();
  };
  auto bound = bound_anew();
  auto training = bound.training();
  std::vector<std::string> files;
  drive(training, [&](auto& run) { files.push_back(saved(bound, run)); });
  for (const std::string& file : files) {
    auto again = bound_anew();
    auto resumed = again.training();
    load_run(npz_file(file, "f"), "run", again, resumed);
    CHECK(saved(again, resumed) == file);
    drive(resumed, silent{});
    CHECK(saved(again, resumed) == files.back());
    CHECK(read_lane(resumed, again.single(0), 0).cotangent ==
          read_lane(training, bound.single(0), 0).cotangent);
  }
  auto single = bind<float>(studies[0], 3);
  auto alone = single.training();
  CHECK(has(bad_file_of([&] { load_run(npz_file(files[0], "f"), "run", single, alone); }),
            "f: run 'run' is of another kind or build: scalar: 'float in " + std::to_string(lanes_of<lanes>) +
                " lanes' there, 'float' here"));
}

TEST_CASE("several runs in one file, with a state of one's own: all or none") {
  const auto study = make<adam>(0.05);
  running<double, study_of<adam>> first(study, 1), second(study, 2), again_first(study, 1),
      again_second(study, 2);
  first.finish();
  second.training.step();
  npz_writer out;
  add_label(out, "two");
  add_run(out, "first", first.bound, first.training, notes{7}, first.seen);
  add_run(out, "second", second.bound, second.training);
  const npz_file file(out.bytes(), "f");

  notes loaded;
  load_run(file, "second", again_second.bound, again_second.training);
  CHECK(again_second.saved() == second.saved());
  const std::string untouched = again_first.saved();
  const auto load_both = [&](auto& other) {
    parts_loader in(file);
    expect_label(in, "two");
    load_run(in, "first", again_first.bound, again_first.training, loaded, again_first.seen);
    load_run(in, "second", other.bound, other.training);
    in.expect_no_others();
    in.commit();
  };
  CHECK(has(bad_file_of([&] { load_both(first); }), "f: run 'second' is of other data: checksum "));
  CHECK(again_first.saved() == untouched);
  CHECK(loaded.best == 0);
  load_both(again_second);
  CHECK(again_first.saved() == first.saved());
  CHECK(loaded.best == 7);

  CHECK(bad_file_of([&] { load_run(file, "third", first.bound, first.training); }) ==
        "f: holds no run 'third': has no entry 'third.layout'");
  CHECK(bad_file_of([&] { load_run(file, "first", first.bound, first.training, loaded); }) ==
        "f: entry 'first.seen1.quantities' belongs to no part of this state");
  CHECK(bad_argument_of([&] { add_run(out, "a.b", first.bound, first.training); }) ==
        "add_run: name must be not empty and without dots, given a.b");
}

TEST_CASE("another experiment's checkpoint is refused by name") {
  const scratch dir;
  using adaptive = study_of<adaptive_rate<>>;
  const auto study = make<adaptive_rate<>>(0.03);
  running<double, adaptive> run(study), other(study);
  for (int i = 0; i < 8; ++i) {
    run.seen(run.training);
    run.training.step();
  }
  const std::string path = dir / "c.npz";
  save_checkpoint(path, "tests", run.bound, run.training, run.seen);
  CHECK(refusal(other, path, "rate 0.1") == ": is a checkpoint of 'tests', not of 'rate 0.1'");
  CHECK(has(refusal(other, dir / "none"), ": cannot open: No such file or directory"));

  running<double, adaptive> seed(study, 4);  // the data are drawn
  CHECK(has(refusal(seed, path), ": run 'run' is of other data: checksum "));
  seed.bound.data = run.bound.data;
  seed.bound.rebuild();
  CHECK(has(refusal(seed, path), ": run 'run' began at another start: checksum "));
  other.bound.theta[0] += 1e-12;
  CHECK(has(refusal(other, path), ": run 'run' began at another start: checksum "));
  other.bound.theta = run.bound.theta;
  other.bound.data.y[1] = 0;
  CHECK(has(refusal(other, path), ": run 'run' is of other data: checksum "));
  other.bound.data = run.bound.data;

  running<float, adaptive> narrow(study);
  CHECK(has(refusal(narrow, path),
            ": run 'run' is of another kind or build: scalar: 'double' there, 'float' here"));
  auto larger = study;
  larger.student.structure.states = 5;
  running<double, adaptive> wide(larger);
  CHECK(has(refusal(wide, path), "sizes: '4, b 4, c 4, length 5' there, '5, b 5, c 5, length 5' here"));
  running<double, study_of<adam>> rule(make<adam>(0.03));
  CHECK(has(refusal(rule, path), "training: 'descent<adaptive_rate<full_matrix_norm>, unconstrained"));

  other.seen = watch<double>(4);
  CHECK(refusal(other, path) ==
        ": run 'run' has a trajectory 'run.seen0' that was sampled at other times or steps");
  auto losses = trajectory_of<double>(sample_steps{}, record::loss{});
  CHECK(has(bad_file_of([&] { load_checkpoint(path, "tests", other.bound, other.training, losses); }),
            R"(: run 'run' recorded '["steps","rate","loss","eigenvalue"]', not '["loss"]')"));
  CHECK(has(bad_file_of([&] { load_checkpoint(path, "tests", other.bound, other.training); }),
            ": entry 'run.seen0.quantities' belongs to no part of this state"));
  other.seen = watch<double>();
  other.bound.streams.reset();
  CHECK(has(bad_file_of([&] { load_checkpoint(path, "tests", other.bound, other.training, other.seen); }),
            ": entry 'run.streams.data.seed' belongs to no part of this state"));
  other.bound.streams = run.bound.streams;
  load_checkpoint(path, "tests", other.bound, other.training, other.seen);
  CHECK(other.saved() == run.saved());
}

TEST_CASE("damaged and foreign files are refused, and nothing has changed") {
  const scratch dir;
  const std::string path = dir / "c.npz";
  using run_type = running<double, study_of<heavy_ball>>;
  const auto study = make<heavy_ball>(0.01);
  run_type run(study), other(study);
  run.training.step();
  save_checkpoint(path, "tests", run.bound, run.training, run.seen);
  const std::string whole = read_file(path);
  const auto check = [&](const std::string& bytes) {
    replace_file(path, bytes);
    return refusal(other, path);
  };
  for (std::size_t n = 0; n < whole.size(); n += 97) CHECK(check(whole.substr(0, n)) != "nothing thrown");
  std::size_t refused = 0, flipped = 0;
  for (std::size_t n = 40; n < whole.size(); n += 211, ++flipped) {
    std::string bytes = whole;
    bytes[n] = static_cast<char>(bytes[n] ^ 0x10);
    run_type fresh(study);
    replace_file(path, bytes);
    try {
      load_checkpoint(path, "tests", fresh.bound, fresh.training, fresh.seen);
      CHECK(fresh.saved() == run.saved());  // a time stamp of the archive, say
    } catch (const bad_file&) {
      ++refused;
    }
  }
  CHECK(refused > flipped / 2);

  npz_writer foreign;
  foreign.add("a", 1);
  CHECK(check(foreign.bytes()) == ": holds no run 'run': has no entry 'run.layout'");
  foreign.add("run.layout", std::uint32_t{1});
  CHECK(check(foreign.bytes()) == ": run 'run' has layout 1, this version reads 2");
  npz_writer more;
  add_label(more, "tests");
  add_run(more, "run", run.bound, run.training, run.seen).add("other", 1);
  CHECK(check(more.bytes()) == ": entry 'other' belongs to no part of this state");
}

TEST_CASE("a trajectory's size is what its array has, not what its shape claims") {
  using run_type = running<double, study_of<heavy_ball>>;
  const auto study = make<heavy_ball>(0.01);
  run_type run(study), other(study);
  run.training.step();
  run.seen(run.training);
  npz_writer saved;
  add_label(saved, "tests");
  add_run(saved, "run", run.bound, run.training, run.seen);
  const std::string whole = saved.bytes(), name = "saved";
  const auto with_shape = [&](const std::vector<std::size_t>& shape) {
    detail::zip_writer zip;
    for (const detail::zip_entry& e : detail::zip_reader(whole, name).entries())
      zip.add(e.name,
              e.name == "run.seen0.values.npy" ? to_npy<double>({}, shape) : whole.substr(e.offset, e.size));
    return bad_file_of([&] {
      load_checkpoint(npz_file(zip.bytes(), "f"), "tests", other.bound, other.training, other.seen);
    });
  };
  const std::string before = other.saved();
  CHECK(with_shape({std::size_t{1} << 40, 0}) ==
        "f: entry 'run.seen0.values': byte 60: expected the shape (0,), found (1099511627776, 0)");
  CHECK(has(with_shape({0, 3}), "expected the shape (0,), found (0, 3)"));
  CHECK(other.saved() == before);
}

TEST_CASE("trajectories that cannot be are refused") {
  using run_type = running<double, study_of<heavy_ball>>;
  const auto study = make<heavy_ball>(0.01);
  run_type run(study);
  CHECK(run.seen.objection(run.seen.where_it_stands(), run.training).empty());  // before it was called
  run.finish();
  const auto good = run.seen.where_it_stands();
  CHECK(run.seen.objection(good, run.training).empty());
  const auto with = [&](auto change) {
    auto p = good;
    change(p);
    return run.seen.objection(p, run.training);
  };
  CHECK(with([](auto& p) { p.when.offset = 0; }) == "was sampled at other times or steps");
  CHECK(with([](auto& p) { p.widths[0] = ~std::uint64_t{0}; }) == "has more columns than numbers");
  CHECK(with([](auto& p) { p.widths = {1, 1, 4, 1}; }) == "has other numbers of columns than this run");
  CHECK(with([](auto& p) { p.widths = {1, 1, 1, 3}; }) == "has other numbers of columns than this run");
  CHECK(with([](auto& p) { p.values.pop_back(); }) == "has an incomplete sample");
  CHECK(with([](auto& p) { p.steps_seen = 2; }) == "has more samples than steps");
  CHECK(with([](auto& p) { p.steps_seen = 2.5; }) == "counts steps by no whole number");
  CHECK(with([](auto& p) { p.steps_seen = HUGE_VAL; }) == "counts steps by no whole number");
  CHECK(with([](auto& p) { p.steps_seen = -1; }) == "has other numbers of columns than this run");
  CHECK(with([](auto& p) { p.last_due = p.values.size() / 7; }) == "lacks the last sample that was due");
  CHECK(with([](auto& p) { p.next = 1; }) == "goes on at no sampling time");
  auto flow_like = trajectory_of<double>(sample_times{}, record::loss{});
  flow_like(run.training);
  auto p = flow_like.where_it_stands();
  CHECK(flow_like.objection(p, run.training).empty());
  p.next = -1;
  CHECK(flow_like.objection(p, run.training) == "goes on at no sampling time");
}

TEST_CASE("sampling in time goes on where it stopped") {
  const auto study = make<adam>(0.05);
  const auto started = [&](auto f) {
    auto bound = bind<double>(study, 3);
    auto training = bound.training();
    auto seen =
        trajectory_of<double>(sample_times{.first = 0.1, .per_decade = 6}, record::time{}, record::loss{});
    return f(bound, training, seen);
  };
  std::string file;
  const std::string whole = started([&](auto& bound, auto& training, auto& seen) {
    auto save = every(10, [&](auto& run) {
      npz_writer out;
      if (run.running()) file = add_run(out, "run", bound, run, seen).bytes();
    });
    auto both = observers(seen, save);
    drive(training, both);
    return to_csv(seen).text();
  });
  CHECK(started([&](auto& bound, auto& training, auto& seen) {
          load_run(npz_file(file, "f"), "run", bound, training, seen);
          drive(training, seen);
          return to_csv(seen).text();
        }) == whole);
}

TEST_CASE("every: at multiples of the period and at the end") {
  auto bound = bind<double>(make<adam>(0.05), 3);
  auto training = bound.training();
  std::vector<double> steps;
  drive(training, every(7, [&](auto& run) { steps.push_back(run.now().steps); }));
  REQUIRE(steps.size() > 2);
  const double end = training.now().steps;
  CHECK(steps.back() == end);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) CHECK(steps[i] == 7.0 * static_cast<double>(i + 1));
  CHECK(steps.size() == static_cast<std::size_t>(std::ceil(end / 7)));

  auto cancelled = bound.training();
  drive(cancelled, every(7, [](auto& run) { return run.now().steps < 14; }));
  CHECK(cancelled.now().steps == 14);
  CHECK(cancelled.lane_status(0) == status::cancelled);
  CHECK_THROWS_WITH_AS(every(0, silent{}), "every: period must be positive, given 0", bad_argument);
}

namespace {

/// A saved run with other elements in the array of this name.
template <class T>
std::string with_entry(const std::string& bytes, const std::string& name, const std::vector<T>& elements,
                       bool single = false) {
  detail::zip_writer zip;
  const std::string file = "f";
  bool found = false;
  for (const detail::zip_entry& e : detail::zip_reader(bytes, file).entries()) {
    const bool is_it = e.name == name + ".npy";
    found = found || is_it;
    const std::vector<std::size_t> shape = single ? std::vector<std::size_t>{} : std::vector{elements.size()};
    zip.add(e.name, is_it ? to_npy<T>(std::span<const T>(elements), shape) : bytes.substr(e.offset, e.size));
  }
  REQUIRE(found);
  return zip.bytes();
}

/// A run under way, saved and loaded with other elements in one place.
template <class Rule, class T = double>
struct damaged_run {
  study_of<Rule> study = make<Rule>(0.03);
  running<T, study_of<Rule>> run{study}, other{study};
  std::string saved;

  explicit damaged_run(bool to_the_end = false) {
    for (int i = 0; i < 5; ++i) {
      run.seen(run.training);
      run.training.step();
    }
    if (to_the_end) run.finish();
    saved = run.saved();
  }
  template <class E>
  std::string refusal(const std::string& name, const std::vector<E>& elements) {
    const std::string before = other.saved();
    const std::string bytes = with_entry<E>(saved, "run." + name, elements);
    std::string message = bad_file_of([&] { other.resume(bytes); });
    if (message != "nothing thrown") CHECK(other.saved() == before);
    return message;
  }
};

}  // namespace

TEST_CASE("numbers of a training that would drive its loops for ever are refused by name") {
  constexpr double inf = HUGE_VAL, nan = std::numeric_limits<double>::quiet_NaN();
  damaged_run<heavy_ball> run;
  const std::string has_a = "f: run 'run' has a training that ";
  const auto now = [&](const char* of, double x) {
    return run.refusal<double>("training.live.now." + std::string(of), {x});
  };
  for (const double x : {nan, inf, -inf, 1e300, -1.0, 2.5, 0x1p54})
    CHECK(now("steps", x) == has_a + "counts its steps by no whole number");
  for (const double x : {nan, inf, -inf, 1e300, -2.0, 2.5, 6.0})
    CHECK(now("target_steps", x) ==
          has_a + "reached its target after a number of steps that it has not taken");
  for (const double x : {nan, inf, -1.0, 2.5, 6.0})
    CHECK(now("best_steps", x) == has_a + "was best after a number of steps that it has not taken");
  for (const double x : {nan, -inf, 3.0})
    for (const char* of : {"rejected", "resolution"})
      CHECK(now(of, x) == has_a + "has rejected steps, which no descent does");
  for (const double x : {nan, inf})
    for (const char* of : {"time", "rate"}) CHECK(now(of, x) == has_a + "is at no finite time, rate or loss");
  CHECK(now("best_loss", nan) == has_a + "is at no finite time, rate or loss");
  CHECK(now("steps", 6) == "nothing thrown");  // as good as the true one, for all that a file can say
}

TEST_CASE("statuses, parameters and numbers of rules that cannot be are refused by name") {
  constexpr double inf = HUGE_VAL, nan = std::numeric_limits<double>::quiet_NaN();
  const std::string has_a = "f: run 'run' has a training that ";
  const std::string rule = has_a + "has an update rule with numbers that it cannot come to";
  damaged_run<adam> run;
  for (const int code : {-1, 11, 77, 1 << 30})
    CHECK(run.refusal<std::int32_t>("training.statuses", {code}) ==
          "f: entry 'run.training.statuses': element 0 is no number of its type");
  std::vector<double> theta(12, 0.1);
  theta[7] = nan;
  CHECK(run.refusal("training.live.theta", theta) == has_a + "has parameters that are not finite");
  for (const char* of : {"m", "v"})
    CHECK(run.refusal("training.live.rule." + std::string(of), theta) == rule);
  theta[7] = -1;
  CHECK(run.refusal("training.live.rule.v", theta) == rule);
  for (const char* of : {"power1", "power2"}) {
    for (const double x : {nan, inf, 1.5, -0.1})
      CHECK(run.refusal<double>("training.live.rule." + std::string(of) + ".value", {x}) == rule);
    for (const double x : {nan, 0.5})
      CHECK(run.refusal<double>("training.live.rule." + std::string(of) + ".rest", {x}) == rule);
  }
  damaged_run<adaptive_rate<>> adapted;
  for (const double x : {nan, -1.0}) CHECK(adapted.refusal<double>("training.live.rule.mean", {x}) == rule);
  damaged_run<heavy_ball> heavy;
  theta[7] = nan;
  CHECK(heavy.refusal("training.live.rule.velocity", theta) == rule);
  damaged_run<rmsprop> scaled;
  CHECK(scaled.refusal("training.live.rule.mean_square", theta) == rule);
}

TEST_CASE("what has ended may have come to numbers that are not finite") {
  damaged_run<adam> run(true);
  REQUIRE(run.run.training.lane_status(0) != status::running);
  CHECK(run.refusal<double>("training.live.now.time", {HUGE_VAL}) == "nothing thrown");
}

TEST_CASE("positions of streams are restored in constant time or refused") {
  damaged_run<heavy_ball> run;
  const std::string has_a = "f: run 'run' has a random stream that ";
  for (const std::uint64_t words :
       {std::uint64_t{1'000'000'000'000}, std::uint64_t{1} << 62, ~std::uint64_t{0}})
    for (const char* of : {"data", "test"})
      CHECK(run.refusal<std::uint64_t>("streams." + std::string(of) + ".words", {words}) ==
            has_a + "has drawn more words than any run can");
  CHECK(run.refusal<double>("streams.data.cached", {HUGE_VAL}) ==
        has_a + "keeps a number that is not finite");
  CHECK(run.refusal("streams.data.state", std::vector<std::uint32_t>(624, 0)) ==
        has_a + "has a state of zeros, which the generator never leaves");
  CHECK(run.refusal<std::uint64_t>("streams.weights.place.next", {std::uint64_t{1} << 62}) ==
        "nothing thrown");
}

TEST_CASE("files of another kind of study or another build are refused by the fact that differs") {
  damaged_run<heavy_ball> run;
  const auto refusal = [&](std::string_view there, std::string_view instead) {
    const std::string text = facts_of_study<double>(run.study).add(facts_of_build<double>()).text();
    const std::size_t at = text.find(there);
    REQUIRE(at != std::string::npos);
    std::string changed = text;
    changed.replace(at, there.size(), instead);
    return run.refusal("facts", std::vector<std::uint8_t>(changed.begin(), changed.end()));
  };
  const std::string is_of = "f: run 'run' is of another kind or build: ";
  const std::string one = fuses<double>() ? "one rounding" : "two roundings";
  CHECK(refusal(one, "three roundings") == is_of + "mul_add: 'three roundings' there, '" + one +
                                               "' here (version " + std::string(version) + " there)");
  const std::string revision = std::to_string(arithmetic_revision);
  CHECK(has(refusal(R"("arithmetic":")" + revision + '"', R"("arithmetic":"0")"),
            is_of + "arithmetic: '0' there, '" + revision + "' here"));
  CHECK(has(refusal(R"("double")", R"("quad")"), is_of + "scalar: 'quad' there, 'double' here"));
  CHECK(has(refusal("real_diagonal<>", "complex_diagonal<>"), is_of + "structure: 'ssm<complex_diagonal<>,"));
  CHECK(has(refusal("squared_error", "absolute_error"), is_of + "loss: 'absolute_error' there"));
  CHECK(has(refusal("a 4, b 4", "a 4, b 5"), is_of + "sizes: '5, c 4, length 5' there"));
  CHECK(has(refusal(R"("functions":")", R"("functions":"7)"), is_of + "functions: "));
  CHECK(has(refusal(R"("functions")", R"("other")"), is_of + "functions: '' there"));
  CHECK(refusal(std::string(version), "9.9.9") == "nothing thrown");  // told, never refused
  CHECK(has(refusal("{", ""), "f: entry 'run.facts': line 1"));
}

TEST_CASE("two rules with parts of the same names are not mixed up") {
  damaged_run<heavy_ball> run;
  running<double, study_of<nesterov>> other(make<nesterov>(0.03));
  CHECK(has(bad_file_of([&] { other.resume(run.saved); }), "training: 'descent<heavy_ball, unconstrained"));
}

TEST_CASE("a run resumed with a smaller limit ends after one step, however it goes on") {
  using plain = teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>,
                                training_set<5, gaussian<leading<2>>>, squared_error,
                                descent<gradient_descent, unconstrained, first_of<step_limit>>, near_zero>;
  plain p{.teacher = {.values = {{0.9}, {1}, {1}}}, .start = {.state_deviation = 0.4, .io_deviation = 0.4}};
  p.data.sequences.count = 6;
  p.training.stop.get<step_limit>().steps = 100;
  auto bound = bind<double>(p, 3);
  auto training = bound.training();
  training.advance(50);
  npz_writer out;
  add_run(out, "run", bound, training);
  p.training.stop.get<step_limit>().steps = 10;
  for (const bool advances : {true, false}) {
    auto again = bind<double>(p, 3);
    auto resumed = again.training();
    load_run(npz_file(out.bytes(), "f"), "run", again, resumed);
    if (advances) {
      resumed.advance(1'000'000);
    } else {
      drive(resumed, silent{});
    }
    CHECK(resumed.now().steps == 51);
    CHECK(resumed.lane_status(0) == status::step_limit);
  }
}

TEST_CASE("sampling in time ends where time becomes infinite, and jumps where it is far ahead") {
  const auto study = make<adam>(0.05);
  auto bound = bind<double>(study, 3);
  for (const double time : {1.2345e300, HUGE_VAL}) {
    auto training = bound.training();
    auto seen = trajectory_of<double>(sample_times{.first = 1e-3, .per_decade = 1e6}, record::time{});
    seen(training);
    training.step();
    for_each_leaf(training, [&](const std::string& name, auto leaf) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(leaf[0])>, double>)
        if (name == "live.now.time") leaf[0] = time;
    });
    seen(training);
    CHECK(seen.samples() == 1);
  }
}
