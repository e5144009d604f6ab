// SPDX-License-Identifier: BSD-3-Clause
// Loops over blocks: sums of every length, partial loads and stores that touch nothing beyond, one association of sums.
#include <lssm/core/pack.hpp>
#include <lssm/kernel/blocks.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

template <class T>
T dot_of(const std::vector<T>& x, const std::vector<T>& y) {
  return kernel::dot<T>(view<T>(x), view<T>(y));
}

/// The documented association: mode j goes to partial sum j mod 8, halves are folded onto each other.
template <class T>
T folded_dot(const std::vector<T>& x, const std::vector<T>& y) {
  T s[8];
  for (T& v : s) v = T(0);
  for (std::size_t j = 0; j < x.size(); ++j) s[j % 8] = mul_add(x[j], y[j], s[j % 8]);
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

}  // namespace

TEST_CASE_TEMPLATE("a dot product is its sum, associated as documented", T, float, double, long double,
                   reference::wide, dual<double>, dual<float>, pack<double>, pack<float>) {
  reference::numbers draw(1);
  for (std::size_t n = 0; n <= 40; ++n) {
    const auto x = draw.draws<T>(n), y = draw.draws<T>(n);
    const T got = dot_of(x, y), folded = folded_dot(x, y);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      auto expected = reference::wide_of<T>(0);
      double size = 0;
      const auto wx = reference::widen_all(x, lane);
      const auto wy = reference::widen_all(y, lane);
      for (std::size_t i = 0; i < n; ++i) {
        expected = expected + wx[i] * wy[i];
        size += reference::magnitude(wx[i]) * reference::magnitude(wy[i]);
      }
      CHECK(reference::epsilons(got, expected, size, lane) < 4 + static_cast<double>(n) / 8);
      CHECK(reference::magnitude(reference::widen(got, lane) - reference::widen(folded, lane)) == 0);
    }
  }
}

namespace {
/// Blocks of N numbers of a known size, with others before and behind them that are no part of them.
template <class T, std::size_t N>
void check_partial() {
  constexpr integer w = kernel::width<T>;
  constexpr std::size_t room = 8;
  reference::numbers draw(7);
  const std::vector<T> all = draw.draws<T>(N + 2 * room);
  std::vector<T> to = all, several = all;
  for (T& x : to) x = x + T(1);
  const std::vector<T> before = to;
  const std::span<const T, N> from(all.data() + room, N);
  const std::span<T, N> out(to.data() + room, N);
  for (integer j = 0; j < static_cast<integer>(N); j += w) {
    const auto b = kernel::load_block<w>(from, j);
    kernel::store_block(b, std::span<T>(several).first(room), 0);  // the whole block
    for (integer l = 0; l < w; ++l) {
      const auto at = static_cast<std::size_t>(j + l);
      CHECK(several[static_cast<std::size_t>(l)] == (at < N ? from[at] : T(0)));
    }
    kernel::store_block(b, out, j);
  }
  for (std::size_t i = 0; i < to.size(); ++i)
    CHECK(to[i] == (i >= room && i < room + N ? all[i] : before[i]));
}
}  // namespace

TEST_CASE_TEMPLATE("partial blocks of known sizes hold their numbers, then zeros, and touch no others", T,
                   float, double, dual<double>, long double) {
  []<std::size_t... N>(std::index_sequence<N...>) { (check_partial<T, N + 1>(), ...); }
  (std::make_index_sequence<17>());
}

TEST_CASE_TEMPLATE("add_scaled and combine", T, float, double, reference::wide, dual<double>, pack<double>) {
  reference::numbers draw(2);
  for (const std::size_t n : {0u, 1u, 7u, 8u, 9u, 24u, 31u}) {
    const auto x = draw.draws<T>(n), before = draw.draws<T>(n);
    const T s = draw.draw<T>();
    auto y = before;
    kernel::add_scaled<T>(s, view<T>(x), std::span<T>(y));
    const std::vector<std::vector<T>> v = {draw.draws<T>(n), draw.draws<T>(n), draw.draws<T>(n)};
    const auto c = draw.draws<T>(3);
    for (std::size_t count = 1; count <= 3; ++count) {
      std::vector<T> sum(n);
      kernel::combine<T>(c, v, count, view<T>(x), std::span<T>(sum));
      bool right = true;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
          const auto in = [lane](const T& t) { return reference::widen(t, lane); };
          auto expected = in(x[i]);
          for (std::size_t k = 0; k < count; ++k) expected = expected + in(c[k]) * in(v[k][i]);
          right = right && reference::epsilons(sum[i], expected, 8, lane) < 2 &&
                  reference::epsilons(y[i], in(before[i]) + in(s)*in(x[i]), 4, lane) < 2;
        }
      CHECK(right);
    }
  }
}

