// SPDX-License-Identifier: BSD-3-Clause
// One run of the experiment: the study in words of the library, trained, timed and read off.
//
//   student    A = diag(a_0, ..., a_{d-1}) learned, B = C = 1
//   teacher    A = diag(1, 0), B = Cᵀ = (1, √(d-1))
//   data       an impulse at the first of kappa entries, and `special` times one at the second to last
//   loss       squared, of the last output
//   training   gradient flow to its limit
#pragma once

#include <chrono>
#include <lssm/io.hpp>
#include <lssm/lssm.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "options.hpp"

namespace theorem1 {

using namespace lssm;

/// D and K are known sizes, or `dynamic`: then they are values.
template <integer D, integer K>
using study = teacher_student<ssm<real_diagonal<D>, learn<state_matrix>>, theorem1_teacher<D>,
                              inject<training_set<K, unit<at<0>>>, unit<at<-2>>>, squared_error,
                              gradient_flow<>, theorem1_start>;

template <integer D, integer K>
study<D, K> make_study(const setting& s, integer special, double rtol) {
  return {.student = {.structure = {.states = s.dim}},
          .teacher = {.states = s.dim},
          .data = {.set = {.length = s.length}, .special = {.count = special}},
          .training = {.rtol = rtol},
          .start = {.scale = s.init_scale, .gap_factor = s.gap_factor}};
}

/// Calls f with the study of these sizes, as compile-time sizes where they are published: the same flow, bit for bit.
template <class F>
auto with_study(const setting& s, integer special, double rtol, F f) {
  if (s.dim == 10 && s.length == 7) return f(make_study<10, 7>(s, special, rtol));
  if (s.dim == 20 && s.length == 9) return f(make_study<20, 9>(s, special, rtol));
  return f(make_study<dynamic, dynamic>(s, special, rtol));
}

/// Calls f with std::type_identity of the scalar.
template <class F>
void with_scalar(scalar_kind kind, F f) {
  if (kind == scalar_kind::as_double) f(std::type_identity<double>{});
  if (kind == scalar_kind::as_long_double) f(std::type_identity<long double>{});
  if (kind == scalar_kind::as_quad) f(std::type_identity<quad>{});
}

/// One row of the table.
template <class T>
struct result {
  lssm::status status = status::running;
  T train_loss{}, generalization_error{}, effective_rank{}, flow_time{};
  std::vector<T> eigenvalues;  // (d), absolute, descending
  integer steps = 0;
  double seconds = 0;  // of the integration
};

/// Throws bad_argument if the run is impossible, before any of its work.
template <class T>
void validate(const setting& s, std::uint32_t seed, integer special, double rtol) {
  with_study(s, special, rtol, [&](const auto& study) {
    study.template validate<T>();
    try {
      bind<T>(study, seed);
    } catch (const bad_argument& e) {
      throw bad_argument("seed " + std::to_string(seed) + ": " + e.what());
    }
  });
}

template <class T>
result<T> train(const setting& s, std::uint32_t seed, integer special, integer horizon, double rtol) {
  return with_study(s, special, rtol, [&](const auto& study) {
    auto bound = bind<T>(study, seed);
    const auto begin = std::chrono::steady_clock::now();
    auto training = bound.training();
    drive(training, silent{});
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    training.here();  // the objective's system is now that of the end
    const auto student = bound.student();
    result<T> r{.status = training.lane_status(0),
                .train_loss = training.now().loss,
                .generalization_error = generalization_error<T>(student, bound.teacher, horizon),
                .flow_time = training.now().time,
                .eigenvalues = eigenvalue_magnitudes<T>(view<T>(student.system.a)),
                .steps = static_cast<integer>(value_of(training.now().steps)),
                .seconds = elapsed.count()};
    r.effective_rank = effective_rank<T>(view<T>(r.eigenvalues));
    return r;
  });
}

/// The same run, watched: `path`.csv and `path`.npz hold it over time.
template <class T>
void record_run(const setting& s, std::uint32_t seed, integer special, const options& o,
                const std::string& path) {
  with_study(s, special, o.rtol, [&](const auto& study) {
    auto seen = trajectory_of<T>({.per_decade = 25, .every = 10}, record::time{}, record::loss{},
                                 record::generalization{study.teacher.template bind<T>(), o.horizon},
                                 record::effective_rank{}, record::eigenvalues{}, record::gamma{});
    run<T>(study, seed, seen);
    to_csv(seen).save(path + ".csv");
    to_npz(seen).save(path + ".npz");
  });
}

}  // namespace theorem1
