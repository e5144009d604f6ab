// SPDX-License-Identifier: BSD-3-Clause
// Philox against Random123's published vectors, TensorFlow's stream against its own words and weights, and what both
// counter-based streams promise: random access, one order for all, positions, pairs that are never shared.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/core.hpp>
#include <string>
#include <vector>

using namespace lssm;

namespace {

using words = std::array<std::uint32_t, 4>;

static_assert(philox4x32({0, 0, 0, 0}, {0, 0}) == words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(RestartableStream<tensorflow_stateless> && RestartableStream<keyed_stream>);
static_assert(RandomStream<numpy_legacy> && !RestartableStream<numpy_legacy>);

template <class Stream>
std::vector<double> normals(Stream stream, std::size_t count) {
  std::vector<double> values(count);
  for (double& x : values) x = stream.normal();
  return values;
}
template <class Stream>
std::vector<double> uniforms(Stream stream, std::size_t count) {
  std::vector<double> values(count);
  for (double& x : values) x = stream.uniform();
  return values;
}

/// Within one unit in the last place of a float.
void near_to(const std::vector<double>& values, const std::vector<double>& expected) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto x = static_cast<float>(expected[i]);
    const float ulp = std::nextafter(std::abs(x), 10.0F) - std::abs(x);
    CHECK(std::abs(values[i] - expected[i]) <= static_cast<double>(ulp));
    CHECK(values[i] == static_cast<double>(static_cast<float>(values[i])));
  }
}

template <class Stream>
std::vector<std::string> leaves(const typename Stream::position& position) {
  std::vector<std::string> names;
  for_each_leaf(position, [&](const std::string& name, auto) { names.push_back(name); });
  return names;
}

}  // namespace

