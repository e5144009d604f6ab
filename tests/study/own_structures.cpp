// SPDX-License-Identifier: BSD-3-Clause
// Studies of structures that a user writes: measures of eigenvalues, the gap chart, norms, rates and constraints take them
// for what they say they are.
#include <doctest/doctest.h>

#include <cmath>
#include <lssm/all.hpp>

#include "../ssm/own.hpp"

using namespace lssm;
using own::complex_pairs, own::dense_matrix, own::with_gain;

namespace {

using data = training_set<8, gaussian<everywhere>>;
using flow = gradient_flow<dormand_prince, plain, first_of<time_horizon, step_limit>>;

template <class Structure, class Training, class Learn = learn_all, class Start = near_zero>
using study_of =
    teacher_student<ssm<Structure, Learn>, given<Structure>, data, squared_error, Training, Start>;

study_of<complex_pairs, flow> pairs() {
  return {.student = {.structure = {.pairs = 2}},
          .teacher = {.structure = {.pairs = 2},
                      .values = {{0.6, 0.7, 0.3, 0.1}, {1, 0.5, 1, 0}, {1, 0.5, 0, 1}}},
          .data = {.sequences = {.count = 12}},
          .training = {.stop = {{{.time = 5}, {}}}},
          .start = {.state_deviation = 0.5, .io_deviation = 0.5}};
}
study_of<dense_matrix<>, flow> full_matrix() {
  return {.student = {.structure = {.states = 2}},
          .teacher = {.structure = {.states = 2}, .values = {{0.6, -0.7, 0.7, 0.6}, {1, 0.5}, {1, 0.5}}},
          .data = {.sequences = {.count = 12}},
          .training = {.stop = {{{.time = 5}, {}}}},
          .start = {.state_deviation = 0.5, .io_deviation = 0.5}};
}

template <class Outcome>
concept TellsEigenvalues = requires(const Outcome x) {
  x.eigenvalues();
};
template <class Outcome>
concept TellsEffectiveRank = requires(const Outcome x) {
  x.effective_rank();
};
using of_pairs = outcome<double, study_of<complex_pairs, flow>>;
using of_dense = outcome<double, study_of<dense_matrix<>, flow>>;
static_assert(TellsEigenvalues<of_pairs> && TellsEffectiveRank<of_pairs>);
static_assert(!TellsEigenvalues<of_dense> && !TellsEffectiveRank<of_dense>);

/// h_k = Σ_j c_j tanh(a_j)^k b_j: no two modes couple and `a` holds no eigenvalues.
struct bounded_modes {
  using base = real_diagonal<>;
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;
  template <class T>
  using parameters = base::parameters<T>;
  template <class T>
  using second_order_terms = base::second_order_terms<T>;
  void validate() const {}
  template <class T>
  parameters<T> make() const {
    return base{states}.make<T>();
  }
  template <class T>
  second_order_terms<T> make_second_order() const {
    return base{states}.make_second_order<T>();
  }
  template <class T>
  static parameters<T> as_modes(parameters<T> s) {
    for (T& x : s.a) x = tanh_of(x);
    return s;
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    base::impulse_response(as_modes(s), h);
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    const auto modes = as_modes(s);
    base::pullback(modes, g, ds);
    for (std::size_t j = 0; j < s.a.size(); ++j) ds.a[j] = ds.a[j] * (T(1) - modes.a[j] * modes.a[j]);
  }
  template <class T>
  static void second_order(const parameters<T>& s, std::span<const T> g, second_order_terms<T>& m) {
    const auto modes = as_modes(s);
    auto slope = modes;
    base::pullback(modes, g, slope);
    base::second_order(modes, g, m);
    for (std::size_t j = 0; j < s.a.size(); ++j) {
      const T t = modes.a[j], d = T(1) - t * t;
      m.aa[j] = m.aa[j] * d * d - T(2) * slope.a[j] * t * d;
      m.ab[j] = m.ab[j] * d;
      m.ac[j] = m.ac[j] * d;
    }
  }
};

}  // namespace

