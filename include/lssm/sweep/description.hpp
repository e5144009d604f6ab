// SPDX-License-Identifier: BSD-3-Clause
// A sweep: its runs, the study of each, and the results that are kept.
//
//   auto amplitudes = sweep_of("amplitude by position", grid{.axes = ..., .seeds = ...},
//                              [](const sweep_point& p) { study s; s.data.special.deviation = p["amplitude"]; return s; },
//                              {"status", "error"},
//                              [](const auto& outcome, sweep_row& row) {
//                                row.add(outcome.status, outcome.generalization(40));
//                              });
//
// For studies of several types write a struct of your own with the same members, whose with_study calls f with the study
// of the point, and with group(point), a number for each type.
#pragma once

#include <utility>

#include "concepts.hpp"

namespace lssm {

/// A sweep: its runs, the study of each, and the results that are kept.
template <SweepRuns Runs, class StudyOf, class Read>
struct sweep_description {
  std::string label;                 ///< one line: distinguishes sweeps with the same points
  Runs runs;                         ///< points and seeds
  StudyOf study_of;                  ///< the study of a point
  std::vector<std::string> results;  ///< names of the columns that `read` writes
  Read read;                         ///< writes the results of an outcome

  template <class F>
  void with_study(const sweep_point& point, F f) const {
    f(study_of(point));
  }
};

/// A sweep of studies of one type.
template <SweepRuns Runs, class StudyOf, class Read>
sweep_description<Runs, StudyOf, Read> sweep_of(std::string label, Runs runs, StudyOf study_of,
                                                std::vector<std::string> results, Read read) {
  return {std::move(label), std::move(runs), std::move(study_of), std::move(results), std::move(read)};
}

}  // namespace lssm
