// SPDX-License-Identifier: BSD-3-Clause
// Certificates of studies (lssm/certificate.hpp): the band of a study's teacher, and what it proves while a student trains.
//
//   const auto bound = bind<double>(study, seed);
//   const auto band = teacher_band(bound, {.mass = 1.1}, 40);      from bound.data
//
//   certify(band, outcome.student, 0.2)        the verdict on the end of a run
//   certify(outcome, prior, 40, 0.2)           the same with a band of its own data, in sweeps for example
//   record::error_bounds{&band}                at_least and at_most along a trajectory            2 columns
//   certified_stop until(band, {.tolerance = 0.2, .period = 100});
//   run<double>(study, seed, until)            an observer that ends a training once its student is certified
//
// A band belongs to the data of one seed. Verdicts cost a response and two comparisons for each entry.
#pragma once

#include <array>
#include <cmath>
#include <type_traits>

#include "../certificate/certify.hpp"
#include "run.hpp"

namespace lssm {

namespace detail {
/// The band of the teacher of a study, from its data in numbers.
template <class Study, class T>
response_band band_of_study(const labelled<T>& data, const teacher_prior& prior, integer horizon) {
  using teacher = decltype(Study::teacher);
  static_assert(MeasurableTeacher<teacher> || std::is_same_v<teacher, no_teacher>,
                "teacher_band: the teacher of the study has no impulse response that a band could hold "
                "(docs/certificate.md)");
  constexpr bool exact = CleanLabels<decltype(Study::data)>;
  require(exact || prior.states_noise(), "teacher_band", "noise",
          "stated: labels of label_noise and given labels are none that a teacher gave exactly", prior.noise);
  return teacher_band(data, prior, horizon);
}
}  // namespace detail

/// The band of the teacher of a study in numbers, from its data as they stand.
template <SingleScalar T, class Study>
response_band teacher_band(const bound_study<T, Study>& bound, const teacher_prior& prior, extent<> horizon) {
  return detail::band_of_study<Study>(bound.data, prior, horizon);
}

/// The verdict on the student of a run, by the data that it was trained on.
template <SingleScalar T, class Study>
certificate certify(const outcome<T, Study>& end, const teacher_prior& prior, extent<> horizon,
                    double tolerance) {
  return certify(detail::band_of_study<Study>(end.data, prior, horizon), end.student, tolerance);
}

namespace detail {
/// The verdicts on the student at a point of a training, lane by lane.
template <class Point>
auto certificates_at(const response_band& band, const Point& p, double tolerance) {
  using T = typename Point::T;
  using structure = typename Point::objective_type::model::structure_type;
  static_assert(structure::outputs == 1,
                "certify: a band is of one output; take a student of one output (docs/certificate.md)");
  if (structure::inputs != band.channels)
    refuse("certify", "the student", "of " + to_text(band.channels) + " inputs", integer{structure::inputs});
  const bound_system<T, structure> student{p.system};
  std::vector<T> h(static_cast<std::size_t>(band.horizon * band.channels), T(0));
  student.impulse_response(std::span<T>(h));
  std::array<certificate, lanes_of<T>> out;
  std::vector<double> one(h.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::size_t k = 0; k < h.size(); ++k) one[k] = value_of(scalar_traits<T>::get(h[k], i));
    out[i] = certify(band, one, tolerance);
  }
  return out;
}
}  // namespace detail

namespace record {

/// Proved bounds of the student's error over the lags of a band, which must outlive it: at least, at most.
struct error_bounds {
  const response_band* band;

  static constexpr std::string_view name = "error_bound";
  static std::size_t columns(const auto&) { return 2; }
  void write(const auto& p, auto out) const {
    using T = typename std::remove_cvref_t<decltype(p)>::T;
    using L = lane_of<T>;
    const auto bounds = detail::certificates_at(*band, p, 0);
    constexpr double unit = scalar_traits<T>::epsilon;  // rounded outwards, to the scalar of the run
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      scalar_traits<T>::set(out[0], i, L(bounds[i].at_least * (1 - unit)));
      scalar_traits<T>::set(out[1], i, L(bounds[i].at_most * (1 + unit)));
    }
  }
};

}  // namespace record

/// When certified_stop ends a training.
struct certified_within {
  double tolerance = -1;  ///< largest error of a certified student, absolute, at least 0; to be given
  double period = 1;      ///< steps from one look to the next, at least 1
  bool or_wrong = false;  ///< whether a student that is proved wrong ends its training too
};

/// An observer of descents and flows that cancels a training at the first look at which its student is certified. In lanes each
/// is cancelled by itself.
class certified_stop {
 public:
  /// `band` must outlive it.
  certified_stop(const response_band& band, const certified_within& when) : band_(&band), when_(when) {
    detail::require_given("certified_stop", "tolerance", when.tolerance);
    require(when.period >= 1 && when.period <= 0x1p53 && when.period == std::floor(when.period),
            "certified_stop", "period", "a number of steps, at least 1", when.period);
  }

  void operator()(auto& run) const {
    using T = std::remove_cvref_t<decltype(run.now().steps)>;
    bool due = false;
    for (std::size_t i = 0; i < lanes_of<T>; ++i) {
      const double steps = value_of(scalar_traits<T>::get(run.now().steps, i));
      due = due || (run.lane_status(i) == status::running && std::fmod(steps, when_.period) == 0);
    }
    if (!due) return;
    const auto verdicts = detail::certificates_at(*band_, run.here(), when_.tolerance);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      const student_verdict v = verdicts[i].verdict;
      if (run.lane_status(i) == status::running &&
          (v == student_verdict::certified || (when_.or_wrong && v == student_verdict::wrong)))
        run.cancel(i);
    }
  }

 private:
  const response_band* band_;
  certified_within when_;
};

}  // namespace lssm
