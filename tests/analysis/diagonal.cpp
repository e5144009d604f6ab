// SPDX-License-Identifier: BSD-3-Clause
// Measures of diagonal systems against reference numbers and laws.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/ssm/real_diagonal.hpp>

#include "systems.hpp"

using namespace lssm;
using namespace analysis_reference;

namespace {

template <class T>
modal_form<T> real_form(const system_numbers& s, std::size_t inputs = 1, std::size_t outputs = 1) {
  const auto cast = [](const std::vector<double>& v) { return std::vector<T>(v.begin(), v.end()); };
  return {cast(s.a), cast(s.b), cast(s.c), inputs, outputs};
}
template <class T>
modal_form<std::complex<T>> complex_form(const system_numbers& s) {
  const auto cast = [](const std::vector<double>& v) {
    std::vector<std::complex<T>> out;
    for (std::size_t i = 0; i < v.size(); i += 2) out.emplace_back(T(v[i]), T(v[i + 1]));
    return out;
  };
  return from_half<T>({cast(s.a), cast(s.b), cast(s.c)});
}
/// |x - y| / |y|
template <class T>
double relative(const T& x, const std::string& y) {
  const quad exact = parsed(y);
  return static_cast<double>(abs_of((quad(x) - exact) / exact));
}
template <class T>
bool holds(const system_measure<T>& m, const std::string& exact) {
  return quad(m.lower) <= parsed(exact) && parsed(exact) <= quad(m.upper) && m.lower <= m.value &&
         m.value <= m.upper;
}
template <class T>
double worst(const std::vector<T>& sigma, const strings& exact) {
  double error = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) error = std::max(error, relative(sigma[i], exact[i]));
  return error;
}
const system_numbers& named(const std::vector<system_numbers>& all, const std::string& name) {
  for (const auto& s : all)
    if (s.name == name) return s;
  throw std::runtime_error(name);
}

}  // namespace

TEST_CASE_TEMPLATE("measures of the reference systems", T, double, long double, quad) {
  const double unit = std::max(epsilon_of<T>, 2e-33) / 2.2e-16;  // the strings have 33 digits
  const auto check = [&](const auto& x, const system_numbers& s) {
    INFO(s.name);
    CHECK(relative(h2_norm(x).value, s.h2) < 1e-14 * unit);
    const auto l1 = l1_norm(x);
    CHECK(relative(l1.value, s.l1) < 1e-13 * unit);
    CHECK(static_cast<double>((l1.upper - l1.lower) / l1.value) < 1e-11 * unit);
    if (epsilon_of < T >> 1e-30) CHECK(holds(l1, s.l1));
    CHECK(worst(hankel_singular_values(x).values, s.hankel0) < 1e-13 * unit);
    CHECK(worst(hankel_singular_values(x, 1).values, s.hankel1) < 1e-13 * unit);
  };
  for (const auto& s : real_systems) check(real_form<T>(s), s);
  for (const auto& s : complex_systems) check(complex_form<T>(s), s);
}

TEST_CASE_TEMPLATE("Gramians of the reference systems", T, double, long double, quad) {
  const double unit = std::max(epsilon_of<T>, 2e-33) / 2.2e-16;
  const auto each = [&](const std::vector<T>& found, const strings& exact) {
    REQUIRE(found.size() == exact.size());
    for (std::size_t i = 0; i < exact.size(); ++i) CHECK(relative(found[i], exact[i]) < 1e-14 * unit);
  };
  for (const auto& s : real_systems) {
    if (s.p.empty()) continue;
    INFO(s.name);
    each(controllability_gramian(real_form<T>(s)), s.p);
    each(observability_gramian(real_form<T>(s)), s.q);
  }
  // A pair z, z̄ as (Re z, Im z), with y = 2 Re(c z): from Σ |z|² and Σ z², and from Σ |c a^k|² and Σ (c a^k)².
  const auto& s = named(complex_systems, "CP");
  const auto p = controllability_gramian(complex_form<T>(s)), q = observability_gramian(complex_form<T>(s));
  const T size = p[0].real(), re = p[1].real(), im = p[1].imag();
  each({(size + re) / 2, im / 2, im / 2, (size - re) / 2}, s.p);
  const T gain = q[0].real(), turn = q[2].real(), tilt = q[2].imag();
  each({2 * (gain + turn), -2 * tilt, -2 * tilt, 2 * (gain - turn)}, s.q);
}

