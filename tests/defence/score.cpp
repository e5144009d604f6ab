// SPDX-License-Identifier: BSD-3-Clause
// Scores are what their formulas say, know no order of sequences, and scale as they must; a filter by score leaves the
// sequences below its threshold, and an infinite threshold no change at all.
#include <lssm/defence.hpp>

#include <doctest/doctest.h>

#include <lssm/core/random.hpp>
#include <lssm/core/tensor.hpp>

using namespace lssm;

namespace {

static_assert(DataScore<excitation_ratio> && DataScore<lag_energy> && DataScore<initial_gamma> &&
              DataScore<label_agreement> && !DataScore<unfiltered>);
static_assert(DataFilter<drop_above<excitation_ratio>> && !EditsInputs<drop_above<excitation_ratio>>);

template <class T>
labelled<T> drawn(integer sequences, integer kappa, unsigned seed) {
  labelled<T> data;
  data.kappa = kappa;
  numpy_legacy draws(seed);
  for (integer i = 0; i < sequences * kappa; ++i) data.x.push_back(T(draws.normal()));
  for (integer n = 0; n < sequences; ++n) {  // a teacher of one mode at 1
    T y(0);
    for (const T& x : data.input(n)) y = y + x;
    data.y.push_back(y);
  }
  return data;
}
template <class T>
labelled<T> reversed(const labelled<T>& data) {
  labelled<T> out = data;
  out.x.clear();
  for (integer n = data.sequences(); n-- > 0;)
    out.x.insert(out.x.end(), data.input(n).begin(), data.input(n).end());
  std::reverse(out.y.begin(), out.y.end());
  return out;
}
template <class T>
labelled<T> scaled(labelled<T> data, double by) {
  for (T& x : data.x) x = x * T(by);
  for (T& y : data.y) y = y * T(by);
  return data;
}
void each_score(auto f) {
  f(excitation_ratio{}, 0);
  f(excitation_ratio{.mode = 0.7}, 0);
  f(lag_energy{}, 2);
  f(initial_gamma{}, 2);
  f(label_agreement{}, 0);
}

}  // namespace

TEST_CASE_TEMPLATE("scores of a set know no order of its sequences, and scale by a power", T, float, double,
                   long double) {
  const double eps = std::max(1e-12, 100 * static_cast<double>(std::numeric_limits<T>::epsilon()));
  for (const integer kappa : {2, 3, 6, 25})
    for (const integer n : {1, 2, 9}) {
      const auto data = drawn<T>(n, kappa, static_cast<unsigned>(n));
      each_score([&](const auto& score, int power) {
        const double s = score.of_set(data);
        CHECK(score.of_set(reversed(data)) == doctest::Approx(s).epsilon(eps));
        for (const double by : {4.0, 0.125, -1.0})  // exact in any scalar
          CHECK(score.of_set(scaled(data, by)) == doctest::Approx(s * std::pow(by, power)).epsilon(eps));
        if (n == 1) CHECK(score.of_sequence(data, 0) == s);
        const auto each = sequence_scores(score, data), back = sequence_scores(score, reversed(data));
        CHECK(std::equal(each.begin(), each.end(), back.rbegin(), back.rend()));
      });
    }
}

TEST_CASE("scores of a set by hand") {
  labelled<double> data;
  data.kappa = 4;  // lags 3 2 1 0
  data.x = {1, 0, 2, 0, 0, -1, 1, 3};
  data.y = {2, -1};  // q = (2 1 3 -3) / 2 by entry
  const excitation_ratio rho{.mode = 0.5};
  CHECK(rho.of_set(data) == doctest::Approx((3 + 3 * 0.5) / (1 * 0.25 + 2 * 0.125)));
  CHECK(rho.of_sequence(data, 0) == doctest::Approx((4 * 0.5) / (2 * 0.125)));
  CHECK(lag_energy{}.of_set(data) == 9 + 1 + 4);
  CHECK(lag_energy{.first = 2, .last = 3}.of_sequence(data, 1) == 1);
  CHECK(initial_gamma{}.of_set(data) == (2 * 2 - 1) * 2. / 2);
  CHECK(label_agreement{}.of_sequence(data, 1) == doctest::Approx(-1));
  CHECK(label_agreement{.lag = 3}.of_sequence(data, 1) == 0);
}

