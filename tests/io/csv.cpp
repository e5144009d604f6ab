// SPDX-License-Identifier: BSD-3-Clause
// Tables: all digits, quotes, and errors that name line and column.
#include <lssm/io/csv.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <lssm/core/status.hpp>
#include <optional>
#include <string>
#include <vector>

#include "memory.hpp"
#include "scratch.hpp"

using namespace lssm;

static_assert(CsvCell<double> && CsvCell<int> && CsvCell<std::string> && CsvCell<const char*> &&
              CsvCell<std::string_view> && CsvCell<char[3]> && CsvCell<char> && CsvCell<status> &&
              CsvCell<std::filesystem::path> && CsvCell<std::uint64_t> && CsvCell<std::int8_t>);
static_assert(!CsvCell<bool> && !CsvCell<std::nullptr_t> && !CsvCell<char8_t> &&
              !CsvCell<std::optional<int>> && !CsvCell<std::vector<int>> && !CsvCell<void*>);

TEST_CASE("a table comes back from its file") {
  const scratch dir;
  csv_table table({"seed", "loss", "status"});
  table.add(242, 0.1, "converged")
      .add(std::size_t{243}, 1.0L / 3, std::string("a \"b\", c"))
      .add(-1, 5e-324, "");
  table.add(0, std::numeric_limits<double>::infinity(), "x\ty");
  table.save(dir / "t.csv");
  CHECK(read_file(dir / "t.csv").substr(0, 40) == "seed,loss,status\n242,0.1,converged\n243,0");
  const csv_table read = csv_table::read(dir / "t.csv");
  CHECK(read.columns() == table.columns());
  CHECK(read.rows() == 4);
  CHECK(read.column<int>("seed") == std::vector<int>{242, 243, -1, 0});
  CHECK(read.column<long double>("loss")[1] == 1.0L / 3);
  CHECK(read.column<double>("loss")[2] == 5e-324);
  CHECK(read.column<double>("loss")[3] == std::numeric_limits<double>::infinity());
  CHECK(read.cell(1, "status") == "a \"b\", c");
  CHECK(read.cell(2, "status").empty());
  CHECK(read.cell(3, "status") == "x\ty");
  CHECK(read.text() == table.text());
  CHECK(read.contains("loss"));
  CHECK_FALSE(read.contains("los"));
}

TEST_CASE("rows of numbers, empty tables, single columns") {
  csv_table table({"x", "y"});
  CHECK(csv_table::parse(table.text(), "t").rows() == 0);
  table.add_row(std::span<const double>(std::vector<double>{1, 2}));
  CHECK(table.column<double>("y") == std::vector<double>{2});
  csv_table single({"name"});
  single.add("").add("").add("b");
  CHECK(single.text() == "name\n\n\nb\n");
  CHECK(csv_table::parse(single.text(), "t").rows() == 3);
}

TEST_CASE("cells of every kind of text, and integers of every width") {
  csv_table table({"a", "b", "c", "d", "e"});
  const char letters[3] = {'x', 'y', 'z'};  // no zero behind them
  table.add(status::horizon, std::filesystem::path("runs/a,b.csv"), 'c', letters, std::uint8_t{65});
  table.add(status::target_reached, std::string_view("t\xC3\xA4xt"), ',', "", std::int8_t{-65});
  table.add("-", 1.5F, '"', std::string("q"), std::numeric_limits<std::uint64_t>::max());
  CHECK(table.text() ==
        "a,b,c,d,e\nhorizon,\"runs/a,b.csv\",c,xyz,65\ntarget_reached,t\xC3\xA4xt,\",\",,-65\n"
        "-,1.5,\"\"\"\",q,18446744073709551615\n");
  CHECK(csv_table::parse(table.text(), "t").text() == table.text());
  const char* nothing = nullptr;
  CHECK(has(bad_argument_of([&] { table.add(nothing, 1, 2, 3, 4); }), "given a null pointer"));
  CHECK(has(bad_argument_of([&] { table.add('\n', 1, 2, 3, 4); }), "without control characters"));
  CHECK(table.rows() == 3);
}

TEST_CASE(
    "a hundred thousand columns are read, and each of them, in no more time than they take to read through") {
  std::string text;
  const int count = 100000;
  for (int j = 0; j < count; ++j) text += (j == 0 ? "c" : ",c") + std::to_string(j);
  const std::string names = text;
  text += '\n';
  for (int j = 0; j < count; ++j) text.append(j == 0 ? "" : ",").append(std::to_string(j));
  const csv_table table = csv_table::parse(text, "t");
  CHECK(table.rows() == 1);
  int right = 0;
  for (int j = 0; j < count; ++j)
    right += table.column<int>(table.columns()[static_cast<std::size_t>(j)])[0] == j;
  CHECK(right == count);
  CHECK(table.text() == text + "\n");
  CHECK(bad_file_of([&] { csv_table::parse(names + ",c77", "t"); }) ==
        "t: line 1: the column 'c77' is there twice");
  CHECK(has(bad_argument_of([&] {
              auto twice = table.columns();
              twice.push_back("c99999");
              csv_table{twice};
            }),
            "column names must be different, given c99999"));
}

