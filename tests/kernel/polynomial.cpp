// SPDX-License-Identifier: BSD-3-Clause
// Polynomials at many points, their derivatives, and division by a linear factor as an exact identity.
#include <lssm/core/pack.hpp>
#include <lssm/kernel/polynomial.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// P, P' and P'' at every point, by all three kernels.
template <class T>
struct values {
  std::vector<T> p, slope, bend;
  values(const std::vector<T>& g, const std::vector<T>& a) : p(a.size()), slope(p), bend(p) {
    kernel::evaluate_bend<T>(view<T>(g), view<T>(a),
                             [&](integer j, const auto& x, const auto& dx, const auto& ddx) {
                               kernel::store_block(x, std::span<T>(p), j);
                               kernel::store_block(dx, std::span<T>(slope), j);
                               kernel::store_block(ddx, std::span<T>(bend), j);
                             });
  }
  /// Whether the cheaper kernels give the same bits.
  bool agree_with_cheaper(const std::vector<T>& g, const std::vector<T>& a) const {
    std::vector<T> p1(p), p2(p), slope2(p);
    kernel::evaluate<T>(view<T>(g), view<T>(a),
                        [&](integer j, const auto& x) { kernel::store_block(x, std::span<T>(p1), j); });
    kernel::evaluate_slope<T>(view<T>(g), view<T>(a), [&](integer j, const auto& x, const auto& dx) {
      kernel::store_block(x, std::span<T>(p2), j);
      kernel::store_block(dx, std::span<T>(slope2), j);
    });
    bool same = true;
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        const auto in = [lane](const T& x) { return reference::widen(x, lane); };
        same = same && in(p1[i]) == in(p[i]) && in(p2[i]) == in(p[i]) && in(slope2[i]) == in(slope[i]);
      }
    return same;
  }
};

/// Σ_k g_k k (k-1) ... (k-n+1) a^{k-n}, term by term.
template <class R>
R derivative_at(const std::vector<R>& g, const R& a, int n) {
  R sum(0);
  for (std::size_t k = static_cast<std::size_t>(n); k < g.size(); ++k) {
    R term = g[k];
    for (int i = 0; i < n; ++i) term = term * R(static_cast<double>(k) - i);
    for (std::size_t i = static_cast<std::size_t>(n); i < k; ++i) term = term * a;
    sum = sum + term;
  }
  return sum;
}

}  // namespace

TEST_CASE_TEMPLATE("values and two derivatives", T, float, double, long double, reference::wide, dual<double>,
                   pack<double>) {
  reference::numbers draw(1);
  for (const std::size_t terms : {1u, 2u, 3u, 9u, 30u})
    for (const integer d : {1, 8, 11}) {
      const auto g = draw.draws<T>(terms), a = reference::modes<T>(draw, d, reference::regime::generic);
      const values<T> got(g, a);
      CHECK(got.agree_with_cheaper(g, a));
      reference::largest worst;
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        const auto wide_g = reference::widen_all(g, lane);
        const auto wide_a = reference::widen_all(a, lane);
        const auto size_g = reference::sizes(g, lane), size_a = reference::sizes(a, lane);
        for (std::size_t j = 0; j < a.size(); ++j) {
          const auto compare = [&](const T& x, int n) {
            worst.see(reference::epsilons(x, derivative_at(wide_g, wide_a[j], n),
                                          derivative_at(size_g, size_a[j], n), lane));
          };
          compare(got.p[j], 0);
          compare(got.slope[j], 1);
          compare(got.bend[j], 2);
        }
      }
      CHECK(worst < static_cast<double>(3 * terms));
    }
}

