// SPDX-License-Identifier: BSD-3-Clause
// Sequences that differ in size by many orders of magnitude: none is lost beside another, whether they overlap or not.
//
// With r the ratio of their amplitudes, loss and gradient across the larger sequences agree with the sums over sequences,
// taken in 113 bits, to a few ε (1 + ε/r²): what rounding of the larger sequences' residuals leaves in any form.
#include <cmath>

#include <lssm/lssm.hpp>

#include "problems.hpp"

using namespace lssm;

namespace {

using reference::wide;
using model = ssm<real_diagonal<>>;

/// `large` sequences of size one and then `small` ones of size r, of which either kind may be all that a label sees.
template <class T>
struct two_sizes {
  std::size_t large, small, n;
  labelled<T> data;
  std::vector<T> h;

  two_sizes(reference::numbers& draw, std::size_t larges, std::size_t smalls, std::size_t kappa, double r,
            bool overlap, double noise)
      : large(larges), small(smalls), n(kappa), h(draw.draws<T>(kappa)) {
    data.kappa = static_cast<integer>(n);
    for (std::size_t s = 0; s < large + small; ++s)
      for (std::size_t k = 0; k < n; ++k) {
        const bool late = k >= n / 2;
        const T x = draw.draw<T>() * T(s < large ? 1 : r);
        data.x.push_back(overlap || late == (s >= large) ? x : T(0));
      }
    for (std::size_t s = 0; s < large + small; ++s) {
      wide y = 0;
      for (std::size_t k = 0; k < n; ++k) y += wide(row(s, k)) * wide(h[k]);
      data.y.push_back(T(y) + T(noise * (s < large ? 1 : r)) * draw.draw<T>());
    }
    if (noise == 0) data.h_star = h;
  }
  T row(std::size_t s, std::size_t k) const { return data.x[s * n + n - 1 - k]; }

