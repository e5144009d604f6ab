// SPDX-License-Identifier: BSD-3-Clause
// Recurrence, chunks and doubling scan are one map; a carried state goes on where a sequence was cut.
#include "execution_modes.hpp"

using namespace lssm;
using namespace execution_modes;

static_assert(ExecutionMode<scan_mode, bound_system<double, real_diagonal<2>>>);
static_assert(!ExecutionMode<real_diagonal<2>, bound_system<double, real_diagonal<2>>>);

TEST_CASE_TEMPLATE("every mode agrees on every structure", T, float, double) {
  agrees_on_all<T>(recurrence_mode{});
  agrees_on_all<T>(scan_mode{});
  for (const integer length : {1, 7, 64, 1000}) agrees_on_all<T>(chunk_mode{length});
}

TEST_CASE("modes in long double") {
  const auto systems = drawn<double>(complex_diagonal<3>{}, 3);
  const auto x = draws(5).list<long double>(200);
  const auto exact = convolution(systems.second, x);
  std::vector<long double> y(200);
  outputs_by(scan_mode{}, systems.second, x, y);
  CHECK(distance(y, exact) < 1e-17);
  outputs_by(chunk_mode{}, systems.second, x, y);
  CHECK(distance(y, exact) < 1e-17);
}

TEST_CASE("modes have the outputs of mpmath") {
  agrees_with_mpmath(recurrence_mode{});
  agrees_with_mpmath(chunk_mode{});
  agrees_with_mpmath(chunk_mode{5});
  agrees_with_mpmath(scan_mode{});
}

TEST_CASE("float over 16384 steps") {
  for (const bool ring : {false, true}) {
    INFO(ring);
    CHECK(error_over_long_sequences(recurrence_mode{}, ring) < 5e-6);
    CHECK(error_over_long_sequences(chunk_mode{}, ring) < 5e-6);
    CHECK(error_over_long_sequences(scan_mode{}, ring) < 1e-6);
  }
}

TEST_CASE("a small output behind large ones keeps its digits") {
  const auto keeps = [](const auto& mode) {
    CHECK(mode.scope == error_scope::terms_of_the_output);
    CHECK_FALSE(mode.error_model.empty());
    CHECK(error_after_a_burst(mode).first < 1e-13);
  };
  keeps(recurrence_mode{});
  keeps(chunk_mode{});
  keeps(scan_mode{});
}

TEST_CASE("a carried state takes pieces of any length, to the last bit") {
  const auto runs = [](const auto& systems) {
    const auto& system = systems.first;
    constexpr std::size_t m = std::remove_cvref_t<decltype(system)>::inputs,
                          p = std::remove_cvref_t<decltype(system)>::outputs;
    const auto x = draws(3).list<double>(100 * m);
    std::vector<double> whole(100 * p), y(100 * p);
    outputs_by(recurrence_mode{}, system, x, whole);
    carried_state state(system);
    for (int again = 0; again < 2; ++again, state.rest()) {
      std::size_t at = 0;
      for (const std::size_t piece : {0u, 1u, 30u, 2u, 67u}) {
        state.outputs(std::span(x).subspan(at * m, piece * m), std::span(y).subspan(at * p, piece * p));
        at += piece;
      }
      CHECK(y == whole);
    }
  };
  runs(drawn<double>(real_diagonal<dynamic, 2, 3>{5}, 2));
  runs(drawn<double>(complex_diagonal<3>{}, 3));
  runs(drawn<double>(dense_state<3, 2, 2>{}, 5));
  runs(drawn_in_time<double>(discretized<complex_diagonal<2, 2, 1>, bilinear, step_per_mode>{}, 8));
}

TEST_CASE("lengths that disagree are refused") {
  const auto system = drawn<double>(real_diagonal<dynamic, 2, 3>{5}, 2).first;
  std::vector<double> x(8), y(12), none;
  outputs_by(scan_mode{}, system, none, none);
  outputs_by(chunk_mode{}, system, none, none);
  CHECK_THROWS_AS(outputs_by(scan_mode{}, system, x, std::span(y).first(9)), bad_argument);
  CHECK_THROWS_AS(outputs_by(scan_mode{}, system, std::span(x).first(7), y), bad_argument);
  CHECK_THROWS_AS(outputs_by(chunk_mode{0}, system, x, y), bad_argument);
  carried_state state(system);
  CHECK_THROWS_AS(state.outputs(x, std::span(y).first(9)), bad_argument);
}
