// SPDX-License-Identifier: BSD-3-Clause
// The pass of second_order.hpp for real diagonal systems of one input and output that learn A, B and C themselves: in blocks of
// modes (kernel/second_order_modes.hpp) instead of dual numbers. It agrees with the pass in dual numbers up to rounding.
#pragma once

#include "../kernel/second_order_modes.hpp"
#include "second_order.hpp"

namespace lssm::detail {

/// Whether derivatives along a direction come from blocks of modes.
template <class T, class M>
inline constexpr bool along_modes = false;
template <class T, integer D, class Learn>
inline constexpr bool along_modes<T, ssm<real_diagonal<D, 1, 1>, Learn>> =
    kernel::is_native<T>&& learned_plainly<typename ssm<real_diagonal<D, 1, 1>, Learn>::learned>;

template <class T, class M, integer Kappa>
  requires(along_modes<T, M>)
class second_order_pass<gram_objective<T, M, Kappa>> {
  using objective_type = gram_objective<T, M, Kappa>;
  using learned = typename M::learned;
  static constexpr integer D = M::structure_type::known_states;
  static constexpr std::size_t together = 16;  // steps whose products are added to S at once

 public:
  using system_type = typename M::template system<T>;

  second_order_pass(const M&, const objective_type& f, std::vector<T> center)
      : at_(f.workspace()),
        kappa_(f.kappa()),
        apart_(static_cast<std::size_t>(kernel::padded<T>(f.kappa()))),
        along_(f.start_system()),
        by_(along_),
        none_(along_),
        center_(std::move(center)),
        moved_(zeros_like_theta(f)) {
    each_number([](T& x) { x = T(0); }, none_);
    along_ = none_;
    const std::size_t n = center_.size();
    gram_.assign(n * apart_, T(0));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n; ++k) gram_[i * apart_ + k] = f.gram(i, k);
    sums_.assign(n * n, T(0));
    moves_.assign(n, T(0));
    slope_.assign(apart_, T(0));
    deltas_.assign(together * apart_, T(0));
    errors_ = deltas_;
    work_.assign(n * static_cast<std::size_t>(kernel::width<T>), T(0));
  }

  const system_type& none() const { return none_; }
  const auto& at() const { return at_; }
  auto& stand_at(std::span<const T> theta, std::span<const T> g, std::span<T> scratch) {
    return stand_there(at_, theta, g, scratch);
  }

  /// dθ (n) += dΦ/dθ at θ, where response and cotangent are h and g (kappa); adds to S and s. `q` (kappa), or empty.
  template <class Theta>
  void add(const Theta& theta, std::span<const T> h, std::span<const T> g, const Theta& g_bar,
           const system_type& s_bar, std::span<const T> q, Theta& dtheta) {
    learned::to_system(view<T>(theta), at_.system());
    learned::to_system(view<T>(g_bar), along_);  // the map is linear; what is not learned stays zero
    if (&s_bar != &none_) {
      each_number([](T& x, const T& d) { x = x + d; }, along_, s_bar);
      clean_ = false;
    }
    const auto& s = at_.system();
    const auto modes = kernel::modes_along<T, fixed_span<const T, D>::extent>{
        fixed_view<D>(s.a),      fixed_view<D>(s.b),      fixed_view<D>(s.c),
        fixed_view<D>(along_.a), fixed_view<D>(along_.b), fixed_view<D>(along_.c)};
    T *const delta = deltas_.data() + waiting_ * apart_, *const error = errors_.data() + waiting_ * apart_;
    const std::size_t n = entries();
    kernel::response_along(modes, extent<Kappa>(kappa_), delta, work_.data());
    for (std::size_t k = 0; k < n; ++k) {
      if (!q.empty()) delta[k] = delta[k] + q[k];
      error[k] = h[k] - center_[k];
      moves_[k] = moves_[k] + delta[k];
    }
    kernel::weigh_rows(fixed_span<const T, Kappa>(delta, n), gram_.data(), whole(), slope_.data());
    kernel::pull_back_along(modes, extent<Kappa>(kappa_), g.data(), slope_.data(), fixed_view<D>(by_.a),
                            fixed_view<D>(by_.b), fixed_view<D>(by_.c));
    learned::pullback(view<T>(theta), by_, std::span<T>(moved_));
    for (std::size_t i = 0; i < moved_.size(); ++i) dtheta[i] = dtheta[i] + moved_[i];
    if (++waiting_ == together) add_waiting();
    if (!clean_) along_ = none_, clean_ = true;
  }

  /// S (kappa, kappa), row by row, and s (kappa), once finish() is called.
  std::span<const T> sums(std::size_t) const { return view<T>(sums_); }
  std::span<const T> moves(std::size_t) const { return view<T>(moves_); }
  void finish() { add_waiting(); }

 private:
  std::size_t entries() const { return Kappa == dynamic ? center_.size() : static_cast<std::size_t>(Kappa); }
  auto whole() const {
    if constexpr (Kappa == dynamic) {
      return apart_;
    } else {
      return std::integral_constant<std::size_t, static_cast<std::size_t>(kernel::padded<T>(Kappa))>{};
    }
  }
  void add_waiting() {
    kernel::add_products(deltas_.data(), errors_.data(), static_cast<integer>(waiting_),
                         static_cast<integer>(static_cast<std::size_t>(whole())), extent<Kappa>(kappa_),
                         sums_.data());
    waiting_ = 0;
  }

  evaluation_of<objective_type> at_;
  integer kappa_;
  std::size_t apart_, waiting_ = 0;  // kappa in whole blocks; steps that S does not have yet
  bool clean_ = true;                // whether `along_` is zero where nothing is learned
  system_type along_, by_, none_;
  std::vector<T> center_, gram_, sums_, moves_, slope_, deltas_, errors_, work_;
  theta_of<objective_type> moved_;
};

}  // namespace lssm::detail