TEST_CASE("a student minus its teacher") {
  const auto x = difference(real_form<double>(named(real_systems, "dim2-6_302_clean")),
                            real_form<double>(named(real_systems, "dim2-6_302_clean_teacher")));
  const auto& s = student_minus_teacher;
  CHECK(relative(h2_norm(x).value, s.h2) < 1e-14);
  CHECK(relative(l1_norm(x).value, s.l1) < 1e-13);
  CHECK(holds(l1_norm(x), s.l1));
  CHECK(worst(hankel_singular_values(x).values, s.hankel0) < 1e-11);
  CHECK(worst(hankel_singular_values(x, 1).values, s.hankel1) < 1e-11);
}

TEST_CASE("the largest gain, and a certified bound of it") {
  const auto check = [](const auto& x, const system_numbers& s, double scale = 1) {
    INFO(s.name);
    const auto gain = hinf_norm(x);
    CHECK(relative(gain.value, s.hinf) < 1e-13 * scale);
    CHECK(std::abs(gain.angle - s.angle) < 1e-7);
    CHECK(holds(gain, s.hinf));
    CHECK(gain.upper <= gain.value * (1 + 1e-10));
  };
  for (const auto& s : real_systems) check(real_form<double>(s), s);
  for (const auto& s : complex_systems) check(complex_form<double>(s), s);
  check(difference(real_form<double>(named(real_systems, "dim2-6_302_clean")),
                   real_form<double>(named(real_systems, "dim2-6_302_clean_teacher"))),
        student_minus_teacher);
}

TEST_CASE("nearly equal pairs lose ε over their distance, no more") {
  double distance = 1e-3;
  for (const auto& pair : nearly_equal_pairs) {
    INFO(distance);
    const modal_form<double> x{pair.a, std::vector<double>(pair.a.size(), 1.0), pair.c};
    const double allowed = 100 * epsilon_of<double> / distance;
    CHECK(relative(h2_norm(x).value, pair.h2) < allowed);
    CHECK(relative(hinf_norm(x).value, pair.hinf) < allowed);
    CHECK(holds(hinf_norm(x), pair.hinf));
    CHECK(worst(hankel_singular_values(x).values, pair.hankel0) < 10 * allowed);
  }
}

TEST_CASE("discounted twins and finite horizons of students that have no other") {
  const auto mode_sum = [](const std::vector<double>& a) {
    return modal_form<double>{a, std::vector<double>(a.size(), 1.0), std::vector<double>(a.size(), 1.0)};
  };
  const modal_form<double> teacher{{1, 0}, {1, 3}, {1, 3}};  // of Theorem 1, d = 10
  for (const auto& t : twins) {
    INFO(t.special << " " << t.discount << " " << t.horizon);
    const auto x = difference(mode_sum(t.special ? theorem1_special : theorem1_clean), teacher);
    CHECK(h2_norm(x).status == stability::marginal);
    if (t.horizon > 0) {
      CHECK(relative(h2_norm(x, t.horizon).value, t.h2) < 1e-12);
      CHECK(relative(l1_norm(x, t.horizon).value, t.l1) < 1e-12);
      CHECK(holds(l1_norm(x, t.horizon), t.l1));
    } else {
      const auto y = discounted(widened<long double>(x), t.discount);
      CHECK(relative(h2_norm(y).value, t.h2) < 1e-12);
      CHECK(relative(l1_norm(y).value, t.l1) < 1e-12);
      // 0.99 a rounded to double moves the distance of two poles that are 1e-13 apart.
      CHECK(relative(hinf_norm(discounted(x, t.discount)).value, t.hinf) < 1e-10);
      CHECK(relative(hankel_norm(y).value, t.hankel) < 1e-12);
    }
  }
}

