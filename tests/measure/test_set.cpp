// SPDX-License-Identifier: BSD-3-Clause
// The error on test sequences against a plain computation; teachers that are an SSM with a network.
#include <lssm/data/network_teacher.hpp>
#include <lssm/measure/test_set.hpp>
#include <lssm/objective.hpp>

#include "../nn/plain.hpp"
#include "../objective/problems.hpp"

using namespace lssm;

namespace {

using reference::wide;
using network = sequential<dense<3>, relu, dense<1>>;
using plain_model = ssm<real_diagonal<2>>;
using model = with_network<plain_model, network>;
const std::vector<std::size_t> layer_sizes{1, 3, 1};

given_network<real_diagonal<1>, network> teacher_of() {
  return {.ssm = {.values = {{0.5}, {1}, {2}}}, .weights = {1, -1, 0.5, 0.25, 0, -0.25, 2, 1, -1, 0.125}};
}

/// Last output of a system with a network, by its definition.
template <class System>
wide answer(const System& s, const std::vector<wide>& x) {
  const systems::lists<wide> lists{reference::widen_all<wide>(s.a, 0), reference::widen_all<wide>(s.b, 0),
                                   reference::widen_all<wide>(s.c, 0), 1, 1};
  const auto h = systems::impulse_response(lists, x.size());
  wide v(0);
  for (std::size_t k = 0; k < x.size(); ++k) v += h[k] * x[x.size() - 1 - k];
  if constexpr (requires { s.network; }) {
    std::vector<wide> w;
    for (const auto& t : s.network) w.push_back(wide(t));
    return plain_network::perceptron<wide>({v}, w.data(), layer_sizes, true)[0];
  } else {
    return v;
  }
}

template <class T, class Model>
auto drawn_objective(const Model& m, reference::numbers& draw) {
  auto start = m.template make<T>();
  for (auto* entries : {&start.a, &start.b, &start.c})
    for (T& x : *entries) x = draw.draw<T>();
  if constexpr (requires { start.network; })
    for (T& w : start.network) w = draw.draw<T>();
  const auto data = problems::random_data<T>(draw, 3, 4, 1, problems::labels::noisy);
  return make_objective<T, 4>(m, start, data, squared_error{});
}

template <class T, class Model>
void check_error(integer sequences, integer length) {
  reference::numbers draw(221);
  tests::standing f(drawn_objective<T>(Model{}, draw));
  const auto teacher = teacher_of();
  numpy_legacy stream(9), again(9);
  test_set<T> set(teacher.template bind<T>(), sequences, length, stream);

  const auto truth = [&](const auto& system) {
    numpy_legacy same = again;
    wide apart(0), size(0);
    struct {
      std::vector<double> a{0.5}, b{1}, c{2}, network;
    } of_teacher;
    of_teacher.network = teacher.weights;
    for (integer n = 0; n < sequences; ++n) {
      std::vector<wide> x;
      for (integer k = 0; k < length; ++k) x.push_back(wide(static_cast<float>(same.normal())));
      const wide y = answer(of_teacher, x), p = answer(system, x);
      apart += (p - y) * (p - y);
      size += y * y;
    }
    return sqrt_of(apart / size);
  };
  const wide expected = truth(f.system());
  CHECK(reference::epsilons(set.error(f.evaluated()), expected, 20 * (1 + reference::magnitude(expected))) <
        4);
  // Elsewhere: the set follows the objective.
  auto theta = f.theta();
  for (T& t : theta) t = t / T(2);
  f.value(view<T>(theta));
  const wide moved = truth(f.system());
  CHECK(reference::epsilons(set.error(f.evaluated()), moved, 20 * (1 + reference::magnitude(moved))) < 4);
  CHECK(moved != expected);
  CHECK(stream.normal() != again.normal());  // it was drawn from
}

/// An objective of one's own, whose model says nothing of what stands behind its SSM.
struct doubled : gram_objective<double, plain_model, 4> {
  using gram_objective::gram_objective;
  void apply_network(std::span<const double> v, std::span<double> y, const evaluation_type&) const {
    for (std::size_t n = 0; n < v.size(); ++n) y[n] = 2 * v[n];
  }
};

}  // namespace

