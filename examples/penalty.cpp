// SPDX-License-Identifier: BSD-3-Clause
// Penalties (docs/objective.md): the mass of a student, its matrices, and one of your own.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct balance {  // weight (|B|² - |C|²)²
  double weight = 0.1;
  auto operator()(auto, const auto& s, auto& ds) const {
    using T = std::remove_cvref_t<decltype(s.a[0])>;
    T gap(0);
    for (std::size_t j = 0; j < s.b.size(); ++j) gap = gap + s.b[j] * s.b[j] - s.c[j] * s.c[j];
    for (std::size_t j = 0; j < s.b.size(); ++j) {
      ds.b[j] = ds.b[j] + T(4 * weight) * gap * s.b[j];
      ds.c[j] = ds.c[j] - T(4 * weight) * gap * s.c[j];
    }
    return T(weight) * gap * gap;
  }
  friend bool operator==(const balance&, const balance&) = default;
};

template <class Penalty>
void show(const char* name, const Penalty& penalty) {
  using steps = descent<adam, unconstrained, first_of<step_limit>>;
  using study =
      teacher_student<ssm<real_diagonal<5>>, theorem1_teacher<5>, training_set<6, gaussian<everywhere>>,
                      squared_error, steps, near_zero, numpy_stream, known_forms, unfiltered, Penalty>;
  const auto end = run<double>(study{.data = {.sequences = {.count = 20}},
                                     .training = {.rate = 0.02, .stop = step_limit{3000}},
                                     .penalty = penalty},
                               3);
  double mass = 0;
  for (std::size_t j = 0; j < 5; ++j) mass += std::abs(end.student.system.b[j] * end.student.system.c[j]);
  std::cout << name << ": loss " << end.at_end.loss << ", mass " << mass << '\n';
}

int main() {
  std::cout.precision(3);
  show("none", unpenalized{});
  show("mass", mass_penalty{.weight = 0.05});
  show("B", l2_penalty<input_role>{.weight = 0.05});
  show("your own", balance{});
}
