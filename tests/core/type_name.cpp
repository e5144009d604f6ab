// SPDX-License-Identifier: BSD-3-Clause
// Names of types in files: without sizes, the same by every compiler.
#include <lssm/core/type_name.hpp>

#include <doctest/doctest.h>

#include <lssm/core.hpp>

using namespace lssm;

namespace {
template <integer, class...>
struct sized {};
template <class...>
struct pair_of {};
struct my_lssm {};
}  // namespace

TEST_CASE("scalars are told apart by name, whatever their size") {
  CHECK(type_name<float>() == "float");
  CHECK(type_name<double>() == "double");
  CHECK(type_name<long double>() == "long double");
  CHECK(type_name<dual<double>>() == "dual<double>");
#if defined(__SIZEOF_FLOAT128__)
  static_assert(sizeof(quad) == sizeof(long double));
  CHECK(type_name<quad>() == "quad");
#endif
}

TEST_CASE("sizes are left out, types are not") {
  CHECK(type_name<extent<5>>() == "extent<>");
  CHECK(type_name<extent<dynamic>>() == "extent<>");
  CHECK(type_name<sized<-2, float>>() == "(anonymous namespace)::sized<float>");
  CHECK(type_name<sized<7>>() == "(anonymous namespace)::sized<>");
  CHECK(type_name<pair_of<extent<3>, float, extent<dynamic>>>() ==
        "(anonymous namespace)::pair_of<extent<>, float, extent<> >");
  CHECK(type_name<pair_of<my_lssm>>() == "(anonymous namespace)::pair_of<(anonymous namespace)::my_lssm>");
  CHECK(detail::without_sizes("lssm::a<1l, 2ul, lssm::b, -3>") == "a<b>");
  CHECK(detail::without_sizes("my_lssm::a<12x>") == "my_lssm::a<12x>");
}
