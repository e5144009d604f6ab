// SPDX-License-Identifier: BSD-3-Clause
// Systems, teachers and data in .npz and JSON: the same bits back, other programs' files, and what is refused.
#include <lssm/all.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../tools/standing.hpp"
#include "memory.hpp"
#include "scratch.hpp"

using namespace lssm;

namespace {

using shape_type = std::vector<std::size_t>;

/// A structure of one's own with a full matrix A; its size is a member that no file can tell.
struct full_matrix {
  integer size = 1;
  static constexpr integer inputs = 2, outputs = 1;

  template <class T>
  struct parameters {
    std::vector<T> a, b, c;
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c));
    }
  };
  template <class T>
  parameters<T> make() const {
    const auto n = static_cast<std::size_t>(size);
    return {std::vector<T>(n * n), std::vector<T>(2 * n), std::vector<T>(n)};
  }
  void validate() const {}
  template <class T>
  static void impulse_response(const parameters<T>&, std::span<T>) {}
  template <class T>
  static void pullback(const parameters<T>&, std::span<const T>, parameters<T>&) {}
};

/// Any bits but those of NaN and infinity: denormals, both zeros, the largest.
template <class T>
T any_finite(std::mt19937_64& engine) {
  using bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  for (;;) {
    const T x = std::bit_cast<T>(static_cast<bits>(engine()));
    if (x - x == 0) return x;
  }
}
template <class T>
bool same_bits(const T& x, const T& y) {
  return x == y && std::signbit(x) == std::signbit(y);
}
template <class State>
bool same_bits_everywhere(const State& x, const State& y) {
  bool same = equal_parts(x, y);  // sizes and values
  each_number([&](const auto& v, const auto& w) { same = same && same_bits(v, w); }, x, y);
  return same;
}

template <class T, class Structure>
void comes_back(const Structure& structure) {
  const scratch dir;
  std::mt19937_64 engine(3);
  using system = bound_system<T, Structure>;
  for (int i = 0; i < 20; ++i) {
    system x{structure.template make<T>()};
    each_number([&](T& v) { v = any_finite<T>(engine); }, x);
    save_npz(dir / "x.npz", x);
    save_json(dir / "x.json", x);
    CHECK(same_bits_everywhere(load_npz<system>(dir / "x.npz", structure), x));
    CHECK(same_bits_everywhere(load_json<system>(dir / "x.json", structure), x));
    if constexpr (!std::same_as<Structure, full_matrix>) {  // sizes from the type or the file
      CHECK(same_bits_everywhere(load_npz<system>(dir / "x.npz"), x));
      CHECK(same_bits_everywhere(load_json<system>(dir / "x.json"), x));
    }
  }
  CHECK(dir.files() == 2);
}

template <class T>
labelled<T> small_set(integer n, integer kappa, integer channels, integer outputs, bool linear,
                      bool every = false) {
  std::mt19937_64 engine(4);
  labelled<T> set;
  set.kappa = kappa;
  set.channels = channels;
  set.steps = every ? kappa : 1;
  set.answers = outputs * set.steps;
  const auto numbers = [&](integer count) {
    std::vector<T> out(static_cast<std::size_t>(count));
    for (T& v : out) v = any_finite<T>(engine);
    return out;
  };
  set.x = numbers(n * kappa * channels);
  set.y = numbers(n * set.answers);
  if (linear) set.h_star = numbers(kappa * outputs * channels);
  return set;
}
template <class T>
bool same_set(const labelled<T>& x, const labelled<T>& y) {
  return same_bits_everywhere(x, y) && x.kappa == y.kappa && x.channels == y.channels &&
         x.answers == y.answers && x.steps == y.steps;
}

using doubles = std::vector<double>;
using single = bound_system<double, real_diagonal<>>;
using two_states = bound_system<double, real_diagonal<2>>;
using wide = bound_system<double, real_diagonal<dynamic, 2, 3>>;

