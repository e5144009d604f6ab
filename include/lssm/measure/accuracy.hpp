// SPDX-License-Identifier: BSD-3-Clause
// How often a classifier is right: the share of rows whose class is the largest logit, or among the k largest.
//
//   logits  (rows, classes)      labels  (rows), integers from 0 to classes - 1
//
// Of equal logits the one of the lower class counts as larger; a row whose logits are not numbers is wrong.
#pragma once

#include <span>

#include "../loss/concepts.hpp"

namespace lssm {

/// The share of rows whose class is among the k with the largest logits; of no rows NaN.
template <SingleScalar T>
double top_k_accuracy(std::span<const T> logits, std::span<const T> labels, integer classes, integer k) {
  require(classes >= 1, "top_k_accuracy", "classes", "at least 1", classes);
  if (!(k >= 1 && k <= classes)) refuse("top_k_accuracy", "k", "from 1 to " + to_text(classes), k);
  if (length(logits) != length(labels) * classes)
    refuse("top_k_accuracy", "logits", to_text(length(labels) * classes) + " numbers (rows x classes)",
           logits.size());
  detail::require_classes("top_k_accuracy", labels, classes);
  const auto n = static_cast<std::size_t>(classes);
  integer right = 0;
  for (std::size_t r = 0; r < labels.size(); ++r) {
    const std::span<const T> p = logits.subspan(r * n, n);
    const auto of = static_cast<std::size_t>(value_of(labels[r]));
    integer before = 0;  // classes that are not behind that of the row
    for (std::size_t j = 0; j < n; ++j)
      if (j != of && !(p[j] < p[of]) && !(p[j] == p[of] && j > of)) ++before;
    if (before < k && p[of] == p[of]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}
/// The share of rows whose class has the largest logit.
template <SingleScalar T>
double accuracy(std::span<const T> logits, std::span<const T> labels, integer classes) {
  return top_k_accuracy(logits, labels, classes, 1);
}

}  // namespace lssm