TEST_CASE("finite sections and several channels") {
  const auto x = real_form<double>(named(real_systems, "D20"));
  for (const auto& s : sections) {
    const auto sigma = hankel_singular_values(x, s.first, s.size).values;
    CHECK(sigma.size() == 20);
    for (std::size_t i = 0; i < s.values.size(); ++i)
      CHECK(std::abs(sigma[i] - static_cast<double>(parsed(s.values[i]))) < 1e-14 * sigma[0]);
  }
  const auto y = real_form<double>(mimo_diagonal, 3, 2);
  CHECK(worst(hankel_singular_values(y).values, mimo_diagonal.hankel0) < 1e-13);
}

namespace {
template <class T>
modal_form<T> drawn(std::uint64_t seed, std::size_t d, std::size_t inputs, std::size_t outputs) {
  std::uint64_t state = seed;
  const auto next = [&] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return T(static_cast<double>(state >> 11) * 0x1p-52 - 1);
  };
  modal_form<T> x{std::vector<T>(d), std::vector<T>(d * inputs), std::vector<T>(d * outputs), inputs,
                  outputs};
  for (auto* entries : {&x.a, &x.b, &x.c})
    for (T& v : *entries) v = next();
  for (T& a : x.a) a = a * T(0.875);
  return x;
}
/// h_k of one channel.
template <class T>
T response(const modal_form<T>& x, std::size_t output, std::size_t input, int k) {
  T h(0);
  const auto w = x.weights(output, input);
  for (std::size_t j = 0; j < w.size(); ++j) h = h + w[j] * power(x.a[j], k);
  return h;
}
}  // namespace

TEST_CASE("laws of random systems, by sums in quad") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const std::size_t d = 1 + seed % 6, m = 1 + seed % 3, p = 1 + seed % 2;
    INFO(seed);
    const auto x = drawn<double>(seed, d, m, p);
    const auto exact = widened<quad>(x);
    quad squares = 0, largest = 0, hankel_squares = 0;
    for (std::size_t i = 0; i < p; ++i) {
      quad row = 0;
      for (std::size_t q = 0; q < m; ++q)
        for (int k = 0; k < 600; ++k) {
          const quad h = response(exact, i, q, k);
          squares += h * h;
          hankel_squares += (k + 1) * h * h;  // h_k stands k + 1 times in h_{i+j}
          row += abs_of(h);
        }
      largest = max_of(largest, row);
    }
    const auto h2 = h2_norm(x);
    const auto l1 = l1_norm(x);
    const auto hinf = hinf_norm(x);
    const auto sigma = hankel_singular_values(x).values;
    CHECK(static_cast<double>(abs_of(quad(h2.value) * h2.value - squares) / squares) < 1e-14);
    CHECK(static_cast<double>(abs_of(quad(l1.value) - largest) / largest) < 1e-13);
    CHECK((l1.lower <= largest && largest <= l1.upper));
    double sum = 0, total = 0;
    for (const double s : sigma) {
      sum += s * s;
      total += s;
    }
    CHECK(sum == doctest::Approx(static_cast<double>(hankel_squares)).epsilon(1e-13));
    CHECK(sigma[0] <= hinf.upper);
    CHECK(hinf.value <= 2 * total);
    for (int i = 0; i <= 200; ++i) {  // no angle has a larger gain
      const double theta = 3.141592653589793 * i / 200;
      detail::columns_of<std::complex<double>> g(p, m);
      const auto response_there = frequency_response(x, theta);
      for (std::size_t r = 0; r < p; ++r)
        for (std::size_t q = 0; q < m; ++q) g(r, q) = response_there[r * m + q];
      CHECK(detail::top_of(g).gain <= hinf.value * (1 + 1e-13));
    }
    // Gramians solve their equations; traces agree with H2.
    const auto controllable = controllability_gramian(x), observable = observability_gramian(x);
    double by_b = 0, by_c = 0;
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j) {
        double bb = 0, cc = 0;
        for (std::size_t q = 0; q < m; ++q) bb += x.b[i * m + q] * x.b[j * m + q];
        for (std::size_t r = 0; r < p; ++r) cc += x.c[r * d + i] * x.c[r * d + j];
        const double ij = controllable[i * d + j];
        CHECK(std::abs(ij - x.a[i] * ij * x.a[j] - bb) < 1e-14 * (1 + std::abs(ij)));
        by_b += cc * ij;
        by_c += bb * observable[i * d + j];
      }
    CHECK(by_b == doctest::Approx(h2.value * h2.value).epsilon(1e-12));
    CHECK(by_c == doctest::Approx(h2.value * h2.value).epsilon(1e-12));
    // Scaling B and unscaling C changes nothing; scaling C scales every measure; an unobservable mode is not seen.
    auto y = x;
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t q = 0; q < m; ++q) y.b[j * m + q] *= 0x1p-7;
      for (std::size_t r = 0; r < p; ++r) y.c[r * d + j] *= 0x1p10;
    }
    CHECK(h2_norm(y).value == 8 * h2.value);
    CHECK(l1_norm(y).value == 8 * l1.value);
    CHECK(hankel_singular_values(y).values[0] == doctest::Approx(8 * sigma[0]).epsilon(1e-14));
    modal_form<double> silent{{0.5}, std::vector<double>(m, 1.0), std::vector<double>(p, 0.0), m, p};
    const auto longer = hankel_singular_values(difference(x, silent)).values;
    CHECK(longer.back() <= (m * p == 1 ? 0.0 : 1e-15 * sigma[0]));
    for (std::size_t i = 0; i < d; ++i) CHECK(std::abs(longer[i] - sigma[i]) < 1e-14 * sigma[0]);
    CHECK(h2_norm(difference(x, x)).value < 1e-15 * h2.value);
  }
}

