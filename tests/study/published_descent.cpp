// SPDX-License-Identifier: BSD-3-Clause
// The published standalone experiments from the authors' seeds, in float and double, with sizes in types and as values.
#include "published_descent.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/all.hpp>
#include <string>
#include <type_traits>

#include "watched.hpp"

using namespace lssm;
using published_runs::last_entries, published_runs::logged, published_runs::watched, published_runs::watch;

namespace {

template <integer D, integer K, class Constraint>
using study =
    teacher_student<ssm<real_diagonal<D>>, given<real_diagonal<>>,
                    inject<training_set<K, in_float<gaussian<leading<>>>>, in_float<gaussian<last_entries>>>,
                    squared_error, descent<adaptive_rate<full_matrix_norm>, Constraint>, rearranged_start,
                    framework_streams>;

template <class T, integer D, integer K, class Constraint>
watched train_study(const published::setting& s, std::uint32_t seed, bool special) {
  std::vector<double> a;
  for (double x : s.teacher) a.push_back(rounded_to_float(x));
  const std::vector<double> ones(a.size(), 1.0);
  study<D, K, Constraint> described{
      .student = {.structure = {.states = s.dim}},
      .teacher = {.structure = {.states = length(a)}, .values = {.a = a, .b = ones, .c = ones}},
      .training = {.rate = special ? s.rate_special : s.rate,
                   .stop = {{{.value = s.target}, {.steps = 1e6}}},
                   .after = s.after},
      .start = {.state_deviation = s.state_deviation,
                .io_deviation = s.io_deviation,
                .gap_factor = s.gap_factor,
                .warm = s.warm,
                .teacher_states = length(a)}};
  described.data.set.length = s.length;
  described.data.set.sequences.support.entries = s.baseline_entries;
  described.data.set.sequences.count = 8;
  described.data.special.support.two = s.two_special_entries;
  described.data.special.count = special ? 10 : 0;

  auto bound = bind<T>(described, seed);
  auto training = bound.training();
  return watch(training, [&](const auto& point) {
    const bound_system<T, real_diagonal<D>> student{point.system};
    return generalization_error<T>(student, bound.teacher, 40);
  });
}

enum class sizes { in_types, as_values };

template <class T, sizes Sizes>
watched train(const published::setting& s, std::uint32_t seed, bool special) {
  const auto of_size = [&]<integer D, integer K>(extent<D>, extent<K>) {
    return s.fixed ? train_study<T, D, K, fixed_input_output>(s, seed, special)
                   : train_study<T, D, K, unconstrained>(s, seed, special);
  };
  if constexpr (Sizes == sizes::as_values) {
    return of_size(extent<>(s.dim), extent<>(s.length));
  } else {
    return s.dim == 10 ? of_size(extent<10>(), extent<6>()) : of_size(extent<20>(), extent<10>());
  }
}

double off(double got, double expected) { return std::abs(got / expected - 1); }
double off(double got, const double (&either)[2]) {
  return std::min(off(got, either[0]), off(got, either[1]));
}
bool swings(const double (&either)[2]) { return either[0] != either[1]; }

template <class T>
void check_final(const published::final_state& f, const watched& run) {
  const bool fixed = f.of->fixed;
  CHECK(run.ended == status::target_reached);
  CHECK(std::abs(run.steps_to_target - (std::is_same_v<T, float> ? f.steps : f.steps_double)) <=
        (fixed ? 1 : 10));
  // A swinging run is bound to either state by 3 % (its loss and error) and 1e-3; others to four digits.
  const double free = swings(f.leading) || swings(f.error) ? 0.03 : 1e-3;
  CHECK(off(run.last.loss, f.loss) < (fixed ? 0.02 : free));
  CHECK(off(run.last.error, f.error) < free);
  CHECK(off(run.last.eigenvalues[0], f.leading) < (fixed ? 2e-3 : 1e-3));
  CHECK(off(run.last.eigenvalues[1], f.second) < (fixed ? 2e-3 : 1e-3));
  if (f.third != 0) CHECK(off(run.last.eigenvalues[2], f.third) < (fixed ? 2e-3 : 1e-3));
  CHECK(off(run.last.effective_rank, f.effective_rank) < 1e-3);
}

void check_first(const published::first_step& f, const watched& run) {
  const logged& first = run.after(1);
  CHECK(off(run.loss_before, f.before) < 1e-6);
  CHECK(off(first.loss, f.after) < 1e-6);
  for (std::size_t j = 0; j < 3; ++j) CHECK(off(first.eigenvalues[j], f.eigenvalues[j]) < 1e-6);
  double largest = 0;
  for (double g : f.gamma) largest = std::max(largest, std::abs(g));
  REQUIRE(first.gamma.size() == f.gamma.size());
  for (std::size_t l = 0; l < f.gamma.size(); ++l)
    CHECK(std::abs(first.gamma[l] - f.gamma[l]) < 4e-5 * largest);
  CHECK(off(first.error, f.error) < 1e-5);
  CHECK(off(first.effective_rank, f.effective_rank) < 5e-6);  // six digits are listed
}

template <class T, sizes Sizes>
void check_published() {
  for (const auto& f : published::finals) {
    CAPTURE(std::string(f.of->name));
    CAPTURE(f.seed);
    CAPTURE(f.special);
    const watched run = train<T, Sizes>(*f.of, f.seed, f.special);
    check_final<T>(f, run);
    const auto is_this = [&](const auto& x) {
      return x.of == f.of && x.seed == f.seed && x.special == f.special;
    };
    const auto first = std::find_if(std::begin(published::anchors), std::end(published::anchors), is_this);
    REQUIRE(first != std::end(published::anchors));
    check_first(*first, run);
    if constexpr (std::is_same_v<T, float>) {
      for (const auto& p : published::plateaus) {
        if (!is_this(p)) continue;
        CAPTURE(p.steps);
        const logged& then = run.after(p.steps);
        CHECK(off(then.loss, p.loss) < 2e-5);
        CHECK(off(then.eigenvalues[0], p.first) < 2e-5);
        CHECK(off(then.eigenvalues[1], p.second) < 2e-5);
      }
    }
  }
}

}  // namespace

TEST_CASE("the published runs in float, sizes in types") { check_published<float, sizes::in_types>(); }
TEST_CASE("the published runs in float, sizes as values") { check_published<float, sizes::as_values>(); }
TEST_CASE("the published runs in double, sizes in types") { check_published<double, sizes::in_types>(); }
TEST_CASE("the published runs in double, sizes as values") { check_published<double, sizes::as_values>(); }
