// SPDX-License-Identifier: BSD-3-Clause
// Attacks on small studies: what victims get, goals, refusals, and the bits of searches.
#include <doctest/doctest.h>

#include <filesystem>
#include <lssm/all.hpp>
#include <lssm/sweep/in_lanes.hpp>

using namespace lssm;

namespace {

static_assert(!std::is_convertible_v<held_out_seeds, search_seeds> &&
              !std::is_convertible_v<search_seeds, held_out_seeds>);
static_assert(!std::is_constructible_v<search_seeds, held_out_seeds>);

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Set = training_set<5, gaussian<leading<2>>>>
using study_of =
    teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>, Set, squared_error,
                    descent<adaptive_rate<>, unconstrained, first_of<target_loss, step_limit>>, near_zero>;

template <class Study = study_of<>>
Study described() {
  Study s;
  s.teacher.values = {{0.9}, {1}, {1}};
  s.data.sequences.count = 6;
  s.training.rate = 0.02;
  s.training.after = 20;
  s.training.stop.template get<target_loss>().value = 0.05;
  s.training.stop.template get<step_limit>().steps = 600;
  s.start = {.state_deviation = 0.3, .io_deviation = 0.3};
  return s;
}
template <class Wanted = stealthy>
attack<study_of<>, Wanted> small(Wanted goal = {}) {
  return {.study = described(),
          .budget = {.energy = 0.5, .sequences = 4, .rank = 2},
          .goal = goal,
          .seeds = {{1, 2, 3, 4, 5}},
          .held_out = {{11, 12, 13, 14, 15, 16}},
          .horizon = 20,
          .label = "small"};
}
static_assert(std::is_same_v<decltype(victim(described(), {})), victim_study<study_of<>>>);
static_assert(std::is_same_v<decltype(victim_study<study_of<>>::streams), known_data<numpy_stream>>);

template <class A>
evolution begun(const A& a) {
  return {std::vector<double>(static_cast<std::size_t>(a.entries()), 1), 0.5, 5, 3};
}
std::string text_of(const std::string& path) { return file_exists(path) ? read_file(path) : "none"; }

struct folder {
  std::string path;
  explicit folder(const std::string& name) : path("attack_" + name) { std::filesystem::remove_all(path); }
  ~folder() { std::filesystem::remove_all(path); }
};

/// An outcome as goals read it.
struct end_of_run {
  struct {
    double target_steps;
  } at_end;
  lssm::status status = lssm::status::step_limit;
  double error = 0;
  double generalization(integer) const { return error; }
};

static_assert(Goal<stealthy, end_of_run> && Goal<denial, end_of_run> && !Goal<evolution, end_of_run>);

/// A strategy that asks for nothing.
struct no_candidates {
  std::vector<std::vector<double>> ask() const { return {}; }
  void tell(std::span<const double>) const {}
};

/// A goal of one's own: the victim that suffers least.
struct least_harm {
  double score(const auto&) const { return 0; }
  double over(const std::vector<double>& all) const { return *std::min_element(all.begin(), all.end()); }
};

}  // namespace

TEST_CASE("a victim's data are the study's, then the attacker's, and the teacher labels them all") {
  auto a = small();
  const auto plain = bind<double>(a.study, 11);
  static_assert(decltype(victim(a.study, {}).data)::clean_labels);
  const auto check = [&](const poison_inputs& by, bool altered) {
    const auto bound = bind<double>(a.victim_of(by), 11);
    CHECK(bound.theta == plain.theta);
    for (std::size_t i = 0; i < plain.data.x.size(); ++i)
      CHECK(bound.data.x[i] == plain.data.x[i] + (altered && i < by.altered.size() ? by.altered[i] : 0));
    for (std::size_t i = 0; i < by.added.size(); ++i)
      CHECK(bound.data.x[plain.data.x.size() + i] == by.added[i]);
    CHECK(bound.data.x.size() == plain.data.x.size() + by.added.size());
    for (integer n = 0; n < bound.data.sequences(); ++n)
      CHECK(bound.data.y[static_cast<std::size_t>(n)] == bound.teacher(bound.data.input(n)));
  };
  const std::vector<double> c{.1, .2, .3, .4, .5, -1, 2, 0, 1, 1};
  check(a.of(c), false);
  a.budget.padding = 3;
  check(a.of(c), false);
  a.budget.hidden = true;
  check(a.of(c), true);
}

