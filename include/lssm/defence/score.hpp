// SPDX-License-Identifier: BSD-3-Clause
// Scores of training data before any training: numbers that tell poisoned from clean data, of a set or of one sequence.
//
//   excitation_ratio     Σ_{l < κ-2} |q_l| a^l / Σ_{l ≥ κ-2} |q_l| a^l,  q = Xᵀy / N: how much more of the first gradient lies
//                        on short lags than on the two longest, where clean sets of the paper live
//   lag_energy           Σ x² at lags `first` to `last`
//   initial_gamma        γ^(0) of a student that answers 0: (2/N) Σ_n y_n x_n[κ-2]
//   label_agreement      Σ y x / sqrt(Σ y² Σ x²) at one lag, in [-1, 1]: negative where entries oppose their labels
//   leverage             how much of a sequence no other one has                                (defence/leverage.hpp)
//   one's own            a struct with of_set(data) and of_sequence(data, n), `data` a const labelled<T>; where all together
//                        cost less, also with of_all(data), of which sequence_scores makes use
//
//   symbol   shape     meaning
//   x_n[k]   (κ, m)    inputs; lag l is entry κ-1-l. Sums over lags are sums over channels too
//   y_n      ()        the label, one for each sequence
//
// Of scores here other than leverage, that of a sequence is that of the set which holds it alone. No score knows the teacher or needs a training.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <vector>

#include "../data/label.hpp"

namespace lssm {

/// A number of a set, and of each of its sequences.
template <class S>
concept DataScore = requires(const S s, const labelled<double>& data) {
  { s.of_set(data) } -> std::convertible_to<double>;
  { s.of_sequence(data, integer{}) } -> std::convertible_to<double>;
};

namespace detail {

/// Throws bad_argument unless the data have one label for each sequence, that of its last step, and the lag is inside of
/// them.
template <class T>
void require_scored(const char* score, const labelled<T>& data, integer lag) {
  require(data.answers == 1, score, "the data", "with one label for each sequence", data.answers);
  require(data.steps == 1, score, "the data", "with labels of the last step", data.steps);
  require_fitting(score, data);
  if (!(lag >= 0 && lag < data.kappa)) refuse(score, "the lag", "from 0 to " + to_text(data.kappa - 1), lag);
}
template <class T>
double input_at(const labelled<T>& data, integer n, integer lag, integer channel) {
  return value_of(data.input(n)[static_cast<std::size_t>((data.kappa - 1 - lag) * data.channels + channel)]);
}
template <class T>
double label_of(const labelled<T>& data, integer n) {
  return value_of(data.y[static_cast<std::size_t>(n)]);
}
/// The power of two that keeps squares of numbers up to `largest`, and sums of them, in range: 1 for most. NaN where that
/// is not finite.
inline double unit_of(double largest) {
  if (!std::isfinite(largest)) return std::numeric_limits<double>::quiet_NaN();
  if (largest == 0 || (largest > 0x1p-400 && largest < 0x1p400)) return 1;
  return std::ldexp(1.0, std::clamp(-std::ilogb(largest), -1000, 1000));
}
/// The larger absolute value, NaN where one of them is none.
inline double larger_of(double largest, double x) {
  return std::isnan(largest) || std::abs(x) <= largest ? largest : std::abs(x);
}

/// What a score says of all sequences, or of one: over(data, first, last) is that of first to last - 1.
template <class Score, class T>
double score_of_all(const Score& s, const labelled<T>& data) {
  return s.over(data, 0, data.sequences());
}
template <class Score, class T>
double score_of_one(const Score& s, const labelled<T>& data, integer n) {
  if (!(n >= 0 && n < data.sequences()))
    refuse("of_sequence", "the sequence", "from 0 to " + to_text(data.sequences() - 1), n);
  return s.over(data, n, n + 1);
}

}  // namespace detail

/// ρ, 0 or more; infinite where only short lags are excited, 0 where none is, NaN where a number is not finite.
struct excitation_ratio {
  double mode = 0.1;  ///< a, the mean of the eigenvalues at the start, > 0

