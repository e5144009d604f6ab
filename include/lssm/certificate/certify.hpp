// SPDX-License-Identifier: BSD-3-Clause
// The verdict on a student, proved from the band of its teacher (certificate/teacher_band.hpp): whatever the student,
//
//   max_k dist(h_k, [low_k, high_k]) <= max_k |h_k - h*_k| <= max_k max(high_k - h_k, h_k - low_k)
//
//   certify(band, student, tolerance)         of anything with an impulse response
//   certify(band, h, tolerance)               of the response itself (horizon, m)
//   breakdown_mass(data, h, prior, τ)         the largest R for which the student is certified   (certificate/breakdown_mass.hpp)
//   least_mass_certified(certificates)        which of several students to take
#pragma once

#include <optional>
#include <string_view>

#include "teacher_band.hpp"

namespace lssm {

/// What is proved of a student: its error is at most the tolerance, above it, or neither; or the assumption is false.
enum class student_verdict { certified, open, wrong, refuted };

constexpr std::string_view to_string(student_verdict v) {
  switch (v) {
    case student_verdict::certified: return "certified";
    case student_verdict::open: return "open";
    case student_verdict::wrong: return "wrong";
    case student_verdict::refuted: break;
  }
  return "refuted";
}

/// Proved bounds of a student's largest error over the lags of a band, absolute. Where the prior is refuted both are not a
/// number.
struct certificate {
  student_verdict verdict = student_verdict::open;
  double at_least = 0, at_most = 0;
  double mass = std::numeric_limits<double>::quiet_NaN();  ///< of the student, where its structure has one
};

/// Bounds of the error of a response h (horizon, m). An entry that is not a number may be anything.
inline certificate certify(const response_band& band, std::span<const double> h, double tolerance) {
  require(std::isfinite(tolerance) && tolerance >= 0, "certify", "tolerance", "finite and at least 0",
          tolerance);
  if (!(h.size() == band.low.size() && !h.empty()))
    refuse("certify", "the response", "of " + to_text(band.low.size()) + " numbers, as the band", h.size());
  if (band.refuted)
    return {student_verdict::refuted, std::numeric_limits<double>::quiet_NaN(),
            std::numeric_limits<double>::quiet_NaN()};
  certificate c;
  constexpr double up = 1 + 4 * detail::unit_roundoff, down = 1 - 4 * detail::unit_roundoff;
  for (std::size_t i = 0; i < h.size(); ++i) {
    if (h[i] != h[i]) {
      c.at_most = std::numeric_limits<double>::infinity();
      continue;
    }
    c.at_most = std::max({c.at_most, (band.high[i] - h[i]) * up, (h[i] - band.low[i]) * up});
    c.at_least = std::max({c.at_least, (band.low[i] - h[i]) * down, (h[i] - band.high[i]) * down});
  }
  c.verdict = c.at_most <= tolerance   ? student_verdict::certified
              : c.at_least > tolerance ? student_verdict::wrong
                                       : student_verdict::open;
  return c;
}

/// Σ_j |b_j c_j| over all inputs and outputs, of a diagonal A.
template <class System>
  requires(System::structure_type::diagonal)
double mass_of(const System& student) {
  double sum = 0;
  const std::size_t m = System::inputs, p = System::outputs, d = student.system.a.size();
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t q = 0; q < m; ++q)
        sum += std::abs(value_of(student.system.c[i * d + j]) * value_of(student.system.b[j * m + q]));
  return sum;
}

namespace detail {
/// The first `horizon` entries of a system's response, in double.
template <class System>
std::vector<double> response_in_double(const System& system, integer horizon, integer channels) {
  using T = typename System::scalar;
  std::vector<T> h(static_cast<std::size_t>(horizon * channels), T(0));
  system.impulse_response(std::span<T>(h));
  std::vector<double> out;
  for (const T& x : h) out.push_back(value_of(x));
  return out;
}
}  // namespace detail

/// Bounds of the error of a system, such as the student of an outcome.
template <class System>
  requires requires(const System s, std::span<typename System::scalar> h) { s.impulse_response(h); }
certificate certify(const response_band& band, const System& student, double tolerance) {
  static_assert(System::outputs == 1,
                "certify: a band is of one output; take a student of one output (docs/certificate.md)");
  if (System::inputs != band.channels)
    refuse("certify", "the student", "of " + to_text(band.channels) + " inputs", integer{System::inputs});
  certificate c = certify(band, detail::response_in_double(student, band.horizon, band.channels), tolerance);
  if constexpr (requires { mass_of(student); }) c.mass = mass_of(student);
  return c;
}

/// Of several students the place of the certified one that has the least mass; nothing where none is certified. A student
/// without a mass comes last. (Their bounds would favour the middle of the band.)
inline std::optional<std::size_t> least_mass_certified(std::span<const certificate> students) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < students.size(); ++i)
    if (students[i].verdict == student_verdict::certified &&
        (!best || students[i].mass < students[*best].mass || std::isnan(students[*best].mass)))
      best = i;
  return best;
}

}  // namespace lssm