npz_writer arrays(const doubles& a, const shape_type& a_shape, const doubles& b, const shape_type& b_shape,
                  const doubles& c, const shape_type& c_shape) {
  npz_writer out;
  out.add<double>("a", a, a_shape).add<double>("b", b, b_shape).add<double>("c", c, c_shape);
  return out;
}
template <class X>
std::string refusal(const npz_writer& out) {
  return bad_file_of([&] { static_cast<void>(read_arrays<X>(npz_file(out.bytes(), "f.npz"))); });
}
template <class X>
std::string refusal(const std::string& text) {
  return bad_file_of([&] { static_cast<void>(read_arrays<X>(json_document(text, "f.json"))); });
}
template <class X>
X from_text(const std::string& text) {
  return read_arrays<X>(json_document(text, "f.json"));
}

}  // namespace

static_assert(Interchangeable<single> && Interchangeable<wide> && Interchangeable<given<real_diagonal<3>>> &&
              Interchangeable<labelled<float>> &&
              Interchangeable<training_set<dynamic, listed<everywhere>, 2>>);
static_assert(!Interchangeable<double> && !Interchangeable<training_set<7, unit<at<0>>>>);

static_assert(InterchangeNumber<float> && InterchangeNumber<double>);
static_assert(!InterchangeNumber<long double> && !InterchangeNumber<int>);

TEST_CASE("the same arrays by name, of either kind of file") {
  const std::vector<double> values{1, -2, 0.1, 4, 5, 1e300};
  const array_shape shape{2, 3};
  json_array_writer json;
  json.add("b", std::span<const double>(values), shape);
  CHECK(json.text() == R"({"b":[[1,-2,0.1],[4,5,1e+300]]})");
  npz_writer npz;
  npz.add("b", std::span<const double>(values), shape);
  const json_document document(json.text());
  const npz_file file(npz.bytes(), "f.npz");
  const auto check = [&](const auto& in) {
    CHECK(in.contains("b"));
    CHECK_FALSE(in.contains("a"));
    CHECK(in.shape("b") == shape);
    CHECK(in.template numbers<double>("b") == values);
    CHECK_THROWS_AS(in.template numbers<float>("b"), bad_file);  // 1e300 is beyond
    CHECK_THROWS_AS(in.refuse("b", "this", "that"), bad_file);
  };
  check(npz_arrays(file));
  check(json_arrays(document));
}

TEST_CASE_TEMPLATE("systems come back bit for bit in both formats", T, float, double) {
  comes_back<T>(real_diagonal<1>{});
  comes_back<T>(real_diagonal<7>{});
  comes_back<T>(real_diagonal<>{1});
  comes_back<T>(real_diagonal<>{7});
  comes_back<T>(real_diagonal<3, 2, 4>{});
  comes_back<T>(real_diagonal<1, 3, 1>{});
  comes_back<T>(real_diagonal<dynamic, 1, 3>{5});
  comes_back<T>(real_diagonal<dynamic, 2, 1>{1});
  comes_back<T>(full_matrix{3});
  comes_back<T>(full_matrix{1});
}

TEST_CASE("shapes are those of A, B and C") {
  const scratch dir;
  wide x{real_diagonal<dynamic, 2, 3>{4}.make<double>()};
  x.system.a = {1, 2, 3, 4};
  x.system.b = {1, 2, 3, 4, 5, 6, 7, 8};
  x.system.c = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  save_npz(dir / "x.npz", x);
  const npz_file file(dir / "x.npz");
  CHECK(file.names() == std::vector<std::string>{"a", "b", "c", "structure"});
  CHECK(file.text("structure") == "real_diagonal/1");
  CHECK(file.shape("a") == shape_type{4});
  CHECK(file.shape("b") == shape_type{4, 2});
  CHECK(file.shape("c") == shape_type{3, 4});
  CHECK(file.read<double, 2>("b")(3, 1) == 8);
  save_json(dir / "x.json", x);
  CHECK(read_file(dir / "x.json") ==
        "{\"a\":[1,2,3,4],\"b\":[[1,2],[3,4],[5,6],[7,8]],\"c\":[[1,2,3,4],[5,6,7,8],[9,10,11,12]],"
        "\"structure\":\"real_diagonal/1\"}\n");
  save_npz(dir / "full.npz", bound_system<double, full_matrix>{full_matrix{3}.make<double>()});
  CHECK(npz_file(dir / "full.npz").shape("a") == shape_type{3, 3});
}

