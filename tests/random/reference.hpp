// SPDX-License-Identifier: BSD-3-Clause
// Loss and gradient of a bound study by plain loops, with a bound on what rounding may change.
//
// Errors are measured against the running error bound of the plain evaluation in T (numbers.hpp): epsilon times the sum of
// the magnitudes of all terms that are summed on the way. A residual e_n = Σ_k h_k x_n[κ-1-k] - y_n is thus known to ε M_n,
// M_n = Σ_k |h_k x| + |y_n|, its square to 2 |e_n| ε M_n + (ε M_n)², and a gradient Σ_n e_n x_n in a direction u to
// Σ_n (ε M_n |x_n·u| + ε (|e_n| + ε M_n) Σ_k |x_nk u_k|). Where sequences of amplitude 1 are fitted and the others have
// amplitude r, that is in directions across the former ε (1 + ε/r²) relative to what the latter contribute.
//
// The Gram form turns the rows of sequences into others, which have the digits of their length, not of every entry: there a
// residual is known to ε |x_n| |h| beside ε M_n, also where its own entries meet small ones of h, or none.
#pragma once

#include <lssm/all.hpp>

#include "plain.hpp"

namespace random_studies {

/// Errors may be so many times the bound: other forms have other constants than plain loops.
inline constexpr double allowance = 4;

template <class T>
using R = wide_of<T>;

template <class N, class T>
N lift(const T& x, double off = 0) {
  using base = rounded<T>;
  if constexpr (std::is_same_v<N, base>) {
    return base(R<T>(x), off);
  } else {
    return N(base(R<T>(x), off), base(0));
  }
}
template <class N, class V>
std::vector<N> lift_all(const V& v) {
  std::vector<N> out;
  for (const auto& x : v) out.push_back(lift<N>(x));
  return out;
}

/// Labels that are a convolution carry the rounding of that sum.
template <class N, class T>
plain_data<N> lift_data(const lssm::labelled<T>& data) {
  plain_data<N> out{
      lift_all<N>(data.x), {}, static_cast<std::size_t>(data.kappa), static_cast<std::size_t>(data.channels)};
  const std::size_t row = out.kappa * out.channels;
  for (std::size_t n = 0; n < data.y.size(); ++n) {
    double size = 0;
    if (data.h_star.size() == row)
      for (std::size_t k = 0; k < out.kappa; ++k)
        for (std::size_t q = 0; q < out.channels; ++q)
          size +=
              std::abs(static_cast<double>(data.h_star[k * out.channels + q]) *
                       static_cast<double>(data.x[(n * out.kappa + out.kappa - 1 - k) * out.channels + q]));
    out.y.push_back(lift<N>(data.y[n], static_cast<double>(row) * lssm::epsilon_of<T> * size));
  }
  return out;
}

template <class N, class System>
matrices<N> lift_system(const System& s) {
  if constexpr (requires { s.a; }) {
    return {lift_all<N>(s.a), lift_all<N>(s.b), lift_all<N>(s.c)};
  } else {
    return {};
  }
}

/// A bound study's loss as a function of θ.
template <class T, class Study>
class plain_objective {
 public:
  using model = decltype(Study::student);
  using single = rounded<T>;
  using moving = jet<single>;

  explicit plain_objective(const lssm::bound_study<T, Study>& bound)
      : study_(bound.study),
        data_(lift_data<single>(bound.data)),
        moving_data_(lift_data<moving>(bound.data)),
        start_(lift_system<single>(bound.objective.start_system())),
        moving_start_(lift_system<moving>(bound.objective.start_system())) {}

