// SPDX-License-Identifier: BSD-3-Clause
// Memory for the data of long sequences is that of their rows, not of a matrix between all pairs of entries.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lssm/lssm.hpp>

#include "../reference.hpp"
#include "../tools/standing.hpp"

using namespace lssm;

namespace {

/// What f, run in a process of its own, adds to the most memory that this program has held, in MB; negative if it fails.
template <class F>
long added_megabytes(F f) {
  const auto most = [] {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return use.ru_maxrss / 1024;
  };
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    long added = -1;
    try {
      const long before = most();
      if (f()) added = most() - before;
    } catch (const std::exception&) {}
    (void)!write(ends[1], &added, sizeof(added));
    _exit(0);
  }
  long added = -1;
  (void)!read(ends[0], &added, sizeof(added));
  close(ends[0]);
  close(ends[1]);
  waitpid(child, nullptr, 0);
  return added;
}

template <class Training>
using study =
    teacher_student<ssm<real_diagonal<>, learn<state_matrix>>, given<real_diagonal<1>>,
                    training_set<dynamic, gaussian<everywhere>>, squared_error, Training, gaussian_start>;

template <class Training>
study<Training> long_study(integer length, integer count) {
  return {.student = {.structure = {.states = 4}},
          .teacher = {.values = {{0.5}, {1}, {1}}},
          .data = {.length = length, .sequences = {.count = count}}};
}

}  // namespace

TEST_CASE("one sequence of 16384 entries, or three, takes no matrix of 2 GB") {
  for (const integer count : {1, 3}) {
    const long descent_takes = added_megabytes([&] {
      auto bound = bind<double>(long_study<descent<adam>>(16384, count), 1);
      auto training = bound.training();
      for (int i = 0; i < 3; ++i) training.step();
      return bound.objective.rank() == count && std::isfinite(training.now().loss);
    });
    CAPTURE(count);
    CHECK(descent_takes >= 0);
    CHECK(descent_takes < 100);
    const long plain_takes = added_megabytes([&] {
      auto bound = bind<double>(long_study<descent<>>(16384, count), 1);
      auto training = bound.training();
      training.walk(3);
      training.advance(3);
      return std::isfinite(training.now().loss);
    });
    CHECK(plain_takes >= 0);
    CHECK(plain_takes < 100);
    const long flow_takes = added_megabytes([&] {
      auto bound = bind<double>(long_study<gradient_flow<>>(16384, count), 1);
      auto training = bound.training();
      for (int i = 0; i < 3 && training.running(); ++i) training.step();
      return std::isfinite(training.now().loss);
    });
    CHECK(flow_takes >= 0);
    CHECK(flow_takes < 100);
  }
}

TEST_CASE("long sequences have the loss and gradient of their sums") {
  const auto check = [](integer length, integer count) {
    const auto bound = bind<double>(long_study<descent<adam>>(length, count), 2);
    tests::standing objective(bound.objective);
    const double loss = objective.evaluate();
    double total = 0;
    std::vector<double> g(static_cast<std::size_t>(length), 0.0);
    for (integer n = 0; n < count; ++n) {
      double p = 0;
      for (integer k = 0; k < length; ++k)
        p += objective.response()[static_cast<std::size_t>(k)] *
             bound.data.input(n)[static_cast<std::size_t>(length - 1 - k)];
      const double rho = p - bound.data.y[static_cast<std::size_t>(n)];
      total += rho * rho / static_cast<double>(count);
      for (integer k = 0; k < length; ++k)
        g[static_cast<std::size_t>(k)] += 2 * rho / static_cast<double>(count) *
                                          bound.data.input(n)[static_cast<std::size_t>(length - 1 - k)];
    }
    CAPTURE(length);
    CHECK(loss == doctest::Approx(total).epsilon(1e-11));
    for (std::size_t k = 0; k < g.size(); k += 97)
      CHECK(objective.cotangent()[k] == doctest::Approx(g[k]).epsilon(1e-10));
  };
  check(700, 3);    // rows of the sequences themselves
  check(600, 601);  // through the Gram matrix
}
