// SPDX-License-Identifier: BSD-3-Clause
// An objective with a penalty: the loss that stop rules and observers see is L(θ) + P(A, B, C).
#pragma once

#include <utility>

#include "../core/parts.hpp"
#include "../ssm/ssm.hpp"
#include "concepts.hpp"
#include "lanes_alike.hpp"
#include "penalty.hpp"

namespace lssm {

/// A penalty: p(learn, system, gradient) returns P and adds dP/d(A, B, C) to the gradient.
template <class P, class F>
concept PenaltyFor = requires(const P p, const typename F::system_type& s, typename F::system_type& ds) {
  { p(typename F::model::learned{}, s, ds) } -> std::convertible_to<typename F::scalar>;
};

namespace detail {
/// An evaluation of an objective with a penalty: that of L, and room for a gradient that nobody asks for.
template <class At>
struct penalized_evaluation : At {
  std::remove_cvref_t<decltype(std::declval<At&>().gradient())> spare;
};
}  // namespace detail

/// L + P of an objective of a model; `Penalty` is bound to its scalar. It has the curvature of L where the penalty tells its
/// own, second<SlotU, SlotV>(system, i, k), and matrices are learned as they are.
template <class Base, class Penalty>
class penalized : public Base {
  using learned = typename Base::model::learned;

 public:
  using T = typename Base::scalar;
  using evaluation_type = detail::penalized_evaluation<evaluation_of<Base>>;
  static constexpr bool curved = Base::curved && ModalCurvature<typename Base::model::structure_type> &&
                                 TellsSecondDerivatives<Penalty, typename Base::system_type> &&
                                 detail::learned_plainly<learned>;
  /// Whether the penalty adds to the gradient of a slot, as far as it tells by `moves<Slot>`.
  template <class Slot>
  static constexpr bool penalizes = [] {
    if constexpr (requires { Penalty::template moves<Slot>; }) {
      return bool{Penalty::template moves<Slot>};
    } else {
      return true;
    }
  }();
  void evaluate_response() const = delete;  // the loss is no function of the response alone
  static_assert(PenaltyFor<Penalty, Base>,
                "penalty: it lacks operator()(learn, system, gradient), which returns a number "
                "(docs/objective.md)");
  static_assert(!detail::of_eigenvalues<Penalty> || (detail::diagonal_model<typename Base::model> &&
                                                     requires { typename Base::model::structure_type; }),
                "penalty: it is one of eigenvalues or modes, and the entries of this structure are none "
                "(docs/objective.md)");

  penalized(Base objective, const Penalty& penalty) : Base(std::move(objective)), penalty_(penalty) {}
  /// All lanes like `lane`, to be filled one by one with adopt().
  template <class M, class LaneBase, class LanePenalty>
  penalized(const M& m, const penalized<LaneBase, LanePenalty>& lane)
      : Base(m, static_cast<const LaneBase&>(lane)) {
    if constexpr (std::is_same_v<Penalty, LanePenalty>) penalty_ = lane.penalty();
  }
  template <class LaneBase, class LanePenalty>
  void adopt(std::size_t lane, const penalized<LaneBase, LanePenalty>& single) {
    Base::adopt(lane, static_cast<const LaneBase&>(single));
    if constexpr (!std::is_same_v<Penalty, LanePenalty>) {
      set_lane(penalty_, lane, single.penalty());
    } else if constexpr (lanes_of<T> == 1) {
      penalty_ = single.penalty();
    } else {
      detail::require_same_in_lanes("a penalty without bind<T>()", penalty_, single.penalty());
    }
  }

  const Penalty& penalty() const { return penalty_; }
  evaluation_type workspace() const {
    auto at = Base::workspace();
    auto spare = at.gradient();
    return {std::move(at), std::move(spare)};
  }

  T value(std::span<const T> theta, evaluation_type& at) const {
    const T loss = Base::value(theta, at);
    each_number([](T& d) { d = T(0); }, at.spare);  // the gradient stays that of value_and_gradient()
    return loss + penalty_(learned{}, std::as_const(at).system(), at.spare);
  }
  T value_and_gradient(std::span<const T> theta, std::span<T> dtheta, evaluation_type& at) const {
    const T loss = Base::value_and_gradient(theta, dtheta, at);
    const T penalty = penalty_(learned{}, std::as_const(at).system(), at.gradient());
    learned::pullback(theta, std::as_const(at).gradient(), dtheta);
    return loss + penalty;
  }
  template <class Hessian>
  void hessian(std::span<const T> theta, Hessian& h, evaluation_type& at) const requires curved {
    Base::hessian(theta, h, at);
    penalty_(learned{}, std::as_const(at).system(), at.gradient());
    add_blocks(std::as_const(at).system(), h.blocks());
  }

 private:
  void add_blocks(const typename Base::system_type& s, auto& blocks) const {
    std::size_t n = 0, u = 0;
    learned::each_mode_entry(s, [&](auto, auto, std::size_t, const auto&) { ++n; });
    learned::each_mode_entry(s, [&]<class U>(U, auto, std::size_t, const auto& up) {
      std::size_t v = 0;
      learned::each_mode_entry(s, [&]<class V>(V, auto, std::size_t, const auto& vp) {
        for (std::size_t j = 0; u <= v && j < s.a.size(); ++j) {
          T& entry = blocks[u * n + v][j];
          entry =
              entry + penalty_.template second<U, V>(s, up.of_slot + j * up.step, vp.of_slot + j * vp.step);
        }
        ++v;
      });
      ++u;
    });
  }

  Penalty penalty_{};
};

}  // namespace lssm
