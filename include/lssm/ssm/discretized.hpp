// SPDX-License-Identifier: BSD-3-Clause
// A structure in continuous time, seen at steps of a length that is a parameter: s' = A s + B x, y = C s.
//
//   discretized<real_diagonal<8>, zero_order_hold>                  one step for all modes, as S4D
//   discretized<real_diagonal<8>, bilinear, step_per_mode>          a step for each, as S5
//   learn<every_slot>                                               the step is learned as it is
//   learn<state_role, output_role, through<time_steps, exponential>>    by its logarithm: it stays positive
//
//   symbol  shape          meaning                          symbol  shape         meaning
//   a, b, c                of the structure, in             step    (1) or (d)    length of the step
//                          continuous time                  ā, δ, γ (d)           of the method (ssm/discretization.hpp)
//
//   h_0 = Σ_j c_j δ_j b_j,  h_k = Σ_j c_j ā_j^{k-1} γ_j b_j.
//
// The pullback needs no formula of a method: its derivatives with respect to a and the step come from dual numbers.
#pragma once

#include <array>

#include "../core/dual.hpp"
#include "discretization.hpp"
#include "real_diagonal.hpp"

namespace lssm {

/// Lengths of time steps.
struct time_steps {
  using role = time_role;
  static constexpr auto& of(auto& s) { return s.step; }
};

/// One step for all modes.
struct shared_step {
  static constexpr std::string_view name = "";
  static constexpr bool shared = true;
};
/// A step for each mode.
struct step_per_mode {
  static constexpr std::string_view name = " per mode";
  static constexpr bool shared = false;
};

namespace detail {

template <class Slots>
struct with_time_steps;
template <class... Slots>
struct with_time_steps<slot_list<Slots...>> {
  using type = slot_list<Slots..., time_steps>;
};

/// Texts one after the other.
template <const std::string_view&... Texts>
struct joined_text {
  static constexpr auto stored = [] {
    std::array<char, (Texts.size() + ... + 0)> text{};
    std::size_t n = 0;
    const auto append = [&](std::string_view from) {
      for (const char c : from) text[n++] = c;
    };
    (append(Texts), ...);
    return text;
  }();
  static constexpr std::string_view value{stored.data(), stored.size()};
};
inline constexpr std::string_view discretized_text = "discretized/1 ", space_text = " ";

template <class Structure, class Method>
struct check_discretized {
  static_assert(
      DiagonalStructure<Structure>,
      "discretized: the structure must be diagonal, as methods are of modes (docs/discretization.md)");
  static_assert(Discretization<Method>,
                "discretized: the method lacks name, feedthrough or at(a, step) (docs/discretization.md)");
  static constexpr bool holds = true;
};

}  // namespace detail

/// A diagonal structure in continuous time at steps of a learned length.
template <class Structure, class Method = zero_order_hold, class Steps = shared_step>
struct discretized {
  static_assert(detail::check_discretized<Structure, Method>::holds);

  [[no_unique_address]] Structure structure{};
  using method = Method;
  static constexpr integer inputs = Structure::inputs, outputs = Structure::outputs;
  static constexpr std::string_view name =
      detail::joined_text<detail::discretized_text, Structure::name, detail::space_text, Method::name,
                          Steps::name>::value;
  using slots = typename detail::with_time_steps<slots_of<Structure>>::type;
  static constexpr integer known_steps = Steps::shared ? 1 : Structure::known_states;

  template <class T>
  using continuous = typename Structure::template parameters<T>;
  template <class T>
  struct parameters : continuous<T> {
    vec<T, known_steps> step;  // (1) or (d)
    static constexpr auto parts(auto& s) {
      return std::tuple_cat(continuous<T>::parts(s), std::tuple(part("step", s.step)));
    }
  };

  constexpr void validate() const { structure.validate(); }
  template <class T>
  constexpr parameters<T> make() const {
    const integer states = structure.states;
    return {structure.template make<T>(), zeros<T>(extent<known_steps>(Steps::shared ? 1 : states))};
  }

  static std::size_t modes(const auto& s) { return s.a.size(); }
  /// The eigenvalue of a step.
  template <class T>
  static T pole(const parameters<T>& s, std::size_t j) {
    return at(s, j).pole;
  }
  /// With a step for each mode, h is a sum over modes.
  template <class Slot>
  static constexpr modal_slot modal(Slot) requires(!Steps::shared) {
    if (std::is_same_v<Slot, time_steps>) return {.entries = 1};
    if (std::is_same_v<Slot, input_matrix>) return {.entries = inputs};
    return {.entries = std::is_same_v<Slot, output_matrix> ? outputs : 1, .side_by_side = false};
  }

