// SPDX-License-Identifier: BSD-3-Clause
// The tableau as its theory sees it: order conditions of Rosenbrock methods (Hairer and Wanner, Solving Ordinary
// Differential Equations II, Section IV.7), in every scalar, from the coefficients of the transformed stages.
//
//   Γ = (1/γ - c)⁻¹, α = a Γ, β = α + Γ, b = β_8, b̂ = α_8        A_i = Σ_j α_ij, B_i = Σ_j β_ij
//   A tree's weight is a product along its edges: an edge to an only child is β, to one of several children α.
#include <doctest/doctest.h>

#include <array>
#include <lssm/core.hpp>
#include <lssm/train/rodas5p.hpp>
#include <string>
#include <vector>

using namespace lssm;

namespace {

constexpr std::size_t stages = 8;
template <class T>
using row = std::array<T, stages>;
template <class T>
using matrix = std::array<row<T>, stages>;

template <class T>
row<T> times(const matrix<T>& m, const row<T>& v) {
  row<T> out{};
  for (std::size_t i = 0; i < stages; ++i)
    for (std::size_t j = 0; j < stages; ++j) out[i] = out[i] + m[i][j] * v[j];
  return out;
}
template <class T>
row<T> times(const row<T>& v, const matrix<T>& m) {
  row<T> out{};
  for (std::size_t i = 0; i < stages; ++i)
    for (std::size_t j = 0; j < stages; ++j) out[j] = out[j] + v[i] * m[i][j];
  return out;
}
template <class T>
row<T> entrywise(const row<T>& x, const row<T>& y) {
  row<T> out{};
  for (std::size_t i = 0; i < stages; ++i) out[i] = x[i] * y[i];
  return out;
}
template <class T>
T sum(const row<T>& x, const row<T>& y) {
  T s(0);
  for (std::size_t i = 0; i < stages; ++i) s = s + x[i] * y[i];
  return s;
}
template <class T>
row<T> constant(int value) {
  row<T> out;
  out.fill(T(value));
  return out;
}

/// The inverse of a lower triangular matrix.
template <class T>
matrix<T> inverse(const matrix<T>& l) {
  matrix<T> out{};
  for (std::size_t col = 0; col < stages; ++col)
    for (std::size_t i = col; i < stages; ++i) {
      T s = T(i == col ? 1 : 0);
      for (std::size_t j = col; j < i; ++j) s = s - l[i][j] * out[j][col];
      out[i][col] = s / l[i][i];
    }
  return out;
}

template <class T>
struct method {
  matrix<T> big_gamma{}, alpha{}, beta{};
  row<T> b{}, embedded{}, A{}, B{};
  std::array<row<T>, 3> dense{};
  T gamma{};

  method() {
    const rodas5p_tableau<T> t;
    gamma = t.gamma;
    matrix<T> a{}, m{};
    for (std::size_t i = 0; i < stages; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        a[i][j] = i < 6 ? t.a[i][j] : j < 5 ? t.a[5][j] : T(1);
        m[i][j] = T(0) - t.c[i][j];
      }
      m[i][i] = T(1) / gamma;
    }
    big_gamma = inverse(m);
    for (std::size_t i = 0; i < stages; ++i) {
      alpha[i] = times(a[i], big_gamma);
      for (std::size_t j = 0; j < stages; ++j) beta[i][j] = alpha[i][j] + big_gamma[i][j];
    }
    row<T> last = a[7];
    last[7] = T(1);
    b = times(last, big_gamma);
    embedded = times(a[7], big_gamma);
    for (std::size_t r = 0; r < 3; ++r) dense[r] = times(t.h[r], big_gamma);
    A = times(alpha, constant<T>(1));
    B = times(beta, constant<T>(1));
  }

  /// Weights of y(θ).
  row<T> at(const T& theta) const {
    row<T> w{};
    for (std::size_t i = 0; i < stages; ++i)
      w[i] =
          theta * b[i] + theta * (T(1) - theta) * (dense[0][i] + theta * (dense[1][i] + theta * dense[2][i]));
    return w;
  }
};

