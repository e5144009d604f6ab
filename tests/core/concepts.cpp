// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of core accept and refuse, and the pieces of states that programs rarely name.
#include <doctest/doctest.h>

#include <array>
#include <lssm/core.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>

using namespace lssm;

namespace {

struct pair_of_numbers {
  double x = 1;
  std::array<double, 2> y{2, 3};
  static constexpr auto parts(auto& s) { return std::tuple(part("x", s.x), part("y", s.y)); }
};
template <class T>
struct in_lanes_of {
  T x{};
  std::array<T, 2> y{};
  static constexpr auto parts(auto& s) { return std::tuple(part("x", s.x), part("y", s.y)); }
};

static_assert(TensorExpression<tensor<double, 2>>);
static_assert(TensorExpression<decltype(tensor<double, 2>() + tensor<double, 2>())>);
static_assert(!TensorExpression<std::vector<double>> && !TensorExpression<double>);
static_assert(HasParts<pair_of_numbers> && !HasParts<double>);
static_assert(std::is_same_v<
              std::tuple_element_t<1, decltype(pair_of_numbers::parts(std::declval<pair_of_numbers&>()))>,
              named_part<std::array<double, 2>>>);
static_assert(NamedStreams<numpy_stream> && NamedStreams<keyed_streams> && !NamedStreams<numpy_legacy>);
static_assert(std::is_same_v<streams_of<numpy_stream>, numpy_stream::streams>);

}  // namespace

TEST_CASE("keep_lanes takes the new numbers where the mask holds, and the old ones elsewhere") {
  using T = pack<double>;
  in_lanes_of<T> state, old;
  T number(0);
  for (std::size_t i = 0; i < lanes_of<T>; ++i) scalar_traits<T>::set(number, i, static_cast<double>(i));
  state = {number, {number + T(10), number + T(20)}};
  old = {T(-1), {T(-2), T(-3)}};
  const auto first_lane = number < T(1);
  keep_lanes<T>(first_lane, state, old);
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    CHECK(scalar_traits<T>::get(state.x, i) == (i == 0 ? 0 : -1));
    CHECK(scalar_traits<T>::get(state.y[1], i) == (i == 0 ? 20 : -3));
  }

  pair_of_numbers mine{5, {6, 7}};
  const pair_of_numbers before;
  keep_lanes<double>(true, mine, before);
  CHECK(mine.y[1] == 7);
  keep_lanes<double>(false, mine, before);
  CHECK(equal_parts(mine, before));
}
