// SPDX-License-Identifier: BSD-3-Clause
// The implicit method for stiff flows: Rodas5P, eight stages, order 5 with an embedded order 4 (train/rodas5p.hpp).
//
// One factorization of (1/(γτ) - J) and eight solves a step; with the field's structure the cost is linear in the number
// of modes. Symbols as in train/rodas5p.hpp: u_i stages, τ the step.
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "../kernel/blocks.hpp"
#include "arclength.hpp"
#include "concepts.hpp"
#include "rodas5p.hpp"

namespace lssm {

/// Implicit, order 5: for stiff flows; cost per step linear in d. `Variable`: arclength or flow_time.
template <class Variable>
struct rosenbrock_along {
  static constexpr int order = 5;

  template <StiffFlowField Field>
  class stepper {
   public:
    using T = typename Field::scalar;
    using state = typename Field::state_type;
    using arc = typename Variable::template step<Field>;
    static constexpr bool bends = arc::bendable;

    explicit stepper(const Field& field) : argument_(field.start()), rate_(argument_), arc_(field) {
      u_.fill(argument_);
    }

    /// Writes the candidate `next` for a step from y, where f = rate(y). It spans the time τ, or may bend: τ is then what
    /// its length would take at the speed of y. The field is left elsewhere.
    mask_of<T> attempt(Field& field, const state& y, const state& f, const T& tau, state& next,
                       const mask_of<T>& may_bend) {
      const auto known = [](auto& v) { return fixed_view<known_size<state>>(v); };
      const T per_step = T(1) / tau, sigma = per_step / tableau_.gamma;
      const mask_of<T> sound = field.factor(view<T>(y), sigma);
      std::array<T, stages> scaled{}, row{};
      u_[0] = f;
      field.solve(std::span<T>(u_[0]));
      arc_.begin(field, y, sigma, u_[0], may_bend);
      for (std::size_t i = 1; i < stages; ++i) {
        if (i < 6) {
          kernel::combine<T>(tableau_.a[i], u_, i, known(y), known(argument_));
        } else {
          kernel::add_scaled<T>(T(1), known(std::as_const(u_[i - 1])), known(argument_));
        }
        field.rate(view<T>(argument_), std::span<T>(rate_));
        const T times = arc_.slow_down(i, tableau_.a[std::min(i, std::size_t{5})], rate_);
        for (std::size_t j = 0; j < i; ++j) row[j] = tableau_.c[i][j] * per_step, scaled[j] = row[j] * times;
        kernel::combine<T>(scaled, u_, i, known(std::as_const(rate_)), known(u_[i]));
        field.solve(std::span<T>(u_[i]));
        arc_.correct(i, row, u_[i]);
      }
      next = argument_;
      kernel::add_scaled<T>(T(1), known(std::as_const(u_[stages - 1])), known(next));
      if constexpr (bends)
        return sound && arc_.sound();
      else
        return sound;
    }
    mask_of<T> attempt(Field& field, const state& y, const state& f, const T& tau, state& next) {
      return attempt(field, y, f, tau, next, tau < T(0));
    }

    /// The local error of the last attempt; f_next = rate(next) is not needed.
    const state& error(const T&, const state&) const { return u_[stages - 1]; }

    /// The time that the last attempt spans, and its local error.
    T elapsed(const T& tau) const requires bends {
      const auto& t = arc_.time();
      T sum = t[5] + (t[6] + t[7]);
      for (std::size_t j = 0; j < 5; ++j) sum = mul_add(tableau_.a[5][j], t[j], sum);
      return where(arc_.bends(), sum, tau);
    }
    T time_error() const requires bends { return where(arc_.bends(), arc_.time()[stages - 1], T(0)); }
    /// dt/ds at the end of the last attempt, where f = rate(next), in units of that at its start.
    T pace(const state& f) const requires bends { return arc_.pace(f); }

    /// Writes y at a fraction of the last attempted step, from y to next.
    void interpolate(const T& fraction, const state& y, const state& next, const T& tau,
                     std::span<T> out) const {
      const T part = part_at(fraction, tau), rest = T(1) - part;
      for (std::size_t k = 0; k < out.size(); ++k) {
        const T bend = dense(part, [&](std::size_t j) -> const T& { return u_[j][k]; });
        out[k] = rest * y[k] + part * (next[k] + rest * bend);
      }
    }

   private:
    static constexpr std::size_t stages = 8;

    /// k_1 + θ (k_2 + θ k_3) of the stages u(j).
    T dense(const T& fraction, const auto& u) const {
      std::array<T, 3> b{T(0), T(0), T(0)};
      for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t j = 0; j < stages; ++j) b[r] = mul_add(tableau_.h[r][j], u(j), b[r]);
      return b[0] + fraction * (b[1] + fraction * b[2]);
    }
    /// The part of the step's length after a fraction of its time, which grows with it: by bisection.
    T part_at(const T& fraction, const T& tau) const {
      if constexpr (bends) {
        const T target = fraction * tau;
        T low(0);
        for (T width = T(lane_of<T>(0.5)); any_lane<T>(width > T(epsilon_of<T> / 4)); width = width / T(2)) {
          const T middle = low + width,
                  bend = dense(middle, [&](std::size_t j) -> const T& { return arc_.time()[j]; });
          low = where(middle * (tau + (T(1) - middle) * bend) <= target, middle, low);
        }
        return where(arc_.bends() && fraction < T(1), low, fraction);
      } else {
        return fraction;
      }
    }

    rodas5p_tableau<T> tableau_;
    std::array<state, stages> u_;
    state argument_, rate_;
    [[no_unique_address]] arc arc_;
  };

  friend constexpr bool operator==(rosenbrock_along, rosenbrock_along) { return true; }
};

/// Implicit, order 5, in arclength where speeds grow.
using rosenbrock = rosenbrock_along<arclength>;

}  // namespace lssm
