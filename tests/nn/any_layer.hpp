// SPDX-License-Identifier: BSD-3-Clause
// A layer whose kind is a value, so that compositions can be drawn at random: a layer of one's own that is one of those
// of the library.
#pragma once

#include <lssm/nn.hpp>
#include <variant>

namespace any {

using namespace lssm;

template <integer M, integer P>
using small_ssm = ssm<real_diagonal<dynamic, M, P>>;
using kinds =
    std::variant<dense<>, dense<dynamic, without_bias>, relu, gelu, tanh_layer, sigmoid, identity,
                 last_output, small_ssm<1, 1>, small_ssm<1, 2>, small_ssm<1, 3>, small_ssm<2, 1>,
                 small_ssm<2, 2>, small_ssm<2, 3>, small_ssm<3, 1>, small_ssm<3, 2>, small_ssm<3, 3>>;

template <class L>
using bound_of = decltype(detail::as_layer<L>::of(std::declval<const L&>()).bind(extent<>()));
template <class Kinds>
struct bound_kinds;
template <class... L>
struct bound_kinds<std::variant<L...>> {
  using type = std::variant<bound_of<L>...>;
  template <class T>
  using system = std::variant<typename detail::layer_parameters<bound_of<L>, T>::type...>;
  template <class T>
  using scratch = std::variant<typename detail::layer_scratch<bound_of<L>, T>::type...>;
};

/// The alternatives of one layer: `parameters<T>` and `scratch<T>` hold the same alternative as `kind`.
struct bound_layer {
  using bound_type = typename bound_kinds<kinds>::type;
  template <class T>
  struct system {
    std::vector<T> numbers;  // one after the other; what the layer itself works with stands beside them
    static constexpr auto parts(auto& s) { return std::tuple(part("numbers", s.numbers)); }
  };
  bound_type kind;
  extent<> inputs;

  extent<> outputs() const {
    return std::visit([](const auto& l) { return extent<>(integer(l.outputs())); }, kind);
  }
  integer parameters() const {
    return std::visit([](const auto& l) { return l.parameters(); }, kind);
  }
  integer steps_after(integer steps) const {
    return std::visit([&](const auto& l) { return detail::batch_behind(l, {1, steps}).steps; }, kind);
  }
  template <class T>
  system<T> make() const {
    return {std::vector<T>(static_cast<std::size_t>(parameters()), T(0))};
  }

  template <class T>
  struct workspace {
    workspace() = default;
    workspace(const bound_layer& l, batch_shape batch) {
      l.visit([&](const auto& layer, auto i) {
        parameters.template emplace<i>(
            detail::zero_parameters<std::remove_cvref_t<decltype(layer)>, T>{layer});
        gradient = parameters;
        if constexpr (BoundSequenceLayer<std::remove_cvref_t<decltype(layer)>>)
          scratch.template emplace<i>(layer, batch);
        else
          scratch.template emplace<i>();
      });
    }
    typename bound_kinds<kinds>::template system<T> parameters, gradient;
    typename bound_kinds<kinds>::template scratch<T> scratch;
  };

  template <class T>
  void forward(const system<T>& s, std::span<const T> x, std::span<T> y, workspace<T>& work) const {
    visit([&](const auto& layer, auto i) {
      auto& p = std::get<i>(work.parameters);
      std::size_t at = 0;
      each_number([&](T& to) { to = s.numbers[at++]; }, p);
      if constexpr (BoundSequenceLayer<std::remove_cvref_t<decltype(layer)>>)
        layer.template forward<T>(p, x, y, std::get<i>(work.scratch));
      else
        layer.template forward<T>(view<T>(p), x, y);
    });
  }
  template <class T>
  void backward(const system<T>&, std::span<const T> x, std::span<const T> y, std::span<const T> dy,
                system<T>& ds, std::span<T> dx, workspace<T>& work) const {
    visit([&](const auto& layer, auto i) {
      auto& p = std::get<i>(work.parameters);
      auto& dp = std::get<i>(work.gradient);
      each_number([](T& to) { to = T(0); }, dp);
      if constexpr (BoundSequenceLayer<std::remove_cvref_t<decltype(layer)>>)
        layer.template backward<T>(p, x, y, dy, dp, dx, std::get<i>(work.scratch));
      else
        layer.template backward<T>(view<T>(p), x, y, dy, std::span<T>(dp), dx);
      std::size_t at = 0;
      each_number([&](const T& from) { ds.numbers[at] = ds.numbers[at] + from, ++at; }, std::as_const(dp));
    });
  }

  /// f(layer, its place among the kinds)
  template <class F>
  void visit(F f) const {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto one = [&](auto i) {
        if (kind.index() == i) f(std::get<i>(kind), i);
      };
      (one(std::integral_constant<std::size_t, I>()), ...);
    }
    (std::make_index_sequence<std::variant_size_v<bound_type>>());
  }
};

struct layer {
  kinds kind{};

  template <integer In>
  static constexpr integer known_outputs = dynamic;
  template <integer In>
  static constexpr integer known_parameters = dynamic;
  template <integer In>
  bound_layer bind(extent<In> inputs) const {
    return std::visit(
        [&](const auto& l) {
          return bound_layer{detail::as_layer<std::remove_cvref_t<decltype(l)>>::of(l).bind(extent<>(inputs)),
                             integer(inputs)};
        },
        kind);
  }
};

}  // namespace any
