// SPDX-License-Identifier: BSD-3-Clause
// Observers in the lane pool: each student's sees, to the last bit, what it sees of that student alone, and changes nothing.
#include <lssm/study/lane_view.hpp>

#include <lssm/core/pack.hpp>
#include <map>

#include "../train/small_descent.hpp"

using namespace lssm;

namespace {

template <class Training>
auto student(std::uint32_t i) {
  auto s = small_descent::make(Training{}, 0.01 * (i % 3));
  s.start.a[0] = 0.2 + 0.01 * i;
  s.training.rate = 0.01 * (1 + i % 4);
  s.training.stop.template get<step_limit>().steps = 1.0 + (i * 7) % 60;
  return s;
}
template <class T>
auto watcher() {
  return trajectory_of<T>(sample_steps{.period = 4, .offset = 1}, record::steps{}, record::rate{},
                          record::loss{}, record::eigenvalues{}, record::gamma{}, record::time{});
}

}  // namespace

TEST_CASE_TEMPLATE("trajectories in lanes are those of single runs", Training, descent<adam>,
                   descent<gradient_descent, unconstrained, first_of<step_limit>>,
                   descent<langevin<>, unconstrained, first_of<step_limit>>) {
  using P = pack<double>;
  constexpr std::uint32_t count = 21;
  const auto make = [](std::uint32_t i) {
    auto s = student<Training>(i);
    if constexpr (requires { s.training.rule.temperature; })
      s.training.rule = {.temperature = 1e-4, .key = i};
    return s;
  };
  using study = decltype(make(0));
  std::map<std::size_t, decltype(watcher<double>())> seen;
  for (std::uint32_t i = 0; i < count; ++i) seen.emplace(i, watcher<double>());
  std::map<std::size_t, outcome<double, study>> ends;
  std::uint32_t next = 0;
  train_in_lanes<P>(
      [&]() -> std::optional<lane_job<study>> {
        if (next == count) return std::nullopt;
        ++next;
        return lane_job<study>{next - 1, make(next - 1), next - 1};
      },
      [&](std::size_t index, auto end) { ends.emplace(index, std::move(end)); }, never_stopped{},
      [&](std::size_t index, auto& run) { seen.at(index)(run); });
  REQUIRE(ends.size() == count);
  for (std::uint32_t i = 0; i < count; ++i) {
    CAPTURE(i);
    auto alone = watcher<double>();
    const auto end = run<double>(make(i), i, alone);
    CHECK(alone.samples() >= 2);
    if constexpr (small_descent::has_own_sums<Training>) {
      // Alone it has sums of its own: the bits are those of the general path.
      small_descent::check_near(ends.at(i), end);
      auto bound = bind<double>(make(i), i);
      auto general = bound.training();
      auto stepped = watcher<double>();
      for (stepped(general); general.running(); stepped(general)) general.step_as_lanes();
      CHECK(to_csv(seen.at(i)).text() == to_csv(stepped).text());
    } else {
      small_descent::check_same_bits(ends.at(i), end);
      CHECK(to_csv(seen.at(i)).text() == to_csv(alone).text());
    }
  }
}

TEST_CASE("each lane is cancelled by itself, and early stopping finds the best of its student") {
  using study = decltype(student<descent<adam>>(0));
  const auto make = [](std::uint32_t i) {
    auto s = student<descent<adam>>(i);
    s.training.stop.get<step_limit>().steps = 100;
    s.training.stop.get<target_loss>().value = 0;
    return s;
  };
  const auto measure = [](auto& run) { return abs_of(run.here().system.a[0] - 0.3); };
  const patience_of_looks often{.period = 3, .patience = 4};
  std::vector<early_stopping<decltype(measure)>> best(9, early_stopping<decltype(measure)>(measure, often));
  std::map<std::size_t, outcome<double, study>> ends;
  std::uint32_t next = 0;
  train_in_lanes<pack<double>>(
      [&]() -> std::optional<lane_job<study>> {
        if (next == 9) return std::nullopt;
        ++next;
        return lane_job<study>{next - 1, make(next - 1), next - 1};
      },
      [&](std::size_t index, auto end) { ends.emplace(index, std::move(end)); }, never_stopped{},
      [&](std::size_t index, auto& run) {
        best[index](run);
        return index != 5 || run.now().steps < 7;
      });
  for (std::uint32_t i = 0; i < 9; ++i) {
    early_stopping alone(measure, often);
    const auto end = small_descent::run_as_lanes<double>(make(i), i, [&](auto& run) {
      alone(run);
      return i != 5 || run.now().steps < 7;
    });
    small_descent::check_same_bits(ends.at(i), end);
    CHECK(best[i].value() == alone.value());
    CHECK(best[i].steps() == alone.steps());
    CHECK(std::equal(alone.theta().begin(), alone.theta().end(), best[i].theta().begin()));
  }
  CHECK(ends.at(5).status == status::cancelled);
}
