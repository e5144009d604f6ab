// SPDX-License-Identifier: BSD-3-Clause
// Gradients of the measures of modes by a, b and c.
//
//   squared_h2_gradient(x)        of Σ_k |h_k|²: ∂/∂w_i = 2 Σ_j w̄_j / (1 - a_i ā_j), ∂/∂a_i = 2 w_i Σ_j w̄_j ā_j / (1 - a_i ā_j)²
//   hinf_gradient(x)              uᴴ dG v at the fixed peak
//   hankel_gradient(x, first)     of σ_1: with singular vectors of the operator as functions u(z) = Σ_k ū_k z^k, v(z) = Σ_k v_k z^k,
//                                 ∂σ_1/∂w_j = u(a_j) v(a_j), ∂σ_1/∂a_j = w_j (u v)'(a_j)
//   l1_gradient(x)                analysis/l1_gradient.hpp
//
// Of complex modes, each beside its conjugate, an entry is the conjugate of that derivative: the measure of a real system moves by
// Σ_j Re(ḡ_j dz_j) over all modes. So in half storage, where a mode takes its conjugate along, ∂/∂Re + i ∂/∂Im is 2 g_j.
//
// A measure has no gradient where its largest value is taken twice, or is zero: `exists` then is false, and no number is given.
// Of H2 and l1 derivatives along one direction come from dual numbers too: h2_norm(x), l1_norm(x) of modal_form<dual<T>>.
#pragma once

#include "hinf_norm.hpp"

namespace lssm {

/// The gradient of a measure, empty unless it exists.
template <class Z>
struct measure_gradient {
  stability status = stability::stable;
  bool exists = false;
  detail::real_of<Z> value{};
  std::vector<Z> a, b, c;  // (d), (d, m), (p, d)
};

namespace detail {

/// Derivatives of zero, and their rules by the weight of a channel and by a.
template <class Z>
class gradient_sum {
 public:
  gradient_sum(const modal_form<Z>& x, real_of<Z> value) : x_(&x) {
    out.exists = true;
    out.value = value;
    out.a.assign(x.a.size(), Z(0));
    out.b.assign(x.b.size(), Z(0));
    out.c.assign(x.c.size(), Z(0));
  }
  /// Adds what a slope by w_j = c_rj b_jq gives to b and c.
  void by_weight(std::size_t r, std::size_t q, std::size_t j, const Z& slope) {
    const std::size_t at_c = r * x_->states() + j, at_b = j * x_->inputs + q;
    out.b[at_b] = out.b[at_b] + slope * x_->c[at_c];
    out.c[at_c] = out.c[at_c] + slope * x_->b[at_b];
  }
  /// The gradient: the conjugates of the derivatives.
  measure_gradient<Z> gradient() {
    for (auto* entries : {&out.a, &out.b, &out.c})
      for (Z& z : *entries) z = conjugate(z);
    return std::move(out);
  }

  measure_gradient<Z> out;

