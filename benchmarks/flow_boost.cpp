// SPDX-License-Identifier: BSD-3-Clause
// The flows of flow.cpp by Boost.Odeint's stiff method of order 4, rosenbrock4, with its dense uBLAS linear algebra.
//
//   a_i' = Σ_l w_l a_i^{l-1},  w_l = -(2 / N) l (Σ_j a_j^l - 1),   l = kappa - 1, and 1 with the special sequence
//
// In gaps y = (a_0, a_1 - a_0, ..., a_{d-1} - a_0) a small gap keeps its digits:
//
//   y_i' = Σ_l w_l (a_i^{l-1} - a_0^{l-1}), where a^n - b^n = (a - b) Σ_m a^m b^{n-1-m}
//
// Debug checks of uBLAS make it ten times slower: release builds define NDEBUG, which turns them off.
#include "flow_boost.hpp"

#include <boost/numeric/odeint.hpp>
#include <boost/numeric/ublas/matrix.hpp>
#include <boost/numeric/ublas/vector.hpp>
#include <utility>

namespace {

namespace ublas = boost::numeric::ublas;
namespace odeint = boost::numeric::odeint;
using vector = ublas::vector<double>;
using matrix = ublas::matrix<double>;

double power(double x, int n) {
  double r = 1;
  for (; n > 0; n >>= 1, x *= x)
    if (n & 1) r *= x;
  return r;
}

/// a^n - b^n, where z = a - b.
double difference(double a, double b, double z, int n) {
  double sum = 0, b_power = 1;
  for (int m = 0; m < n; ++m, b_power *= b) sum = sum * a + b_power;
  return z * sum;
}

struct setting {
  std::vector<int> lags;
  bool gaps;

  double mode(const vector& y, std::size_t i) const { return gaps && i > 0 ? y(0) + y(i) : y(i); }
  double factor(int lag) const { return -2.0 / static_cast<double>(lags.size()) * lag; }
  double residual(const vector& y, int lag) const {
    double sum = -1;
    for (std::size_t j = 0; j < y.size(); ++j) sum += power(mode(y, j), lag);
    return sum;
  }
  /// a_i^n, or its difference from a_0^n.
  double term(const vector& y, std::size_t i, int n) const {
    return gaps && i > 0 ? difference(mode(y, i), y(0), y(i), n) : power(mode(y, i), n);
  }
};

struct rate : setting {
  void operator()(const vector& y, vector& out, double) const {
    for (std::size_t i = 0; i < y.size(); ++i) out(i) = 0;
    for (const int lag : lags) {
      const double w = factor(lag) * residual(y, lag);
      for (std::size_t i = 0; i < y.size(); ++i) out(i) += w * term(y, i, lag - 1);
    }
  }
};

struct jacobian : setting {
  void operator()(const vector& y, matrix& out, double, vector& by_time) const {
    const std::size_t d = y.size();
    out.clear();
    by_time.clear();
    for (const int lag : lags) {
      const double w = factor(lag) * residual(y, lag);
      double all = 0;
      for (std::size_t j = 0; j < d; ++j) all += power(mode(y, j), lag - 1);
      for (std::size_t i = 0; i < d; ++i) {
        const double here = factor(lag) * lag * term(y, i, lag - 1);
        for (std::size_t j = 0; j < d; ++j)
          out(i, j) += here * (gaps && j == 0 ? all : power(mode(y, j), lag - 1));
        if (lag < 2) continue;
        out(i, i) += w * (lag - 1) * power(mode(y, i), lag - 2);
        if (gaps && i > 0) out(i, 0) += w * (lag - 1) * term(y, i, lag - 2);
      }
    }
  }
};

}  // namespace

boost_flow_end boost_flow(const std::vector<double>& a, int length, bool special, double horizon,
                          double relative, double absolute, bool gaps) {
  setting s{{length - 1}, gaps};
  if (special) s.lags.push_back(1);
  vector y(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) y(i) = gaps && i > 0 ? a[i] - a[0] : a[i];
  const auto system = std::make_pair(rate{s}, jacobian{s});
  const auto steps = odeint::integrate_adaptive(
      odeint::make_controlled<odeint::rosenbrock4<double>>(absolute, relative), system, y, 0.0, horizon, 1.0);
  boost_flow_end end{std::vector<double>(a.size()), static_cast<long>(steps)};
  for (std::size_t i = 0; i < a.size(); ++i) end.a[i] = s.mode(y, i);
  return end;
}