TEST_CASE("npz keeps NaN and infinity, which no loader takes; JSON refuses them and leaves the file alone") {
  const scratch dir;
  single x{
      {{1, std::numeric_limits<double>::quiet_NaN()}, {1, 2}, {-std::numeric_limits<double>::infinity(), 0}}};
  save_npz(dir / "x.npz", x);
  const npz_file kept(dir / "x.npz");
  CHECK(std::bit_cast<std::uint64_t>(kept.read<double>("a").data[1]) ==
        std::bit_cast<std::uint64_t>(x.system.a[1]));
  CHECK(kept.read<double>("c").data[0] == x.system.c[0]);
  CHECK(bad_file_of([&] { load_npz<single>(dir / "x.npz"); }) ==
        dir / "x.npz" + ": entry 'a': element 1: expected a finite number, found nan");
  replace_file(dir / "x.json", "before");
  CHECK(bad_argument_of([&] { save_json(dir / "x.json", x); }) ==
        "save_json: a must be finite (JSON has no other numbers; npz has them), given nan");
  CHECK(read_file(dir / "x.json") == "before");
  CHECK(refusal<single>(R"({"a":[null],"b":[[1]],"c":[[1]]})") ==
        "f.json: line 1, column 7: expected a number, found null");
}

TEST_CASE("a system that does not fit together is not saved") {
  const scratch dir;
  CHECK(bad_argument_of([&] { save_npz(dir / "x", single{}); }) ==
        "save: a must be of at least one state, given 0");
  CHECK(bad_argument_of([&] {
          save_npz(dir / "x", single{{{1, 2}, {1}, {1, 2}}});
        }) == "save: b must be of 2 numbers, given 1");
  CHECK(bad_argument_of([&] {
          save_json(dir / "x", wide{{{1}, {1, 2}, {1}}});
        }) == "save: c must be of 3 numbers, given 1");
  CHECK(bad_argument_of([&] {
          save_npz(dir / "x", given<real_diagonal<>>{{2}, {{1}, {1}, {1}}});
        }) == "given: a must be 2 numbers, given 1");
  CHECK(dir.files() == 0);
}

TEST_CASE(
    "what NumPy users write is read: integers, axes left out, Fortran's order, other arrays beside these") {
  npz_writer out;
  out.add("a", std::vector<std::int64_t>{1, 0}).add("b", std::vector<float>{0.5F, 0.25F});
  out.add("c", std::vector<std::uint8_t>{3, 255}).add("note", std::vector<std::uint8_t>{1});
  const auto x = read_arrays<single>(npz_file(out.bytes(), "f"));
  CHECK(x.system.a == doubles{1, 0});
  CHECK(x.system.b == doubles{0.5, 0.25});
  CHECK(x.system.c == doubles{3, 255});
  // d = 1: also single numbers.
  npz_writer one;
  one.add("a", 0.5).add("b", std::int8_t{-2}).add("c", std::uint64_t{7});
  CHECK(read_arrays<single>(npz_file(one.bytes(), "f")).system.b == doubles{-2});
  CHECK(from_text<two_states>(R"({"c":[1,2],"a":[0.5,2e-1],"b":[[3],[4]],"name":"t"})").system.b ==
        std::array<double, 2>{3, 4});

  // numpy.savez(file, b=numpy.asfortranarray([[1, 2], [3, 4]])), c and a as usual
  std::string b = to_npy<double>(doubles{1, 3, 2, 4}, shape_type{2, 2});
  b.replace(b.find("False, "), 7, "True,  ");
  detail::zip_writer zip;
  zip.add("a.npy", to_npy<double>(doubles{1, 2}, shape_type{2}));
  zip.add("b.npy", b);
  zip.add("c.npy", to_npy<double>(doubles{1, 2, 3, 4, 5, 6}, shape_type{3, 2}));
  CHECK(read_arrays<wide>(npz_file(zip.bytes(), "f")).system.b == doubles{1, 2, 3, 4});
}

