// SPDX-License-Identifier: BSD-3-Clause
// Whitening mixes sequences: rows stay in their span, singular values become as even as its strength and floor say, labels
// are the same mixture, and a strength of 0 changes no bit. Truncation leaves the modes of most mass.
#include <lssm/defence.hpp>

#include <doctest/doctest.h>

#include <lssm/lssm.hpp>

using namespace lssm;

namespace {

std::vector<double> singular_values(const std::vector<double>& x, std::size_t l) {
  detail::columns_of<double> g(x.size() / l, l);
  for (std::size_t i = 0; i < x.size(); ++i) g(i / l, i % l) = x[i];
  return detail::jacobi_svd(g, l).values;
}
using study = teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>,
                              inject<training_set<6, gaussian<leading<2>>>, gaussian<at<-2>>>, squared_error,
                              descent<adaptive_rate<>>, near_zero, numpy_stream, known_forms,
                              filters<drop_above<lag_energy>, whitened_inputs>>;
study make(double strength, double most = HUGE_VAL) {
  study s{};
  s.teacher = {.values = {{1}, {1}, {1}}};
  s.data.set.sequences.count = 8;
  s.data.special.count = 3;
  s.data.special.deviation = 0.1;
  s.filter = {{{{.first = 0, .last = 3}, most}, {.strength = strength}}};
  return s;
}

}  // namespace

TEST_CASE("singular values become as even as strength and floor say") {
  numpy_legacy draws(4);
  for (const double strength : {0.25, 0.5, 1.0})
    for (const double floor : {1e-3, 0.3, 1.0}) {
      std::vector<double> x(9 * 4);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = draws.normal() * std::pow(0.1, double(i % 4));
      const auto before = singular_values(x, 4);
      whitened_inputs{strength, floor}.edit_all(std::span<double>(x), 4);
      const auto after = singular_values(x, 4);
      std::vector<double> wanted;
      for (const double s : before) wanted.push_back(s * std::pow(std::max(s / before[0], floor), -strength));
      std::sort(wanted.begin(), wanted.end(), std::greater<>{});
      for (std::size_t i = 0; i < 4; ++i) CHECK(after[i] == doctest::Approx(wanted[i]).epsilon(1e-9));
    }
}

TEST_CASE_TEMPLATE("a direction below the root of the least number grows by the floor", T, float, double) {
  for (const double faint : std::same_as<T, float> ? std::array{1e-21, 1e-25} : std::array{1e-165, 1e-200})
    for (const double unit : {1.0, 1e-10}) {
      std::vector<T> x{T(unit), 0, 0, 0, T(unit / 8), 0, 0, 0, T(faint * unit)};
      whitened_inputs{1, 1e-2}.edit_all(std::span<T>(x), 3);
      CHECK(static_cast<double>(x[4]) == doctest::Approx(unit).epsilon(10 * epsilon_of<T>));
      CHECK(static_cast<double>(x[8]) / (100 * faint * unit) ==
            doctest::Approx(1).epsilon(10 * epsilon_of<T>));
    }
}

TEST_CASE("directions that no sequence has stay without, and fewer sequences than entries are no trouble") {
  std::vector<double> x{1, 0, 2, 0, 0, 0, 3, 0};  // entries 1 and 3 are silent
  whitened_inputs{}.edit_all(std::span<double>(x), 4);
  for (const std::size_t i : {1u, 3u, 5u, 7u}) CHECK(x[i] == 0);
  const auto s = singular_values(x, 4);
  CHECK(s[0] == doctest::Approx(s[1]));
  std::vector<double> zero(12, 0.0);
  whitened_inputs{}.edit_all(std::span<double>(zero), 4);
  CHECK(zero == std::vector<double>(12, 0.0));
}

TEST_CASE("labels of a whitened set are the same mixture of labels, behind other filters too") {
  CHECK(bind<double>(make(0), 4).data.x == bind<double>(make(0, HUGE_VAL), 4).data.x);
  auto bare = make(0);
  const auto plain = bind<double>(bare, 4).data;
  for (const double most : {HUGE_VAL, 0.0}) {
    const auto left = bind<double>(make(0, most), 4).data, white = bind<double>(make(1, most), 4).data;
    REQUIRE(left.sequences() == (most == 0 ? 8 : 11));
    CHECK(left.x != white.x);
    // x' = Σ_m Q_nm x_m for all entries at once; where X has full rank in the excited entries, the labels Σ x' h are the
    // teacher's own, all ones here.
    for (integer n = 0; n < white.sequences(); ++n) {
      double y = 0;
      for (const double v : white.input(n)) y += v;
      CHECK(white.y[static_cast<std::size_t>(n)] == doctest::Approx(y));
    }
    const auto s = singular_values(white.x, 6);
    CHECK(s[0] == doctest::Approx(s[1]).epsilon(1e-9));
  }
  CHECK(plain.x == bind<double>(make(0), 4).data.x);
  CHECK_THROWS_WITH_AS(bind<double>(make(2), 4), "whitened_inputs: strength must be from 0 to 1, given 2",
                       bad_argument);
}

TEST_CASE("inputs that are no whole sequences are not whitened") {
  std::vector<double> x(6, 1.0);
  for (const integer entries : {0, -1, 4})
    CHECK_THROWS_WITH_AS(whitened_inputs{}.edit_all(std::span<double>(x), entries),
                         doctest::Contains("whitened_inputs: the inputs"), bad_argument);
}

TEST_CASE_TEMPLATE("the heaviest modes stay, of equal ones the first", T, float, double) {
  for (integer modes = 1; modes <= 5; ++modes) {
    auto s = real_diagonal<4>().template make<T>();
    const double b[] = {1, -3, 1, 0.5}, c[] = {1, 2, -1, 1};
    for (std::size_t j = 0; j < 4; ++j) s.a[j] = T(0.1), s.b[j] = T(b[j]), s.c[j] = T(c[j]);
    keep_heaviest_modes(s, modes);
    const integer rank[] = {2, 1, 3, 4};
    for (std::size_t j = 0; j < 4; ++j) {
      CHECK(s.b[j] == (rank[j] <= modes ? T(b[j]) : T(0)));
      CHECK(s.c[j] == (rank[j] <= modes ? T(c[j]) : T(0)));
      CHECK(s.a[j] == T(0.1));
    }
    CHECK_THROWS_AS(keep_heaviest_modes(s, integer(0)), bad_argument);
  }
  const T least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  const T ends[][4] = {{least, T(0), least * T(4), least * T(2)}, {most / T(8), T(0), most, most / T(2)}};
  for (const auto& end : ends) {  // whose products are beyond the range
    auto s = real_diagonal<4>().template make<T>();
    for (std::size_t j = 0; j < 4; ++j) s.b[j] = s.c[j] = end[j];
    keep_heaviest_modes(s, 1);
    for (std::size_t j = 0; j < 4; ++j) CHECK(s.b[j] == (j == 2 ? end[j] : T(0)));
    for (const T bad : {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity()}) {
      s.c[1] = bad;
      CHECK_THROWS_WITH_AS(keep_heaviest_modes(s, 1), doctest::Contains("keep_heaviest_modes: b and c"),
                           bad_argument);
    }
  }
}
