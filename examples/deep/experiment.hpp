// SPDX-License-Identifier: BSD-3-Clause
// Poison beyond the paper's settings: two SSMs in a row with an activation between them.
//
//   student    SSM, activation, SSM, last output; A = diag(a_0, ..., a_{d-1}) of both learned, B = s and C = 1
//   teacher    the same of Theorem 1's systems: A = diag(1, 0), then A = 0; B = s (1, √(d-1)), Cᵀ = (1, √(d-1)), so that
//              h = s (d, 1, 1, ...) and h = s (d, 0, 0, ...): all memory is before the activation
//   data       an impulse at the first of kappa entries, and `special` times one at the second to last
//   loss       squared, of the last output
//   training   the paper's adaptive rate, until the loss is below the target
//   start      all entries of A near zero, those behind the activation nearer
//
// A clean student can explain its one sequence by one entry near 1 in either layer. It finds the one before the
// activation, whose entries start larger, and generalizes. The special sequence asks for memory of a single step, which
// every entry of both layers can give: it moves the memory behind the activation, where the teacher has none.
#pragma once

#include <chrono>
#include <lssm/all.hpp>
#include <string>
#include <vector>

namespace deep_example {

using namespace lssm;

struct setting {
  integer dim = 5, length = 7;
  std::string between = "gelu";
  std::vector<std::uint32_t> seeds = {1, 2, 3, 4, 5};
  std::vector<integer> specials = {0, 1};
  double scale = 0.3;  // s
  double rate = 0.05, target = 1e-6;
  integer max_steps = 40'000;
  integer test_sequences = 500, horizon = 40;
};

/// Entries of A near `mean`, those of later layers nearer to zero; B and C as given.
struct graded_start {
  double mean = 0.01, deviation = 0.001;
  double grading = 0.3;  ///< factor from one SSM to the next
  double input = 1;      ///< entries of B

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    double factor = 1;
    system.each_layer([&]<class Layer>(const Layer&, auto& parameters) {
      if constexpr (requires { typename Layer::structure_type; }) {
        gaussian_start{.state = {factor * mean, factor * deviation}, .input = {input, 0}, .output = {1, 0}}(
            parameters, stream);
        factor *= grading;
      }
    });
  }
  friend bool operator==(const graded_start&, const graded_start&) = default;
};

template <class Between>
using student = deep<ssm<real_diagonal<>, learn<state_matrix>>, Between,
                     ssm<real_diagonal<>, learn<state_matrix>>, last_output>;
template <class Between>
using teacher = given_deep<deep<ssm<real_diagonal<2>>, Between, ssm<real_diagonal<2>>, last_output>>;
template <class Between>
using study = teacher_student<student<Between>, teacher<Between>,
                              inject<training_set<dynamic, unit<at<0>>>, unit<at<-2>>>, squared_error,
                              descent<adaptive_rate<diagonal_norm>>, graded_start, keyed_streams>;

template <class Between>
study<Between> make_study(const setting& s, integer special) {
  const double root = std::sqrt(static_cast<double>(s.dim - 1));
  study<Between> study{
      .student = {{{.structure = {.states = s.dim}}, {}, {.structure = {.states = s.dim}}, {}}},
      .teacher = {.values = {1, 0, s.scale, s.scale * root, 1, root,    // A, B, C before the activation
                             0, 0, s.scale, s.scale * root, 1, root}},  // and behind it
      .data = {.set = {.length = s.length}, .special = {.count = special}},
      .training = {.rate = s.rate},
      .start = {.input = s.scale}};
  study.training.stop.template get<target_loss>().value = s.target;
  study.training.stop.template get<step_limit>().steps = static_cast<double>(s.max_steps);
  return study;
}

/// Calls f with the study of this activation.
template <class F>
auto with_study(const setting& s, integer special, F f) {
  if (s.between == "gelu") return f(make_study<gelu>(s, special));
  if (s.between == "tanh") return f(make_study<tanh_layer>(s, special));
  return f(make_study<identity>(s, special));
}

struct result {
  lssm::status status = status::running;
  double train_loss = 0, generalization_error = 0, seconds = 0;
  integer steps = 0;
  std::vector<double> eigenvalues[2];  // of both SSMs (d), absolute, descending
};

/// Trained, timed, and asked about test sequences.
inline result train(const setting& s, std::uint32_t seed, integer special) {
  return with_study(s, special, [&](const auto& study) {
    auto bound = bind<double>(study, seed);
    const auto begin = std::chrono::steady_clock::now();
    auto training = bound.training();
    drive(training, silent{});
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    const auto end = read_lane(training, bound, 0);
    sequence_test_set<double> test(bound.teacher, s.test_sequences, s.horizon, bound.streams->test());
    return result{
        .status = end.status,
        .train_loss = end.at_end.loss,
        .generalization_error = test.error(end.student),
        .seconds = elapsed.count(),
        .steps = static_cast<integer>(end.at_end.steps),
        .eigenvalues = {eigenvalue_magnitudes<double>(view<double>(end.student.template ssm<0>().system.a)),
                        eigenvalue_magnitudes<double>(view<double>(end.student.template ssm<2>().system.a))}};
  });
}

/// Throws bad_argument if the runs are impossible, before any of their work.
inline void validate(const setting& s) {
  with_study(s, 1, [](const auto& study) { study.template validate<double>(); });
}

}  // namespace deep_example
