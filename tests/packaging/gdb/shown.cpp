// SPDX-License-Identifier: BSD-3-Clause
// What packaging/gdb/lssm_printers.py shows: run.cmake stops in `look`.
#include <lssm/core/dual.hpp>
#include <lssm/core/extent.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/core/storage.hpp>
#include <lssm/ssm/modes.hpp>

[[gnu::noinline]] static void look() { asm volatile(""); }

int main() {
  const lssm::extent<7> known{};
  const lssm::extent<> open{lssm::dynamic}, held{12};
  const lssm::dual<double> number{1.5, -2};
  const lssm::pack<double> lanes(0.25);
  const lssm::eigenvalue<double> pole{0.5, 0.75};
  const lssm::known_vector<float, 3> three{1, 2, 4};
  asm volatile(""
               :
               : "r"(&known), "r"(&open), "r"(&held), "r"(&number), "r"(&lanes), "r"(&pole), "r"(&three)
               : "memory");
  look();
}
