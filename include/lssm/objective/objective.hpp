// SPDX-License-Identifier: BSD-3-Clause
// Which form of the objective a model, a loss and a length take: Gram for quadratic losses, raw for all others.
#pragma once

#include "gram.hpp"
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
}  // namespace detail

template <class T, Model M, integer Kappa, Loss L>
using objective = typename detail::select_objective<T, M, Kappa, L>::type;

template <SingleScalar T, integer Kappa, Model M, Loss L>
objective<T, M, Kappa, L> make_objective(const M& model, const typename M::template system<T>& start,
                                         const labelled<T>& data, const L& loss) {
  if constexpr (QuadraticLoss<L>) {
    return {model, start, data};
  } else {
    return {model, start, data, loss};
  }
}

}  // namespace lssm
