// SPDX-License-Identifier: BSD-3-Clause
// State matrices of any kind: A is full.
//
//   s_t = A s_{t-1} + B x_t,  y_t = C s_t,  h_k = C A^k B
//
//   symbol  shape          meaning                 symbol  shape           meaning
//   a       (d, d)         state matrix A          h       (kappa, p, m)   impulse response
//   b       (d, m)         input matrix B          g       (kappa, p, m)   cotangent of h: dL/dh
//   c       (p, d)         output matrix C         w_k     (p, d)          C A^k
//
// The pullback of g is, with v_k = g_k Bᵀ + v_{k+1} Aᵀ (p, d):  dA = Σ_k w_kᵀ v_{k+1},  dB = Σ_k w_kᵀ g_k,  dC = v_0.
// A response of kappa lags costs kappa p d², its pullback twice that. Entries of A are no eigenvalues; those are `spectrum`.
#pragma once

#include <string_view>
#include <vector>

#include "concepts.hpp"
#include "matrix_eigenvalues.hpp"

namespace lssm {

/// A full state matrix of dimension D with M inputs and P outputs; D may be given at run time.
template <integer D = dynamic, integer M = 1, integer P = 1>
struct dense_state {
  static_assert(D == dynamic || D >= 1, "dense_state: the state dimension must be at least 1 (docs/ssm.md)");
  static_assert(M >= 1 && P >= 1, "dense_state: inputs and outputs must be at least 1 (docs/ssm.md)");

  extent<D> states{};
  static constexpr integer known_states = D, inputs = M, outputs = P;
  static constexpr std::string_view name = "dense_state/1";  ///< in files (ssm/system_file.hpp)
  using slots = three_matrices;
  static constexpr bool takes_duals = true;

