// SPDX-License-Identifier: BSD-3-Clause
// Truncation of a trained student: the modes of most mass stay, and training may go on from there.
//
//   auto bound = bind<double>(study, seed);
//   auto training = bound.training();
//   drive(training, silent{});
//   keep_heaviest_modes(student, 1)          b_j = c_j = 0 but for the mode of the largest |b_j c_j|
//
// As of first_modes, rules that move an entry by its gradient leave silent modes at 0: training again is that of a student of
// so many modes.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"

namespace lssm {

/// Silences all modes but so many of the largest |b_j c_j|, of equal ones the first; for a diagonal A, one input and one output.
template <class System>
void keep_heaviest_modes(System& system, extent<> modes) {
  require(modes >= 1, "keep_heaviest_modes", "modes", "at least 1", integer(modes));
  require(system.b.size() == system.a.size() && system.c.size() == system.a.size(), "keep_heaviest_modes",
          "the student", "of one input and one output", system.b.size());
  const auto mass = [&](std::size_t j) {  // exponent and fraction: products of doubles leave their range
    int b = 0, c = 0, both = 0;
    double product = std::abs(std::frexp(value_of(system.b[j]), &b) * std::frexp(value_of(system.c[j]), &c));
    require(std::isfinite(product), "keep_heaviest_modes", "b and c", "finite", product);
    product = std::frexp(product, &both);
    return product > 0 ? std::pair(b + c + both, product) : std::pair(std::numeric_limits<int>::min(), 0.0);
  };
  std::vector<std::size_t> order(system.a.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](auto i, auto j) { return mass(i) > mass(j); });
  for (std::size_t i = static_cast<std::size_t>(integer(modes)); i < order.size(); ++i)
    system.b[order[i]] = system.c[order[i]] = std::remove_cvref_t<decltype(system.b[0])>(0);
}

}  // namespace lssm
