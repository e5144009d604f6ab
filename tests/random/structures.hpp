// SPDX-License-Identifier: BSD-3-Clause
// Structures, a parameter map and losses as a user writes them.
//
//   rotations      complex pairs, packed into `a` as (α, β) of eigenvalues α ± iβ
//   full_matrix    any A, row major in `a` (d²), so that `a` has another length than the state
//   tied           C = Bᵀ
//   quartic        a loss that is not quadratic;  unmarked: the squared error without its mark, which takes the raw form
#pragma once

#include <lssm/ssm.hpp>
#include <span>
#include <vector>

#include "../ssm/tied.hpp"

namespace random_studies {

using lssm::integer, lssm::part, lssm::require;
using systems::tied;

/// a, b, c in vectors.
template <class T>
struct three_lists {
  std::vector<T> a, b, c;
  static constexpr auto parts(auto& s) { return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c)); }
};

/// A: blocks (α -β; β α).
struct rotations {
  integer pairs = 1;
  static constexpr integer inputs = 1, outputs = 1;
  template <class T>
  using parameters = three_lists<T>;

  void validate() const { require(pairs >= 1, "rotations", "pairs", "at least 1", pairs); }
  template <class T>
  parameters<T> make() const {
    const std::vector<T> zero(static_cast<std::size_t>(2 * pairs), T(0));
    return {zero, zero, zero};
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    for (T& out : h) out = T(0);
    for (std::size_t j = 0; j < s.a.size(); j += 2) {
      T u = s.b[j], v = s.b[j + 1];  // A^k b
      for (T& out : h) {
        out = out + s.c[j] * u + s.c[j + 1] * v;
        const T turned = s.a[j] * u - s.a[j + 1] * v;
        v = s.a[j + 1] * u + s.a[j] * v;
        u = turned;
      }
    }
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    std::vector<T> u(g.size()), v(g.size());
    for (std::size_t j = 0; j < s.a.size(); j += 2) {
      const T alpha = s.a[j], beta = s.a[j + 1];
      u[0] = s.b[j], v[0] = s.b[j + 1];
      for (std::size_t k = 1; k < g.size(); ++k)
        u[k] = alpha * u[k - 1] - beta * v[k - 1], v[k] = beta * u[k - 1] + alpha * v[k - 1];
      T p(0), q(0);  // Σ_k (Aᵀ)^k c g_k from behind
      ds.a[j] = ds.a[j + 1] = ds.c[j] = ds.c[j + 1] = T(0);
      for (std::size_t k = g.size(); k-- > 0;) {
        ds.a[j] = ds.a[j] + p * u[k] + q * v[k];
        ds.a[j + 1] = ds.a[j + 1] + q * u[k] - p * v[k];
        ds.c[j] = ds.c[j] + g[k] * u[k];
        ds.c[j + 1] = ds.c[j + 1] + g[k] * v[k];
        const T turned = alpha * p + beta * q + g[k] * s.c[j];
        q = alpha * q - beta * p + g[k] * s.c[j + 1];
        p = turned;
      }
      ds.b[j] = p, ds.b[j + 1] = q;
    }
  }
  friend bool operator==(const rotations&, const rotations&) = default;
};

/// Any A.
struct full_matrix {
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;
  template <class T>
  using parameters = three_lists<T>;

  void validate() const { require(states >= 1, "full_matrix", "states", "at least 1", states); }
  template <class T>
  parameters<T> make() const {
    const std::vector<T> zero(static_cast<std::size_t>(states), T(0));
    return {std::vector<T>(static_cast<std::size_t>(states * states), T(0)), zero, zero};
  }
  template <class T>
  static integer state_size(const parameters<T>& s) {
    return lssm::length(s.b);
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    std::vector<T> v = s.b;
    for (T& out : h) {
      out = T(0);
      for (std::size_t i = 0; i < v.size(); ++i) out = lssm::mul_add(s.c[i], v[i], out);
      v = times(s.a, v, false);
    }
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const std::size_t d = s.b.size();
    std::vector<std::vector<T>> v{s.b};  // A^k b
    for (std::size_t k = 1; k < g.size(); ++k) v.push_back(times(s.a, v.back(), false));
    std::vector<T> l(d, T(0));  // Σ_{k' > k} (Aᵀ)^{k'-k-1} c g_k'
    for (T& x : ds.a) x = T(0);
    for (T& x : ds.c) x = T(0);
    for (std::size_t k = g.size(); k-- > 0;) {
      for (std::size_t i = 0; i < d; ++i)
        for (std::size_t j = 0; j < d; ++j) ds.a[i * d + j] = lssm::mul_add(l[i], v[k][j], ds.a[i * d + j]);
      for (std::size_t i = 0; i < d; ++i) ds.c[i] = lssm::mul_add(g[k], v[k][i], ds.c[i]);
      l = times(s.a, l, true);
      for (std::size_t i = 0; i < d; ++i) l[i] = lssm::mul_add(g[k], s.c[i], l[i]);
    }
    ds.b = l;
  }
  friend bool operator==(const full_matrix&, const full_matrix&) = default;

 private:
  template <class T>
  static std::vector<T> times(const std::vector<T>& a, const std::vector<T>& v, bool transposed) {
    const std::size_t d = v.size();
    std::vector<T> out(d, T(0));
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j)
        out[i] = lssm::mul_add(transposed ? a[j * d + i] : a[i * d + j], v[j], out[i]);
    return out;
  }
};

/// e² + e⁴ of the error e.
struct quartic {
  template <class T>
  static T value(const T& p, const T& y) {
    const T e = p - y;
    return e * e + e * e * e * e;
  }
  template <class T>
  static T derivative(const T& p, const T& y) {
    const T e = p - y;
    return T(2) * e + T(4) * e * e * e;
  }
  template <class T>
  static T second_derivative(const T& p, const T& y) {
    const T e = p - y;
    return T(2) + T(12) * e * e;
  }
};

/// e² without its mark.
struct unmarked {
  template <class T>
  static T value(const T& p, const T& y) {
    return (p - y) * (p - y);
  }
  template <class T>
  static T derivative(const T& p, const T& y) {
    return T(2) * (p - y);
  }
  template <class T>
  static T second_derivative(const T&, const T&) {
    return T(2);
  }
};

}  // namespace random_studies
