// SPDX-License-Identifier: BSD-3-Clause
// Steps in Gram form, with their losses or without: against the formulas in more digits, over sizes on both sides of whole
// registers and of the three orders of operations; the same bits whether sizes are known or not, whether losses are asked for
// or not, and in any portions; what does not move stays.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <lssm/core/random.hpp>
#include <lssm/kernel/gram_descent.hpp>
#include <lssm/kernel/gram_step_blocked.hpp>

using namespace lssm;
using kernel::gram_step_constants, kernel::moved_matrices;

namespace {

template <class T>
struct problem {
  std::vector<T> a, b, c, gram, target;  // (d), (d), (d), (kappa, kappa) with the rate in it, (kappa)
  std::vector<T> rows;                   // (kappa, kappa)

  problem(integer d, integer kappa, std::uint32_t seed) {
    numpy_legacy draw(seed);
    const auto fill = [&](std::vector<T>& v, integer n, double low, double high) {
      for (integer i = 0; i < n; ++i) v.push_back(T(low + (high - low) * draw.uniform()));
    };
    fill(a, d, -0.9, 0.95);
    const double size = 1 / std::sqrt(static_cast<double>(d));
    fill(b, d, -size, size);
    fill(c, d, -size, size);
    fill(target, kappa, -1, 1);
    fill(rows, kappa * kappa, -1, 1);
    const std::size_t n = static_cast<std::size_t>(kappa);
    gram.assign(n * n, T(0));
    for (std::size_t q = 0; q < n; ++q)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < n; ++k)
          gram[i * n + k] += T(0.02 / static_cast<double>(kappa)) * rows[q * n + i] * rows[q * n + k];
  }
  gram_step_constants<T> constants() const {
    const integer kappa = length(target);
    gram_step_constants<T> f(kappa);
    std::copy(target.begin(), target.end(), f.target());
    for (integer k = 0; k < kappa; ++k)
      std::copy_n(gram.begin() + k * kappa, kappa, f.columns() + k * f.stride(kappa));
    for (integer k = 0; k < kappa; ++k)
      for (integer q = 0; q < kappa; ++q)
        f.rows()[k * f.stride(kappa) + q] = rows[static_cast<std::size_t>(q * kappa + k)];
    f.least_loss = T(0.125);
    f.finish();
    return f;
  }
  /// The loss of the formulas, in long double.
  long double loss_by_hand(const std::vector<long double>& x, const std::vector<long double>& y,
                           const std::vector<long double>& z) const {
    const std::size_t n = target.size();
    long double loss = 0.125L;
    for (std::size_t q = 0; q < n; ++q) {
      long double rho = 0;
      for (std::size_t k = 0; k < n; ++k) {
        long double e = -static_cast<long double>(target[k]);
        for (std::size_t j = 0; j < x.size(); ++j) e += y[j] * z[j] * power(x[j], static_cast<long>(k));
        rho += static_cast<long double>(rows[q * n + k]) * e;
      }
      loss += rho * rho / 2;
    }
    return loss;
  }
  /// The formulas, in long double.
  void step_by_hand(std::vector<long double>& x, std::vector<long double>& y, std::vector<long double>& z,
                    const moved_matrices& m) const {
    const std::size_t n = target.size();
    std::vector<long double> e(target.size()), g(n, 0);
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t j = 0; j < x.size(); ++j) e[k] += y[j] * z[j] * power(x[j], static_cast<long>(k));
      e[k] -= static_cast<long double>(target[k]);
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < n; ++k) g[i] += static_cast<long double>(gram[i * n + k]) * e[k];
    for (std::size_t j = 0; j < x.size(); ++j) {
      long double value = 0, slope = 0;
      for (std::size_t k = 0; k < n; ++k) value += g[k] * power(x[j], static_cast<long>(k));
      for (std::size_t k = 1; k < n; ++k)
        slope += static_cast<long double>(k) * g[k] * power(x[j], static_cast<long>(k - 1));
      const long double u = x[j] - y[j] * z[j] * slope, v = y[j] - z[j] * value, w = z[j] - y[j] * value;
      if (m.a) x[j] = u;
      if (m.b) y[j] = v;
      if (m.c) z[j] = w;
    }
  }
};

template <class T>
double largest_difference(const std::vector<T>& x, const std::vector<long double>& y) {
  double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    most = std::max(most, static_cast<double>(std::abs(static_cast<long double>(x[i]) - y[i])));
  return most;
}

