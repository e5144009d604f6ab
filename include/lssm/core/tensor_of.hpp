// SPDX-License-Identifier: BSD-3-Clause
// Results that are xtensor containers, for headers that do not include xtensor: functions that return one are made with
// make_tensor, and whoever calls them includes core/tensor.hpp, which completes tensor_of.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

namespace lssm {

/// The container of a result: `type`, row-major, of rank Rank, and `any_rank`. Complete where core/tensor.hpp is included.
template <class T, std::size_t Rank>
struct tensor_of;

namespace detail {
template <class T, std::size_t Rank>
struct complete_tensor {
  static_assert(
      requires { sizeof(tensor_of<T, Rank>); },
      "tensor: results as xtensor containers need #include <lssm/core/tensor.hpp> (docs/core.md)");
  using of = tensor_of<T, Rank>;
};
}  // namespace detail

/// An uninitialized tensor of the given shape.
template <class T, std::size_t Rank>
auto make_tensor(const std::array<std::size_t, Rank>& shape) {
  return detail::complete_tensor<T, Rank>::of::type::from_shape(shape);
}

/// Copies contiguous elements into a tensor of the given shape.
template <std::size_t Rank, class V>
auto to_tensor(const V& values, const std::array<std::size_t, Rank>& shape) {
  auto out = make_tensor<std::remove_cvref_t<decltype(values[0])>>(shape);
  std::copy(values.begin(), values.end(), out.data());
  return out;
}

}  // namespace lssm
