// SPDX-License-Identifier: BSD-3-Clause
// The pullback of a cotangent of h, back-propagation through time and the second derivatives, each against dual numbers
// carried through the forward map and against each other.
#include <lssm/core/pack.hpp>
#include <lssm/ssm.hpp>

#include "systems.hpp"

using namespace lssm;

namespace {

/// The system moved along a direction: x + ε v, entry by entry.
template <class Structure, class System>
auto along(const Structure& structure, const System& s, const System& direction) {
  using T = typename decltype(s.a)::value_type;
  auto out = structure.template make<dual<T>>();
  const auto seed = [](auto& to, const auto& value, const auto& slope) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = dual<T>(value[i], slope[i]);
  };
  seed(out.a, s.a, direction.a);
  seed(out.b, s.b, direction.b);
  seed(out.c, s.c, direction.c);
  return out;
}

template <class V>
auto dot(const V& x, const V& y) {
  typename V::value_type sum(0);
  for (std::size_t i = 0; i < x.size(); ++i) sum = sum + x[i] * y[i];
  return sum;
}
template <class System>
auto dot_system(const System& x, const System& y) {
  return dot(x.a, y.a) + dot(x.b, y.b) + dot(x.c, y.c);
}

/// An upper bound of the size of any of these derivatives: entries are below 1.1, powers below 1.1^kappa.
double bound_of(std::size_t d, std::size_t kappa, std::size_t channels) {
  const double k = static_cast<double>(kappa);
  return k * k * std::pow(1.1, k) * static_cast<double>(d * channels * channels);
}

/// <pullback(g), v> = d/dε <g, h(s + ε v)>
template <class T, class Structure>
double pullback_error(const Structure& structure, std::size_t kappa, reference::regime r) {
  reference::numbers draw(kappa + 1000 * static_cast<std::size_t>(integer(structure.states)));
  const auto s = systems::random_system<T>(structure, draw, r);
  const auto v = systems::random_system<T>(structure, draw, reference::regime::generic);
  const std::size_t channels = Structure::inputs * Structure::outputs;
  const auto g = draw.draws<T>(kappa * channels);
  auto ds = structure.template make<T>();
  Structure::template pullback<T>(s, view<T>(g), ds);
  std::vector<dual<T>> h(g.size());
  Structure::template impulse_response<dual<T>>(along(structure, s, v), std::span<dual<T>>(h));
  T expected(0);
  for (std::size_t i = 0; i < g.size(); ++i) expected = expected + g[i] * h[i].e;
  return reference::epsilons(dot_system(ds, v), reference::widen(expected, 0),
                             bound_of(s.a.size(), kappa, channels));
}

/// The same for every entry of the outputs of a sequence and of its inputs.
template <class T, class Structure>
double sequence_error(const Structure& structure, std::size_t kappa, reference::regime r) {
  reference::numbers draw(kappa + 2000 * static_cast<std::size_t>(integer(structure.states)));
  const std::size_t m = Structure::inputs, p = Structure::outputs;
  const auto s = systems::random_system<T>(structure, draw, r);
  const auto v = systems::random_system<T>(structure, draw, reference::regime::generic);
  const auto x = draw.draws<T>(kappa * m), dx_along = draw.draws<T>(kappa * m), dy = draw.draws<T>(kappa * p);
  auto ds = structure.template make<T>();
  std::vector<T> dx(x.size()), work((kappa + 1) * s.a.size());
  Structure::template pullback_sequence<T>(s, view<T>(x), view<T>(dy), ds, std::span<T>(dx),
                                           std::span<T>(work));

  std::vector<dual<T>> moving;
  for (std::size_t i = 0; i < x.size(); ++i) moving.emplace_back(x[i], dx_along[i]);
  std::vector<dual<T>> y(kappa * p);
  const bound_system<dual<T>, Structure> bound{along(structure, s, v)};
  bound.sequence(view<dual<T>>(moving), std::span<dual<T>>(y));
  T expected(0);
  for (std::size_t i = 0; i < y.size(); ++i) expected = expected + dy[i] * y[i].e;
  return reference::epsilons(dot_system(ds, v) + dot(dx, dx_along), reference::widen(expected, 0),
                             bound_of(s.a.size(), kappa, m * p) * static_cast<double>(kappa));
}

