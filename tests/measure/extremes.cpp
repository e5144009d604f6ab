// SPDX-License-Identifier: BSD-3-Clause
// Measures at both ends of a scalar's range: what underflows is as good as zero, what overflows on the way is not lost, and
// what is 0/0 has a value that the page tells.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>

#include "../objective/problems.hpp"

using namespace lssm;

namespace {

template <class T>
T rank_of(const std::vector<T>& m) {
  return effective_rank<T>(view<T>(m));
}
template <class T>
T error_of(const std::vector<T>& h, const std::vector<T>& h_star) {
  return generalization_error<T>(view<T>(h), view<T>(h_star));
}
template <class T>
constexpr T least = std::numeric_limits<T>::denorm_min();
template <class T>
constexpr T most = std::numeric_limits<T>::max();

/// Answers `answer` to everything; as a teacher, as an objective's model and as a layered student.
template <class T>
struct constant {
  static constexpr integer inputs = 1;
  T told;
  integer answers(integer) const { return 1; }
  void answer(std::span<const T>, std::span<T> y) const { y[0] = told; }
  void apply(std::span<const T>, batch_shape, std::span<T> y) const { std::fill(y.begin(), y.end(), told); }
  T operator()(std::span<const T>) const { return told; }
};

template <class T>
T sequence_error(T student, T teacher) {
  numpy_legacy stream(1);
  sequence_test_set<T> set(constant<T>{teacher}, 4, 3, stream);
  return set.error(constant<T>{student});
}

/// The error on a test set of a model whose response is that number times the teacher's, which labels by x ↦ scale · x_last.
template <class T>
T test_error(double student, double scale) {
  using model = ssm<real_diagonal<1>>;
  struct teacher {
    T scale;
    T operator()(std::span<const T> x) const { return scale * x[x.size() - 1]; }
  };
  labelled<T> data;
  data.kappa = 2;
  data.x = {T(1), T(0)};
  data.y = {T(0)};
  const typename model::template system<T> system{{T(0)}, {T(student)}, {T(scale)}};
  const gram_objective<T, model, 2> objective(model{}, system, data);
  numpy_legacy stream(1);
  test_set<T> set(teacher{T(scale)}, 9, 3, stream);
  return set.error(tests::standing(objective).evaluated());
}

}  // namespace

TEST_CASE("effective rank: p log p is zero where p underflows") {
  CHECK(rank_of<double>({2, 1, 5e-324}) == doctest::Approx(1.8898815748423097).epsilon(1e-14));
  CHECK(rank_of<double>({5e-324, 1, 2}) == rank_of<double>({2, 1}));
  CHECK(rank_of<float>({2, 1, 1e-45F}) == rank_of<float>({2, 1}));
  CHECK(rank_of<float>({3e38F, 1e-45F, 0}) == 1);
  CHECK(rank_of<long double>({2, 1, least<long double>}) == rank_of<long double>({2, 1}));
  CHECK(rank_of<dual<double>>({2, 1, 5e-324}).v == rank_of<double>({2, 1}));
}

TEST_CASE_TEMPLATE("effective rank: of numbers whose sum overflows, and of the smallest there are", T, float,
                   double, long double) {
  const T huge = most<T> * T(0.75), tiny = least<T>;
  CHECK(rank_of<T>({huge, huge, huge}) == rank_of<T>({T(1), T(1), T(1)}));
  CHECK(rank_of<T>({most<T>, most<T> / 2, most<T> / 2}) == rank_of<T>({T(2), T(1), T(1)}));
  CHECK(rank_of<T>({huge, huge, tiny}) == rank_of<T>({T(1), T(1)}));
  CHECK(rank_of<T>({tiny, tiny, tiny}) == rank_of<T>({T(1), T(1), T(1)}));
  CHECK(rank_of<T>({2 * tiny, tiny, tiny}) == rank_of<T>({T(2), T(1), T(1)}));
  CHECK(rank_of<T>({tiny}) == T(1));
  CHECK(rank_of<T>({T(0), T(0), T(0)}) == T(0));
  const T infinite = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(std::isnan(rank_of<T>({infinite, T(1)})));
  CHECK(std::isnan(rank_of<T>({infinite, infinite})));
  CHECK(std::isnan(rank_of<T>({T(0), nan})));
  CHECK(std::isnan(rank_of<T>({huge, huge, nan})));
}

TEST_CASE_TEMPLATE("effective rank in lanes has the bits of single numbers, whatever stands beside", L, float,
                   double) {
  using T = pack<L>;
  const std::vector<std::vector<L>> spectra = {
      {2, 1, least<L>}, {most<L>, most<L>, 1},     {0, 0, 0}, {least<L>, least<L>, 0}, {1, 2, 3},
      {0, 1, 0},        {L(0.5), L(0.25), L(0.25)}};
  for (std::size_t shift = 0; shift < spectra.size(); ++shift) {
    std::vector<T> together(3);
    const auto of = [&](std::size_t lane) { return spectra[(lane + shift) % spectra.size()]; };
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      for (std::size_t j = 0; j < 3; ++j) scalar_traits<T>::set(together[j], lane, of(lane)[j]);
    const T rank = rank_of<T>(together);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      CHECK(scalar_traits<T>::get(rank, lane) == rank_of<L>(of(lane)));
  }
}