TEST_CASE_TEMPLATE("a degree known at compile time gives the same bits", T, float, double, long double) {
  reference::numbers draw(5);
  const auto g = draw.draws<T>(7), a = draw.draws<T>(11);
  const std::span<const T, 7> fixed(g.data(), 7);
  const values<T> loose(g, a);
  std::vector<T> p(11), slope(11), q(6), q_loose(6);
  kernel::evaluate_slope<T>(fixed, view<T>(a), [&](integer j, const auto& x, const auto& dx) {
    kernel::store_block(x, std::span<T>(p), j);
    kernel::store_block(dx, std::span<T>(slope), j);
  });
  CHECK(p == loose.p);
  CHECK(slope == loose.slope);
  const T value = kernel::divide<T>(fixed, a[0], std::span<T>(q));
  CHECK(value == kernel::divide<T>(view<T>(g), a[0], std::span<T>(q_loose)));
  CHECK(q == q_loose);
}

TEST_CASE("the empty polynomial is zero") {
  CHECK(kernel::divide<double>(std::span<const double>{}, 2.0, std::span<double>{}) == 0);
  const values<double> none({}, {0.5, 2, 3});
  CHECK(none.p == std::vector<double>(3, 0.0));
  CHECK(none.slope == std::vector<double>(3, 0.0));
}

TEST_CASE_TEMPLATE("the derivative of a polynomial is one", T, float, double, reference::wide, dual<double>) {
  reference::numbers draw(2);
  for (const std::size_t terms : {1u, 2u, 9u}) {
    const auto g = draw.draws<T>(terms), a = draw.draws<T>(5);
    std::vector<T> dg(terms - 1);
    kernel::derivative<T>(view<T>(g), std::span<T>(dg));
    const values<T> of_g(g, a), of_dg(dg, a);
    for (std::size_t j = 0; j < 5; ++j) {
      const auto size = static_cast<double>(2 * terms * terms);
      CHECK(reference::epsilons(of_dg.p[j], reference::widen(of_g.slope[j], 0), size) < 4);
      CHECK(reference::epsilons(of_dg.slope[j], reference::widen(of_g.bend[j], 0),
                                size * static_cast<double>(terms)) < 4);
    }
  }
}

TEST_CASE_TEMPLATE("P(x) = P(t) + (x - t) q(x)", T, float, double, long double, reference::wide,
                   dual<double>) {
  reference::numbers draw(3);
  for (const std::size_t terms : {1u, 2u, 3u, 9u, 20u}) {
    const auto g = draw.draws<T>(terms);
    const T t = draw.draw<T>();
    std::vector<T> q(terms - 1);
    const T at_t = kernel::divide<T>(view<T>(g), t, std::span<T>(q));
    // As polynomials: the coefficients of (x - t) q + P(t) are those of P, up to one rounding each.
    for (std::size_t k = 0; k < terms; ++k) {
      auto sum = reference::widen(k == 0 ? at_t : q[k - 1], 0);
      double size = reference::magnitude(sum);
      if (k + 1 < terms) {
        const auto product = reference::widen(t, 0) * reference::widen(q[k], 0);
        sum = sum - product;
        size += reference::magnitude(product);
      }
      CHECK(reference::epsilons(g[k], sum, size + reference::magnitude(reference::widen(g[k], 0))) <= 2);
    }
    CHECK(reference::epsilons(at_t, derivative_at(reference::widen_all(g, 0), reference::widen(t, 0), 0),
                              derivative_at(reference::sizes(g, 0), reference::sizes(std::vector<T>{t}, 0)[0],
                                            0)) < static_cast<double>(2 * terms));
  }
}

TEST_CASE("the quotient keeps the digits of a difference between near points") {
  reference::numbers draw(4);
  const auto g = draw.draws(9);
  const double t = 1e-3, gap = 1.5e-8 * 0x1p-20;
  std::vector<double> q(8), at{t + gap}, value(1);
  kernel::divide<double>(view<double>(g), t, std::span<double>(q));
  kernel::evaluate<double>(view<double>(q), view<double>(at), [&](integer j, const auto& x) {
    kernel::store_block(x, std::span<double>(value), j);
  });
  const auto wide = reference::widen_all(g, 0);
  const auto exact = (derivative_at(wide, reference::wide(t) + reference::wide(gap), 0) -
                      derivative_at(wide, reference::wide(t), 0)) /
                     reference::wide(gap);
  CHECK(reference::epsilons(value[0], exact, reference::magnitude(exact)) < 10);
}
