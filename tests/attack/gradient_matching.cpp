// SPDX-License-Identifier: BSD-3-Clause
// Gradient matching: the objective and its derivative against the formula in dual numbers of a loss that is written out, and
// what the search may and may not do with the inputs.
#include <lssm/all.hpp>
#include <lssm/attack/gradient_matching.hpp>
#include <lssm/nn.hpp>

#include "../reference.hpp"

using namespace lssm;

namespace {

using D = dual<double>;
using directed = dual<D>;

/// One real mode with two inputs and two outputs, behind it a tanh and a dense layer of three classes: 5 + 6 parameters.
using model = deep<ssm<real_diagonal<1, 2, 2>>, tanh_layer, last_output, dense<3, without_bias>>;
constexpr std::size_t kappa = 3, m = 2, count = 11, classes = 3;

/// The mean loss of that model, step by step.
template <class R>
R loss_of(const std::vector<R>& theta, const std::vector<R>& x, const std::vector<double>& y) {
  R total(0);
  for (std::size_t n = 0; n < y.size(); ++n) {
    R state(0);
    for (std::size_t t = 0; t < kappa; ++t) {
      state = theta[0] * state;
      for (std::size_t q = 0; q < m; ++q) state = state + theta[1 + q] * x[(n * kappa + t) * m + q];
    }
    std::array<R, 2> hidden;
    for (std::size_t i = 0; i < 2; ++i) {
      const R e = exp_of(R(2) * theta[3 + i] * state);
      hidden[i] = (e - R(1)) / (e + R(1));
    }
    R sum(0), of_class(0);
    for (std::size_t c = 0; c < classes; ++c) {
      const R logit = hidden[0] * theta[5 + c] + hidden[1] * theta[5 + classes + c];
      sum = sum + exp_of(logit);
      if (static_cast<double>(c) == y[n]) of_class = logit;
    }
    total = total + (log_of(sum) - of_class) / R(static_cast<double>(y.size()));
  }
  return total;
}

/// dL/dθ as numbers with their derivative by input i.
std::vector<D> gradient_by(const std::vector<double>& theta, const labelled<double>& data, std::size_t i) {
  std::vector<directed> th(theta.begin(), theta.end()), x(data.x.begin(), data.x.end());
  x[i].v.e = 1;
  std::vector<D> g;
  for (directed& p : th) {
    p.e = D(1);
    g.push_back(loss_of<directed>(th, x, data.y).e);
    p.e = D(0);
  }
  return g;
}
D distance_of(const std::vector<D>& g, const std::vector<D>& u) {
  D dot(0), gg(0), uu(0);
  for (std::size_t j = 0; j < g.size(); ++j)
    dot = dot + g[j] * u[j], gg = gg + g[j] * g[j], uu = uu + u[j] * u[j];
  return D(1) - dot / sqrt_of(gg * uu);
}

labelled<double> drawn(reference::numbers& draw, std::size_t sequences) {
  labelled<double> data{
      .x = draw.draws<double>(sequences * kappa * m), .y = {}, .kappa = kappa, .channels = m, .h_star = {}};
  for (std::size_t n = 0; n < sequences; ++n) data.y.push_back(static_cast<double>(n * n % classes));
  return data;
}
gradient_matching quick() {
  return {.budget = {.amplitude = 0.3, .low = -1.1, .high = 1.1}, .steps = 12, .rate = 0.05};
}
const model described{};
matched_poison<double> search(const gradient_matching& how, const std::vector<std::vector<double>>& thetas,
                              const labelled<double>& bases,
                              const std::vector<matching_group<double>>& groups) {
  return match_gradients<double>(how, described, described.make<double>(), class_cross_entropy{}, thetas,
                                 bases, groups);
}

}  // namespace

