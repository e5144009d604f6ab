// SPDX-License-Identifier: BSD-3-Clause
// Leading eigenvalues by Lanczos' method: those that were put into a matrix, multiple and signed ones among them, and those of the
// full Hessian.
#include <doctest/doctest.h>

#include <lssm/attack/leading_curvature.hpp>
#include <lssm/core/random.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>
#include <lssm/study/record_curvature.hpp>
using namespace lssm;

namespace {

/// The map of a diagonal, reflected: x ↦ R diag R x with R = 1 - 2 v vᵀ / vᵀv.
struct reflected {
  std::vector<double> diagonal, v;
  explicit reflected(std::vector<double> values) : diagonal(std::move(values)), v(diagonal.size()) {
    numpy_legacy stream(3);
    for (double& x : v) x = stream.normal();
  }
  void reflect(std::span<double> x) const {
    double along = 0, norm = 0;
    for (std::size_t i = 0; i < v.size(); ++i) along += v[i] * x[i], norm += v[i] * v[i];
    for (std::size_t i = 0; i < v.size(); ++i) x[i] -= 2 * along / norm * v[i];
  }
  void operator()(std::span<const double> x, std::span<double> out) const {
    std::copy(x.begin(), x.end(), out.begin());
    reflect(out);
    for (std::size_t i = 0; i < v.size(); ++i) out[i] *= diagonal[i];
    reflect(out);
  }
};

}  // namespace

TEST_CASE("the eigenvalues of largest size are those that were put in, each as often as it is there") {
  std::vector<double> many(400);
  for (std::size_t i = 0; i < many.size(); ++i)
    many[i] = std::pow(0.98, static_cast<double>(i)) * (i % 3 == 1 ? -1 : 1);
  std::vector<double> clustered(60, 1e-3);
  clustered[7] = 5, clustered[30] = 5, clustered[31] = 5, clustered[50] = -4, clustered[59] = -4;
  const std::vector<std::vector<double>> all{{2},  {0, 0, 0}, {3, -3, 3, -3}, {1, 1, 1, 1, 1, -7},
                                             many, clustered};
  for (const auto& values : all)
    for (const std::size_t k : {1u, 3u, 5u, 9u}) {
      auto expected = values;
      std::sort(expected.begin(), expected.end(),
                [](double x, double y) { return std::abs(x) > std::abs(y); });
      expected.resize(std::min(k, values.size()));
      const auto found = leading_eigenvalues<double>(reflected(values), values.size(), k);
      REQUIRE(found.size() == expected.size());
      CHECK(std::is_sorted(found.rbegin(), found.rend()));
      if (std::abs(expected.back()) == 3 && expected.size() % 2 == 1)
        continue;  // 3 and -3 tie: either may be the last
      std::sort(expected.begin(), expected.end(), std::greater<>());
      for (std::size_t i = 0; i < found.size(); ++i)
        CHECK(std::abs(found[i] - expected[i]) <= 1e-12 * std::abs(values[0]) + 1e-12);
    }
}

TEST_CASE_TEMPLATE("they are those of the map at both ends of the range", T, float, double) {
  const int last = std::numeric_limits<T>::max_exponent - 8;
  const auto of = [](T scale) {
    return leading_eigenvalues<T>(
        [scale](std::span<const T> v, std::span<T> hv) {
          for (std::size_t i = 0; i < v.size(); ++i) hv[i] = scale * T(static_cast<double>(i + 1)) * v[i];
        },
        10, 3);
  };
  const auto plain = of(T(1));
  CHECK(plain[0] == doctest::Approx(10).epsilon(1e-4));
  for (const int power : {40 - last, -last / 2, last / 2, last})
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(std::scalbn(of(std::scalbn(T(1), power))[i], -power) == doctest::Approx(plain[i]).epsilon(1e-4));
}

TEST_CASE("what has no leading eigenvalues") {
  const auto broken = [](std::span<const double>, std::span<double> out) {
    for (double& x : out) x = std::nan("");
  };
  for (const double x : leading_eigenvalues<double>(broken, 6, 2)) CHECK(std::isnan(x));
  CHECK_THROWS_WITH_AS(leading_eigenvalues<double>(broken, 6, 0),
                       "leading_eigenvalues: k must be at least 1, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(leading_eigenvalues<double>(broken, 6, 1, 1),
                       "leading_eigenvalues: tolerance must be above 0 and below 1, given 1", bad_argument);
  CHECK(leading_eigenvalues<double>(broken, 0, 2).empty());
}

TEST_CASE("along a training they are the largest of the full Hessian's, and change no bit") {
  const teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>, training_set<6, gaussian<everywhere>>,
                        squared_error, descent<>, near_zero>
      study{.teacher = {.values = {{0.9}, {1}, {1}}},
            .data = {.sequences = {.count = 5}},
            .training = {.rate = 0.02, .stop = {{{.value = 1e-9}, {.steps = 200}}}},
            .start = {.state_deviation = 0.4, .io_deviation = 0.5}};
  const auto bound = bind<double>(study, 4);
  auto second = gradient_products_of(bound);
  auto seen = trajectory_of<double>(sample_steps{.period = 50}, record::hessian_spectrum{},
                                    record::leading_curvature{&second, 5});
  const auto watched = run<double>(study, 4, seen), plain = run<double>(study, 4);
  CHECK(equal_parts(watched.student, plain.student));
  const auto full = seen.values("hessian_eigenvalue"), leading = seen.values("leading_eigenvalue");
  const auto by_hand = leading_hessian_eigenvalues(second, view<double>(bound.theta), 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(by_hand[i] == leading(0, i));
  bool signs = false;
  for (std::size_t s = 0; s < seen.samples(); ++s) {
    std::vector<double> expected;
    for (std::size_t i = 0; i < full.shape(1); ++i) expected.push_back(full(s, i));
    std::sort(expected.begin(), expected.end(), [](double x, double y) { return std::abs(x) > std::abs(y); });
    expected.resize(5);
    std::sort(expected.begin(), expected.end(), std::greater<>());
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(leading(s, i) == doctest::Approx(expected[i]).epsilon(1e-9));
      signs = signs || leading(s, i) < 0;
    }
  }
  CHECK(signs);  // near zero ∇²L is that of a saddle
}