TEST_CASE("Philox4x32-10 has the words that Random123 publishes") {
  const std::uint32_t all = 0xffffffff;
  CHECK(philox4x32({all, all, all, all}, {all, all}) ==
        words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("TensorFlow's stream: its words, as uniforms of their low 23 bits, and Keras' first weights") {
  CHECK(philox4x32({105, 0, 0, 0}, {0x3ec8f720, 0x02461e29}) ==
        words{0x5a2c42be, 0x901715e6, 0x18acdce4, 0x53730b68});
  std::vector<double> expected;
  for (const std::uint32_t word : {0xe6fcd11dU, 0x853fec2cU, 0xf5f89845U, 0x20b14223U})
    expected.push_back(static_cast<double>(word & 0x7fffffU) / 8388608.0);
  CHECK(uniforms(tensorflow_stateless(105), 4) == expected);
  near_to(normals(tensorflow_stateless(105), 4), {0.000853247766, -0.224421248, 0.228584006, -0.258722812});
  near_to(normals(tensorflow_stateless(4541), 4), {-0.461668342, -0.888587236, 0.369354665, 1.3294915});
  near_to(normals(tensorflow_stateless(4542), 4), {-0.0863547027, -0.881967783, -1.67832386, 1.36421287});
  CHECK(tensorflow_stateless(4541).seed() == 4541);
  // The upper half of a seed counts.
  CHECK(uniforms(tensorflow_stateless(105), 4) != uniforms(tensorflow_stateless(105 + (1ULL << 32)), 4));
}

TEST_CASE("a keyed stream: two words make a uniform of 53 bits, two uniforms a pair of normals") {
  const double u =
      (static_cast<double>(0x6627e8d5 >> 5) * 67108864.0 + static_cast<double>(0xe169c58d >> 6)) /
      9007199254740992.0;
  const double v =
      (static_cast<double>(0xbc57ac4c >> 5) * 67108864.0 + static_cast<double>(0x9b00dbd8 >> 6)) /
      9007199254740992.0;
  CHECK(uniforms(keyed_stream(0), 2) == std::vector<double>{u, v});
  const long double radius = std::sqrt(-2 * std::log(1 - static_cast<long double>(u)));
  const long double angle = 2 * std::acos(-1.0L) * static_cast<long double>(v);
  const auto pair = normals(keyed_stream(0), 2);
  CHECK(pair[0] == doctest::Approx(static_cast<double>(radius * std::cos(angle))).epsilon(1e-14));
  CHECK(pair[1] == doctest::Approx(static_cast<double>(radius * std::sin(angle))).epsilon(1e-14));
  // Seed, run and purpose, each with its own words of key and counter.
  const words mixed = philox4x32({0, 0, 9, 8}, {7, 1});
  const double first =
      (static_cast<double>(mixed[0] >> 5) * 67108864.0 + static_cast<double>(mixed[1] >> 6)) /
      9007199254740992.0;
  const keyed_stream stream(7 + (1ULL << 32), 8, 9);
  CHECK(uniforms(stream, 1) == std::vector<double>{first});
  CHECK((stream.seed() == 7 + (1ULL << 32) && stream.run() == 8 && stream.purpose() == 9));
}

// 10^5 draws: the bounds are six standard deviations wide.
TEST_CASE_TEMPLATE("normals have the moments of normals, and neighbours are uncorrelated", Stream,
                   tensorflow_stateless, keyed_stream) {
  const std::size_t n = 100000;
  const auto z = normals(Stream(12), n), u = uniforms(Stream(12), n);
  double mean = 0, square = 0, fourth = 0, next = 0, middle = 0;
  bool inside = true;
  for (std::size_t i = 0; i < n; ++i) {
    mean += z[i];
    square += z[i] * z[i];
    fourth += z[i] * z[i] * z[i] * z[i];
    next += i == 0 ? 0 : z[i] * z[i - 1];
    middle += u[i];
    inside = inside && u[i] >= 0 && u[i] < 1;
  }
  const double count = static_cast<double>(n), six = 6 / std::sqrt(count);
  CHECK(inside);
  CHECK(std::abs(mean / count) < six);
  CHECK(std::abs(square / count - 1) < six * std::sqrt(2.0));
  CHECK(std::abs(fourth / count - 3) < six * std::sqrt(96.0));
  CHECK(std::abs(next / count) < six);
  CHECK(std::abs(middle / count - 0.5) < six * std::sqrt(1 / 12.0));
}

TEST_CASE_TEMPLATE("entry i, skips and restarts agree with drawing one after the other", Stream,
                   tensorflow_stateless, keyed_stream) {
  const auto z = normals(Stream(3), 40), u = uniforms(Stream(3), 40);
  const Stream stream(3);
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK(stream.normal_at(i) == z[i]);
    CHECK(stream.uniform_at(i) == u[i]);
  }
  for (const std::size_t drawn : {0U, 1U, 2U, 3U})
    for (const std::size_t skipped : {0U, 1U, 2U, 3U, 10U, 11U}) {
      Stream s(3);
      for (std::size_t i = 0; i < drawn; ++i) s.normal();
      s.skip(skipped);
      CHECK(s.normal() == z[drawn + skipped]);
      CHECK(s.normal() == z[drawn + skipped + 1]);
      s.restart();
      CHECK(s.normal() == z[0]);
      s.restart();
      CHECK(s.uniform() == u[0]);
    }
}

TEST_CASE_TEMPLATE("no number serves a uniform and a normal", Stream, tensorflow_stateless, keyed_stream) {
  const auto z = normals(Stream(5), 12), u = uniforms(Stream(5), 12);
  Stream stream(5);
  CHECK(stream.uniform() == u[0]);
  CHECK(stream.normal() == z[2]);   // 1 is half a pair
  CHECK(stream.uniform() == u[4]);  // the other normal of the pair of 2 and 3 is dropped
  CHECK(stream.uniform() == u[5]);
  CHECK(stream.normal() == z[6]);
  CHECK(stream.normal() == z[7]);
  CHECK(stream.uniform() == u[8]);
  stream.skip(1);  // passes 10
  CHECK(stream.normal() == z[11]);
}

TEST_CASE_TEMPLATE("a counter-based stream continues from its place", Stream, tensorflow_stateless,
                   keyed_stream) {
  for (const int drawn : {0, 1, 2, 5, 700}) {
    Stream stream(11);
    for (int i = 0; i < drawn; ++i) static_cast<void>(i % 3 == 0 ? stream.uniform() : stream.normal());
    Stream again = Stream::at(stream.where_it_stands());
    CHECK(again.where_it_stands() == stream.where_it_stands());
    for (int i = 0; i < 20; ++i)
      CHECK((i % 7 == 0 ? stream.uniform() == again.uniform() : stream.normal() == again.normal()));
  }
  CHECK_FALSE(Stream(11).where_it_stands() == Stream(12).where_it_stands());
}

TEST_CASE("positions name their parts, so that they can be saved") {
  using names = std::vector<std::string>;
  CHECK(leaves<numpy_legacy>({}) == names{"seed", "words", "state", "cached", "has_cached"});
  CHECK(leaves<tensorflow_stateless>({}) == names{"seed", "place.next", "place.half"});
  CHECK(leaves<keyed_stream>({}) == names{"seed", "run", "purpose", "place.next", "place.half"});
  numpy_legacy stream(4);
  const auto before = stream.where_it_stands();
  stream.normal();
  CHECK(before == numpy_legacy(4).where_it_stands());
  CHECK_FALSE(before == stream.where_it_stands());
  CHECK_FALSE(equal_parts(before, stream.where_it_stands()));
}
