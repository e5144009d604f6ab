// SPDX-License-Identifier: BSD-3-Clause
// Labels at every step of a sequence, not at its last alone: y_t is what the teacher answers to x_0, ..., x_t.
//
//   every_step<given<real_diagonal<2, 1, 2>>>{{.values = ...}}      the members are those of the teacher inside
//
//   G = 1/(N kappa) Σ_n Σ_t x̃_{n,t} x̃_{n,t}ᵀ      a squared loss sees the beginnings of all sequences, as if they were data
//                                                 of last outputs: x̃_{n,t} is x_t, ..., x_0, and zeros
//
// A teacher with an impulse response labels by its convolution, one that answers at every step is asked once, and any other
// about each beginning.
#pragma once

#include <utility>

#include "teacher.hpp"

namespace lssm {

namespace detail {

/// A teacher in numbers that answers at every step; all else is as it was.
template <class T, class Bound>
struct bound_every_step : Bound {
  integer answers(integer kappa) const { return kappa * answers_of_a_step(); }
  integer steps(integer kappa) const { return kappa; }
  /// y (kappa, p) for one sequence x (kappa, m).
  void answer(std::span<const T> x, std::span<T> y) const {
    if constexpr (requires(const Bound& b) { b.convolve(x, y); }) {
      Bound::convolve(x, y);
    } else if (already(y)) {
      answer_once(x, y);
    } else {
      const std::size_t p = static_cast<std::size_t>(answers_of_a_step()), kappa = y.size() / p,
                        m = x.size() / kappa;
      for (std::size_t t = 0; t < kappa; ++t)
        if constexpr (AnswersSequences<Bound, T>) {
          Bound::answer(x.first((t + 1) * m), y.subspan(t * p, p));
        } else {
          y[t] = static_cast<const Bound&>(*this)(x.first((t + 1) * m));
        }
    }
  }

 private:
  /// Whether the teacher answers at every step by itself. Refuses one that answers at some of them.
  bool already(std::span<const T> y) const {
    if constexpr (AnswersSequences<Bound, T>) {
      const integer p = answers_of_a_step(), kappa = length(y) / p, all = Bound::answers(kappa);
      if (!(all == p || all == length(y)))
        refuse("every_step", "the answers of the teacher to a sequence",
               to_text(p) + " or " + to_text(y.size()) + ", of its last step or of every one", all);
      return all == length(y);
    } else {
      return false;
    }
  }
  void answer_once(std::span<const T> x, std::span<T> y) const {
    if constexpr (AnswersSequences<Bound, T>) Bound::answer(x, y);
  }
  integer answers_of_a_step() const {
    if constexpr (AnswersSequences<Bound, T>) {
      return Bound::answers(1);
    } else {
      return 1;
    }
  }
};

}  // namespace detail

/// Another teacher, asked for a label at every step. Derives from it, so that its members are members of this type.
template <class Teacher>
struct every_step : Teacher {
  static_assert(TeacherRole<Teacher>, "every_step: the argument is no teacher (docs/data.md)");

  template <Scalar T>
  auto bind() const {
    auto teacher = static_cast<const Teacher&>(*this).template bind<T>();
    return detail::bound_every_step<T, decltype(teacher)>{std::move(teacher)};
  }
  friend bool operator==(const every_step&, const every_step&) = default;
};

}  // namespace lssm
