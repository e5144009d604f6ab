// SPDX-License-Identifier: BSD-3-Clause
// The curvature that is deduced of a structure that says which entries belong to a mode, and the stiff flow by it.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>

#include "../ssm/own.hpp"
#include "curvature.hpp"

using namespace lssm;
using own::complex_modes, own::complex_pairs;

namespace {

/// real_diagonal with nothing but its response and pullback: A one by one, rows of B, columns of C.
template <integer M = 1, integer P = 1>
struct bare_diagonal {
  using base = real_diagonal<dynamic, M, P>;
  integer states = 1;
  static constexpr integer inputs = M, outputs = P;
  using slots = three_matrices;
  template <class T>
  using parameters = typename base::template parameters<T>;
  void validate() const {}
  template <class T>
  parameters<T> make() const {
    return base{states}.template make<T>();
  }
  static std::size_t modes(const auto& s) { return s.a.size(); }
  template <class T>
  static T pole(const parameters<T>& s, std::size_t j) {
    return s.a[j];
  }
  template <class Slot>
  static constexpr modal_slot modal(Slot) {
    if (std::is_same_v<Slot, input_matrix>) return {.entries = M};
    return {.entries = std::is_same_v<Slot, output_matrix> ? P : 1, .side_by_side = false};
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    base::impulse_response(s, h);
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    base::pullback(s, g, ds);
  }
};

/// Entries of either sign; a structure's eigenvalues below 1.
template <class T, class Structure>
auto drawn(const Structure& structure, reference::numbers& draw) {
  auto s = structure.template make<T>();
  each_number([&](T& x) { x = T(0.6) * draw.draw<T>(); }, s);
  return s;
}

template <class Learn, class Structure>
void curvature_holds(integer modes) {
  using model = ssm<Structure, Learn>;
  const Structure structure{modes};
  reference::numbers draw(41);
  for (const integer n : {3, 9}) {
    const auto data = problems::random_data<quad>(draw, n, 5, Structure::inputs, problems::labels::noisy);
    const auto start = drawn<quad>(structure, draw);
    tests::hessian_is_derivative(gram_objective<quad, model, 5>(model{structure}, start, data));
    tests::hessian_is_derivative(
        raw_objective<quad, model, dynamic, problems::quartic>(model{structure}, start, data));
  }
}

template <class Structure, class Learn = learn_all>
using flow_objective = gram_objective<double, ssm<Structure, Learn>, dynamic>;
static_assert(!CurvedObjective<flow_objective<own::sampled>>);         // its eigenvalues share a step
static_assert(!CurvedObjective<flow_objective<own::dense_matrix<>>>);  // it has no modes
static_assert(ModalSlots<complex_pairs> && !ModalSlots<own::sampled> && !ModalCurvature<complex_pairs>);

template <class Structure, class Method>
using pairs_study =
    teacher_student<ssm<Structure>, given<real_diagonal<1>>, training_set<6, gaussian<everywhere>>,
                    squared_error, gradient_flow<Method, plain, first_of<time_horizon, step_limit>>,
                    gaussian_start>;
template <class Structure, class Method>
pairs_study<Structure, Method> study_of(double rtol) {
  return {.student = {.structure = {2}},
          .teacher = {.values = {{0.7}, {0.8}, {1.2}}},
          .data = {.sequences = {.count = 12}},
          .training = {.rtol = rtol, .stop = {{{.time = 20}, {.steps = 1e6}}}},
          .start = {.state = {.mean = 0.2, .deviation = 0.4},
                    .input = {.mean = 0.5, .deviation = 0.3},
                    .output = {.mean = 0.5, .deviation = 0.3}}};
}
template <class State>
std::vector<double> numbers_of(const State& s) {
  std::vector<double> all;
  each_number([&](const double& x) { all.push_back(x); }, s);
  return all;
}

}  // namespace

TEST_CASE("deduced curvature: the derivative of the gradient, of pairs, channels and subsets") {
  for (const integer modes : {1, 3}) {
    curvature_holds<learn_all, complex_pairs>(modes);
    curvature_holds<learn<output_matrix, state_matrix>, complex_pairs>(modes);
    curvature_holds<learn<input_matrix>, complex_pairs>(modes);
    curvature_holds<learn<through<state_matrix, tests::stretched>, through<output_matrix, tests::stretched>>,
                    complex_pairs>(modes);
    curvature_holds<learn_all, complex_modes<1>>(modes);
    curvature_holds<learn_all, complex_modes<2>>(modes);
    curvature_holds<learn_all, bare_diagonal<>>(modes);
  }
}

