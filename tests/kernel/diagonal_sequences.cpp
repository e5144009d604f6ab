// SPDX-License-Identifier: BSD-3-Clause
// Batches of sequences through a diagonal recurrence and back, against the recurrence written out in wide numbers and its
// adjoint by dual ones; sizes in types and as values and lanes have the same bits.
#include <lssm/core/pack.hpp>
#include <lssm/kernel.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T>
struct problem {
  std::size_t d, m, p, sequences, steps;
  std::vector<T> a, b, c, x, dy;
  problem(reference::numbers& draw, std::size_t modes, std::size_t inputs, std::size_t outputs, std::size_t n,
          std::size_t s)
      : d(modes), m(inputs), p(outputs), sequences(n), steps(s) {
    a = draw.draws<T>(d), b = draw.draws<T>(d * m), c = draw.draws<T>(p * d);
    x = draw.draws<T>(n * s * m), dy = draw.draws<T>(n * s * p);
  }
};

template <class T>
struct passed {
  std::vector<T> y, da, db, dc, dx;
  friend bool operator==(const passed&, const passed&) = default;
};

template <integer D, integer M, integer P, class T>
passed<T> passed_through(const problem<T>& q) {
  const std::size_t rows = q.sequences * q.steps;
  const auto zeros_of = [](std::size_t n) { return std::vector<T>(n, T(0)); };
  passed<T> out{zeros_of(rows * q.p), zeros_of(q.d), zeros_of(q.d * q.m), zeros_of(q.p * q.d),
                std::vector<T>(rows * q.m, T(7))};
  auto driven = zeros_of(rows * q.d), states = driven, adjoints = driven, transposed = zeros_of(q.d * q.m);
  const extent<M> m(static_cast<integer>(q.m));
  const extent<P> p(static_cast<integer>(q.p));
  const fixed_span<const T, D> a(q.a.data(), q.d);
  kernel::diagonal_forward<T, D>(a, view<T>(q.b), view<T>(q.c), m, p, q.steps, view<T>(q.x),
                                 std::span<T>(out.y), std::span<T>(driven), std::span<T>(states),
                                 std::span<T>(transposed));
  for (const bool inputs : {false, true})  // once without dx: gradients add up to twice
    kernel::diagonal_backward<T, D>(a, view<T>(q.b), view<T>(q.c), m, p, q.steps, view<T>(q.x), view<T>(q.dy),
                                    fixed_span<T, D>(out.da.data(), q.d), std::span<T>(out.db),
                                    std::span<T>(out.dc), inputs ? std::span<T>(out.dx) : std::span<T>(),
                                    std::span<T>(driven), view<T>(states), std::span<T>(adjoints));
  return out;
}

/// y of lane 0, and Σ dy y, in numbers R.
template <class R>
std::vector<R> outputs(const std::vector<R>& a, const std::vector<R>& b, const std::vector<R>& c,
                       const std::vector<R>& x, std::size_t p, std::size_t steps) {
  const std::size_t d = a.size(), m = b.size() / d;
  std::vector<R> state(d, R(0)), y;
  for (std::size_t row = 0; row < x.size() / m; ++row) {
    for (std::size_t j = 0; j < d; ++j) {
      state[j] = row % steps == 0 ? R(0) : a[j] * state[j];
      for (std::size_t q = 0; q < m; ++q) state[j] = state[j] + b[j * m + q] * x[row * m + q];
    }
    for (std::size_t i = 0; i < p; ++i) {
      y.push_back(R(0));
      for (std::size_t j = 0; j < d; ++j) y.back() = y.back() + c[i * d + j] * state[j];
    }
  }
  return y;
}

template <class T>
double error_of(const problem<T>& q) {
  using wide = reference::wide_of<T>;
  using moving = dual<wide>;
  const auto got = passed_through<dynamic, dynamic, dynamic>(q);
  const auto lift = [](const std::vector<T>& v) {
    std::vector<moving> r;
    for (const T& x : v) r.push_back(moving(reference::widen(x, 0)));
    return r;
  };
  auto a = lift(q.a), b = lift(q.b), c = lift(q.c), x = lift(q.x);
  const auto dy = lift(q.dy);
  const double size = static_cast<double>((q.d + 2) * (q.m + 2) * (q.p + 2) * q.steps);
  reference::largest worst;
  const auto y = outputs(a, b, c, x, q.p, q.steps);
  for (std::size_t i = 0; i < y.size(); ++i) worst.see(reference::epsilons(got.y[i], y[i].v, size));
  const auto see = [&](std::vector<moving>& of, const std::vector<T>& gradient, double times) {
    const std::size_t every = of.size() / 10 + 1;
    for (std::size_t i = 0; i < of.size(); i += every) {
      of[i].e = 1;
      const auto moved = outputs(a, b, c, x, q.p, q.steps);
      wide sum = 0;
      for (std::size_t k = 0; k < moved.size(); ++k) sum = sum + dy[k].v * moved[k].e;
      of[i].e = 0;
      worst.see(reference::epsilons(gradient[i], sum * wide(times),
                                    times * size * static_cast<double>(q.sequences)));
    }
  };
  see(a, got.da, 2), see(b, got.db, 2), see(c, got.dc, 2), see(x, got.dx, 1);
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("outputs and gradients of a batch of sequences", T, float, double, long double) {
  reference::numbers draw(251);
  for (const std::size_t d : {1u, 5u, 8u, 11u, 16u})
    for (const auto& ports : {std::pair{1u, 1u}, std::pair{3u, 1u}, std::pair{1u, 2u}, std::pair{9u, 8u}})
      for (const auto& [n, steps] :
           {std::pair{1u, 1u}, std::pair{3u, 1u}, std::pair{1u, 6u}, std::pair{2u, 5u}}) {
        CAPTURE(d);
        CAPTURE(ports.first);
        CAPTURE(ports.second);
        CHECK(error_of(problem<T>(draw, d, ports.first, ports.second, n, steps)) < 2);
      }
}

TEST_CASE_TEMPLATE("sizes known at compile time have the bits of those at run time", T, float, double) {
  reference::numbers draw(252);
  const auto check = [&]<integer D, integer M, integer P>(extent<D>, extent<M>, extent<P>) {
    const problem<T> q(draw, D, M, P, 3, 5);
    CHECK(passed_through<D, M, P>(q) == passed_through<dynamic, dynamic, dynamic>(q));
  };
  check(extent<1>(), extent<1>(), extent<1>());
  check(extent<8>(), extent<1>(), extent<4>());
  check(extent<11>(), extent<9>(), extent<2>());
}

TEST_CASE_TEMPLATE("lanes have the bits of single numbers", L, float, double) {
  using P = pack<L>;
  reference::numbers draw(253);
  for (const std::size_t d : {3u, 8u, 13u}) {
    const problem<P> packed(draw, d, 2, 3, 2, 4);
    const auto all = passed_through<dynamic, dynamic, dynamic>(packed);
    for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
      const auto get = [lane](const std::vector<P>& v) {
        std::vector<L> one;
        for (const P& x : v) one.push_back(scalar_traits<P>::get(x, lane));
        return one;
      };
      problem<L> single(draw, d, 2, 3, 2, 4);
      single.a = get(packed.a), single.b = get(packed.b), single.c = get(packed.c);
      single.x = get(packed.x), single.dy = get(packed.dy);
      CHECK(passed_through<dynamic, dynamic, dynamic>(single) ==
            passed<L>{get(all.y), get(all.da), get(all.db), get(all.dc), get(all.dx)});
    }
  }
}
