// SPDX-License-Identifier: BSD-3-Clause
// Measures of the state matrix.
//
//   mode_magnitudes<T, S>(s)   |λ_j| mode by mode (d), of parameters of a structure that tells them (ssm/modes.hpp)
//   eigenvalue_magnitudes(a)   |λ_j| in descending order (d)
//   effective_rank(m)          exp(-Σ_j p_j log p_j), p_j = m_j / Σ m          (Roy and Vetterli 2007; paper, Section 4)
//                              p log p is 0 at p = 0 and where p is too small for the scalar
//
// The effective rank is 1 for a single nonzero magnitude and d for d equal ones.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "../ssm/concepts.hpp"

namespace lssm {

/// |λ_j| of A in the order of spectrum_of, for the parameters of a structure S.
template <SingleScalar T, class S>
  requires HasSpectrum<S, T> std::vector<T> mode_magnitudes(const typename S::template parameters<T>& s) {
    std::vector<T> m;
    for (const eigenvalue<T>& x : spectrum_of<S, T>(s)) m.push_back(x.magnitude());
    return m;
  }

/// |a_j| in descending order, for a diagonal state matrix with entries a (d).
template <SingleScalar T>
std::vector<T> eigenvalue_magnitudes(std::span<const T> a) {
  std::vector<T> m;
  for (const T& x : a) m.push_back(abs_of(x));
  std::sort(m.begin(), m.end(), [](const T& x, const T& y) { return x > y; });
  return m;
}

/// The effective rank of magnitudes m >= 0 (d) of any size; zero if all are zero, NaN where one of them is not finite.
template <Scalar T>
T effective_rank(std::span<const T> m) {
  T largest(0), sum(0), entropy(0);
  for (const T& x : m) {
    largest = max_of(largest, x);
    sum = sum + x;
  }
  // The sum of finite numbers may overflow; that of numbers up to 1 does not.
  const mask_of<T> finite = is_finite(sum);
  const T unit = where(finite, T(1), largest);
  if (any_lane<T>(!finite)) {
    sum = T(0);
    for (const T& x : m) sum = sum + x / unit;
  }
  for (const T& x : m) {
    const T p = x / unit / sum;
    entropy = entropy - where(p == T(0), T(0), p * log_of(p));  // the limit, also for p too small for T
  }
  return where(largest == T(0) && sum == T(0), T(0), exp_of(entropy));
}

}  // namespace lssm