  /// e such that h* + e fits the large sequences, else random: by Kaczmarz's projections, until they move it no more.
  std::vector<wide> fitted(reference::numbers& draw) const {
    auto e = draw.draws<wide>(n);
    wide moved = 1;
    for (int sweep = 0; sweep < 3000 && moved > wide(1e-32); ++sweep) {
      moved = 0;
      for (std::size_t s = 0; s < large; ++s) {
        wide off = -wide(data.y[s]), square = 0;
        for (std::size_t k = 0; k < n; ++k) {
          off += wide(row(s, k)) * (wide(h[k]) + e[k]);
          square += wide(row(s, k)) * wide(row(s, k));
        }
        if (square == 0) continue;
        const wide factor = off / square;
        moved += abs_of(off);
        for (std::size_t k = 0; k < n; ++k) e[k] -= factor * wide(row(s, k));
      }
    }
    return e;
  }
};

struct answer {
  wide loss = 0;
  std::vector<wide> gradient;
};

/// (1/N) Σ (x·h - y)² and its gradient. Labels that are exact are those of h*, which rounding of y cannot hold.
template <class T>
answer by_sequences(const two_sizes<T>& p, std::span<const T> h) {
  answer out{0, std::vector<wide>(p.n, 0)};
  const wide w = wide(1) / wide(p.large + p.small);
  for (std::size_t s = 0; s < p.large + p.small; ++s) {
    wide rho = p.data.h_star.empty() ? -wide(p.data.y[s]) : wide(0);
    for (std::size_t k = 0; k < p.n; ++k)
      rho += wide(p.row(s, k)) * (wide(h[k]) - (p.data.h_star.empty() ? wide(0) : wide(p.h[k])));
    out.loss += w * rho * rho;
    for (std::size_t k = 0; k < p.n; ++k) out.gradient[k] += 2 * w * rho * wide(p.row(s, k));
  }
  return out;
}

/// What of v the large sequences do not span.
template <class T>
std::vector<wide> across(const two_sizes<T>& p, std::vector<wide> v) {
  std::vector<std::vector<wide>> base;
  const auto take_away = [&](std::vector<wide>& x) {
    for (int twice = 0; twice < 2; ++twice)
      for (const auto& q : base) {
        wide along = 0;
        for (std::size_t k = 0; k < p.n; ++k) along += q[k] * x[k];
        for (std::size_t k = 0; k < p.n; ++k) x[k] -= along * q[k];
      }
  };
  for (std::size_t s = 0; s < p.large; ++s) {
    std::vector<wide> x;
    for (std::size_t k = 0; k < p.n; ++k) x.push_back(wide(p.row(s, k)));
    take_away(x);
    wide square = 0;
    for (const wide& c : x) square += c * c;
    if (square == 0) continue;
    for (wide& c : x) c /= sqrt_of(square);
    base.push_back(x);
  }
  take_away(v);
  return v;
}

/// Loss and gradient of the small sequences at h* + e as sums of the sizes of all that is added, entries of the gradient
/// together.
template <class T>
answer sizes_of_small(const two_sizes<T>& p, const std::vector<wide>& e) {
  answer out{0, {wide(0)}};
  const wide w = wide(1) / wide(p.large + p.small);
  for (std::size_t s = p.large; s < p.large + p.small; ++s) {
    const bool exact = !p.data.h_star.empty();
    wide rho = exact ? wide(0) : abs_of(wide(p.data.y[s])), row = 0;
    for (std::size_t k = 0; k < p.n; ++k) {
      rho += abs_of(wide(p.row(s, k)) * (exact ? e[k] : wide(p.h[k]) + e[k]));
      row += abs_of(wide(p.row(s, k)));
    }
    out.loss += w * rho * rho;
    out.gradient[0] += 2 * w * rho * row;
  }
  return out;
}

double distance(const std::vector<wide>& x, const std::vector<wide>& y) {
  wide off = 0;
  for (std::size_t k = 0; k < x.size(); ++k) off += abs_of(x[k] - y[k]);
  return reference::magnitude(off);
}

template <class T>
void check_law(double least, bool overlap, double noise) {
  reference::numbers draw(7);
  for (double r = 1; r > least * 0.99; r /= 10) {
    const double law = epsilon_of<T> * (1 + epsilon_of<T> / (r * r));
    reference::largest loss, gradient;
    for (std::size_t trial = 0; trial < 12; ++trial) {
      const two_sizes<T> p(draw, 1 + trial % 2, 1 + trial % 3, 8, r, overlap, noise);
      const model m{{2}};
      tests::standing objective(gram_objective<T, model, dynamic>(m, m.make<T>(), p.data));
      CHECK(objective.rank() == static_cast<integer>(p.large + p.small));
      const auto e = p.fitted(draw);
      for (std::size_t k = 0; k < p.n; ++k) objective.response()[k] = T(wide(p.h[k]) + e[k]);
      const T got = objective.evaluate_response();
      const answer right = by_sequences<T>(p, view<T>(objective.response()));
      const answer size = sizes_of_small(p, e);
      loss.see(reference::magnitude((wide(got) - right.loss) / size.loss));
      gradient.see(distance(across(p, reference::widen_all<wide>(objective.cotangent(), 0)),
                            across(p, right.gradient)) /
                   reference::magnitude(size.gradient[0]));
    }
    CAPTURE(r);
    CAPTURE(overlap);
    CAPTURE(noise);
    CHECK(loss < 16 * law);
    CHECK(gradient < 16 * law);
  }
}

}  // namespace

TEST_CASE("one sequence far smaller or larger than another is trained as the sums over sequences say") {
  for (const bool overlap : {false, true})
    for (const double noise : {0.0, 0.1}) {
      check_law<float>(1e-6, overlap, noise);
      check_law<double>(1e-12, overlap, noise);
    }
}

TEST_CASE("far from any fit, errors are roundings of the terms that are added") {
  const auto check = []<class T>(T, double least) {
    reference::numbers draw(8);
    for (double r = 1; r > least * 0.99; r /= 100)
      for (const double noise : {0.0, 0.3}) {
        const two_sizes<T> p(draw, 3, 9, 5, r, true, noise);  // more sequences than entries
        const model m{{2}};
        tests::standing objective(gram_objective<T, model, dynamic>(m, m.make<T>(), p.data));
        const auto h = draw.draws<T>(p.n);
        std::copy(h.begin(), h.end(), objective.response().begin());
        const T loss = objective.evaluate_response();
        const answer right = by_sequences<T>(p, view<T>(h));
        CAPTURE(r);
        CHECK(reference::epsilons(loss, right.loss, 1) < 100);
        for (std::size_t k = 0; k < p.n; ++k)
          CHECK(reference::epsilons(objective.cotangent()[k], right.gradient[k], 1) < 100);
      }
  };
  check(float{}, 1e-6);
  check(double{}, 1e-12);
}

