// SPDX-License-Identifier: BSD-3-Clause
// The proof of every bound: whatever the coefficients λ of the rows F h* = y' (certificate/seen_rows.hpp),
//
//   ±h*_k <= λ·y' + R sup_a |±a^k - p(a)| + sup of (Wᵀλ)·e over all errors of labels e,     p(a) = Σ_q λ_q Σ_l F_ql a^l
//
// because ±h*_k - λ·(F h*) = ∫ (±a^k - p) dμ* for the measure μ* of the teacher, whose mass is at most R. No sign at all, 0,
// bounds the mass from below: 0 <= λ·y' + ... + R sup |p|.
//
// The supremum is bounded from values at the Chebyshev points of n intervals: a trigonometric polynomial of degree m is at
// least max |q| cos(m t) within the angle t of its maximum (M. Riesz), so that sup |q| <= max over points / cos(π m / 2n).
// Points are off by roundings, which Markov's inequality bounds; those of values, rows and labels are added. Nothing of the
// way in which λ was found matters.
#pragma once

#include <numbers>
#include <optional>

#include "mode_grid.hpp"
#include "prior.hpp"
#include "seen_rows.hpp"

namespace lssm::detail {

/// What is bounded from above: sign times h*_lag of an input channel; of sign 0 nothing.
struct functional {
  std::size_t lag = 0;
  double sign = 0;
  std::size_t channel = 0;
};

/// at_zero + R per_mass, an upper bound for every mass R.
struct affine_bound {
  double at_zero = 0, per_mass = 0;

  double at(double mass) const {
    const double slope = mass * per_mass;
    return at_zero + slope + 4 * unit_roundoff * (std::abs(at_zero) + slope);
  }
};

/// Errors of labels: a ball of all, |e| <= sqrt(N) noise, a box, |e_n| <= label_errors_n, and their coarse rounding, a box that
/// grows with the mass R. Their sum is what may occur.
class label_error_set {
 public:
  label_error_set(const seen_rows& rows, const teacher_prior& prior)
      : mass_(prior.mass),
        radius_(std::sqrt(static_cast<double>(rows.sequences)) * prior.noise),
        box_(prior.label_errors),
        rounding_(rows.rounding) {
    if (empty()) return;
    box_.resize(rows.sequences, 0.0);
    rounding_.resize(rows.sequences, 0.0);
    weights_.resize(rows.sequences);
    const double unit = static_cast<double>(rows.rank + rows.sequences + 8) * unit_roundoff;
    for (std::size_t q = 0; q < rows.rank; ++q) {
      affine_bound size;
      for (std::size_t n = 0; n < rows.sequences; ++n) {
        const double w = std::abs(rows.w[q * rows.sequences + n]);
        size.at_zero += w * (box_[n] + radius_);
        size.per_mass += w * rounding_[n];
      }
      slack_.push_back({unit * size.at_zero, unit * size.per_mass});
    }
  }

  bool empty() const { return radius_ == 0 && box_.empty() && rounding_.empty(); }

  /// sup of (Wᵀλ)·e, and a bound of its own rounding.
  affine_bound support(const seen_rows& rows, std::span<const double> lambda) {
    affine_bound sum;
    if (empty()) return sum;
    std::fill(weights_.begin(), weights_.end(), 0.0);
    for (std::size_t q = 0; q < rows.rank; ++q) {
      sum.at_zero += std::abs(lambda[q]) * slack_[q].at_zero;
      sum.per_mass += std::abs(lambda[q]) * slack_[q].per_mass;
      for (std::size_t n = 0; n < rows.sequences; ++n)
        weights_[n] = mul_add(lambda[q], rows.w[q * rows.sequences + n], weights_[n]);
    }
    double squares = 0;
    for (std::size_t n = 0; n < rows.sequences; ++n) {
      squares += weights_[n] * weights_[n];
      sum.at_zero += std::abs(weights_[n]) * box_[n];
      sum.per_mass += std::abs(weights_[n]) * rounding_[n];
    }
    length_ = std::sqrt(squares);
    sum.at_zero += radius_ * length_;
    return sum;
  }

  /// -W e for the e at which the last support was attained: how the rows look under the worst errors.
  void worst_rows(const seen_rows& rows, std::span<double> out) const {
    std::fill(out.begin(), out.end(), 0.0);
    for (std::size_t n = 0; n < rows.sequences; ++n) {
      const double z = weights_[n], side = box_[n] + mass_ * rounding_[n];
      const double e = (length_ > 0 ? radius_ * z / length_ : 0.0) + (z > 0 ? side : z < 0 ? -side : 0.0);
      for (std::size_t q = 0; q < rows.rank; ++q) out[q] -= rows.w[q * rows.sequences + n] * e;
    }
  }

 private:
  double mass_, radius_, length_ = 0;
  std::vector<double> box_, rounding_, weights_;
  std::vector<affine_bound> slack_;
};

class dual_proof {
 public:
  static constexpr std::size_t points_per_degree = 48, points_if_needed = 192;

