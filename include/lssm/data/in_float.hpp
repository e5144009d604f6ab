// SPDX-License-Identifier: BSD-3-Clause
// The values of another fill, rounded to single precision, as they enter a framework that computes in floats.
//
//   in_float<gaussian<leading<2>>>{{.count = 8}}     members, draws and checks are those of the fill inside
//
// A study in double then sees the same inputs as the float run that it repeats. Values beyond the range of float become
// infinite.
#pragma once

#include "fill.hpp"

namespace lssm {

/// The fill's values rounded to float. Derives from the fill, so that support and count are members of this type as well.
template <class F>
struct in_float : F {
  static_assert(detail::check_fill<F>::holds);

  template <RandomStream Stream>
  double draw(Stream& stream, integer i) const {
    return rounded_to_float(F::draw(stream, i));
  }
  friend bool operator==(const in_float&, const in_float&) = default;
};

}  // namespace lssm