 private:
  const modal_form<Z>* x_;
};

/// Whether the largest of two values leaves the other behind by more than rounding.
template <class T>
bool alone(const T& largest, const T& next) {
  return largest - next > T(1e4 * epsilon_of<T>) * largest;
}

/// Σ_j x̄_j / (1 - z ā_j) and its derivative by z.
template <class Z>
std::pair<Z, Z> resolvent_sum(std::span<const Z> a, std::span<const Z> x, const Z& z) {
  Z value(0), slope(0);
  for (std::size_t j = 0; j < a.size(); ++j) {
    const Z term = conjugate(x[j]) / one_minus_product(z, a[j]);
    value = value + term;
    slope = slope + term * conjugate(a[j]) / one_minus_product(z, a[j]);
  }
  return {value, slope};
}

}  // namespace detail

/// The gradient of the squared H2 norm.
template <class Z>
measure_gradient<Z> squared_h2_gradient(const modal_form<Z>& x) {
  const auto norm = h2_norm(x);
  if (norm.status != stability::stable) return {norm.status, false, {}, {}, {}, {}};
  detail::gradient_sum<Z> sum(x, norm.value * norm.value);
  for (std::size_t r = 0; r < x.outputs; ++r)
    for (std::size_t q = 0; q < x.inputs; ++q) {
      const std::vector<Z> w = x.weights(r, q);
      for (std::size_t j = 0; j < w.size(); ++j) {
        const auto [value, slope] = detail::resolvent_sum<Z>(x.a, w, x.a[j]);
        sum.by_weight(r, q, j, value + value);
        sum.out.a[j] = sum.out.a[j] + w[j] * (slope + slope);
      }
    }
  return sum.gradient();
}

namespace detail {

/// hankel_gradient of a stable system whose weights are about as large as 1.
template <class Z>
measure_gradient<Z> hankel_gradient_of(const modal_form<Z>& x, extent<> first) {
  using T = real_of<Z>;
  const modal_form<Z> late = delayed(x, first);
  const std::size_t d = x.states();
  const auto factor = detail::takenaka_malmquist<Z>(late.a, detail::mode_weights(late));
  const auto g = detail::weighted_blocks(late, factor);
  const auto svd = detail::jacobi_svd(g, d);
  if (svd.values.empty() || !detail::alone(svd.values[0], svd.values.size() > 1 ? svd.values[1] : T(0)))
    return {stability::stable, false, svd.values.empty() ? T(0) : svd.values[0], {}, {}, {}};
  const T sigma = svd.values[0];
  const Z scale = Z(T(1) / sigma);
  std::vector<Z> u(g.rows, Z(0));
  for (std::size_t j = 0; j < g.columns; ++j)
    for (std::size_t i = 0; i < g.rows; ++i) u[i] = u[i] + g(i, j) * svd.vectors(j, 0) * scale;
  // u and v at the poles are T times their coordinates; x̄_l / (1 - z ā_l) sum up to the other function of the pair.
  const auto at_poles = [&](auto coordinate, std::size_t block) {
    std::vector<Z> out(d, Z(0));
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t k = 0; k < d; ++k) out[j] = out[j] + factor(j, k) * coordinate(block * d + k);
    return out;
  };
  std::vector<std::vector<Z>> left, right;
  for (std::size_t r = 0; r < x.outputs; ++r)
    left.push_back(at_poles([&](std::size_t i) { return detail::conjugate(u[i]); }, r));
  for (std::size_t q = 0; q < x.inputs; ++q)
    right.push_back(at_poles([&](std::size_t i) { return svd.vectors(i, 0); }, q));
  // α_j = Σ_r c_rj u_r(a_j) and β_j = Σ_q b_jq v_q(a_j).
  std::vector<Z> alpha(d, Z(0)), beta(d, Z(0));
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t r = 0; r < x.outputs; ++r) alpha[j] = alpha[j] + late.c[r * d + j] * left[r][j];
    for (std::size_t q = 0; q < x.inputs; ++q) beta[j] = beta[j] + late.b[j * x.inputs + q] * right[q][j];
  }
  detail::gradient_sum<Z> sum(x, sigma);
  for (std::size_t j = 0; j < d; ++j) {
    // u_r(z) = Σ_l c̄_rl β̄_l / (1 - z ā_l) / σ and v_q(z) = Σ_l b̄_lq ᾱ_l / (1 - z ā_l) / σ.
    Z left_slope(0), right_slope(0);
    for (std::size_t l = 0; l < d; ++l) {
      const Z distance = detail::one_minus_product(x.a[j], x.a[l]),
              kernel = detail::conjugate(x.a[l]) / (distance * distance) * scale;
      Z cc(0), bb(0);
      for (std::size_t r = 0; r < x.outputs; ++r)
        cc = cc + late.c[r * d + j] * detail::conjugate(late.c[r * d + l]);
      for (std::size_t q = 0; q < x.inputs; ++q)
        bb = bb + late.b[j * x.inputs + q] * detail::conjugate(late.b[l * x.inputs + q]);
      left_slope = left_slope + cc * detail::conjugate(beta[l]) * kernel;
      right_slope = right_slope + bb * detail::conjugate(alpha[l]) * kernel;
    }
    Z slope = left_slope * beta[j] + alpha[j] * right_slope;
    // c of the late system is c a^first.
    Z shift(1), before(0);  // a^first and its derivative
    for (integer n = 0; n < first; ++n) {
      before = before * x.a[j] + shift;
      shift = shift * x.a[j];
    }
    for (std::size_t r = 0; r < x.outputs; ++r) {
      const Z by_c = left[r][j] * beta[j];
      sum.out.c[r * d + j] = by_c * shift;
      slope = slope + by_c * x.c[r * d + j] * before;
    }
    for (std::size_t q = 0; q < x.inputs; ++q) sum.out.b[j * x.inputs + q] = alpha[j] * right[q][j];
    sum.out.a[j] = slope;
  }
  return sum.gradient();
}

}  // namespace detail

