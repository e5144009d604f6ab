// SPDX-License-Identifier: BSD-3-Clause
// Training sets: what is drawn where, in NumPy's order; labels from a teacher; what is refused and how it is said.
#include <lssm/core/tensor.hpp>
#include <lssm/data.hpp>
#include <lssm/poison.hpp>
#include <random>

#include "../reference.hpp"

using namespace lssm;

namespace {

/// numpy.random.RandomState(7).standard_normal(24)
constexpr double normals[24] = {
    0x1.b0c64ae2deb29p+0,  -0x1.dd1eafa1d414dp-2, 0x1.0cdcdf34c3aedp-5,   0x1.a14bf2d03adc9p-2,
    -0x1.93edb81e0483fp-1, 0x1.0ebd202837d2fp-9,  -0x1.d2d1912005d29p-11, -0x1.c1359cb53ff75p+0,
    0x1.04853c2cd6586p+0,  0x1.33748a9e578d5p-1,  -0x1.403839fa50ee5p-1,  -0x1.5f54b1dc2b993p-3,
    0x1.02b6997dba877p-1,  -0x1.0ba1041f64458p-2, -0x1.f1266dd043021p-3,  -0x1.7407a113d73e2p+0,
    0x1.1bf1f35d298afp-1,  0x1.fb6a8b4ce8420p-4,  0x1.190c05b27260bp-2,   -0x1.86ca4fccec345p+0,
    0x1.a694414529c84p+0,  0x1.3c1444eb2a680p-3,  -0x1.8c6e69cd8fb32p-2,  0x1.03b8a376b20e8p+1};

/// A teacher with three-entry memory, told by its impulse response.
template <class T>
struct short_memory {
  T operator()(std::span<const T> x) const {
    return T(2) * x[x.size() - 1] - x[x.size() - 2] + T(0.25) * x[x.size() - 3];
  }
  void impulse_response(std::span<T> h) const {
    for (T& v : h) v = T(0);
    h[0] = T(2);
    h[1] = T(-1);
    h[2] = T(0.25);
  }
};
/// One that has no impulse response: the largest input.
template <class T>
struct greatest {
  T operator()(std::span<const T> x) const { return *std::max_element(x.begin(), x.end()); }
};

template <class Set, class Teacher = short_memory<double>>
labelled<double> labelled_set(const Set& set, std::uint32_t seed = 7, const Teacher& teacher = {}) {
  numpy_legacy stream(seed);
  return label<double>(set, teacher, stream);
}

template <class Set>
std::string refusal(const Set& set) {
  try {
    set.validate();
  } catch (const bad_argument& e) {
    return e.what();
  }
  return "accepted";
}

struct mapped_values {  // a fill of one's own: the running number
  everywhere support{};
  integer count = 1;
  double draw(auto&, integer i) const { return static_cast<double>(i); }
  void validate(integer, integer) const {}
};
struct every_other {  // outside by default, where only run time can tell
  integer first = 100;
  bool contains(integer k, integer) const { return k >= first && (k - first) % 2 == 0; }
  bool fits(integer kappa) const { return first >= 0 && first < kappa; }
};
struct the_middle {
  static bool contains(integer k, integer kappa) { return k == kappa / 2; }
  static bool fits(integer) { return true; }
};
struct no_count {
  everywhere support{};
  double draw(auto&, integer) const { return 0; }
  void validate(integer, integer) const {}
};

// ---------------------------------------------------------------- Fill
static_assert(Fill<unit<at<0>>>);
static_assert(Fill<gaussian<leading<>>>);
static_assert(Fill<listed<everywhere>>);
static_assert(Fill<mapped_values>);
static_assert(!Fill<no_count>);
static_assert(!Fill<at<0>>);
// ---------------------------------------------------------------- TrainingSet, CleanLabels
static_assert(TrainingSet<training_set<7, unit<at<0>>>>);
static_assert(TrainingSet<training_set<dynamic, mapped_values, 2>>);
static_assert(TrainingSet<label_noise<training_set<7, unit<at<0>>>>>);
static_assert(!TrainingSet<unit<at<0>>>);
static_assert(!TrainingSet<int>);
static_assert(CleanLabels<training_set<7, unit<at<0>>>>);
static_assert(!CleanLabels<label_noise<training_set<7, unit<at<0>>>>>);
// ---------------------------------------------------------------- TeacherRole, MeasurableTeacher
struct bound_role {
  template <class T>
  short_memory<T> bind() const {
    return {};
  }
};
struct silent_role {
  template <class T>
  greatest<T> bind() const {
    return {};
  }
};
static_assert(TeacherRole<theorem1_teacher<10>> && MeasurableTeacher<theorem1_teacher<10>>);
static_assert(TeacherRole<given<real_diagonal<>>> && MeasurableTeacher<given<real_diagonal<>>>);
static_assert(TeacherRole<bound_role> && MeasurableTeacher<bound_role>);
static_assert(TeacherRole<silent_role> && !MeasurableTeacher<silent_role>);
static_assert(TeacherRole<given<real_diagonal<2, 3, 1>>>);
static_assert(TeacherRole<given<real_diagonal<2, 1, 2>>>);
static_assert(!TeacherRole<short_memory<double>>);
static_assert(!TeacherRole<real_diagonal<3>>);
// ---------------------------------------------------------------- RandomStream
static_assert(RandomStream<numpy_legacy>);
static_assert(!RandomStream<std::mt19937>);

}  // namespace

