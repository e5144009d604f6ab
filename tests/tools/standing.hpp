// SPDX-License-Identifier: BSD-3-Clause
// An objective with an evaluation of it, in one object: for tests that ask it at one point after another.
#pragma once

#include <optional>
#include <utility>

#include <lssm/objective.hpp>

namespace tests {

template <class Objective>
class standing {
 public:
  using scalar = typename Objective::scalar;
  using T = scalar;

  /// Refers to an objective that is kept elsewhere, and keeps a temporary one.
  explicit standing(const Objective& objective) : f(objective), at(f.workspace()) {}
  explicit standing(Objective&& objective) : own_(std::move(objective)), f(*own_), at(f.workspace()) {}
  standing(const standing&) = delete;
  standing& operator=(const standing&) = delete;

  T value(std::span<const T> theta) { return f.value(theta, at); }
  T value_and_gradient(std::span<const T> theta, std::span<T> d) {
    return f.value_and_gradient(theta, d, at);
  }
  T evaluate() { return f.evaluate(at); }
  T evaluate_response() { return f.evaluate_response(at); }
  void factor_second_derivative() { f.factor_second_derivative(at); }
  template <class Hessian>
  void hessian(std::span<const T> theta, Hessian& h) {
    f.hessian(theta, h, at);
  }
  auto& response() { return at.response(); }
  auto& system() { return at.system(); }
  const auto& system_gradient() const { return at.gradient(); }
  decltype(auto) cotangent() const { return f.cotangent(at); }
  auto residual() const { return at.residual(); }
  auto predictions() const { return at.predictions(); }
  lssm::integer rank() const { return f.rank(at); }
  auto factor(lssm::integer q) const { return f.factor(q, at); }
  lssm::evaluated<Objective> evaluated() const { return {f, at}; }
  auto theta() const { return f.theta(); }
  lssm::integer parameters() const { return f.parameters(); }

 private:
  std::optional<Objective> own_;

 public:
  const Objective& f;
  lssm::evaluation_of<Objective> at;
};

}  // namespace tests
