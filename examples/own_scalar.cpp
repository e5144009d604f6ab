// SPDX-License-Identifier: BSD-3-Clause
// Scalars (docs/core.md): one program in double, long double and quad; a derivative through a whole training by dual
// numbers; and a scalar of one's own that counts multiplications.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

using student = ssm<real_diagonal<10>, learn<state_matrix>>;
using poisoned = inject<training_set<7, unit<at<0>>>, unit<at<-2>>>;
using study = teacher_student<student, theorem1_teacher<10>, poisoned>;

struct counted {  // a double that counts products
  double x = 0;
  static inline long products = 0;
  constexpr counted() = default;
  constexpr counted(double value) : x(value) {}
  friend counted operator+(counted p, counted q) { return p.x + q.x; }
  friend counted operator-(counted p, counted q) { return p.x - q.x; }
  friend counted operator*(counted p, counted q) { return ++products, p.x * q.x; }
  friend counted operator/(counted p, counted q) { return ++products, p.x / q.x; }
  friend auto operator<=>(counted, counted) = default;
};

template <>
struct lssm::scalar_traits<counted> : lssm::detail::single_lane<counted> {
  static constexpr double epsilon = scalar_traits<double>::epsilon;
  static counted mul_add(counted x, counted y, counted z) { return x * y + z; }
  static counted sqrt(counted x) { return std::sqrt(x.x); }
  static counted exp(counted x) { return std::exp(x.x); }
  static counted log(counted x) { return std::log(x.x); }
  static double value(counted x) { return x.x; }
};

/// The error of Theorem 1's poisoned run in the scalar T, rounded to double.
template <class T>
double error_in(double rtol) {
  return value_of(run<T>(study{.training = {.rtol = rtol}}, 242).generalization(20));
}

/// d error / d amplitude of the special impulse, through labels, Gram matrix and training.
dual<double> sensitivity() {
  auto bound = bind<dual<double>>(study{.training = {.rtol = 1e-13}}, 242);
  bound.data.x[7 + 5].e = 1;  // (N, kappa, m): the special impulse moves with the direction
  bound.relabel();
  auto training = bound.training();
  drive(training, silent{});
  return read_lane(training, bound, 0).generalization(20);
}

double error_at(double amplitude) {
  return run<double>(study{.data = {.special = {.amplitude = amplitude}}, .training = {.rtol = 1e-13}}, 242)
      .generalization(20);
}

int main() {
  std::cout.precision(12);
  std::cout << "double " << error_in<double>(1e-13) << ", long double " << error_in<long double>(1e-14)
            << '\n';
#if defined(__SIZEOF_FLOAT128__)
  std::cout << "quad " << error_in<quad>(1e-12) << '\n';
#endif

  std::cout.precision(6);
  const double h = 1e-4;
  std::cout << "derivative by the amplitude: dual number " << sensitivity().e << ", difference quotient "
            << (error_at(1 + h) - error_at(1 - h)) / (2 * h) << '\n';

  auto bound = bind<counted>(study{}, 242);
  auto gradient = bound.theta;
  auto at = bound.objective.workspace();
  counted::products = 0;
  bound.objective.value_and_gradient(bound.theta, gradient, at);
  std::cout << "one gradient of ten modes: fewer than 300 products: " << std::boolalpha
            << (counted::products < 300) << '\n';
}
