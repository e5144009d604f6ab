// SPDX-License-Identifier: BSD-3-Clause
// Facts about a file: names and texts that its reader compares with its own, one by one, so that a message can name the
// one that differs. In files they are a JSON object, whose quotes separate the texts.
//
//   facts mine;
//   mine.add("scalar", "float").add("size", "5").add_told("version", "1.0.0");
//   mine.text()                                   {"scalar":"float","size":"5","version":"1.0.0"}
//   mine.difference(facts::parse(text, file))     "size: '4' there, '5' here", or nothing
//
// A fact that is told is written and never compared.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"
#include "json_document.hpp"

namespace lssm {

/// Names and texts, in order.
class facts {
 public:
  facts& add(std::string name, std::string_view text) {
    all_.push_back({std::move(name), as_stored(text), true});
    return *this;
  }
  facts& add_told(std::string name, std::string_view text) {
    all_.push_back({std::move(name), as_stored(text), false});
    return *this;
  }
  facts& add(const facts& others) {
    all_.insert(all_.end(), others.all_.begin(), others.all_.end());
    return *this;
  }

  std::string text() const {
    json_object object;
    for (const fact& f : all_) object.add(f.name, f.text);
    return object.text();
  }
  /// Throws bad_file unless the text is such an object; the name is for messages.
  static facts parse(std::string_view text, const std::string& name) {
    const json_document document((std::string(text)), name);
    facts found;
    for (const std::string& key : document.root().keys())
      found.add(key, document.root()[key].as<std::string>());
    return found;
  }

  /// The text of a fact, empty where there is none.
  std::string operator[](std::string_view name) const {
    const auto at = std::find_if(all_.begin(), all_.end(), [&](const fact& f) { return f.name == name; });
    return at == all_.end() ? std::string() : at->text;
  }
  /// The first fact that differs there, in words; empty where all compared facts agree.
  std::string difference(const facts& there) const {
    for (const fact& f : all_) {
      const std::string other = there[f.name];
      if (f.compared && other != f.text) return f.name + ": " + both(other, f.text);
    }
    return {};
  }

 private:
  struct fact {
    std::string name, text;
    bool compared;
  };

  /// The text as it is read back: JSON does not keep bytes that are not UTF-8.
  static std::string as_stored(std::string_view text) {
    std::string json;
    detail::append_json_text(json, text);
    const json_document stored(std::move(json));
    return stored.root().as<std::string>();
  }

  /// The two texts from the first word on that differs.
  static std::string both(const std::string& there, const std::string& here) {
    std::size_t same = 0;
    while (same < std::min(there.size(), here.size()) && there[same] == here[same]) ++same;
    const std::size_t before = same == 0 ? std::string::npos : here.find_last_of(" ,", same - 1);
    const auto from_word = [before](const std::string& text) {
      std::string out = "'";
      for (const char c : text.substr(std::min(before + 1, text.size()), 80))
        out += detail::is_control(c) ? '?' : c;
      return out + "'";
    };
    return from_word(there) + " there, " + from_word(here) + " here";
  }

  std::vector<fact> all_;
};

}  // namespace lssm