/// n steps with sizes known at run time.
template <moved_matrices M, class T>
void in_blocks(problem<T>& p, integer n) {
  kernel::gram_steps<T, dynamic, dynamic, M>(p.constants()).take(p.a, p.b, p.c, n);
}

template <class T>
kernel::watched_steps<T> watch(integer most, T target = T(-1)) {
  const T huge = std::numeric_limits<T>::max();
  return {T(0.5), target, most, T(0), huge, T(0), T(0), T(0)};
}
/// The same with their losses.
template <moved_matrices M, class T>
kernel::watched_steps<T> watched_in_blocks(problem<T>& p, integer n, T target = T(-1)) {
  auto w = watch<T>(n, target);
  kernel::gram_steps<T, dynamic, dynamic, M>(p.constants()).take(p.a, p.b, p.c, w);
  return w;
}

template <moved_matrices M, class T>
void check_by_hand(integer d, integer kappa) {
  CAPTURE(d);
  CAPTURE(kappa);
  problem<T> p(d, kappa, static_cast<std::uint32_t>(100 * d + kappa));
  std::vector<long double> x(p.a.begin(), p.a.end()), y(p.b.begin(), p.b.end()), z(p.c.begin(), p.c.end());
  const problem<T> before = p;
  for (int t = 0; t < 10; ++t) before.step_by_hand(x, y, z, M);
  in_blocks<M>(p, 4);
  watched_in_blocks<M>(p, 6);
  const double tolerance = 100 * epsilon_of<T>;
  CHECK(largest_difference(p.a, x) < tolerance);
  CHECK(largest_difference(p.b, y) < tolerance);
  CHECK(largest_difference(p.c, z) < tolerance);
  if (M.a) CHECK(p.a != before.a);
  if (!M.a) CHECK(p.a == before.a);
  if (!M.b) CHECK(p.b == before.b);
  if (!M.c) CHECK(p.c == before.c);
}

template <class T>
void check_same(const kernel::watched_steps<T>& x, const kernel::watched_steps<T>& y) {
  CHECK(x.loss == y.loss);
  CHECK(x.best == y.best);
  CHECK(x.best_steps == y.best_steps);
  CHECK(x.steps == y.steps);
  CHECK(x.time == y.time);
}

/// Nine steps with their losses, of known and of unknown sizes, together and one by one; `end` is where nine steps come to.
template <class T, integer D, integer K, moved_matrices M>
void check_watched(const problem<T>& end) {
  problem<T> p(D, K, 7), q = p, r = p;
  const kernel::gram_steps<T, D, K, M> known(p.constants());
  auto seen = watch<T>(9);
  known.take(p.a, p.b, p.c, seen);
  CHECK(p.a == end.a);
  CHECK(p.b == end.b);
  CHECK(p.c == end.c);
  const auto unknown = watched_in_blocks<M>(q, 9);
  CHECK(q.b == end.b);
  check_same(seen, unknown);

  auto single = watch<T>(1);
  std::vector<T> losses;
  for (int n = 0; n < 9; ++n) {
    single.taken = 0;
    known.take(r.a, r.b, r.c, single);
    CHECK(single.taken == 1);
    std::vector<long double> x(r.a.begin(), r.a.end()), y(r.b.begin(), r.b.end()), z(r.c.begin(), r.c.end());
    const double by_hand = static_cast<double>(r.loss_by_hand(x, y, z));
    CHECK(std::abs(static_cast<double>(single.loss) - by_hand) < 100 * epsilon_of<T> * (1 + by_hand));
    losses.push_back(single.loss);
  }
  CHECK(r.c == end.c);
  check_same(seen, single);

  // It ends with the first loss that is at most the target, and counts none where none is asked for.
  problem<T> u(D, K, 7), v = u;
  auto met = watch<T>(9, losses[4]);
  known.take(u.a, u.b, u.c, met);
  const auto first = std::find_if(losses.begin(), losses.end(), [&](T x) { return x <= losses[4]; });
  CHECK(met.taken == first - losses.begin() + 1);
  CHECK(met.loss == *first);
  auto none = watch<T>(0);
  known.take(v.a, v.b, v.c, none);
  CHECK(none.taken == 0);
  CHECK(v.a == problem<T>(D, K, 7).a);
  CHECK(none.loss > losses.front());
}

