// SPDX-License-Identifier: BSD-3-Clause
// The text of a flag as a number: the whole text, in range, or a message that says what was expected.
//
//   integer_argument("--dim", "12", 2, 100)     real_argument("--rtol", "1e-9")     seed_list("--seed", "1,2,7")
#pragma once

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
  throw lssm::bad_argument(std::string(flag) + " must be " + std::string(expected) + ", given '" +
                           std::string(given) + "'");
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

/// Seeds of 32 bits, separated by commas.
inline std::vector<std::uint32_t> seed_list(std::string_view flag, std::string_view text) {
  std::vector<std::uint32_t> seeds;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto seed = lssm::number_from<std::uint32_t>(text.substr(begin, end - begin));
    if (!seed) refuse_argument(flag, "integers from 0 to 4294967295, separated by commas", text);
    seeds.push_back(*seed);
    begin = end + 1;
  }
  return seeds;
}

}  // namespace support
