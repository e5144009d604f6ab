// SPDX-License-Identifier: BSD-3-Clause
// The name of a type in files and messages: as in the source, without namespace lssm and without sizes.
//
//   type_name<ssm<real_diagonal<5>, learn<state_matrix>>>()     ssm<real_diagonal<>, learn<state_matrix>>
//   type_name<long double>()  type_name<quad>()                  long double  quad
//
// g++ and clang++ give the same name. Sizes are left out so that static and run-time sizes agree; comparisons of types
// compare sizes separately. Without RTTI (-fno-rtti) names are in the spelling of the compiler at hand, and files that hold them
// are read by builds of its kind alone.
#pragma once

#include <cxxabi.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>
#include <typeinfo>

namespace lssm {

namespace detail {

constexpr bool in_a_name(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether an argument between < and > or commas is an integer, as "-12l" is.
constexpr bool is_integer_argument(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits > 0 && text.substr(digits).find_first_not_of("ul") == std::string_view::npos;
}

/// The name of a type in the compiler's spelling, without integer arguments and "lssm::".
inline std::string without_sizes(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("lssm::") && (at == 0 || !in_a_name(text[at - 1]))) {
      at += 6;
      continue;
    }
    const char before = out.empty() ? ' ' : out.back();
    const std::size_t begin = at + (before == ',' && text[at] == ' ' ? 1 : 0);
    const std::size_t end = text.find_first_of(",>", begin);
    if ((before == '<' || before == ',') && end != std::string_view::npos &&
        is_integer_argument(text.substr(begin, end - begin))) {
      if (before == ',') out.pop_back();
      at = end;
      if (before == '<' && text[at] == ',') at += 2;  // ", "
      continue;
    }
    out += text[at++];
  }
  return out;
}

/// T as the compiler spells it in the name of this function.
template <class T>
constexpr std::string_view spelled() {
  std::string_view text = __PRETTY_FUNCTION__;  // "... [with T = X; std::string_view = ...]", "... [T = X]"
  text.remove_prefix(text.find("T = ") + 4);
  return text.substr(0, std::min(text.find("; std::string_view = "), text.rfind(']')));
}

}  // namespace detail

/// The name of T without sizes.
template <class T>
std::string type_name() {
#ifdef __cpp_rtti
  int failed = 0;
  char* spelled = abi::__cxa_demangle(typeid(T).name(), nullptr, nullptr, &failed);
  std::string name = detail::without_sizes(failed == 0 ? spelled : typeid(T).name());
  std::free(spelled);
#else
  const std::string name = detail::without_sizes(detail::spelled<T>());
#endif
  return name == "__float128" ? "quad" : name;
}

}  // namespace lssm
