// SPDX-License-Identifier: BSD-3-Clause
// Eigenvalues of ∇²L of largest size, with their signs, where the full matrix is too large: Lanczos' method on products H v.
//
//   H Q_m = Q_m T_m + β_m q_{m+1} e_mᵀ        Q_m (n, m) orthonormal, T_m (m, m); |β_m s_m| bounds the error of an eigenvalue of T_m
//                                             whose eigenvector is s
//
//   leading_eigenvalues<T>(product, n, k)      of any symmetric map: product(v, hv) writes H v
//   leading_hessian_eigenvalues(second, θ, k)  of ∇²L; second = gradient_products_of(bound) (attack/gradient_products.hpp)
//   record::leading_curvature{&second, k}      the same along a training                                      min(k, n) columns
//
// Vectors are made orthogonal to all before them, twice. One Krylov space holds one copy of a multiple eigenvalue: further rounds
// look in the complement of what was found, until none finds anything larger. L is without penalty. A product costs a few
// gradients, a round some tens of products.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include "../core/error.hpp"
#include "../core/philox.hpp"
#include "../kernel/dense.hpp"
#include "../kernel/norm.hpp"
#include "evolution.hpp"
#include "gradient_products.hpp"

namespace lssm {

namespace detail {

/// An eigenvalue with its vector.
template <class T>
struct eigenpair {
  T value;
  std::vector<T> vector;
};

/// One round: eigenpairs of largest size in the complement of `found`, each to a residual of `tolerance` times the largest.
template <SingleScalar T, class Product>
std::vector<eigenpair<T>> lanczos_round(Product& product, std::size_t n, std::size_t k, double tolerance,
                                        const std::vector<eigenpair<T>>& found, keyed_stream& stream) {
  std::vector<std::vector<T>> q;
  std::vector<double> diagonal, beside;  // of T_m
  const auto norm = [](const std::vector<T>& v) {
    return kernel::norm<T>(kernel::dot<T>(view<T>(v), view<T>(v)), view<T>(v));
  };
  const auto make_orthogonal = [&](std::vector<T>& v) {
    const auto without = [&](const std::vector<T>& u) {
      const T part = kernel::dot<T>(view<T>(u), view<T>(v));
      for (std::size_t i = 0; i < n; ++i) v[i] = v[i] - part * u[i];
    };
    for (int twice = 0; twice < 2; ++twice) {
      for (const auto& pair : found) without(pair.vector);
      for (const auto& u : q) without(u);
    }
  };
  std::vector<T> next(n);
  for (T& x : next) x = T(stream.normal());
  make_orthogonal(next);
  const std::size_t most = n - found.size();
  for (std::size_t check = std::min(most, k + 10);;) {
    const T size = norm(next);
    for (T& x : next) x = x / size;
    q.push_back(next);
    product(view<T>(q.back()), std::span<T>(next));
    diagonal.push_back(value_of(kernel::dot<T>(view<T>(q.back()), view<T>(next))));
    make_orthogonal(next);
    const double rest = value_of(norm(next));
    const std::size_t m = q.size();
    double scale = found.empty() ? 0 : std::abs(value_of(found[0].value));
    for (const double x : diagonal) scale = std::max(scale, std::abs(x));
    for (const double x : beside) scale = std::max(scale, x);
    const bool closed = m == most || rest <= 8 * epsilon_of<T> * std::max(scale, rest);
    if (m < check && !closed) {
      beside.push_back(rest);
      continue;
    }
    if (!(scale + rest < HUGE_VAL)) return {};               // no eigenvalues where a number is not finite
    const int exponent = scale > 0 ? std::ilogb(scale) : 0;  // products of entries may leave the range
    std::vector<double> a(m * m), s;
    for (std::size_t i = 0; i < m; ++i) {
      a[i * m + i] = std::scalbn(diagonal[i], -exponent);
      if (i + 1 < m) a[i * m + i + 1] = a[(i + 1) * m + i] = std::scalbn(beside[i], -exponent);
    }
    diagonalize(a, s, m);
    for (std::size_t i = 0; i < m; ++i) a[i * m + i] = std::scalbn(a[i * m + i], exponent);
    std::vector<std::size_t> order(m);
    for (std::size_t i = 0; i < m; ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t i, std::size_t j) { return std::abs(a[i * m + i]) > std::abs(a[j * m + j]); });
    order.resize(std::min(k, m));
    double worst = 0;
    for (const std::size_t i : order) worst = std::max(worst, rest * std::abs(s[(m - 1) * m + i]));
    if (!closed && worst > tolerance * std::max(scale, std::abs(a[order[0] * m + order[0]]))) {
      check = std::min(most, m + m / 2);
      beside.push_back(rest);
      continue;
    }
    std::vector<eigenpair<T>> pairs;
    for (const std::size_t i : order) {
      std::vector<T> v(n, T(0));
      for (std::size_t j = 0; j < m; ++j)
        for (std::size_t l = 0; l < n; ++l) v[l] = v[l] + T(s[j * m + i]) * q[j][l];
      const T length = norm(v);
      for (T& x : v) x = x / length;
      pairs.push_back({T(a[i * m + i]), std::move(v)});
    }
    return pairs;
  }
}

}  // namespace detail