TEST_CASE("eigenvalues of complex pairs are their magnitudes, not entries of a") {
  auto seen = trajectory_of<double>({.per_decade = 2}, record::time{}, record::eigenvalues{},
                                    record::effective_rank{});
  const auto end = run<double>(pairs(), 3, seen);
  const auto& a = end.student.system.a;
  const double one = std::hypot(a[0], a[1]), two = std::hypot(a[2], a[3]);
  const auto found = end.eigenvalues();
  REQUIRE(found.size() == 4);
  CHECK(found[0] == doctest::Approx(std::max(one, two)).epsilon(1e-14));
  CHECK(found[0] == found[1]);
  CHECK(found[2] == doctest::Approx(std::min(one, two)).epsilon(1e-14));
  CHECK(end.effective_rank() == effective_rank<double>(view<double>(found)));
  const auto recorded = seen.values("eigenvalue");
  const std::size_t last = seen.samples() - 1;
  CHECK(recorded.shape(1) == 4);
  CHECK(recorded(last, 0) == doctest::Approx(one).epsilon(1e-14));
  CHECK(recorded(last, 3) == doctest::Approx(two).epsilon(1e-14));
  CHECK(seen.values("effective_rank")(last, 0) == doctest::Approx(end.effective_rank()).epsilon(1e-14));
}

TEST_CASE("a full matrix trains, and its outputs agree with its response") {
  const auto end = run<double>(full_matrix(), 3);
  CHECK(end.at_end.time == 5);
  const auto h = end.student.impulse_response(6);
  std::vector<double> x{1, 0, 0, 0, 0, 0}, y(6);
  end.student.sequence(x, y);
  for (std::size_t k = 0; k < 6; ++k) CHECK(y[k] == doctest::Approx(h(k, 0, 0)).epsilon(1e-13));
}

TEST_CASE("modes that are no eigenvalues flow in θ itself, not in gaps") {
  using learn_a = learn<state_matrix>;
  using automatically = study_of<bounded_modes, gradient_flow<>, learn_a>;
  using in_theta = study_of<bounded_modes, gradient_flow<rosenbrock, plain>, learn_a>;
  static_assert(!GapCharted<typename bound_study<double, automatically>::objective_type>);
  static_assert(
      GapCharted<
          typename bound_study<double, study_of<real_diagonal<>, gradient_flow<>, learn_a>>::objective_type>);
  const auto end_of = []<class Study>(Study s) {
    s.student.structure.states = s.teacher.structure.states = 2;
    s.teacher.values = {{0.9, -0.4}, {1, 1}, {1, 0.5}};
    s.data.sequences.count = 12;
    s.start = {.state_deviation = 0.5, .io_deviation = 1};
    return run<double>(s, 3);
  };
  const auto automatic_end = end_of(automatically{});
  const auto plain_end = end_of(in_theta{});
  CHECK(automatic_end.student.system.a == plain_end.student.system.a);
  CHECK(automatic_end.at_end.loss == plain_end.at_end.loss);
}

