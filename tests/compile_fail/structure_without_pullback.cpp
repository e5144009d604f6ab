// expect: ssm: the structure lacks pullback(parameters, g, gradient) (docs/ssm.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct one_pole {
  static constexpr integer inputs = 1, outputs = 1;
  template <class T>
  struct parameters {
    std::array<T, 1> a, b, c;
  };
  template <class T>
  parameters<T> make() const {
    return {};
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    for (std::size_t k = 0; k < h.size(); ++k) h[k] = s.c[0] * power(s.a[0], static_cast<long>(k)) * s.b[0];
  }
};
ssm<one_pole> model;
