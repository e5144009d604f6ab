// SPDX-License-Identifier: BSD-3-Clause
// The H-infinity norm, the largest gain σ_max(G(e^{iθ})) over frequencies, with a certified upper bound.
//
//   G(e^{iθ}) = Σ_k h_k e^{-ikθ} = Σ_j c_j b_jᵀ / (1 - a_j e^{-iθ}),  θ in [0, π]
//
// The value is the gain at a refined peak. The bound comes from cells |θ - θ₀| <= r that cover [0, π]: the gain of an affine
// function is convex, so
//
//   σ_max(G(θ)) <= max σ_max(G(θ₀) ± r G'(θ₀)) + r²/2 max_cell ‖G''‖,
//
// where ‖G''‖ is bounded by the distance of every 1 / a_j. A cell is halved until that is within 5e-11 of the value found, and a
// cell with a larger gain moves the value: no lower bound is taken for the norm. In double.
//
//   hinf_norm(x)                    value, angle, lower <= exact <= upper
//   frequency_response(x, θ)        G(e^{iθ}) (p, m), row major
#pragma once

#include <complex>
#include <numbers>
#include <vector>

#include "hankel_values.hpp"

namespace lssm {

namespace detail {

/// σ_max of a matrix, with left and right singular vectors.
struct top_direction {
  double gain = 0;
  std::vector<std::complex<double>> left, right;
};
template <class Z>
top_direction top_of(const columns_of<Z>& g) {
  if (g.rows == 1 && g.columns == 1) {
    const double size = magnitude(g(0, 0));
    return {size, {size > 0 ? g(0, 0) / size : 1.0}, {1.0}};
  }
  const auto svd = jacobi_svd(g, std::min(g.rows, g.columns));
  if (svd.values.empty() || !(svd.values[0] > 0)) return {};
  top_direction out{svd.values[0], std::vector<std::complex<double>>(g.rows), {}};
  for (std::size_t j = 0; j < g.columns; ++j) {
    out.right.push_back(svd.vectors(j, 0));
    for (std::size_t i = 0; i < g.rows; ++i) out.left[i] += g(i, j) * out.right[j] / out.gain;
  }
  return out;
}

/// 1 - a e^{-iθ} to a few ε of itself.
inline std::complex<double> denominator(double a, double theta) {
  const double half = a < 0 ? std::cos(theta / 2) : std::sin(theta / 2), size = std::abs(a);
  return {(1 - size) + 2 * size * half * half, a * std::sin(theta)};
}
inline std::complex<double> denominator(const std::complex<double>& a, double theta) {
  const std::complex<double> e(std::cos(theta), std::sin(theta));
  const double short_by = minus_products(1.0, e.real(), e.real(), e.imag(), e.imag()) / 2;  // of |e| from 1
  return one_minus_product(a, e) - a * conjugate(e) * short_by;
}

/// G of a sum of modes at one angle, its slope, and bounds around it.
template <class Z>
class modal_gain {
 public:
  explicit modal_gain(const modal_form<Z>& x)
      : x_(&x), sizes_(mode_weights(x)), distances_(x.states()), value(x.outputs, x.inputs), slope(value) {}

  /// Evaluates G and G' = dG/dθ.
  void at(double theta) {
    const std::size_t d = x_->states();
    std::fill(value.entries.begin(), value.entries.end(), 0.0);
    std::fill(slope.entries.begin(), slope.entries.end(), 0.0);
    const std::complex<double> turn(-std::sin(theta), -std::cos(theta));  // dz/dθ, z = e^{-iθ}
    for (std::size_t j = 0; j < d; ++j) {
      const std::complex<double> distance = denominator(x_->a[j], theta), r = 1.0 / distance,
                                 dr = turn * x_->a[j] * r * r;
      distances_[j] = std::abs(distance);
      for (std::size_t i = 0; i < value.rows; ++i)
        for (std::size_t q = 0; q < value.columns; ++q) {
          const std::complex<double> w = x_->c[i * d + j] * x_->b[j * x_->inputs + q];
          value(i, q) += w * r;
          slope(i, q) += w * dr;
        }
    }
  }

  /// A bound of ‖G''‖ within r of the angle.
  double bend(double r) const {
    double sum = 0;
    for (std::size_t j = 0; j < sizes_.size(); ++j) {
      const double size = magnitude(x_->a[j]), near = std::max(1 - size, distances_[j] - size * r);
      sum += sizes_[j] * size * (1 + 2 * size / near) / (near * near);
    }
    return sum;
  }

  /// A bound of the rounding error of σ_max(G).
  double rounding() const {
    double sum = 0;
    for (std::size_t j = 0; j < sizes_.size(); ++j) sum += sizes_[j] / distances_[j];
    return sum * (static_cast<double>(sizes_.size()) + 16) * epsilon_of<double>;
  }

 private:
  const modal_form<Z>* x_;
  std::vector<double> sizes_, distances_;

 public:
  columns_of<std::complex<double>> value, slope;
};

/// The largest gain over [0, π] of what has at(θ), value, slope, bend(r) and rounding().
template <class Gain>
class peak_search {
 public:
  explicit peak_search(Gain& g) : g_(&g) {}

