// SPDX-License-Identifier: BSD-3-Clause
// uBLAS checks every index unless it is told not to.
#ifndef NDEBUG
#define NDEBUG
#endif
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
#include <algorithm>
#include <boost/numeric/odeint.hpp>
#include <boost/numeric/ublas/matrix.hpp>
#include <boost/numeric/ublas/vector.hpp>
#include <utility>

#include "naive_flow.hpp"

std::vector<double> theta_by_boost(const naive_flow& flow, std::vector<double> theta, double time,
                                   double tolerance) {
  namespace odeint = boost::numeric::odeint;
  using vector = boost::numeric::ublas::vector<double>;
  using matrix = boost::numeric::ublas::matrix<double>;
  const auto rate = [&](const vector& x, vector& f, double) { flow.rate(&x[0], &f[0]); };
  const auto jacobian = [&](const vector& x, matrix& J, double, vector& f_t) {
    flow.jacobian(&x[0], &J(0, 0));
    for (double& v : f_t) v = 0;
  };
  vector x(theta.size());
  std::copy(theta.begin(), theta.end(), x.begin());
  odeint::integrate_adaptive(odeint::make_controlled<odeint::rosenbrock4<double>>(tolerance, tolerance),
                             std::make_pair(rate, jacobian), x, 0.0, time, 1e-3);
  std::copy(x.begin(), x.end(), theta.begin());
  return theta;
}
