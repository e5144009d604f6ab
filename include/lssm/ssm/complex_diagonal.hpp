// SPDX-License-Identifier: BSD-3-Clause
// State matrices with pairs of conjugate eigenvalues, in half storage: of each pair one is stored.
//
//   s_t = A s_{t-1} + B x_t over all 2 d modes,  y_t = C s_t,  h_k = Σ_j (c_j a_j^k b_j + conjugate) = 2 Re Σ_j c_j a_j^k b_j
//
//   symbol       shape    meaning                    symbol       shape         meaning
//   a_re, a_im   (d)      one eigenvalue of a pair   h            (kappa, p, m) impulse response
//   b_re, b_im   (d, m)   input matrix B             g            (kappa, p, m) cotangent of h: dL/dh
//   c_re, c_im   (p, d)   output matrix C            x, y         (kappa, m|p)  input and output sequence
//
// The pullback of g is, with P_{iq}(a) = Σ_k g_k^{iq} a^k and of the derivatives by real and imaginary parts:
//   da_j = 2 conj Σ_{iq} c_ij b_jq P'_{iq}(a_j),   db_jq = 2 conj Σ_i c_ij P_{iq}(a_j),   dc_ij = 2 conj Σ_q b_jq P_{iq}(a_j).
// Modes may meet and cross the real axis: a pair there is two equal real modes.
#pragma once

#include <span>
#include <string_view>
#include <type_traits>

#include "../core/parts.hpp"
#include "../kernel/complex_modes.hpp"
#include "../kernel/matrix.hpp"
#include "concepts.hpp"

namespace lssm {

/// D pairs of conjugate eigenvalues with M inputs and P outputs; D may be given at run time.
template <integer D = dynamic, integer M = 1, integer P = 1>
struct complex_diagonal {
  static_assert(D == dynamic || D >= 1,
                "complex_diagonal: the number of pairs must be at least 1 (docs/ssm.md)");
  static_assert(M >= 1 && P >= 1, "complex_diagonal: inputs and outputs must be at least 1 (docs/ssm.md)");

  extent<D> pairs{};
  static constexpr integer known_pairs = D, inputs = M, outputs = P;
  static constexpr std::string_view name = "complex_diagonal/1";  ///< in files (ssm/system_file.hpp)
  using slots =
      slot_list<state_real, state_imaginary, input_real, input_imaginary, output_real, output_imaginary>;
  static constexpr bool takes_duals = true;

