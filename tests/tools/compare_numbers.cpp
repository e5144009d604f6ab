// SPDX-License-Identifier: BSD-3-Clause
// compare_numbers EXPECTED ACTUAL: words and signs must be equal, numbers equal to 1e-9 (relative) or 1e-13 (absolute).
// In EXPECTED, a line that starts with # is a comment and a lone * stands for any one word, sign or number (a time).
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

struct token {
  std::string text;
  double value = 0;
  bool is_number = false;
  std::size_t line = 0;
};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

bool starts_number(const std::string& s, std::size_t i) {
  if (s[i] == '-' || s[i] == '+') ++i;
  if (i < s.size() && s[i] == '.') ++i;
  return i < s.size() && is_digit(s[i]);
}

std::vector<token> tokens_of(const std::string& path, bool has_comments) {
  std::ifstream in(path);
  if (!in) {
    std::cerr << "cannot read " << path << '\n';
    std::exit(2);
  }
  std::vector<token> out;
  std::string s;
  for (std::size_t line = 1; std::getline(in, s); ++line) {
    if (has_comments && s.starts_with('#')) continue;
    for (std::size_t i = 0; i < s.size();) {
      if (std::isspace(static_cast<unsigned char>(s[i])) != 0) {
        ++i;
        continue;
      }
      token t{.text = {}, .line = line};
      std::size_t end = i + 1;
      if (starts_number(s, i)) {
        char* stop = nullptr;
        t.value = std::strtod(s.c_str() + i, &stop);
        t.is_number = true;
        end = static_cast<std::size_t>(stop - s.c_str());
      } else if (is_word(s[i])) {
        while (end < s.size() && is_word(s[end])) ++end;
      }
      t.text = s.substr(i, end - i);
      out.push_back(t);
      i = end;
    }
  }
  return out;
}

bool equal(const token& expected, const token& actual) {
  if (expected.text == "*" || expected.text == actual.text) return true;
  if (!expected.is_number || !actual.is_number) return false;
  const double difference = std::abs(expected.value - actual.value);
  return difference <= 1e-13 || difference <= 1e-9 * std::abs(expected.value);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: compare_numbers EXPECTED ACTUAL\n";
    return 2;
  }
  const auto expected = tokens_of(argv[1], true), actual = tokens_of(argv[2], false);
  for (std::size_t i = 0; i < expected.size() && i < actual.size(); ++i) {
    if (equal(expected[i], actual[i])) continue;
    std::cerr << argv[1] << ':' << expected[i].line << ": expected " << expected[i].text << ", line "
              << actual[i].line << " of the output has " << actual[i].text << '\n';
    return 1;
  }
  if (expected.size() == actual.size()) return 0;
  std::cerr << argv[1] << ": the output has " << actual.size() << " words and numbers, not "
            << expected.size() << "; it " << (actual.size() < expected.size() ? "lacks " : "adds ")
            << (actual.size() < expected.size() ? expected[actual.size()] : actual[expected.size()]).text
            << '\n';
  return 1;
}
