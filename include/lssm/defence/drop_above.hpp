// SPDX-License-Identifier: BSD-3-Clause
// A filter that drops sequences by a score (defence/score.hpp).
//
//   drop_above<excitation_ratio>{.most = 1}              a sequence stays where its score is at most `most`
//   drop_above<lag_energy>{{.first = 0, .last = 3}, 0}
#pragma once

#include "../data/filter.hpp"
#include "score.hpp"

namespace lssm {

/// The sequences whose score is at most `most`; with an infinite one, all. One whose score is NaN goes.
template <class Score>
struct drop_above {
  static_assert(DataScore<Score>,
                "drop_above: the score lacks of_set(data) or of_sequence(data, n) (docs/detection.md)");

  Score score{};
  double most = 1;  ///< any number but NaN

  void validate() const {
    require(!(most != most), "drop_above", "most", "a number", most);
    if constexpr (requires { score.validate(); }) score.validate();
  }
  template <class T>
  std::vector<integer> keep(const labelled<T>& data) const {
    std::vector<integer> places;
    const std::vector<double> scores = sequence_scores(score, data);
    for (std::size_t n = 0; n < scores.size(); ++n)
      if (scores[n] <= most) places.push_back(static_cast<integer>(n));
    return places;
  }
  friend bool operator==(const drop_above&, const drop_above&) = default;
};

}  // namespace lssm
