// SPDX-License-Identifier: BSD-3-Clause
// A start from given numbers; an empty list means ones.
#pragma once

#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "../ssm/slots.hpp"

namespace lssm {

/// Given numbers, in the structure's order. Throws bad_argument where their count does not fit.
struct given_start {
  std::vector<double> a;       ///< entries of the state matrix, as the structure stores them
  std::vector<double> b = {};  ///< input matrix (d, m); ones if empty
  std::vector<double> c = {};  ///< output matrix (p, d); ones if empty

  void validate() const {
    require(!a.empty(), "given_start", "a", "given: a number for each entry of A", "none");
    for (const auto* entries : {&a, &b, &c})
      for (double v : *entries) require(v - v == 0, "given_start", "entries", "finite", v);
  }

  template <class System, RandomStream Stream, class Slots = three_matrices>
  void operator()(System& system, Stream&, Slots = {}) const {
    static_assert(
        std::is_same_v<Slots, three_matrices>,
        "given_start: it has numbers for A, B and C, and the structure has other slots; write a start "
        "of your own (docs/init.md)");
    const auto fill = [](auto& entries, const std::vector<double>& from, const char* name,
                         bool may_be_empty) {
      using T = std::remove_cvref_t<decltype(entries[0])>;
      if (!(from.size() == entries.size() || (may_be_empty && from.empty())))
        refuse("given_start", name, to_text(entries.size()) + " numbers", from.size());
      for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = from.empty() ? T(1) : T(from[i]);
    };
    fill(system.a, a, "a", false);
    fill(system.b, b, "b", true);
    fill(system.c, c, "c", true);
  }
  friend bool operator==(const given_start&, const given_start&) = default;
};

}  // namespace lssm
