// SPDX-License-Identifier: BSD-3-Clause
// A step of gradient descent in plain loops on the raw data, as a careful programmer without a library would write it: the
// impulse response, outputs X h, the cotangent of h from Xᵀ(residual).
#include "peer.hpp"

namespace {

template <class T>
struct response_form {
  step_problem<T> p;
  T rate;
  std::vector<T> powers, h, g, w, value, slope;

  response_form(const step_problem<T>& problem, T r)
      : p(problem),
        rate(r),
        powers(p.h.size() * p.a.size()),
        h(p.h),
        g(p.h),
        w(p.a),
        value(p.a),
        slope(p.a) {}
  void operator()() {
    const int d = p.d, k = p.kappa, n = p.sequences;
    for (int j = 0; j < d; ++j) w[j] = p.b[j] * p.c[j], powers[j] = 1, value[j] = slope[j] = 0;
    for (int i = 1; i < k; ++i)
      for (int j = 0; j < d; ++j) powers[i * d + j] = powers[(i - 1) * d + j] * p.a[j];
    for (int i = 0; i < k; ++i) {
      T sum = 0;
      for (int j = 0; j < d; ++j) sum += w[j] * powers[i * d + j];
      h[k - 1 - i] = sum, g[i] = 0;
    }
    for (int s = 0; s < n; ++s) {
      const T* x = &p.x[s * k];
      T error = 0;
      for (int t = 0; t < k; ++t) error += x[t] * h[t];
      error = 2 * (error - p.y[s]) / n;
      for (int t = 0; t < k; ++t) g[t] += error * x[t];
    }
    for (int i = 0; i < k; ++i)
      for (int j = 0; j < d; ++j) value[j] += g[k - 1 - i] * powers[i * d + j];
    for (int i = 1; i < k; ++i)
      for (int j = 0; j < d; ++j) slope[j] += g[k - 1 - i] * i * powers[(i - 1) * d + j];
    for (int j = 0; j < d; ++j) {
      const T db = value[j] * p.c[j], dc = value[j] * p.b[j];
      p.a[j] -= rate * slope[j] * w[j], p.b[j] -= rate * db, p.c[j] -= rate * dc;
    }
  }
  std::vector<double> first() const { return {double(p.a[0]), double(p.b[0]), double(p.c[0])}; }
};

template <class T>
void add_all() {
  peer::add<response_form<T>, T>("plain_loops", 10, 6, 18);
  peer::add<response_form<T>, T>("plain_loops", 20, 10, 18);
  peer::add<response_form<T>, T>("plain_loops", 1000, 100, 100);
}

}  // namespace

int main(int argc, char** argv) {
  add_all<float>();
  add_all<double>();
  return checked::run(argc, argv);
}