TEST_CASE_TEMPLATE("the error on a test set is its definition", T, float, double) {
  check_error<T, model>(1, 1);
  check_error<T, model>(9, 12);
  check_error<T, model>(40, 5);
}

TEST_CASE("of students without a network, too") { check_error<double, plain_model>(9, 12); }

TEST_CASE("a student that is the teacher makes no error, a silent one an error of 1") {
  reference::numbers draw(222);
  with_network<ssm<real_diagonal<1>>, network> same;
  auto start = same.make<double>();
  start.a = {0.5}, start.b = {1}, start.c = {2};
  const auto weights = teacher_of().weights;
  std::copy(weights.begin(), weights.end(), start.network.begin());
  const auto data = problems::random_data<double>(draw, 3, 4, 1, problems::labels::noisy);
  numpy_legacy stream(9);
  test_set<double> set(teacher_of().bind<double>(), 20, 10, stream);
  tests::standing f(make_objective<double, 4>(same, start, data, squared_error{}));
  CHECK(set.error(f.evaluated()) < 1e-15);
  f.value(std::vector<double>(f.theta().size(), 0.0));
  CHECK(set.error(f.evaluated()) == 1);
  CHECK_THROWS_WITH((test_set<double>(teacher_of().bind<double>(), 0, 10, stream)),
                    "test_set: sequences and length must be at least 1, given 0 and 10");
  CHECK_THROWS_AS((test_set<double>(teacher_of().bind<double>(), 1, -1, stream)), bad_argument);
}

TEST_CASE_TEMPLATE("a teacher with a network answers as its definition says", T, float, double, wide) {
  reference::numbers draw(223);
  const auto bound = teacher_of().bind<T>();
  const auto x = draw.draws<T>(6);
  wide v(0), power(2);
  for (std::size_t k = 6; k-- > 0; power /= 2) v += power * wide(x[k]);
  const std::vector<wide> w(bound.weights.begin(), bound.weights.end());
  CHECK(reference::epsilons(bound(view<T>(x)),
                            plain_network::perceptron<wide>({v}, w.data(), layer_sizes, true)[0], 10) < 2);
}

TEST_CASE("the published teachers answer with m/2 of the positive part of the sum") {
  using hidden =
      sequential<dense<15, without_bias>, relu, dense<15, without_bias>, relu, dense<1, without_bias>>;
  given_network<real_diagonal<1>, hidden> teacher{.ssm = {.values = {{1}, {1}, {1}}}, .weights = {}};
  for (int i = 0; i < 15; ++i) teacher.weights.push_back(1);
  for (int i = 0; i < 225; ++i) teacher.weights.push_back(i % 16 == 0);
  for (int i = 0; i < 15; ++i) teacher.weights.push_back(0.5);
  teacher.validate();
  const auto bound = teacher.bind<double>();
  CHECK(bound(std::vector<double>{1, 2, -0.5}) == 7.5 * 2.5);
  CHECK(bound(std::vector<double>{1, -2, -0.5}) == 0);
  teacher.weights.pop_back();
  CHECK_THROWS_WITH(teacher.validate(), "given_network: weights must be 255 numbers, given 254");
  teacher.weights.push_back(std::nan(""));
  CHECK_THROWS_WITH(teacher.validate(), "given_network: weights must be finite, given nan");
}

TEST_CASE("an objective of one's own answers by what it has behind its SSM") {
  reference::numbers draw(222);
  auto start = plain_model{}.make<double>();
  for (auto* entries : {&start.a, &start.b, &start.c})
    for (double& x : *entries) x = draw.draw<double>();
  const auto data = problems::random_data<double>(draw, 3, 4, 1, problems::labels::noisy);
  tests::standing own(doubled(plain_model{}, start, data));
  for (double& c : start.c) c = 2 * c;
  tests::standing plain(gram_objective<double, plain_model, 4>(plain_model{}, start, data));
  numpy_legacy stream(9), again(9);
  const auto teacher = teacher_of().bind<double>();
  CHECK(test_set<double>(teacher, 20, 6, stream).error(own.evaluated()) ==
        test_set<double>(teacher, 20, 6, again).error(plain.evaluated()));
}
