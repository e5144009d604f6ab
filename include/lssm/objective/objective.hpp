// SPDX-License-Identifier: BSD-3-Clause
// Which form of the objective a model and a loss take: the first of a list that fits.
//
//   layers_form    layers in a row                                                   objective/deep.hpp
//   network_form   a network behind an SSM                                           objective/network.hpp
//   gram_form      an SSM and a quadratic loss: sequences enter by a Gram matrix     objective/gram.hpp
//   raw_form       an SSM and any other loss of two numbers: every sequence          objective/raw.hpp
//   one's own      a struct with  template <class M, class L> static constexpr bool fits
//                  and            template <class T, class M, integer Kappa, class L> using objective = ...
//
//   forms<mine, gram_form, raw_form>   tries these, in this order; `known_forms` is the list above
//
// An objective is made from (model, start, data, loss) or (model, start, data). One that trains in lanes is also made from
// (model, lane), and has adopt(i, lane).
#pragma once

#include "deep.hpp"
#include "gram.hpp"
#include "network.hpp"
#include "raw.hpp"

namespace lssm {

namespace detail {
template <class M>
inline constexpr bool network_behind = false;
template <Model Ssm, class Network>
inline constexpr bool network_behind<with_network<Ssm, Network>> = true;
}  // namespace detail

/// The objective of layers in a row.
struct layers_form {
  template <class M, class L>
  static constexpr bool fits = LayeredModel<M>;
  template <class T, class M, integer Kappa, class L>
  using objective = deep_objective<T, M, Kappa, L>;
};
/// The objective of an SSM with a network behind it.
struct network_form {
  template <class M, class L>
  static constexpr bool fits = detail::network_behind<M>&& Loss<L>;
  template <class T, class M, integer Kappa, class L>
  using objective = network_objective<T, M, Kappa, L>;
};
/// The squared loss of an SSM, whatever the number of sequences.
struct gram_form {
  template <class M, class L>
  static constexpr bool fits = Model<M> && !detail::network_behind<M> && QuadraticLoss<L>;
  template <class T, class M, integer Kappa, class L>
  using objective = gram_objective<T, M, Kappa>;
};
/// Any loss of an SSM, sequence by sequence.
struct raw_form {
  template <class M, class L>
  static constexpr bool fits = Model<M> && !detail::network_behind<M> && Loss<L>;
  template <class T, class M, integer Kappa, class L>
  using objective = raw_objective<T, M, Kappa, L>;
};

/// A list of forms; the first that fits is taken.
template <class... Forms>
struct forms {
  friend constexpr bool operator==(forms, forms) { return true; }
};
/// The forms of this library.
using known_forms = forms<layers_form, network_form, gram_form, raw_form>;

namespace detail {
template <class List, class T, class M, integer Kappa, class L>
struct select_form {
  static_assert(Loss<L> || !std::is_same_v<List, forms<>> || LayeredModel<M>,
                "objective: a loss of rows needs a model that answers rows, deep<...> (docs/loss.md)");
  static_assert(!Loss<L> || !std::is_same_v<List, forms<>>,
                "objective: no form of the list fits the model and the loss (docs/objective.md)");
  using type = void;
};
template <class First, class... Rest, class T, class M, integer Kappa, class L>
struct select_form<forms<First, Rest...>, T, M, Kappa, L> {
  static constexpr auto find() {
    if constexpr (First::template fits<M, L>) {
      return std::type_identity<typename First::template objective<T, M, Kappa, L>>();
    } else {
      return std::type_identity<typename select_form<forms<Rest...>, T, M, Kappa, L>::type>();
    }
  }
  using type = typename decltype(find())::type;
};
}  // namespace detail

/// The form that model and loss allow: the first of the list that fits.
template <class T, class M, integer Kappa, class L, class Forms = known_forms>
using objective = typename detail::select_form<Forms, T, M, Kappa, L>::type;

/// The objective of a model, of labelled data and a loss; `start` holds what is not learned. Throws bad_argument where they
/// do not fit.
template <SingleScalar T, integer Kappa, class Forms = known_forms, class M, class L>
auto make_objective(const M& model, const typename M::template system<T>& start, const labelled<T>& data,
                    const L& loss) {
  using form = objective<T, M, Kappa, L, Forms>;
  if constexpr (std::is_constructible_v<form, const M&, decltype(start), decltype(data), const L&>) {
    return form(model, start, data, loss);
  } else {
    return form(model, start, data);
  }
}

}  // namespace lssm