TEST_CASE("1 - cos of gradients and its derivative by inputs, of one model and of several") {
  reference::numbers draw(41);
  const labelled<double> bases = drawn(draw, 4), targets = drawn(draw, 2);
  const std::vector<std::vector<double>> thetas = {draw.draws<double>(count), draw.draws<double>(count)};
  for (const std::size_t models : {std::size_t{1}, std::size_t{2}})
    for (const bool against : {true, false}) {
      matching_objective<double, model, class_cross_entropy> f(
          described, described.make<double>(), {thetas.begin(), thetas.begin() + static_cast<long>(models)},
          bases, targets, against);
      std::vector<double> dx(bases.x.size());
      const double value = f.value_and_gradient(view<double>(bases.x), std::span<double>(dx));
      CHECK(f.value(view<double>(bases.x)) == value);
      reference::largest error;
      for (std::size_t i = 0; i < dx.size(); ++i) {
        D expected(0);
        for (std::size_t k = 0; k < models; ++k) {
          std::vector<D> u = gradient_by(thetas[k], targets, 0);
          for (D& d : u) d = D(against ? -d.v : d.v);
          expected =
              expected + distance_of(gradient_by(thetas[k], bases, i), u) / D(static_cast<double>(models));
        }
        error.see(std::abs(value - expected.v));
        error.see(std::abs(dx[i] - expected.e));
      }
      CHECK(error < 1e-12);
    }
}

TEST_CASE(
    "gradients that point where they shall: nothing is left, nor lost to rounding; the other way it is 2") {
  reference::numbers draw(42);
  const labelled<double> bases = drawn(draw, 3);
  labelled<double> near = bases;
  for (double& x : near.x) x += 1e-9;
  const auto theta = draw.draws<double>(count);
  std::vector<double> dx(bases.x.size());
  matching_objective<double, model, class_cross_entropy> same(described, described.make<double>(), {theta},
                                                              bases, bases, false);
  CHECK(same.value_and_gradient(view<double>(bases.x), std::span<double>(dx)) == 0);
  for (const double d : dx) CHECK(std::abs(d) < 1e-14);
  // 1 - cos of an angle of 1e-9 is 5e-19, which a difference from 1 would round to 0.
  const double tiny = same.value(view<double>(near.x));
  CHECK(tiny > 1e-21);
  CHECK(tiny < 1e-15);
  matching_objective<double, model, class_cross_entropy> other(described, described.make<double>(), {theta},
                                                               bases, bases, true);
  CHECK(other.value(view<double>(bases.x)) == doctest::Approx(2).epsilon(1e-14));
  // Without a gradient there is no angle: 1, and no way to go. Inputs of zero have none, as there is no bias.
  labelled<double> silence = bases;
  for (double& x : silence.x) x = 0;
  matching_objective<double, model, class_cross_entropy> flat(described, described.make<double>(), {theta},
                                                              silence, bases, true);
  CHECK(flat.value_and_gradient(view<double>(silence.x), std::span<double>(dx)) == 1);
  for (const double d : dx) CHECK(d == 0);
  CHECK_THROWS_WITH_AS((matching_objective<double, model, class_cross_entropy>(
                           described, described.make<double>(), {theta}, bases, silence, true)),
                       "matching_objective: the gradient of the targets must be finite and not 0, given 0",
                       bad_argument);
}

TEST_CASE("gradients whose squares leave the range have a direction all the same") {
  reference::numbers draw(46);
  const labelled<double> bases = drawn(draw, 3), targets = drawn(draw, 2);
  const auto theta = draw.draws<double>(count);
  const auto value_at = [&](double scale) {  // small inputs: gradients in proportion
    labelled<double> small = bases, wanted = targets;
    for (double& x : small.x) x *= scale;
    for (double& x : wanted.x) x *= scale;
    matching_objective<double, model, class_cross_entropy> f(described, described.make<double>(), {theta},
                                                             small, wanted, true);
    std::vector<double> dx(small.x.size());
    return std::pair(f.value_and_gradient(view<double>(small.x), std::span<double>(dx)), dx[0] * scale);
  };
  const auto [value, slope] = value_at(1e-100);
  for (const double scale : {1e-165, 1e-200}) {
    const auto [small_value, small_slope] = value_at(scale);
    CHECK(small_value == doctest::Approx(value).epsilon(1e-12));
    CHECK(small_slope == doctest::Approx(slope).epsilon(1e-12));
  }
  matching_objective<double, model, class_cross_entropy> f(described, described.make<double>(), {theta},
                                                           bases, targets, true);
  auto bent = bases.x;
  bent[0] = NAN;
  CHECK(std::isnan(f.value(view<double>(bent))));
}

