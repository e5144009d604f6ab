// SPDX-License-Identifier: BSD-3-Clause
// A system with numeric (A, B, C): a student or teacher bound to a scalar type.
//
//   outputs_of(x)         all outputs of a sequence from rest                 x (kappa, m) → y (kappa, p)
//   last_output(x)        the last one, by the impulse response               → y (p)
//   convolve(x, y)        that of each step of a sequence                     → y (kappa, p)
//   impulse_response(K)   h_0 .. h_{K-1}                                      → h (K, p, m)
//   advance(x, state)     one step with a carried state
#pragma once

#include "../core/tensor_of.hpp"
#include "../kernel/convolution.hpp"
#include "concepts.hpp"

namespace lssm {

/// A system in numbers: labels sequences, and has an impulse response.
template <class T, LinearTimeInvariant Structure>
struct bound_system {
  using structure_type = Structure;
  using scalar = T;
  static constexpr integer inputs = Structure::inputs, outputs = Structure::outputs;

  typename Structure::template parameters<T> system;

  static constexpr auto parts(auto& s) { return std::tuple(part("system", s.system)); }

  /// h (kappa, p, m), kappa from the length of the span.
  void impulse_response(std::span<T> h) const {
    require_fitting("impulse_response");
    if (h.size() % (outputs * inputs) != 0)
      refuse("impulse_response", "h", "of whole lags, " + to_text(outputs * inputs) + " numbers for each",
             h.size());
    if (!h.empty()) Structure::impulse_response(system, h);
  }

  /// h as a tensor (kappa, p, m).
  auto impulse_response(extent<> kappa) const requires SingleScalar<T> {
    require(kappa >= 1, "impulse_response", "length", "at least 1", integer(kappa));
    require_entries("impulse_response", "length x outputs x inputs", {kappa, outputs, inputs});
    auto h = make_tensor<T, 3>({static_cast<std::size_t>(kappa), static_cast<std::size_t>(outputs),
                                static_cast<std::size_t>(inputs)});
    impulse_response(std::span<T>(h.data(), h.size()));
    return h;
  }

  /// y (p): the prediction for the last time of x (kappa, m), y = Σ_k h_k x_{kappa-1-k}.
  void last_output(std::span<const T> x, std::span<T> y) const {
    constexpr std::size_t m = inputs, p = outputs;
    const std::size_t kappa = x.size() / m;
    if (x.size() % m != 0)
      refuse("last_output", "x", "of whole steps, " + to_text(m) + " numbers for each", x.size());
    if (y.size() != p) refuse("last_output", "y", "of " + to_text(p) + " numbers", y.size());
    std::vector<T> h(kappa * p * m, T(0));
    impulse_response(std::span<T>(h));
    for (std::size_t i = 0; i < p; ++i) {
      y[i] = T(0);
      for (std::size_t k = 0; k < kappa; ++k)
        for (std::size_t q = 0; q < m; ++q)
          y[i] = mul_add(h[(k * p + i) * m + q], x[(kappa - 1 - k) * m + q], y[i]);
    }
  }
  /// The last output as one number: a teacher's label.
  T operator()(std::span<const T> x) const requires(outputs == 1) {
    T y(0);
    last_output(x, std::span<T>(&y, 1));
    return y;
  }
  /// How many numbers it labels a sequence with, where these are several: its last outputs.
  integer answers(integer) const requires(outputs > 1) { return outputs; }
  void answer(std::span<const T> x, std::span<T> y) const requires(outputs > 1) { last_output(x, y); }

  /// y_t = Σ_{k <= t} h_k x_{t-k}: y (kappa, p) for x (kappa, m), the last output of each beginning of x.
  void convolve(std::span<const T> x, std::span<T> y) const {
    require_steps("convolve", x, y);
    std::vector<T> h(x.size() * outputs, T(0));
    impulse_response(std::span<T>(h));
    kernel::convolve<inputs, outputs>(view<T>(h), x, y);
  }

  /// Numbers that the recurrence carries.
  integer state_size() const requires HasStateSize<Structure> {
    require_fitting("state_size");
    return state_size_of<Structure>(system);
  }

  /// One step of the recurrence: state (state_size) is carried; x (m) in, y (p) out.
  void advance(std::span<const T> x, std::span<T> state, std::span<T> y) const requires Stepwise<Structure> {
    if constexpr (HasStateSize<Structure>) {
      if (length(state) != state_size())
        refuse("advance", "the state", "of " + to_text(state_size()) + " numbers", state.size());
    }
    if (x.size() != static_cast<std::size_t>(inputs))
      refuse("advance", "x", "of " + to_text(inputs) + " numbers", x.size());
    require_steps("advance", x, y);
    Structure::advance(system, x, state, y);
  }

  /// y (kappa, p) for x (kappa, m), starting at rest: by the recurrence where the structure has one and tells what it
  /// carries, else by convolution with h.
  void sequence(std::span<const T> x, std::span<T> y) const {
    require_steps("sequence", x, y);
    if constexpr (Stepwise<Structure> && HasStateSize<Structure>) {
      std::vector<T> state(static_cast<std::size_t>(state_size()), T(0));
      for (std::size_t t = 0; t < x.size() / inputs; ++t)
        Structure::advance(system, x.subspan(t * inputs, inputs), std::span<T>(state),
                           y.subspan(t * outputs, outputs));
    } else {
      convolve(x, y);
    }
  }

  /// The same for any tensor expression of shape (kappa, m), or (kappa) where m is 1: a tensor (kappa, p).
  template <class E>
  auto outputs_of(const E& expression) const requires SingleScalar<T> {
    using given = typename detail::complete_tensor<T, 2>::of::any_rank;
    static_assert(std::convertible_to<const E&, given>,
                  "outputs_of: the input must be an xtensor expression");
    const given& x = expression;  // an expression is evaluated, a tensor is not copied
    const std::size_t channels = x.dimension() == 2 ? x.shape(1) : 1;
    if (!(x.dimension() >= 1 && x.dimension() <= 2 && channels == static_cast<std::size_t>(inputs)))
      refuse("outputs_of", "the input", "of shape (kappa, " + to_text(inputs) + ")",
             to_text(x.dimension()) + " axes, last of length " + to_text(channels));
    auto y = make_tensor<T, 2>({x.shape(0), static_cast<std::size_t>(outputs)});
    sequence(std::span<const T>(x.data(), x.size()), std::span<T>(y.data(), y.size()));
    return y;
  }

  /// Refuses parts of sizes that do not belong together, where the structure tells, as systems put together by hand may have.
  void require_fitting(std::string_view function) const {
    if constexpr (requires { Structure::fits(system); })
      if (!Structure::fits(system)) refuse_parts(function);
  }

 private:
  [[noreturn, gnu::cold, gnu::noinline]] void refuse_parts(std::string_view function) const {
    std::string sizes;
    for_each_leaf(system, [&](const std::string& name, auto leaf) {
      sizes.append(sizes.empty() ? "" : ", ").append(name).append(" of ").append(to_text(leaf.size()));
    });
    refuse(function, "the parts of the system", "of sizes that belong together", sizes);
  }
  static void require_steps(std::string_view function, std::span<const T> x, std::span<T> y) {
    if (!(x.size() % inputs == 0 && y.size() * inputs == x.size() * outputs))
      refuse(function, "the outputs", "of as many steps as the inputs, " + to_text(x.size() / inputs),
             y.size());
  }
};

}  // namespace lssm
