// SPDX-License-Identifier: BSD-3-Clause
// Sizes in types that no stack holds: trainings of them in threads with a small one.
#include <doctest/doctest.h>
#include <pthread.h>

#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

using namespace lssm;

namespace {

/// f in a thread whose stack has so many bytes.
template <class F>
void on_stack_of(std::size_t bytes, F f) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, bytes) == 0);
  pthread_t thread{};
  REQUIRE(pthread_create(
              &thread, &attributes,
              [](void* g) -> void* {
                (*static_cast<F*>(g))();
                return nullptr;
              },
              &f) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

template <integer D, integer Kappa, class Training, class Learn = learn_all>
using study_of =
    teacher_student<ssm<real_diagonal<D>, Learn>, theorem1_teacher<2>,
                    training_set<Kappa, gaussian<leading<3>>>, squared_error, Training, near_zero>;
template <class Rule>
using steps = descent<Rule, unconstrained, first_of<step_limit>>;

/// The run, of sizes in the type and at run time, which must agree to rounding.
template <class Large, class Open>
void runs(const Large& large, Open open) {
  open.student.structure.states = integer(large.student.structure.states);
  open.data.length = large.data.kappa();
  on_stack_of(1 << 20, [&] {
    const auto found = run<double>(large, 3);
    const auto expected = run<double>(open, 3);
    CHECK(found.status == expected.status);
    CHECK(found.at_end.loss == doctest::Approx(expected.at_end.loss).epsilon(1e-10));
    CHECK(found.student.system.a[0] == doctest::Approx(expected.student.system.a[0]).epsilon(1e-10));
  });
}
template <class Training, class Learn = learn_all>
using open_study = study_of<dynamic, dynamic, Training, Learn>;

}  // namespace

TEST_CASE("long sequences: Adam, and the Gram matrix of its objective") {
  runs(study_of<4, 600, steps<adam>>{.training = {.stop = {{{20}}}}},
       open_study<steps<adam>>{.training = {.stop = {{{20}}}}});
}

TEST_CASE("many modes: descents by the rules that keep most") {
  runs(study_of<30000, 7, steps<adam>>{.training = {.stop = {{{3}}}}},
       open_study<steps<adam>>{.training = {.stop = {{{3}}}}});
  runs(study_of<30000, 7, steps<gradient_descent>>{.training = {.stop = {{{3}}}}},
       open_study<steps<gradient_descent>>{.training = {.stop = {{{3}}}}});
}

TEST_CASE("many modes: flows in both charts") {
  using stop = first_of<step_limit>;
  using in_gaps = gradient_flow<rosenbrock, gap_to_leader, stop>;
  using in_theta = gradient_flow<rosenbrock, plain, stop>;
  using explicitly = gradient_flow<dormand_prince, plain, stop>;
  using fixed = learn<state_matrix>;
  runs(study_of<3000, 7, in_gaps, fixed>{.training = {.stop = {{{3}}}}},
       open_study<in_gaps, fixed>{.training = {.stop = {{{3}}}}});
  runs(study_of<3000, 7, in_theta>{.training = {.stop = {{{3}}}}},
       open_study<in_theta>{.training = {.stop = {{{3}}}}});
  runs(study_of<3000, 7, explicitly>{.training = {.stop = {{{3}}}}},
       open_study<explicitly>{.training = {.stop = {{{3}}}}});
}

TEST_CASE("many students through lanes") {
  using study = study_of<600, 200, steps<gradient_descent>>;
  on_stack_of(1 << 20, [] {
    const study s{.training = {.stop = {{{5}}}}};
    std::uint32_t seed = 0;
    std::vector<double> loss(6);
    train_in_lanes<pack<double>>(
        [&]() -> std::optional<lane_job<study>> {
          if (seed == loss.size()) return std::nullopt;
          const std::uint32_t mine = seed++;
          return lane_job<study>{mine, s, mine};
        },
        [&](std::size_t i, const auto& end) { loss[i] = end.at_end.loss; });
    for (std::uint32_t i = 0; i < loss.size(); ++i)
      CHECK(loss[i] == doctest::Approx(run<double>(s, i).at_end.loss).epsilon(1e-12));
  });
}

TEST_CASE("a teacher and a start of many numbers") {
  using structure = real_diagonal<600>;
  given<structure> teacher;
  teacher.values.a.fill(0.5);
  teacher.values.b.fill(1);
  teacher.values.c.fill(0.125);
  on_stack_of(128 << 10, [&] {
    teacher.validate();
    const auto bound = teacher.bind<double>();
    CHECK(bound.impulse_response(3)(1, 0, 0) == doctest::Approx(600 * 0.0625).epsilon(1e-12));
  });
  CHECK(given<structure>{.values = {{1}, {1}, {1}}}.values.a[599] == 0);
}