TEST_CASE_TEMPLATE(
    "limits of inputs are within the amplitude and the box, and no further inside than rounding", T, float,
    double) {
  using wide = long double;
  reference::numbers draw(47);
  for (const double amplitude : {0.1, 1e-3, 1 / 3., 7., 1e300}) {
    const perturbation_budget budget{.amplitude = amplitude, .weights = {1, 0.7, 0}};
    auto x = draw.draws<T>(300);
    x[0] = T(0.7), x[3] = T(1e-3), x[6] = T(-0.1);
    std::vector<T> low(300), high(300);
    budget.limits(view<T>(x), 3, 1, std::span<T>(low), std::span<T>(high));
    for (std::size_t i = 0; i < 300; ++i) {
      const double most = amplitude * (i % 3 == 0 ? 1 : i % 3 == 1 ? 0.7 : 0);
      // Differences of doubles are rounded themselves.
      const wide slack = wide(std::is_same_v<T, double> ? 1.2e-16 * most : 0);
      CHECK(wide(x[i]) - wide(low[i]) <= wide(most) + slack);
      CHECK(wide(high[i]) - wide(x[i]) <= wide(most) + slack);
      if (amplitude > 100) continue;
      const double near = 3 * std::numeric_limits<T>::epsilon() * (std::abs(double(x[i])) + most);
      CHECK(double(x[i]) - double(low[i]) >= most - near);
      CHECK(double(high[i]) - double(x[i]) >= most - near);
    }
  }
  const perturbation_budget budget{.amplitude = 1};
  std::vector<T> x{T(NAN)}, low(1), high(1), none;
  CHECK_THROWS_WITH_AS(budget.limits(view<T>(x), 1, 1, std::span<T>(low), std::span<T>(high)),
                       doctest::Contains("perturbation_budget: inputs"), bad_argument);
  CHECK_THROWS_WITH_AS(budget.limits(view<T>(x), 0, 1, std::span<T>(low), std::span<T>(high)),
                       doctest::Contains("length and channels"), bad_argument);
  CHECK_THROWS_WITH_AS(budget.limits(view<T>(x), 1, 1, std::span<T>(low), std::span<T>(none)),
                       doctest::Contains("the limits"), bad_argument);
  CHECK_THROWS_WITH_AS(perturbation_budget{}.limits(view<T>(x), 1, 1, std::span<T>(low), std::span<T>(high)),
                       doctest::Contains("amplitude"), bad_argument);
}

TEST_CASE("poison: labels are those of the bases, inputs stay within every limit, and the objective falls") {
  reference::numbers draw(43);
  const labelled<double> bases = drawn(draw, 6);
  const auto theta = draw.draws<double>(count);
  const std::vector<matching_group<double>> groups = {{drawn(draw, 1), {0, 3}}, {drawn(draw, 2), {1, 5}}};
  const std::vector<std::vector<double>> masks = {{}, {0, 1, 2}, {1, 0, 0, 1, 0.5, 0}};
  for (const auto& weights : masks) {
    gradient_matching how = quick();
    how.budget.weights = weights;
    how.steps = 60;
    const auto poison = search(how, {theta}, bases, groups);
    CHECK(poison.data.y == bases.y);
    CHECK(poison.data.kappa == bases.kappa);
    REQUIRE(poison.data.x.size() == bases.x.size());
    for (std::size_t i = 0; i < bases.x.size(); ++i) {
      const std::size_t n = i / (kappa * m), in_row = i % (kappa * m);
      const double weight = weights.empty()           ? 1
                            : weights.size() == kappa ? weights[in_row / m]
                                                      : weights[in_row];
      const bool altered = n == 0 || n == 1 || n == 3 || n == 5;
      if (!altered || weight == 0) {
        CHECK(poison.data.x[i] == bases.x[i]);
      } else {
        CHECK(std::abs(poison.data.x[i] - bases.x[i]) <= 0.3 * weight * (1 + 1e-15));
        CHECK(std::abs(poison.data.x[i]) <= 1.1);
      }
    }
    REQUIRE(poison.after.size() == 2);
    for (std::size_t g = 0; g < 2; ++g) CHECK(poison.after[g] < poison.before[g]);
    // What is told is what is there.
    labelled<double> mine = poison.data;
    mine.keep(groups[1].bases);
    matching_objective<double, model, class_cross_entropy> f(described, described.make<double>(), {theta},
                                                             mine, groups[1].targets, true);
    CHECK(f.value(view<double>(mine.x)) == poison.after[1]);
  }
}

