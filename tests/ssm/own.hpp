// SPDX-License-Identifier: BSD-3-Clause
// Structures that a user writes: what the library knows of real_diagonal it must not take for granted of them.
//
//   dense_matrix<TellsSize>   any A, row major in `a` (d²); tells nothing of its eigenvalues
//   complex_pairs             conjugate pairs, packed into `a` as (α, β) of α ± iβ
//   complex_modes<M>          complex_diagonal with M inputs and six slots; no a, b or c
//   sampled                   decays in continuous time, seen at steps of a length that is learned
//   with_gain                 a real diagonal A and a factor of h beside A, B and C
#pragma once

#include <lssm/ssm.hpp>
#include <span>
#include <vector>

namespace own {

using lssm::integer, lssm::length, lssm::mul_add, lssm::part, lssm::require, lssm::eigenvalue;

/// a, b, c in lists.
template <class T>
struct three_lists {
  std::vector<T> a, b, c;
  static constexpr auto parts(auto& s) { return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c)); }
};
template <class T>
std::vector<T> zeros(integer n) {
  return std::vector<T>(static_cast<std::size_t>(n), T(0));
}

/// Products of complex numbers, fused by name as lanes fuse them.
template <class T>
eigenvalue<T> times(const eigenvalue<T>& x, const eigenvalue<T>& y) {
  return {mul_add(x.re, y.re, T(0) - x.im * y.im), mul_add(x.re, y.im, x.im * y.re)};
}
template <class T>
eigenvalue<T> conjugate(const eigenvalue<T>& x) {
  return {x.re, T(0) - x.im};
}
template <class T>
eigenvalue<T> plus(const eigenvalue<T>& x, const eigenvalue<T>& y) {
  return {x.re + y.re, x.im + y.im};
}

/// A is a full matrix: a (d, d), b (d), c (d); h_k = c A^k b. Whether it tells what its recurrence carries is a choice.
template <bool TellsSize = true>
struct dense_matrix {
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;

  template <class T>
  using parameters = three_lists<T>;
  void validate() const { require(states >= 1, "dense_matrix", "states", "at least 1", states); }
  template <class T>
  parameters<T> make() const {
    return {zeros<T>(states * states), zeros<T>(states), zeros<T>(states)};
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
  friend bool operator==(const dense_matrix&, const dense_matrix&) = default;
};

/// Pairs of conjugate eigenvalues, packed: a = (α, β), blocks (α -β; β α) of A.
struct complex_pairs {
  integer pairs = 1;
  static constexpr integer inputs = 1, outputs = 1;

  template <class T>
  using parameters = three_lists<T>;
  void validate() const { require(pairs >= 1, "complex_pairs", "pairs", "at least 1", pairs); }
  template <class T>
  parameters<T> make() const {
    return {zeros<T>(2 * pairs), zeros<T>(2 * pairs), zeros<T>(2 * pairs)};
  }
  static std::size_t modes(const auto& s) { return s.a.size() / 2; }
  template <class T>
  static eigenvalue<T> pole(const parameters<T>& s, std::size_t j) {
    return at(s.a, j);
  }
  template <class T>
  static void set_pole(parameters<T>& s, std::size_t j, const eigenvalue<T>& x) {
    s.a[2 * j] = x.re, s.a[2 * j + 1] = x.im;
  }
  static constexpr lssm::modal_slot modal(auto) { return {.entries = 2}; }

  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    for (T& out : h) out = T(0);
    for (std::size_t j = 0; j < modes(s); ++j) {
      const auto c = at(s.c, j);
      auto z = at(s.b, j);  // A^k b as u + iv
      for (T& out : h) {
        out = mul_add(c.re, z.re, mul_add(c.im, z.im, out));
        z = times(pole(s, j), z);
      }
    }
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    std::vector<eigenvalue<T>> z(g.size());
    for (std::size_t j = 0; j < modes(s); ++j) {
      z[0] = at(s.b, j);
      for (std::size_t k = 1; k < g.size(); ++k) z[k] = times(pole(s, j), z[k - 1]);
      const auto c = at(s.c, j), back = conjugate(pole(s, j));  // Aᵀ
      eigenvalue<T> w{T(0), T(0)}, da = w, dc = w;              // w: Σ_k (Aᵀ)^k c g_k from behind
      for (std::size_t k = g.size(); k-- > 0;) {
        da = plus(da, times(w, conjugate(z[k])));
        dc = {mul_add(g[k], z[k].re, dc.re), mul_add(g[k], z[k].im, dc.im)};
        w = times(back, w);
        w = {mul_add(g[k], c.re, w.re), mul_add(g[k], c.im, w.im)};
      }
      put(ds.a, j, da), put(ds.b, j, w), put(ds.c, j, dc);
    }
  }
  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state, std::span<T> y) {
    y[0] = T(0);
    for (std::size_t j = 0; j < modes(s); ++j) {
      const auto b = at(s.b, j), c = at(s.c, j);
      const auto turned = times(pole(s, j), eigenvalue<T>{state[2 * j], state[2 * j + 1]});
      state[2 * j] = mul_add(b.re, x[0], turned.re), state[2 * j + 1] = mul_add(b.im, x[0], turned.im);
      y[0] = mul_add(c.re, state[2 * j], mul_add(c.im, state[2 * j + 1], y[0]));
    }
  }
  friend bool operator==(const complex_pairs&, const complex_pairs&) = default;

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

 private:
  template <class T>
  static eigenvalue<T> at(const std::vector<T>& v, std::size_t j) {
    return {v[2 * j], v[2 * j + 1]};
  }
  template <class T>
  static void put(std::vector<T>& v, std::size_t j, const eigenvalue<T>& x) {
    v[2 * j] = x.re, v[2 * j + 1] = x.im;
  }
};

