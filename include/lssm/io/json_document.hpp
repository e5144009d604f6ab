// SPDX-License-Identifier: BSD-3-Clause
// Reading JSON: a strict parser whose errors name file, line and column.
//
//   json_document file = json_document::read("teacher.json");
//   file.root()["a"].list<double>()      file.root()["name"].as<std::string>()      file.root().contains("b")
//
// Strict: no comments, no trailing commas, no key twice, valid UTF-8, one value and nothing after it. A document takes
// memory in proportion to its text and nests at most 64 deep.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "digits.hpp"
#include "file.hpp"
#include "json_parser.hpp"

namespace lssm {

class json_document;

/// A value within a document, which must outlive it and stay where it is. What is asked for and not there throws
/// bad_file.
class json_value {
 public:
  json_value(const json_document& document, std::size_t node) : document_(&document), node_(node) {}

  json_kind kind() const { return node().kind; }
  /// Of an array or object; 0 for others.
  std::size_t size() const { return node().count; }

  bool contains(std::string_view key) const { return find(key) != 0; }
  json_value operator[](std::string_view key) const {
    expect(json_kind::object);
    const std::size_t found = find(key);
    if (found == 0) fail("the key '" + std::string(key) + "' in this object", "none");
    return {*document_, found};
  }
  std::vector<std::string> keys() const {
    expect(json_kind::object);
    std::vector<std::string> keys;
    for_each_child(
        [&](std::size_t key, std::size_t) { keys.push_back(json_value(*document_, key).as<std::string>()); });
    return keys;
  }

  /// The first member of an array that has one.
  json_value first() const { return {*document_, node_ + 1}; }
  /// Members of an array, or values of an object, in the order of the text.
  std::vector<json_value> items() const {
    if (kind() != json_kind::object) expect(json_kind::array);
    std::vector<json_value> items;
    for_each_child([&](std::size_t, std::size_t value) { items.emplace_back(*document_, value); });
    return items;
  }

  /// A bool, a number in the range of T, or text.
  template <class T>
  T as() const;
  template <class T>
  std::vector<T> list() const {
    expect(json_kind::array);
    std::vector<T> values;
    values.reserve(size());
    for_each_child(
        [&](std::size_t, std::size_t value) { values.push_back(json_value(*document_, value).as<T>()); });
    return values;
  }

  /// Throws "file: line l, column c: expected ..., found ..." for this place.
  [[noreturn]] void fail(const std::string& expected, const std::string& found) const;
  void expect(json_kind kind) const {
    if (node().kind != kind) fail(detail::kind_text(kind), detail::kind_text(node().kind));
  }

 private:
  const detail::json_node& node() const;
  std::string_view text() const;
  std::size_t find(std::string_view key) const {
    std::size_t found = 0;  // the root is nobody's child
    if (kind() != json_kind::object) return found;
    for_each_child([&](std::size_t k, std::size_t value) {
      if (json_value(*document_, k).as<std::string>() == key) found = value;
    });
    return found;
  }
  /// f(node of the key, node of the value); for arrays both are the value.
  template <class F>
  void for_each_child(F f) const;

  const json_document* document_;
  std::size_t node_;
};

/// JSON that has been read, from text or a file. Throws bad_file with line and column where it is none.
class json_document {
 public:
  /// Throws bad_file unless the text is one JSON value; the name is for messages.
  explicit json_document(std::string text, std::string name = "JSON text")
      : text_(std::move(text)), name_(std::move(name)), nodes_(detail::json_parser(text_, name_).parse()) {}
  static json_document read(const std::string& path) { return json_document(read_file(path), path); }

  json_value root() const { return {*this, 0}; }
  const std::string& name() const { return name_; }

 private:
  friend class json_value;
  std::string text_, name_;
  std::vector<detail::json_node> nodes_;
};

inline const detail::json_node& json_value::node() const { return document_->nodes_[node_]; }
inline std::string_view json_value::text() const {
  return std::string_view(document_->text_).substr(node().begin, node().end - node().begin);
}
inline void json_value::fail(const std::string& expected, const std::string& found) const {
  detail::json_fail(document_->text_, document_->name_, node().begin, expected, found);
}

template <class F>
void json_value::for_each_child(F f) const {
  const bool keyed = kind() == json_kind::object;
  std::size_t at = node_ + 1;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t key = at;
    if (keyed) ++at;
    f(key, at);
    at = document_->nodes_[at].next;
  }
}

template <class T>
T json_value::as() const {
  if constexpr (std::same_as<T, bool>) {
    expect(json_kind::boolean);
    return text() == "true";
  } else if constexpr (std::same_as<T, std::string>) {
    expect(json_kind::text);
    return detail::json_text_of(text());
  } else {
    static_assert(TextNumber<T>, "json_value::as: T must be bool, std::string or a number");
    expect(json_kind::number);
    const std::optional<T> value = number_from<T>(text());
    if (!value) fail(std::integral<T> ? "an integer in range" : "a number in range", detail::shown(text()));
    return *value;
  }
}

}  // namespace lssm
