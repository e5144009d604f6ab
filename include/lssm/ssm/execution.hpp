// SPDX-License-Identifier: BSD-3-Clause
// Ways to run a system over a sequence from rest: y_t = Σ_{k <= t} h_k x_{t-k}, the same numbers up to rounding.
//
//   recurrence_mode      s_t = A s_{t-1} + B x_t, step after step: the default, right for last outputs
//   chunk_mode{length}   convolution inside of chunks, the recurrence from one to the next
//   scan_mode            s_t += A^{2^i} s_{t-2^i}, i = 0, 1, ...: a scan of log₂ L passes over all steps
//   fft_mode             convolution of the whole sequence: ssm/fft_mode.hpp, which needs FFTW
//
//   outputs_by(mode, system, x, y)       x (L, m) → y (L, p)
//   carried_state(system)                pieces of a sequence, of any lengths, from a state that goes on
//
// The error of an output is a few ε, times a length, of what `scope` says: of the terms of that output (a small output behind large
// ones keeps its digits where the response forgets them), or of the whole sequence.
#pragma once

#include <vector>

#include "recurrence_matrices.hpp"

namespace lssm {

/// What the error of an output is relative to.
enum class error_scope { terms_of_the_output, whole_sequence };

/// A way to run a system over a sequence, which says what its error is.
template <class Mode, class System>
concept ExecutionMode = requires(const Mode mode, const System& system,
                                 std::span<const typename System::scalar> x,
                                 std::span<typename System::scalar> y) {
  { Mode::name } -> std::convertible_to<std::string_view>;
  { Mode::error_model } -> std::convertible_to<std::string_view>;
  { Mode::scope } -> std::convertible_to<error_scope>;
  mode.outputs(system, x, y);
};

/// The recurrence where a structure has one, else the sum over h.
struct recurrence_mode {
  static constexpr std::string_view name = "recurrence";
  static constexpr error_scope scope = error_scope::terms_of_the_output;
  static constexpr std::string_view error_model =
      "a few eps, times the steps that the response remembers, of the terms of the output";
  template <class System>
  void outputs(const System& system, std::span<const typename System::scalar> x,
               std::span<typename System::scalar> y) const {
    system.sequence(x, y);
  }
};

/// The convolution inside of chunks, the recurrence from one to the next.
struct chunk_mode {
  integer length = 64;  ///< steps of a chunk