  template <class T>
  struct parameters {
    vec<T, product_of<D, D>> a;  // (d, d)
    vec<T, product_of<D, M>> b;  // (d, m)
    vec<T, product_of<P, D>> c;  // (p, d)
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c));
    }
  };

  constexpr void validate() const {
    require(states >= 1, "dense_state", "states", "at least 1", integer(states));
    require_entries("dense_state", "states x (states or channels)",
                    {states, std::max({integer(states), M, P})});
  }
  template <class T>
  constexpr parameters<T> make() const {
    return {zeros<T>(extent<product_of<D, D>>(states * states)),
            zeros<T>(extent<product_of<D, M>>(states * M)), zeros<T>(extent<product_of<P, D>>(P * states))};
  }

  /// Whether a, b and c are of sizes that belong together.
  static constexpr bool fits(const auto& s) {
    const std::size_t d = s.b.size() / M;
    return s.a.size() == d * d && s.b.size() == d * M && s.c.size() == P * d;
  }
  static constexpr integer state_size(const auto& s) { return length(s.b) / M; }
  static std::vector<array_shape> shapes(const auto& s) {
    const std::size_t d = s.b.size() / M;
    return {{d, d}, {d, M}, {P, d}};
  }
  /// The eigenvalues of A by falling modulus; NaN where they are not found.
  template <SingleScalar T>
  static std::vector<eigenvalue<T>> spectrum(const parameters<T>& s) requires MatrixNumber<T> {
    return detail::matrix_eigenvalues(std::vector<T>(s.a.begin(), s.a.end()), s.b.size() / M);
  }

  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    const std::size_t d = s.b.size() / M;
    std::vector<T> now(s.c.begin(), s.c.end()), next(now);
    for (std::size_t k = 0; k < h.size(); k += P * M) {
      if (k > 0) {
        times<P>(now.data(), s.a.data(), next.data(), d);
        now.swap(next);
      }
      read(now.data(), s, h.subspan(k, P * M));
    }
  }

  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const std::size_t d = s.b.size() / M, kappa = g.size() / (P * M), row = P * d;
    std::vector<T> w(kappa * row, T(0)), turned = transposed(s.a.data(), d), v(row, T(0)), next(v);
    std::copy(s.c.begin(), s.c.end(), w.begin());
    for (std::size_t k = 1; k < kappa; ++k)
      times<P>(w.data() + (k - 1) * row, s.a.data(), w.data() + k * row, d);
    each_number([](T& x) { x = T(0); }, ds);
    for (std::size_t k = kappa; k-- > 0;) {
      const T* now = w.data() + k * row;
      if (k + 1 < kappa) {
        add_outer<P>(now, v.data(), ds.a.data(), d);  // w_kᵀ v_{k+1}
        times<P>(v.data(), turned.data(), next.data(), d);
        v.swap(next);
      }
      for (std::size_t i = 0; i < P; ++i)
        for (std::size_t q = 0; q < M; ++q) {
          const T& weight = g[(k * P + i) * M + q];
          for (std::size_t j = 0; j < d; ++j) {
            v[i * d + j] = mul_add(weight, s.b[j * M + q], v[i * d + j]);
            ds.b[j * M + q] = mul_add(weight, now[i * d + j], ds.b[j * M + q]);
          }
        }
    }
    std::copy(v.begin(), v.end(), ds.c.begin());
  }

  /// One step: state (d) is carried, x (m) comes in, y (p) goes out.
  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state, std::span<T> y) {
    const std::size_t d = s.b.size() / M;
    const std::vector<T> before(state.begin(), state.end());
    for (std::size_t i = 0; i < d; ++i) {
      T next(0);
      for (std::size_t j = 0; j < d; ++j) next = mul_add(s.a[i * d + j], before[j], next);
      for (std::size_t q = 0; q < M; ++q) next = mul_add(s.b[i * M + q], x[q], next);
      state[i] = next;
    }
    for (std::size_t i = 0; i < P; ++i) {
      y[i] = T(0);
      for (std::size_t j = 0; j < d; ++j) y[i] = mul_add(s.c[i * d + j], state[j], y[i]);
    }
  }

  /// For batches of sequences: scratch for so many rows, which are steps of sequences one after the other.
  template <class T>
  struct batch_work {
    std::vector<T> states, turned, adjoint, next;  // (rows, d), (d, d), (d), (d)
    batch_work() = default;
    batch_work(const parameters<T>& s, std::size_t rows)
        : states(rows * (s.b.size() / M), T(0)),
          turned(s.a.size(), T(0)),
          adjoint(s.b.size() / M, T(0)),
          next(adjoint) {}
  };
  /// y (N steps, p) for x (N steps, m), each sequence from rest.
  template <class T>
  static void forward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x, std::span<T> y,
                            batch_work<T>& work) {
    const std::size_t d = s.b.size() / M, rows = x.size() / M;
    transpose(s.a.data(), d, work.turned.data());
    for (std::size_t t = 0; t < rows; ++t) {
      T* now = work.states.data() + t * d;
      if (t % steps == 0) {
        for (std::size_t j = 0; j < d; ++j) now[j] = T(0);
      } else {
        times<1>(now - d, work.turned.data(), now, d);
      }
      for (std::size_t j = 0; j < d; ++j)
        for (std::size_t q = 0; q < M; ++q) now[j] = mul_add(s.b[j * M + q], x[t * M + q], now[j]);
      for (std::size_t i = 0; i < P; ++i) {
        T out(0);
        for (std::size_t j = 0; j < d; ++j) out = mul_add(s.c[i * d + j], now[j], out);
        y[t * P + i] = out;
      }
    }
  }
  /// After forward_batch: adds to ds, writes dx unless it is empty.
  template <class T>
  static void backward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x,
                             std::span<const T> dy, parameters<T>& ds, std::span<T> dx, batch_work<T>& work) {
    const std::size_t d = s.b.size() / M;
    for (std::size_t t = x.size() / M; t-- > 0;) {
      const bool last = (t + 1) % steps == 0, first = t % steps == 0;
      const T* now = work.states.data() + t * d;
      T *adjoint = work.next.data(), *later = work.adjoint.data();
      for (std::size_t j = 0; j < d; ++j) adjoint[j] = T(0);
      if (!last) times<1>(later, s.a.data(), adjoint, d);
      for (std::size_t i = 0; i < P; ++i)
        for (std::size_t j = 0; j < d; ++j) {
          adjoint[j] = mul_add(s.c[i * d + j], dy[t * P + i], adjoint[j]);
          ds.c[i * d + j] = mul_add(dy[t * P + i], now[j], ds.c[i * d + j]);
        }
      if (!first) add_outer<1>(adjoint, now - d, ds.a.data(), d);
      for (std::size_t q = 0; q < M; ++q) {
        T back(0);
        for (std::size_t j = 0; j < d; ++j) {
          ds.b[j * M + q] = mul_add(adjoint[j], x[t * M + q], ds.b[j * M + q]);
          back = mul_add(s.b[j * M + q], adjoint[j], back);
        }
        if (!dx.empty()) dx[t * M + q] = back;
      }
      work.adjoint.swap(work.next);
    }
  }

  friend constexpr bool operator==(const dense_state& x, const dense_state& y) {
    return x.states == y.states;
  }

 private:
  /// to = from A of so many rows; inner loops run along rows of A.
  template <integer Rows, class T>
  static void times(const T* from, const T* a, T* to, std::size_t d) {
    for (std::size_t i = 0; i < Rows; ++i, from += d, to += d) {
      for (std::size_t j = 0; j < d; ++j) to[j] = T(0);
      for (std::size_t l = 0; l < d; ++l)
        for (std::size_t j = 0; j < d; ++j) to[j] = mul_add(from[l], a[l * d + j], to[j]);
    }
  }
  /// to (d, d) += xᵀ y of so many rows.
  template <integer Rows, class T>
  static void add_outer(const T* x, const T* y, T* to, std::size_t d) {
    for (std::size_t i = 0; i < Rows; ++i, x += d, y += d)
      for (std::size_t l = 0; l < d; ++l)
        for (std::size_t j = 0; j < d; ++j) to[l * d + j] = mul_add(x[l], y[j], to[l * d + j]);
  }
  template <class T>
  static void transpose(const T* a, std::size_t d, T* to) {
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j) to[j * d + i] = a[i * d + j];
  }
  template <class T>
  static std::vector<T> transposed(const T* a, std::size_t d) {
    std::vector<T> to(d * d, T(0));
    transpose(a, d, to.data());
    return to;
  }
  /// h_k = w_k B.
  template <class T>
  static void read(const T* w, const parameters<T>& s, std::span<T> h) {
    const std::size_t d = s.b.size() / M;
    for (std::size_t i = 0; i < P; ++i)
      for (std::size_t q = 0; q < M; ++q) {
        T out(0);
        for (std::size_t j = 0; j < d; ++j) out = mul_add(w[i * d + j], s.b[j * M + q], out);
        h[i * M + q] = out;
      }
  }
};

}  // namespace lssm
