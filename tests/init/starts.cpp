// SPDX-License-Identifier: BSD-3-Clause
// Starts: Theorem 1's bit for bit as NumPy draws it, the rearranged one as the published runs print it, normals and
// uniforms in order, given numbers; networks behind an SSM; what is refused, and how.
#include <doctest/doctest.h>

#include <algorithm>
#include <lssm/init.hpp>
#include <lssm/nn.hpp>
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
  void restart() { at = 0; }
  void skip(std::uint64_t n) { at += n; }
};
static_assert(RestartableStream<scripted>);

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

template <class T = float>
auto rearranged(const rearranged_start& start, std::uint64_t seed, integer d) {
  tensorflow_stateless stream(seed);
  auto s = real_diagonal<>{d}.make<T>();
  start.validate();
  start(s, stream);
  return s;
}

/// An SSM of d states with layers 1 - 3 - 3 - 1, the first of them with bias.
using three_layers = sequential<dense<3>, relu, dense<3, without_bias>, relu, dense<1, without_bias>>;
template <class T = double, class Start, class Stream>
auto with_three_layers(const Start& start, Stream& stream, integer d) {
  auto s = with_network<ssm<real_diagonal<>>, three_layers>{.ssm = {.structure = {d}}}.template make<T>();
  for (T& w : s.network) w = T(7);
  start.validate();
  start(s, stream);
  return s;
}

/// The leading entries of A, which the published runs print with seven digits.
void begins(const std::vector<float>& a, const std::vector<std::pair<std::size_t, double>>& expected) {
  for (const auto& [j, value] : expected) CHECK(std::abs(static_cast<double>(a[j]) - value) <= 6e-7 * value);
}

constexpr const char* begin_of_gap = "theorem1_start: the gap must be at most the ";

}  // namespace

TEST_CASE_TEMPLATE("Theorem 1's start has NumPy's bits in every scalar", T, float, double, long double) {
  starts_as<T>(theorem1_start{}, 242, setting_1, next_uniform_1);
  starts_as<T>(theorem1_start{.scale = 5e-3, .gap_factor = 10}, 342, setting_2, next_uniform_2);
}

