// SPDX-License-Identifier: BSD-3-Clause
// The generalization error of a student with a network: on test sequences longer than those of training,
//
//   ‖ŷ - y‖₂ / ‖y‖₂,   ŷ, y: last outputs of student and teacher             (paper, Section 4.2 and Appendix)
//
//   x   (N, kappa)   test inputs, one channel            y   (N)   the teacher's answers
#pragma once

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/norm.hpp"
#include "../loss/concepts.hpp"

namespace lssm {

namespace detail {

/// The number of sequences of a test set, checked.
inline std::size_t checked_sequences(const char* name, integer sequences, integer kappa, integer inputs = 1) {
  require(sequences >= 1 && kappa >= 1, name, "sequences and length", "at least 1",
          std::to_string(sequences) + " and " + std::to_string(kappa));
  require_entries(name, "sequences x length x inputs", {sequences, kappa, inputs});
  return static_cast<std::size_t>(sequences);
}

/// Whether the type of a student, or of its objective, says that it was trained by a loss of logits.
template <class F>
consteval bool answers_logits() {
  if constexpr (requires { typename F::loss_type; }) {
    return LossOfLogits<typename F::loss_type>;
  } else if constexpr (requires(const F& f) { f.loss(); }) {
    return LossOfLogits<std::remove_cvref_t<decltype(std::declval<const F&>().loss())>>;
  } else {
    return false;
  }
}

/// Refuses the distance of logits and probabilities.
template <class F>
constexpr void check_alike() {
  static_assert(
      !answers_logits<F>(),
      "test sets: error() is a distance of answers and labels, but this student was trained by a loss of "
      "logits "
      "and probabilities, which are not alike; take the loss of its answers instead (docs/measure.md)");
}

}  // namespace detail

/// ‖ŷ - y‖₂ / ‖y‖₂ over the last outputs of random sequences.
template <SingleScalar T>
class test_set {
 public:
  /// Draws normal inputs with deviation 1, rounded to floats, and labels them by the teacher.
  template <class BoundTeacher, RandomStream Stream>
  test_set(const BoundTeacher& teacher, extent<> sequences, extent<> kappa, Stream& stream)
      : count_(detail::checked_sequences("test_set", sequences, kappa)),
        stride_(static_cast<std::size_t>(kernel::padded<T>(sequences))) {
    h_.assign(static_cast<std::size_t>(kappa), T(0));
    x_.assign(h_.size() * stride_, T(0));
    y_.assign(stride_, T(0));
    v_ = predicted_ = y_;
    std::vector<T> x(h_.size(), T(0));
    for (std::size_t n = 0; n < static_cast<std::size_t>(sequences); ++n) {
      for (std::size_t k = 0; k < x.size(); ++k) {
        x[k] = T(rounded_to_float(stream.normal()));
        x_[(x.size() - 1 - k) * stride_ + n] = x[k];
      }
      y_[n] = teacher(view<T>(x));
    }
  }

  /// Error of the objective's model at its current parameters. If all answers of the teacher are zero, it is 0
  /// if the model's are, else infinite.
  template <class Objective>
  T error(const Objective& f) {
    static_assert(Objective::model::inputs == 1,
                  "test_set: its sequences have one channel (docs/measure.md)");
    detail::check_alike<Objective>();
    Objective::model::structure_type::impulse_response(f.system(), std::span<T>(h_));
    kernel::weigh_rows(view<T>(h_), x_.data(), stride_, v_.data());
    if constexpr (requires { f.apply_network(view<T>(v_), std::span<T>(predicted_)); }) {
      // Exclude padding: a network with biases is nonzero there.
      f.apply_network(view<T>(v_).first(count_), std::span<T>(predicted_).first(count_));
    } else {
      predicted_ = v_;
    }
    for (std::size_t n = 0; n < stride_; ++n) predicted_[n] = predicted_[n] - y_[n];
    return kernel::norm_ratio<T>(square(predicted_), view<T>(predicted_), square(y_), view<T>(y_));
  }

 private:
  static T square(const std::vector<T>& x) { return kernel::dot(view<T>(x), view<T>(x)); }

  std::size_t count_, stride_;                // N, and N rounded up to whole blocks
  std::vector<T> h_, x_, y_, v_, predicted_;  // (kappa), (kappa, N) last first, (N)
};

}  // namespace lssm