/// The pairs of the library in half storage, beside those that a user packs.
template <integer M = 1>
using complex_modes = lssm::complex_diagonal<lssm::dynamic, M>;

struct log_step {
  using role = lssm::time_role;
  static constexpr auto& of(auto& s) { return s.log_step; }
};

/// h_k = Σ_j c_j exp(-k Δ a_j) b_j, Δ = exp(log_step).
struct sampled {
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;
  using slots = lssm::slot_list<lssm::state_matrix, lssm::input_matrix, lssm::output_matrix, log_step>;
  using modes_of_steps = lssm::real_diagonal<>;

  template <class T>
  struct parameters {
    std::vector<T> a, b, c, log_step;
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c), part("log_step", s.log_step));
    }
  };
  void validate() const { require(states >= 1, "sampled", "states", "at least 1", states); }
  template <class T>
  parameters<T> make() const {
    return {zeros<T>(states), zeros<T>(states), zeros<T>(states), zeros<T>(1)};
  }
  /// The decays of one step. They are told, but not stored, so that none can be put in its place.
  static std::size_t modes(const auto& s) { return s.a.size(); }
  template <class T>
  static T pole(const parameters<T>& s, std::size_t j) {
    return lssm::exp_of(T(0) - lssm::exp_of(s.log_step[0]) * s.a[j]);
  }
  template <class T>
  static modes_of_steps::parameters<T> steps(const parameters<T>& s) {
    modes_of_steps::parameters<T> z{s.a, s.b, s.c};
    for (std::size_t j = 0; j < s.a.size(); ++j) z.a[j] = pole(s, j);
    return z;
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    modes_of_steps::impulse_response(steps(s), h);
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const auto z = steps(s);
    auto dz = z;
    modes_of_steps::pullback(z, g, dz);
    const T step = lssm::exp_of(s.log_step[0]);
    ds = {dz.a, dz.b, dz.c, {T(0)}};
    for (std::size_t j = 0; j < z.a.size(); ++j) {
      ds.log_step[0] = ds.log_step[0] - dz.a[j] * z.a[j] * step * s.a[j];
      ds.a[j] = T(0) - dz.a[j] * z.a[j] * step;
    }
  }
  friend bool operator==(const sampled&, const sampled&) = default;
};

/// A factor of h that counts with B.
struct gain_slot {
  using role = lssm::input_role;
  static constexpr auto& of(auto& s) { return s.gain; }
};
/// One that counts with A.
struct gain_of_the_state {
  using role = lssm::state_role;
  static constexpr auto& of(auto& s) { return s.gain; }
};
/// One that does not say with what it counts.
struct gain_without_role {
  static constexpr auto& of(auto& s) { return s.gain; }
};

/// h_k = Δ Σ_j c_j a_j^k b_j with a member beside A, B and C: the gain Δ, one number.
struct with_gain {
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;
  using base = lssm::real_diagonal<>;
  using slots = lssm::slot_list<lssm::state_matrix, lssm::input_matrix, lssm::output_matrix, gain_slot>;

  template <class T>
  struct parameters {
    std::vector<T> a, b, c, gain;
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c), part("gain", s.gain));
    }
  };
  void validate() const { require(states >= 1, "with_gain", "states", "at least 1", states); }
  template <class T>
  parameters<T> make() const {
    return {zeros<T>(states), zeros<T>(states), zeros<T>(states), {T(0)}};
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
