// SPDX-License-Identifier: BSD-3-Clause
// Convolution by FFTW is the map of the other execution modes, up to an error of the whole sequence.
#include <lssm/ssm/fft_mode.hpp>

#include "execution_modes.hpp"

using namespace lssm;
using namespace execution_modes;

TEST_CASE_TEMPLATE("FFT agrees on every structure", T, float, double) { agrees_on_all<T>(fft_mode{}); }

TEST_CASE("FFT has the outputs of mpmath") { agrees_with_mpmath(fft_mode{}); }

TEST_CASE("float by FFT over 16384 steps") {
  CHECK(error_over_long_sequences(fft_mode{}, false) < 1e-6);
  CHECK(error_over_long_sequences(fft_mode{}, true) < 1e-6);
}

TEST_CASE("the error of an FFT is that of the whole sequence") {
  CHECK(fft_mode::scope == error_scope::whole_sequence);
  CHECK(error_after_a_burst(fft_mode{}).second < 1e-15);
  // A structure that has an impulse response and no recurrence.
  agrees(fft_mode{}, drawn<double>(own::dense_matrix<false>{.states = 3}, 6), 60);
}

TEST_CASE("lengths of transforms have small factors and are no shorter than asked for") {
  CHECK(detail::smooth_length(1) == 1);
  CHECK(detail::smooth_length(11) == 12);
  CHECK(detail::smooth_length(127) == 128);
  CHECK(detail::smooth_length(2401) == 2401);
}
