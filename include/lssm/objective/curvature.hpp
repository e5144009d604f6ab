// SPDX-License-Identifier: BSD-3-Clause
// From an objective's second derivative with respect to h to its Hessian with respect to θ: mode by mode where structure and
// parameter map decouple modes, else as a full matrix where both take dual numbers.
//
//   ∇²_θ L = Σ_k g_k ∇²_θ h_k  +  Jᵀ (d²L/dh²) J,   J = ∂h/∂θ;   the second term is Σ_q w_q w_qᵀ with w_q = Jᵀ f_q.
#pragma once

#include "concepts.hpp"
#include "deduced_curvature.hpp"
#include "dense_hessian.hpp"
#include "evaluation.hpp"
#include "hessian.hpp"

namespace lssm {

namespace detail {
template <class M>
inline constexpr bool one_channel = M::structure_type::inputs == 1 && M::structure_type::outputs == 1;
/// Whether the Hessian is deduced from the structure's own pullback: it says which entries belong to a mode, and no more.
template <class M>
inline constexpr bool deduces_curvature = requires {
  requires ModalSlots<typename M::structure_type> && !ModalCurvature<typename M::structure_type>;
  requires M::learned::curved_maps;
};
/// Learned entries of each mode. A parameter map of one's own that has no mode_entries serves one channel.
template <class M>
constexpr integer mode_entries() {
  if constexpr (deduces_curvature<M>) {
    return deduced_entries<typename M::structure_type>(typename M::learned());
  } else if constexpr (requires { M::learned::template mode_entries<typename M::structure_type>; }) {
    return M::learned::template mode_entries<typename M::structure_type>;
  } else {
    return one_channel<M> ? M::learned::slots : 0;
  }
}
}  // namespace detail

/// Whether a model's Hessian splits over modes.
template <class M>
inline constexpr bool modal_model = detail::deduces_curvature<M> || requires {
  requires ModalCurvature<typename M::structure_type> && CurvedParameterMap<typename M::learned>;
  requires detail::mode_entries<M>()
  > 0;
};

/// Whether a model's Hessian is a full matrix: it has no modes, and its pullbacks run in dual numbers.
template <class M>
inline constexpr bool dense_model = !modal_model<M> && requires {
  requires M::structure_type::takes_duals;
  requires M::learned::takes_duals;
};
/// Whether a model has a Hessian.
template <class M>
inline constexpr bool curved_model = modal_model<M> || dense_model<M>;

namespace detail {
struct nothing {};
}  // namespace detail

/// The scratch for write_hessian; empty for models without curvature.
template <class T, class M>
auto make_second_order(const M& model) {
  if constexpr (detail::deduces_curvature<M>) {
    return detail::deduced_second_order<T, typename M::structure_type, typename M::learned>(model.structure);
  } else if constexpr (modal_model<M>) {
    return model.structure.template make_second_order<T>();
  } else if constexpr (dense_model<M>) {
    return detail::dense_second_order<T, typename M::structure_type, typename M::learned>(model.structure);
  } else {
    return detail::nothing();
  }
}
/// The type of that scratch.
template <class M, class T>
using second_order_of = decltype(make_second_order<T>(std::declval<const M&>()));

namespace detail {
/// Room for the Hessian of a model at a system.
template <class T, class M, class System>
  requires(dense_model<M>)
dense_hessian<T> make_hessian(const System& s, integer most_rank) {
  dense_hessian<T> h;
  h.resize(M::learned::count(s), most_rank);
  return h;
}
template <class T, class M, class System>
  requires modal_model<M>
auto make_hessian(const System& s, integer most_rank) {
  modal_hessian<T, mode_entries<M>()> h;
  if constexpr (deduces_curvature<M>) {
    typename decltype(h)::places_type places{};
    each_modal_entry<typename M::structure_type, typename M::learned>(
        s, [&](auto, auto, std::size_t, std::size_t at, std::size_t u, std::size_t j) {
          if (j == 0) places[u].first = at;
          if (j == 1) places[u].step = at - places[u].first;
        });
    h.resize(static_cast<integer>(modes_of<typename M::structure_type>(s)), most_rank, places);
  } else if constexpr (one_channel<M>) {
    h.resize(length(s.a), most_rank);
  } else {
    typename decltype(h)::places_type places;
    std::size_t u = 0;
    M::learned::each_mode_entry(s, [&](auto, auto, std::size_t, const auto& p) {
      places[u++] = {p.first, p.step};
    });
    h.resize(length(s.a), most_rank, places);
  }
  return h;
}
}  // namespace detail

/// Fills `hessian` at θ, where `at` stands. `modal` is scratch of the structure.
template <class M, class Objective, class Evaluation, class Modal, class T, class Hessian>
void write_hessian(const Objective& f, Evaluation& at, std::span<const T> theta, Modal& modal,
                   Hessian& hessian) {
  if constexpr (requires { f.factor_second_derivative(at); }) f.factor_second_derivative(at);
  const integer rank = f.rank(at);
  hessian.low_rank().set_rank(rank);
  for (integer q = 0; q < rank; ++q) at.pull_back(theta, f.factor(q, at), hessian.low_rank().w(q));
  // Last, so that the gradient with respect to (A, B, C) is the objective's own.
  M::structure_type::pullback(at.system(), view<T>(at.cotangent()), at.gradient());
  if constexpr (detail::deduces_curvature<M>) {
    modal.write(theta, at.system(), view<T>(at.cotangent()), hessian.blocks());
  } else if constexpr (dense_model<M>) {
    modal.write(theta, at.system(), view<T>(at.cotangent()), std::span<T>(hessian.second_order()));
  } else {
    M::structure_type::second_order(at.system(), view<T>(at.cotangent()), modal);
    M::learned::second_order(theta, at.gradient(), modal, hessian.blocks());
  }
}

}  // namespace lssm
