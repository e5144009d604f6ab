// SPDX-License-Identifier: BSD-3-Clause
#include <doctest/doctest.h>

#include <lssm/core/tensor.hpp>
#include <vector>

using namespace lssm;

TEST_CASE_TEMPLATE("a tensor of numbers is row-major, and of the type that core/tensor.hpp completes", T,
                   float, double) {
  const std::vector<T> numbers{1, 2, 3, 4, 5, 6};
  const auto t = to_tensor<2>(numbers, {2, 3});
  static_assert(std::same_as<decltype(t), const typename tensor_of<T, 2>::type>);
  CHECK(t(0, 2) == 3);
  CHECK(t(1, 0) == 4);
  const auto empty = make_tensor<T, 3>({4, 0, 2});
  CHECK(empty.size() == 0);
  CHECK(empty.shape(0) == 4);
}
