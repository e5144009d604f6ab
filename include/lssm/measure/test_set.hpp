// SPDX-License-Identifier: BSD-3-Clause
// The generalization error of an SSM, perhaps with a network behind it: on test sequences longer than those of training,
//
//   ‖ŷ - y‖₂ / ‖y‖₂,   ŷ, y: what student and teacher answer                 (paper, Section 4.2 and Appendix)
//
//   x   (N, kappa, m)   test inputs                  y   (N, p)   the last outputs of the teacher, (N, kappa, p) of every_step
//
// Inputs are rounded to floats, as those of training are in the programs of the paper; those of sequence_test_set are not.
#pragma once

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "../core/random.hpp"
#include "../data/gram_matrix.hpp"
#include "../kernel/blocks.hpp"
#include "../kernel/norm.hpp"
#include "../loss/concepts.hpp"

namespace lssm {

namespace detail {

/// The number of sequences of a test set, checked.
inline std::size_t checked_sequences(const char* name, integer sequences, integer kappa, integer inputs = 1) {
  if (!(sequences >= 1 && kappa >= 1))
    refuse(name, "sequences and length", "at least 1", to_text(sequences) + " and " + to_text(kappa));
  require_entries(name, "sequences x length x inputs", {sequences, kappa, inputs});
  return static_cast<std::size_t>(sequences);
}

/// Whether the type of a student, or of its objective, says that it was trained by a loss of logits.
template <class F>
consteval bool answers_logits() {
  if constexpr (requires { typename F::loss_type; }) {
    return LossOfLogits<typename F::loss_type>;
  } else if constexpr (requires { typename F::objective_type; }) {
    return answers_logits<typename F::objective_type>();
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

/// ‖ŷ - y‖₂ / ‖y‖₂ over the outputs for random sequences.
template <SingleScalar T>
class test_set {
 public:
  /// Draws normal inputs with deviation 1, rounded to floats, and labels them by the teacher.
  template <class BoundTeacher, RandomStream Stream>
  test_set(const BoundTeacher& teacher, extent<> sequences, extent<> kappa, Stream& stream) {
    labelled<T> data;
    data.kappa = kappa;
    if constexpr (requires { BoundTeacher::inputs; }) data.channels = BoundTeacher::inputs;
    data.x.resize(detail::checked_sequences("test_set", sequences, kappa, data.channels) *
                  static_cast<std::size_t>(kappa * data.channels));
    for (T& x : data.x) x = T(rounded_to_float(stream.normal()));
    data.relabel(teacher);
    inputs_ = static_cast<std::size_t>(data.channels);
    outputs_ = static_cast<std::size_t>(data.outputs());
    count_ = static_cast<std::size_t>(data.sequences() * data.steps);
    stride_ = static_cast<std::size_t>(kernel::padded<T>(static_cast<integer>(count_)));
    h_.assign(data.x.size() / static_cast<std::size_t>(data.sequences()), T(0));
    x_.assign(h_.size() * stride_, T(0));
    y_.assign(outputs_ * stride_, T(0));
    response_.assign(h_.size() * outputs_, T(0));
    v_ = predicted_ = y_;
    std::size_t r = 0;
    detail::each_row(data, [&](integer, std::span<const T> row) {
      for (std::size_t i = 0; i < row.size(); ++i) x_[i * stride_ + r] = row[i];
      for (std::size_t o = 0; o < outputs_; ++o) y_[o * stride_ + r] = data.y[r * outputs_ + o];
      ++r;
    });
  }

  /// Error of the model where its objective has been evaluated. Where all answers of the teacher are zero: 0 if the
  /// model's are, else infinite.
  template <class Evaluated>
  T error(const Evaluated& f) {
    using structure = typename Evaluated::model::structure_type;
    detail::check_alike<Evaluated>();
    check_channels(structure::inputs, structure::outputs);
    structure::impulse_response(f.system(), std::span<T>(response_));
    for (std::size_t o = 0; o < outputs_; ++o) {
      for (std::size_t e = 0; e < h_.size(); ++e)
        h_[e] = response_[detail::response_entry(e, o, outputs_, inputs_)];
      kernel::weigh_rows(view<T>(h_), x_.data(), stride_, v_.data() + o * stride_);
    }
    // Of a model with a network it must be there; an objective of one's own may have it, too.
    if constexpr (
        requires { typename Evaluated::model::bound_network; } ||
        requires { f.objective().apply_network(view<T>(v_), std::span<T>(predicted_), f.evaluation()); }) {
      // Exclude padding: a network with biases is nonzero there.
      f.objective().apply_network(view<T>(v_).first(count_), std::span<T>(predicted_).first(count_),
                                  f.evaluation());
    } else {
      predicted_ = v_;
    }
    for (std::size_t n = 0; n < y_.size(); ++n) predicted_[n] = predicted_[n] - y_[n];
    return kernel::norm_ratio<T>(square(predicted_), view<T>(predicted_), square(y_), view<T>(y_));
  }

 private:
  static T square(const std::vector<T>& x) { return kernel::dot(view<T>(x), view<T>(x)); }
  void check_channels(std::size_t inputs, std::size_t outputs) const {
    if (!(inputs == inputs_ && outputs == outputs_))
      refuse("test_set", "the student",
             "of " + to_text(inputs_) + " inputs and " + to_text(outputs_) + " outputs, as the teacher",
             to_text(inputs) + " and " + to_text(outputs));
  }

  std::size_t inputs_, outputs_, count_, stride_;  // m, p, rows, and these in whole blocks
  std::vector<T> h_, response_;                    // (kappa m) of one output, (kappa, p, m)
  std::vector<T> x_, y_, v_, predicted_;           // (kappa m, rows) last first, (p, rows)
};

}  // namespace lssm
