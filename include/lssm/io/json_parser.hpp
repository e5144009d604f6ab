// SPDX-License-Identifier: BSD-3-Clause
// The grammar of JSON: text to a list of nodes in the order of the text, each knowing where it stands.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json_text.hpp"
#include "message.hpp"

namespace lssm {

enum class json_kind : unsigned char { null, boolean, number, text, array, object };

namespace detail {

inline const char* kind_text(json_kind k) {
  constexpr const char* texts[] = {"null", "true or false", "a number", "text", "an array", "an object"};
  return texts[static_cast<std::size_t>(k)];
}

/// Children follow their parent; those of an object alternate between keys (text) and values.
struct json_node {
  json_kind kind = json_kind::null;
  std::size_t begin = 0, end = 0;  ///< in the text, quotes included
  std::size_t count = 0;           ///< of members
  std::size_t next = 0;            ///< the node after the last one inside this
};

[[noreturn]] inline void json_fail(std::string_view text, const std::string& name, std::size_t at,
                                   const std::string& expected, const std::string& found) {
  const std::string_view before = text.substr(0, at);
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t start = before.find_last_of('\n') + 1;  // npos + 1 is 0
  throw bad_file(name + ": line " + std::to_string(line) + ", column " + std::to_string(at - start + 1) +
                 ": expected " + expected + ", found " + found);
}

/// The meaning of a text with its quotes, which has been checked.
inline std::string json_text_of(std::string_view quoted) {
  std::string out;
  for (std::size_t at = 1; at + 1 < quoted.size();) {
    if (quoted[at] == '\\') {
      at += read_json_escape(quoted.substr(at), out);
    } else {
      out += quoted[at++];
    }
  }
  return out;
}

class json_parser {
 public:
  json_parser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  std::vector<json_node> parse() {
    value(0);
    skip_spaces();
    if (at_ != text_.size()) fail("the end");
    return std::move(nodes_);
  }

 private:
  static constexpr int deepest = 64;  // each level of nesting takes a level of calls

  void value(int depth) {
    skip_spaces();
    const std::size_t self = nodes_.size();
    nodes_.push_back({json_kind::null, at_, 0, 0, 0});
    const char c = peek();
    if (depth == deepest && (c == '{' || c == '[')) fail("at most 64 levels of nesting");
    if (c == '{') {
      members(self, json_kind::object, '}', depth);
    } else if (c == '[') {
      members(self, json_kind::array, ']', depth);
    } else if (c == '"') {
      nodes_[self].kind = json_kind::text;
      quoted();
    } else if (c == '-' || is_digit()) {
      nodes_[self].kind = json_kind::number;
      number();
    } else {
      nodes_[self].kind = word();
    }
    nodes_[self].end = at_;
    nodes_[self].next = nodes_.size();
  }

  void members(std::size_t self, json_kind kind, char close, int depth) {
    ++at_;
    nodes_[self].kind = kind;
    skip_spaces();
    if (accept(close)) return;
    std::vector<std::string> keys;
    std::size_t count = 0;
    do {
      if (kind == json_kind::object) keys.push_back(key());
      value(depth + 1);
      ++count;
      skip_spaces();
    } while (accept(','));
    if (!accept(close)) fail(std::string("',' or '") + close + "'");
    nodes_[self].count = count;
    std::sort(keys.begin(), keys.end());
    if (const auto twice = std::adjacent_find(keys.begin(), keys.end()); twice != keys.end())
      json_fail(text_, name_, nodes_[self].begin, "different keys", "the key " + shown(*twice) + " twice");
  }

  std::string key() {
    skip_spaces();
    const std::size_t start = at_;
    if (peek() != '"') fail("a key in quotes");
    nodes_.push_back({json_kind::text, start, 0, 0, nodes_.size() + 1});
    quoted();
    nodes_.back().end = at_;
    std::string text = json_text_of(text_.substr(start, at_ - start));
    skip_spaces();
    if (!accept(':')) fail("':'");
    return text;
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

  json_kind word() {
    for (const std::string_view w : {"null", "true", "false"})
      if (text_.substr(at_, w.size()) == w) {
        at_ += w.size();
        return w == "null" ? json_kind::null : json_kind::boolean;
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
  std::vector<json_node> nodes_;
};

}  // namespace detail

}  // namespace lssm
