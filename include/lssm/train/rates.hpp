// SPDX-License-Identifier: BSD-3-Clause
// Rates per parameter: factors of the common rate.
//
//   same_rate                                          1 for all
//   rate_per_matrix{.state = 1, .input = .1, ...}      one for each role of slots: A, B, C, a network behind them, time steps
//   rate_per_entry{.factors = {...}}                   one for each entry of θ
//   one's own                                          a struct with `void write(std::span<double> out) const`, or
//                                                      write(learn, system, out) where it asks for the model
#pragma once

#include <span>
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
    static_assert(
        requires { Learn::each_entry(system, [](auto, auto, std::size_t, std::size_t) {}); },
        "rate_per_matrix: the parameter map does not tell the matrices apart; use rate_per_entry "
        "(docs/descent.md)");
    Learn::each_entry(system, [&]<class Slot>(Slot, auto, std::size_t, std::size_t at) {
      const double of_role[role_count] = {state, input, output, network, time};
      out[at] = of_role[role_of<Slot>::index];
    });
  }
  friend bool operator==(const rate_per_matrix&, const rate_per_matrix&) = default;
};

/// A factor for each entry of θ.
struct rate_per_entry {
  std::vector<double> factors;  ///< as many as θ has entries, finite and >= 0

  void validate() const {
    require(!factors.empty(), "rate_per_entry", "factors", "given: a number for each entry of θ", "none");
    for (double factor : factors) detail::require_not_negative("rate_per_entry", "factors", factor);
  }
  void write(std::span<double> out) const {
    require(factors.size() == out.size(), "rate_per_entry", "factors",
            std::to_string(out.size()) + " numbers", factors.size());
    std::copy(factors.begin(), factors.end(), out.begin());
  }
  friend bool operator==(const rate_per_entry&, const rate_per_entry&) = default;
};

}  // namespace lssm