  single loss(std::span<const T> theta) const {
    if constexpr (turns_rows) {
      return loss_of_response(
          plain_model<model>::response(study_.student, start_, lift_all<single>(theta), data_.kappa));
    } else {
      return plain_mean(study_.loss,
                        plain_model<model>::answers(study_.student, start_, lift_all<single>(theta), data_),
                        data_);
    }
  }
  std::vector<single> gradient(std::span<const T> theta) const {
    auto at = lift_all<moving>(theta);
    std::vector<single> out;
    for (auto& t : at) {
      t.d = single(1);
      out.push_back(plain_mean(study_.loss,
                               plain_model<model>::answers(study_.student, moving_start_, at, moving_data_),
                               moving_data_)
                        .d);
      t.d = single(0);
    }
    return out;
  }
  /// Of the SSM in numbers, where it is the whole model.
  template <class System>
  single loss_of_system(const System& s) const {
    if constexpr (turns_rows) {
      return loss_of_response(plain_response(study_.student.structure, lift_system<single>(s), data_.kappa));
    } else {
      return plain_mean(study_.loss,
                        plain_model<model>::of_system(study_.student, lift_system<single>(s), data_), data_);
    }
  }
  /// What forms that visit no sequence may be off by beside that, entry by entry of the gradient: in dL/dh_k they know the
  /// inputs of all sequences at k together, so that every residual counts with the largest of these.
  std::vector<double> gradient_through_columns(std::span<const T> theta) const {
    const auto answers = plain_model<model>::answers(study_.student, start_, lift_all<single>(theta), data_);
    double slopes = 0;
    for (std::size_t n = 0; n < answers.size(); ++n) slopes += slope(answers, n);
    const std::size_t row = data_.kappa * data_.channels;
    std::vector<double> largest(row, 0.0), out;  // of an entry of h, last input first
    for (std::size_t n = 0; n < answers.size(); ++n)
      for (std::size_t i = 0; i < row; ++i)
        largest[i] = std::max(
            largest[i],
            single::size(data_.input(n, data_.kappa - 1 - i / data_.channels, i % data_.channels).v));
    auto at = lift_all<moving>(theta);
    for (auto& t : at) {
      t.d = single(1);
      const auto h = plain_model<model>::response(study_.student, moving_start_, at, data_.kappa);
      double sum = 0;
      for (std::size_t i = 0; i < row; ++i) sum += single::size(h[i].d.v) * slopes * largest[i];
      out.push_back(static_cast<double>(row + answers.size()) * lssm::epsilon_of<T> * sum);
      t.d = single(0);
    }
    return out;
  }

 private:
  using evaluation = lssm::evaluation_of<decltype(lssm::bound_study<T, Study>::objective)>;
  static constexpr bool turns_rows = requires(evaluation at) { at.residual(); };  // the Gram form

  /// The loss, of rows that are turned.
  single loss_of_response(const std::vector<single>& h) const {
    const auto answers = plain_model<model>::of_response(h, data_);
    const std::size_t row = data_.kappa * data_.channels;
    std::vector<bool> seen(row, false);
    double sum = 0, length_of_h = 0;
    for (std::size_t n = 0; n < answers.size(); ++n) {
      double length_of_x = 0;
      for (std::size_t i = 0; i < row; ++i) {
        const double x =
            single::size(data_.input(n, data_.kappa - 1 - i / data_.channels, i % data_.channels).v);
        length_of_x = std::hypot(length_of_x, x);
        if (x > 0) seen[i] = true;
      }
      sum += slope(answers, n) * length_of_x;
    }
    for (std::size_t i = 0; i < row; ++i)
      if (seen[i]) length_of_h = std::hypot(length_of_h, single::size(h[i].v));
    single loss = plain_mean(study_.loss, answers, data_);
    loss.off += static_cast<double>(row + answers.size()) * lssm::epsilon_of<T> * sum * length_of_h;
    return loss;
  }
  /// |dL/dŷ_n| of a squared loss, at most.
  double slope(const std::vector<single>& answers, std::size_t n) const {
    const single e = divided(single(2) * (answers[n] - data_.y[n]), static_cast<double>(answers.size()));
    return single::size(e.v) + e.off;
  }

  Study study_;
  plain_data<single> data_;
  plain_data<moving> moving_data_;
  matrices<single> start_;
  matrices<moving> moving_start_;
};

/// |got - expected| in units of what is allowed; 0 where T could not hold numbers of that size on the way.
template <class T>
double error_of(const T& got, const rounded<T>& expected) {
  const double size = rounded<T>::size(expected.v),
               room = static_cast<double>(std::numeric_limits<T>::max()) / 1e9;
  if (!(size < room) || !(expected.off < room)) return 0;
  const double error = rounded<T>::size(R<T>(got) - expected.v);
  const double least = 16 * static_cast<double>(std::numeric_limits<T>::min());
  if (error <= least) return 0;
  return error / (allowance * expected.off);
}

}  // namespace random_studies
