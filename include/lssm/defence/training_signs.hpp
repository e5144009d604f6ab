// SPDX-License-Identifier: BSD-3-Clause
// Signs of poison while a student trains: an observer of descents that looks now and then, and changes nothing.
//
//   watched_signs<> signs({.period = 100});
//   run<double>(study, seed, signs);            or for each lane of a training in packs: watched_signs<pack<double>>
//   signs.of().spectral_radius
//
//   early_growth      log of the mass after `early` steps over that at the start
//   mass              largest Σ_j |b_j c_j| on the way
//   spectral_radius   largest |a_j| on the way
//   path_rank         tr(M)² / ‖M‖²,  M = Σ Δh Δhᵀ over the moves of h (kappa) from look to look: 1 along a line
//   plateau           most steps in which the loss did not halve
//
// All are of the way to the target, where a training of a descent with `after` steps goes on; what comes behind it is not seen.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <type_traits>
#include <vector>

#include "../core/error.hpp"
#include "../core/scalar.hpp"
#include "../core/status.hpp"
#include "../kernel/norm.hpp"

namespace lssm {

/// What a training looked like on its way to the target.
struct training_signs {
  double early_growth = 0, mass = 0, spectral_radius = 0, path_rank = 0, plateau = 0;
};

/// When watched_signs looks.
struct looks_at_signs {
  double period = 100;  ///< steps from one look to the next, whole, at least 1
  double early = 500;   ///< steps after which early_growth is taken: at the first look then or later
};

/// An observer of descents of one SSM with a diagonal A, one input and one output.
template <Scalar T = double>
class watched_signs {
 public:
  explicit watched_signs(const looks_at_signs& often = {}) : often_(often) {
    require(often.period >= 1 && std::trunc(often.period) == often.period, "watched_signs", "period",
            "a whole number of steps, at least 1", often.period);
    require(often.early >= 0, "watched_signs", "early", "at least 0", often.early);
  }
  const training_signs& of(std::size_t lane = 0) const { return lanes_.at(lane).signs; }

  void operator()(auto& run) {
    std::array<bool, lanes_of<T>> due{};
    bool some = false;
    for (std::size_t i = 0; i < due.size(); ++i) {
      const double steps = of_lane(run.now().steps, i);
      if (steps == 0) lanes_[i] = {};
      const bool ended = run.lane_status(i) != status::running || of_lane(run.now().target_steps, i) >= 0;
      due[i] = !lanes_[i].ended && (ended || std::fmod(steps, often_.period) == 0);
      lanes_[i].ended = ended;
      some = some || due[i];
    }
    if (!some) return;
    const auto here = run.here();
    const std::size_t kappa = here.cotangent.size();
    using structure = typename std::remove_cvref_t<decltype(here)>::objective_type::model::structure_type;
    static_assert(structure::diagonal && structure::inputs == 1 && structure::outputs == 1,
                  "watched_signs: the student has no diagonal A with one input and one output "
                  "(docs/detection.md)");
    std::vector<T> h(kappa, T(0));
    structure::impulse_response(here.system, std::span<T>(h));
    for (std::size_t i = 0; i < due.size(); ++i)
      if (due[i]) look(lanes_[i], here.system, h, of_lane(run.now().steps, i), of_lane(run.now().loss, i), i);
  }

 private:
  struct lane_signs {
    training_signs signs{};
    bool ended = false, grown = false;
    double first_mass = 0, loss = HUGE_VAL, steps = 0;  // loss and steps where it last had halved
    std::vector<double> h{}, moves{};                   // (kappa), (kappa, kappa)
  };
  static double of_lane(const auto& x, std::size_t i) { return value_of(scalar_traits<T>::get(x, i)); }

  void look(lane_signs& l, const auto& system, const std::vector<T>& h, double steps, double loss,
            std::size_t i) const {
    double mass = 0, radius = 0;
    for (std::size_t j = 0; j < system.a.size(); ++j) {
      mass += std::abs(of_lane(system.b[j], i) * of_lane(system.c[j], i));
      radius = std::max(radius, std::abs(of_lane(system.a[j], i)));
    }
    training_signs& s = l.signs;
    if (l.h.empty()) l.first_mass = mass;
    if (!l.grown && (steps >= often_.early || l.ended)) {
      s.early_growth = std::log(mass / l.first_mass);
      l.grown = true;
    }
    s.mass = std::max(s.mass, mass);
    s.spectral_radius = std::max(s.spectral_radius, radius);
    if (!(loss > l.loss / 2)) l.loss = loss, l.steps = steps;
    s.plateau = std::max(s.plateau, steps - l.steps);
    move(l, h, i);
  }
  void move(lane_signs& l, const std::vector<T>& h, std::size_t i) const {
    const std::size_t kappa = h.size();
    std::vector<double> by(kappa);
    for (std::size_t k = 0; k < kappa; ++k) by[k] = of_lane(h[k], i) - (l.h.empty() ? 0 : l.h[k]);
    if (l.h.empty()) {
      l.h = by;
      l.moves.assign(kappa * kappa, 0);
      return;
    }
    double trace = 0, squares = 0;
    for (std::size_t k = 0; k < kappa; ++k) {
      l.h[k] += by[k];
      for (std::size_t m = 0; m < kappa; ++m) squares += std::pow(l.moves[k * kappa + m] += by[k] * by[m], 2);
      trace += l.moves[k * kappa + k];
    }
    if (!kernel::sound_square(squares) && trace > 0) {  // M in units of its trace, which no entry exceeds
      squares = 0;
      for (const double x : l.moves) squares += std::pow(x / trace, 2);
      trace = 1;
    }
    l.signs.path_rank = squares != 0 ? trace * trace / squares : 0;
  }

  looks_at_signs often_;
  std::array<lane_signs, lanes_of<T>> lanes_{};
};

}  // namespace lssm
