// SPDX-License-Identifier: BSD-3-Clause
// Random problems, and the loss as its definition says it: no Gram matrix, no pullback, any number type.
#pragma once

#include <lssm/loss.hpp>
#include <lssm/objective.hpp>

#include "../ssm/systems.hpp"
#include "../tools/standing.hpp"

namespace problems {

using lssm::dual;
using lssm::integer;
using lssm::labelled;

/// Where labels come from: a system's exact convolution (told or not told to the objective), or that plus noise.
enum class labels { exact, exact_untold, noisy };
inline constexpr labels all_labels[] = {labels::exact, labels::exact_untold, labels::noisy};

/// N sequences of (kappa, channels) numbers in (-1, 1), with labels of a random impulse response. The last sequence of a
/// `repeated` set is the first again, and its last entry is never excited.
template <class T>
labelled<T> random_data(reference::numbers& draw, integer n, integer kappa, integer channels, labels kind,
                        bool repeated = false) {
  labelled<T> data;
  data.kappa = kappa;
  data.channels = channels;
  const std::size_t row = static_cast<std::size_t>(kappa * channels);
  data.x = draw.draws<T>(static_cast<std::size_t>(n) * row);
  if (repeated) {
    std::copy_n(data.x.begin(), row, data.x.end() - static_cast<std::ptrdiff_t>(row));
    for (std::size_t s = 0; s < static_cast<std::size_t>(n); ++s) data.x[(s + 1) * row - 1] = T(0);
  }
  const auto h = draw.draws<T>(row);
  for (integer s = 0; s < n; ++s) {
    T y(0);
    for (integer k = 0; k < kappa; ++k)
      for (integer q = 0; q < channels; ++q)
        y = y + h[static_cast<std::size_t>(k * channels + q)] *
                    data.x[static_cast<std::size_t>((s * kappa + kappa - 1 - k) * channels + q)];
    data.y.push_back(kind == labels::noisy ? y + draw.draw<T>() / T(4) : y);
  }
  if (kind == labels::exact) data.h_star = h;
  return data;
}

/// (1/N) Σ_n ℓ(Σ_k h_k x_n[kappa-1-k], y_n) of a system in numbers R. The sum of squared magnitudes when asked of them.
template <class R, class Loss>
R naive_loss(const systems::lists<R>& s, const std::vector<R>& x, const std::vector<R>& y, std::size_t kappa,
             const Loss& loss) {
  const auto h = systems::impulse_response(s, kappa);
  R total(0);
  for (std::size_t n = 0; n < y.size(); ++n) {
    R p(0);
    for (std::size_t k = 0; k < kappa; ++k)
      for (std::size_t q = 0; q < s.m; ++q) p = p + h[k * s.m + q] * x[(n * kappa + kappa - 1 - k) * s.m + q];
    total = total + loss.value(p, y[n]);
  }
  return total / R(static_cast<double>(y.size()));
}

template <class System>
auto to_lists(const System& s, std::size_t m) {
  using R = typename decltype(s.a)::value_type;
  return systems::lists<R>{
      {s.a.begin(), s.a.end()}, {s.b.begin(), s.b.end()}, {s.c.begin(), s.c.end()}, m, 1};
}

/// The loss as a function of θ in numbers R, what does not move taken from `start`.
template <class R, class Model, class System, class T, class Loss>
R loss_at(const Model& model, const System& start, const std::vector<R>& theta, const labelled<T>& data,
          const Loss& loss) {
  const auto lift = [](const auto& from, auto& to) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = R(reference::widen(from[i], 0));
  };
  auto s = model.structure.template make<R>();
  lift(start.a, s.a);
  lift(start.b, s.b);
  lift(start.c, s.c);
  Model::learned::template to_system<R>(std::span<const R>(theta), s);
  std::vector<R> x(data.x.size()), y(data.y.size());
  lift(data.x, x);
  lift(data.y, y);
  return naive_loss<R>(to_lists(s, Model::inputs), x, y, static_cast<std::size_t>(data.kappa), loss);
}

/// ∂L/∂θ_i by dual numbers over wide ones.
template <class Model, class System, class V, class T, class Loss>
std::vector<reference::wide> gradient_at(const Model& model, const System& start, const V& theta,
                                         const labelled<T>& data, const Loss& loss) {
  using R = dual<reference::wide>;
  std::vector<reference::wide> out;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    std::vector<R> moving;
    for (std::size_t j = 0; j < theta.size(); ++j)
      moving.emplace_back(reference::widen(theta[j], 0), i == j ? 1 : 0);
    out.push_back(loss_at<R>(model, start, moving, data, loss).e);
  }
  return out;
}

/// ∂²L/∂θ_i∂θ_j, row major, by dual numbers of dual numbers.
template <class Model, class System, class V, class T, class Loss>
std::vector<reference::wide> hessian_at(const Model& model, const System& start, const V& theta,
                                        const labelled<T>& data, const Loss& loss) {
  using R = dual<dual<reference::wide>>;
  std::vector<reference::wide> out;
  for (std::size_t i = 0; i < theta.size(); ++i)
    for (std::size_t j = 0; j < theta.size(); ++j) {
      std::vector<R> moving;
      for (std::size_t l = 0; l < theta.size(); ++l)
        moving.push_back(R(dual<reference::wide>(reference::widen(theta[l], 0), l == i ? 1 : 0),
                           dual<reference::wide>(reference::wide(l == j ? 1 : 0))));
      out.push_back(loss_at<R>(model, start, moving, data, loss).e.e);
    }
  return out;
}

/// Losses of one's own. This one is smooth, convex, not quadratic, and knows its curvature.
struct quartic {
  template <class T>
  T value(const T& p, const T& y) const {
    const T e = p - y;
    return e * e + e * e * e * e;
  }
  template <class T>
  T derivative(const T& p, const T& y) const {
    const T e = p - y;
    return T(2) * e + T(4) * e * e * e;
  }
  template <class T>
  T second_derivative(const T& p, const T& y) const {
    const T e = p - y;
    return T(2) + T(12) * e * e;
  }
};
/// The squared error without its mark: takes the raw form.
struct unmarked {
  template <class T>
  T value(const T& p, const T& y) const {
    return (p - y) * (p - y);
  }
  template <class T>
  T derivative(const T& p, const T& y) const {
    return T(2) * (p - y);
  }
  template <class T>
  T second_derivative(const T&, const T&) const {
    return T(2);
  }
};

/// Starts whose entries every coordinate can hold, a in (0.4, 0.8).
template <class T, class Structure>
auto positive_system(const Structure& structure, reference::numbers& draw) {
  auto s = structure.template make<T>();
  for (auto* entries : {&s.a}) {
    for (T& x : *entries) x = (T(3) + draw.draw<T>()) / T(5);
  }
  for (T& x : s.b) x = (T(3) + draw.draw<T>()) / T(5);
  for (T& x : s.c) x = (T(3) + draw.draw<T>()) / T(5);
  return s;
}

}  // namespace problems
