// SPDX-License-Identifier: BSD-3-Clause
// Gradients of measures against reference numbers, difference quotients in more digits, and their refusal.
#include <doctest/doctest.h>

#include "systems.hpp"

using namespace lssm;
using namespace analysis_reference;

namespace {

modal_form<double> named(const std::string& name) {
  for (const auto& s : real_systems)
    if (s.name == name) return {s.a, s.b, s.c};
  throw std::runtime_error(name);
}
template <class T>
void check(const measure_gradient<T>& g, const strings (&exact)[3], double tolerance) {
  REQUIRE(g.exists);
  const std::vector<T>* parts[] = {&g.a, &g.b, &g.c};
  for (int i = 0; i < 3; ++i) {
    quad largest = 0;
    for (const auto& text : exact[i]) largest = max_of(largest, abs_of(parsed(text)));
    for (std::size_t j = 0; j < exact[i].size(); ++j)
      CHECK(static_cast<double>(abs_of(quad((*parts[i])[j]) - parsed(exact[i][j])) / largest) < tolerance);
  }
}
/// Every derivative against a central difference.
template <class F, class G>
void check_quotients(const modal_form<double>& x, F measure, const G& gradient, double step,
                     double tolerance) {
  REQUIRE(gradient.exists);
  auto y = widened<quad>(x);
  for (auto [entries, slopes] :
       {std::pair(&y.a, &gradient.a), std::pair(&y.b, &gradient.b), std::pair(&y.c, &gradient.c)})
    for (std::size_t i = 0; i < entries->size(); ++i) {
      const quad middle = (*entries)[i];
      (*entries)[i] = middle + quad(step);
      const quad ahead = measure(y);
      (*entries)[i] = middle - quad(step);
      const quad behind = measure(y);
      (*entries)[i] = middle;
      const double quotient = static_cast<double>((ahead - behind) / (2 * quad(step)));
      CHECK(std::abs((*slopes)[i] - quotient) < tolerance * std::max(1.0, std::abs(quotient)));
    }
}

using half_modes = modal_form<std::complex<double>>;

half_modes half_named(const std::string& name) {
  const auto cast = [](const std::vector<double>& v) {
    std::vector<std::complex<double>> out;
    for (std::size_t i = 0; i < v.size(); i += 2) out.emplace_back(v[i], v[i + 1]);
    return out;
  };
  for (const auto& s : complex_systems)
    if (s.name == name) return {cast(s.a), cast(s.b), cast(s.c)};
  throw std::runtime_error(name);
}
/// The largest singular value of G(e^{iθ}) of up to two inputs and outputs, in quad.
quad gain_at(const modal_form<std::complex<quad>>& x, quad theta) {
  using C = std::complex<quad>;
  const C z(scalar_traits<quad>::cos(theta), -scalar_traits<quad>::sin(theta));
  C g[2][2] = {};
  for (std::size_t i = 0; i < x.outputs; ++i)
    for (std::size_t q = 0; q < x.inputs; ++q)
      for (std::size_t j = 0; j < x.states(); ++j)
        g[i][q] += x.c[i * x.states() + j] * x.b[j * x.inputs + q] / (C(1) - z * x.a[j]);
  quad trace = 0;
  for (const auto& row : g)
    for (const C& v : row) trace += v.real() * v.real() + v.imag() * v.imag();
  const C d = g[0][0] * g[1][1] - g[0][1] * g[1][0];
  const quad det = d.real() * d.real() + d.imag() * d.imag(), left = trace * trace - 4 * det;
  return sqrt_of((trace + sqrt_of(left > 0 ? left : 0)) / 2);
}
/// The peak near an angle by golden sections.
quad peak_near(const modal_form<std::complex<quad>>& x, double angle) {
  const quad ratio = (sqrt_of(quad(5)) - 1) / 2;
  quad low = quad(angle) - quad(1e-4), high = quad(angle) + quad(1e-4);
  quad left = high - ratio * (high - low), right = low + ratio * (high - low);
  quad at_left = gain_at(x, left), at_right = gain_at(x, right);
  for (int i = 0; i < 80; ++i)
    if (at_left > at_right) {
      high = right, right = left, at_right = at_left, left = high - ratio * (high - low);
      at_left = gain_at(x, left);
    } else {
      low = left, left = right, at_left = at_right, right = low + ratio * (high - low);
      at_right = gain_at(x, right);
    }
  return max_of(at_left, at_right);
}
/// Twice every entry of the kept modes against differences of real and imaginary parts in half storage, relative to the largest.
template <class F>
void check_pairs(const half_modes& half, F measure, const measure_gradient<std::complex<double>>& g) {
  REQUIRE(g.exists);
  const std::size_t n = half.states();
  auto y = widened<std::complex<quad>>(half);
  double largest = 0;
  const quad step = 0x1p-36;
  for (const auto* slopes : {&g.a, &g.b, &g.c})
    for (const auto& z : *slopes) largest = std::max(largest, std::abs(z));
  const auto check = [&](std::vector<std::complex<quad>>& entries, std::size_t i,
                         std::complex<double> slope) {
    const auto middle = entries[i];
    const auto quotient = [&](std::complex<quad> way) {
      entries[i] = middle + way;
      const quad ahead = measure(from_half(y));
      entries[i] = middle - way;
      const quad behind = measure(from_half(y));
      entries[i] = middle;
      return static_cast<double>((ahead - behind) / (2 * step));
    };
    CHECK(std::abs(2.0 * slope - std::complex<double>(quotient({step, 0}), quotient({0, step}))) <
          1e-12 * largest);
  };
  for (std::size_t j = 0; j < n; ++j) {
    check(y.a, j, g.a[j]);
    for (std::size_t q = 0; q < half.inputs; ++q) check(y.b, j * half.inputs + q, g.b[j * half.inputs + q]);
    for (std::size_t i = 0; i < half.outputs; ++i) check(y.c, i * n + j, g.c[i * 2 * n + j]);
  }
}
/// Σ Re(ḡ z) over the entries of c: a measure of degree one in c gives itself.
template <class Z>
double by_scale(const modal_form<Z>& x, const measure_gradient<Z>& g) {
  double sum = 0;
  for (std::size_t i = 0; i < x.c.size(); ++i)
    sum += std::real(std::conj(std::complex<double>(g.c[i])) * std::complex<double>(x.c[i]));
  return sum;
}

}  // namespace

