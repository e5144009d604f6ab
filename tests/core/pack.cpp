// SPDX-License-Identifier: BSD-3-Clause
// Packs: every lane has the bits of the single number.
#include "laws.hpp"

#include <bit>
#include <cstdint>
#include <lssm/core/pack.hpp>
#include <vector>

using namespace lssm;

namespace {

template <class L>
auto bits(L x) {
  return std::bit_cast<std::conditional_t<sizeof(L) == 4, std::uint32_t, std::uint64_t>>(x);
}

/// Numbers over the whole range, zeros, infinities and NaN among them.
template <class L>
std::vector<L> samples() {
  std::vector<L> values{L(0),
                        -L(0),
                        L(1),
                        L(-1),
                        std::numeric_limits<L>::max(),
                        std::numeric_limits<L>::min(),
                        std::numeric_limits<L>::denorm_min(),
                        std::numeric_limits<L>::infinity(),
                        -std::numeric_limits<L>::infinity(),
                        std::numeric_limits<L>::quiet_NaN()};
  numpy_legacy stream(3);
  for (int i = 0; i < 200; ++i) values.push_back(static_cast<L>(std::ldexp(stream.normal(), i % 60 - 30)));
  while (values.size() % lanes_of<pack<L>> != 0) values.push_back(L(2));
  return values;
}

/// f of packs against f of their lanes, over pairs of samples.
template <class L, class F>
void same_bits(F f) {
  using P = pack<L>;
  const std::vector<L> xs = samples<L>();
  std::size_t different = 0;
  for (std::size_t i = 0; i < xs.size(); i += lanes_of<P>) {
    for (std::size_t shift = 0; shift < 11; ++shift) {
      P x{}, y{};
      for (std::size_t l = 0; l < lanes_of<P>; ++l) {
        scalar_traits<P>::set(x, l, xs[i + l]);
        scalar_traits<P>::set(y, l, xs[(i + l + 7 * shift) % xs.size()]);
      }
      const P z = f(x, y);
      for (std::size_t l = 0; l < lanes_of<P>; ++l) {
        const L lane = scalar_traits<P>::get(z, l),
                single = f(scalar_traits<P>::get(x, l), scalar_traits<P>::get(y, l));
        if (bits(lane) != bits(single) && !(lane != lane && single != single)) ++different;
      }
    }
  }
  CHECK(different == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("lanes have the bits of singles", L, float, double) {
  same_bits<L>([](const auto& x, const auto& y) { return x + y; });
  same_bits<L>([](const auto& x, const auto& y) { return x * y; });
  same_bits<L>([](const auto& x, const auto& y) { return x / y; });
  same_bits<L>([](const auto& x, const auto& y) { return mul_add(x, y, x - y); });
  same_bits<L>([](const auto& x, const auto& y) { return where(x < y, x, y); });
  same_bits<L>([](const auto& x, const auto& y) { return max_of(x, y) - min_of(x, y); });
  same_bits<L>([](const auto& x, const auto&) { return abs_of(x); });
  same_bits<L>([](const auto& x, const auto& y) { return sqrt_of(x * x + y); });
  same_bits<L>([](const auto& x, const auto& y) { return exp_of(x) - y; });
  same_bits<L>([](const auto& x, const auto& y) { return log_of(abs_of(x) + abs_of(y)); });
  same_bits<L>([](const auto& x, const auto&) { return tanh_of(x); });
  same_bits<L>([](const auto& x, const auto&) { return erfc_of(x); });
  same_bits<L>([](const auto& x, const auto&) { return log1p_of(abs_of(x)); });
  same_bits<L>([](const auto& x, const auto&) { return power(x, 13); });
}

TEST_CASE_TEMPLATE("lanes are set and read one by one", L, float, double) {
  using P = pack<L>;
  P x = P(L(7));
  for (std::size_t i = 0; i < lanes_of<P>; ++i) scalar_traits<P>::set(x, i, static_cast<L>(i));
  for (std::size_t i = 0; i < lanes_of<P>; ++i) CHECK(scalar_traits<P>::get(x, i) == static_cast<L>(i));
  CHECK(lanes_of<P> * sizeof(L) == sizeof(P));
}