TEST_CASE("a slot of your own counts in norms with the matrix that it names") {
  using rule = descent<adaptive_rate<diagonal_norm>>;
  using study = study_of<with_gain, rule, learn_all, own::gain_start>;
  auto bound = bind<double>(study{.student = {.structure = {.states = 2}},
                                  .teacher = {.structure = {.states = 1}, .values = {{0.5}, {1}, {1}, {1}}},
                                  .data = {.sequences = {.count = 4}}},
                            3);
  const auto norm_of = [](const std::vector<double>& v) {
    double sum = 0;
    for (double x : v) sum += x * x;
    return sum;
  };
  auto training = bound.training();
  const auto here = training.here();
  const auto g = here.objective.system_gradient();
  diagonal_norm::measure<typename decltype(bound)::objective_type> norm(bound.objective);
  const auto squares = norm.squares(here.objective);
  CHECK(squares[0] == doctest::Approx(norm_of(g.a)).epsilon(1e-14));
  CHECK(squares[1] == doctest::Approx(norm_of(g.b) + norm_of(g.gain)).epsilon(1e-14));
  CHECK(squares[2] == doctest::Approx(norm_of(g.c)).epsilon(1e-14));
  CHECK(squares[3] == 0);

  // The gain alone: its norm is all that the rate sees.
  using alone = study_of<with_gain, rule, learn<own::gain_slot>, own::gain_start>;
  auto single = bind<double>(alone{.student = {.structure = {.states = 2}},
                                   .teacher = {.structure = {.states = 1}, .values = {{0.5}, {1}, {1}, {1}}},
                                   .data = {.sequences = {.count = 4}}},
                             3);
  auto steps = single.training();
  const double slope = std::abs(steps.here().objective.system_gradient().gain[0]);
  steps.step();
  CHECK(steps.last_step() == doctest::Approx(0.01 / (std::sqrt(slope) + 1e-6)).epsilon(1e-12));
  const double first = steps.now().loss;
  for (int i = 0; i < 50; ++i) steps.step();
  CHECK(steps.now().loss < first);
}

TEST_CASE("a slot of your own has the rate and the constraint of the matrix that it names") {
  using learned = learn<state_matrix, own::gain_slot>;
  const auto bound_to = []<class Study>(Study s) {
    s.student.structure.states = 2;
    s.teacher = {.structure = {.states = 1}, .values = {{0.5}, {1}, {1}, {1}}};
    s.data.sequences.count = 4;
    return bind<double>(s, 3);
  };
  using stop = first_of<target_loss, step_limit>;
  using by_matrix = descent<gradient_descent, unconstrained, stop, constant_rate, unclipped, rate_per_matrix>;
  auto bound = bound_to(study_of<with_gain, by_matrix, learned, own::gain_start>{
      .training = {.rate = 1e-3, .rates = {.state = 1, .input = 0.5, .output = 7, .network = 100}}});
  auto gradient = bound.theta;
  auto training = bound.training();
  const auto before = training.here();
  std::copy(before.gradient.begin(), before.gradient.end(), gradient.begin());
  training.step();
  CHECK(training.theta()[0] == doctest::Approx(bound.theta[0] - 1e-3 * gradient[0]).epsilon(1e-14));
  CHECK(training.theta()[2] == doctest::Approx(bound.theta[2] - 5e-4 * gradient[2]).epsilon(1e-14));

  auto fixed =
      bound_to(study_of<with_gain, descent<gradient_descent, fixed_input_output>, learned, own::gain_start>{
          .training = {.constraint = {.value = 0.75}}});
  auto held = fixed.training();
  held.step();
  CHECK(held.theta()[2] == 0.75);
}

struct without_gain {
  void operator()(auto& s, auto& stream) const { near_zero()(s, stream); }
};

TEST_CASE("a start that leaves an entry unwritten is refused") {
  using study = study_of<with_gain, descent<>, learn<state_matrix>, without_gain>;
  std::string said;
  try {
    bind<double>(study{.student = {.structure = {.states = 2}},
                       .teacher = {.structure = {.states = 1}, .values = {{0.5}, {1}, {1}, {1}}},
                       .data = {.sequences = {.count = 4}}},
                 3);
  } catch (const bad_argument& e) {
    said = e.what();
  }
  CHECK(said == "bind: the start must be one that writes a number to every entry, given none in gain");

  // A network behind the SSM is written by network_start alone.
  using with_net = teacher_student<with_network<ssm<real_diagonal<3>>, sequential<dense<4>, relu, dense<1>>>,
                                   theorem1_teacher<3>, data, squared_error, descent<>, near_zero>;
  said.clear();
  try {
    bind<double>(with_net{.data = {.sequences = {.count = 4}}}, 3);
  } catch (const bad_argument& e) {
    said = e.what();
  }
  CHECK(said == "bind: the start must be one that writes a number to every entry, given none in network");
}
