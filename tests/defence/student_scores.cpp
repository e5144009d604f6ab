// SPDX-License-Identifier: BSD-3-Clause
// Scores that ask a student are what their formulas say: states by a plain recurrence, signatures that know no shift and no
// rotation, groups that were planted, gradients by differences.
#include <lssm/defence/student_scores.hpp>

#include <doctest/doctest.h>

#include <lssm/lssm.hpp>

using namespace lssm;

namespace {

template <class T>
labelled<T> drawn(integer sequences, integer kappa, unsigned seed) {
  labelled<T> data;
  data.kappa = kappa;
  numpy_legacy draws(seed);
  for (integer i = 0; i < sequences * kappa; ++i) data.x.push_back(T(draws.normal()));
  for (integer n = 0; n < sequences; ++n) data.y.push_back(T(draws.normal()));
  return data;
}
template <class T>
bound_system<T, real_diagonal<3>> a_student() {
  bound_system<T, real_diagonal<3>> s{real_diagonal<3>().template make<T>()};
  const double a[] = {0.9, -0.5, 0.2}, b[] = {0.3, -1, 0.7}, c[] = {1.1, 0.4, -0.6};
  for (std::size_t j = 0; j < 3; ++j) {
    s.system.a[j] = T(a[j]);
    s.system.b[j] = T(b[j]);
    s.system.c[j] = T(c[j]);
  }
  return s;
}
std::vector<double> normals(std::size_t count, unsigned seed) {
  numpy_legacy draws(seed);
  std::vector<double> x(count);
  for (double& z : x) z = draws.normal();
  return x;
}

}  // namespace

TEST_CASE_TEMPLATE("states after a sequence are those of the recurrence", T, float, double, long double) {
  const auto student = a_student<T>();
  for (const integer kappa : {2, 5, 17}) {
    const auto data = drawn<T>(4, kappa, 3);
    const auto rows = states_after(student, data);
    REQUIRE(rows.size() == 12);
    for (integer n = 0; n < 4; ++n)
      for (std::size_t j = 0; j < 3; ++j) {
        double s = 0;
        for (const T& x : data.input(n))
          s = value_of(student.system.a[j]) * s + value_of(student.system.b[j]) * value_of(x);
        CHECK(rows[static_cast<std::size_t>(n) * 3 + j] == doctest::Approx(s).epsilon(1e-5));
      }
  }
}

TEST_CASE("spectral signatures know neither shifts nor rotations, and sum to the largest variance") {
  for (const std::size_t count : {1u, 2u, 3u, 20u}) {
    const auto rows = normals(2 * count, static_cast<unsigned>(count));
    auto moved = rows;
    for (std::size_t n = 0; n < count; ++n) {
      moved[2 * n] = 0.6 * rows[2 * n] - 0.8 * rows[2 * n + 1] + 5;
      moved[2 * n + 1] = 0.8 * rows[2 * n] + 0.6 * rows[2 * n + 1] - 7;
    }
    const auto s = spectral_signatures(rows, 2), t = spectral_signatures(moved, 2);
    double mean[2] = {}, xx = 0, xy = 0, yy = 0, sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) mean[i % 2] += rows[i] / static_cast<double>(count);
    for (std::size_t n = 0; n < count; ++n) {
      const double x = rows[2 * n] - mean[0], y = rows[2 * n + 1] - mean[1];
      xx += x * x, xy += x * y, yy += y * y;
      sum += s[n];
      CHECK(s[n] == doctest::Approx(t[n]).epsilon(1e-9));
    }
    CHECK(sum == doctest::Approx((xx + yy) / 2 + std::hypot((xx - yy) / 2, xy)).epsilon(1e-9));
  }
  CHECK(spectral_signatures({2, 2, 2, 2}, 2) == std::vector<double>{0, 0});
  CHECK_THROWS_AS(spectral_signatures({1, 2, 3}, 2), bad_argument);
  CHECK_THROWS_AS(spectral_signatures({1, std::nan("")}, 2), bad_argument);
}

TEST_CASE("two clusters find groups that were planted, and their silhouette grows with the distance") {
  const auto noise = normals(3 * 18, 5);
  double before = -1;
  for (const double apart : {0., 3., 10., 100.}) {
    auto rows = noise;
    for (std::size_t n = 0; n < 5; ++n) rows[3 * n + 1] += apart;
    const row_clusters found = two_clusters(rows, 3);
    CHECK(found.silhouette > before);
    before = found.silhouette;
    if (apart < 10) continue;
    for (std::size_t n = 0; n < 18; ++n) CHECK(found.smaller[n] == (n < 5));
  }
  CHECK(before > 0.95);
  CHECK(two_clusters({1, 1, 1}, 1).silhouette == 0);
  const row_clusters pair = two_clusters({0, 0, 4}, 1);  // by hand: (4 - 0) / 4 twice, a single row counts 0
  CHECK(pair.smaller == std::vector<bool>{false, false, true});
  CHECK(pair.silhouette == doctest::Approx(2. / 3));
}

TEST_CASE("clusters and signatures are the same at both ends of the range") {
  const auto rows = normals(2 * 12, 3);
  auto apart = rows;
  for (std::size_t n = 0; n < 4; ++n) apart[2 * n] += 20;
  const row_clusters plain = two_clusters(apart, 2);
  REQUIRE(plain.silhouette > 0.5);
  for (const double by : {1e-305, 1e-170, 1e155, 1e160, 1e306}) {
    auto scaled = apart;
    for (double& x : scaled) x *= by;
    const row_clusters found = two_clusters(scaled, 2);
    CHECK(found.smaller == plain.smaller);
    CHECK(found.silhouette == doctest::Approx(plain.silhouette).epsilon(1e-12));
    for (const double s : spectral_signatures(scaled, 2)) CHECK(s >= 0);
  }
  for (const double s : spectral_signatures({1.7e308, -1.7e308}, 1)) CHECK(s == HUGE_VAL);
}

TEST_CASE("students are asked of data whose parts fit each other") {
  auto data = drawn<double>(4, 5, 3);
  data.x.pop_back();
  CHECK_THROWS_WITH_AS(states_after(a_student<double>(), data), doctest::Contains("states_after: data.x"),
                       bad_argument);
  CHECK_THROWS_WITH_AS(self_influences(a_student<double>(), data),
                       doctest::Contains("self_influences: data.x"), bad_argument);
}

TEST_CASE_TEMPLATE("self-influences are squared slopes of the loss of a sequence", T, double, long double) {
  const auto data = drawn<T>(5, 6, 9);
  const auto student = a_student<T>();
  const auto of = self_influences(student, data);
  REQUIRE(of.size() == 5);
  for (integer n = 0; n < 5; ++n) {
    double sum = 0;
    for (const auto entry : {0, 1, 2, 3, 4, 5, 6, 7, 8}) {
      const auto loss = [&](double by) {
        auto s = student;
        auto& slot = entry < 3 ? s.system.a : entry < 6 ? s.system.b : s.system.c;
        slot[static_cast<std::size_t>(entry % 3)] += T(by);
        T y;
        s.last_output(data.input(n), std::span<T>(&y, 1));
        return std::pow(value_of(y - data.y[static_cast<std::size_t>(n)]), 2);
      };
      sum += std::pow((loss(1e-6) - loss(-1e-6)) / 2e-6, 2);
    }
    CHECK(of[static_cast<std::size_t>(n)] == doctest::Approx(sum).epsilon(1e-6));
  }
}
