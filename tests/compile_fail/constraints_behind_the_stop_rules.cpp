// expect: constraints: one of them acts behind the stop rules, and does not compose
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/defence.hpp>

lssm::constraints<lssm::fixed_input_output> both;
int main() {}
