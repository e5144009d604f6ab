// SPDX-License-Identifier: BSD-3-Clause
// A filter leaves whole sequences with their labels, or none of its own making: the data it leaves train as the same data
// given from the start, in runs, lanes, sweeps and checkpoints.
#include <lssm/data/filter.hpp>

#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/core/quad.hpp>
#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
#include <lssm/sweep.hpp>
#include <lssm/sweep/in_lanes.hpp>

#include "../train/small_descent.hpp"

using namespace lssm;

namespace {

/// Sequences whose last input is at most `most` in size.
struct small_last {
  double most = 0.5;

  void validate() const { require(most > 0, "small_last", "most", "positive", most); }
  template <class T>
  std::vector<integer> keep(const labelled<T>& data) const {
    std::vector<integer> places;
    for (integer n = 0; n < data.sequences(); ++n)
      if (abs_of(data.input(n).back()) <= T(most)) places.push_back(n);
    return places;
  }
};
/// The same, and the first entry of what stays is halved.
struct halved_first : small_last {
  template <class T>
  void edit(std::span<T> input) const {
    input[0] = input[0] * T(0.5);
  }
};
/// Places as given, whatever they are.
struct these {
  std::vector<integer> places;
  std::vector<integer> keep(const auto&) const { return places; }
};

static_assert(DataFilter<unfiltered> && DataFilter<these> && !DataFilter<near_zero>);
static_assert(EditsInputs<halved_first> && !EditsInputs<small_last>);

using rule = descent<adam, unconstrained, first_of<step_limit>>;
template <class Filter, class Data = training_set<5, gaussian<everywhere>>, class L = squared_error,
          class Training = rule>
using study_of = teacher_student<ssm<real_diagonal<3>>, theorem1_teacher<3>, Data, L, Training, near_zero,
                                 numpy_stream, known_forms, Filter>;

template <class Filter, class Data = training_set<5, gaussian<everywhere>>, class L = squared_error,
          class Training = rule>
study_of<Filter, Data, L, Training> make(const Filter& filter,
                                         const Data& data = {.sequences = {.count = 12}},
                                         const Training& training = {.rate = 0.02,
                                                                     .stop = {step_limit{40}}}) {
  return {.data = data,
          .training = training,
          .start = {.state_deviation = 0.3, .io_deviation = 0.3},
          .filter = filter};
}

/// What is left of the data that the filter sees, by a plain loop.
template <class T>
labelled<T> by_hand(labelled<T> data, double most) {
  labelled<T> left = data;
  left.x.clear(), left.y.clear();
  for (integer n = 0; n < data.sequences(); ++n) {
    const auto row = data.input(n);
    if (!(abs_of(row.back()) <= T(most))) continue;
    left.x.insert(left.x.end(), row.begin(), row.end());
    left.y.push_back(data.y[static_cast<std::size_t>(n)]);
  }
  return left;
}

std::string refusal(const auto& act) {
  try {
    act();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE_TEMPLATE("the data that stay, their labels and their training: those given from the start", T,
                   float, double, quad) {
  const auto check = [](const auto& data) {
    for (const double most : {0.5, 1e6}) {
      const auto study = make(small_last{most}, data);
      auto filtered = bind<T>(study, 5);
      auto other = bind<T>(make(unfiltered{}, data), 5);
      const auto all = other.data;
      other.data = by_hand(all, most);
      other.rebuild();
      CHECK((filtered.data.sequences() < all.sequences()) == (most < 1));
      CHECK(filtered.data.x == other.data.x);
      CHECK(filtered.data.y == other.data.y);
      CHECK(equal_parts(filtered.theta, other.theta));
      auto mine = filtered.training(), theirs = other.training();
      drive(mine, silent{}), drive(theirs, silent{});
      CHECK(std::equal(mine.theta().begin(), mine.theta().end(), theirs.theta().begin()));
    }
  };
  check(training_set<5, gaussian<everywhere>>{.sequences = {.count = 12}});
  check(label_noise<training_set<5, gaussian<everywhere>>>{.set = {.sequences = {.count = 12}},
                                                           .deviation = 0.1});
  check(inject<training_set<5, gaussian<everywhere>>, gaussian<at<-1>>>{
      .set = {.sequences = {.count = 9}}, .special = {.count = 4, .deviation = 3}});
}

TEST_CASE("labels of one's own go with their sequences") {
  using measured = given_labels<training_set<5, gaussian<everywhere>>>;
  const measured data{.set = {.sequences = {.count = 4}}, .labels = {1, 2, 3, 4}};
  CHECK(bind<double>(make(these{{1, 3}}, data), 5).data.y == std::vector<double>{2, 4});
}

TEST_CASE("edited inputs are the teacher's to label") {
  const auto bound = bind<double>(make(halved_first{{0.5}}), 5);
  const auto unedited = bind<double>(make(small_last{0.5}), 5);
  REQUIRE(bound.data.sequences() == unedited.data.sequences());
  for (integer n = 0; n < bound.data.sequences(); ++n) {
    const auto edited = bound.data.input(n), before = unedited.data.input(n);
    CHECK(edited[0] == 0.5 * before[0]);
    CHECK(std::equal(edited.begin() + 1, edited.end(), before.begin() + 1));
    CHECK(bound.data.y[static_cast<std::size_t>(n)] == bound.teacher(edited));
  }
}

TEST_CASE(
    "lanes and pools have the bits of runs by the general path; a sweep the same bytes in any way, in raw "
    "form too") {
  const auto check = []<class L>(L) {
    using study = study_of<small_last, training_set<5, gaussian<everywhere>>, L>;
    const auto at = [](double most) {
      return make<small_last, training_set<5, gaussian<everywhere>>, L>({most});
    };
    if constexpr (std::is_same_v<L, squared_error>) {
      std::vector<study> studies;
      std::vector<std::uint32_t> seeds;
      for (std::uint32_t i = 0; i < lanes_of<pack<double>>; ++i) {
        studies.push_back(at(0.6 + 0.1 * i));
        seeds.push_back(i);
      }
      const auto together =
          run<pack<double>>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
      for (std::size_t i = 0; i < together.size(); ++i)
        small_descent::check_same_bits(together[i],
                                       small_descent::run_as_lanes<double>(studies[i], seeds[i]));
    }
    const auto sweep = sweep_of(
        "filters", grid{.axes = {{"most", {0.6, 0.9, 1.5}}}, .seeds = consecutive_seeds(1, 5)},
        [&](const sweep_point& p) { return at(p["most"]); }, {"loss"},
        [](const auto& outcome, sweep_row& row) { row.add(outcome.at_end.loss); });
    const auto serially = execute<double>(sweep, serial{});
    CHECK(serially.complete());
    CHECK(execute<double>(sweep, in_lanes{}).text() == serially.text());
    const auto losses = serially.table().template column<double>("loss");
    CHECK(losses[3] == small_descent::run_as_lanes<double>(at(0.6), 4).at_end.loss);
  };
  check(squared_error{});
  check(absolute_error{});
}

TEST_CASE("a checkpoint goes on, and is of the data that the filter left") {
  const auto study = make(small_last{0.7});
  auto whole = bind<double>(study, 3);
  auto training = whole.training();
  for (int i = 0; i < 15; ++i) training.step();
  npz_writer out;
  const std::string saved = add_run(out, "run", whole, training).bytes();
  while (training.running()) training.step();
  auto again = bind<double>(study, 3);
  auto resumed = again.training();
  load_run(npz_file(saved, "saved"), "run", again, resumed);
  while (resumed.running()) resumed.step();
  CHECK(std::equal(resumed.theta().begin(), resumed.theta().end(), training.theta().begin()));
  auto other = bind<double>(make(small_last{10}), 3);
  auto refused = other.training();
  CHECK_THROWS_WITH_AS(load_run(npz_file(saved, "saved"), "run", other, refused),
                       doctest::Contains("is of other data"), bad_file);
}

TEST_CASE("places that are none are refused") {
  const auto of = [](std::vector<integer> places) {
    return refusal([&] { bind<double>(make(these{std::move(places)}), 1); });
  };
  CHECK(of({}) == "keep: the places of sequences must be at least one, given none");
  CHECK(of({0, 12}) == "keep: the places of sequences must be in rising order, from 0 to 11, given 12");
  CHECK(of({-1}) == "keep: the places of sequences must be in rising order, from 0 to 11, given -1");
  CHECK(of({3, 3}) == "keep: the places of sequences must be in rising order, from 0 to 11, given 3");
  CHECK(of({0, 11}).empty());
  CHECK(refusal([] { bind<double>(make(small_last{-1}), 1); }) ==
        "small_last: most must be positive, given -1");
}
