// SPDX-License-Identifier: BSD-3-Clause
// Arrays of floats by name and shape, with one interface for .npz and JSON; interchange.hpp uses them.
//
//   npz_arrays(file)         .npz: entries of float32, float64, integers or bool
//   json_arrays(document)    JSON: an object of arrays in arrays, {"b": [[1, 2], [3, 4]]} has the shape (2, 2)
//
//   in.contains("b")   in.shape("b")   in.numbers<T>("b")   in.refuse("b", expected, found)
//
// Numbers are finite and rounded to the nearest ones of T; those too large or too small for T are refused. An entry may
// also be a text: in.text("structure").
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"
#include "json_document.hpp"
#include "npz.hpp"

namespace lssm {

/// Element types of arrays for other programs.
template <class T>
concept InterchangeNumber = std::same_as<T, float> || std::same_as<T, double>;

/// The arrays of an .npz file, which must outlive this.
class npz_arrays {
 public:
  explicit npz_arrays(const npz_file& file) : file_(&file) {}
  explicit npz_arrays(const npz_file&&) = delete;

  bool contains(std::string_view name) const { return file_->contains(name); }
  array_shape shape(std::string_view name) const { return file_->shape(name); }
  /// Elements in C order.
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
  std::string text(std::string_view name) const { return file_->text(name); }
  [[noreturn]] void refuse(std::string_view name, const std::string& expected,
                           const std::string& found) const {
    const npy_header header = file_->header(name);
    const bool is_text = to_string(header.type) == "text";
    detail::npy_fail(file_->name() + ": entry " + in_quotes(name),
                     is_text ? header.length : header.shape_offset, expected, found);
  }

 private:
  template <class T, class Stored>
  static std::vector<T> converted(const npy_view& view) {
    std::vector<Stored> stored = npy_values<Stored>(view).data;
    const auto refuse_element = [&](std::size_t i, const std::string& expected) {
      throw bad_file(view.name + ": element " + std::to_string(i) + ": expected " + expected + ", found " +
                     digits(stored[i]));
    };
    if constexpr (std::floating_point<Stored>)
      for (std::size_t i = 0; i < stored.size(); ++i)
        if (stored[i] - stored[i] != 0) refuse_element(i, "a finite number");
    if constexpr (std::same_as<T, Stored>) {
      return stored;
    } else {
      std::vector<T> numbers(stored.size());
      for (std::size_t i = 0; i < stored.size(); ++i) {
        numbers[i] = static_cast<T>(stored[i]);
        if constexpr (std::floating_point<Stored>)
          if (numbers[i] - numbers[i] != 0 || (numbers[i] == 0 && stored[i] != 0))
            refuse_element(i, "a number in the range of " + to_string(npy_type_of<T>));
      }
      return numbers;
    }
  }

  const npz_file* file_;
};

/// The members of a JSON object; the document must outlive this and not move.
class json_arrays {
 public:
  explicit json_arrays(const json_document& document) : root_(document.root()) {
    root_.expect(json_kind::object);
  }
  explicit json_arrays(const json_document&&) = delete;

  bool contains(std::string_view name) const { return root_.contains(name); }
  /// The shape according to the first members; numbers() checks the others.
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
    const array_shape shape = this->shape(name);
    check(root_[name], shape);
    std::vector<T> numbers;
    numbers.reserve(detail::elements_of(shape));  // all of them are there
    read(root_[name], numbers);
    return numbers;
  }
  std::string text(std::string_view name) const { return root_[name].as<std::string>(); }
  [[noreturn]] void refuse(std::string_view name, const std::string& expected,
                           const std::string& found) const {
    root_[name].fail(expected, found);
  }

 private:
  /// Checks that arrays of one depth have the same number of members, and that the innermost hold no arrays.
  static void check(const json_value& at, std::span<const std::size_t> shape) {
    if (shape.empty()) {
      at.expect(json_kind::number);
      return;
    }
    at.expect(json_kind::array);
    if (at.size() != shape[0])
      at.fail("as many members as its neighbours, " + std::to_string(shape[0]), std::to_string(at.size()));
    at.for_each([&](const json_value& member) { check(member, shape.subspan(1)); });
  }
  template <class T>
  static void read(const json_value& at, std::vector<T>& numbers) {
    if (at.kind() == json_kind::array) {
      at.for_each([&](const json_value& member) { read(member, numbers); });
    } else {
      numbers.push_back(at.as<T>());
    }
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
    begin(name);
    const T* at = values.data();
    detail::append_json_tensor(text_, at, shape, 0);
    return *this;
  }
  json_array_writer& add_text(const std::string& name, std::string_view text) {
    begin(name);
    detail::append_json_text(text_, text);
    return *this;
  }
  std::string text() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  void begin(const std::string& name) {
    require(names_.insert(name).second, "json_array_writer::add", "name", "new", name);
    text_ += text_.empty() ? '{' : ',';
    detail::append_json_text(text_, name);
    text_ += ':';
  }

  std::string text_;
  std::set<std::string> names_;
};

}  // namespace lssm
