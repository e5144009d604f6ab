// SPDX-License-Identifier: BSD-3-Clause
// The impulse response against dense matrix products C A^k B by BLAS.
#include <lssm/core/linalg.hpp>
#include <lssm/ssm.hpp>

#include "systems.hpp"

using namespace lssm;

namespace {

template <class T, class Structure>
void equals_dense_products(const Structure& structure, reference::regime r) {
  constexpr std::size_t m = Structure::inputs, p = Structure::outputs, kappa = 12;
  reference::numbers draw(21);
  const auto s = systems::random_system<T>(structure, draw, r);
  const std::size_t d = s.a.size();
  tensor<T, 2> A = xt::zeros<T>({d, d});
  for (std::size_t j = 0; j < d; ++j) A(j, j) = s.a[j];
  const auto B = to_tensor<2>(s.b, {d, m}), C = to_tensor<2>(s.c, {p, d});
  std::vector<T> h(kappa * p * m);
  Structure::template impulse_response<T>(s, std::span<T>(h));
  const auto size = systems::impulse_response(systems::sizes<Structure>(s, 0), kappa);
  reference::largest worst;
  tensor<T, 2> power_b = B;  // A^k B
  for (std::size_t k = 0; k < kappa; ++k) {
    const auto expected = product(C, power_b);  // (p, m)
    for (std::size_t i = 0; i < p * m; ++i)
      worst.see(reference::epsilons(h[k * p * m + i], reference::widen(expected.data()[i], 0),
                                    size[k * p * m + i]));
    power_b = product(A, power_b);
  }
  CHECK(worst < static_cast<double>(2 * kappa + 2 * d));
}

}  // namespace

TEST_CASE_TEMPLATE("h_k = C A^k B", T, float, double) {
  for (const auto r : reference::regimes)
    for (const integer d : {1, 3, 20}) {
      equals_dense_products<T>(real_diagonal<>{d}, r);
      equals_dense_products<T>(real_diagonal<dynamic, 2, 3>{d}, r);
    }
}
