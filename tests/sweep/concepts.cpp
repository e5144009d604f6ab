// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of sweeps accept and what they refuse.
#include <doctest/doctest.h>

#include <functional>
#include <lssm/sweep/in_lanes.hpp>

#include "small_sweep.hpp"

using namespace lssm;

namespace {

using small = decltype(small_sweep::make());
using job = sweep_job<float, small>;

struct without_seeds {
  std::vector<std::string> names() const { return {}; }
  std::size_t points() const { return 1; }
  std::vector<double> values(std::size_t) const { return {}; }
  void validate() const {}
};
struct without_read_of_ranks {
  int rank() const { return 0; }
  int ranks() const { return 1; }
};

static_assert(SweepRuns<grid> && SweepRuns<point_list> && !SweepRuns<without_seeds> && !SweepRuns<int>);
static_assert(std::is_same_v<small, sweep_description<grid, small_sweep::study_at, small_sweep::read_off>>);
static_assert(SweepDescription<small> && !SweepDescription<grid>);
static_assert(SweepExecutor<serial, job> && SweepExecutor<in_lanes, job> && !SweepExecutor<grid, job>);
static_assert(!SpansRanks<serial> && !SpansRanks<in_lanes> && !SpansRanks<without_read_of_ranks>);

}  // namespace

TEST_CASE("a job leaves the runs whose cells sweep_rows holds already") {
  const small sweep = small_sweep::make(2, {3, 4});  // 2 amplitudes, 2 positions, 2 seeds
  const std::vector<std::string> names = sweep.runs.names();
  sweep_rows rows(8);
  rows[5] = "step_limit,400,1,2";
  const std::function<void(const sweep_progress&)> nobody;
  job some(sweep, names, rows, nullptr, nobody, nullptr);
  CHECK(some.left() == 7);
  some.give(0, some.left());
  some.close();
  serial{}(some);
  for (const auto& cells : rows) CHECK(cells.has_value());
  CHECK(rows[5] == "step_limit,400,1,2");
}
