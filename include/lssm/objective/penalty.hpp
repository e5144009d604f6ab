// SPDX-License-Identifier: BSD-3-Clause
// Penalties: what a study adds to its loss, a function of the student's matrices.
//
//   unpenalized                          nothing
//   l2_penalty<>{.weight}                weight · Σ x²           over all that is learned
//   l2_penalty<input_matrix>{.weight}                            over a slot or, for example, state_role, a role
//   l1_penalty<>{.weight}                weight · Σ |x|          the same; its gradient is 0 where x is 0
//   mass_penalty{.weight}                weight · Σ_j (Σ_q |b_jq|)(Σ_i |c_ij|), Σ_j |b_j c_j| of one input and output
//   spectral_penalty{.weight, .radius}   weight · Σ_j max(0, |λ_j| - radius)²
//   one's own                            a struct with operator()(learn, system, gradient)
//
//   struct balance {                                  // (|B|² - |C|²)²
//     double weight = 0.1;
//     auto operator()(auto, const auto& s, auto& ds) const {
//       using T = std::remove_cvref_t<decltype(s.a[0])>;
//       T gap(0);
//       for (std::size_t j = 0; j < s.b.size(); ++j) gap = gap + s.b[j] * s.b[j] - s.c[j] * s.c[j];
//       for (std::size_t j = 0; j < s.b.size(); ++j) {
//         ds.b[j] = ds.b[j] + T(4 * weight) * gap * s.b[j];
//         ds.c[j] = ds.c[j] - T(4 * weight) * gap * s.c[j];
//       }
//       return T(weight) * gap * gap;
//     }
//     friend bool operator==(const balance&, const balance&) = default;
//   };
//
// Numbers may differ between lanes where bind<T>() gives them as T; without it a penalty is the same in all lanes. Weight decay
// of adamw and lion is another thing: it shrinks θ beside the step, and no loss shows it.
#pragma once

#include "../core/error.hpp"
#include "../core/parts.hpp"
#include "../nn/layered_system.hpp"
#include "../ssm/learned_slots.hpp"

namespace lssm {

/// Nothing is added to the loss.
struct unpenalized {
  friend constexpr bool operator==(unpenalized, unpenalized) { return true; }
};

/// second<SlotU, SlotV>(system, i, k): d²P by entry i of one slot and entry k of another, of the same mode; between entries of
/// two modes it is zero.
template <class P, class System>
concept TellsSecondDerivatives = requires(const P p, const System& s) {
  p.template second<state_matrix, state_matrix>(s, std::size_t{}, std::size_t{});
};

namespace detail {

/// The penalty in the numbers of a run.
template <class T, class Penalty>
auto bound_to(const Penalty& penalty) {
  if constexpr (requires { penalty.template bind<T>(); }) {
    return penalty.template bind<T>();
  } else {
    return penalty;
  }
}

/// The weight in the numbers of a run. Throws bad_argument where it is none of them.
template <class T>
T weight_in(const char* penalty, double weight) {
  const auto w = lane_of<T>(weight);
  require(w > lane_of<T>(0) && is_finite(w), penalty, "weight", "finite and above 0 in the scalar of the run",
          weight);
  return T(w);
}

/// That `Where` names something to penalize.
template <class Where, class Learn, class System>
struct check_penalized {
  static constexpr bool holds = names_learned_slot<Where, Learn, System>();
  static_assert(holds,
                "penalty: it takes every_slot, or a slot or role that the model learns (docs/objective.md)");
};

/// Calls f(x, dx) for every entry of the learned slots that `Where` names, layer by layer where there are several.
template <class Where, class Learn, class System, class F>
void each_penalized(const System& s, System& ds, F f) {
  if constexpr (NamesSlots<Learn>) {
    Learn::each_slot([&]<class Slot>(Slot) {
      if constexpr (names_slot<Where, Slot>) {
        auto& d = Slot::of(ds);
        for (std::size_t i = 0; i < d.size(); ++i) f(Slot::of(s)[i], d[i]);
      }
    });
  } else if constexpr (std::is_same_v<Learn, learn_layers>) {
    s.layers.each_forward([&]<class Layer>(const Layer&, auto l) {
      each_penalized<Where, typename layer_map<Layer>::type>(s.template of<l>(), ds.template of<l>(), f);
    });
  } else if constexpr (!std::is_same_v<Learn, learn_everything> || names_slot<Where, network_weights>) {
    static_assert(std::is_same_v<Where, every_slot> || std::is_same_v<Learn, learn_everything>,
                  "penalty: the parameter map of this model does not tell slots apart; penalize every_slot "
                  "(docs/objective.md)");
    each_number([&](auto& d, const auto& x) { f(x, d); }, ds, s);
  }
}

}  // namespace detail

/// weight · Σ x² over the learned entries of a slot or role.
template <class Where = every_slot>
struct l2_penalty {
  double weight = 0;  ///< finite and > 0; to be given

  void validate() const { detail::require_given_positive("l2_penalty", "weight", weight); }
  friend bool operator==(const l2_penalty&, const l2_penalty&) = default;