TEST_CASE("what is not stable has a status and no number") {
  const double tiny = 0x1p-52;
  const auto one = [](double a) { return modal_form<double>{{a, 0.5}, {1, 1}, {1, 1}}; };
  const auto forbids = [](const auto& x, stability s) {
    for (const auto& m : {h2_norm(x), l1_norm(x), hinf_norm(x), hankel_norm(x)}) {
      CHECK(m.status == s);
      CHECK(std::isinf(m.value));
    }
    CHECK(hankel_singular_values(x).values.empty());
    CHECK_THROWS_AS(controllability_gramian(x), bad_argument);
    CHECK(std::isfinite(h2_norm(x, 9).value));
    CHECK(std::isfinite(l1_norm(x, 9).value));
    CHECK(hankel_singular_values(x, 0, 9).values.size() == 2);
  };
  forbids(one(1), stability::marginal);
  forbids(one(-1 - tiny), stability::marginal);
  forbids(one(1 - tiny), stability::marginal);
  forbids(one(-1.0000001), stability::unstable);
  CHECK(h2_norm(one(1 - 64 * tiny)).status == stability::stable);
  forbids(from_half<double>({{{0.6, 0.8}}, {1}, {1}}), stability::marginal);
  CHECK(std::isinf(h2_norm(one(2), 5000).value));
  CHECK(std::isinf(l1_norm(one(2), 5000).value));
  CHECK(hankel_singular_values(one(2), 0, 5000).values.empty());
  const hankel_spectrum<double> none = hankel_singular_values(one(1));
  CHECK(none.status == stability_of_radius(1.0, 2));
  CHECK_THROWS_AS(h2_norm(modal_form<double>{{0.5}, {1, 2}, {1}}), bad_argument);
  CHECK_THROWS_AS(h2_norm(one(std::nan(""))), bad_argument);
  CHECK_THROWS_AS(hankel_norm(modal_form<double>{{0.5}, {1e200}, {1e200}}), bad_argument);
  CHECK_THROWS_AS(discounted(one(0.5), 0), bad_argument);
  for (const double rho : {1e39, 1e-50})  // infinite and zero in float
    CHECK_THROWS_AS(discounted(widened<float>(one(0.5)), rho), bad_argument);
  CHECK_THROWS_AS(h2_norm(modal_form<float>{{0.5F}, {1e20F}, {1e20F}}), bad_argument);
  CHECK_THROWS_AS(h2_norm(modal_form<std::complex<double>>{{{0.5, std::nan("")}}, {1}, {1}}), bad_argument);
  CHECK_THROWS_AS(h2_norm(one(0.5), 0), bad_argument);
  const integer never = integer(1) << 62;
  CHECK_THROWS_AS(h2_norm(one(1), never), bad_argument);
  CHECK_THROWS_AS(l1_norm(one(1), never), bad_argument);
  CHECK_THROWS_AS(hankel_singular_values(one(1), 0, never), bad_argument);
  CHECK_THROWS_AS(hankel_singular_values(one(0.5), never), bad_argument);
  CHECK_THROWS_AS(hankel_singular_values(one(0.5), never, 9), bad_argument);
  // No gain at a pole; off it the sum of fractions, though its series does not converge.
  CHECK_THROWS_AS(frequency_response(one(1), 0), bad_argument);
  CHECK(frequency_response(one(2), 0)[0] == std::complex<double>(1));
}

