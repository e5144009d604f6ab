// SPDX-License-Identifier: BSD-3-Clause
// State matrices A = diag(a_1, ..., a_d) with real entries.
//
//   s_t = A s_{t-1} + B x_t,  y_t = C s_t,  h_k = C A^k B = Σ_j c_j a_j^k b_j          (paper, Section 2.1)
//
//   symbol  shape          meaning                 symbol  shape           meaning
//   a       (d)            diagonal of A           h       (kappa, p, m)   impulse response
//   b       (d, m)         input matrix B          g       (kappa, p, m)   cotangent of h: dL/dh
//   c       (p, d)         output matrix C         x, y    (kappa, m|p)    input and output sequence
//
// The pullback of g is, with P_{iq}(a) = Σ_k g_k^{iq} a^k:
//   da_j = Σ_{iq} c_ij b_jq P'_{iq}(a_j),   db_jq = Σ_i c_ij P_{iq}(a_j),   dc_ij = Σ_q b_jq P_{iq}(a_j).
// For m = p = 1 also the norm of the gradient of a full A: dL/dA_ij = c_i b_j Σ_k g_k Σ_{s+t=k-1} a_i^s a_j^t.
#pragma once

#include <span>
#include <string_view>

#include "../core/parts.hpp"
#include "../kernel/diagonal_sequences.hpp"
#include "../kernel/full_gradient.hpp"
#include "../kernel/polynomial.hpp"
#include "../kernel/power_moments.hpp"
#include "concepts.hpp"

namespace lssm {

/// Real diagonal state matrix of dimension D with M inputs and P outputs; D may be given at run time.
template <integer D = dynamic, integer M = 1, integer P = 1>
struct real_diagonal {
  static_assert(D == dynamic || D >= 1,
                "real_diagonal: the state dimension must be at least 1 (docs/ssm.md)");
  static_assert(M >= 1 && P >= 1, "real_diagonal: inputs and outputs must be at least 1 (docs/ssm.md)");

  extent<D> states{};
  static constexpr integer known_states = D, inputs = M, outputs = P;
  static constexpr std::string_view name = "real_diagonal/1";  ///< in files (ssm/system_file.hpp)
  static constexpr bool diagonal = true, takes_duals = true;   ///< `a` holds the eigenvalues
  using slots = three_matrices;

