// SPDX-License-Identifier: BSD-3-Clause
// Two states for a teacher of three: train four and truncate, realize the response of four, or train two (docs/analysis.md).
// Errors are largest gains of the difference from the teacher; the truncation's distance from what it was made of has a bound.
#include <cstdio>
#include <lssm/analysis/similarity.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

using plant = given<real_diagonal<3>>;

template <integer D>
auto trained(const plant& teacher) {
  using study = teacher_student<ssm<real_diagonal<D>>, plant, training_set<12, gaussian<everywhere>>,
                                squared_error, gradient_flow<>, near_zero>;
  const study problem{.teacher = teacher,
                      .data = {.sequences = {.count = 20}},
                      .start = {.state_deviation = 0.3, .io_deviation = 0.3}};
  return modal_form_of(run<double>(problem, 242).student);
}

int main() {
  const plant teacher{.values = {{0.9, -0.6, 0.4}, {1, 1, 1}, {1, -0.5, 0.75}}};
  const auto exact = modal_form_of(teacher.bind<double>());
  const auto large = trained<4>(teacher), small = trained<2>(teacher);

  const reduced_system cut = balanced_truncation(dense_of(large), 2);
  const reduced_system realized = ho_kalman(impulse_response(dense_of(large), 20), 2);
  const auto error = [&](const dense_system& x) {
    const auto gain = hinf_norm(difference(x, dense_of(exact)));
    return gain.status == stability::stable ? gain.value : NAN;
  };
  std::printf("student of 4 states: %s, error %s 1e-9\n", to_string(stability_of(large)).data(),
              hinf_norm(difference(large, exact)).value < 1e-9 ? "below" : "above");
  std::printf("truncated to 2 states: error %.6f, at most %.6f from the student\n", error(cut.system),
              cut.bound);
  std::printf("realized with 2 states: error %.6f\n", error(realized.system));
  std::printf("trained with 2 states: error %.6f\n", error(dense_of(small)));

  const dense_system plain = dense_of(exact), balanced = balanced_form(plain).system;
  const rational_gain g = transfer_function(plain);
  std::printf("teacher: poles 0.9 -0.6 0.4, zeros");
  for (const std::complex<double>& z : transmission_zeros(plain)) std::printf(" %.6f", z.real());
  std::printf(", G = (%.3f %+.3f/z %+.3f/z^2) / (1 %+.3f/z %+.3f/z^2 %+.3f/z^3)\n", g.numerator(0, 0, 0),
              g.numerator(1, 0, 0), g.numerator(2, 0, 0), g.denominator[1], g.denominator[2],
              g.denominator[3]);
  std::printf("its map to balanced coordinates: error %s 1e-12\n",
              similarity(plain, balanced).error < 1e-12 ? "below" : "above");
}
