// SPDX-License-Identifier: BSD-3-Clause
// Steps of gradient descent on the squared last-output loss in Gram form, one student per lane of T, without the loss.
//
//   e_k = -h°_k + Σ_j c_j b_j a_j^k,   g = -2 rate G e,   P(x) = Σ_k g_k x^k
//   a_j += c_j b_j P'(a_j),   b_j += c_j P(a_j),   c_j += b_j P(a_j)        all from old values; only moved matrices change
//
//   symbol   shape            meaning                 symbol      shape      meaning
//   pull     (kappa, kappa)   -2 rate G               a, b, c     (d)        modes and their weights
//   target   (kappa)          h°                      e, g        (kappa)    error of the response, scaled cotangent
//
// The rate is within `pull`, so that an update is one fused operation. Two loops over modes, neither unrolled: P and P' by
// Horner's rule and the update; then the moments, with a product and a separate sum, because processors have units for
// sums beside those for products; the two highest are fused, since nothing else needs their products. Sums start at -h°.
// Lanes hide the latencies: a single number takes the same steps, slowly.
#pragma once

#include <array>

#include "../../core/scalar.hpp"
#include "../../core/storage.hpp"
#include "../registers.hpp"
#include "moved_matrices.hpp"

namespace lssm::kernel {

template <Scalar T, integer D, integer K>
struct gram_descent {
  static_assert(D != dynamic && K != dynamic);
  static constexpr std::size_t d = static_cast<std::size_t>(D), kappa = static_cast<std::size_t>(K);
  using modes = vec<T, D>;
  using powers = std::array<T, kappa>;

  // In place where a stack may hold it, to save following a pointer in every step.
  std::conditional_t<lssm::detail::on_stack<T, K * K>, std::array<T, kappa * kappa>, vec<T, K * K>> pull;
  powers target;
  std::array<mask_of<T>, kappa> seen;  ///< entries of h that some sequence sees

  /// Takes `count` steps, each of which adds the rate to the time: here, since a sum that waits for itself would take as
  /// long as several steps of its own. Returns the sum of |e|² over all steps, which is not finite once a response was not;
  /// `OnlySeen` leaves out entries that no sequence sees. Without it results are the same as long as all entries are finite.
  /// A function of its own: within a larger one its loops would lose registers to what stands around them.
  template <moved_matrices Moved, bool OnlySeen>
  [[gnu::noinline]] T steps(modes& a, modes& b, modes& c, integer count, const T& rate, T& time) const {
    modes w;  // c_j b_j
    for (std::size_t j = 0; j < d; ++j) w[j] = c[j] * b[j];
    powers e = error(a, w);
    T total(0), now = time;
    for (integer n = 0; n < count; ++n) {
      now = now + rate;
      const powers g = cotangent<OnlySeen>(e, total);
#pragma GCC unroll 1
      for (std::size_t j = 0; j < d; ++j) update<Moved>(g, a[j], b[j], c[j], w[j]);
      e = error(a, w);
    }
    time = now;
    return total;
  }

 private:
  template <bool OnlySeen>
  powers cotangent(powers e, T& total) const {
    powers g;
    T size(0);
    for (std::size_t k = 0; k < kappa; ++k) {
      if constexpr (OnlySeen) e[k] = where(seen[k], e[k], T(0));
      size = mul_add(e[k], e[k], size);
    }
    total = total + size;
    for (std::size_t i = 0; i < kappa; ++i) {
      g[i] = pull[i * kappa] * e[0];
      for (std::size_t k = 1; k < kappa; ++k) g[i] = mul_add(pull[i * kappa + k], e[k], g[i]);
    }
    return g;
  }

  template <moved_matrices Moved>
  static void update(const powers& g, T& a, T& b, T& c, T& w) {
    T p = g[kappa - 1], slope(0);
    if constexpr (kappa >= 2) {
      slope = p;
      p = mul_add(p, a, g[kappa - 2]);
      for (std::size_t k = kappa - 2; k-- > 0;) {
        slope = mul_add(slope, a, p);
        p = mul_add(p, a, g[k]);
      }
    }
    // By value: what is stored is not read again.
    const T old_b = b, old_c = c;
    T new_b = old_b, new_c = old_c;
    if constexpr (Moved.a) a = mul_add(w, slope, a);
    if constexpr (Moved.b) b = new_b = mul_add(old_c, p, old_b);
    if constexpr (Moved.c) c = new_c = mul_add(old_b, p, old_c);
    if constexpr (Moved.b || Moved.c) w = new_c * new_b;
  }

  powers error(const modes& a, const modes& w) const {
    powers e;
    for (std::size_t k = 0; k < kappa; ++k) e[k] = T(0) - target[k];
#pragma GCC unroll 1
    for (std::size_t j = 0; j < d; ++j) {
      const T square = a[j] * a[j];
      T even = w[j], odd = w[j] * a[j];  // terms of the latest even and odd moment
      const auto add = [&](std::size_t k, T & p) __attribute__((always_inline)) {
        if (k >= 2 && k + 2 >= kappa) {
          e[k] = mul_add(p, square, e[k]);
        } else {
          if (k >= 2) p = p * square;
          e[k] = e[k] + p;
        }
      };
      if constexpr (kappa <= 16) {  // moments of known numbers stay in registers
        unrolled<kappa>([&](auto k) __attribute__((always_inline)) { add(k, k % 2 == 0 ? even : odd); });
      } else {
        for (std::size_t k = 0; k < kappa; k += 2) {
          add(k, even);
          if (k + 1 < kappa) add(k + 1, odd);
        }
      }
    }
    return e;
  }
};

}  // namespace lssm::kernel
