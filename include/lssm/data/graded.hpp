// SPDX-License-Identifier: BSD-3-Clause
// A fill that walks from one lag to white noise: normals whose deviations fall along the sequence.
//
//   x_k = deviation ratio^max(0, k - flat + 1) z_k   for the leading entries k = 0 ... n - 1
//   E x̃ᵀx̃ = deviation² diag(..., ratio⁴, ratio², 1, ..., 1)   in lag order: the first entry is the longest lag
//
// Ratio 0 leaves `flat` entries, a Gram matrix of that rank; ratio 1 is white noise on n entries. Between them the expected
// matrix has condition number ratio^(-2 (n - flat)).
#pragma once

#include "fill.hpp"

namespace lssm {

/// Normals with a full deviation on the first `flat` entries, which falls by a ratio at each later one. Nothing is drawn for
/// entries without deviation, so that ratio 0 is gaussian<leading<flat>> to the bit.
template <integer N = dynamic, integer Channels = 1>
struct graded {
  leading<N> support{};
  integer count = 1;     ///< sequences, >= 0
  integer flat = 1;      ///< entries of full deviation, from 1 to those of the support
  double ratio = 1;      ///< of one deviation to the one before, from 0 to 1
  double deviation = 1;  ///< finite and >= 0

  template <RandomStream Stream>
  double draw(Stream& stream, integer i) const {
    double falls = 1;
    for (integer k = i / Channels % support.entries; k >= flat; --k) falls *= ratio;
    return falls == 0 ? 0 : deviation * falls * stream.normal();
  }
  void validate(integer kappa, integer channels) const {
    detail::validate_fill(*this, kappa, "graded");
    if (channels != Channels)
      refuse("graded", "channels", "those of the set, " + to_text(channels), integer{Channels});
    if (!(flat >= 1 && flat <= support.entries))
      refuse("graded", "flat", "from 1 to the entries of the support, " + to_text(integer{support.entries}),
             flat);
    require(ratio >= 0 && ratio <= 1, "graded", "ratio", "from 0 to 1", ratio);
    detail::require_not_negative("graded", "deviation", deviation);
  }
  friend bool operator==(const graded&, const graded&) = default;
};

}  // namespace lssm