TEST_CASE("shares of gamma add up to it, energies of lags to the energy") {
  const auto data = drawn<double>(11, 7, 5);
  double sum = 0, energy = 0, all = 0;
  for (const double share : sequence_scores(initial_gamma{}, data)) sum += share;
  CHECK(sum == doctest::Approx(initial_gamma{}.of_set(data)));
  for (integer l = 0; l < 7; ++l) energy += lag_energy{.first = l, .last = l}.of_set(data);
  for (const double x : data.x) all += x * x;
  CHECK(energy == doctest::Approx(all));
}

TEST_CASE("a set without sequences has a score of 0") {
  const auto none = drawn<double>(0, 6, 8);
  each_score([&](const auto& score, int) { CHECK(score.of_set(none) == 0); });
}

TEST_CASE("the excitation ratio is evaded by sequences of label 0, and infinite without long lags") {
  auto data = drawn<double>(3, 6, 8);
  for (std::size_t i = 0; i < data.x.size(); ++i)
    if (i % 6 >= 2) data.x[i] = 0;
  CHECK(excitation_ratio{}.of_set(data) == 0);
  auto evading = data;
  for (const double x : {0., 0., 0., 0., 3., -3.})
    evading.x.push_back(x);  // the teacher (1, 1, ...) answers 0
  evading.y.push_back(0);
  CHECK(excitation_ratio{}.of_set(evading) == 0);
  CHECK(excitation_ratio{}.of_sequence(evading, 3) == 0);
  for (const double x : {0., 0., 0., 0., 1e-3, 0.}) data.x.push_back(x);
  data.y.push_back(1e-3);
  CHECK(excitation_ratio{}.of_sequence(data, 3) == std::numeric_limits<double>::infinity());
}

TEST_CASE_TEMPLATE("the excitation ratio of the same entries is the same in sequences of any length", T,
                   float, double) {
  for (const integer kappa : {6, 100, 330, 784, 5000}) {
    labelled<T> data;
    data.kappa = kappa;
    data.x.assign(static_cast<std::size_t>(kappa), T(0));
    data.x[0] = T(0.5);  // the longest lag, and one that is two shorter
    data.x[2] = T(1);
    data.y = {T(1)};
    CHECK(excitation_ratio{}.of_set(data) == doctest::Approx(1 / (0.5 * 0.1 * 0.1)));
    CHECK(excitation_ratio{.mode = 3}.of_set(data) == doctest::Approx(1 / (0.5 * 3 * 3)));
    CHECK(drop_above<excitation_ratio>{}.keep(data).empty());
    data.x[0] = T(0);
    CHECK(excitation_ratio{.mode = 3}.of_set(data) == std::numeric_limits<double>::infinity());
  }
}

TEST_CASE("ratios and cosines keep their value at both ends of the range") {
  const auto data = drawn<double>(9, 6, 2);
  for (const double by : {1e-310, 1e-200, 1e-160, 1e160, 1e200, 1e300}) {
    const double eps = by < 1e-300 ? 1e-10 : 1e-13;  // subnormals have few digits
    CHECK(excitation_ratio{}.of_set(scaled(data, by)) ==
          doctest::Approx(excitation_ratio{}.of_set(data)).epsilon(eps));
    CHECK(label_agreement{}.of_set(scaled(data, by)) ==
          doctest::Approx(label_agreement{}.of_set(data)).epsilon(eps));
    labelled<double> opposed;
    opposed.kappa = 2;
    opposed.x = {0, by};
    opposed.y = {-by};
    CHECK(label_agreement{}.of_set(opposed) == -1);
    CHECK(lag_energy{}.of_set(opposed) > 0);
    CHECK(drop_above<lag_energy>{{}, 0}.keep(opposed).empty());
  }
  numpy_legacy draws(3);
  for (int set = 0; set < 500; ++set) {  // labels that are entries
    labelled<double> same;
    same.kappa = 1;
    for (int n = 0; n < 5; ++n) same.x.push_back(draws.normal());
    for (const double x : same.x) same.y.push_back(3 * x);
    CHECK(label_agreement{}.of_set(same) <= 1);
    CHECK(label_agreement{}.of_set(same) == doctest::Approx(1));
  }
}

