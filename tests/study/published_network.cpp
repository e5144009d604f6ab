// SPDX-License-Identifier: BSD-3-Clause
// The published experiments of an SSM with a network, from the authors' seeds: in float with sizes in types and as values,
// in double on weights stored in float, and where that is the same experiment in double.
#include "published_network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/all.hpp>
#include <string>
#include <type_traits>

#include "watched.hpp"

using namespace lssm;
using published_runs::last_entries, published_runs::logged, published_runs::watched, published_runs::watch;

namespace {

template <integer M>
using network =
    sequential<dense<M, without_bias>, relu, dense<M, without_bias>, relu, dense<1, without_bias>>;
template <integer D, integer K, integer M, class Constraint>
using study = teacher_student<
    with_network<ssm<real_diagonal<D>>, network<M>>, given_network<real_diagonal<1>, network<M>>,
    inject<training_set<K, in_float<gaussian<leading<>>>>, in_float<gaussian<last_entries>>>, squared_error,
    descent<keras_adam, Constraint>, network_start<rearranged_start, restarted_normal>, framework_streams>;

template <class T, integer D, integer K, integer M, class Constraint>
watched train_study(const published_network::setting& s, std::uint32_t seed, bool special) {
  // Programs in single precision hold these numbers so, too.
  const auto number = [](double x) {
    return std::is_same_v<Constraint, stored_in_float> ? rounded_to_float(x) : x;
  };
  const auto m = static_cast<std::size_t>(s.width);
  std::vector<double> weights(m, 1.0);  // ones, the identity, halves
  for (std::size_t i = 0; i < m * m; ++i) weights.push_back(i % (m + 1) == 0 ? 1 : 0);
  weights.insert(weights.end(), m, 0.5);
  const network<M> layers{.layers = {{.outputs = s.width}, {}, {.outputs = s.width}, {}, {}}};

  study<D, K, M, Constraint> described{
      .student = {.ssm = {.structure = {.states = s.states}}, .network = layers},
      .teacher = {.ssm = {.values = {{1}, {1}, {1}}}, .network = layers, .weights = weights},
      .training = {.rate = number(special ? s.rate_special : s.rate),
                   .rule = {number(0.9), number(0.999), number(1e-7)},
                   .stop = {{{.value = s.target}, {.steps = 1e6}}},
                   .after = special ? s.after_special : s.after},
      .start = {.ssm = {.state_deviation = s.state_and_io_deviation,
                        .io_deviation = s.state_and_io_deviation,
                        .gap_factor = s.gap_factor,
                        .warm = s.warm,
                        .tie_break = 1e-6},
                .network = {.deviation = s.kernel_deviation}},
      .streams = {.test_offset = s.test_offset}};
  described.data.set.length = s.length;
  described.data.set.sequences.support.entries = s.baseline_entries;
  described.data.set.sequences.count = 20;
  described.data.special.support.two = s.two_special_entries;
  described.data.special.count = special ? 20 : 0;

  const flush_denormals quick;
  auto bound = bind<T>(described, seed);
  test_set<T> tests(bound.teacher, 2000, 40, bound.streams->test());
  auto training = bound.training();
  return watch(training, [&](const auto& point) { return tests.error(point.objective); });
}

enum class sizes { in_types, as_values };

template <class T, sizes Sizes, class Constraint = unconstrained>
watched train(const published_network::setting& s, std::uint32_t seed, bool special) {
  if constexpr (Sizes == sizes::as_values) {
    return train_study<T, dynamic, dynamic, dynamic, Constraint>(s, seed, special);
  } else {
    return s.states == 10 ? train_study<T, 10, 6, 15, Constraint>(s, seed, special)
                          : train_study<T, 20, 10, 25, Constraint>(s, seed, special);
  }
}

double off(double got, double expected) { return std::abs(got / expected - 1); }

/// Six digits are listed of the first rank, five of γ; the error is 1 while the student answers nothing.
template <class T>
void check_first_steps(const published_network::setting* of, std::uint32_t seed, bool special,
                       const watched& run) {
  const auto is_this = [&](const auto& x) { return x.of == of && x.seed == seed && x.special == special; };
  using namespace published_network;
  const auto f = std::find_if(std::begin(anchors), std::end(anchors), is_this);
  REQUIRE(f != std::end(anchors));
  const logged& first = run.after(1);
  CHECK(off(run.loss_before, f->before) < 1e-6);
  CHECK(off(first.loss, f->after) < 1e-6);
  for (std::size_t j = 0; j < 3; ++j) CHECK(off(first.eigenvalues[j], f->eigenvalues[j]) < 1e-6);
  double largest = 0;
  for (double g : f->gamma) largest = std::max(largest, std::abs(g));
  REQUIRE(first.gamma.size() == f->gamma.size());
  for (std::size_t l = 0; l < f->gamma.size(); ++l) {
    CHECK(std::abs(first.gamma[l] - f->gamma[l]) < 4e-5 * largest);
    if (f->gamma[l] == 0) CHECK(first.gamma[l] == 0);  // no sequence excites this position
  }
  CHECK(off(first.error, 1) < 1e-5);
  CHECK(off(first.effective_rank, f->effective_rank) < 5e-6);
  if constexpr (std::is_same_v<T, float>) {
    for (const auto& p : plateaus) {
      if (!is_this(p)) continue;
      CAPTURE(p.steps);
      const logged& then = run.after(p.steps);
      CHECK(off(then.loss, p.loss) < 2e-5);
      CHECK(off(then.eigenvalues[0], p.first) < 2e-5);
      CHECK(off(then.eigenvalues[1], p.second) < 2e-5);
    }
  }
}

template <class T, sizes Sizes, class Constraint = unconstrained>
void check_special() {
  using namespace published_network;
  double poison6_error = 0;
  for (const auto& f : special_ends) {
    CAPTURE(std::string(f.of->name));
    CAPTURE(f.seed);
    const watched run = train<T, Sizes, Constraint>(*f.of, f.seed, true);
    CHECK(run.ended == status::target_reached);
    CHECK(std::abs(run.steps_to_target - f.steps) <= 1);
    if (f.of == &poison6) {  // noisy to its end
      CHECK(run.last.error < 2.5 * f.error);
      CHECK(run.last.error > f.error / 2.5);
      poison6_error += run.last.error / 4;
    } else {
      const double free = f.of == &poison10 ? 5e-3 : 1e-3;
      CHECK(off(run.last.error, f.error) < free);
      CHECK(off(run.last.loss, f.loss) < free);
      for (std::size_t j = 0; j < 3; ++j)
        if (f.eigenvalues[j] != 0)
          CHECK(off(run.last.eigenvalues[j], f.eigenvalues[j]) < (f.of == &dynamics6 ? 1e-4 : 1e-3));
    }
    CHECK(off(run.last.effective_rank, f.effective_rank) < 1e-3);
    check_first_steps<T>(f.of, f.seed, true, run);
  }
  for (const std::uint32_t seed : {4543u, 4545u})
    poison6_error += train<T, Sizes, Constraint>(poison6, seed, true).last.error / 4;
  CHECK(poison6_error > 0.04);
  CHECK(poison6_error < 0.065);
}

template <class T, sizes Sizes, class Constraint = unconstrained>
void check_baseline() {
  using namespace published_network;
  for (const auto& f : baseline_ends) {
    CAPTURE(std::string(f.of->name));
    CAPTURE(f.seed);
    const watched run = train<T, Sizes, Constraint>(*f.of, f.seed, false);
    CHECK(run.ended == status::target_reached);
    CHECK(std::abs(run.steps_to_target - f.steps) <= (f.of->length == 6 ? 10 : 30));
    CHECK(off(run.last.eigenvalues[0], 1) < 0.02);
    CHECK(run.last.eigenvalues[1] < 0.5);
    CHECK(run.last.effective_rank < (f.of->length == 6 ? 2.3 : f.of == &dynamics10 ? 1.2 : 10));
    CHECK(run.last.error > f.error_from / 3);
    CHECK(run.last.error < f.error_to * 3);
    check_first_steps<T>(f.of, f.seed, false, run);
  }
}

}  // namespace

TEST_CASE("published runs with a network in float, sizes in types") {
  check_special<float, sizes::in_types>();
  check_baseline<float, sizes::in_types>();
}
TEST_CASE("published runs with a network in float, sizes as values") {
  check_special<float, sizes::as_values>();
  check_baseline<float, sizes::as_values>();
}
TEST_CASE("published runs with a network in double, on weights stored in float") {
  check_special<double, sizes::in_types, stored_in_float>();
  check_baseline<double, sizes::in_types, stored_in_float>();
}
TEST_CASE("published runs with a network in double, with special sequences") {
  check_special<double, sizes::as_values>();
}
