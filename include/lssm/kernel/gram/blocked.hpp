// SPDX-License-Identifier: BSD-3-Clause
// The steps of kernel/gram/step.hpp for any number of modes and any length: loops over blocks of modes.
//
//   gram_step_work<T>(f)         scratch
//   gram_steps<T, D, K, Moved>   take(a, b, c, n, rule), take(a, b, c, watch, rule): as in kernel/gram/step.hpp
//
// Powers of several registers of modes go into sums in the nearest cache, one register of sums a power, and are
// added up across lanes once, at the end. Short sequences take the operations of kernel/gram/step.hpp, to the same bits;
// longer ones take powers in two chains instead of four, and P with its derivative by Horner's rule.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "columns.hpp"
#include "few_modes.hpp"
#include "in_registers.hpp"

namespace lssm::kernel {

template <class T>
class gram_step_work {
 public:
  explicit gram_step_work(const gram_step_constants<T>& f)
      : sums_(f.kappa() * static_cast<integer>(whole_sums)),
        stride_(gram_step_constants<T>::stride(f.kappa())),
        numbers_(sums_ + 4 * stride_),
        rows_(f) {}
  T* error() { return numbers_.data(); }
  T* cotangent() { return error() + stride_; }
  T* slope() { return cotangent() + stride_; }
  T* residual() { return slope() + stride_; }
  const factor_rows<T>& rows() const { return rows_; }
  /// Partial sums (pieces, kappa, lanes).
  T* sums() { return residual() + stride_; }

