// SPDX-License-Identifier: BSD-3-Clause
// Certificates of random teachers, students and data: test_certificates [--cases N] [--first N] [--seed N] [--trainings N]
//
// A case is known by seed and number. Each is checked for laws: the teacher is in its band, the student's error between its
// bounds, before and after labels, and whatever multipliers are proposed; so are the verdicts on
// trained students. Ends with 1 where a law was violated.
#include <charconv>
#include <iostream>
#include <random>
#include <string_view>

#include "cases.hpp"
#include "trainings.hpp"

int main(int argc, char** argv) {
  std::uint64_t cases = 300, first = 0, seed = 1, trainings = 24;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    std::uint64_t* to = name == "--cases"       ? &cases
                        : name == "--first"     ? &first
                        : name == "--seed"      ? &seed
                        : name == "--trainings" ? &trainings
                                                : nullptr;
    const std::string_view text = to != nullptr && ++i < argc ? argv[i] : "";
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), to != nullptr ? *to : cases);
    if (to == nullptr || text.empty() || error != std::errc() || end != text.data() + text.size()) {
      std::cerr << "test_certificates [--cases N] [--first N] [--seed N] [--trainings N]\n";
      return 2;
    }
  }
  random_certificates::summary all;
  for (std::uint64_t n = first; n < first + cases; ++n) {
    random_certificates::look_at(seed, n, all);
    if ((n - first + 1) % 10'000 == 0)
      std::cout << n - first + 1 << " cases, " << all.violations << " violations" << std::endl;
  }
  std::cout << all;
  const int false_verdicts = random_certificates::judge_trainings(trainings);
  return all.violations == 0 && all.bands > 0 && false_verdicts == 0 ? 0 : 1;
}
