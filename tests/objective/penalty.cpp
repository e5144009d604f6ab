// Penalties: values and gradients against differences in quad, curvature in flows, lanes, and what they change in a run.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>
#include <lssm/lssm.hpp>

using namespace lssm;

namespace {

struct balance {  // (|B|² - |C|²)², the page's
  double weight = 0.1;
  auto operator()(auto, const auto& s, auto& ds) const {
    using T = std::remove_cvref_t<decltype(s.a[0])>;
    T gap(0);
    for (std::size_t j = 0; j < s.b.size(); ++j) gap = gap + s.b[j] * s.b[j] - s.c[j] * s.c[j];
    for (std::size_t j = 0; j < s.b.size(); ++j) {
      ds.b[j] = ds.b[j] + T(4 * weight) * gap * s.b[j];
      ds.c[j] = ds.c[j] - T(4 * weight) * gap * s.c[j];
    }
    return T(weight) * gap * gap;
  }
};

struct mode_balance {  // weight Σ_j (Σ_q b_jq²)(Σ_i c_ij²), with curvature
  double weight = 0.2;
  template <class System>
  static auto squares(const System& s, std::size_t j) {
    using T = std::remove_cvref_t<decltype(s.a[0])>;
    const std::size_t d = s.a.size(), m = s.b.size() / d, p = s.c.size() / d;
    std::pair<T, T> sums{T(0), T(0)};
    for (std::size_t q = 0; q < m; ++q) sums.first = sums.first + s.b[j * m + q] * s.b[j * m + q];
    for (std::size_t i = 0; i < p; ++i) sums.second = sums.second + s.c[i * d + j] * s.c[i * d + j];
    return sums;
  }
  auto operator()(auto, const auto& s, auto& ds) const {
    using T = std::remove_cvref_t<decltype(s.a[0])>;
    const std::size_t d = s.a.size(), m = s.b.size() / d, p = s.c.size() / d;
    T sum(0);
    for (std::size_t j = 0; j < d; ++j) {
      const auto [in, out] = squares(s, j);
      sum = sum + T(weight) * in * out;
      for (std::size_t q = 0; q < m; ++q)
        ds.b[j * m + q] = ds.b[j * m + q] + T(2 * weight) * out * s.b[j * m + q];
      for (std::size_t i = 0; i < p; ++i)
        ds.c[i * d + j] = ds.c[i * d + j] + T(2 * weight) * in * s.c[i * d + j];
    }
    return sum;
  }
  template <class U, class V, class System>
  auto second(const System& s, std::size_t i, std::size_t k) const {
    using T = std::remove_cvref_t<decltype(s.a[0])>;
    const std::size_t d = s.a.size(), m = s.b.size() / d;
    if constexpr (std::is_same_v<U, input_matrix> && std::is_same_v<V, input_matrix>) {
      return i == k ? T(2 * weight) * squares(s, i / m).second : T(0);
    } else if constexpr (std::is_same_v<U, output_matrix> && std::is_same_v<V, output_matrix>) {
      return i == k ? T(2 * weight) * squares(s, i % d).first : T(0);
    } else if constexpr (std::is_same_v<U, input_matrix> && std::is_same_v<V, output_matrix>) {
      return T(4 * weight) * s.b[i] * s.c[k];
    } else {
      return T(0);
    }
  }
};

template <class M, class Penalty, class Training = descent<adam, unconstrained, first_of<step_limit>>>
using study_of = teacher_student<M, given<real_diagonal<2, M::inputs, M::outputs>>,
                                 training_set<4, gaussian<everywhere>, M::inputs>, squared_error, Training,
                                 near_zero, keyed_streams, known_forms, unfiltered, Penalty>;

template <class M, class Penalty>
auto make(Penalty penalty) {
  study_of<M, Penalty> s{.data = {.sequences = {.count = 8}},
                         .training = {.rate = 0.01, .stop = step_limit{200}},
                         .start = {.state_deviation = 0.6, .io_deviation = 0.5},
                         .penalty = penalty};
  s.teacher.values.a = {0.9, -0.4};
  for (double& b : s.teacher.values.b) b = 0.7;
  for (double& c : s.teacher.values.c) c = 1.1;
  return s;
}

using siso = ssm<real_diagonal<3>>;
using mimo = ssm<real_diagonal<3, 2, 2>>;

struct positive {  // a in (0, 1), as exponents need
  void operator()(auto& s, RandomStream auto&) const {
    using T = std::remove_cvref_t<decltype(s.a[0])>;
    for (std::size_t j = 0; j < 3; ++j) {
      s.a[j] = T(0.2) + T(0.2) * T(static_cast<double>(j));
      s.b[j] = s.c[j] = T(0.5);
    }
  }
};

/// Largest error of the gradient against central differences of the value, in quad.
double gradient_error_of(const auto& bound) {
  auto at = bound.objective.workspace();
  std::vector<quad> theta(bound.theta.begin(), bound.theta.end()), g(theta), scratch(theta);
  bound.objective.value_and_gradient(std::span<const quad>(theta), std::span<quad>(g), at);
  const quad h(1e-10);
  double worst = 0;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    auto up = theta, down = theta;
    up[i] = up[i] + h, down[i] = down[i] - h;
    const quad slope = (bound.objective.value(std::span<const quad>(up), at) -
                        bound.objective.value(std::span<const quad>(down), at)) /
                       (h + h);
    worst = std::max(worst, std::abs(value_of(slope - g[i])));
  }
  return worst;
}
template <class M, class Penalty>
double gradient_error(Penalty penalty) {
  return gradient_error_of(bind<quad>(make<M>(penalty), 7));
}

}  // namespace