TEST_CASE("numbers become the nearest of the scalar asked for; those beyond its range are refused") {
  using narrow = bound_system<float, real_diagonal<>>;
  const auto file = [](double v) { return arrays({v}, {1}, {1}, {1, 1}, {1}, {1, 1}); };
  const auto in_float = [&](double v) {
    return read_arrays<narrow>(npz_file(file(v).bytes(), "f.npz")).system.a[0];
  };
  CHECK(in_float(0.1) == 0.1F);
  CHECK(in_float(1 + 0x1p-24) == 1);  // a tie
  CHECK(in_float(0x1p-149) == 0x1p-149F);
  CHECK(refusal<narrow>(file(std::numeric_limits<double>::infinity())) ==
        "f.npz: entry 'a': element 0: expected a finite number, found inf");
  CHECK(from_text<narrow>(R"({"a":[0.1],"b":[[1]],"c":[[1]]})").system.a[0] == 0.1F);
  CHECK(refusal<narrow>(file(1e39)) ==
        "f.npz: entry 'a': element 0: expected a number in the range of float32, found 1e+39");
  CHECK(has(refusal<narrow>(file(-1e-60)), "expected a number in the range of float32, found -1e-60"));
  CHECK(refusal<narrow>(R"({"a":[1e39],"b":[[1]],"c":[[1]]})") ==
        "f.json: line 1, column 7: expected a number in range, found '1e39'");
  CHECK(has(refusal<narrow>(R"({"a":[1e-60],"b":[[1]],"c":[[1]]})"), "expected a number in range"));
  // The other way is exact.
  npz_writer out;
  out.add("a", std::vector<float>{0.1F}).add("b", 1.0F).add("c", 1.0F);
  CHECK(read_arrays<single>(npz_file(out.bytes(), "f")).system.a[0] == double{0.1F});
}

TEST_CASE("a size in the type must be the file's") {
  const auto three = arrays({1, 2, 3}, {3}, {1, 2, 3}, {3, 1}, {1, 2, 3}, {1, 3});
  CHECK(read_arrays<single>(npz_file(three.bytes(), "f")).system.a.size() == 3);
  CHECK(refusal<two_states>(three) == "f.npz: entry 'a': byte 60: expected the shape (2,), found (3,)");
  CHECK(refusal<two_states>(R"({"a":[1,2,3],"b":[[1],[2],[3]],"c":[[1,2,3]]})") ==
        "f.json: line 1, column 6: expected the shape (2,), found (3,)");
  // A size that a description holds at run time, too.
  auto full = arrays({1, 2, 3, 4}, {2, 2}, {1, 2, 3, 4}, {2, 2}, {1, 2}, {1, 2});
  full.add_text("structure", "full_matrix");
  CHECK(bad_file_of([&] {
          static_cast<void>(
              read_arrays<bound_system<double, full_matrix>>(npz_file(full.bytes(), "f"), full_matrix{3}));
        }) == "f: entry 'a': byte 60: expected the shape (3, 3), found (2, 2)");
  CHECK(bad_file_of([] { load_npz<single>("/none"); }) == "/none: cannot open: No such file or directory");
  CHECK(has(bad_file_of([&] {
              static_cast<void>(read_arrays<single>(npz_file(three.bytes(), "f"), real_diagonal<>{4}));
            }),
            "expected the shape (4,), found (3,)"));
}

TEST_CASE("arrays that do not fit each other are refused, by place") {
  CHECK(refusal<single>(arrays({1, 2}, {2}, {1, 2, 3}, {3, 1}, {1, 2}, {1, 2})) ==
        "f.npz: entry 'b': byte 60: expected the shape (2, 1), found (3, 1)");
  CHECK(has(refusal<wide>(arrays({1, 2}, {2}, {1, 2, 3, 4}, {4}, {1, 2, 3, 4, 5, 6}, {3, 2})),
            "entry 'b': byte 60: expected the shape (2, 2), found (4,)"));
  CHECK(has(refusal<wide>(arrays({1, 2}, {2}, {1, 2, 3, 4}, {2, 2}, {1, 2, 3, 4, 5, 6}, {2, 3})),
            "entry 'c': byte 60: expected the shape (3, 2), found (2, 3)"));
  CHECK(has(refusal<single>(arrays({}, {0}, {}, {0, 1}, {}, {1, 0})),
            "entry 'a': byte 60: expected the shape (d,) of at least one state, found (0,)"));
  CHECK(has(refusal<single>(arrays({1}, {1, 1}, {1}, {1}, {1}, {1})), "at least one state, found (1, 1)"));
  npz_writer lacking;
  lacking.add("a", 1.0).add("b", 1.0);
  CHECK(refusal<single>(lacking) == "f.npz: has no entry 'c', only 'a', 'b'");
  CHECK(refusal<single>("{\"a\": [1],\n \"b\": [[1]]}") ==
        "f.json: line 1, column 1: expected the key 'c' in this object, found none");
  CHECK(refusal<single>("[1]") == "f.json: line 1, column 1: expected an object, found an array");
  CHECK(refusal<wide>("{\"a\":[1,2],\n\"b\":[[1,2],[3]],\"c\":[]}") ==
        "f.json: line 2, column 12: expected as many members as its neighbours, 2, found 1");
  CHECK(refusal<wide>(R"({"a":[1,2],"b":[[1,2],3],"c":[]})") ==
        "f.json: line 1, column 23: expected an array, found a number");
  CHECK(refusal<single>(R"({"a":[1,"2"],"b":[1,2],"c":[1,2]})") ==
        "f.json: line 1, column 9: expected a number, found text");
  CHECK(has(refusal<single>(R"({"a":[1,[2]],"b":[1,2],"c":[1,2]})"), "expected a number, found an array"));
  CHECK(has(refusal<single>(R"({"a":[],"b":[],"c":[]})"), "at least one state, found (0,)"));
  CHECK(has(refusal<single>(R"({"a":[1],"b":[[]],"c":[1]})"), "expected the shape (1, 1), found (1, 0)"));
}

