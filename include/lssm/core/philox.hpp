// SPDX-License-Identifier: BSD-3-Clause
// Counter-based streams: the i-th number is a function of the key and of i, so no order of drawing can change it.
//
//   block i = philox4x32((i mod 2^32, i / 2^32, c_2, c_3), key): four words of 32 bits
//
//   stream                   key, c_2, c_3                  a number takes          numbers are
//   tensorflow_stateless     the scrambled seed             one word                floats
//   keyed_stream             seed; purpose, run             two words               doubles of 53 bits
//
// In both, normals are Box-Muller pairs made of two neighbouring numbers, so the i-th normal of an array begins at the
// i-th number. Mixed draws stay independent: a normal after an odd count of uniforms begins with the next whole pair,
// and a uniform drops the second normal of a pair if that was not asked for.
//
// Philox is by Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>

#include "parts.hpp"
#include "random.hpp"

namespace lssm {

/// One block of Philox4x32-10.
constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p = std::uint64_t{0xD2511F53} * counter[0],
                        q = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {high(q) ^ counter[1] ^ key[0], low(q), high(p) ^ counter[3] ^ key[1], low(p)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

namespace detail {

/// A position in a stream whose normals come in pairs.
struct place_in_pairs {
  std::uint64_t next = 0;  ///< the first number that is still unused
  bool half = false;       ///< whether only the first normal of the pair before it has been taken

  constexpr std::uint64_t uniform() {
    half = false;
    return next++;
  }
  constexpr std::uint64_t normal() {
    if (half) {
      half = false;
      return next - 1;
    }
    next += next % 2 + 2;
    half = true;
    return next - 2;
  }
  /// Passes over n normals, as n calls of normal() do.
  constexpr void skip(std::uint64_t n) {
    if (n > 0 && half) {
      half = false;
      --n;
    }
    if (n > 0) {
      next += next % 2 + (n + n % 2);
      half = n % 2 == 1;
    }
  }
  /// Why no stream can have this position; empty where one can.
  std::string objection() const {
    if (half && (next < 2 || next % 2 != 0)) return "stands within no pair of normals";
    return {};
  }
  static constexpr auto parts(auto& p) { return std::tuple(part("next", p.next), part("half", p.half)); }
  friend constexpr bool operator==(const place_in_pairs&, const place_in_pairs&) = default;
};

inline constexpr double two_pi = 6.283185307179586476925286766559;

constexpr std::uint32_t low_word(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high_word(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

}  // namespace detail

/// TensorFlow's stateless stream for the seed pair (seed, 0), which Keras' RandomNormal(seed) of TensorFlow 2.4 draws
/// from: normal() is the next entry of stateless_random_normal, uniform() of stateless_random_uniform, as doubles
/// that hold floats. Logarithm, sine and cosine are computed in double and rounded, so the machine does not matter; those of
/// TensorFlow differ from them by one float ulp here and there.
class tensorflow_stateless {
 public:
  /// Takes a seed of 64 bits; a negative one is read in two's complement, as TensorFlow does.
  explicit tensorflow_stateless(AnyInteger auto seed)
      : at_{static_cast<std::uint64_t>(seed), {}}, scrambled_(scramble(at_.seed)) {}

  double uniform() { return uniform_at(at_.place.uniform()); }
  double normal() { return normal_at(at_.place.normal()); }
  void skip(std::uint64_t normals) { at_.place.skip(normals); }
  /// Back to the first number: every layer of Keras with this seed begins there.
  void restart() { at_.place = {}; }

  /// Entry i of an array of uniforms: 23 bits, in [0, 1).
  double uniform_at(std::uint64_t i) const { return static_cast<double>(mantissa(word(i))); }
  /// Entry i of an array of normals.
  double normal_at(std::uint64_t i) const {
    const std::uint64_t first = i - i % 2;
    float u = mantissa(word(first));
    if (u < 1e-7F) u = 1e-7F;
    // TensorFlow multiplies the angle in double; a product of floats would change a third of the normals.
    const auto angle = static_cast<float>(detail::two_pi * static_cast<double>(mantissa(word(first + 1))));
    const auto wide = static_cast<double>(angle);
    const auto logarithm = static_cast<float>(std::log(static_cast<double>(u)));
    const auto radius = static_cast<float>(std::sqrt(static_cast<double>(-2.0F * logarithm)));
    const auto direction = static_cast<float>(i % 2 == 0 ? std::sin(wide) : std::cos(wide));
    return static_cast<double>(direction * radius);
  }

  std::uint64_t seed() const { return at_.seed; }

  /// The current position; tensorflow_stateless::at(position) continues from there.
  struct position {
    std::uint64_t seed = 0;
    detail::place_in_pairs place{};
    std::string objection() const { return place.objection(); }
    static constexpr auto parts(auto& p) { return std::tuple(part("seed", p.seed), part("place", p.place)); }
    friend bool operator==(const position&, const position&) = default;
  };
  position where_it_stands() const { return at_; }
  static tensorflow_stateless at(const position& p) {
    tensorflow_stateless stream(p.seed);
    stream.at_.place = p.place;
    return stream;
  }

 private:
  /// Words 0 and 1 become the key, words 2 and 3 the upper half of the counter.
  static std::array<std::uint32_t, 4> scramble(std::uint64_t seed) {
    return philox4x32({detail::low_word(seed), detail::high_word(seed), 0, 0}, {0x3EC8F720, 0x02461E29});
  }
  std::uint32_t word(std::uint64_t i) const {
    const std::uint64_t block = i / 4;
    return philox4x32({detail::low_word(block), detail::high_word(block), scrambled_[2], scrambled_[3]},
                      {scrambled_[0], scrambled_[1]})[i % 4];
  }
  /// The low 23 bits as the fraction of a float in [1, 2), minus 1: exact.
  static float mantissa(std::uint32_t word) { return static_cast<float>(word & 0x7FFFFFU) * 0x1p-23F; }

  position at_;
  std::array<std::uint32_t, 4> scrambled_;
};

/// A stream for every seed, run and purpose; no two streams share a number. Data, start and noise of a run then depend
/// neither on threads, lanes or ranks nor on what else was drawn. Logarithm, sine and cosine of
/// normal() are the machine's, so the last bit may differ between machines; uniform() never does.
class keyed_stream {
 public:
  /// Takes a seed of 64 bits, run and purpose of 32; a number that does not fit is refused, not cut.
  template <AnyInteger Seed, AnyInteger Run = std::uint32_t, AnyInteger Purpose = std::uint32_t>
  explicit keyed_stream(Seed seed, Run run = 0, Purpose purpose = 0)
      : at_{checked_integer<std::uint64_t>("keyed_stream", "seed", seed),
            checked_integer<std::uint32_t>("keyed_stream", "run", run),
            checked_integer<std::uint32_t>("keyed_stream", "purpose", purpose),
            {}} {}

  double uniform() { return uniform_at(at_.place.uniform()); }
  double normal() {
    const std::uint64_t i = at_.place.normal();
    if (last_.index != i / 2) last_ = pair(i / 2);
    return last_.entry(i % 2);
  }
  void skip(std::uint64_t normals) { at_.place.skip(normals); }
  void restart() { at_.place = {}; }

  /// Entry i of an array of uniforms: 53 bits, in [0, 1).
  double uniform_at(std::uint64_t i) const { return fraction(block(i / 2), i % 2); }
  /// Entry i of an array of normals.
  double normal_at(std::uint64_t i) const { return pair(i / 2).entry(i % 2); }

  std::uint64_t seed() const { return at_.seed; }
  std::uint32_t run() const { return at_.run; }
  std::uint32_t purpose() const { return at_.purpose; }

  /// The current position; keyed_stream::at(position) continues from there with identical bits.
  struct position {
    std::uint64_t seed = 0;
    std::uint32_t run = 0, purpose = 0;
    detail::place_in_pairs place{};
    std::string objection() const { return place.objection(); }
    static constexpr auto parts(auto& p) {
      return std::tuple(part("seed", p.seed), part("run", p.run), part("purpose", p.purpose),
                        part("place", p.place));
    }
    friend bool operator==(const position&, const position&) = default;
  };
  position where_it_stands() const { return at_; }
  static keyed_stream at(const position& p) {
    keyed_stream stream(p.seed, p.run, p.purpose);
    stream.at_.place = p.place;
    return stream;
  }

 private:
  std::array<std::uint32_t, 4> block(std::uint64_t i) const {
    return philox4x32({detail::low_word(i), detail::high_word(i), at_.purpose, at_.run},
                      {detail::low_word(at_.seed), detail::high_word(at_.seed)});
  }
  /// 53 bits of one half of a block, put together as NumPy does.
  static double fraction(const std::array<std::uint32_t, 4>& words, std::size_t half) {
    return (static_cast<double>(words[2 * half] >> 5) * 67108864.0 +
            static_cast<double>(words[2 * half + 1] >> 6)) *
           0x1p-53;
  }
  /// Two normals as a point in the plane, which one block gives.
  struct polar_pair {
    std::uint64_t index = ~std::uint64_t{0};  // no pair has this one
    double radius = 0, angle = 0;
    double entry(std::uint64_t which) const {
      return radius * (which == 0 ? std::cos(angle) : std::sin(angle));
    }
  };
  polar_pair pair(std::uint64_t index) const {
    const auto words = block(index);
    return {index, std::sqrt(-2 * std::log(1 - fraction(words, 0))),  // the argument is in (0, 1]
            detail::two_pi * fraction(words, 1)};
  }

  position at_;
  polar_pair last_;  // of the normal that was drawn last
};

}  // namespace lssm
