// SPDX-License-Identifier: BSD-3-Clause
// Searches without derivatives, by ask and tell: a generation of candidates is asked for, and told what each was worth.
//
//   evolution{mean, deviation, candidates, seed}   an evolution strategy with covariance adaptation: x_k = m + σ B D z_k; the
//                                                  better half moves m, and its steps shape σ and C = B D² Bᵀ
//   random_directions{entries, candidates, seed}   independent normals, which learn nothing: the control
//   one's own                                      a struct with ask() and tell(scores)                (attack/search.hpp)
//
//   symbol   shape             meaning
//   m        (n)               mean
//   C        (n, n)            covariance of the steps, in units of σ²; B its eigenvectors, D the roots of its eigenvalues
//   p_σ, p_c (n)               paths: decaying sums of the steps of m, which tell whether steps agree
//
// Larger scores are better; a score that is no number is the worst. All numbers are functions of the seed and of what is told:
// whoever tells the same again stands at the same place, bit for bit, and so searches go on after a kill. The constants are
// those of Hansen, The CMA evolution strategy: a tutorial (2016).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/philox.hpp"

namespace lssm {

namespace detail {

/// Turns the symmetric a (n, n) into its eigenvalues, on the diagonal, and b into the eigenvectors, its columns: Jacobi's
/// rotations, which need no library and have the same bits everywhere.
inline void diagonalize(std::vector<double>& a, std::vector<double>& b, std::size_t n) {
  b.assign(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) b[i * n + i] = 1;
  const auto rotate = [](double& x, double& y, double c, double s) {
    const double old = x;
    x = c * old - s * y;
    y = s * old + c * y;
  };
  for (int sweep = 0; sweep < 60; ++sweep) {
    bool moved = false;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        const double off = a[p * n + q];
        if (std::abs(off) <= 1e-17 * std::sqrt(std::abs(a[p * n + p] * a[q * n + q])) || off == 0) continue;
        moved = true;
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1 / std::hypot(t, 1.0), s = t * c;
        for (std::size_t k = 0; k < n; ++k) rotate(a[k * n + p], a[k * n + q], c, s);
        for (std::size_t k = 0; k < n; ++k) rotate(a[p * n + k], a[q * n + k], c, s);
        for (std::size_t k = 0; k < n; ++k) rotate(b[k * n + p], b[k * n + q], c, s);
        a[p * n + q] = a[q * n + p] = 0;
      }
    if (!moved) return;
  }
}

}  // namespace detail

/// An evolution strategy with covariance adaptation.
class evolution {
 public:
  /// Begins at a mean, with steps of a deviation > 0 in every entry; `candidates` >= 4 in each generation.
  evolution(std::vector<double> mean, double deviation, extent<> candidates, std::uint32_t seed)
      : mean_(std::move(mean)), sigma_(deviation), draws_(seed), n_(mean_.size()) {
    require(!mean_.empty(), "evolution", "mean", "of at least one entry", "none");
    for (const double x : mean_) require(std::isfinite(x), "evolution", "mean", "finite", x);
    require(std::isfinite(deviation) && deviation > 0, "evolution", "deviation", "finite and positive",
            deviation);
    require(candidates >= 4 && candidates <= 100'000, "evolution", "candidates", "from 4 to 100000",
            integer(candidates));
    asked_.assign(static_cast<std::size_t>(candidates), std::vector<double>(n_));
    for (std::size_t i = 0; i < asked_.size() / 2; ++i)
      weights_.push_back(std::log((static_cast<double>(asked_.size()) + 1) / 2) -
                         std::log(static_cast<double>(i + 1)));
    const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    double squares = 0;
    for (double& w : weights_) {
      w /= sum;
      squares += w * w;
    }
    effective_ = 1 / squares;
    path_sigma_.assign(n_, 0);
    path_c_.assign(n_, 0);
    roots_.assign(n_, 1);
    c_.assign(n_ * n_, 0);
    for (std::size_t i = 0; i < n_; ++i) c_[i * n_ + i] = 1;
    b_ = c_;
  }

