// SPDX-License-Identifier: BSD-3-Clause
// Steps in Gram form by every rule that moves registers, with their losses or without: against the formulas in more digits, over
// sizes on both sides of whole registers and of the three orders of operations; the same bits whether sizes are known or not,
// whether losses are asked for or not, and in any portions; what does not move stays.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <lssm/core/random.hpp>
#include <lssm/kernel/gram/blocked.hpp>
#include <lssm/kernel/gram/lanes.hpp>
#include <lssm/kernel/gram/step.hpp>
#include <lssm/train/adam.hpp>
#include <lssm/train/momentum.hpp>

using namespace lssm;
using kernel::gram_step_constants, kernel::moved_matrices;

namespace {

/// Rules, and what they do with a number x and its gradient in step t = 1, 2, ..., in long double; k are two numbers that
/// are kept for x.
using pair_of_numbers = std::array<long double, 2>;
struct plain_rule {
  template <class T>
  static kernel::plain_move make() {
    return {};
  }
  static void by_hand(const auto&, int, long double& x, long double g, pair_of_numbers&) { x -= g; }
};
template <class Rule>
struct with_momentum {
  template <class T>
  static detail::momentum_move<Rule, T> make() {
    return {T(0.75), T(0.5)};
  }
  static void by_hand(const auto& rule, int, long double& x, long double g, pair_of_numbers& k) {
    const long double mu = static_cast<long double>(rule.momentum);
    k[0] = mu * k[0] + g;
    x -= static_cast<long double>(rule.rate) * (std::is_same_v<Rule, nesterov> ? g + mu * k[0] : k[0]);
  }
};
template <bool Decays>
struct with_means {
  template <class T>
  static detail::adam_move<T, Decays> make() {
    const T beta1 = T(0.875), beta2 = T(0.99), decay = T(Decays ? 0.25 : 0);
    return {T(1) - beta1,
            T(1) - beta2,
            T(1e-5),
            decay,
            T(0.01),
            decaying_power<T>(beta1),
            decaying_power<T>(beta2)};
  }
  static void by_hand(const auto& rule, int t, long double& x, long double g, pair_of_numbers& k) {
    const long double f1 = static_cast<long double>(rule.fresh1), f2 = static_cast<long double>(rule.fresh2);
    k[0] = (1 - f1) * k[0] + f1 * g;
    k[1] = (1 - f2) * k[1] + f2 * g * g;
    const long double m = k[0] / (1 - power(1 - f1, t)), v = k[1] / (1 - power(1 - f2, t)),
                      u = m / (std::sqrt(v) + static_cast<long double>(rule.epsilon)) +
                          static_cast<long double>(rule.weight_decay) * x;
    x -= static_cast<long double>(rule.rate) * u;
  }
};
using heavy = with_momentum<heavy_ball>;
using ahead = with_momentum<nesterov>;
using means = with_means<false>;
using decaying_means = with_means<true>;

template <class T, class Rule = plain_rule>
struct problem {
  using move_type = decltype(Rule::template make<T>());
  std::vector<T> a, b, c, gram, target;  // (d), (d), (d), (kappa, kappa) with the rate in it, (kappa)
  std::vector<T> rows;                   // (kappa, kappa)
  std::vector<T> kept;                   // (3, numbers that the rule keeps, d)
  move_type move = Rule::template make<T>();
  std::vector<pair_of_numbers> kept_by_hand;  // (3 d)
  int taken_by_hand = 0;

