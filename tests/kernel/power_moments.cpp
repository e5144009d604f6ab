// SPDX-License-Identifier: BSD-3-Clause
// Power moments against the sum they stand for, for every number of modes up to five blocks.
#include <lssm/core/pack.hpp>
#include <lssm/kernel/power_moments.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// m_k = Σ_j w_j a_j^k at every `stride`-th place; what lies between is left alone.
template <class T, integer Count = dynamic>
void moments(const std::vector<T>& a, const std::vector<T>& w, std::span<T> m, extent<Count> count,
             integer stride = 1) {
  kernel::power_moments<T>(
      view<T>(a), [&](auto width, integer j) { return kernel::load_block<width>(view<T>(w), j); }, m, count,
      stride);
}

/// The same, one product after the other.
template <class R>
std::vector<R> naive(const std::vector<R>& a, const std::vector<R>& w, std::size_t count) {
  std::vector<R> m(count, R(0)), term = w;
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t j = 0; j < a.size(); ++j) {
      m[k] = m[k] + term[j];
      term[j] = term[j] * a[j];
    }
  return m;
}

template <class T>
double worst_error(reference::numbers& draw, integer d, integer count, integer stride, reference::regime r) {
  const auto a = reference::modes<T>(draw, d, r), w = draw.draws<T>(static_cast<std::size_t>(d));
  std::vector<T> m(static_cast<std::size_t>((count - 1) * stride + 1), T(7));
  moments<T>(a, w, std::span<T>(m), extent<>(count), stride);
  reference::largest worst;
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    const auto expected =
        naive(reference::widen_all(a, lane), reference::widen_all(w, lane), static_cast<std::size_t>(count));
    const auto size =
        naive(reference::sizes(a, lane), reference::sizes(w, lane), static_cast<std::size_t>(count));
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k)
      worst.see(reference::epsilons(m[k * static_cast<std::size_t>(stride)], expected[k], size[k], lane));
  }
  // What lies between the strides is left alone.
  for (std::size_t i = 0; i < m.size(); ++i)
    if (i % static_cast<std::size_t>(stride) != 0)
      worst.see(reference::epsilons(m[i], reference::wide(7), 1));
  return worst;
}

}  // namespace

TEST_CASE_TEMPLATE("power moments are their sum", T, float, double, long double, reference::wide,
                   dual<double>, pack<double>) {
  reference::numbers draw(1);
  for (const auto r : reference::regimes)
    for (integer d = 1; d <= 40; ++d)
      for (const integer count : {1, 2, 7, 16, 17, 40}) {
        CAPTURE(d);
        CAPTURE(count);
        // A power costs a rounding for each factor, a sum one for each term.
        CHECK(worst_error<T>(draw, d, count, 1, r) < static_cast<double>(count + d));
      }
}

TEST_CASE_TEMPLATE("moments of several channels lie at strides", T, float, double, reference::wide) {
  reference::numbers draw(2);
  for (const integer d : {1, 8, 13})
    for (const integer stride : {2, 6})
      for (const integer count : {1, 5, 19})
        CHECK(worst_error<T>(draw, d, count, stride, reference::regime::generic) <
              static_cast<double>(count + d));
}

TEST_CASE("zeros, ones and signs are exact") {
  std::vector<double> m(20);
  moments<double>({0, 1, -1}, {5, 3, 2}, m, extent<>(20));
  CHECK(m[0] == 10);
  for (std::size_t k = 1; k < 20; ++k) CHECK(m[k] == (k % 2 == 0 ? 5 : 1));
  moments<double>({}, {}, m, extent<>(20));
  for (const double x : m) CHECK(x == 0);
}

TEST_CASE("no moments write nothing") {
  std::vector<double> m(3, 7.0);
  moments<double>({0.5}, {1}, std::span<double>(m), extent<>(0));
  CHECK(m == std::vector<double>(3, 7.0));
}

TEST_CASE_TEMPLATE("lanes have the bits of single numbers", T, float, double) {
  reference::numbers draw(3);
  using L = pack<T>;
  for (const integer d : {1, 7, 8, 9, 40}) {
    const auto a = reference::modes<L>(draw, d, reference::regime::generic),
               w = draw.draws<L>(static_cast<std::size_t>(d));
    std::vector<L> m(23);
    moments<L>(a, w, std::span<L>(m), extent<>(23));
    bool same = true;
    for (std::size_t lane = 0; lane < lanes_of<L>; ++lane) {
      std::vector<T> a_lane, w_lane, m_lane(23);
      for (const L& x : a) a_lane.push_back(scalar_traits<L>::get(x, lane));
      for (const L& x : w) w_lane.push_back(scalar_traits<L>::get(x, lane));
      moments<T>(a_lane, w_lane, std::span<T>(m_lane), extent<>(23));
      for (std::size_t k = 0; k < 23; ++k) same = same && scalar_traits<L>::get(m[k], lane) == m_lane[k];
    }
    CHECK(same);
  }
}

TEST_CASE_TEMPLATE("a count known at compile time gives the same bits", T, float, double, long double) {
  reference::numbers draw(4);
  const auto check = [&]<integer Count>(extent<Count> count) {
    for (const integer d : {1, 8, 13}) {
      const auto a = reference::modes<T>(draw, d, reference::regime::generic), w = draw.draws<T>(a.size());
      std::vector<T> fixed(static_cast<std::size_t>(Count)), loose(fixed);
      moments<T>(a, w, std::span<T>(fixed), count);
      moments<T>(a, w, std::span<T>(loose), extent<>(Count));
      CHECK(fixed == loose);
    }
  };
  check(extent<1>{});
  check(extent<7>{});
  check(extent<16>{});
  check(extent<17>{});
}

TEST_CASE("powers by repeated squaring") {
  using kernel::block;
  for (integer n = 1; n < 70; ++n) {
    double product = 1;
    for (integer i = 0; i < n; ++i) product *= -2;
    CHECK(kernel::power(block<double, 1>{-2.0}, n).v == product);
    std::vector<double> out(8);
    kernel::store_block(kernel::power(kernel::fill_block<8>(-2.0), n), std::span<double>(out), 0);
    for (const double x : out) CHECK(x == product);
  }
}
