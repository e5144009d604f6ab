// SPDX-License-Identifier: BSD-3-Clause
// Flows that come to rest away from their target, and flows towards zero, end in reasonable time and say why.
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

using pictures =
    teacher_student<ssm<real_diagonal<10>, learn<state_matrix>>, given<real_diagonal<1>>,
                    training_set<6, listed<everywhere>>, squared_error, gradient_flow<>, theorem1_start>;

/// Ten sequences of the brightness of pictures, silent at the end but for ±16/255 on the last entry but one.
pictures random_signs(std::uint64_t seed) {
  pictures s{.teacher = {.values = {{1}, {1}, {1}}}};
  reference::numbers draw(seed);
  s.data.sequences.count = 10;
  for (int n = 0; n < 10; ++n) {
    const double late = draw.below(2) == 0 ? 16.0 / 255 : -16.0 / 255;
    for (const double x :
         {.26 + .05 * draw.draw(), .76 + .05 * draw.draw(), .39 + .05 * draw.draw(), 0.0, late, 0.0})
      s.data.sequences.values.push_back(2 * x);
  }
  return s;
}

template <class Method>
using towards_zero =
    teacher_student<ssm<real_diagonal<5>>, given<real_diagonal<1>>, training_set<5, gaussian<everywhere>>,
                    squared_error, gradient_flow<Method>, gaussian_start>;

}  // namespace

TEST_CASE("tied modes that cannot leave one another end a flow as stationary, soon") {
  std::size_t resting = 0;
  std::vector<pictures> studies;
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t seed = 0; seed < 16; ++seed) {
    studies.push_back(random_signs(seed));
    seeds.push_back(seed);
    const auto o = run<double>(studies.back(), seed);
    CAPTURE(seed);
    CHECK(o.at_end.steps < 20000);
    if (o.status != status::stationary) {
      CHECK((o.status == status::target_reached || o.status == status::converged));
      continue;
    }
    ++resting;
    CHECK(o.at_end.loss > 1);
    for (std::size_t j = 0; j < 10; ++j) {
      CHECK(o.student.system.a[j] < 0);
      CHECK(o.student.system.a[j] == doctest::Approx(o.student.system.a[0]).epsilon(1e-14));
    }
  }
  CHECK(resting >= 2);
  CHECK(resting < 16);

  // The same in lanes, each in its own time.
  using T = pack<double>;
  for (std::size_t first = 0; first < 16; first += lanes_of<T>) {
    const std::vector<pictures> mine(studies.begin() + static_cast<std::ptrdiff_t>(first),
                                     studies.begin() + static_cast<std::ptrdiff_t>(first + lanes_of<T>));
    const std::vector<std::uint32_t> their(seeds.begin() + static_cast<std::ptrdiff_t>(first),
                                           seeds.begin() + static_cast<std::ptrdiff_t>(first + lanes_of<T>));
    const auto packed = run<T>(std::span<const pictures>(mine), std::span<const std::uint32_t>(their));
    for (std::size_t i = 0; i < lanes_of<T>; ++i) {
      const auto alone = run<double>(mine[i], their[i]);
      CHECK(packed[i].status == alone.status);
      CHECK(packed[i].at_end.steps == alone.at_end.steps);
      CHECK(packed[i].student.system.a == alone.student.system.a);
    }
  }
}

TEST_CASE("a plateau that a flow will leave is no rest, however long it lasts") {
  using study = teacher_student<ssm<real_diagonal<10>, learn<state_matrix>>, theorem1_teacher<10>,
                                training_set<7, unit<at<0>>>, squared_error, gradient_flow<>, theorem1_start>;
  for (const double scale : {1e-2, 1e-3, 1e-5, 1e-8}) {
    study s;
    s.start.scale = scale;  // the escape takes a time of scale^-5
    const auto o = run<double>(s, 3);
    CAPTURE(scale);
    CHECK(o.status == status::converged);
    CHECK(o.at_end.loss < 1e-25);
  }
}

TEST_CASE_TEMPLATE("flows towards labels of zero end", Method, rosenbrock, dormand_prince) {
  towards_zero<Method> s{.teacher = {.values = {{0}, {0}, {0}}}};
  s.data.sequences.count = 4;
  for (const double size : {1.0, 1e-6, 1e6}) {
    s.data.sequences.deviation = size;
    const auto o = run<double>(s, 1);
    CAPTURE(size);
    CHECK(o.status == status::target_reached);
    CHECK(o.at_end.steps < 1e5);
    CHECK(o.at_end.loss < 1e-13 * size * size);
  }
}
