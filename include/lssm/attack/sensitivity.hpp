// SPDX-License-Identifier: BSD-3-Clause
// Derivatives through any training forwards, in dual numbers: of flows, through their finish, and of every descent.
//
//   const auto s = forward_sensitivities<pack<double>>(study, 242, largest_error{}, directions, move);
//
// `move(bound, i)` writes direction i into the derivatives `.e` of a bound_study<dual<double>, Study>: of data.x and then
// relabel(), of data.y and then rebuild(), of theta. As many directions as lanes are trained side by side. The limit of a flow depends
// on its path, so that a derivative at the minimum alone would be another number. Error control sees values only: take a
// smaller rtol than values need. Where a descent stops by its loss the count of steps is held (attack/adjoint.hpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "../core/dual.hpp"
#include "../study/run.hpp"
#include "adjoint.hpp"

namespace lssm {

/// The final measure, and its derivative along each direction; `statuses` tells how each training ended.
template <SingleScalar T>
struct sensitivities {
  T value{};
  std::vector<T> along;
  std::vector<lssm::status> statuses;
};

/// Trains the study in dual<P> for directions 0 .. count - 1.
template <Scalar P, class Study, class Measure, class Move>
sensitivities<lane_of<P>> forward_sensitivities(const Study& study, std::uint32_t seed,
                                                const Measure& measure, integer count, Move move) {
  using T = lane_of<P>;
  using D = dual<T>;
  using bound_type = bound_study<D, Study>;
  require(count >= 1, "forward_sensitivities", "count", "at least 1", count);
  detail::validate_policy<T>(measure);
  sensitivities<T> out;
  for (integer from = 0; from < count; from += static_cast<integer>(lanes_of<P>)) {
    std::vector<bound_type> lanes;
    for (integer lane = 0; lane < static_cast<integer>(lanes_of<P>); ++lane) {
      lanes.push_back(bind<D>(study, seed));
      move(lanes.back(), std::min(from + lane, count - 1));
    }
    const bound_lanes<dual<P>, Study> bound(std::move(lanes));
    auto training = bound.training();
    drive(training, silent{});
    for (std::size_t lane = 0; lane < lanes_of<P> && length(out.along) < count; ++lane) {
      const auto end = read_lane(training, bound.single(lane), lane);
      const D value = detail::measured_value<bound_type, D>(bound.single(lane), measure, end.student.system);
      out.value = value.v;
      out.along.push_back(value.e);
      out.statuses.push_back(end.status);
    }
  }
  return out;
}

}  // namespace lssm
