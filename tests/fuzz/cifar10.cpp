// SPDX-License-Identifier: BSD-3-Clause
// CIFAR-10's binary format: any bytes are whole records of known classes, or refused.
#include <lssm/io/cifar10.hpp>

#include "target.hpp"

using namespace lssm;

std::vector<std::string> fuzz::seeds() {
  return {std::string(3073, '\x09'), std::string(3072, '\0'), std::string(3073, '\x0A')};
}

void fuzz::read(std::string_view bytes) {
  accepted([&] {
    const cifar10_pictures all = parse_cifar10(bytes, "f");
    insist(!all.classes.empty() && all.values.size() == 3072 * all.classes.size());
    for (const std::uint8_t c : all.classes) insist(c <= 9);
  });
}
