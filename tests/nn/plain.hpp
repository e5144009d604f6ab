// SPDX-License-Identifier: BSD-3-Clause
// Networks as loops over numbers: no kernel, no batch, any number type. SSMs in them are the recurrence.
#pragma once

#include <string>
#include <vector>

#include "../reference.hpp"

namespace plain_network {

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

/// One layer of a composition, as plain numbers.
struct description {
  std::string name;
  lssm::integer inputs, outputs, states = 0;
  std::size_t parameters() const {
    const auto n = static_cast<std::size_t>(inputs), m = static_cast<std::size_t>(outputs),
               d = static_cast<std::size_t>(states);
    if (name == "dense") return (n + 1) * m;
    if (name == "dense without bias") return n * m;
    if (name == "ssm") return d * (1 + n + m);
    return 0;
  }
};

template <class R>
R activate(const std::string& name, const R& x) {
  if (name == "relu") return lssm::where(x > R(0), x, R(0));
  if (name == "gelu") return x * lssm::erfc_of(R(0) - x / lssm::sqrt_of(R(2))) / R(2);
  if (name == "tanh") {
    const R e = lssm::exp_of(x + x);
    return (e - R(1)) / (e + R(1));
  }
  if (name == "sigmoid") return R(1) / (R(1) + lssm::exp_of(R(0) - x));
  return x;
}

/// One sequence, steps of numbers, through layers written out; θ holds the parameters of the layers in their order.
template <class R>
std::vector<std::vector<R>> through(const std::vector<description>& layers, const R* theta,
                                    std::vector<std::vector<R>> x) {
  for (const auto& l : layers) {
    const auto n = static_cast<std::size_t>(l.inputs), m = static_cast<std::size_t>(l.outputs),
               d = static_cast<std::size_t>(l.states);
    if (l.name == "last") {
      x = {x.back()};
    } else if (l.name == "ssm") {
      const R *a = theta, *b = a + d, *c = b + d * n;
      std::vector<R> state(d, R(0));
      for (auto& row : x) {
        std::vector<R> y(m, R(0));
        for (std::size_t j = 0; j < d; ++j) {
          state[j] = a[j] * state[j];
          for (std::size_t q = 0; q < n; ++q) state[j] = state[j] + b[j * n + q] * row[q];
          for (std::size_t i = 0; i < m; ++i) y[i] = y[i] + c[i * d + j] * state[j];
        }
        row = y;
      }
    } else {
      for (auto& row : x) {
        if (l.name.starts_with("dense"))
          row = dense(row, theta, m, l.name == "dense");
        else
          for (R& v : row) v = activate(l.name, v);
      }
    }
    theta += l.parameters();
  }
  return x;
}

}  // namespace plain_network
