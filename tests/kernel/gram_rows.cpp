// SPDX-License-Identifier: BSD-3-Clause
// Loss and gradient in registers against plain loops, and against the general path of any size, bit for bit.
#include <doctest/doctest.h>

#include <limits>
#include <lssm/kernel/full_gradient.hpp>
#include <lssm/kernel/gram/rows.hpp>
#include <lssm/kernel/polynomial.hpp>
#include <lssm/kernel/power_moments.hpp>
#include <random>
#include <vector>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// A student and rows of data, `rank` of them, that see no entry of h before `unseen`.
template <class T>
struct problem {
  std::size_t d, kappa, rank;
  std::vector<T> a, b, c, center, fitted, rows;
  T least_loss = T(0.25);

  problem(std::size_t modes, std::size_t length, std::size_t count, std::size_t unseen, unsigned seed)
      : d(modes), kappa(length), rank(count) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> number(-0.9, 0.9);
    const auto draw = [&](std::size_t n) {
      std::vector<T> x(n);
      for (T& v : x) v = T(number(random));
      return x;
    };
    a = draw(d), b = draw(d), c = draw(d), center = draw(kappa), fitted = draw(rank),
    rows = draw(rank * kappa);
    for (std::size_t i = 0; i < rank * kappa; ++i)
      if (i % kappa < unseen) rows[i] = T(0);
  }
};

/// Loss, gradient, h, g and ρ.
template <class T>
struct point {
  T loss{};
  std::vector<T> da, db, dc, h, g, rho;
  friend bool operator==(const point&, const point&) = default;
};

/// The definition, in T.
template <class T, class From>
point<T> by_hand(const problem<From>& p) {
  point<T> at{T(p.least_loss),
              std::vector<T>(p.d, T(0)),
              std::vector<T>(p.d, T(0)),
              std::vector<T>(p.d, T(0)),
              std::vector<T>(p.kappa, T(0)),
              std::vector<T>(p.kappa, T(0)),
              std::vector<T>(p.rank, T(0))};
  std::vector<T> powers;
  for (std::size_t j = 0; j < p.d; ++j) {
    T power(1);
    for (std::size_t k = 0; k < p.kappa; ++k, power = power * T(p.a[j])) {
      powers.push_back(power);
      at.h[k] = at.h[k] + T(p.c[j]) * T(p.b[j]) * power;
    }
  }
  for (std::size_t q = 0; q < p.rank; ++q) {
    at.rho[q] = T(0) - T(p.fitted[q]);
    for (std::size_t k = 0; k < p.kappa; ++k)
      at.rho[q] = at.rho[q] + T(p.rows[q * p.kappa + k]) * (at.h[k] - T(p.center[k]));
    for (std::size_t k = 0; k < p.kappa; ++k) at.g[k] = at.g[k] + at.rho[q] * T(p.rows[q * p.kappa + k]);
    at.loss = at.loss + at.rho[q] * at.rho[q] * T(0.5);
  }
  for (std::size_t j = 0; j < p.d; ++j)
    for (std::size_t k = 0; k < p.kappa; ++k) {
      const T power = powers[j * p.kappa + k];
      at.dc[j] = at.dc[j] + at.g[k] * T(p.b[j]) * power;
      at.db[j] = at.db[j] + at.g[k] * T(p.c[j]) * power;
      if (k > 0)
        at.da[j] = at.da[j] +
                   at.g[k] * T(p.c[j]) * T(p.b[j]) * T(static_cast<double>(k)) * powers[j * p.kappa + k - 1];
    }
  return at;
}

/// By the kernels that any size has.
template <class T>
point<T> general(const problem<T>& p) {
  const std::size_t entries = static_cast<std::size_t>(kernel::padded<T>(static_cast<integer>(p.kappa)));
  point<T> at{T(0), p.a, p.a, p.a, std::vector<T>(p.kappa), std::vector<T>(entries), std::vector<T>(entries)};
  const auto weights = [&]<integer W>(std::integral_constant<integer, W>, integer j) {
    return kernel::load_block<W>(view<T>(p.c), j) * kernel::load_block<W>(view<T>(p.b), j);
  };
  kernel::power_moments<T>(view<T>(p.a), weights, std::span<T>(at.h),
                           extent<>(static_cast<integer>(p.kappa)));
  std::vector<T> error(p.kappa), rows(p.rank * entries), columns(p.kappa * entries);
  for (std::size_t k = 0; k < p.kappa; ++k) {
    error[k] = at.h[k] - p.center[k];
    for (std::size_t q = 0; q < p.rank; ++q)
      rows[q * entries + k] = columns[k * entries + q] = p.rows[q * p.kappa + k];
  }
  kernel::weigh_rows(view<T>(error), columns.data(), entries, at.rho.data());
  at.rho.resize(p.rank);
  for (std::size_t q = 0; q < p.rank; ++q) at.rho[q] = at.rho[q] - p.fitted[q];
  kernel::weigh_rows(view<T>(at.rho), rows.data(), entries, at.g.data());
  at.g.resize(p.kappa);
  for (const T& x : at.rho) at.loss = mul_add(x, x, at.loss);
  at.loss = mul_add(at.loss, T(0.5), p.least_loss);
  kernel::evaluate_slope(view<T>(at.g), view<T>(p.a),
                         [&]<integer W>(integer j, const kernel::block<T, W>& x, const auto& slope) {
                           const auto b = kernel::load_block<W>(view<T>(p.b), j),
                                      c = kernel::load_block<W>(view<T>(p.c), j);
                           kernel::store_block(c * b * slope, std::span<T>(at.da), j);
                           kernel::store_block(c * x, std::span<T>(at.db), j);
                           kernel::store_block(b * x, std::span<T>(at.dc), j);
                         });
  return at;
}

