// SPDX-License-Identifier: BSD-3-Clause
// Tables: all digits, quotes, and errors that name line and column.
#include <lssm/io/csv.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace lssm;

static_assert(CsvCell<double> && CsvCell<int> && CsvCell<std::string> && CsvCell<const char*> &&
              !CsvCell<bool>);

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

TEST_CASE("what other programs write") {
  const csv_table table = csv_table::parse("\xEF\xBB\xBF\"a\",b\r\n1,\"2\"\r\n3,4", "t");
  CHECK(table.column<int>("a") == std::vector<int>{1, 3});
  CHECK(table.column<int>("b") == std::vector<int>{2, 4});
  // A second mark belongs to the name, and stays there.
  const csv_table twice = csv_table::parse("\xEF\xBB\xBF\xEF\xBB\xBFx\n1\n", "t");
  CHECK(twice.columns()[0] == "\xEF\xBB\xBFx");
  CHECK(csv_table::parse(twice.text(), "t").columns() == twice.columns());
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
