// SPDX-License-Identifier: BSD-3-Clause
// A study's data sequence by sequence: losses, answers, their derivatives, and the tangent kernel with its labels.
//
//   symbol  shape            meaning
//   ℓ       (N)              loss of each sequence; L is their mean
//   ŷ       (R)              answers, R = N s p: of sequence after sequence, step after step, output after output
//   J       (R, n)           ∂ŷ/∂θ
//   K       (R, R)           J Jᵀ, the tangent kernel
//   A                        yᵀ K y / (‖K‖ ‖y‖²), from 0 to 1: K's alignment with its labels
//                            (N. Cristianini et al., NIPS 2001)
//
//   const sequences_apart apart(bound);                     bound = bind<double>(study, seed); a copy of its data as they stand
//   apart.losses(bound.theta)   apart.answers(θ)   apart.jacobian(θ)   apart.kernel(θ)   apart.alignment(θ)
//
//   record::sequence_losses{&apart}     ℓ along a training            N columns
//   record::kernel_alignment{&apart}    A along a training            1
//
// Of every model: an answer is the loss of one sequence under ℓ(ŷ, y) = ŷ y. Gradient flow of the squared error moves answers by
// dŷ/dt = -(2/N) K (ŷ - y), for layers in a row divided by s p. Losses are those without penalty. A call makes its objectives anew: it
// costs N gradients for losses, R for the rest, and some memory.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "../kernel/dense.hpp"
#include "bind.hpp"

namespace lssm {

namespace detail {
/// ℓ(ŷ, y) = ŷ y, which reads answers off.
struct reading {
  static auto value(auto p, auto y) { return p * y; }
  static auto derivative(auto, auto y) { return y; }
};
}  // namespace detail

/// The data of a bound study, a sequence at a time.
template <SingleScalar T, class Study>
class sequences_apart {
  using bound_type = bound_study<T, Study>;
  using model = typename bound_type::model;
  using loss_type = typename bound_type::loss_type;
  using system_type = typename model::template system<T>;
  static constexpr integer kappa = bound_type::known_length;

 public:
  explicit sequences_apart(const bound_type& bound)
      : model_(bound.study.student),
        loss_(bound.study.loss),
        start_(bound.objective.start_system()),
        data_(bound.data),
        parameters_(bound.theta.size()) {}

  integer sequences() const { return data_.sequences(); }
  /// R
  std::size_t answer_count() const { return data_.y.size(); }

  /// ℓ (N) at θ.
  std::vector<T> losses(std::span<const T> theta) const {
    check(theta);
    std::vector<T> values, gradient(parameters_);
    for (integer n = 0; n < sequences(); ++n) {
      auto one = data_;
      one.keep({n});
      const auto f = make_objective<T, kappa, decltype(Study::form)>(model_, start_, one, loss_);
      auto at = f.workspace();
      values.push_back(f.value_and_gradient(theta, std::span<T>(gradient), at));
    }
    return values;
  }
  /// ŷ (R) at θ.
  std::vector<T> answers(std::span<const T> theta) const {
    std::vector<T> values;
    std::vector<T> slope(parameters_);
    each_answer(theta, slope, [&](const T& answer) { values.push_back(answer); });
    return values;
  }
  /// J (R, n) at θ.
  std::vector<T> jacobian(std::span<const T> theta) const {
    std::vector<T> rows, slope(parameters_);
    each_answer(theta, slope, [&](const T&) { rows.insert(rows.end(), slope.begin(), slope.end()); });
    return rows;
  }
  /// K (R, R) at θ.
  std::vector<T> kernel(std::span<const T> theta) const {
    const auto rows = jacobian(theta);
    const std::size_t r = answer_count();
    const auto row = [&](std::size_t i) { return view<T>(rows).subspan(i * parameters_, parameters_); };
    std::vector<T> k(r * r);
    for (std::size_t i = 0; i < r; ++i)
      for (std::size_t j = 0; j <= i; ++j) k[i * r + j] = k[j * r + i] = kernel::dot<T>(row(i), row(j));
    return k;
  }
  /// A at θ; 0 where K or all labels are zero.
  T alignment(std::span<const T> theta) const {
    const auto k = kernel(theta);
    const std::size_t r = answer_count();
    T together(0), size(0), labels(0);
    for (std::size_t i = 0; i < r; ++i) {
      const auto row = view<T>(k).subspan(i * r, r);
      together = mul_add(data_.y[i], kernel::dot<T>(row, view<T>(data_.y)), together);
      size = size + kernel::dot<T>(row, row);
      labels = mul_add(data_.y[i], data_.y[i], labels);
    }
    const T scale = sqrt_of(size) * labels;
    return scale == T(0) ? T(0) : together / scale;
  }

 private:
  void check(std::span<const T> theta) const {
    if (theta.size() != parameters_)
      refuse("sequences_apart", "theta", "of " + to_text(parameters_) + " numbers", theta.size());
  }
  /// f(ŷ_r) for every answer, with its derivative in `slope`.
  template <class F>
  void each_answer(std::span<const T> theta, std::vector<T>& slope, F f) const {
    static_assert(!LossOfClasses<loss_type>,
                  "sequences_apart: a label that is a class stands beside many answers; answers are read off "
                  "where each has a label (docs/study.md)");
    check(theta);
    const auto each = static_cast<std::size_t>(data_.answers);
    // A loss is a mean over labelled steps, of layers in a row over outputs as well.
    const T times(static_cast<double>(LayeredModel<model> ? data_.answers : data_.steps));
    for (integer n = 0; n < sequences(); ++n) {
      auto one = data_;
      one.keep({n});
      one.h_star.clear();
      for (std::size_t i = 0; i < each; ++i) {
        for (std::size_t j = 0; j < each; ++j) one.y[j] = T(i == j ? 1 : 0);
        const auto objective = make_objective<T, kappa>(model_, start_, one, detail::reading());
        auto at = objective.workspace();
        const T answer = times * objective.value_and_gradient(theta, std::span<T>(slope), at);
        for (T& d : slope) d = times * d;
        f(answer);
      }
    }
  }

  model model_;
  loss_type loss_;
  system_type start_;
  labelled<T> data_;
  std::size_t parameters_;
};

namespace record {

/// The loss of each sequence; what it points to must outlive the quantity.
template <class Apart>
struct sequence_losses {
  const Apart* apart;

  static constexpr std::string_view name = "sequence_loss";
  std::size_t columns(const auto&) const { return static_cast<std::size_t>(apart->sequences()); }
  void write(const auto& p, auto out) const {
    const auto values = apart->losses(p.theta);
    std::copy(values.begin(), values.end(), out.begin());
  }
};
template <class Apart>
sequence_losses(const Apart*) -> sequence_losses<Apart>;

/// The tangent kernel's alignment with the labels; what it points to must outlive the quantity.
template <class Apart>
struct kernel_alignment {
  const Apart* apart;

  static constexpr std::string_view name = "kernel_alignment";
  static std::size_t columns(const auto&) { return 1; }
  void write(const auto& p, auto out) const { out[0] = apart->alignment(p.theta); }
};
template <class Apart>
kernel_alignment(const Apart*) -> kernel_alignment<Apart>;

}  // namespace record

}  // namespace lssm