template <class T>
void check_near(const std::vector<T>& x, const std::vector<reference::wide>& y) {
  REQUIRE(x.size() == y.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    CHECK(value_of(abs_of(reference::wide(x[i]) - y[i])) <=
          200 * epsilon_of<T> * (1 + value_of(abs_of(y[i]))));
}

template <class T, integer D, integer K>
struct in_kernel {
  const problem<T>& p;
  kernel::gram_rows<T, D, K> k{p.center.data(), view<T>(p.fitted), p.rows.data(), p.least_loss};
  std::vector<T> a = p.a, b = p.b, c = p.c, rho = std::vector<T>(16);
  point<T> at{T(0), p.a, p.a, p.a, std::vector<T>(K), std::vector<T>(K), {}};

  kernel::gram_point<T> where() {
    return {a.data(),     b.data(),    c.data(),    at.da.data(), at.db.data(),
            at.dc.data(), at.h.data(), at.g.data(), rho.data()};
  }
  const point<T>& read() {
    at.rho.assign(rho.begin(), rho.begin() + static_cast<std::ptrdiff_t>(p.rank));
    return at;
  }
  const point<T>& evaluate() {
    at.loss = k.evaluate(where());
    return read();
  }
};

template <class T, integer D, integer K>
void check_size(std::size_t rank, std::size_t unseen) {
  CAPTURE(D);
  CAPTURE(K);
  CAPTURE(rank);
  problem<T> p(D, K, rank, unseen, static_cast<unsigned>(100 * D + K));
  in_kernel<T, D, K> fast{p};
  const auto at = fast.evaluate();
  CHECK(at == general(p));
  const auto exact = by_hand<reference::wide>(p);
  check_near(at.h, exact.h), check_near(at.g, exact.g), check_near(at.rho, exact.rho);
  check_near(at.da, exact.da), check_near(at.db, exact.db), check_near(at.dc, exact.dc);
  check_near<T>({at.loss}, {exact.loss});

  // Seven steps at once are seven steps of the general path, with the best of their losses.
  const T rate = T(0.01);
  kernel::watched_steps<T> seen{rate, T(-1), 7, at.loss, at.loss, T(0), T(3), T(0.5)};
  fast.k.template descend<kernel::moved_matrices{true, true, true}>(fast.where(), seen);
  T best = at.loss, best_steps(0), time(0.5);
  point<T> now = at;
  for (int step = 1; step <= 7; ++step) {
    const auto move = [&](std::vector<T>& x, const std::vector<T>& dx) {
      for (std::size_t j = 0; j < x.size(); ++j) x[j] = mul_add(T(0) - rate, dx[j], x[j]);
    };
    move(p.a, now.da), move(p.b, now.db), move(p.c, now.dc);
    now = general(p), time = time + rate;
    if (now.loss < best) best = now.loss, best_steps = T(static_cast<double>(3 + step));
  }
  fast.at.loss = seen.loss;
  CHECK(fast.read() == now);
  CHECK(fast.a == p.a);
  CHECK(fast.b == p.b);
  CHECK(fast.c == p.c);
  CHECK(seen.taken == 7);
  CHECK(seen.steps == T(10));
  CHECK(seen.time == time);
  CHECK(seen.best == best);
  CHECK(seen.best_steps == best_steps);
}

/// A rate that remembers the squares of all gradients so far.
template <class T>
struct remembering {
  T mean = T(0);
  T operator()(const std::array<T, 3>& squares) {
    mean = mul_add(T(0.5), mean, squares[0] + T(2) * squares[1] + T(3) * squares[2]);
    return T(0.02) / (T(1) + mean);
  }
};

/// Five steps at rates that follow the gradient are those of the general path; matrices that rest have no square.
template <class T, integer D, integer K, kernel::norm_of_state Norm, kernel::moved_matrices Moved>
void check_adapting(std::size_t rank, std::size_t unseen) {
  CAPTURE(D);
  CAPTURE(K);
  problem<T> p(D, K, rank, unseen, static_cast<unsigned>(300 * D + K));
  in_kernel<T, D, K> fast{p};
  const T start = fast.evaluate().loss;
  remembering<T> rate_of, by_hand;
  rate_of.mean = by_hand.mean = T(0.25);
  kernel::watched_steps<T> seen{T(0), T(-1), 5, start, start, T(0), T(0), T(0.5)};
  fast.k.template descend<Moved, Norm>(fast.where(), seen, rate_of);

  point<T> now = general(p);
  T rate(0), time(0.5);
  std::vector<T> work(static_cast<std::size_t>(kernel::full_gradient_work<T>(D, K)));
  for (int step = 1; step <= 5; ++step) {
    const auto square = [](const std::vector<T>& x) { return kernel::dot(view<T>(x), view<T>(x)); };
    std::array<T, 3> squares{};
    if (Moved.a)
      squares[0] = Norm == kernel::norm_of_state::diagonal
                       ? square(now.da)
                       : kernel::full_gradient_norm2(view<T>(p.a), view<T>(p.b), view<T>(p.c), view<T>(now.g),
                                                     std::span<T>(work));
    if (Moved.b) squares[1] = square(now.db);
    if (Moved.c) squares[2] = square(now.dc);
    rate = by_hand(squares);
    const auto move = [&](bool moves, std::vector<T>& x, const std::vector<T>& dx) {
      for (std::size_t j = 0; moves && j < x.size(); ++j) x[j] = mul_add(T(0) - rate, dx[j], x[j]);
    };
    move(Moved.a, p.a, now.da), move(Moved.b, p.b, now.db), move(Moved.c, p.c, now.dc);
    now = general(p), time = time + rate;
  }
  fast.at.loss = seen.loss;
  CHECK(fast.read() == now);
  CHECK(fast.a == p.a);
  CHECK(fast.b == p.b);
  CHECK(fast.c == p.c);
  CHECK(seen.rate == rate);
  CHECK(seen.time == time);
  CHECK(rate_of.mean == by_hand.mean);
}

}  // namespace

