// SPDX-License-Identifier: BSD-3-Clause
// The gradient of the l1 norm of modes by a, b and c, over an infinite horizon:
//
//   ∂/∂w_j = Σ_k s_k a_j^k,  ∂/∂a_j = w_j Σ_k s_k k a_j^{k-1},  s_k the sign of h_k, of the output of the largest sum
//
// Where signs have settled for ever, the rest of both sums is closed. The norm has no gradient where some h_k that counts is zero
// up to rounding, where two outputs tie, or where the sum itself is known as a bracket alone. Complex modes as in gradients.hpp.
#pragma once

#include "gradients.hpp"
#include "l1_norm.hpp"

namespace lssm {

namespace detail {

/// The sums over k of one channel.
template <class Z>
class sign_sums {
  using T = real_of<Z>;

 public:
  explicit sign_sums(const std::vector<Z>& a)
      : value(a.size(), Z(0)), slope(value), a_(&a), power_(a.size(), Z(T(1))), derived_(value) {}

  void term(const T& h, const T& size, const T& rounding) {
    judge(abs_of(h), size, rounding);
    const Z sign(h < T(0) ? T(-1) : T(1));
    for (std::size_t j = 0; j < value.size(); ++j) {
      value[j] = value[j] + sign * power_[j];
      slope[j] = slope[j] + sign * derived_[j];
      derived_[j] = derived_[j] * (*a_)[j] + power_[j];
      power_[j] = power_[j] * (*a_)[j];
    }
  }
  /// From K on: a^K (s + s' a) / (1 - a²).
  void settled(const T& here, const T& next, const T& least, const T& size, const T& rounding) {
    judge(least, size, rounding);
    const Z s(here < T(0) ? T(-1) : T(1)), t(next < T(0) ? T(-1) : T(1));
    for (std::size_t j = 0; j < value.size(); ++j) {
      const Z a = (*a_)[j], gap = one_minus_product(a, conjugate(a)), sum = (s + t * a) / gap;
      value[j] = value[j] + power_[j] * sum;
      slope[j] = slope[j] + derived_[j] * sum + power_[j] * (t + (a + a) * sum) / gap;
    }
  }

  std::vector<Z> value, slope;  // (d)
  bool known = true;            ///< no sign that counts is hidden by rounding

 private:
  /// A sign that rounding hides is harmless where the term is too small to be seen in the gradient.
  void judge(const T& h, const T& size, const T& rounding) {
    total_ = total_ + size;
    count_ = count_ + T(1);
    if (!(h > rounding) && size * count_ > T(1e4 * epsilon_of<T>) * total_) known = false;
  }

  const std::vector<Z>* a_;
  std::vector<Z> power_, derived_;  // a^k and k a^{k-1}
  T total_{}, count_{};
};

}  // namespace detail

/// The gradient of the l1 norm.
template <class Z>
measure_gradient<Z> l1_gradient(const modal_form<Z>& x) {
  using T = detail::real_of<Z>;
  const auto norm = l1_norm(x);
  if (norm.status != stability::stable) return {norm.status, false, {}, {}, {}, {}};
  const T sure = T(1e4 * epsilon_of<T>) * norm.value;
  detail::gradient_sum<Z> sum(x, norm.value);
  bool known = norm.value > T(0);
  std::size_t largest = 0;
  for (std::size_t i = 0; i < x.outputs; ++i) {
    std::vector<detail::sign_sums<Z>> channels(x.inputs, detail::sign_sums<Z>(x.a));
    T row(0), open(0);
    for (std::size_t q = 0; q < x.inputs; ++q) {
      const auto channel = detail::channel_sum<Z>(x, i, q).sum({}, channels[q]);
      row = row + channel.value;
      open = open + (channel.upper - channel.value);
    }
    if (row + sure < norm.value) continue;
    ++largest;
    known = known && open < max_of(sure, T(1e-11) * norm.value);
    for (std::size_t q = 0; q < x.inputs; ++q) {
      known = known && channels[q].known;
      for (std::size_t j = 0; j < x.states(); ++j) {
        sum.by_weight(i, q, j, channels[q].value[j]);
        sum.out.a[j] = sum.out.a[j] + x.c[i * x.states() + j] * x.b[j * x.inputs + q] * channels[q].slope[j];
      }
    }
  }
  if (!known || largest != 1) return {stability::stable, false, norm.value, {}, {}, {}};
  return sum.gradient();
}

}  // namespace lssm
