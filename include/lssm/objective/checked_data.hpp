// SPDX-License-Identifier: BSD-3-Clause
// What every form of the objective asks of data before it uses them: parts that fit each other, and numbers that are finite.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../data/label.hpp"

namespace lssm {

namespace detail {

/// Number i of inputs (N, entries, channels) or, where entries are none, of labels (N, channels).
[[gnu::cold, gnu::noinline]] inline std::string place_in_data(const char* sequence, std::size_t i,
                                                              std::size_t entries, std::size_t channels) {
  const std::size_t row = std::max<std::size_t>(entries, 1) * channels;
  std::string place(sequence);
  place.append(to_text(i / row));
  if (entries > 0) place.append(" at entry ").append(to_text(i % row / channels));
  if (channels > 1) place.append(entries > 0 ? ", channel " : ", answer ").append(to_text(i % channels));
  return place;
}

/// Refuses the first number that is not finite, by the place where it stands.
template <class T>
void check_finite(const labelled<T>& data) {
  const auto check = [](const std::vector<T>& numbers, const char* sequence, integer entries,
                        integer channels) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (!is_finite(numbers[i]))
        refuse(
            "objective",
            place_in_data(sequence, i, static_cast<std::size_t>(entries), static_cast<std::size_t>(channels)),
            "finite", value_of(numbers[i]));
  };
  check(data.x, "data.x, the input of sequence ", data.kappa, data.channels);
  check(data.y, "data.y, the label of sequence ", 0, data.answers);
}

}  // namespace detail

/// Refuses data whose parts do not fit each other or are not finite, as edits by hand may leave them. Returns κ.
template <class T>
integer checked_shape(const labelled<T>& data, integer inputs) {
  if (data.channels != inputs) refuse("objective", "data.channels", to_text(inputs), data.channels);
  require(data.kappa >= 1, "objective", "data.kappa", "at least 1", data.kappa);
  require_entries("objective", "data.kappa x data.channels", {data.kappa, data.channels});
  require(data.answers >= 1 && !data.y.empty() && length(data.y) % data.answers == 0, "objective", "data.y",
          "one label at least", data.y.size());
  const integer entries = data.sequences() * data.kappa * data.channels;
  if (length(data.x) != entries)
    refuse("objective", "data.x", to_text(entries) + " numbers (labels x kappa x channels)", data.x.size());
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
  if (!(data.steps == 1 || data.steps == data.kappa))
    refuse("objective", "data.steps", "1, the last, or " + to_text(data.kappa) + ", all", data.steps);
  require_entries("objective", "data.steps x outputs", {data.steps, outputs});
  if (data.answers != outputs * data.steps)
    refuse("objective", "labels for each sequence",
           to_text(outputs * data.steps) + ", " + to_text(outputs) + " at " +
               (data.steps == 1 ? "its last step" : "each of its steps"),
           data.answers);
  return checked_shape(data, inputs);
}

}  // namespace lssm
