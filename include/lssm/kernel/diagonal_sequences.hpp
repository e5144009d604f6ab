// SPDX-License-Identifier: BSD-3-Clause
// The recurrence of a diagonal state matrix for a whole batch of sequences, and its adjoint: products of small matrices, and
// between them a pass through time that keeps a block of modes in registers.
//
//   U = X Bᵀ,    s_t = a ∘ s_{t-1} + u_t,     Y = S Cᵀ
//   dS = dY C,   l_t = a ∘ l_{t+1} + ds_t,    da = Σ l_t ∘ s_{t-1},   dB = Lᵀ X,   dC = dYᵀ S,   dX = L B
//
//   symbol     shape       meaning             symbol     shape        meaning
//   a          (d)         diagonal of A       X, Y       (rows, m|p)  inputs and outputs, rows = N steps
//   b          (d, m)      input matrix        U, S, L    (rows, d)    driven inputs, states, adjoints
//   c          (p, d)      output matrix
//
// Scratch from the caller: `driven`, `states`, `adjoints` of rows x d numbers each, `transposed` of d m.
#pragma once

#include "matrix.hpp"

namespace lssm::kernel {

/// s_t = a ∘ s_{t-1} + u_t from rest, sequence by sequence.
template <class T, integer D>
constexpr void scan_forward(fixed_span<const T, D> a, std::size_t steps, std::span<const T> driven,
                            std::span<T> states) {
  const std::size_t d = a.size();
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    cover<W>(length(a), [&](integer j) {
      const block<T, W> decay = load_block<W>(a, j);
      for (std::size_t first = 0; first < driven.size(); first += steps * d) {
        block<T, W> state = fill_block<W>(T(0));
        for (std::size_t at = first; at < first + steps * d; at += d) {
          state = fused(decay, state, load_block<W>(fixed_span<const T, D>(driven.data() + at, d), j));
          store_block(state, fixed_span<T, D>(states.data() + at, d), j);
        }
      }
    });
  });
}

/// l_t = a ∘ l_{t+1} + ds_t backwards in time, sequence by sequence; adds Σ l_t ∘ s_{t-1} to da.
template <class T, integer D>
constexpr void scan_backward(fixed_span<const T, D> a, std::size_t steps, std::span<const T> dstates,
                             std::span<const T> states, std::span<T> adjoints, fixed_span<T, D> da) {
  const std::size_t d = a.size();
  with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
    const integer last = length(a) < W ? 0 : length(a) - W;
    const block<T, W> before = load_block<W>(da, last);  // the last block may overlap the one before
    cover<W>(length(a), [&](integer j) {
      const block<T, W> decay = load_block<W>(a, j);
      block<T, W> sum = j == last ? before : load_block<W>(da, j);
      for (std::size_t first = 0; first < states.size(); first += steps * d) {
        block<T, W> l = fill_block<W>(T(0));
        for (std::size_t at = first + steps * d; at > first;) {
          at -= d;
          l = fused(decay, l, load_block<W>(fixed_span<const T, D>(dstates.data() + at, d), j));
          store_block(l, fixed_span<T, D>(adjoints.data() + at, d), j);
          if (at > first)
            sum = fused(l, load_block<W>(fixed_span<const T, D>(states.data() + at - d, d), j), sum);
        }
      }
      store_block(sum, da, j);
    });
  });
}

/// Writes Y; U and S stay in the scratch.
template <class T, integer D, integer M, integer P>
constexpr void diagonal_forward(fixed_span<const T, D> a, std::span<const T> b, std::span<const T> c,
                                extent<M> m, extent<P> p, std::size_t steps, std::span<const T> x,
                                std::span<T> y, std::span<T> driven, std::span<T> states,
                                std::span<T> transposed) {
  const std::size_t d = a.size(), in = static_cast<std::size_t>(integer(m));
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t q = 0; q < in; ++q) transposed[q * d + j] = b[j * in + q];
  const extent<D> modes(length(a));
  multiply_rows(x, m, std::span<const T>(transposed), modes, std::span<const T>(), driven);
  scan_forward<T, D>(a, steps, std::span<const T>(driven), states);
  multiply_transposed(std::span<const T>(states), modes, c, p, y);
}

/// After diagonal_forward with the same x and work: adds to da, db and dc, writes dx unless it is empty.
template <class T, integer D, integer M, integer P>
constexpr void diagonal_backward(fixed_span<const T, D> a, std::span<const T> b, std::span<const T> c,
                                 extent<M> m, extent<P> p, std::size_t steps, std::span<const T> x,
                                 std::span<const T> dy, fixed_span<T, D> da, std::span<T> db, std::span<T> dc,
                                 std::span<T> dx, std::span<T> driven, std::span<const T> states,
                                 std::span<T> adjoints) {
  const extent<D> modes(length(a));
  multiply_rows(dy, p, c, modes, std::span<const T>(), driven);  // dS where U was
  scan_backward<T, D>(a, steps, std::span<const T>(driven), states, adjoints, da);
  add_outer_products(std::span<const T>(adjoints), modes, x, m, db);
  add_outer_products(dy, p, states, modes, dc);
  if (!dx.empty()) multiply_rows(std::span<const T>(adjoints), modes, b, m, std::span<const T>(), dx);
}

}  // namespace lssm::kernel