/// A cotangent of the last output alone is a cotangent of h: g_k = dy ⊗ x_{kappa-1-k}.
template <class T, class Structure>
double two_ways_error(const Structure& structure, std::size_t kappa, reference::regime r) {
  reference::numbers draw(kappa + 3000 * static_cast<std::size_t>(integer(structure.states)));
  const std::size_t m = Structure::inputs, p = Structure::outputs;
  const auto s = systems::random_system<T>(structure, draw, r);
  const auto x = draw.draws<T>(kappa * m), last = draw.draws<T>(p);
  std::vector<T> dy(kappa * p, T(0)), g(kappa * p * m), dx(x.size()), work((kappa + 1) * s.a.size());
  std::copy(last.begin(), last.end(), dy.end() - static_cast<std::ptrdiff_t>(p));
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t i = 0; i < p; ++i)
      for (std::size_t q = 0; q < m; ++q) g[(k * p + i) * m + q] = last[i] * x[(kappa - 1 - k) * m + q];
  auto fast = structure.template make<T>(), through_time = fast;
  Structure::template pullback<T>(s, view<T>(g), fast);
  Structure::template pullback_sequence<T>(s, view<T>(x), view<T>(dy), through_time, std::span<T>(dx),
                                           std::span<T>(work));
  reference::largest worst;
  const double size = bound_of(s.a.size(), kappa, m * p);
  const auto compare = [&](const auto& one, const auto& other) {
    for (std::size_t i = 0; i < one.size(); ++i)
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
        worst.see(reference::epsilons(one[i], reference::widen(other[i], lane), size, lane));
  };
  compare(fast.a, through_time.a);
  compare(fast.b, through_time.b);
  compare(fast.c, through_time.c);
  return worst;
}

/// The entries of Σ_k g_k ∇²h_k times a direction are the derivative of the pullback along it.
template <class T>
double second_order_error(integer d, std::size_t kappa, reference::regime r) {
  using structure = real_diagonal<>;
  reference::numbers draw(kappa + 4000 * static_cast<std::size_t>(d));
  const auto s = systems::random_system<T>(structure{d}, draw, r);
  const auto v = systems::random_system<T>(structure{d}, draw, reference::regime::generic);
  const auto g = draw.draws<T>(kappa);
  auto m = structure{d}.template make_second_order<T>();
  structure::second_order<T>(s, view<T>(g), m);
  std::vector<dual<T>> still(g.begin(), g.end());
  auto moved = structure{d}.template make<dual<T>>();
  structure::pullback<dual<T>>(along(structure{d}, s, v), view<dual<T>>(still), moved);
  reference::largest worst;
  const double size = static_cast<double>(kappa) * bound_of(1, kappa, 1);
  for (std::size_t j = 0; j < s.a.size(); ++j) {
    const T da = m.aa[j] * v.a[j] + m.ab[j] * v.b[j] + m.ac[j] * v.c[j],
            db = m.ab[j] * v.a[j] + m.bc[j] * v.c[j], dc = m.ac[j] * v.a[j] + m.bc[j] * v.b[j];
    worst.see(reference::epsilons(da, reference::widen(moved.a[j].e, 0), size));
    worst.see(reference::epsilons(db, reference::widen(moved.b[j].e, 0), size));
    worst.see(reference::epsilons(dc, reference::widen(moved.c[j].e, 0), size));
  }
  return worst;
}

