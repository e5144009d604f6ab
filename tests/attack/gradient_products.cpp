// SPDX-License-Identifier: BSD-3-Clause
// Derivatives by inputs and second derivatives of every form of objective, against the loss written out in dual numbers of
// dual numbers.
#include <lssm/all.hpp>
#include <lssm/nn.hpp>

#include "../nn/plain.hpp"

using namespace lssm;

namespace {

using D = dual<double>;
using directed = dual<D>;

/// The mean loss of layers written out; the loss is one of the names below.
template <class R>
R loss_of(const std::vector<plain_network::description>& layers, const std::string& loss,
          const std::vector<R>& theta, const std::vector<R>& x, const std::vector<R>& y, std::size_t kappa,
          std::size_t m) {
  const std::size_t sequences = x.size() / kappa / m, labels = y.size() / sequences;
  R total(0);
  for (std::size_t n = 0; n < sequences; ++n) {
    std::vector<std::vector<R>> rows;
    for (std::size_t t = 0; t < kappa; ++t) {
      const auto from = x.begin() + static_cast<std::ptrdiff_t>((n * kappa + t) * m);
      rows.emplace_back(from, from + static_cast<std::ptrdiff_t>(m));
    }
    const auto answers = plain_network::through<R>(layers, theta.data(), rows);
    const R* label = y.data() + n * labels;
    for (const auto& p : answers) {
      const R weight = R(1) / R(static_cast<double>(sequences * answers.size()));
      if (loss == "classes") {
        R sum(0);
        for (const R& v : p) sum = sum + exp_of(v);
        total = total + weight * (log_of(sum) - p[static_cast<std::size_t>(value_of(*label++))]);
      } else {
        for (const R& v : p) {
          const R e = v - *label;
          total = total + weight * (loss == "squared" ? e * e : log_of(R(1) + exp_of(v)) - *label * v);
          ++label;
        }
      }
    }
  }
  return total;
}

template <class Bound>
void check(const Bound& bound, const std::vector<plain_network::description>& layers, const std::string& loss,
           double factor = 1) {
  reference::numbers draw(321);
  auto second = gradient_products_of(bound);
  const std::vector<double> theta(bound.theta.begin(), bound.theta.end()),
      v = draw.draws<double>(theta.size());
  const std::size_t n = theta.size(), kappa = static_cast<std::size_t>(bound.data.kappa),
                    m = static_cast<std::size_t>(bound.data.channels);
  REQUIRE(second.parameters() == length(theta));
  std::vector<double> dtheta(n), hv(n), x = draw.draws<double>(bound.data.x.size()), dx(x.size()),
                                        xv(x.size());
  second.set_inputs(view<double>(x));
  const double value =
      second.gradients(view<double>(theta), std::span<double>(dtheta), std::span<double>(dx));
  const double along =
      second.products(view<double>(theta), view<double>(v), std::span<double>(hv), std::span<double>(xv));
  std::vector<directed> th, in(x.begin(), x.end()), labels(bound.data.y.begin(), bound.data.y.end());
  for (std::size_t i = 0; i < n; ++i) th.emplace_back(D(theta[i], v[i]));
  reference::largest first_error, second_error;
  const auto see = [&](directed& of, double gradient, double product) {
    of.e = D(1);
    const directed l = directed(D(factor)) * loss_of<directed>(layers, loss, th, in, labels, kappa, m);
    of.e = D(0);
    CHECK(value == doctest::Approx(l.v.v).epsilon(1e-13));
    CHECK(along == doctest::Approx(l.v.e).epsilon(1e-12));
    first_error.see(std::abs(gradient - l.e.v) / std::max(1.0, std::abs(l.e.v)));
    second_error.see(std::abs(product - l.e.e) / std::max(1.0, std::abs(l.e.e)));
  };
  for (std::size_t i = 0; i < n; ++i) see(th[i], dtheta[i], hv[i]);
  for (std::size_t i = 0; i < in.size(); ++i) see(in[i], dx[i], xv[i]);
  CHECK(first_error < 1e-12);
  CHECK(second_error < 1e-12);
  // One of the two products alone has the same bits.
  std::vector<double> alone(n);
  second.products(view<double>(theta), view<double>(v), std::span<double>(alone), std::span<double>());
  CHECK(alone == hv);
  // The gradient where the study stands is that of its own objective.
  second.set_inputs(view<double>(bound.data.x));
  std::vector<double> own(n);
  auto at = bound.objective.workspace();
  const double study_loss =
      bound.objective.value_and_gradient(view<double>(theta), std::span<double>(own), at);
  CHECK(second.gradients(view<double>(theta), std::span<double>(dtheta), std::span<double>()) ==
        doctest::Approx(study_loss).epsilon(1e-13));
  for (std::size_t i = 0; i < n; ++i) CHECK(own[i] == doctest::Approx(dtheta[i]).epsilon(1e-11).scale(1));
}

using start = network_start<gaussian_start, scaled_kernels>;
template <class Student, class Loss, class Start, integer M = 1>
using labelled_study =
    teacher_student<Student, no_teacher, given_set<4, M>, Loss, descent<gradient_descent>, Start>;
const gaussian_start generic{.state = {0.4, 0.3}, .input = {0.5, 0.5}, .output = {0.2, 0.5}};

}  // namespace

