// SPDX-License-Identifier: BSD-3-Clause
// One system over a sequence in several ways: step by step, in chunks, by a doubling scan, and in pieces with a carried state
// (docs/execution.md).
//
//   g++ -std=c++20 -O2 -Iinclude examples/execution.cpp -o execution && ./execution
#include <cmath>
#include <cstdio>
#include <lssm/ssm.hpp>
#include <lssm/ssm/execution.hpp>
#include <string>
#include <vector>

using namespace lssm;

namespace {

constexpr std::size_t steps = 3000;

/// What a mode gives last, and what it says of its error.
template <class Mode, class System>
void show(const Mode& mode, const System& system, const std::vector<float>& x) {
  std::vector<float> y(steps);
  outputs_by(mode, system, x, y);
  std::printf("%-13s  last output %.4f, error: %s\n", std::string(Mode::name).c_str(), double(y.back()),
              std::string(Mode::error_model).c_str());
}

}  // namespace

int main() {
  // Eight pairs that remember some hundred steps, in float.
  bound_system<float, complex_diagonal<8>> system{complex_diagonal<8>{}.make<float>()};
  for (std::size_t j = 0; j < 8; ++j) {
    system.system.a_re[j] = 0.99F * std::cos(0.1F * float(j + 1));
    system.system.a_im[j] = 0.99F * std::sin(0.1F * float(j + 1));
    system.system.b_re[j] = 1;
    system.system.c_re[j] = 0.25F;
  }
  std::vector<float> x(steps);
  for (std::size_t t = 0; t < steps; ++t) x[t] = std::sin(0.3F * float(t));

  show(recurrence_mode{}, system, x);
  show(chunk_mode{.length = 64}, system, x);
  show(scan_mode{}, system, x);

  // A stream: pieces as they come.
  carried_state state(system);
  std::vector<float> y(steps);
  for (std::size_t at = 0; at < steps; at += 500)
    state.outputs(std::span(x).subspan(at, 500), std::span(y).subspan(at, 500));
  std::printf("%-13s  last output %.4f\n", "in pieces", double(y.back()));
}
