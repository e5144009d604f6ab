// SPDX-License-Identifier: BSD-3-Clause
// Layers as in S4D and in LRU, each in its own coordinates and from its own start, as classifiers, and against the recurrence
// written out in complex numbers (docs/channelwise.md, docs/coordinates.md). Two classes: is the large entry of a sequence
// the first or the last?
#include <algorithm>
#include <complex>
#include <cstdio>
#include <lssm/all.hpp>
#include <lssm/measure.hpp>
#include <lssm/nn.hpp>

using namespace lssm;
using complex_number = std::complex<double>;

// S4D: four channels of four pairs in continuous time, each channel with its step. LRU: eight pairs in discrete time.
using s4d = channelwise<discretized<complex_diagonal<4>, zero_order_hold>, 4>;
using s4d_layer = ssm<s4d, s4d_coordinates>;
using lru = complex_diagonal<8, 4, 4>;
using lru_layer = ssm<lru, lru_coordinates>;

template <class Layer>
using student = deep<channels<1>, dense<4>, Layer, gelu, dense<8>, glu, layer_norm, mean_output, dense<2>>;
template <class Layer, class Start>
using study = teacher_student<student<Layer>, no_teacher, given_set<6>, class_cross_entropy, descent<adam>,
                              network_start<Start, scaled_kernels>>;

// y (6, 4) for x (6, 4) of S4D: s = e^{ta} s + (e^{ta} - 1)/a b x, y = 2 Re Σ c s, channel by channel.
std::vector<double> recurrence(const s4d::parameters<double>& all, const std::vector<double>& x) {
  std::vector<double> y(24);
  for (std::size_t channel = 0; channel < 4; ++channel) {
    const auto p = s4d::get(all, channel);
    for (std::size_t j = 0; j < 4; ++j) {
      const complex_number a(p.a_re[j], p.a_im[j]), b(p.b_re[j], p.b_im[j]), c(p.c_re[j], p.c_im[j]);
      const complex_number pole = std::exp(p.step[0] * a);
      complex_number s = 0;
      for (std::size_t t = 0; t < 6; ++t) {
        s = pole * s + (pole - 1.0) / a * b * x[t * 4 + channel];
        y[t * 4 + channel] += 2 * (c * s).real();
      }
    }
  }
  return y;
}
// The same of LRU, whose four inputs reach every mode: s = a s + B x, y = 2 Re C s.
std::vector<double> recurrence(const lru::parameters<double>& p, const std::vector<double>& x) {
  std::vector<double> y(24);
  for (std::size_t j = 0; j < 8; ++j) {
    complex_number s = 0;
    for (std::size_t t = 0; t < 6; ++t) {
      s *= complex_number(p.a_re[j], p.a_im[j]);
      for (std::size_t q = 0; q < 4; ++q)
        s += complex_number(p.b_re[j * 4 + q], p.b_im[j * 4 + q]) * x[t * 4 + q];
      for (std::size_t i = 0; i < 4; ++i)
        y[t * 4 + i] += 2 * (complex_number(p.c_re[i * 8 + j], p.c_im[i * 8 + j]) * s).real();
    }
  }
  return y;
}

template <class Layer, class Start>
void train(const char* name, const Start& start) {
  study<Layer, Start> s{.start = {.ssm = start}};
  keyed_stream stream(1);
  for (int n = 0; n < 40; ++n) {
    for (int t = 0; t < 6; ++t)
      s.data.set.sequences.values.push_back(stream.uniform() + (t == (n % 2 == 0 ? 0 : 5) ? 1 : 0));
    s.data.labels.push_back(n % 2);
  }
  s.data.set.sequences.count = 40;
  s.training.rate = 0.01;
  s.training.stop = {{{.value = 0}, {.steps = 300}}};
  const auto bound = bind<double>(s, 1);
  const auto end = run<double>(s, 1);
  std::vector<double> logits(80), x(24), y(24);
  end.student.apply(view<double>(bound.data.x), {40, 6}, std::span<double>(logits));
  for (double& v : x) v = stream.uniform() - 0.5;
  const bound_ssm_layer<Layer> layer{};
  const auto system = end.student.template ssm<2>().system;
  typename bound_ssm_layer<Layer>::template workspace<double> work(layer, {1, 6});
  layer.template forward<double>(system, view<double>(x), std::span<double>(y), work);
  const std::vector<double> expected = recurrence(system, x);
  double apart = 0;
  for (std::size_t i = 0; i < 24; ++i) apart = std::max(apart, std::abs(y[i] - expected[i]));
  std::printf("%-4s accuracy %.2f, recurrence %s\n", name,
              accuracy(view<double>(logits), view<double>(bound.data.y), 2),
              apart < 1e-14 ? "the same to 1e-14" : "another");
}

int main() {
  train<s4d_layer>("S4D", s4d_start{});
  train<lru_layer>("LRU", annulus_start{.inner = 0.5,
                                        .outer = 0.99,
                                        .input = {.deviation = 0.35},
                                        .output = {.deviation = 0.35},
                                        .normalized = true});
}
