// SPDX-License-Identifier: BSD-3-Clause
// Damaged files: cut off anywhere, any byte changed. Nothing crashes; a file is refused or means what it meant.
#include <lssm/io.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace lssm;

namespace {

struct small_state {
  vec<double> a{1, 2, 3};
  vec<long double, 2> w{0.1L, 0.2L};
  bool flag = true;
  static constexpr auto parts(auto& s) {
    return std::tuple(part("a", s.a), part("w", s.w), part("flag", s.flag));
  }
};

/// Calls read(text) for every cut and for changes of every byte; read throws bad_file or not.
template <class F>
void damage(const std::string& whole, F read) {
  const auto attempt = [&](const std::string& text) {
    try {
      read(text);
    } catch (const bad_file&) {  // anything else is a failure of the test
    }
  };
  for (std::size_t n = 0; n < whole.size(); ++n) attempt(whole.substr(0, n));
  for (std::size_t n = 0; n < whole.size(); ++n) {
    for (const unsigned flip : {0x01U, 0x04U, 0x10U, 0x80U, 0xFFU}) {
      std::string text = whole;
      text[n] = static_cast<char>(static_cast<unsigned char>(text[n]) ^ flip);
      attempt(text);
    }
  }
  std::mt19937_64 engine(5);
  for (int i = 0; i < 3000; ++i) {  // several at once: replaced, left out, doubled
    std::string text = whole;
    for (int j = 0; j < 4; ++j) {
      const std::size_t at = engine() % text.size();
      const std::size_t kind = engine() % 3;
      if (kind == 0) text[at] = static_cast<char>(engine());
      if (kind == 1 && text.size() > 10) text.erase(at, engine() % 9);
      if (kind == 2) text.insert(at, text.substr(engine() % text.size(), engine() % 9));
    }
    attempt(text);
  }
}

}  // namespace

TEST_CASE("a damaged .npy is refused or has elements for its shape") {
  const std::vector<double> values{1, 2, 3, 4, 5, 6};
  damage(to_npy<double>(values, std::vector<std::size_t>{2, 3}), [](const std::string& bytes) {
    const auto array = npy_values<double>(parse_npy(bytes, "f"));
    CHECK(array.data.size() == detail::elements_of(array.shape));
    CHECK(array.data.size() * 8 <= bytes.size());
  });
}

TEST_CASE("no shorter .npy is accepted") {
  const std::string whole = to_npy<double>(std::vector<double>{1, 2, 3}, std::vector<std::size_t>{3});
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK_THROWS_AS(parse_npy(std::string_view(whole).substr(0, n), "f"), bad_file);
}

TEST_CASE("a damaged .npz is refused or has the same arrays") {
  npz_writer out;
  out.add("a", std::vector<double>{1, 2, 3}).add("b", 7);
  const std::string whole = out.bytes();
  std::size_t accepted = 0;
  damage(whole, [&](const std::string& bytes) {
    const npz_file file(bytes, "f");
    if (file.names() != std::vector<std::string>{"a", "b"}) return;  // an entry left out whole, or doubled
    CHECK(file.read<double>("a").data == std::vector<double>{1, 2, 3});
    CHECK(file.read<int>("b").data == std::vector<int>{7});
    ++accepted;
  });
  CHECK(accepted > 0);  // time stamps and the like may be anything
}

TEST_CASE("a state is loaded whole or not at all") {
  const std::string whole = to_npz(small_state{}).bytes();
  damage(whole, [](const std::string& bytes) {
    small_state state{{9, 9, 9}, {9, 9}, false};
    try {
      load_parts(npz_file(bytes, "f"), state);
    } catch (const bad_file&) {
      CHECK(equal_parts(state, small_state{{9, 9, 9}, {9, 9}, false}));
      throw;
    }
    CHECK(equal_parts(state, small_state{}));
  });
}

TEST_CASE("damaged tables and JSON are refused or read") {
  csv_table table({"seed", "name", "loss"});
  table.add(1, "a,\"b\"", 0.1).add(2, "x", 1e-300);
  damage(table.text(), [](const std::string& text) {
    const csv_table read = csv_table::parse(text, "f");
    for (const std::string& name : read.columns()) {
      try {
        static_cast<void>(read.column<long double>(name));
      } catch (const bad_file&) {}
    }
  });
  damage(to_json(small_state{}) + "\n", [](const std::string& text) {
    const json_document file(text, "f");
    small_state state;
    from_json(file.root(), state);
    CHECK(state.a.size() == 3);
  });
  damage(R"({"a":[1,{"b":"\ud83d\ude00 x"}],"c":-1.5e3})", [](const std::string& text) {
    const json_document file(text, "f");
    if (file.root().kind() == json_kind::object) static_cast<void>(file.root().keys());
  });
}
