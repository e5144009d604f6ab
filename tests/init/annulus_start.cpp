// SPDX-License-Identifier: BSD-3-Clause
// The start of complex modes in a ring: where they lie, in which order it draws, and what is refused.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/init.hpp>
#include <numbers>

using namespace lssm;

namespace {

/// Uniforms and normals from a list.
struct scripted {
  std::vector<double> values;
  std::size_t at = 0;
  double uniform() { return values[at++]; }
  double normal() { return values[at++]; }
};

template <class S>
auto started(const annulus_start& start, const S& structure, auto& stream) {
  auto s = structure.template make<double>();
  start(s, stream);
  return s;
}
std::string refusal(const annulus_start& start) {
  try {
    start.validate();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("annulus_start: every area of the ring is as likely, and phases have their interval") {
  const annulus_start start{.inner = 0.5, .outer = 0.9, .low = 0.25, .high = 0.75};
  numpy_legacy stream(7);
  const integer d = 4000;
  const auto s = started(start, complex_diagonal<>{d}, stream);
  double squares = 0, phases = 0;
  for (std::size_t j = 0; j < s.a_re.size(); ++j) {
    const double r = std::hypot(s.a_re[j], s.a_im[j]), phase = std::atan2(s.a_im[j], s.a_re[j]);
    CHECK(r >= 0.5 - 1e-15);
    CHECK(r < 0.9 + 1e-15);
    CHECK(phase >= 0.25 - 1e-14);
    CHECK(phase < 0.75 + 1e-14);
    squares += r * r / static_cast<double>(d);
    phases += phase / static_cast<double>(d);
  }
  // Means of uniforms, within five of their standard deviations.
  CHECK(std::abs(squares - (0.25 + 0.81) / 2) < 5 * 0.56 / std::sqrt(12.0 * d));
  CHECK(std::abs(phases - 0.5) < 5 * 0.5 / std::sqrt(12.0 * d));
}

TEST_CASE("annulus_start: pair by pair, modulus before phase, then B and then C") {
  scripted stream{{0.25, 0.5, 0.75, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  const annulus_start start{
      .input = {.deviation = 2}, .output = {.mean = 1, .deviation = 1}, .normalized = true};
  const auto s = started(start, complex_diagonal<2, 2, 1>{}, stream);
  CHECK(stream.at == 16);
  CHECK(std::abs(s.a_re[0]) < 1e-16);
  CHECK(s.a_im[0] == doctest::Approx(0.5));
  CHECK(s.a_re[1] == doctest::Approx(std::sqrt(0.75)));
  CHECK(s.a_im[1] == 0);
  const double scale[] = {std::sqrt(0.75), 0.5};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(s.b_re[i] == doctest::Approx(2 * scale[i / 2] * static_cast<double>(i + 1)));
    CHECK(s.b_im[i] == doctest::Approx(2 * scale[i / 2] * static_cast<double>(i + 5)));
  }
  CHECK(s.c_re[1] == 11);
  CHECK(s.c_im[0] == 12);
}

TEST_CASE("annulus_start: impossible rings are refused") {
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK(refusal({}) == "none");
  CHECK(refusal({.inner = -0.5}) == "annulus_start: inner must be at least 0, given -0.5");
  CHECK(refusal({.inner = 0.5, .outer = 0.25}) ==
        "annulus_start: outer must be finite and at least inner, 0.5, given 0.25");
  CHECK(refusal({.outer = infinite}) ==
        "annulus_start: outer must be finite and at least inner, 0, given inf");
  for (const double beyond : {1e160, 1e-170}) {
    CHECK(refusal({.outer = beyond})
              .starts_with("annulus_start: outer must be 0, or of a square within the range of double"));
    CHECK(refusal({.deviation = beyond})
              .starts_with("annulus_start: deviation must be 0, or of a square within the range of double"));
  }
  CHECK(refusal({.outer = 0}) == "none");
  CHECK(refusal({.low = -1}) == "annulus_start: low must be at least 0, given -1");
  CHECK(refusal({.high = 4}) == "annulus_start: high must be between low, 0, and pi, given 4");
  CHECK(refusal({.outer = 1.5, .normalized = true}) ==
        "annulus_start: outer must be at most 1 where rows are normalized, given 1.5");
  CHECK(refusal({.input = {.deviation = -1}}) ==
        "gaussian_start: input.deviation must be finite and at least 0, given -1");
}