TEST_CASE("a start without numbers is refused before any work") {
  std::string said;
  try {
    given_start{}.validate();
  } catch (const bad_argument& e) {
    said = e.what();
  }
  CHECK(said == "given_start: a must be given: a number for each entry of A, given none");
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
  const auto of_gap = [](std::string_view rest) { return std::string(begin_of_gap).append(rest); };
  CHECK(refusal(start, {0.04, 0.03}, 2).starts_with(of_gap("largest entry")));
  CHECK(refusal(start, {0.04, 0.03, 0.02}, 3).starts_with(of_gap("largest entry")));
  CHECK(
      refusal(start, {0.5, 0.49, 0.48}, 3) ==
      of_gap(
          "distance from the largest to the third entry, 0.020000000000000018, given 0.050000000000000003"));
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

TEST_CASE("normals with mean and deviation of each matrix") {
  numpy_legacy stream(7);
  auto s = real_diagonal<1, 2, 3>{}.make<double>();
  const gaussian_start start{.state = {.mean = 0.5, .deviation = 0.25},
                             .input = {.mean = -1},
                             .output = {.mean = 2, .deviation = 0}};
  start(s, stream);
  CHECK(s.a == std::array{0.5 + 0.25 * normals[0]});
  CHECK(s.b == std::array{-1 + 0.01 * normals[1], -1 + 0.01 * normals[2]});
  CHECK(s.c == std::array{2.0, 2.0, 2.0});
  CHECK(refusal(gaussian_start{.input = {.mean = std::nan("")}}, {}, 2) ==
        "gaussian_start: input.mean must be finite, given nan");
  CHECK(refusal(gaussian_start{.output = {.deviation = -1}}, {}, 2) ==
        "gaussian_start: output.deviation must be finite and at least 0, given -1");
}

TEST_CASE("uniforms in the interval of each matrix") {
  scripted stream{{0, 0.5, 0.75, 0.25}};
  auto s = real_diagonal<1, 1, 2>{}.make<float>();
  uniform_start{.state = {.low = 0.5, .high = 1},
                .input = {.low = -1, .high = 3},
                .output = {.low = 2, .high = 2}}(s, stream);
  CHECK(s.a == std::array{0.5F});
  CHECK(s.b == std::array{1.0F});
  CHECK(s.c == std::array{2.0F, 2.0F});
  CHECK(refusal(uniform_start{.state = {.low = -std::numeric_limits<double>::infinity()}}, {}, 2) ==
        "uniform_start: state.low must be finite, given -inf");
  CHECK(refusal(uniform_start{.input = {.low = 1, .high = 0.5}}, {}, 2) ==
        "uniform_start: input.high must be finite and at least low, 1, given 0.5");
  CHECK(refusal(uniform_start{.output = {.low = -1.5e308, .high = 1.5e308}}, {}, 2) ==
        "uniform_start: output must be of finite length, given inf");
}

// Leading entries as the published runs print them while training stands still; ties between B and C in these units.
TEST_CASE("the rearranged start is that of the published runs") {
  const auto s = rearranged({.gap_factor = 0.5}, 4541, 10);
  begins(s.a, {{0, 0.01807914}, {2, 0.01438873}, {3, 0.009806354}});
  CHECK((s.a[1] < 0 && s.b[1] < 0));
  for (std::size_t j = 0; j < 10; ++j) CHECK((s.b[j] == s.c[j]) == (j == 5 || j == 7));
  begins(rearranged({.gap_factor = 0.5, .warm = 0.001}, 4541, 10).a,
         {{0, 0.01907914}, {2, 0.01538873}, {3, 0.01080636}});
  begins(rearranged({.gap_factor = 0.5, .warm = 0.001}, 4540, 10).a,
         {{0, 0.0182208}, {2, 0.01334296}, {3, 0.009145641}});
  const auto tied = rearranged({.gap_factor = 20}, 105, 10);
  CHECK((tied.a[1] == tied.a[0] && tied.b[1] == tied.b[0] && tied.c[1] != tied.c[0]));
  for (std::size_t j = 0; j < 10; ++j) CHECK((tied.b[j] == tied.c[j]) == (j == 2 || j == 9));
}

TEST_CASE_TEMPLATE("the rearranged start, written out", T, float, double) {
  const std::size_t d = 6;
  const tensorflow_stateless stream(77);
  const rearranged_start start{
      .state_deviation = 0.003, .io_deviation = 0.2, .gap_factor = 1.5, .warm = 0.1, .teacher_states = 4};
  std::vector<float> a, b, c;
  for (std::size_t j = 0; j < d; ++j) {
    a.push_back(std::fabs(static_cast<float>(stream.normal_at(j * d + j)) * 0.003F));
    b.push_back(std::fabs(static_cast<float>(stream.normal_at(j)) * 0.2F));
    c.insert(c.begin(), b.back());
  }
  const double gap = 0.05 / std::exp(1.5 * std::log10(1 / 0.003));
  for (auto* v : {&a, &b}) {
    std::sort(v->rbegin(), v->rend());
    const double first = (*v)[0], factors[] = {1, 1.01, 1.05};
    for (std::size_t j = 0; j < 3; ++j) (*v)[j + 1] = static_cast<float>(first - factors[j] * gap);
    for (float& x : *v) x = static_cast<float>(static_cast<double>(x) + 0.1);
  }
  const auto s = rearranged<T>(start, 77, static_cast<integer>(d));
  CHECK(s.a == std::vector<T>(a.begin(), a.end()));
  CHECK(s.b == std::vector<T>(b.begin(), b.end()));
  CHECK(s.c == std::vector<T>(c.begin(), c.end()));
  // Three teacher states leave entry 3 alone, two and one entry 2 as well.
  for (const integer states : {1, 2, 3}) {
    rearranged_start fewer = start;
    fewer.teacher_states = states;
    const auto t = rearranged<T>(fewer, 77, static_cast<integer>(d));
    CHECK(t.a[1] == s.a[1]);
    CHECK((t.a[2] == s.a[2]) == (states == 3));
    CHECK(t.a[3] != s.a[3]);
  }
}

TEST_CASE_TEMPLATE("the tie break changes B where it equals C bit for bit, and nothing else", T, float,
                   double) {
  const rearranged_start plain{.gap_factor = 0.5}, broken{.gap_factor = 0.5, .tie_break = 1e-6};
  const auto before = rearranged<T>(plain, 4541, 10), after = rearranged<T>(broken, 4541, 10);
  CHECK(after.a == before.a);
  CHECK(after.c == before.c);
  for (std::size_t j = 0; j < 10; ++j) {
    const double b = static_cast<double>(before.b[j]);
    const double expected = j == 5 || j == 7 ? static_cast<double>(static_cast<float>(b * (1 + 1e-6))) : b;
    CHECK(static_cast<double>(after.b[j]) == expected);
    CHECK(after.b[j] != after.c[j]);
  }
  // Warm starts of B have no ties.
  const rearranged_start warm{.gap_factor = 0.5, .warm = 0.001},
      warm_broken{.gap_factor = 0.5, .warm = 0.001, .tie_break = 1e-6};
  CHECK(rearranged<T>(warm, 4541, 10).b == rearranged<T>(warm_broken, 4541, 10).b);
  CHECK(refusal(rearranged_start{.tie_break = std::nan("")}, {}, 2) ==
        "rearranged_start: tie_break must be finite, given nan");
}

TEST_CASE("the rearranged start: which normals, what is refused") {
  const rearranged_start plain{.state_deviation = 1, .io_deviation = 2, .gap_factor = 0};  // a gap of 0.05
  scripted stream{{0.5, -0.25, 9, -1, 9, 9}};  // entries 0 and 3 of A, 0 and 1 of B and C
  auto s = real_diagonal<2>{}.make<double>();
  plain(s, stream);
  CHECK(s.a == std::array{1.0, double(0.95F)});
  CHECK(s.b == std::array{1.0, double(0.95F)});
  CHECK(s.c == std::array{0.5, 1.0});
  CHECK(refusal(plain, {1}, 1) == "rearranged_start: states must be at least 2, given 1");
  CHECK(refusal(rearranged_start{.teacher_states = 4}, {}, 3) ==
        "rearranged_start: states must be at least 4, given 3");
  auto two_inputs = real_diagonal<>{2}.make<double>();
  two_inputs.b.resize(4);
  CHECK_THROWS_WITH(plain(two_inputs, stream),
                    "rearranged_start: entries of B and C must be one for each of A, given 4");
  CHECK(refusal(rearranged_start{.state_deviation = 0}, {}, 2) ==
        "rearranged_start: state_deviation must be finite and positive, given 0");
  CHECK(refusal(rearranged_start{.io_deviation = -1}, {}, 2) ==
        "rearranged_start: io_deviation must be finite and at least 0, given -1");
  CHECK(refusal(rearranged_start{.gap_factor = std::nan("")}, {}, 2) ==
        "rearranged_start: gap_factor must be finite, given nan");
  CHECK(refusal(rearranged_start{.warm = std::nan("")}, {}, 2) ==
        "rearranged_start: warm must be finite, given nan");
  for (const integer states : {0, 5})
    CHECK(refusal(rearranged_start{.teacher_states = states}, {}, 9) ==
          "rearranged_start: teacher_states must be from 1 to 4, given " + std::to_string(states));
  // A gap beyond the range of float.
  CHECK(refusal(rearranged_start{.gap_factor = -1000}, {1, 1, 1, 1, 1}, 2) ==
        "rearranged_start: entries must be finite as floats, given -inf");
}

TEST_CASE_TEMPLATE("as the published programs draw a network: every layer restarts the stream", T, float,
                   double) {
  // Of seed 105.
  const double z[] = {0.000853247766, -0.224421248, 0.228584006, -0.258722812};
  tensorflow_stateless stream(105);
  const network_start<rearranged_start, restarted_normal> start{.ssm = {.gap_factor = 20},
                                                                .network = {.deviation = 0.03}};
  const auto s = with_three_layers<T>(start, stream, 10);
  const auto alone = rearranged<T>(start.ssm, 105, 10);
  CHECK((s.a == alone.a && s.b == alone.b && s.c == alone.c));
  const tensorflow_stateless again(105);
  const auto draws_from = [&](std::size_t offset, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const T drawn = s.network[offset + i];
      CHECK(drawn == T(static_cast<float>(again.normal_at(i)) * 0.03F));
      if (i < 4) CHECK(std::abs(static_cast<double>(drawn) - 0.03 * z[i]) < 2e-7 * std::abs(0.03 * z[i]));
    }
  };
  draws_from(0, 3);
  for (std::size_t i = 3; i < 6; ++i) CHECK(s.network[i] == T(0));  // biases
  draws_from(6, 9);
  draws_from(15, 3);
}