TEST_CASE("no energy is no poison, but for its number of sequences") {
  auto a = small();
  a.budget = {.energy = 0, .sequences = 2, .hidden = true};
  const auto clean = run<double>(a.study, 3);
  const auto same = run<double>(a.victim_of(a.of(std::vector<double>(5, 1))), 3);
  CHECK(same.generalization(20) == clean.generalization(20));
  CHECK(same.at_end.steps == clean.at_end.steps);
}

TEST_CASE("knowledge: of the distribution each victim has data of its own, of the data all have the same") {
  auto a = small();
  const poison_inputs by = a.of(std::vector<double>(10, 1));
  const auto x_of = [&](std::uint32_t seed) { return bind<double>(a.victim_of(by), seed).data.x; };
  const auto start_of = [&](std::uint32_t seed) { return bind<double>(a.victim_of(by), seed).theta; };
  CHECK(x_of(11) != x_of(12));
  const auto start = start_of(12);
  a.known = knowledge::data;
  a.known_seed = 11;
  CHECK(x_of(11) == x_of(12));
  CHECK(start_of(11) != start_of(12));
  const auto poisoned_x = x_of(12);
  CHECK(bind<double>(a.study, 11).data.x == std::vector<double>(poisoned_x.begin(), poisoned_x.begin() + 30));
  a.known = knowledge::all;
  CHECK_THROWS_WITH_AS(a.validate(), doctest::Contains("attack: held_out"), bad_argument);
  a.seeds.values = a.held_out.values;
  a.validate();
  CHECK(start_of(12) == start);
}

TEST_CASE("goals: an error past the target, a stall, one lag") {
  const end_of_run reached{.at_end = {120}, .error = 3}, late{.at_end = {-1}, .error = 3},
      burst{.at_end = {120}, .status = status::not_finite, .error = NAN};
  CHECK(stealthy{}.score(reached) == 3);
  CHECK(persistent{}.score(reached) == 3);
  CHECK(denial{.most_steps = 240}.score(reached) == 0.25);
  CHECK(denial{.most_steps = 10}.score(reached) == 0.5);
  for (const auto& stall : {late, burst}) {
    CHECK(stalled(stall));
    CHECK(stealthy{}.score(stall) == 0);
    CHECK(denial{}.score(stall) == 1);
  }
  auto study = described();
  persistent{.times = 7}.prepare(study);
  CHECK(study.training.after == 140);
  CHECK_THROWS_WITH_AS(persistent{.times = integer{1} << 60}.prepare(study),
                       doctest::Contains("persistent: times"), bad_argument);

  const auto a = small();
  const auto end = run<double>(a.victim_of(a.of(std::vector<double>(10, 1))), 3);
  REQUIRE(!stalled(end));
  double worst = 0;
  for (integer lag = 0; lag < 20; ++lag)
    worst = std::max(worst, at_lag{.lag = lag, .horizon = 20}.score(end));
  CHECK(worst == stealthy{.horizon = 20}.score(end));
  CHECK_THROWS_WITH_AS(at_lag({.lag = 40}).validate(), doctest::Contains("at_lag: lag"), bad_argument);
  CHECK_THROWS_WITH_AS(stealthy({.horizon = 0}).validate(), doctest::Contains("stealthy: horizon"),
                       bad_argument);
  CHECK_THROWS_WITH_AS(stealthy({.quantile = 2}).validate(), doctest::Contains("quantile"), bad_argument);
  CHECK_THROWS_WITH_AS(persistent({.times = 0}).validate(), doctest::Contains("persistent: times"),
                       bad_argument);
  CHECK_THROWS_WITH_AS(denial({.most_steps = 0}).validate(), doctest::Contains("denial: most_steps"),
                       bad_argument);
}