TEST_CASE("gradients of complex pairs, in half storage") {
  const half_modes several{{{0.8, 0.3}, {-0.2, 0.7}},
                           {{1, 0.5}, {0.25, -1}, {-0.5, 2}, {1, 1}},
                           {{1, -1}, {0.5, 0.25}, {0.75, 2}, {-1, 0.5}},
                           2,
                           2};
  for (const auto& half : {half_named("CP"), half_named("CP3"), several}) {
    const auto x = from_half(half);
    INFO(half.states() << " pairs, " << half.inputs << " inputs");
    const auto squared = [](const auto& y) {
      const quad n = h2_norm(y).value;
      return n * n;
    };
    check_pairs(half, squared, squared_h2_gradient(x));
    for (const int first : {0, 1, 2})
      check_pairs(
          half, [&](const auto& y) { return hankel_norm(y, first).value; }, hankel_gradient(x, first));
    check_pairs(
        half, [](const auto& y) { return l1_norm(y).value; }, l1_gradient(x));
    const double angle = hinf_norm(x).angle;
    check_pairs(
        half, [&](const auto& y) { return peak_near(y, angle); }, hinf_gradient(x));
    for (std::size_t j = 0; j < half.states(); ++j)
      CHECK(std::abs(l1_gradient(x).a[j] - std::conj(l1_gradient(x).a[half.states() + j])) < 1e-12);
  }
}

TEST_CASE("measures are of degree one in c; modes of real numbers as complex ones have the same gradients") {
  for (const auto& s : real_systems) {
    INFO(s.name);
    const modal_form<double> x{s.a, s.b, s.c};
    const auto y = widened<std::complex<double>>(x);
    const auto same = [&](const auto& real, const auto& complex, double degree) {
      REQUIRE(real.exists);
      REQUIRE(complex.exists);
      CHECK(by_scale(x, real) == doctest::Approx(degree * real.value).epsilon(1e-12));
      double largest = 0, apart = 0;
      for (std::size_t j = 0; j < s.a.size(); ++j) {
        largest = std::max(largest, std::abs(real.a[j]));
        apart = std::max(apart, std::abs(complex.a[j] - real.a[j]));
      }
      CHECK(apart < 1e-11 * largest);
    };
    same(squared_h2_gradient(x), squared_h2_gradient(y), 2);
    same(hinf_gradient(x), hinf_gradient(y), 1);
    same(hankel_gradient(x), hankel_gradient(y), 1);
    same(l1_gradient(x), l1_gradient(y), 1);
  }
}

TEST_CASE("the gradient of l1") {
  for (const auto& g : gradients)
    check(l1_gradient(named(g.name)), g.hinf, 1e-14);  // h >= 0: l1 is the gain at 0
  const modal_form<double> mixed{{0.8, -0.6, 0.3}, {1, 2, -1}, {1, -1.5, 0.25}};
  check_quotients(
      mixed, [](const auto& y) { return l1_norm(y).value; }, l1_gradient(mixed), 0x1p-40, 1e-12);
  // A mode near the circle: all of its sum is closed. ∂/∂c = b / (1 - a), ∂/∂a = w / (1 - a)².
  const double near = 1 - 0x1p-40;
  const auto g = l1_gradient(modal_form<double>{{near, 0.5}, {1, 1}, {2, 1}});
  REQUIRE(g.exists);
  CHECK(g.c[0] == doctest::Approx(0x1p40).epsilon(1e-14));
  CHECK(g.a[0] == doctest::Approx(0x1p81).epsilon(1e-14));
  CHECK(g.a[1] == doctest::Approx(4).epsilon(1e-14));
}

