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

}  // namespace

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
}
