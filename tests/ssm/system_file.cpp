// SPDX-License-Identifier: BSD-3-Clause
// Files say which structure they hold, and are read as no other one.
#include <doctest/doctest.h>

#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

using namespace lssm;

namespace {

/// Pairs of complex numbers as two numbers each; nothing but the sizes matters here.
template <int Kind>
struct pairs_of {
  integer states = 2;
  static constexpr integer known_states = dynamic, inputs = 1, outputs = 1;

  template <class T>
  struct parameters {
    std::vector<T> a, b, c;
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c));
    }
  };
  template <class T>
  parameters<T> make() const {
    const std::vector<T> zero(static_cast<std::size_t>(states), T(0));
    return {zero, zero, zero};
  }
  void validate() const {}
  template <class T>
  static void impulse_response(const parameters<T>&, std::span<T> h) {
    for (T& out : h) out = T(Kind);
  }
  template <class T>
  static void pullback(const parameters<T>&, std::span<const T>, parameters<T>&) {}
  friend bool operator==(const pairs_of&, const pairs_of&) = default;
};
struct complex_pairs : pairs_of<1> {};
struct rotations : pairs_of<2> {};
struct renamed : pairs_of<3> {
  static constexpr std::string_view name = "complex_pairs/2";
};
namespace mine {
struct real_diagonal : pairs_of<4> {};  // of another meaning than the library's
}  // namespace mine

/// A shape for each part: a (states, 1), b flat, c of rank 3.
struct shaped : pairs_of<5> {
  template <class T>
  static std::vector<std::vector<std::size_t>> shapes(const parameters<T>& s) {
    return {{s.a.size(), 1}, {s.b.size()}, {1, 1, s.c.size()}};
  }
};
struct misshaped : pairs_of<6> {
  template <class T>
  static std::vector<std::vector<std::size_t>> shapes(const parameters<T>& s) {
    return {{s.a.size()}, {s.b.size()}};
  }
};

template <class S>
using system_of = bound_system<double, S>;

template <class S>
system_of<S> numbers() {
  return {{{1, 2}, {3, 4}, {5, 6}}};
}
template <class X>
bool is_that(const X& x) {
  return x.system.a[1] == 2 && x.system.b[0] == 3 && x.system.c[1] == 6;
}

/// Written as From; as To it is refused, in both formats, by the names of both.
template <class From, class To>
void check_refused(const std::string& from, const std::string& to) {
  const scratch dir;
  save_npz(dir / "x.npz", numbers<From>());
  save_json(dir / "x.json", numbers<From>());
  const std::string words = ": expected the structure '" + to + "', found '" + from + "'";
  CHECK(has(bad_file_of([&] { load_npz<system_of<To>>(dir / "x.npz"); }), ": entry 'structure': byte "));
  CHECK(has(bad_file_of([&] { load_npz<system_of<To>>(dir / "x.npz"); }), words));
  CHECK(has(bad_file_of([&] { load_json<system_of<To>>(dir / "x.json"); }), ": line 1, column 50" + words));
  CHECK(has(bad_file_of([&] { load_npz<given<To>>(dir / "x.npz"); }), words));
  CHECK(has(bad_file_of([&] { load_json<given<To>>(dir / "x.json"); }), words));
  CHECK(is_that(load_npz<system_of<From>>(dir / "x.npz")));
  CHECK(is_that(load_json<system_of<From>>(dir / "x.json")));
}

}  // namespace

static_assert(detail::structure_name<real_diagonal<>>() == "real_diagonal/1" &&
              detail::structure_name<real_diagonal<10, 2, 3>>() == "real_diagonal/1");
static_assert(detail::structure_name<complex_pairs>() == "complex_pairs" &&
              detail::structure_name<pairs_of<1>>() == "pairs_of" &&
              detail::structure_name<mine::real_diagonal>() == "real_diagonal" &&
              detail::structure_name<renamed>() == "complex_pairs/2");
static_assert(detail::identifier_of<std::vector<std::vector<int>>>() == "vector" &&
              detail::identifier_of<int>() == "int" && detail::identifier_of<rotations>() == "rotations");

