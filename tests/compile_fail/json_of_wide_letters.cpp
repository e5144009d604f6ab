// expect: to_json: a value must be a bool, number, text, enumeration, range, tensor, or a state with parts
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/io.hpp>
using namespace lssm;

int main() { return static_cast<int>(to_json(L'x').size()); }
