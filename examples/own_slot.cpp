// SPDX-License-Identifier: BSD-3-Clause
// A structure with slots of its own (docs/ssm.md): decays in continuous time, seen at steps whose length is learned too.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct log_step {
  using role = time_role;
  static constexpr auto& of(auto& s) { return s.log_step; }
};
struct decays {  // h_k = Σ_j c_j exp(-k Δ a_j), Δ = exp(log_step)
  integer states = 1;
  static constexpr integer inputs = 1, outputs = 1;
  using slots = slot_list<state_matrix, output_matrix, log_step>;
  template <class T>
  struct parameters {
    std::vector<T> a, c, log_step;
    static constexpr auto parts(auto& s) {
      return std::tuple(part("a", s.a), part("c", s.c), part("log_step", s.log_step));
    }
  };
  void validate() const { require(states >= 1, "decays", "states", "at least 1", states); }
  template <class T>
  parameters<T> make() const {
    const std::vector<T> zero(static_cast<std::size_t>(states), T(0));
    return {zero, zero, {T(0)}};
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    for (T& out : h) out = T(0);
    for (std::size_t j = 0; j < s.a.size(); ++j)
      for (std::size_t k = 0; k < h.size(); ++k) h[k] = h[k] + s.c[j] * exp_of(elapsed(s, k) * s.a[j]);
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    each_number([](T& x) { x = T(0); }, ds);
    for (std::size_t j = 0; j < s.a.size(); ++j)
      for (std::size_t k = 0; k < g.size(); ++k) {
        const T t = elapsed(s, k), seen = g[k] * exp_of(t * s.a[j]);
        ds.c[j] = ds.c[j] + seen;
        ds.a[j] = ds.a[j] + seen * s.c[j] * t;
        ds.log_step[0] = ds.log_step[0] + seen * s.c[j] * t * s.a[j];
      }
  }
  template <class T>
  static T elapsed(const parameters<T>& s, std::size_t k) {
    return T(-static_cast<double>(k)) * exp_of(s.log_step[0]);
  }
};

int main() {
  using rule = descent<adam, unconstrained, first_of<target_loss, step_limit>, constant_rate, unclipped,
                       rate_per_matrix>;
  using study = teacher_student<ssm<decays>, given<real_diagonal<1>>, training_set<12, gaussian<everywhere>>,
                                squared_error, rule, gaussian_start>;
  const study ours{
      .student = {{.states = 2}},
      .teacher = {.values = {{0.9}, {1}, {1}}},
      .data = {.sequences = {.count = 30}},
      .training = {.stop = {{1e-5}, {5000}}, .rates = {.time = 0.5}},
      .start = {.state = {.mean = 1}, .output = {.mean = 0.5}, .time = gaussian_entries{.mean = -1}}};
  const auto end = run<double>(ours, 1);
  std::cout.precision(3);
  std::cout << end.status << ": a time step of " << std::exp(end.student.system.log_step[0])
            << ", generalization error " << end.generalization(40) << '\n';
}
