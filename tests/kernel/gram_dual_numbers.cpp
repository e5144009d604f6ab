// SPDX-License-Identifier: BSD-3-Clause
// Fused steps in dual numbers against plain loops in wide ones: values and derivatives, at every size, whatever moves.
#include <array>
#include <lssm/kernel/gram/dual_numbers.hpp>
#include <lssm/kernel/gram/step.hpp>

#include "../reference.hpp"

using namespace lssm;
using kernel::moved_matrices;

namespace {

/// A student, and a problem with its rate; derivatives of everything.
template <class N>
struct problem {
  std::vector<N> a, b, c, target, gram;

  problem(integer d, integer kappa, std::uint64_t seed) {
    reference::numbers draw(seed);
    const auto n = static_cast<std::size_t>(d), k = static_cast<std::size_t>(kappa);
    a = draw.draws<N>(n), b = draw.draws<N>(n), c = draw.draws<N>(n), target = draw.draws<N>(k);
    const auto rows = draw.draws<N>(k * k);
    const N rate = N(static_cast<decltype(N{}.v)>(0.1)) / N(static_cast<decltype(N{}.v)>(d * kappa));
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) {
        N sum(0);
        for (std::size_t q = 0; q < k; ++q) sum = sum + rows[q * k + i] * rows[q * k + j];
        gram.push_back(rate * sum);
      }
  }
  template <integer D, integer K, moved_matrices M>
  auto steps() const {
    using T = decltype(N{}.v);
    return kernel::dual_gram_steps<T, D, K, M>(
        view<N>(target), [&](std::size_t i, std::size_t k) { return gram[i * target.size() + k]; });
  }
  template <integer D = dynamic, integer K = dynamic, moved_matrices M = moved_matrices{}>
  void take(std::initializer_list<integer> portions) {
    auto fused = steps<D, K, M>();
    for (const integer n : portions) fused.take(std::span<N>(a), std::span<N>(b), std::span<N>(c), n);
  }
};

/// The formulas of kernel/gram/step.hpp.
template <class N>
void step_by_hand(std::vector<N>& a, std::vector<N>& b, std::vector<N>& c, const std::vector<N>& target,
                  const std::vector<N>& gram, moved_matrices m) {
  const auto entry = [&](std::size_t i, std::size_t k) { return gram[i * target.size() + k]; };
  kernel::gram_step(a, b, c, entry, target, [&](N& x, const N& slope, std::size_t which, std::size_t) {
    if (std::array{m.a, m.b, m.c}[which]) x = x - slope;
  });
}

template <class N>
auto wide_numbers(const std::vector<N>& x) {
  using W = reference::wide_of<decltype(N{}.v)>;
  std::vector<dual<W>> y;
  for (const N& v : x) y.emplace_back(static_cast<W>(v.v), static_cast<W>(v.e));
  return y;
}

template <class N>
bool same_bits(const std::vector<N>& x, const std::vector<N>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](const N& u, const N& v) { return u.v == v.v && u.e == v.e; });
}
template <class N>
bool same_bits(const problem<N>& x, const problem<N>& y) {
  return same_bits(x.a, y.a) && same_bits(x.b, y.b) && same_bits(x.c, y.c);
}

template <moved_matrices M, class N>
void check_by_hand(integer d, integer kappa) {
  CAPTURE(d);
  CAPTURE(kappa);
  problem<N> p(d, kappa, static_cast<std::uint64_t>(100 * d + kappa));
  auto a = wide_numbers(p.a), b = wide_numbers(p.b), c = wide_numbers(p.c);
  const auto target = wide_numbers(p.target), gram = wide_numbers(p.gram);
  const problem<N> before = p;
  for (int t = 0; t < 10; ++t) step_by_hand(a, b, c, target, gram, M);
  p.template take<dynamic, dynamic, M>({4, 6});
  double worst = 0;
  const auto compare = [&](const std::vector<N>& x, const auto& y) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      using W = std::remove_cvref_t<decltype(y[i].v)>;
      const double size = 1 + std::abs(value_of(y[i].v)) + std::abs(value_of(y[i].e));
      worst = std::max({worst, std::abs(value_of(y[i].v - static_cast<W>(x[i].v))) / size,
                        std::abs(value_of(y[i].e - static_cast<W>(x[i].e))) / size});
    }
  };
  compare(p.a, a), compare(p.b, b), compare(p.c, c);
  CHECK(worst < 200 * epsilon_of<N>);
  CHECK(same_bits(p.a, before.a) == !M.a);
  CHECK(same_bits(p.b, before.b) == !M.b);
  CHECK(same_bits(p.c, before.c) == !M.c);

  problem<N> at_once = before;
  at_once.template take<dynamic, dynamic, M>({10});
  CHECK(same_bits(at_once, p));
}

template <class N, integer D, integer K>
void check_known_sizes() {
  CAPTURE(D);
  CAPTURE(K);
  problem<N> known(D, K, 7), late = known, half = known, other = known;
  known.template take<D, K>({9});
  late.take({9});
  half.template take<dynamic, K>({9});
  other.template take<D, dynamic>({9});
  CHECK(same_bits(known, late));
  CHECK(same_bits(known, half));
  CHECK(same_bits(known, other));
}

}  // namespace

TEST_CASE_TEMPLATE("dual steps follow the formulas at every size", N, dual<float>, dual<double>) {
  for (const integer d : {1, 2, 7, 8, 9, 16, 40})
    for (const integer kappa : {2, 3, 6, 8, 9, 16, 17, 33}) check_by_hand<moved_matrices{}, N>(d, kappa);
}

TEST_CASE_TEMPLATE("dual steps of some matrices", N, dual<float>, dual<double>) {
  check_by_hand<moved_matrices{true, false, false}, N>(10, 6);
  check_by_hand<moved_matrices{false, true, false}, N>(10, 6);
  check_by_hand<moved_matrices{false, false, true}, N>(10, 6);
  check_by_hand<moved_matrices{false, true, true}, N>(5, 17);
}

TEST_CASE_TEMPLATE("sizes known to the compiler have the bits of others", N, dual<float>, dual<double>) {
  check_known_sizes<N, 1, 1>();
  check_known_sizes<N, 10, 6>();
  check_known_sizes<N, 20, 10>();
  check_known_sizes<N, 8, 17>();
}
