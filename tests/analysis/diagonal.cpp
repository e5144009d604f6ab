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