TEST_CASE("a table takes a few times the memory of its text, also of a text that is none") {
  constexpr std::size_t n = 500000;
  const auto times = [](const std::string& text) {
    const std::size_t most = memory::peak_of([&] {
      try {
        static_cast<void>(csv_table::parse(text, "t"));
      } catch (const bad_file&) {}
    });
    return static_cast<double>(most) / static_cast<double>(text.size());
  };
  std::string pairs = "a,b\n";
  for (std::size_t i = 0; i < n / 4; ++i) pairs += i % 2 == 0 ? "1,2\n" : ",\n";
  CHECK(times(pairs) < 6);
  CHECK(times("a\n" + std::string(n, '\n')) < 6);            // a row of an empty cell on each line
  CHECK(times(std::string(n, ',')) < 9);                     // names, all empty
  CHECK(times("a\n" + std::string(n, ',')) < 6);             // a row of many cells where there should be one
  CHECK(times("a\n\"" + std::string(n, '"') + "\"\n") < 6);  // quotes in quotes
  CHECK(times("a\n" + std::string(n, 'x')) < 6);
}

TEST_CASE("names and cells of a file reach messages on one line, and shortened") {
  const csv_table table = csv_table::parse("a\xE2\x80\xAE,b\n\xFF,\x7F\n", "t");
  CHECK(bad_file_of([&] { table.column<int>("a\xE2\x80\xAE"); }) ==
        "t: line 2, column 'a\\u202e': expected an integer in range, found '?'");
  CHECK(bad_file_of([&] { table.column<int>("b"); }) ==
        "t: line 2, column 'b': expected an integer in range, found '?'");
  CHECK(bad_file_of([&] { table.column<int>("x\ny"); }) == "t: has no column 'x\\ny'");
  const std::string name(100000, 'n');
  CHECK(bad_file_of([&] { csv_table::parse(name + "," + name, "t"); }) ==
        "t: line 1: the column '" + std::string(100, 'n') + "...' is there twice");
  CHECK(bad_argument_of([&] { csv_table({name, name}); }).size() < 300);
}

TEST_CASE("what other programs write") {
  const csv_table table = csv_table::parse("\xEF\xBB\xBF\"a\",b\r\n1,\"2\"\r\n3,4", "t");
  CHECK(table.column<int>("a") == std::vector<int>{1, 3});
  CHECK(table.column<int>("b") == std::vector<int>{2, 4});
  // A second mark belongs to the name, and stays there.
  const csv_table twice = csv_table::parse("\xEF\xBB\xBF\xEF\xBB\xBFx\n1\n", "t");
  CHECK(twice.columns()[0] == "\xEF\xBB\xBFx");
  const csv_table again = csv_table::parse(twice.text(), "t");
  CHECK(again.columns() == twice.columns());
}

TEST_CASE("errors name file, line and column") {
  const auto refusal = [](const std::string& text) {
    return bad_file_of([&] { csv_table::parse(text, "t.csv"); });
  };
  CHECK(refusal("") == "t.csv: line 1: expected the names of the columns, found the end");
  CHECK(refusal("a,b,a\n") == "t.csv: line 1: the column 'a' is there twice");
  CHECK(refusal("a,b\n1,2\n3\n") == "t.csv: line 3: expected 2 cells, found 1");
  CHECK(refusal("a,b\n1,2\n\n") == "t.csv: line 3: expected 2 cells, found 1");
  CHECK(refusal("a,b\n1,\"2\n") ==
        "t.csv: line 2, cell 2: expected a closing quote, found the end of the line");
  CHECK(refusal("a,b\n1,2\"\n") ==
        "t.csv: line 2, cell 2: found a quote inside a cell that does not begin with one");
  CHECK(refusal("a,b\n\"1\"x,2\n") == "t.csv: line 2, cell 1: expected ',' after the closing quote");
  CHECK(refusal(std::string("a\n\0\n", 4)) == "t.csv: line 2, cell 1: found a control character");
  CHECK(refusal("a\n\"\x01\"\n") == "t.csv: line 2, cell 1: found a control character");
  const csv_table table = csv_table::parse("a,b\n1,2\n3,x\n,1e999\n", "t.csv");
  CHECK(bad_file_of([&] { table.column<double>("b"); }) ==
        "t.csv: line 3, column 'b': expected a number in range, found 'x'");
  CHECK(bad_file_of([&] { table.column<int>("a"); }) ==
        "t.csv: line 4, column 'a': expected an integer in range, found nothing");
  CHECK(bad_file_of([&] { table.column<int>("c"); }) == "t.csv: has no column 'c'");
  CHECK(bad_file_of([&] { csv_table::parse("a\n1e999\n", "t").column<double>("a"); }) ==
        "t: line 2, column 'a': expected a number in range, found '1e999'");
}

TEST_CASE("misuse is refused before the table changes") {
  csv_table table({"a", "b"});
  CHECK(bad_argument_of([&] { table.add(1); }) == "csv_table::add: number of cells must be 2, given 1");
  CHECK(has(bad_argument_of([&] { table.add(1, "two\nlines"); }), "text must be without control characters"));
  CHECK(has(bad_argument_of([&] { table.add_row(std::span<const int>()); }), "must be 2, given 0"));
  CHECK(has(bad_argument_of([&] { table.cell(0, "a"); }), "row must be below 0, given 0"));
  CHECK(table.rows() == 0);
  CHECK(has(bad_argument_of([] { csv_table({}); }), "columns must be at least one name"));
  CHECK(has(bad_argument_of([] { csv_table({"a", "a"}); }), "column names must be different, given a"));
  CHECK(has(bad_argument_of([] { csv_table({"a\n"}); }), "without control characters"));
}
