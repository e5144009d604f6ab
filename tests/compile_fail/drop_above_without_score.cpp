// expect: drop_above: the score lacks of_set(data) or of_sequence(data, n)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/defence.hpp>

struct no_score {};
lssm::drop_above<no_score> filter;
int main() {}
