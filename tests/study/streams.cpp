// SPDX-License-Identifier: BSD-3-Clause
// What a study draws from where: the three families of streams, saved and restored positions, and streams of one's own.
#include <doctest/doctest.h>

#include <lssm/all.hpp>
#include <vector>

using namespace lssm;

namespace {

using data = training_set<3, gaussian<everywhere>>;
template <class Streams>
using study = teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<1>>, data, squared_error, descent<>,
                              near_zero, Streams>;
template <class Streams>
study<Streams> make(const Streams& streams = {}) {
  return {.teacher = {.values = {{0.5}, {1}, {1}}},
          .data = {.sequences = {.count = 2}},
          .start = {},
          .streams = streams};
}

template <class Stream>
std::vector<double> normals(Stream&& stream, std::size_t n) {
  std::vector<double> out(n);
  for (double& x : out) x = stream.normal();
  return out;
}
/// What a study's data and start are, drawn from these streams.
template <class Study, class Data, class Weights>
void check_drawn(const bound_study<double, Study>& bound, Data&& data_stream, Weights&& weights) {
  auto same = label<double>(bound.study.data, bound.teacher, data_stream);
  CHECK(bound.data.x == same.x);
  auto system = bound.study.student.structure.template make<double>();
  bound.study.start(system, weights);
  CHECK(equal_parts(bound.student().system, system));
}
/// Restored streams go on as the saved ones.
template <class Streams>
void check_positions(Streams streams) {
  for (int i = 0; i < 7; ++i) {  // odd counts: halves of pairs are pending
    streams.data().normal();
    streams.test().uniform();
  }
  for (int i = 0; i < 5; ++i) streams.weights().normal();
  streams.test().normal();
  const auto position = streams.where_they_stand();
  Streams other = streams;
  const auto drawn = [](Streams& s) {
    auto all = normals(s.data(), 4);
    for (const double x : normals(s.weights(), 4)) all.push_back(x);
    for (const double x : normals(s.test(), 4)) all.push_back(x);
    all.push_back(s.data().uniform());
    return all;
  };
  const auto expected = drawn(streams);
  drawn(other);
  drawn(other);
  other.move_to(position);
  CHECK(equal_parts(other.where_they_stand(), position));
  CHECK(drawn(other) == expected);
}

/// A user's: data from a counter, weights all ones.
struct own_streams {
  double step = 1;
  struct counter {
    double at = 0, step = 1;
    double uniform() { return 0.5; }
    double normal() { return at += step; }
  };
  struct streams {
    counter of_data, of_weights;
    counter& data() { return of_data; }
    counter& weights() { return of_weights; }
    counter& test() { return of_data; }
  };
  streams derive(std::uint32_t seed) const { return {{static_cast<double>(seed), step}, {1, 0}}; }
};
static_assert(NamedStreams<own_streams> && NamedStreams<numpy_stream> && NamedStreams<framework_streams> &&
              NamedStreams<keyed_streams>);

}  // namespace

TEST_CASE("numpy_stream: one stream for everything, data first") {
  auto bound = bind<double>(make<numpy_stream>(), 42);
  numpy_legacy all(42);
  check_drawn(bound, all, all);
  REQUIRE(bound.streams.has_value());
  CHECK(&bound.streams->data() == &bound.streams->test());
  CHECK(bound.streams->weights().where_it_stands() == all.where_it_stands());
  CHECK(normals(bound.streams->test(), 5) == normals(all, 5));
}

TEST_CASE(
    "framework_streams: data from NumPy, weights from TensorFlow, test inputs behind the data or apart") {
  auto bound = bind<double>(make<framework_streams>(), 42);
  numpy_legacy numpy(42);
  tensorflow_stateless tensorflow(42);
  check_drawn(bound, numpy, tensorflow);
  CHECK(normals(bound.streams->test(), 5) == normals(numpy, 5));
  CHECK(normals(bound.streams->weights(), 5) == normals(tensorflow, 5));

  for (const integer offset : {1, 1000, -42, -43}) {
    auto apart = bind<double>(make(framework_streams{.test_offset = offset}), 42);
    CHECK(apart.data.x == bound.data.x);
    CHECK(normals(apart.streams->test(), 5) ==
          normals(numpy_legacy(static_cast<std::uint32_t>(42 + offset)), 5));
    CHECK(normals(apart.streams->data(), 5) ==
          normals(bind<double>(make<framework_streams>(), 42).streams->data(), 5));
  }
}

TEST_CASE("keyed_streams: one each, and no draw moves another") {
  for (const std::uint32_t which : {0u, 7u}) {
    auto bound = bind<double>(make(keyed_streams{.run = which}), 42);
    check_drawn(bound, keyed_stream(42, which, 0), keyed_stream(42, which, 1));
    CHECK(normals(bound.streams->test(), 5) == normals(keyed_stream(42, which, 2), 5));
    auto more = make(keyed_streams{.run = which});
    more.data.sequences.count = 9;
    const auto with_more = bind<double>(more, 42);
    CHECK(equal_parts(with_more.student().system, bound.student().system));
    CHECK(std::equal(bound.data.x.begin(), bound.data.x.end(), with_more.data.x.begin()));
  }
  CHECK(bind<double>(make(keyed_streams{.run = 1}), 42).data.x !=
        bind<double>(make(keyed_streams{.run = 2}), 42).data.x);
}

TEST_CASE("positions saved and restored go on with the same bits") {
  check_positions(numpy_stream::derive(3));
  check_positions(framework_streams{}.derive(3));
  check_positions(framework_streams{.test_offset = 5}.derive(3));
  check_positions(keyed_streams{.run = 2}.derive(3));
}

TEST_CASE("streams of one's own") {
  const auto bound = bind<double>(make(own_streams{.step = 2}), 10);
  CHECK(bound.data.x == std::vector<double>{12, 14, 16, 18, 20, 22});
  const double scale = bound.theta[0];
  CHECK(scale != 0);
  CHECK(bound.theta[1] == scale);
  CHECK(bound.streams->of_data.at == 22);
}

TEST_CASE("streams given to bind take the place of the study's, which then has none") {
  keyed_stream for_data(1, 2, 3);
  numpy_legacy for_weights(9);
  const auto bound = bind<double>(make<framework_streams>(), for_data, for_weights);
  CHECK(!bound.streams.has_value());
  check_drawn(bound, keyed_stream(1, 2, 3), numpy_legacy(9));
  numpy_legacy both(42);
  CHECK(bind<double>(make<framework_streams>(), both, both).theta ==
        bind<double>(make<numpy_stream>(), 42).theta);
}

TEST_CASE("the published start reads its stream from the beginning") {
  using published =
      teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, training_set<7, unit<at<0>>>,
                      squared_error, descent<adaptive_rate<>>, rearranged_start, framework_streams>;
  const auto by_seed = bind<double>(published{}, 105);
  numpy_legacy none(1);
  tensorflow_stateless weights(105);
  weights.normal();
  CHECK(bind<double>(published{}, none, weights).theta == by_seed.theta);
}