TEST_CASE(
    "restarts keep the best, groups do not see each other, and nothing moves within an amplitude of 0") {
  reference::numbers draw(44);
  const labelled<double> bases = drawn(draw, 5);
  const auto theta = draw.draws<double>(count);
  const std::vector<matching_group<double>> groups = {{drawn(draw, 1), {0, 2}}, {drawn(draw, 1), {1, 4}}};
  gradient_matching how = quick();
  const auto once = search(how, {theta}, bases, groups);
  how.restarts = 4;
  const auto best = search(how, {theta}, bases, groups);
  for (std::size_t g = 0; g < 2; ++g) CHECK(best.after[g] <= once.after[g]);
  CHECK(best.after[0] + best.after[1] < once.after[0] + once.after[1]);
  const auto alone = search(how, {theta}, bases, {groups[0]});
  CHECK(alone.after[0] == best.after[0]);
  for (const std::size_t n : {std::size_t{0}, std::size_t{2}})
    for (std::size_t i = n * kappa * m; i < (n + 1) * kappa * m; ++i)
      CHECK(alone.data.x[i] == best.data.x[i]);
  how.key = 1;
  CHECK(search(how, {theta}, bases, groups).data.x != best.data.x);
  how.budget.amplitude = 0;
  CHECK(search(how, {theta}, bases, groups).data.x == bases.x);
  CHECK(search(how, {theta}, bases, {}).data.x == bases.x);
}

TEST_CASE("searches that cannot be are refused") {
  reference::numbers draw(45);
  const labelled<double> bases = drawn(draw, 3);
  const auto theta = draw.draws<double>(count);
  const std::vector<matching_group<double>> groups = {{drawn(draw, 1), {0, 2}}};
  const auto refused = [&](auto change, const char* message) {
    gradient_matching how = quick();
    change(how);
    CHECK_THROWS_WITH_AS(search(how, {theta}, bases, groups), message, bad_argument);
  };
  refused([](auto& h) { h.budget.amplitude = -1; },
          "perturbation_budget: amplitude must be given, finite and at least 0, given -1");
  refused([](auto& h) { h.budget.high = -2; },
          "perturbation_budget: high must be at least low, -1.1000000000000001, given -2");
  refused(
      [](auto& h) {
        h.budget.weights = {1, 2};
      },
      "perturbation_budget: weights must be none, 3 (one for each step) or 6, given 2");
  refused(
      [](auto& h) {
        h.budget.weights = {1, 2, -1};
      },
      "perturbation_budget: weights must be finite and at least 0, given -1");
  refused([](auto& h) { h.steps = -1; }, "gradient_matching: steps must be at least 0, given -1");
  refused([](auto& h) { h.rate = 0; }, "gradient_matching: rate must be finite and positive, given 0");
  refused([](auto& h) { h.restarts = 0; }, "gradient_matching: restarts must be at least 1, given 0");
  refused([](auto& h) { h.key = -1; }, "gradient_matching: key must be at least 0, given -1");
  gradient_matching how = quick();
  CHECK_THROWS_WITH_AS(search(how, {}, bases, groups),
                       "matching_objective: models must be at least one, given none", bad_argument);
  CHECK_THROWS_WITH_AS(search(how, {theta}, bases, {groups[0], groups[0]}),
                       "match_gradients: groups must be of bases of their own, given base 0 twice",
                       bad_argument);
  how.budget.high = 0.01;
  CHECK_THROWS_AS(search(how, {theta}, bases, groups), bad_argument);
  CHECK_THROWS_AS(search(quick(), {std::vector<double>(3, 0.0)}, bases, groups), bad_argument);
}
