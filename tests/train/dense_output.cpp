// SPDX-License-Identifier: BSD-3-Clause
// What observers see within a step: at(t) of a lane is that of the student alone, however often its neighbours have tried
// their steps again since, and after the lane has ended.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <vector>

using namespace lssm;

namespace {

template <class Flow>
using study_of =
    teacher_student<ssm<real_diagonal<>>, theorem1_teacher<>,
                    inject<training_set<dynamic, unit<at<0>>>, unit<at<-2>>>, squared_error, Flow, near_zero>;
template <class Method>
using flow = gradient_flow<Method, automatic, first_of<convergence, step_limit>>;

/// Flows that differ in data and tolerance, so that they refuse other steps; two end early.
template <class Method>
std::vector<study_of<flow<Method>>> studies_of() {
  std::vector<study_of<flow<Method>>> out;
  for (int i = 0; i < 8; ++i) {
    study_of<flow<Method>> s;
    s.student.structure.states = 3;
    s.teacher.states = 3;
    s.data.set.length = 6;
    s.data.special = {.count = i % 3, .amplitude = 1 + 0.25 * i};
    s.start = {.state_deviation = 0.3, .io_deviation = 0.3 + 0.1 * i};
    s.training.rtol = i % 2 == 0 ? 1e-4 : 1e-7;
    s.training.stop.template get<step_limit>().steps = i == 1 ? 12 : i == 3 ? 25 : 60;
    out.push_back(s);
  }
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("within a step each lane is where its student alone is", Method, rosenbrock,
                   rosenbrock_along<flow_time>, dormand_prince) {
  using P = pack<double>;
  using study = study_of<flow<Method>>;
  const std::vector<study> studies = studies_of<Method>();
  std::vector<std::uint32_t> seeds;
  for (std::uint32_t i = 0; i < lanes_of<P>; ++i) seeds.push_back(i + 1);
  const auto lanes = bind_lanes<P>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  auto together = lanes.training();
  using alone_type = decltype(lanes.single(0).training());
  std::vector<alone_type> alone;
  for (std::size_t i = 0; i < lanes_of<P>; ++i) alone.push_back(lanes.single(i).training());

  bool some_wait = false;  // some lane has tried a step again while another one had taken its own
  for (int step = 0; together.running(); ++step) {
    const P rejected = together.now().rejected;
    together.step();
    std::size_t again = 0;
    for (std::size_t i = 0; i < lanes_of<P>; ++i) {
      if (alone[i].running()) alone[i].step();
      again += scalar_traits<P>::get(together.now().rejected, i) > scalar_traits<P>::get(rejected, i);
    }
    some_wait = some_wait || (again > 0 && again < lanes_of<P>);
    for (const double fraction : {0.25, 0.75, 1.0}) {
      CAPTURE(fraction);
      const P time = together.now().time - together.last_step() * P(1 - fraction);
      const auto seen = together.at(time);
      for (std::size_t i = 0; i < lanes_of<P>; ++i) {
        CAPTURE(step);
        CAPTURE(i);
        const auto own = alone[i].at(scalar_traits<P>::get(time, i));
        CHECK(scalar_traits<P>::get(seen.loss, i) == own.loss);
        bool equal = true;
        for (std::size_t k = 0; k < own.theta.size(); ++k)
          equal = equal && scalar_traits<P>::get(seen.theta[k], i) == own.theta[k];
        CHECK(equal);
      }
    }
  }
  CHECK(some_wait);
}
