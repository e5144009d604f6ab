// SPDX-License-Identifier: BSD-3-Clause
// Steps of gradient descent of kernel/gram/step.hpp on dual numbers: how a student after n steps depends on a number of the
// problem.
//
// Modes go in blocks of eight, each of them two native blocks: values and derivatives. A student waits for its sums, so that
// the derivatives fill slots that are idle; chains are short because the factor that is known first comes first in a fused
// product. Static and run-time sizes have the same bits.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "../blocks.hpp"
#include "moved_matrices.hpp"

namespace lssm::kernel {

/// Steps of one student in dual numbers of T.
template <class T, integer D, integer K, moved_matrices M>
  requires(is_native<T>)
class dual_gram_steps {
  using number = dual<T>;

 public:
  /// entry(i, k) is that of the Gram matrix times the rate; `target` is h°, a response with the least loss (kappa).
  template <class Entry>
  dual_gram_steps(std::span<const number> target, const Entry& entry) : kappa_(length(target)) {
    const auto add_column = [&](const auto& of) {
      for (integer i = 0; i < kappa_; i += W) {
        std::array<number, W> eight{};
        for (integer l = 0; l < std::min(W, kappa_ - i); ++l)
          eight[static_cast<std::size_t>(l)] = of(static_cast<std::size_t>(i + l));
        columns_.push_back(load_block<W>(std::span<const number, W>(eight), 0));
      }
    };
    for (std::size_t k = 0; k < target.size(); ++k) add_column([&](std::size_t i) { return entry(i, k); });
    add_column([&](std::size_t i) { return target[i]; });
  }

  /// n steps of the matrices that move.
  void take(std::span<number> a, std::span<number> b, std::span<number> c, integer n) {
    const integer d = length(a);
    auto x = loaded(a), y = loaded(b), z = loaded(c);
    scratch at(groups() * W);
    for (; n > 0; --n) {
      write_response(x, y, z, at.sums);
      write_cotangent(at);
      each_block(
          x, [&](std::size_t j) __attribute__((always_inline)) { move(at, x[j], y[j], z[j]); });
    }
    for (integer j = 0; j < d; j += W) {
      const auto q = static_cast<std::size_t>(j / W);
      if constexpr (M.a) store_block(x[q], a, j);
      if constexpr (M.b) store_block(y[q], b, j);
      if constexpr (M.c) store_block(z[q], c, j);
    }
  }

 private:
  static constexpr integer W = partial_sums;
  using numbers = block<number, W>;
  using modes = vec<numbers, D == dynamic ? dynamic : (D + W - 1) / W>;

  /// f(j) for each block of modes.
  template <class F>
  [[gnu::always_inline]] static void each_block(const modes& x, const F& f) {
    if constexpr (D != dynamic && D <= 4 * W) {
      unrolled<static_cast<std::size_t>((D + W - 1) / W)>(f);
    } else {
      for (std::size_t j = 0; j < x.size(); ++j) f(j);
    }
  }
  /// f(k, even or odd) for k < n. Two names, not an array: what is looked up by a number stands in memory.
  template <class Number, class F>
  [[gnu::always_inline]] static void each_in_turn(integer n, Number& even, Number& odd, const F& f) {
    if constexpr (K != dynamic && K <= 16) {
      unrolled<static_cast<std::size_t>(K)>([&](auto k) __attribute__((always_inline)) {
        f(static_cast<integer>(k), k % 2 == 0 ? even : odd);
      });
    } else {
      for (integer k = 0; k < n; k += 2) {
        f(k, even);
        if (k + 1 < n) f(k + 1, odd);
      }
    }
  }
  integer kappa() const { return K == dynamic ? kappa_ : K; }
  /// Blocks of a column.
  integer groups() const { return (kappa() + W - 1) / W; }

  static modes loaded(std::span<const number> from) {
    modes to{};
    if constexpr (D == dynamic) to.resize(static_cast<std::size_t>((length(from) + W - 1) / W));
    for (std::size_t j = 0; j < to.size(); ++j) to[j] = load_block<W>(from, W * static_cast<integer>(j));
    return to;
  }

