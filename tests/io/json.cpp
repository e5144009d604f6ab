// SPDX-License-Identifier: BSD-3-Clause
// JSON out and in: what another parser makes of our text, what ours makes of others', states both ways.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <lssm/core/pack.hpp>
#include <lssm/core/status.hpp>
#include <lssm/io/json.hpp>
#include <lssm/io/json_document.hpp>
#include <lssm/io/json_parts.hpp>
#include <optional>
#include <string>
#include <vector>

#include "memory.hpp"
#include "scratch.hpp"

using namespace lssm;

namespace {

enum class color : unsigned char { red, green };

template <class T>
struct inner {
  T time{};
  long steps = 0;
  static constexpr auto parts(auto& s) { return std::tuple(part("time", s.time), part("steps", s.steps)); }
};

template <class T>
struct state {
  vec<T> a;
  inner<T> in;
  std::vector<inner<T>> many;
  bool flag = false;
  color hue = color::red;
  status ended = status::running;
  static constexpr auto parts(auto& s) {
    return std::tuple(part("a", s.a), part("in", s.in), part("many", s.many), part("flag", s.flag),
                      part("hue", s.hue), part("ended", s.ended));
  }
};

enum class letter : char { a = 'a', b = 'b' };
enum class truth : bool { no, yes };
enum class large : std::int64_t { least = std::numeric_limits<std::int64_t>::min() };

/// What converts to text, as paths do, and one that is a range of itself besides.
struct converts {
  operator std::string() const { return "converted"; }
};
struct named_tree {
  std::vector<named_tree> inside;
  operator std::string() const { return "tree"; }
  auto begin() const { return inside.begin(); }
  auto end() const { return inside.end(); }
};
struct tree {
  std::vector<tree> inside;
  auto begin() const { return inside.begin(); }
  auto end() const { return inside.end(); }
};
static_assert(detail::contains_itself<tree>() && detail::contains_itself<std::filesystem::path>() == false);
static_assert(!detail::contains_itself<std::vector<std::vector<std::string>>>());

struct twofold {
  double a = 1, b = 2;
  static constexpr auto parts(auto& s) { return std::tuple(part("a", s.a), part("a", s.b)); }
};

template <class T>
T number_in(const std::string& text) {
  const json_document document(text, "f.json");
  return document.root().as<T>();
}

std::string refusal(const std::string& text) {
  return bad_file_of([&] { json_document(text, "f.json"); });
}

}  // namespace

TEST_CASE("one object, one line, keys in the order given") {
  json_object line;
  line.add("seed", 242).add("loss", 0.1).add("wide", 0.1L).add("bad", std::nan("")).add("ok", true);
  line.add("list", std::vector<double>{1, 0.5, HUGE_VAL})
      .add("text", "a\"b\\\n\t\x01")
      .add("status", status::horizon);
  line.add("pair", std::array<int, 2>{1, 2})
      .add("none", std::vector<int>{})
      .add("inner", json_object().add("x", 1));
  CHECK(
      line.text() ==
      R"({"seed":242,"loss":0.1,"wide":0.1,"bad":null,"ok":true,"list":[1,0.5,null],"text":"a\"b\\\n\t\u0001",)"
      R"("status":"horizon","pair":[1,2],"none":[],"inner":{"x":1}})");
  CHECK(json_object().text() == "{}");
  CHECK(to_json(dual<double>{1, 2}) == R"({"value":1,"derivative":2})");
  CHECK(to_json(color::green) == "1");
}

TEST_CASE("text of every kind, and none") {
  CHECK(json_object().add("f", std::filesystem::path("a/b \"c\"")).text() == R"({"f":"a/b \"c\""})");
  CHECK(to_json(std::vector<std::filesystem::path>{"a", "b/c"}) == R"(["a","b/c"])");
  CHECK(to_json(converts{}) == R"("converted")");
  CHECK(to_json(named_tree{{named_tree{}}}) == R"("tree")");
  CHECK(to_json('x') == R"("x")");
  CHECK(to_json('\n') == R"("\n")");
  CHECK(to_json(std::string_view("v")) == R"("v")");
  CHECK(to_json(std::string("a\0b", 3)) == R"("a\u0000b")");
  const char letters[3] = {'x', 'y', 'z'};  // no zero behind them
  CHECK(to_json(letters) == R"("xyz")");
  const char short_text[8] = "ab";
  CHECK(to_json(short_text) == R"("ab")");
  const char* nothing = nullptr;
  CHECK(to_json(nothing) == "null");
  CHECK(to_json(nullptr) == "null");
  CHECK(to_json(std::vector<const char*>{"a", nullptr}) == R"(["a",null])");
}

