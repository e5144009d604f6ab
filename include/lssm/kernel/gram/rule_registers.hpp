// SPDX-License-Identifier: BSD-3-Clause
// A rule on registers of modes and weights: which numbers it keeps in which registers.
//
//   rule_registers<T, Bytes, Modes, Moved, Move>    for `Modes` registers of `Bytes` bytes of each of a, b and c
//     load(kept, from), store(kept, to)             kept numbers: from(m, i, r) is register i of row r of matrix m, to(m, i, r, v)
//                                                   writes it
//     move(by, a, b, c, w, p, slope, kept)          a step of a, b and c, from w = b c, P and P' at a
//
// Registers that are narrower than the widest ones are joined for a rule that keeps numbers: roots and quotients take as long for
// one as for two.
#pragma once

#include <array>
#include <utility>

#include "moved_matrices.hpp"
#include "plain_move.hpp"

namespace lssm::kernel {

template <class T, std::size_t Bytes, std::size_t Modes, moved_matrices M, class Move>
class rule_registers {
  using vector = typename whole<T, Bytes>::vector;
  static constexpr std::size_t together = Move::kept > 0 && Bytes < register_bytes ? 2 : 1,
                               moved = std::size_t(M.a) + std::size_t(M.b) + std::size_t(M.c),
                               count = moved * Modes, groups = (count + together - 1) / together,
                               lanes = Bytes / sizeof(T);
  using wide = typename whole<T, Bytes * together>::vector;

 public:
  using number = in_lanes<T, wide>;
  using kept_type = std::array<std::array<number, Move::kept>, groups>;

  [[gnu::always_inline]] static void load(kept_type& kept, const auto& from) {
    unrolled<groups>([&](auto g) __attribute__((always_inline)) {
      unrolled<Move::kept>([&](auto r) __attribute__((always_inline)) {
        kept[g][r] = joined(
            g, [&](auto m, auto i) __attribute__((always_inline)) { return from(m, i, r); });
      });
    });
  }
  [[gnu::always_inline]] static void store(const kept_type& kept, const auto& to) {
    unrolled<groups>([&](auto g) __attribute__((always_inline)) {
      unrolled<Move::kept>([&](auto r) __attribute__((always_inline)) {
        split(
            g, kept[g][r], [&](auto m, auto i, const vector& v) __attribute__((always_inline)) {
              to(m, i, r, v);
            });
      });
    });
  }
  [[gnu::always_inline]] static void move(const auto& by, vector (&a)[Modes], vector (&b)[Modes],
                                          vector (&c)[Modes], const auto& w, const vector (&p)[Modes],
                                          const vector (&slope)[Modes], [[maybe_unused]] kept_type& kept) {
    // Two factors of the gradient; those of b and c are known by the old c and b.
    vector left[3][Modes];
    unrolled<Modes>([&](auto i) __attribute__((always_inline)) {
      left[0][i] = w(i), left[1][i] = c[i], left[2][i] = b[i];
    });
    const auto x = [&](auto m, auto i) __attribute__((always_inline))->vector& {
      if constexpr (m == 0) return a[i];
      if constexpr (m == 1) return b[i];
      if constexpr (m == 2) return c[i];
    };
    const auto right = [&](auto m, auto i) __attribute__((always_inline))->const vector& {
      if constexpr (m == 0) {
        return slope[i];
      } else {
        return p[i];
      }
    };
    unrolled<groups>([&](auto g) __attribute__((always_inline)) {
      number y = joined(g, x);
      if constexpr (Move::kept == 0) {
        by(y,
           joined(
               g, [&](auto m, auto i) __attribute__((always_inline)) { return left[m][i]; }),
           joined(g, right));
      } else {
        by(y,
           joined(
               g, [&](auto m, auto i) __attribute__((always_inline)) { return left[m][i] * right(m, i); }),
           kept[g]);
      }
      split(
          g, y, [&](auto m, auto i, const vector& v) __attribute__((always_inline)) { x(m, i) = v; });
    });
  }

 private:
  template <std::size_t N>
  using index = std::integral_constant<std::size_t, N>;
  /// The matrix of register t of those that move: a, b and c of the first modes, then of the next.
  static constexpr std::size_t matrix(std::size_t t) {
    std::size_t left = t % moved;
    for (std::size_t m = 0; m < 3; ++m)
      if ((m == 0 ? M.a : m == 1 ? M.b : M.c) && left-- == 0) return m;
    return 0;
  }
  template <std::size_t Register>
  [[gnu::always_inline]] static auto at(const auto& f, const auto&... more) {
    return f(index<matrix(Register)>{}, index<Register / moved>{}, more...);
  }
  /// The lanes of two registers, one after the other, and those of one half.
  template <std::size_t... L>
  [[gnu::always_inline]] static wide both(const vector& low, const vector& high, std::index_sequence<L...>) {
    return __builtin_shufflevector(low, high, L...);
  }
  template <std::size_t Half, std::size_t... L>
  [[gnu::always_inline]] static vector half(const wide& x, std::index_sequence<L...>) {
    return __builtin_shufflevector(x, x, (L + Half * sizeof...(L))...);
  }
  /// f(matrix, mode) of the registers of group G, side by side, and zeros.
  template <std::size_t G>
  [[gnu::always_inline]] static number joined(index<G>, const auto& f) {
    if constexpr (together == 1) {
      return {at<G>(f)};
    } else {
      const vector low = at<2 * G>(f);
      vector high{};
      if constexpr (2 * G + 1 < count) high = at<2 * G + 1>(f);
      return {both(low, high, std::make_index_sequence<2 * lanes>{})};
    }
  }
  /// f(matrix, mode, register) of each.
  template <std::size_t G>
  [[gnu::always_inline]] static void split(index<G>, const number& x, const auto& f) {
    if constexpr (together == 1) {
      at<G>(f, x.v);
    } else {
      at<2 * G>(f, half<0>(x.v, std::make_index_sequence<lanes>{}));
      if constexpr (2 * G + 1 < count) at<2 * G + 1>(f, half<1>(x.v, std::make_index_sequence<lanes>{}));
    }
  }
};

}  // namespace lssm::kernel
