// SPDX-License-Identifier: BSD-3-Clause
// Muon: momentum, made orthogonal matrix by matrix.
//
//   v ← μ v + ∇L,   u = U S Vᵀ of v = U Σ Vᵀ, S near 1, for each slot      (K. Jordan et al., 2024; kernel/newton_schulz.hpp)
//
// A matrix is what the structure says has two axes longer than 1: B (d, m) and C (p, d) of several inputs or outputs, a full
// A, members of one's own (`shapes`, ssm/shapes.hpp). Everything else is a vector, and divided by its norm: the
// diagonal of A, for example. Deliberately absent: weights of networks, which are matrices of several layers in one slot.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "../kernel/newton_schulz.hpp"
#include "../ssm/learn.hpp"
#include "../ssm/shapes.hpp"
#include "momentum.hpp"

namespace lssm {

/// v ← μ v + ∇L, u the orthogonal factor of each matrix of v, nearly (K. Jordan et al., 2024).
struct muon {
  double momentum = 0.95;  ///< μ, in [0, 1)

  void validate() const { detail::validate_factor("muon", "momentum", momentum); }
  friend bool operator==(const muon&, const muon&) = default;

  template <class Objective>
  class state : public detail::velocity_state<muon, Objective, &muon::momentum> {
   public:
    using T = typename Objective::scalar;

    state(std::span<const muon> per_lane, const Objective& f) : state::velocity_state(per_lane, f) {
      using learned = typename Objective::model::learned;
      constexpr bool named = requires {
        learned::each_slot([](auto) {});
      };
      static_assert(named, "muon: the parameter map does not tell the matrices apart (docs/descent.md)");
      if constexpr (named) learned::each_slot([&](auto slot) { find(slot, f.start_system()); });
      std::size_t room = 0;
      for (const auto& [rows, columns] : shapes_)
        room = std::max(room, rows * columns + 2 * std::min(rows * rows, columns * columns));
      work_.assign(room, T(0));
    }
    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      for (std::size_t i = 0; i < u.size(); ++i)
        u[i] = this->velocity[i] = mul_add(this->momentum, this->velocity[i], u[i]);
      std::size_t at = 0;
      for (const auto& [rows, columns] : shapes_) {
        kernel::orthogonalize(u.subspan(at, rows * columns), rows, columns, std::span<T>(work_));
        at += rows * columns;
      }
      return rate;
    }

   private:
    /// The shape of a slot: that of the part of the system which it is.
    template <class Slot, class System>
    void find(Slot, const System& system) {
      static_assert(!std::is_same_v<Slot, network_weights>,
                    "muon: a network's weights are several matrices in one slot (docs/descent.md)");
      if constexpr (!std::is_same_v<Slot, network_weights>) {
        const auto& mine = Slot::of(system);
        std::array<std::size_t, 2> shape{mine.size(), 1};
        detail::each_matrix<T, typename Objective::model::structure_type>(
            system, [&](const std::string&, auto numbers, const array_shape& of) {
              if (numbers.data() == mine.data() && of.size() == 2) shape = {of[0], of[1]};
            });
        shapes_.push_back(shape);
      }
    }

    std::vector<std::array<std::size_t, 2>> shapes_;  // rows and columns of each slot
    std::vector<T> work_;
  };
};

}  // namespace lssm
