// SPDX-License-Identifier: BSD-3-Clause
// Many students through few lanes: each leaves with the bits of its single run, whatever the lanes, the order and the
// neighbours, for every update rule, stop rule, loss and training policy.
#include <lssm/core/pack.hpp>
#include <map>
#include <optional>

#include "../train/small_descent.hpp"

using namespace lssm;

namespace {

template <class Study>
using jobs = std::vector<lane_job<Study>>;

/// Hands out the jobs in their order and keeps what comes back.
template <class T, class Study>
std::map<std::size_t, outcome<lane_of<T>, Study>> pooled(const jobs<Study>& all) {
  std::map<std::size_t, outcome<lane_of<T>, Study>> out;
  std::size_t next = 0;
  train_in_lanes<T>(
      [&]() -> std::optional<lane_job<Study>> {
        if (next == all.size()) return std::nullopt;
        return all[next++];
      },
      [&](std::size_t index, outcome<lane_of<T>, Study> o) {
        CHECK(out.emplace(index, std::move(o)).second);
      });
  return out;
}

template <class T, class Study>
void check_pool(const jobs<Study>& all) {
  const auto out = pooled<T>(all);
  REQUIRE(out.size() == all.size());
  for (const auto& job : all) {
    CAPTURE(job.index);
    const auto alone = run<lane_of<T>>(job.study, job.seed);
    small_descent::check_same_bits(out.at(job.index), alone);
    CHECK(out.at(job.index).network == alone.network);
  }
}

/// Students of very uneven length, more than two packs of them and no multiple of one.
template <class Training, class Vary>
auto uneven(Vary vary) {
  using study = decltype(small_descent::make(Training{}));
  jobs<study> all;
  for (int i = 0; i < 37; ++i) {
    auto s = small_descent::make(Training{}, 0.01 * (i % 3));
    s.data.set.sequences.count = 3 + i % 5;
    s.training.rate = 0.01 * (1 + i % 4);
    vary(s, i);
    all.push_back({static_cast<std::size_t>(100 + i), s, static_cast<std::uint32_t>(i)});
  }
  return all;
}

}  // namespace

TEST_CASE_TEMPLATE("a pool of students gives each the bits of its single run", T, double, pack<double>, float,
                   pack<float>) {
  check_pool<T>(uneven<descent<adaptive_rate<>, bounded_state_matrix>>([](auto& s, int i) {
    s.training.stop.template get<target_loss>().value = i % 2 == 0 ? 0 : 0.05;
    s.training.stop.template get<step_limit>().steps = 1.0 + (i * 7) % 60;
    s.training.after = i % 4;
    s.training.rule.decay = 0.5 + 0.01 * i;
    s.training.constraint.bound = 0.3 + 0.02 * i;
  }));
}
