// SPDX-License-Identifier: BSD-3-Clause
// Names of types without RTTI: those of types that have one spelling are what they are with it.
#include <iostream>
#include <lssm/core/type_name.hpp>

namespace lssm {
struct plain {};
template <class T, long N>
struct of {};
}  // namespace lssm

int main() {
#ifdef __cpp_rtti
  std::cerr << "compiled with RTTI\n";
  return 1;
#endif
  const bool right =
      lssm::type_name<double>() == "double" && lssm::type_name<long double>() == "long double" &&
      lssm::type_name<lssm::plain>() == "plain" && lssm::type_name<lssm::of<lssm::plain, 7>>() == "of<plain>";
  if (!right) std::cerr << lssm::type_name<lssm::of<lssm::plain, 7>>() << '\n';
  return right ? 0 : 1;
}
