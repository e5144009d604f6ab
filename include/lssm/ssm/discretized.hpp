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
//   h_0 = Σ_j c_j δ_j b_j,  h_k = Σ_j c_j ā_j^{k-1} γ_j b_j,  of half storage twice the real part.
//
// The pullback needs no formula of a method: its derivatives with respect to a and the step come from dual numbers, where
// the method does not give them.
#pragma once

#include <utility>
#include <vector>

#include "../core/dual.hpp"
#include "concepts.hpp"
#include "discretization.hpp"
#include "joined_text.hpp"
#include "mode_access.hpp"

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

inline constexpr std::string_view discretized_text = "discretized/1 ", space_text = " ";

template <class Structure, class Method>
struct check_discretized {
  static_assert(
      DiagonalStructure<Structure> || StoresHalves<Structure>,
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

  Structure structure{};
  using method = Method;
  static constexpr integer inputs = Structure::inputs, outputs = Structure::outputs;
  static constexpr std::string_view name =
      detail::joined_text<detail::discretized_text, Structure::name, detail::space_text, Method::name,
                          Steps::name>::value;
  using slots = typename detail::with_time_steps<slots_of<Structure>>::type;
  static constexpr bool takes_duals = true;
  static constexpr integer known_steps = Steps::shared ? 1 : detail::known_modes<Structure>();

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
    return {structure.template make<T>(),
            zeros<T>(extent<known_steps>(Steps::shared ? 1 : detail::count_of_modes(structure)))};
  }

  /// Whether all parts are of sizes that belong together.
  static constexpr bool fits(const auto& s) requires requires { Structure::fits(s); }
  { return Structure::fits(s) && s.step.size() == (Steps::shared ? 1 : modes_of<Structure>(s)); }
  static std::size_t modes(const auto& s) { return modes_of<Structure>(s); }
  /// The eigenvalue of a step.
  template <class T>
  static auto pole(const parameters<T>& s, std::size_t j) {
    return at(s, j).pole;
  }
  /// With a step for each mode, h is a sum over modes.
  template <class Slot>
  static constexpr modal_slot modal(Slot) requires(!Steps::shared) {
    if (std::is_same_v<role_of<Slot>, input_role>) return {.entries = inputs};
    if (std::is_same_v<role_of<Slot>, output_role>) return {.entries = outputs, .side_by_side = false};
    return {};
  }

