// SPDX-License-Identifier: BSD-3-Clause
// The expected squared loss of a student on fresh inputs, without a draw. For sequences whose entries are independent, of mean 0
// and deviation σ, whatever their distribution, and a linear teacher h*,
//
//   labels of the last step     E (ŷ - y)² = σ² Σ_{k<κ} |h_k - h*_k|²
//   labels of every step        its mean over the steps of a sequence: σ² Σ_{k<κ} (1 - k/κ) |h_k - h*_k|²
//
//   symbol   shape       meaning
//   h, h*    (κ, p, m)   impulse responses; |·|² sums over inputs and outputs, as the training loss does
//
// It is the training loss of white_noise (data/white_noise.hpp), for a student that was trained on anything.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/scalar.hpp"
#include "../kernel/norm.hpp"

namespace lssm {

/// What fresh inputs are.
struct fresh_inputs {
  integer length;           ///< κ, >= 1, to be given
  double deviation = 1;     ///< σ, finite and > 0
  bool every_step = false;  ///< whether all steps are labelled, or the last alone

  void validate() const {
    require(length >= 1, "expected_risk", "length", "at least 1", length);
    require(std::isfinite(deviation) && deviation > 0, "expected_risk", "deviation", "finite and above 0",
            deviation);
  }
};

/// The expected loss of h against h_star of equal length, κ times `channels` (p m) entries; `inputs.length` is κ.
template <Scalar T>
T expected_risk(std::span<const T> h, std::span<const T> h_star, const fresh_inputs& inputs) {
  inputs.validate();
  const auto kappa = static_cast<std::size_t>(inputs.length);
  if (!(h.size() == h_star.size() && !h.empty() && h.size() % kappa == 0))
    refuse("expected_risk", "h",
           "as long as h_star, in whole entries of " + to_text(inputs.length) + " steps", h.size());
  const std::size_t channels = h.size() / kappa;
  const T sigma(static_cast<lane_of<T>>(inputs.deviation));
  const auto sum_of_squares = [&](const T& factor) {
    const auto number = [](std::size_t n) { return T(static_cast<lane_of<T>>(n)); };
    T sum(0);
    for (std::size_t k = kappa; k-- > 0;) {  // what is small as a rule comes first
      T square(0);
      for (std::size_t c = 0; c < channels; ++c) {
        const T e = (h[k * channels + c] - h_star[k * channels + c]) * factor;
        square = mul_add(e, e, square);
      }
      sum = sum + (inputs.every_step ? square * (number(kappa - k) / number(kappa)) : square);
    }
    return sum;
  };
  const T variance = sigma * sigma, sum = sum_of_squares(T(1)), risk = variance * sum;
  // A factor may leave the range of the scalar where the risk does not.
  const auto sound =
      kernel::sound_square(variance) && kernel::sound_square(sum) && kernel::sound_square(risk);
  return any_lane<T>(!sound) ? where(sound, risk, sum_of_squares(sigma)) : risk;
}

namespace detail {
/// Refuses a number of channels that a system, which knows its own, does not have.
template <class System>
void require_channels(const System&, integer channels) {
  if constexpr (requires { System::inputs* System::outputs; })
    if (channels != System::inputs * System::outputs)
      refuse("expected_risk", "channels",
             "the inputs times outputs of both systems, here " + to_text(System::inputs * System::outputs),
             channels);
}
}  // namespace detail

/// That of two systems, whose impulse responses have the same `channels`, p m.
template <Scalar T, class Student, class Teacher>
T expected_risk(const Student& student, const Teacher& teacher, const fresh_inputs& inputs,
                extent<> channels = 1) {
  inputs.validate();
  require(channels >= 1, "expected_risk", "channels", "at least 1", integer(channels));
  detail::require_channels(student, channels);
  detail::require_channels(teacher, channels);
  require_entries("expected_risk", "length x channels", {inputs.length, channels});
  std::vector<T> h(static_cast<std::size_t>(inputs.length * channels), T(0)), h_star = h;
  student.impulse_response(std::span<T>(h));
  teacher.impulse_response(std::span<T>(h_star));
  return expected_risk<T>(std::span<const T>(h), std::span<const T>(h_star), inputs);
}

}  // namespace lssm