 private:
  integer sums_, stride_;
  aligned_numbers<T> numbers_;
  factor_rows<T> rows_;
};

namespace detail {

/// Sums (kappa, lanes) of `starts` and the powers of one register in every sixteen modes, from `first` on. In four chains,
/// products are fused into their sums; in two, sums are separate, because processors have units for sums beside those for
/// products.
template <std::size_t Chains, std::size_t Together, class T>
void sum_powers_of_registers(std::span<const T> a, const T* b, const T* c, integer first, integer kappa,
                             const T* starts, T* sums) {
  using vector = typename whole<T>::vector;
  constexpr integer lanes = whole<T>::lanes, apart = whole_sums;
  const T* so_far = starts;
  do {
    vector p[Chains][Together] = {}, x[Together], square[Together], y[Together], z[Together];
    unrolled<Together>([&](auto u) __attribute__((always_inline)) {
      const integer at = first + static_cast<integer>(u) * apart, left = length(a) - at;
      x[u] = load_whole(a.data() + at, left), square[u] = x[u] * x[u];
      y[u] = load_whole(b + at, left), z[u] = load_whole(c + at, left);
    });
    T *to = sums, *const end = sums + kappa * lanes;
    const auto add = [&](const vector(&from)[Together], const vector(&by)[Together], vector(&power)[Together])
        __attribute__((always_inline)) {
      vector sum = load_whole(so_far);
      unrolled<Together>([&](auto u) __attribute__((always_inline)) {
        const vector product = from[u] * by[u];
        sum = Chains == 4 ? fused<T>(from[u], by[u], sum) : sum + product;
        power[u] = product;
      });
      store_whole<T>(sum, to);
      so_far += lanes, to += lanes;
    };
    add(y, z, p[0]);
    if (to != end) add(p[0], x, p[1]);
    if constexpr (Chains == 4) {
      if (to != end) add(p[0], square, p[2]);
      if (to != end) add(p[1], square, p[3]);
      unrolled<Together>([&](auto u) __attribute__((always_inline)) { square[u] = square[u] * square[u]; });
    }
    while (end - to >= static_cast<integer>(Chains) * lanes)
      unrolled<Chains>([&](auto chain) __attribute__((always_inline)) { add(p[chain], square, p[chain]); });
    unrolled<Chains - 1>([&](auto chain) __attribute__((always_inline)) {
      if (to != end) add(p[chain], square, p[chain]);
    });
    so_far = sums;
    first += static_cast<integer>(Together) * apart;
  } while (first < length(a));
}

/// P and P' at several registers of modes: by Horner's rule, or with even and odd coefficients apart.
template <bool Short, std::size_t Together, class T, class V>
[[gnu::always_inline]] inline void evaluate_registers(const T* g, const T* slope, integer kappa,
                                                      const V (&x)[Together], V (&value)[Together],
                                                      V (&bend)[Together]) {
  if constexpr (Short) {
    V square[Together], odd[Together], odd_bend[Together];
    unrolled<Together>([&](auto u) __attribute__((always_inline)) {
      square[u] = x[u] * x[u];
      value[u] = bend[u] = odd[u] = odd_bend[u] = V{};
    });
    const auto add = [&](const T& from, V(&to)[Together]) __attribute__((always_inline)) {
      const V coefficient = spread(from);
      unrolled<Together>([&](auto u) __attribute__((always_inline)) {
        to[u] = fused<T>(to[u], square[u], coefficient);
      });
    };
    for (integer k = kappa; k-- > 0;) {
      if (k % 2 == 0) {
        add(g[k], value), add(slope[k], bend);
      } else {
        add(g[k], odd), add(slope[k], odd_bend);
      }
    }
    unrolled<Together>([&](auto u) __attribute__((always_inline)) {
      value[u] = fused<T>(odd[u], x[u], value[u]);
      bend[u] = fused<T>(odd_bend[u], x[u], bend[u]);
    });
  } else {
    unrolled<Together>([&](auto u) __attribute__((always_inline)) {
      value[u] = spread(g[kappa - 1]);
      bend[u] = V{};
    });
    for (integer k = kappa - 1; k-- > 0;) {
      const V coefficient = spread(g[k]);
      unrolled<Together>([&](auto u) __attribute__((always_inline)) {
        bend[u] = fused<T>(bend[u], x[u], value[u]);
        value[u] = fused<T>(value[u], x[u], coefficient);
      });
    }
  }
}

/// Updates all modes, given the coefficients of P and P'.
template <bool Short, std::size_t Together, moved_matrices M, class T, class Move>
void move_modes(const T* g, const T* slope, integer kappa, std::span<T> a, T* b, T* c,
                kept_numbers<T, Move>& rule) {
  using vector = typename whole<T>::vector;
  using rules = rule_registers<T, register_bytes, Together, M, Move>;
  const auto by = rule.move.template next<typename rules::number>();
  constexpr integer lanes = whole<T>::lanes;
  for (integer first = 0; first < length(a); first += static_cast<integer>(Together) * lanes) {
    const auto at = [&](std::size_t u) { return first + static_cast<integer>(u) * lanes; };
    vector x[Together], value[Together], bend[Together];
    unrolled<Together>([&](auto u) __attribute__((always_inline)) {
      x[u] = load_whole(a.data() + at(u), length(a) - at(u));
    });
    evaluate_registers<Short, Together>(g, slope, kappa, x, value, bend);
    const auto left = [&](std::size_t u) { return length(a) - at(u); };
    vector y[Together], z[Together];
    unrolled<Together>([&](auto u) __attribute__((always_inline)) {
      y[u] = load_whole(b + at(u), left(u)), z[u] = load_whole(c + at(u), left(u));
    });
    typename rules::kept_type kept;
    rules::load(
        kept, [&](auto m, auto u, auto r)
                  __attribute__((always_inline)) { return load_whole(rule.row(m, r) + at(u), left(u)); });
    rules::move(
        by, x, y, z, [&](auto u) __attribute__((always_inline)) { return y[u] * z[u]; }, value, bend, kept);
    rules::store(
        kept, [&](auto m, auto u, auto r, const vector& v)
                  __attribute__((always_inline)) { store_whole<T>(v, rule.row(m, r) + at(u), left(u)); });
    unrolled<Together>([&](auto u) __attribute__((always_inline)) {
      if constexpr (M.a) store_whole<T>(x[u], a.data() + at(u), left(u));
      if constexpr (M.b) store_whole<T>(y[u], b + at(u), left(u));
      if constexpr (M.c) store_whole<T>(z[u], c + at(u), left(u));
    });
  }
}

/// The sums over lanes of registers First, First + Step, ..., in order of these: those of spread_sum, to the bit.
template <class T, std::size_t First = 0, std::size_t Step = 1, class V, std::size_t Lanes>
[[gnu::always_inline]] inline V sums_over_lanes(const V (&x)[Lanes]) {
  if constexpr (Step == Lanes) {
    return x[First];
  } else {
    return fold_halves<T, 2 * Step>(sums_over_lanes<T, First, 2 * Step>(x),
                                    sums_over_lanes<T, First + Step, 2 * Step>(x));
  }
}

/// e at a, b, c, in work.error().
template <bool Short, class T>
void error_in_blocks(const gram_step_constants<T>& f, std::span<const T> a, const T* b, const T* c,
                     gram_step_work<T>& work) {
  constexpr std::size_t pieces = whole<T>::pieces, lanes = whole<T>::lanes;
  using vector = typename whole<T>::vector;
  const integer kappa = f.kappa(), apart = kappa * static_cast<integer>(lanes);
  for (std::size_t i = 0; i < pieces; ++i) {
    const integer at = static_cast<integer>(i) * apart;
    sum_powers_of_registers<Short ? 4 : 2, Short ? 2 : 4, T>(a, b, c, static_cast<integer>(i * lanes), kappa,
                                                             f.starts() + at, work.sums() + at);
  }
  const auto sum = [&](integer k) __attribute__((always_inline)) {
    vector part[pieces];
    unrolled<pieces>([&](auto i) __attribute__((always_inline)) {
      part[i] = load_whole(work.sums() + static_cast<integer>(i) * apart + k * static_cast<integer>(lanes));
    });
    return folded_pieces<vector, pieces, pieces>(part);
  };
  integer k = 0;
  for (; k + static_cast<integer>(lanes) <= kappa; k += static_cast<integer>(lanes)) {
    vector sums[lanes];
    unrolled<lanes>([&](auto i)
                        __attribute__((always_inline)) { sums[i] = sum(k + static_cast<integer>(i)); });
    store_whole<T>(sums_over_lanes<T>(sums), work.error() + k);
  }
  for (; k < kappa; ++k) work.error()[k] = spread_sum<T>(sum(k))[0];
}
/// The loss where e is, with ρ in work.residual().
template <class T>
T loss_in_blocks(const gram_step_constants<T>& f, gram_step_work<T>& work) {
  work.rows().multiply(work.error(), work.residual());
  return loss_of(work.residual(), f.kappa(), f.least_loss);
}
/// Moves a, b, c by the step of e.
template <bool Short, moved_matrices M, class T>
void move_in_blocks(const gram_step_constants<T>& f, std::span<T> a, T* b, T* c, gram_step_work<T>& work,
                    auto& rule) {
  const integer kappa = f.kappa(), stride = f.stride(kappa);
  add_all_columns(work.error(), f.columns(), stride, kappa, kappa, work.cotangent());
  if constexpr (Short) add_all_columns(work.error(), f.slope_columns(), stride, kappa, kappa, work.slope());
  move_modes<Short, Short ? 2 : 5, M>(work.cotangent(), work.slope(), kappa, a, b, c, rule);
}

/// Takes steps, n of them or watched ones, by kernel/gram/few_modes.hpp; f is of length K or longer.
template <moved_matrices M, integer K = 2, class T>
void take_few_modes(const gram_step_constants<T>& f, std::span<T> a, std::span<T> b, std::span<T> c,
                    auto& steps, auto& rule) {
  if constexpr (few_modes<T>(1, K)) {
    if (f.kappa() == K) {
      gram_steps<T, 16, K, M>(f).take(a, b, c, steps, rule);
    } else {
      take_few_modes<M, K + 1>(f, a, b, c, steps, rule);
    }
  }
}

}  // namespace detail

template <class T, integer D, integer K, moved_matrices M>
class gram_steps {
 public:
  /// Precondition: f.finish() has been called.
  explicit gram_steps(gram_step_constants<T> f) : f_(std::move(f)), work_(f_) {}

