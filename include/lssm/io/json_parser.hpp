// SPDX-License-Identifier: BSD-3-Clause
// The grammar of JSON: from a text to an index of its values.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "json_text.hpp"
#include "message.hpp"
#include "name_order.hpp"

namespace lssm {

enum class json_kind : unsigned char { null, boolean, number, text, array, object };

namespace detail {

inline const char* kind_text(json_kind k) {
  constexpr const char* texts[] = {"null", "true or false", "a number", "text", "an array", "an object"};
  return texts[static_cast<std::size_t>(k)];
}

/// The index of a text's values, four bytes for most. A value is one word, the offset of its first character, which
/// gives its kind; its end is found in the text. An array with members has two more words, their number and the index
/// after the last of them; an object has a third one, the beginning of its keys in `keys`. The members follow, in an
/// object each after its key.
struct json_index {
  std::deque<std::uint32_t> words;  // a deque, whose growth copies nothing
  std::deque<std::uint32_t> keys;   ///< words of the keys of each object, in the order of their texts
};

inline json_kind kind_at(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case 'n': return json_kind::null;
    case 't':
    case 'f': return json_kind::boolean;
    case '"': return json_kind::text;
    case '[': return json_kind::array;
    case '{': return json_kind::object;
    default: return json_kind::number;
  }
}

/// Whether the checked array or object that begins there has members.
inline bool has_members(std::string_view text, std::size_t at) {
  const char next = text[text.find_first_not_of(" \n\r\t", at + 1)];
  return next != ']' && next != '}';
}

[[noreturn]] inline void json_fail(std::string_view text, const std::string& name, std::size_t at,
                                   const std::string& expected, const std::string& found) {
  const std::string_view before = text.substr(0, at);
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t start = before.find_last_of('\n') + 1;  // npos + 1 is 0
  throw bad_file(name + ": line " + std::to_string(line) + ", column " + std::to_string(at - start + 1) +
                 ": expected " + expected + ", found " + found);
}

/// The characters of the checked number that begins there.
inline std::string_view number_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of("+-.0123456789Ee", at);
  return text.substr(at, end == std::string_view::npos ? end : end - at);
}

/// The characters between the quotes of the checked text that begins there.
inline std::string_view inside_quotes(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  for (; text[end] != '"'; ++end)
    if (text[end] == '\\') ++end;
  return text.substr(at + 1, end - at - 1);
}

/// The text that the characters between quotes mean.
inline std::string unescaped(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (std::size_t at = 0; at < inside.size();) {
    if (inside[at] == '\\') {
      at += read_json_escape(inside.substr(at), out);
    } else {
      out += inside[at++];
    }
  }
  return out;
}

/// A key as text to compare: a view where there are no escapes.
class json_key {
 public:
  json_key(std::string_view text, std::size_t at) : inside_(inside_quotes(text, at)) {
    if (inside_.find('\\') != std::string_view::npos) meaning_ = unescaped(inside_), is_own_ = true;
  }
  std::string_view view() const { return is_own_ ? std::string_view(meaning_) : inside_; }
  friend bool operator==(const json_key& x, const json_key& y) { return x.view() == y.view(); }
  friend auto operator<=>(const json_key& x, const json_key& y) { return x.view() <=> y.view(); }
  friend bool operator==(const json_key& x, std::string_view y) { return x.view() == y; }
  friend bool operator<(const json_key& x, std::string_view y) { return x.view() < y; }

 private:
  std::string_view inside_;
  std::string meaning_;
  bool is_own_ = false;
};

class json_parser {
 public:
  json_parser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  json_index parse() {
    // Two characters take at most three words, as those of an array in an array do.
    if (text_.size() >= 0x80000000) refuse_file(name_, "has 2 GiB or more");
    value(0);
    skip_spaces();
    if (at_ != text_.size()) fail("the end");
    return std::move(index_);
  }

 private:
  static constexpr int deepest = 64;  // each level of nesting takes a level of calls

