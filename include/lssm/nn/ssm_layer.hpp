// SPDX-License-Identifier: BSD-3-Clause
// An SSM as a layer among others: sequences in, sequences out.
//
//   s_t = A s_{t-1} + B x_t,  y_t = C s_t,   each sequence from rest
//
//   symbol   shape             meaning
//   x        (N, steps, m)     inputs
//   y        (N, steps, p)     outputs, at every step
//
// In sequential<...> and deep<...> an ssm<...> is written as it is. Its parameters there are (A, B, C); what of them moves,
// and in which coordinates, is its own `learn`. The way back is the structure's `pullback_sequence`.
#pragma once

#include "../core/parts.hpp"
#include "../ssm/ssm.hpp"
#include "concepts.hpp"

namespace lssm {

/// With all its sizes known.
template <class Ssm>
struct bound_ssm_layer {
  using structure_type = typename Ssm::structure_type;
  using learned = typename Ssm::learned;
  template <class T>
  using system = typename Ssm::template system<T>;

  Ssm ssm{};
  static constexpr extent<Ssm::inputs> inputs{};

  static constexpr extent<Ssm::outputs> outputs() { return {}; }
  static constexpr integer steps_after(integer steps) { return steps; }
  integer parameters() const { return learned::count(make<double>()); }
  template <class T>
  system<T> make() const {
    return ssm.template make<T>();
  }

  template <class T>
  class workspace {
   public:
    workspace() = default;
    workspace(const bound_ssm_layer& layer, batch_shape batch)
        : steps_(static_cast<std::size_t>(batch.steps)),
          gradient_(layer.make<T>()),
          state_(carried(gradient_), T(0)),
          passed_((steps_ + 1) * state_.size(), T(0)),
          unused_(steps_ * Ssm::inputs, T(0)) {}

   private:
    friend bound_ssm_layer;
    std::size_t steps_ = 0;
    system<T> gradient_{};   // of one sequence
    std::vector<T> state_;   // (d)
    std::vector<T> passed_;  // (steps + 1, d), what pullback_sequence needs
    std::vector<T> unused_;  // (steps, m), dx where nobody asks for it
  };

  template <class T>
  void forward(const system<T>& s, std::span<const T> x, std::span<T> y, workspace<T>& work) const {
    constexpr std::size_t m = Ssm::inputs, p = Ssm::outputs;
    for (std::size_t row = 0; row < y.size() / p; ++row) {
      if (row % work.steps_ == 0)
        for (T& v : work.state_) v = T(0);
      structure_type::advance(s, x.subspan(row * m, m), std::span<T>(work.state_), y.subspan(row * p, p));
    }
  }
  /// Adds to ds; writes dx unless it is empty.
  template <class T>
  void backward(const system<T>& s, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                system<T>& ds, std::span<T> dx, workspace<T>& work) const {
    const std::size_t in = work.steps_ * Ssm::inputs, out = work.steps_ * Ssm::outputs;
    for (std::size_t n = 0; n < dy.size() / out; ++n) {
      const std::span<T> to = dx.empty() ? std::span<T>(work.unused_) : dx.subspan(n * in, in);
      structure_type::pullback_sequence(s, x.subspan(n * in, in), dy.subspan(n * out, out), work.gradient_,
                                        to, std::span<T>(work.passed_));
      each_number([](T& sum, const T& g) { sum = sum + g; }, ds, std::as_const(work.gradient_));
    }
  }

 private:
  /// Numbers that the recurrence carries from step to step.
  template <class T>
  static std::size_t carried(const system<T>& s) {
    if constexpr (requires { structure_type::state_size(s); }) {
      return static_cast<std::size_t>(structure_type::state_size(s));
    } else {
      return s.a.size();
    }
  }
};

/// The layer that an ssm<...> makes.
template <class Ssm>
struct ssm_layer {
  static_assert(SequenceMap<typename Ssm::structure_type>,
                "ssm among layers: the structure lacks advance or pullback_sequence (docs/ssm.md)");

  [[no_unique_address]] Ssm ssm{};
  static constexpr integer required_inputs = Ssm::inputs;

  template <integer In>
  static constexpr integer known_outputs = Ssm::outputs;
  template <integer In>
  static constexpr integer known_parameters = Ssm::known_parameters;

  constexpr void validate() const { ssm.validate(); }
  template <integer In>
  constexpr bound_ssm_layer<Ssm> bind(extent<In>) const {
    return {ssm};
  }
  friend constexpr bool operator==(const ssm_layer& x, const ssm_layer& y) { return x.ssm == y.ssm; }
};

namespace detail {
template <class Structure, class Learn>
struct as_layer<ssm<Structure, Learn>> {
  using type = ssm_layer<ssm<Structure, Learn>>;
  static constexpr type of(const ssm<Structure, Learn>& s) { return {s}; }
};
}  // namespace detail

}  // namespace lssm
