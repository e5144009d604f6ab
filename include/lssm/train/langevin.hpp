// SPDX-License-Identifier: BSD-3-Clause
// Langevin dynamics: another rule's step with thermal noise.
//
//   θ ← θ - rate · u + √(2 · rate · T) ξ,   ξ standard normal, anew for each step and entry
//
//   langevin<>{.temperature = 1e-4, .key = 7}                      of gradient descent
//   langevin<normalized_descent>{.temperature = 1e-4, .key = 7}    of another rule
//
// With gradient descent at a small constant rate, θ comes to be distributed as exp(-L/T) (the unadjusted Langevin algorithm:
// G. O. Roberts and R. L. Tweedie, 1996; M. Welling and Y. W. Teh, 2011). ξ is a pure function of (key, seed, step, entry),
// from a stream of its own (core/philox.hpp): lanes, resumed runs and portions of steps have the same noise, and each seed
// of a study has its own.
#pragma once

#include <vector>

#include "../core/philox.hpp"
#include "gradient_descent.hpp"
#include "update_rule.hpp"

namespace lssm {

/// The step of `Rule` with noise of a temperature.
template <class Rule = gradient_descent>
struct langevin {
  double temperature = -1;  ///< T, finite and >= 0; to be given
  integer key = -1;         ///< of the noise, >= 0; to be given
  Rule rule{};

  /// Factors of the rate by entry would heat some entries more than others.
  static constexpr bool one_rate = true;

  template <Scalar T>
  void validate() const {
    detail::require_given("langevin", "temperature", temperature);
    if (temperature > 0) detail::require_positive_in<T>("langevin", "temperature", temperature);
    require(key >= 0, "langevin", "key", "given, and at least 0", key);
    detail::validate_policy<T>(rule);
  }
  friend bool operator==(const langevin&, const langevin&) = default;

  template <class Objective>
  class state {
   public:
    using T = typename Objective::scalar;

    state(std::span<const langevin> per_lane, const Objective& f, std::span<const std::uint32_t> seeds)
        : rule_(make_rule_state<Rule>(each_of(per_lane, &langevin::rule), f, seeds)),
          heat_(gather<T>(per_lane, [](const langevin& r) { return 2 * r.temperature; })) {
      for (std::size_t i = 0; i < lanes_of<T>; ++i)
        noises_.emplace_back(per_lane[i % per_lane.size()].key, seeds.empty() ? 0 : seeds[i % seeds.size()],
                             purpose);
    }
    template <class F>
    state(std::span<const langevin> per_lane, const F& f) : state(per_lane, f, {}) {
      static_assert(std::is_void_v<F>,
                    "langevin: a rule around it has to pass on the seeds, by make_rule_state "
                    "(docs/descent.md)");
    }
    static constexpr auto parts(auto& s) {
      return std::tuple(part("rule", s.rule_), part("steps", s.steps_));
    }
    std::string objection(const mask_of<T>& running) const {
      if (any_lane<T>(running && !(steps_ >= T(0) && steps_ <= T(lane_of<T>(0x1p62)))))
        return detail::objection_unless(false);
      if constexpr (requires { rule_.objection(running); }) return rule_.objection(running);
      return {};
    }

    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& rate) {
      const T taken = rule_.direction(f, theta, u, rate);
      const mask_of<T> moves = taken > T(0);
      const T amplitude = where(moves, sqrt_of(heat_ / where(moves, taken, T(1))), T(0));
      for (std::size_t i = 0; i < u.size(); ++i) u[i] = u[i] - amplitude * noise(i, u.size());
      steps_ = steps_ + T(1);
      return taken;
    }

   private:
    static constexpr std::uint32_t purpose = 16;  // beside those of keyed_streams

    /// ξ of entry i of n at the step to come.
    T noise(std::size_t i, std::size_t n) const {
      T xi{};
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        const auto step = static_cast<std::uint64_t>(value_of(scalar_traits<T>::get(steps_, lane)));
        scalar_traits<T>::set(xi, lane, lane_of<T>(noises_[lane].normal_at(step * n + i)));
      }
      return xi;
    }

    typename Rule::template state<Objective> rule_;
    T heat_, steps_{};
    std::vector<keyed_stream> noises_;  // one per lane
  };
};

}  // namespace lssm
