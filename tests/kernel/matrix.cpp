// SPDX-License-Identifier: BSD-3-Clause
// Small matrices times batches of rows: sums in wide numbers, nothing written beyond the ends, and the same bits from
// blocks, from lanes and from sizes known at compile time.
#include <algorithm>
#include <array>
#include <lssm/core/pack.hpp>
#include <lssm/kernel/matrix.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

constexpr std::size_t guards = 9;

/// What the four kernels leave of one problem, each with guards behind it.
template <class T>
struct products {
  std::vector<T> y, plain_y, dx, dk, sum;
};

template <class T>
struct problem {
  std::size_t rows, in, out;
  std::vector<T> x, k, bias, dy, dk, sum;  // dk and sum: what stands there before

  problem(reference::numbers& draw, std::size_t r, std::size_t n, std::size_t m)
      : rows(r),
        in(n),
        out(m),
        x(draw.draws<T>(r * n)),
        k(draw.draws<T>(n * m)),
        bias(draw.draws<T>(m)),
        dy(draw.draws<T>(r * m)),
        dk(draw.draws<T>(n * m)),
        sum(draw.draws<T>(m)) {}

  template <integer In = dynamic, integer Out = dynamic>
  products<T> multiplied() const {
    const auto guarded = [](std::vector<T> v) {
      v.resize(v.size() + guards, T(7));
      return v;
    };
    products<T> p{guarded(std::vector<T>(rows * out, T(3))), guarded(std::vector<T>(rows * out, T(3))),
                  guarded(std::vector<T>(rows * in, T(3))), guarded(dk), guarded(sum)};
    const auto inner = [](std::vector<T>& v) { return std::span<T>(v).first(v.size() - guards); };
    const extent<In> n(static_cast<integer>(in));
    const extent<Out> m(static_cast<integer>(out));
    kernel::multiply_rows(view<T>(x), n, view<T>(k), m, view<T>(bias), inner(p.y));
    kernel::multiply_rows(view<T>(x), n, view<T>(k), m, std::span<const T>(), inner(p.plain_y));
    kernel::multiply_transposed(view<T>(dy), m, view<T>(k), n, inner(p.dx));
    kernel::add_outer_products(view<T>(x), n, view<T>(dy), m, inner(p.dk));
    kernel::add_rows(view<T>(dy), m, inner(p.sum));
    return p;
  }
};

/// got against `terms` products of numbers in (-1, 1), in epsilons of their number.
template <class T>
double error_of(const T& got, reference::wide_of<T> expected, std::size_t terms) {
  return reference::epsilons(got, expected, static_cast<double>(terms));
}

template <class T>
double worst_error(const problem<T>& p) {
  const auto got = p.multiplied();
  const auto at = [](const std::vector<T>& v, std::size_t i) { return reference::widen(v[i], 0); };
  reference::largest worst;
  for (std::size_t r = 0; r < p.rows; ++r) {
    for (std::size_t j = 0; j < p.out; ++j) {
      reference::wide_of<T> y(0);
      for (std::size_t i = 0; i < p.in; ++i) y = y + at(p.x, r * p.in + i) * at(p.k, i * p.out + j);
      worst.see(error_of(got.plain_y[r * p.out + j], y, p.in));
      worst.see(error_of(got.y[r * p.out + j], y + at(p.bias, j), p.in + 1));
    }
    for (std::size_t i = 0; i < p.in; ++i) {
      reference::wide_of<T> dx(0);
      for (std::size_t j = 0; j < p.out; ++j) dx = dx + at(p.dy, r * p.out + j) * at(p.k, i * p.out + j);
      worst.see(error_of(got.dx[r * p.in + i], dx, p.out));
    }
  }
  for (std::size_t j = 0; j < p.out; ++j) {
    reference::wide_of<T> sum = at(p.sum, j);
    for (std::size_t r = 0; r < p.rows; ++r) sum = sum + at(p.dy, r * p.out + j);
    worst.see(error_of(got.sum[j], sum, p.rows + 1));
    for (std::size_t i = 0; i < p.in; ++i) {
      reference::wide_of<T> dk = at(p.dk, i * p.out + j);
      for (std::size_t r = 0; r < p.rows; ++r) dk = dk + at(p.x, r * p.in + i) * at(p.dy, r * p.out + j);
      worst.see(error_of(got.dk[i * p.out + j], dk, p.rows + 1));
    }
  }
  for (const auto* v : {&got.y, &got.plain_y, &got.dx, &got.dk, &got.sum})
    for (std::size_t i = v->size() - guards; i < v->size(); ++i) CHECK(is_zero((*v)[i] - T(7)));
  return worst;
}

