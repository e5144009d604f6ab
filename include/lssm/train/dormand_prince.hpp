// SPDX-License-Identifier: BSD-3-Clause
// The explicit method for flows that are not stiff: Dormand and Prince, order 5 with an embedded order 4.
//
//   k_i = f(y + τ Σ_{j<i} a_ij k_j),  y_1 = y + τ Σ_j b_j k_j,  error estimate τ Σ_j e_j k_j,  k_7 = f(y_1)
//   (J. R. Dormand, P. J. Prince, J. Comput. Appl. Math. 6:19, 1980; dense output of order 4 by L. F. Shampine)
//
// It needs rates only: any differentiable objective, any parameter map. On a stiff flow its steps shrink to the inverse of
// the fastest rate; the poisoned runs of the paper take 10^7 of them.
#pragma once

#include <array>

#include "concepts.hpp"

namespace lssm {

/// Explicit, order 5: for flows that are not stiff, or without curvature.
struct dormand_prince {
  static constexpr int order = 5;

  template <FlowField Field>
  class stepper {
   public:
    using T = typename Field::scalar;
    using state = typename Field::state_type;

    explicit stepper(const Field& field) : argument_(field.start()), error_(argument_) { k_.fill(argument_); }

    mask_of<T> attempt(Field& field, const state& y, const state& f, const T& tau, state& next) {
      k_[0] = f;
      for (std::size_t i = 1; i < 7; ++i) {
        state& out = i == 6 ? next : argument_;
        for (std::size_t n = 0; n < y.size(); ++n) {
          T sum = a(i, 0) * k_[0][n];
          for (std::size_t j = 1; j < i; ++j) sum = mul_add(a(i, j), k_[j][n], sum);
          out[n] = mul_add(tau, sum, y[n]);
        }
        if (i < 6) field.rate(view<T>(argument_), std::span<T>(k_[i]));
      }
      return tau > T(0);
    }

    /// Needs the rate at the candidate, which is the seventh stage.
    const state& error(const T& tau, const state& f_next) {
      k_[6] = f_next;
      for (std::size_t n = 0; n < error_.size(); ++n) {
        T sum = ratio(71, 57600) * k_[0][n];
        sum = mul_add(ratio(-71, 16695), k_[2][n], sum);
        sum = mul_add(ratio(71, 1920), k_[3][n], sum);
        sum = mul_add(ratio(-17253, 339200), k_[4][n], sum);
        sum = mul_add(ratio(22, 525), k_[5][n], sum);
        sum = mul_add(ratio(-1, 40), k_[6][n], sum);
        error_[n] = tau * sum;
      }
      return error_;
    }

    void interpolate(const T& fraction, const state& y, const state& next, const T& tau,
                     std::span<T> out) const {
      const T rest = T(1) - fraction;
      for (std::size_t n = 0; n < out.size(); ++n) {
        const T rise = next[n] - y[n], b1 = tau * k_[0][n] - rise, b2 = rise - tau * k_[6][n] - b1;
        T d = ratio(-12715105075.0, 11282082432.0) * k_[0][n];
        d = mul_add(ratio(87487479700.0, 32700410799.0), k_[2][n], d);
        d = mul_add(ratio(-10690763975.0, 1880347072.0), k_[3][n], d);
        d = mul_add(ratio(701980252875.0, 199316789632.0), k_[4][n], d);
        d = mul_add(ratio(-1453857185.0, 822651844.0), k_[5][n], d);
        d = mul_add(ratio(69997945.0, 29380423.0), k_[6][n], d);
        out[n] = y[n] + fraction * (rise + rest * (b1 + fraction * (b2 + rest * (tau * d))));
      }
    }

   private:
    static T ratio(double p, double q) { return T(p) / T(q); }
    static T a(std::size_t i, std::size_t j) {
      constexpr double p[7][6] = {{},
                                  {1},
                                  {3, 9},
                                  {44, -56, 32},
                                  {19372, -25360, 64448, -212},
                                  {9017, -355, 46732, 49, -5103},
                                  {35, 0, 500, 125, -2187, 11}};
      constexpr double q[7][6] = {{},
                                  {5},
                                  {40, 40},
                                  {45, 15, 9},
                                  {6561, 2187, 6561, 729},
                                  {3168, 33, 5247, 176, 18656},
                                  {384, 1, 1113, 192, 6784, 84}};
      return ratio(p[i][j], q[i][j]);
    }
    std::array<state, 7> k_;
    state argument_, error_;
  };

  friend constexpr bool operator==(dormand_prince, dormand_prince) { return true; }
};

}  // namespace lssm
