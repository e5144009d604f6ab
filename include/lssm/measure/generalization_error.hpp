// SPDX-License-Identifier: BSD-3-Clause
// The generalization error of a standalone SSM: the distance of two impulse responses over a horizon longer than
// training,
//
//   max_{k < horizon} |h_k - h*_k| / max_{k < horizon} |h*_k|          (paper, Section 4.1 and Appendix)
//
// the largest error over all one-hot inputs, normalized by the teacher's largest response.
#pragma once

#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"

namespace lssm {

/// h and h_star of equal length, every entry counted (channels included). Infinite when the teacher's response is zero.
template <Scalar T>
T generalization_error(std::span<const T> h, std::span<const T> h_star) {
  require(h.size() == h_star.size() && !h.empty(), "generalization_error", "h",
          "as long as h_star and not empty", h.size());
  T worst(0), scale(0);
  for (std::size_t k = 0; k < h.size(); ++k) {
    const T e = abs_of(h[k] - h_star[k]);
    worst = where(e <= worst, worst, where(worst == worst, e, worst));  // NaN is the worst, and stays
    scale = max_of(scale, abs_of(h_star[k]));
  }
  return worst / scale;
}

/// The same for two systems with an impulse response of equal channels.
template <Scalar T, class Student, class Teacher>
T generalization_error(const Student& student, const Teacher& teacher, integer horizon,
                       integer channels = 1) {
  require(horizon >= 1, "generalization_error", "horizon", "at least 1", horizon);
  std::vector<T> h(static_cast<std::size_t>(horizon * channels), T(0)), h_star = h;
  student.impulse_response(std::span<T>(h));
  teacher.impulse_response(std::span<T>(h_star));
  return generalization_error<T>(std::span<const T>(h), std::span<const T>(h_star));
}

}  // namespace lssm
