// SPDX-License-Identifier: BSD-3-Clause
// A model of several layers, some of which are SSMs: it maps sequences to sequences.
//
//   deep<ssm<real_diagonal<8, 1, 4>>, gelu, ssm<real_diagonal<8, 4, 1>>, last_output>        one number for each sequence
//   deep<channels<3>, dense<4>, gelu, ssm<real_diagonal<8, 4, 2>>>                           two numbers at every step
//   {.layers = {{.structure = {.states = 8}}, {}, ...}}                                      sizes at run time
//
//   symbol   shape                     meaning
//   x        (N, kappa, m)             inputs
//   ŷ        (N, kappa or 1, p)        outputs of every step, or after last_output of the last one
//
// θ holds the learned parameters, layer by layer: of an SSM the matrices that its `learn` names, of other layers all.
#pragma once

#include "../ssm/bound_system.hpp"
#include "layered_system.hpp"

namespace lssm {

/// A model of several layers, x (N, kappa, m) ↦ y (N, answers). The first layer gives the number of inputs.
template <class... Layers>
struct deep {
  static_assert(sizeof...(Layers) >= 1, "deep: name at least one layer (docs/nn.md)");

  std::tuple<Layers...> layers{};

  using network_type = sequential<Layers...>;
  static constexpr integer inputs = detail::required_inputs<std::tuple_element_t<0, std::tuple<Layers...>>>;
  static_assert(inputs != dynamic,
                "deep: the first layer does not tell the number of inputs; begin with an ssm or channels<M> "
                "(docs/nn.md)");
  using bound_network = decltype(std::declval<const network_type&>().bind(extent<inputs>{}));
  using learned = learn_layers;
  template <class T>
  using system = layered_system<T, bound_network>;
  static constexpr integer known_parameters = network_type::template known_parameters<inputs>;
  template <class T>
  using theta = vec<T, known_parameters>;

  constexpr network_type network() const { return {layers}; }
  bound_network bind() const { return network().bind(extent<inputs>{}); }
  /// Makes all parameters, zero.
  template <class T>
  system<T> make() const {
    return system<T>(bind());
  }
  void validate() const {
    network().validate();
    bind();
  }
  friend constexpr bool operator==(const deep&, const deep&) = default;
};

/// A description of a model whose system is a layered one.
template <class M>
concept LayeredModel = requires(const M m) {
  typename M::bound_network;
  typename M::template theta<double>;
  { m.template make<double>() } -> std::same_as<layered_system<double, typename M::bound_network>>;
};

namespace detail {
template <class Net>
inline constexpr bool diagonal_layers = false;
template <class Bound>
inline constexpr bool diagonal_layer = true;
template <class Bound>
  requires requires { typename Bound::structure_type; }
inline constexpr bool diagonal_layer<Bound> = DiagonalStructure<typename Bound::structure_type>;
template <class Bound>
  requires requires { typename Bound::network_type; }
inline constexpr bool diagonal_layer<Bound> = diagonal_layers<typename Bound::network_type>;
template <class... Bound>
inline constexpr bool diagonal_layers<bound_sequential<Bound...>> = (diagonal_layer<Bound> && ...);
template <LayeredModel M>
inline constexpr bool diagonal_model<M> = diagonal_layers<typename M::bound_network>;
}  // namespace detail

namespace detail {
/// What layers answer to x (N, kappa, m), written to y; throws bad_argument where one of them has another size.
template <class T, class System>
void answer_batch(const System& s, std::span<const T> x, batch_shape batch, std::span<T> y) {
  const auto entries = batch.rows() * s.layers.inputs(),
             answers = batch.sequences * s.layers.steps_after(batch.steps) * s.layers.outputs();
  if (length(x) != entries)
    refuse("deep", "x", "of " + to_text(entries) + " numbers (N, kappa, m)", x.size());
  if (length(y) != answers)
    refuse("deep", "y", "of " + to_text(answers) + " numbers, as many as the model answers", y.size());
  typename std::remove_cvref_t<decltype(s.layers)>::template workspace<T> work(s.layers, batch);
  const auto out = s.layers.template forward<T>(s, x, work);
  std::copy(out.begin(), out.end(), y.begin());
}
}  // namespace detail

/// The model bound to a scalar. Each call allocates its own workspace.
/// `Loss` is the loss that it was trained by if its answers are logits, and void if they are numbers like the labels.
template <class T, LayeredModel M, class Loss = void>
struct bound_deep {
  using scalar = T;
  using loss_type = Loss;
  static constexpr integer inputs = M::inputs;

  typename M::template system<T> system;

  static constexpr auto parts(auto& s) { return std::tuple(part("system", s.system)); }

  /// The number of answers to a sequence of this length.
  integer answers(integer kappa) const { return system.layers.steps_after(kappa) * system.layers.outputs(); }
  /// To how many of its steps these belong.
  integer steps(integer kappa) const { return system.layers.steps_after(kappa); }
  /// y (N, kappa or 1, p) for a batch x (N, kappa, m).
  void apply(std::span<const T> x, batch_shape batch, std::span<T> y) const {
    detail::answer_batch(system, x, batch, y);
  }
  /// Writes y (kappa or 1, p) for one sequence x (kappa, m).
  void answer(std::span<const T> x, std::span<T> y) const { apply(x, {1, length(x) / inputs}, y); }
  /// The answer of a model that answers one number.
  T operator()(std::span<const T> x) const {
    require(answers(length(x) / inputs) == 1, "deep", "the answer", "one number, as behind last_output",
            answers(length(x) / inputs));
    T y(0);
    answer(x, std::span<T>(&y, 1));
    return y;
  }
  /// The SSM of layer L.
  template <std::size_t L>
  auto ssm() const {
    using layers = typename M::template system<T>;
    static_assert(L < layers::depth, "deep: there are fewer layers, counted from 0 (docs/nn.md)");
    if constexpr (L < layers::depth) {
      static_assert(
          requires { typename layers::template layer_type<L>::structure_type; },
          "deep: this layer is no ssm (docs/nn.md)");
      if constexpr (requires { typename layers::template layer_type<L>::structure_type; })
        return bound_system<T, typename layers::template layer_type<L>::structure_type>{
            system.template of<L>()};
    }
  }
};

}  // namespace lssm