/// The gradient of the Hankel norm.
template <class Z>
measure_gradient<Z> hankel_gradient(const modal_form<Z>& x, extent<> first = 0) {
  using T = detail::real_of<Z>;
  x.validate("hankel_gradient");
  if (const stability s = stability_of(x); s != stability::stable) return {s, false, {}, {}, {}, {}};
  // Of b / β and c / γ with powers of two, so that no product of three of them leaves the range of the scalar.
  const auto size = [](const std::vector<Z>& entries) {
    T largest(0);
    for (const Z& z : entries) largest = max_of(largest, detail::magnitude(z));
    return detail::power_of_two_below(largest);
  };
  const auto scale = [](std::vector<Z>& entries, const T& by) {
    for (Z& z : entries) z = z * by;
  };
  const T beta = size(x.b), gamma = size(x.c);
  modal_form<Z> unit = x;
  scale(unit.b, T(1) / beta);
  scale(unit.c, T(1) / gamma);
  auto out = detail::hankel_gradient_of(unit, first);
  out.value = out.value * beta * gamma;
  scale(out.b, gamma);
  scale(out.c, beta);
  scale(out.a, beta);
  scale(out.a, gamma);
  return out;
}

/// The gradient of the H-infinity norm.
template <class Z>
  requires std::same_as < detail::real_of<Z>,
double > measure_gradient<Z> hinf_gradient(const modal_form<Z>& x) {
  using complex = std::complex<double>;
  x.validate("hinf_gradient");
  if (const stability s = stability_of(x); s != stability::stable) return {s, false, {}, {}, {}, {}};
  detail::modal_gain<Z> gain(x);
  detail::peak_search search(gain);
  const auto peak = search.run();
  gain.at(peak.angle);
  const auto top = detail::top_of(gain.value);
  const auto others = detail::jacobi_svd(gain.value, std::min(x.outputs, x.inputs)).values;
  if (!(peak.value > 0) || (others.size() > 1 && !detail::alone(others[0], others[1])) || search.tied())
    return {stability::stable, false, peak.value, {}, {}, {}};
  detail::gradient_sum<Z> sum(x, peak.value);
  // Half of it at θ, half at -θ, where everything is conjugate.
  const auto half_sum = [](const complex& here, const complex& there) {
    if constexpr (detail::is_complex<Z>)
      return (here + std::conj(there)) / 2.0;
    else
      return here.real();
  };
  const complex z(std::cos(peak.angle), -std::sin(peak.angle));
  const std::size_t d = x.states();
  for (std::size_t j = 0; j < d; ++j) {
    const complex r = 1.0 / detail::denominator(x.a[j], peak.angle),
                  mirrored = 1.0 / detail::denominator(detail::conjugate(x.a[j]), peak.angle);
    for (std::size_t i = 0; i < x.outputs; ++i)
      for (std::size_t q = 0; q < x.inputs; ++q) {
        const complex direction = std::conj(top.left[i]) * top.right[q];
        sum.by_weight(i, q, j, half_sum(direction * r, direction * mirrored));
        sum.out.a[j] += x.c[i * d + j] * x.b[j * x.inputs + q] *
                        half_sum(direction * z * r * r, direction * z * mirrored * mirrored);
      }
  }
  return sum.gradient();
}

}  // namespace lssm
