// SPDX-License-Identifier: BSD-3-Clause
// Named streams: what a study draws its data, its start and its test inputs from, all derived from one seed.
//
//   numpy_stream                        one numpy_legacy(seed) for everything, in the order of the draws
//   framework_streams{.test_offset}     data from numpy_legacy(seed), weights from tensorflow_stateless(seed), as with
//                                       TensorFlow; test inputs continue the data stream, or have the seed
//                                       seed + test_offset
//   keyed_streams{.run}                 a keyed_stream each, for new work: nothing depends on what else was drawn
//   one's own                           a struct with derive(seed), giving data(), weights() and test()
//
// A study's streams can also be given one by one (study/bind.hpp). Seeds are integers from 0 to 2^32 - 1, of any integer
// type; other numbers are refused.
#pragma once

#include "philox.hpp"
#include "random.hpp"

namespace lssm {

/// A description that derives the streams of a seed.
template <class S>
concept NamedStreams = requires(const S s, std::uint32_t seed) {
  { s.derive(seed).data() } -> RandomStream;
  { s.derive(seed).weights() } -> RandomStream;
  { s.derive(seed).test() } -> RandomStream;
};

/// The type that holds the streams of a seed.
template <NamedStreams S>
using streams_of = decltype(std::declval<const S&>().derive(0));

/// One stream of NumPy for all purposes, in the order of their draws.
struct numpy_stream {
  struct streams {
    numpy_legacy all;
    numpy_legacy& data() { return all; }
    numpy_legacy& weights() { return all; }
    numpy_legacy& test() { return all; }

    using position = numpy_legacy::position;
    position where_they_stand() const { return all.where_it_stands(); }
    void move_to(const position& p) { all = numpy_legacy::at(p); }
  };
  static streams derive(AnyInteger auto seed) { return {numpy_legacy(seed)}; }
  friend constexpr bool operator==(numpy_stream, numpy_stream) { return true; }
};

namespace detail {

/// The seed in 32 bits. Throws bad_argument where it is not from 0 to 2^32 - 1.
template <class Seed>
std::uint32_t checked_seed(std::string_view function, Seed seed) {
  static_assert(
      AnyInteger<Seed>,
      "seed: a seed is an integer from 0 to 2^32 - 1: no fraction, bool or character (docs/study.md)");
  if constexpr (AnyInteger<Seed>) {
    return checked_integer<std::uint32_t>(function, "seed", seed);
  } else {
    return 0;
  }
}

template <class Data, class Weights, class Test>
struct three_positions {
  Data data;
  Weights weights;
  Test test;
  /// Why one of the positions is impossible; empty where none is.
  std::string objection() const {
    for (std::string why : {data.objection(), weights.objection(), test.objection()})
      if (!why.empty()) return why;
    return {};
  }
  static constexpr auto parts(auto& p) {
    return std::tuple(part("data", p.data), part("weights", p.weights), part("test", p.test));
  }
};

/// A stream for each purpose.
template <class Data, class Weights, class Test>
struct three_streams {
  Data of_data;
  Weights of_weights;
  Test of_test;
  Data& data() { return of_data; }
  Weights& weights() { return of_weights; }
  Test& test() { return of_test; }

  using position =
      three_positions<typename Data::position, typename Weights::position, typename Test::position>;
  position where_they_stand() const {
    return {of_data.where_it_stands(), of_weights.where_it_stands(), of_test.where_it_stands()};
  }
  void move_to(const position& p) {
    of_data = Data::at(p.data);
    of_weights = Weights::at(p.weights);
    of_test = Test::at(p.test);
  }
};

}  // namespace detail

/// Data from NumPy's stream and weights from TensorFlow's, as the authors' programs draw them.
struct framework_streams {
  integer test_offset =
      0;  ///< of the test inputs' seed, which stays below 2^32; 0: they continue the data stream

  /// Test inputs have a stream of their own, or draw from that of the data.
  struct streams : detail::three_streams<numpy_legacy, tensorflow_stateless, numpy_legacy> {
    bool has_apart;
    numpy_legacy& test() { return has_apart ? of_test : of_data; }
  };
  streams derive(AnyInteger auto seed) const {
    validate();
    const numpy_legacy data(seed);
    return {{data, tensorflow_stateless(seed),
             numpy_legacy(data.seed() + static_cast<std::uint32_t>(test_offset))},
            test_offset != 0};
  }
  void validate() const {
    const integer round = integer{1} << 32;
    require(test_offset > -round && test_offset < round, "framework_streams", "test_offset",
            "between -2^32 and 2^32", test_offset);
  }
  friend bool operator==(const framework_streams&, const framework_streams&) = default;
};

/// A stream for each purpose, which depends on (run, seed, purpose) alone.
struct keyed_streams {
  std::uint32_t run = 0;  ///< distinguishes runs of one seed

  using streams = detail::three_streams<keyed_stream, keyed_stream, keyed_stream>;
  streams derive(AnyInteger auto seed) const {
    return {keyed_stream(seed, run, 0), keyed_stream(seed, run, 1), keyed_stream(seed, run, 2)};
  }
  friend bool operator==(const keyed_streams&, const keyed_streams&) = default;
};

}  // namespace lssm
