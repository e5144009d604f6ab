// SPDX-License-Identifier: BSD-3-Clause
// Steps of an adaptive rate with the norm of a full matrix, in lanes that all run: to the bits of descent_state::step().
//
// One pass over the modes gives gradient, P, P' and what Horner's rule leaves for the norm (kernel/full_gradient.hpp), and
// θ is read where it stands. Possible for the squared loss in Gram form of a real diagonal SSM whose three matrices move,
// with sizes known to the compiler and nothing else in a step. The gradient is not kept on the way: who looks at it evaluates
// in the end.
#pragma once

#include <array>

#include "../objective/gram.hpp"
#include "../ssm/real_diagonal.hpp"
#include "adaptive_rate.hpp"
#include "clipping.hpp"
#include "constraint.hpp"
#include "rates.hpp"
#include "trained_lanes.hpp"

namespace lssm::detail {

/// Fallback: steps are taken one by one.
template <class Descent, class Objective>
struct adaptive_lanes {
  static constexpr bool possible = false;
};

template <class Descent, class T, integer D, integer Kappa>
inline constexpr bool steps_adaptively =
    lanes_of<T> > 1 && StandardFloat<lane_of<T>>&& D != dynamic&& Kappa != dynamic&& Kappa >= 2 &&
    on_stack<T, product_of<D, sum_of<Kappa, 6>>> && !kernel::detail::many_modes(D, Kappa) &&
    adapts_to_full_norm<typename Descent::rule_type> &&
    std::is_same_v<typename Descent::constraint_type, unconstrained> &&
    std::is_same_v<typename Descent::clipping_type, unclipped> &&
    std::is_same_v<typename Descent::rates_type, same_rate>;

template <class Descent, class T, integer D, class Learn, integer Kappa>
  requires(steps_adaptively<Descent, T, D, Kappa>&& std::is_same_v<
           typename ssm<real_diagonal<D>, Learn>::learned, learn<state_matrix, input_matrix, output_matrix>>)
struct adaptive_lanes<Descent, gram_objective<T, ssm<real_diagonal<D>, Learn>, Kappa>> {
  static constexpr bool possible = true;

  /// Steps until a lane ends or stopped() holds. Precondition: all lanes run, and the evaluation stands at θ.
  template <class Stopped>
  static void run(auto& lanes, const auto& rate, Stopped& stopped) {
    auto& theta = lanes.live().theta;
    auto& now = lanes.live().now;
    auto& at = lanes.at();
    const mask_of<T> all = T(0) == T(0);
    do {
      lanes.begin(all);
      std::array<T, 3 * d> u;
      const T scheduled = rate.at(now);
      auto& rule = lanes.live().rule;
      now.rate = rule.adapted(
          scheduled, rule.size_of(squares(theta, fixed_view<Kappa>(std::as_const(at.cotangent())), u)));
      kernel::add_scaled<T>(T(0) - now.rate, fixed_view<3 * D>(std::as_const(u)), fixed_view<3 * D>(theta),
                            fixed_view<3 * D>(lanes.before()));
      now.steps = now.steps + T(1);
      now.time = now.time + now.rate;
      kernel::power_moments<T>(
          matrix<0>(theta), [&](auto, integer j) { return weight(theta, j); }, std::span<T>(at.response()),
          extent<Kappa>());
      now.loss = lanes.objective()->evaluate_response(at);
      lanes.keep_finite(all);
      lanes.end(all, now.loss, losses_seen::all);
    } while (lanes.statuses().all_run() && !stopped());
    lanes.evaluate(all);
  }

 private:
  static constexpr std::size_t d = static_cast<std::size_t>(D);
  static constexpr integer top = Kappa - 2;  // the degree of the polynomials S

  /// a, b or c of a vector of the shape of θ.
  template <std::size_t Which>
  static std::span<const T, d> matrix(const auto& theta) {
    return std::span<const T, d>(theta.data() + Which * d, d);
  }
  static kernel::block<T, 1> weight(const auto& theta, integer j) {
    const auto n = static_cast<std::size_t>(j);
    return {theta[2 * d + n] * theta[d + n]};
  }

  /// The squared norms of the gradient by role, and the gradient.
  static std::array<T, role_count> squares(const auto& theta, fixed_span<const T, Kappa> g,
                                           std::array<T, 3 * d>& u) {
    std::array<T, d* static_cast<std::size_t>(Kappa + 1)> q;
#pragma GCC unroll 1
    for (std::size_t j = 0; j < d; ++j) {
      const T a = theta[j], b = theta[d + j], c = theta[2 * d + j];
      T p = g[g.size() - 1], slope(0);
      for (std::size_t k = g.size(); k-- > 1;) {
        q[(k - 1) * d + j] = p;
        slope = mul_add(slope, a, p);
        p = mul_add(p, a, g[k - 1]);
      }
      q[(top + 1) * d + j] = b * b;
      q[(top + 2) * d + j] = c * c;
      u[j] = c * b * slope;
      u[d + j] = c * p;
      u[2 * d + j] = b * p;
    }
    const auto b = matrix<1>(u), c = matrix<2>(u);
    return {kernel::detail::squares_of_all(matrix<0>(theta), matrix<1>(theta), matrix<2>(theta), q.data(), D,
                                           std::integral_constant<integer, top>{}),
            kernel::dot<T>(b, b), kernel::dot<T>(c, c), T(0), T(0)};
  }
};

}  // namespace lssm::detail
