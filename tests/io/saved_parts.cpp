// SPDX-License-Identifier: BSD-3-Clause
// States to and from files, in every scalar, bit for bit and never in part.
#include <lssm/io/saved_parts.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <lssm/core/pack.hpp>
#include <lssm/core/status.hpp>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace lssm;

namespace {

template <class T>
struct inner {
  T time{};
  std::int64_t steps = 0;
  static constexpr auto parts(auto& s) { return std::tuple(part("time", s.time), part("steps", s.steps)); }
};

template <class T>
struct state {
  vec<T> a;
  vec<T, 2> b{};
  inner<T> in;
  std::vector<inner<float>> many;
  bool flag = false;
  status ended = status::running;
  static constexpr auto parts(auto& s) {
    return std::tuple(part("a", s.a), part("b", s.b), part("in", s.in), part("many", s.many),
                      part("flag", s.flag), part("ended", s.ended));
  }
};

/// The first part of a state.
template <class T>
struct first_part {
  vec<T> a;
  static constexpr auto parts(auto& s) { return std::tuple(part("a", s.a)); }
};

template <class T>
state<T> filled(T x) {
  return {{x, T(1) / x, x * x}, {T(0), -x}, {x + x, 7}, {{1.5F, -1}, {2.5F, 3}}, true, status::horizon};
}
template <class T>
state<T> empty() {
  state<T> s;
  s.a.resize(3);
  s.many.resize(2);
  return s;
}

template <class T>
T back(const T& x) {
  using layout = detail::planes<T>;
  typename layout::element stored[layout::count];
  layout::split(x, stored);
  CHECK(layout::valid(stored));
  return layout::join(stored);
}

}  // namespace

TEST_CASE_TEMPLATE("a state comes back", T, double, long double) {
  const scratch dir;
  const state<T> saved = filled(T(1) / T(3));
  save_parts(dir / "s.npz", saved);
  state<T> loaded = empty<T>();
  load_parts(dir / "s.npz", loaded);
  CHECK(equal_parts(loaded, saved));
  CHECK(loaded.flag);
  CHECK(loaded.ended == status::horizon);
  CHECK(loaded.many[0].steps == -1);
}

TEST_CASE("elements of several numbers come back") {
#if defined(__SIZEOF_FLOAT128__)
  const inner<dual<quad>> saved{{quad(1) / 3, quad(1) / 7}, 5};
  inner<dual<quad>> loaded;
  load_parts(npz_file(to_npz(saved).bytes(), "f"), loaded);
  CHECK((loaded.time.v == quad(1) / 3));
  CHECK((loaded.time.e == quad(1) / 7));
  CHECK(loaded.steps == 5);
#endif
  const dual<float> single = back(dual<float>{0.1F, 0.2F});
  CHECK(single.v == 0.1F);
  CHECK(single.e == 0.2F);
}

TEST_CASE("packs come back lane by lane") {
  using P = pack<double>;
  P x(2);
  for (std::size_t i = 0; i < lanes_of<P>; ++i) scalar_traits<P>::set(x, i, 1.0 / static_cast<double>(i + 1));
  const P y = back(x);
  for (std::size_t i = 0; i < lanes_of<P>; ++i)
    CHECK(scalar_traits<P>::get(y, i) == 1.0 / static_cast<double>(i + 1));
  const npz_file file(to_npz(inner<P>{x, 1}).bytes(), "f");
  CHECK(file.contains("time.lane0"));
  CHECK(file.contains("steps"));
}

TEST_CASE("arrays are named by the paths of the leaves") {
  const npz_file plain(to_npz(filled(2.0)).bytes(), "f");
  CHECK(plain.names() == std::vector<std::string>{"a", "b", "in.time", "in.steps", "many.0.time",
                                                  "many.0.steps", "many.1.time", "many.1.steps", "flag",
                                                  "ended"});
  CHECK(plain.read<double>("a").data == std::vector<double>{2, 0.5, 4});
  CHECK(plain.read<std::int64_t>("in.steps").data == std::vector<std::int64_t>{7});
  const npz_file wide(to_npz(filled(1.0L / 3)).bytes(), "f");
  if (detail::is_wide_float<long double>) {
    CHECK(wide.read<double>("a.hi").data[0] == 1.0 / 3);  // the nearest double, for NumPy
    CHECK(wide.read<double>("a.lo").data[0] ==
          static_cast<double>(1.0L / 3 - static_cast<long double>(1.0 / 3)));
    CHECK(wide.read<double>("a.exponent").data[0] == 0);
  }
  const npz_file duals(to_npz(inner<dual<double>>{{4, 6}, 1}).bytes(), "f");
  CHECK(duals.read<double>("time.value").data[0] == 4);
  CHECK(duals.read<double>("time.derivative").data[0] == 6);
}

