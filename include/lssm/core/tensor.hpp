// SPDX-License-Identifier: BSD-3-Clause
// The doorway to xtensor: the only file that includes it. Both header layouts are known (flat up to 0.25, in
// subfolders from 0.26 on).
//
// xtensor is the type at the boundary: arguments may be any expression, results are containers. Inside, states live
// in core/storage.hpp and kernels see spans.
#pragma once

#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>
#endif

#include "scalar.hpp"
#include "storage.hpp"
#include "tensor_of.hpp"

namespace lssm {

/// A row-major container of rank Rank, the result type of boundary functions.
template <class T, std::size_t Rank>
using tensor = xt::xtensor<T, Rank, xt::layout_type::row_major>;

/// Whether E is an xtensor expression or container.
template <class E>
concept TensorExpression = xt::is_xexpression<std::remove_cvref_t<E>>::value;

template <class T, std::size_t Rank>
struct tensor_of {
  using type = tensor<T, Rank>;
  using any_rank = xt::xarray<T>;
};

}  // namespace lssm