TEST_CASE("the special sequence of a float student, or the baseline beside it, has a gradient") {
  labelled<float> data;
  data.kappa = 3;
  data.h_star = {1, 0.5F, 0.25F};
  for (const float a : {5e-4F, 2000.0F, 1e4F}) {
    data.x = {1, 0, 0, 0, 0, a};  // seen by h_2 and h_0
    data.y = {0.25F, a};
    const model m{{3}};
    tests::standing objective(gram_objective<float, model, dynamic>(m, m.make<float>(), data));
    CAPTURE(a);
    CHECK(objective.rank() == 2);
    objective.evaluate();  // h = 0: g = -h* x²
    CHECK(objective.cotangent()[0] == doctest::Approx(-double(a) * double(a)).epsilon(1e-6));
    CHECK(objective.cotangent()[1] == 0);
    CHECK(objective.cotangent()[2] == doctest::Approx(-0.25).epsilon(1e-6));
  }
}

TEST_CASE("sequences that nearly agree keep what they differ by") {
  for (const double apart : {1e-3, 1e-6, 1e-9}) {
    labelled<double> data;
    data.kappa = 2;
    data.x = {1, 1, 1, 1 + apart};  // x̃ = (1, 1), (1 + apart, 1)
    data.y = {3, 3 + 2 * apart};    // of h = (2, 1)
    data.h_star = {2, 1};
    const model m{{1}};
    tests::standing objective(gram_objective<double, model, dynamic>(m, m.make<double>(), data));
    CAPTURE(apart);
    REQUIRE(objective.rank() == 2);
    // e = (1, -1): residuals 0 and (x_2 - 1).
    const double gap = data.x[3] - 1;
    objective.response()[0] = 3;
    objective.response()[1] = 0;
    const double loss = objective.evaluate_response();
    CHECK(loss == doctest::Approx(gap * gap / 2).epsilon(1e-14 / apart));
    CHECK(objective.cotangent()[0] == doctest::Approx(gap * (1 + gap)).epsilon(1e-14 / apart));
  }
}

TEST_CASE("a pivot of a Gram matrix that is rounding of a larger sequence makes no row") {
  // What is left of entry 0 after three rows is less than the rounding of its square, and no less than what is left of entry 3.
  labelled<double> data;
  data.kappa = 5;
  const double sequences[4][5] = {{0, 0, 0, -0.29546640711093752, 0.21536903912478808},
                                  {3.0046465315791693e-09, -2.6618570458936119e-08, -3.7398372398911306e-08,
                                   4.8279666486905626e-08, -3.4531694836914539e-08},
                                  {-5.7026543487381787e-08, -3.4833234963116411e-08, -4.7040696671274418e-08,
                                   2.3051955011510472e-08, -3.5849748059035846e-08},
                                  {5.1070905726646743e-08, 1.5052275870175436e-08, 5.1755087326910143e-08,
                                   2.7114843703657243e-08, -2.6519572315919504e-08}};
  for (const auto& x : sequences) data.x.insert(data.x.end(), std::begin(x), std::end(x));
  data.h_star.assign(5, 0);
  data.y.assign(4, 0);
  const gram_factor<double> factor(data);
  REQUIRE(factor.rank == 4);
  const auto wide_gram = [&](std::size_t i, std::size_t j) {
    wide sum(0);
    for (std::size_t s = 0; s < 4; ++s) sum += wide(data.x[s * 5 + 4 - i]) * wide(data.x[s * 5 + 4 - j]) / 2;
    return sum;
  };
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 5; ++j) {
      wide sum(0), size(0);
      for (std::size_t q = 0; q < 4; ++q) {
        const wide term = wide(factor.rows[q * 5 + i]) * wide(factor.rows[q * 5 + j]);
        sum += term, size += abs_of(term);
      }
      CAPTURE(i);
      CAPTURE(j);
      CHECK(static_cast<double>(abs_of(sum - wide_gram(i, j)) / size) < 16 * epsilon_of<double>);
    }
}

TEST_CASE("copies and multiples add no rank, however large the others are") {
  reference::numbers draw(9);
  for (const double r : {1.0, 1e-5, 1e-11}) {
    labelled<double> data;
    data.kappa = 6;
    const auto large = draw.draws(6), little = draw.draws(6, r);
    for (int copy = 0; copy < 5; ++copy) {
      data.x.insert(data.x.end(), large.begin(), large.end());
      for (const double x : little) data.x.push_back(copy % 2 == 0 ? x : -x / 4);
    }
    data.y.assign(10, 0);
    CAPTURE(r);
    CHECK(gram_factor<double>(data).rank == 2);
  }
}