  /// ā, δ and γ of mode j.
  template <class T>
  static auto at(const parameters<T>& s, std::size_t j) {
    return Method::at(detail::state_entry<Structure>(s, j), s.step[Steps::shared ? 0 : j]);
  }

  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    continuous<T> later = s;
    split(s, h.first(m * p), later);
    if (h.size() > m * p) Structure::impulse_response(later, h.subspan(m * p));
  }

  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    continuous<T> later = s;
    for (std::size_t j = 0, d = modes(s); j < d; ++j) step(at(s, j), j, later);
    each_number([](T& v) { v = T(0); }, ds);
    if (g.size() > m * p) Structure::pullback(later, g.subspan(m * p), static_cast<continuous<T>&>(ds));
    pull_back(s, g.first(m * p), ds);
  }

  /// One step: a state for each mode, of half storage real and then imaginary parts, is carried; x (m) in, y (p) out.
  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state, std::span<T> y) {
    using Z = detail::mode_of<Structure, T>;
    for (T& out : y) out = T(0);
    for (std::size_t j = 0, d = modes(s); j < d; ++j) {
      const auto z = at(s, j);
      Z driven = detail::real_mode<Z>(T(0)), now = driven;
      for (std::size_t q = 0; q < m; ++q)
        driven = detail::fused_sum(detail::input_entry<Structure>(s, j * m + q), detail::real_mode<Z>(x[q]),
                                   driven);
      if constexpr (detail::StoresHalves<Structure>) {
        now = {state[j], state[d + j]};
      } else {
        now = state[j];
      }
      const Z out = detail::fused_sum(z.carried, now, detail::times(z.direct, driven));
      for (std::size_t i = 0; i < p; ++i) {
        const Z c = detail::output_entry<Structure>(s, i * d + j);
        y[i] = y[i] + weight<T>() * detail::real_component(detail::times(c, out));
      }
      now = detail::fused_sum(z.pole, now, driven);
      if constexpr (detail::StoresHalves<Structure>) {
        state[j] = now.re, state[d + j] = now.im;
      } else {
        state[j] = now;
      }
    }
  }

  /// For batches of sequences, where the structure has them: scratch for so many rows, steps of sequences one after the
  /// other. The system of h_1, h_2, ... runs a step behind, and h_0 beside it: y_t = h_0 x_t + y'_{t-1}.
  template <class T>
    requires BatchedSequenceMap<Structure>
  struct batch_work {
    continuous<T> later{};     // the system of h_1, h_2, ...
    parameters<T> gradient{};  // of this batch
    std::vector<T> h0, dh0;    // (p, m)
    std::vector<T> behind;     // (rows, p), y' and its cotangent
    typename Structure::template batch_work<T> inner{};
    batch_work() = default;
    batch_work(const parameters<T>& s, std::size_t rows)
        : later(s), gradient(s), h0(m * p, T(0)), dh0(h0), behind(rows * p, T(0)), inner(later, rows) {}
  };
  /// y (N steps, p) for x (N steps, m), each sequence from rest.
  template <class T>
  static void forward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x, std::span<T> y,
                            batch_work<T>& work) {
    work.later = s;
    split(s, std::span<T>(work.h0), work.later);
    Structure::forward_batch(std::as_const(work.later), steps, x, std::span<T>(work.behind), work.inner);
    for (std::size_t row = 0; row < y.size() / p; ++row)
      for (std::size_t i = 0; i < p; ++i) {
        T out = row % steps == 0 ? T(0) : work.behind[(row - 1) * p + i];
        for (std::size_t q = 0; q < m; ++q) out = mul_add(work.h0[i * m + q], x[row * m + q], out);
        y[row * p + i] = out;
      }
  }
  /// After forward_batch: adds to ds, writes dx unless it is empty.
  template <class T>
  static void backward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x,
                             std::span<const T> dy, parameters<T>& ds, std::span<T> dx, batch_work<T>& work) {
    const std::size_t rows = dy.size() / p;
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t i = 0; i < p; ++i)
        work.behind[row * p + i] = (row + 1) % steps == 0 ? T(0) : dy[(row + 1) * p + i];
    each_number([](T& v) { v = T(0); }, work.gradient);
    Structure::backward_batch(std::as_const(work.later), steps, x, view<T>(work.behind),
                              static_cast<continuous<T>&>(work.gradient), dx, work.inner);
    for (T& v : work.dh0) v = T(0);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t i = 0; i < p; ++i)
        for (std::size_t q = 0; q < m; ++q) {
          const T& back = dy[row * p + i];
          work.dh0[i * m + q] = mul_add(back, x[row * m + q], work.dh0[i * m + q]);
          if (!dx.empty()) dx[row * m + q] = mul_add(work.h0[i * m + q], back, dx[row * m + q]);
        }
    pull_back(s, view<T>(work.dh0), work.gradient);
    each_number([](T& sum, const T& g) { sum = sum + g; }, ds, std::as_const(work.gradient));
  }

  friend constexpr bool operator==(const discretized& x, const discretized& y) {
    return x.structure == y.structure;
  }

 private:
  static constexpr std::size_t m = inputs, p = outputs;
  template <class T>
  static T weight() {
    return T(detail::mode_weight<Structure>);
  }

  /// h_0 (p, m), and from a, b, c the system of h_1, h_2, ...
  template <class T>
  static void split(const parameters<T>& s, std::span<T> first, continuous<T>& later) {
    for (T& v : first) v = T(0);
    for (std::size_t j = 0, d = modes(s); j < d; ++j) {
      const auto z = at(s, j);
      for (std::size_t i = 0; i < p; ++i) {
        const auto c = detail::times(detail::output_entry<Structure>(s, i * d + j), z.direct);
        for (std::size_t q = 0; q < m; ++q) {
          const auto b = detail::input_entry<Structure>(s, j * m + q);
          first[i * m + q] = first[i * m + q] + weight<T>() * detail::real_component(detail::times(c, b));
        }
      }
      step(z, j, later);
    }
  }
  /// Mode j of a system becomes that of h_1, h_2, ...
  template <class T>
  static void step(const auto& z, std::size_t j, continuous<T>& later) {
    detail::put_state<Structure>(later, j, z.pole);
    for (std::size_t n = j * m; n < (j + 1) * m; ++n)
      detail::put_input<Structure>(later, n,
                                   detail::times(detail::input_entry<Structure>(later, n), z.carried));
  }
  /// From cotangents of the system of h_1, h_2, ..., which stand in ds, and g (p, m) of h_0 to those of a, b, c and the step.
  template <class T>
  static void pull_back(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    using Z = detail::mode_of<Structure, T>;
    const std::size_t d = modes(s);
    for (std::size_t j = 0; j < d; ++j) {
      const auto z = at(s, j);
      const Z none = detail::real_mode<Z>(T(0));
      discrete_mode<Z> dz{detail::state_entry<Structure>(ds, j), none, none};
      for (std::size_t q = 0; q < m; ++q) {
        const Z b = detail::conjugate_of(detail::input_entry<Structure>(s, j * m + q));
        const Z seen = detail::times(detail::conjugate_of(z.direct), b);
        Z first = none, db = detail::input_entry<Structure>(ds, j * m + q);  // Σ_i g_0 c
        for (std::size_t i = 0; i < p; ++i) {
          const Z g0 = detail::real_mode<Z>(T(weight<T>() * g[i * m + q]));
          first = detail::fused_sum(g0, detail::conjugate_of(detail::output_entry<Structure>(s, i * d + j)),
                                    first);
          detail::put_output<Structure>(
              ds, i * d + j, detail::fused_sum(g0, seen, detail::output_entry<Structure>(ds, i * d + j)));
        }
        dz.carried = detail::fused_sum(db, b, dz.carried);
        dz.direct = detail::fused_sum(first, b, dz.direct);
        db = detail::fused_sum(db, detail::conjugate_of(z.carried),
                               detail::times(first, detail::conjugate_of(z.direct)));
        detail::put_input<Structure>(ds, j * m + q, db);
      }
      chain(s, j, dz, ds);
    }
  }
  /// From the cotangents of ā, δ and γ to those of a and of the step.
  template <class T, class Z>
  static void chain(const parameters<T>& s, std::size_t j, const discrete_mode<Z>& dz, parameters<T>& ds) {
    const std::size_t l = Steps::shared ? 0 : j;
    const auto pulled = [&](const discrete_mode<Z>& z) {
      return detail::fused_sum(dz.pole, detail::conjugate_of(z.pole),
                               detail::fused_sum(dz.direct, detail::conjugate_of(z.direct),
                                                 detail::times(dz.carried, detail::conjugate_of(z.carried))));
    };
    if constexpr (requires { Method::slopes(dz.pole, s.step[l]); }) {
      const auto slopes = Method::slopes(detail::state_entry<Structure>(s, j), s.step[l]);
      detail::put_state<Structure>(ds, j, pulled(slopes.by_a));
      ds.step[l] = ds.step[l] + detail::real_component(pulled(slopes.by_step));
    } else {
      along_each(s, j, l, pulled, ds);
    }
  }
  /// The same by dual numbers.
  template <class T>
  static void along_each(const parameters<T>& s, std::size_t j, std::size_t l, const auto& pulled,
                         parameters<T>& ds) {
    const auto along = [&](const T& of_a, const T& of_step) {
      const auto z =
          Method::at(detail::moving(detail::state_entry<Structure>(s, j), of_a), dual<T>(s.step[l], of_step));
      return pulled({detail::slope_of(z.pole), detail::slope_of(z.direct), detail::slope_of(z.carried)});
    };
    detail::put_state<Structure>(ds, j, along(T(1), T(0)));
    ds.step[l] = ds.step[l] + detail::real_component(along(T(0), T(1)));
  }
};

}  // namespace lssm