  /// What a step leaves for the next loop: local, so that small ones stay in registers.
  struct scratch {
    static constexpr integer known = K == dynamic ? dynamic : (K + W - 1) / W * W;
    vec<numbers, known> sums;           // partial sums of h, one block for each entry
    vec<T, known> values, derivatives;  // of e, then of g
    explicit scratch([[maybe_unused]] integer entries) {
      if constexpr (K == dynamic) {
        sums.resize(static_cast<std::size_t>(entries));
        values.resize(sums.size());
        derivatives.resize(sums.size());
      }
      for (numbers& sum : sums) sum = numbers::fill(number(0));
    }
    [[gnu::always_inline]] void keep(const numbers& eight, integer q) {
      eight.v.store(values.data() + q * W);
      eight.e.store(derivatives.data() + q * W);
    }
    [[gnu::always_inline]] numbers entry(integer k) const {
      const auto at = static_cast<std::size_t>(k);
      return {block<T, W>::fill(values[at]), block<T, W>::fill(derivatives[at])};
    }
  };

  [[gnu::always_inline]] void write_response(const modes& x, const modes& y, const modes& z,
                                             auto& sums) const {
    each_block(
        x, [&](std::size_t j) __attribute__((always_inline)) {
          // Products are fused ones, whose chain is shorter.
          const numbers zero = numbers::fill(number(0)), square = fused(x[j], x[j], zero);
          numbers even = fused(y[j], z[j], zero),
                  odd = fused(x[j], even, zero);  // terms of the latest moments
          each_in_turn(
              kappa(), even, odd, [&](integer k, numbers & term) __attribute__((always_inline)) {
                numbers& sum = sums[static_cast<std::size_t>(k)];
                if (k >= 2) term = fused(square, term, zero);
                sum = j == 0 ? term : sum + term;
              });
        });
  }

  /// From sums to e = h - h°, and to the coefficients of P.
  [[gnu::always_inline]] void write_cotangent(scratch& at) const {
    for (integer q = 0; q < groups(); ++q) {
      numbers eight[W];
      unrolled<W>([&](auto i) __attribute__((always_inline)) {
        eight[i] = at.sums[static_cast<std::size_t>(q * W) + i];
      });
      at.keep(block_sums(eight) - column(kappa())[q], q);
    }
    // g waits in the first sums until all of e has been read.
    for (integer q = 0; q < groups(); ++q) {
      using half = block<T, W>;
      const half zero = half::fill(T(0));
      struct chains {
        half v, left, right;
      };
      chains even{zero, zero, zero}, odd = even;  // six that do not wait for each other
      each_in_turn(
          kappa(), even, odd, [&](integer k, chains & sum) __attribute__((always_inline)) {
            const numbers &x = column(k)[q], y = at.entry(k);
            sum.v = fused(x.v, y.v, sum.v);
            sum.left = fused(x.v, y.e, sum.left);
            sum.right = fused(x.e, y.v, sum.right);
          });
      at.sums[static_cast<std::size_t>(q)] = {even.v + odd.v,
                                              (even.left + odd.left) + (even.right + odd.right)};
    }
    for (integer q = 0; q < groups(); ++q) at.keep(at.sums[static_cast<std::size_t>(q)], q);
  }
  const numbers* column(integer k) const { return columns_.data() + k * groups(); }

  [[gnu::always_inline]] void move(const scratch& at, numbers& a, numbers& b, numbers& c) const {
    const numbers zero = numbers::fill(number(0));
    numbers p = at.entry(kappa() - 1), slope = zero;
    for (integer k = kappa() - 1; k-- > 0;) {
      slope = fused(a, slope, p);
      p = fused(a, p, at.entry(k));
    }
    const numbers weight = fused(b, c, zero), old_b = b;
    if constexpr (M.a) a = fused(zero - weight, slope, a);
    if constexpr (M.b) b = fused(zero - c, p, b);
    if constexpr (M.c) c = fused(zero - old_b, p, c);
  }

  integer kappa_;
  std::vector<numbers> columns_;  // (kappa + 1, groups): G times the rate, then h°
};

}  // namespace lssm::kernel
