// SPDX-License-Identifier: BSD-3-Clause
// The baseline flow has a closed form: one residual drives all modes, so that with one common time τ
//
//   da_i/dτ = a_i^(κ-2),   a_i^-(κ-3) = a_i(0)^-(κ-3) - τ,   τ fixed by Σ_i a_i^(κ-1) = 1              (κ > 3)
//
// and differences of a_i^-(κ-3) never change. κ = 3 keeps ratios, κ = 2 differences of the modes.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/lssm.hpp>

#include "theorem1.hpp"

using namespace lssm;
using reference::wide;

namespace {

/// v^(-1/m) for v > 0: Newton's iteration from double's root.
wide inverse_root(wide v, integer m) {
  wide a = wide(std::pow(static_cast<double>(v), -1.0 / static_cast<double>(m)));
  for (int i = 0; i < 4; ++i) a = a + a * (1 - v * power(a, m)) / wide(m);
  return a;
}

/// x^-m - y^-m without cancellation.
wide difference_of_inverse_powers(wide x, wide y, integer m) {
  wide sum = 0;
  for (integer k = 0; k < m; ++k) sum += power(x, k) * power(y, m - 1 - k);
  return (y - x) * sum / power(x * y, m);
}

/// The modes where the flow ends. The unknown is u = a_0(∞)^-m, not τ, which would be the difference of two numbers of
/// 1e50; the left side is convex and falling in u, so Newton's iteration climbs to the root from u = 1.
std::vector<wide> limit(const std::vector<double>& start, integer kappa) {
  const integer m = kappa - 3;
  std::vector<wide> ahead, a(start.size());
  for (const double x : start) ahead.push_back(difference_of_inverse_powers(wide(x), wide(start[0]), m));
  wide u = 1;
  for (int i = 0; i < 200; ++i) {
    wide sum = -1, slope = 0;
    for (std::size_t j = 0; j < a.size(); ++j) {
      a[j] = inverse_root(u + ahead[j], m);
      const wide p = power(a[j], kappa - 1);
      sum += p;
      slope -= wide(kappa - 1) / wide(m) * p / (u + ahead[j]);
    }
    const wide next = u - sum / slope;
    if (reference::magnitude(next - u) <= 1e-30 * reference::magnitude(u)) break;
    u = next;
  }
  return a;
}

void check_limit(const theorem1::setting& s, double rtol, double tolerance) {
  CAPTURE(s.d);
  CAPTURE(s.kappa);
  CAPTURE(s.seed);
  const auto got = theorem1::train<double>(s, rtol);
  const auto expected = limit(got.start, s.kappa);
  CHECK(got.status == status::converged);
  for (std::size_t j = 0; j < expected.size(); ++j) {
    CAPTURE(j);
    // Modes far below the leader are leader plus gap: they keep the leader's last digit.
    CHECK(theorem1::error_of(got.end[j], expected[j]) <
          tolerance * reference::magnitude(expected[j]) + 20 * epsilon_of<double>);
    // The gap as a difference of the results: as good as the modes' own last digits allow.
    if (j > 0)
      CHECK(theorem1::error_of(got.end[0] - got.end[j], expected[0] - expected[j]) <
            tolerance * reference::magnitude(expected[0]));
  }
}

}  // namespace

TEST_CASE("closed form: where every mode ends") {
  for (const integer d : {2, 3, 5, 10, 50})
    for (integer kappa = 4; kappa <= 20; ++kappa)
      for (const std::uint32_t seed : {1u, 2u})
        check_limit({.d = d, .kappa = kappa, .seed = seed}, 1e-10, 1e-9);
}

TEST_CASE("closed form: other starts, tighter") {
  for (const std::uint32_t seed : {11u, 12u, 13u}) {
    check_limit({.d = 10, .kappa = 7, .scale = 0.3, .gap_factor = 10, .seed = seed}, 1e-13, 1e-11);
    check_limit({.d = 5, .kappa = 9, .scale = 5e-3, .gap_factor = 10, .seed = seed}, 1e-13, 1e-11);
    check_limit({.d = 3, .kappa = 4, .scale = 1e-2, .gap_factor = 3, .seed = seed}, 1e-13, 1e-11);
  }
}

TEST_CASE("closed form: a length of three keeps ratios, of two differences") {
  for (const integer d : {2, 3, 10}) {
    const auto three = theorem1::train<double>({.d = d, .kappa = 3, .seed = 5});
    wide squares = 0;
    for (const double x : three.start) squares += wide(x) * wide(x);
    CHECK(three.status == status::converged);
    for (std::size_t j = 0; j < three.end.size(); ++j)
      CHECK(theorem1::error_of(three.end[j] * three.end[j],
                               wide(three.start[j]) * wide(three.start[j]) / squares) < 1e-9);

    const auto two = theorem1::train<double>({.d = d, .kappa = 2, .seed = 5});
    wide sum = 0;
    for (const double x : two.start) sum += wide(x);
    CHECK(two.status == status::converged);
    for (std::size_t j = 0; j < two.end.size(); ++j)
      CHECK(theorem1::error_of(two.end[j], wide(two.start[j]) + (1 - sum) / wide(d)) < 1e-9);
  }
}

TEST_CASE("closed form: what is constant along the flow, and the loss never rises") {
  using study = teacher_student<ssm<real_diagonal<6>, learn<state_matrix>>, theorem1_teacher<6>,
                                training_set<8, unit<at<0>>>>;
  constexpr integer m = 5;
  std::vector<double> first;
  double before = HUGE_VAL, worst = 0, last_time = -1;
  const auto watch = [&](auto& flow) {
    const auto point = flow.here();
    std::vector<double> differences;
    for (std::size_t j = 1; j < 6; ++j)
      differences.push_back(static_cast<double>(
          difference_of_inverse_powers(wide(point.system.a[j]), wide(point.system.a[0]), m)));
    if (first.empty()) first = differences;
    // The tie of the first two is known to 1e-11 only from the modes themselves.
    for (std::size_t j = 1; j < first.size(); ++j)
      worst = std::max(worst, std::abs(differences[j] / first[j] - 1));
    CHECK(std::abs(differences[0] / first[0] - 1) < 1e-8);
    CHECK(point.loss <= before * (1 + 4 * epsilon_of<double>));
    CHECK(point.time >= last_time);  // the escape is faster than the last digit of the time it took to come
    before = point.loss;
    last_time = point.time;
  };
  const auto end = run<double>(study{}, 3, watch);
  CHECK(end.status == status::converged);
  CHECK(worst < 20 * study{}.training.rtol);
  CHECK(first.size() == 5);
}
