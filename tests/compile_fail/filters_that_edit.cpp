// expect: filters: one of them edits inputs and is not the last
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/defence.hpp>

struct editing {
  template <class T>
  std::vector<lssm::integer> keep(const lssm::labelled<T>&) const {
    return {0};
  }
  template <class T>
  void edit(std::span<T>) const {}
};
lssm::filters<editing, lssm::energy_cap> all;
int main() {}