TEST_CASE_TEMPLATE("the gradient is the value's: one and several channels, maps", M, siso, mimo) {
  CHECK(gradient_error<M>(l2_penalty<>{.weight = 0.3}) < 1e-15);
  CHECK(gradient_error<M>(l2_penalty<input_role>{.weight = 0.3}) < 1e-15);
  CHECK(gradient_error<M>(l1_penalty<state_matrix>{.weight = 0.3}) < 1e-15);
  CHECK(gradient_error<M>(mass_penalty{.weight = 0.3}) < 1e-15);
  CHECK(gradient_error<M>(spectral_penalty{.weight = 0.3, .radius = 0.2}) < 1e-15);
  CHECK(gradient_error<M>(balance{}) < 1e-15);
  CHECK(gradient_error<M>(mode_balance{}) < 1e-15);
}
TEST_CASE("penalties of matrices are pulled back through maps") {
  using by_exponent = ssm<real_diagonal<3>, learn<through<state_matrix, exponential>, output_matrix>>;
  using study =
      teacher_student<by_exponent, theorem1_teacher<3>, training_set<4, gaussian<everywhere>>, squared_error,
                      descent<adam>, positive, keyed_streams, known_forms, unfiltered, l2_penalty<>>;
  auto bound = bind<quad>(study{.data = {.sequences = {.count = 8}}, .penalty = {.weight = 0.7}}, 7);
  CHECK(gradient_error_of(bound) < 1e-15);
}

TEST_CASE("values are those of the definition") {
  const auto value_of_penalty = [](auto penalty) {
    const auto with = make<siso>(penalty);
    const auto without = make<siso>(unpenalized{});
    auto a = bind<double>(with, 7);
    auto b = bind<double>(without, 7);
    auto at = a.objective.workspace();
    auto there = b.objective.workspace();
    return std::pair(
        a.objective.value(view<double>(a.theta), at) - b.objective.value(view<double>(b.theta), there),
        a.objective.start_system());
  };
  const auto near = [](double x, double y) { CHECK(x == doctest::Approx(y).epsilon(1e-12)); };
  {
    const auto [p, s] = value_of_penalty(l2_penalty<>{.weight = 0.5});
    double sum = 0;
    for (std::size_t j = 0; j < 3; ++j) sum += s.a[j] * s.a[j] + s.b[j] * s.b[j] + s.c[j] * s.c[j];
    near(p, 0.5 * sum);
  }
  {
    const auto [p, s] = value_of_penalty(mass_penalty{.weight = 2});
    double sum = 0;
    for (std::size_t j = 0; j < 3; ++j) sum += std::abs(s.b[j] * s.c[j]);
    near(p, 2 * sum);
  }
  {
    const auto [p, s] = value_of_penalty(l1_penalty<output_role>{.weight = 3});
    double sum = 0;
    for (std::size_t j = 0; j < 3; ++j) sum += std::abs(s.c[j]);
    near(p, 3 * sum);
  }
}