TEST_CASE("unit: the amplitude at every entry of the support") {
  const auto data =
      labelled_set(training_set<5, unit<trailing<2>>>{.sequences = {.count = 2, .amplitude = 3}});
  CHECK(data.x == std::vector<double>{0, 0, 0, 3, 3, 0, 0, 0, 3, 3});
  CHECK(data.y == std::vector<double>{3, 3});
  CHECK(data.sequences() == 2);
  CHECK(data.kappa == 5);
}

TEST_CASE("gaussian: sequence by sequence, in time order, channels last") {
  const auto one =
      labelled_set(training_set<4, gaussian<leading<2>>>{.sequences = {.count = 3, .deviation = 0.5}});
  for (std::size_t n = 0; n < 3; ++n)
    for (std::size_t k = 0; k < 4; ++k) CHECK(one.x[4 * n + k] == (k < 2 ? 0.5 * normals[2 * n + k] : 0.0));

  numpy_legacy stream(7);
  const training_set<4, gaussian<trailing<3>>, 2> two{.sequences = {.count = 2, .deviation = 2}};
  const auto wide = label<double>(two, greatest<double>{}, stream);
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t k = 0; k < 4; ++k)
      for (std::size_t q = 0; q < 2; ++q)
        CHECK(wide.x[(4 * n + k) * 2 + q] == (k > 0 ? 2 * normals[(3 * n + k - 1) * 2 + q] : 0.0));
  CHECK(wide.channels == 2);
  CHECK(stream.normal() == normals[12]);
}

TEST_CASE("draws are double, then rounded to the scalar") {
  numpy_legacy stream(7);
  const training_set<3, gaussian<everywhere>> set{.sequences = {.count = 2, .deviation = 0.1}};
  const auto data = label<float>(set, greatest<float>{}, stream);
  for (std::size_t i = 0; i < 6; ++i) CHECK(data.x[i] == static_cast<float>(0.1 * normals[i]));
}

TEST_CASE("listed: without a sequence nothing is asked of the values, as of other fills") {
  using poisoned = inject<training_set<4, unit<at<0>>>, listed<trailing<2>>>;
  poisoned s{.special = {.count = 0, .values = {1, 2, 3}}};
  CHECK_NOTHROW(s.validate());
  CHECK(labelled_set(s).x == labelled_set(training_set<4, unit<at<0>>>{}).x);
  s.special.values = {};
  CHECK_NOTHROW(s.validate());
  using in_floats = inject<training_set<4, unit<at<0>>>, in_float<listed<at<-2>>>>;
  CHECK_NOTHROW((in_floats{.special = {{.count = 0, .values = {0.1}}}}.validate()));
  s.special = {.count = 1, .values = {1, 2, 3}};
  CHECK_THROWS_AS(s.validate(), bad_argument);
}

