// SPDX-License-Identifier: BSD-3-Clause
// A model of one's own (docs/ssm.md): a structure of the state matrix with oscillating modes, and a parameter map that
// ties B to C.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct rotations {  // A: blocks (α -β; β α), that is eigenvalues α ± iβ; h_k = Σ over blocks of cᵀ A^k b
  integer pairs = 1;
  static constexpr integer inputs = 1, outputs = 1;

  template <class T>
  struct parameters {
    std::vector<T> a, b, c;  // two entries per block: a = (α, β), b, c
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c));
    }
  };
  void validate() const { require(pairs >= 1, "rotations", "pairs", "at least 1", pairs); }
  template <class T>
  parameters<T> make() const {
    const std::vector<T> zero(static_cast<std::size_t>(2 * pairs), T(0));
    return {zero, zero, zero};
  }

  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    for (T& out : h) out = T(0);
    for (std::size_t j = 0; j < s.a.size(); j += 2) {
      T u = s.b[j], v = s.b[j + 1];  // A^k b
      for (T& out : h) {
        out = out + s.c[j] * u + s.c[j + 1] * v;
        const T turned = s.a[j] * u - s.a[j + 1] * v;
        v = s.a[j + 1] * u + s.a[j] * v;
        u = turned;
      }
    }
  }
  /// Backwards in time: (p, q) = Σ_k (Aᵀ)^k c g_k, and products with the states of the way there.
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    std::vector<T> u(g.size()), v(g.size());
    for (std::size_t j = 0; j < s.a.size(); j += 2) {
      const T alpha = s.a[j], beta = s.a[j + 1];
      u[0] = s.b[j], v[0] = s.b[j + 1];
      for (std::size_t k = 1; k < g.size(); ++k)
        u[k] = alpha * u[k - 1] - beta * v[k - 1], v[k] = beta * u[k - 1] + alpha * v[k - 1];
      T p(0), q(0);
      ds.a[j] = ds.a[j + 1] = ds.c[j] = ds.c[j + 1] = T(0);
      for (std::size_t k = g.size(); k-- > 0;) {
        ds.a[j] = ds.a[j] + p * u[k] + q * v[k];
        ds.a[j + 1] = ds.a[j + 1] + q * u[k] - p * v[k];
        ds.c[j] = ds.c[j] + g[k] * u[k];
        ds.c[j + 1] = ds.c[j + 1] + g[k] * v[k];
        const T turned = alpha * p + beta * q + g[k] * s.c[j];
        q = alpha * q - beta * p + g[k] * s.c[j + 1];
        p = turned;
      }
      ds.b[j] = p, ds.b[j + 1] = q;
    }
  }

  /// What it tells of its modes, for measures and constraints: a pole stands for itself and its conjugate.
  template <class T>
  static std::size_t modes(const parameters<T>& s) {
    return s.a.size() / 2;
  }
  template <class T>
  static eigenvalue<T> pole(const parameters<T>& s, std::size_t j) {
    return {s.a[2 * j], s.a[2 * j + 1]};
  }
  template <class T>
  static void set_pole(parameters<T>& s, std::size_t j, const eigenvalue<T>& x) {
    s.a[2 * j] = x.re, s.a[2 * j + 1] = x.im;
  }
};

struct tied {  // θ = (a, b), and C = Bᵀ
  template <class System>
  static constexpr integer known_count = dynamic;
  template <class System>
  static integer count(const System& s) {
    return length(s.a) + length(s.b);
  }
  template <class T, class System>
  static void to_system(std::span<const T> theta, System& s) {
    for (std::size_t j = 0, d = s.a.size(); j < d; ++j) s.a[j] = theta[j], s.b[j] = s.c[j] = theta[d + j];
  }
  template <class T, class System>
  static void from_system(const System& s, std::span<T> theta) {
    for (std::size_t j = 0, d = s.a.size(); j < d; ++j) theta[j] = s.a[j], theta[d + j] = s.b[j];
  }
  template <class T, class System>
  static void pullback(std::span<const T>, const System& ds, std::span<T> dtheta) {
    for (std::size_t j = 0, d = ds.a.size(); j < d; ++j)
      dtheta[j] = ds.a[j], dtheta[d + j] = ds.b[j] + ds.c[j];
  }
};

template <class Learn>
void train(const char* name) {
  using data = training_set<16, gaussian<everywhere>>;
  using flow =
      gradient_flow<dormand_prince, plain, first_of<time_horizon, step_limit>>;  // needs no curvature
  using study =
      teacher_student<ssm<rotations, Learn>, given<rotations>, data, squared_error, flow, near_zero>;
  const study ours{.student = {.structure = {.pairs = 2}},
                   .teacher = {.structure = {.pairs = 1}, .values = {{0.6, 0.7}, {1, 0.5}, {1, 0.5}}},
                   .data = {.sequences = {.count = 40}},
                   .training = {.stop = {{{.time = 40}, {}}}},
                   .start = {.state_deviation = 0.5, .io_deviation = 0.5}};
  const auto end = run<double>(ours, 1);
  std::cout << name << ": " << end.status << ", generalization error " << end.generalization(40)
            << ", largest eigenvalue " << end.eigenvalues()[0] << '\n';
}

int main() {
  std::cout.precision(4);
  train<learn_all>("A, B and C learned");
  train<tied>("B tied to C");
}
