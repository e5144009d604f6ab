// SPDX-License-Identifier: BSD-3-Clause
// Which form of the objective a model, a loss and a length take: Gram for quadratic losses, raw for all others; where a
// network follows the SSM, that of networks.
#pragma once

#include "gram.hpp"
#include "network.hpp"
#include "raw.hpp"

namespace lssm {

namespace detail {
template <class T, class M, integer Kappa, class L>
struct select_objective {
  using type = raw_objective<T, M, Kappa, L>;
};
template <class T, class M, integer Kappa, QuadraticLoss L>
struct select_objective<T, M, Kappa, L> {
  using type = gram_objective<T, M, Kappa>;
};
template <class T, Model Ssm, class Network, integer Kappa, class L>
struct select_objective<T, with_network<Ssm, Network>, Kappa, L> {
  using type = network_objective<T, with_network<Ssm, Network>, Kappa, L>;
};
template <class T, Model Ssm, class Network, integer Kappa, QuadraticLoss L>
struct select_objective<T, with_network<Ssm, Network>, Kappa, L> {
  using type = network_objective<T, with_network<Ssm, Network>, Kappa, L>;
};
}  // namespace detail

template <class T, Model M, integer Kappa, Loss L>
using objective = typename detail::select_objective<T, M, Kappa, L>::type;

template <SingleScalar T, integer Kappa, Model M, Loss L>
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