TEST_CASE("one SSM: squared errors by the Gram form, cross-entropy sequence by sequence") {
  reference::numbers draw(323);
  labelled_study<ssm<real_diagonal<3, 2, 2>>, squared_error, gaussian_start, 2> squared{.start = generic};
  squared.data.set.sequences.count = 5;
  squared.data.set.sequences.values = draw.draws<double>(5 * 4 * 2);
  squared.data.labels = draw.draws<double>(10);
  squared.data.answers = 2;
  check(bind<double>(squared, 1), {{"ssm", 2, 2, 3}, {"last", 2, 2}}, "squared");

  labelled_study<ssm<real_diagonal<3>>, binary_cross_entropy, gaussian_start> logistic{.start = generic};
  logistic.data.set.sequences.count = 5;
  logistic.data.set.sequences.values = draw.draws<double>(5 * 4);
  logistic.data.labels = {0, 1, 1, 0, 0.25};
  check(bind<double>(logistic, 2), {{"ssm", 1, 1, 3}, {"last", 1, 1}}, "logistic");
}

TEST_CASE("a network behind an SSM, and layers that answer classes") {
  reference::numbers draw(324);
  labelled_study<with_network<ssm<real_diagonal<3>>, sequential<dense<4>, gelu, dense<1>>>, squared_error,
                 start>
      network{.start = {generic}};
  network.data.set.sequences.count = 5;
  network.data.set.sequences.values = draw.draws<double>(5 * 4);
  network.data.labels = draw.draws<double>(5);
  check(bind<double>(network, 3),
        {{"ssm", 1, 1, 3}, {"last", 1, 1}, {"dense", 1, 4}, {"gelu", 4, 4}, {"dense", 4, 1}}, "squared");

  labelled_study<deep<channels<2>, dense<3>, ssm<real_diagonal<2, 3, 3>>, gelu, last_output, dense<3>>,
                 class_cross_entropy, start, 2>
      classes{.start = {generic}};
  classes.data.set.sequences.count = 5;
  classes.data.set.sequences.values = draw.draws<double>(5 * 4 * 2);
  classes.data.labels = {0, 2, 1, 1, 2};
  check(bind<double>(classes, 4),
        {{"dense", 2, 3}, {"ssm", 3, 3, 2}, {"gelu", 3, 3}, {"last", 3, 3}, {"dense", 3, 3}}, "classes");

  classes.data.labels[3] = 3;
  CHECK_THROWS_WITH_AS(bind<double>(classes, 4),
                       "objective: labels must be classes, integers from 0 to 2, given 3", bad_argument);
  classes.data.labels[3] = 0.5;
  CHECK_THROWS_AS(bind<double>(classes, 4), bad_argument);
}

TEST_CASE("products of spans of another size are refused") {
  labelled_study<ssm<real_diagonal<3>>, squared_error, gaussian_start> s{.start = generic};
  s.data.set.sequences.count = 2;
  s.data.set.sequences.values = {1, 2, 3, 4, 5, 6, 7, 8};
  s.data.labels = {1, 2};
  const auto bound = bind<double>(s, 1);
  auto second = gradient_products_of(bound);
  std::vector<double> right(9), wrong(8);
  CHECK_THROWS_WITH_AS(second.products(view<double>(wrong), view<double>(right), {}, {}),
                       "gradient_products: theta must be of 9 numbers, given 8", bad_argument);
  CHECK_THROWS_WITH_AS(second.set_inputs(view<double>(right)),
                       "gradient_products: inputs must be 8 numbers (N, kappa, m), given 9", bad_argument);
}
