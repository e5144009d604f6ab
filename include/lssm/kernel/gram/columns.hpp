// SPDX-License-Identifier: BSD-3-Clause
// Products of matrices with e, column by column, for steps of any length (blocked.hpp): y = Σ_k e_k column_k, even and odd k
// apart.
//
//   add_all_columns(e, columns, ...)   of any matrix, a few registers of y at once
//   factor_rows<T>(f)                  F of constants of steps (constants.hpp), kept without most of its zeros
//   multiply(e, ρ)                     ρ = F e, to the bits of all columns; registers after its last row that is not zero are left
//                                      as they are. e is (kappa), ρ (kappa, rounded up to registers)
//
// Row q of F has a zero at the pivot of every row before it (objective/data_rows.hpp): half of F, in an order of columns that
// data choose. So two registers of rows at once go through the columns that have numbers in or below them, which stand one after
// the other in the order of k: half of the cache. The first two go through all columns: where any e is not finite, some ρ is
// not, too.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "../whole_registers.hpp"
#include "constants.hpp"

namespace lssm::kernel {
namespace detail {

/// y = Σ_k x_k column_k for `Count` registers of y.
template <std::size_t Count, class T>
void add_columns(const T* x, const T* columns, integer stride, integer kappa, T* y) {
  using vector = typename whole<T>::vector;
  constexpr std::size_t lanes = whole<T>::lanes;
  vector even[Count] = {}, odd[Count] = {};
  const auto add = [&](vector(&to)[Count], integer k) __attribute__((always_inline)) {
    const vector factor = spread(x[k]);
    unrolled<Count>([&](auto r) __attribute__((always_inline)) {
      to[r] = fused<T>(factor, load_whole(columns + k * stride + r * lanes), to[r]);
    });
  };
  integer k = 0;
  for (; k + 1 < kappa; k += 2) add(even, k), add(odd, k + 1);
  if (k < kappa) add(even, k);
  unrolled<Count>([&](auto r)
                      __attribute__((always_inline)) { store_whole<T>(even[r] + odd[r], y + r * lanes); });
}

/// Registers of sums that go together, so that none waits for its own last product: two chains each, beside a factor.
inline constexpr std::size_t columns_together = register_bytes == 64 ? 8 : 4;

/// The same for `count` numbers of y, or all registers that they begin in.
template <std::size_t Together = columns_together, class T>
void add_all_columns(const T* x, const T* columns, integer stride, integer kappa, integer count, T* y) {
  constexpr integer lanes = whole<T>::lanes, together = static_cast<integer>(Together) * lanes;
  integer r = 0;
  for (; count - r > together - lanes; r += together)
    add_columns<Together>(x, columns + r, stride, kappa, y + r);
  if constexpr (Together > 1)
    if (r < count) add_all_columns<Together - 1>(x, columns + r, stride, kappa, count - r, y + r);
}

}  // namespace detail

template <class T>
class factor_rows {
 public:
  explicit factor_rows(const gram_step_constants<T>& f) : numbers_(0) {
    const integer kappa = f.kappa();
    std::vector<integer> needed(
        static_cast<std::size_t>(kappa));  // registers of a column, to its last number
    integer most = 1, size = 0;
    for (integer k = 0; k < kappa; ++k) {
      integer& r = needed[static_cast<std::size_t>(k)];
      for (integer q = 0; q < kappa; ++q)
        if (!(f.rows()[k * f.stride(kappa) + q] == T(0))) r = q / lanes + 1;
      most = std::max(most, r);
    }
    for (integer first = 0; first < most; first += together) {
      std::vector<integer> of[2];  // even k, and odd ones
      for (integer k = 0; k < kappa; ++k)
        if (first == 0 || needed[static_cast<std::size_t>(k)] > first) of[k % 2].push_back(k);
      const group g{std::min(together, most - first), std::max(length(of[0]), length(of[1]))};
      for (std::size_t i = 0; i < static_cast<std::size_t>(g.pairs); ++i)
        for (const auto& list : of) entries_.push_back(i < list.size() ? list[i] : none);
      groups_.push_back(g);
      size += 2 * g.pairs * g.registers * lanes;
    }
    copy(f, size);
  }

  void multiply(const T* e, T* rho) const {
    const T* columns = numbers_.data();
    const integer* k = entries_.data();
    for (const group& g : groups_) {
      multiply<static_cast<std::size_t>(together)>(g, e, k, columns, rho);
      k += 2 * g.pairs, columns += 2 * g.pairs * g.registers * lanes, rho += g.registers * lanes;
    }
  }

 private:
  using vector = typename whole<T>::vector;
  static constexpr integer lanes = static_cast<integer>(whole<T>::lanes), together = 2, none = -1;
  /// Registers of rows and the pairs of columns, one of even and one of odd k, that they go through.
  struct group {
    integer registers, pairs;
  };

  /// Lays out the columns. The shorter list of a group ends with zeros, times any e.
  void copy(const gram_step_constants<T>& f, integer size) {
    numbers_ = aligned_numbers<T>(size);
    T* to = numbers_.data();
    integer row = 0;
    auto k = entries_.begin();
    for (const group& g : groups_) {
      for (integer i = 0; i < 2 * g.pairs; ++i, ++k, to += g.registers * lanes) {
        if (*k == none) {
          *k = 0;
        } else {
          std::copy_n(f.rows() + *k * f.stride(f.kappa()) + row, g.registers * lanes, to);
        }
      }
      row += g.registers * lanes;
    }
  }

  template <std::size_t Count>
  static void multiply(const group& g, const T* e, const integer* k, const T* columns, T* rho) {
    if (g.registers < static_cast<integer>(Count)) {
      if constexpr (Count > 1) multiply<Count - 1>(g, e, k, columns, rho);
      return;
    }
    vector even[Count] = {}, odd[Count] = {};
    const auto add = [&](vector(&to)[Count], const T& factor) __attribute__((always_inline)) {
      const vector by = spread(factor);
      unrolled<Count>([&](auto r) __attribute__((always_inline)) {
        fuse<T>(by, load_whole(columns + static_cast<std::size_t>(r) * whole<T>::lanes), to[r], to[r]);
      });
      columns += Count * whole<T>::lanes;
    };
    for (const integer* const end = k + 2 * g.pairs; k != end; k += 2) add(even, e[k[0]]), add(odd, e[k[1]]);
    unrolled<Count>([&](auto r) __attribute__((always_inline)) {
      store_whole<T>(even[r] + odd[r], rho + static_cast<std::size_t>(r) * whole<T>::lanes);
    });
  }

  std::vector<group> groups_;
  std::vector<integer> entries_;  // k of each column of each group, even and odd in turns
  aligned_numbers<T> numbers_;    // for each group, its columns (2 pairs, registers, lanes)
};

}  // namespace lssm::kernel
