// SPDX-License-Identifier: BSD-3-Clause
// Who did it: the influence of sequences on what a training leads to, predicted and tested by training again.
//
//   predicted_change(d, places, w)           what weight w in place of 1 for these sequences would change, to first order:
//                                            (w - 1) Σ of d.weights (attack/adjoint.hpp)
//   retrained_changes<pack<double>>(bound, subsets, w, measure)      the truth: each subset trained again, in lanes
//   random_subsets(count, size, sequences, stream)                   of distinct sequences, in rising order
//   rank_correlation(x, y)                   Spearman's; of predicted and true changes over random subsets it is the linear
//                                            datamodelling score (S. M. Park et al., 2023)
//
// Weight 0 leaves a sequence out; the mean is still over all N. Harm belongs to a set: what one sequence does depends on
// the others, so that predictions may rank badly where many go at once. Report influence beside its own score.
#pragma once

#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "../study/lane_pool.hpp"
#include "adjoint.hpp"

namespace lssm {

namespace detail {
inline void require_places(const char* function, const std::vector<integer>& places, integer sequences) {
  integer last = -1;
  for (const integer n : places) {
    if (!(n > last && n < sequences))
      refuse(function, "the places of sequences", "in rising order, from 0 to " + to_text(sequences - 1), n);
    last = n;
  }
}
inline void require_sequence_weight(const char* function, double weight) {
  require(std::isfinite(weight) && weight >= 0, function, "weight", "finite and at least 0", weight);
}
}  // namespace detail

/// (w - 1) Σ dM/dw_n over the sequences at these places, in rising order.
template <SingleScalar T>
T predicted_change(const training_adjoint<T>& d, const std::vector<integer>& places, double weight) {
  detail::require_places("predicted_change", places, length(d.weights));
  detail::require_sequence_weight("predicted_change", weight);
  T sum(0);
  for (const integer n : places) sum = sum + d.weights[static_cast<std::size_t>(n)];
  return T(weight - 1) * sum;
}

/// The study with another weight of the sequences at these places in the mean of a squared loss.
template <SingleScalar T, class Study>
bound_study<T, Study> reweighted(bound_study<T, Study> bound, const std::vector<integer>& places,
                                 double weight) {
  detail::require_places("reweighted", places, bound.data.sequences());
  detail::require_sequence_weight("reweighted", weight);
  detail::require_fitting("reweighted", bound.data);
  const T root = sqrt_of(T(weight));
  const std::size_t row = static_cast<std::size_t>(bound.data.kappa * bound.data.channels),
                    answers = static_cast<std::size_t>(bound.data.answers);
  for (const integer place : places) {
    const std::size_t n = static_cast<std::size_t>(place);
    for (std::size_t i = n * row; i < (n + 1) * row; ++i) bound.data.x[i] = root * bound.data.x[i];
    for (std::size_t i = n * answers; i < (n + 1) * answers; ++i) bound.data.y[i] = root * bound.data.y[i];
  }
  bound.rebuild();
  return bound;
}

/// The change of the final measure where each subset in turn has another weight: trained again from the same θ, in the lanes
/// of P. Infinite where such a training does not stay finite.
template <Scalar P, class Study, class Measure>
std::vector<lane_of<P>> retrained_changes(const bound_study<lane_of<P>, Study>& bound,
                                          const std::vector<std::vector<integer>>& subsets, double weight,
                                          const Measure& measure) {
  using T = lane_of<P>;
  using bound_type = bound_study<T, Study>;
  using loss_type = decltype(Study::loss);
  static_assert(QuadraticLoss<loss_type>,
                "retrained_changes: a weight is a scale of input and label only in a squared loss "
                "(docs/influence.md)");
  detail::validate_policy<T>(measure);
  std::vector<T> values(subsets.size() + 1, T(0));
  std::size_t begun = 0;
  const auto next = [&]() -> std::optional<bound_job<T, Study>> {
    if (begun > subsets.size()) return {};
    const std::size_t i = begun++;
    if (i == subsets.size()) return bound_job<T, Study>{i, bound};
    return bound_job<T, Study>{i, reweighted(bound, subsets[i], weight)};
  };
  train_in_lanes<P>(next, [&](std::size_t i, const auto& end) {
    values[i] = end.status == status::not_finite
                    ? T(std::numeric_limits<double>::infinity())
                    : detail::measured_value<bound_type, T>(bound, measure, end.student.system);
  });
  const T before = values.back();
  values.pop_back();
  for (T& v : values) v = v - before;
  return values;
}

/// Subsets of `size` of so many sequences, each in rising order.
template <RandomStream Stream>
std::vector<std::vector<integer>> random_subsets(integer count, integer size, integer sequences,
                                                 Stream& stream) {
  require(count >= 0, "random_subsets", "count", "at least 0", count);
  if (!(size >= 0 && size <= sequences))
    refuse("random_subsets", "size", "from 0 to " + to_text(sequences), size);
  std::vector<std::vector<integer>> subsets(static_cast<std::size_t>(count));
  for (auto& subset : subsets)
    for (integer n = 0, left = size; n < sequences; ++n)
      if (stream.uniform() * static_cast<double>(sequences - n) < static_cast<double>(left)) {
        subset.push_back(n);
        --left;
      }
  return subsets;
}

/// Spearman's rank correlation of two samples of one length, equal numbers at their mean rank; NaN where one has no two
/// different numbers.
template <SingleScalar T>
double rank_correlation(const std::vector<T>& x, const std::vector<T>& y) {
  if (!(x.size() == y.size() && x.size() >= 2))
    refuse("rank_correlation", "the samples", "of one length, at least 2",
           to_text(x.size()) + " and " + to_text(y.size()));
  const auto ranks = [](const std::vector<T>& v) {
    std::vector<double> r(v.size());
    for (std::size_t i = 0; i < v.size(); ++i) {
      require(v[i] == v[i], "rank_correlation", "the samples", "numbers", "NaN");
      for (const T& other : v) r[i] += other < v[i] ? 1 : other == v[i] ? 0.5 : 0;
      r[i] -= 0.5 * static_cast<double>(v.size());
    }
    return r;
  };
  const std::vector<double> a = ranks(x), b = ranks(y);
  const auto dot = [](const auto& u, const auto& v) {
    return std::inner_product(u.begin(), u.end(), v.begin(), 0.0);
  };
  return dot(a, b) / std::sqrt(dot(a, a) * dot(b, b));
}

}  // namespace lssm