TEST_CASE("deduced curvature: that of real_diagonal, whose own is written by hand, with several channels") {
  reference::numbers draw(43);
  const auto agree = [&]<integer M, integer P>(real_diagonal<dynamic, M, P> structure) {
    using model = ssm<real_diagonal<dynamic, M, P>>;
    using bare = ssm<bare_diagonal<M, P>>;
    auto data = problems::random_data<double>(draw, 7, 5, M, problems::labels::noisy);
    data.answers = P;
    data.y = draw.draws<double>(static_cast<std::size_t>(7 * P));
    const auto start = drawn<double>(structure, draw);
    tests::standing by_hand(gram_objective<double, model, 5>(model{structure}, start, data));
    tests::standing deduced(gram_objective<double, bare, 5>(bare{{structure.states}}, start, data));
    auto expected = by_hand.f.make_hessian();
    auto found = deduced.f.make_hessian();
    const auto theta = by_hand.theta();
    auto gradient = theta;
    by_hand.value_and_gradient(view<double>(theta), std::span<double>(gradient));
    deduced.value_and_gradient(view<double>(theta), std::span<double>(gradient));
    by_hand.hessian(view<double>(theta), expected);
    deduced.hessian(view<double>(theta), found);
    const auto x = expected.dense(), y = found.dense();
    for (std::size_t i = 0; i < theta.size(); ++i)
      for (std::size_t j = 0; j < theta.size(); ++j)
        CHECK(y(i, j) == doctest::Approx(x(i, j)).epsilon(1e-12));
    auto solved = std::vector<double>(theta.begin(), theta.end()), other = solved;
    expected.factor(30.0);
    found.factor(30.0);
    expected.solve(std::span<double>(solved));
    found.solve(std::span<double>(other));
    for (std::size_t i = 0; i < solved.size(); ++i)
      CHECK(other[i] == doctest::Approx(solved[i]).epsilon(1e-11));
  };
  for (const integer states : {1, 4}) {
    agree(real_diagonal<>{states});
    agree(real_diagonal<dynamic, 2, 1>{states});
    agree(real_diagonal<dynamic, 2, 3>{states});
  }
}

TEST_CASE("deduced curvature: a slot of another size than the structure says is refused") {
  using model = ssm<complex_pairs>;
  reference::numbers draw(44);
  const auto data = problems::random_data<double>(draw, 4, 5, 1, problems::labels::noisy);
  auto start = drawn<double>(complex_pairs{2}, draw);
  start.b.push_back(1);
  const gram_objective<double, model, 5> objective(model{{2}}, start, data);
  CHECK_THROWS_WITH_AS(objective.make_hessian(),
                       "modal: entries of a slot must be 2 for each of 2 modes, given 5", bad_argument);
}

TEST_CASE_TEMPLATE("deduced curvature: the stiff flow of pairs ends where the explicit one does", S,
                   complex_pairs, complex_modes<1>) {
  for (const std::uint64_t seed : {std::uint64_t{3}, std::uint64_t{8}}) {
    const auto stiff = run<double>(study_of<S, rosenbrock>(1e-10), seed);
    const auto expected = run<double>(study_of<S, dormand_prince>(1e-12), seed);
    CHECK(stiff.at_end.time == 20);
    const auto x = numbers_of(stiff.student.system), y = numbers_of(expected.student.system);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(x[i] == doctest::Approx(y[i]).epsilon(1e-7));
  }
}

TEST_CASE("deduced curvature: lanes are the students alone, bit for bit") {
  using T = pack<double>;
  std::vector<pairs_study<complex_pairs, rosenbrock>> studies(lanes_of<T>,
                                                              study_of<complex_pairs, rosenbrock>(1e-8));
  std::vector<std::uint32_t> seeds;
  for (std::size_t l = 0; l < studies.size(); ++l) seeds.push_back(static_cast<std::uint32_t>(10 + l));
  const auto together =
      run<T>(std::span<const decltype(studies)::value_type>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t l = 0; l < studies.size(); ++l) {
    const auto alone = run<double>(studies[l], seeds[l]);
    CHECK(numbers_of(together[l].student.system) == numbers_of(alone.student.system));
    CHECK(together[l].at_end.loss == alone.at_end.loss);
  }
}
