// SPDX-License-Identifier: BSD-3-Clause
// Gradient matching: inputs of given sequences are altered, within a budget and without a touch of their labels, until the
// gradient of their loss points where that of the targets, or its opposite, does (J. Geiping et al., Witches' Brew, 2021).
//
//   x ← the nearest point within the limits to x - rate · 10^-s · m̂ / (√v̂ + 1e-8),   m, v: Adam's means of sign(dΦ/dx)
//   s = 0, 1, 2, 3 from step 0, 3/8, 5/8, 7/8 of `steps` on;   Φ: attack/matching_objective.hpp
//
//   auto poison = match_gradients(how, bound.study.student, bound.objective.start_system(), loss, {theta}, bases, groups);
//   poison.data          the bases, altered: labels are those of the bases, bit for bit
//
// Groups of targets have bases of their own, so that each gradient has few sequences to point to. Restarts begin at new noise;
// the one with the lowest Φ is kept. An ensemble is several θ of one model.
#pragma once

#include "../core/philox.hpp"
#include "matching_objective.hpp"
#include "perturbation_budget.hpp"

namespace lssm {

/// How the search goes.
struct gradient_matching {
  perturbation_budget budget{};
  bool against =
      true;  ///< raise the targets' loss under the labels they have; false: lower it, with labels as intended
  integer steps = 250;   ///< >= 0; 0 leaves noise
  double rate = 0.1;     ///< in units of the inputs, finite and positive
  double noise = 1;      ///< of where it begins: normals of this many amplitudes, cut to the limits; >= 0
  integer restarts = 1;  ///< >= 1
  integer key = 0;       ///< of the noise, >= 0

  /// For sequences (kappa, channels).
  void validate(integer kappa, integer channels) const {
    budget.validate(kappa, channels);
    require(steps >= 0, "gradient_matching", "steps", "at least 0", steps);
    require(rate > 0 && std::isfinite(rate), "gradient_matching", "rate", "finite and positive", rate);
    detail::require_not_negative("gradient_matching", "noise", noise);
    require(restarts >= 1, "gradient_matching", "restarts", "at least 1", restarts);
    require(key >= 0, "gradient_matching", "key", "at least 0", key);
  }
  friend bool operator==(const gradient_matching&, const gradient_matching&) = default;
};

/// Targets, and which of the bases are altered for them.
template <SingleScalar T>
struct matching_group {
  labelled<T> targets;
  std::vector<integer> bases;  ///< places, in rising order; none in two groups
};

/// Altered inputs under the labels of the bases.
template <SingleScalar T>
struct matched_poison {
  labelled<T> data;
  std::vector<T> before, after;  ///< Φ of each group: of the bases as they were, and of what was kept
};

namespace detail {

/// The descent of one group from one start, within limits.
template <SingleScalar T>
class signed_adam {
 public:
  explicit signed_adam(std::size_t n) : m_(n, T(0)), v_(n, T(0)) {}
  void step(std::span<const T> slope, double rate, std::span<const T> lowest, std::span<const T> highest,
            std::span<T> x) {
    ++taken_;
    const T fresh1 = T(0.1), fresh2 = T(0.001), size = T(rate / (1 - std::pow(0.9, taken_))),
            scale = T(1 / (1 - std::pow(0.999, taken_)));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T sign = T(slope[i] > T(0) ? 1 : slope[i] < T(0) ? -1 : 0);
      m_[i] = mul_add(fresh1, sign - m_[i], m_[i]);
      v_[i] = mul_add(fresh2, sign * sign - v_[i], v_[i]);
      const T to = x[i] - size * m_[i] / (sqrt_of(scale * v_[i]) + T(1e-8));
      x[i] = std::clamp(to, lowest[i], highest[i]);
    }
  }

 private:
  std::vector<T> m_, v_;
  double taken_ = 0;
};

/// What remains of the rate after so many of all steps.
inline double matching_rate(integer taken, integer steps) {
  const double eighths = 8 * static_cast<double>(taken), all = static_cast<double>(steps);
  return (eighths < 3 * all ? 1.0 : 0.1) * (eighths < 5 * all ? 1.0 : 0.1) * (eighths < 7 * all ? 1.0 : 0.1);
}

/// Alters x (N, kappa, m) for one group; gives Φ before and after.
template <SingleScalar T, class Objective>
std::pair<T, T> match_group(const gradient_matching& how, integer group, Objective& f, integer kappa,
                            integer channels, std::vector<T>& x) {
  std::vector<T> lowest(x.size()), highest(x.size()), slope(x.size()), at(x.size());
  how.budget.limits(view<T>(x), kappa, channels, std::span<T>(lowest), std::span<T>(highest));
  const std::vector<T> base = x;
  const T before = f.value(view<T>(base));
  T best = std::numeric_limits<T>::infinity();
  for (integer restart = 0; restart < how.restarts; ++restart) {
    const keyed_stream draws(how.key, restart, group);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T away = T(how.noise * how.budget.amplitude * draws.normal_at(i));
      at[i] = std::clamp(base[i] + away, lowest[i], highest[i]);
    }
    signed_adam<T> descent(x.size());
    for (integer t = 0; t < how.steps; ++t) {
      f.value_and_gradient(view<T>(at), std::span<T>(slope));
      descent.step(view<T>(slope), how.rate * matching_rate(t, how.steps), view<T>(lowest), view<T>(highest),
                   std::span<T>(at));
    }
    const T here = f.value(view<T>(at));
    if (here < best) best = here, x = at;
  }
  return {before, best};
}

inline void require_apart(const std::vector<std::vector<integer>>& groups) {
  std::vector<integer> all;
  for (const auto& g : groups) all.insert(all.end(), g.begin(), g.end());
  std::sort(all.begin(), all.end());
  const auto twice = std::adjacent_find(all.begin(), all.end());
  if (twice != all.end())
    refuse("match_gradients", "groups", "of bases of their own", "base " + to_text(*twice) + " twice");
}

}  // namespace detail

/// Alters the inputs of `bases` for each group of targets. `thetas`: the learned parameters of one model or several of its kind;
/// `start`: what is not learned of them.
template <SingleScalar T, LayeredModel M, class L>
matched_poison<T> match_gradients(const gradient_matching& how, const M& model,
                                  const typename M::template system<T>& start, const L& loss,
                                  const std::vector<std::vector<T>>& thetas, const labelled<T>& bases,
                                  const std::vector<matching_group<T>>& groups) {
  how.validate(bases.kappa, bases.channels);
  std::vector<std::vector<integer>> places;
  for (const auto& group : groups) places.push_back(group.bases);
  detail::require_apart(places);
  matched_poison<T> out{bases, {}, {}};
  const auto row = static_cast<std::size_t>(bases.kappa * bases.channels);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    labelled<T> mine = bases;
    mine.keep(places[g]);
    matching_objective<T, M, L> f(model, start, thetas, mine, groups[g].targets, how.against, loss);
    const auto [before, after] =
        detail::match_group<T>(how, static_cast<integer>(g), f, bases.kappa, bases.channels, mine.x);
    if (!is_finite(after))
      refuse("match_gradients", "the gradients of group " + to_text(g), "finite", "ones that are not");
    for (std::size_t i = 0; i < places[g].size(); ++i)
      std::copy_n(mine.x.begin() + static_cast<std::ptrdiff_t>(i * row), row,
                  out.data.x.begin() + places[g][i] * bases.kappa * bases.channels);
    out.before.push_back(before);
    out.after.push_back(after);
  }
  return out;
}

}  // namespace lssm