  template <class T>
  struct parameters {
    using structure = real_diagonal;
    vec<T, D> a;                 // (d)
    vec<T, product_of<D, M>> b;  // (d, m)
    vec<T, product_of<P, D>> c;  // (p, d)
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c));
    }
  };

  /// Entries per mode of Σ_k g_k ∇²h_k; those of (b, b) and (c, c) are zero.
  template <class T>
  struct second_order_terms {
    vec<T, D> aa;                                // (d)
    vec<T, product_of<D, M>> ab;                 // (d, m)
    vec<T, product_of<P, D>> ac;                 // (p, d)
    vec<T, product_of<P, product_of<M, D>>> bc;  // (p, m, d)
  };

  constexpr void validate() const {
    require(states >= 1, "real_diagonal", "states", "at least 1", integer(states));
    require_entries("real_diagonal", "states x channels", {states, std::max(M, P)});
  }

  template <class T>
  constexpr parameters<T> make() const {
    return {zeros<T>(states), zeros<T>(extent<product_of<D, M>>(states * M)),
            zeros<T>(extent<product_of<P, D>>(P * states))};
  }
  template <class T>
  constexpr second_order_terms<T> make_second_order() const {
    return {zeros<T>(states), zeros<T>(extent<product_of<D, M>>(states * M)),
            zeros<T>(extent<product_of<P, D>>(P * states)),
            zeros<T>(extent<product_of<P, product_of<M, D>>>(P * M * states))};
  }

  /// Whether a, b and c are of sizes that belong together.
  static constexpr bool fits(const auto& s) {
    return s.b.size() == s.a.size() * M && s.c.size() == P * s.a.size();
  }

  /// h (kappa, p, m); kappa follows from the length of h.
  template <class T>
  static constexpr void impulse_response(const parameters<T>& s, std::span<T> h) {
    impulse_response_of(s, h);
  }
  template <class T, std::size_t K>
  static constexpr void impulse_response(const parameters<T>& s,
                                         std::span<T, K> h) requires(K != std::dynamic_extent) {
    impulse_response_of(s, h);
  }

  /// ds receives the gradient with respect to a, b, c of any function of h whose derivative is g (kappa, p, m).
  template <class T>
  static constexpr void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    pullback_of(s, g, ds);
  }
  template <class T, std::size_t K>
  static constexpr void pullback(const parameters<T>& s, std::span<const T, K> g,
                                 parameters<T>& ds) requires(K != std::dynamic_extent) {
    pullback_of(s, g, ds);
  }

  template <class T>
  static constexpr void second_order(const parameters<T>& s, std::span<const T> g, second_order_terms<T>& m) {
    if constexpr (M == 1 && P == 1) {
      kernel::evaluate_bend(
          g, fixed_view<D>(s.a),
          [&]<integer W>(integer j, const kernel::block<T, W>& p, const auto& slope, const auto& bend) {
            const auto b = kernel::load_block<W>(fixed_view<D>(s.b), j),
                       c = kernel::load_block<W>(fixed_view<D>(s.c), j);
            kernel::store_block(c * b * bend, fixed_view<D>(m.aa), j);
            kernel::store_block(c * slope, fixed_view<D>(m.ab), j);
            kernel::store_block(b * slope, fixed_view<D>(m.ac), j);
            kernel::store_block(p, fixed_view<D>(m.bc), j);
          });
    } else {
      second_order_channels(s, g, m);
    }
  }

  /// |dL/dA|² over all d² entries of a full matrix A, at the diagonal one: for rules that take the norm of the
  /// gradient before they project it to the diagonal. `work` holds full_gradient_work(s, kappa) entries.
  template <class T, std::size_t K>
  static constexpr T full_gradient_norm2(const parameters<T>& s, std::span<const T, K> g,
                                         std::span<T> work) requires(M == 1 && P == 1) {
    return kernel::full_gradient_norm2(fixed_view<D>(s.a), fixed_view<D>(s.b), fixed_view<D>(s.c), g, work);
  }
  template <class T>
  static constexpr integer full_gradient_work(const parameters<T>& s, integer kappa) {
    return kernel::full_gradient_work<T>(length(s.a), kappa);
  }

  /// One step: state (d) is carried, x (m) comes in, y (p) goes out.
  template <class T>
  static constexpr void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state,
                                std::span<T> y) {
    const std::size_t d = s.a.size();
    for (T& out : y) out = T(0);
    for (std::size_t j = 0; j < d; ++j) {
      T next = s.a[j] * state[j];
      for (std::size_t q = 0; q < M; ++q) next = mul_add(s.b[j * M + q], x[q], next);
      state[j] = next;
      for (std::size_t i = 0; i < P; ++i) y[i] = mul_add(s.c[i * d + j], next, y[i]);
    }
  }

  /// Back-propagation through time. x (kappa, m); dy (kappa, p) is the cotangent of the outputs; ds and dx (kappa, m)
  /// receive the gradients; `work` holds (kappa + 1) d entries.
  template <class T>
  static constexpr void pullback_sequence(const parameters<T>& s, std::span<const T> x, std::span<const T> dy,
                                          parameters<T>& ds, std::span<T> dx, std::span<T> work) {
    const std::size_t d = s.a.size(), kappa = x.size() / M;
    for (std::size_t t = 0; t < kappa; ++t)
      for (std::size_t j = 0; j < d; ++j) {
        T next = t == 0 ? T(0) : s.a[j] * work[(t - 1) * d + j];
        for (std::size_t q = 0; q < M; ++q) next = mul_add(s.b[j * M + q], x[t * M + q], next);
        work[t * d + j] = next;
      }
    for (T& v : ds.a) v = T(0);
    for (T& v : ds.b) v = T(0);
    for (T& v : ds.c) v = T(0);
    for (T& v : dx) v = T(0);
    const std::span<T> adjoint = work.subspan(kappa * d, d);
    for (T& v : adjoint) v = T(0);
    for (std::size_t t = kappa; t-- > 0;)
      for (std::size_t j = 0; j < d; ++j) {
        T l = s.a[j] * adjoint[j];
        for (std::size_t i = 0; i < P; ++i) {
          l = mul_add(s.c[i * d + j], dy[t * P + i], l);
          ds.c[i * d + j] = mul_add(dy[t * P + i], work[t * d + j], ds.c[i * d + j]);
        }
        if (t > 0) ds.a[j] = mul_add(l, work[(t - 1) * d + j], ds.a[j]);
        for (std::size_t q = 0; q < M; ++q) {
          ds.b[j * M + q] = mul_add(l, x[t * M + q], ds.b[j * M + q]);
          dx[t * M + q] = mul_add(s.b[j * M + q], l, dx[t * M + q]);
        }
        adjoint[j] = l;
      }
  }

  /// For batches of sequences: scratch for so many rows, which are steps of sequences one after the other.
  template <class T>
  struct batch_work {
    std::vector<T> driven, states, adjoints, transposed;  // (rows, d) each, (m, d)
    batch_work() = default;
    batch_work(const parameters<T>& s, std::size_t rows)
        : driven(rows * s.a.size(), T(0)), states(driven), adjoints(driven), transposed(s.b.size(), T(0)) {}
  };
  /// y (N steps, p) for x (N steps, m), each sequence from rest.
  template <class T>
  static constexpr void forward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x,
                                      std::span<T> y, batch_work<T>& work) {
    kernel::diagonal_forward<T, D>(fixed_view<D>(s.a), view<T>(s.b), view<T>(s.c), extent<M>(), extent<P>(),
                                   steps, x, y, std::span<T>(work.driven), std::span<T>(work.states),
                                   std::span<T>(work.transposed));
  }
  /// After forward_batch: adds to ds, writes dx unless it is empty.
  template <class T>
  static constexpr void backward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x,
                                       std::span<const T> dy, parameters<T>& ds, std::span<T> dx,
                                       batch_work<T>& work) {
    kernel::diagonal_backward<T, D>(fixed_view<D>(s.a), view<T>(s.b), view<T>(s.c), extent<M>(), extent<P>(),
                                    steps, x, dy, fixed_view<D>(ds.a), std::span<T>(ds.b), std::span<T>(ds.c),
                                    dx, std::span<T>(work.driven), view<T>(work.states),
                                    std::span<T>(work.adjoints));
  }

  friend constexpr bool operator==(const real_diagonal& x, const real_diagonal& y) {
    return x.states == y.states;
  }

 private:
  // Implementations for static or dynamic length.
  template <class T, std::size_t K>
  static constexpr void impulse_response_of(const parameters<T>& s, std::span<T, K> h) {
    constexpr integer known = K == std::dynamic_extent ? dynamic : static_cast<integer>(K) / (P * M);
    const integer kappa = length(h) / (P * M);
    for (integer i = 0; i < P; ++i)
      for (integer q = 0; q < M; ++q)
        kernel::power_moments<T>(
            fixed_view<D>(s.a), [&](auto w, integer j) { return weights<w>(s, i, q, j); },
            std::span<T>(h).subspan(static_cast<std::size_t>(i * M + q)), extent<known>(kappa), P * M);
  }
  template <class T, std::size_t K>
  static constexpr void pullback_of(const parameters<T>& s, std::span<const T, K> g, parameters<T>& ds) {
    if constexpr (M == 1 && P == 1) {
      kernel::evaluate_slope(g, fixed_view<D>(s.a),
                             [&]<integer W>(integer j, const kernel::block<T, W>& p, const auto& slope) {
                               const auto b = kernel::load_block<W>(fixed_view<D>(s.b), j),
                                          c = kernel::load_block<W>(fixed_view<D>(s.c), j);
                               kernel::store_block(c * b * slope, fixed_view<D>(ds.a), j);
                               kernel::store_block(c * p, fixed_view<D>(ds.b), j);
                               kernel::store_block(b * p, fixed_view<D>(ds.c), j);
                             });
    } else {
      pullback_channels(s, std::span<const T>(g), ds);
    }
  }

  /// c_ij b_jq for a block of modes.
  template <integer W, class T>
  static constexpr kernel::block<T, W> weights(const parameters<T>& s, integer i, integer q, integer j) {
    if constexpr (M == 1 && P == 1) {
      return kernel::load_block<W>(fixed_view<D>(s.c), j) * kernel::load_block<W>(fixed_view<D>(s.b), j);
    } else {
      T w[static_cast<std::size_t>(W)] = {};
      for (integer l = 0; l < std::min(W, length(s.a) - j); ++l)
        w[l] = s.c[static_cast<std::size_t>(i * length(s.a) + j + l)] *
               s.b[static_cast<std::size_t>((j + l) * M + q)];
      return kernel::load_block<W>(std::span<const T>(w), 0);
    }
  }

  template <class T>
  static constexpr void second_order_channels(const parameters<T>& s, std::span<const T> g,
                                              second_order_terms<T>& m) {
    const std::size_t d = s.a.size(), kappa = g.size() / (M * P);
    for (const std::span<T> sums : {std::span<T>(m.aa), std::span<T>(m.ab), std::span<T>(m.ac)})
      for (T& v : sums) v = T(0);
    for (std::size_t i = 0; i < P; ++i)
      for (std::size_t q = 0; q < M; ++q)
        for (std::size_t j = 0; j < d; ++j) {
          T p(0), slope(0), half_bend(0);
          for (std::size_t k = kappa; k-- > 0;) {
            half_bend = mul_add(half_bend, s.a[j], slope);
            slope = mul_add(slope, s.a[j], p);
            p = mul_add(p, s.a[j], g[(k * P + i) * M + q]);
          }
          const T b = s.b[j * M + q], c = s.c[i * d + j];
          m.aa[j] = mul_add(c * b, half_bend + half_bend, m.aa[j]);
          m.ab[j * M + q] = mul_add(c, slope, m.ab[j * M + q]);
          m.ac[i * d + j] = mul_add(b, slope, m.ac[i * d + j]);
          m.bc[(i * M + q) * d + j] = p;
        }
  }

  template <class T>
  static constexpr void pullback_channels(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const std::size_t d = s.a.size(), kappa = g.size() / (M * P);
    for (T& v : ds.a) v = T(0);
    for (T& v : ds.b) v = T(0);
    for (T& v : ds.c) v = T(0);
    for (std::size_t i = 0; i < P; ++i)
      for (std::size_t q = 0; q < M; ++q)
        for (std::size_t j = 0; j < d; ++j) {
          T p = g[((kappa - 1) * P + i) * M + q], slope = T(0);
          for (std::size_t k = kappa - 1; k-- > 0;) {
            slope = mul_add(slope, s.a[j], p);
            p = mul_add(p, s.a[j], g[(k * P + i) * M + q]);
          }
          const T b = s.b[j * M + q], c = s.c[i * d + j];
          ds.a[j] = mul_add(c * b, slope, ds.a[j]);
          ds.b[j * M + q] = mul_add(c, p, ds.b[j * M + q]);
          ds.c[i * d + j] = mul_add(b, p, ds.c[i * d + j]);
        }
  }
};

}  // namespace lssm
