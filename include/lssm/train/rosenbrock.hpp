// SPDX-License-Identifier: BSD-3-Clause
// The implicit method for stiff flows: Rodas5P, eight stages, order 5 with an embedded order 4 (train/rodas5p.hpp).
//
// One factorization of (1/(γτ) - J) and eight solves a step; with the field's structure the cost is linear in the number
// of modes. Symbols as in train/rodas5p.hpp: u_i stages, τ the step.
#pragma once

#include <array>
#include <utility>

#include "../kernel/blocks.hpp"
#include "concepts.hpp"
#include "rodas5p.hpp"

namespace lssm {

/// Implicit, order 5: for stiff flows; cost per step linear in d.
struct rosenbrock {
  static constexpr int order = 5;

  template <StiffFlowField Field>
  class stepper {
   public:
    using T = typename Field::scalar;
    using state = typename Field::state_type;

    explicit stepper(const Field& field) : argument_(field.start()), rate_(argument_) { u_.fill(argument_); }

    /// Writes the candidate `next` for a step τ from y, where f = rate(y). The field is left elsewhere.
    mask_of<T> attempt(Field& field, const state& y, const state& f, const T& tau, state& next) {
      const auto known = [](auto& v) { return fixed_view<known_size<state>>(v); };
      const T per_step = T(1) / tau;
      const mask_of<T> sound = field.factor(view<T>(y), per_step / tableau_.gamma);
      std::array<T, stages> scaled{};
      u_[0] = f;
      field.solve(std::span<T>(u_[0]));
      for (std::size_t i = 1; i < stages; ++i) {
        if (i < 6) {
          kernel::combine<T>(tableau_.a[i], u_, i, known(y), known(argument_));
        } else {
          kernel::add_scaled<T>(T(1), known(std::as_const(u_[i - 1])), known(argument_));
        }
        field.rate(view<T>(argument_), std::span<T>(rate_));
        for (std::size_t j = 0; j < i; ++j) scaled[j] = tableau_.c[i][j] * per_step;
        kernel::combine<T>(scaled, u_, i, known(std::as_const(rate_)), known(u_[i]));
        field.solve(std::span<T>(u_[i]));
      }
      next = argument_;
      kernel::add_scaled<T>(T(1), known(std::as_const(u_[stages - 1])), known(next));
      return sound;
    }

    /// The local error of the last attempt; f_next = rate(next) is not needed.
    const state& error(const T&, const state&) const { return u_[stages - 1]; }

    /// Writes y at a fraction of the last attempted step, from y to next.
    void interpolate(const T& fraction, const state& y, const state& next, const T&, std::span<T> out) const {
      const T rest = T(1) - fraction;
      for (std::size_t k = 0; k < out.size(); ++k) {
        std::array<T, 3> b{T(0), T(0), T(0)};
        for (std::size_t r = 0; r < 3; ++r)
          for (std::size_t j = 0; j < stages; ++j) b[r] = mul_add(tableau_.h[r][j], u_[j][k], b[r]);
        const T inner = b[0] + fraction * (b[1] + fraction * b[2]);
        out[k] = rest * y[k] + fraction * (next[k] + rest * inner);
      }
    }

   private:
    static constexpr std::size_t stages = 8;
    rodas5p_tableau<T> tableau_;
    std::array<state, stages> u_;
    state argument_, rate_;
  };

  friend constexpr bool operator==(rosenbrock, rosenbrock) { return true; }
};

}  // namespace lssm