TEST_CASE_TEMPLATE(
    "one entry that is no number is found wherever it stands, and the largest numbers are numbers", T, float,
    double, long double, reference::wide, dual<double>, pack<double>, pack<float>) {
  using single = lane_of<T>;
  const auto found = [](const std::vector<T>& x, std::size_t lane) {
    const mask_of<T> finite = kernel::all_finite(view<T>(x));
    for (std::size_t other = 0; other < lanes_of<T>; ++other)
      if (other != lane) CHECK(scalar_traits<T>::get_mask(finite, other));
    return !scalar_traits<T>::get_mask(finite, lane);
  };
  double most = std::numeric_limits<float>::max();
  if (epsilon_of<T> < 1e-10) most = std::numeric_limits<double>::max();
  for (std::size_t n = 0; n <= 40; ++n) {
    const std::vector<T> largest(n, T(single(most)));
    CHECK(!found(largest, 0));
    for (std::size_t i = 0; i < n; ++i)
      for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
        auto x = largest;
        scalar_traits<T>::set(x[i], (i + n) % lanes_of<T>, single(bad));
        CHECK(found(x, (i + n) % lanes_of<T>));
      }
  }
}

TEST_CASE_TEMPLATE("blocks at the end of a list load zeros and store nothing beyond", T, float, double) {
  for (std::size_t n = 1; n <= 24; ++n)
    for (std::size_t j = 0; j < n; j += 8) {
      std::vector<T> from(n), to(n + 8, T(-1));
      for (std::size_t i = 0; i < n; ++i) from[i] = static_cast<T>(i + 1);
      const auto b = kernel::load_block<8>(view<T>(from), static_cast<integer>(j));
      std::vector<T> all(8, T(-1));
      kernel::store_block(b, std::span<T>(all), 0);
      for (std::size_t l = 0; l < 8; ++l) CHECK(all[l] == (j + l < n ? static_cast<T>(j + l + 1) : T(0)));
      kernel::store_block(b, std::span<T>(to).first(n), static_cast<integer>(j));
      for (std::size_t i = 0; i < n + 8; ++i)
        CHECK(to[i] == (i >= j && i < std::min(n, j + 8) ? static_cast<T>(i + 1) : T(-1)));
    }
}

TEST_CASE_TEMPLATE("arithmetic of blocks is that of their entries", T, float, double) {
  reference::numbers draw(3);
  const auto x = draw.draws<T>(8), y = draw.draws<T>(8), z = draw.draws<T>(8);
  const auto load = [](const std::vector<T>& v) { return kernel::load_block<8>(view<T>(v), 0); };
  const auto equals = [](const auto& b, auto expected) {
    std::vector<T> out(8);
    kernel::store_block(b, std::span<T>(out), 0);
    bool same = true;
    for (std::size_t i = 0; i < 8; ++i) same = same && out[i] == expected(i);
    return same;
  };
  CHECK(equals(load(x) + load(y), [&](std::size_t i) { return x[i] + y[i]; }));
  CHECK(equals(load(x) - load(y), [&](std::size_t i) { return x[i] - y[i]; }));
  CHECK(equals(load(x) * load(y), [&](std::size_t i) { return x[i] * y[i]; }));
  CHECK(equals(load(x) / load(y), [&](std::size_t i) { return x[i] / y[i]; }));
  CHECK(equals(fused(load(x), load(y), load(z)), [&](std::size_t i) { return mul_add(x[i], y[i], z[i]); }));
  CHECK(equals(kernel::fill_block<8>(x[3]), [&](std::size_t) { return x[3]; }));
}

TEST_CASE("storage in whole blocks") {
  static_assert(kernel::padded<double>(1) == 8 && kernel::padded<float>(8) == 8 &&
                kernel::padded<double>(9) == 16);
  static_assert(kernel::padded<long double>(9) == 9 && kernel::padded<double>(dynamic) == dynamic);
  CHECK(kernel::padded<double>(0) == 0);
}

TEST_CASE("constant expressions give the sums of run time, where no product is fused") {
  constexpr double from_compiler = [] {
    const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, y[] = {0.5, 0.5, -1, 2, 3, -4, 1, 1, 2, 0.25};
    return kernel::dot<double>(x, y);
  }();
  const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, y = {0.5, 0.5, -1, 2, 3, -4, 1, 1, 2, 0.25};
  CHECK(dot_of(x, y) == from_compiler);
}
