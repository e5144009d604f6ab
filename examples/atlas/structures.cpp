// SPDX-License-Identifier: BSD-3-Clause
// Students of other structures with d states: pairs, a full A, modes in continuous time whose step is learned. They begin where
// the real diagonal of the same seed does, but for small normals where that has zeros.
#include "structures.hpp"

#include "draw.hpp"

namespace atlas {

using stepped = discretized<real_diagonal<>>;

/// The paper's start (A, B, C), seen by another structure:
///
///   complex       pair j is state 2 j twice; imaginary parts are normals of `state_deviation` and `io_deviation`
///   dense         A is the matrix whose diagonal the paper's start takes, with that diagonal in descending order
///   discretized   the continuous system with steps of 1 whose discrete one it is, entries of A being 1e-6 at least
struct structure_start : rearranged_start {
  static constexpr bool of_eigenvalues = false;

  template <class System, RandomStream Stream>
  void operator()(System& to, Stream& stream) const {
    constexpr bool pairs = requires { to.a_re; };
    const auto& entries = [&]() -> const auto& {
      if constexpr (pairs)
        return to.a_re;
      else
        return to.b;
    }
    ();
    using T = std::remove_cvref_t<decltype(entries[0])>;
    const std::size_t stored = entries.size();
    const std::size_t d = pairs ? 2 * stored : stored;
    auto from = real_diagonal<>{.states = static_cast<integer>(d)}.make<double>();
    rearranged_start::operator()(from, stream);
    stream.restart();
    const auto small = [&](double deviation) { return T(rounded_to_float(stream.normal() * deviation)); };
    if constexpr (pairs) {
      for (std::size_t j = 0; j < stored; ++j) {
        to.a_re[j] = T(from.a[2 * j]);
        to.b_re[j] = T(from.b[2 * j]);
        to.c_re[j] = T(from.c[2 * j]);
      }
      for (T& x : to.a_im) x = small(state_deviation);
      for (auto* v : {&to.b_im, &to.c_im})
        for (T& x : *v) x = small(io_deviation);
    } else {
      for (std::size_t j = 0; j < d; ++j) {
        to.b[j] = T(from.b[j]);
        to.c[j] = T(from.c[j]);
      }
      if constexpr (requires { to.step; }) {
        for (std::size_t j = 0; j < d; ++j) {
          const double pole = std::max(from.a[j], 1e-6), rate = std::log(pole);
          to.a[j] = T(rate);
          to.b[j] = T(pole == 1 ? from.b[j] : from.b[j] * rate / (pole - 1));
        }
        for (T& x : to.step) x = T(1);
      } else {
        for (std::size_t i = 0; i < d; ++i)
          for (std::size_t j = 0; j < d; ++j) {
            const T x = small(state_deviation);
            to.a[i * d + j] = i == j ? T(from.a[j]) : x;
          }
      }
    }
  }
  friend bool operator==(const structure_start&, const structure_start&) = default;
};

/// Studies of all structures, with the adaptive rate. The norm of A's gradient is that of a full matrix where the structure has
/// it, as in the paper, else that of what is stored.
class structure_studies {
  template <class Structure, class Rule>
  static auto of(const setting& s, const Structure& structure) {
    using any = study_of<Structure, dynamic, Rule, held_ones, structure_start>;
    return make_study<any>(s, structure, Rule{}, start_of(s));
  }

 public:
  static std::size_t group(const setting& s) { return static_cast<std::size_t>(4 * s.learned + s.structure); }

  template <class F>
  static void with_study(const setting& s, F f) {
    const rearranged_start start = start_of(s);
    using full = adaptive_rate<full_matrix_norm>;
    using stored = adaptive_rate<diagonal_norm>;
    const real_diagonal<> real{.states = s.dim};
    switch (s.structure) {
      case 0: return f(make_study<study<dynamic, dynamic, full, held_ones>>(s, real, full{}, start));
      case 1: return f(of<complex_diagonal<>, stored>(s, complex_diagonal<>{.pairs = s.dim / 2}));
      case 2: return f(of<dense_state<>, stored>(s, dense_state<>{.states = s.dim}));
      default: return f(of<stepped, stored>(s, stepped{.structure = real}));
    }
  }
};

void draw_structures(const options& o, bool first) { draw<float, structure_studies>(o, first); }

}  // namespace atlas