TEST_CASE("listed: entry after entry of the support") {
  const training_set<4, listed<at<-2>>> set{.sequences = {.count = 3, .values = {1, -2, 5}}};
  CHECK(labelled_set(set).x == std::vector<double>{0, 0, 1, 0, 0, 0, -2, 0, 0, 0, 5, 0});
  numpy_legacy stream(7);
  const training_set<2, listed<everywhere>, 2> channels{.sequences = {.count = 1, .values = {1, 2, 3, 4}}};
  CHECK(label<double>(channels, greatest<double>{}, stream).x == std::vector<double>{1, 2, 3, 4});
  CHECK(stream.normal() == normals[0]);  // nothing was drawn
}

TEST_CASE("a fill of one's own, and sizes at run time") {
  const auto fixed = labelled_set(training_set<3, mapped_values>{.sequences = {.count = 2}});
  CHECK(fixed.x == std::vector<double>{0, 1, 2, 3, 4, 5});
  const auto loose =
      labelled_set(training_set<dynamic, mapped_values>{.length = 3, .sequences = {.count = 2}});
  CHECK(loose.x == fixed.x);
  CHECK(loose.y == fixed.y);
}

TEST_CASE("supports of one's own, with numbers and without") {
  const training_set<5, unit<every_other>> inputs{.sequences = {.support = {.first = 1}}};
  CHECK(labelled_set(inputs).x == std::vector<double>{0, 1, 0, 1, 0});
  CHECK(refusal(training_set<5, unit<every_other>>{.sequences = {.support = {.first = 5}}}) ==
        "unit: support must be inside a sequence of length 5, given entries outside it");
  CHECK(labelled_set(training_set<3, unit<the_middle>>{}).x == std::vector<double>{0, 1, 0});
}

TEST_CASE("labels are the teacher's answers, h_star its response over the training length") {
  const auto data = labelled_set(training_set<5, gaussian<everywhere>>{.sequences = {.count = 4}});
  for (integer n = 0; n < 4; ++n) {
    const auto x = data.input(n);
    CHECK(data.y[static_cast<std::size_t>(n)] == 2 * x[4] - x[3] + 0.25 * x[2]);
  }
  CHECK(data.h_star == std::vector<double>{2, -1, 0.25, 0, 0});
  const training_set<5, gaussian<everywhere>> set{.sequences = {.count = 4}};
  CHECK(labelled_set(set, 7, greatest<double>{}).h_star.empty());
}

TEST_CASE("tensors of inputs and labels") {
  const auto data = labelled_set(training_set<5, gaussian<everywhere>>{.sequences = {.count = 4}});
  const auto x = data.inputs();
  CHECK(x.shape(0) == 4);
  CHECK(x.shape(1) == 5);
  CHECK(x.shape(2) == 1);
  CHECK(x(2, 3, 0) == data.x[13]);
  CHECK(data.labels()(3) == data.y[3]);
}

TEST_CASE("one's own edits are labelled again; noise is gone then") {
  auto data = labelled_set(label_noise<training_set<5, gaussian<everywhere>>>{
      .set = {.sequences = {.count = 4}}, .deviation = 0.1});
  CHECK(data.h_star.empty());
  data.x[4] = 100;
  data.relabel(short_memory<double>{});
  for (integer n = 0; n < 4; ++n)
    CHECK(data.y[static_cast<std::size_t>(n)] == short_memory<double>{}(data.input(n)));
  CHECK(data.y[0] > 190);
  CHECK(data.h_star.size() == 5);
}

TEST_CASE("label noise comes after all inputs, from the same stream") {
  const training_set<3, gaussian<leading<2>>> inputs{.sequences = {.count = 4}};
  const auto clean = labelled_set(inputs);
  const auto noisy =
      labelled_set(label_noise<training_set<3, gaussian<leading<2>>>>{.set = inputs, .deviation = 0.3});
  CHECK(noisy.x == clean.x);
  for (std::size_t n = 0; n < 4; ++n) CHECK(noisy.y[n] == clean.y[n] + 0.3 * normals[8 + n]);
}

