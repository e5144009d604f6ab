// SPDX-License-Identifier: BSD-3-Clause
// White noise in expectation: the identity for a Gram matrix, the mean of ever more normal sequences, and poison beside it.
#include <lssm/core/tensor.hpp>
#include <lssm/data/white_noise.hpp>
#include <lssm/lssm.hpp>

#include "../reference.hpp"
#include "../tools/standing.hpp"

using namespace lssm;

namespace {
template <class Data>
using study_of =
    teacher_student<ssm<real_diagonal<3, Data::channels>>, given<real_diagonal<2, Data::channels>>, Data,
                    squared_error, gradient_flow<>, near_zero>;
template <class Data>
study_of<Data> study(const Data& data) {
  study_of<Data> s;
  reference::numbers draw(5);
  for_each_leaf(s.teacher.values, [&](const std::string&, auto leaf) {
    for (double& v : leaf) v = draw.draw<double>();
  });
  s.data = data;
  s.training.rtol = 1e-5;
  s.start = {.state_deviation = 0.3, .io_deviation = 0.3};
  return s;
}
}  // namespace

TEST_CASE_TEMPLATE("its Gram matrix is σ² times the identity, its loss the distance of the responses", T,
                   float, double, long double) {
  const auto check = []<integer M>(std::integral_constant<integer, M>) {
    for (const integer kappa : {2, 5, 12})
      for (const double deviation : {1.0, 0.3, 1e3}) {
        const auto bound =
            bind<T>(study(white_noise<dynamic, M>{.length = kappa, .deviation = deviation}), 3);
        const std::size_t n = static_cast<std::size_t>(kappa * M);
        const T square = T(deviation) * T(deviation);
        for (std::size_t i = 0; i < n; ++i)
          for (std::size_t k = 0; k < n; ++k) {
            const T expected = i == k ? T(2) * square : T(0);
            CHECK(std::abs(bound.objective.gram(i, k) - expected) <= T(8 * epsilon_of<T>) * square);
          }
        const auto h = bound.student().impulse_response(kappa), star = bound.teacher.impulse_response(kappa);
        T sum(0);
        for (std::size_t i = 0; i < n; ++i) {
          const T e = h.data()[i] - star.data()[i];
          sum += e * e;
        }
        CHECK(std::abs(tests::standing(bound.objective).evaluate() - square * sum) <=
              T(100 * epsilon_of<T>) * square * (sum + T(1)));
      }
  };
  check(std::integral_constant<integer, 1>());
  check(std::integral_constant<integer, 2>());
}

TEST_CASE("many normal sequences come near") {
  using normals = training_set<dynamic, gaussian<everywhere>>;
  const auto expected = bind<double>(study(white_noise<>{.length = 4}), 3);
  const auto drawn = bind<double>(study(normals{.length = 4, .sequences = {.count = 40000}}), 3);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 4; ++k)
      CHECK(std::abs(expected.objective.gram(i, k) - drawn.objective.gram(i, k)) < 0.06);
}

TEST_CASE(
    "beside poison it counts as the least power of four that has room, and a flow reaches the teacher") {
  using poisoned = inject<white_noise<6>, unit<at<-1>>>;
  auto s = study(poisoned{.special = {.amplitude = 2}});
  const auto bound = bind<double>(s, 1);
  CHECK(bound.data.sequences() == 17);
  static_assert(CleanLabels<poisoned>);
  CHECK(run<double>(s, 1).at_end.loss < 1e-4 * bound.objective.loss_scale());
}

TEST_CASE("what is no white noise is refused") {
  CHECK_THROWS_WITH_AS(bind<double>(study(white_noise<>{}), 1),
                       "white_noise: length must be at least 2, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(bind<double>(study(white_noise<4>{.deviation = 0}), 1),
                       "white_noise: deviation must be finite and above 0, given 0", bad_argument);
  CHECK_THROWS_AS(bind<double>(study(white_noise<>{.length = 100000}), 1), bad_argument);
}
