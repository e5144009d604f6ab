// SPDX-License-Identifier: BSD-3-Clause
// The derivative, by θ and by the data, of what a step takes from a squared loss: of
//
//   Φ = <ḡ, dL/dθ> + <s̄, dL/d(A, B, C)> + <q, dL/dh>,     ḡ, s̄, q held fixed
//
// One pass in dual numbers, with ḡ as direction of θ and s̄ as direction of (A, B, C) beside it, has dΦ/dθ: the Hessian is
// symmetric. Data enter by dL/dh = 2G (h - h*), so that all steps together need one matrix for each output i:
//
//   S_i = Σ_steps δ_i (h_i - c_i)ᵀ,  s_i = Σ_steps δ_i,   δ = J (ḡ, s̄) + q,  J = ∂h/∂θ        (κm, κm), (κm)
#pragma once

#include "../core/dual.hpp"
#include "../objective/gram.hpp"

namespace lssm::detail {

/// The evaluation at θ from its cotangent g, which is known, with the gradient that g has.
template <class T, class Evaluation>
Evaluation& stand_there(Evaluation& at, std::span<const T> theta, std::span<const T> g,
                        std::span<T> scratch) {
  at.stand_at(theta);
  std::copy(g.begin(), g.end(), at.cotangent().begin());
  at.pull_back(theta, view<T>(at.cotangent()), scratch);
  return at;
}

/// A system in dual numbers, without derivative.
template <class T, class M>
auto lifted(const M& model, const typename M::template system<T>& start) {
  using D = dual<T>;
  auto system = model.template make<D>();
  each_number([](D& x, const auto& y) { x = D(y); }, system, start);
  return system;
}

template <class Objective>
class second_order_pass;

/// The pass for the Gram form; any structure whose code takes dual numbers.
template <class T, class M, integer Kappa>
class second_order_pass<gram_objective<T, M, Kappa>> {
  using objective_type = gram_objective<T, M, Kappa>;
  using D = dual<T>;

 public:
  using system_type = typename M::template system<T>;
  using response_type = typename objective_type::evaluation_type::response_type;

  /// `center` (kappa, p, m): the response from which errors are taken in S.
  second_order_pass(const M& model, const objective_type& f, std::vector<T> center)
      : at_(f.workspace()),
        dual_(lifted<T>(model, f.start_system()), f.kappa()),
        entries_(static_cast<std::size_t>(f.kappa() * M::inputs)),
        center_(std::move(center)),
        theta_(dual_theta(f)),
        moved_(theta_),
        none_(f.start_system()) {
    each_number([](T& x) { x = T(0); }, none_);
    gram_.resize(entries_ * entries_);
    for (std::size_t i = 0; i < entries_; ++i)
      for (std::size_t k = 0; k < entries_; ++k) gram_[i * entries_ + k] = f.gram(i, k);
    sums_.assign(p * entries_ * entries_, T(0));
    moves_.assign(p * entries_, T(0));
    delta_.assign(entries_, T(0));
    error_ = slope_ = delta_;
  }

  /// All zero: s̄ where no norm is taken.
  const system_type& none() const { return none_; }
  /// Where it stands.
  const auto& at() const { return at_; }
  /// (A, B, C) and its gradient at θ, for those who need them first.
  auto& stand_at(std::span<const T> theta, std::span<const T> g, std::span<T> scratch) {
    return stand_there(at_, theta, g, scratch);
  }

  /// dθ (n) += dΦ/dθ at θ, where the cotangent is g; adds to S and s. `q` (kappa, p, m), or empty.
  template <class Theta>
  void add(const Theta& theta, std::span<const T>, std::span<const T> cotangent, const Theta& g_bar,
           const system_type& s_bar, std::span<const T> q, Theta& dtheta) {
    for (std::size_t i = 0; i < theta_.size(); ++i) theta_[i] = D(theta[i], g_bar[i]);
    dual_.stand_at(view<D>(theta_));
    if (&s_bar != &none_) each_number([](D& x, const T& d) { x.e = x.e + d; }, dual_.system(), s_bar);
    dual_.write_response();
    auto& g = dual_.cotangent();
    for (std::size_t k = 0; k < g.size(); ++k) g[k].v = cotangent[k];
    for (std::size_t i = 0; i < p; ++i) add_output(i, q);
    dual_.pull_back(view<D>(theta_), view<D>(g), std::span<D>(moved_));
    for (std::size_t i = 0; i < moved_.size(); ++i) dtheta[i] = dtheta[i] + moved_[i].e;
  }

  /// S_i (κm, κm), row by row, and s_i (κm).
  std::span<const T> sums(std::size_t i) const {
    return view<T>(sums_).subspan(i * entries_ * entries_, entries_ * entries_);
  }
  std::span<const T> moves(std::size_t i) const { return view<T>(moves_).subspan(i * entries_, entries_); }
  /// Adds what is not in S yet.
  void finish() {}

 private:
  static constexpr std::size_t p = M::outputs, m = M::inputs;

  static auto dual_theta(const objective_type& f) {
    return zeros<D>(extent<M::known_parameters>(f.parameters()));
  }

  void add_output(std::size_t i, std::span<const T> q) {
    const std::size_t n = Kappa == dynamic ? entries_ : static_cast<std::size_t>(Kappa * M::inputs);
    auto& h = dual_.response();
    for (std::size_t e = 0; e < n; ++e) {
      const std::size_t k = response_entry(e, i, p, m);
      delta_[e] = q.empty() ? h[k].e : h[k].e + q[k];
      error_[e] = h[k].v - center_[k];
      slope_[e] = T(0);
      moves_[i * n + e] = moves_[i * n + e] + delta_[e];
    }
    T* sums = sums_.data() + i * n * n;
    const T *gram = gram_.data(), *error = error_.data();
    T* slope = slope_.data();
    for (std::size_t l = 0; l < n; ++l, sums += n, gram += n) {
      const T by = delta_[l];
      for (std::size_t e = 0; e < n; ++e) {
        slope[e] = mul_add(by, gram[e], slope[e]);
        sums[e] = mul_add(by, error[e], sums[e]);
      }
    }
    for (std::size_t e = 0; e < n; ++e) dual_.cotangent()[response_entry(e, i, p, m)].e = slope_[e];
  }

  evaluation_of<objective_type> at_;
  evaluation<D, M, Kappa> dual_;
  std::size_t entries_;  // κm
  std::vector<T> center_, gram_, sums_, moves_, delta_, error_, slope_;
  typename M::template theta<D> theta_, moved_;
  system_type none_;
};

}  // namespace lssm::detail