/// The norm of dL/dA for L = <g, h>, entry by entry of A: h_k = C A^k B with A = diag(a) + ε E_ij.
template <class T>
double full_gradient_error(const real_diagonal<>& structure, std::size_t kappa, reference::regime r) {
  using R = reference::wide;
  reference::numbers draw(kappa + 5000 * static_cast<std::size_t>(integer(structure.states)));
  const auto s = systems::random_system<T>(structure, draw, r);
  const auto g = draw.draws<T>(kappa);
  std::vector<T> work(static_cast<std::size_t>(real_diagonal<>::full_gradient_work(s, length(g))));
  const T got = real_diagonal<>::full_gradient_norm2<T>(s, view<T>(g), std::span<T>(work));
  const auto wide = systems::widen<real_diagonal<>>(s, 0);
  const auto cotangent = reference::widen_all(g, 0);
  const std::size_t d = s.a.size();
  R expected(0);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      std::vector<dual<R>> state(wide.b.begin(), wide.b.end());  // A^k B
      R slope(0);
      for (std::size_t k = 0; k < kappa; ++k) {
        for (std::size_t l = 0; l < d; ++l) slope = slope + cotangent[k] * wide.c[l] * state[l].e;
        const dual<R> seeded = dual<R>(R(0), R(1)) * state[j];
        for (std::size_t l = 0; l < d; ++l) state[l] = wide.a[l] * state[l];
        state[i] += seeded;
      }
      expected = expected + slope * slope;
    }
  const double entry = bound_of(1, kappa, 1);
  return reference::epsilons(got, expected, static_cast<double>(d * d) * entry * entry);
}

}  // namespace

TEST_CASE_TEMPLATE("pullbacks are derivatives", T, float, double, reference::wide) {
  for (const auto r : reference::regimes)
    for (const integer d : {1, 9})
      for (const std::size_t kappa : {1u, 2u, 7u, 19u}) {
        CHECK(pullback_error<T>(real_diagonal<>{d}, kappa, r) < 4);
        CHECK(pullback_error<T>(real_diagonal<dynamic, 2, 3>{d}, kappa, r) < 4);
        CHECK(sequence_error<T>(real_diagonal<dynamic, 2, 3>{d}, kappa, r) < 4);
        CHECK(second_order_error<T>(d, kappa, r) < 4);
      }
}

TEST_CASE_TEMPLATE("through the impulse response or through time: one gradient", T, float, double,
                   long double, pack<double>) {
  for (const auto r : reference::regimes)
    for (const std::size_t kappa : {1u, 2u, 7u, 19u}) {
      CHECK(two_ways_error<T>(real_diagonal<>{10}, kappa, r) < 4);
      CHECK(two_ways_error<T>(real_diagonal<10, 2, 3>{}, kappa, r) < 4);
    }
}

TEST_CASE_TEMPLATE("the gradient of a full state matrix has the norm of its entries", T, float, double,
                   reference::wide) {
  for (const auto r : reference::regimes)
    for (const integer d : {1, 9})
      for (const std::size_t kappa : {1u, 2u, 7u, 12u})
        CHECK(full_gradient_error<T>(real_diagonal<>{d}, kappa, r) < 4);
}

TEST_CASE("a pullback overwrites what its results held before") {
  reference::numbers draw(8);
  const auto s = systems::random_system<double>(real_diagonal<3, 2, 1>{}, draw, reference::regime::generic);
  const auto g = draw.draws(5 * 2);
  auto clean = real_diagonal<3, 2, 1>{}.make<double>();
  auto dirty = systems::random_system<double>(real_diagonal<3, 2, 1>{}, draw, reference::regime::generic);
  real_diagonal<3, 2, 1>::pullback<double>(s, g, clean);
  real_diagonal<3, 2, 1>::pullback<double>(s, g, dirty);
  CHECK(equal_parts(clean, dirty));
  std::vector<double> dx(10, 7.0), work(6 * 3, 7.0);
  const auto x = draw.draws(10), dy = draw.draws(5);
  real_diagonal<3, 2, 1>::pullback_sequence<double>(s, x, dy, clean, dx, work);
  auto again = dx;
  real_diagonal<3, 2, 1>::pullback_sequence<double>(s, x, dy, dirty, again, work);
  CHECK(equal_parts(clean, dirty));
  CHECK(dx == again);
}