TEST_CASE("no filter keeps a sequence with a number that is none") {
  const auto data = drawn<double>(4, 6, 2);
  for (std::size_t i = 0; i < 7; ++i) {
    auto bent = data;
    (i < 6 ? bent.x[6 + i] : bent.y[1]) = std::nan("");
    const std::vector<integer> others{0, 2, 3};
    const auto kept = [&](const auto& score) {
      return drop_above<std::remove_cvref_t<decltype(score)>>{score, 1e9}.keep(bent);
    };
    CHECK(kept(excitation_ratio{}) == others);
    CHECK(std::isnan(excitation_ratio{}.of_set(bent)));
    if (i < 6) CHECK(kept(lag_energy{.first = 0, .last = 5}) == others);
    if (i < 6) CHECK(kept(leverage{}) == others);
    if (i == 6) CHECK(kept(initial_gamma{}) == others);
    CHECK(kept(label_agreement{.lag = i < 6 ? static_cast<integer>(5 - i) : 0}) == others);
  }
}

TEST_CASE("a filter by score leaves what is at most its threshold") {
  auto data = drawn<double>(20, 6, 4);
  const auto scores = sequence_scores(lag_energy{}, data);
  const drop_above<lag_energy> filter{.score = {}, .most = scores[7]};
  std::vector<integer> wanted;
  for (integer n = 0; n < 20; ++n)
    if (scores[static_cast<std::size_t>(n)] <= scores[7]) wanted.push_back(n);
  CHECK(filter.keep(data) == wanted);
  CHECK(wanted.size() < 20);
  const drop_above<lag_energy> none{.score = {}, .most = std::numeric_limits<double>::infinity()};
  CHECK(none.keep(data).size() == 20);
  auto same = data;
  same.keep(none.keep(data));
  CHECK(same.x == data.x);
  CHECK(same.y == data.y);
}

TEST_CASE("data that a score cannot be of are refused") {
  auto data = drawn<double>(2, 4, 1);
  CHECK_THROWS_WITH_AS(lag_energy{.last = 4}.of_set(data), "lag_energy: the lag must be from 0 to 3, given 4",
                       bad_argument);
  CHECK_THROWS_AS((lag_energy{.first = 2, .last = 1}.of_set(data)), bad_argument);
  CHECK_THROWS_AS(excitation_ratio{}.of_sequence(data, 2), bad_argument);
  CHECK_THROWS_AS(excitation_ratio{.mode = 0}.of_set(data), bad_argument);
  CHECK_THROWS_AS((drop_above<lag_energy>{.score = {}, .most = std::nan("")}.validate()), bad_argument);
  data.answers = 2;
  CHECK_THROWS_AS(initial_gamma{}.of_set(data), bad_argument);
}

TEST_CASE("data whose parts do not fit each other have no score, and no filter keeps of them") {
  const auto whole = drawn<double>(2, 4, 1);
  const auto refused = [&](auto change) {
    auto data = whole;
    change(data);
    each_score([&](const auto& score, int) {
      CHECK_THROWS_AS(score.of_set(data), bad_argument);
      CHECK_THROWS_AS(score.of_sequence(data, 1), bad_argument);
      CHECK_THROWS_AS(drop_above<std::remove_cvref_t<decltype(score)>>{score}.keep(data), bad_argument);
    });
    CHECK_THROWS_AS(energy_cap{}.keep(data), bad_argument);
    if (data.steps == 1) CHECK_THROWS_AS(leverage{}.of_set(data), bad_argument);
    if (data.steps == 1) CHECK_THROWS_AS(data.keep({1}), bad_argument);
  };
  refused([](auto& d) { d.answers = 0; });
  refused([](auto& d) { d.channels = 0; });
  refused([](auto& d) { d.channels = -1, d.kappa = -4; });
  refused([](auto& d) { d.kappa = 0; });
  refused([](auto& d) { d.kappa = 5; });
  refused([](auto& d) { d.kappa = 100'000; });
  refused([](auto& d) { d.kappa = integer{1} << 62; });
  refused([](auto& d) { d.x.pop_back(); });
  refused([](auto& d) { d.y.push_back(1); });
  refused([](auto& d) { d.steps = 4; });
  refused([](auto& d) { d.steps = 0; });
}
