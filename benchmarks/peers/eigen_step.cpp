// SPDX-License-Identifier: BSD-3-Clause
// A step of gradient descent with Eigen, in Gram form; sizes known to the compiler, or not; with or without the loss, the
// best one so far and the test of a target.
#include <eigen3/Eigen/Dense>

#include "peer.hpp"

namespace {

using Eigen::Dynamic;

template <class T, int D, int K, bool Loss = false>
struct gram {
  using modes = Eigen::Array<T, D, 1>;
  using entries = Eigen::Matrix<T, K, 1>;
  modes a, b, c;
  Eigen::Matrix<T, K, K> gram2;
  entries q2;
  Eigen::Array<T, K, 1> order;
  Eigen::Matrix<T, D, K> powers;
  T rate, label_power = 0, best = 0;
  int reached = 0;

  gram(const step_problem<T>& p, T r)
      : a(Eigen::Map<const Eigen::Array<T, Dynamic, 1>>(p.a.data(), p.d)),
        b(Eigen::Map<const Eigen::Array<T, Dynamic, 1>>(p.b.data(), p.d)),
        c(Eigen::Map<const Eigen::Array<T, Dynamic, 1>>(p.c.data(), p.d)),
        gram2(2 * Eigen::Map<const Eigen::Matrix<T, Dynamic, Dynamic>>(p.gram.data(), p.kappa, p.kappa)),
        q2(2 * Eigen::Map<const Eigen::Matrix<T, Dynamic, 1>>(p.q.data(), p.kappa)),
        order(Eigen::Array<T, Dynamic, 1>::LinSpaced(p.kappa, 0, T(p.kappa - 1))),
        rate(r) {
    powers.resize(p.d, p.kappa);
    for (const T& y : p.y) label_power += y * y / T(p.sequences);
    best = label_power;
  }
  void operator()() {
    const Eigen::Index k = gram2.rows();
    powers.col(0).setOnes();
    for (Eigen::Index i = 1; i < k; ++i) powers.col(i) = (powers.col(i - 1).array() * a).matrix();
    const modes w = b * c;
    entries h, g;
    h.noalias() = powers.transpose() * w.matrix();
    g.noalias() = gram2 * h;
    g -= q2;
    if constexpr (Loss) {
      const T loss = T(0.5) * (h.dot(g) - q2.dot(h)) + label_power;
      if (loss <= T(-1)) ++reached;  // never, like the target of ours
      if (loss < best) best = loss;
    }
    Eigen::Matrix<T, D, 1> value, slope;
    value.noalias() = powers * g;
    const entries ordered = (g.array() * order).matrix();
    slope.noalias() = powers.leftCols(k - 1) * ordered.tail(k - 1);
    const modes db = value.array() * c, dc = value.array() * b;
    a -= rate * slope.array() * w;
    b -= rate * db;
    c -= rate * dc;
  }
  std::vector<double> first() const { return {double(a[0]), double(b[0]), double(c[0])}; }
};

template <class T>
void add_all() {
  peer::add<gram<T, 10, 6>, T>("eigen_fixed", 10, 6, 18);
  peer::add<gram<T, 20, 10>, T>("eigen_fixed", 20, 10, 18);
  peer::add<gram<T, 10, 6, true>, T>("eigen_fixed_with_loss", 10, 6, 18);
  peer::add<gram<T, 20, 10, true>, T>("eigen_fixed_with_loss", 20, 10, 18);
  peer::add<gram<T, Dynamic, Dynamic>, T>("eigen_dynamic", 10, 6, 18);
  peer::add<gram<T, Dynamic, Dynamic>, T>("eigen_dynamic", 20, 10, 18);
  peer::add<gram<T, Dynamic, Dynamic>, T>("eigen_dynamic", 1000, 100, 100);
}

}  // namespace

int main(int argc, char** argv) {
  add_all<float>();
  add_all<double>();
  return checked::run(argc, argv);
}
