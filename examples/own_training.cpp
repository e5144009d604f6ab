// SPDX-License-Identifier: BSD-3-Clause
// Training of one's own (docs/loss.md, docs/init.md, docs/train.md): coordinates, a loss, a start, a stop rule, an
// observer and a method, each a plain struct.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct squares {  // a = θ² >= 0: the flow is multiplicative in a
  static auto value(auto t) { return t * t; }
  static auto derivative(auto t) { return 2.0 * t; }
  static auto second_derivative(auto) { return 2.0; }  // for the stiff flow
  static auto inverse(auto a) { return sqrt_of(a); }   // for the start
};

struct quartic {  // ℓ = (p - y)⁴
  static auto value(auto p, auto y) { return power(p - y, 4); }
  static auto derivative(auto p, auto y) { return 4.0 * power(p - y, 3); }
  static auto second_derivative(auto p, auto y) { return 12.0 * power(p - y, 2); }  // for the stiff flow
};

struct ladder {  // a_j = top / (j + 1), B = C = 1
  double top = 0.9;
  void validate() const { require(top > 0, "ladder", "top", "positive", top); }
  void operator()(auto& system, RandomStream auto&) const {
    using T = std::remove_cvref_t<decltype(system.a[0])>;
    for (std::size_t j = 0; j < system.a.size(); ++j) system.a[j] = T(top / static_cast<double>(j + 1));
    for (T& v : system.b) v = T(1);
    for (T& v : system.c) v = T(1);
  }
};

struct low_for_good {  // a stop rule: a low loss, but not one passed by early on
  double loss = 1e-2, time = 1e4;
  static constexpr status reason = status::target_reached;
  auto fires(const auto& now) const { return now.loss <= loss && now.time >= time; }
};

struct heun {  // a method: Euler's step as the estimate of a second-order one
  static constexpr int order = 2;
  template <FlowField Field>
  class stepper {
   public:
    using T = typename Field::scalar;
    using state = typename Field::state_type;
    explicit stepper(const Field& field) : slope_(field.start()), error_(slope_) {}

    mask_of<T> attempt(Field& field, const state& y, const state& f, const T& tau, state& next) {
      for (std::size_t i = 0; i < y.size(); ++i) next[i] = y[i] + tau * f[i];
      field.rate(std::span<const T>(next), std::span<T>(slope_));
      for (std::size_t i = 0; i < y.size(); ++i) {
        error_[i] = tau * (slope_[i] - f[i]) / T(2);
        next[i] = next[i] + error_[i];
      }
      return tau > T(0);
    }
    const state& error(const T&, const state&) const { return error_; }
    void interpolate(const T& fraction, const state& y, const state& next, const T&, std::span<T> out) const {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = y[i] + fraction * (next[i] - y[i]);
    }

   private:
    state slope_, error_;
  };
};

using poisoned = inject<training_set<7, unit<at<0>>>, unit<at<-2>>>;
template <class Coordinates, class Loss, class Flow>
using study = teacher_student<ssm<real_diagonal<4>, learn<Coordinates>>, theorem1_teacher<4>, poisoned, Loss,
                              Flow, ladder>;

int main() {
  std::cout.precision(4);
  using to_low = gradient_flow<rosenbrock, automatic, first_of<low_for_good, step_limit>>;
  const auto show = [](const char* name, const auto& end) {
    std::cout << name << ": " << end.status << ", generalization error " << end.generalization(20) << '\n';
  };
  show("the paper's", run<double>(study<state_matrix, squared_error, to_low>{}, 0));

  using until = first_of<time_horizon, step_limit>;
  using flow = gradient_flow<rosenbrock, automatic, until>;
  const flow brief{.stop = {{{.time = 10}, {}}}};
  show("a = θ², until time 10",
       run<double>(study<through<state_matrix, squares>, squared_error, flow>{.training = brief}, 0));
  show("quartic, until time 10", run<double>(study<state_matrix, quartic, flow>{.training = brief}, 0));

  using by_heun = gradient_flow<heun, plain, until>;
  const study<state_matrix, squared_error, by_heun> short_flow{
      .training = {.rtol = 1e-8, .stop = {{{.time = 5}, {}}}}};
  show("Heun's method, until time 5", run<double>(short_flow, 0));

  // An observer: false cancels the training.
  const auto until_sorted = [](auto& now) {
    const auto point = now.here();
    return !(point.system.a[0] > 0.98);
  };
  const auto stopped = run<double>(study<state_matrix, squared_error, gradient_flow<>>{}, 0, until_sorted);
  std::cout << "an observer: " << stopped.status << ", leading mode above 0.98: " << std::boolalpha
            << (stopped.eigenvalues()[0] > 0.98) << '\n';
}
