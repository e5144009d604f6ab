// expect: deleted
// SPDX-License-Identifier: BSD-3-Clause
// What it gives would refer to what is gone at the end of the line.
#include <lssm/io.hpp>
using namespace lssm;

int main() { static_cast<void>(parse_npy(std::string("..."), "text")); }
