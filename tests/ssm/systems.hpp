// SPDX-License-Identifier: BSD-3-Clause
// Random systems and what defines them: the sum over modes, written without the library's kernels.
#pragma once

#include <lssm/ssm.hpp>

#include "../reference.hpp"

namespace systems {

using lssm::integer;
using reference::wide_of;

/// Random parameters of a structure, modes at the distances of the regime.
template <class T, class Structure>
auto random_system(const Structure& structure, reference::numbers& draw, reference::regime r) {
  auto s = structure.template make<T>();
  const auto a = reference::modes<T>(draw, lssm::length(s.a), r);
  std::copy(a.begin(), a.end(), s.a.begin());
  for (T& v : s.b) v = draw.draw<T>();
  for (T& v : s.c) v = draw.draw<T>();
  return s;
}

/// (A, B, C) in lists of any number R, which may be a magnitude.
template <class R>
struct lists {
  std::vector<R> a, b, c;  // (d), (d, m), (p, d)
  std::size_t m = 1, p = 1;
  std::size_t d() const { return a.size(); }
};
template <class Structure, class System>
auto widen(const System& s, std::size_t lane) {
  using T = typename decltype(s.a)::value_type;
  return lists<wide_of<T>>{reference::widen_all(s.a, lane), reference::widen_all(s.b, lane),
                           reference::widen_all(s.c, lane), Structure::inputs, Structure::outputs};
}
template <class Structure, class System>
lists<double> sizes(const System& s, std::size_t lane) {
  return {reference::sizes(s.a, lane), reference::sizes(s.b, lane), reference::sizes(s.c, lane),
          Structure::inputs, Structure::outputs};
}

/// h_k = Σ_j c_j a_j^k b_j, (kappa, p, m)
template <class R>
std::vector<R> impulse_response(const lists<R>& s, std::size_t kappa) {
  std::vector<R> h(kappa * s.p * s.m, R(0)), power(s.d(), R(1));
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t j = 0; j < s.d(); ++j) {
      for (std::size_t i = 0; i < s.p; ++i)
        for (std::size_t q = 0; q < s.m; ++q) {
          R& out = h[(k * s.p + i) * s.m + q];
          out = out + s.c[i * s.d() + j] * power[j] * s.b[j * s.m + q];
        }
      power[j] = power[j] * s.a[j];
    }
  return h;
}

/// y_t = Σ_{k <= t} h_k x_{t-k}, (kappa, p)
template <class R>
std::vector<R> convolve(const std::vector<R>& h, const std::vector<R>& x, std::size_t p, std::size_t m) {
  const std::size_t kappa = x.size() / m;
  std::vector<R> y(kappa * p, R(0));
  for (std::size_t t = 0; t < kappa; ++t)
    for (std::size_t k = 0; k <= t; ++k)
      for (std::size_t i = 0; i < p; ++i)
        for (std::size_t q = 0; q < m; ++q)
          y[t * p + i] = y[t * p + i] + h[(k * p + i) * m + q] * x[(t - k) * m + q];
  return y;
}

}  // namespace systems
