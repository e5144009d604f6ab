// SPDX-License-Identifier: BSD-3-Clause
// Names in order: what is found, and how many names are looked at on the way.
#include <lssm/io/name_order.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace lssm;

TEST_CASE("names are found, and so are those that are there twice") {
  const std::vector<std::string> names{"b", "a", "", "b", "ab", "a\n"};
  const auto order = detail::order_by_name(names);
  const auto name_of = detail::names_of(names);
  CHECK(order == std::vector<std::uint32_t>{2, 1, 5, 4, 0, 3});
  CHECK(*detail::twofold_name(order.begin(), order.end(), name_of) == 0);
  CHECK(detail::twofold_name(order.begin(), order.end() - 1, name_of) == order.end() - 1);
  for (const std::string& name : names)
    CHECK(names[*detail::find_name(order.begin(), order.end(), name, name_of)] == name);
  for (const char* name : {"c", "aa", "A"})
    CHECK(detail::find_name(order.begin(), order.end(), name, name_of) == order.end());
}

TEST_CASE("a hundred thousand names take some dozens of looks each, not a hundred thousand") {
  constexpr std::uint32_t count = 100000;
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) names.push_back("column" + std::to_string(i * 7919U % count));
  std::size_t looks = 0;
  const auto name_of = [&](std::size_t i) {
    ++looks;
    return std::string_view(names[i]);
  };
  auto order = detail::order_by_name(names);
  detail::sort_by_name(order.begin(), order.end(), name_of);
  CHECK(looks < 100 * std::size_t{count});
  looks = 0;
  CHECK(detail::twofold_name(order.begin(), order.end(), name_of) == order.end());
  CHECK(looks <= 2 * std::size_t{count});
  looks = 0;
  std::size_t found = 0;
  for (const std::string& name : names)
    found += names[*detail::find_name(order.begin(), order.end(), name, name_of)] == name ? 1 : 0;
  CHECK(found == count);
  CHECK(looks < 20 * std::size_t{count});
}
