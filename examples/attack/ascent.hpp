// SPDX-License-Identifier: BSD-3-Clause
// Steps along the slope of the error, by sweeps backwards through the trainings of all victims, as a strategy of searches.
//
//   g = Σ_s ∂ log error_s / ∂c        candidates: c + η_k g / ‖g‖ on the sphere ‖c‖ = 1, η_k from 2 down by halves; the best stays
//
// The number of steps of each training is held while it is differentiated (docs/influence.md); the scores of candidates are of
// trainings that stop by themselves.
#pragma once

#include <lssm/all.hpp>

namespace attack_program {

using namespace lssm;

template <class Attack>
class adjoint_ascent {
 public:
  adjoint_ascent(const Attack& a, std::vector<double> start, integer candidates)
      : a_(a), c_(std::move(start)), asked_(static_cast<std::size_t>(candidates), c_) {}

  const std::vector<std::vector<double>>& ask() {
    const std::vector<double> g = slope();
    double step = 2;
    for (auto& x : asked_) {
      for (std::size_t i = 0; i < c_.size(); ++i) x[i] = c_[i] + (&x == &asked_[0] ? 0 : step * g[i]);
      normalize(x);
      if (&x != &asked_[0]) step /= 2;
    }
    return asked_;
  }
  void tell(std::span<const double> scores) {
    c_ = asked_[static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin())];
  }

 private:
  static void normalize(std::vector<double>& x) {
    double squares = 0;
    for (const double v : x) squares += v * v;
    for (double& v : x) v /= squares > 0 ? std::sqrt(squares) : 1;
  }
  /// The slope on the sphere, of length 1 (or 0).
  std::vector<double> slope() const {
    auto study = a_.victim_of(a_.of(c_));
    a_.goal.prepare(study);
    std::vector<double> g(c_.size(), 0);
    const std::size_t kappa = static_cast<std::size_t>(a_.kappa()), added = study.data.by.added.size();
    for (const std::uint32_t seed : a_.seeds.values) {
      const auto d = adjoint_of_training(bind<double>(study, seed), largest_error{.horizon = a_.horizon});
      if (!(d.value > 0) || !std::isfinite(d.value)) continue;
      for (std::size_t i = 0; i < added; ++i) {  // sequence n is direction n mod rank
        const double slope = d.inputs[d.inputs.size() - added + i] / d.value;
        const std::size_t n = i / kappa, rank = static_cast<std::size_t>(a_.budget.rank);
        const std::size_t copies =
            (static_cast<std::size_t>(a_.budget.sequences) - n % rank + rank - 1) / rank;
        if (std::isfinite(slope))
          g[n % rank * kappa + i % kappa] += slope / std::sqrt(static_cast<double>(copies));
      }
    }
    double along = 0;
    for (std::size_t i = 0; i < c_.size(); ++i) along += g[i] * c_[i];
    for (std::size_t i = 0; i < c_.size(); ++i) g[i] -= along * c_[i];
    normalize(g);
    return g;
  }

  const Attack& a_;
  std::vector<double> c_;
  std::vector<std::vector<double>> asked_;
};

}  // namespace attack_program