TEST_CASE("a kernel may hold the Gram matrix while amplitudes differ by less than ε^¼") {
  const auto suffices = []<class T>(T small) {
    labelled<T> data;
    data.kappa = 2;
    data.x = {1, 0, 0, small};
    data.y = {1, small};
    return gram_factor<T>(data).gram_suffices;
  };
  CHECK(suffices(1.0));
  CHECK(suffices(2e-4));
  CHECK_FALSE(suffices(1e-4));
  CHECK(suffices(2e-2F));
  CHECK_FALSE(suffices(1e-2F));
}

TEST_CASE_TEMPLATE(
    "a kernel may take errors from a response that fits the labels while its terms hardly cancel", T, float,
    double) {
  // Rows (1, 1) and (0, small): h° = (1 - label / small, label / small).
  const auto suffices = [](T small, T label) {
    labelled<T> data;
    data.kappa = 2;
    data.x = {1, 1, small, 0};
    data.y = {1, label};
    return gram_factor<T>(data).gram_suffices;
  };
  const T small = T(1) / T(20);
  CHECK(suffices(small, small));
  CHECK(suffices(small, 5 * small));
  CHECK_FALSE(suffices(small, T(1)));
  CHECK_FALSE(suffices(small, T(-1)));
  CHECK(suffices(T(1), T(1)));
  CHECK(suffices(T(1), T(1000)));
}

TEST_CASE("an edited label of a small sequence is no rounding of a large one") {
  for (const double r : {1.0, 1e-6, 1e-12}) {
    labelled<double> data;
    data.kappa = 2;
    data.x = {1, 1, r, 2 * r};
    data.y = {3, r * 2 + 2 * r * 1.0};
    data.h_star = {2, 1};  // 2 x_1 + x_0
    data.y[1] = 2 * (2 * r) + r;
    const gram_factor<double> told(data);
    CHECK(told.offset == 0);
    CHECK(told.target == data.h_star);
    data.y[1] *= 1 + 1e-9;
    const gram_factor<double> edited(data);
    CAPTURE(r);
    // h fits both: 1 = h_0 + h_1 scaled; the label moved by 5e-9 r.
    CHECK(2 * edited.target[0] + edited.target[1] == doctest::Approx(data.y[1] / r).epsilon(1e-13));
    CHECK(edited.target[0] + edited.target[1] == doctest::Approx(3).epsilon(1e-13));
  }
}

TEST_CASE("amplitudes whose squares a scalar cannot hold are trained or end, and never reach a target") {
  const auto loss_of = []<class T>(T x) {
    labelled<T> data;
    data.kappa = 2;
    data.x = {x, x, x, -x};
    data.y = {x, 0};
    const model m{{1}};
    return tests::standing(gram_objective<T, model, dynamic>(m, m.make<T>(), data)).evaluate();
  };
  CHECK(loss_of(1e150) == doctest::Approx(5e299));
  CHECK_FALSE(std::isfinite(loss_of(1e160)));
  CHECK_FALSE(std::isfinite(loss_of(1e20F)));
  CHECK(loss_of(1e-150) == doctest::Approx(5e-301));
  CHECK(loss_of(1e-20F) == doctest::Approx(5e-41).epsilon(1e-4));

  using study =
      teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<1>>, training_set<4, gaussian<everywhere>>,
                      squared_error, gradient_flow<>, gaussian_start>;
  study s{.teacher = {.values = {{0.5}, {1}, {1}}}};
  s.data.sequences.count = 3;
  s.data.sequences.deviation = 1e160;
  CHECK(run<double>(s, 1).status == status::not_finite);
  CHECK_THROWS_AS(run<float>(s, 1), bad_argument);
  s.data.sequences.deviation = 1e20;
  s.training.rtol = 1e-4;
  CHECK(run<float>(s, 1).status == status::not_finite);
}

TEST_CASE("what is not finite is refused by the place where it stands, in every form") {
  const double inf = std::numeric_limits<double>::infinity();
  labelled<double> data;
  data.kappa = 3;
  data.x = {1, 2, 3, 4, inf, 6};
  data.y = {1, 2};
  const auto refusal = [&](auto make) -> std::string {
    try {
      make();
    } catch (const bad_argument& e) {
      return e.what();
    }
    return {};
  };
  const model m{{1}};
  const auto gram = [&] { (void)gram_objective<double, model, dynamic>(m, m.make<double>(), data); };
  const auto raw = [&] {
    (void)raw_objective<double, model, dynamic, absolute_error>(m, m.make<double>(), data);
  };
  const std::string input = "objective: data.x, the input of sequence 1 at entry 1 must be finite, given inf";
  CHECK(refusal(gram) == input);
  CHECK(refusal(raw) == input);
  data.x[4] = 5;
  data.y[0] = std::nan("");
  const std::string label = "objective: data.y, the label of sequence 0 must be finite, given nan";
  CHECK(refusal(gram) == label);
  CHECK(refusal(raw) == label);

  using student = deep<ssm<real_diagonal<>>, gelu, ssm<real_diagonal<>>, last_output>;
  const student layers{{{{2}}, {}, {{2}}, {}}};
  CHECK(refusal([&] {
          (void)make_objective<double, dynamic>(layers, layers.make<double>(), data, squared_error{});
        }) == label);
  using networked = with_network<ssm<real_diagonal<>>, sequential<dense<2>, relu, dense<1>>>;
  const networked behind{.ssm = {{2}}};
  CHECK(refusal([&] {
          (void)make_objective<double, dynamic>(behind, behind.make<double>(), data, squared_error{});
        }) == label);
}

