// SPDX-License-Identifier: BSD-3-Clause
// An objective together with an evaluation of it: what update rules, gradient norms, measures and observers see.
#pragma once

#include <span>
#include <type_traits>
#include <utility>

#include "concepts.hpp"

namespace lssm {

namespace detail {
template <class F>
struct model_name {};
template <class F>
  requires requires { typename F::model; }
struct model_name<F> {
  using model = typename F::model;
};
/// g = dL/dh, kept by the evaluation or made when asked for.
template <class F>
concept TellsCotangent = requires(const F f, const evaluation_of<F> at) {
  f.cotangent(at);
};
/// A view of what an evaluation keeps, or the numbers that an objective makes when asked.
template <class F>
struct cotangent_type {
  using type = std::span<const typename F::scalar>;
};
template <TellsCotangent F>
  requires(!std::is_reference_v<
           decltype(std::declval<const F&>().cotangent(std::declval<const evaluation_of<F>&>()))>)
struct cotangent_type<F> {
  using type = decltype(std::declval<const F&>().cotangent(std::declval<const evaluation_of<F>&>()));
};
template <class F>
using cotangent_of = typename cotangent_type<F>::type;
}  // namespace detail

/// An objective at the point where it was evaluated last. It refers to both; members exist where the objective has them.
template <DifferentiableObjective Objective>
class evaluated : public detail::model_name<Objective> {
 public:
  using objective_type = Objective;
  using scalar = typename Objective::scalar;

  evaluated(const Objective& objective, const evaluation_of<Objective>& at)
      : objective_(&objective), at_(&at) {}

  const Objective& objective() const { return *objective_; }
  const evaluation_of<Objective>& evaluation() const { return *at_; }

  /// (A, B, C) here, and the gradient with respect to them.
  const auto& system() const requires ModelObjective<Objective> { return at_->system(); }
  const auto& system_gradient() const requires ModelObjective<Objective> { return at_->gradient(); }
  /// g = dL/dh (kappa, p, m); of layers that of the first SSM.
  auto cotangent() const requires detail::TellsCotangent<Objective> {
    return detail::cotangent_of<Objective>(objective_->cotangent(*at_));
  }

 private:
  const Objective* objective_;
  const evaluation_of<Objective>* at_;
};

}  // namespace lssm
