// SPDX-License-Identifier: BSD-3-Clause
// Facts about files: written, read back, and compared one by one.
#include <lssm/io/facts.hpp>

#include <doctest/doctest.h>

#include "scratch.hpp"

using namespace lssm;

TEST_CASE("facts are read back as they were written, whatever they hold") {
  facts mine;
  mine.add("a", "x\"y\\z\nä").add("b", "").add_told("version", "1");
  const facts found = facts::parse(mine.text(), "f");
  CHECK(found.text() == mine.text());
  CHECK(found["a"] == "x\"y\\z\nä");
  CHECK(found["none"].empty());
  CHECK(mine.difference(found).empty());
}

TEST_CASE("the first fact that differs is named, from the word in which it does") {
  const facts here = facts().add("a", "same").add("b", "one two three").add_told("version", "1");
  CHECK(here.difference(facts().add("a", "same").add("b", "one too three").add("version", "2")) ==
        "b: 'too three' there, 'two three' here");
  CHECK(here.difference(facts().add("a", "other").add("b", "another")) == "a: 'other' there, 'same' here");
  CHECK(here.difference(facts().add("a", "same")) == "b: '' there, 'one two three' here");
  CHECK(here.difference(facts().add("a", "same").add("b", "one two three").add("version", "2")).empty());
  CHECK(facts().add("a", "x\ny").difference(facts().add("a", "\x01")) == "a: '?' there, 'x?y' here");
  CHECK(facts().add("a", "1").add(facts().add("b", "2")).text() == R"({"a":"1","b":"2"})");
}

TEST_CASE("what is no object of texts is refused") {
  for (const char* text : {"", "[]", "{\"a\":1}", "{\"a\":\"b\"", "{\"a\":\"b\",\"a\":\"c\"}"})
    CHECK(has(bad_file_of([&] { facts::parse(text, "f"); }), "f: line 1"));
}
