// SPDX-License-Identifier: BSD-3-Clause
// Every update rule, with other numbers in every lane: the bits of the single run, and sizes known at compile time give
// the bits of sizes given at run time.
#include <lssm/core/pack.hpp>

#include "small_descent.hpp"

using namespace lssm;

namespace {

/// Other numbers for lane i.
template <class Rule>
Rule rule_of(int i) {
  Rule r{};
  small_descent::vary(r, i, 0.1);
  return r;
}

template <class Rule, integer D, integer Kappa>
auto study_of(int i) {
  using training = descent<Rule, bounded_state_matrix, first_of<target_loss, step_limit>, cosine, clip_norm,
                           rate_per_matrix>;
  const bool fast = i % 4 == 1;
  auto s = small_descent::make<learn_all, D, Kappa>(
      training{.rate = fast ? 0.2 : 0.02,
               .rule = rule_of<Rule>(i),
               .constraint = {.bound = 0.3 + 0.1 * i},
               .stop = {{{.value = i % 2 == 0 ? 0 : 0.03}, {.steps = 40.0 + i}}},
               .after = i,
               .schedule = {.steps = 50.0 + 10 * i, .floor = 0.5},
               .clipping = {.most = 1.0 + i},
               .rates = {.state = 1, .input = 0.5 + 0.1 * i, .output = 2}});
  s.data.deviation = 0.1;
  return s;
}

template <class Rule, integer D, integer Kappa>
auto studies_of() {
  std::vector<decltype(study_of<Rule, D, Kappa>(0))> out;
  for (int i = 0; i < static_cast<int>(lanes_of<pack<double>>); ++i)
    out.push_back(study_of<Rule, D, Kappa>(i));
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("lanes of sizes at run time have the bits of singles of known sizes", Rule,
                   gradient_descent, heavy_ball, nesterov, sign_descent, signum, lion, normalized_descent,
                   muon, rmsprop, adam, keras_adam, adamw, adaptive_rate<>, group_rmsprop<>) {
  const auto late = studies_of<Rule, dynamic, dynamic>();
  const auto known = studies_of<Rule, 3, 5>();
  const std::vector<std::uint32_t> seeds = {5, 6, 7, 8, 9, 10, 11, 12};
  const auto packed = run<pack<double>>(std::span(late), std::span<const std::uint32_t>(seeds));
  for (std::size_t lane = 0; lane < packed.size(); ++lane) {
    CAPTURE(lane);
    const auto alone = run<double>(known[lane], seeds[lane]);
    small_descent::check_same_bits(packed[lane], alone);
    CHECK(alone.at_end.steps >= 2);
  }
}

TEST_CASE_TEMPLATE("known sizes, sizes at run time, and lanes of known sizes", Rule, adaptive_rate<>) {
  const auto late = studies_of<Rule, dynamic, dynamic>();
  const auto known = studies_of<Rule, 3, 5>();
  const std::vector<std::uint32_t> seeds = {5, 6, 7, 8, 9, 10, 11, 12};
  const auto packed = run<pack<double>>(std::span(known), std::span<const std::uint32_t>(seeds));
  for (std::size_t lane = 0; lane < packed.size(); ++lane)
    small_descent::check_same_bits(packed[lane], run<double>(late[lane], seeds[lane]));
}
