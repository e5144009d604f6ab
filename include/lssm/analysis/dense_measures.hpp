// SPDX-License-Identifier: BSD-3-Clause
// Norms and Hankel singular values of systems with a full state matrix (analysis/dense_system.hpp). Rounding limits them to
// about ε times the condition of the problem, where a diagonal structure has no such limit.
//
// l1: with ‖A^N‖_∞ <= 1/2, the rest of a sum from k = K on is at most 2 ‖A^K b‖_∞ Σ_{r<N} ‖c A^r‖_1.
// H-infinity: on a cell, (I - zA)^{-1} is a geometric series about its middle, which bounds ‖G''‖.
#pragma once

#include "dense_form.hpp"

namespace lssm {

/// The H2 norm, over an infinite horizon.
inline system_measure<double> h2_norm(const dense_system& x) {
  if (const stability s = stability_of(x); s != stability::stable) return system_measure<double>::none(s);
  const auto y =
      detail::times(detail::matrix_of(x.c, x.outputs, x.states), detail::controllability_factor(x));
  const double norm = static_cast<double>(detail::norm_of<long double>(y.entries));
  return {stability::stable, norm, norm, norm};
}

namespace detail {

/// σ of the system, d of them, over so many terms on each side or all.
inline hankel_spectrum<double> dense_hankel(const dense_system& x, extent<> first,
                                            std::optional<integer> terms) {
  require(first >= 0, "hankel_singular_values", "first", "at least 0", integer(first));
  const stability status = stability_of(x);
  if (!terms && status != stability::stable) return {status, {}};
  wide_matrix a = matrix_of(x.a, x.states, x.states);
  wide_matrix l = controllability_factor(x, terms);
  const wide_matrix r = observability_factor(x, terms);
  for (integer i = first; i > 0; i /= 2, a = times(a, a))
    if (i % 2) l = times(a, l);
  const wide_matrix g = times(transposed(r), l);
  for (const extended v : g.entries)
    if (!std::isfinite(static_cast<double>(v))) return {status, {}};
  const auto sigma = jacobi_svd(g, x.states).values;
  std::vector<double> out(sigma.begin(), sigma.end());
  out.resize(x.states, 0);
  return {status, out};
}

/// |h_k| summed along one channel.
class dense_channel {
 public:
  dense_channel(const dense_system& x, std::size_t output, std::size_t input)
      : a_(matrix_of(x.a, x.states, x.states)), c_(x.states), s_(x.states) {
    for (std::size_t j = 0; j < x.states; ++j) {
      c_[j] = static_cast<extended>(x.c[output * x.states + j]);
      s_[j] = static_cast<extended>(x.b[j * x.inputs + input]);
    }
  }

  system_measure<double> sum(std::optional<integer> horizon) {
    const extended gain = horizon ? extended(0) : tail_gain();
    extended total = 0, rest = 0, rounding = 0;
    const integer last = horizon.value_or(most_terms);
    for (integer k = 0; k < last; ++k) {
      extended h = 0, size = 0;
      for (std::size_t j = 0; j < s_.size(); ++j) {
        h += c_[j] * s_[j];
        size += std::abs(c_[j] * s_[j]);
      }
      if (!std::isfinite(size)) return system_measure<double>::none(stability::stable);
      total += std::abs(h);
      rounding += size * static_cast<extended>(k + 4);
      step();
      if (horizon) continue;
      const extended left = largest();
      rest = left > 0 ? gain * left : 0;
      if (!(rest > total * extended(1e-17))) break;
    }
    const extended error = rounding * static_cast<extended>(s_.size()) * extended(epsilon_of<extended>) +
                           total * extended(epsilon_of<double>);
    const double value = static_cast<double>(total);
    return {stability::stable, value, std::max(static_cast<double>(total - error), 0.0),
            static_cast<double>(total + error + rest)};
  }

 private:
  void step() {
    std::vector<extended> next(s_.size(), 0);
    for (std::size_t j = 0; j < s_.size(); ++j)
      for (std::size_t i = 0; i < s_.size(); ++i) next[i] += a_(i, j) * s_[j];
    s_ = std::move(next);
  }
  extended largest() const {
    extended size = 0;
    for (const extended v : s_) size = std::max(size, std::abs(v));
    return size;
  }
  /// 2 Σ_{r<N} ‖c A^r‖_1 with ‖A^N‖_∞ <= 1/2; infinite where N would be beyond the stated count.
  extended tail_gain() const {
    integer n = 1;
    wide_matrix power = a_;
    const auto norm = [](const wide_matrix& m) {
      extended most = 0;
      for (std::size_t i = 0; i < m.rows; ++i) {
        extended row = 0;
        for (std::size_t j = 0; j < m.columns; ++j) row += std::abs(m(i, j));
        if (!std::isfinite(row)) return std::numeric_limits<extended>::infinity();
        most = std::max(most, row);
      }
      return most;
    };
    while (!(norm(power) <= extended(0.5))) {
      if (n > most_terms) return std::numeric_limits<extended>::infinity();
      power = times(power, power);
      n *= 2;
    }
    std::vector<extended> row = c_;
    extended sum = 0;
    for (integer r = 0; r < n; ++r) {
      std::vector<extended> next(row.size(), 0);
      for (std::size_t j = 0; j < row.size(); ++j) {
        sum += std::abs(row[j]);
        for (std::size_t i = 0; i < row.size(); ++i) next[j] += row[i] * a_(i, j);
      }
      row = std::move(next);
    }
    return 2 * sum;
  }

