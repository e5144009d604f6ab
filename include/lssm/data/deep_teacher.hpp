// SPDX-License-Identifier: BSD-3-Clause
// A teacher of layers in a row, with given parameters. It labels what the model answers: one number for each sequence behind
// last_output, else those of every step.
#pragma once

#include <string>
#include <vector>

#include "../nn/deep.hpp"
#include "teacher.hpp"

namespace lssm {

/// Layers in a row with given parameters. validate() and bind() throw bad_argument unless there are as many as the layers have.
template <LayeredModel M>
struct given_deep {
  M model{};
  std::vector<double>
      values;  ///< (A, B, C) of SSMs, kernels and biases of dense layers, in the order of layers

  void validate() const {
    model.validate();
    auto system = model.template make<double>();
    std::size_t count = 0;
    each_number([&](double) { ++count; }, system);
    if (values.size() != count) refuse("given_deep", "values", to_text(count) + " numbers", values.size());
    for (double v : values) require(v - v == 0, "given_deep", "values", "finite", v);
  }
  template <Scalar T>
  bound_deep<T, M> bind() const {
    validate();
    bound_deep<T, M> out{model.template make<T>()};
    std::size_t at = 0;
    each_number([&](T& x) { x = T(values.at(at++)); }, out.system);
    return out;
  }
  friend bool operator==(const given_deep&, const given_deep&) = default;
};

}  // namespace lssm
