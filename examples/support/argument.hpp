// SPDX-License-Identifier: BSD-3-Clause
// The text of a flag as a number: the whole text, in range, or a message that says what was expected.
//
//   integer_argument("--dim", "12", 2, 100)     real_argument("--rtol", "1e-9")     seed_list("--seed", "1,2,7")
//   real_list("--teacher", "1,0.5", 8)          choice_argument("--scalar", "float", {"float", "double"})
#pragma once

#include <algorithm>
#include <cstdint>
#include <lssm/core.hpp>
#include <lssm/io/digits.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace support {

[[noreturn]] inline void refuse_argument(std::string_view flag, std::string_view expected,
                                         std::string_view given) {
  throw lssm::bad_argument(std::string(flag) + " must be " + std::string(expected) + ", given " +
                           lssm::in_quotes(given));
}

inline lssm::integer integer_argument(std::string_view flag, std::string_view text, lssm::integer least,
                                      lssm::integer most) {
  const std::optional<lssm::integer> value = lssm::number_from<lssm::integer>(text);
  if (!value || *value < least || *value > most)
    refuse_argument(flag, "an integer from " + std::to_string(least) + " to " + std::to_string(most), text);
  return *value;
}

/// Finite; further bounds belong to whoever uses the number.
inline double real_argument(std::string_view flag, std::string_view text) {
  const std::optional<double> value = lssm::number_from<double>(text);
  if (!value || !(*value - *value == 0)) refuse_argument(flag, "a finite number", text);
  return *value;
}

namespace detail {
template <class T>
std::optional<std::vector<T>> numbers_between_commas(std::string_view text) {
  std::vector<T> numbers;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto number = lssm::number_from<T>(text.substr(begin, end - begin));
    if (!number) return std::nullopt;
    numbers.push_back(*number);
    begin = end + 1;
  }
  return numbers;
}
}  // namespace detail

/// Seeds of 32 bits, separated by commas.
inline std::vector<std::uint32_t> seed_list(std::string_view flag, std::string_view text) {
  const auto seeds = detail::numbers_between_commas<std::uint32_t>(text);
  if (!seeds) refuse_argument(flag, "integers from 0 to 4294967295, separated by commas", text);
  return *seeds;
}

/// At most so many finite numbers, separated by commas.
inline std::vector<double> real_list(std::string_view flag, std::string_view text, std::size_t most) {
  const auto numbers = detail::numbers_between_commas<double>(text);
  const auto finite = [](double x) { return x - x == 0; };
  if (!numbers || numbers->size() > most || !std::all_of(numbers->begin(), numbers->end(), finite))
    refuse_argument(flag, "up to " + std::to_string(most) + " finite numbers, separated by commas", text);
  return *numbers;
}

/// The place of the text among the names.
inline std::size_t choice_argument(std::string_view flag, std::string_view text,
                                   const std::vector<std::string>& names) {
  const auto at = std::find(names.begin(), names.end(), text);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i)
    all += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  refuse_argument(flag, all, text);
}

}  // namespace support