TEST_CASE("a mode close to the circle takes few terms of the l1 norm") {
  const double a = 1 - 0x1p-40;
  const auto l1 = l1_norm(modal_form<double>{{a, 0.5}, {1, 1}, {1, -3}});
  const double expected =
      0x1p40 + 0.0 - 6 + 2 * (3 - 1) + 2 * (1.5 - 1);  // Σ|.| of 1 - 3, 1 - 3/2, then positive
  CHECK(l1.value == doctest::Approx(expected).epsilon(1e-13));
  CHECK(l1.lower <= expected);
  CHECK(expected <= l1.upper);
}

TEST_CASE("H2 in lanes and by dual numbers") {
  using lanes = pack<double>;
  std::vector<lanes> a(4), w(4), u(4);
  std::vector<modal_form<double>> single;
  for (std::size_t l = 0; l < lanes_of<lanes>; ++l) {
    single.push_back(drawn<double>(40 + l, 4, 1, 1));
    if (l == 1) single[l].a[2] = 1.5;
    const auto weights = single[l].weights(0, 0);
    for (std::size_t j = 0; j < 4; ++j) {
      scalar_traits<lanes>::set(a[j], l, single[l].a[j]);
      scalar_traits<lanes>::set(w[j], l, weights[j]);
    }
  }
  const lanes norms = response_norm<lanes>(a, w, u);
  for (std::size_t l = 0; l < lanes_of<lanes>; ++l)
    if (l == 1) {
      CHECK(std::isinf(scalar_traits<lanes>::get(norms, l)));
    } else {
      CHECK(scalar_traits<lanes>::get(norms, l) == doctest::Approx(h2_norm(single[l]).value).epsilon(1e-15));
    }

  const auto x = drawn<double>(7, 5, 1, 1);
  for (std::size_t j = 0; j < 5; ++j) {
    modal_form<dual<double>> moved = widened<dual<double>>(x);
    moved.a[j].e = 1;
    const double slope = h2_norm(moved).value.e, step = 0x1p-30;
    auto ahead = widened<quad>(x), behind = ahead;
    ahead.a[j] += step;
    behind.a[j] -= step;
    const double quotient =
        static_cast<double>((h2_norm(ahead).value - h2_norm(behind).value) / (2 * quad(step)));
    CHECK(slope == doctest::Approx(quotient).epsilon(1e-12));
  }
}

TEST_CASE("H2 has the same bits padded and not, and its size is that of the weights") {
  for (std::size_t d = 0; d <= 21; ++d) {
    const auto x = drawn<double>(60 + d, d, 1, 1);
    const double norm = h2_norm(x).value;
    std::vector<double> u(d), w = x.weights(0, 0);
    CHECK(norm == response_norm<double>(x.a, w, u));
    const auto reference = h2_norm(widened<quad>(x)).value;
    CHECK(std::abs(norm - static_cast<double>(reference)) <= 4e-15 * norm);
    for (const double unit :
         {0x1p-1000, 0x1p-600, 0x1p+400, 0x1p+480}) {  // squares below and above what a double holds
      auto scaled = x;
      for (double& c : scaled.c) c *= unit;
      CHECK(h2_norm(scaled).value / unit == doctest::Approx(norm).epsilon(1e-14));
    }
    const auto narrow = h2_norm(widened<float>(x)).value;
    for (const float unit : {1e-30F, 1e15F}) {
      auto scaled = widened<float>(x);
      for (float& c : scaled.c) c *= unit;
      CHECK(h2_norm(scaled).value / unit == doctest::Approx(narrow).epsilon(1e-5));
    }
  }
}

