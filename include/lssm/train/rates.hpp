// SPDX-License-Identifier: BSD-3-Clause
// Rates per parameter: factors of the common rate.
//
//   same_rate                                          1 for all
//   rate_per_matrix{.state = 1, .input = .1, ...}      one for each role of slots: A, B, C, a network behind them, time steps
//   rate_per_layer{.factors = {1, 1, .1}, .roles = {.state = .25}}    one for each layer of deep<...>, times that of the role
//   rate_per_entry{.factors = {...}}                   one for each entry of θ
//   one's own                                          a struct with `void write(std::span<double> out) const`, or
//                                                      write(learn, system, out) where it asks for the model
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../ssm/learn.hpp"

namespace lssm {

namespace detail {
/// write(out): factors that depend on no model.
template <class R>
concept WritesFactors = requires(const R r, std::span<double> out) {
  r.write(out);
};
}  // namespace detail

/// Writes one factor for each entry of θ, of any objective or of one of a model.
template <class R, class Objective>
concept RatesFor = detail::WritesFactors<R> || requires(const R r, const Objective f, std::span<double> out) {
  r.write(typename Objective::model::learned{}, f.start_system(), out);
};

/// 1 for every entry of θ.
struct same_rate {
  friend constexpr bool operator==(same_rate, same_rate) { return true; }
};

/// A factor for the entries of the slots of each role: A, B, C, a network and time steps.
struct rate_per_matrix {
  double state = 1, input = 1, output = 1;  ///< for the entries of A, B and C, finite and >= 0
  double network = 1;                       ///< for a network's weights, finite and >= 0
  double time = 1;                          ///< for time steps, finite and >= 0

  void validate() const {
    for (double factor : {state, input, output, network, time})
      detail::require_not_negative("rate_per_matrix", "factors", factor);
  }
  template <class Learn, class System>
  void write(Learn, const System& system, std::span<double> out) const {
    static_assert(detail::TellsSlots<Learn, System>,
                  "rate_per_matrix: the parameter map does not tell the matrices apart; use rate_per_entry "
                  "(docs/descent.md)");
    Learn::each_entry(system, [&]<class Slot>(Slot, auto, std::size_t, std::size_t at) {
      const double of_role[role_count] = {state, input, output, network, time};
      out[at] = of_role[role_of<Slot>::index];
    });
  }
  friend bool operator==(const rate_per_matrix&, const rate_per_matrix&) = default;
};

namespace detail {
/// Maps of layers in a row, which tell what of θ belongs to each.
template <class Learn, class System>
concept TellsLayers = requires(const System& s) {
  Learn::each_range(s, [](std::size_t, std::size_t, std::size_t) {});
};
/// Refuses a number of numbers that is not that of the layers.
template <class Learn, class System>
void require_per_layer(const char* policy, const char* what, const System& system, std::size_t given) {
  std::size_t layers = 0;
  Learn::each_range(system, [&](std::size_t, std::size_t, std::size_t) { ++layers; });
  if (given != layers) refuse(policy, what, to_text(layers) + " numbers, one for each layer", given);
}
}  // namespace detail

/// A factor for each layer of deep<...>, counted as its template arguments are, times one for each role of slots.
struct rate_per_layer {
  std::vector<double> factors;  ///< as many as there are layers, finite and >= 0
  rate_per_matrix roles{};      ///< factors of slots in all layers

  void validate() const {
    for (double factor : factors) detail::require_not_negative("rate_per_layer", "factors", factor);
    roles.validate();
  }
  template <class Learn, class System>
  void write(Learn learn, const System& system, std::span<double> out) const {
    static_assert(detail::TellsLayers<Learn, System>,
                  "rate_per_layer: this model is no deep<...>; use rate_per_matrix (docs/descent.md)");
    detail::require_per_layer<Learn>("rate_per_layer", "factors", system, factors.size());
    roles.write(learn, system, out);
    Learn::each_range(system, [&](std::size_t l, std::size_t first, std::size_t n) {
      for (double& factor : out.subspan(first, n)) factor *= factors[l];
    });
  }
  friend bool operator==(const rate_per_layer&, const rate_per_layer&) = default;
};

/// A factor for each entry of θ.
struct rate_per_entry {
  std::vector<double> factors;  ///< as many as θ has entries, finite and >= 0

  void validate() const {
    require(!factors.empty(), "rate_per_entry", "factors", "given: a number for each entry of θ", "none");
    for (double factor : factors) detail::require_not_negative("rate_per_entry", "factors", factor);
  }
  void write(std::span<double> out) const {
    if (factors.size() != out.size())
      refuse("rate_per_entry", "factors", to_text(out.size()) + " numbers", factors.size());
    std::copy(factors.begin(), factors.end(), out.begin());
  }
  friend bool operator==(const rate_per_entry&, const rate_per_entry&) = default;
};

}  // namespace lssm