  template <class T>
  struct parameters {
    vec<T, D> a_re, a_im;                 // (d)
    vec<T, product_of<D, M>> b_re, b_im;  // (d, m)
    vec<T, product_of<P, D>> c_re, c_im;  // (p, d)
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a_re", s.a_re), part("a_im", s.a_im), part("b_re", s.b_re),
                        part("b_im", s.b_im), part("c_re", s.c_re), part("c_im", s.c_im));
    }
  };

  constexpr void validate() const {
    require(pairs >= 1, "complex_diagonal", "pairs", "at least 1", integer(pairs));
    require_entries("complex_diagonal", "pairs x channels x 2", {pairs, std::max(M, P), 2});
  }
  template <class T>
  constexpr parameters<T> make() const {
    const auto a = zeros<T>(pairs);
    const auto b = zeros<T>(extent<product_of<D, M>>(pairs * M));
    const auto c = zeros<T>(extent<product_of<P, D>>(P * pairs));
    return {a, a, b, b, c, c};
  }

  /// Whether all parts are of sizes that belong together.
  static constexpr bool fits(const auto& s) {
    const std::size_t d = s.a_re.size();
    return s.a_im.size() == d && s.b_re.size() == d * M && s.b_im.size() == d * M && s.c_re.size() == P * d &&
           s.c_im.size() == P * d;
  }

  // ---- modes ----

  static constexpr std::size_t modes(const auto& s) { return s.a_re.size(); }
  /// The stored eigenvalue of pair j.
  template <class T>
  static constexpr eigenvalue<T> pole(const parameters<T>& s, std::size_t j) {
    return {s.a_re[j], s.a_im[j]};
  }
  template <class T>
  static constexpr void set_pole(parameters<T>& s, std::size_t j, const eigenvalue<T>& x) {
    s.a_re[j] = x.re;
    s.a_im[j] = x.im;
  }
  /// Where a slot keeps the entries of a mode: one of A, a row of B, a column of C.
  template <class Slot>
  static constexpr modal_slot modal(Slot) {
    if (std::is_same_v<role_of<Slot>, input_role>) return {.entries = M};
    if (std::is_same_v<role_of<Slot>, output_role>) return {.entries = P, .side_by_side = false};
    return {};
  }

  // ---- impulse response ----

  /// h (kappa, p, m); kappa follows from the length of h.
  template <class T>
  static constexpr void impulse_response(const parameters<T>& s, std::span<T> h) {
    for (integer i = 0; i < P; ++i)
      for (integer q = 0; q < M; ++q)
        kernel::complex_moments<T>(
            fixed_view<D>(s.a_re), fixed_view<D>(s.a_im),
            [&]<integer W>(std::integral_constant<integer, W>, integer j) {
              const auto w = kernel::times(output<W>(s, i, j), input<W>(s, q, j));
              return kernel::complex_block<T, W>{w.re + w.re, w.im + w.im};
            },
            h.subspan(static_cast<std::size_t>(i * M + q)), P * M);
  }

  /// ds receives the gradient of any function of h whose derivative is g (kappa, p, m).
  template <class T>
  static constexpr void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
      for (integer j = 0; j < length(s.a_re); j += W) pull_back_block<W>(s, g, ds, j);
    });
  }

  // ---- sequences ----

  /// One step: state (2 d), real parts and then imaginary parts, is carried, x (m) comes in, y (p) goes out.
  template <class T>
  static constexpr void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state,
                                std::span<T> y) {
    const std::size_t d = s.a_re.size();
    for (T& out : y) out = T(0);
    for (std::size_t j = 0; j < d; ++j) {
      const T back = T(0) - s.a_im[j];
      T re = mul_add(state[j], s.a_re[j], state[d + j] * back);
      T im = mul_add(state[j], s.a_im[j], state[d + j] * s.a_re[j]);
      for (std::size_t q = 0; q < M; ++q) {
        re = mul_add(s.b_re[j * M + q], x[q], re);
        im = mul_add(s.b_im[j * M + q], x[q], im);
      }
      state[j] = re;
      state[d + j] = im;
      const T twice = re + re, minus_twice = T(0) - (im + im);
      for (std::size_t i = 0; i < P; ++i)
        y[i] = mul_add(s.c_re[i * d + j], twice, mul_add(s.c_im[i * d + j], minus_twice, y[i]));
    }
  }

  /// For batches of sequences: scratch for so many rows, which are steps of sequences one after the other.
  template <class T>
  struct batch_work {
    std::vector<T> driven, states, adjoints;  // (rows, 2 d)
    std::vector<T> b, c, db, dc;  // (m, 2 d), (p, 2 d), (2 d, m), (p, 2 d): B and C of the real form
    batch_work() = default;
    batch_work(const parameters<T>& s, std::size_t rows)
        : driven(rows * 2 * s.a_re.size(), T(0)),
          states(driven),
          adjoints(driven),
          b(2 * s.b_re.size(), T(0)),
          c(2 * s.c_re.size(), T(0)),
          db(b),
          dc(c) {}
  };
  /// y (N steps, p) for x (N steps, m), each sequence from rest.
  template <class T>
  static constexpr void forward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x,
                                      std::span<T> y, batch_work<T>& work) {
    const std::size_t d = s.a_re.size();
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t q = 0; q < M; ++q) {
        work.b[2 * q * d + j] = s.b_re[j * M + q];
        work.b[(2 * q + 1) * d + j] = s.b_im[j * M + q];
      }
      for (std::size_t i = 0; i < P; ++i) {
        work.c[2 * i * d + j] = T(2) * s.c_re[i * d + j];
        work.c[(2 * i + 1) * d + j] = T(-2) * s.c_im[i * d + j];
      }
    }
    kernel::multiply_rows(x, extent<M>(), view<T>(work.b), both(s), std::span<const T>(),
                          std::span<T>(work.driven));
    kernel::complex_scan_forward<T, D>(fixed_view<D>(s.a_re), fixed_view<D>(s.a_im), steps,
                                       view<T>(work.driven), std::span<T>(work.states));
    kernel::multiply_transposed(view<T>(work.states), both(s), view<T>(work.c), extent<P>(), y);
  }
  /// After forward_batch: adds to ds, writes dx unless it is empty.
  template <class T>
  static constexpr void backward_batch(const parameters<T>& s, std::size_t steps, std::span<const T> x,
                                       std::span<const T> dy, parameters<T>& ds, std::span<T> dx,
                                       batch_work<T>& work) {
    const std::size_t d = s.a_re.size();
    kernel::multiply_rows(dy, extent<P>(), view<T>(work.c), both(s), std::span<const T>(),
                          std::span<T>(work.driven));  // of the states, where what drives them was
    kernel::complex_scan_backward<T, D>(
        fixed_view<D>(s.a_re), fixed_view<D>(s.a_im), steps, view<T>(work.driven), view<T>(work.states),
        std::span<T>(work.adjoints), fixed_view<D>(ds.a_re), fixed_view<D>(ds.a_im));
    for (T& v : work.db) v = T(0);
    for (T& v : work.dc) v = T(0);
    kernel::add_outer_products(view<T>(work.adjoints), both(s), x, extent<M>(), std::span<T>(work.db));
    kernel::add_outer_products(dy, extent<P>(), view<T>(work.states), both(s), std::span<T>(work.dc));
    for (std::size_t n = 0; n < d * M; ++n) {
      ds.b_re[n] = ds.b_re[n] + work.db[n];
      ds.b_im[n] = ds.b_im[n] + work.db[d * M + n];
    }
    for (std::size_t i = 0; i < P; ++i)
      for (std::size_t j = 0; j < d; ++j) {
        ds.c_re[i * d + j] = mul_add(T(2), work.dc[2 * i * d + j], ds.c_re[i * d + j]);
        ds.c_im[i * d + j] = mul_add(T(-2), work.dc[(2 * i + 1) * d + j], ds.c_im[i * d + j]);
      }
    if (!dx.empty())
      kernel::multiply_transposed(view<T>(work.adjoints), both(s), view<T>(work.b), extent<M>(), dx);
  }

  friend constexpr bool operator==(const complex_diagonal& x, const complex_diagonal& y) {
    return x.pairs == y.pairs;
  }

 private:
  static constexpr extent<product_of<2, D>> both(const auto& s) {
    return extent<product_of<2, D>>(2 * length(s.a_re));
  }

  /// Modes from j on: their entries of B for input q, and of C for output i.
  template <integer W, class T>
  static constexpr kernel::complex_block<T, W> input(const parameters<T>& s, integer q, integer j) {
    const auto part = [&](const auto& b) {
      if constexpr (M == 1) {
        return kernel::load_block<W>(fixed_view<D>(b), j);
      } else {
        T column[static_cast<std::size_t>(W)] = {};
        for (integer l = 0; l < std::min(W, length(s.a_re) - j); ++l)
          column[l] = b[static_cast<std::size_t>((j + l) * M + q)];
        return kernel::load_block<W>(std::span<const T>(column), 0);
      }
    };
    return {part(s.b_re), part(s.b_im)};
  }
  template <integer W, class T>
  static constexpr kernel::complex_block<T, W> output(const parameters<T>& s, integer i, integer j) {
    return kernel::load_complex<W>(row(s.c_re, i, s), row(s.c_im, i, s), j);
  }
  template <class V, class System>
  static constexpr auto row(V& c, integer i, const System& s) {
    using entry = std::remove_reference_t<decltype(c[0])>;
    return fixed_span<entry, D>(c.data() + static_cast<std::size_t>(i) * s.a_re.size(), s.a_re.size());
  }

  /// Twice the conjugates become entries of B for input q of the modes from j on.
  template <integer W, class T>
  static constexpr void store_input(const kernel::complex_block<T, W>& x, parameters<T>& ds, integer q,
                                    integer j) {
    if constexpr (M == 1) {
      kernel::store_complex(x, fixed_view<D>(ds.b_re), fixed_view<D>(ds.b_im), j);
    } else {
      T re[static_cast<std::size_t>(W)], im[static_cast<std::size_t>(W)];
      kernel::store_complex(x, std::span<T>(re), std::span<T>(im), 0);
      for (integer l = 0; l < std::min(W, length(ds.a_re) - j); ++l) {
        ds.b_re[static_cast<std::size_t>((j + l) * M + q)] = re[l];
        ds.b_im[static_cast<std::size_t>((j + l) * M + q)] = im[l];
      }
    }
  }

  template <integer W, class T>
  static constexpr void pull_back_block(const parameters<T>& s, std::span<const T> g, parameters<T>& ds,
                                        integer j) {
    using numbers = kernel::complex_block<T, W>;
    const auto twice_conjugate = [](const numbers& x) {
      return kernel::conjugate(numbers{x.re + x.re, x.im + x.im});
    };
    const numbers none{kernel::fill_block<W>(T(0)), kernel::fill_block<W>(T(0))},
        a = kernel::load_complex<W>(fixed_view<D>(s.a_re), fixed_view<D>(s.a_im), j);
    numbers da = none, dc[static_cast<std::size_t>(P)];
    for (numbers& x : dc) x = none;
    for (integer q = 0; q < M; ++q) {
      const numbers b = input<W>(s, q, j);
      numbers db = none;
      for (integer i = 0; i < P; ++i) {
        const auto [value, slope] =
            kernel::complex_slope<W>(g.subspan(static_cast<std::size_t>(i * M + q)), P * M, a);
        const numbers c = output<W>(s, i, j);
        da = kernel::fused(kernel::times(c, b), slope, da);
        db = kernel::fused(c, value, db);
        dc[i] = kernel::fused(b, value, dc[i]);
      }
      store_input<W>(twice_conjugate(db), ds, q, j);
    }
    kernel::store_complex(twice_conjugate(da), fixed_view<D>(ds.a_re), fixed_view<D>(ds.a_im), j);
    for (integer i = 0; i < P; ++i)
      kernel::store_complex(twice_conjugate(dc[i]), row(ds.c_re, i, ds), row(ds.c_im, i, ds), j);
  }
};

}  // namespace lssm
