// SPDX-License-Identifier: BSD-3-Clause
// A system over a whole sequence by fast Fourier transforms: y = h * x, of a length at which nothing wraps around. Needs FFTW.
//
//   n >= 2 L - 1, of small factors       Y_i = Σ_q H_iq X_q at n / 2 + 1 frequencies
//
// Response and transforms are in double, also of systems in float. The error of every output is about ε log₂ n ‖h‖ ‖x‖ over the whole
// sequence, of double, and for float the rounding of the output besides: a small output after large ones has no digits left.
#pragma once

#include <fftw3.h>

#include <complex>
#include <memory>
#include <mutex>

#include "execution.hpp"

namespace lssm {

namespace detail {

struct fftw_release {
  void operator()(void* p) const { fftw_free(p); }
  void operator()(fftw_plan p) const {
    const std::lock_guard lock(planner());
    fftw_destroy_plan(p);
  }
  /// Plans are made and destroyed by one thread at a time.
  static std::mutex& planner() {
    static std::mutex mutex;
    return mutex;
  }
};

/// A real sequence of n numbers and its transform.
class real_transform {
 public:
  explicit real_transform(std::size_t n) : n_(n) {
    if (n > static_cast<std::size_t>(std::numeric_limits<int>::max()) / 2)
      refuse("fft_mode", "the sequence", "of at most 2^29 steps", n);
    numbers_.reset(fftw_alloc_real(n));
    waves_.reset(reinterpret_cast<std::complex<double>*>(fftw_alloc_complex(n / 2 + 1)));
    if (!numbers_ || !waves_) throw std::bad_alloc();
    auto* waves = reinterpret_cast<fftw_complex*>(waves_.get());
    const std::lock_guard lock(fftw_release::planner());
    there_.reset(fftw_plan_dft_r2c_1d(static_cast<int>(n), numbers_.get(), waves, FFTW_ESTIMATE));
    back_.reset(fftw_plan_dft_c2r_1d(static_cast<int>(n), waves, numbers_.get(), FFTW_ESTIMATE));
  }
  /// The transform of numbers at a stride, zeros behind them.
  template <class T>
  std::vector<std::complex<double>> of(const T* from, std::size_t count, std::size_t stride) {
    std::fill_n(numbers_.get(), n_, 0.0);
    for (std::size_t t = 0; t < count; ++t) numbers_[t] = static_cast<double>(from[t * stride]);
    fftw_execute(there_.get());
    return {waves_.get(), waves_.get() + n_ / 2 + 1};
  }
  /// The sequence of a transform.
  const double* sequence(const std::vector<std::complex<double>>& waves) {
    std::copy(waves.begin(), waves.end(), waves_.get());
    fftw_execute(back_.get());
    for (std::size_t t = 0; t < n_; ++t) numbers_[t] /= static_cast<double>(n_);
    return numbers_.get();
  }

 private:
  std::size_t n_;
  std::unique_ptr<double[], fftw_release> numbers_;
  std::unique_ptr<std::complex<double>[], fftw_release> waves_;
  std::unique_ptr<std::remove_pointer_t<fftw_plan>, fftw_release> there_, back_;
};

/// The smallest number from n on without a prime factor above 7.
inline std::size_t smooth_length(std::size_t n) {
  for (;; ++n) {
    std::size_t rest = n;
    for (const std::size_t factor : {2u, 3u, 5u, 7u})
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return n;
  }
}

}  // namespace detail

/// The convolution of whole sequences by FFTW.
struct fft_mode {
  static constexpr std::string_view name = "FFT";
  static constexpr error_scope scope = error_scope::whole_sequence;
  static constexpr std::string_view error_model =
      "about eps of double, times log2 of the steps, of |h| |x| over the whole sequence: not of a small "
      "output";
  template <class System>
  void outputs(const System& system, std::span<const typename System::scalar> x,
               std::span<typename System::scalar> y) const {
    using T = typename System::scalar;
    using S = typename System::structure_type;
    static_assert(std::is_same_v<T, float> || std::is_same_v<T, double>,
                  "fft_mode: the scalar must be float or double (docs/execution.md)");
    constexpr std::size_t m = System::inputs, p = System::outputs;
    const std::size_t steps = x.size() / m;
    if (steps == 0) return;
    std::vector<double> h(steps * p * m);
    if constexpr (std::is_same_v<T, double>) {
      system.impulse_response(std::span<double>(h));
    } else {
      const bound_system<double, S> wide{in_double<S>(system.system)};
      wide.impulse_response(std::span<double>(h));
    }
    detail::real_transform transform(detail::smooth_length(2 * steps - 1));
    std::vector<std::vector<std::complex<double>>> inputs;
    for (std::size_t q = 0; q < m; ++q) inputs.push_back(transform.of(x.data() + q, steps, m));
    for (std::size_t i = 0; i < p; ++i) {
      std::vector<std::complex<double>> sum(inputs[0].size());
      for (std::size_t q = 0; q < m; ++q) {
        const auto response = transform.of(h.data() + i * m + q, steps, p * m);
        for (std::size_t f = 0; f < sum.size(); ++f) sum[f] += response[f] * inputs[q][f];
      }
      const double* out = transform.sequence(sum);
      for (std::size_t t = 0; t < steps; ++t) y[t * p + i] = static_cast<T>(out[t]);
    }
  }

 private:
  /// The same parameters in double.
  template <class S, class Narrow>
  static auto in_double(const Narrow& narrow) {
    typename S::template parameters<double> out;
    const auto copy = [](const auto& from, auto& to) {
      if constexpr (requires { to.resize(from.size()); }) to.resize(from.size());
      std::copy(from.begin(), from.end(), to.begin());
    };
    copy_parts(Narrow::parts(narrow), std::remove_cvref_t<decltype(out)>::parts(out), copy);
    return out;
  }
  template <class From, class To, class Copy>
  static void copy_parts(const From& from, const To& to, const Copy& copy) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (copy(std::get<I>(from).value, std::get<I>(to).value), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<From>>());
  }
};

}  // namespace lssm
