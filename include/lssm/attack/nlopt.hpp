// SPDX-License-Identifier: BSD-3-Clause
// Derivative-free optimizers of NLopt as strategies of a search.
//
//   search<double>(attack, nlopt_search{start, 0.2}, 256, in_lanes{})
//
// NLopt asks for one point at a time, so that a generation is one candidate and lanes fill with seeds alone. It calls, and a
// strategy is called: each ask() lets NLopt begin anew with the scores that are known and stops it at the first point without
// one. Its two optimizers here draw no random numbers, so that it comes the same way, bit for bit, and searches go on after a
// kill; the price is a number of calls that is quadratic in the evaluations, and small beside trainings. Where an optimizer ends
// by itself, it begins again at the best point with half the step. Link lssm::nlopt.
#pragma once

#include <nlopt.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace lssm {

/// The optimizers: Nelder and Mead's simplex on subspaces (Rowan, 1990), and quadratic models (Powell, 2009).
enum class nlopt_method { sbplx, bobyqa };

/// A search by one of them, from a start, by steps > 0 at first.
class nlopt_search {
 public:
  nlopt_search(std::vector<double> start, double step, nlopt_method method = nlopt_method::sbplx)
      : start_(std::move(start)), step_(step), method_(method), asked_(1, start_) {
    require(start_.size() >= 2, "nlopt_search", "start", "of at least two entries", start_.size());
    for (const double x : start_) require(std::isfinite(x), "nlopt_search", "start", "finite", x);
    require(std::isfinite(step) && step > 0, "nlopt_search", "step", "finite and positive", step);
  }

  /// The next point: one candidate. The same until its score is told.
  const std::vector<std::vector<double>>& ask() {
    known_ = 0;
    waits_ = false;
    best_ = start_;
    best_score_ = -HUGE_VAL;
    for (double step = step_; !waits_; step = std::max(step / 2, 1e-6 * step_)) {
      const std::size_t before = known_;
      optimize(step);
      if (known_ == before && !waits_) {  // it finds nothing to ask for
        asked_[0] = best_;
        waits_ = true;
      }
    }
    return asked_;
  }
  /// Takes the score of the point that was asked for; one that is no number is the worst.
  void tell(std::span<const double> scores) {
    require(scores.size() == 1, "nlopt_search", "scores", "1 number", scores.size());
    told_.push_back(scores[0] == scores[0] ? std::clamp(scores[0], -1e100, 1e100) : -1e100);
  }

 private:
  void optimize(double step) {
    const auto n = static_cast<unsigned>(start_.size());
    const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> by(
        nlopt_create(method_ == nlopt_method::sbplx ? NLOPT_LN_SBPLX : NLOPT_LN_BOBYQA, n), &nlopt_destroy);
    require(by != nullptr, "nlopt_search", "the optimizer", "one that NLopt can make", "none");
    by_ = by.get();
    nlopt_set_max_objective(by_, &score_of, this);
    nlopt_set_initial_step1(by_, step);
    nlopt_set_xtol_rel(by_, 1e-6);
    std::vector<double> x = best_;
    double value = 0;
    nlopt_optimize(by_, x.data(), &value);
  }
  static double score_of(unsigned n, const double* x, double*, void* self) {
    auto& s = *static_cast<nlopt_search*>(self);
    if (s.waits_) return 0;
    if (s.known_ == s.told_.size()) {
      s.asked_[0].assign(x, x + n);
      s.waits_ = true;
      nlopt_force_stop(s.by_);
      return 0;
    }
    const double score = s.told_[s.known_++];
    if (score > s.best_score_) {
      s.best_score_ = score;
      s.best_.assign(x, x + n);
    }
    return score;
  }

  std::vector<double> start_;
  double step_;
  nlopt_method method_;
  std::vector<std::vector<double>> asked_;
  std::vector<double> told_, best_;  // scores in the order of points, and the best of these
  double best_score_ = -HUGE_VAL;
  std::size_t known_ = 0;  // scores that NLopt has been told again
  bool waits_ = false;
  nlopt_opt by_ = nullptr;
};

}  // namespace lssm