TEST_CASE("scores over seeds: medians, shares, and whatever a goal of one's own says") {
  CHECK(detail::value_of_goal(stealthy{}, {1, 5, 2}) == 2);
  CHECK(detail::value_of_goal(stealthy{.quantile = 0.25}, {1, 5, 2}) == 1.5);
  CHECK(detail::value_of_goal(stealthy{}, {NAN, 5, NAN}) == -infinity);
  CHECK(detail::value_of_goal(denial{}, {1, 0, 0.5, 0.5}) == 0.5);
  CHECK(detail::value_of_goal(least_harm{}, {3, 1, 2}) == 1);
}

TEST_CASE("scores of candidates are those of trainings one by one") {
  const auto a = small();
  const std::vector<std::vector<double>> candidates{std::vector<double>(10, 1),
                                                    {0, 0, 0, 1, 0, 1, 0, 0, 0, 0}};
  const auto all = scores<double>(a, candidates);
  for (std::size_t k = 0; k < 2; ++k) {
    std::vector<double> each;
    for (const std::uint32_t seed : a.seeds.values)
      each.push_back(a.goal.score(run<double>(a.victim_of(a.of(candidates[k])), seed)));
    CHECK(all[k] == quantile_of(each, 0.5));
  }
  CHECK(scores<double>(a, candidates, in_lanes{}) == all);
}

TEST_CASE("a search has the same bits by every executor, and after kills") {
  const auto a = small();
  const found_poison whole = search<double>(a, begun(a), 3);
  CHECK(whole.complete());
  CHECK(whole.trainings == 75);
  CHECK(whole.score == scores<double>(a, {whole.best})[0]);
  CHECK(std::is_sorted(whole.curve.begin(), whole.curve.end()));
  const found_poison lanes = search<double>(a, begun(a), 3, in_lanes{});
  CHECK(lanes.best == whole.best);
  CHECK(lanes.curve == whole.curve);

  const folder once("once"), often("often");
  search<double>(a, begun(a), 3, serial{}, {.directory = once.path});
  found_poison found;
  int calls = 0;
  for (; !found.complete(); ++calls) {
    std::atomic<bool> stop = false;
    const auto tell = [&](const sweep_progress& p) {
      CHECK(p.runs == 75);
      stop = p.done >= 17U * static_cast<std::size_t>(calls + 1);
    };
    const sweep_options options{.directory = often.path, .progress = tell, .cancel = &stop};
    found = calls % 2 == 0 ? search<double>(a, begun(a), 3, in_lanes{}, options)
                           : search<double>(a, begun(a), 3, serial{}, options);
    REQUIRE(calls < 20);
  }
  CHECK(calls > 3);
  CHECK(found.best == whole.best);
  CHECK(found.curve == whole.curve);
  for (int g = 0; g < 3; ++g) {
    const std::string table = "/generation." + std::to_string(g) + "/runs.csv";
    CHECK(text_of(often.path + table) == text_of(once.path + table));
    CHECK(text_of(once.path + table) != "none");
  }
  // Another attack does not go on there.
  auto other = a;
  other.label = "other";
  CHECK_THROWS_AS(search<double>(other, begun(a), 3, serial{}, {.directory = once.path}), bad_file);
}

TEST_CASE("a search finds what is worth more than where it began, by as many trainings as a random one") {
  const auto a = small();
  const double begin = scores<double>(a, {std::vector<double>(10, 1)}, in_lanes{})[0];
  const auto found = search<double>(a, begun(a), 12, in_lanes{});
  const auto random = search<double>(a, random_directions(10, 5, 3), 12, in_lanes{});
  CHECK(found.score > begin);
  CHECK(random.trainings == found.trainings);
}

