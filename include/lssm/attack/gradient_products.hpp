// SPDX-License-Identifier: BSD-3-Clause
// Derivatives of a loss by its inputs, and products of its second derivatives with one direction of θ:
//
//   dL/dθ, dL/dx                  gradients(θ, dθ, dx)           one pass
//   H v, d/dx (v · dL/dθ)         products(θ, v, hv, xv)         one pass in dual numbers at θ + v ε: reverse over forward
//
//   symbol  shape            meaning
//   θ, v    (n)              parameters as the student learns them, a direction of them
//   x       (N, kappa, m)    inputs; labels are held
//
//   auto second = gradient_products_of(bound);        bound = bind<double>(study, seed)
//   second.products(bound.theta, v, hv, xv);
//
// Every student is a model of layers here: an SSM stands before last_output, a network behind that, so that the loss is that of
// every form of the objective. L is the loss over all sequences, without penalty.
#pragma once

#include <vector>

#include "../core/dual.hpp"
#include "../study/bind.hpp"

namespace lssm {

/// The gradients of a loss by θ and x, and products with its second derivatives.
template <SingleScalar T, LayeredModel M, class L>
class gradient_products {
  using D = dual<T>;

 public:
  /// `start` holds what is not learned; the loss counts `times`.
  gradient_products(const M& model, const typename M::template system<T>& start, const labelled<T>& data,
                    const L& loss = {}, const T& times = T(1))
      : times_(times),
        plain_(model, start, data, loss),
        at_(plain_.workspace()),
        dual_(model, lifted(model, start), lifted(data), loss),
        dual_at_(dual_.workspace()),
        theta_(static_cast<std::size_t>(plain_.parameters())),
        dtheta_(theta_),
        dx_(data.x.size()) {}

  integer parameters() const { return plain_.parameters(); }
  /// The inputs (N, kappa, m) as they stand.
  std::span<const T> inputs() { return plain_.sequences_in_numbers(); }
  /// Takes other inputs of the same shape; labels stay.
  void set_inputs(std::span<const T> x) {
    if (x.size() != dx_.size())
      refuse("gradient_products", "inputs", to_text(dx_.size()) + " numbers (N, kappa, m)", x.size());
    std::copy(x.begin(), x.end(), plain_.sequences_in_numbers().begin());
    for (std::size_t i = 0; i < x.size(); ++i) dual_.sequences_in_numbers()[i] = D(x[i]);
  }

  /// L at θ; writes dL/dθ, and dL/dx unless dx is empty.
  T gradients(std::span<const T> theta, std::span<T> dtheta, std::span<T> dx) {
    require_size("theta", theta, theta_.size());
    require_size("dtheta", dtheta, theta_.size());
    if (!dx.empty()) require_size("dx", dx, dx_.size());
    const T loss = plain_.value_and_gradients(theta, dtheta, dx, at_);
    for (T& d : dtheta) d = times_ * d;
    for (T& d : dx) d = times_ * d;
    return times_ * loss;
  }
  /// v · dL/dθ at θ; writes H v and d/dx (v · dL/dθ), each unless its span is empty.
  T products(std::span<const T> theta, std::span<const T> v, std::span<T> hv, std::span<T> xv) {
    require_size("theta", theta, theta_.size());
    require_size("v", v, theta_.size());
    if (!hv.empty()) require_size("hv", hv, theta_.size());
    if (!xv.empty()) require_size("xv", xv, dx_.size());
    for (std::size_t i = 0; i < theta.size(); ++i) theta_[i] = D(theta[i], v[i]);
    const D loss = dual_.value_and_gradients(view<D>(theta_), std::span<D>(dtheta_),
                                             xv.empty() ? std::span<D>() : std::span<D>(dx_), dual_at_);
    for (std::size_t i = 0; i < hv.size(); ++i) hv[i] = times_ * dtheta_[i].e;
    for (std::size_t i = 0; i < xv.size(); ++i) xv[i] = times_ * dx_[i].e;
    return times_ * loss.e;
  }

 private:
  static void require_size(std::string_view what, const auto& numbers, std::size_t n) {
    if (numbers.size() != n)
      refuse("gradient_products", what, "of " + to_text(n) + " numbers", numbers.size());
  }
  static auto lifted(const M& model, const typename M::template system<T>& start) {
    auto system = model.template make<D>();
    each_number([](D& x, const T& y) { x = D(y); }, system, start);
    return system;
  }
  static labelled<D> lifted(const labelled<T>& data) {
    return {.x = {data.x.begin(), data.x.end()},
            .y = {data.y.begin(), data.y.end()},
            .kappa = data.kappa,
            .channels = data.channels,
            .h_star = {},
            .answers = data.answers,
            .steps = data.steps};
  }

  T times_;
  deep_objective<T, M, dynamic, L> plain_;
  evaluation_of<deep_objective<T, M, dynamic, L>> at_;
  deep_objective<D, M, dynamic, L> dual_;
  evaluation_of<deep_objective<D, M, dynamic, L>> dual_at_;
  std::vector<D> theta_, dtheta_, dx_;
};

namespace detail {

/// A student as layers in a row with the same θ.
template <class M>
struct in_layers {
  using type = deep<M, last_output>;
  static type of(const M& m) { return {{m, {}}}; }
};
template <LayeredModel M>
struct in_layers<M> {
  using type = M;
  static type of(const M& m) { return m; }
};
template <class Ssm, class... Layers>
struct in_layers<with_network<Ssm, sequential<Layers...>>> {
  using type = deep<Ssm, last_output, Layers...>;
  static type of(const with_network<Ssm, sequential<Layers...>>& m) {
    return {std::tuple_cat(std::tuple(m.ssm, last_output{}), m.network.layers)};
  }
};

}  // namespace detail

/// Those of a study's loss on its data, whatever the form of its objective.
template <SingleScalar T, class Study>
auto gradient_products_of(const bound_study<T, Study>& bound) {
  using student = decltype(Study::student);
  using map = detail::in_layers<student>;
  const auto model = map::of(bound.study.student);
  auto start = model.template make<T>();
  std::vector<T> numbers;
  each_number([&](const T& x) { numbers.push_back(x); }, bound.objective.start_system());
  std::size_t at = 0;
  each_number([&](T& x) { x = numbers[at++]; }, start);
  T times(1);
  if constexpr (!LayeredModel<student>) {
    require(bound.data.steps == 1, "gradient_products_of", "labels",
            "those of the last step; at every step the student is deep<ssm<...>>", "labels of every step");
    times = T(static_cast<double>(student::outputs));  // the loss of one SSM is a sum over outputs
  }
  return gradient_products<T, typename map::type, decltype(Study::loss)>(model, start, bound.data,
                                                                         bound.study.loss, times);
}

}  // namespace lssm
