// SPDX-License-Identifier: BSD-3-Clause
// Fills: groups of sequences and what stands in their support.
//
//   unit<Support>       `amplitude` at every entry of the support
//   gaussian<Support>   independent normals with standard deviation `deviation`, drawn from the data stream: sequence
//                       by sequence, entries in time order, channels last
//   listed<Support>     given values: entry after entry of the support, sequence after sequence
//   in_float<Fill>      data/in_float.hpp: the values of another fill, rounded to single precision
//
// Each group has a count. The kind is a type, its numbers are values: gaussian<trailing<2>>{.count = 10}.
#pragma once

#include <cmath>
#include <concepts>
#include <vector>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "support.hpp"

namespace lssm {

/// A member `support`, which is a Support.
template <class F>
concept HasSupport = requires {
  requires Support<decltype(F::support)>;
};
/// A number of sequences, `count`.
template <class F>
concept HasCount = requires(const F f) {
  { f.count } -> std::convertible_to<integer>;
};
/// draw(stream, i): the i-th entry of the group.
template <class F>
concept HasDraw = requires(const F f, numpy_legacy& s, integer i) {
  { f.draw(s, i) } -> std::convertible_to<double>;
};
/// validate(kappa, channels) throws where the group does not fit.
template <class F>
concept HasValidate = requires(const F f, integer i) {
  f.validate(i, i);
};

/// A group of sequences: how many, where they may be nonzero, and the next value there.
template <class F>
concept Fill = HasSupport<F> && HasCount<F> && HasDraw<F> && HasValidate<F>;

namespace detail {

/// Fill member by member: the message names the one that lacks.
template <class F>
struct check_fill {
  static_assert(HasSupport<F>,
                "fill: a group of sequences lacks its support, as in unit<at<0>> (docs/data.md)");
  static_assert(HasCount<F>, "fill: a group of sequences lacks count (docs/data.md)");
  static_assert(HasDraw<F>, "fill: a group of sequences lacks draw(stream, i) (docs/data.md)");
  static_assert(HasValidate<F>, "fill: a group of sequences lacks validate(kappa, channels) (docs/data.md)");
  static constexpr bool holds = Fill<F>;
};

template <class F>
constexpr void validate_fill(const F& f, integer kappa, const char* name) {
  require(f.count >= 0, name, "count", "at least 0", f.count);
  if constexpr (requires { f.support.is_set(); }) {
    if (!f.support.is_set() && f.count == 0) return;  // of no sequence: it does not matter
    require(f.support.is_set(), name, "support", "one with a position, as at<>{-2}", "none");
  }
  if (!f.support.fits(kappa))
    refuse(name, "support", "inside a sequence of length " + to_text(kappa), "entries outside it");
}
}  // namespace detail

/// Sequences with the amplitude at every entry of the support: x_k = amplitude there, 0 elsewhere.
template <class Support>
struct unit {
  Support support{};
  integer count = 1;     ///< sequences, >= 0
  double amplitude = 1;  ///< finite

  template <RandomStream Stream>
  double draw(Stream&, integer) const {
    return amplitude;
  }
  void validate(integer kappa, integer) const {
    detail::validate_fill(*this, kappa, "unit");
    require(std::isfinite(amplitude), "unit", "amplitude", "finite", amplitude);
  }
  friend bool operator==(const unit&, const unit&) = default;
};

/// Sequences with independent normals in the support: x_k = deviation z.
template <class Support>
struct gaussian {
  Support support{};
  integer count = 1;     ///< sequences, >= 0
  double deviation = 1;  ///< standard deviation, finite and >= 0

  template <RandomStream Stream>
  double draw(Stream& stream, integer) const {
    return deviation * stream.normal();
  }
  void validate(integer kappa, integer) const {
    detail::validate_fill(*this, kappa, "gaussian");
    detail::require_not_negative("gaussian", "deviation", deviation);
  }
  friend bool operator==(const gaussian&, const gaussian&) = default;
};

/// Sequences with given numbers in the support.
template <class Support>
struct listed {
  Support support{};
  integer count = 1;  ///< sequences, >= 0
  std::vector<double>
      values{};  ///< as many as the supports of all sequences have entries (times channels); any for none

  template <RandomStream Stream>
  double draw(Stream&, integer i) const {
    return values[static_cast<std::size_t>(i)];
  }
  void validate(integer kappa, integer channels) const {
    detail::validate_fill(*this, kappa, "listed");
    integer entries = 0;
    for (integer k = 0; k < kappa; ++k) entries += support.contains(k, kappa) ? 1 : 0;
    require_entries("listed", "support entries x channels x count", {entries, channels, count});
    const integer wanted = entries * channels * count;
    // Without a sequence nothing is asked of the values, as of the numbers of other fills.
    if (!(count == 0 || static_cast<integer>(values.size()) == wanted))
      refuse("listed", "values", to_text(wanted) + " numbers (support entries x channels x count)",
             values.size());
    for (double v : values) require(std::isfinite(v), "listed", "values", "finite", v);
  }
  friend bool operator==(const listed&, const listed&) = default;
};

}  // namespace lssm
