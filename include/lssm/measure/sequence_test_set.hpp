// SPDX-License-Identifier: BSD-3-Clause
// The generalization error of a model of layers: on test sequences longer than those of training,
//
//   ‖ŷ - y‖₂ / ‖y‖₂,   ŷ, y: all answers of student and teacher              (as the paper's Section 4.2)
//
//   x   (N, kappa, m)   test inputs                       y   (N, answers)   the teacher's answers
#pragma once

#include <span>
#include <vector>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "../nn/concepts.hpp"
#include "test_set.hpp"

namespace lssm {

/// ‖ŷ - y‖₂ / ‖y‖₂ over all answers to random sequences.
template <SingleScalar T>
class sequence_test_set {
 public:
  /// Draws normal inputs with deviation 1 and labels them by the teacher.
  template <class BoundTeacher, RandomStream Stream>
  sequence_test_set(const BoundTeacher& teacher, extent<> sequences, extent<> kappa, Stream& stream)
      : batch_{sequences, kappa} {
    const std::size_t n =
        detail::checked_sequences("sequence_test_set", sequences, kappa, BoundTeacher::inputs);
    const std::size_t row = static_cast<std::size_t>(kappa * BoundTeacher::inputs);
    x_.resize(n * row);
    for (T& x : x_) x = T(stream.normal());
    const std::size_t answers = static_cast<std::size_t>(teacher.answers(kappa));
    y_.resize(n * answers);
    for (std::size_t i = 0; i < n; ++i)
      teacher.answer(view<T>(x_).subspan(i * row, row), std::span<T>(y_).subspan(i * answers, answers));
    predicted_ = y_;
  }

  /// Error of a bound_deep, or of the layers where their objective has been evaluated. Where all answers of the teacher are
  /// zero: 0 if the student's are, else infinite.
  template <class Student>
  T error(const Student& f) {
    detail::check_alike<Student>();
    if constexpr (requires { f.apply(view<T>(x_), batch_, std::span<T>(predicted_)); }) {
      f.apply(view<T>(x_), batch_, std::span<T>(predicted_));
    } else {
      f.objective().apply(view<T>(x_), batch_, std::span<T>(predicted_), f.evaluation());
    }
    T wrong(0), all(0);
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const T e = predicted_[i] = predicted_[i] - y_[i];
      wrong = mul_add(e, e, wrong);
      all = mul_add(y_[i], y_[i], all);
    }
    return kernel::norm_ratio<T>(wrong, view<T>(predicted_), all, view<T>(y_));
  }

 private:
  batch_shape batch_;
  std::vector<T> x_, y_, predicted_;  // (N, kappa, m), (N, answers)
};

}  // namespace lssm
