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
// A sixth argument edits what is bound, (point, bound) with the bound_study of a run before it is trained: data of one's own,
// for example, and then bound.rebuild(). The label tells such sweeps apart.
//
// Studies of several types take a struct of one's own with the same members, whose with_study calls f with the study of the
// point, and with group(point), which is a number for each type.
#pragma once

#include <utility>

#include "concepts.hpp"

namespace lssm {

/// Which runs, the study of each, and what is kept of them.
template <SweepRuns Runs, class StudyOf, class Read, class Edit = unedited>
struct sweep_description {
  std::string label;                 ///< tells sweeps apart that differ in more than their points; one line
  Runs runs;                         ///< points and seeds
  StudyOf study_of;                  ///< the study of a point
  std::vector<std::string> results;  ///< names of the columns that `read` writes
  Read read;                         ///< what is kept of an outcome
  Edit edit{};                       ///< changes a bound study, where it is no `unedited`

  template <class F>
  void with_study(const sweep_point& point, F f) const {
    f(study_of(point));
  }
};

/// A sweep of studies of one type.
template <SweepRuns Runs, class StudyOf, class Read, class Edit = unedited>
sweep_description<Runs, StudyOf, Read, Edit> sweep_of(std::string label, Runs runs, StudyOf study_of,
                                                      std::vector<std::string> results, Read read,
                                                      Edit edit = {}) {
  return {std::move(label),   std::move(runs), std::move(study_of),
          std::move(results), std::move(read), std::move(edit)};
}

}  // namespace lssm