TEST_CASE("independent normals of a network follow those of the SSM, layer by layer") {
  std::vector<double> script;
  for (int i = 1; i <= 21; ++i) script.push_back(i);
  scripted stream{script};
  const auto s = with_three_layers(
      network_start<near_zero, normal_kernels>{.ssm = {1, 1}, .network = {.deviation = 2}}, stream, 2);
  CHECK(s.c == std::vector<double>{5, 6});
  CHECK(std::vector<double>(s.network.begin(), s.network.begin() + 7) ==
        std::vector<double>{14, 16, 18, 0, 0, 0, 20});
  CHECK(s.network[17] == 42);
  scripted another{script};
  const auto scaled =
      with_three_layers(network_start<near_zero, scaled_kernels>{.network = {.gain = 3}}, another, 2);
  CHECK(scaled.network[0] == 3 * 7);  // one input
  CHECK(scaled.network[3] == 0);
  CHECK(scaled.network[6] == doctest::Approx(3 / std::sqrt(3.0) * 10));  // three inputs
  CHECK(scaled.network[17] == doctest::Approx(3 / std::sqrt(3.0) * 21));
}

TEST_CASE("starts of networks are refused by name, and compare by their numbers") {
  const auto refused = [](const auto& kernels) {
    try {
      network_start<near_zero, std::remove_cvref_t<decltype(kernels)>>{.network = kernels}.validate();
    } catch (const bad_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(refused(restarted_normal{-1}) ==
        "restarted_normal: deviation must be finite and at least 0, given -1");
  CHECK(refused(normal_kernels{HUGE_VAL}) ==
        "normal_kernels: deviation must be finite and at least 0, given inf");
  CHECK(refused(scaled_kernels{-1}) == "scaled_kernels: gain must be finite and at least 0, given -1");
  CHECK(refused(scaled_kernels{}).empty());
  CHECK_THROWS_AS((network_start<near_zero>{.ssm = {-1, 1}}.validate()), bad_argument);
  CHECK(network_start<near_zero>{} == network_start<near_zero>{.network = {.deviation = 0.01}});
  CHECK_FALSE(network_start<near_zero>{} == network_start<near_zero>{.network = {.deviation = 1}});
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
  CHECK(refusal(given_start{.a = {}}, {}, 2) ==
        "given_start: a must be given: a number for each entry of A, given none");
  CHECK(refusal(given_start{.a = {1, 2}, .c = {1}}, {}, 2) == "given_start: c must be 2 numbers, given 1");
  CHECK(refusal(given_start{.a = {1, std::nan("")}}, {}, 2) ==
        "given_start: entries must be finite, given nan");
}

TEST_CASE("starts compare by their numbers") {
  CHECK(theorem1_start{} == theorem1_start{.scale = 1e-3, .gap_factor = 5});
  CHECK_FALSE(theorem1_start{} == theorem1_start{.gap_factor = 4});
  CHECK_FALSE(near_zero{} == near_zero{.io_deviation = 1});
  CHECK_FALSE(gaussian_start{} == gaussian_start{.input = {.mean = 1}});
  CHECK_FALSE(uniform_start{} == uniform_start{.output = {.high = 1}});
  CHECK_FALSE(rearranged_start{} == rearranged_start{.warm = 1});
  CHECK_FALSE(given_start{.a = {1}} == given_start{.a = {2}});
}
