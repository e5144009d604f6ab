// SPDX-License-Identifier: BSD-3-Clause
// Starts of complex modes in continuous time with a learned step, as S4D and S5 have them.
//
//   s4d_start{}                                            S4D-Lin: a_n = -½ + iπn
//   s4d_start{.imaginary = imaginary_parts::inverse}       S4D-Inv: (N/π)(N/(2n+1) - 1), N = 2 pairs
//   s4d_start{.imaginary = imaginary_parts::legs}          S4D-LegS: frequencies of the normal part of HiPPO's
//   s5_start{.blocks = 8}                                  the normal part of hippo_legs, several inputs and outputs
//
// Steps are log-uniform. Every law is by its own moments: draws are those of this library, not of the sources.
#pragma once

#include <cmath>
#include <numbers>

#include "../core/random.hpp"
#include "../ssm/hippo.hpp"

namespace lssm {

/// Imaginary parts of S4D's eigenvalues.
enum class imaginary_parts { linear, inverse, legs };

/// The interval of a step, in which its logarithm is uniform.
struct step_interval {
  double low = 1e-3;  ///< finite and above 0
  double high = 0.1;  ///< finite, at least low
  void validate(const char* start) const {
    require(low > 0 && std::isfinite(low), start, "steps.low", "finite and above 0", low);
    if (!(high >= low && std::isfinite(high)))
      refuse(start, "steps.high", "finite and at least low, " + to_text(low), high);
    require(std::isfinite(high / low), start, "steps.high / steps.low", "finite", high / low);
  }
  double at(double uniform) const { return low * std::pow(high / low, uniform); }
  friend bool operator==(const step_interval&, const step_interval&) = default;
};

namespace detail {
template <class System>
concept SteppedPairs = requires(System s) {
  s.a_re, s.a_im, s.b_re, s.b_im, s.c_re, s.c_im, s.step;
};
}  // namespace detail

/// S4D's: real parts all alike, B ones, C complex normals of unit variance, then the steps. Of `channelwise` systems each
/// channel in turn.
struct s4d_start {
  static constexpr bool of_one_channel = true;
  imaginary_parts imaginary = imaginary_parts::linear;
  double decay = 0.5;  ///< -Re a: finite and above 0
  step_interval steps{};

  void validate() const {
    require(decay > 0 && std::isfinite(decay), "s4d_start", "decay", "finite and above 0", decay);
    steps.validate("s4d_start");
  }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    static_assert(
        detail::SteppedPairs<System>,
        "s4d_start: it is a start of discretized<complex_diagonal<...>>, and this structure is another "
        "(docs/init.md)");
    using T = std::remove_cvref_t<decltype(system.a_re[0])>;
    const std::size_t d = system.a_re.size();
    const std::vector<double> w = imaginary == imaginary_parts::legs
                                      ? hippo_frequencies<hippo_legs>(static_cast<integer>(2 * d))
                                      : frequencies(d);
    for (std::size_t j = 0; j < w.size(); ++j) system.a_re[j] = T(-decay), system.a_im[j] = T(w[j]);
    for (auto& b : system.b_re) b = T(1);
    for (auto& b : system.b_im) b = T(0);
    for (auto* c : {&system.c_re, &system.c_im})
      for (auto& x : *c) x = T(std::numbers::sqrt2 / 2 * stream.normal());
    for (auto& step : system.step) step = T(steps.at(stream.uniform()));
  }
  friend bool operator==(const s4d_start&, const s4d_start&) = default;

 private:
  std::vector<double> frequencies(std::size_t pairs) const {  // linear or inverse
    std::vector<double> w(pairs);
    const double n = 2 * static_cast<double>(pairs);
    for (std::size_t j = 0; j < pairs; ++j) {
      const double k = static_cast<double>(j);
      w[j] = imaginary == imaginary_parts::linear ? std::numbers::pi * k
                                                  : n / std::numbers::pi * (n / (2 * k + 1) - 1);
    }
    return w;
  }
};

/// S5's: eigenvalues Λ and eigenvectors V of the normal part of hippo_legs in each of some equal blocks, B = Vᴴ B₀ and
/// C = C₀ V of real normals B₀ of variance 1/m and C₀ of variance 1/(2 d), then the steps.
struct s5_start {
  integer blocks = 1;  ///< at least 1, a divisor of the number of pairs
  step_interval steps{};

  void validate() const {
    require(blocks >= 1, "s5_start", "blocks", "at least 1", blocks);
    steps.validate("s5_start");
  }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    static_assert(
        detail::SteppedPairs<System>,
        "s5_start: it is a start of discretized<complex_diagonal<...>>, and this structure is another "
        "(docs/init.md)");
    using T = std::remove_cvref_t<decltype(system.a_re[0])>;
    const std::size_t d = system.a_re.size(), m = system.b_re.size() / d, p = system.c_re.size() / d;
    if (integer(d) % blocks != 0)
      refuse("s5_start", "blocks", "a divisor of the " + to_text(d) + " pairs", blocks);
    const std::size_t pairs = d / static_cast<std::size_t>(blocks), n = 2 * pairs;
    const auto skew = detail::skew_part(hippo_normal_part<hippo_legs>(static_cast<integer>(n)).first, n);
    const auto w = detail::frequencies(skew, n);
    std::vector<double> b0(2 * d * m), c0(p * 2 * d), v;
    for (double& x : b0) x = stream.normal() / std::sqrt(static_cast<double>(m));
    for (double& x : c0) x = stream.normal() / std::sqrt(2 * static_cast<double>(d));
    for (std::size_t j = 0; j < d; ++j) {
      if (j < pairs) {
        const auto z = detail::skew_eigenvector(skew, n, w[j]);
        for (const double x : z) v.push_back(x);
      }
      const double *re = v.data() + j % pairs * 2 * n, *im = re + n;
      const std::size_t first = j / pairs * n;  // of the states of its block
      system.a_re[j] = T(-0.5), system.a_im[j] = T(static_cast<double>(w[j % pairs]));
      for (std::size_t q = 0; q < m; ++q) {
        double x = 0, y = 0;
        for (std::size_t i = 0; i < n; ++i)
          x += re[i] * b0[(first + i) * m + q], y -= im[i] * b0[(first + i) * m + q];
        system.b_re[j * m + q] = T(x), system.b_im[j * m + q] = T(y);
      }
      for (std::size_t i = 0; i < p; ++i) {
        double x = 0, y = 0;
        for (std::size_t l = 0; l < n; ++l)
          x += re[l] * c0[i * 2 * d + first + l], y += im[l] * c0[i * 2 * d + first + l];
        system.c_re[i * d + j] = T(x), system.c_im[i * d + j] = T(y);
      }
    }
    for (auto& step : system.step) step = T(steps.at(stream.uniform()));
  }
  friend bool operator==(const s5_start&, const s5_start&) = default;
};

}  // namespace lssm
