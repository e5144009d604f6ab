// SPDX-License-Identifier: BSD-3-Clause
// The generalization errors of the paper's runs, and of others, are the true ones.
#include "published.hpp"

using namespace published;

TEST_CASE("published runs: within 1e-9 of the truth at the default tolerance, 1e-11 at 1e-13") {
  for (const truth& t : runs()) {
    CAPTURE(name(t));
    const auto usual = run<double>(make(t), t.seed), fine = run<double>(make(t, 1e-13), t.seed);
    CHECK(usual.status == status::converged);
    CHECK(fine.status == status::converged);
    CHECK(usual.at_end.loss < 1e-28);
    CHECK(distance(usual.generalization(20), t) < 1e-9);
    CHECK(distance(fine.generalization(20), t) < 1e-11);
  }
}

TEST_CASE("other sizes and seeds, odd and even lengths: within 1e-9, or 1e-13 of zero") {
  for (const truth& t : others()) {
    CAPTURE(name(t));
    const auto end = run<double>(make(t), t.seed);
    CHECK(end.status == status::converged);
    CHECK(distance(end.generalization(20), t) < (t.error == 0 ? 1e-13 : 1e-9));
  }
}

TEST_CASE_TEMPLATE("wider scalars agree with the truth from the same source", T, long double, quad) {
  for (const truth& t : {runs()[1], others()[5]}) {
    CAPTURE(name(t));
    const auto end = run<T>(make(t, 1e-12), t.seed);
    CHECK(end.status == status::converged);
    CHECK(distance(end.generalization(20), t) < 1e-11);
  }
}

TEST_CASE("lengths 2 and 3: the flow is linear, and ends") {
  for (integer special : {0, 1}) {
    const auto two = run<double>(make({4, 2, 1e-3, 5, 1, special, 0}), 1);
    CHECK(two.status == status::converged);
    // h_1 = Σ a_j is all that two entries show, and every mode grows alike.
    CHECK(two.student.impulse_response(2)(1, 0, 0) == doctest::Approx(1).epsilon(1e-12));
    CHECK(two.effective_rank() > 3.99);
    const auto three = run<double>(make({4, 3, 1e-3, 5, 1, special, 0}), 1);
    CHECK(three.status == status::converged);
    CHECK(three.student.impulse_response(3)(2, 0, 0) == doctest::Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("sizes known to the compiler and sizes known at run time give the same bits") {
  const auto same = [](const auto& known, const auto& unknown) {
    CHECK(std::equal(known.student.system.a.begin(), known.student.system.a.end(),
                     unknown.student.system.a.begin(), unknown.student.system.a.end()));
    CHECK(known.cotangent == unknown.cotangent);
    CHECK(known.at_end.time == unknown.at_end.time);
    CHECK(known.at_end.loss == unknown.at_end.loss);
    CHECK(known.at_end.steps == unknown.at_end.steps);
    CHECK(known.at_end.rejected == unknown.at_end.rejected);
  };
  for (const truth& t : runs()) {
    CAPTURE(name(t));
    if (t.dim == 10) same(run<double>(make<10, 7>(t), t.seed), run<double>(make(t), t.seed));
    if (t.dim == 20) same(run<double>(make<20, 9>(t), t.seed), run<double>(make(t), t.seed));
  }
  same(run<long double>(make<10, 7>(runs()[1]), 242), run<long double>(make<10, dynamic>(runs()[1]), 242));
  same(run<double>(make<10, 7>(runs()[1]), 242), run<double>(make<dynamic, 7>(runs()[1]), 242));
}
