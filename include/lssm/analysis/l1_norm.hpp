// SPDX-License-Identifier: BSD-3-Clause
// The l1 norm of a sum of modes, max_i Σ_j Σ_k |h_k(i, j)|: how far bounded inputs can drive an output.
//
// Once the modes of largest modulus outweigh the others for ever, h of even and of odd times keeps its sign, and what is left
// of the sum is a geometric series. Where that does not come to pass, as behind a leading complex pair, terms are added until a
// bound of the rest, Σ_j |w_j| |a_j|^K / (1 - |a_j|), is below rounding; after `most_terms` the bracket alone says what is known.
//
// "For ever": order the modes by falling |a_j| and let v_j be the signed share of a real mode, minus the size of a complex one.
// If all partial sums v_1 + ... + v_j have one sign, so has Σ_j v_j r^k for every weight r_j^k that falls with j (N. H. Abel).
//
//   l1_norm(x), l1_norm(x, K)      with lower <= exact <= upper: rounding and the tail are in the bracket
#pragma once

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "modal_form.hpp"

namespace lssm {

namespace detail {

inline constexpr integer most_terms = integer(1) << 22;

/// Modes of one channel on their way through time: v_j = w_j a_j^k.
template <class Z>
class channel_sum {
  using T = real_of<Z>;