TEST_CASE("sizes of data whose product is beyond counting are refused") {
  labelled<double> data;
  data.y = {1, 1, 1, 1};
  data.kappa = integer{1} << 62;  // four times as many numbers are none, in 64 bits
  const model m{{1}};
  CHECK_THROWS_WITH_AS(
      (gram_objective<double, model, dynamic>(m, m.make<double>(), data)),
      "objective: data.kappa x data.channels must be at most 2147483648, given 4611686018427387904 x 1",
      bad_argument);
  data.steps = data.kappa;
  data.answers = data.kappa;
  using wide_model = ssm<real_diagonal<1, 1, 4>>;
  CHECK_THROWS_WITH_AS(
      (gram_objective<double, wide_model, dynamic>(wide_model{}, wide_model{}.make<double>(), data)),
      "objective: data.steps x outputs must be at most 2147483648, given 4611686018427387904 x 4",
      bad_argument);
}

TEST_CASE_TEMPLATE("inputs that are all zero leave the mean square of the labels", T, float, double, wide) {
  labelled<T> data;
  data.kappa = 3;
  data.x.assign(6, T(0));
  data.y = {T(3), T(-1)};
  const model m{{2}};
  auto start = m.template make<T>();
  start.a = {T(0.5), T(0.25)};
  tests::standing f(gram_objective<T, model, dynamic>(m, start, data));
  std::vector<T> d(static_cast<std::size_t>(f.parameters()), T(1));
  CHECK(f.value_and_gradient(f.theta(), std::span<T>(d)) == T(5));
  CHECK(std::all_of(d.begin(), d.end(), [](const T& v) { return v == T(0); }));
  CHECK(f.rank() == 0);
}

TEST_CASE_TEMPLATE("sequences below the normal numbers have the loss and gradient of the sums over them", T,
                   float, double) {
  const T smallest = std::numeric_limits<T>::denorm_min();
  for (const T size :
       {std::numeric_limits<T>::min() / T(2), std::numeric_limits<T>::min() / T(256), T(8) * smallest})
    for (const bool clean : {true, false}) {
      labelled<T> data;
      data.kappa = 3;
      data.x = {size, T(0), size, T(0), -size, size, size, size, T(0)};
      const auto teacher = given<real_diagonal<1>>{.values = {{0.5}, {1}, {1}}}.bind<T>();
      data.relabel(teacher);
      if (!clean) data.y[0] = data.y[0] + size;
      const model m{{2}};
      auto start = m.template make<T>();
      start.a = {T(0.5), T(0.25)}, start.b = {T(1e18), T(1)}, start.c = {T(1e18), T(1)};
      tests::standing gram(gram_objective<T, model, dynamic>(m, start, data));
      tests::standing raw(raw_objective<T, model, dynamic, squared_error>(m, start, data, {}));
      std::vector<T> d(6), e(6);
      const T loss = gram.value_and_gradient(gram.theta(), std::span<T>(d)),
              sum = raw.value_and_gradient(raw.theta(), std::span<T>(e));
      CAPTURE(size);
      CAPTURE(clean);
      // A row has the rounding of the smallest number, in units of which `size` may be as small as 8; so has the cotangent,
      // which b c or one of them multiplies.
      const T tolerance = T(8) * smallest / size + T(64) * std::numeric_limits<T>::epsilon();
      CHECK(std::abs(loss - sum) <= tolerance * sum + smallest);
      for (std::size_t i = 0; i < d.size(); ++i) {
        const T factor = i < 2 ? T(1e36) : T(1e18);
        CHECK(std::abs(d[i] - e[i]) <= T(2) * tolerance * std::abs(e[i]) + T(8) * smallest * factor);
      }
    }
}
