// SPDX-License-Identifier: BSD-3-Clause
// Data of one's own (docs/data.md, docs/poison.md): a support, a fill, and teachers. Labels come from the teacher alone.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct odd_entries {  // a support: entries 1, 3, 5, ...
  constexpr bool contains(integer k, integer) const { return k % 2 == 1; }
  constexpr bool fits(integer kappa) const { return kappa >= 2; }
};

template <class Support>
struct signs {  // a fill: -1 or 1 with equal chances
  Support support{};
  integer count = 1;
  double draw(RandomStream auto& stream, integer) const { return stream.uniform() < 0.5 ? -1 : 1; }
  void validate(integer kappa, integer) const {
    require(count >= 0, "signs", "count", "at least 0", count);
    require(support.fits(kappa), "signs", "support", "inside the sequence", "entries outside it");
  }
};

struct echo {  // a linear teacher: y_t = x_t + gain x_{t-1}; its impulse response makes it measurable
  double gain = 0.5;
  template <class T>
  struct bound {
    T gain;
    T operator()(std::span<const T> x) const { return x[x.size() - 1] + gain * x[x.size() - 2]; }
    void impulse_response(std::span<T> h) const {
      for (std::size_t k = 0; k < h.size(); ++k) h[k] = k == 0 ? T(1) : k == 1 ? gain : T(0);
    }
  };
  template <class T>
  bound<T> bind() const {
    return {T(gain)};
  }
};

struct rectified_sum {  // a teacher that is not linear: it has no impulse response to offer
  template <class T>
  auto bind() const {
    return [](std::span<const T> x) {
      T sum(0);
      for (const T& v : x) sum = sum + v;
      return max_of(sum, T(0));
    };
  }
};

using student = ssm<real_diagonal<6>>;
using baseline = training_set<8, gaussian<trailing<3>>>;
using poisoned = inject<baseline, signs<odd_entries>, unit<at<>>>;  // two special groups

template <class Teacher, class Data>
using study =
    teacher_student<student, Teacher, Data, squared_error,
                    gradient_flow<rosenbrock, automatic, first_of<convergence, time_horizon, step_limit>>,
                    near_zero>;

int main() {
  std::cout.precision(9);
  const near_zero start{.state_deviation = 0.3, .io_deviation = 0.3};
  const baseline twelve{.sequences = {.count = 12}};
  // Numbers are values: two sequences of signs, and an impulse of 3 at the entry before the last.
  const poisoned more{.set = twelve, .special = {{.count = 2}, {.support = {-2}, .amplitude = 3}}};

  const auto without = run<double>(study<echo, baseline>{.data = twelve, .start = start}, 5);
  const auto with = run<double>(study<echo, poisoned>{.data = more, .start = start}, 5);
  std::cout << "echo: " << without.status << ' ' << without.generalization(20) << ", with the special groups "
            << with.status << ' ' << with.generalization(20) << '\n';

  // Not linear, or noisy: the labels are no convolution, and a least loss above zero remains.
  const auto bound = bind<double>(study<rectified_sum, poisoned>{.data = more, .start = start}, 5);
  std::cout << "rectified: least loss " << bound.objective.least_loss() << " of "
            << bound.objective.loss_scale() << '\n';
  using noisy = label_noise<poisoned>;
  static_assert(CleanLabels<poisoned> && !CleanLabels<noisy>);
  const auto control =
      bind<double>(study<echo, noisy>{.data = {.set = more, .deviation = 0.01}, .start = start}, 5);
  std::cout << "noisy: least loss " << control.objective.least_loss() << " of "
            << control.objective.loss_scale() << '\n';
}