namespace {
template <class Where, class First = ssm<real_diagonal<3, 1, 2>>>
using layered_study =
    teacher_student<deep<First, tanh_layer, dense<2>, ssm<real_diagonal<2, 2, 1>>, last_output>,
                    given<real_diagonal<1>>, training_set<4, gaussian<everywhere>>, squared_error,
                    descent<adam, unconstrained, first_of<step_limit>>, network_start<gaussian_start>,
                    keyed_streams, known_forms, unfiltered, l2_penalty<Where>>;

/// A penalty of layers in numbers: its value and its gradient beside θ.
template <class Where, class First = ssm<real_diagonal<3, 1, 2>>>
auto penalty_of_layers() {
  const gaussian_entries entries{.mean = 0.4, .deviation = 0.3};
  const auto bound = bind<quad>(
      layered_study<Where, First>{.teacher = {.values = {{0.7}, {0.8}, {1.2}}},
                                  .data = {.sequences = {.count = 6}},
                                  .start = {.ssm = {.state = entries, .input = entries, .output = entries}},
                                  .penalty = {.weight = 0.5}},
      7);
  CHECK(gradient_error_of(bound) < 1e-15);
  const auto s = bound.objective.start_system();
  auto scratch = s;
  const quad p = bound.objective.penalty()(typename decltype(bound.objective)::model::learned{}, s, scratch);
  return std::pair(value_of(p), s);
}
double squares(const auto&... numbers) {
  double sum = 0;
  (..., [&](const auto& all) {
    for (const auto& x : all) sum += value_of(x) * value_of(x);
  }(numbers));
  return sum;
}
}  // namespace

TEST_CASE("penalties of layers count what is learned, by slot and role as those of one SSM") {
  const auto near = [](double x, double y) { CHECK(x == doctest::Approx(y).epsilon(1e-12)); };
  {
    const auto [p, s] = penalty_of_layers<every_slot>();
    const auto& f = s.template of<0>();
    const auto& g = s.template of<3>();
    near(p, 0.5 * squares(f.a, f.b, f.c, s.template of<2>(), g.a, g.b, g.c));
  }
  {
    const auto [p, s] = penalty_of_layers<every_slot, ssm<real_diagonal<3, 1, 2>, learn<output_matrix>>>();
    const auto& f = s.template of<0>();
    const auto& g = s.template of<3>();
    near(p, 0.5 * squares(f.c, s.template of<2>(), g.a, g.b, g.c));  // A and B of the first are fixed
  }
  {
    const auto [p, s] = penalty_of_layers<state_role>();
    near(p, 0.5 * squares(s.template of<0>().a, s.template of<3>().a));
  }
  {
    const auto [p, s] = penalty_of_layers<network_role>();
    near(p, 0.5 * squares(s.template of<2>()));
  }
}

/// Largest error of the Hessian against central differences of the gradient, in quad.
template <class M, class Penalty>
double hessian_error(Penalty penalty) {
  const auto bound = bind<quad>(make<M>(penalty), 7);
  auto at = bound.objective.workspace();
  auto hessian = bound.objective.make_hessian();
  std::vector<quad> theta(bound.theta.begin(), bound.theta.end()), up(theta), down(theta), scratch(theta);
  bound.objective.value_and_gradient(std::span<const quad>(theta), std::span<quad>(scratch), at);
  bound.objective.hessian(std::span<const quad>(theta), hessian, at);
  const auto dense = hessian.dense();
  const quad h(1e-10);
  double worst = 0;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    auto moved = theta;
    moved[i] = theta[i] + h;
    bound.objective.value_and_gradient(std::span<const quad>(moved), std::span<quad>(up), at);
    moved[i] = theta[i] - h;
    bound.objective.value_and_gradient(std::span<const quad>(moved), std::span<quad>(down), at);
    for (std::size_t k = 0; k < theta.size(); ++k)
      worst = std::max(worst, std::abs(value_of((up[k] - down[k]) / (h + h) - dense(i, k))));
  }
  return worst;
}

