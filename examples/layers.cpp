// SPDX-License-Identifier: BSD-3-Clause
// A block of S4 as a classifier: an SSM with its D, GELU and a gated dense layer, all inside a residual, behind it a layer
// norm and the mean over time (docs/layers.md). Two classes: is the large entry of a sequence the first or the last?
#include <cstdio>
#include <lssm/all.hpp>
#include <lssm/measure.hpp>
#include <lssm/nn.hpp>

using namespace lssm;

using block = residual<d_skip<ssm<real_diagonal<8, 4, 4>>>, gelu, dense<8>, glu>;
using student = deep<channels<1>, dense<4>, block, layer_norm, mean_output, dense<2>>;
using study = teacher_student<student, no_teacher, given_set<6>, class_cross_entropy, descent<adam>,
                              network_start<gaussian_start, scaled_kernels>>;

int main() {
  study s{.start = {.ssm = {.state = {0.5, 0.2}, .input = {0, 0.5}, .output = {0, 0.5}}}};
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
  std::vector<double> logits(80);
  for (const auto& at : {bound.student(), end.student}) {
    at.apply(view<double>(bound.data.x), {40, 6}, std::span<double>(logits));
    std::printf("accuracy %.2f\n", accuracy(view<double>(logits), view<double>(bound.data.y), 2));
  }
  auto second = gradient_products_of(bound);
  std::vector<double> slope(bound.theta.size()), dx(bound.data.x.size()), hv(slope.size()), xv(dx.size());
  second.gradients(view<double>(bound.theta), std::span<double>(slope), std::span<double>(dx));
  second.products(view<double>(bound.theta), view<double>(slope), std::span<double>(hv),
                  std::span<double>(xv));
}
