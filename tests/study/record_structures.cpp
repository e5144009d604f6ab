// SPDX-License-Identifier: BSD-3-Clause
// Distances and orders of students and teachers of every structure, against sums over their responses.
#include <doctest/doctest.h>
#include <lssm/analysis/dense_measures.hpp>
#include <lssm/measure/hankel.hpp>
#include <lssm/ssm.hpp>
#include <lssm/study/record_analysis.hpp>

#include <numbers>

using namespace lssm;

namespace own_structure {
/// A structure of somebody's own: c and a, b = 1.
struct scalar_mode {
  static constexpr integer inputs = 1, outputs = 1;
  template <class T>
  struct parameters {
    vec<T, 1> a, c;
    static constexpr auto parts(auto& s) { return std::tuple(part("a", s.a), part("c", s.c)); }
  };
  template <class T>
  parameters<T> make() const {
    return {zeros<T>(extent<1>()), zeros<T>(extent<1>())};
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    T power = s.c[0];
    for (T& v : h) v = power, power = power * s.a[0];
  }
  template <class T>
  static void pullback(const parameters<T>&, std::span<const T>, parameters<T>&) {}
};
template <class T>
modal_form<T> modal_form_of(const bound_system<T, scalar_mode>& x) {
  return {{x.system.a[0]}, {T(1)}, {x.system.c[0]}};
}
}  // namespace own_structure

namespace {

/// What a quantity looks at in a point of a training.
template <class Scalar, class Structure>
struct point {
  using T = Scalar;
  struct objective_type {
    struct model {
      using structure_type = Structure;
    };
  };
  typename Structure::template parameters<T> system;
};

template <class Structure, class T = double>
bound_system<T, Structure> drawn(unsigned seed) {
  bound_system<T, Structure> out{Structure{}.template make<T>()};
  std::uint64_t state = seed * 2862933555777941757u + 3037000493u;
  each_number(
      [&](T& v) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        v = T(static_cast<double>(state >> 11) * 0x1p-52 - 1) * T(0.5);
      },
      out.system);
  return out;
}
std::vector<double> response(const auto& x, double rho, std::size_t length) {
  std::vector<typename std::remove_cvref_t<decltype(x)>::scalar> h(length);
  x.impulse_response(std::span(h));
  std::vector<double> out(h.begin(), h.end());
  double factor = 1;
  for (double& v : out) v *= factor, factor *= rho;
  return out;
}
template <class Quantity, class Point>
double written(const Quantity& q, const Point& p) {
  std::vector<typename Point::T> out(1);
  q.write(p, std::span(out));
  return static_cast<double>(out[0]);
}

/// Every quantity of a student and what stands for its teacher.
template <class T, class Structure>
void check(const bound_system<T, Structure>& student, const auto& teacher, const auto& as, double tolerance) {
  const point<T, Structure> p{student.system};
  for (const double rho : {1.0, 0.75}) {
    auto h = response(student, rho, 400);
    const auto own = h, other = response(teacher, rho, 400);
    double squares = 0, sum = 0, squares9 = 0, sum9 = 0, peak = 0;
    for (std::size_t k = 0; k < h.size(); ++k) {
      h[k] -= other[k];
      squares += h[k] * h[k], sum += std::abs(h[k]);
      if (k < 9) squares9 += h[k] * h[k], sum9 += std::abs(h[k]);
    }
    for (int i = 0; i <= 4000; ++i) {
      std::complex<double> g = 0;
      for (std::size_t k = 0; k < 200; ++k)
        g += h[k] * std::polar(1.0, -std::numbers::pi * i / 4000 * static_cast<double>(k));
      peak = std::max(peak, std::abs(g));
    }
    const auto near = [&](double x, double y) { CHECK(std::abs(x - y) <= tolerance * std::max(1.0, y)); };
    const auto top = [](const std::vector<double>& v, std::size_t n) {
      return hankel_singular_values(to_tensor<1>(std::vector(v.begin(), v.begin() + long(n)), {n}));
    };
    near(written(record::h2_distance{as, rho}, p), std::sqrt(squares));
    near(written(record::l1_distance{as, rho}, p), sum);
    near(written(record::h2_distance{as, rho, 9}, p), std::sqrt(squares9));
    near(written(record::l1_distance{as, rho, 9}, p), sum9);
    near(written(record::hankel_distance{as, rho}, p), top(h, 199)(0));
    near(written(record::hankel_distance{as, rho, 9}, p), top(h, 17)(0));
    CHECK(written(record::hinf_distance{as, rho}, p) == doctest::Approx(peak).epsilon(1e-5));
    const auto sigma = top(own, 17);
    double order = 0;
    for (const double s : sigma) order += s > 1e-3 * sigma(0);
    CHECK(written(record::hankel_order{.part = 1e-3, .discount = rho, .horizon = 9}, p) == order);
  }
}

}  // namespace