TEST_CASE("gradients of H2, H-infinity and Hankel norm") {
  for (const auto& g : gradients) {
    INFO(g.name);
    const auto x = named(g.name);
    check(squared_h2_gradient(x), g.h2, 1e-14);
    check(hinf_gradient(x), g.hinf, 1e-14);
    check(hankel_gradient(x), g.hankel, 1e-13);
    check(squared_h2_gradient(widened<quad>(x)), g.h2, 1e-18);  // as many digits as the strings have
    check(hankel_gradient(widened<quad>(x)), g.hankel, 1e-18);
  }
}

TEST_CASE("gradients with several channels, of the delayed operator, and of l1 by dual numbers") {
  const modal_form<double> x{mimo_diagonal.a, mimo_diagonal.b, mimo_diagonal.c, 3, 2};
  const double step = 0x1p-40;
  check_quotients(
      x,
      [](const auto& y) {
        const quad n = h2_norm(y).value;
        return n * n;
      },
      squared_h2_gradient(x), step, 1e-11);
  for (const int first : {0, 1, 2})
    check_quotients(
        x, [&](const auto& y) { return hankel_norm(y, first).value; }, hankel_gradient(x, first), step,
        1e-11);
  check_quotients(
      x, [](const auto& y) { return quad(hinf_norm(widened<double>(y)).value); }, hinf_gradient(x), 0x1p-20,
      1e-6);
  const auto d20 = named("D20");
  for (std::size_t j = 0; j < 20; j += 3) {
    auto moved = widened<dual<double>>(d20);
    moved.a[j].e = 1;
    auto ahead = widened<quad>(d20), behind = ahead;
    ahead.a[j] += quad(step);
    behind.a[j] -= quad(step);
    const double quotient =
        static_cast<double>((l1_norm(ahead).value - l1_norm(behind).value) / (2 * quad(step)));
    CHECK(std::abs(l1_norm(moved).value.e - quotient) < 1e-10 * std::max(1.0, std::abs(quotient)));
  }
}

TEST_CASE("no gradient at a tie, at zero, or without a measure") {
  // h = (0, 1, 0, a², ...): σ_1 = σ_2; the gain is the same at 0 and at π.
  const modal_form<double> even{{0.5, -0.5}, {1, 1}, {1, -1}};
  CHECK_FALSE(hankel_gradient(even).exists);
  CHECK(hankel_gradient(even).a.empty());
  CHECK_FALSE(hinf_gradient(even).exists);
  CHECK(squared_h2_gradient(even).exists);
  const modal_form<double> silent{{0.5}, {0}, {1}};
  CHECK_FALSE(hankel_gradient(silent).exists);
  CHECK_FALSE(hinf_gradient(silent).exists);
  const modal_form<double> unstable{{1.5}, {1}, {1}};
  CHECK(hankel_gradient(unstable).status == stability::unstable);
  CHECK_FALSE(hankel_gradient(unstable).exists);
  CHECK_FALSE(hinf_gradient(unstable).exists);
  CHECK_FALSE(squared_h2_gradient(unstable).exists);
  CHECK_FALSE(l1_gradient(unstable).exists);
  CHECK(l1_gradient(unstable).status == stability::unstable);
  CHECK_FALSE(l1_gradient(silent).exists);
  CHECK_FALSE(l1_gradient(even).exists);                                             // every other h is 0
  CHECK_FALSE(l1_gradient(modal_form<double>{{0.8, 0.5}, {1, 1}, {1, -1}}).exists);  // h_0 = 0
  CHECK_FALSE(l1_gradient(modal_form<double>{{0.75, -0.75}, {1, 1}, {2, -2}}).exists);
  CHECK_FALSE(l1_gradient(modal_form<double>{{0.5}, {1}, {1, -1}, 1, 2}).exists);  // two outputs tie
  CHECK(l1_gradient(modal_form<double>{{0.5}, {1}, {1, -1.5}, 1, 2}).exists);
  // Pairs: h = (0, r, 0, -r³, ...), and G of z².
  const auto odd = from_half(half_modes{{{0, 0.5}}, {{1, 0}}, {{0, -1}}});
  CHECK_FALSE(hankel_gradient(odd).exists);
  CHECK_FALSE(l1_gradient(odd).exists);
  CHECK(hinf_gradient(odd).exists);
  const auto squares =
      from_half(half_modes{{{0.75, 0.5}, {-0.75, -0.5}}, {{1, 0}, {1, 0}}, {{1, 0}, {1, 0}}});
  CHECK_FALSE(hinf_gradient(squares).exists);
  CHECK_FALSE(l1_gradient(squares).exists);
  CHECK(squared_h2_gradient(squares).exists);
}
