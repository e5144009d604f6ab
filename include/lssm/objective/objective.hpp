// SPDX-License-Identifier: BSD-3-Clause
// Which form of the objective a model, a loss and a length take: Gram for quadratic losses, raw for all others; where a
// network follows the SSM, that of networks; of layers in a row that of deep models.
#pragma once

#include "deep.hpp"
#include "gram.hpp"
#include "network.hpp"
#include "raw.hpp"

namespace lssm {

namespace detail {
template <class L>
struct check_pointwise {
  static_assert(Loss<L>,
                "objective: a loss of rows needs a model that answers rows, deep<...> (docs/loss.md)");
};
template <class T, class M, integer Kappa, class L>
struct select_objective : check_pointwise<L> {
  using type = raw_objective<T, M, Kappa, L>;
};
template <class T, class M, integer Kappa, QuadraticLoss L>
struct select_objective<T, M, Kappa, L> {
  using type = gram_objective<T, M, Kappa>;
};
template <class T, Model Ssm, class Network, integer Kappa, class L>
struct select_objective<T, with_network<Ssm, Network>, Kappa, L> : check_pointwise<L> {
  using type = network_objective<T, with_network<Ssm, Network>, Kappa, L>;
};
template <class T, Model Ssm, class Network, integer Kappa, QuadraticLoss L>
struct select_objective<T, with_network<Ssm, Network>, Kappa, L> {
  using type = network_objective<T, with_network<Ssm, Network>, Kappa, L>;
};
template <class T, LayeredModel M, integer Kappa, class L>
struct select_objective<T, M, Kappa, L> {
  using type = deep_objective<T, M, Kappa, L>;
};
template <class T, LayeredModel M, integer Kappa, QuadraticLoss L>
struct select_objective<T, M, Kappa, L> {
  using type = deep_objective<T, M, Kappa, L>;
};
}  // namespace detail

/// The form that model and loss allow: Gram, raw, network or layers.
template <class T, class M, integer Kappa, class L>
using objective = typename detail::select_objective<T, M, Kappa, L>::type;

namespace detail {
/// Whether lanes of this form may differ in their number of sequences: the Gram form does not keep them.
template <class Objective>
inline constexpr bool any_number_of_sequences = false;
template <class T, class M, integer Kappa>
inline constexpr bool any_number_of_sequences<gram_objective<T, M, Kappa>> = true;
}  // namespace detail

/// The objective of a model, of labelled data and a loss; `start` holds what is not learned. Throws bad_argument where they
/// do not fit.
template <SingleScalar T, integer Kappa, class M, class L>
objective<T, M, Kappa, L> make_objective(const M& model, const typename M::template system<T>& start,
                                         const labelled<T>& data, const L& loss) {
  using form = objective<T, M, Kappa, L>;
  if constexpr (std::is_constructible_v<form, const M&, decltype(start), decltype(data), const L&>) {
    return form(model, start, data, loss);
  } else {
    return form(model, start, data);
  }
}

}  // namespace lssm