namespace {
/// d modes, evenly spread up to `top`, all of the weight c.
template <class T>
modal_form<T> evenly(std::size_t d, double top, double c = 1) {
  modal_form<T> x{{}, std::vector<T>(d, T(1)), std::vector<T>(d, T(c))};
  for (std::size_t j = 1; j <= d; ++j)
    x.a.push_back(T(top * static_cast<double>(j) / static_cast<double>(d)));
  return x;
}
/// The logarithm of the product of all Hankel values, w_1 ... w_d det(1 / (1 - a_i a_j)) by Cauchy.
template <class T>
double log_of_product(const modal_form<T>& x) {
  const auto log_size = [](long double v) { return std::log(std::abs(v)); };
  const auto w = x.weights(0, 0);
  long double sum = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    sum += log_size(w[i]);
    for (std::size_t j = 0; j < w.size(); ++j) {
      const long double a = x.a[i], b = x.a[j];
      sum -= log_size(1 - a * b);
      if (j < i) sum += 2 * log_size(a - b);
    }
  }
  return static_cast<double>(sum);
}
/// σ_1 of h_{i+j}, i, j < 120, by iteration.
template <class T>
double largest_by_definition(const modal_form<T>& x) {
  constexpr std::size_t n = 120;
  std::vector<long double> h(2 * n, 0), v(n, 1), u(n);
  const auto w = x.weights(0, 0);
  for (std::size_t j = 0; j < w.size(); ++j)
    for (std::size_t k = 0; k < 2 * n; ++k)
      h[k] += static_cast<long double>(w[j]) * std::pow(static_cast<long double>(x.a[j]), k);
  long double size = 0;
  for (int iteration = 0; iteration < 60; ++iteration) {
    long double squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
      u[i] = 0;
      for (std::size_t j = 0; j < n; ++j) u[i] += h[i + j] * v[j];
      squares += u[i] * u[i];
    }
    size = std::sqrt(squares);
    for (std::size_t i = 0; i < n; ++i) v[i] = u[i] / size;
  }
  return static_cast<double>(size);
}
}  // namespace