struct condition {
  const char* tree;
  int order, density;  // Σ = 1 / density
};
constexpr condition conditions[] = {{"1", 1, 1},   {"2", 2, 2},   {"3a", 3, 3},  {"3b", 3, 6},  {"4a", 4, 4},
                                    {"4b", 4, 8},  {"4c", 4, 12}, {"4d", 4, 24}, {"5a", 5, 5},  {"5b", 5, 10},
                                    {"5c", 5, 15}, {"5d", 5, 30}, {"5e", 5, 20}, {"5f", 5, 20}, {"5g", 5, 40},
                                    {"5h", 5, 60}, {"5i", 5, 120}};

/// The elementary weights of the seventeen trees up to order 5, in the order of `conditions`.
template <class T>
std::array<T, 17> elementary_weights(const method<T>& m, const row<T>& w) {
  const row<T> a_squared = entrywise(m.A, m.A), a_cubed = entrywise(a_squared, m.A),
               a_fourth = entrywise(a_squared, a_squared);
  const row<T> alpha_b = times(m.alpha, m.B), beta_b = times(m.beta, m.B),
               beta_squared = times(m.beta, a_squared);
  const row<T> weighted_a = entrywise(w, m.A);
  return {sum(w, constant<T>(1)),
          sum(w, m.B),
          sum(w, a_squared),
          sum(w, beta_b),
          sum(w, a_cubed),
          sum(weighted_a, alpha_b),
          sum(w, beta_squared),
          sum(w, times(m.beta, beta_b)),
          sum(w, a_fourth),
          sum(w, entrywise(a_squared, alpha_b)),
          sum(weighted_a, times(m.alpha, a_squared)),
          sum(weighted_a, times(m.alpha, beta_b)),
          sum(w, entrywise(alpha_b, alpha_b)),
          sum(w, times(m.beta, a_cubed)),
          sum(w, times(m.beta, entrywise(m.A, alpha_b))),
          sum(w, times(m.beta, beta_squared)),
          sum(w, times(m.beta, times(m.beta, beta_b)))};
}

template <class T>
double size(const T& x) {
  return std::abs(value_of(x));
}

/// Intermediate sums reach a few hundred: powers of α and β with entries around ten.
template <class T>
constexpr double tolerance = 1000 * epsilon_of<T>;

}  // namespace

#if defined(__SIZEOF_FLOAT128__)
#define SCALARS double, long double, quad
#else
#define SCALARS double, long double
#endif

TEST_CASE_TEMPLATE("rodas5p: seventeen conditions of order five", T, SCALARS) {
  const method<T> m;
  const auto found = elementary_weights(m, m.b);
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(conditions[i].tree);
    CHECK(size(found[i] - T(1) / T(conditions[i].density)) < tolerance<T>);
  }
}

TEST_CASE_TEMPLATE("rodas5p: the embedded method has order four and not five", T, SCALARS) {
  const method<T> m;
  const auto found = elementary_weights(m, m.embedded);
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(conditions[i].tree);
    const double miss = size(found[i] - T(1) / T(conditions[i].density));
    if (conditions[i].order <= 4) {
      CHECK(miss < tolerance<T>);
    } else {
      CHECK(miss > 1e-4);
    }
  }
}

TEST_CASE_TEMPLATE("rodas5p: dense output has order four", T, SCALARS) {
  const method<T> m;
  for (const double theta : {0.0625, 0.25, 0.5, 0.875}) {
    const auto found = elementary_weights(m, m.at(T(theta)));
    double worst_of_fifth = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(theta);
      CAPTURE(conditions[i].tree);
      const double miss = size(found[i] - power(T(theta), conditions[i].order) / T(conditions[i].density));
      if (conditions[i].order <= 4) {
        CHECK(miss < tolerance<T>);
      } else {
        worst_of_fifth = std::max(worst_of_fifth, miss);
      }
    }
    CHECK(worst_of_fifth > 1e-5);
  }
}

