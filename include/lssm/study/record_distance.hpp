// SPDX-License-Identifier: BSD-3-Clause
// How far a training is from another one, at the same time.
//
//   |θ(t) - θ'(t)| (2-norm)        record::distance_from{&other}        1 column
//
//   auto flow = bound_flow.training();                                  the other training, driven by the quantity alone
//   auto seen = trajectory_of<double>(sample_steps{.period = 10}, record::time{}, record::distance_from{&flow});
//   drive(descent, seen);
//
// The other training is stepped on as this one asks; of a flow θ' is taken within its last step, by dense output. A descent
// stands at its first step whose time is t or later: equal rates have equal times. One that has ended stays where it ended.
#pragma once

#include <span>
#include <string_view>
#include <type_traits>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"

namespace lssm::record {

/// |θ - θ'|; θ' is that of another training, which must outlive the quantity and be moved by nobody else.
template <class Training>
struct distance_from {
  Training* other;

  static constexpr std::string_view name = "distance";
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    while (other->running() && other->now().time < p.time) other->step();
    const T end = other->now().time;
    // A descent may be past by a step, whose time is a sum: to rounding.
    const T rounding = T(4 * epsilon_of<T>) * end;
    require(!(end - other->last_step() > p.time + rounding), "distance_from", "the other training",
            "one that has not gone on past the time asked for", value_of(end));
    if constexpr (requires { other->at(end); }) {
      out[0] = p.time < end ? distance<T>(p.theta, other->at(p.time).theta)
                            : distance<T>(p.theta, other->here().theta);
    } else {
      out[0] = distance<T>(p.theta, other->here().theta);
    }
  }

 private:
  template <class T>
  static T distance(std::span<const T> x, std::span<const T> y) {
    if (x.size() != y.size())
      refuse("distance_from", "the other training", "one of " + to_text(x.size()) + " parameters", y.size());
    T sum(0);
    for (std::size_t i = 0; i < x.size(); ++i) sum = mul_add(x[i] - y[i], x[i] - y[i], sum);
    return sqrt_of(sum);
  }
};
template <class Training>
distance_from(Training*) -> distance_from<Training>;

}  // namespace lssm::record
