// SPDX-License-Identifier: BSD-3-Clause
// How well a score tells two groups apart, and thresholds with what they promise.
//
//   AUC = (pairs with harmful > harmless + ties / 2) / pairs
//   P(score of a clean set > its k-th smallest of n drawn ones) <= p   with confidence   Σ_{i < k} C(n, i) (1-p)^i p^{n-i}
//
// The second line is exact for any continuous law, and holds for others as an inequality: ranks of clean scores do not depend
// on the law. Calibrate a threshold on clean data alone, and count on other data what it finds.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm {

/// One point of a receiver operating characteristic: the shares of scores above `threshold`.
struct roc_point {
  double threshold, false_share, found_share;
};

namespace detail {
inline void require_scores(const char* function, const char* argument, std::span<const double> scores) {
  require(!scores.empty(), function, argument, "at least one", scores.size());
  for (const double s : scores) require(!std::isnan(s), function, argument, "numbers", s);
}
}  // namespace detail

/// The points of all thresholds that differ, from the largest score down to -infinity.
inline std::vector<roc_point> roc(std::span<const double> harmless, std::span<const double> harmful) {
  detail::require_scores("roc", "harmless", harmless);
  detail::require_scores("roc", "harmful", harmful);
  std::vector<double> clean(harmless.begin(), harmless.end()), bad(harmful.begin(), harmful.end()), at;
  for (auto* v : {&clean, &bad}) {
    std::sort(v->begin(), v->end(), std::greater<>{});
    at.insert(at.end(), v->begin(), v->end());
  }
  std::sort(at.begin(), at.end(), std::greater<>{});
  at.erase(std::unique(at.begin(), at.end()), at.end());
  at.push_back(-std::numeric_limits<double>::infinity());
  std::vector<roc_point> points;
  std::size_t c = 0, b = 0;
  for (const double threshold : at) {
    while (c < clean.size() && clean[c] > threshold) ++c;
    while (b < bad.size() && bad[b] > threshold) ++b;
    points.push_back({threshold, static_cast<double>(c) / static_cast<double>(clean.size()),
                      static_cast<double>(b) / static_cast<double>(bad.size())});
  }
  if (points.back().false_share < 1 || points.back().found_share < 1)  // scores of -infinity
    points.push_back({-std::numeric_limits<double>::infinity(), 1, 1});
  return points;
}

/// The area under it: the probability that a harmful score is the larger one of a pair, ties counted by half.
inline double area_under_roc(std::span<const double> harmless, std::span<const double> harmful) {
  double area = 0, false_share = 0, found_share = 0;
  for (const roc_point& p : roc(harmless, harmful)) {
    area += (p.false_share - false_share) * (p.found_share + found_share) / 2;
    false_share = p.false_share;
    found_share = p.found_share;
  }
  return area;
}

/// The probability that at most `most` of `trials` succeed, each with probability p.
inline double binomial_cdf(integer most, integer trials, double p) {
  require(trials >= 0, "binomial_cdf", "trials", "at least 0", trials);
  require(p >= 0 && p <= 1, "binomial_cdf", "p", "from 0 to 1", p);
  if (most < 0) return 0;
  if (most >= trials || p <= 0) return 1;
  if (p >= 1) return 0;
  const double n = static_cast<double>(trials);
  double sum = 0, log_term = n * std::log1p(-p);
  for (integer i = 0; i <= most; ++i) {
    sum += std::exp(log_term);
    const double k = static_cast<double>(i);
    log_term += std::log((n - k) / (k + 1)) + std::log(p) - std::log1p(-p);
  }
  return std::min(1.0, sum);
}

/// An interval of probabilities.
struct share_interval {
  double low, high;
};

/// Clopper and Pearson's exact interval of a probability, from `successes` of `trials`.
inline share_interval exact_interval(integer successes, integer trials, double confidence = 0.95) {
  require(trials >= 1, "exact_interval", "trials", "at least 1", trials);
  if (!(successes >= 0 && successes <= trials))
    refuse("exact_interval", "successes", "from 0 to " + to_text(trials), successes);
  require(confidence > 0 && confidence < 1, "exact_interval", "confidence", "between 0 and 1", confidence);
  // The largest p with P(at most `most`) >= level; that probability falls in p.
  const auto largest = [&](integer most, double level) {
    double low = 0, high = 1;
    for (double mid = 0.5; low < mid && mid < high; mid = low + (high - low) / 2)
      (binomial_cdf(most, trials, mid) >= level ? low : high) = mid;
    return low;
  };
  const double tail = (1 - confidence) / 2;
  return {successes == 0 ? 0.0 : largest(successes - 1, 1 - tail),
          successes == trials ? 1.0 : largest(successes, tail)};
}

/// The least of the clean scores above which at most a share `rate` of clean data lies, with this confidence. Throws
/// bad_argument where there are too few for that.
inline double calibrated_threshold(std::span<const double> clean, double rate, double confidence = 0.95) {
  detail::require_scores("calibrated_threshold", "the clean scores", clean);
  require(rate > 0 && rate < 1, "calibrated_threshold", "rate", "between 0 and 1", rate);
  require(confidence > 0 && confidence < 1, "calibrated_threshold", "confidence", "between 0 and 1",
          confidence);
  std::vector<double> sorted(clean.begin(), clean.end());
  std::sort(sorted.begin(), sorted.end());
  const integer n = static_cast<integer>(sorted.size());
  integer below = 0, enough = n + 1;  // the rank k: its confidence rises with k
  while (enough - below > 1) {
    const integer k = below + (enough - below) / 2;
    (binomial_cdf(k - 1, n, 1 - rate) >= confidence && k <= n ? enough : below) = k;
  }
  if (!(enough <= n))
    refuse("calibrated_threshold", "the clean scores",
           "enough for this rate and confidence: " +
               to_text(std::ceil(std::log1p(-confidence) / std::log1p(-rate))),
           n);
  return sorted[static_cast<std::size_t>(enough - 1)];
}

}  // namespace lssm
