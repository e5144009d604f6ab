// SPDX-License-Identifier: BSD-3-Clause
// Discrete training of one's own (docs/descent.md): an update rule, a schedule and a constraint, each a plain struct, and
// a training that uses what is there.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct sign_of_mean {  // u = sign of the gradient, of its moving mean where beta is not 0
  double beta = 0.5;
  friend bool operator==(const sign_of_mean&, const sign_of_mean&) = default;

  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    T beta;
    std::vector<T> mean;  // (n)

    state(std::span<const sign_of_mean> per_lane, const Objective& objective)
        : beta(gather<T>(per_lane, &sign_of_mean::beta)),
          mean(static_cast<std::size_t>(objective.parameters()), T(0)) {}
    static constexpr auto parts(auto& s) { return std::tuple(part("mean", s.mean)); }

    T direction(const evaluated<Objective>&, std::span<const T>, std::span<T> u, const T& rate) {
      for (std::size_t i = 0; i < u.size(); ++i) {
        mean[i] = beta * mean[i] + (T(1) - beta) * u[i];
        u[i] = where(mean[i] > T(0), T(1), where(mean[i] < T(0), T(-1), T(0)));
      }
      return rate;
    }
  };
};

struct inverse_root {  // rate / √(1 + steps)
  static double factor(double steps) { return 1 / std::sqrt(1 + steps); }
  friend bool operator==(inverse_root, inverse_root) { return true; }
};

struct not_negative {  // A stays at or above zero
  auto operator()(state_matrix, const auto& a) const { return max_of(a, 0); }
  auto operator()(auto, const auto& x) const { return x; }
  friend bool operator==(not_negative, not_negative) { return true; }
};

using poisoned = inject<training_set<6, gaussian<leading<2>>>, gaussian<at<-2>>>;
template <class Training>
using study = teacher_student<ssm<real_diagonal<10>>, given<real_diagonal<1>>, poisoned, squared_error,
                              Training, near_zero, keyed_streams>;

template <class Training>
void show(const char* name, const Training& training) {
  const study<Training> ours{.teacher = {.values = {{1}, {1}, {1}}},
                             .data = {.set = {.sequences = {.count = 8}}, .special = {.count = 10}},
                             .training = training,
                             .start = {.state_deviation = 0.1, .io_deviation = 0.1}};
  const auto end = run<double>(ours, 1);
  std::cout << name << ": " << end.status << " after " << end.at_end.steps << " steps, largest mode "
            << end.eigenvalues()[0] << ", generalization error " << end.generalization(40) << '\n';
}

int main() {
  std::cout.precision(4);
  using until = first_of<target_loss, step_limit>;

  show("gradient descent", descent<>{.rate = 0.01});
  show("Adam with a cosine schedule",
       descent<adam, unconstrained, until, cosine>{.rate = 0.01, .schedule = {.steps = 5000, .floor = 0.1}});
  show("heavy ball, |a| <= 1, 1000 steps more",
       descent<heavy_ball, bounded_state_matrix>{.rate = 0.01, .after = 1000});
  show("the paper's rule",
       descent<adaptive_rate<>>{.rate = 0.01, .stop = {{{.value = 1e-3}, {.steps = 1e5}}}});

  show("signs, a rate of my own, a >= 0",
       descent<sign_of_mean, not_negative, until, inverse_root>{.rate = 0.02});
}
