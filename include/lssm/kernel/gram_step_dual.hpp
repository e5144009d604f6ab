// SPDX-License-Identifier: BSD-3-Clause
// Steps of gradient descent of kernel/gram_step.hpp on dual numbers: how a student after n steps depends on a number of the
// problem.
//
// Modes go in blocks of eight, each of them two native blocks: values and derivatives. A student waits for its sums, so that
// the derivatives fill slots that are idle; chains are short because the factor that is known first comes first in a fused
// product. Static and run-time sizes have the same bits.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "blocks.hpp"
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
    sums_.resize(static_cast<std::size_t>(groups() * W));
    values_.resize(sums_.size());
    derivatives_.resize(sums_.size());
  }

  /// n steps of the matrices that move.
  void take(std::span<number> a, std::span<number> b, std::span<number> c, integer n) {
    const integer d = length(a);
    auto x = loaded(a), y = loaded(b), z = loaded(c);
    for (; n > 0; --n) {
      write_response(x, y, z);
      write_cotangent();
      for (std::size_t j = 0; j < x.size(); ++j) move(x[j], y[j], z[j]);
    }
    for (integer j = 0; j < d; j += W) {
      const auto at = static_cast<std::size_t>(j / W);
      if constexpr (M.a) store_block(x[at], a, j);
      if constexpr (M.b) store_block(y[at], b, j);
      if constexpr (M.c) store_block(z[at], c, j);
    }
  }

 private:
  static constexpr integer W = partial_sums;
  using numbers = block<number, W>;
  using modes = vec<numbers, D == dynamic ? dynamic : (D + W - 1) / W>;

  integer kappa() const { return K == dynamic ? kappa_ : K; }
  /// Blocks of a column.
  integer groups() const { return (kappa() + W - 1) / W; }

  static modes loaded(std::span<const number> from) {
    modes to{};
    if constexpr (D == dynamic) to.resize(static_cast<std::size_t>((length(from) + W - 1) / W));
    for (std::size_t j = 0; j < to.size(); ++j) to[j] = load_block<W>(from, W * static_cast<integer>(j));
    return to;
  }

  /// Partial sums of h.
  void write_response(const modes& x, const modes& y, const modes& z) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      const numbers square = x[j] * x[j];
      numbers even = y[j] * z[j], odd = x[j] * even;
      for (integer k = 0; k < kappa(); k += 2) {
        add(k, even, j == 0);
        if (k + 1 < kappa()) add(k + 1, odd, j == 0);
        even = square * even;
        odd = square * odd;
      }
    }
  }
  void add(integer k, const numbers& term, bool first) {
    numbers& sum = sums_[static_cast<std::size_t>(k)];
    sum = first ? term : sum + term;
  }

  /// From sums to e = h - h°, and to the coefficients of P.
  void write_cotangent() {
    for (integer q = 0; q < groups(); ++q) {
      numbers eight[W];
      unrolled<W>([&](auto i) __attribute__((always_inline)) {
        eight[i] = sums_[static_cast<std::size_t>(q * W) + i];
      });
      keep(block_sums(eight) - column(kappa())[q], q);
    }
    for (integer q = 0; q < groups(); ++q) {
      numbers g[2] = {numbers::fill(number(0)), numbers::fill(number(0))};
      for (integer k = 0; k < kappa(); ++k) g[k % 2] = fused(column(k)[q], coefficient(k), g[k % 2]);
      sums_[static_cast<std::size_t>(q)] = g[0] + g[1];
    }
    for (integer q = 0; q < groups(); ++q) keep(sums_[static_cast<std::size_t>(q)], q);
  }
  const numbers* column(integer k) const { return columns_.data() + k * groups(); }
  void keep(const numbers& eight, integer q) {
    eight.v.store(values_.data() + q * W);
    eight.e.store(derivatives_.data() + q * W);
  }
  numbers coefficient(integer k) const {
    const auto at = static_cast<std::size_t>(k);
    return numbers::fill(number(values_[at], derivatives_[at]));
  }

  void move(numbers& a, numbers& b, numbers& c) const {
    const numbers zero = numbers::fill(number(0));
    numbers p = coefficient(kappa() - 1), slope = zero;
    for (integer k = kappa() - 1; k-- > 0;) {
      slope = fused(a, slope, p);
      p = fused(a, p, coefficient(k));
    }
    const numbers weight = b * c, old_b = b;
    if constexpr (M.a) a = fused(zero - weight, slope, a);
    if constexpr (M.b) b = fused(zero - c, p, b);
    if constexpr (M.c) c = fused(zero - old_b, p, c);
  }

  integer kappa_;
  std::vector<numbers> columns_, sums_;  // (kappa + 1, groups): G times the rate, then h°; (groups W)
  std::vector<T> values_, derivatives_;  // of e, then of g (groups W)
};

}  // namespace lssm::kernel