  problem(integer d, integer kappa, std::uint32_t seed) {
    numpy_legacy draw(seed);
    const auto fill = [&](std::vector<T>& v, integer n, double low, double high) {
      for (integer i = 0; i < n; ++i) v.push_back(T(low + (high - low) * draw.uniform()));
    };
    kept.assign(static_cast<std::size_t>(3 * d) * move_type::kept, T(0));
    kept_by_hand.assign(static_cast<std::size_t>(3 * d), pair_of_numbers{});
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
  /// Steps of the rule, n of them or watched ones.
  void take(auto& steps, auto&& how) {
    kernel::kept_numbers<T, move_type> rule{move, kept.data(), length(a)};
    steps.take(a, b, c, how, rule);
    move = rule.move;
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
                    const moved_matrices& m) {
    ++taken_by_hand;
    const auto entry = [&](std::size_t i, std::size_t k) {
      return static_cast<long double>(gram[i * target.size() + k]);
    };
    const std::vector<long double> wide(target.begin(), target.end());
    kernel::gram_step(x, y, z, entry, wide,
                      [&](long double& number, long double slope, std::size_t which, std::size_t j) {
                        if (std::array{m.a, m.b, m.c}[which])
                          Rule::by_hand(move, taken_by_hand, number, slope, kept_by_hand[3 * j + which]);
                      });
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
template <moved_matrices M, class T, class Rule>
void in_blocks(problem<T, Rule>& p, integer n) {
  kernel::gram_steps<T, dynamic, dynamic, M> steps(p.constants());
  p.take(steps, n);
}

template <class T>
kernel::watched_steps<T> watch(integer most, T target = T(-1)) {
  const T huge = std::numeric_limits<T>::max();
  return {T(0.5), target, most, T(0), huge, T(0), T(0), T(0)};
}
/// The same with their losses.
template <moved_matrices M, class T, class Rule>
kernel::watched_steps<T> watched_in_blocks(problem<T, Rule>& p, integer n, T target = T(-1)) {
  auto w = watch<T>(n, target);
  kernel::gram_steps<T, dynamic, dynamic, M> steps(p.constants());
  p.take(steps, w);
  return w;
}

template <moved_matrices M, class T, class Rule = plain_rule>
void check_by_hand(integer d, integer kappa) {
  CAPTURE(d);
  CAPTURE(kappa);
  problem<T, Rule> p(d, kappa, static_cast<std::uint32_t>(100 * d + kappa));
  std::vector<long double> x(p.a.begin(), p.a.end()), y(p.b.begin(), p.b.end()), z(p.c.begin(), p.c.end());
  problem<T, Rule> before = p;
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
template <class T, integer D, integer K, moved_matrices M, class Rule>
void check_watched(const problem<T, Rule>& end) {
  problem<T, Rule> p(D, K, 7), q = p, r = p;
  kernel::gram_steps<T, D, K, M> known(p.constants());
  auto seen = watch<T>(9);
  p.take(known, seen);
  CHECK(p.a == end.a);
  CHECK(p.b == end.b);
  CHECK(p.c == end.c);
  CHECK(p.kept == end.kept);
  const auto unknown = watched_in_blocks<M>(q, 9);
  CHECK(q.b == end.b);
  CHECK(q.kept == end.kept);
  check_same(seen, unknown);

  auto single = watch<T>(1);
  std::vector<T> losses;
  for (int n = 0; n < 9; ++n) {
    single.taken = 0;
    r.take(known, single);
    CHECK(single.taken == 1);
    std::vector<long double> x(r.a.begin(), r.a.end()), y(r.b.begin(), r.b.end()), z(r.c.begin(), r.c.end());
    const double by_hand = static_cast<double>(r.loss_by_hand(x, y, z));
    CHECK(std::abs(static_cast<double>(single.loss) - by_hand) < 100 * epsilon_of<T> * (1 + by_hand));
    losses.push_back(single.loss);
  }
  CHECK(r.c == end.c);
  CHECK(r.kept == end.kept);
  check_same(seen, single);

  // It ends with the first loss that is at most the target, and counts none where none is asked for.
  problem<T, Rule> u(D, K, 7), v = u;
  auto met = watch<T>(9, losses[4]);
  u.take(known, met);
  const auto first = std::find_if(losses.begin(), losses.end(), [&](T x) { return x <= losses[4]; });
  CHECK(met.taken == first - losses.begin() + 1);
  CHECK(met.loss == *first);
  auto none = watch<T>(0);
  v.take(known, none);
  CHECK(none.taken == 0);
  CHECK(v.a == problem<T, Rule>(D, K, 7).a);
  CHECK(v.kept == problem<T, Rule>(D, K, 7).kept);
  CHECK(none.loss > losses.front());
}

/// Steps that remember where the last ones ended take no notice of it anywhere else: one number is changed by a bit after each
/// step, and steps without losses go between.
template <class T, integer D, integer K, moved_matrices M, class Rule, class Steps>
void check_changed_between() {
  problem<T, Rule> p(D, K, 7), q = p;
  Steps steps(p.constants());
  for (integer n = 0; n < 3 * D; ++n) {
    auto seen = watch<T>(1), anew = seen;
    p.take(steps, seen);
    Steps fresh(q.constants());
    q.take(fresh, anew);
    check_same(seen, anew);
    REQUIRE(p.a == q.a);
    REQUIRE(p.b == q.b);
    REQUIRE(p.c == q.c);
    if (n % 5 == 4) p.take(steps, 1), q.take(fresh, 1);
    const std::size_t i = static_cast<std::size_t>(n % D);
    for (problem<T, Rule>* both : {&p, &q}) {
      T& x = (n < D ? both->a : n < 2 * D ? both->b : both->c)[i];
      x = std::nextafter(x, T(2));
    }
  }
}

template <class T, class Rule, integer D, integer K, moved_matrices M = moved_matrices{}>
void check_known_sizes() {
  CAPTURE(D);
  CAPTURE(K);
  static_assert(kernel::in_registers<D, K>);
  problem<T, Rule> p(D, K, 7), q = p;
  kernel::gram_steps<T, D, K, M> known(p.constants());
  p.take(known, 9);
  in_blocks<M>(q, 9);
  CHECK(p.a == q.a);
  CHECK(p.b == q.b);
  CHECK(p.c == q.c);
  CHECK(p.kept == q.kept);
  check_watched<T, D, K, M>(p);
  check_changed_between<T, D, K, M, Rule, kernel::gram_steps<T, D, K, M>>();
  check_changed_between<T, D, K, M, Rule, kernel::gram_steps<T, dynamic, dynamic, M>>();
  problem<T, Rule> other(D, K, 7);
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

TEST_CASE_TEMPLATE("every rule follows its formulas", Rule, heavy, ahead, means, decaying_means) {
  for (const integer d : {1, 7, 10, 16, 17, 24, 40, 131})
    for (const integer kappa : {2, 5, 6, 7, 8, 9, 16, 17, 33}) {
      check_by_hand<moved_matrices{}, float, Rule>(d, kappa);
      check_by_hand<moved_matrices{}, double, Rule>(d, kappa);
    }
  for (const integer kappa : {6, 20})
    check_by_hand<moved_matrices{true, true, false}, double, Rule>(21, kappa);
}

TEST_CASE_TEMPLATE("sizes known at compile time: the same bits", T, float, double) {
  check_known_sizes<T, plain_rule, 1, 2>();
  check_known_sizes<T, plain_rule, 3, 3>();
  check_known_sizes<T, plain_rule, 10, 6>();
  check_known_sizes<T, plain_rule, 10, 7, moved_matrices{true, true, false}>();
  check_known_sizes<T, plain_rule, 16, 8>();
  check_known_sizes<T, plain_rule, 17, 8>();
  check_known_sizes<T, plain_rule, 20, 6>();
  check_known_sizes<T, plain_rule, 20, 10>();
  check_known_sizes<T, plain_rule, 33, 5, moved_matrices{false, true, true}>();
  check_known_sizes<T, plain_rule, 40, 16>();
}

TEST_CASE_TEMPLATE("sizes known at compile time: the same bits by every rule", Rule, heavy, ahead, means,
                   decaying_means) {
  check_known_sizes<float, Rule, 10, 6>();
  check_known_sizes<double, Rule, 10, 6>();
}

TEST_CASE("sizes known at compile time: the same bits by a rule of some matrices") {
  check_known_sizes<float, means, 20, 8>();
  check_known_sizes<double, means, 10, 6, moved_matrices{true, true, false}>();
  check_known_sizes<double, means, 3, 3, moved_matrices{true, true, false}>();
}