TEST_CASE_TEMPLATE("curvature is that of the gradient: one and several channels", M, siso, mimo) {
  CHECK(hessian_error<M>(l2_penalty<>{.weight = 0.3}) < 1e-15);
  CHECK(hessian_error<M>(l2_penalty<input_matrix>{.weight = 0.3}) < 1e-15);
  CHECK(hessian_error<M>(l2_penalty<output_role>{.weight = 0.3}) < 1e-15);
  CHECK(hessian_error<M>(spectral_penalty{.weight = 0.3, .radius = 0.2}) < 1e-15);
  CHECK(hessian_error<M>(mode_balance{}) < 1e-15);
}

TEST_CASE("flows with curvature and without agree; the curvature is used where it is told") {
  using stiff = gradient_flow<rosenbrock, plain, first_of<time_horizon, step_limit>>;
  using explicit_flow = gradient_flow<dormand_prince, plain, first_of<time_horizon, step_limit>>;
  const auto at_ten = []<class Flow, class Penalty>(Flow flow, Penalty penalty) {
    study_of<siso, Penalty, Flow> s{
        .data = {.sequences = {.count = 8}}, .training = flow, .penalty = penalty};
    s.start = {.state_deviation = 0.6, .io_deviation = 0.5};
    s.teacher.values = {{0.9, -0.4}, {0.7, 0.7}, {1.1, 1.1}};
    s.training.stop.template get<time_horizon>().time = 10;
    return run<double>(s, 7).student.system;
  };
  const auto check = [&](auto penalty) {
    const auto x = at_ten(stiff{.rtol = 1e-11}, penalty), y = at_ten(explicit_flow{.rtol = 1e-11}, penalty);
    for (std::size_t j = 0; j < 3; ++j) {
      CHECK(x.a[j] == doctest::Approx(y.a[j]).epsilon(1e-7));
      CHECK(x.b[j] == doctest::Approx(y.b[j]).epsilon(1e-7));
      CHECK(x.c[j] == doctest::Approx(y.c[j]).epsilon(1e-7));
    }
  };
  check(l2_penalty<>{.weight = 0.05});
  check(spectral_penalty{.weight = 0.5, .radius = 0.3});
}

TEST_CASE("lanes differ in weights, with the bits of one lane") {
  using T = pack<double>;
  using study = study_of<siso, spectral_penalty>;
  std::vector<study> studies;
  for (std::size_t i = 0; i < lanes_of<T>; ++i)
    studies.push_back(
        make<siso>(spectral_penalty{.weight = 0.1 * static_cast<double>(i + 1), .radius = 0.5}));
  const std::uint32_t seeds[] = {1, 2, 3};
  const auto together = run<T>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    const auto alone = run<double>(studies[i], seeds[i % 3]);
    CHECK(equal_parts(together[i].student.system, alone.student.system));
    CHECK(together[i].at_end.loss == alone.at_end.loss);
  }
}

TEST_CASE("weights that were not given are refused by name") {
  const auto message = [](auto penalty) -> std::string {
    try {
      run<double>(make<siso>(penalty), 1);
    } catch (const bad_argument& e) {
      return e.what();
    }
    return "nothing was refused";
  };
  CHECK(message(l2_penalty<>{}) == "l2_penalty: weight must be given, finite and positive, given 0");
  CHECK(message(l1_penalty<>{.weight = -1}) ==
        "l1_penalty: weight must be given, finite and positive, given -1");
  const auto in_float = [](double weight) {
    static_cast<void>(l2_penalty<>{.weight = weight}.template bind<float>());
  };
  CHECK_THROWS_WITH_AS(
      in_float(1e50),
      "l2_penalty: weight must be finite and above 0 in the scalar of the run, given 1.0000000000000001e+50",
      bad_argument);
  CHECK_THROWS_AS(in_float(1e-50), bad_argument);
  CHECK(message(mass_penalty{}) == "mass_penalty: weight must be given, finite and positive, given 0");
  CHECK(message(spectral_penalty{.weight = 1, .radius = -1})
            .starts_with("spectral_penalty: radius must be finite and at least 0"));
}

TEST_CASE("a value leaves the gradient where it was") {
  const auto bound = bind<double>(make<siso>(l2_penalty<>{.weight = 0.5}), 1);
  auto at = bound.objective.workspace();
  auto gradient = bound.theta;
  bound.objective.value_and_gradient(bound.theta, gradient, at);
  const auto before = at.gradient();
  bound.objective.value(bound.theta, at);
  CHECK(equal_parts(at.gradient(), before));
}
