// SPDX-License-Identifier: BSD-3-Clause
// A structure with a slot of its own (docs/ssm.md): a decay in continuous time, seen at steps of a learned length.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct log_dt {
  using role = time_role;
  static constexpr auto& of(auto& s) { return s.log_dt; }
};
struct decay {  // h_k = c exp(-k Δ), Δ = exp(log_dt)
  static constexpr integer inputs = 1, outputs = 1;
  using slots = slot_list<output_matrix, log_dt>;
  template <class T>
  struct parameters {
    std::array<T, 1> c, log_dt;
    static constexpr auto parts(auto& s) { return std::tuple(part("c", s.c), part("log_dt", s.log_dt)); }
  };
  template <class T>
  parameters<T> make() const {
    return {};
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    for (std::size_t k = 0; k < h.size(); ++k)
      h[k] = s.c[0] * exp_of(T(-static_cast<double>(k)) * exp_of(s.log_dt[0]));
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    ds = {};
    for (std::size_t k = 0; k < g.size(); ++k) {
      const T t = T(-static_cast<double>(k)) * exp_of(s.log_dt[0]), seen = g[k] * exp_of(t);
      ds.c[0] = ds.c[0] + seen;
      ds.log_dt[0] = ds.log_dt[0] + seen * s.c[0] * t;
    }
  }
};

int main() {
  using rule = descent<adam, unconstrained, first_of<target_loss, step_limit>>;
  using study = teacher_student<ssm<decay>, given<real_diagonal<1>>, training_set<12, gaussian<everywhere>>,
                                squared_error, rule, gaussian_start>;
  const study ours{.teacher = {.values = {{0.9}, {1}, {1}}},
                   .data = {.sequences = {.count = 30}},
                   .training = {.stop = {{1e-10}, {5000}}},
                   .start = {.output = {.mean = 0.5}, .time = gaussian_entries{.mean = -1}}};
  const auto end = run<double>(ours, 1);
  std::cout.precision(3);
  std::cout << end.status << ": a time step of " << std::exp(end.student.system.log_dt[0])
            << ", generalization error " << end.generalization(40) << '\n';
}
