// SPDX-License-Identifier: BSD-3-Clause
// Signs of a training are those of a plain record of it, in lanes as in single runs, and watching changes no bit.
#include <lssm/defence/training_signs.hpp>

#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>

#include "../train/small_descent.hpp"

using namespace lssm;

namespace {

using study = teacher_student<ssm<real_diagonal<3>>, given<real_diagonal<1>>,
                              training_set<5, gaussian<everywhere>>, squared_error, descent<adam>, near_zero>;
study make(double rate = 0.01) {
  study s{};
  s.teacher = {.values = {{0.9}, {1}, {1}}};
  s.data.sequences.count = 8;
  s.training.rate = rate;
  s.training.after = 100;
  s.training.stop = {target_loss{1e-3}, step_limit{2000}};
  s.start = {.state_deviation = 0.1, .io_deviation = 0.1};
  return s;
}
void check_same(const training_signs& x, const training_signs& y) {
  CHECK(x.early_growth == y.early_growth);
  CHECK(x.mass == y.mass);
  CHECK(x.spectral_radius == y.spectral_radius);
  CHECK(x.path_rank == y.path_rank);
  CHECK(x.plateau == y.plateau);
}

}  // namespace

TEST_CASE("signs are those of a record of every look on the way to the target") {
  struct seen {
    std::vector<double> h;
    double mass, radius, loss, steps;
  };
  std::vector<seen> all;
  double target = -1;
  const auto record = [&](auto& run) {
    const double steps = run.now().steps;
    target = run.now().target_steps;
    if (std::fmod(steps, 50) != 0 && target != steps) return;
    if (target >= 0 && steps > target) return;
    const auto s = run.here().system;
    seen now{std::vector<double>(5), 0, 0, run.now().loss, steps};
    for (std::size_t j = 0; j < 3; ++j) {
      now.mass += std::abs(s.b[j] * s.c[j]);
      now.radius = std::max(now.radius, std::abs(s.a[j]));
      for (std::size_t k = 0; k < 5; ++k)
        now.h[k] += s.c[j] * s.b[j] * std::pow(s.a[j], static_cast<double>(k));
    }
    all.push_back(now);
  };
  watched_signs<> signs(looks_at_signs{.period = 50, .early = 150});
  auto plain = run<double>(make(), 3);
  auto watched = run<double>(make(), 3, signs);
  CHECK(plain.student.system.a == watched.student.system.a);
  CHECK(plain.at_end.steps == watched.at_end.steps);
  run<double>(make(), 3, record);
  REQUIRE(target > 200);
  REQUIRE(all.back().steps == target);

  double mass = 0, radius = 0, plateau = 0, loss = 1e300, since = 0, trace = 0, squares = 0;
  std::vector<double> m(25, 0.0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    mass = std::max(mass, all[i].mass);
    radius = std::max(radius, all[i].radius);
    if (all[i].loss <= loss / 2) loss = all[i].loss, since = all[i].steps;
    plateau = std::max(plateau, all[i].steps - since);
    for (std::size_t k = 0; i > 0 && k < 25; ++k)
      m[k] += (all[i].h[k / 5] - all[i - 1].h[k / 5]) * (all[i].h[k % 5] - all[i - 1].h[k % 5]);
  }
  for (std::size_t k = 0; k < 25; ++k) squares += m[k] * m[k], trace += k % 6 == 0 ? m[k] : 0;
  CHECK(signs.of().early_growth == doctest::Approx(std::log(all[3].mass / all[0].mass)));
  CHECK(signs.of().mass == doctest::Approx(mass));
  CHECK(signs.of().spectral_radius == doctest::Approx(radius));
  CHECK(signs.of().plateau == plateau);
  CHECK(plateau > 0);
  CHECK(signs.of().path_rank == doctest::Approx(trace * trace / squares));
  CHECK(signs.of().path_rank >= 1);
  CHECK(signs.of().path_rank <= 5);
}

TEST_CASE("signs of lanes are those of single runs, also where lanes end one by one") {
  using P = pack<double>;
  std::vector<study> studies;
  std::vector<std::uint32_t> seeds;
  for (std::size_t i = 0; i < lanes_of<P>; ++i) {
    studies.push_back(make(0.004 * static_cast<double>(i + 1)));
    seeds.push_back(static_cast<std::uint32_t>(i));
  }
  watched_signs<P> together;
  run<P>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds), together);
  for (std::size_t i = 0; i < lanes_of<P>; ++i) {
    watched_signs<> alone;
    small_descent::run_as_lanes<double>(studies[i], seeds[i], alone);
    check_same(together.of(i), alone.of());
  }
  const training_signs before = together.of(0);
  run<P>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds), together);  // begins anew
  check_same(together.of(0), before);
}

TEST_CASE("the rank of a path knows no scale") {
  study small = make(1e-11);
  small.start = {.state_deviation = 0.1, .io_deviation = 1e-43};
  watched_signs<> signs(looks_at_signs{.period = 50});
  run<double>(small, 3, signs);
  CHECK(signs.of().mass < 1e-78);  // squares of squares of moves leave the range
  CHECK(signs.of().path_rank >= 1 - 1e-12);
  CHECK(signs.of().path_rank <= 5);
}

TEST_CASE("looks that cannot be are refused") {
  CHECK_THROWS_AS(watched_signs<>({.period = 0.5}), bad_argument);
  CHECK_THROWS_AS(watched_signs<>({.early = -1}), bad_argument);
}
