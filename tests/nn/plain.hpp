// SPDX-License-Identifier: BSD-3-Clause
// Networks as loops over numbers: no kernel, no batch, any number type.
#pragma once

#include <vector>

#include "../reference.hpp"

namespace plain {

/// xᵀK (+ β): K row major (in, out), then β where there is one.
template <class R>
std::vector<R> dense(const std::vector<R>& x, const R* theta, std::size_t out, bool bias) {
  std::vector<R> y;
  for (std::size_t j = 0; j < out; ++j) {
    R sum = bias ? theta[x.size() * out + j] : R(0);
    for (std::size_t i = 0; i < x.size(); ++i) sum = sum + x[i] * theta[i * out + j];
    y.push_back(sum);
  }
  return y;
}
template <class R>
std::vector<R> relu(std::vector<R> x) {
  for (R& v : x) v = lssm::where(v > R(0), v, R(0));
  return x;
}

/// Dense layers of these sizes with ReLU between them, sizes[0] inputs.
template <class R>
std::vector<R> perceptron(std::vector<R> x, const R* theta, const std::vector<std::size_t>& sizes,
                          bool bias) {
  for (std::size_t l = 1; l < sizes.size(); ++l) {
    const std::size_t in = x.size();
    x = dense(x, theta, sizes[l], bias);
    if (l + 1 < sizes.size()) x = relu(x);
    theta += in * sizes[l] + (bias ? sizes[l] : 0);
  }
  return x;
}

}  // namespace plain
