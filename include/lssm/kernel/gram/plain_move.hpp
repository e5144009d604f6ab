// SPDX-License-Identifier: BSD-3-Clause
// What a rule does with a register of parameters and its gradient, which steps in registers take as a parameter
// (kernel/gram/step.hpp), and the simplest of them.
//
//   Move                     of a rule: `kept`, how many numbers it keeps for each parameter; `rated`, whether the gradient that
//                            it is given has the rate in it
//     auto by = move.next<N>()   one step more: what it does with numbers of type N, scalars or lanes
//     by(x, g, kept)             moves x, whose gradient is g, and its kept numbers, an array of N; or, of a rule that keeps none,
//     by(x, w, s)                moves x, whose gradient is w s
//   plain_move               x ← x - w s
//   kept_numbers<T, Move>    a move, and where its kept numbers are: those of A, then of B, then of C, in rows
#pragma once

#include <cstddef>

#include "../whole_registers.hpp"

namespace lssm::kernel {

/// One vector register as a number, for formulas that are written once for every type of numbers.
template <class T, class V>
struct in_lanes {
  V v;
  [[gnu::always_inline]] static in_lanes fill(const T& x) { return {x - V{}}; }
  [[gnu::always_inline]] friend in_lanes operator+(const in_lanes& x, const in_lanes& y) {
    return {x.v + y.v};
  }
  [[gnu::always_inline]] friend in_lanes operator-(const in_lanes& x, const in_lanes& y) {
    return {x.v - y.v};
  }
  [[gnu::always_inline]] friend in_lanes operator-(const in_lanes& x) { return {-x.v}; }
  [[gnu::always_inline]] friend in_lanes operator*(const in_lanes& x, const in_lanes& y) {
    return {x.v * y.v};
  }
  [[gnu::always_inline]] friend in_lanes operator/(const in_lanes& x, const in_lanes& y) {
    return {x.v / y.v};
  }
  [[gnu::always_inline]] friend in_lanes fused(const in_lanes& x, const in_lanes& y, const in_lanes& z) {
    in_lanes r;
    fuse<T>(x.v, y.v, z.v, r.v);
    return r;
  }
  [[gnu::always_inline]] friend in_lanes square_root(in_lanes x) {
    take_roots<T>(x.v);
    return x;
  }
};

/// θ ← θ - g, with the rate in g.
struct plain_move {
  static constexpr std::size_t kept = 0;
  static constexpr bool rated = true;
  template <class N>
  struct step {
    [[gnu::always_inline]] void operator()(N& x, const N& w, const N& s) const { x = fused(-w, s, x); }
  };
  template <class N>
  step<N> next() {
    return {};
  }
};

/// A move with the memory of what it keeps: row n of matrix m (0, 1, 2 for A, B, C) begins at
/// numbers + (m · kept + n) · stride.
template <class T, class Move>
struct kept_numbers {
  Move move;
  T* numbers = nullptr;
  integer stride = 0;
  T* row(std::size_t matrix, std::size_t n) const {
    return numbers + static_cast<integer>(matrix * Move::kept + n) * stride;
  }
};

}  // namespace lssm::kernel
