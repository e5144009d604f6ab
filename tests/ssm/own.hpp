// SPDX-License-Identifier: BSD-3-Clause
// Structures that a user writes: what the library knows of real_diagonal it must not take for granted of them.
#pragma once

#include <lssm/ssm.hpp>
#include <span>
#include <vector>

namespace own {

using lssm::integer, lssm::length, lssm::mul_add;

/// A is a full matrix: a (d, d), b (d), c (d); h_k = c A^k b. Whether it tells what its recurrence carries is a choice.
template <bool TellsSize = true>
struct dense_matrix {
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;

  template <class T>
  struct parameters {
    std::vector<T> a, b, c;
    static constexpr auto parts(auto& s) {
      return std::tuple(lssm::part("a", s.a), lssm::part("b", s.b), lssm::part("c", s.c));
    }
  };
  void validate() const { lssm::require(states >= 1, "dense_matrix", "states", "at least 1", states); }
  template <class T>
  parameters<T> make() const {
    const auto d = static_cast<std::size_t>(states);
    return {std::vector<T>(d * d, T(0)), std::vector<T>(d, T(0)), std::vector<T>(d, T(0))};
  }
  template <class T>
  static integer state_size(const parameters<T>& s) requires TellsSize {
    return length(s.b);
  }

  template <class T>
  static std::vector<T> times(const std::vector<T>& a, const std::vector<T>& x, bool transposed = false) {
    const std::size_t d = x.size();
    std::vector<T> y(d, T(0));
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j) y[i] = mul_add(a[transposed ? j * d + i : i * d + j], x[j], y[i]);
    return y;
  }
  template <class T>
  static T dot(const std::vector<T>& x, const std::vector<T>& y) {
    T sum(0);
    for (std::size_t i = 0; i < x.size(); ++i) sum = mul_add(x[i], y[i], sum);
    return sum;
  }

  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    std::vector<T> x = s.b;
    for (T& out : h) {
      out = dot(s.c, x);
      x = times(s.a, x);
    }
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const std::size_t d = s.b.size(), kappa = g.size();
    std::vector<std::vector<T>> x{s.b};
    while (x.size() < kappa) x.push_back(times(s.a, x.back()));
    for (T& v : ds.a) v = T(0);
    for (T& v : ds.c) v = T(0);
    std::vector<T> adjoint(d, T(0));
    for (std::size_t k = kappa; k-- > 0;) {
      if (k + 1 < kappa)
        for (std::size_t i = 0; i < d; ++i)
          for (std::size_t j = 0; j < d; ++j) ds.a[i * d + j] = mul_add(adjoint[i], x[k][j], ds.a[i * d + j]);
      adjoint = times(s.a, adjoint, true);
      for (std::size_t i = 0; i < d; ++i) {
        adjoint[i] = mul_add(g[k], s.c[i], adjoint[i]);
        ds.c[i] = mul_add(g[k], x[k][i], ds.c[i]);
      }
    }
    ds.b = adjoint;
  }

  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state, std::span<T> y) {
    const std::vector<T> before(state.begin(), state.end());
    auto next = times(s.a, before);
    for (std::size_t i = 0; i < next.size(); ++i) state[i] = mul_add(s.b[i], x[0], next[i]);
    y[0] = dot(s.c, std::vector<T>(state.begin(), state.end()));
  }
  /// Only there so that the structure has a recurrence with an adjoint by name.
  template <class T>
  static void pullback_sequence(const parameters<T>&, std::span<const T>, std::span<const T>, parameters<T>&,
                                std::span<T>, std::span<T>) {}
  friend bool operator==(const dense_matrix&, const dense_matrix&) = default;
};

/// Pairs of conjugate eigenvalues, packed: a = (α, β), blocks (α -β; β α). It tells |λ|.
struct complex_pairs {
  integer pairs = 1;
  static constexpr integer inputs = 1, outputs = 1;