 public:
  channel_sum(const modal_form<Z>& x, std::size_t output, std::size_t input)
      : a_(x.a), v_(x.weights(output, input)) {
    std::vector<std::size_t> order(a_.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::sort(order.begin(), order.end(),
              [&](auto i, auto j) { return magnitude(a_[i]) > magnitude(a_[j]); });
    const auto a = a_, v = v_;
    for (std::size_t j = 0; j < order.size(); ++j) {
      a_[j] = a[order[j]];
      v_[j] = v[order[j]];
      gaps_.push_back(T(1) - magnitude(a_[j]));
    }
  }

  /// Adds |h_k| for k < K, or until the rest is known or negligible. `seen` is told h_k, Σ_j |w_j a_j^k| and a bound of the
  /// rounding of h_k in turn; and, of a rest that is known, the sums of h over every other step from now on and from the next,
  /// then the same three of the smaller of the two terms that come first.
  template <class Seen>
  system_measure<T> sum(std::optional<integer> horizon, Seen&& seen) {
    const integer last = horizon.value_or(most_terms);
    T rest(0);
    for (integer k = 0; k < last; ++k) {
      if (!horizon && k % 16 == 0) {
        if (settled_tail(k, seen)) {
          rest = T(0);
          break;
        }
        rest = tail_bound();
        if (!(rest > T(epsilon_of<T> / 16) * total_)) break;
      }
      T size(0);
      Z h(0);
      for (std::size_t j = 0; j < v_.size(); ++j) {
        h = h + v_[j];
        size = size + magnitude(v_[j]);
        v_[j] = v_[j] * a_[j];
      }
      total_ = total_ + abs_of(real_part(h));
      const T share = size * T(static_cast<double>(k) + static_cast<double>(v_.size()) + 4);
      rounding_ = rounding_ + share;
      seen.term(real_part(h), size, share * T(2 * epsilon_of<T>));
      if (!(size > T(0)) || !is_finite(size)) break;
      if (!horizon && k + 1 == last) rest = tail_bound();
    }
    const T error = rounding_ * T(2 * epsilon_of<T>);
    return {stability::stable, total_, max_of(total_ - error, T(0)), total_ + (error + rest)};
  }

 private:
  T tail_bound() const {
    T bound(0);
    for (std::size_t j = 0; j < v_.size(); ++j) bound = bound + magnitude(v_[j]) / gaps_[j];
    return bound;
  }

  /// The sum of h over every other time from now on, if it keeps its sign there.
  std::optional<T> one_parity(const std::vector<Z>& v) const {
    T leading(0), partial(0);
    for (std::size_t j = 0; j < v.size();
         ++j) {  // the sign of the first group of equal modulus that does not vanish
      leading = leading + real_part(v[j]);
      if (j + 1 == v.size() || (magnitude(a_[j + 1]) < magnitude(a_[j]) && leading != T(0))) break;
    }
    const T sign = leading < T(0) ? T(-1) : T(1);
    Z sum(0);
    for (std::size_t j = 0; j < v.size(); ++j) {
      const bool real = imaginary_part(a_[j]) == T(0) && imaginary_part(v[j]) == T(0);
      partial = partial + (real ? sign * real_part(v[j]) : -magnitude(v[j]));
      if (partial < T(0) && (j + 1 == v.size() || magnitude(a_[j + 1]) < magnitude(a_[j]))) return {};
      sum = sum + v[j] / Z(one_minus_product(a_[j], conjugate(a_[j])));
    }
    return real_part(sum);
  }

  /// Adds what is left where h of even and of odd times keeps its sign.
  template <class Seen>
  bool settled_tail(integer k, Seen& seen) {
    std::vector<Z> odd = v_;
    for (std::size_t j = 0; j < odd.size(); ++j) odd[j] = odd[j] * a_[j];
    const auto here = one_parity(v_), next = one_parity(odd);
    if (!here || !next) return false;
    total_ = total_ + (abs_of(*here) + abs_of(*next));
    T size(0), first(0), second(0);
    for (std::size_t j = 0; j < odd.size(); ++j) {
      size = size + magnitude(v_[j]);
      first = first + real_part(v_[j]);
      second = second + real_part(odd[j]);
    }
    seen.settled(
        *here, *next, min_of(abs_of(first), abs_of(second)), size,
        size * T(2 * epsilon_of<T> * (static_cast<double>(k) + static_cast<double>(odd.size()) + 4)));
    rounding_ = rounding_ + tail_bound() * T(static_cast<double>(k) + static_cast<double>(v_.size()) + 20);
    return true;
  }

  std::vector<Z> a_, v_;
  std::vector<T> gaps_;
  T total_{}, rounding_{};
};

/// Nobody who looks at terms.
struct no_terms {
  static void term(const auto&...) {}
  static void settled(const auto&...) {}
};

template <class Z>
system_measure<real_of<Z>> l1_of_channels(const modal_form<Z>& x, std::optional<integer> horizon) {
  using T = real_of<Z>;
  system_measure<T> out{stability_of(x)};
  bool finite = true;
  for (std::size_t i = 0; i < x.outputs; ++i) {
    system_measure<T> row;
    for (std::size_t q = 0; q < x.inputs; ++q) {
      const auto channel = channel_sum<Z>(x, i, q).sum(horizon, no_terms());
      row.value = row.value + channel.value;
      row.lower = row.lower + channel.lower;
      row.upper = row.upper + channel.upper;
    }
    finite = finite && is_finite(row.upper);  // a maximum drops what is no number
    out.value = max_of(out.value, row.value);
    out.lower = max_of(out.lower, row.lower);
    out.upper = max_of(out.upper, row.upper);
  }
  if (finite) return out;
  if (!horizon) return system_measure<T>::none(out.status);
  return measured_wide(x, [&](const auto& wide) { return l1_of_channels(wide, horizon); });
}

}  // namespace detail

/// The l1 norm over an infinite horizon.
template <class Z>
system_measure<detail::real_of<Z>> l1_norm(const modal_form<Z>& x) {
  x.validate("l1_norm");
  if (const stability s = stability_of(x); s != stability::stable)
    return system_measure<detail::real_of<Z>>::none(s);
  return detail::l1_of_channels(x, {});
}

/// The largest Σ_j Σ_{k<K} |h_k(i, j)|, whatever the status; +inf where it overflows.
template <class Z>
system_measure<detail::real_of<Z>> l1_norm(const modal_form<Z>& x, extent<> horizon) {
  x.validate("l1_norm");
  detail::require_horizon("l1_norm", horizon);
  return detail::l1_of_channels(x, integer(horizon));
}

}  // namespace lssm