  /// Takes n steps of the modes a and their weights b and c, as many of each, by a rule.
  template <class Move>
  void take(std::span<T> a, std::span<T> b, std::span<T> c, integer n, kept_numbers<T, Move>& rule) {
    if (takes_few_modes(a)) return detail::take_few_modes<M>(f_, a, b, c, n, rule);
    for (; n > 0; --n) {
      find_error(a, b, c);
      move(a, b, c, rule);
    }
    last_.clear();  // the error is not theirs any more
  }
  /// Takes the same steps, with the loss of each, until `watch` ends them.
  template <class Move>
  void take(std::span<T> a, std::span<T> b, std::span<T> c, watched_steps<T>& watch,
            kept_numbers<T, Move>& rule) {
    if (takes_few_modes(a)) return detail::take_few_modes<M>(f_, a, b, c, watch, rule);
    if (!are_last(a, b, c)) {
      find_error(a, b, c);
      last_loss_ = detail::loss_in_blocks(f_, work_);
    }
    if (watch.begin(last_loss_)) {
      do {
        move(a, b, c, rule);
        find_error(a, b, c);
        last_loss_ = detail::loss_in_blocks(f_, work_);
      } while (watch.count(last_loss_));
    }
    last_.assign(a.begin(), a.end());
    last_.insert(last_.end(), b.begin(), b.end());
    last_.insert(last_.end(), c.begin(), c.end());
  }

 private:
  bool takes_few_modes(std::span<const T> a) const {
    if constexpr (few_modes<T>(D == dynamic ? 1 : D, K == dynamic ? 2 : K))
      return few_modes<T>(length(a), f_.kappa());
    return false;
  }
  /// Whether error and last_loss_ are those of these modes and weights.
  bool are_last(std::span<const T> a, std::span<const T> b, std::span<const T> c) const {
    if (last_.empty()) return false;
    const std::size_t d = a.size(), bytes = d * sizeof(T);
    return std::memcmp(a.data(), last_.data(), bytes) == 0 &&
           std::memcmp(b.data(), last_.data() + d, bytes) == 0 &&
           std::memcmp(c.data(), last_.data() + 2 * d, bytes) == 0;
  }
  void find_error(std::span<const T> a, std::span<const T> b, std::span<const T> c) {
    if (f_.kappa() <= short_kappa) {
      detail::error_in_blocks<true, T>(f_, a, b.data(), c.data(), work_);
    } else {
      detail::error_in_blocks<false, T>(f_, a, b.data(), c.data(), work_);
    }
  }
  void move(std::span<T> a, std::span<T> b, std::span<T> c, auto& rule) {
    if (f_.kappa() <= short_kappa) {
      detail::move_in_blocks<true, M>(f_, a, b.data(), c.data(), work_, rule);
    } else {
      detail::move_in_blocks<false, M>(f_, a, b.data(), c.data(), work_, rule);
    }
  }

  gram_step_constants<T> f_;
  gram_step_work<T> work_;
  std::vector<T> last_;  // modes and weights (3 d), those that the last watched steps ended at
  T last_loss_{};
};

}  // namespace lssm::kernel