  void validate() const {
    require(std::isfinite(mode) && mode > 0, "excitation_ratio", "mode", "finite and positive", mode);
  }
  template <class T>
  double over(const labelled<T>& data, integer first, integer last) const {
    validate();
    detail::require_scored("excitation_ratio", data, 0);
    double x = 0, y = 0;
    for (integer n = first; n < last; ++n) {
      y = detail::larger_of(y, detail::label_of(data, n));
      for (const T& entry : data.input(n)) x = detail::larger_of(x, value_of(entry));
    }
    const double x_unit = detail::unit_of(x), y_unit = detail::unit_of(y);
    double on_short = 0, on_long = 0, power = 1;
    bool excited = false;  // on a short lag
    for (integer l = 0; l < data.kappa; ++l, power *= mode) {
      if (l < data.kappa - 1) {  // powers leave the range where their ratios do not; this rounds nothing
        int exponent = 0;
        power = std::frexp(power, &exponent);
        on_short = std::ldexp(on_short, -exponent);
      }
      for (integer c = 0; c < data.channels; ++c) {
        double q = 0;
        for (integer n = first; n < last; ++n)
          q += (detail::input_at(data, n, l, c) * x_unit) * (detail::label_of(data, n) * y_unit);
        (l < data.kappa - 2 ? on_short : on_long) += std::abs(q) * power;
        excited = excited || (l < data.kappa - 2 && q != 0);
      }
    }
    if (on_long > 0 || std::isnan(on_short + on_long)) return on_short / on_long;
    return excited ? std::numeric_limits<double>::infinity() : 0;
  }
  double of_set(const auto& data) const { return detail::score_of_all(*this, data); }
  double of_sequence(const auto& data, integer n) const { return detail::score_of_one(*this, data, n); }
  friend bool operator==(const excitation_ratio&, const excitation_ratio&) = default;
};

/// The energy of inputs at some lags; above 0 where one of them is not 0.
struct lag_energy {
  integer first = 0, last = 1;  ///< 0 <= first <= last < κ

  template <class T>
  double over(const labelled<T>& data, integer from, integer to) const {
    if (!(first <= last)) refuse("lag_energy", "first", "at most last, " + to_text(last), first);
    detail::require_scored("lag_energy", data, first);
    detail::require_scored("lag_energy", data, last);
    double sum = 0;
    for (integer n = from; n < to; ++n)
      for (integer l = first; l <= last; ++l)
        for (integer c = 0; c < data.channels; ++c) {
          const double x = detail::input_at(data, n, l, c);
          sum += x == 0 ? 0 : std::max(x * x, std::numeric_limits<double>::min());
        }
    return sum;
  }
  double of_set(const auto& data) const { return detail::score_of_all(*this, data); }
  double of_sequence(const auto& data, integer n) const { return detail::score_of_one(*this, data, n); }
  friend bool operator==(const lag_energy&, const lag_energy&) = default;
};

/// γ^(0) before training, signed, 0 without sequences; that of a sequence is its share, with the N of the set. Of one
/// channel.
struct initial_gamma {
  template <class T>
  double over(const labelled<T>& data, integer first, integer last) const {
    detail::require_scored("initial_gamma", data, 1);
    require(data.channels == 1, "initial_gamma", "the data", "of one channel", data.channels);
    double sum = 0;
    for (integer n = first; n < last; ++n) sum += detail::label_of(data, n) * detail::input_at(data, n, 1, 0);
    return first < last ? 2 * sum / static_cast<double>(data.sequences()) : 0;
  }
  double of_set(const auto& data) const { return detail::score_of_all(*this, data); }
  double of_sequence(const auto& data, integer n) const { return detail::score_of_one(*this, data, n); }
  friend bool operator==(initial_gamma, initial_gamma) { return true; }
};

/// The cosine between labels and the entries of one lag; 0 where one of them is zero, NaN where a number is not finite.
/// Of one channel.
struct label_agreement {
  integer lag = 0;

  template <class T>
  double over(const labelled<T>& data, integer first, integer last) const {
    detail::require_scored("label_agreement", data, lag);
    require(data.channels == 1, "label_agreement", "the data", "of one channel", data.channels);
    double most_x = 0, most_y = 0, xy = 0, xx = 0, yy = 0;
    for (integer n = first; n < last; ++n) {
      most_x = detail::larger_of(most_x, detail::input_at(data, n, lag, 0));
      most_y = detail::larger_of(most_y, detail::label_of(data, n));
    }
    const double x_unit = detail::unit_of(most_x), y_unit = detail::unit_of(most_y);
    for (integer n = first; n < last; ++n) {
      const double x = detail::input_at(data, n, lag, 0) * x_unit, y = detail::label_of(data, n) * y_unit;
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
    if (xx == 0 || yy == 0) return 0 * (xx + yy);
    return std::clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
  }
  double of_set(const auto& data) const { return detail::score_of_all(*this, data); }
  double of_sequence(const auto& data, integer n) const { return detail::score_of_one(*this, data, n); }
  friend bool operator==(const label_agreement&, const label_agreement&) = default;
};

/// The scores of all sequences, in their order.
template <DataScore Score, class T>
std::vector<double> sequence_scores(const Score& score, const labelled<T>& data) {
  if constexpr (requires { score.of_all(data); }) {
    return score.of_all(data);
  } else {
    std::vector<double> out;
    for (integer n = 0; n < data.sequences(); ++n) out.push_back(score.of_sequence(data, n));
    return out;
  }
}

}  // namespace lssm