TEST_CASE("a report has both sides, and errors after longer trainings") {
  const auto a = small();
  const poison_inputs by = a.of(std::vector<double>(10, 1));
  const auto report = judge<double>(a, by, {1, 3}, in_lanes{}).value();
  const auto error = [&](std::uint32_t seed, integer times) {
    auto study = a.victim_of(by);
    study.training.after *= times;
    const auto end = run<double>(study, seed);
    return stalled(end) ? infinity : end.generalization(20);
  };
  std::vector<double> searched, held, longer;
  for (const std::uint32_t seed : a.seeds.values) searched.push_back(error(seed, 1));
  for (const std::uint32_t seed : a.held_out.values) {
    held.push_back(error(seed, 1));
    longer.push_back(error(seed, 3));
  }
  CHECK(report.of_search.each == searched);
  CHECK(report.held_out.each == held);
  CHECK(report.held_out.interval == median_interval(held));
  CHECK(report.after == std::vector{quantile_of(held, 0.5), quantile_of(longer, 0.5)});
  CHECK(report.trainings == 17);
  CHECK(report.known == knowledge::distribution);

  auto short_of_steps = a;
  short_of_steps.study.training.stop.get<step_limit>().steps = 5;
  const auto none = judge<double>(short_of_steps, by, {1}, in_lanes{}).value();
  CHECK(none.held_out.stalled == 1);
  CHECK(none.held_out.median == infinity);
  std::atomic<bool> stop = true;
  CHECK(!judge<double>(a, by, {1}, in_lanes{}, {.cancel = &stop}));
  CHECK_THROWS_WITH_AS(judge<double>(a, by, {3, 10}, in_lanes{}), doctest::Contains("judge: times"),
                       bad_argument);
  CHECK_THROWS_WITH_AS(judge<double>(a, by, {1, 0}, in_lanes{}), doctest::Contains("judge: times"),
                       bad_argument);
  CHECK_THROWS_WITH_AS(judge<double>(a, by, {1, integer{1} << 60}, in_lanes{}),
                       doctest::Contains("judge: times"), bad_argument);
  CHECK_THROWS_WITH_AS(judge<double>(a, by, {}, in_lanes{}), doctest::Contains("judge: times"), bad_argument);
}

TEST_CASE("attacks that cannot be are refused by name") {
  const auto refused = [](const char* what, auto change) {
    CAPTURE(what);
    auto a = small();
    change(a);
    CHECK_THROWS_WITH_AS(scores<double>(a, {std::vector<double>(10, 1)}), doctest::Contains(what),
                         bad_argument);
  };
  refused("attack: seeds", [](auto& a) { a.seeds.values.clear(); });
  refused("attack: seeds", [](auto& a) { a.seeds.values = {1, 2, 1}; });
  refused("attack: held_out", [](auto& a) { a.held_out.values.clear(); });
  refused("attack: held_out", [](auto& a) { a.held_out.values = {7, 4}; });
  refused("attack: held_out", [](auto& a) { a.held_out.values = {7, 7}; });
  refused("attack: horizon", [](auto& a) { a.horizon = 0; });
  refused("poison_budget: energy", [](auto& a) { a.budget.energy = -1; });
  refused("poison_budget: support", [](auto& a) { a.budget.support = {5}; });
  refused("poison_budget: rank", [](auto& a) { a.budget.rank = a.budget.sequences = 6; });
  refused("poison_budget: sequences", [](auto& a) { a.budget.sequences = 7, a.budget.hidden = true; });
  refused("stealthy: quantile", [](auto& a) { a.goal.quantile = -1; });
  CHECK_THROWS_WITH_AS(search<double>(small(), begun(small()), 0), doctest::Contains("search: generations"),
                       bad_argument);
  CHECK_THROWS_WITH_AS(search<double>(small(), no_candidates{}, 2),
                       doctest::Contains("search: the candidates"), bad_argument);
  auto longer = small(persistent{.times = integer{1} << 60});
  CHECK_THROWS_WITH_AS(longer.validate(), doctest::Contains("persistent: times"), bad_argument);
  auto bent = small().victim_of({.added = {1, 2, 3}});
  CHECK_THROWS_WITH_AS(bent.validate<double>(), doctest::Contains("poisoned_set: added"), bad_argument);
  bent = small().victim_of({.added = {1, 2, 3, NAN, 5}});
  CHECK_THROWS_WITH_AS(bent.validate<double>(), doctest::Contains("poisoned_set: added"), bad_argument);
  for (const integer touched : {0, -1, 7}) {
    bent = small().victim_of({.altered = {0, 0, 0, 0, 5}, .touched = touched});
    CHECK_THROWS_WITH_AS(bent.validate<double>(), doctest::Contains("poisoned_set: touched"), bad_argument);
  }
}