template <class T, integer D, integer K, moved_matrices M = moved_matrices{}>
void check_known_sizes() {
  CAPTURE(D);
  CAPTURE(K);
  static_assert(kernel::in_registers<D, K>);
  problem<T> p(D, K, 7), q = p;
  kernel::gram_steps<T, D, K, M>(p.constants()).take(p.a, p.b, p.c, 9);
  in_blocks<M>(q, 9);
  CHECK(p.a == q.a);
  CHECK(p.b == q.b);
  CHECK(p.c == q.c);
  check_watched<T, D, K, M>(p);
  problem<T> other(D, K, 7);
  CHECK(p.b != other.b);
}

template <class T, integer D, integer K, moved_matrices M = moved_matrices{}>
void check_lanes_by_hand() {
  CAPTURE(D);
  CAPTURE(K);
  problem<T> p(D, K, 11);
  std::vector<long double> x(p.a.begin(), p.a.end()), y(p.b.begin(), p.b.end()), z(p.c.begin(), p.c.end());
  for (int t = 0; t < 10; ++t) p.step_by_hand(x, y, z, M);
  kernel::gram_descent<T, D, K> students{};
  std::transform(p.gram.begin(), p.gram.end(), students.pull.begin(), [](T g) { return -g; });
  std::copy(p.target.begin(), p.target.end(), students.target.begin());
  students.seen.fill(true);
  typename kernel::gram_descent<T, D, K>::modes a, b, c;
  std::copy(p.a.begin(), p.a.end(), a.begin());
  std::copy(p.b.begin(), p.b.end(), b.begin());
  std::copy(p.c.begin(), p.c.end(), c.begin());
  const T rate = T(1) / T(10);
  T time(7), expected = time;
  for (int t = 0; t < 10; ++t) expected = expected + rate;
  students.template steps<M, true>(a, b, c, 10, rate, time);
  CHECK(time == expected);
  const double tolerance = 100 * epsilon_of<T>;
  CHECK(largest_difference(std::vector<T>(a.begin(), a.end()), x) < tolerance);
  CHECK(largest_difference(std::vector<T>(b.begin(), b.end()), y) < tolerance);
  CHECK(largest_difference(std::vector<T>(c.begin(), c.end()), z) < tolerance);
}

}  // namespace

TEST_CASE_TEMPLATE("steps follow the formulas at every size", T, float, double) {
  for (const integer d : {1, 2, 7, 8, 15, 16, 17, 40, 100, 131})
    for (const integer kappa : {2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 18, 33, 50})
      check_by_hand<moved_matrices{}, T>(d, kappa);
}

TEST_CASE_TEMPLATE("steps of students in lanes follow the formulas", T, float, double) {
  check_lanes_by_hand<T, 1, 1>();
  check_lanes_by_hand<T, 3, 2>();
  check_lanes_by_hand<T, 10, 6>();
  check_lanes_by_hand<T, 20, 17>();
  check_lanes_by_hand<T, 7, 9, moved_matrices{true, false, true}>();
  check_lanes_by_hand<T, 5, 4, moved_matrices{false, true, true}>();
}

TEST_CASE_TEMPLATE("one matrix moves, or two", T, float, double) {
  for (const integer kappa : {6, 20}) {
    check_by_hand<moved_matrices{true, false, false}, T>(10, kappa);
    check_by_hand<moved_matrices{true, false, true}, T>(10, kappa);
    check_by_hand<moved_matrices{true, true, false}, T>(21, kappa);
  }
  problem<T> p(10, 6, 1), before = p;
  in_blocks<moved_matrices{false, true, true}>(p, 3);
  CHECK(p.a == before.a);
  CHECK(p.b != before.b);
  CHECK(p.c != before.c);
}

TEST_CASE_TEMPLATE("sizes known at compile time: the same bits", T, float, double) {
  check_known_sizes<T, 1, 2>();
  check_known_sizes<T, 3, 3>();
  check_known_sizes<T, 10, 6>();
  check_known_sizes<T, 10, 7, moved_matrices{true, true, false}>();
  check_known_sizes<T, 16, 8>();
  check_known_sizes<T, 17, 8>();
  check_known_sizes<T, 20, 6>();
  check_known_sizes<T, 20, 10>();
  check_known_sizes<T, 33, 5, moved_matrices{false, true, true}>();
  check_known_sizes<T, 40, 16>();
}
