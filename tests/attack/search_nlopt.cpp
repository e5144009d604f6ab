// SPDX-License-Identifier: BSD-3-Clause
// NLopt's optimizers as strategies: where they go, and the same way after each beginning.
#include <nlopt.h>

#include <doctest/doctest.h>

#include <lssm/attack/nlopt.hpp>
#include <lssm/attack/search.hpp>

using namespace lssm;

namespace {

static_assert(SearchStrategy<nlopt_search>);

using point = std::vector<double>;

double bowl(const point& x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += double(i + 1) * (x[i] - double(i)) * (x[i] - double(i));
  return sum;
}
/// The points of a search that seeks the least of f.
template <class F>
std::vector<point> points_of(nlopt_search by, int evaluations, F f) {
  std::vector<point> all;
  for (int i = 0; i < evaluations; ++i) {
    const auto& asked = by.ask();
    REQUIRE(asked.size() == 1);
    all.push_back(asked[0]);
    by.tell(point{-f(asked[0])});
  }
  return all;
}
template <class F>
double least(const std::vector<point>& all, F f) {
  double best = HUGE_VAL;
  for (const point& x : all) best = std::min(best, f(x));
  return best;
}

/// What NLopt asks for when it calls, rather than is asked.
std::vector<point> called_by_nlopt(nlopt_algorithm algorithm, point x, double step, int evaluations) {
  struct record {
    std::vector<point> all;
  } seen;
  const nlopt_opt by = nlopt_create(algorithm, static_cast<unsigned>(x.size()));
  nlopt_set_min_objective(
      by,
      [](unsigned n, const double* at, double*, void* into) {
        static_cast<record*>(into)->all.emplace_back(at, at + n);
        return bowl(static_cast<record*>(into)->all.back());
      },
      &seen);
  nlopt_set_initial_step1(by, step);
  nlopt_set_xtol_rel(by, 1e-6);
  nlopt_set_maxeval(by, evaluations);
  double value = 0;
  nlopt_optimize(by, x.data(), &value);
  nlopt_destroy(by);
  return seen.all;
}

}  // namespace

TEST_CASE("an NLopt strategy asks for the points that NLopt calls with") {
  for (const std::size_t n : {std::size_t(2), std::size_t(3), std::size_t(6)})
    for (const auto& [method, algorithm] :
         {std::pair{nlopt_method::sbplx, NLOPT_LN_SBPLX}, std::pair{nlopt_method::bobyqa, NLOPT_LN_BOBYQA}}) {
      CAPTURE(n);
      const auto called = called_by_nlopt(algorithm, point(n, 3), 0.5, 40);
      CHECK(called.size() > 10);
      CHECK(points_of({point(n, 3), 0.5, method}, static_cast<int>(called.size()), bowl) == called);
    }
}

TEST_CASE("an NLopt strategy finds the least of a bowl, and goes on past the optimizer's own end") {
  for (const auto method : {nlopt_method::sbplx, nlopt_method::bobyqa}) {
    const auto all = points_of({point(4, 3), 0.5, method}, 600, bowl);
    CHECK(all.size() == 600);
    CHECK(least(all, bowl) < 1e-8);
  }
  const auto flat = points_of({point(3, 1), 0.5}, 300, [](const point&) { return 1.0; });
  CHECK(flat.size() == 300);
  const auto none =
      points_of({point(3, 1), 0.5}, 50, [](const point& x) { return x[0] > 1.2 ? NAN : -x[0]; });
  CHECK(least(none, [](const point& x) { return x[0] > 1.2 ? HUGE_VAL : -x[0]; }) < -1.1);
}

TEST_CASE("an NLopt strategy asks again for a point whose score it was not told") {
  nlopt_search by(point(3, 1), 0.5);
  by.tell(point{1});
  const auto once = by.ask();
  CHECK(by.ask() == once);
  nlopt_search copy = by;
  CHECK(copy.ask() == once);
}

TEST_CASE("NLopt strategies that cannot be are refused by name") {
  const auto refused = [](const char* what, auto make) {
    CHECK_THROWS_WITH_AS(make(), doctest::Contains(what), bad_argument);
  };
  refused("nlopt_search: start", [] { nlopt_search({1}, 1); });
  refused("nlopt_search: start", [] { nlopt_search({1, NAN}, 1); });
  refused("nlopt_search: step", [] { nlopt_search({1, 2}, 0); });
  refused("nlopt_search: scores", [] { nlopt_search({1, 2}, 1).tell(point{1, 2}); });
}
