// SPDX-License-Identifier: BSD-3-Clause
// Starts: Theorem 1's bit for bit as NumPy draws it, normals in order, given numbers; what is refused, and how.
#include <doctest/doctest.h>

#include <lssm/init.hpp>
#include <lssm/ssm.hpp>

using namespace lssm;

namespace {

/// a = scale * RandomState(seed).rand(d), sorted, a[1] = a[0] - 0.05 / exp(F * log10(1 / scale)): computed with NumPy.
constexpr double setting_1[10] = {0x1.b851b4842023ap-11, 0x1.b84fa6fadcb94p-11, 0x1.5383e9da8ca59p-11,
                                  0x1.4810c85a5c534p-11, 0x1.2ff1ee1acd923p-11, 0x1.612b183b4a625p-12,
                                  0x1.50967f8ee1031p-13, 0x1.c2d5492c4a137p-14, 0x1.0847379bf9127p-14,
                                  0x1.cf15ed2e0ea5ep-15};
constexpr double setting_2[20] = {
    0x1.322528804adfcp-8,  0x1.3225287ab5713p-8,  0x1.0fba4b94b7615p-8,  0x1.0d74b7664cd4ap-8,
    0x1.d1427e240ec63p-9,  0x1.905704723802dp-9,  0x1.8deb7c23b9cecp-9,  0x1.7a090009b4c20p-9,
    0x1.1b77442792f09p-9,  0x1.ed1db89f956a1p-10, 0x1.e99fd0efcd21ap-10, 0x1.e584e90eba64dp-10,
    0x1.d50b23f96f44dp-10, 0x1.a49ff73399d10p-10, 0x1.557c259027b8fp-10, 0x1.2ebbc2d25e3b3p-10,
    0x1.22d273886c5a9p-10, 0x1.88c5f5434a3ecp-12, 0x1.54f7b09aa5e29p-12, 0x1.abda8ad67d4a4p-13};
constexpr double next_uniform_1 = 0x1.169e1a79fb300p-3, next_uniform_2 = 0x1.87d087b1605ccp-1;

/// numpy.random.RandomState(7).standard_normal(6)
constexpr double normals[6] = {0x1.b0c64ae2deb29p+0, -0x1.dd1eafa1d414dp-2, 0x1.0cdcdf34c3aedp-5,
                               0x1.a14bf2d03adc9p-2, -0x1.93edb81e0483fp-1, 0x1.0ebd202837d2fp-9};

template <class T, std::size_t N>
void starts_as(const theorem1_start& start, std::uint32_t seed, const double (&expected)[N], double next) {
  numpy_legacy stream(seed);
  auto s = real_diagonal<static_cast<integer>(N)>{}.template make<T>();
  start(s, stream);
  for (std::size_t j = 0; j < N; ++j) {
    CHECK(s.a[j] == static_cast<T>(expected[j]));
    CHECK(s.b[j] == T(1));
    CHECK(s.c[j] == T(1));
  }
  CHECK(stream.uniform() == next);
}

/// Uniforms from a list.
struct scripted {
  std::vector<double> values;
  std::size_t at = 0;
  double uniform() { return values[at++]; }
  double normal() { return values[at++]; }
};
static_assert(RandomStream<scripted>);

template <class Start>
std::string refusal(const Start& start, std::vector<double> values, integer d) {
  scripted stream{std::move(values)};
  auto s = real_diagonal<>{d}.make<double>();
  try {
    start.validate();
    start(s, stream);
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "accepted";
}

constexpr const char* begin_of_gap = "theorem1_start: the gap must be at most the ";

}  // namespace

TEST_CASE_TEMPLATE("Theorem 1's start has NumPy's bits in every scalar", T, float, double, long double) {
  starts_as<T>(theorem1_start{}, 242, setting_1, next_uniform_1);
  starts_as<T>(theorem1_start{.scale = 5e-3, .gap_factor = 10}, 342, setting_2, next_uniform_2);
}

TEST_CASE("its gap, to the last bit but one: NumPy's exp is not the C library's") {
  const auto near = [](double gap, double numpy) { return std::abs(gap - numpy) <= numpy * 0x1p-52; };
  CHECK(near(theorem1_start{}.gap(), 0x1.06c4a1b532360p-26));
  CHECK(near(theorem1_start{.scale = 5e-3, .gap_factor = 10}.gap(), 0x1.655ba5c625828p-38));
  CHECK(theorem1_start{.scale = 1, .gap_factor = 3}.gap() == 0.05);
}

TEST_CASE("Theorem 1's start is positive and ordered, or refused") {
  const theorem1_start start{.scale = 1, .gap_factor = 0};  // a gap of 0.05
  CHECK(refusal(start, {0.5, 0.3, 0.4}, 3) == "accepted");
  CHECK(refusal(start, {0.0625, 0.03}, 2) == "accepted");
  CHECK(refusal(start, {0.04, 0.03}, 2).starts_with(std::string(begin_of_gap) + "largest entry"));
  CHECK(refusal(start, {0.04, 0.03, 0.02}, 3).starts_with(std::string(begin_of_gap) + "largest entry"));
  CHECK(refusal(start, {0.5, 0.49, 0.48}, 3) ==
        std::string(begin_of_gap) +
            "distance from the largest to the third entry, 0.020000000000000018, given 0.050000000000000003");
  CHECK(refusal(start, {0.5}, 1) == "theorem1_start: states must be at least 2, given 1");
  CHECK(refusal(theorem1_start{.scale = 0}, {0.5, 0.3}, 2) ==
        "theorem1_start: scale must be finite and positive, given 0");
  CHECK(refusal(theorem1_start{.scale = std::nan("")}, {0.5, 0.3}, 2) ==
        "theorem1_start: scale must be finite and positive, given nan");
  CHECK(refusal(theorem1_start{.gap_factor = std::numeric_limits<double>::infinity()}, {0.5, 0.3}, 2) ==
        "theorem1_start: gap_factor must be finite, given inf");
  // A gap that overflows is refused, too.
  CHECK(refusal(theorem1_start{.scale = 1e-3, .gap_factor = -1000}, {0.5, 0.3}, 2).starts_with(begin_of_gap));
}

TEST_CASE("near zero: A, then B, then C, each with its deviation") {
  numpy_legacy stream(7);
  auto s = real_diagonal<2>{}.make<double>();
  near_zero{.state_deviation = 0.5, .io_deviation = 0.25}(s, stream);
  CHECK(s.a == std::array{0.5 * normals[0], 0.5 * normals[1]});
  CHECK(s.b == std::array{0.25 * normals[2], 0.25 * normals[3]});
  CHECK(s.c == std::array{0.25 * normals[4], 0.25 * normals[5]});
  numpy_legacy again(7);
  auto channels = real_diagonal<1, 2, 3>{}.make<float>();
  near_zero{.state_deviation = 1, .io_deviation = 1}(channels, again);
  CHECK(channels.b[1] == static_cast<float>(normals[2]));
  CHECK(channels.c[2] == static_cast<float>(normals[5]));
  CHECK(refusal(near_zero{.state_deviation = -1}, {}, 2) ==
        "near_zero: state_deviation must be finite and at least 0, given -1");
  CHECK(refusal(near_zero{.io_deviation = std::nan("")}, {}, 2) ==
        "near_zero: io_deviation must be finite and at least 0, given nan");
}

TEST_CASE("given numbers; empty lists are ones") {
  scripted stream;
  auto s = real_diagonal<>{2}.make<double>();
  given_start{.a = {0.5, -0.25}}(s, stream);
  CHECK(s.a == std::vector<double>{0.5, -0.25});
  CHECK(s.b == std::vector<double>{1, 1});
  given_start{.a = {1, 2}, .b = {3, 4}, .c = {5, 6}}(s, stream);
  CHECK(s.b == std::vector<double>{3, 4});
  CHECK(s.c == std::vector<double>{5, 6});
  CHECK(stream.at == 0);
  CHECK(refusal(given_start{.a = {1}}, {}, 2) == "given_start: a must be 2 numbers, given 1");
  CHECK(refusal(given_start{.a = {}}, {}, 2) == "given_start: a must be 2 numbers, given 0");
  CHECK(refusal(given_start{.a = {1, 2}, .c = {1}}, {}, 2) == "given_start: c must be 2 numbers, given 1");
  CHECK(refusal(given_start{.a = {1, std::nan("")}}, {}, 2) ==
        "given_start: entries must be finite, given nan");
}

TEST_CASE("starts compare by their numbers") {
  CHECK(theorem1_start{} == theorem1_start{.scale = 1e-3, .gap_factor = 5});
  CHECK_FALSE(theorem1_start{} == theorem1_start{.gap_factor = 4});
  CHECK_FALSE(near_zero{} == near_zero{.io_deviation = 1});
  CHECK_FALSE(given_start{.a = {1}} == given_start{.a = {2}});
}
