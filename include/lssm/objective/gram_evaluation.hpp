// SPDX-License-Identifier: BSD-3-Clause
// What an evaluation of the squared loss in Gram form keeps beside system, response and gradient: the residuals of the rows.
#pragma once

#include "curvature.hpp"
#include "model_start.hpp"

namespace lssm {

/// An evaluation of gram_objective.
template <class T, Model M, integer Kappa>
class gram_evaluation : public evaluation<T, M, Kappa> {
 public:
  using base = evaluation<T, M, Kappa>;

  gram_evaluation(const typename base::system_type& start, integer kappa, integer rank,
                  const second_order_of<M, T>& modal)
      : base(start, kappa), rank_(static_cast<std::size_t>(rank)), modal_(modal) {
    const integer entries = kappa * M::inputs;
    error_ = zeros<T>(extent<row_blocks>(kernel::padded<T>(entries)));
    residual_ = zeros<T>(extent<all_blocks>(M::outputs * kernel::padded<T>(entries)));
  }
  /// ρ (p, rows), flat
  std::span<const T> residual() const { return view<T>(residual_).first(rank_); }

 private:
  template <class, Model, integer>
  friend class gram_objective;
  static constexpr integer row_blocks = kernel::padded<T>(product_of<Kappa, M::inputs>),
                           all_blocks = product_of<M::outputs, row_blocks>;
  std::size_t rank_;
  vec<T, all_blocks> residual_;  // (p, rows), whole blocks from its end on
  vec<T, row_blocks> error_;     // (excited entries), in whole blocks
  second_order_of<M, T> modal_;
};

}  // namespace lssm
