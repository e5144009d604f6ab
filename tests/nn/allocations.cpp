// SPDX-License-Identifier: BSD-3-Clause
// A training of layers asks for no memory once it has begun.
#include <doctest/doctest.h>

#include <lssm/lssm.hpp>

#include "../tools/counted.hpp"

using namespace lssm;

namespace {

using student = deep<ssm<real_diagonal<>>, gelu, dense<>, ssm<real_diagonal<3, 2, 2>, learn<state_matrix>>,
                     relu, dense<1>, last_output>;
using teacher = deep<ssm<real_diagonal<1>>, last_output>;
using study =
    teacher_student<student, given_deep<teacher>, training_set<5, gaussian<everywhere>>, squared_error,
                    descent<adam>, network_start<near_zero, scaled_kernels>, keyed_streams>;

}  // namespace

TEST_CASE("steps of a training allocate nothing") {
  study s{.student = {{{.structure = {.states = 4}}, {}, {.outputs = 2}, {}, {}, {}, {}}},
          .teacher = {.values = {0.5, 1, 1}}};
  s.data.sequences.count = 6;
  auto bound = bind<double>(s, 1);
  auto training = bound.training();
  training.step();
  const std::size_t before = counted::allocations();
  CHECK(before > 0);
  for (int i = 0; i < 10; ++i) training.step();
  CHECK(counted::allocations() == before);
}
