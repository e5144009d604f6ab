// SPDX-License-Identifier: BSD-3-Clause
// What theory says of a training, measured on any bound study of a diagonal student of one input and output:
//
//   auto bound = bind<double>(your_study, seed);
//   theory::error_of_rates(bound)       gradient flow: da_j/dt = c_j b_j Σ_l γ^(l) a_j^l (Proposition 1 of arXiv:2410.10473)
//   theory::drift_of_balance(bound)     flow, all of A, B, C learned: b_j² - c_j² stays; of descents, by how much it does not
//   theory::drift_of_powers(bound)      flow, A alone, B = C = 1, one impulse at the first entry: a_i^-(κ-3) - a_j^-(κ-3) stays
//   theory::order_of(bound)             the same setting: modes grow in the order of their start; the largest escapes first
//   theory::end_by_powers(start, kappa)  where that flow ends, from the law of powers alone
//   theory::path_of(bound), distance_from_path(bound, path)             how far a training leaves the path of another
//
// Each drives a training of its own and leaves `bound` as it is.
#pragma once

#include <algorithm>
#include <cmath>
#include <lssm/lssm.hpp>
#include <span>
#include <vector>

namespace theory {

using numbers = std::vector<double>;

/// The larger one; a NaN stays.
inline double larger(double x, double worst) { return std::isnan(worst) || x <= worst ? worst : x; }

/// The largest error of Proposition 1, step by step: how far the moves of the modes are from the integral of the rates that it
/// states, relative to the largest move. Integrals are Gauss' five points on each quarter of the step, by dense output. Steps in
/// which no mode moves by 1e-6 of itself are passed over, as their moves are rounding, and so is the last one, which ends in a
/// limit. NaN where no step is left.
template <class Bound>
double error_of_rates(const Bound& bound) {
  constexpr double places[] = {-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831,
                               0.906179845938664};
  constexpr double weights[] = {0.23692688505618908, 0.47862867049936647, 0.5688888888888889,
                                0.47862867049936647, 0.23692688505618908};
  auto training = bound.training();
  const auto modes = [&] {
    const auto& a = training.here().system.a;
    return numbers(a.begin(), a.end());
  };
  double worst = -1;  // none yet
  numbers before = modes();
  for (training.step(); training.running(); training.step()) {
    const double tau = training.last_step(), start = training.now().time - tau;
    const numbers after = modes();
    numbers stated(after.size());
    for (int quarter = 0; quarter < 4; ++quarter)
      for (int i = 0; i < 5; ++i) {
        const auto here = training.at(start + tau * (quarter + (1 + places[i]) / 2) / 4);
        const auto gamma = lssm::gamma_coefficients<double>(here.cotangent);
        const auto& [a, b, c] = here.system;
        for (std::size_t j = 0; j < stated.size(); ++j) {
          double sum = 0;
          for (std::size_t l = gamma.size(); l-- > 0;) sum = sum * a[j] + gamma[l];
          stated[j] += tau / 8 * weights[i] * c[j] * b[j] * sum;
        }
      }
    double error = 0, largest = 0, moved = 0;
    for (std::size_t j = 0; j < stated.size(); ++j) {
      const double move = after[j] - before[j];
      error = larger(std::abs(stated[j] - move), error);
      largest = std::max(largest, std::abs(move));
      moved = std::max(moved, std::abs(move) / std::abs(before[j]));
    }
    if (moved > 1e-6) worst = larger(error / largest, worst);
    before = after;
  }
  return worst < 0 ? std::nan("") : worst;
}

/// The largest change of b_j² - c_j² along a training, relative to the largest b_j² + c_j².
template <class Bound>
double drift_of_balance(const Bound& bound) {
  auto training = bound.training();
  numbers first;
  double worst = 0, scale = 0;
  const auto look = [&](auto& now) {
    const auto here = now.here();
    const auto& [a, b, c] = here.system;
    first.resize(a.size(), std::nan(""));
    for (std::size_t j = 0; j < a.size(); ++j) {
      const double balance = b[j] * b[j] - c[j] * c[j];
      if (std::isnan(first[j])) first[j] = balance;
      worst = larger(std::abs(balance - first[j]), worst);
      scale = std::max(scale, b[j] * b[j] + c[j] * c[j]);
    }
  };
  drive(training, look);
  return worst / scale;
}

/// The largest change of a difference a_i^-(κ-3) - a_j^-(κ-3) along a training, relative to what it was. Modes are > 0.
template <class Bound>
double drift_of_powers(const Bound& bound) {
  auto training = bound.training();
  const auto power = static_cast<double>(3 - bound.data.kappa);
  numbers first;
  double worst = 0;
  const auto look = [&](auto& now) {
    const auto here = now.here();
    numbers p;
    for (const double a : here.system.a) p.push_back(std::pow(a, power));
    if (first.empty()) first = p;
    for (std::size_t i = 0; i < p.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double before = first[i] - first[j];
        worst = larger(std::abs(p[i] - p[j] - before) / std::abs(before), worst);
      }
  };
  drive(training, look);
  return worst;
}

/// The modes at the end of the flow of `drift_of_powers`, from those at the start (each > 0): a_i^-(κ-3) falls by the
/// same for all until Σ a_i^(κ-1) = 1, the teacher's answer. What is left of the largest mode's power is bisected.
inline numbers end_by_powers(const numbers& start, lssm::integer kappa) {
  const auto k = static_cast<double>(kappa), d = static_cast<double>(start.size());
  const double first = std::pow(*std::max_element(start.begin(), start.end()), 3 - k);
  const auto modes_at = [&](double left) {
    numbers a;
    for (const double x : start) a.push_back(std::pow(left + (std::pow(x, 3 - k) - first), 1 / (3 - k)));
    return a;
  };
  double low = 1, high = std::pow(d, (k - 3) / (k - 1));  // one mode alone answers; all are alike
  for (int halving = 0; halving < 80; ++halving) {
    const double middle = low + (high - low) / 2;
    double answer = 0;
    for (const double a : modes_at(middle)) answer += std::pow(a, k - 1);
    (answer > 1 ? low : high) = middle;
  }
  return modes_at(low);
}

/// How modes escape.
struct escape {
  int overtaken = 0;       ///< pairs of modes in another order at the end than at the start
  double time = 0;         ///< when the largest passes `height`, by dense output
  double share = 0;        ///< of the largest in Σ a_j at the end
  double others_then = 0;  ///< the second, when the largest passes `height`, in units of its start
};
/// Watches the modes of a flow until the end; the largest starts below `height`.
template <class Bound>
escape order_of(const Bound& bound, double height = 0.5) {
  auto training = bound.training();
  const auto modes_at = [&](double time) {
    const auto& a = training.at(time).system.a;
    return numbers(a.begin(), a.end());
  };
  const auto& start = training.here().system.a;
  const numbers first(start.begin(), start.end());
  const std::size_t leader =
      static_cast<std::size_t>(std::max_element(first.begin(), first.end()) - first.begin());
  escape seen;
  bool passed = false;
  while (training.running()) {
    training.step();
    if (passed || training.here().system.a[leader] < height) continue;
    passed = true;
    double high = training.now().time, low = high - training.last_step();
    for (int halving = 0; halving < 60; ++halving) {
      const double middle = low + (high - low) / 2;
      (modes_at(middle)[leader] < height ? low : high) = middle;
    }
    seen.time = high;
    const numbers then = modes_at(high);
    for (std::size_t j = 0; j < then.size(); ++j)
      if (j != leader) seen.others_then = std::max(seen.others_then, then[j] / first[j]);
  }
  const auto& end = training.here().system.a;
  double sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    sum += end[i];
    for (std::size_t j = 0; j < i; ++j) seen.overtaken += (first[i] - first[j]) * (end[i] - end[j]) < 0;
  }
  seen.share = end[leader] / sum;
  return seen;
}