TEST_CASE_TEMPLATE("Hankel values keep their digits where squares of them leave the range of the scalar", T,
                   float, double) {
  constexpr bool narrow = std::same_as<T, float>;
  const auto check = [](const modal_form<T>& x) {
    const auto sigma = hankel_singular_values(x).values;
    const double largest = largest_by_definition(x), tolerance = 100 * epsilon_of<T>;
    CHECK(std::abs(static_cast<double>(sigma[0]) - largest) <= tolerance * largest);
    double product = 0;
    for (const T s : sigma) product += std::log(static_cast<double>(s));
    CHECK(std::abs(product - log_of_product(x)) <=
          tolerance * (static_cast<double>(sigma.size()) + std::abs(product)));
    const auto gradient = hankel_gradient(x);  // of degree one in c
    REQUIRE(gradient.exists);
    double along = 0;
    for (std::size_t j = 0; j < x.c.size(); ++j) along += static_cast<double>(gradient.c[j] * x.c[j]);
    CHECK(std::abs(along - largest) <= tolerance * largest);
  };
  check(evenly<T>(narrow ? 14 : 100, narrow ? 0.7 : 0.5));
  check(evenly<T>(3, 0.03, narrow ? 1e-20 : 1e-200));
  check(evenly<T>(3, 0.03, narrow ? 1e14 : 1e149));
  check({{T(0.875), T(0.125)}, {1, 1}, {1, T(narrow ? 1e-25 : 1e-180)}});
  // A start near zero: products of small differences on every side.
  auto start = drawn<T>(3, narrow ? 6 : 32, 1, 1);
  for (auto* entries : {&start.a, &start.b, &start.c})
    for (T& v : *entries) v = v * T(0.0625);
  const double right = largest_by_definition(start);
  CHECK(std::abs(static_cast<double>(hankel_norm(start).value) - right) <= 1e3 * epsilon_of<T> * right);
  // Weights below the least normal number: right up to the distance of numbers there.
  const double weight = narrow ? 1e-40 : 1e-310, half = narrow ? 1e-20 : 1e-155;
  const modal_form<T> faint{{T(0.5)}, {T(half)}, {T(half)}};
  CHECK(static_cast<double>(h2_norm(faint).value) / weight ==
        doctest::Approx(std::sqrt(4. / 3)).epsilon(1e-4));
  CHECK(static_cast<double>(hankel_norm(faint).value) / weight == doctest::Approx(4. / 3).epsilon(1e-4));
  // Of one mode σ = w / (1 - a²), so that dσ/da = 2 a w / (1 - a²)², where products of three factors vanish.
  const double third = narrow ? 1e-15 : 1e-120;
  const auto slope = hankel_gradient(modal_form<T>{{T(0.5)}, {T(third)}, {T(third)}});
  CHECK(static_cast<double>(slope.a[0]) / third / third == doctest::Approx(16. / 9).epsilon(1e-5));
  // One mode: its only value is w Σ a^{2k}, whatever squares of its powers.
  const modal_form<T> growing{{T(narrow ? 1.25 : 4)}, {1}, {T(narrow ? 1e-3 : 1e-20)}};
  const int terms = narrow ? 200 : 260;
  long double sum = 0;
  for (int k = 0; k < terms; ++k)
    sum += std::pow(static_cast<long double>(growing.a[0]), 2 * k) * static_cast<long double>(growing.c[0]);
  const auto section = hankel_singular_values(growing, 0, terms).values;
  REQUIRE(section.size() == 1);
  CHECK(static_cast<double>(section[0] / sum) == doctest::Approx(1).epsilon(1e3 * epsilon_of<T>));
  CHECK(hankel_singular_values(growing, 0, 5000).values.empty());
}

TEST_CASE_TEMPLATE("modes that overflow and cancel have a norm over a horizon, or +inf", T, float, double) {
  constexpr bool narrow = std::same_as<T, float>;
  const T a = T(narrow ? 1.5 : 2);
  const modal_form<T> x{{a, a * (1 + T(epsilon_of<T>))}, {1, 1}, {1, -1}};
  const auto terms = [&](int count) {
    quad squares = 0, sum = 0;
    for (int k = 0; k < count; ++k) {
      const quad h = response(widened<quad>(x), 0, 0, k);
      squares += h * h;
      sum += abs_of(h);
    }
    return std::pair(sqrt_of(squares), sum);
  };
  for (const int count : narrow ? std::array{217, 218, 222} : std::array{1020, 1024, 1030}) {
    INFO(count);
    const auto [root, sum] = terms(count);
    const auto h2 = h2_norm(x, count), complex = h2_norm(widened<std::complex<T>>(x), count);
    CHECK(static_cast<double>(abs_of(quad(h2.value) / root - 1)) <
          (count > 218 && count < 1000 ? 1e-6 : 0.1));
    CHECK(static_cast<double>(abs_of(quad(complex.value) / root - 1)) < 0.1);
    const auto l1 = l1_norm(x, count);
    CHECK((l1.lower <= l1.value && l1.value <= l1.upper));
    CHECK((quad(l1.lower) <= sum && sum <= quad(l1.upper)));
    CHECK(is_finite(l1.upper));
  }
  for (const auto& m : {h2_norm(x, 5000), l1_norm(x, 5000)})
    for (const T v : {m.value, m.lower, m.upper}) CHECK(v == T(std::numeric_limits<double>::infinity()));
}