TEST_CASE("a teacher from a file is the one that was saved, and teaches") {
  const scratch dir;
  const given<real_diagonal<>> teacher{{2}, {{0.9, 0.1}, {1, 2}, {3, 4}}};
  save_npz(dir / "t.npz", teacher);
  save_json(dir / "t.json", teacher);
  CHECK(load_npz<given<real_diagonal<>>>(dir / "t.npz") == teacher);
  CHECK(load_json<given<real_diagonal<>>>(dir / "t.json") == teacher);
  CHECK(load_json<given<real_diagonal<2>>>(dir / "t.json").values.b == std::array<double, 2>{1, 2});
  CHECK(has(bad_file_of([&] { static_cast<void>(load_json<given<real_diagonal<3>>>(dir / "t.json")); }),
            "t.json: line 1, column 6: expected the shape (3,), found (2,)"));
  // A student's file and a teacher's are one format.
  save_npz(dir / "s.npz", teacher.bind<double>());
  CHECK(read_file(dir / "s.npz") == read_file(dir / "t.npz"));

  using student = ssm<real_diagonal<4>, learn<state_matrix>>;
  using study = teacher_student<student, given<real_diagonal<>>, training_set<5, unit<at<0>>>>;
  const auto bound = bind<double>(study{.teacher = load_npz<given<real_diagonal<>>>(dir / "t.npz")}, 1);
  CHECK(bound.data.y[0] == doctest::Approx(3 * 0.6561 + 8 * 0.0001));
}

TEST_CASE_TEMPLATE("labelled data come back bit for bit", T, float, double) {
  const scratch dir;
  for (const bool linear : {false, true})
    for (const integer n : {1, 3})
      for (const integer kappa : {1, 2, 7})
        for (const integer channels : {1, 2})
          for (const integer outputs : {1, 4})
            for (const bool every : {false, true}) {
              const labelled<T> set = small_set<T>(n, kappa, channels, outputs, linear, every);
              save_npz(dir / "s.npz", set);
              save_json(dir / "s.json", set);
              CHECK(same_set(load_npz<labelled<T>>(dir / "s.npz"), set));
              CHECK(same_set(load_json<labelled<T>>(dir / "s.json"), set));
            }
  save_npz(dir / "s.npz", small_set<T>(3, 2, 1, 1, true));
  const npz_file file(dir / "s.npz");
  CHECK(file.shape("x") == shape_type{3, 2, 1});
  CHECK(file.shape("y") == shape_type{3});
  CHECK(file.shape("h_star") == shape_type{2, 1});

  save_npz(dir / "p.npz", small_set<T>(3, 2, 1, 4, true));
  CHECK(npz_file(dir / "p.npz").shape("y") == shape_type{3, 4});
  CHECK(npz_file(dir / "p.npz").shape("h_star") == shape_type{2, 4, 1});
  save_npz(dir / "every.npz", small_set<T>(3, 2, 1, 4, false, true));
  CHECK(npz_file(dir / "every.npz").shape("y") == shape_type{3, 2, 4});
  auto odd = small_set<T>(3, 4, 1, 1, false);
  odd.steps = 2;
  CHECK(bad_argument_of([&] { save_npz(dir / "odd.npz", odd); }) ==
        "save: steps must be 1, the last, or 4, each with as many answers, given 2");
}