  template <class T>
  struct bound {
    T weight{};
    static constexpr auto parts(auto& p) { return std::tuple(part("weight", p.weight)); }
    template <class Learn, class System>
    T operator()(Learn, const System& s, System& ds) const {
      static_assert(detail::check_penalized<Where, Learn, System>::holds);
      T sum(0);
      detail::each_penalized<Where, Learn>(s, ds, [&](const T& x, T& d) {
        sum = mul_add(x, x, sum);
        d = mul_add(weight + weight, x, d);
      });
      return weight * sum;
    }
    template <class U, class V, class System>
    T second(const System&, std::size_t i, std::size_t k) const {
      return std::is_same_v<U, V> && detail::names_slot<Where, U> && i == k ? weight + weight : T(0);
    }
    template <class Slot>
    static constexpr bool moves = detail::names_slot<Where, Slot>;
  };
  template <Scalar T>
  bound<T> bind() const {
    return {detail::weight_in<T>("l2_penalty", weight)};
  }
};

/// weight · Σ |x| over the learned entries of a slot or role.
template <class Where = every_slot>
struct l1_penalty {
  double weight = 0;  ///< finite and > 0; to be given

  void validate() const { detail::require_given_positive("l1_penalty", "weight", weight); }
  friend bool operator==(const l1_penalty&, const l1_penalty&) = default;

  template <class T>
  struct bound {
    T weight{};
    static constexpr auto parts(auto& p) { return std::tuple(part("weight", p.weight)); }
    template <class Learn, class System>
    T operator()(Learn, const System& s, System& ds) const {
      static_assert(detail::check_penalized<Where, Learn, System>::holds);
      T sum(0);
      detail::each_penalized<Where, Learn>(s, ds, [&](const T& x, T& d) {
        sum = sum + abs_of(x);
        d = mul_add(weight, detail::sign_of(x), d);
      });
      return weight * sum;
    }
    template <class Slot>
    static constexpr bool moves = detail::names_slot<Where, Slot>;
  };
  template <Scalar T>
  bound<T> bind() const {
    return {detail::weight_in<T>("l1_penalty", weight)};
  }
};

/// weight · Σ_j (Σ_q |b_jq|)(Σ_i |c_ij|): the mass of a diagonal system, which bounds its response where |λ_j| <= 1.
struct mass_penalty {
  double weight = 0;  ///< finite and > 0; to be given

  void validate() const { detail::require_given_positive("mass_penalty", "weight", weight); }
  friend bool operator==(const mass_penalty&, const mass_penalty&) = default;

  template <class T>
  struct bound {
    T weight{};
    static constexpr bool of_eigenvalues = true;
    template <class Slot>
    static constexpr bool moves = !std::is_same_v<role_of<Slot>, state_role>;
    static constexpr auto parts(auto& p) { return std::tuple(part("weight", p.weight)); }
    template <class Learn, class System>
    T operator()(Learn, const System& s, System& ds) const {
      static_assert(detail::names_learned_slot<input_role, Learn, System>() ||
                        detail::names_learned_slot<output_role, Learn, System>(),
                    "mass_penalty: the model learns neither B nor C (docs/objective.md)");
      const std::size_t d = s.a.size(), inputs = s.b.size() / d, outputs = s.c.size() / d;
      T sum(0);
      for (std::size_t j = 0; j < d; ++j) {
        T in(0), out(0);
        for (std::size_t q = 0; q < inputs; ++q) in = in + abs_of(s.b[j * inputs + q]);
        for (std::size_t i = 0; i < outputs; ++i) out = out + abs_of(s.c[i * d + j]);
        sum = mul_add(in, out, sum);
        for (std::size_t q = 0; q < inputs; ++q) {
          T& entry = ds.b[j * inputs + q];
          entry = mul_add(weight * out, detail::sign_of(s.b[j * inputs + q]), entry);
        }
        for (std::size_t i = 0; i < outputs; ++i) {
          T& entry = ds.c[i * d + j];
          entry = mul_add(weight * in, detail::sign_of(s.c[i * d + j]), entry);
        }
      }
      return weight * sum;
    }
  };
  template <Scalar T>
  bound<T> bind() const {
    return {detail::weight_in<T>("mass_penalty", weight)};
  }
};

/// weight · Σ_j max(0, |λ_j| - radius)²: eigenvalues are drawn back to a disc.
struct spectral_penalty {
  double weight = 0;  ///< finite and > 0; to be given
  double radius = 1;  ///< finite and >= 0

  void validate() const {
    detail::require_given_positive("spectral_penalty", "weight", weight);
    detail::require_not_negative("spectral_penalty", "radius", radius);
  }
  friend bool operator==(const spectral_penalty&, const spectral_penalty&) = default;

  template <class T>
  struct bound {
    T weight{}, radius{};
    static constexpr bool of_eigenvalues = true;
    static constexpr auto parts(auto& p) {
      return std::tuple(part("weight", p.weight), part("radius", p.radius));
    }
    template <class Learn, class System>
    T operator()(Learn, const System& s, System& ds) const {
      static_assert(detail::names_learned_slot<state_role, Learn, System>(),
                    "spectral_penalty: the model does not learn A (docs/objective.md)");
      T sum(0);
      for (std::size_t j = 0; j < s.a.size(); ++j) {
        const T excess = max_of(abs_of(s.a[j]) - radius, T(0));
        sum = mul_add(excess, excess, sum);
        ds.a[j] = mul_add((weight + weight) * excess, detail::sign_of(s.a[j]), ds.a[j]);
      }
      return weight * sum;
    }
    template <class U, class V, class System>
    T second(const System& s, std::size_t i, std::size_t) const {
      if constexpr (std::is_same_v<U, state_matrix> && std::is_same_v<V, state_matrix>) {
        return where(abs_of(s.a[i]) > radius, weight + weight, T(0));
      } else {
        return T(0);
      }
    }
  };
  template <Scalar T>
  bound<T> bind() const {
    return {detail::weight_in<T>("spectral_penalty", weight), T(lane_of<T>(radius))};
  }
};

}  // namespace lssm
