// SPDX-License-Identifier: BSD-3-Clause
// Starts of systems in continuous time: S4D's and S5's, HiPPO's in steps, Glorot's; against published formulas and numbers of
// 30 digits.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <lssm/lssm.hpp>
#include <numbers>

using namespace lssm;

namespace {

/// Uniforms in the middle of their interval, and normals from a list or all of one size.
struct scripted {
  std::vector<double> normals;
  std::size_t at = 0;
  double uniform() { return 0.5; }
  double normal() { return at < normals.size() ? normals[at++] : 0.75; }
};

template <class Start>
std::string refusal(const Start& start) {
  try {
    start.validate();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "none";
}

template <class Measure>
void normal_part_is_normal(integer n, double real_part) {
  const auto d = static_cast<std::size_t>(n);
  const auto [a, b] = hippo_system<Measure>(n);
  const auto [normal, p] = hippo_normal_part<Measure>(n);
  CHECK(b.size() == d);
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = 0; j < d; ++j) {
      double low = 0;
      for (std::size_t q = 0; q < p.size() / d; ++q) low += p[q * d + i] * p[q * d + j];
      CHECK(normal[i * d + j] == doctest::Approx(a[i * d + j] + low).epsilon(1e-14));
      const double skew = normal[i * d + j] + normal[j * d + i];
      CHECK(std::abs(skew - (i == j ? 2 * real_part : 0.0)) < 1e-14 * static_cast<double>(n));
    }
}

using pairs_in_time = discretized<complex_diagonal<4>, zero_order_hold>;

}  // namespace

static_assert(HippoMeasure<hippo_legs> && HippoMeasure<hippo_fourier> && !HippoMeasure<s4d_start>);

TEST_CASE("hippo: a normal matrix minus one of low rank, of all measures") {
  for (const integer n : {1, 2, 5, 12}) {
    normal_part_is_normal<hippo_legs>(n, -0.5);
    normal_part_is_normal<hippo_legt>(n, 0);
    normal_part_is_normal<hippo_lagt>(n, 0);
    normal_part_is_normal<hippo_fourier>(n, 0);
  }
}

TEST_CASE("hippo: matrices of three states, written out") {
  const double r3 = std::sqrt(3.0), r5 = std::sqrt(5.0), r15 = std::sqrt(15.0), pi = std::numbers::pi;
  const auto same = [](const auto& found, const std::vector<double>& a, const std::vector<double>& b) {
    for (std::size_t i = 0; i < 9; ++i) CHECK(found.first[i] == doctest::Approx(a[i]).epsilon(1e-15));
    for (std::size_t i = 0; i < 3; ++i) CHECK(found.second[i] == doctest::Approx(b[i]).epsilon(1e-15));
  };
  same(hippo_system<hippo_legs>(3), {-1, 0, 0, -r3, -2, 0, -r5, -r15, -3}, {1, r3, r5});
  same(hippo_system<hippo_legt>(3), {-0.5, r3 / 2, -r5 / 2, -r3 / 2, -1.5, r15 / 2, -r5 / 2, -r15 / 2, -2.5},
       {0.5, r3 / 2, r5 / 2});
  same(hippo_system<hippo_lagt>(3), {-0.5, 0, 0, -1, -0.5, 0, -1, -1, -0.5}, {1, 1, 1});
  const double r2 = std::numbers::sqrt2;
  same(hippo_system<hippo_fourier>(3), {-1, 0, -r2, 0, 0, 0, -r2, 0, -2}, {1, 0, r2});
  CHECK(hippo_system<hippo_fourier>(4).first[2 * 4 + 3] == doctest::Approx(-pi));
  CHECK(hippo_system<hippo_fourier>(4).first[3 * 4 + 2] == doctest::Approx(pi));
}