TEST_CASE_TEMPLATE("wide numbers lose nothing over their whole range", T, long double
#if defined(__SIZEOF_FLOAT128__)
                   ,
                   quad
#endif
) {
  const T third = T(1) / T(3);
  T x = third;
  for (int n = 0; n < 16300; n += 7, x = x * T(128)) CHECK((back(x) == x));
  x = third;
  for (int n = 0; n < 16500; n += 7, x = x / T(128)) CHECK((back(-x) == -x));
  CHECK((back(T(0)) == T(0)));
  CHECK(std::signbit(static_cast<double>(back(T(0) * T(-1)))));
  CHECK((back(T(std::numeric_limits<double>::infinity())) > T(1)));
  CHECK((back(T(-std::numeric_limits<double>::infinity())) < T(-1)));
  const T nan = back(T(std::numeric_limits<double>::quiet_NaN()));
  CHECK((nan != nan));
  CHECK((back(T(std::numeric_limits<double>::max()) * T(2)) == T(std::numeric_limits<double>::max()) * T(2)));
}

TEST_CASE("another state's file is refused and the state stays as it is") {
  const std::string saved = to_npz(filled(2.0)).bytes();
  const auto refusal = [](auto state, const std::string& bytes) {
    const auto before = state;
    std::string message = bad_file_of([&] { load_parts(npz_file(bytes, "f.npz"), state); });
    CHECK(equal_parts(state, before));
    return message;
  };
  auto longer = empty<double>();
  longer.a.resize(4);
  CHECK(refusal(longer, saved) == "f.npz: entry 'a': byte 60: expected the shape (4,), found (3,)");
  CHECK(has(refusal(first_part<float>{vec<float>(3)}, to_npz(first_part<double>{vec<double>(3)}).bytes()),
            "f.npz: entry 'a': byte 20: expected elements of type float32, found float64"));
  CHECK(refusal(first_part<double>{vec<double>(3)}, saved) ==
        "f.npz: entry 'b' belongs to no part of this state");
  auto fewer = empty<double>();
  fewer.many.resize(1);
  CHECK(refusal(fewer, saved) == "f.npz: entry 'many.1.time' belongs to no part of this state");
  auto more = empty<double>();
  more.many.resize(3);
  CHECK(has(refusal(more, saved), "f.npz: has no entry 'many.2.time'"));
  CHECK(has(refusal(empty<double>(), saved.substr(0, saved.size() - 1)), "cut off"));
}

TEST_CASE("several states in one file are loaded all or none") {
  const inner<double> first{0.5, 1}, second{0.25, 2};
  npz_writer out;
  add_parts(add_parts(out, "first", first), "second", second).add("note", 7);
  const npz_file file(out.bytes(), "f");
  CHECK(file.names() ==
        std::vector<std::string>{"first.time", "first.steps", "second.time", "second.steps", "note"});

  inner<double> x, y;
  load_parts(file, "second", x);
  CHECK(equal_parts(x, second));
  x = {};
  inner<float> narrow;
  parts_loader in(file);
  CHECK(in.load("first", x).read("second", y).steps == 2);
  CHECK(has(bad_file_of([&] { in.load("second", narrow); }),
            "entry 'second.time': byte 20: expected elements"));
  CHECK(bad_file_of([&] { in.expect_no_others(); }) == "f: entry 'note' belongs to no part of this state");
  in.expect_no_others("second.");
  CHECK(bad_file_of([&] { parts_loader(file).expect_no_others("second."); }) ==
        "f: entry 'second.time' belongs to no part of this state");
  CHECK(in.read_array<int>("note").data[0] == 7);
  in.expect_no_others();
  CHECK(equal_parts(x, inner<double>{}));
  bool told = false;
  in.load("second", y).then([&] { told = x.steps == 1 && y.steps == 2; });
  CHECK(y.steps == 0);
  in.commit();
  CHECK(equal_parts(x, first));
  CHECK(equal_parts(y, second));
  CHECK(told);
}

TEST_CASE("numbers that no element can be are refused") {
  npz_writer out;
  out.add("time.hi", std::vector<double>{1}).add("time.lo", std::vector<double>{0});
  out.add("time.exponent", std::vector<double>{0.5}).add("steps", std::vector<std::int64_t>{1});
  inner<long double> wide{3, 4};
  if (detail::is_wide_float<long double> && std::numeric_limits<long double>::digits == 64) {
    CHECK(bad_file_of([&] { load_parts(npz_file(out.bytes(), "f"), wide); }) ==
          "f: entry 'time': element 0 is no number of its type");
    CHECK(wide.time == 3);
  }
}