  /// ā, δ and γ of mode j.
  template <class T>
  static discrete_mode<T> at(const parameters<T>& s, std::size_t j) {
    return Method::at(s.a[j], s.step[Steps::shared ? 0 : j]);
  }

  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    constexpr std::size_t m = inputs, p = outputs;
    const std::span<T> first = h.first(m * p);
    for (T& v : first) v = T(0);
    continuous<T> later = s;  // the system of h_1, h_2, ...
    for (std::size_t j = 0, d = modes(s); j < d; ++j) {
      const auto z = at(s, j);
      for (std::size_t i = 0; i < p; ++i)
        for (std::size_t q = 0; q < m; ++q)
          first[i * m + q] = mul_add(s.c[i * d + j] * z.direct, s.b[j * m + q], first[i * m + q]);
      step(z, j, later);
    }
    if (h.size() > m * p) Structure::impulse_response(later, h.subspan(m * p));
  }

  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    constexpr std::size_t m = inputs, p = outputs;
    const std::size_t d = modes(s);
    continuous<T> later = s;
    for (std::size_t j = 0; j < d; ++j) step(at(s, j), j, later);
    each_number([](T& v) { v = T(0); }, ds);
    if (g.size() > m * p) Structure::pullback(later, g.subspan(m * p), static_cast<continuous<T>&>(ds));
    for (std::size_t j = 0; j < d; ++j) {
      const auto z = at(s, j);
      discrete_mode<T> dz{ds.a[j], T(0), T(0)};
      for (std::size_t q = 0; q < m; ++q) {
        T first(0);  // Σ_i g_0 c
        for (std::size_t i = 0; i < p; ++i) {
          first = mul_add(g[i * m + q], s.c[i * d + j], first);
          ds.c[i * d + j] = mul_add(g[i * m + q] * z.direct, s.b[j * m + q], ds.c[i * d + j]);
        }
        T& db = ds.b[j * m + q];
        dz.carried = mul_add(db, s.b[j * m + q], dz.carried);
        dz.direct = mul_add(first, s.b[j * m + q], dz.direct);
        db = mul_add(db, z.carried, first * z.direct);
      }
      chain(s, j, dz, ds);
    }
  }

  /// One step: state (d) is carried, x (m) comes in, y (p) goes out.
  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state, std::span<T> y) {
    constexpr std::size_t m = inputs, p = outputs;
    for (T& out : y) out = T(0);
    for (std::size_t j = 0, d = modes(s); j < d; ++j) {
      const auto z = at(s, j);
      T driven(0);
      for (std::size_t q = 0; q < m; ++q) driven = mul_add(s.b[j * m + q], x[q], driven);
      const T out = mul_add(z.carried, state[j], z.direct * driven);
      for (std::size_t i = 0; i < p; ++i) y[i] = mul_add(s.c[i * d + j], out, y[i]);
      state[j] = mul_add(z.pole, state[j], driven);
    }
  }

  friend constexpr bool operator==(const discretized& x, const discretized& y) {
    return x.structure == y.structure;
  }

 private:
  /// Mode j of a system becomes that of h_1, h_2, ...
  template <class T>
  static void step(const discrete_mode<T>& z, std::size_t j, continuous<T>& later) {
    later.a[j] = z.pole;
    for (std::size_t q = 0; q < static_cast<std::size_t>(inputs); ++q)
      later.b[j * inputs + q] = later.b[j * inputs + q] * z.carried;
  }
  /// From the cotangents of ā, δ and γ to those of a and of the step.
  template <class T>
  static void chain(const parameters<T>& s, std::size_t j, const discrete_mode<T>& dz, parameters<T>& ds) {
    const std::size_t l = Steps::shared ? 0 : j;
    const auto along = [&](const T& of_a, const T& of_step) {
      const auto z = Method::at(dual<T>(s.a[j], of_a), dual<T>(s.step[l], of_step));
      return mul_add(dz.pole, z.pole.e, mul_add(dz.direct, z.direct.e, dz.carried * z.carried.e));
    };
    ds.a[j] = along(T(1), T(0));
    ds.step[l] = ds.step[l] + along(T(0), T(1));
  }
};

}  // namespace lssm
