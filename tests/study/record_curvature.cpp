// SPDX-License-Identifier: BSD-3-Clause
// Curvature along a training: spectra of known matrices, and Hessians and tangent kernels from differences of gradients and of
// predictions, compared by their power sums.
#include <doctest/doctest.h>

#include <lssm/core/random.hpp>
#include <lssm/lssm.hpp>
#include <lssm/study/record_curvature.hpp>
using namespace lssm;

namespace {

template <class T>
double power_sum(const std::vector<T>& values, int n) {
  double sum = 0;
  for (const T& x : values) sum += std::pow(static_cast<double>(x), n);
  return sum;
}

using set_type = training_set<5, gaussian<everywhere>>;
template <class Loss, class Training>
using study_of =
    teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>, set_type, Loss, Training, near_zero>;
template <class Loss, class Training = descent<>>
study_of<Loss, Training> study_with(Training training = {}) {
  return {.teacher = {.values = {{0.9}, {1}, {1}}},
          .data = {.sequences = {.count = 4}},
          .training = training,
          .start = {.state_deviation = 0.4, .io_deviation = 0.6}};
}

/// trace H and trace H² by central differences of gradients.
std::pair<double, double> traces_by_differences(const auto& bound) {
  const std::size_t n = bound.theta.size();
  auto at = bound.objective.workspace();
  std::vector<double> h(n * n);
  const double step = 1e-5;
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> theta(bound.theta.begin(), bound.theta.end()), up(n), down(n);
    theta[j] += step;
    bound.objective.value_and_gradient(std::span<const double>(theta), std::span<double>(up), at);
    theta[j] -= 2 * step;
    bound.objective.value_and_gradient(std::span<const double>(theta), std::span<double>(down), at);
    for (std::size_t i = 0; i < n; ++i) h[i * n + j] = (up[i] - down[i]) / (2 * step);
  }
  double trace = 0, square = 0;
  for (std::size_t i = 0; i < n; ++i) trace += h[i * n + i];
  for (std::size_t i = 0; i < n * n; ++i) square += h[i] * h[i];
  return {trace, square};
}

}  // namespace

TEST_CASE_TEMPLATE("eigenvalues of reflected diagonal matrices are those that were put in", T, float, double,
                   long double) {
  numpy_legacy stream(7);
  const std::vector<double> known[] = {{2}, {1, 1, 1}, {3, 0, 0, -2}, {1e3, 1, 1e-3, 0, -1e-3, -5}, {0, 0}};
  for (const auto& values : known) {
    const std::size_t n = values.size();
    std::vector<T> v(n), m(n * n);
    T norm(0);
    for (T& x : v) x = T(stream.normal()), norm += x * x;
    const auto q = [&](std::size_t i, std::size_t k) { return T(i == k ? 1 : 0) - 2 * v[i] * v[k] / norm; };
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        for (std::size_t k = 0; k < n; ++k) m[i * n + j] += q(i, k) * T(values[k]) * q(j, k);
    const auto found = symmetric_eigenvalues<T>(m, n);
    const double bound = 20 * static_cast<double>(n) * epsilon_of<T> * std::abs(values[0]);
    for (std::size_t i = 0; i < n; ++i) CHECK(std::abs(static_cast<double>(found[i]) - values[i]) <= bound);
  }
}

TEST_CASE("matrices that have no eigenvalues here") {
  CHECK(symmetric_eigenvalues<double>({}, 0).empty());
  for (const double bad : {std::nan(""), double(INFINITY)})
    for (const double x : symmetric_eigenvalues<double>({1, bad, bad, 2}, 2)) CHECK(std::isnan(x));
  CHECK_THROWS_WITH_AS(symmetric_eigenvalues<double>({1, 2, 3}, 2),
                       "symmetric_eigenvalues: the matrix must be of 4 entries, given 3", bad_argument);
}

TEST_CASE("the spectrum is that of differences of gradients, whose sum and squares it has") {
  const auto check = [](const auto& study) {
    for (const int seed : {1, 2, 3}) {
      const auto bound = bind<double>(study, seed);
      const auto found = hessian_eigenvalues(bound.objective, view<double>(bound.theta));
      const auto [trace, square] = traces_by_differences(bound);
      CHECK(found.size() == bound.theta.size());
      CHECK(std::is_sorted(found.rbegin(), found.rend()));
      CHECK(power_sum(found, 1) == doctest::Approx(trace).epsilon(1e-6));
      CHECK(power_sum(found, 2) == doctest::Approx(square).epsilon(1e-6));
    }
  };
  check(study_with<squared_error>());
  check(study_with<binary_cross_entropy>());
}

TEST_CASE("the tangent kernel is that of predictions, by differences") {
  const auto bound = bind<double>(study_with<squared_error>(), 2);
  const auto found = tangent_kernel_eigenvalues(bound.objective, view<double>(bound.theta));
  constexpr std::size_t n = 9, sequences = 4, kappa = 5;
  const auto predictions = [&](const std::vector<double>& t) {  // a, b, c of three modes each
    std::vector<double> p(sequences);
    for (std::size_t i = 0; i < sequences; ++i)
      for (std::size_t k = 0; k < kappa; ++k)
        for (std::size_t j = 0; j < 3; ++j)
          p[i] += t[6 + j] * std::pow(t[j], static_cast<double>(k)) * t[3 + j] *
                  bound.data.x[i * kappa + kappa - 1 - k];
    return p;
  };
  std::vector<std::vector<double>> slopes;
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> t(bound.theta.begin(), bound.theta.end());
    t[j] += 1e-5;
    auto slope = predictions(t);
    t[j] -= 2e-5;
    const auto down = predictions(t);
    for (std::size_t i = 0; i < sequences; ++i) slope[i] = (slope[i] - down[i]) / 2e-5;
    slopes.push_back(slope);
  }
  double trace = 0, square = 0;
  for (std::size_t p = 0; p < sequences; ++p)
    for (std::size_t q = 0; q < sequences; ++q) {
      double k = 0;
      for (std::size_t j = 0; j < n; ++j) k += 2.0 / sequences * slopes[j][p] * slopes[j][q];
      trace += p == q ? k : 0;
      square += k * k;
    }
  CHECK(power_sum(found, 1) == doctest::Approx(trace).epsilon(1e-7));
  CHECK(power_sum(found, 2) == doctest::Approx(square).epsilon(1e-7));
}

TEST_CASE("recorded along a run, curvature changes no bit of it and ends where a minimum is") {
  const auto study = study_with<squared_error, gradient_flow<>>();
  auto seen = trajectory_of<double>({.per_decade = 2}, record::sharpness{}, record::hessian_spectrum{},
                                    record::tangent_kernel{});
  const auto watched = run<double>(study, 1, seen), plain = run<double>(study, 1);
  CHECK(equal_parts(watched.student, plain.student));
  const auto sharpness = seen.values("sharpness"), all = seen.values("hessian_eigenvalue"),
             kernel = seen.values("tangent_kernel");
  const std::size_t last = seen.samples() - 1;
  for (std::size_t i = 0; i <= last; ++i) CHECK(sharpness(i, 0) == all(i, 0));
  REQUIRE(watched.status == status::converged);  // residuals vanish: H is Gauss-Newton's part
  for (std::size_t k = 0; k < kernel.shape(1); ++k)
    CHECK(kernel(last, k) == doctest::Approx(all(last, k)).epsilon(1e-6));
  for (std::size_t k = kernel.shape(1); k < 9; ++k) CHECK(std::abs(all(last, k)) < 1e-6 * all(last, 0));
}
