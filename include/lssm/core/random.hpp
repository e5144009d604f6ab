// SPDX-License-Identifier: BSD-3-Clause
// Random streams: explicit arguments, fixed by their seed, the same on every machine.
//
//   numpy_legacy           NumPy's RandomState(seed): rand() and standard_normal(), bit for bit (data, Theorem 1's
//                          start)
//   tensorflow_stateless   core/philox.hpp: TensorFlow's stateless_random_normal (weights that Keras draws)
//   keyed_stream           core/philox.hpp: one stream per seed, run and purpose (new work)
//
// A stream is anything with uniform() in [0, 1) and normal(); our own distributions, because those of the standard
// library differ between implementations. A stream's position has `parts`, so it can be saved like any state.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>

#include "error.hpp"
#include "extent.hpp"
#include "mersenne_twister.hpp"
#include "parts.hpp"

namespace lssm {

/// A source of doubles: uniform() in [0, 1), normal() with mean 0 and variance 1.
template <class S>
concept RandomStream = requires(S s) {
  { s.uniform() } -> std::convertible_to<double>;
  { s.normal() } -> std::convertible_to<double>;
};

/// A stream that can start again: restart() goes back to its first number, skip(n) passes over n normals. numpy_legacy
/// deliberately cannot restart: data and start share it, and a start that rewinds it would repeat the data.
template <class S>
concept RestartableStream = RandomStream<S> && requires(S s, std::uint64_t n) {
  s.restart();
  s.skip(n);
};

/// NumPy's legacy generator: MT19937 seeded by the integer, 53-bit uniforms from two words, polar Gauss pairs of which
/// the second is returned first and the other kept for the next call.
class numpy_legacy {
 public:
  /// Takes seeds from 0 to 2^32 - 1, as NumPy does; others are refused, not cut.
  explicit numpy_legacy(AnyInteger auto seed)
      : seed_(checked_integer<std::uint32_t>("numpy_legacy", "seed", seed)), engine_(seed_) {}

  double uniform() {
    const std::uint32_t high = word() >> 5, low = word() >> 6;
    return (static_cast<double>(high) * 67108864.0 + static_cast<double>(low)) / 9007199254740992.0;
  }

  double normal() {
    if (has_cached_) {
      has_cached_ = false;
      return cached_;
    }
    double u = 0, v = 0, s = 0;
    do {
      u = 2.0 * uniform() - 1.0;
      v = 2.0 * uniform() - 1.0;
      s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    const double f = std::sqrt(-2.0 * std::log(s) / s);
    cached_ = f * u;
    has_cached_ = true;
    return f * v;
  }

  std::uint32_t seed() const { return seed_; }

  /// The current position; numpy_legacy::at(position) continues from there with identical bits, in constant time.
  struct position {
    std::uint32_t seed = 0;
    std::uint64_t words = 0;                  ///< drawn so far, at most 2^39, which take half an hour
    detail::mersenne_twister::state state{};  ///< of the generator: the block of the last word
    double cached = 0;
    bool has_cached = false;

    /// Why no stream can have this position; empty where one can.
    std::string objection() const {
      if (words > std::uint64_t{1} << 39) return "has drawn more words than any run can";
      if (words == 0 && state != detail::mersenne_twister(seed).words())
        return "has drawn nothing and stands elsewhere than its seed";
      bool zero = (state[0] >> 31) == 0;
      for (std::size_t i = 1; i < state.size(); ++i) zero = zero && state[i] == 0;
      if (zero) return "has a state of zeros, which the generator never leaves";
      if (!(cached - cached == 0)) return "keeps a number that is not finite";
      return {};
    }
    static constexpr auto parts(auto& p) {
      return std::tuple(part("seed", p.seed), part("words", p.words), part("state", p.state),
                        part("cached", p.cached), part("has_cached", p.has_cached));
    }
    friend bool operator==(const position&, const position&) = default;
  };
  position where_it_stands() const { return {seed_, words_, engine_.words(), cached_, has_cached_}; }
  /// Continues from a position. Throws bad_argument where no stream can have it.
  static numpy_legacy at(const position& p) {
    if (const std::string why = p.objection(); !why.empty())
      throw bad_argument("numpy_legacy: a position that " + why);
    numpy_legacy stream(p.seed);
    const std::size_t block = detail::mersenne_twister::size;
    const std::size_t used = p.words == 0 ? block : (p.words - 1) % block + 1;
    stream.engine_ = {p.state, used};
    stream.words_ = p.words;
    stream.cached_ = p.cached;
    stream.has_cached_ = p.has_cached;
    return stream;
  }

 private:
  std::uint32_t word() {
    ++words_;
    return engine_();
  }

  std::uint32_t seed_;
  detail::mersenne_twister engine_;
  std::uint64_t words_ = 0;
  double cached_ = 0;
  bool has_cached_ = false;
};

}  // namespace lssm
