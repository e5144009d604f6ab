// SPDX-License-Identifier: BSD-3-Clause
// Distances from a teacher and orders along a training, against sums over the responses.
#include <doctest/doctest.h>
#include <lssm/lssm.hpp>
#include <lssm/measure/hankel.hpp>
#include <lssm/study/record_analysis.hpp>

using namespace lssm;

namespace {

using study =
    teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<2>>, training_set<8, gaussian<everywhere>>,
                    squared_error, gradient_flow<>, near_zero>;
const study problem{.teacher = {.values = {{0.8, -0.5}, {1, 0.5}, {1.5, -2}}},
                    .data = {.sequences = {.count = 4}},
                    .start = {.state_deviation = 0.3, .io_deviation = 0.3}};

/// ρ^k h_k of the student minus that of the teacher, or of the student alone.
std::vector<double> response(const auto& bound, double rho, std::size_t length, bool alone = false) {
  std::vector<double> h(length), teacher(length);
  bound.student().impulse_response(std::span(h));
  bound.teacher.impulse_response(std::span(teacher));
  double factor = 1;
  for (std::size_t k = 0; k < length; ++k, factor *= rho) h[k] = factor * (h[k] - (alone ? 0 : teacher[k]));
  return h;
}

}  // namespace

TEST_CASE("distances and orders at the start and the end of a training") {
  const auto bound = bind<double>(problem, 3);
  const auto teacher = modal_form_of(bound.teacher);
  const double rho = 0.9;
  auto seen = trajectory_of<double>(
      {.per_decade = 2}, record::h2_distance{teacher}, record::hinf_distance{teacher},
      record::l1_distance{teacher}, record::hankel_distance{teacher}, record::hankel_order{},
      record::named<"h2_over_9">(record::h2_distance{teacher, rho, 9}),
      record::named<"l1_over_9">(record::l1_distance{teacher, rho, 9}),
      record::named<"hankel_over_9">(record::hankel_distance{teacher, rho, 9}),
      record::named<"order_over_9">(record::hankel_order{.part = 1e-3, .discount = rho, .horizon = 9}));
  const auto end = run<double>(problem, 3, seen);
  const auto check = [&](std::size_t sample, const auto& at) {
    const auto value = [&](std::string_view name) { return seen.values(name)(sample, 0); };
    const auto h = response(at, 1, 4000), few = response(at, rho, 17), own = response(at, rho, 17, true);
    double squares = 0, sum = 0, dc = 0, squares9 = 0, sum9 = 0;
    for (std::size_t k = 0; k < h.size(); ++k) squares += h[k] * h[k], sum += std::abs(h[k]), dc += h[k];
    for (std::size_t k = 0; k < 9; ++k) squares9 += few[k] * few[k], sum9 += std::abs(few[k]);
    CHECK(value("h2_distance") == doctest::Approx(std::sqrt(squares)).epsilon(1e-11));
    CHECK(value("l1_distance") == doctest::Approx(sum).epsilon(1e-11));
    CHECK(value("h2_over_9") == doctest::Approx(std::sqrt(squares9)).epsilon(1e-11));
    CHECK(value("l1_over_9") == doctest::Approx(sum9).epsilon(1e-11));
    CHECK(value("hinf_distance") >= std::abs(dc) * (1 - 1e-12));
    CHECK(value("hinf_distance") <= value("l1_distance") * (1 + 1e-12));
    CHECK(value("hankel_distance") <= value("hinf_distance") * (1 + 1e-12));
    CHECK(value("hankel_distance") >= value("h2_distance") * (1 - 1e-12));
    const auto tensor_of = [](const std::vector<double>& v) { return to_tensor<1>(v, {v.size()}); };
    const auto sigma = hankel_singular_values(tensor_of(few)), mine = hankel_singular_values(tensor_of(own));
    CHECK(value("hankel_over_9") == doctest::Approx(sigma(0)).epsilon(1e-11));
    std::size_t order = 0;
    for (const double s : mine) order += s > 1e-3 * mine(0);
    CHECK(value("order_over_9") == static_cast<double>(order));
    CHECK(value("hankel_order") <= 3);
  };
  check(0, bound);
  struct ended {
    const decltype(end)& of;
    const decltype(bound.teacher)& teacher;
    const auto& student() const { return of.student; }
  };
  REQUIRE(stability_of(modal_form_of(end.student)) == stability::stable);
  check(seen.samples() - 1, ended{end, bound.teacher});
}

TEST_CASE("what is not stable is +inf in every scalar, and a gain has no horizon") {
  using marginal = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<5, unit<at<0>>>,
                                   squared_error, gradient_flow<>, near_zero>;
  const auto watch = [](auto zero) {
    using T = decltype(zero);
    const modal_form<double> teacher{{1, 0}, {1, 1}, {1, 1}};
    auto seen =
        trajectory_of<T>({.per_decade = 0}, record::h2_distance{teacher}, record::hinf_distance{teacher},
                         record::l1_distance{teacher}, record::hankel_distance{teacher},
                         record::named<"h2_over_5">(record::h2_distance{teacher, 1, 5}));
    run<T>(marginal{.training = {.rtol = 1e-4}}, 1, seen);
    for (const char* name : {"h2_distance", "hinf_distance", "l1_distance", "hankel_distance"})
      CHECK(seen.values(name)(0, 0) == T(std::numeric_limits<double>::infinity()));
    CHECK(is_finite(seen.values("h2_over_5")(0, 0)));
  };
  watch(0.0F);
  watch(0.0);
  watch(0.0L);
  auto seen = trajectory_of<double>({}, record::hinf_distance{{{0.5}, {1}, {1}}, 1, 5});
  CHECK_THROWS_AS(run<double>(problem, 3, seen), bad_argument);
  auto order = trajectory_of<double>({}, record::hankel_order{.part = 1});
  CHECK_THROWS_AS(run<double>(problem, 3, order), bad_argument);
}
