// SPDX-License-Identifier: BSD-3-Clause
// Arrays to and from the bytes of NumPy's .npy format, without files; npy.hpp and npz.hpp use it.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "../core/error.hpp"
#include "../core/tensor.hpp"
#include "bytes.hpp"
#include "npy_header.hpp"

namespace lssm {

/// Element types of arrays in files. bool is stored as uint8.
template <class T>
concept NpyElement = std::same_as<T, float> || std::same_as<T, double> ||
    (std::integral<T> && !std::same_as<T, bool> && sizeof(T) <= 8);

template <NpyElement T>
inline constexpr npy_type npy_type_of{std::floating_point<T> ? 'f'
                                      : std::is_signed_v<T>  ? 'i'
                                                             : 'u',
                                      sizeof(T)};

/// An array read from a file: elements in C order, the last index fastest.
template <NpyElement T>
struct npy_array {
  std::vector<std::size_t> shape;
  std::vector<T> data;
};

/// Makes the bytes of an .npy file.
template <NpyElement T>
std::string to_npy(std::span<const T> values, std::span<const std::size_t> shape) {
  std::string out = detail::npy_header_for(npy_type_of<T>, shape, values.size());
  detail::append_little<T>(out, values);
  return out;
}

template <TensorExpression E>
std::string to_npy(const E& expression) {
  using T = std::remove_cvref_t<typename E::value_type>;
  static_assert(NpyElement<T>, "to_npy: elements must be float, double or integers (not bool)");
  const std::vector<std::size_t> shape(expression.shape().begin(), expression.shape().end());
  const std::vector<T> values(expression.template begin<xt::layout_type::row_major>(),
                              expression.template end<xt::layout_type::row_major>());
  return to_npy<T>(values, shape);
}

/// An array whose header and size have been checked; refers to the bytes that it was parsed from.
struct npy_view {
  std::string name;  ///< of the file (and the entry in it), for messages
  npy_header header;
  std::string_view payload;
};

namespace detail {

inline npy_view parse_npy_array(std::string_view bytes, const std::string& name, bool texts) {
  npy_view view{name, parse_npy_header(bytes, name, texts), {}};
  const npy_header& h = view.header;
  view.payload = bytes.substr(h.length);
  const std::size_t expected = elements_of(h.shape);
  // Division, because the product may exceed the range of a size.
  if (view.payload.size() % h.type.size != 0 || view.payload.size() / h.type.size != expected)
    npy_fail(name, h.length,
             (expected == too_many ? std::string("more elements than a file holds")
                                   : std::to_string(expected) + " elements of " + to_string(h.type)) +
                 " for the shape " + shape_text(h.shape),
             std::to_string(view.payload.size()) + " bytes");
  return view;
}

}  // namespace detail

/// Throws bad_file unless the bytes are one whole array of a known type.
inline npy_view parse_npy(std::string_view bytes, const std::string& name) {
  return detail::parse_npy_array(bytes, name, false);
}
/// A view of a temporary would dangle.
template <std::same_as<std::string> Temporary>
npy_view parse_npy(Temporary&& bytes, const std::string& name) = delete;

namespace detail {

/// Throws bad_file if the array holds another type. A bool array counts as uint8.
inline void expect_type(const npy_view& view, npy_type expected) {
  const npy_type found = view.header.type;
  if (found != expected && !(found.kind == 'b' && expected == npy_type{'u', 1}))
    npy_fail(view.name, view.header.type_offset, "elements of type " + to_string(expected), to_string(found));
}

/// The elements of a Fortran-ordered array in C order: element (i_0, i_1, ...) has the offset Σ_j i_j stride_j.
inline std::string fortran_to_c(std::string_view source, std::size_t element,
                                std::span<const std::size_t> shape) {
  std::string result;
  result.reserve(source.size());
  std::vector<std::size_t> index(shape.size(), 0), stride(shape.size(), element);
  for (std::size_t j = 1; j < shape.size(); ++j) stride[j] = stride[j - 1] * shape[j - 1];
  std::size_t at = 0;
  while (result.size() < source.size()) {
    result.append(source, at, element);
    for (std::size_t j = shape.size(); j-- > 0;) {
      at += stride[j];
      if (++index[j] < shape[j]) break;
      at -= stride[j] * shape[j];
      index[j] = 0;
    }
  }
  return result;
}

}  // namespace detail

/// Throws bad_file if the array holds another type. A bool array is read as uint8.
template <NpyElement T>
npy_array<T> npy_values(const npy_view& view) {
  detail::expect_type(view, npy_type_of<T>);
  npy_array<T> array{view.header.shape, std::vector<T>(view.payload.size() / sizeof(T))};
  if (view.header.fortran_order) {
    detail::copy_little<T>(detail::fortran_to_c(view.payload, sizeof(T), array.shape), array.data);
  } else {
    detail::copy_little<T>(view.payload, array.data);
  }
  return array;
}

/// The array as a tensor. Throws bad_file where type or rank differ.
template <NpyElement T, std::size_t Rank>
tensor<T, Rank> npy_tensor(const npy_view& view) {
  if (view.header.shape.size() != Rank)
    detail::npy_fail(view.name, view.header.shape_offset, "an array of rank " + std::to_string(Rank),
                     "the shape " + detail::shape_text(view.header.shape));
  const npy_array<T> array = npy_values<T>(view);
  std::array<std::size_t, Rank> shape{};
  std::copy(array.shape.begin(), array.shape.end(), shape.begin());
  return to_tensor<Rank>(array.data, shape);
}

}  // namespace lssm
