// SPDX-License-Identifier: BSD-3-Clause
// A step of gradient descent in array expressions of xtensor, in Gram form, sizes known to the compiler where small.
#include <xtensor/xfixed.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#include "peer.hpp"

namespace {

template <class T, class Modes, class Entries, class Powers, class Gram>
struct gram {
  Modes a, b, c;
  Entries q2, order;
  Gram gram2;
  Powers powers;
  T rate;

  gram(const step_problem<T>& p, T r) : rate(r) {
    const std::size_t d = p.a.size(), k = p.h.size();
    a = xt::zeros<T>({d});
    b = a;
    c = a;
    q2 = xt::zeros<T>({k});
    gram2 = xt::zeros<T>({k, k});
    powers = xt::zeros<T>({k, d});
    order = xt::arange<T>(T(k));
    std::copy(p.a.begin(), p.a.end(), a.begin());
    std::copy(p.b.begin(), p.b.end(), b.begin());
    std::copy(p.c.begin(), p.c.end(), c.begin());
    std::copy(p.q.begin(), p.q.end(), q2.begin());
    std::copy(p.gram.begin(), p.gram.end(), gram2.begin());
    q2 *= T(2);
    gram2 *= T(2);
  }
  void operator()() {
    const std::size_t k = q2.size();
    xt::view(powers, 0, xt::all()) = T(1);
    for (std::size_t i = 1; i < k; ++i)
      xt::view(powers, i, xt::all()) = xt::view(powers, i - 1, xt::all()) * a;
    Modes w = b * c;
    Entries h = xt::sum(powers * w, {1});
    Entries g = xt::sum(gram2 * h, {1}) - q2;
    Modes value = xt::sum(xt::view(g, xt::all(), xt::newaxis()) * powers, {0});
    Entries ordered = g * order;
    Modes slope = xt::sum(
        xt::view(ordered, xt::range(1, k), xt::newaxis()) * xt::view(powers, xt::range(0, k - 1), xt::all()),
        {0});
    Modes db = value * c, dc = value * b;
    a -= rate * slope * w;
    b -= rate * db;
    c -= rate * dc;
  }
  std::vector<double> first() const { return {double(a(0)), double(b(0)), double(c(0))}; }
};

template <class T, std::size_t D, std::size_t K>
using fixed = gram<T, xt::xtensor_fixed<T, xt::xshape<D>>, xt::xtensor_fixed<T, xt::xshape<K>>,
                   xt::xtensor_fixed<T, xt::xshape<K, D>>, xt::xtensor_fixed<T, xt::xshape<K, K>>>;
template <class T>
using sized_later = gram<T, xt::xtensor<T, 1>, xt::xtensor<T, 1>, xt::xtensor<T, 2>, xt::xtensor<T, 2>>;

template <class T>
void add_all() {
  peer::add<fixed<T, 10, 6>, T>("xtensor_fixed", 10, 6, 18);
  peer::add<fixed<T, 20, 10>, T>("xtensor_fixed", 20, 10, 18);
  peer::add<sized_later<T>, T>("xtensor", 1000, 100, 100);
}

}  // namespace

int main(int argc, char** argv) {
  add_all<float>();
  add_all<double>();
  return checked::run(argc, argv);
}