  template <class T>
  using parameters = typename dense_matrix<>::parameters<T>;
  void validate() const { lssm::require(pairs >= 1, "complex_pairs", "pairs", "at least 1", pairs); }
  template <class T>
  parameters<T> make() const {
    const std::vector<T> zero(static_cast<std::size_t>(2 * pairs), T(0));
    return {zero, zero, zero};
  }
  template <class T>
  static integer state_size(const parameters<T>& s) {
    return length(s.a);
  }
  template <class T>
  static void eigenvalue_magnitudes(const parameters<T>& s, std::span<T> out) {
    for (std::size_t j = 0; j < out.size(); j += 2)
      out[j] = out[j + 1] = lssm::sqrt_of(s.a[j] * s.a[j] + s.a[j + 1] * s.a[j + 1]);
  }
  /// The same system as a full matrix.
  template <class T>
  static parameters<T> as_matrix(const parameters<T>& s) {
    const std::size_t d = s.a.size();
    parameters<T> full{std::vector<T>(d * d, T(0)), s.b, s.c};
    for (std::size_t j = 0; j < d; j += 2) {
      full.a[j * d + j] = full.a[(j + 1) * d + j + 1] = s.a[j];
      full.a[j * d + j + 1] = T(0) - s.a[j + 1];
      full.a[(j + 1) * d + j] = s.a[j + 1];
    }
    return full;
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    dense_matrix<>::impulse_response(as_matrix(s), h);
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const std::size_t d = s.a.size();
    const auto full = as_matrix(s);
    auto dfull = full;
    dense_matrix<>::pullback(full, g, dfull);
    ds.b = dfull.b;
    ds.c = dfull.c;
    for (std::size_t j = 0; j < d; j += 2) {
      ds.a[j] = dfull.a[j * d + j] + dfull.a[(j + 1) * d + j + 1];
      ds.a[j + 1] = dfull.a[(j + 1) * d + j] - dfull.a[j * d + j + 1];
    }
  }
  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state, std::span<T> y) {
    dense_matrix<>::advance(as_matrix(s), x, state, y);
  }
  template <class T>
  static void pullback_sequence(const parameters<T>&, std::span<const T>, std::span<const T>, parameters<T>&,
                                std::span<T>, std::span<T>) {}
  friend bool operator==(const complex_pairs&, const complex_pairs&) = default;
};

/// h_k = Δ Σ_j c_j a_j^k b_j with a member beside A, B and C: the gain Δ, one number.
struct with_gain {
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;
  using base = lssm::real_diagonal<>;

  template <class T>
  struct parameters {
    std::vector<T> a, b, c, gain;
    static constexpr auto parts(auto& s) {
      return std::tuple(lssm::part("a", s.a), lssm::part("b", s.b), lssm::part("c", s.c),
                        lssm::part("gain", s.gain));
    }
  };
  void validate() const { lssm::require(states >= 1, "with_gain", "states", "at least 1", states); }
  template <class T>
  parameters<T> make() const {
    const std::vector<T> zero(static_cast<std::size_t>(states), T(0));
    return {zero, zero, zero, {T(0)}};
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    base::impulse_response(base::parameters<T>{s.a, s.b, s.c}, h);
    for (T& v : h) v = v * s.gain[0];
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const base::parameters<T> modes{s.a, s.b, s.c};
    std::vector<T> h(g.size(), T(0)), scaled(g.begin(), g.end());
    base::impulse_response(modes, std::span<T>(h));
    T sum(0);
    for (std::size_t k = 0; k < h.size(); ++k) {
      sum = mul_add(h[k], g[k], sum);
      scaled[k] = g[k] * s.gain[0];
    }
    auto dmodes = modes;
    base::pullback(modes, std::span<const T>(scaled), dmodes);
    ds = {dmodes.a, dmodes.b, dmodes.c, {sum}};
  }
  friend bool operator==(const with_gain&, const with_gain&) = default;
};

/// Its gain as a slot that counts with B, and one that does not say with what it counts.
struct gain_slot {
  static constexpr integer index = 4;  // above those of A, B, C and a network
  using role = lssm::input_matrix;     // with which matrix it counts
  static constexpr auto& of(auto& s) { return s.gain; }
};
struct gain_without_role {
  static constexpr integer index = 4;
  static constexpr auto& of(auto& s) { return s.gain; }
};
/// One that counts with A, as a time step would.
struct gain_of_the_state {
  static constexpr integer index = 4;
  using role = lssm::state_matrix;
  static constexpr auto& of(auto& s) { return s.gain; }
};

/// Writes every entry of with_gain.
struct gain_start {
  double state = 0.3, io = 0.5, gain = 2;
  template <class System, class Stream>
  void operator()(System& s, Stream& stream) const {
    using T = std::remove_cvref_t<decltype(s.a[0])>;
    for (T& x : s.a) x = T(state * stream.normal());
    for (T& x : s.b) x = T(io * stream.normal());
    for (T& x : s.c) x = T(io * stream.normal());
    for (T& x : s.gain) x = T(gain);
  }
  friend bool operator==(const gain_start&, const gain_start&) = default;
};

}  // namespace own