TEST_CASE("a study goes on with data from a file as with its own") {
  const scratch dir;
  using student = ssm<real_diagonal<3>, learn<state_matrix>>;
  using study = teacher_student<student, theorem1_teacher<3>, training_set<4, gaussian<everywhere>>>;
  auto one = bind<double>(study{}, 5), other = bind<double>(study{}, 6);
  save_npz(dir / "data.npz", one.data);
  other.data = load_npz<labelled<double>>(dir / "data.npz");
  other.rebuild();
  CHECK(tests::standing(other.objective).value(one.theta) == tests::standing(one.objective).value(one.theta));

  // Inputs alone: the teacher labels them.
  using inputs = training_set<4, listed<everywhere>>;
  const auto set = load_npz<inputs>(dir / "data.npz");
  CHECK(set.sequences.values == one.data.x);
  const auto third = bind<double>(teacher_student<student, theorem1_teacher<3>, inputs>{.data = set}, 7);
  CHECK(third.data.y == one.data.y);
  save_json(dir / "inputs.json", set);
  CHECK(load_json<training_set<dynamic, listed<everywhere>>>(dir / "inputs.json").length == 4);
  CHECK(load_json<inputs>(dir / "inputs.json") == set);
}

TEST_CASE_TEMPLATE("numbers that are not finite are refused by array and element, in every kind of file", T,
                   float, double) {
  for (const T bad : {std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(),
                      std::numeric_limits<T>::quiet_NaN()}) {
    const std::string found = ": expected a finite number, found " + digits(bad);
    for (const std::string place : {"a", "b", "c"}) {
      npz_writer out;
      for (const std::string name : {"a", "b", "c"})
        out.add(name, std::vector<T>{1, name == place ? bad : 2});
      CHECK(refusal<single>(out) == "f.npz: entry '" + place + "': element 1" + found);
      CHECK(refusal<given<real_diagonal<2>>>(out) == "f.npz: entry '" + place + "': element 1" + found);
    }
    for (const std::string place : {"x", "y", "h_star"}) {
      npz_writer out;
      const auto numbers = [&](const std::string& name) {
        return std::vector<T>{1, 2, name == place ? bad : 3};
      };
      out.add<T>("x", numbers("x"), shape_type{3, 1}).add("y", numbers("y"));
      out.add<T>("h_star", std::vector<T>{numbers("h_star")[2]}, shape_type{1});
      const std::string element = place == "h_star" ? "0" : "2";
      CHECK(refusal<labelled<T>>(out) == "f.npz: entry '" + place + "': element " + element + found);
      if (place == "x")
        CHECK(refusal<training_set<dynamic, listed<everywhere>>>(out) ==
              "f.npz: entry 'x': element 2" + found);
    }
    npz_writer out;
    out.add("v", std::vector<T>{bad});
    const npz_file file(out.bytes(), "f.npz");
    CHECK(bad_file_of([&] { static_cast<void>(npz_arrays(file).numbers<double>("v")); }) ==
          "f.npz: entry 'v': element 0" + found);
  }
  for (const char* bad : {"null", "1e400", "-1e400", "NaN", "Infinity", "-Infinity", "inf", "\"inf\""})
    CHECK(has(refusal<labelled<T>>(std::string("{\"x\":[[1]],\"y\":[") + bad + "]}"),
              "f.json: line 1, column 1"));
}

TEST_CASE("an array of JSON takes the memory of its numbers, not of what it claims to hold") {
  // A row of many numbers, then many rows of none: 2000 times 2000 numbers are claimed, and 2000 are there.
  std::string text = "{\"x\":[[0";
  for (int i = 1; i < 2000; ++i) text += ",0";
  text += "]";
  for (int i = 1; i < 2000; ++i) text += ",[]";
  text += "],\"y\":[0]}";
  const json_document document(text, "f.json");
  const std::size_t most = memory::peak_of([&] {
    CHECK(has(bad_file_of([&] { static_cast<void>(json_arrays(document).numbers<double>("x")); }),
              "as many members as its neighbours, 2000, found 0"));
  });
  CHECK(most < 4 * text.size());
}

