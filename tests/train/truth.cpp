// SPDX-License-Identifier: BSD-3-Clause
// Flows to their end against values made without this library: the published runs and other sizes, in three scalars.
#include "truth.hpp"

#include <doctest/doctest.h>

#include <lssm/core.hpp>
#include <span>

using namespace lssm;
using namespace theorem1;

namespace {

/// Within `tolerance` of the truth, relative or in units of a teacher's response of size one.
template <class T>
void check_run(const known_run& run, double rtol, double tolerance, double floor) {
  CAPTURE(run.d);
  CAPTURE(run.kappa);
  CAPTURE(run.seed);
  CAPTURE(run.special);
  const auto got = train<T>(run.where(), rtol);
  const wide truth = from_decimal(run.error);
  CHECK(got.status == status::converged);
  CHECK((relative(got.error, truth) < tolerance || error_of(got.error, truth) < floor));
}

template <class T>
void check_modes(const setting& from, std::span<const char* const> modes, double rtol, double tolerance) {
  const auto got = train<T>(from, rtol);
  REQUIRE(got.end.size() == modes.size());
  for (std::size_t j = 0; j < modes.size(); ++j) {
    CAPTURE(j);
    CHECK(relative(got.end[j], from_decimal(modes[j])) < tolerance);
  }
}

}  // namespace

TEST_CASE("truth: the sixteen published runs at the default tolerance") {
  for (const known_run& run : published) check_run<double>(run, 1e-10, 1e-9, 1e-13);
}

TEST_CASE("truth: the sixteen published runs at a tight one") {
  for (const known_run& run : published) check_run<double>(run, 1e-13, 1e-11, 1e-13);
}

TEST_CASE("truth: every mode of a poisoned run") {
  check_modes<double>(published[1].where(), modes_of_242, 1e-13, 1e-12);
  check_modes<double>(published[9].where(), modes_of_342, 1e-13, 1e-12);
}

TEST_CASE("truth: two to a thousand modes, lengths from four to twenty") {
  for (const known_run& run : others)
    if (run.d <= 100 || (run.d == 1000 && run.seed == 1 && full_speed))
      check_run<double>(run, 1e-10, 1e-9, 1e-13);
}

TEST_CASE("truth: ten thousand modes") {
  for (const known_run& run : others)
    if (run.d == 10000 && run.kappa == 7 && run.special == 1 && full_speed)
      check_run<double>(run, 1e-10, 1e-9, 1e-13);
}

TEST_CASE("truth: errors are one to three times the tolerance") {
  for (const double rtol : {1e-6, 1e-8, 1e-10, 1e-12}) {
    CAPTURE(rtol);
    for (const std::size_t i : {0u, 1u, 8u, 9u}) check_run<double>(published[i], rtol, 3 * rtol, 0);
  }
}

TEST_CASE("steps hardly grow with the stiffness") {
  // The fast rate of a poisoned flow is d, its slow time grows from 1e3 to 1e7 with d: a ratio of up to 1e9.
  const auto few = theorem1::train<double>({.d = 10, .kappa = 7, .seed = 1, .special = 1});
  const auto many = theorem1::train<double>({.d = 100, .kappa = 7, .seed = 1, .special = 1});
  CHECK(many.time > 1000 * few.time);
  CHECK(many.steps < 1.5 * few.steps);
}

TEST_CASE("truth: long double holds more digits than double can") {
  const double rtol = epsilon_of<long double> < epsilon_of<double> ? 1e-15 : 1e-13;
  for (const std::size_t i : {0u, 1u}) check_run<long double>(published[i], rtol, 3 * rtol, 0);
  if (epsilon_of<long double> < epsilon_of<double>)
    check_modes<long double>(published[1].where(), modes_of_242, rtol, 10 * rtol);
}

TEST_CASE("truth: scalars agree at equal tolerance to double's own accuracy") {
  for (const std::size_t i : {2u, 3u, 10u, 11u}) {
    const setting from = published[i].where();
    const auto in_double = train<double>(from);
    const auto in_long_double = train<long double>(from);
    CHECK(relative(in_double.error, wide(in_long_double.error)) < 5e-12);
    // The start is drawn and rounded in double for every scalar.
    for (std::size_t j = 0; j < in_double.start.size(); ++j)
      CHECK(in_double.start[j] == in_long_double.start[j]);
  }
}

#if defined(__SIZEOF_FLOAT128__)
TEST_CASE("truth: quad runs from the same source") {
  const double rtol = full_speed ? 1e-12 : 1e-8;
  check_run<quad>(published[1], rtol, 3 * rtol, 0);
  check_run<quad>(published[0], 1e-8, 3e-8, 0);
}

TEST_CASE("truth: quad, all twenty digits" * doctest::skip()) {  // a minute
  check_run<quad>(published[1], 1e-20, 3e-20, 0);
}
#endif