TEST_CASE("numbers of every width, truth, optional values") {
  CHECK(to_json(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(to_json(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(to_json(std::uint8_t{200}) == "200");
  CHECK(to_json(std::int8_t{-5}) == "-5");
  CHECK(to_json(static_cast<short>(-300)) == "-300");
  CHECK(to_json(0.1F) == "0.1");
  std::vector<bool> flags{true, false};
  CHECK(to_json(flags) == "[true,false]");
  CHECK(to_json(flags[0]) == "true");
  CHECK(to_json(std::optional<double>(0.5)) == "0.5");
  CHECK(to_json(std::optional<double>()) == "null");
  CHECK(to_json(std::nullopt) == "null");
  CHECK(to_json(std::optional<std::vector<std::optional<int>>>({1, std::nullopt})) == "[1,null]");
  CHECK(to_json(letter::b) == "98");
  CHECK(to_json(truth::yes) == "1");
  CHECK(to_json(large::least) == "-9223372036854775808");
}

TEST_CASE("a key is written once") {
  CHECK(bad_argument_of([] { json_object().add("a", 1).add("b", 2).add("a", 3); }) ==
        "json_object::add: key must be new, given a");
  CHECK(bad_argument_of([] { json_object().add("\n", 1).add("\n", 2); }) ==
        "json_object::add: key must be new, given \\n");
  CHECK(bad_argument_of([] { static_cast<void>(to_json(twofold{})); }) ==
        "to_json: names of parts must be different, given a");
  json_object line;
  line.add("a", 1).add("", 2);
  CHECK(bad_argument_of([&] { line.add("", 3); }) == "json_object::add: key must be new, given ");
  CHECK(line.text() == R"({"a":1,"":2})");  // as it was
  line.add("self", line);
  CHECK(line.text() == R"({"a":1,"":2,"self":{"a":1,"":2}})");
}

TEST_CASE("a byte order mark in front is left out, as tables leave it out") {
  const json_document file("\xEF\xBB\xBF{\"a\": [1,\n2]}", "f.json");
  CHECK(file.root()["a"].list<int>() == std::vector<int>{1, 2});
  CHECK(bad_file_of([&] { file.root()["a"].list<bool>(); }) ==
        "f.json: line 1, column 8: expected true or false, found a number");
  CHECK(refusal("\xEF\xBB\xBF\xEF\xBB\xBF{}") == "f.json: line 1, column 1: expected a value, found '???{}'");
  CHECK(refusal("\xEF\xBB\xBF") == "f.json: line 1, column 1: expected a value, found the end");
  CHECK(has(refusal(std::string("\xFF\xFE{\0}\0", 6)), "expected a value, found '??{?}"));
  CHECK(has(refusal("{} \xEF\xBB\xBF"), "expected the end"));
  const scratch dir;
  replace_file(dir / "f.json", "\xEF\xBB\xBF[3]");
  const json_document read = json_document::read(dir / "f.json");
  CHECK(read.root().list<int>() == std::vector<int>{3});
}

TEST_CASE("values keep their places, whatever stands between them") {
  const json_document file(
      R"([[], {}, [ ], { }, [[]], {"a":[]}, "x\"]", -1.5e+3, true, null, [[[0]],{"b":{"c":[1,{}]}}], "\\", 7])");
  std::string kinds;
  for (const json_value& v : file.root().items())
    kinds += std::to_string(v.size()) + detail::kind_text(v.kind())[0];
  CHECK(kinds == "0a0a0a0a1a1a0t0a0t0n2a0t0a");
  const auto items = file.root().items();
  CHECK(items[4].first().size() == 0);
  CHECK(items[5]["a"].size() == 0);
  CHECK(items[6].as<std::string>() == "x\"]");
  CHECK(items[7].as<double>() == -1500);
  CHECK(items[10].items()[1]["b"]["c"].first().as<int>() == 1);
  CHECK(items[11].as<std::string>() == "\\");
  CHECK(items[12].as<int>() == 7);
  int count = 0;
  file.root().for_each([&](const json_value&) { ++count; });
  CHECK(count == 13);
  CHECK(has(bad_file_of([&] { items[8].for_each([](const json_value&) {}); }), "expected an array"));
}

TEST_CASE(
    "a hundred thousand keys are found, each in a few comparisons; escapes in keys are what they mean") {
  std::string text = "{";
  const int count = 100000;
  for (int i = 0; i < count; ++i) {
    text += i == 0 ? "\"" : ",\"";
    text += (i % 3 == 0 ? "\\u006b" : "k") + std::to_string(i * 7919L % count) + "\":" + std::to_string(i);
  }
  const json_document file(text + "}");
  const json_value root = file.root();
  int right = 0;
  for (int i = 0; i < count; ++i)
    right += root[std::string("k").append(std::to_string(i * 7919L % count))].as<int>() == i;
  CHECK(right == count);
  CHECK_FALSE(root.contains("k100000"));
  CHECK_FALSE(root.contains(""));
  CHECK(root.keys().size() == static_cast<std::size_t>(count));
  CHECK(has(refusal(text + R"(,"\u006b7":0})"), "expected different keys, found the key 'k7' twice"));
}

TEST_CASE("a document takes a few times the memory of its text, also a text that is none") {
  const auto times = [](const std::string& text, double n) {
    const std::size_t most = memory::peak_of([&] {
      try {
        const json_document document(text, "f");
        static_cast<void>(document.root().size());
      } catch (const bad_file&) {}
    });
    return static_cast<double>(most) / n;
  };
  const auto many = [&](const std::string& piece, const std::string& front = "[",
                        const std::string& back = "0]") {
    std::string text = front;
    while (text.size() < 500000) text += piece;
    text += back;
    return times(text, static_cast<double>(text.size()));
  };
  CHECK(many("0,") < 4);
  CHECK(many("0,", "", "") < 4);
  CHECK(many("\"\",") < 4);
  CHECK(many("{},") < 4);
  CHECK(many("[],") < 4);
  CHECK(many("null,") < 4);
  CHECK(many("[0],") < 6);
  CHECK(many("[[[0]]],") < 7);
  CHECK(many("{\"\":0},") < 6);
  CHECK(many("{\"\":{\"\":{}}},") < 7);
  CHECK(many("\\u0041", "\"", "\"") < 4);
  CHECK(many("1", "", "") < 4);
  CHECK(many(" ", "", "1") < 4);
  CHECK(many("[", "", "") < 4);
  CHECK(many("{\"\":", "", "") < 4);
  std::string keys = "{";
  for (int i = 0; i < 50000; ++i) keys.append("\"").append(std::to_string(i)).append("\":0,");
  CHECK(times(keys + "\"\":0}", static_cast<double>(keys.size())) < 6);
}

TEST_CASE("tensors are nested arrays") {
  const auto t = to_tensor<2>(std::vector<double>{1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(to_json(t) == "[[1,2,3],[4,5,6]]");
  CHECK(to_json(xt::transpose(t) * 2) == "[[2,8],[4,10],[6,12]]");
  CHECK(to_json(tensor<double, 2>::from_shape({0, 3})) == "[]");
}

TEST_CASE("text is UTF-8 whatever it was") {
  CHECK(to_json("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80") == "\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\"");
  CHECK(to_json("a\xFF\xC3") == R"("a\ufffd\ufffd")");
  CHECK(to_json("\xC0\x80\xED\xA0\x80") == R"("\ufffd\ufffd\ufffd\ufffd\ufffd")");  // overlong, surrogate
}

TEST_CASE("documents are read") {
  const json_document file(
      " {\"a\": [1, -2.5e3, 0],\r\n\t\"t\\u0041\": \"x\\n\\ud83d\\ude00\\/\", \"n\": null, \"o\": {\"b\": "
      "true}, \"e\": []} ");
  const json_value root = file.root();
  CHECK(root.kind() == json_kind::object);
  CHECK(root.size() == 5);
  CHECK(root.keys() == std::vector<std::string>{"a", "tA", "n", "o", "e"});
  CHECK(root["a"].list<double>() == std::vector<double>{1, -2500, 0});
  CHECK(root["a"].items()[2].as<int>() == 0);
  CHECK(root["tA"].as<std::string>() == "x\n\xF0\x9F\x98\x80/");
  CHECK(root["n"].kind() == json_kind::null);
  CHECK(root["o"]["b"].as<bool>());
  CHECK(root["e"].list<double>().empty());
  CHECK(root.contains("a"));
  CHECK_FALSE(root.contains("b"));
  CHECK_FALSE(root["a"].contains("a"));
  CHECK(number_in<int>("3") == 3);
  CHECK(number_in<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("what is asked for and not there is named with its place") {
  const json_document file("{\"a\": 1,\n \"b\": [1, \"x\"]}", "f.json");
  const json_value root = file.root();
  CHECK(bad_file_of([&] { root["c"]; }) ==
        "f.json: line 1, column 1: expected the key 'c' in this object, found none");
  CHECK(bad_file_of([&] { root["a"].list<double>(); }) ==
        "f.json: line 1, column 7: expected an array, found a number");
  CHECK(bad_file_of([&] { root["b"].list<double>(); }) ==
        "f.json: line 2, column 11: expected a number, found text");
  CHECK(bad_file_of([&] { root["b"]["x"]; }) ==
        "f.json: line 2, column 7: expected an object, found an array");
  CHECK(bad_file_of([&] { static_cast<void>(root["a"].as<bool>()); }) ==
        "f.json: line 1, column 7: expected true or false, found a number");
  CHECK(has(bad_file_of([] { number_in<int>("1.5"); }), "expected an integer in range, found '1.5'"));
  CHECK(has(bad_file_of([] { number_in<double>("1e999"); }), "expected a number in range, found '1e999'"));
  CHECK(has(bad_file_of([] { json_document::read("/nowhere"); }), "/nowhere: cannot open"));
}

TEST_CASE("the grammar is strict") {
  CHECK(refusal("") == "f.json: line 1, column 1: expected a value, found the end");
  CHECK(refusal("[1,\n2,]") == "f.json: line 2, column 3: expected a value, found ']'");
  CHECK(refusal("{\"a\":1,}") == "f.json: line 1, column 8: expected a key in quotes, found '}'");
  CHECK(has(refusal("{\"a\" 1}"), "column 6: expected ':', found '1}'"));
  CHECK(has(refusal("{\"a\":1 \"b\":2}"), "expected ',' or '}'"));
  CHECK(has(refusal("{\"a\":1,\"\\u0061\":2}"), "expected different keys, found the key 'a' twice"));
  CHECK(has(refusal("[1] 2"), "expected the end, found '2'"));
  CHECK(has(refusal("\"abc"), "expected a closing quote, found the end"));
  CHECK(has(refusal("\"a\nb\""), "text without control characters"));
  CHECK(has(refusal("\"\xFF\""), "expected UTF-8"));
  for (const char* text : {"01", "1.", ".5", "+1", "-", "1e", "1e+", "nul", "True", "'a'", "NaN", "Infinity",
                           "//", "[1 2]", "{1:2}", "[", "{"})
    CHECK(has(refusal(text), "expected"));
  for (const char* text :
       {R"("\x")", R"("\u12g4")", R"("\u12")", R"("\ud800")", R"("\ud800\u0041")", R"("\udc00")", R"("\)"})
    CHECK(has(refusal(text), "expected"));
  CHECK(refusal(std::string(64, '[') + std::string(64, ']')) == "nothing thrown");
  CHECK(has(refusal(std::string(65, '[') + std::string(65, ']')),
            "column 65: expected at most 64 levels of nesting"));
  CHECK(has(refusal(std::string(1000000, '[')), "at most 64 levels"));
}

TEST_CASE_TEMPLATE("a state comes back", T, double, dual<float>, pack<double>
#if defined(__SIZEOF_FLOAT128__)
                   ,
                   quad
#endif
) {
  const T third = T(1) / T(3);
  const state<T> saved{{third, third * third}, {T(2), 9},       {{T(3), 1}, {third, 2}}, true,
                       color::green,           status::diverged};
  const json_document text(to_json(saved));
  state<T> loaded;
  loaded.a.resize(2);
  loaded.many.resize(2);
  from_json(text.root(), loaded);
  CHECK(to_json(loaded) == to_json(saved));
  CHECK(loaded.hue == color::green);
  CHECK(loaded.ended == status::diverged);
}

TEST_CASE("another state's text is refused and the state stays as it is") {
  const state<double> saved{{1, 2}, {3, 4}, {{5, 6}}, true, color::red, status::horizon};
  const std::string text = to_json(saved);
  const auto message = [&](std::string_view what, std::string_view with) {
    std::string other = text;
    other.replace(other.find(what), what.size(), with);
    state<double> loaded{{7, 7}, {7, 7}, {{7, 7}}, false, color::green, status::running};
    const std::string before = to_json(loaded);
    const json_document file(other, "f");
    std::string refused = bad_file_of([&] { from_json(file.root(), loaded); });
    CHECK(to_json(loaded) == before);
    return refused;
  };
  CHECK(has(message("[1,2]", "[1,2,3]"), "expected 2 members, found 3"));
  CHECK(has(message("[1,2]", "{\"x\":1,\"y\":2}"), "expected an array, found an object"));
  CHECK(has(message("[1,2]", "[1,null]"), "expected a number, found null"));
  CHECK(has(message("\"steps\":6", "\"steps\":6.5"), "expected an integer in range, found '6.5'"));
  CHECK(has(message("\"steps\":6", "\"stops\":6"), "expected the key 'steps'"));
  CHECK(has(message("\"steps\":6", "\"steps\":6,\"more\":1"), "expected 2 members, found 3"));
  CHECK(
      has(message("\"horizon\"", "\"hurizon\""), "expected the name of one of its values, found 'hurizon'"));
  CHECK(has(message("\"hue\":0", "\"hue\":300"), "expected an integer in range"));
}
