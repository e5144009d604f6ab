// SPDX-License-Identifier: BSD-3-Clause
// Dual numbers in blocks: every operation has, in value and derivative, the bits of single dual numbers.
#include <algorithm>
#include <array>
#include <lssm/kernel/blocks.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T>
bool same(const dual<T>& x, const dual<T>& y) {
  return x.v == y.v && x.e == y.e;
}
template <class T>
using eight = kernel::block<dual<T>, 8>;

template <class T>
std::vector<dual<T>> numbers_of(const eight<T>& b) {
  std::vector<dual<T>> x(8);
  kernel::store_block(b, std::span<dual<T>>(x), 0);
  return x;
}

}  // namespace

TEST_CASE_TEMPLATE("a block of dual numbers computes as eight dual numbers", T, float, double) {
  reference::numbers draw(1);
  const auto x = draw.draws<dual<T>>(8), y = draw.draws<dual<T>>(8), z = draw.draws<dual<T>>(8);
  const auto load = [](const auto& v) { return kernel::load_block<8>(view<dual<T>>(v), 0); };
  const auto bx = load(x), by = load(y), bz = load(z);
  const auto check = [](const eight<T>& got, auto expected) {
    const auto all = numbers_of<T>(got);
    for (std::size_t i = 0; i < 8; ++i) CHECK(same(all[i], dual<T>(expected(i))));
  };
  check(bx + by, [&](std::size_t i) { return x[i] + y[i]; });
  check(bx - by, [&](std::size_t i) { return x[i] - y[i]; });
  check(bx * by, [&](std::size_t i) { return x[i] * y[i]; });
  check(bx / by, [&](std::size_t i) { return x[i] / y[i]; });
  check(fused(bx, by, bz), [&](std::size_t i) { return mul_add(x[i], y[i], z[i]); });
  check(kernel::fill_block<8>(y[3]), [&](std::size_t) { return y[3]; });

  auto squares = x;
  for (auto& s : squares) s = s * s;
  squares[2] = dual<T>(T(0));  // its root is zero, without a derivative
  squares[5].e = T(0);
  check(kernel::square_root(load(squares)), [&](std::size_t i) { return sqrt_of(squares[i]); });
}

TEST_CASE_TEMPLATE("sums of blocks of dual numbers fold in halves", T, float, double) {
  reference::numbers draw(2);
  eight<T> b[8];
  std::array<dual<T>, 8> expected;
  for (std::size_t r = 0; r < 8; ++r) {
    const auto x = draw.draws<dual<T>>(8);
    b[r] = kernel::load_block<8>(view<dual<T>>(x), 0);
    expected[r] = kernel::fold([&](integer i) { return x[static_cast<std::size_t>(i)]; },
                               [](const dual<T>& s, const dual<T>& t) { return s + t; });
    CHECK(same(kernel::block_sum(b[r]), expected[r]));
  }
  const auto sums = numbers_of<T>(kernel::block_sums(b));
  for (std::size_t r = 0; r < 8; ++r) CHECK(same(sums[r], expected[r]));
}

TEST_CASE_TEMPLATE("parts of a block touch nothing beyond the end", T, float, double) {
  reference::numbers draw(3);
  for (std::size_t n = 0; n <= 17; ++n) {
    const auto x = draw.draws<dual<T>>(n);
    const dual<T> guard(T(7), T(-7));
    std::vector<dual<T>> copy(n + 1, guard);
    for (integer j = 0; j < length(x); j += 8) {
      const auto b = kernel::load_block<8>(view<dual<T>>(x), j);
      kernel::store_block(b, std::span<dual<T>>(copy.data(), n), j);
      const auto rest = numbers_of<T>(kernel::first_entries(b, std::min<integer>(8, length(x) - j)));
      for (std::size_t i = 0; i < 8; ++i) {
        const std::size_t at = static_cast<std::size_t>(j) + i;
        CHECK(same(rest[i], at < n ? x[at] : dual<T>(T(0))));
      }
    }
    for (std::size_t i = 0; i < n; ++i) CHECK(same(copy[i], x[i]));
    CHECK(same(copy[n], guard));
  }
}
