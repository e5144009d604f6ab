// SPDX-License-Identifier: BSD-3-Clause
// Filters by the energy of a lag in the whole set, and several filters as one.
//
//   energy_cap{.first = 0, .last = 3, .most = 0.1}          Σ_n x_n² <= most at each of these lags, of what is left
//   filters<drop_above<excitation_ratio>, energy_cap>       one after the other
#pragma once

#include <algorithm>
#include <array>
#include <tuple>

#include "../data/filter.hpp"
#include "score.hpp"

namespace lssm {

/// Drops, while the energy at some lag is above `most`, the sequence that has the largest part in the largest one.
struct energy_cap {
  integer first = 0, last = 0;                            ///< lags, 0 <= first <= last < κ
  double most = std::numeric_limits<double>::infinity();  ///< at least 0

  void validate() const {
    require(most >= 0, "energy_cap", "most", "at least 0", most);
    require(first >= 0, "energy_cap", "first", "at least 0", first);
    if (!(first <= last)) refuse("energy_cap", "last", "at least first, " + to_text(first), last);
  }
  template <class T>
  std::vector<integer> keep(const labelled<T>& data) const {
    validate();
    detail::require_scored("energy_cap", data, last);
    std::vector<integer> places(static_cast<std::size_t>(data.sequences()));
    for (std::size_t n = 0; n < places.size(); ++n) places[n] = static_cast<integer>(n);
    while (!places.empty()) {
      double largest = 0;
      integer at = first;
      for (integer lag = first; lag <= last; ++lag) {
        double sum = 0;
        for (const integer n : places) sum += energy(data, n, lag);
        if (sum > largest) largest = sum, at = lag;
      }
      if (largest <= most) break;
      places.erase(std::max_element(places.begin(), places.end(), [&](integer n, integer m) {
        return energy(data, n, at) < energy(data, m, at);
      }));
    }
    return places;
  }
  friend bool operator==(const energy_cap&, const energy_cap&) = default;

 private:
  template <class T>
  static double energy(const labelled<T>& data, integer n, integer lag) {
    const double e = lag_energy{lag, lag}.of_sequence(data, n);
    return e == e ? e : std::numeric_limits<double>::infinity();  // not a number is above every cap
  }
};

namespace detail {
/// Whether each of several filters edits inputs.
template <class... Fs>
inline constexpr std::array<bool, sizeof...(Fs) + 1> edits = {EditsInputs<Fs>..., false};
}  // namespace detail

/// What all of several filters leave, each applied to what the one before has left. The last of them may edit inputs.
template <class... Fs>
struct filters {
  static constexpr std::size_t count = sizeof...(Fs);
  static constexpr bool last_edits = count > 0 && detail::edits<Fs...>[count - (count > 0)];
  static_assert((int{EditsInputs<Fs>} + ... + 0) == int{last_edits},
                "filters: one of them edits inputs and is not the last (docs/defence.md)");

  std::tuple<Fs...> each{};

  void validate() const {
    const auto check = [](const auto& f) {
      if constexpr (requires { f.validate(); }) f.validate();
    };
    std::apply([&](const auto&... f) { (check(f), ...); }, each);
  }
  template <class T>
  std::vector<integer> keep(labelled<T> data) const {
    std::vector<integer> places(static_cast<std::size_t>(data.sequences()));
    for (std::size_t n = 0; n < places.size(); ++n) places[n] = static_cast<integer>(n);
    const auto apply = [&](const auto& f) {
      if (places.empty()) return;
      const std::vector<integer> left = f.keep(std::as_const(data));
      if (!left.empty()) data.keep(left);
      std::vector<integer> of_all;
      of_all.reserve(left.size());
      for (const integer n : left) of_all.push_back(places[static_cast<std::size_t>(n)]);
      places = std::move(of_all);
    };
    std::apply([&](const auto&... f) { (apply(f), ...); }, each);
    return places;
  }
  template <class T>
  void edit_all(std::span<T> x, integer entries) const requires last_edits {
    detail::edit_inputs(std::get<count - 1>(each), x, entries);
  }
  friend bool operator==(const filters&, const filters&) = default;
};

}  // namespace lssm