TEST_CASE("students and teachers of every structure") {
  const auto real = drawn<real_diagonal<3>>(1);
  const auto pairs = drawn<complex_diagonal<2>>(2);
  const auto full = drawn<dense_state<3>>(3);
  const auto teacher = drawn<real_diagonal<2>>(4);
  const auto oscillating = drawn<complex_diagonal<1>>(5);
  const auto mixed = drawn<dense_state<2>>(6);
  REQUIRE(stability_of(dense_of(full)) == stability::stable);
  REQUIRE(stability_of(dense_of(mixed)) == stability::stable);
  const auto against_all = [&](const auto& student, double tolerance) {
    check(student, teacher, modal_form_of(teacher), tolerance);
    check(student, oscillating, modal_form_of(oscillating), tolerance);
    check(student, mixed, dense_of(mixed), tolerance);
    check(student, teacher, dense_of(teacher), tolerance);
    check(student, oscillating, dense_of(oscillating), tolerance);
  };
  against_all(real, 1e-12);
  against_all(pairs, 1e-12);
  against_all(full, 1e-12);
  check(drawn<complex_diagonal<2>, float>(7), oscillating, modal_form_of(oscillating), 1e-5);
  check(drawn<dense_state<3>, long double>(3), teacher, modal_form_of(teacher), 1e-12);
  check(drawn<own_structure::scalar_mode>(8), teacher, modal_form_of(teacher), 1e-12);
}

TEST_CASE("a student at its teacher is at distance zero; what is not stable is +inf in every structure") {
  const auto zero_then_infinite = [](auto x, auto form, auto grow) {
    using system = decltype(x);
    using at = point<typename system::scalar, typename system::structure_type>;
    CHECK(written(record::h2_distance{form}, at{x.system}) < 1e-14);
    CHECK(written(record::hankel_distance{form}, at{x.system}) < 1e-14);
    grow(x.system);
    const at moved{x.system};
    CHECK(std::isinf(written(record::h2_distance{form}, moved)));
    CHECK(std::isinf(written(record::hinf_distance{form}, moved)));
    CHECK(std::isinf(written(record::l1_distance{form}, moved)));
    CHECK(std::isinf(written(record::hankel_distance{form}, moved)));
    CHECK(std::isinf(written(record::hankel_order{}, moved)));
    CHECK(std::isfinite(written(record::h2_distance{form, 1, 9}, moved)));
  };
  const auto pairs = drawn<complex_diagonal<2>>(2);
  zero_then_infinite(pairs, modal_form_of(pairs), [](auto& s) { s.a_re[0] = 1; });
  const auto full = drawn<dense_state<3>>(3);
  zero_then_infinite(full, dense_of(full), [](auto& s) { s.a[0] = 3; });
  const auto real = drawn<real_diagonal<3>>(1);
  zero_then_infinite(real, dense_of(real), [](auto& s) { s.a[0] = -1; });
  CHECK_THROWS_AS(written(record::hinf_distance{modal_form_of(pairs), 1, 5},
                          point<double, complex_diagonal<2>>{pairs.system}),
                  bad_argument);
}