TEST_CASE("an array of a name is written once, and texts stand beside arrays") {
  json_array_writer json;
  const array_shape shape{1};
  const std::vector<double> one{1};
  json.add<double>("a", one, shape).add_text("t", "x\"");
  CHECK(bad_argument_of([&] { json.add<double>("a", one, shape); }) ==
        "json_array_writer::add: name must be new, given a");
  CHECK(bad_argument_of([&] { json.add_text("a", "x"); }) ==
        "json_array_writer::add: name must be new, given a");
  CHECK(json.text() == R"({"a":[1],"t":"x\""})");
  const json_document document(json.text());
  CHECK(json_arrays(document).text("t") == "x\"");
}

TEST_CASE("data that do not fit together are refused, by place") {
  using set = labelled<double>;
  CHECK(from_text<set>(R"({"x":[[1,2]],"y":[3]})").inputs().shape()[2] == 1);
  CHECK(from_text<set>(R"({"x":[[1,2],[3,4]],"y":[[3],[4]]})").answers == 1);
  CHECK(from_text<set>(R"({"x":[[1,2]],"y":[3],"h_star":[5,6]})").h_star == doubles{5, 6});
  CHECK(refusal<set>(R"({"x":[1,2],"y":[3]})") ==
        "f.json: line 1, column 6: expected the shape (N, kappa, m), none of them 0, found (2,)");
  CHECK(has(refusal<set>(R"({"x":[],"y":[]})"), "none of them 0, found (0,)"));
  CHECK(has(refusal<set>(R"({"x":[[],[]],"y":[1,2]})"), "none of them 0, found (2, 0)"));
  CHECK(refusal<set>(R"({"x":[[1,2]],"y":[3,4]})") ==
        "f.json: line 1, column 18: expected a label or a row of labels for each of 1 sequences, or a row "
        "for each of their 2 steps, found the shape (2,)");
  CHECK(from_text<set>(R"({"x":[[1,2]],"y":[[[3,4,5],[6,7,8]]]})").steps == 2);
  CHECK(from_text<set>(R"({"x":[[1,2]],"y":[[[3,4,5],[6,7,8]]]})").outputs() == 3);
  CHECK(has(refusal<set>(R"({"x":[[1,2]],"y":[[[3],[4],[5]]]})"), "found the shape (1, 3, 1)"));
  CHECK(has(refusal<set>(R"({"x":[[1,2]],"y":[[]]})"), "found the shape (1, 0)"));
  CHECK(has(refusal<set>(R"({"x":[[1,2]],"y":3})"), "found the shape ()"));
  CHECK(has(refusal<set>(R"({"x":[[1,2]],"y":[3],"h_star":[1,2,3]})"),
            "expected the shape (2, 1), found (3,)"));
  CHECK(has(refusal<set>(R"({"x":[[1,2]]})"), "expected the key 'y' in this object, found none"));
  npz_writer huge;  // a shape with a zero holds no elements, whatever the other sizes claim
  huge.add<double>("x", {}, shape_type{std::size_t{1} << 62, 0, 1}).add("y", 1.0);
  CHECK(has(refusal<set>(huge), "entry 'x': byte 60: expected the shape (N, kappa, m), none of them 0"));

  using inputs = training_set<3, listed<everywhere>, 2>;
  CHECK(refusal<inputs>(R"({"x":[[[1,2],[3,4]]]})") ==
        "f.json: line 1, column 6: expected the shape (N, 3, 2), none of them 0, found (1, 2, 2)");
  CHECK(has(refusal<inputs>(R"({"x":[[1,2,3]]})"), "found (1, 3)"));

  const scratch dir;
  labelled<double> odd = small_set<double>(2, 3, 1, 1, false);
  odd.x.pop_back();
  CHECK(bad_argument_of([&] { save_npz(dir / "x", odd); }) == "save: x must be of 6 numbers, given 5");
  odd = small_set<double>(2, 3, 1, 1, true);
  odd.h_star.pop_back();
  CHECK(bad_argument_of([&] { save_npz(dir / "x", odd); }) ==
        "save: h_star must be empty or of 3 numbers, given 2");
  CHECK(bad_argument_of([&] { save_npz(dir / "x", labelled<double>{}); }) ==
        "save: labels must be of at least one sequence, given 0");
  CHECK(dir.files() == 0);
}