  /// `rows` must outlive it.
  dual_proof(const seen_rows& rows, const teacher_prior& prior, std::size_t horizon)
      : errors(rows, prior),
        rows_(&rows),
        prior_(prior),
        degree_(std::max({horizon - 1, rows.lags - 1, std::size_t{1}})),
        grid_(prior.low, prior.high, points_per_degree * degree_),
        polynomial_(rows.width()),
        reach_(degree_ + 1, 1.0) {
    for (std::size_t k = 1; k < reach_.size(); ++k) reach_[k] = reach_[k - 1] * prior.reach();
  }

  std::size_t degree() const { return degree_; }

  /// The bound of any teacher of such a mass, without labels.
  affine_bound trivial(const functional& of) const {
    return {0, reach_[of.lag] * (1 + static_cast<double>(2 * of.lag + 4) * unit_roundoff)};
  }

  /// A bound by the coefficients λ (rank). `enough` is a bound that needs no finer grid.
  affine_bound prove(const functional& of, std::span<const double> lambda,
                     double enough = std::numeric_limits<double>::infinity()) {
    const affine_bound usual = prove_on(grid_, of, lambda);
    constexpr double lost = 5.4e-4, little = 1e-3;  // by the points between those of the grid, at most
    if (usual.at(prior_.mass) <= enough || lost * usual.per_mass <= little) return usual;
    if (!finer_) finer_.emplace(prior_.low, prior_.high, points_if_needed * degree_);
    return prove_on(*finer_, of, lambda);
  }

  /// The same from extremes of sign a^lag - p at the points of a grid.
  affine_bound bound(const functional& of, std::span<const double> lambda, std::span<const double> p,
                     const extremes& e, std::size_t intervals) {
    const seen_rows& r = *rows_;
    double size = of.sign == 0 ? 0.0 : reach_[of.lag];
    for (std::size_t c = 0; c < r.channels; ++c)
      for (std::size_t l = 0; l < r.lags; ++l) size += std::abs(p[c * r.lags + l]) * reach_[l];
    const double sums = static_cast<double>(r.rank + 4) * unit_roundoff;
    auto [fixed, scaled] = errors.support(r, lambda);
    double v = 0;
    for (std::size_t q = 0; q < r.rank; ++q) {
      const double a = std::abs(lambda[q]);
      v += lambda[q] * r.y[q];
      fixed += a * (r.y_slack[q] + sums * std::abs(r.y[q]));
      scaled += a * (r.f_slack[q] + r.label_slack[q]);
    }
    const double roundings = static_cast<double>(2 * r.lags + of.lag + r.rank + 8) * unit_roundoff * size;
    const double sup = supremum(e, roundings, std::max(of.lag, r.lags - 1), intervals);
    constexpr double up = 1 + 32 * unit_roundoff;
    return {v + fixed * up + 4 * unit_roundoff * std::abs(v), (sup + scaled) * up};
  }

  label_error_set errors;

 private:
  affine_bound prove_on(mode_grid& grid, const functional& of, std::span<const double> lambda) {
    rows_->combine(lambda, polynomial_);
    grid.raise_to(of.lag);
    extremes e;
    for (std::size_t c = 0; c < rows_->channels; ++c)
      e.include(grid.evaluate(&polynomial_[c * rows_->lags], rows_->lags, c == of.channel ? of.sign : 0.0));
    return bound(of, lambda, polynomial_, e, grid.intervals());
  }

  /// sup |q|, or max(0, sup q) for positive weights, of a polynomial q of a degree from its extremes at the points.
  double supremum(const extremes& e, double roundings, std::size_t degree, std::size_t intervals) const {
    const double m = static_cast<double>(degree), n = static_cast<double>(intervals);
    const double seen = std::cos(std::numbers::pi * m / (2 * n)) - 8 * unit_roundoff -
                        16 * unit_roundoff * m * m * prior_.reach() / (prior_.high - prior_.low);
    if (!(seen > 0) || !(e.most >= e.least)) return std::numeric_limits<double>::infinity();
    if (!prior_.positive) return (e.largest_absolute() + roundings) / seen;
    const double middle = (e.most + e.least) / 2, half = (e.most - e.least) / 2;
    return std::max(0.0, middle + (half + roundings) / seen);
  }

  const seen_rows* rows_;
  teacher_prior prior_;
  std::size_t degree_;
  mode_grid grid_;
  std::optional<mode_grid> finer_;
  std::vector<double> polynomial_, reach_;
};

/// The least mass of a teacher that fits, by a bound of sign 0.
inline double least_mass_of(const affine_bound& none) {
  const bool proves = none.at_zero < 0 && none.per_mass > 0 && std::isfinite(none.per_mass);
  return proves ? -none.at_zero / none.per_mass * (1 - 8 * unit_roundoff) : 0.0;
}

}  // namespace lssm::detail