template <class T>
bool same_numbers(const std::vector<T>& x, const std::vector<T>& y) {
  return std::ranges::equal(x, y, [](const T& a, const T& b) {
    if constexpr (requires { a.e == b.e; }) {
      return a.v == b.v && a.e == b.e;
    } else {
      return a == b;
    }
  });
}
template <class T>
void check_same(const products<T>& x, const products<T>& y) {
  CHECK(same_numbers(x.y, y.y));
  CHECK(same_numbers(x.plain_y, y.plain_y));
  CHECK(same_numbers(x.dx, y.dx));
  CHECK(same_numbers(x.dk, y.dk));
  CHECK(same_numbers(x.sum, y.sum));
}

constexpr std::size_t widths[] = {1, 2, 7, 8, 9, 15, 16, 25};
constexpr std::size_t batch_sizes[] = {1, 2, 5, 9};

}  // namespace

TEST_CASE_TEMPLATE("products are their sums", T, float, double, reference::wide, dual<double>) {
  reference::numbers draw(171);
  for (const std::size_t rows : batch_sizes)
    for (const std::size_t in : widths)
      for (const std::size_t out : widths) {
        CAPTURE(rows);
        CAPTURE(in);
        CAPTURE(out);
        CHECK(worst_error(problem<T>(draw, rows, in, out)) < 2);
      }
}

TEST_CASE_TEMPLATE("lanes have the bits of blocks", T, float, double) {
  reference::numbers draw(172);
  for (const std::size_t in : widths)
    for (const std::size_t out : widths) {
      CAPTURE(in);
      CAPTURE(out);
      const problem<pack<T>> packed(draw, 2, in, out);
      const auto all = packed.multiplied();
      for (std::size_t lane = 0; lane < lanes_of<pack<T>>; lane += lanes_of<pack<T>> - 1) {
        const auto get = [lane](const std::vector<pack<T>>& v) {
          std::vector<T> one;
          for (const auto& x : v) one.push_back(scalar_traits<pack<T>>::get(x, lane));
          return one;
        };
        problem<T> single(draw, 2, in, out);
        single.x = get(packed.x), single.k = get(packed.k), single.bias = get(packed.bias);
        single.dy = get(packed.dy), single.dk = get(packed.dk), single.sum = get(packed.sum);
        check_same({get(all.y), get(all.plain_y), get(all.dx), get(all.dk), get(all.sum)},
                   single.multiplied());
      }
    }
}

TEST_CASE_TEMPLATE("sizes known at compile time have the bits of those at run time", T, float, double,
                   dual<float>, dual<double>) {
  reference::numbers draw(173);
  const auto check = [&]<integer In, integer Out>(extent<In>, extent<Out>) {
    for (const std::size_t rows : {1u, 2u, 5u, 9u, 13u}) {
      const problem<T> p(draw, rows, std::size_t{In}, std::size_t{Out});
      check_same(p.template multiplied<In, Out>(), p.multiplied());
    }
  };
  check(extent<1>(), extent<15>());
  check(extent<9>(), extent<15>());
  check(extent<32>(), extent<32>());
  check(extent<33>(), extent<41>());
  if constexpr (std::is_floating_point_v<T>) {  // of dual numbers some: they take long to compile
    check(extent<15>(), extent<1>());
    check(extent<7>(), extent<9>());
    check(extent<15>(), extent<15>());
    check(extent<8>(), extent<8>());
    check(extent<25>(), extent<25>());
    check(extent<28>(), extent<32>());
    check(extent<32>(), extent<64>());
    check(extent<45>(), extent<33>());
  }
}

TEST_CASE("rows do not see each other, nor NaN beyond them") {
  reference::numbers draw(174);
  const problem<float> p(draw, 2, 9, 7);
  problem<float> poisoned = p;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 9; i < 18; ++i) poisoned.x[i] = nan;
  for (std::size_t j = 7; j < 14; ++j) poisoned.dy[j] = nan;
  const auto clean = p.multiplied(), seen = poisoned.multiplied();
  for (std::size_t j = 0; j < 7; ++j) {
    CHECK(seen.y[j] == clean.y[j]);
    CHECK(std::isnan(seen.y[7 + j]));
  }
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(seen.dx[i] == clean.dx[i]);
    CHECK(std::isnan(seen.dx[9 + i]));
  }
}

TEST_CASE("products in constant expressions") {
  constexpr auto y = [] {
    const std::array<double, 2> x{1, 2};
    const std::array<double, 6> k{1, 2, 3, 4, 5, 6};
    std::array<double, 3> out{};
    kernel::multiply_rows(view<double>(x), extent<2>(), view<double>(k), extent<3>(),
                          std::span<const double>(), std::span<double>(out));
    return out;
  }();
  CHECK(y == std::array{9.0, 12.0, 15.0});
}