  static constexpr std::string_view name = "chunks";
  static constexpr error_scope scope = error_scope::terms_of_the_output;
  static constexpr std::string_view error_model =
      "a few eps, times the steps of a chunk and the chunks that the response remembers, of the terms of the "
      "output";
  template <class System>
  void outputs(const System& system, std::span<const typename System::scalar> x,
               std::span<typename System::scalar> y) const {
    using T = typename System::scalar;
    using namespace detail;
    require(length >= 1, "chunk_mode", "the length", "at least 1", length);
    constexpr std::size_t m = System::inputs, p = System::outputs;
    const std::size_t steps = x.size() / m, size = std::min(static_cast<std::size_t>(length), steps);
    if (steps == 0) return;
    const auto r = recurrence_of(system);
    using Z = typename decltype(r)::mode;
    const std::size_t n = r.a.n;
    std::vector<T> h(size * p * m, T(0));
    system.impulse_response(std::span<T>(h));
    std::vector<Z> seen, driven;  // E A^k (size, p, n), A^k B (size, n, m)
    auto rows = r.e, columns = r.b;
    for (std::size_t k = 0; k < size; ++k, rows = r.a.after(rows), columns = r.a.before(columns)) {
      append_modes(rows, seen);
      append_modes(columns, driven);
    }
    const transition<Z, decltype(r)::full> through = narrowed<Z>(r.a.power(size));
    std::vector<Z> state(n, real_mode<Z>(T(0))), next(state);
    for (std::size_t start = 0; start < steps; start += size) {
      const std::size_t count = std::min(size, steps - start);
      const auto in = x.subspan(start * m, count * m);
      const auto out = y.subspan(start * p, count * p);
      kernel::convolve<m, p>(view<T>(h), in, out);
      for (Z& z : next) z = real_mode<Z>(T(0));
      for (std::size_t k = 0; k < count; ++k) {
        r.read(seen.data() + k * p * n, state.data(), out.data() + k * p, p);
        r.drive(driven.data() + (count - 1 - k) * n * m, in.data() + k * m, m, next.data());
      }
      through.add_to(state.data(), next.data());  // of a last chunk that is short nobody asks for it
      state.swap(next);
    }
  }
};

/// A scan in log₂ L passes over all steps; A^{2^i} comes from squares in more digits.
struct scan_mode {
  static constexpr std::string_view name = "doubling scan";
  static constexpr error_scope scope = error_scope::terms_of_the_output;
  static constexpr std::string_view error_model =
      "a few eps, times log2 of the steps, of the terms of the output";
  template <class System>
  void outputs(const System& system, std::span<const typename System::scalar> x,
               std::span<typename System::scalar> y) const {
    using T = typename System::scalar;
    using namespace detail;
    constexpr std::size_t m = System::inputs, p = System::outputs;
    const std::size_t steps = x.size() / m;
    const auto r = recurrence_of(system);
    using Z = typename decltype(r)::mode;
    const std::size_t n = r.a.n;
    std::vector<Z> b, e, states(steps * n, real_mode<Z>(T(0)));
    append_modes(r.b, b);
    append_modes(r.e, e);
    for (std::size_t t = 0; t < steps; ++t) r.drive(b.data(), x.data() + t * m, m, states.data() + t * n);
    auto power = r.a;
    for (std::size_t back = 1; back < steps; back *= 2, power = power.squared()) {
      const transition<Z, decltype(r)::full> a = narrowed<Z>(power);
      for (std::size_t t = steps; t-- > back;)
        a.add_to(states.data() + (t - back) * n, states.data() + t * n);
    }
    for (std::size_t t = 0; t < steps; ++t)
      for (std::size_t i = 0; i < p; ++i) {
        T& out = y[t * p + i];
        out = T(0);
        for (std::size_t q = 0; q < m; ++q) out = mul_add(r.f[i * m + q], x[t * m + q], out);
        if (t > 0) r.read(e.data() + i * n, states.data() + (t - 1) * n, &out, 1);
      }
  }
};

/// y (L, p) for x (L, m) from rest, by the mode asked for.
template <class Mode, class System>
  requires ExecutionMode<Mode, System>
void outputs_by(const Mode& mode, const System& system, std::span<const typename System::scalar> x,
                std::span<typename System::scalar> y) {
  if (!(x.size() % System::inputs == 0 && y.size() * System::inputs == x.size() * System::outputs))
    refuse("outputs_by", "the outputs",
           "of as many steps as the inputs, " + to_text(x.size() / System::inputs), y.size());
  mode.outputs(system, x, y);
}

/// A system that runs over pieces of a sequence, of any lengths, one after the other: the same bits wherever it is cut.
template <class System>
  requires Stepwise<typename System::structure_type> && HasStateSize<typename System::structure_type>
class carried_state {
  using T = typename System::scalar;

 public:
  explicit carried_state(const System& system)
      : system_(&system), state_(static_cast<std::size_t>(system.state_size()), T(0)) {}
  explicit carried_state(System&&) = delete;  // it would be gone

  /// The outputs of the next steps.
  void outputs(std::span<const T> x, std::span<T> y) {
    if (!(x.size() % System::inputs == 0 && y.size() * System::inputs == x.size() * System::outputs))
      refuse("carried_state", "the outputs",
             "of as many steps as the inputs, " + to_text(x.size() / System::inputs), y.size());
    for (std::size_t t = 0; t < x.size() / System::inputs; ++t)
      System::structure_type::advance(system_->system, x.subspan(t * System::inputs, System::inputs),
                                      std::span<T>(state_), y.subspan(t * System::outputs, System::outputs));
  }
  /// Back to rest.
  void rest() {
    for (T& v : state_) v = T(0);
  }
  std::span<const T> state() const { return state_; }

 private:
  const System* system_;
  std::vector<T> state_;
};

}  // namespace lssm