TEST_CASE_TEMPLATE("rodas5p: stiffly accurate, damps the infinitely stiff", T, SCALARS) {
  const method<T> m;
  for (std::size_t j = 0; j < stages; ++j) {
    CHECK(size(m.b[j] - m.beta[7][j]) < tolerance<T>);
    CHECK(size(m.embedded[j] - m.beta[6][j]) < tolerance<T>);
  }
  for (std::size_t i = 5; i < stages; ++i) CHECK(size(m.A[i] - T(1)) < tolerance<T>);
  for (std::size_t i = 5; i < stages; ++i) CHECK(size(m.B[i] - T(1)) < tolerance<T>);
  // R(∞) = 1 - bᵀ β⁻¹ 1, for both methods
  const matrix<T> w = inverse(m.beta);
  CHECK(size(T(1) - sum(m.b, times(w, constant<T>(1)))) < tolerance<T>);
  CHECK(size(T(1) - sum(m.embedded, times(w, constant<T>(1)))) < tolerance<T>);
}

TEST_CASE_TEMPLATE("rodas5p: differential-algebraic systems of index one keep order five", T, SCALARS) {
  const method<T> m;
  const matrix<T> w = inverse(m.beta);
  const row<T> a_squared = entrywise(m.A, m.A), a_cubed = entrywise(a_squared, m.A),
               b_times_a = entrywise(m.b, m.A);
  const row<T> w_squared = times(w, a_squared), alpha_w_squared = times(m.alpha, w_squared),
               alpha_b = times(m.alpha, m.B);
  const auto close = [](const T& x, int p, int q) { return size(x - T(p) / T(q)) < 100 * tolerance<T>; };
  CHECK(close(sum(b_times_a, alpha_w_squared), 1, 4));
  CHECK(close(sum(m.b, entrywise(a_squared, alpha_w_squared)), 1, 5));
  CHECK(close(sum(b_times_a, times(m.alpha, times(w, a_cubed))), 1, 5));
  CHECK(close(sum(b_times_a, times(m.alpha, times(w, entrywise(m.A, alpha_b)))), 1, 10));
  CHECK(close(sum(b_times_a, times(m.alpha, times(w, entrywise(m.A, alpha_w_squared)))), 1, 5));
  CHECK(close(sum(m.b, entrywise(alpha_b, alpha_w_squared)), 1, 10));
  CHECK(close(sum(m.b, entrywise(alpha_w_squared, alpha_w_squared)), 1, 5));
  CHECK(close(sum(m.b, times(m.beta, entrywise(m.A, alpha_w_squared))), 1, 20));
}

TEST_CASE_TEMPLATE("rodas5p: stiff sources keep the order (Prothero and Robinson)", T, SCALARS) {
  const method<T> m;
  const matrix<T> w = inverse(m.beta);
  const row<T> a_squared = entrywise(m.A, m.A), a_cubed = entrywise(a_squared, m.A);
  row<T> defect = times(m.beta, m.B), v = m.b;
  for (std::size_t i = 0; i < stages; ++i) defect[i] = T(2) * defect[i] - a_squared[i];
  for (int j = 0; j < 5; ++j) {
    CHECK(size(sum(v, defect)) < tolerance<T>);
    v = times(v, m.beta);
  }
  const row<T> b2 = times(times(m.b, w), w), b3 = times(b2, w), b4 = times(b3, w);
  const auto close = [](const T& x, int expected) { return size(x - T(expected)) < 1e4 * tolerance<T>; };
  CHECK(close(sum(b2, a_squared), 2));
  CHECK(close(sum(b3, a_squared), 2));
  CHECK(close(sum(b2, a_cubed), 3));
  CHECK(close(sum(b3, a_cubed), 6));
  CHECK(close(sum(b4, a_cubed), 6));
}

TEST_CASE("rodas5p: the numbers are the published ones") {
  // Up to the refinement, which moves the published sixteen digits by some 1e-13.
  const rodas5p_tableau<double> t;
  CHECK(t.gamma == doctest::Approx(0.21193756319429014).epsilon(1e-15));
  CHECK(t.a[1][0] == doctest::Approx(3.0).epsilon(1e-15));
  CHECK(t.a[2][0] == doctest::Approx(2.849394379747939).epsilon(1e-12));
  CHECK(t.a[2][1] == doctest::Approx(0.45842242204463923).epsilon(1e-12));
  CHECK(t.c[1][0] == doctest::Approx(-14.155112264123755).epsilon(1e-12));
  CHECK(t.h[0][0] == doctest::Approx(25.948786856663858).epsilon(1e-12));
}
