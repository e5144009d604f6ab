// SPDX-License-Identifier: BSD-3-Clause
// Reading JSON: a strict parser whose errors name file, line and column.
//
//   const json_document file = json_document::read("teacher.json");
//   file.root()["a"].list<double>()      file.root()["name"].as<std::string>()      file.root().contains("b")
//
// Strict: no comments, no trailing commas, no key twice, valid UTF-8, one value and nothing after it; a byte order mark may
// stand in front. A document takes a few times the memory of its text, finds a key of n by log n comparisons, and nests at
// most 64 deep.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
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

/// A value within a document, which must outlive it and not move. Asking for a value that is not there throws bad_file.
class json_value {
 public:
  /// Takes the place of the value in the document's index; 0 is the whole.
  json_value(const json_document& document, std::size_t word) : document_(&document), word_(word) {}
  json_value(const json_document&&, std::size_t) = delete;

  json_kind kind() const;
  /// Number of members of an array or object; 0 for others.
  std::size_t size() const;

  bool contains(std::string_view key) const { return find(key) != 0; }
  json_value operator[](std::string_view key) const {
    expect(json_kind::object);
    const std::size_t found = find(key);
    if (found == 0) fail("the key " + in_quotes(key) + " in this object", "none");
    return {*document_, found};
  }
  std::vector<std::string> keys() const {
    expect(json_kind::object);
    std::vector<std::string> keys;
    keys.reserve(size());
    each_member(
        [&](std::size_t key, std::size_t) { keys.push_back(json_value(*document_, key).as<std::string>()); });
    return keys;
  }

  /// The first member of an array that has one.
  json_value first() const { return {*document_, first_member()}; }
  /// Calls f(value) for the members of an array, or the values of an object, in the order of the text.
  template <class F>
  void for_each(F f) const {
    if (kind() != json_kind::object) expect(json_kind::array);
    each_member([&](std::size_t, std::size_t value) { f(json_value(*document_, value)); });
  }
  /// The members as a list, which may take more memory than the document.
  std::vector<json_value> items() const {
    std::vector<json_value> items;
    items.reserve(size());
    for_each([&](const json_value& value) { items.push_back(value); });
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
    for_each([&](const json_value& value) { values.push_back(value.as<T>()); });
    return values;
  }

  /// Throws "file: line l, column c: expected ..., found ..." for this place.
  [[noreturn]] void fail(const std::string& expected, const std::string& found) const;
  void expect(json_kind wanted) const {
    if (kind() != wanted) fail(detail::kind_text(wanted), detail::kind_text(kind()));
  }

 private:
  std::string_view text() const;  // of the document
  std::size_t begin() const;      // in it
  std::size_t first_member() const { return word_ + (kind() == json_kind::object ? 4 : 3); }
  /// The place of the value that has this key, or 0, which is never a member.
  std::size_t find(std::string_view key) const;
  /// f(word of the key, word of the value); for arrays both are the value.
  template <class F>
  void each_member(F f) const;

  const json_document* document_;
  std::size_t word_;
};

/// JSON read from text or a file. Throws bad_file with line and column where the text is not JSON.
class json_document {
 public:
  /// Parses a text. Throws bad_file unless it is one JSON value, perhaps after a byte order mark; `name` is for messages.
  explicit json_document(std::string text, std::string name = "JSON text")
      : text_(without_mark(std::move(text))),
        name_(std::move(name)),
        index_(detail::json_parser(text_, name_).parse()) {}
  static json_document read(const std::string& path) { return json_document(read_file(path), path); }

  json_value root() const& { return {*this, 0}; }
  json_value root() const&& = delete;
  const std::string& name() const& { return name_; }
  const std::string& name() const&& = delete;

 private:
  friend class json_value;
  static std::string without_mark(std::string text) {
    if (text.starts_with(detail::byte_order_mark)) text.erase(0, detail::byte_order_mark.size());
    return text;
  }

  std::string text_, name_;
  detail::json_index index_;
};

inline std::string_view json_value::text() const { return document_->text_; }
inline std::size_t json_value::begin() const { return document_->index_.words[word_]; }
inline json_kind json_value::kind() const { return detail::kind_at(text(), begin()); }
inline std::size_t json_value::size() const {
  const bool has = kind() >= json_kind::array && detail::has_members(text(), begin());
  return has ? document_->index_.words[word_ + 1] : 0;
}
inline void json_value::fail(const std::string& expected, const std::string& found) const {
  detail::json_fail(text(), document_->name_, begin(), expected, found);
}
inline std::size_t json_value::find(std::string_view key) const {
  if (kind() != json_kind::object || size() == 0) return 0;
  const auto& words = document_->index_.words;
  const auto first = document_->index_.keys.begin() + static_cast<std::ptrdiff_t>(words[word_ + 3]);
  const auto last = first + static_cast<std::ptrdiff_t>(size());
  const auto at = detail::find_name(
      first, last, key, [&](std::uint32_t word) { return detail::json_key(text(), words[word]); });
  return at == last ? 0 : *at + std::size_t{1};
}

template <class F>
void json_value::each_member(F f) const {
  const bool keyed = kind() == json_kind::object;
  std::size_t at = first_member();
  for (std::size_t i = 0, n = size(); i < n; ++i) {
    const std::size_t key = at;
    if (keyed) ++at;
    const json_value value(*document_, at);
    f(key, at);
    at = value.size() > 0 ? document_->index_.words[at + 2] : at + 1;
  }
}

template <class T>
T json_value::as() const {
  if constexpr (std::same_as<T, bool>) {
    expect(json_kind::boolean);
    return text()[begin()] == 't';
  } else if constexpr (std::same_as<T, std::string>) {
    expect(json_kind::text);
    return detail::unescaped(detail::inside_quotes(text(), begin()));
  } else {
    static_assert(TextNumber<T>, "json_value::as: T must be bool, std::string or a number");
    expect(json_kind::number);
    const std::string_view number = detail::number_at(text(), begin());
    const std::optional<T> value = number_from<T>(number);
    if (!value) fail(std::integral<T> ? "an integer in range" : "a number in range", detail::shown(number));
    return *value;
  }
}

}  // namespace lssm