  wide_matrix a_;
  std::vector<extended> c_, s_;
};

inline system_measure<double> dense_l1(const dense_system& x, std::optional<integer> horizon) {
  system_measure<double> out{stability_of(x)};
  if (!horizon && out.status != stability::stable) return system_measure<double>::none(out.status);
  for (std::size_t i = 0; i < x.outputs; ++i) {
    system_measure<double> row;
    for (std::size_t q = 0; q < x.inputs; ++q) {
      const auto channel = dense_channel(x, i, q).sum(horizon);
      row.value += channel.value;
      row.lower += channel.lower;
      row.upper += channel.upper;
    }
    out.value = std::max(out.value, row.value);
    out.lower = std::max(out.lower, row.lower);
    out.upper = std::max(out.upper, row.upper);
  }
  return std::isfinite(out.upper) || !horizon ? out : system_measure<double>::none(out.status);
}

/// G of a full state matrix at one angle, its slope, and bounds around it.
class dense_gain {
  using complex = std::complex<double>;

 public:
  explicit dense_gain(const dense_system& x)
      : x_(&x),
        a_(cast(x.a, x.states, x.states)),
        b_(cast(x.b, x.states, x.inputs)),
        c_(cast(x.c, x.outputs, x.states)),
        value(x.outputs, x.inputs),
        slope(value) {}

  void at(double theta) {
    const complex z(std::cos(theta), -std::sin(theta));
    const auto r = inverse(z);
    const auto rb = times(r, b_), cr = times(c_, r), arb = times(a_, rb);
    value = times(c_, rb);
    slope = times(cr, arb);
    for (complex& v : slope.entries) v *= complex(0, -1) * z;
    reach_ = norm_of<complex>(times(a_, r).entries);
    size_ = norm_of<complex>(cr.entries) * norm_of<complex>(arb.entries);
    rounding_ = norm_of<complex>(cr.entries) * norm_of<complex>(rb.entries) *
                (1 + norm_of<complex>(a_.entries)) * static_cast<double>(x_->states + 4) * epsilon_of<double>;
  }
  double bend(double r) const {
    const double left = 1 - r * reach_;
    return left > 0 ? size_ * (1 + 2 * reach_ / left) / (left * left)
                    : std::numeric_limits<double>::infinity();
  }
  double rounding() const { return rounding_; }

 private:
  static columns_of<complex> cast(const std::vector<double>& v, std::size_t rows, std::size_t columns) {
    columns_of<complex> out(rows, columns);
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) out(i, j) = v[i * columns + j];
    return out;
  }
  static columns_of<complex> times(const columns_of<complex>& x, const columns_of<complex>& y) {
    columns_of<complex> out(x.rows, y.columns);
    for (std::size_t j = 0; j < y.columns; ++j)
      for (std::size_t l = 0; l < x.columns; ++l)
        for (std::size_t i = 0; i < x.rows; ++i) out(i, j) += x(i, l) * y(l, j);
    return out;
  }
  /// (I - zA)^{-1} by LAPACK.
  columns_of<complex> inverse(const complex& z) const {
    const std::size_t d = x_->states;
    auto m = xt::xtensor<complex, 2, xt::layout_type::column_major>::from_shape({d, d});
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j) m(i, j) = (i == j ? 1.0 : 0.0) - z * x_->a[i * d + j];
    const auto inv = converged("hinf_norm", [&] { return xt::linalg::inv(m); });
    columns_of<complex> out(d, d);
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < d; ++j) out(i, j) = inv(i, j);
    return out;
  }

  const dense_system* x_;
  columns_of<complex> a_, b_, c_;
  double reach_ = 0, size_ = 0, rounding_ = 0;

 public:
  columns_of<complex> value, slope;
};

}  // namespace detail

/// The root of Σ_{k<K} |h_k|²; +inf where it overflows.
inline system_measure<double> h2_norm(const dense_system& x, extent<> horizon) {
  require(horizon >= 1, "h2_norm", "horizon", "at least 1", integer(horizon));
  const stability status = stability_of(x);
  const auto y = detail::times(detail::matrix_of(x.c, x.outputs, x.states),
                               detail::controllability_factor(x, integer(horizon)));
  const double norm = static_cast<double>(detail::norm_of<long double>(y.entries));
  if (!std::isfinite(norm)) return system_measure<double>::none(status);
  return {status, norm, norm, norm};
}

/// All d Hankel singular values over an infinite horizon.
inline hankel_spectrum<double> hankel_singular_values(const dense_system& x, extent<> first = 0) {
  return detail::dense_hankel(x, first, {});
}
/// Those of the matrix h_{first+i+j}, i, j < K, whatever the status; empty where it overflows.
inline hankel_spectrum<double> hankel_singular_values(const dense_system& x, extent<> first,
                                                      extent<> horizon) {
  require(horizon >= 1, "hankel_singular_values", "horizon", "at least 1", integer(horizon));
  return detail::dense_hankel(x, first, integer(horizon));
}

/// The Hankel norm σ_1.
inline system_measure<double> hankel_norm(const dense_system& x, extent<> first = 0) {
  const auto s = hankel_singular_values(x, first);
  if (s.values.empty()) return system_measure<double>::none(s.status);
  return {s.status, s.values[0], s.values[0], s.values[0]};
}

/// The l1 norm over an infinite horizon.
inline system_measure<double> l1_norm(const dense_system& x) { return detail::dense_l1(x, {}); }
/// The largest Σ_j Σ_{k<K} |h_k(i, j)|; +inf where it overflows.
inline system_measure<double> l1_norm(const dense_system& x, extent<> horizon) {
  detail::require_horizon("l1_norm", horizon);
  return detail::dense_l1(x, integer(horizon));
}

/// The H-infinity norm.
inline system_measure<double> hinf_norm(const dense_system& x) {
  if (const stability s = stability_of(x); s != stability::stable) return system_measure<double>::none(s);
  detail::dense_gain gain(x);
  return detail::peak_search(gain).run();
}

}  // namespace lssm
