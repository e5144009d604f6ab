// SPDX-License-Identifier: BSD-3-Clause
// NumPy's legacy stream against NumPy's own numbers, and its place in the stream kept and found again.
#include <doctest/doctest.h>

#include <chrono>
#include <lssm/core.hpp>
#include <random>
#include <vector>

using namespace lssm;

namespace {

std::vector<double> normals(std::uint32_t seed, std::size_t count) {
  numpy_legacy stream(seed);
  std::vector<double> values(count);
  for (double& x : values) x = stream.normal();
  return values;
}
std::vector<double> uniforms(std::uint32_t seed, std::size_t count) {
  numpy_legacy stream(seed);
  std::vector<double> values(count);
  for (double& x : values) x = stream.uniform();
  return values;
}

void near_to(const std::vector<double>& values, const std::vector<double>& expected) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(std::abs(values[i] - expected[i]) <= 1e-15 * std::abs(expected[i]));
}

}  // namespace

// numpy.random.RandomState(seed).rand(): integers and exact divisions, hence the same bits on every machine.
TEST_CASE("uniforms have NumPy's bits") {
  CHECK(uniforms(0, 4) == std::vector<double>{0x1.18fe1565f12a8p-1, 0x1.6e2d4cf608733p-1,
                                              0x1.349d66b6e894bp-1, 0x1.16faedb6395f5p-1});
  CHECK(uniforms(1, 4) == std::vector<double>{0x1.ab07d0ffa3c06p-2, 0x1.70ce5f3baf051p-1,
                                              0x1.dfb906661c000p-14, 0x1.3596ab7fe08f4p-2});
  CHECK(uniforms(105, 4) == std::vector<double>{0x1.56ffaca812648p-4, 0x1.5582ac6cd4802p-2,
                                                0x1.b7fd79e99226cp-1, 0x1.b0e4add502e40p-4});
  CHECK(uniforms(4541, 4) == std::vector<double>{0x1.f4fd4ef077ec4p-2, 0x1.0f0af86e82146p-2,
                                                 0x1.36db5a5716726p-2, 0x1.a551a82d94452p-2});
  CHECK(uniforms(4294967295, 4) == std::vector<double>{0x1.8fe69a3924820p-4, 0x1.d323d824032b1p-1,
                                                       0x1.93fc6f61af3f9p-1, 0x1.8f5ca1b151c07p-1});
  const auto long_run = uniforms(242, 100000);
  CHECK(long_run[311] == 0x1.0d3758372a4b9p-1);
  CHECK(long_run[312] == 0x1.cbf5a2e456733p-1);
  CHECK(long_run[623] == 0x1.9df5335fdf562p-1);
  CHECK(long_run[99999] == 0x1.adcb920be094cp-1);
}

// numpy.random.RandomState(seed).randn(): the logarithm is the machine's, so the last bit may differ.
TEST_CASE("normals are NumPy's") {
  near_to(normals(0, 4), {1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458});
  near_to(normals(105, 4),
          {-0.2453256670383973, -0.613352194218477, -0.7267678754052859, 0.05936607808851745});
  near_to(normals(4541, 4),
          {-1.733313929678025, -0.0792036175268095, -0.7541668257751398, -1.67284708981381});
  near_to(normals(4542, 4), {-0.4423700150349598, 0.569588730950718, 0.4716518200757748, -2.359130512089605});
  near_to(normals(4294967295, 5), {0x1.4bfc38c486d8ap-1, 0x1.56b192e507eeep-1, -0x1.149e836f192fdp+0,
                                   0x1.23543dec5a0fcp-2, 0x1.d27bf27c6aaafp-4});
  const auto long_run = normals(242, 100000);
  near_to({long_run[0], long_run[1001], long_run[99999]},
          {-0x1.6e19910c1164dp-2, -0x1.5c44a93eb9807p+0, -0x1.1ee827583eca9p-1});
}

TEST_CASE("uniforms between normals leave the kept half of a pair alone, as NumPy does") {
  numpy_legacy stream(7);
  std::vector<double> values{stream.uniform(), stream.normal(), stream.uniform(), stream.normal(),
                             stream.normal()};
  near_to(values, {0x1.388f0a7465c98p-4, -0x1.484c383be8b2ep-2, 0x1.726a071d284d9p-1, 0x1.7503680ef5db1p+0,
                   0x1.0cdcdf34c3aedp-5});
}

TEST_CASE("a stream continues from its place with identical bits") {
  for (const int drawn : {0, 1, 2, 5, 700}) {
    numpy_legacy stream(11);
    for (int i = 0; i < drawn; ++i) static_cast<void>(i % 3 == 0 ? stream.uniform() : stream.normal());
    numpy_legacy again = numpy_legacy::at(stream.where_it_stands());
    CHECK(again.seed() == 11);
    for (int i = 0; i < 50; ++i)
      CHECK((i % 7 == 0 ? stream.uniform() == again.uniform() : stream.normal() == again.normal()));
  }
}

TEST_CASE("the generator has the words of the standard library's") {
  for (const std::uint32_t seed : {0U, 1U, 5489U, 0xFFFFFFFFU}) {
    detail::mersenne_twister ours(seed);
    std::mt19937 theirs(seed);
    bool same = true;
    for (int i = 0; i < 100'000; ++i) same = same && ours() == theirs();
    CHECK(same);
  }
}

TEST_CASE("a place far along the stream is found as fast as the first") {
  numpy_legacy stream(3);
  for (int i = 0; i < 1000; ++i) stream.uniform();  // 2000 words, within the fourth block
  auto far = stream.where_it_stands();
  const std::uint64_t block = detail::mersenne_twister::size;
  far.words += ((std::uint64_t{1} << 39) - 2 * far.words) / block * block;
  const auto begin = std::chrono::steady_clock::now();
  numpy_legacy again = numpy_legacy::at(far);
  CHECK(std::chrono::steady_clock::now() - begin <
        std::chrono::seconds(5));  // drawing once more: half an hour
  for (int i = 0; i < 1000; ++i) CHECK(again.uniform() == stream.uniform());
}

TEST_CASE("places where no stream can stand are refused by name") {
  const auto with = [](auto change) {
    numpy_legacy stream(3);
    stream.normal();
    auto p = stream.where_it_stands();
    change(p);
    try {
      numpy_legacy::at(p);
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string("nothing thrown");
  };
  CHECK(with([](auto&) {}) == "nothing thrown");
  for (const double words : {0x1.00001p39, 1e12, 0x1p62, 0x1.fffffffffffffp63})
    CHECK(with([words](auto& p) { p.words = static_cast<std::uint64_t>(words); }) ==
          "numpy_legacy: a position that has drawn more words than any run can");
  CHECK(with([](auto& p) { p.words = 0; }) ==
        "numpy_legacy: a position that has drawn nothing and stands elsewhere than its seed");
  CHECK(with([](auto& p) { p.state = {}; }) ==
        "numpy_legacy: a position that has a state of zeros, which the generator never leaves");
  for (const double x : {HUGE_VAL, std::nan("")})
    CHECK(with([x](auto& p) { p.cached = x; }) ==
          "numpy_legacy: a position that keeps a number that is not finite");
  CHECK(detail::place_in_pairs{0, true}.objection() == "stands within no pair of normals");
  CHECK(detail::place_in_pairs{7, true}.objection() == "stands within no pair of normals");
  CHECK(detail::place_in_pairs{8, true}.objection().empty());
}
