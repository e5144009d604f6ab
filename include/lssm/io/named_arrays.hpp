// SPDX-License-Identifier: BSD-3-Clause
// Arrays of floats by name and shape, alike in .npz and in JSON: what interchange.hpp is made of.
//
//   npz_arrays(file)         .npz: entries of float32, float64, integers or bool
//   json_arrays(document)    JSON: an object of arrays in arrays, {"b": [[1, 2], [3, 4]]} has the shape (2, 2)
//
//   in.contains("b")   in.shape("b")   in.numbers<T>("b")   in.refuse("b", expected, found)
//
// Numbers become the nearest ones of T; those beyond the range of T are refused, too large ones and too small ones.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"
#include "json_document.hpp"
#include "npz.hpp"

namespace lssm {

/// What arrays that other programs read consist of.
template <class T>
concept InterchangeNumber = std::same_as<T, float> || std::same_as<T, double>;

/// Length of each axis.
using array_shape = std::vector<std::size_t>;

/// The arrays of an .npz file, which must outlive this.
class npz_arrays {
 public:
  explicit npz_arrays(const npz_file& file) : file_(&file) {}

  bool contains(std::string_view name) const { return file_->contains(name); }
  array_shape shape(std::string_view name) const { return file_->shape(name); }
  /// In C order.
  template <InterchangeNumber T>
  std::vector<T> numbers(std::string_view name) const {
    const npy_view view = file_->view(name);
    const auto [kind, size] = view.header.type;
    if (kind == 'f') return size == 4 ? converted<T, float>(view) : converted<T, double>(view);
    if (kind == 'i' && size == 1) return converted<T, std::int8_t>(view);
    if (kind == 'i' && size == 2) return converted<T, std::int16_t>(view);
    if (kind == 'i' && size == 4) return converted<T, std::int32_t>(view);
    if (kind == 'i') return converted<T, std::int64_t>(view);
    if (size == 1) return converted<T, std::uint8_t>(view);
    if (size == 2) return converted<T, std::uint16_t>(view);
    if (size == 4) return converted<T, std::uint32_t>(view);
    return converted<T, std::uint64_t>(view);
  }
  [[noreturn]] void refuse(std::string_view name, const std::string& expected,
                           const std::string& found) const {
    const npy_view view = file_->view(name);
    detail::npy_fail(view.name, view.header.shape_offset, expected, found);
  }

 private:
  template <class T, class Stored>
  static std::vector<T> converted(const npy_view& view) {
    std::vector<Stored> stored = npy_values<Stored>(view).data;
    if constexpr (std::same_as<T, Stored>) {
      return stored;
    } else {
      std::vector<T> numbers(stored.size());
      for (std::size_t i = 0; i < stored.size(); ++i) {
        numbers[i] = static_cast<T>(stored[i]);
        if constexpr (std::floating_point<Stored>) {
          // NaN and infinity stay what they are.
          const bool lost = (numbers[i] - numbers[i] != 0 && stored[i] - stored[i] == 0) ||
                            (numbers[i] == 0 && stored[i] != 0);
          if (lost)
            throw bad_file(view.name + ": element " + std::to_string(i) +
                           ": expected a number in the range of " + to_string(npy_type_of<T>) + ", found " +
                           digits(stored[i]));
        }
      }
      return numbers;
    }
  }

  const npz_file* file_;
};

/// The members of a JSON object; the document must outlive this and stay where it is.
class json_arrays {
 public:
  explicit json_arrays(const json_document& document) : root_(document.root()) {
    root_.expect(json_kind::object);
  }

  bool contains(std::string_view name) const { return root_.contains(name); }
  /// Of the first members; numbers() checks the others.
  array_shape shape(std::string_view name) const {
    array_shape shape;
    json_value at = root_[name];
    while (at.kind() == json_kind::array) {
      shape.push_back(at.size());
      if (at.size() == 0) break;
      at = at.first();
    }
    return shape;
  }
  template <InterchangeNumber T>
  std::vector<T> numbers(std::string_view name) const {
    std::vector<T> numbers;
    read(root_[name], shape(name), numbers);
    return numbers;
  }
  [[noreturn]] void refuse(std::string_view name, const std::string& expected,
                           const std::string& found) const {
    root_[name].fail(expected, found);
  }

 private:
  template <class T>
  static void read(const json_value& at, std::span<const std::size_t> shape, std::vector<T>& numbers) {
    if (shape.empty()) {
      numbers.push_back(at.as<T>());
      return;
    }
    at.expect(json_kind::array);
    if (at.size() != shape[0])
      at.fail("as many members as its neighbours, " + std::to_string(shape[0]), std::to_string(at.size()));
    for (const json_value& member : at.items()) read(member, shape.subspan(1), numbers);
  }

  json_value root_;
};

/// Writes what json_arrays reads, on one line.
class json_array_writer {
 public:
  template <InterchangeNumber T>
  json_array_writer& add(const std::string& name, std::span<const T> values,
                         std::span<const std::size_t> shape) {
    for (const T v : values)
      require(v - v == 0, "save_json", name, "finite (JSON has no other numbers; npz has them)", v);
    text_ += text_.empty() ? '{' : ',';
    detail::append_json_text(text_, name);
    text_ += ':';
    const T* at = values.data();
    detail::append_json_tensor(text_, at, shape, 0);
    return *this;
  }
  std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

}  // namespace lssm