TEST_CASE("a file is read as the structure that wrote it, and as no other one of the same sizes") {
  check_refused<complex_pairs, real_diagonal<2>>("complex_pairs", "real_diagonal/1");
  check_refused<complex_pairs, real_diagonal<>>("complex_pairs", "real_diagonal/1");
  check_refused<real_diagonal<2>, complex_pairs>("real_diagonal/1", "complex_pairs");
  check_refused<complex_pairs, rotations>("complex_pairs", "rotations");
  check_refused<complex_pairs, renamed>("complex_pairs", "complex_pairs/2");
  check_refused<mine::real_diagonal, real_diagonal<>>("real_diagonal", "real_diagonal/1");
  check_refused<real_diagonal<>, mine::real_diagonal>("real_diagonal/1", "real_diagonal");
}

TEST_CASE("a file that names no structure holds a real_diagonal") {
  npz_writer out;
  for (const char* name : {"a", "b", "c"}) out.add(name, std::vector<double>{1, 2});
  const npz_file file(out.bytes(), "f.npz");
  const json_document document(R"({"a":[1,2],"b":[1,2],"c":[1,2]})", "f.json");
  CHECK(read_arrays<system_of<real_diagonal<>>>(file).system.a == std::vector<double>{1, 2});
  CHECK(read_arrays<system_of<real_diagonal<2>>>(document).system.a[1] == 2);
  CHECK(bad_file_of([&] { static_cast<void>(read_arrays<system_of<complex_pairs>>(file)); }) ==
        "f.npz: entry 'a': byte 60: expected the structure 'complex_pairs' named by a text 'structure', "
        "found none, "
        "as in files of a real_diagonal");
  CHECK(bad_file_of([&] { static_cast<void>(read_arrays<given<renamed>>(document)); }) ==
        "f.json: line 1, column 6: expected the structure 'complex_pairs/2' named by a text 'structure', "
        "found none, "
        "as in files of a real_diagonal");
}

TEST_CASE("a structure that is no text, or another version, is refused") {
  const auto refused = [](const std::string& structure) {
    const json_document document("{\"structure\":" + structure + ",\"a\":[1],\"b\":[1],\"c\":[1]}", "f.json");
    return bad_file_of([&] { static_cast<void>(read_arrays<system_of<real_diagonal<>>>(document)); });
  };
  CHECK(refused("\"real_diagonal/1\"") == "nothing thrown");
  CHECK(refused("\"real_diagonal/2\"") ==
        "f.json: line 1, column 14: expected the structure 'real_diagonal/1', found 'real_diagonal/2'");
  CHECK(refused("1") == "f.json: line 1, column 14: expected text, found a number");
  CHECK(has(refused("\"a\\nb\""), "found 'a\\nb'"));
  CHECK(has(refused("\"\""), "found ''"));
  npz_writer out;
  for (const char* name : {"structure", "a", "b", "c"}) out.add(name, 1.0);
  const npz_file file(out.bytes(), "f.npz");
  CHECK(bad_file_of([&] { static_cast<void>(read_arrays<system_of<real_diagonal<>>>(file)); }) ==
        "f.npz: entry 'structure': byte 20: expected text, found float64");
}

TEST_CASE("shapes in files are those that the structure tells") {
  const scratch dir;
  save_npz(dir / "x.npz", numbers<shaped>());
  const npz_file file(dir / "x.npz");
  using shape = std::vector<std::size_t>;
  CHECK(file.shape("a") == shape{2, 1});
  CHECK(file.shape("b") == shape{2});
  CHECK(file.shape("c") == shape{1, 1, 2});
  CHECK(is_that(load_npz<system_of<shaped>>(dir / "x.npz", shaped{})));
  CHECK(has(bad_argument_of([&] { save_npz(dir / "y.npz", numbers<misshaped>()); }),
            "interchange: shapes(parameters) must be shapes of as many numbers as the parts have, given c"));
  CHECK(dir.files() == 1);
}