TEST_CASE("noise upon noise is their sum, the outer one drawn first") {
  const training_set<3, gaussian<leading<2>>> inputs{.sequences = {.count = 4}};
  const auto clean = labelled_set(inputs);
  const label_noise<label_noise<training_set<3, gaussian<leading<2>>>>> set{{inputs, 0.3}, 0.5};
  const auto noisy = labelled_set(set);
  for (std::size_t n = 0; n < 4; ++n)
    CHECK(noisy.y[n] == clean.y[n] + (0.5 * normals[8 + 2 * n] + 0.3 * normals[9 + 2 * n]));
}

TEST_CASE("sequences may be added and taken away") {
  auto data = labelled_set(training_set<3, unit<at<2>>>{.sequences = {.count = 2}});
  data.x.insert(data.x.end(), {1, 2, 3});
  data.relabel(short_memory<double>{});
  CHECK(data.y == std::vector<double>{2, 2, 4.25});
  data.x.resize(3);
  data.relabel(short_memory<double>{});
  CHECK(data.y == std::vector<double>{2});
  data.x.resize(4);
  CHECK_THROWS_WITH_AS(data.relabel(short_memory<double>{}),
                       "relabel: x must be whole sequences of 3 entries, given 4", bad_argument);
}

TEST_CASE("a teacher of several inputs, and one of another number of inputs") {
  const training_set<3, listed<everywhere>, 2> set{.sequences = {.values = {1, 2, 3, 4, 5, 6}}};
  const given<real_diagonal<1, 2, 1>> teacher{.values = {{0.5}, {1, -1}, {2}}};
  const auto data = labelled_set(set, 7, teacher.bind<double>());
  CHECK(data.h_star == std::vector<double>{2, -2, 1, -1, 0.5, -0.5});
  CHECK(data.y == std::vector<double>{2 * (5 - 6) + (3 - 4) + 0.5 * (1 - 2)});
  numpy_legacy stream(7);
  CHECK_THROWS_WITH_AS(label<double>(set, theorem1_teacher<2>{}.bind<double>(), stream),
                       "relabel: the teacher must be of 2 inputs, given 1", bad_argument);
}

TEST_CASE("Theorem 1's teacher: h = (d, 1, 1, ...)") {
  for (const integer d : {2, 5, 10, 1000}) {
    const auto teacher = theorem1_teacher<>{d}.bind<double>();
    std::vector<double> h(6);
    teacher.impulse_response(std::span<double>(h));
    CHECK(reference::epsilons(h[0], reference::wide(d), static_cast<double>(d)) <= 2);
    for (std::size_t k = 1; k < 6; ++k) CHECK(h[k] == 1);
    const std::vector<double> x = {3, 0.5, -2, 1};
    CHECK(teacher(x) == doctest::Approx(static_cast<double>(d) + 1.5).epsilon(1e-15));
  }
  const auto root = theorem1_teacher<3>{}.bind<reference::wide>().system.b[1];
  CHECK(reference::epsilons(root * root, reference::wide(2), 2) <= 2);
  CHECK_THROWS_AS(theorem1_teacher<>{1}.validate(), bad_argument);
  CHECK_THROWS_AS((void)theorem1_teacher<10>{static_cast<integer>(9)}, bad_argument);
}

TEST_CASE("a teacher from given numbers") {
  const given<real_diagonal<2>> teacher{.values = {{0.5, -0.5}, {1, 2}, {3, 4}}};
  teacher.validate();
  const auto bound = teacher.bind<double>();
  std::vector<double> h(3);
  bound.impulse_response(std::span<double>(h));
  CHECK(h == std::vector<double>{11, -2.5, 2.75});
  given<real_diagonal<>> loose{.structure = {2}, .values = {{0, 0}, {1, 1}, {1, 1}}};
  loose.validate();
  loose.values.b.push_back(1);
  CHECK_THROWS_WITH_AS(loose.validate(), "given: b must be 2 numbers, given 3", bad_argument);
  given<real_diagonal<2>> broken = teacher;
  broken.values.c[1] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(broken.validate(), "given: c must be finite, given inf", bad_argument);
}