TEST_CASE_TEMPLATE("steps at rates that adapt have the bits of the general path", T, float, double) {
  constexpr kernel::moved_matrices all{}, some{true, false, true}, weights{false, true, true};
  constexpr auto full = kernel::norm_of_state::full, diagonal = kernel::norm_of_state::diagonal;
  check_adapting<T, 1, 1, full, all>(1, 0);
  check_adapting<T, 1, 2, full, all>(2, 0);
  check_adapting<T, 8, 3, full, some>(3, 1);
  check_adapting<T, 10, 6, full, all>(6, 0);
  check_adapting<T, 10, 6, full, weights>(6, 0);
  check_adapting<T, 10, 6, diagonal, all>(4, 2);
  check_adapting<T, 16, 9, full, all>(9, 0);
  check_adapting<T, 20, 10, full, all>(10, 0);
  check_adapting<T, 33, 16, full, all>(16, 0);
  check_adapting<T, 17, 16, diagonal, some>(16, 0);
}

TEST_CASE_TEMPLATE("loss, gradient and steps have the bits of the general path, and are right", T, float,
                   double) {
  check_size<T, 1, 1>(1, 0), check_size<T, 1, 2>(1, 1), check_size<T, 3, 5>(5, 0), check_size<T, 5, 3>(2, 1);
  check_size<T, 8, 8>(8, 3), check_size<T, 9, 9>(4, 0), check_size<T, 10, 6>(6, 0),
      check_size<T, 10, 6>(0, 0);
  check_size<T, 17, 16>(16, 0), check_size<T, 20, 10>(10, 2), check_size<T, 64, 7>(7, 0);
}

TEST_CASE_TEMPLATE("steps move the matrices they are told to, and end at the target or at infinity", T, float,
                   double) {
  const problem<T> p(10, 6, 6, 0, 5);
  in_kernel<T, 10, 6> fast{p};
  const T start = fast.evaluate().loss;
  kernel::watched_steps<T> seen{T(0.01), T(-1), 3, start, start, T(0), T(0), T(0)};
  fast.k.template descend<kernel::moved_matrices{false, true, false}>(fast.where(), seen);
  CHECK(fast.a == p.a);
  CHECK(fast.c == p.c);
  CHECK(fast.b != p.b);

  in_kernel<T, 10, 6> all{p};
  all.evaluate();
  kernel::watched_steps<T> short_of{T(0.01), start, 100, start, start, T(0), T(0), T(0)};
  all.k.template descend<kernel::moved_matrices{}>(all.where(), short_of);
  CHECK(short_of.taken == 1);
  CHECK(short_of.loss < start);
  CHECK(short_of.best == start);

  in_kernel<T, 10, 6> wild{p};
  wild.evaluate();
  kernel::watched_steps<T> far{T(1e4), T(-1), 100, start, start, T(0), T(0), T(0)};
  wild.k.template descend<kernel::moved_matrices{}>(wild.where(), far);
  CHECK(far.taken < 100);
  CHECK(!(far.loss <= std::numeric_limits<T>::max()));
  // Nothing is written then, neither there nor by an evaluation where powers overflow.
  const auto before = wild.read();
  CHECK(wild.a == p.a);
  wild.a[3] = std::numeric_limits<T>::max();
  CHECK(!(wild.k.evaluate(wild.where()) <= std::numeric_limits<T>::max()));
  CHECK(wild.read() == before);
}