  system_measure<double> run() {
    constexpr double pi = std::numbers::pi;
    constexpr int first_cells = 32;
    std::vector<cell> stack;
    stack.reserve(first_cells);
    for (const double end : {0.0, pi}) look(end);
    const double r = pi / (2 * first_cells);
    for (int i = 0; i < first_cells; ++i) stack.push_back({(2 * i + 1) * r, r});
    for (const cell& c : stack) look(c.middle);
    refine(2 * r);
    double upper = 0;
    for (integer looked = 0; !stack.empty(); ++looked) {
      const cell c = stack.back();
      stack.pop_back();
      if (look(c.middle)) refine(c.radius);
      g_->at(c.middle);
      const double bound = bound_within(c.radius);
      rounding_ = std::max(rounding_, g_->rounding());
      if (bound <= best_ * (1 + 5e-11)) continue;
      const double half = c.radius / 2;
      if (looked > most_cells || c.middle + half == c.middle || !(half > 1e-300)) {
        upper = std::max(upper, bound);
        continue;
      }
      stack.push_back({c.middle - half, half});
      stack.push_back({c.middle + half, half});
    }
    const double error = std::max(rounding_, 4 * epsilon_of<double> * best_);
    return {stability::stable, best_, std::max(best_ - error, 0.0),
            std::max(upper, best_ * (1 + 5e-11)) + error, angle_};
  }

  /// After run(): whether another peak, 1e-4 and more away, is as high up to 1e-9 of it.
  bool tied() {
    constexpr int cells = 4096;
    const double best = best_, angle = angle_, pi = std::numbers::pi;
    bool found = false;
    for (int i = 0; i <= cells; ++i) {
      best_ = 0;
      look(i == cells ? pi : i * pi / cells);
      if (best_ < best * 0.999 || std::abs(angle_ - angle) < pi / cells) continue;
      refine(pi / cells);
      found = found || (best_ >= best * (1 - 1e-9) && std::abs(angle_ - angle) > 1e-4);
    }
    best_ = best;
    angle_ = angle;
    return found;
  }

 private:
  static constexpr integer most_cells = 400'000;
  struct cell {
    double middle, radius;
  };

  /// Whether the gain at θ is the largest so far.
  bool look(double theta) {
    g_->at(theta);
    const double gain = top_of(g_->value).gain;
    if (!(gain > best_)) return false;
    best_ = gain;
    angle_ = theta;
    return true;
  }

  /// d σ_max / dθ
  double tilt(double theta) {
    g_->at(theta);
    const top_direction top = top_of(g_->value);
    double sum = 0;
    if (top.gain > 0)
      for (std::size_t i = 0; i < g_->value.rows; ++i)
        for (std::size_t q = 0; q < g_->value.columns; ++q)
          sum += std::real(std::conj(top.left[i]) * g_->slope(i, q) * top.right[q]);
    return sum;
  }

  /// Moves the best angle to the peak beside it, at most r away.
  void refine(double r) {
    if (angle_ == 0 || angle_ == std::numbers::pi) return;
    double low = std::max(0.0, angle_ - r), high = std::min(std::numbers::pi, angle_ + r);
    const double here = tilt(angle_);
    (here > 0 ? low : high) = angle_;
    for (int i = 0; i < 64; ++i) {
      const double middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) break;
      (tilt(middle) > 0 ? low : high) = middle;
    }
    look(low);
    look(high);
  }

  double bound_within(double r) {
    const auto moved = [&](double step) {
      auto g = g_->value;
      for (std::size_t i = 0; i < g.entries.size(); ++i) g.entries[i] += step * g_->slope.entries[i];
      return top_of(g).gain;
    };
    return std::max(moved(r), moved(-r)) + r * r / 2 * g_->bend(r);
  }

  Gain* g_;
  double best_ = 0, angle_ = 0, rounding_ = 0;
};

}  // namespace detail

/// The H-infinity norm of a sum of modes.
template <class Z>
  requires std::same_as < detail::real_of<Z>,
double > system_measure<double> hinf_norm(const modal_form<Z>& x) {
  x.validate("hinf_norm");
  if (const stability s = stability_of(x); s != stability::stable) return system_measure<double>::none(s);
  detail::modal_gain<Z> gain(x);
  return detail::peak_search(gain).run();
}

/// G(e^{iθ}) = Σ_j c_j b_jᵀ / (1 - a_j e^{-iθ}), (p, m) row major: Σ_k h_k e^{-ikθ} of a stable system, and what continues that
/// sum of one that is not. Throws bad_argument where θ is a pole.
template <class Z>
  requires std::same_as < detail::real_of<Z>,
double > std::vector<std::complex<double>> frequency_response(const modal_form<Z>& x, double theta) {
  x.validate("frequency_response");
  require(std::isfinite(theta), "frequency_response", "the angle", "finite", theta);
  detail::modal_gain<Z> gain(x);
  gain.at(theta);
  std::vector<std::complex<double>> out;
  for (std::size_t i = 0; i < x.outputs; ++i)
    for (std::size_t q = 0; q < x.inputs; ++q) {
      out.push_back(gain.value(i, q));
      require(is_finite(detail::magnitude(out.back())), "frequency_response", "the angle",
              "that of no pole on the unit circle", theta);
    }
  return out;
}

}  // namespace lssm