TEST_CASE("hippo: frequencies of the normal part of legs, against thirty digits") {
  const double expected[] = {19.85741037097057683488910488, 5.354208515030874232826975059,
                             1.957794150902805156606202892, 0.4274887122858601189958385943};
  const auto w = hippo_frequencies<hippo_legs>(8);
  REQUIRE(w.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(std::abs(w[i] - expected[i]) < 4e-15 * expected[i]);
  CHECK(hippo_frequencies<hippo_legs>(64).size() == 32);
  CHECK(hippo_frequencies<hippo_legs>(64)[0] == doctest::Approx(1303.2738).epsilon(5e-8));
}

TEST_CASE("hippo_start: eight states of legs in bilinear steps of 1/16, against thirty digits") {
  scripted stream{{-1.59375, 0.171875, -1.59375, 3.46875, 1.109375, 0.5625, -0.171875, -2.125}};
  auto s = dense_state<8>{}.make<double>();
  hippo_start<hippo_legs>{.step = 1.0 / 16}(s, stream);
  const double expected[] = {0.1814318907624451099342284074,  0.07722584149994305658978402205,
                             -0.3165941570947559010343021894, -0.4748665881336650233310202376,
                             -0.4143337836347631068486134466, -0.2587806256785793459195614421,
                             -0.1032679863395742731066282666, 0.007380785108959683659454494985};
  std::vector<double> h(8);
  dense_state<8>::impulse_response(s, std::span<double>(h));
  for (std::size_t k = 0; k < 8; ++k) CHECK(std::abs(h[k] - expected[k]) < 1e-14);
  double trace = 0;
  for (std::size_t i = 0; i < 8; ++i) trace += s.a[i * 9];
  CHECK(trace == doctest::Approx(6.08306198399077656043600316).epsilon(1e-15));
  // Every input has the same B.
  auto wide = dense_state<3, 2>{}.make<double>();
  hippo_start<hippo_lagt, zero_order_hold>{.step = 0.5}(wide, stream);
  CHECK(wide.a[0] == doctest::Approx(std::exp(-0.25)).epsilon(1e-15));
  CHECK(wide.a[3] == doctest::Approx(-0.5 * std::exp(-0.25)).epsilon(1e-15));
  CHECK(wide.b[0] == doctest::Approx(2 * (1 - std::exp(-0.25))).epsilon(1e-15));
  CHECK(wide.b[0] == wide.b[1]);
}

TEST_CASE("s4d_start: eigenvalues of the three laws, ones, and steps in the middle of a logarithm") {
  const auto imaginary = [](imaginary_parts law) {
    scripted stream;
    auto s = pairs_in_time{}.make<double>();
    s4d_start{.imaginary = law}(s, stream);
    for (std::size_t j = 0; j < 4; ++j) {
      CHECK(s.a_re[j] == -0.5);
      CHECK(s.b_re[j] == 1);
      CHECK(s.b_im[j] == 0);
      CHECK(s.c_im[j] == doctest::Approx(0.75 / std::numbers::sqrt2));
    }
    CHECK(s.step[0] == doctest::Approx(0.01));
    return s.a_im;
  };
  const auto linear = imaginary(imaginary_parts::linear), inverse = imaginary(imaginary_parts::inverse),
             legs = imaginary(imaginary_parts::legs);
  for (std::size_t n = 0; n < 4; ++n) {
    const double k = static_cast<double>(n);
    CHECK(linear[n] == doctest::Approx(std::numbers::pi * k));
    CHECK(inverse[n] == doctest::Approx(8 / std::numbers::pi * (8 / (2 * k + 1) - 1)));
  }
  CHECK(legs[0] == doctest::Approx(19.85741037097057683).epsilon(1e-14));
  scripted stream;
  auto many = discretized<complex_diagonal<32>, zero_order_hold>{}.make<double>();
  s4d_start{}(many, stream);
  CHECK(many.a_im[31] == doctest::Approx(97.3894).epsilon(1e-6));
  s4d_start{.imaginary = imaginary_parts::inverse}(many, stream);
  CHECK(many.a_im[0] == doctest::Approx(1283.4255).epsilon(1e-7));
}

TEST_CASE("s4d_start: each channel of a layer in turn") {
  using layer = channelwise<pairs_in_time, 3>;
  auto s = layer{}.make<double>();
  numpy_legacy stream(3), again(3);
  detail::write_start<slots_of<layer>>(s4d_start{}, s, stream);
  for (std::size_t c = 0; c < 3; ++c) {
    auto one = pairs_in_time{}.make<double>();
    s4d_start{}(one, again);
    CHECK(equal_parts(layer::get(std::as_const(s), c), one));
  }
}

TEST_CASE("s5_start: the response is that of the normal part with real B and C, block by block") {
  constexpr integer d = 4, m = 2, p = 2;
  using structure = discretized<complex_diagonal<d, m, p>, zero_order_hold, step_per_mode>;
  for (const integer blocks : {1, 2}) {
    std::vector<double> normals;
    for (std::size_t i = 0; i < 2 * d * (m + p); ++i)
      normals.push_back(std::sin(1.0 + static_cast<double>(i)));
    scripted stream{normals};
    auto s = structure{}.make<double>();
    s5_start{.blocks = blocks}(s, stream);
    CHECK(s.step[3] == doctest::Approx(0.01));
    // The same as a full matrix, with B0 (2 d, m) and C0 (p, 2 d) as they were drawn.
    const std::size_t states = 2 * d, n = states / static_cast<std::size_t>(blocks);
    auto real = dense_state<2 * d, m, p>{}.make<double>();
    const auto part = hippo_normal_part<hippo_legs>(static_cast<integer>(n)).first;
    for (std::size_t i = 0; i < states; ++i)
      for (std::size_t j = 0; j < states; ++j)
        real.a[i * states + j] = i / n == j / n ? part[i % n * n + j % n] : 0;
    for (std::size_t i = 0; i < states * m; ++i) real.b[i] = normals[i] / std::sqrt(2.0);
    for (std::size_t i = 0; i < states * p; ++i) real.c[i] = normals[states * m + i] / std::sqrt(8.0);
    const auto steps = in_steps<zero_order_hold>(bound_system<double, dense_state<2 * d, m, p>>{real}, 0.01);
    std::vector<double> h(20 * m * p), expected(h);
    structure::impulse_response(s, std::span<double>(h));
    steps.impulse_response(std::span<double>(expected));
    double largest = 0;
    for (const double x : expected) largest = std::max(largest, std::abs(x));
    for (std::size_t k = 0; k < h.size(); ++k) CHECK(std::abs(h[k] - expected[k]) < 1e-13 * largest);
  }
}

TEST_CASE("s5_start: eigenvectors of a skew matrix, also where a frequency is exact") {
  for (std::size_t n = 2; n <= 12; n += 2) {
    CAPTURE(n);
    const auto skew =
        lssm::detail::skew_part(hippo_normal_part<hippo_legs>(static_cast<integer>(n)).first, n);
    const auto w = lssm::detail::frequencies(skew, n);
    CHECK(w.size() == n / 2);
    for (const long double frequency : w) {
      const auto z = lssm::detail::skew_eigenvector(skew, n, frequency);
      double worst = 0, square = 0;  // S x + w y and S y - w x
      for (std::size_t i = 0; i < n; ++i) {
        long double re = frequency * z[n + i], im = -frequency * z[i];
        for (std::size_t j = 0; j < n; ++j) re += skew[i * n + j] * z[j], im += skew[i * n + j] * z[n + j];
        worst = std::max({worst, static_cast<double>(std::abs(re)), static_cast<double>(std::abs(im))});
        square += z[i] * z[i] + z[n + i] * z[n + i];
      }
      CHECK(square == doctest::Approx(1).epsilon(1e-14));
      CHECK(worst < 1e-14 * static_cast<double>(n * n));
    }
  }
}

TEST_CASE("glorot_start: intervals by rows and columns") {
  auto s = dense_state<40, 2, 4>{}.make<double>();
  numpy_legacy stream(5);
  glorot_start{.gain = 0.5}(s, stream);
  const auto fits = [](const auto& entries, double bound) {
    double square = 0, largest = 0;
    for (const double x : entries) square += x * x, largest = std::max(largest, std::abs(x));
    CHECK(largest <= bound);
    CHECK(largest > 0.9 * bound);
    const double n =
        static_cast<double>(entries.size());  // the variance of a square is 4/45 of the bound's fourth power
    CHECK(std::abs(square / n - bound * bound / 3) < 5 * bound * bound * std::sqrt(4 / (45 * n)));
  };
  fits(s.a, 0.5 * std::sqrt(6.0 / 80));
  fits(s.b, std::sqrt(6.0 / 42));
  fits(s.c, std::sqrt(6.0 / 44));
}

TEST_CASE("annulus_start: normals in a disc and in a ring") {
  const auto mean_square = [](const annulus_start& start) {
    numpy_legacy stream(7);
    auto s = complex_diagonal<>{4000}.make<double>();
    start(s, stream);
    double sum = 0;
    for (std::size_t j = 0; j < 4000; ++j) {
      const double square = s.a_re[j] * s.a_re[j] + s.a_im[j] * s.a_im[j];
      CHECK(square >= start.inner * start.inner * (1 - 1e-14));
      CHECK(square <= start.outer * start.outer * (1 + 1e-14));
      sum += square / 4000;
    }
    return sum;
  };
  // Of exponentials of mean 2 deviation², cut where the ring ends; within five standard deviations of the mean.
  CHECK(std::abs(mean_square({.outer = 1, .deviation = 0.1}) - 0.02) < 5 * 0.02 / std::sqrt(4000.0));
  const double width = 0.81 - 0.25, twice = 0.5;
  const double cut = 0.25 + twice - width / std::expm1(width / twice);
  CHECK(std::abs(mean_square({.inner = 0.5, .outer = 0.9, .deviation = 0.5}) - cut) <
        5 * width / std::sqrt(12 * 4000.0));
}

TEST_CASE("starts in continuous time: impossible values are refused") {
  CHECK(refusal(s4d_start{.decay = 0}) == "s4d_start: decay must be finite and above 0, given 0");
  CHECK(refusal(s4d_start{.steps = {.low = 0}}) ==
        "s4d_start: steps.low must be finite and above 0, given 0");
  CHECK(refusal(s4d_start{.steps = {.low = 1, .high = 0.5}}) ==
        "s4d_start: steps.high must be finite and at least low, 1, given 0.5");
  CHECK(refusal(s4d_start{.steps = {.low = 1e-300, .high = 1e10}}) ==
        "s4d_start: steps.high / steps.low must be finite, given inf");
  CHECK(s4d_start{}.steps == step_interval{.low = 1e-3, .high = 0.1});
  CHECK(refusal(s5_start{.blocks = 0}) == "s5_start: blocks must be at least 1, given 0");
  CHECK(refusal(hippo_start<hippo_legs>{}) == "hippo_start: step must be finite and above 0, given 0");
  CHECK(refusal(glorot_start{.gain = -1}) == "glorot_start: gain must be finite and at least 0, given -1");
  CHECK(refusal(annulus_start{.deviation = -1}) ==
        "annulus_start: deviation must be finite and at least 0, given -1");
  scripted stream;
  auto s = pairs_in_time{}.make<double>();
  CHECK_THROWS_WITH_AS(s5_start{.blocks = 3}(s, stream),
                       "s5_start: blocks must be a divisor of the 4 pairs, given 3", bad_argument);
  CHECK_THROWS_WITH_AS(hippo_system<hippo_legs>(0), "hippo_system: the states must be at least 1, given 0",
                       bad_argument);
}