  /// The candidates of the next generation: (candidates, n). The same until scores are told.
  const std::vector<std::vector<double>>& ask() {
    if (drawn_) return asked_;
    drawn_ = true;
    std::uint64_t at = generation_ * asked_.size() * n_;
    for (auto& x : asked_) {
      x = mean_;
      for (std::size_t j = 0; j < n_; ++j) {
        const double step = sigma_ * roots_[j] * draws_.normal_at(at++);
        for (std::size_t i = 0; i < n_; ++i) x[i] += b_[i * n_ + j] * step;
      }
    }
    return asked_;
  }
  /// Takes the score of each candidate of the generation, whether or not it was asked for.
  void tell(std::span<const double> scores) {
    if (scores.size() != asked_.size())
      refuse("evolution", "scores", to_text(asked_.size()) + " numbers", scores.size());
    ask();
    drawn_ = false;
    std::vector<std::size_t> order(asked_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto worth = [&](std::size_t k) { return scores[k] == scores[k] ? scores[k] : -HUGE_VAL; };
    std::stable_sort(order.begin(), order.end(), [&](auto x, auto y) { return worth(x) > worth(y); });
    ++generation_;
    adapt(order);
  }

  const std::vector<double>& mean() const { return mean_; }
  double deviation() const { return sigma_; }

 private:
  void adapt(const std::vector<std::size_t>& order) {
    const double n = static_cast<double>(n_), mu = effective_;
    const double c_sigma = (mu + 2) / (n + mu + 5), c_c = (4 + mu / n) / (n + 4 + 2 * mu / n);
    const double c_1 = 2 / ((n + 1.3) * (n + 1.3) + mu);
    const double c_mu = std::min(1 - c_1, 2 * (mu - 2 + 1 / mu) / ((n + 2) * (n + 2) + mu));
    const double damping = 1 + 2 * std::max(0.0, std::sqrt((mu - 1) / (n + 1)) - 1) + c_sigma;
    const double expected = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

    std::vector<double> moved(n_, 0);  // of the mean, in units of σ
    for (std::size_t k = 0; k < weights_.size(); ++k)
      for (std::size_t i = 0; i < n_; ++i)
        moved[i] += weights_[k] * ((asked_[order[k]][i] - mean_[i]) / sigma_);
    whitened_.assign(n_, 0);
    for (std::size_t j = 0; j < n_; ++j) {  // B D⁻¹ Bᵀ of it, for p_σ
      double along = 0;
      for (std::size_t i = 0; i < n_; ++i) along += b_[i * n_ + j] * moved[i];
      along /= roots_[j];
      for (std::size_t i = 0; i < n_; ++i) whitened_[i] += b_[i * n_ + j] * along;
    }
    double length = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      path_sigma_[i] =
          (1 - c_sigma) * path_sigma_[i] + std::sqrt(c_sigma * (2 - c_sigma) * mu) * whitened_[i];
      length += path_sigma_[i] * path_sigma_[i];
    }
    length = std::sqrt(length);
    const double begun = 1 - std::pow(1 - c_sigma, 2 * static_cast<double>(generation_));
    const bool steady = length / std::sqrt(begun) < (1.4 + 2 / (n + 1)) * expected;
    for (std::size_t i = 0; i < n_; ++i)
      path_c_[i] = (1 - c_c) * path_c_[i] + (steady ? std::sqrt(c_c * (2 - c_c) * mu) * moved[i] : 0);

    const double kept = 1 - c_1 - c_mu + (steady ? 0 : c_1 * c_c * (2 - c_c));
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        double together = 0;
        for (std::size_t k = 0; k < weights_.size(); ++k)
          together += weights_[k] * ((asked_[order[k]][i] - mean_[i]) / sigma_) *
                      ((asked_[order[k]][j] - mean_[j]) / sigma_);
        c_[i * n_ + j] = kept * c_[i * n_ + j] + c_1 * path_c_[i] * path_c_[j] + c_mu * together;
        c_[j * n_ + i] = c_[i * n_ + j];
      }
    for (std::size_t i = 0; i < n_; ++i) mean_[i] += sigma_ * moved[i];
    sigma_ = std::clamp(sigma_ * std::exp(std::min(1.0, c_sigma / damping * (length / expected - 1))), 1e-150,
                        1e150);

    std::vector<double> values = c_;
    detail::diagonalize(values, b_, n_);
    double most = 0;
    for (std::size_t i = 0; i < n_; ++i) most = std::max(most, values[i * n_ + i]);
    for (std::size_t i = 0; i < n_; ++i)  // rounding may leave an eigenvalue at or below zero
      roots_[i] = std::sqrt(std::max(values[i * n_ + i], 1e-14 * most));
  }

  std::vector<double> mean_;
  double sigma_;
  keyed_stream draws_;
  std::size_t n_;
  std::uint64_t generation_ = 0;
  bool drawn_ = false;  // whether asked_ is of this generation
  std::vector<std::vector<double>> asked_;
  std::vector<double> weights_;  // of the better half
  double effective_ = 1;         // their effective number
  std::vector<double> path_sigma_, path_c_, whitened_, roots_, c_, b_;
};

/// Independent normals, generation after generation.
class random_directions {
 public:
  /// At least one candidate of at least one entry in each generation.
  random_directions(extent<> entries, extent<> candidates, std::uint32_t seed) : draws_(seed, 1) {
    require(entries >= 1, "random_directions", "entries", "at least 1", integer(entries));
    require(candidates >= 1, "random_directions", "candidates", "at least 1", integer(candidates));
    require_entries("random_directions", "candidates x entries", {candidates, entries});
    asked_.assign(static_cast<std::size_t>(candidates),
                  std::vector<double>(static_cast<std::size_t>(entries)));
  }

  const std::vector<std::vector<double>>& ask() {
    std::uint64_t at = place_;
    for (auto& x : asked_)
      for (double& v : x) v = draws_.normal_at(at++);
    return asked_;
  }
  void tell(std::span<const double> scores) {
    if (scores.size() != asked_.size())
      refuse("random_directions", "scores", to_text(asked_.size()) + " numbers", scores.size());
    for (const auto& x : asked_) place_ += x.size();
  }

 private:
  keyed_stream draws_;
  std::uint64_t place_ = 0;
  std::vector<std::vector<double>> asked_;
};

}  // namespace lssm