/// The min(k, n) eigenvalues of largest size of a symmetric map of n numbers, with signs, in falling order; NaN where a product is
/// not finite. An eigenvalue v has an error of about (tolerance largest)² / gap, never above tolerance times the largest.
template <SingleScalar T, class Product>
std::vector<T> leading_eigenvalues(Product product, std::size_t n, std::size_t k, double tolerance = 1e-7) {
  require(k >= 1, "leading_eigenvalues", "k", "at least 1", k);
  require(tolerance > 0 && tolerance < 1, "leading_eigenvalues", "tolerance", "above 0 and below 1",
          tolerance);
  k = std::min(k, n);
  keyed_stream stream(0);
  std::vector<detail::eigenpair<T>> found;
  while (found.size() < n) {
    auto pairs =
        detail::lanczos_round<T>(product, n, k, std::max(tolerance, 64 * epsilon_of<T>), found, stream);
    if (pairs.empty()) return std::vector<T>(k, T(std::nan("")));
    const auto larger = [](const auto& x, const auto& y) { return abs_of(x.value) > abs_of(y.value); };
    // What is smaller than the k-th so far changes nothing; a first round has none before it.
    if (found.size() >= k &&
        !(abs_of(pairs[0].value) > (T(1) + T(8 * epsilon_of<T>)) * abs_of(found[k - 1].value)))
      break;
    for (auto& pair : pairs) found.push_back(std::move(pair));
    std::stable_sort(found.begin(), found.end(), larger);
  }
  std::vector<T> values;
  for (std::size_t i = 0; i < k; ++i) values.push_back(found[i].value);
  std::sort(values.begin(), values.end(), [](const T& x, const T& y) { return x > y; });
  return values;
}

/// The k eigenvalues of ∇²L of largest size at θ, with signs, in falling order.
template <SingleScalar T, class M, class L>
std::vector<T> leading_hessian_eigenvalues(gradient_products<T, M, L>& second, std::span<const T> theta,
                                           std::size_t k) {
  const auto product = [&](std::span<const T> v, std::span<T> hv) { second.products(theta, v, hv, {}); };
  return leading_eigenvalues<T>(product, theta.size(), k);
}

namespace record {

/// The k eigenvalues of ∇²L of largest size, with signs, falling; what `second` points to must outlive the quantity.
template <class Products>
struct leading_curvature {
  Products* second;
  std::size_t k = 5;

  static constexpr std::string_view name = "leading_eigenvalue";
  std::size_t columns(const auto& p) const {
    require(k >= 1, "leading_eigenvalues", "k", "at least 1", k);
    return std::min(k, p.theta.size());
  }
  void write(const auto& p, auto out) const {
    const auto values = leading_hessian_eigenvalues(*second, p.theta, k);
    std::copy(values.begin(), values.end(), out.begin());
  }
};
template <class Products>
leading_curvature(Products*, std::size_t) -> leading_curvature<Products>;

}  // namespace record

}  // namespace lssm