TEST_CASE("a Gram matrix of data whose parts do not fit each other is refused") {
  labelled<double> data;
  data.x = {1, 2, 3, 4, 5, 6};
  data.y = {1, 2};
  data.kappa = 3;
  CHECK(gram_matrix(data)(0, 0) == (9 + 36) / 2.0);
  data.y.push_back(3);
  CHECK_THROWS_WITH_AS((void)gram_matrix(data),
                       "gram_matrix: data.x must be 9 numbers (labels x kappa x channels), given 6",
                       bad_argument);
  data.y.pop_back();
  data.steps = 0;
  CHECK_THROWS_WITH_AS((void)data.outputs(), "labelled: steps must be at least 1, given 0", bad_argument);
  data.answers = 0;
  CHECK_THROWS_WITH_AS((void)data.sequences(), "labelled: answers must be at least 1, given 0", bad_argument);
  data.answers = 1;
  data.steps = 4;  // more than there are
  CHECK_THROWS_WITH_AS((void)gram_matrix(data),
                       "gram_matrix: data.steps must be 1, the last, or 3, all, given 4", bad_argument);
  data.steps = 1, data.answers = 0;
  CHECK_THROWS_AS((void)gram_matrix(data), bad_argument);
}

TEST_CASE("what is refused, and how it is said") {
  using unit_set = training_set<dynamic, unit<at<>>>;
  CHECK(refusal(unit_set{.length = 3, .sequences = {.support = {0}}}) == "accepted");
  CHECK(refusal(unit_set{.length = 3}) ==
        "unit: support must be one with a position, as at<>{-2}, given none");
  CHECK(refusal(unit_set{.length = 1}) == "training_set: length must be at least 2, given 1");
  CHECK(refusal(unit_set{.length = 3, .sequences = {.support = {3}}}) ==
        "unit: support must be inside a sequence of length 3, given entries outside it");
  CHECK(refusal(unit_set{.length = 3, .sequences = {.support = {-4}}}) ==
        "unit: support must be inside a sequence of length 3, given entries outside it");
  CHECK(refusal(unit_set{.length = 3, .sequences = {.count = 0}}) ==
        "training_set: count must be at least 1, given 0");
  CHECK(refusal(unit_set{.length = 3, .sequences = {.count = -1}}) ==
        "unit: count must be at least 0, given -1");
  CHECK(refusal(unit_set{.length = 3, .sequences = {.support = {0}, .amplitude = std::nan("")}}) ==
        "unit: amplitude must be finite, given nan");
  CHECK(refusal(training_set<4, gaussian<everywhere>>{.sequences = {.deviation = -1}}) ==
        "gaussian: deviation must be finite and at least 0, given -1");
  CHECK(refusal(training_set<4, gaussian<leading<>>>{}) ==
        "gaussian: support must be inside a sequence of length 4, given entries outside it");
  CHECK(refusal(training_set<4, listed<leading<2>>, 2>{.sequences = {.count = 3, .values = {1, 2}}}) ==
        "listed: values must be 12 numbers (support entries x channels x count), given 2");
  CHECK(refusal(training_set<4, listed<at<0>>>{.sequences = {.values = {std::nan("")}}}) ==
        "listed: values must be finite, given nan");
  CHECK(refusal(label_noise<unit_set>{.set = {.length = 3, .sequences = {.support = {0}}},
                                      .deviation = std::nan("")}) ==
        "label_noise: deviation must be given, finite and at least 0, given nan");
  CHECK(refusal(label_noise<unit_set>{.set = {.length = 3, .sequences = {.support = {0}}}}) ==
        "label_noise: deviation must be given, finite and at least 0, given -1");
  CHECK(refusal(label_noise<unit_set>{.set = {.length = 0}}) ==
        "training_set: length must be at least 2, given 0");
  CHECK_THROWS_AS((void)(training_set<7, unit<at<0>>>{.length = static_cast<integer>(8)}), bad_argument);
}

TEST_CASE("descriptions compare by their numbers") {
  using set = training_set<dynamic, gaussian<leading<>>>;
  const set one{.length = 5, .sequences = {.support = {2}, .count = 3, .deviation = 0.5}};
  set other = one;
  CHECK(one == other);
  other.sequences.deviation = 0.25;
  CHECK_FALSE(one == other);
  CHECK_FALSE(label_noise<set>{one, 0.1} == label_noise<set>{one, 0.2});
}