  void value(int depth) {
    skip_spaces();
    const char c = peek();
    if (depth == deepest && (c == '{' || c == '[')) fail("at most 64 levels of nesting");
    const std::size_t self = push(at_);
    if (c == '{' || c == '[') {
      members(self, c == '{', depth);
    } else if (c == '"') {
      quoted();
    } else if (c == '-' || is_digit()) {
      number();
    } else {
      word();
    }
  }

  void members(std::size_t self, bool is_object, int depth) {
    const char close = is_object ? '}' : ']';
    const std::size_t mark = open_keys_.size();
    ++at_;
    skip_spaces();
    if (accept(close)) return;
    for (int i = 0; i < (is_object ? 3 : 2); ++i) push(0);
    std::uint32_t count = 0;
    do {
      if (is_object) key();
      value(depth + 1);
      ++count;
      skip_spaces();
    } while (accept(','));
    if (!accept(close)) fail(std::string("',' or '") + close + "'");
    index_.words[self + 1] = count;
    index_.words[self + 2] = static_cast<std::uint32_t>(index_.words.size());
    if (is_object) close_keys(self, mark);
  }

  void key() {
    skip_spaces();
    if (peek() != '"') fail("a key in quotes");
    open_keys_.push_back(static_cast<std::uint32_t>(push(at_)));
    quoted();
    skip_spaces();
    if (!accept(':')) fail("':'");
  }
  /// Sorts the keys of the object that ends here, and refuses a key that is there twice.
  void close_keys(std::size_t self, std::size_t mark) {
    const auto begin = open_keys_.begin() + static_cast<std::ptrdiff_t>(mark);
    const auto key_of = [&](std::uint32_t word) { return json_key(text_, index_.words[word]); };
    sort_by_name(begin, open_keys_.end(), key_of);
    if (const auto twice = twofold_name(begin, open_keys_.end(), key_of); twice != open_keys_.end())
      json_fail(text_, name_, index_.words[self], "different keys",
                "the key " + shown(key_of(*twice).view()) + " twice");
    index_.words[self + 3] = static_cast<std::uint32_t>(index_.keys.size());
    index_.keys.insert(index_.keys.end(), begin, open_keys_.end());
    open_keys_.resize(mark);
  }

  std::size_t push(std::size_t number) {
    index_.words.push_back(static_cast<std::uint32_t>(number));
    return index_.words.size() - 1;
  }

  void quoted() {
    const std::size_t start = at_++;
    std::string ignored;
    while (!accept('"')) {
      if (at_ == text_.size()) json_fail(text_, name_, start, "a closing quote", "the end");
      if (is_control(text_[at_])) fail("text without control characters");
      ignored.clear();
      const std::string_view rest = text_.substr(at_);
      const std::size_t length = rest[0] == '\\' ? read_json_escape(rest, ignored) : utf8_length(rest);
      if (length == 0) fail(rest[0] == '\\' ? "an escape" : "UTF-8");
      at_ += length;
    }
  }

  void number() {
    accept('-');
    if (!accept('0')) digits();
    if (accept('.')) digits();
    if (accept('e') || accept('E')) {
      if (!accept('+')) accept('-');
      digits();
    }
  }
  void digits() {
    if (!is_digit()) fail("a digit");
    while (is_digit()) ++at_;
  }

  void word() {
    for (const std::string_view w : {"null", "true", "false"})
      if (text_.substr(at_, w.size()) == w) {
        at_ += w.size();
        return;
      }
    fail("a value");
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool is_digit() const { return peek() >= '0' && peek() <= '9'; }
  bool accept(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_spaces() {
    while (accept(' ') || accept('\n') || accept('\r') || accept('\t')) {}
  }
  [[noreturn]] void fail(const std::string& expected) const {
    json_fail(text_, name_, at_, expected, shown(text_.substr(at_, 12)));
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  json_index index_;
  std::deque<std::uint32_t> open_keys_;  // of the objects around this place
};

}  // namespace detail

}  // namespace lssm
