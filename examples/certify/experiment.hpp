// SPDX-License-Identifier: BSD-3-Clause
// Data sets and students, from files or from runs, and what is proved of them.
#pragma once

#include <chrono>

#include "../standalone/experiment.hpp"
#include "options.hpp"

namespace certify_program {

using namespace lssm;

/// B = C = 1 behind the stop rules, entries of A in [-1, 1], or neither.
struct run_constraint {
  static constexpr bool after_stop_test = true;
  bool fixed = false, clip = false;

  template <class T>
  T operator()(state_matrix, const T& a) const {
    return clip ? max_of(T(-1), min_of(T(1), a)) : a;
  }
  auto operator()(auto slot, const auto& x) const { return discrete::maybe_fixed{fixed}(slot, x); }
  friend bool operator==(const run_constraint&, const run_constraint&) = default;
};

/// A data set, and a student and a teacher where they are known.
template <class T>
struct subject {
  std::string name;
  std::optional<std::uint32_t> seed;
  std::optional<integer> special;
  labelled<T> data;
  std::vector<double> student, teacher;  // responses (horizon, m), or empty
  std::optional<double> mass;            // of the student
};

inline constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

/// What is proved of a subject under one mass.
struct row {
  std::string name;
  std::optional<std::uint32_t> seed;
  std::optional<integer> special;
  double teacher_mass = 0;
  response_band band;
  std::optional<student_verdict> said;
  std::vector<double> student, teacher;
  double breakdown = not_known, at_least = not_known, at_most = not_known, error_absolute = not_known,
         generalization = not_known, mass = not_known, loss = not_known, seconds = 0;
};

template <class T>
double loss_of(const labelled<T>& data, const std::vector<double>& h) {
  const auto lags = static_cast<std::size_t>(data.kappa), m = static_cast<std::size_t>(data.channels);
  double sum = 0;
  for (std::size_t n = 0; n < data.y.size(); ++n) {
    double residual = -static_cast<double>(data.y[n]);
    for (std::size_t l = 0; l < lags; ++l)
      for (std::size_t c = 0; c < m; ++c)
        residual += h[l * m + c] * static_cast<double>(data.x[(n * lags + lags - 1 - l) * m + c]);
    sum += residual * residual;
  }
  return sum / static_cast<double>(data.y.size());
}

/// Band, verdict and breakdown mass of a subject.
template <class T>
row prove(const options& o, const subject<T>& of, double mass) {
  const auto begin = std::chrono::steady_clock::now();
  teacher_prior prior = o.prior;
  prior.mass = mass;
  row r{of.name, of.seed,    of.special, mass, teacher_band(of.data, prior, o.horizon),
        {},      of.student, of.teacher};
  const auto entries = static_cast<std::size_t>(o.horizon * of.data.channels);
  const auto seen = std::span(of.student).first(std::min(entries, of.student.size()));
  if (!seen.empty()) {
    const certificate c = certify(r.band, seen, o.tolerance);
    r.said = c.verdict;
    r.at_least = c.at_least;
    r.at_most = c.at_most;
  } else if (r.band.refuted) {
    r.said = student_verdict::refuted;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  r.seconds = elapsed.count();
  if (!seen.empty()) {
    r.breakdown = breakdown_mass(of.data, prior, seen, o.tolerance);
    r.loss = loss_of(of.data, of.student);
    r.mass = of.mass.value_or(not_known);
  } else if (!r.band.refuted) {
    r.breakdown = breakdown_mass<T>(of.data, prior, r.band.centre(), o.tolerance);
  }
  if (seen.empty() || of.teacher.size() < entries) return r;
  const auto truth = std::span(of.teacher).first(entries);
  r.error_absolute = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    const double e = std::abs(seen[i] - truth[i]);
    r.error_absolute = e <= r.error_absolute ? r.error_absolute : e;  // not a number stays
  }
  r.generalization = generalization_error<double>(seen, truth);
  return r;
}

/// The response over the longer of horizon and length of the sequences: bounds need the one, the loss the other.
template <class System>
std::vector<double> response_of(const System& system, integer lags) {
  using T = typename System::scalar;
  std::vector<T> h(static_cast<std::size_t>(lags * System::inputs), T(0));
  system.impulse_response(std::span<T>(h));
  return {h.begin(), h.end()};
}

template <class X>
X load_by_name(const std::string& path) {
  return path.ends_with(".json") ? load_json<X>(path) : load_npz<X>(path);
}

template <integer Inputs>
void load_student(const options& o, subject<double>& s) {
  const auto student = load_by_name<bound_system<double, real_diagonal<dynamic, Inputs>>>(o.student);
  s.student = response_of(student, std::max(o.horizon, s.data.kappa));
  s.mass = mass_of(student);
}

inline subject<double> from_files(const options& o) {
  subject<double> s{o.data, {}, {}, load_by_name<labelled<double>>(o.data), {}, {}, {}};
  s.teacher = s.data.h_star;
  if (o.student.empty()) return s;
  switch (s.data.channels) {
    case 1: load_student<1>(o, s); break;
    case 2: load_student<2>(o, s); break;
    case 3: load_student<3>(o, s); break;
    case 4: load_student<4>(o, s); break;
    default:
      throw bad_file(o.data + ": x has " + std::to_string(s.data.channels) +
                     " inputs; a student may have up to 4");
  }
  return s;
}

/// The study of a run, with sizes known at run time.
inline auto study_of(const options& o, const setting& s, bool special) {
  auto study = standalone::make_study<dynamic, dynamic, adaptive_rate<>, run_constraint>(s, special, {});
  study.training.constraint = {.fixed = s.reset_io, .clip = o.clip};
  return study;
}

template <class T>
subject<T> from_run(const options& o, const setting& s, std::uint32_t seed, bool special) {
  const flush_denormals none;
  const auto study = study_of(o, s, special);
  const auto end = run<T>(study, seed);
  const integer lags = std::max(o.horizon, s.length);
  return {s.name,
          seed,
          special ? s.special : 0,
          bind<T>(study, seed).data,
          response_of(end.student, lags),
          response_of(end.teacher, lags),
          mass_of(end.student)};
}

/// Throws what is impossible before any work.
template <class T>
void look_first(const options& o) {
  if (!o.data.empty()) {
    const subject<double> s = from_files(o);
    for (double mass : o.masses) prove(o, s, mass);
  }
  for (const setting& s : o.settings) {
    o.prior.validate(std::max(o.horizon, s.length));
    for (std::uint32_t seed : s.seeds)
      for (bool special : o.runs) bind<T>(study_of(o, s, special), seed);
  }
}

/// Calls f with every row: by setting, seed, without and with special sequences, and mass.
template <class T, class F>
void each_row(const options& o, F f) {
  if (!o.data.empty()) {
    const subject<double> s = from_files(o);
    for (double mass : o.masses) f(prove(o, s, mass));
    return;
  }
  for (const setting& s : o.settings) {
    const double teacher_mass = static_cast<double>(s.teacher.size());  // B = C = 1
    const std::vector<double> masses = o.masses.empty() ? std::vector<double>{1.1 * teacher_mass} : o.masses;
    for (std::uint32_t seed : s.seeds)
      for (bool special : o.runs) {
        const subject<T> one = from_run<T>(o, s, seed, special);
        for (double mass : masses) f(prove(o, one, mass));
      }
  }
}

}  // namespace certify_program
