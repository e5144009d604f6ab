// SPDX-License-Identifier: BSD-3-Clause
// Constants of steps of gradient descent in Gram form, and functions that all orders of operations share.
//
//   gram_step_constants<T>   h°, the columns of 2 rate G, those that give the coefficients of P', and, for the loss, the
//                            columns of F (kernel/gram/step.hpp)
//   few_modes<T>(d, kappa)   whether kernel/gram/few_modes.hpp takes the steps
//   aligned_numbers<T>       numbers that begin at a cache line
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#include "../block.hpp"

namespace lssm::kernel {

/// The longest sequences with powers in four chains; longer ones have another order of operations.
inline constexpr integer short_kappa = 16;

/// Numbers that begin at a cache line, initially zero.
template <class T>
class aligned_numbers {
 public:
  explicit aligned_numbers(integer count)
      : lines_(static_cast<std::size_t>((count + in_line - 1) / in_line)) {}
  T* data() { return lines_.data()->x; }
  const T* data() const { return lines_.data()->x; }

 private:
  static constexpr integer in_line = static_cast<integer>(64 / sizeof(T));
  struct alignas(64) line {
    T x[static_cast<std::size_t>(in_line)] = {};
  };
  std::vector<line> lines_;
};

template <class T>
class gram_step_constants {
 public:
  explicit gram_step_constants(integer kappa)
      : kappa_(kappa),
        numbers_((1 + (kappa <= short_kappa ? 3 : 2) * kappa) * stride(kappa) +
                 kappa * static_cast<integer>(whole_sums)) {}

  /// Distance of two columns: kappa, rounded up to whole registers.
  static constexpr integer stride(integer kappa) {
    constexpr integer sums = static_cast<integer>(whole_sums);
    return (kappa + sums - 1) / sums * sums;
  }
  integer kappa() const { return kappa_; }
  T* target() { return numbers_.data(); }
  const T* target() const { return numbers_.data(); }
  /// Columns of 2 rate G, then zeros after kappa entries.
  T* columns() { return target() + stride(kappa_); }
  const T* columns() const { return target() + stride(kappa_); }
  /// Columns of F, entry q of column k is number k of row q; then zeros.
  T* rows() { return columns() + kappa_ * stride(kappa_); }
  const T* rows() const { return columns() + kappa_ * stride(kappa_); }
  /// Columns for the coefficients of P', of short sequences: entry i is (i + 1) times entry i + 1 of the column above.
  const T* slope_columns() const { return rows() + kappa_ * stride(kappa_); }
  /// Initial partial sums (pieces, kappa, lanes): -h° in the first lane of the first piece, zeros elsewhere.
  const T* starts() const { return slope_columns() + (kappa_ <= short_kappa ? kappa_ * stride(kappa_) : 0); }

  /// Writes slope columns and starts. Precondition: target and columns are written.
  void finish() {
    T* start = numbers_.data() + (starts() - target());
    for (integer k = 0; k < kappa_; ++k) start[k * static_cast<integer>(whole<T>::lanes)] = -target()[k];
    if (kappa_ > short_kappa) return;
    T* slope = rows() + kappa_ * stride(kappa_);
    for (integer k = 0; k < kappa_; ++k, slope += stride(kappa_))
      for (integer i = 0; i + 1 < kappa_; ++i)
        slope[i] = T(static_cast<double>(i + 1)) * columns()[k * stride(kappa_) + i + 1];
  }

  T least_loss{};  ///< L_0

 private:
  integer kappa_;
  aligned_numbers<T> numbers_;
};

/// Whether steps are those of kernel/gram/few_modes.hpp.
template <class T>
constexpr bool few_modes(integer d, integer kappa) {
  return std::is_same_v<T, float> && register_bytes == 64 && d <= 16 && kappa >= 2 && kappa <= 7;
}

namespace detail {

template <class T, class V>
[[gnu::always_inline]] inline V fused(const V& x, const V& y, const V& z) {
  V r;
  fuse<T>(x, y, z, r);
  return r;
}

/// ½ |ρ|² + L_0 of whole blocks of eight: eight partial sums, folded in halves.
template <class T>
T loss_of(const T* rho, integer kappa, const T& least_loss) {
  block<T, 8> squares, x;
  x.load(rho);
  squares = x * x;
  for (integer q = 8; q < kappa; q += 8) {
    x.load(rho + q);
    squares = fused(x, x, squares);
  }
  T sum[8];
  squares.store(sum);
  for (std::size_t half = 4; half > 0; half /= 2)
    for (std::size_t u = 0; u < half; ++u) sum[u] = sum[u] + sum[u + half];
  return mul_add(sum[0], T(0.5), least_loss);
}

/// Folds the partial sums First, First + Step, ...
template <class V, std::size_t Pieces, std::size_t Count, std::size_t First = 0, std::size_t Step = 1>
[[gnu::always_inline]] inline V folded_pieces(const V (&part)[Pieces]) {
  if constexpr (First + Step >= Count || Step >= Pieces) {
    return part[First];
  } else {
    return folded_pieces<V, Pieces, Count, First, 2 * Step>(part) +
           folded_pieces<V, Pieces, Count, First + Step, 2 * Step>(part);
  }
}

/// The two factors of w a^k, w = b c, from powers in four chains.
template <std::size_t K, class V, std::size_t Count>
[[gnu::always_inline]] inline std::pair<const V&, const V&> power_factors(const V& a, const V& square,
                                                                          const V& fourth, const V& b,
                                                                          const V& c,
                                                                          const V (&power)[Count]) {
  if constexpr (K == 0) return {b, c};
  if constexpr (K == 1) return {power[0], a};
  if constexpr (K == 2 || K == 3) return {power[K - 2], square};
  if constexpr (K >= 4) return {power[K - 4], fourth};
}

}  // namespace detail
}  // namespace lssm::kernel
