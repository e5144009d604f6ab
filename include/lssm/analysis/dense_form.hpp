// SPDX-License-Identifier: BSD-3-Clause
// A bound system as a dense_system in double: of full state matrices, of real modes and of complex pairs.
#pragma once

#include "../ssm/dense_state.hpp"
#include "dense_system.hpp"

namespace lssm {

/// The real system of a bound system of real modes.
template <class System>
  requires DiagonalStructure<typename System::structure_type> dense_system dense_of(const System& x) {
    return dense_of(modal_form_of(x));
  }
/// That of a bound system of complex pairs.
template <class T, integer D, integer M, integer P>
dense_system dense_of(const bound_system<T, complex_diagonal<D, M, P>>& x) {
  auto modes = modal_form_of(x);  // every mode, and behind them their conjugates
  const std::size_t n = modes.states() / 2;
  modes.a.resize(n);
  modes.b.resize(n * modes.inputs);
  for (std::size_t i = 1; i < modes.outputs; ++i)
    for (std::size_t j = 0; j < n; ++j) modes.c[i * n + j] = modes.c[2 * i * n + j];
  modes.c.resize(modes.outputs * n);
  return dense_of(modes);
}
/// A bound system of a full state matrix, in double.
template <class T, integer D, integer M, integer P>
dense_system dense_of(const bound_system<T, dense_state<D, M, P>>& x) {
  const auto cast = [](const auto& entries) {
    std::vector<double> out;
    for (const T& v : entries) out.push_back(value_of(v));
    return out;
  };
  const auto& s = x.system;
  dense_system out{cast(s.a), cast(s.b), cast(s.c), s.b.size() / M, M, P};
  out.validate("dense_of");
  return out;
}

}  // namespace lssm
