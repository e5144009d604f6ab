// SPDX-License-Identifier: BSD-3-Clause
// Seeds of streams: integers of all their bits, or refused.
#include <doctest/doctest.h>

#include <lssm/core/streams.hpp>

using namespace lssm;

static_assert(!std::is_constructible_v<numpy_legacy, double> &&
              !std::is_constructible_v<numpy_legacy, bool> &&
              !std::is_constructible_v<tensorflow_stateless, float> &&
              !std::is_constructible_v<keyed_stream, double> &&
              !std::is_constructible_v<keyed_stream, int, double> &&
              std::is_constructible_v<keyed_stream, unsigned, long, std::size_t>);

namespace {

const std::int64_t one_round = std::int64_t{1} << 32;

template <class Stream>
std::vector<double> first(Stream stream) {
  return {stream.normal(), stream.normal(), stream.uniform()};
}

}  // namespace

TEST_CASE("NumPy's seeds are from 0 to 2^32 - 1, of any type of integers") {
  for (const std::uint32_t seed : {0U, 7U, 0xFFFF'FFFFU}) {
    CHECK(first(numpy_legacy(seed)) == first(numpy_legacy(static_cast<std::int64_t>(seed))));
    CHECK(first(numpy_legacy(seed)) == first(numpy_legacy(static_cast<std::size_t>(seed))));
  }
  CHECK_THROWS_WITH_AS(numpy_legacy(-1), "numpy_legacy: seed must be from 0 to 4294967295, given -1",
                       bad_argument);
  CHECK_THROWS_WITH_AS(numpy_legacy(7 + one_round),
                       "numpy_legacy: seed must be from 0 to 4294967295, given 4294967303", bad_argument);
}

TEST_CASE("streams of 64 bits use them all") {
  CHECK(first(tensorflow_stateless(7)) != first(tensorflow_stateless(7 + one_round)));
  CHECK(first(tensorflow_stateless(-1)) == first(tensorflow_stateless(~std::uint64_t{0})));
  CHECK(first(keyed_stream(7)) != first(keyed_stream(7 + one_round)));
  CHECK(first(keyed_stream(7, 1, 2)) == first(keyed_stream(7U, 1L, std::size_t{2})));
  CHECK_THROWS_WITH_AS(keyed_stream(-1),
                       "keyed_stream: seed must be from 0 to 18446744073709551615, given -1", bad_argument);
  CHECK_THROWS_WITH_AS(keyed_stream(7, 1 + one_round),
                       "keyed_stream: run must be from 0 to 4294967295, given 4294967297", bad_argument);
  CHECK_THROWS_WITH_AS(keyed_stream(7, 1, -3), "keyed_stream: purpose must be from 0 to 4294967295, given -3",
                       bad_argument);
}

TEST_CASE_TEMPLATE("streams of a study take such seeds alone", Streams, numpy_stream, framework_streams,
                   keyed_streams) {
  const Streams streams{};
  if constexpr (!std::is_same_v<Streams, keyed_streams>) {
    CHECK_THROWS_AS(streams.derive(-1), bad_argument);
    CHECK_THROWS_AS(streams.derive(7 + one_round), bad_argument);
  } else {
    CHECK_THROWS_AS(streams.derive(-1), bad_argument);
    CHECK(first(streams.derive(7).data()) != first(streams.derive(7 + one_round).data()));
  }
  CHECK(first(streams.derive(7).weights()) == first(streams.derive(std::uint64_t{7}).weights()));
}

TEST_CASE("the seed of test inputs is counted modulo 2^32, by an offset that is no further round") {
  CHECK(first(framework_streams{.test_offset = 35}.derive(7).test()) == first(numpy_legacy(42)));
  CHECK(first(framework_streams{.test_offset = -7}.derive(7).test()) == first(numpy_legacy(0)));
  CHECK(first(framework_streams{.test_offset = -8}.derive(7).test()) == first(numpy_legacy(0xFFFF'FFFF)));
  CHECK(first(framework_streams{.test_offset = 1}.derive(0xFFFF'FFFF).test()) == first(numpy_legacy(0)));
  CHECK_THROWS_WITH_AS(framework_streams{.test_offset = 7 + one_round}.derive(7),
                       "framework_streams: test_offset must be between -2^32 and 2^32, given 4294967303",
                       bad_argument);
  for (const integer offset :
       {one_round, -one_round, std::numeric_limits<integer>::max(), std::numeric_limits<integer>::min()}) {
    CHECK_THROWS_AS(framework_streams{.test_offset = offset}.derive(7), bad_argument);
    CHECK_THROWS_AS(framework_streams{.test_offset = offset}.validate(), bad_argument);
  }
}
