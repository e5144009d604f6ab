// SPDX-License-Identifier: BSD-3-Clause
// Drawn sets of five families in several settings, what training on them comes to, and their scores.
#pragma once

#include <lssm/attack/influence.hpp>
#include <lssm/core/pack.hpp>

#include "study.hpp"

namespace defend_program {

/// Numbers of this energy in all.
inline std::vector<double> normals(numpy_legacy& draws, std::size_t count, double energy) {
  std::vector<double> x(count);
  double sum = 0;
  for (double& z : x) z = draws.normal(), sum += z * z;
  for (double& z : x) z *= std::sqrt(energy / sum);
  return x;
}
inline constexpr std::array families = {"clean", "impulses", "dense", "noisy tails", "hidden"};

/// What detection is measured in.
struct setting {
  std::string name;
  std::vector<double> teacher = {1};
  integer length = kappa, excited = 2;  // entries of the baseline that are not 0: the first
  std::string optimizer = "adaptive";
};
inline const std::vector<setting> other_settings{{"length 10, baseline on entries 0 to 6", {1}, 10, 7},
                                                 {"baseline on entries 0 to 3", {1}, kappa, 4},
                                                 {"Adam", {1}, kappa, 2, "adam"},
                                                 {"teacher .99 .8", {.99, .8}}};

/// A set of a family; energies from .001 to 20.
template <class Training, integer Length>
study_of<Training, Length> drawn_set(const setting& in, std::size_t family, std::uint32_t seed) {
  auto s = undefended<Training, Length>(in.teacher, in.optimizer);
  s.training.stop.template get<step_limit>().steps = 100000;
  s.data.set.sequences.excited = in.excited;
  numpy_legacy draws(seed);
  const auto below = [&](double n) { return std::min(n - 1, std::floor(draws.uniform() * n)); };
  const double energy = 1e-3 * std::pow(20 / 1e-3, draws.uniform());
  const auto count = static_cast<std::size_t>(1 + below(family == 4 ? 8 : 10));
  const auto first = static_cast<std::size_t>(in.excited), tail = Length - first;
  auto& change = s.data.set.sequences.change;
  if (family == 1) {
    std::vector<double> x(count * Length, 0.0);
    const auto z = normals(draws, count, energy);
    for (std::size_t n = 0; n < count; ++n) x[n * Length + static_cast<std::size_t>(below(Length))] = z[n];
    add_sequences(s, std::move(x));
  }
  if (family == 2) add_sequences(s, normals(draws, count * Length, energy));
  if (family >= 3) {
    const auto clean = bind<double>(s, seed).data;
    change.assign(baseline * Length, 0.0);
    const auto z = normals(draws, tail * baseline, energy);
    const double kind = below(3), entry = Length - 2 + below(2);
    for (std::size_t n = 0; family == 3 && n < baseline; ++n)
      for (std::size_t k = 0; k < tail; ++k) change[n * Length + first + k] = z[tail * n + k];
    for (std::size_t n = 0; family == 4 && n < count; ++n) {
      const double sign = kind < 1 ? 1 : std::copysign(kind < 2 ? 1. : -1., clean.y[n]);
      change[n * Length + static_cast<std::size_t>(entry)] =
          sign * std::sqrt(energy / static_cast<double>(count));
    }
  }
  return s;
}

/// Of all scores that are compared: larger means more suspect. The first are of data, the next seen while a student trains,
/// then of the student at the end, the last four known from elsewhere.
inline constexpr std::array score_names = {"excitation ratio",
                                           "energy at lags 0 and 1",
                                           "energy at lag 1",
                                           "gamma^(0)",
                                           "|gamma^(0)|",
                                           "leverage",
                                           "early growth",
                                           "mass on the way",
                                           "max |a| on the way",
                                           "rank of the path",
                                           "plateau",
                                           "final max |a|",
                                           "final mass",
                                           "steps to the target",
                                           "spectral signature",
                                           "activation clusters",
                                           "self-influence",
                                           "leave-out"};
using all_scores = std::array<double, score_names.size()>;

/// log Σ |h_k|, which needs no teacher.
struct response_size {
  integer steps() const { return 40; }
  template <SingleScalar T>
  T value_and_cotangent(std::span<const T> h, std::span<const T>, std::span<T> g) const {
    T sum(0);
    for (std::size_t k = 0; k < h.size(); ++k) sum = sum + abs_of(h[k]);
    for (std::size_t k = 0; k < h.size(); ++k) g[k] = (h[k] < T(0) ? T(-1) : T(1)) / sum;
    return log_of(sum);
  }
};
/// The most that one sequence less changes.
inline double leave_out(const auto& bound) {
  std::vector<std::vector<integer>> each;
  for (integer n = 0; n < bound.data.sequences(); ++n) each.push_back({n});
  double most = 0;
  for (const double d : retrained_changes<pack<double>>(bound, each, 0, response_size{}))
    most = std::abs(d) <= most ? most : std::abs(d);
  return most;
}

inline all_scores scores_of(const labelled<double>& data, const auto& end, const training_signs& signs) {
  const double gamma = initial_gamma{}.of_set(data), to_target = end.at_end.target_steps;
  double radius = 0, mass = mass_of(end.student);
  for (const double a : end.student.system.a) radius = std::abs(a) <= radius ? radius : std::abs(a);
  const auto known = [](double x) { return std::isnan(x) ? inf : x; };
  all_scores s{excitation_ratio{}.of_set(data),
               lag_energy{0, 1}.of_set(data),
               lag_energy{1, 1}.of_set(data),
               gamma,
               std::abs(gamma),
               leverage{}.of_set(data),
               known(signs.early_growth),
               known(signs.mass),
               known(signs.spectral_radius),
               known(signs.path_rank),
               signs.plateau,
               known(radius),
               known(mass),
               to_target >= 0 ? to_target : inf,
               inf,
               inf,
               inf,
               std::nan("")};
  const auto states = states_after(end.student, data);
  const bool finite = std::all_of(states.begin(), states.end(), [](double x) { return std::isfinite(x); });
  if (!finite) return s;
  const auto signatures = spectral_signatures(states, 10), influence = self_influences(end.student, data);
  const auto largest = [](const auto& v) { return *std::max_element(v.begin(), v.end()); };
  double mean = 0;
  for (const double x : signatures) mean += x / static_cast<double>(signatures.size());
  s[14] = mean > 0 ? largest(signatures) / mean : 0;
  s[15] = two_clusters(states, 10).silhouette;
  s[16] = known(largest(influence));
  return s;
}

/// A set, what training on it came to (infinite: stalled), and its scores. Odd sets calibrate, even ones are reported on.
struct scored_set {
  std::size_t family;
  bool odd;
  double error;
  all_scores score;
};
template <class Training, integer Length>
std::vector<scored_set> scored_sets(const setting& in, integer of_each, std::uint32_t first,
                                    bool leaving_out = false) {
  using P = pack<double>;
  using study_type = study_of<Training, Length>;
  std::vector<scored_set> out;
  for (std::size_t family = 0; family < families.size(); ++family)
    for (integer i = 0; i < of_each;) {
      std::vector<study_type> studies;
      std::vector<std::uint32_t> seeds;
      for (; i < of_each && seeds.size() < lanes_of<P>; ++i) {
        seeds.push_back(first + static_cast<std::uint32_t>(integer(family) * of_each + i));
        studies.push_back(drawn_set<Training, Length>(in, family, seeds.back()));
      }
      auto bound = bind_lanes<P, study_type>(std::span<const study_type>(studies),
                                             std::span<const std::uint32_t>(seeds));
      auto training = bound.training();
      watched_signs<P> signs;
      drive(training, signs);
      for (std::size_t lane = 0; lane < seeds.size(); ++lane) {
        const auto end = read_lane(training, bound.single(lane), lane);
        const double error = end.generalization(40);
        all_scores scores = scores_of(bound.single(lane).data, end, signs.of(lane));
        if constexpr (std::is_same_v<study_type, study>)
          if (leaving_out) scores.back() = leave_out(bound.single(lane));
        out.push_back({family, seeds[lane] % 2 == 1,
                       end.at_end.target_steps >= 0 && error < inf ? error : inf, scores});
      }
    }
  return out;
}
inline std::vector<scored_set> scored_sets(const setting& in, integer of_each, std::uint32_t first) {
  if (in.optimizer != "adaptive") return scored_sets<chosen_descent, kappa>(in, of_each, first);
  return in.length == 10 ? scored_sets<adaptive_descent, 10>(in, of_each, first)
                         : scored_sets<adaptive_descent, kappa>(in, of_each, first);
}

}  // namespace defend_program
