// SPDX-License-Identifier: BSD-3-Clause
// The problem of the benchmarks of layers, and its loss in plain loops in double: 64 sequences of 28 rows of 28 numbers,
// ten classes, and two networks.
//
//   rows     28 -> dense 32 -> two of [S4D of 8 complex pairs a channel + D skip, GELU, dense 64, GLU, all inside of a
//            residual; layer norm] -> last output -> dense 10
//   chain    28 -> dense 32 -> two of [SSM of 32 real modes, 32 -> 32; GELU] -> last output -> dense 10
//
//   s_t = e^{ta} s_{t-1} + (e^{ta} - 1)/a x_t, y_t = 2 Re Σ c s_t       S4D by zero-order hold, t the length of a step
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <vector>

namespace plain_loops {

using numbers = std::vector<double>;

inline constexpr std::size_t steps = 28, inputs = 28, width = 32, pairs = 8, classes = 10;

/// Goes through θ, layer by layer.
struct reader {
  const double* theta;
  const double* take(std::size_t n) {
    const double* at = theta;
    theta += n;
    return at;
  }
};

/// A sequence, (steps, channels).
struct sequence {
  std::size_t channels;
  numbers x;
  double& at(std::size_t t, std::size_t c) { return x[t * channels + c]; }
  double at(std::size_t t, std::size_t c) const { return x[t * channels + c]; }
  std::size_t length() const { return x.size() / channels; }
};

inline sequence dense(const sequence& in, std::size_t outputs, reader& r) {
  const double *k = r.take(in.channels * outputs), *bias = r.take(outputs);
  sequence out{outputs, numbers(in.length() * outputs)};
  for (std::size_t t = 0; t < in.length(); ++t)
    for (std::size_t j = 0; j < outputs; ++j) {
      out.at(t, j) = bias[j];
      for (std::size_t i = 0; i < in.channels; ++i) out.at(t, j) += in.at(t, i) * k[i * outputs + j];
    }
  return out;
}
inline void gelu(sequence& x) {
  for (double& v : x.x) v *= 0.5 * std::erfc(-v / std::sqrt(2.0));
}
inline sequence glu(const sequence& in) {
  sequence out{in.channels / 2, numbers(in.x.size() / 2)};
  for (std::size_t t = 0; t < in.length(); ++t)
    for (std::size_t j = 0; j < out.channels; ++j)
      out.at(t, j) = in.at(t, j) / (1 + std::exp(-in.at(t, out.channels + j)));
  return out;
}
/// θ: log(-Re a), Im a, Re c, Im c (channels, pairs), log t (channels), D (channels).
inline sequence s4d_with_skip(const sequence& in, reader& r) {
  using complex = std::complex<double>;
  const std::size_t n = in.channels * pairs;
  const double *re = r.take(n), *im = r.take(n), *c_re = r.take(n), *c_im = r.take(n),
               *step = r.take(in.channels), *skip = r.take(in.channels);
  sequence out = in;
  for (std::size_t j = 0; j < in.channels; ++j) {
    for (std::size_t t = 0; t < in.length(); ++t) out.at(t, j) = skip[j] * in.at(t, j);
    for (std::size_t i = j * pairs; i < (j + 1) * pairs; ++i) {
      const complex a(-std::exp(re[i]), im[i]), pole = std::exp(std::exp(step[j]) * a);
      complex s = 0;
      for (std::size_t t = 0; t < in.length(); ++t) {
        s = pole * s + (pole - 1.0) / a * in.at(t, j);
        out.at(t, j) += 2 * (complex(c_re[i], c_im[i]) * s).real();
      }
    }
  }
  return out;
}
/// θ: a (d), B (d, m), C (p, d), all of one size.
inline sequence real_modes(const sequence& in, reader& r) {
  const std::size_t n = in.channels;
  const double *a = r.take(n), *b = r.take(n * n), *c = r.take(n * n);
  numbers s(n, 0.0);
  sequence out{n, numbers(in.x.size(), 0.0)};
  for (std::size_t t = 0; t < in.length(); ++t)
    for (std::size_t j = 0; j < n; ++j) {
      s[j] *= a[j];
      for (std::size_t i = 0; i < n; ++i) s[j] += b[j * n + i] * in.at(t, i);
      for (std::size_t i = 0; i < n; ++i) out.at(t, i) += c[i * n + j] * s[j];
    }
  return out;
}
inline void layer_norm(sequence& x, reader& r) {
  const double *gain = r.take(x.channels), *bias = r.take(x.channels);
  const auto n = static_cast<double>(x.channels);
  for (std::size_t t = 0; t < x.length(); ++t) {
    double mean = 0, square = 0;
    for (std::size_t j = 0; j < x.channels; ++j) mean += x.at(t, j) / n;
    for (std::size_t j = 0; j < x.channels; ++j) square += (x.at(t, j) - mean) * (x.at(t, j) - mean) / n;
    for (std::size_t j = 0; j < x.channels; ++j)
      x.at(t, j) = gain[j] * (x.at(t, j) - mean) / std::sqrt(square + 1e-5) + bias[j];
  }
}

/// The layers between the first dense one and the last output.
struct rows {
  static void through(sequence& x, reader& r) {
    for (int block = 0; block < 2; ++block) {
      sequence inner = s4d_with_skip(x, r);
      gelu(inner);
      inner = glu(dense(inner, 2 * x.channels, r));
      for (std::size_t i = 0; i < x.x.size(); ++i) x.x[i] += inner.x[i];
      layer_norm(x, r);
    }
  }
};
struct chain {
  static void through(sequence& x, reader& r) {
    for (int block = 0; block < 2; ++block) {
      x = real_modes(x, r);
      gelu(x);
    }
  }
};

/// The mean cross-entropy of sequences x (N, steps, inputs) whose classes are y (N).
template <class Network, class X, class Y>
double loss(const numbers& theta, const X& x, const Y& y) {
  double total = 0;
  for (std::size_t n = 0; n < y.size(); ++n) {
    reader r{theta.data()};
    const auto from = x.begin() + static_cast<std::ptrdiff_t>(n * steps * inputs);
    sequence s{inputs, numbers(from, from + static_cast<std::ptrdiff_t>(steps * inputs))};
    s = dense(s, width, r);
    Network::through(s, r);
    const sequence last{width, numbers(s.x.end() - static_cast<std::ptrdiff_t>(width), s.x.end())};
    const sequence logits = dense(last, classes, r);
    double sum = 0;
    for (const double v : logits.x) sum += std::exp(v);
    total += std::log(sum) - logits.x[static_cast<std::size_t>(y[n])];
  }
  return total / static_cast<double>(y.size());
}

}  // namespace plain_loops
