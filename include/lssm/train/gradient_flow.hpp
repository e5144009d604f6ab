// SPDX-License-Identifier: BSD-3-Clause
// Training by gradient flow, dθ/dt = -∇L(θ): error-controlled integration until a stop rule fires.
//
//   gradient_flow<>                                     stiff flows: Rodas5P, automatic chart, stop at convergence
//   gradient_flow<rosenbrock_along<flow_time>>          the same, all steps in time
//   gradient_flow<dormand_prince>                       flows that are not stiff, or without curvature
//   gradient_flow<rosenbrock, plain>                    another chart
//   gradient_flow<rosenbrock, automatic, first_of<time_horizon, step_limit>>{.stop = {{{.time = 10}, {}}}}
#pragma once

#include <algorithm>

#include "chart.hpp"
#include "dormand_prince.hpp"
#include "flow_state.hpp"
#include "rosenbrock.hpp"
#include "stop.hpp"

namespace lssm {

namespace detail {
template <class Method>
inline constexpr bool is_rosenbrock = false;
template <class Variable>
inline constexpr bool is_rosenbrock<rosenbrock_along<Variable>> = true;
}  // namespace detail

/// dθ/dt = -∇L(θ) with relative error rtol per step. validate<T>() throws bad_argument where a number is out of range.
template <class Method = rosenbrock, class Chart = automatic,
          class Stop = first_of<convergence, time_horizon, step_limit>>
struct gradient_flow {
  using method_type = Method;
  using chart_type = Chart;
  using stop_type = Stop;

  /// Relative error per step, from 8 epsilon (1e-30 in quad) to 1e-2; results err by one to three times it.
  double rtol = 1e-10;
  Method method{};
  Chart chart{};
  Stop stop{};

  template <Scalar T>
  void validate() const {
    const double least = std::max(8 * epsilon_of<T>, 1e-30);
    if (!(rtol >= least && rtol <= 1e-2))
      refuse("gradient_flow", "rtol", "between " + to_text(least) + " and 0.01", rtol);
    stop.validate();
  }
  friend bool operator==(const gradient_flow&, const gradient_flow&) = default;

  /// One description per lane; it starts at `theta` (n). The objective must outlive the state.
  template <ScaledObjective Objective>
  static auto start(std::span<const gradient_flow> per_lane, const Objective& objective,
                    std::span<const typename Objective::scalar> theta) {
    static_assert(
        !requires { requires Objective::draws_in_steps; },
        "gradient_flow: a layer draws anew in each step, and a flow has none; train by descent "
        "(docs/layers.md)");
    using field = typename Chart::template field<Objective>;
    static_assert(
        !FlowField<field> || DrivenField<field>,
        "gradient_flow: the chart's field lacks point(time, loss, y, f) or refresh() (docs/train.md)");
    static_assert(
        !detail::is_rosenbrock<Method> || StiffFlowField<field>,
        "gradient_flow: the implicit method needs curvature, which the structure, the parameter map or the "
        "loss lacks; use gradient_flow<dormand_prince> (docs/train.md)");
    static_assert(
        detail::is_rosenbrock<Method> || requires { typename Method::template stepper<field>; },
        "gradient_flow: the method lacks stepper<Field>; update rules belong to descent (docs/train.md)");
    return flow_state<gradient_flow, Objective>(per_lane, objective, theta);
  }
  /// Starts at the objective's own θ.
  template <ScaledObjective Objective>
  static auto start(std::span<const gradient_flow> per_lane, const Objective& objective) {
    const auto theta = objective.theta();
    return start(per_lane, objective, view<typename Objective::scalar>(theta));
  }
};

}  // namespace lssm
