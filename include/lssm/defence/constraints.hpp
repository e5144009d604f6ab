// SPDX-License-Identifier: BSD-3-Clause
// Constraints that defend, and several as one (train/constraint.hpp says what a constraint is).
//
//   floored_input_output{.floor = 1e-4}                       entries of B and C are at least `floor`: no mode dies out
//   shrunk_input_output{.factor = 1 - 1e-5}               entries of B and C by `factor` at every step: less mass
//   constraints<bounded_state_matrix, floored_input_output>   one after the other: clip and floor
//   constraints<>                                             nothing
#pragma once

#include <limits>
#include <tuple>
#include <utility>

#include "../train/constraint.hpp"

namespace lssm {

/// B and C entry by entry at least `floor`.
struct floored_input_output {
  double floor = 1e-4;  ///< any number but NaN and +infinity; -infinity does nothing

  void validate() const {
    require(floor < std::numeric_limits<double>::infinity(), "floored_input_output", "floor",
            "a number below infinity", floor);
  }
  friend bool operator==(const floored_input_output&, const floored_input_output&) = default;

  template <Scalar T>
  struct in_lanes {
    T floor;
    template <class Slot>
    T operator()(Slot, const T& x) const {
      using role = role_of<Slot>;
      if constexpr (std::is_same_v<role, input_role> || std::is_same_v<role, output_role>) {
        return where(x < floor, floor, x);
      } else {
        return x;
      }
    }
  };
  template <Scalar T>
  static in_lanes<T> bind(std::span<const floored_input_output> per_lane) {
    return {gather<T>(per_lane, [](const auto& c) { return c.floor; })};
  }
};

/// B and C entry by entry multiplied by `factor`: weight decay of the mass of modes, and not of their eigenvalues.
struct shrunk_input_output {
  double factor = 1;  ///< from 0 to 1; 1 does nothing

  void validate() const {
    require(factor >= 0 && factor <= 1, "shrunk_input_output", "factor", "from 0 to 1", factor);
  }
  friend bool operator==(const shrunk_input_output&, const shrunk_input_output&) = default;

  template <Scalar T>
  struct in_lanes {
    T factor;
    template <class Slot>
    T operator()(Slot, const T& x) const {
      using role = role_of<Slot>;
      if constexpr (std::is_same_v<role, input_role> || std::is_same_v<role, output_role>) {
        return x * factor;
      } else {
        return x;
      }
    }
  };
  template <Scalar T>
  static in_lanes<T> bind(std::span<const shrunk_input_output> per_lane) {
    return {gather<T>(per_lane, [](const auto& c) { return c.factor; })};
  }
};

/// Several constraints, each on what the one before has left. All act before the stop rules.
template <class... Cs>
struct constraints {
  static_assert(
      !(after_stop_test<Cs> || ...),
      "constraints: one of them acts behind the stop rules, and does not compose (docs/defence.md)");

  [[no_unique_address]] std::tuple<Cs...> each{};
  static constexpr bool of_eigenvalues = (detail::of_eigenvalues<Cs> || ...);

  template <Scalar T = double>
  void validate() const {
    std::apply([](const auto&... c) { (detail::validate_policy<T>(c), ...); }, each);
  }
  friend bool operator==(const constraints&, const constraints&) = default;

  template <Scalar T, class... Bound>
  struct in_lanes {
    std::tuple<Bound...> each;
    template <class Slot>
    T operator()(Slot slot, const T& x) const {
      T y = x;
      std::apply([&](const auto&... c) { ((y = c(slot, y)), ...); }, each);
      return y;
    }
  };
  template <Scalar T>
  static auto bind(std::span<const constraints> per_lane) {
    return bind_all<T>(per_lane, std::index_sequence_for<Cs...>{});
  }

 private:
  template <Scalar T, std::size_t... I>
  static auto bind_all(std::span<const constraints> per_lane, std::index_sequence<I...>) {
    return in_lanes<T, decltype(one<T, I>(per_lane))...>{{one<T, I>(per_lane)...}};
  }
  template <Scalar T, std::size_t I>
  static auto one(std::span<const constraints> per_lane) {
    using C = std::tuple_element_t<I, std::tuple<Cs...>>;
    std::vector<C> all;
    for (const constraints& c : per_lane) all.push_back(std::get<I>(c.each));
    return bound_policy<T>(std::span<const C>(all));
  }
};

}  // namespace lssm
