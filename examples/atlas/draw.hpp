// SPDX-License-Identifier: BSD-3-Clause
// Draws what was asked for, in an arithmetic.
#pragma once

#include <iostream>

#include "report.hpp"

namespace atlas {

/// Draws a map. Only the first process writes.
template <class T, class Studies = diagonal_studies>
void draw(const options& o, bool first = true) {
  refuse_foreign_files(o);
  const support::interruption ctrl_c;
  map m(o);
  m.run<T, Studies>();
  if (!first) return;
  if (!o.out.empty()) save(m);
  if (o.json) {
    for (const tile& t : m.tiles()) std::cout << json_line(o, t) << '\n';
  } else {
    print_table(std::cout, m);
  }
}

}  // namespace atlas