/// θ along a training, step by step, with the middle of each step of a flow.
template <class Bound>
std::vector<numbers> path_of(const Bound& bound) {
  auto training = bound.training();
  std::vector<numbers> path;
  const auto keep = [&](std::span<const double> theta) { path.emplace_back(theta.begin(), theta.end()); };
  keep(training.here().theta);
  while (training.running()) {
    training.step();
    keep(training.at(training.now().time - training.last_step() / 2).theta);
    keep(training.here().theta);
  }
  return path;
}

/// Where a training ends, and the largest distance of a step of it from a path, in units of the path's chord.
struct departure {
  double distance = 0, error = 0;
  lssm::status how{};
};
template <class Bound>
departure distance_from_path(const Bound& bound, const std::vector<numbers>& path, lssm::integer horizon) {
  const auto squared = [](std::span<const double> x, std::span<const double> y) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
  };
  // The nearest point of the segments between neighbours.
  const auto nearest = [&](std::span<const double> theta) {
    double least = HUGE_VAL;
    for (std::size_t s = 0; s + 1 < path.size(); ++s) {
      double along = 0;
      for (std::size_t i = 0; i < theta.size(); ++i)
        along += (theta[i] - path[s][i]) * (path[s + 1][i] - path[s][i]);
      const double length = squared(path[s], path[s + 1]);
      const double part = length > 0 ? std::clamp(along / length, 0.0, 1.0) : 0;
      double sum = 0;
      for (std::size_t i = 0; i < theta.size(); ++i) {
        const double e = theta[i] - path[s][i] - part * (path[s + 1][i] - path[s][i]);
        sum += e * e;
      }
      least = std::min(least, sum);
    }
    return least;
  };
  auto training = bound.training();
  departure seen;
  const auto look = [&](auto& now) { seen.distance = std::max(seen.distance, nearest(now.here().theta)); };
  drive(training, lssm::every(50, look));
  seen.distance = std::sqrt(seen.distance / squared(path.front(), path.back()));
  const auto end = lssm::read_lane(training, bound, 0);
  seen.error = end.generalization(horizon), seen.how = end.status;
  return seen;
}

}  // namespace theory
