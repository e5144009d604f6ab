// SPDX-License-Identifier: BSD-3-Clause
// The finish of a flow fits every sequence to the digits of its own, however small it is beside the others.
#include <lssm/lssm.hpp>

#include "../reference.hpp"

using namespace lssm;

TEST_CASE("flows end where small sequences are fitted as well as large ones") {
  using study = teacher_student<ssm<real_diagonal<10>, learn<state_matrix>>, theorem1_teacher<10>,
                                inject<training_set<7, unit<at<0>>>, unit<at<-2>>>, squared_error,
                                gradient_flow<>, theorem1_start>;
  for (const double amplitude : {1.0, 1e-4, 1e-6, 1e-8}) {
    study s;
    s.data.special.amplitude = amplitude;
    const auto bound = bind<double>(s, 242);
    const auto o = run<double>(s, 242);
    std::vector<double> h(7);
    o.student.impulse_response(std::span<double>(h));
    CAPTURE(amplitude);
    CHECK(o.status == status::converged);
    CHECK(std::abs(h[6] - bound.data.h_star[6]) < 1e-14);  // of the baseline sequence
    CHECK(std::abs(h[1] - bound.data.h_star[1]) < 1e-13);  // of the special one
  }
}

TEST_CASE_TEMPLATE("rows of any size, dependent or not, are solved for", T, float, double, reference::wide) {
  reference::numbers draw(5);
  const std::size_t unknowns = 6;
  for (const double ratio : {1.0, 1e-3, 1e-6})
    for (const bool dependent : {false, true}) {
      // Rows W of three sizes, and a copy of the smallest if dependent; residuals ρ = W x.
      auto w = draw.draws<T>(3 * unknowns);
      for (std::size_t q = 0; q < 3; ++q)
        for (std::size_t j = 0; j < unknowns; ++j)
          w[q * unknowns + j] = w[q * unknowns + j] * power(T(ratio), static_cast<long>(q == 2 ? 1 : 0));
      if (dependent)
        for (std::size_t j = 0; j < unknowns; ++j) w.push_back(w[2 * unknowns + j] * T(-0.5));
      const std::size_t r = w.size() / unknowns;
      const auto x = draw.draws<T>(unknowns);
      const auto row = [&](std::size_t q) { return std::span<const T>(w).subspan(q * unknowns, unknowns); };
      // Twice, as a finish does: Wᵀ s then has the same residuals, to the digits of each row.
      std::vector<T> again(unknowns, T(0)), normal(r * r), s(r);
      for (int turn = 0; turn < 2; ++turn) {
        for (std::size_t p = 0; p < r; ++p) {
          s[p] = kernel::dot<T>(row(p), view<T>(x)) - kernel::dot<T>(row(p), view<T>(again));
          for (std::size_t q = 0; q < r; ++q) normal[p * r + q] = kernel::dot<T>(row(p), row(q));
        }
        detail::solve_normal_equations(std::span<T>(normal), std::span<T>(s), static_cast<integer>(r));
        for (std::size_t q = 0; q < r; ++q)
          for (std::size_t j = 0; j < unknowns; ++j) again[j] = again[j] + s[q] * row(q)[j];
      }
      CAPTURE(ratio);
      CAPTURE(dependent);
      for (std::size_t q = 0; q < r; ++q) {
        const T off = kernel::dot<T>(row(q), view<T>(again)) - kernel::dot<T>(row(q), view<T>(x));
        const T size = sqrt_of(kernel::dot<T>(row(q), row(q)));
        CHECK(reference::magnitude(reference::widen(off / size, 0)) < 5000 * epsilon_of<T>);
      }
    }
}
