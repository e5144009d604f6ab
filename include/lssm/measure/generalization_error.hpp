// SPDX-License-Identifier: BSD-3-Clause
// The generalization error of a standalone SSM: the distance of two impulse responses over a horizon longer than
// training,
//
//   max_{k < horizon} |h_k - h*_k| / max_{k < horizon} |h*_k|          (paper, Section 4.1 and Appendix)
//
// the largest error over all one-hot inputs, normalized by the teacher's largest response. Where both responses are zero
// the error is 0; where only the teacher's is zero, it is infinite.
#pragma once

#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"

namespace lssm {

/// The error of h and h_star of equal length, over every entry (channels included). NaN where an entry is NaN or the
/// teacher's response is infinite; else accurate for all numbers of T, however large or small.
template <Scalar T>
T generalization_error(std::span<const T> h, std::span<const T> h_star) {
  require(h.size() == h_star.size() && !h.empty(), "generalization_error", "h",
          "as long as h_star and not empty", h.size());
  T worst(0), scale(0);
  const auto compare = [&](const T& unit) {
    worst = scale = T(0);
    for (std::size_t k = 0; k < h.size(); ++k) {
      const T e = abs_of(h[k] * unit - h_star[k] * unit);
      worst = where(e <= worst, worst, where(worst == worst, e, worst));  // keeps a NaN
      scale = max_of(scale, abs_of(h_star[k] * unit));
    }
  };
  compare(T(1));
  // Differences of finite numbers may overflow; their halves do not.
  const mask_of<T> finite = is_finite(worst);
  if (any_lane<T>(!finite)) compare(where(finite, T(1), T(0.5)));
  return where(worst == T(0) && scale == T(0), T(0), worst / scale);
}

namespace detail {
/// A system that writes its impulse response.
template <class System, class T>
concept WritesResponse = requires(const System s, std::span<T> h) {
  s.impulse_response(h);
};
}  // namespace detail

/// The error of two systems, whose impulse responses have the same channels.
template <Scalar T, class Student, class Teacher>
T generalization_error(const Student& student, const Teacher& teacher, extent<> horizon,
                       extent<> channels = 1) {
  static_assert(
      detail::WritesResponse<Student, T> && detail::WritesResponse<Teacher, T>,
      "generalization_error: a system lacks impulse_response(std::span<T>); of a study's teacher take "
      "teacher.bind<T>() (docs/measure.md)");
  require(horizon >= 1, "generalization_error", "horizon", "at least 1", integer(horizon));
  require(channels >= 1, "generalization_error", "channels", "at least 1", integer(channels));
  require_entries("generalization_error", "horizon x channels", {horizon, channels});
  std::vector<T> h(static_cast<std::size_t>(horizon * channels), T(0)), h_star = h;
  student.impulse_response(std::span<T>(h));
  teacher.impulse_response(std::span<T>(h_star));
  return generalization_error<T>(std::span<const T>(h), std::span<const T>(h_star));
}

}  // namespace lssm