TEST_CASE_TEMPLATE("generalization error: zero of two zero responses, infinite of one", T, float, double,
                   long double) {
  CHECK(error_of<T>({T(0), T(0)}, {T(0), T(0)}) == T(0));
  CHECK(error_of<T>({T(0), T(1)}, {T(0), T(0)}) == std::numeric_limits<T>::infinity());
  CHECK(error_of<T>({least<T>}, {T(0)}) == std::numeric_limits<T>::infinity());
  CHECK(std::isnan(error_of<T>({std::numeric_limits<T>::quiet_NaN()}, {T(0)})));
  // Both ends of the range.
  CHECK(error_of<T>({least<T>, T(0)}, {2 * least<T>, T(0)}) == T(0.5));
  CHECK(error_of<T>({most<T>, T(0)}, {-most<T>, most<T>}) == T(2));
  CHECK(error_of<T>({-most<T> / 2}, {most<T>}) == T(1.5));
  CHECK(error_of<T>({std::numeric_limits<T>::infinity()}, {most<T>}) == std::numeric_limits<T>::infinity());
}

TEST_CASE("generalization error in lanes: zero and overflowing responses beside others") {
  using T = pack<double>;
  const std::vector<std::array<double, 4>> cases = {// h_0, h_1, h*_0, h*_1
                                                    {0, 0, 0, 0},
                                                    {1, 0, 0, 0},
                                                    {1e308, 0, -1e308, 1},
                                                    {1, 3, 2, 4},
                                                    {5e-324, 0, 0, 1e-323}};
  for (std::size_t shift = 0; shift < cases.size(); ++shift) {
    std::vector<T> h(2), h_star(2);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      for (std::size_t k = 0; k < 2; ++k) {
        const auto& numbers = cases[(lane + shift) % cases.size()];
        scalar_traits<T>::set(h[k], lane, numbers[k]);
        scalar_traits<T>::set(h_star[k], lane, numbers[2 + k]);
      }
    const T error = error_of<T>(h, h_star);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      const auto& n = cases[(lane + shift) % cases.size()];
      CHECK(scalar_traits<T>::get(error, lane) == error_of<double>({n[0], n[1]}, {n[2], n[3]}));
    }
  }
}

TEST_CASE("a zero student of a zero teacher makes no error, by its outcome, too") {
  using study = teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<1>>, training_set<4, unit<at<0>>>,
                                squared_error, descent<gradient_descent>, near_zero>;
  study s;
  s.teacher.values = {{0}, {0}, {0}};
  s.start = {.state_deviation = 0, .io_deviation = 0};
  CHECK(run<double>(s, 1).generalization(20) == 0);
  CHECK(run<float>(s, 1).generalization(20) == 0);
  s.start = {.state_deviation = 0.1, .io_deviation = 0.1};
  s.training.stop.get<step_limit>().steps = 0;
  CHECK(std::isinf(run<double>(s, 1).generalization(20)));
}

TEST_CASE_TEMPLATE("errors on test sets where squares overflow or underflow", T, float, double) {
  const T small = std::sqrt(std::numeric_limits<T>::min()) / 1024, large = std::sqrt(most<T>) * 16;
  for (const T& unit : {least<T> * T(1 << 10), small, T(1), large, most<T> / 64}) {
    CAPTURE(unit);
    CHECK(sequence_error<T>(3 * unit, 2 * unit) == doctest::Approx(0.5));
    CHECK(sequence_error<T>(2 * unit, 2 * unit) == T(0));
    CHECK(test_error<T>(1.5, static_cast<double>(unit)) == doctest::Approx(0.5).epsilon(1e-2));
    CHECK(test_error<T>(1, static_cast<double>(unit)) == T(0));
  }
  CHECK(sequence_error<T>(large, 1) == doctest::Approx(static_cast<double>(large)));
  CHECK(sequence_error<T>(1, small) == doctest::Approx(static_cast<double>(1 / small)));
  CHECK(sequence_error<T>(0, 0) == T(0));
  CHECK(std::isinf(sequence_error<T>(1, 0)));
  CHECK(std::isnan(sequence_error<T>(std::numeric_limits<T>::quiet_NaN(), 1)));
  CHECK(std::isnan(sequence_error<T>(1, std::numeric_limits<T>::quiet_NaN())));
  CHECK(std::isinf(sequence_error<T>(std::numeric_limits<T>::infinity(), 1)));
  CHECK(test_error<T>(0, 0) == T(0));
}
