// SPDX-License-Identifier: BSD-3-Clause
// What every form of the objective asks of data before it uses them: parts that fit each other, and numbers that are finite.
#pragma once

#include <string>

#include "../core/error.hpp"
#include "../data/label.hpp"

namespace lssm {

namespace detail {

/// Refuses the first number that is not finite, by the place where it stands.
template <class T>
void check_finite(const labelled<T>& data) {
  const std::size_t row = static_cast<std::size_t>(data.kappa * data.channels),
                    channels = static_cast<std::size_t>(data.channels),
                    answers = static_cast<std::size_t>(data.answers);
  const auto check = [](const T& v, auto place) {
    if (!is_finite(v)) refuse("objective", place(), "finite", value_of(v));
  };
  for (std::size_t i = 0; i < data.x.size(); ++i)
    check(data.x[i], [&] {
      const std::string place = "data.x, the input of sequence " + std::to_string(i / row) + " at entry " +
                                std::to_string(i % row / channels);
      return channels == 1 ? place : place + ", channel " + std::to_string(i % channels);
    });
  for (std::size_t i = 0; i < data.y.size(); ++i)
    check(data.y[i], [&] {
      const std::string place = "data.y, the label of sequence " + std::to_string(i / answers);
      return answers == 1 ? place : place + ", answer " + std::to_string(i % answers);
    });
}

}  // namespace detail

/// Refuses data whose parts do not fit each other or are not finite, as edits by hand may leave them. Returns κ.
template <class T>
integer checked_shape(const labelled<T>& data, integer inputs) {
  require(data.channels == inputs, "objective", "data.channels", std::to_string(inputs), data.channels);
  require(data.kappa >= 1, "objective", "data.kappa", "at least 1", data.kappa);
  require(data.answers >= 1 && !data.y.empty() && length(data.y) % data.answers == 0, "objective", "data.y",
          "one label at least", data.y.size());
  const integer entries = data.sequences() * data.kappa * data.channels;
  require(length(data.x) == entries, "objective", "data.x",
          std::to_string(entries) + " numbers (labels x kappa x channels)", data.x.size());
  detail::check_finite(data);
  return data.kappa;
}

/// Checks data with labels of last outputs, one for each sequence. Returns the length of sequences that a model with this
/// number of inputs can take.
template <class T>
integer checked_length(const labelled<T>& data, integer inputs) {
  require(data.answers == 1, "objective", "labels for each sequence", "1, that of the last output",
          data.answers);
  return checked_shape(data, inputs);
}

/// Checks data with labels of last outputs or of every step. Returns the length of sequences that a model with these numbers
/// of inputs and outputs can take.
template <class T>
integer checked_length(const labelled<T>& data, integer inputs, integer outputs) {
  require(data.steps == 1 || data.steps == data.kappa, "objective", "data.steps",
          "1, the last, or " + std::to_string(data.kappa) + ", all", data.steps);
  require(data.answers == outputs * data.steps, "objective", "labels for each sequence",
          std::to_string(outputs * data.steps) + ", " + std::to_string(outputs) + " at " +
              (data.steps == 1 ? "its last step" : "each of its steps"),
          data.answers);
  return checked_shape(data, inputs);
}

}  // namespace lssm
